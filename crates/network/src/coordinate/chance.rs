use super::edges::Coordinated;
use super::timeline::{Reach, Timeline};
use crate::Error;
use crate::threads::each;
use stats::{Multiplicity, Trials, adjusted, poisson_binomial_tail};

/// Hours of a day.
const HOURS: usize = 24;
/// Posts of the average account that are added to each account's own hours.
const PRIOR: f64 = 10.0;
/// With this chance the hour at which an account posted on an object is taken as given, and only the time within it as drawn.
///
/// What brings two accounts to an object in the same hour need not bring them there at the same minute. Were the hour always given, an object
/// on which nobody else posted in it would say nothing; were it never, accounts of one newsroom would stand for keeping the same hours.
const GIVEN: f64 = 0.5;
/// Edges in one piece of work.
const PIECE: usize = 256;
/// Edges whose meetings are not so many standard deviations above what is expected whatever the hours are not tested further.
const DEVIATIONS: f64 = 1.5;
/// Chances above this are not worked out without associates: they will not stand either way.
const SCREEN: f64 = 0.1;
/// On objects of more posts than this associates are not left out: a ring is a small part of them, and looking at every post would take long.
const CROWD: usize = 300;
/// Meetings with both accounts, on other objects, that make a third account an associate.
const MEETINGS: u32 = 3;

/// Settings of [`Timeline::significance`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignificanceOptions {
    /// The window, as for the edges.
    pub window: i64,
    /// The least number of pairs that an edge was kept with.
    pub least_pairs: u32,
    /// The length of a day in the unit of times.
    pub day: i64,
    /// Threads; the result does not depend on it.
    pub threads: usize,
}

/// How likely what one edge shows would be if both accounts posted at times of their own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    /// Objects on which both posted, whenever; those that schedules explain are left out here and below.
    pub shared: u32,
    /// Objects on which they posted within the window.
    pub observed: u32,
    /// On how many that would be expected by chance.
    pub expected: f64,
    /// Objects on which they posted within the window as each does by schedule.
    pub scheduled: u32,
    /// The chance of so many or more; 1 where hardly more were observed than expected.
    pub p: f64,
    /// The least false discovery rate at which it stands, by Benjamini and Hochberg.
    pub q: f64,
    /// The same by Benjamini and Yekutieli.
    pub q_dependent: f64,
}

/// The test of every edge against the times of posts on its objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Significance {
    /// Accounts that could have been found together.
    pub eligible: usize,
    /// Their pairs, each of which is a test; those without an edge count as p = 1.
    pub tests: u64,
    /// One for each edge, in their order.
    pub edges: Vec<Chance>,
}

impl Significance {
    /// The numbers of edges that stand at a false discovery rate.
    pub fn standing(&self, level: f64, multiplicity: Multiplicity) -> impl Iterator<Item = usize> + '_ {
        let stands = move |chance: &Chance| match multiplicity {
            Multiplicity::BenjaminiHochberg => chance.q <= level,
            Multiplicity::BenjaminiYekutieli => chance.q_dependent <= level,
        };
        self.edges.iter().enumerate().filter(move |(_, chance)| stands(chance)).map(|(edge, _)| edge)
    }
}

/// What is known of every object: the hours of its posts, and of its pairs within the window.
struct Objects {
    /// Posts by hour, and where those of each object begin.
    hours: Vec<(u8, u32)>,
    hour_starts: Vec<u32>,
    /// Ordered pairs of different posts within the window by their hours, and where those of each object begin.
    pairs: Vec<(u8, u8, u32)>,
    pair_starts: Vec<u32>,
    /// The share of pairs that are within the window, whatever their hours.
    near: Vec<f64>,
}

/// Everything that the test of one edge reads.
struct Test<'t> {
    timeline: &'t Timeline<'t>,
    window: i64,
    /// The object and the hour of each place, and whether its post is one of a schedule.
    objects: &'t [u32],
    hours: Vec<u8>,
    scheduled: Vec<bool>,
    /// The share of all posts that falls into each hour.
    usual: [f64; HOURS],
    /// The posts of each account by hour.
    by_hour: Vec<[u32; HOURS]>,
    of: Objects,
    companions: Companions,
}

/// With whom each account met on many objects, ascending, and on how many; where those of each account begin.
struct Companions {
    met: Vec<(u32, u32)>,
    starts: Vec<usize>,
    /// Meetings on other objects that count as many.
    least: u32,
}

impl Companions {
    fn new(edges: &Coordinated, accounts: usize, least_pairs: u32) -> Self {
        // An edge with so many objects besides the one at hand is there whatever happened on that one.
        let least = MEETINGS.max(least_pairs);
        let mut both: Vec<(u32, u32, u32)> = Vec::new();
        for edge in edges.edges().filter(|edge| edge.objects >= least && edge.accounts[0] != edge.accounts[1]) {
            let [one, other] = edge.accounts;
            both.extend([(one, other, edge.objects), (other, one, edge.objects)]);
        }
        both.sort_unstable();
        let mut starts = vec![0; accounts + 1];
        both.iter().for_each(|(account, ..)| starts[*account as usize + 1] += 1);
        crate::graph::accumulate(&mut starts);
        Companions { met: both.into_iter().map(|(_, other, objects)| (other, objects)).collect(), starts, least }
    }

    fn of(&self, account: u32) -> &[(u32, u32)] {
        &self.met[self.starts[account as usize]..self.starts[account as usize + 1]]
    }

    /// Who met both accounts on many objects, with how many objects that was for each.
    fn of_both(&self, one: u32, other: u32) -> Vec<Associate> {
        let (mut left, mut right) = (self.of(one).iter().peekable(), self.of(other).iter().peekable());
        let mut both = Vec::new();
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            if a.0 == b.0 {
                both.push(Associate { account: a.0, objects: [a.1, b.1] });
            }
            let (from_left, from_right) = (a.0 <= b.0, b.0 <= a.0);
            if from_left {
                left.next();
            }
            if from_right {
                right.next();
            }
        }
        both
    }
}

/// A third account that met both accounts of an edge.
struct Associate {
    account: u32,
    /// On how many objects it met each.
    objects: [u32; 2],
}

impl Timeline<'_> {
    /// Tests every edge: are its accounts within the window on more objects than their shared objects and their hours make likely?
    ///
    /// Both accounts' posts on an object are taken as drawn from all times of posts on it, so bursts and viral objects make coincidences
    /// likely there: with a chance of one half from those in the hour at which the account was there, else from all of them, weighted by how much
    /// the account favours the hour (its posts on the object itself left out). Over the objects that
    /// both shared, the number with a coincidence is a sum of unlike trials, whose tail is p. Coincidences of posts that are both of a
    /// schedule do not count. Where an edge might stand, the posts of associates are left out of each object's times: of accounts that met both
    /// on three other objects or more, for a ring would else hide behind its own crowd. What happened on other objects says nothing of the
    /// times on this one, so the draw stays fair. All pairs of accounts in the timeline are tests; pairs that are no edge count as p = 1.
    /// Formulas: docs/methods/coordination.md. Time: for each edge the posts of its quieter account.
    ///
    /// # Errors
    /// [`Error::Setting`] for a day that is not positive or a negative window.
    pub fn significance(&self, edges: &Coordinated, options: &SignificanceOptions) -> Result<Significance, Error> {
        if options.day < HOURS as i64 || options.window < 0 {
            return Err(Error::Setting { name: "the length of a day", value: options.day as f64, wanted: "24 hours in the unit of times" });
        }
        let test = Test::new(self, edges, options)?;
        let pieces = edges.len().div_ceil(PIECE);
        let parts = each(
            options.threads,
            pieces,
            || (),
            |(), piece| {
                let numbers = piece * PIECE..((piece + 1) * PIECE).min(edges.len());
                numbers.map(|edge| test.chance(edges.edge(edge).accounts)).collect::<Result<Vec<_>, _>>()
            },
        );
        let mut chances = Vec::with_capacity(edges.len());
        for part in parts {
            chances.extend(part?);
        }
        let eligible = self.active();
        let tests = (eligible as u64 * (eligible as u64).saturating_sub(1) / 2).max(chances.len() as u64);
        let p: Vec<f64> = chances.iter().map(|chance| chance.p).collect();
        let q = adjusted(&p, tests, Multiplicity::BenjaminiHochberg)?;
        let q_dependent = adjusted(&p, tests, Multiplicity::BenjaminiYekutieli)?;
        for (chance, (q, dependent)) in chances.iter_mut().zip(q.into_iter().zip(q_dependent)) {
            (chance.q, chance.q_dependent) = (q, dependent);
        }
        Ok(Significance { eligible, tests, edges: chances })
    }

    fn hours(&self, day: i64) -> Vec<u8> {
        let hour = |time: &i64| (i128::from(time.rem_euclid(day)) * HOURS as i128 / i128::from(day)) as u8;
        self.times.iter().map(hour).collect()
    }
}

impl<'t> Test<'t> {
    fn new(timeline: &'t Timeline<'t>, edges: &Coordinated, options: &SignificanceOptions) -> Result<Self, Error> {
        let hours = timeline.hours(options.day);
        let scheduled = timeline.scheduled(&hours, options.day, options.threads)?;
        let reach = timeline.reach(options.window, options.threads);
        let mut usual = [1.0; HOURS];
        hours.iter().for_each(|hour| usual[usize::from(*hour)] += 1.0);
        let all: f64 = usual.iter().sum();
        usual.iter_mut().for_each(|share| *share /= all);
        let objects = timeline.objects();
        let of = Objects::new(timeline, &reach, &hours);
        let companions = Companions::new(edges, timeline.account_numbers(), options.least_pairs);
        let mut by_hour = vec![[0; HOURS]; timeline.account_numbers()];
        timeline.accounts.iter().zip(&hours).for_each(|(account, hour)| by_hour[*account as usize][usize::from(*hour)] += 1);
        Ok(Test { timeline, window: options.window, objects, hours, scheduled, usual, by_hour, of, companions })
    }

    /// The posts of an account by hour, and those of the average account in front.
    fn profile(&self, account: u32) -> [f64; HOURS] {
        let own = &self.by_hour[account as usize];
        std::array::from_fn(|hour| PRIOR * self.usual[hour] + f64::from(own[hour]))
    }

    fn chance(&self, [one, other]: [u32; 2]) -> Result<Chance, Error> {
        let profiles = [self.profile(one), self.profile(other)];
        let mut found = Chance { shared: 0, observed: 0, expected: 0.0, scheduled: 0, p: 1.0, q: 1.0, q_dependent: 1.0 };
        if one == other {
            return Ok(found);
        }
        let mut shared = Vec::new();
        self.shared(one, other, |places| {
            let (is_met, is_scheduled) = self.meeting(places);
            if is_scheduled {
                found.scheduled += 1;
                return;
            }
            found.observed += u32::from(is_met);
            shared.push(places);
        });
        found.shared = shared.len() as u32;
        let plain = shared.iter().map(|places| any_of(self.of.near[self.objects[places[0][0] as usize] as usize], *places));
        let (mean, variance) = plain.fold((0.0, 0.0), |sum, chance| (sum.0 + chance, sum.1 + chance * (1.0 - chance)));
        found.expected = mean;
        // Most edges end here, with p = 1, which can only err on the safe side.
        if f64::from(found.observed) <= mean + DEVIATIONS * f64::sqrt(variance) {
            return Ok(found);
        }
        let mut test = |chances: &dyn Fn([&[u32]; 2]) -> f64| {
            let trials: Vec<Trials> = shared.iter().map(|places| Trials { chance: chances(*places), times: 1 }).collect();
            found.expected = trials.iter().map(|trial| trial.chance).sum();
            // No more than expected is nothing to test: 1 is never too small.
            if f64::from(found.observed) <= found.expected {
                found.p = 1.0;
                return Ok(1.0);
            }
            found.p = poisson_binomial_tail(&trials, u64::from(found.observed))?;
            Ok::<f64, Error>(found.p)
        };
        if test(&|places| self.of_object(places, &profiles))? <= SCREEN {
            let associates = self.companions.of_both(one, other);
            if !associates.is_empty() {
                test(&|places| self.without(places, &profiles, &associates))?;
            }
        }
        Ok(found)
    }

    /// The chance that two accounts meet on an object, from the times of posts on it that are not of their associates.
    ///
    /// One pass over them with the sum of weights within the window of each.
    fn without(&self, places: [&[u32]; 2], profiles: &[[f64; HOURS]; 2], associates: &[Associate]) -> f64 {
        let object = self.objects[places[0][0] as usize] as usize;
        let all = self.timeline.starts[object] as u32..self.timeline.starts[object + 1] as u32;
        if all.len() > CROWD {
            return self.of_object(places, profiles);
        }
        let times = |place: u32| self.timeline.times[place as usize];
        let is_near = |place: u32, side: usize| places[side].iter().any(|own| times(*own).abs_diff(times(place)) <= self.window as u64);
        // Who of the associates met either of them here: that meeting does not count.
        let mut met: Vec<(usize, [u32; 2])> = Vec::new();
        let mut posts: Vec<(u32, Option<usize>)> = Vec::with_capacity(all.len());
        for place in all {
            let account = self.timeline.accounts[place as usize];
            let associate = associates.binary_search_by_key(&account, |associate| associate.account).ok();
            posts.push((place, associate));
            if let Some(associate) = associate {
                let near = [0, 1].map(|side| u32::from(is_near(place, side)));
                match met.iter_mut().find(|met| met.0 == associate) {
                    Some(met) => met.1 = [0, 1].map(|side| met.1[side].max(near[side])),
                    None => met.push((associate, near)),
                }
            }
        }
        let is_out = |associate: usize| {
            let near = met.iter().find(|met| met.0 == associate).map_or([0, 0], |met| met.1);
            (0..2).all(|side| associates[associate].objects[side] - near[side] >= self.companions.least)
        };
        posts.retain(|(_, associate)| associate.is_none_or(|associate| !is_out(associate)));
        let hour = |place: u32| usize::from(self.hours[place as usize]);
        let mut by_hour = [0.0; HOURS];
        posts.iter().for_each(|(place, _)| by_hour[hour(*place)] += 1.0);
        let [one, other] = self.weights(places, profiles, &by_hour);
        let left: Vec<(i64, f64, f64)> = posts.into_iter().map(|(place, _)| (times(place), one[hour(place)], other[hour(place)])).collect();
        let (mut mine, mut theirs, mut same, mut near) = (0.0, 0.0, 0.0, 0.0);
        let (mut low, mut high, mut within) = (0, 0, 0.0);
        for (time, one, other) in &left {
            while high < left.len() && left[high].0.saturating_sub(*time) <= self.window {
                within += left[high].2;
                high += 1;
            }
            while time.saturating_sub(left[low].0) > self.window {
                within -= left[low].2;
                low += 1;
            }
            near += one * (within - other);
            mine += one;
            theirs += other;
            same += one * other;
        }
        any_of(near / (mine * theirs - same), places)
    }

    /// Calls `see` with the places of both accounts on every object that both posted on.
    fn shared<'s>(&'s self, one: u32, other: u32, mut see: impl FnMut([&'s [u32]; 2])) {
        let (mut left, mut right) = (self.timeline.places(one), self.timeline.places(other));
        while let (Some(a), Some(b)) = (left.first(), right.first()) {
            let (a, b) = (self.objects[*a as usize], self.objects[*b as usize]);
            if a == b {
                let (mine, theirs) = (self.run(left, a), self.run(right, a));
                see([&left[..mine], &right[..theirs]]);
                (left, right) = (&left[mine..], &right[theirs..]);
            } else if a < b {
                left = &left[self.skip(left, b)..];
            } else {
                right = &right[self.skip(right, a)..];
            }
        }
    }

    fn run(&self, places: &[u32], object: u32) -> usize {
        places.iter().take_while(|place| self.objects[**place as usize] == object).count()
    }

    /// How many places lie before an object: in steps that double, then by halves, since one account may have a thousand times more.
    fn skip(&self, places: &[u32], object: u32) -> usize {
        let is_before = |place: &u32| self.objects[*place as usize] < object;
        let mut step = 1;
        while step < places.len() && is_before(&places[step]) {
            step *= 2;
        }
        let from = step / 2;
        from + places[from..(step + 1).min(places.len())].partition_point(is_before)
    }

    /// Whether two posts meet within the window, and whether all that do are of schedules on both sides.
    fn meeting(&self, [mine, theirs]: [&[u32]; 2]) -> (bool, bool) {
        let time = |place: &u32| self.timeline.times[*place as usize];
        let (mut is_met, mut is_scheduled) = (false, true);
        let mut from = 0;
        for place in mine {
            while from < theirs.len() && time(&theirs[from]) < time(place).saturating_sub(self.window) {
                from += 1;
            }
            for other in theirs[from..].iter().take_while(|other| time(other) <= time(place).saturating_add(self.window)) {
                is_met = true;
                is_scheduled &= self.scheduled[*place as usize] && self.scheduled[*other as usize];
            }
        }
        (is_met, is_met && is_scheduled)
    }

    /// The chance of each of an object's posts, by hour, to be where either account posted: see [`GIVEN`]. `posts` are the object's by hour.
    ///
    /// An hour is favoured by how much more than others the account posts in it, its posts on this object left out.
    fn weights(&self, places: [&[u32]; 2], profiles: &[[f64; HOURS]; 2], posts: &[f64; HOURS]) -> [[f64; HOURS]; 2] {
        [0, 1].map(|side: usize| {
            let mut own = [0.0; HOURS];
            places[side].iter().for_each(|place| own[usize::from(self.hours[*place as usize])] += 1.0);
            let habit: [f64; HOURS] = std::array::from_fn(|hour| (profiles[side][hour] - own[hour]) / self.usual[hour]);
            let all: f64 = habit.iter().zip(posts).map(|(weight, posts)| weight * posts).sum();
            let given = GIVEN / places[side].len() as f64;
            // Its own posts are among the object's, so no hour of its own is empty.
            std::array::from_fn(|hour| (1.0 - GIVEN) * habit[hour] / all + given * own[hour] / posts[hour].max(1.0))
        })
    }

    /// The chance that two accounts meet on an object on which both posted.
    fn of_object(&self, places: [&[u32]; 2], profiles: &[[f64; HOURS]; 2]) -> f64 {
        let object = self.objects[places[0][0] as usize] as usize;
        let mut by_hour = [0.0; HOURS];
        let hours = &self.of.hours[self.of.hour_starts[object] as usize..self.of.hour_starts[object + 1] as usize];
        hours.iter().for_each(|(hour, posts)| by_hour[usize::from(*hour)] = f64::from(*posts));
        let [one, other] = self.weights(places, profiles, &by_hour);
        let (mut mine, mut theirs, mut same) = (0.0, 0.0, 0.0);
        for (hour, posts) in by_hour.iter().enumerate() {
            mine += posts * one[hour];
            theirs += posts * other[hour];
            same += posts * one[hour] * other[hour];
        }
        let pairs = &self.of.pairs[self.of.pair_starts[object] as usize..self.of.pair_starts[object + 1] as usize];
        let near: f64 = pairs.iter().map(|(a, b, pairs)| f64::from(*pairs) * one[usize::from(*a)] * other[usize::from(*b)]).sum();
        any_of(near / (mine * theirs - same), places)
    }
}

/// The chance that any pair of their posts meets when a single one does so with this chance: `1 − (1 − single)^pairs`.
fn any_of(single: f64, places: [&[u32]; 2]) -> f64 {
    let pairs = (places[0].len() * places[1].len()) as f64;
    // Rounding may leave a little less than certainty.
    let single = single.clamp(0.0, 1.0);
    if single >= 1.0 - 1e-9 { 1.0 } else { -((-single).ln_1p() * pairs).exp_m1() }
}

impl Objects {
    fn new(timeline: &Timeline<'_>, reach: &Reach, hours: &[u8]) -> Self {
        let objects = timeline.starts.len() - 1;
        let mut of = Objects {
            hours: Vec::new(),
            hour_starts: Vec::with_capacity(objects + 1),
            pairs: Vec::new(),
            pair_starts: Vec::new(),
            near: Vec::with_capacity(objects),
        };
        for object in 0..objects {
            of.hour_starts.push(of.hours.len() as u32);
            of.pair_starts.push(of.pairs.len() as u32);
            let places = timeline.starts[object]..timeline.starts[object + 1];
            let all = places.len() as f64 * (places.len() as f64 - 1.0);
            if places.len() > 1 {
                of.add(places, reach, hours);
            }
            let near: f64 = of.pairs[of.pair_starts[object] as usize..].iter().map(|(.., pairs)| f64::from(*pairs)).sum();
            of.near.push(if all > 0.0 { near / all } else { 1.0 });
        }
        of.hour_starts.push(of.hours.len() as u32);
        of.pair_starts.push(of.pairs.len() as u32);
        of
    }

    fn add(&mut self, places: std::ops::Range<usize>, reach: &Reach, hours: &[u8]) {
        let mut posts = [0u32; HOURS];
        let mut pairs = [[0u32; HOURS]; HOURS];
        // The posts within the window of the present one, by hour.
        let mut near = [0u32; HOURS];
        let (mut low, mut high) = (places.start, places.start);
        for place in places {
            let hour = usize::from(hours[place]);
            posts[hour] += 1;
            let [from, to] = reach.of(place as u32).map(|place| place as usize);
            while high < to {
                near[usize::from(hours[high])] += 1;
                high += 1;
            }
            while low < from {
                near[usize::from(hours[low])] -= 1;
                low += 1;
            }
            near[hour] -= 1;
            for (sum, near) in pairs[hour].iter_mut().zip(&near) {
                *sum = sum.saturating_add(*near);
            }
            near[hour] += 1;
        }
        for (hour, row) in pairs.iter().enumerate().filter(|(hour, _)| posts[*hour] > 0) {
            self.hours.push((hour as u8, posts[hour]));
            self.pairs
                .extend(row.iter().enumerate().filter(|(_, pairs)| **pairs > 0).map(|(other, pairs)| (hour as u8, other as u8, *pairs)));
        }
    }
}
