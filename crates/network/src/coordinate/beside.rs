//! Tests that are used elsewhere, for comparison: they ask which objects two accounts share, not when.

use super::edges::Coordinated;
use super::timeline::Timeline;
use crate::Error;
use crate::threads::each;
use hashbrown::HashMap;
use stats::{Trials, hypergeometric_tail, poisson_binomial_tail};

/// Edges in one piece of work.
const PIECE: usize = 1024;
/// Rounds of the bipartite model, and how far from a degree its expectation may stay, as a share.
const ROUNDS: usize = 5000;
const NEAR: f64 = 1e-8;

/// What other tests say of one edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beside {
    /// Objects on which both posted, whenever.
    pub shared: u32,
    /// The chance of so many or more shared objects, were each account's objects a random choice among all.
    pub hypergeometric: f64,
    /// The same, were popular objects chosen as often as they are: the stochastic degree sequence model.
    pub sdsm: f64,
    /// The disparity filter on pairs of posts, the lesser of both ends.
    pub disparity: f64,
}

/// Accounts or objects of one degree.
struct Class {
    degree: f64,
    members: f64,
    /// The fitted factor.
    factor: f64,
}

impl Timeline<'_> {
    /// Three tests that are used elsewhere, for every edge and as they are: corrected for nothing.
    ///
    /// - Hypergeometric (Tumminello et al. 2011): see [`hypergeometric_tail`], over all objects with a post here.
    /// - SDSM (Neal 2014) with the bipartite configuration model (Saracco et al. 2015): `P(i shares o) = xᵢ yₒ / (1 + xᵢ yₒ)`, factors such that
    ///   all degrees are met in expectation; shared objects are a sum of trials of chance `P(i, o) P(j, o)`.
    /// - Disparity (Serrano et al. 2009): `(1 − w/s)^(k − 1)` with `w` the edge's pairs, `s` all pairs and `k` the partners of one end.
    ///
    /// Time: for each edge the posts of its quieter account, and the distinct degrees of objects × 50.
    ///
    /// # Errors
    /// [`Error::Stats`].
    pub fn beside(&self, edges: &Coordinated, threads: usize) -> Result<Vec<Beside>, Error> {
        let model = Model::fit(self);
        let (mut pairs, mut partners) = (vec![0.0; self.account_numbers()], vec![0.0; self.account_numbers()]);
        for edge in edges.edges() {
            for account in edge.accounts {
                pairs[account as usize] += f64::from(edge.pairs);
                partners[account as usize] += 1.0;
            }
        }
        let disparity = |account: u32, weight: u32| {
            let account = account as usize;
            (1.0 - f64::from(weight) / pairs[account]).powf(partners[account] - 1.0)
        };
        let parts: Vec<Result<Vec<Beside>, Error>> = each(threads, edges.len().div_ceil(PIECE), HashMap::new, |known, piece| {
            let numbers = piece * PIECE..((piece + 1) * PIECE).min(edges.len());
            let of = |number| {
                let edge = edges.edge(number);
                let [one, other] = edge.accounts;
                let shared = model.shared(one, other);
                let key = [model.of_account[one as usize], model.of_account[other as usize], shared];
                let (hypergeometric, sdsm) = match known.get(&key) {
                    Some(known) => *known,
                    None => *known.entry(key).insert(model.tails(key)?).get(),
                };
                let disparity = disparity(one, edge.pairs).min(disparity(other, edge.pairs));
                Ok(Beside { shared, hypergeometric, sdsm, disparity })
            };
            numbers.map(of).collect()
        });
        let mut all = Vec::with_capacity(edges.len());
        for part in parts {
            all.extend(part?);
        }
        Ok(all)
    }
}

/// Who posted on what, once each, and the model of it.
struct Model {
    /// The objects of each account, ascending, and where they begin.
    objects: Vec<u32>,
    starts: Vec<usize>,
    of_account: Vec<u32>,
    accounts: Vec<Class>,
    object_classes: Vec<Class>,
}

impl Model {
    fn fit(timeline: &Timeline<'_>) -> Self {
        let all = timeline.account_numbers() as u32;
        let (mut objects, mut starts) = (Vec::new(), vec![0]);
        let mut degrees = vec![0u32; timeline.starts.len() - 1];
        for account in 0..all {
            let start = objects.len();
            objects.extend(timeline.places(account).iter().map(|place| timeline.object(*place)));
            let mut kept = start;
            for at in start..objects.len() {
                if kept == start || objects[kept - 1] != objects[at] {
                    objects[kept] = objects[at];
                    kept += 1;
                }
            }
            objects.truncate(kept);
            objects[start..].iter().for_each(|object| degrees[*object as usize] += 1);
            starts.push(objects.len());
        }
        let own: Vec<u32> = starts.windows(2).map(|ends| (ends[1] - ends[0]) as u32).collect();
        let (mut accounts, of_account) = classes(&own, objects.len());
        let (mut object_classes, _) = classes(&degrees, objects.len());
        for _ in 0..ROUNDS {
            let off = fit_side(&mut accounts, &object_classes).max(fit_side(&mut object_classes, &accounts));
            if off <= NEAR {
                break;
            }
        }
        Model { objects, starts, of_account, accounts, object_classes }
    }

    fn shared(&self, one: u32, other: u32) -> u32 {
        let objects = |account: u32| &self.objects[self.starts[account as usize]..self.starts[account as usize + 1]];
        let (mut few, mut many) = (objects(one), objects(other));
        if few.len() > many.len() {
            std::mem::swap(&mut few, &mut many);
        }
        // Each is looked for behind the one before.
        let mut shared = 0;
        for object in few {
            many = &many[many.partition_point(|other| other < object)..];
            shared += u32::from(many.first() == Some(object));
        }
        shared
    }

    /// Both tails for accounts of two classes.
    fn tails(&self, [one, other, shared]: [u32; 3]) -> Result<(f64, f64), Error> {
        let (one, other) = (&self.accounts[one as usize], &self.accounts[other as usize]);
        let all: f64 = self.object_classes.iter().map(|class| class.members).sum();
        let hypergeometric = hypergeometric_tail(all as u64, one.degree as u64, other.degree as u64, u64::from(shared))?;
        let trial = |class: &Class| {
            let chance = |account: &Class| account.factor * class.factor / (1.0 + account.factor * class.factor);
            Trials { chance: (chance(one) * chance(other)).min(1.0), times: class.members as u64 }
        };
        let trials: Vec<Trials> = self.object_classes.iter().map(trial).collect();
        Ok((hypergeometric, poisson_binomial_tail(&trials, u64::from(shared))?))
    }
}

/// Groups members by degree, without those of none; the class of each member.
fn classes(degrees: &[u32], ties: usize) -> (Vec<Class>, Vec<u32>) {
    let mut distinct: Vec<u32> = degrees.iter().copied().filter(|degree| *degree > 0).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let class = |degree: &u32| Class { degree: f64::from(*degree), members: 0.0, factor: f64::from(*degree) / (ties as f64).sqrt() };
    let mut classes: Vec<Class> = distinct.iter().map(class).collect();
    let place = |degree: &u32| distinct.partition_point(|other| other < degree) as u32;
    let of: Vec<u32> = degrees.iter().map(place).collect();
    of.iter().zip(degrees).filter(|(_, degree)| **degree > 0).for_each(|(class, _)| classes[*class as usize].members += 1.0);
    (classes, of)
}

/// Fits the factors of one side to the other's; says how far the degrees were from what is expected.
fn fit_side(side: &mut [Class], other: &[Class]) -> f64 {
    let mut off = 0.0_f64;
    for class in side {
        let sum: f64 = other.iter().map(|other| other.members * other.factor / (1.0 + class.factor * other.factor)).sum();
        off = off.max((class.factor * sum / class.degree - 1.0).abs());
        class.factor = (class.degree / sum).min(1e12);
    }
    off
}
