//! Who stands where in the follow graph: camps, the neighbours among them, communities, and the weights of every account.

use crate::Camp;
use crate::random::{Random, below, chance, lognormal, normal, pareto};

/// Communities that hold people of several camps: neighbours of the supporters and some supporters.
pub(crate) const SHARED: u16 = 4;
/// About how many accounts a community of one camp holds.
const COMMUNITY_SIZE: usize = 400;
/// The most communities of a camp.
const MOST_COMMUNITIES: usize = 12;
/// No account before a return.
pub(crate) const NOBODY: u32 = u32::MAX;

/// How the follow graph is mixed: a degree-corrected block model (Karrer and Newman 2011, Phys. Rev. E 83, 016107), directed.
///
/// An account's follows are drawn one by one; each falls on a group of accounts by the account's class and, within the group, on an
/// account in proportion to its popularity. So the expected number of follows from i to j is (out-weight of i) × (popularity of j) ×
/// (affinity of their blocks). Departures from the paper: out-degrees are drawn first and then kept but for repeats, self-follows are
/// dropped, and the share of an account's follows that falls on supporters varies within a class, since a class without spread would make
/// every ranking perfect.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mixing {
    /// Tail exponent of popularity, above 1: in-degrees have about this tail.
    pub popularity_tail: f64,
    /// Tail exponent of out-degrees, above 1.
    pub follows_tail: f64,
    /// What the number of follows is multiplied by.
    pub follows_scale: f64,
    /// Mean of the share of a supporter's follows that falls on supporters.
    pub supporter_pull: f64,
    /// Mean of that share for a neighbour.
    pub neighbour_pull: f64,
    /// Deviation of that share within either class; values are kept within .02 and .95.
    pub pull_spread: f64,
    /// Share of the remaining follows of supporters and neighbours that falls on neighbours.
    pub to_neighbours: f64,
    /// Share of the follows inside a circle that stays in the account's own community.
    pub own_community: f64,
    /// Share of the supporters who live in a shared community.
    pub bridging: f64,
    /// Shares of journalists, researchers, pious people and opponents who are neighbours of the supporters.
    pub neighbours: [f64; 4],
}

impl Default for Mixing {
    fn default() -> Self {
        Mixing {
            popularity_tail: 1.7,
            follows_tail: 2.5,
            follows_scale: 0.75,
            supporter_pull: 0.51,
            neighbour_pull: 0.30,
            pull_spread: 0.16,
            to_neighbours: 0.25,
            own_community: 0.6,
            bridging: 0.15,
            neighbours: [0.85, 0.85, 0.55, 0.8],
        }
    }
}

/// What the follow graph needs to know of an account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Person {
    /// The circle: the camp, except for bots that pass on what supporters post.
    pub(crate) circle: Camp,
    /// A neighbour: follows supporters and shares their vocabulary without being one.
    pub(crate) neighbour: bool,
    pub(crate) community: u16,
    /// Expected follows, before the tail is drawn.
    pub(crate) follows: f32,
    /// Share of the follows that stays in the circle; for supporters and neighbours, that falls on supporters.
    pub(crate) pull: f32,
    pub(crate) popularity: f32,
    /// The account it is a return of.
    pub(crate) returns: u32,
}

impl Person {
    /// Places an account. `size` is how many accounts its camp has.
    pub(crate) fn settle(random: &mut Random, mixing: &Mixing, camp: Camp, circle: Camp, size: usize) -> Person {
        let behaviour = camp.behaviour();
        let neighbour =
            camp == circle && camp.neighbour_rank().and_then(|rank| mixing.neighbours.get(rank)).is_some_and(|p| chance(random, *p));
        let shares = neighbour || circle == Camp::Supporter && chance(random, mixing.bridging);
        let community = if shares { below(random, usize::from(SHARED)) as u16 } else { own_community(random, circle, size) };
        let mean = match (circle, neighbour) {
            (Camp::Supporter, _) => Some(mixing.supporter_pull),
            (_, true) => Some(mixing.neighbour_pull),
            _ => None,
        };
        let spread = mixing.pull_spread * normal(random);
        let pull = mean.map_or(behaviour.in_group, |mean| (mean + spread).clamp(0.02, 0.95));
        let follows = mixing.follows_scale * lognormal(random, behaviour.follows, 0.6) * pareto(random, mixing.follows_tail);
        let popularity = behaviour.popularity * pareto(random, mixing.popularity_tail).min(3_000.0);
        Person { circle, neighbour, community, follows: follows as f32, pull: pull as f32, popularity: popularity as f32, returns: NOBODY }
    }
}

/// A community of the circle alone. Their sizes differ: the first holds most.
fn own_community(random: &mut Random, circle: Camp, size: usize) -> u16 {
    let count = (size / COMMUNITY_SIZE).clamp(3, MOST_COMMUNITIES);
    let number = below(random, count).min(below(random, count));
    SHARED + (circle.index() * MOST_COMMUNITIES + number) as u16
}

/// One more than the highest number of a community.
pub(crate) const fn community_count() -> usize {
    SHARED as usize + Camp::ALL.len() * MOST_COMMUNITIES
}
