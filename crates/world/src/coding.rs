//! People who code: their errors, the golden items that measure these, and whom they start from. Pure; files are in `sheet`.

use crate::Code;
use crate::random::{Random, below, chance, mix, pick, pick_weighted, stream};

/// A simulated coder.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coder {
    /// The name that stands in the column `coder`.
    pub name: String,
    /// Probability of seeing overt support where it is, when the coder decides.
    pub sensitivity: f64,
    /// Probability of not seeing it where it is not, when the coder decides.
    pub specificity: f64,
    /// Probability of `unclear`.
    pub unclear: f64,
    /// Probability of taking one kind of account that does not support for another such kind.
    pub confusion: f64,
}

impl Coder {
    /// A coder with the default errors: sensitivity .9, specificity .995, `unclear` .02, confusion .04.
    pub fn named(name: &str) -> Coder {
        Coder { name: name.to_owned(), sensitivity: 0.9, specificity: 0.995, unclear: 0.02, confusion: 0.04 }
    }
}

/// What the coder says of an item whose true code is `truth`; where the truth is `unavailable`, everyone sees that.
///
/// The answer depends on the seed, the coder's name and the item only: the same item in another sample gets the same answer, and two
/// coders err independently. A stated age is read without error. O(1).
pub fn code(seed: u64, coder: &Coder, item: u64, truth: Code) -> Code {
    let name = coder.name.bytes().fold(0, |sum, byte| mix(sum, u64::from(byte)));
    let mut random = stream(mix(mix(seed, name), item), 11);
    match truth {
        Code::Unavailable | Code::Minor => truth,
        _ if chance(&mut random, coder.unclear) => Code::Unclear,
        Code::OvertSupport if chance(&mut random, coder.sensitivity) => Code::OvertSupport,
        Code::OvertSupport => pick_weighted(&mut random, &MISSED).unwrap_or(Code::PiousNeutral),
        _ if !chance(&mut random, coder.specificity) => Code::OvertSupport,
        _ if chance(&mut random, coder.confusion) => {
            let others: Vec<Code> = NEGATIVE.into_iter().filter(|code| *code != truth).collect();
            pick(&mut random, &others).copied().unwrap_or(truth)
        }
        _ => truth,
    }
}

/// What support is taken for when it is missed.
const MISSED: [(Code, u32); 4] = [(Code::PiousNeutral, 50), (Code::News, 25), (Code::Opponent, 15), (Code::Satire, 10)];
/// The codes of accounts that do not support the organisation.
const NEGATIVE: [Code; 7] =
    [Code::OtherDesignated, Code::Opponent, Code::News, Code::Research, Code::PiousNeutral, Code::Satire, Code::Unrelated];

/// Golden items: up to `each` accounts that truly support and as many that truly do not, drawn without replacement from those whose true
/// code is neither `minor`, `unclear` nor `unavailable`. No more than half of either kind is taken. Ascending. O(accounts).
pub fn golden(seed: u64, codes: &[Code], each: usize) -> Vec<u32> {
    let mut random = stream(seed, 12);
    let kind = |is_support: bool| {
        let fits = move |code: &Code| if is_support { *code == Code::OvertSupport } else { NEGATIVE.contains(code) };
        codes.iter().enumerate().filter(move |(_, code)| fits(code)).map(|(position, _)| position as u32).collect::<Vec<_>>()
    };
    let mut items = Vec::new();
    for mut candidates in [kind(true), kind(false)] {
        let count = each.min(candidates.len() / 2);
        items.extend(sample(&mut random, &mut candidates, count));
    }
    items.sort_unstable();
    items
}

/// A simple random sample without replacement, in the order of the draws (Fisher and Yates, stopped early).
pub(crate) fn sample(random: &mut Random, candidates: &mut [u32], count: usize) -> Vec<u32> {
    let count = count.min(candidates.len());
    for place in 0..count {
        let other = place + below(random, candidates.len() - place);
        candidates.swap(place, other);
    }
    candidates.get(..count).unwrap_or_default().to_vec()
}

/// One of every stretch of the candidates, about `count` of them: how people come by a starting list over time.
pub(crate) fn spread(random: &mut Random, candidates: &[u32], count: usize) -> Vec<u32> {
    let step = (candidates.len() / count.max(1)).max(1);
    candidates.chunks(step).filter_map(|group| pick(random, group).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rates of 40,000 answers against the coder's, within five standard errors.
    #[test]
    fn coders_err_at_their_rates() {
        let coder = Coder { name: "c".to_owned(), sensitivity: 0.8, specificity: 0.97, unclear: 0.05, confusion: 0.1 };
        let share = |truth: Code, answer: Code| {
            let answers: Vec<Code> = (0..40_000).map(|item| code(3, &coder, item, truth)).collect();
            let decided = answers.iter().filter(|code| **code != Code::Unclear).count() as f64;
            (answers.iter().filter(|code| **code == answer).count() as f64 / decided, decided / 40_000.0)
        };
        let near = |seen: f64, expected: f64| (seen - expected).abs() < 5.0 * (expected * (1.0 - expected) / 38_000.0f64).sqrt();
        let (sensitivity, decided) = share(Code::OvertSupport, Code::OvertSupport);
        assert!(near(sensitivity, 0.8) && near(decided, 0.95), "{sensitivity} {decided}");
        let (false_positives, _) = share(Code::News, Code::OvertSupport);
        assert!(near(false_positives, 0.03), "{false_positives}");
        let (kept, _) = share(Code::News, Code::News);
        assert!(near(kept, 0.97 * 0.9), "{kept}");
        assert_eq!(share(Code::Unavailable, Code::Unavailable), (1.0, 1.0));
        assert_eq!(share(Code::Minor, Code::Minor), (1.0, 1.0));
    }

    /// Agreement of two coders on true supporters is s² + what both miss alike, not 1: errors are each coder's own.
    #[test]
    fn coders_err_independently_and_repeatably() {
        let (one, two) = (Coder::named("one"), Coder::named("two"));
        let miss = |coder: &Coder, item: u64| code(1, coder, item, Code::OvertSupport) != Code::OvertSupport;
        let both = (0..40_000).filter(|item| miss(&one, *item) && miss(&two, *item)).count() as f64 / 40_000.0;
        let single = 1.0 - 0.98 * 0.9;
        assert!((both - single * single).abs() < 0.0035, "{both}");
        assert!((0..500).all(|item| code(1, &one, item, Code::News) == code(1, &one, item, Code::News)));
    }

    #[test]
    fn golden_items_are_of_both_kinds_and_once_each() {
        let codes: Vec<Code> = (0..1_000).map(|n| if n % 4 == 0 { Code::OvertSupport } else { Code::ALL[n % Code::ALL.len()] }).collect();
        let items = golden(2, &codes, 60);
        assert_eq!(items.len(), 120);
        assert!(items.windows(2).all(|pair| pair[0] < pair[1]));
        let support = items.iter().filter(|item| codes[**item as usize] == Code::OvertSupport).count();
        assert_eq!(support, 60);
        assert!(items.iter().all(|item| !matches!(codes[*item as usize], Code::Minor | Code::Unclear | Code::Unavailable)));
        assert_eq!(
            golden(2, &codes, 10_000).len(),
            codes.iter().filter(|code| **code == Code::OvertSupport).count() / 2 + {
                codes.iter().filter(|code| NEGATIVE.contains(code)).count() / 2
            }
        );
    }
}
