use crate::account::SimulatedAccount;
use crate::random::{Random, Weighted, below, chance, lognormal, stream};
use crate::{Camp, Params};

/// Who follows whom, as one list of followed accounts with the start of each follower's part.
pub(crate) struct Follows {
    starts: Vec<u64>,
    followed: Vec<u32>,
}

impl Follows {
    pub(crate) fn of(&self, position: usize) -> &[u32] {
        let (Some(from), Some(to)) = (self.starts.get(position), self.starts.get(position + 1)) else { return &[] };
        self.followed.get(*from as usize..*to as usize).unwrap_or_default()
    }

    pub(crate) fn count(&self) -> u64 {
        self.followed.len() as u64
    }
}

/// The most follows of one account inside the world.
const MOST_FOLLOWS: f64 = 1_500.0;

/// Draws the follow graph: the number of follows log-normal by camp, each in the own circle with the camp's probability, and within
/// either choice by popularity (Pareto), which gives the heavy tail of followers. Then sets the profile's counters.
pub(crate) fn draw(params: &Params, accounts: &mut [SimulatedAccount]) -> Follows {
    let mut random = stream(params.seed, 4);
    let circles = Circles::of(accounts);
    let mut starts = Vec::with_capacity(accounts.len() + 1);
    let mut followed = Vec::new();
    starts.push(0);
    for (position, account) in accounts.iter().enumerate() {
        let mut own = draw_one(&mut random, accounts.len(), account, &circles);
        if let Some(first) = account.returns {
            // A return finds most of its old company again.
            let from = starts.get(first as usize).copied().unwrap_or(0) as usize;
            let to = starts.get(first as usize + 1).copied().unwrap_or(0) as usize;
            let before = followed.get(from..to).unwrap_or_default();
            own.extend(before.iter().copied().filter(|_| chance(&mut random, 0.6)));
        }
        own.sort_unstable();
        own.dedup();
        own.retain(|other| *other as usize != position);
        followed.extend_from_slice(&own);
        starts.push(followed.len() as u64);
    }
    let follows = Follows { starts, followed };
    set_counters(&mut random, accounts, &follows);
    follows
}

/// Samplers by popularity: one over everyone and one for each camp.
struct Circles {
    everyone: Weighted,
    camps: Vec<(Vec<u32>, Weighted)>,
}

impl Circles {
    fn of(accounts: &[SimulatedAccount]) -> Circles {
        let everyone = Weighted::new(accounts.iter().map(|account| account.popularity));
        let camps = Camp::ALL.map(|camp| {
            let members = accounts.iter().enumerate().filter(|(_, account)| account.camp == camp);
            let (positions, weights): (Vec<u32>, Vec<f64>) =
                members.map(|(position, account)| (position as u32, account.popularity)).unzip();
            (positions, Weighted::new(weights))
        });
        Circles { everyone, camps: camps.into() }
    }
}

fn draw_one(random: &mut Random, accounts: usize, account: &SimulatedAccount, circles: &Circles) -> Vec<u32> {
    let behaviour = account.camp.behaviour();
    // A third of a small world at most: beyond that the in-group preference would have nothing left to choose from.
    let most = MOST_FOLLOWS.min(accounts as f64 / 3.0);
    let count = lognormal(random, behaviour.follows, 0.9).min(most) as usize;
    let own = circles.camps.get(account.circle.index());
    (0..count)
        .filter_map(|_| {
            if chance(random, behaviour.in_group) {
                let (positions, sampler) = own?;
                positions.get(sampler.draw(random)?).copied()
            } else {
                circles.everyone.draw(random).map(|position| position as u32)
            }
        })
        .collect()
}

/// Followers and accounts followed as a profile shows them: those inside the world and others outside it.
fn set_counters(random: &mut Random, accounts: &mut [SimulatedAccount], follows: &Follows) {
    let mut followers = vec![0u32; accounts.len()];
    for other in &follows.followed {
        if let Some(count) = followers.get_mut(*other as usize) {
            *count += 1;
        }
    }
    for (position, account) in accounts.iter_mut().enumerate() {
        let inside = followers.get(position).copied().unwrap_or(0);
        let outside = if account.camp == Camp::Supporter { 1.0 } else { 4.0 };
        account.followers = inside + (f64::from(inside + 2) * outside * lognormal(random, 0.0, 0.8)) as u32;
        let inside = follows.of(position).len() as u32;
        account.following = inside + (f64::from(inside) * 2.0 * lognormal(random, 0.0, 0.7)) as u32 + below(random, 20) as u32;
    }
}
