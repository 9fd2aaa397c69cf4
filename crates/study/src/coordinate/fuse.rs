//! Traces put together: the evidence of every pair of accounts as log-odds.
//!
//! Every trace gives a p-value by its own null, which becomes an e-value ([`stats::log_evidence`]). Traces of one family are made of the same posts and
//! depend on each other in unknown ways: of theirs the mean counts, which is an e-value whatever the dependence. Reposts and posts of one's own are
//! different posts, whose times are drawn by themselves under the null: their e-values multiply. A trace in which a pair has no edge gives ½.

use super::settings::CoordinateSettings;
use super::trace::{Family, Trace};
use super::work::Tie;
use crate::Error;
use stats::{evidence_levels, mean_evidence};
use std::ops::Range;

/// Two accounts with what every trace says of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Together {
    pub(super) accounts: [u32; 2],
    /// Its edges among all ties.
    pub(super) ties: Range<usize>,
    /// The natural logarithm of the evidence against chance; 0 where nothing is tested.
    pub(super) log_odds: f64,
    /// The least false discovery rate at which it stands; none where nothing is tested.
    pub(super) level: Option<f64>,
    pub(super) stands: bool,
}

/// All pairs of accounts with a tie, in order.
pub(super) struct Fused {
    /// By accounts, then by trace.
    pub(super) ties: Vec<Tie>,
    pub(super) pairs: Vec<Together>,
    /// Tests that were made over all traces; none where nothing is tested.
    pub(super) tests: Option<u64>,
}

/// The traces whose tests count: those that are not coarse, or, where only coarse ones are asked for, these.
pub(super) fn tested(asked: &CoordinateSettings) -> Vec<Trace> {
    if !asked.test {
        return Vec::new();
    }
    let all = || asked.traces.iter().map(|own| own.trace).filter(|trace| trace.is_tested());
    let fine: Vec<Trace> = all().filter(|trace| !trace.is_coarse()).collect();
    if fine.is_empty() { all().collect() } else { fine }
}

/// Puts the ties of all traces together. `eligible`: accounts with a post in any tested trace. O(ties × log).
pub(super) fn fuse(asked: &CoordinateSettings, mut ties: Vec<Tie>, eligible: u64) -> Result<Fused, Error> {
    ties.sort_unstable_by_key(|tie| (tie.accounts, tie.trace));
    let tested = tested(asked);
    let mut pairs = Vec::new();
    let mut start = 0;
    while let Some(first) = ties.get(start) {
        let end = start + ties.iter().skip(start).take_while(|tie| tie.accounts == first.accounts).count();
        let own = ties.get(start..end).unwrap_or_default();
        pairs.push(Together {
            accounts: first.accounts,
            ties: start..end,
            log_odds: if tested.is_empty() { 0.0 } else { log_odds(asked, &tested, own) },
            level: None,
            // Where one trace is tested its own test decides, and where none is, every edge stands.
            stands: own.iter().any(|tie| tie.stands && (counts(asked, &tested, tie) || !asked.test)),
        });
        start = end;
    }
    let tests = asked.test.then(|| eligible * eligible.saturating_sub(1) / 2);
    if let (Some(tests), true) = (tests, tested.len() > 1) {
        let logs: Vec<f64> = pairs.iter().map(|pair| pair.log_odds).collect();
        let levels = evidence_levels(&logs, tests.max(logs.len() as u64)).map_err(network::Error::from)?;
        for (pair, level) in pairs.iter_mut().zip(levels) {
            pair.level = Some(level);
            pair.stands = level <= asked.level;
        }
    }
    Ok(Fused { ties, pairs, tests })
}

/// Whether a tie is of a trace whose test counts.
fn counts(asked: &CoordinateSettings, tested: &[Trace], tie: &Tie) -> bool {
    asked.traces.get(usize::from(tie.trace)).is_some_and(|own| tested.contains(&own.trace))
}

pub(super) fn is_tested(asked: &CoordinateSettings, tie: &Tie) -> bool {
    asked.test && asked.traces.get(usize::from(tie.trace)).is_some_and(|own| own.trace.is_tested())
}

fn log_odds(asked: &CoordinateSettings, tested: &[Trace], ties: &[Tie]) -> f64 {
    let absent = 0.5_f64.ln();
    [Family::Reposts, Family::Own]
        .into_iter()
        .map(|family| {
            let of = tested.iter().filter(|trace| trace.family() == family).count();
            let is_its = |tie: &&Tie| {
                counts(asked, tested, tie) && asked.traces.get(usize::from(tie.trace)).is_some_and(|own| own.trace.family() == family)
            };
            let logs: Vec<f64> = ties.iter().filter(is_its).map(|tie| tie.log).collect();
            if of == 0 { 0.0 } else { mean_evidence(&logs, of, absent) }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coordinate::{EdgeWeight, TraceSettings};

    fn asked(traces: &[Trace]) -> CoordinateSettings {
        CoordinateSettings {
            traces: traces.iter().map(|trace| TraceSettings { trace: *trace, window: Some(60_000_000) }).collect(),
            weight: EdgeWeight::Pairs,
            min_weight: 2.0,
            quantile: None,
            min_participation: 1,
            half_life: None,
            any_clock: false,
            evidence: 10,
            test: true,
            level: 0.05,
            dependent: false,
            leiden: false,
            seed: 1,
            curve: Vec::new(),
        }
    }

    fn tie(accounts: [u32; 2], trace: u8, log: f64) -> Tie {
        Tie { accounts, trace, edge: 0, log, stands: false, pairs: 2, observed: 2, expected: 0.1, scheduled: 0 }
    }

    #[test]
    fn families_multiply_and_traces_of_one_family_share() {
        let asked = asked(&[Trace::CoRepost, Trace::CoLink, Trace::CoText, Trace::SharedHandle]);
        let ties = vec![tie([0, 1], 1, 6.0), tie([0, 1], 0, 4.0), tie([0, 1], 2, 5.0), tie([2, 3], 0, 20.0), tie([4, 5], 3, 0.0)];
        let fused = fuse(&asked, ties, 100).unwrap();
        let wanted = 4.0 + ((6.0_f64.exp() + 5.0_f64.exp()) / 2.0).ln();
        assert!((fused.pairs[0].log_odds - wanted).abs() < 1e-12);
        // Without an edge in either trace of the other family half of the evidence is gone.
        assert!((fused.pairs[1].log_odds - (20.0 + 0.5_f64.ln())).abs() < 1e-12);
        assert_eq!(fused.tests, Some(4950));
        let stand: Vec<bool> = fused.pairs.iter().map(|pair| pair.stands).collect();
        // 4950 / (k · .05) = e^11.5 for the first, e^10.8 for two: only the heavier one reaches its own.
        assert_eq!(stand, [false, true, false]);
    }

    #[test]
    fn coarse_traces_say_nothing_where_others_do() {
        let ties = || vec![tie([0, 1], 0, 40.0), tie([0, 1], 1, 20.0), tie([2, 3], 0, 40.0)];
        let fused = fuse(&asked(&[Trace::CoDomain, Trace::CoLink, Trace::CoText]), ties(), 100).unwrap();
        let wanted = ((20.0_f64.exp() + 0.5) / 2.0).ln();
        assert!((fused.pairs[0].log_odds - wanted).abs() < 1e-9 && !fused.pairs[1].stands);
        let fused = fuse(&asked(&[Trace::CoDomain, Trace::CoHashtag]), ties(), 100).unwrap();
        assert!(fused.pairs.iter().all(|pair| pair.stands));
    }

    #[test]
    fn one_trace_keeps_its_own_test() {
        let asked = asked(&[Trace::CoLink]);
        let ties = vec![Tie { stands: true, ..tie([0, 1], 0, 2.0) }, tie([0, 2], 0, 30.0)];
        let fused = fuse(&asked, ties, 10).unwrap();
        assert_eq!(fused.pairs.iter().map(|pair| (pair.stands, pair.level)).collect::<Vec<_>>(), [(true, None), (false, None)]);
    }
}
