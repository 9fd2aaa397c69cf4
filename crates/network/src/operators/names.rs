//! How alike two names are.

/// The similarity of Jaro and Winkler: 1 for equal, 0 for nothing in common. `O(length²)`.
///
/// Source: Winkler, *String comparator metrics and enhanced decision rules in the Fellegi–Sunter model*, 1990; prefix of four characters at most,
/// weight .1.
pub(crate) fn jaro_winkler(a: &[char], b: &[char]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut taken = vec![false; b.len()];
    let mut of_a = Vec::with_capacity(a.len());
    for (at, c) in a.iter().enumerate() {
        let to = (at + reach + 1).min(b.len());
        if let Some(place) = (at.saturating_sub(reach).min(to)..to).find(|place| !taken[*place] && b[*place] == *c) {
            taken[place] = true;
            of_a.push(*c);
        }
    }
    if of_a.is_empty() {
        return 0.0;
    }
    let of_b = b.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(c, _)| *c);
    let swapped = of_a.iter().zip(of_b).filter(|(a, b)| *a != b).count();
    let matches = of_a.len() as f64;
    let jaro = (matches / a.len() as f64 + matches / b.len() as f64 + (matches - swapped as f64 / 2.0) / matches) / 3.0;
    let prefix = a.iter().zip(b).take(4).take_while(|(a, b)| a == b).count();
    jaro + 0.1 * prefix as f64 * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of Winkler's papers.
    #[test]
    fn names_of_the_literature() {
        for (a, b, expected) in [
            ("MARTHA", "MARHTA", 0.9611),
            ("DWAYNE", "DUANE", 0.84),
            ("DIXON", "DICKSONX", 0.8133),
            ("ABC", "ABC", 1.0),
            ("ABC", "XYZ", 0.0),
            ("", "ABC", 0.0),
        ] {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            assert!((jaro_winkler(&a, &b) - expected).abs() < 5e-5);
            assert!((jaro_winkler(&b, &a) - expected).abs() < 5e-5);
        }
    }
}
