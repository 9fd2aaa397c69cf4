//! Strata from a score.

use super::Error;

/// Expected share of the positives that the tail may hold.
const TAIL: f64 = 0.01;

/// Classes of the probability in which accounts are counted.
const CLASSES: usize = 400;

/// Where a frame is cut by score, highest stratum first.
#[derive(Clone, Debug, PartialEq)]
pub struct Cuts(Vec<f64>);

impl Cuts {
    /// The least score of every stratum but the last, falling.
    pub fn scores(&self) -> &[f64] {
        &self.0
    }

    /// Number of strata.
    pub fn strata(&self) -> usize {
        self.0.len() + 1
    }

    /// The stratum of a score: 0 holds the highest, the last is the tail. O(log strata).
    pub fn stratum(&self, score: f64) -> usize {
        self.0.partition_point(|cut| *cut > score)
    }

    /// Positions of the accounts of every stratum, ascending: the frame's order is the caller's, so the same frame is drawn alike. O(n log strata).
    pub fn members(&self, scores: &[f64]) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); self.strata()];
        scores.iter().enumerate().for_each(|(at, score)| members[self.stratum(*score)].push(at as u32));
        members
    }
}

/// Cuts a frame into at most `count` strata by score, given each account's probability of being positive, which must not fall as the score rises
/// (a calibrated score; where it does fall, it is levelled).
///
/// The tail is a stratum of its own: the accounts of lowest score that are together expected to hold at most a hundredth of the positives. The rest
/// is cut by the rule of Dalenius and Hodges: equal steps of the cumulated √f, f the number of accounts in each of 400 classes of the
/// probability, of equal width. Equal scores stay together; strata that would be empty are left out, so there may be fewer. O(n log n).
///
/// Source: T. Dalenius, J. L. Hodges, JASA 54 (1959) 88–101; W. G. Cochran, Sampling Techniques, 3rd ed. (1977), 5A.7. Departures: the tail, and
/// classes of equal width in arcsin √p, the scale on which a 0/1 code has the same spread everywhere; in equal steps of p itself all of a rare frame is one class.
///
/// # Errors
/// [`Error::EmptyFrame`], [`Error::Spreads`] when the slices differ in length, [`Error::Share`] for a probability outside 0 to 1 or a score that
/// is no number (given as it is), [`Error::Strata`] for fewer than two strata.
pub fn stratify(scores: &[f64], probabilities: &[f64], count: usize) -> Result<Cuts, Error> {
    if scores.is_empty() {
        return Err(Error::EmptyFrame);
    }
    if scores.len() != probabilities.len() {
        return Err(Error::Spreads { given: probabilities.len(), strata: scores.len() });
    }
    if count < 2 {
        return Err(Error::Strata(count));
    }
    let wrong = probabilities.iter().find(|p| !(0.0..=1.0).contains(*p)).or(scores.iter().find(|score| score.is_nan()));
    if let Some(wrong) = wrong {
        return Err(Error::Share(*wrong));
    }
    let runs = runs(scores, probabilities);
    // The tail, from below: whole runs of equal score.
    let expected: f64 = runs.iter().map(|run| run.accounts * run.probability).sum();
    let (mut held, mut tail) = (0.0, runs.len());
    for (at, run) in runs.iter().enumerate().rev().take(runs.len() - 1) {
        held += run.accounts * run.probability;
        if held > TAIL * expected {
            break;
        }
        tail = at;
    }
    // With no expectation to go by, the lowest score is the tail.
    let tail = tail.clamp(1, (runs.len() - 1).max(1));
    let head = &runs[..tail.min(runs.len())];
    let mut cuts = head_cuts(head, count - 1);
    if tail < runs.len() {
        cuts.extend(head.last().map(|run| run.score));
    }
    Ok(Cuts(cuts))
}

/// Accounts of one score.
struct Run {
    score: f64,
    accounts: f64,
    probability: f64,
}

/// Accounts by falling score, those of one score together; probabilities levelled where they rise as the score falls.
fn runs(scores: &[f64], probabilities: &[f64]) -> Vec<Run> {
    let mut rows: Vec<(f64, f64)> = scores.iter().copied().zip(probabilities.iter().copied()).collect();
    rows.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
    let mut least = 1.0_f64;
    let runs = rows.chunk_by(|a, b| a.0 == b.0).map(|tie| {
        let mean = tie.iter().map(|row| row.1).sum::<f64>() / tie.len() as f64;
        least = least.min(mean);
        Run { score: tie[0].0, accounts: tie.len() as f64, probability: least }
    });
    runs.collect()
}

/// The least scores of all but the last of `count` strata of the head.
fn head_cuts(head: &[Run], count: usize) -> Vec<f64> {
    let class = |run: &Run| {
        let angle = run.probability.sqrt().asin() / std::f64::consts::FRAC_PI_2;
        ((angle * CLASSES as f64) as usize).min(CLASSES - 1)
    };
    let mut frequency = vec![0.0; CLASSES];
    head.iter().for_each(|run| frequency[class(run)] += run.accounts);
    let whole: f64 = frequency.iter().map(|f: &f64| f.sqrt()).sum();
    // Cumulated from the highest class down, up to and with each class.
    let mut cumulated = vec![0.0; CLASSES];
    let mut sum = 0.0;
    for at in (0..CLASSES).rev() {
        sum += frequency[at].sqrt();
        cumulated[at] = sum;
    }
    let step = |run: &Run| ((cumulated[class(run)] / whole * count as f64).ceil() as usize).clamp(1, count);
    head.windows(2).filter(|pair| step(&pair[0]) != step(&pair[1])).map(|pair| pair[0].score).collect()
}
