//! How far a method goes astray on groups of the codes that it has not seen, as a forecast of how far it does on the target.

use super::{Answer, Error, Method, Plan, Prepared, Question, Training};
use crate::domains::{Told, put_right};
use crate::{Interval, Level};

/// Items that a group needs, to be tried.
const LEAST_ITEMS: usize = 20;

/// Intervals that hold how far the method goes astray from group to group.
#[derive(Clone, Debug, PartialEq)]
pub struct Across {
    /// Groups that were tried.
    pub groups: usize,
    /// By class, code less method: the mean over groups.
    pub bias: Vec<f64>,
    /// By class, the standard deviation of that from group to group, beyond chance.
    pub spread: Vec<f64>,
    /// By class, around the answer's shares.
    pub intervals: Vec<Interval>,
}

/// Widens the intervals of an answer by what its method misses on groups of the codes (topics, days, sources) when it learns from the other groups.
///
/// Every group of 20 items or more, whose class shares are known, is read by the method under a calibration of the other groups. Code less method over groups has a mean and a spread beyond chance
/// ([`put_right`], the groups' own codes without error); the target is taken for one more such group, of which nothing is coded. The share stays what it is; the interval's ends move
/// out: `√((end − share)² + z²(μ² + τ² + Var μ))`, averaged over what is known of μ and τ. `None` with fewer than three groups to try. Where groups are alike, τ is small and so is the change.
///
/// It holds if the target differs from the codes as groups of the codes differ from each other; nothing in the codes can tell of a target that differs more. Posteriors should be of a classifier that
/// had not seen the group, or the spread is too small. O(groups · cost of [`super::answers`] at a tenth of the replicates).
///
/// # Errors
/// [`Error::Groups`] when there is not one group for every item; those of [`super::answers`].
pub fn across_groups(
    training: &Training,
    groups: &[usize],
    answer: &Answer,
    question: Question,
    seed: u64,
    level: Level,
) -> Result<Option<Across>, Error> {
    if groups.len() != training.labels().len() {
        return Err(Error::Groups { given: groups.len(), items: training.labels().len() });
    }
    let tried = try_groups(training, groups, answer.method, question, seed)?;
    let spreads = answer.cloud.standard_errors();
    let ends = answer.cloud.intervals(level);
    let (mut bias, mut spread, mut intervals) = (Vec::new(), Vec::new(), Vec::new());
    for (class, (share, end)) in answer.shares.prevalence.iter().zip(ends).enumerate() {
        let target = Told { share: *share, error: spreads[class], own: None };
        let told: Vec<Told> = tried.iter().map(|group| group[class]).chain([target]).collect();
        let Some(rights) = put_right(&told, level) else { return Ok(None) };
        let extra = rights.parts.last().map_or(0.0, |own| own.error.powi(2) + (own.missed).powi(2) - spreads[class].powi(2)).max(0.0);
        let out = |end: f64| ((end - share).powi(2) + level.z().powi(2) * extra).sqrt();
        intervals.push(Interval { low: (share - out(end.low)).max(0.0), high: (share + out(end.high)).min(1.0) });
        bias.push(rights.bias);
        spread.push(rights.spread);
    }
    Ok(Some(Across { groups: tried.len(), bias, spread, intervals }))
}

/// What the method says of every group, by class, beside what is known of it. Groups without which a class has no item are passed over.
fn try_groups(training: &Training, groups: &[usize], method: Method, question: Question, seed: u64) -> Result<Vec<Vec<Told>>, Error> {
    let classes = training.posteriors().classes();
    let count = groups.iter().max().map_or(0, |most| most + 1);
    let mut tried = Vec::new();
    for group in 0..count {
        let (own, rest): (Vec<usize>, Vec<usize>) = (0..groups.len()).partition(|at| groups[*at] == group);
        let has_all = (0..classes).all(|class| rest.iter().filter(|at| training.labels()[**at] == class).count() >= 2);
        if own.len() < LEAST_ITEMS || !has_all {
            continue;
        }
        let (own, rest) = (training.take(&own), training.take(&rest));
        let plan = Plan { training: 20, target: 5, seed };
        let found = Prepared::new(&rest, &rest.prior(), &[method], question, plan)?.answers(own.posteriors())?;
        let Some(answer) = found.first() else { continue };
        let errors = answer.cloud.standard_errors();
        let mut truth = vec![0.0; classes];
        own.labels().iter().zip(own.weights()).for_each(|(label, weight)| truth[*label] += weight);
        let all: f64 = truth.iter().sum();
        let told =
            |class: usize| Told { share: answer.shares.prevalence[class], error: errors[class], own: Some((truth[class] / all, 0.0)) };
        tried.push((0..classes).map(told).collect());
    }
    Ok(tried)
}
