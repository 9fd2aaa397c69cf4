//! The known name that a mistyped one most likely means.

/// The candidate with the fewest edits, if they are few enough to be a slip: a third of the letters, and more than that never. Ties go to the first.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let name = name.to_lowercase();
    let limit = name.chars().count().div_ceil(3).min(4);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let lower = candidate.to_lowercase();
        if lower.chars().count().abs_diff(name.chars().count()) > limit {
            continue;
        }
        let edits = distance(&name, &lower);
        if edits <= limit && best.is_none_or(|(least, _)| edits < least) {
            best = Some((edits, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// ` (perhaps X)`, or nothing.
pub(crate) fn hint(name: &str, prefix: &str, candidates: &[&str]) -> String {
    nearest(name, candidates.iter().copied()).map_or_else(String::new, |near| format!(" (perhaps `{prefix}{near}`)"))
}

/// Insertions, deletions and replacements between two words (Levenshtein). O(product of the lengths).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, sign) in one.chars().enumerate() {
        let mut diagonal = at;
        let mut left = at + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, letter) in row.iter_mut().skip(1).zip(&other) {
            let cost = diagonal + usize::from(sign != *letter);
            diagonal = *cell;
            left = cost.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_other_words_are_not() {
        let names = ["created_at", "text", "followers", "following"];
        assert_eq!(nearest("creatd_at", names), Some("created_at"));
        assert_eq!(nearest("Txet", names), Some("text"));
        assert_eq!(nearest("follower", names), Some("followers"));
        assert_eq!(nearest("password", names), None);
        assert_eq!(nearest("", names), None);
    }

    #[test]
    fn the_distance_counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
