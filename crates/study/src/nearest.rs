//! What someone may have meant.

/// The known words nearest to a given one, nearest first and then by alphabet: at most `most`, none further away than a third of the word's
/// length (and at least two edits are forgiven). Letter case does not count.
pub(crate) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let given = given.to_lowercase();
    let limit = (given.chars().count() / 3).max(2);
    let mut found: Vec<(usize, &str)> =
        known.into_iter().map(|word| (distance(&given, &word.to_lowercase()), word)).filter(|(edits, _)| *edits <= limit).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(most).map(|(_, word)| word).collect()
}

/// Levenshtein's distance in characters. O(length²), meant for short words; only the first 64 characters count.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, to) in row.iter_mut().skip(1).zip(&b) {
            let replaced = diagonal + usize::from(from != to);
            diagonal = *cell;
            left = replaced.min(left + 1).min(*cell + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_edits() {
        for (a, b, edits) in [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("same", "same", 0), ("min_cel", "min_cell", 1)] {
            assert_eq!(distance(a, b), edits, "{a} {b}");
        }
    }

    #[test]
    fn the_nearest_come_first_and_the_far_do_not_come() {
        assert_eq!(nearest("xxe.004", ["XXe.005", "XXe.104", "XXe.004", "YYi.900"], 2), ["XXe.004", "XXe.005"]);
        assert!(nearest("anything", ["quite", "different"], 3).is_empty());
    }
}
