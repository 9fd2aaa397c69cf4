//! How unusual a likeness is, as a level: in steps of the spread that pairs of the same community have.

use super::Field;
use super::compare::{Agreement, Likeness};
use super::prepare::Prepared;
use stats::linkage::MISSING;
use std::collections::BTreeMap;

/// Likenesses of measured fields, as multiples of the distance from the median to the ninth decile, at which levels begin.
const CUTS: [f64; 6] = [0.5, 1.0, 1.75, 2.5, 3.5, 5.0];
/// Drawn pairs that a community needs for a scale of its own.
const ENOUGH: usize = 40;

/// Levels of a field.
pub(crate) fn count(field: Field) -> usize {
    match field {
        Field::Handle | Field::Name => 4,
        Field::Avatar => 2,
        _ => CUTS.len() + 1,
    }
}

/// Where likenesses lie, and how far they spread.
#[derive(Clone, Copy)]
struct Scale {
    middle: f64,
    spread: f64,
}

/// The scales of measured fields, for each community and for pairs of two.
pub(crate) struct Levels {
    community: Vec<u32>,
    /// By community; the last one is for pairs of two communities.
    scales: Vec<BTreeMap<Field, Scale>>,
}

/// A drawn pair and its likeness, pairs of one community first, then the others.
type Drawn<'a> = [(&'a Vec<(u32, u32)>, &'a Vec<Likeness>); 2];

impl Levels {
    pub(crate) fn new(prepared: &Prepared, [(same, of_same), (_, of_other)]: Drawn<'_>) -> Levels {
        let community: Vec<u32> = prepared.accounts.iter().map(|account| account.community).collect();
        let mut scales = vec![BTreeMap::new(); prepared.communities + 1];
        for field in Field::ALL {
            let value = |likeness: &Likeness| measured(field, likeness);
            let Some(pooled) = Scale::of(of_same.iter().filter_map(value).collect(), None) else { continue };
            let mut by_community: Vec<Vec<f64>> = vec![Vec::new(); prepared.communities];
            for (pair, likeness) in same.iter().zip(of_same) {
                by_community[community[pair.0 as usize] as usize].extend(value(likeness));
            }
            for (at, values) in by_community.into_iter().enumerate() {
                let own = if values.len() >= ENOUGH { Scale::of(values, Some(pooled)) } else { None };
                scales[at].insert(field, own.unwrap_or(pooled));
            }
            let apart = Scale::of(of_other.iter().filter_map(value).collect(), Some(pooled));
            scales[prepared.communities].insert(field, apart.unwrap_or(pooled));
        }
        Levels { community, scales }
    }

    /// The level of a field for a pair, and the chance that stands in for how often strangers reach it (0: none).
    pub(crate) fn of(&self, field: Field, (a, b): (u32, u32), likeness: &Likeness) -> (u8, f64) {
        let agreement = |agreement: Option<Agreement>| agreement.map_or((MISSING, 0.0), |found| (found.level, found.chance));
        match field {
            Field::Handle => agreement(likeness.handle),
            Field::Name => agreement(likeness.name),
            Field::Avatar => agreement(likeness.avatar),
            _ => {
                let (a, b) = (self.community[a as usize], self.community[b as usize]);
                let scales = if a == b { self.scales.get(a as usize) } else { self.scales.last() };
                let scale = scales.and_then(|scales| scales.get(&field));
                let level = |(value, scale): (f64, &Scale)| {
                    let steps = (value - scale.middle) / scale.spread;
                    CUTS.iter().filter(|cut| steps >= **cut).count() as u8
                };
                (measured(field, likeness).zip(scale).map_or(MISSING, level), 0.0)
            }
        }
    }
}

fn measured(field: Field, likeness: &Likeness) -> Option<f64> {
    match field {
        Field::Bio => likeness.bio,
        Field::Followed => likeness.followed,
        Field::Followers => likeness.followers,
        Field::Hours => likeness.hours,
        Field::Clients => likeness.clients,
        Field::Style => likeness.style,
        Field::Handle | Field::Name | Field::Avatar => None,
    }
}

impl Scale {
    /// Median, and distance to the ninth decile, which few pairs of one hand do not move; not below half of what is usual elsewhere, so that
    /// where nearly no pair has anything in common the first thing in common is not extreme.
    fn of(mut values: Vec<f64>, usual: Option<Scale>) -> Option<Scale> {
        values.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| values.get(((values.len() as f64 - 1.0) * share).round() as usize).copied();
        let (middle, high, higher) = (at(0.5)?, at(0.9)?, at(0.99)?);
        let floor = usual.map_or(0.02, |scale| scale.spread / 2.0);
        Some(Scale { middle, spread: (high - middle).max((higher - middle) / 2.0).max(floor) })
    }
}
