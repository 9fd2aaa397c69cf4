use crate::score::Scored;

/// The probabilities between which a score abstains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// At or below this the score says no; below 0 it never does.
    pub low: f64,
    /// At or above this the score says yes; above 1 it never does.
    pub high: f64,
}

impl Band {
    /// The narrowest band outside which the score errs, on items that it had not seen, in at most a share `wrong` of its answers on either side: `high`
    /// is the least score at and above which at most that share (by weight) is negative, `low` the greatest at and below which at most that
    /// share is positive. Where the two cross, they meet in the middle and nothing is left to abstain from. O(n log n).
    ///
    /// The share is the one seen; with few items beyond a cut it is known badly, and its interval is [`crate::score::precision_at`]'s.
    pub fn fit(items: &Scored, wrong: f64) -> Band {
        let mut rows: Vec<(f64, bool, f64)> = items.rows().collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let low = last_good(rows.iter().copied(), true, wrong).unwrap_or(-1.0);
        let high = last_good(rows.iter().rev().copied(), false, wrong).unwrap_or(2.0);
        if low < high {
            return Band { low, high };
        }
        let middle = f64::midpoint(low, high);
        Band { low: middle, high: middle }
    }

    /// Yes, no, or nothing.
    pub fn decide(self, probability: f64) -> Option<bool> {
        if probability >= self.high { Some(true) } else { (probability <= self.low).then_some(false) }
    }
}

/// When a classifier of several classes answers: only where its largest posterior reaches this.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Caution {
    /// Least largest posterior for an answer; above 1 there never is one.
    pub least: f64,
}

impl Caution {
    /// The least posterior at and above which, on items that the classifier had not seen, at most a share `wrong` of its answers are wrong. `posteriors`
    /// is row-major with `classes` columns, one row a label. O(n log n).
    ///
    /// The share is the one seen, of the classes' mixture seen.
    pub fn fit(posteriors: &[f64], classes: usize, labels: &[usize], wrong: f64) -> Caution {
        let mut rows: Vec<(f64, bool, f64)> = posteriors
            .chunks_exact(classes.max(1))
            .zip(labels)
            .map(|(row, label)| {
                let answer = largest(row);
                (row[answer], answer == *label, 1.0)
            })
            .collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        Caution { least: last_good(rows.iter().rev().copied(), false, wrong).unwrap_or(2.0) }
    }

    /// The class of the largest posterior, the first of equals; nothing where it is too small.
    pub fn answer(self, posteriors: &[f64]) -> Option<usize> {
        let answer = largest(posteriors);
        posteriors.get(answer).filter(|posterior| **posterior >= self.least).map(|_| answer)
    }
}

/// The position of the largest value, the first of equals.
fn largest(row: &[f64]) -> usize {
    (1..row.len()).fold(0, |best, at| if row[at] > row[best] { at } else { best })
}

/// The last score in this order up to which items of class `bad` have at most a share `wrong` of the weight; ties count together.
fn last_good(rows: impl Iterator<Item = (f64, bool, f64)>, bad: bool, wrong: f64) -> Option<f64> {
    let (mut total, mut mistaken, mut found) = (0.0, 0.0, None);
    let mut rows = rows.peekable();
    while let Some((score, label, weight)) = rows.next() {
        total += weight;
        mistaken += if label == bad { weight } else { 0.0 };
        let tied = rows.peek().is_some_and(|next| next.0 == score);
        if !tied && mistaken <= wrong * total {
            found = Some(score);
        }
    }
    found
}
