use crate::account::SimulatedAccount;
use crate::camp::{NEUTRAL_TAG, RELAY_CLIENTS};
use crate::coding;
use crate::community::{Mixing, NOBODY, Person};
use crate::follows::{self, Follows};
use crate::places::{NOWHERE, TOWNS};
use crate::random::{Random, below, chance, exponential, lognormal, pick, pick_weighted, stream, unit};
use crate::time::{DAY_MS, START_MS, account_id, civil_ms, instant};
use crate::words::HANDLE_WORDS;
use crate::{Camp, Code, Error, json};
use record::{Status, Window};

/// The fewest accounts: with them every camp has someone.
const MIN_ACCOUNTS: u64 = 50;
/// The most accounts: what fits in memory, and in four digits of a handle.
const MAX_ACCOUNTS: u64 = 1_000_000;
const MAX_DAYS: u32 = 3_650;
/// How many seeds people start from.
const SEEDS: usize = 25;
/// Days from the end of the world to the day of coding.
pub(crate) const CODING_DAYS: i64 = 14;

/// What a world is made from. Equal parameters make equal worlds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    /// How many accounts: 50 to 1,000,000.
    pub accounts: u64,
    /// How many days, from 2018-01-01 UTC: 1 to 3,650.
    pub days: u32,
    /// The seed of every draw.
    pub seed: u64,
}

impl Params {
    /// Checks the ranges.
    ///
    /// # Errors
    /// A number out of range.
    pub fn check(&self) -> Result<(), Error> {
        if !(MIN_ACCOUNTS..=MAX_ACCOUNTS).contains(&self.accounts) {
            return Err(Error::Accounts { given: self.accounts, min: MIN_ACCOUNTS, max: MAX_ACCOUNTS });
        }
        if !(1..=MAX_DAYS).contains(&self.days) {
            return Err(Error::Days { given: self.days, max: MAX_DAYS });
        }
        Ok(())
    }

    pub(crate) fn end_ms(&self) -> i64 {
        START_MS + i64::from(self.days) * DAY_MS
    }
}

/// Accounts, their camps and whom they follow: everything about the world but its posts.
///
/// Pure: no file is touched. O(accounts × follows) time and memory, about 300 bytes and 40 follows an account.
pub struct World {
    pub(crate) params: Params,
    accounts: Vec<SimulatedAccount>,
    follows: Follows,
}

impl World {
    /// Makes the world.
    ///
    /// # Errors
    /// A parameter out of range.
    pub fn new(params: &Params) -> Result<World, Error> {
        params.check()?;
        let mut accounts = populate(params);
        add_returns(params, &mut accounts);
        name_and_number(params, &mut accounts);
        let mixing = Mixing::default();
        place(params, &mixing, &mut accounts);
        let people: Vec<Person> = accounts.iter().map(|account| account.person).collect();
        let mut random = stream(params.seed, 4);
        let follows = follows::draw(&mut random, &people, &mixing);
        set_counters(&mut random, &mut accounts, &follows);
        Ok(World { params: *params, accounts, follows })
    }

    /// The accounts; a position in this slice stands for an account everywhere in the world.
    pub fn accounts(&self) -> &[SimulatedAccount] {
        &self.accounts
    }

    /// The accounts that the account at this position follows, in ascending order; empty beyond the end.
    pub fn follows(&self, position: usize) -> &[u32] {
        self.follows.of(position)
    }

    /// The follows of this account that a crawl at the end of the world sees: none of an account that is closed or protected by then, and none
    /// of accounts that are closed by then.
    pub fn seen_follows(&self, position: usize) -> impl Iterator<Item = u32> + '_ {
        let is_seen = self.accounts.get(position).is_some_and(SimulatedAccount::is_crawled);
        let followed = if is_seen { self.follows(position) } else { &[] };
        followed.iter().copied().filter(|other| self.accounts.get(*other as usize).is_some_and(|account| account.end_ms().is_none()))
    }

    /// How many follows there are.
    pub fn follow_count(&self) -> u64 {
        self.follows.count()
    }

    /// The seeds: about 25 supporters that people came across and coded, all of them to be seen at the end of the world. Ascending.
    pub fn seeds(&self) -> Vec<u32> {
        let fits =
            |account: &SimulatedAccount| account.camp == Camp::Supporter && account.code == Code::OvertSupport && account.is_crawled();
        let accounts = self.accounts.iter().enumerate().filter(|(_, account)| fits(account));
        let candidates: Vec<u32> = accounts.map(|(position, _)| position as u32).collect();
        coding::spread(&mut stream(self.params.seed, 7), &candidates, SEEDS)
    }

    /// The time that the world lasts, from the first microsecond to the last.
    pub fn window(&self) -> Window {
        Window { from: instant(START_MS), to: record::Instant::from_micros(self.params.end_ms() * 1_000 - 1) }
    }
}

/// Accounts without names, ids and follows, in the order of creation. Camps have exact shares (fans take what rounding leaves).
fn populate(params: &Params) -> Vec<SimulatedAccount> {
    let mut random = stream(params.seed, 1);
    let mut camps = Vec::with_capacity(params.accounts as usize);
    for camp in Camp::ALL.into_iter().filter(|camp| *camp != Camp::Fan) {
        let count = params.accounts * camp.behaviour().percent / 100;
        camps.extend((0..count).map(|_| camp));
    }
    camps.resize(params.accounts as usize, Camp::Fan);
    let mut accounts: Vec<SimulatedAccount> = camps.into_iter().map(|camp| settle(params, camp, &mut random)).collect();
    accounts.sort_by_key(|account| account.created_ms);
    accounts
}

/// One account.
fn settle(params: &Params, camp: Camp, random: &mut Random) -> SimulatedAccount {
    let behaviour = camp.behaviour();
    let language = pick_weighted(random, behaviour.languages).unwrap_or(crate::Language::English);
    let (first, count) = towns_of(language);
    let town = first + below(random, count);
    let created_ms = draw_creation(params, camp, random);
    let from = created_ms.max(START_MS);
    let (low, rise) = behaviour.hazard;
    let suspended_ms = first_event(random, from, params, low, rise);
    let deleted_ms = first_event(random, from, params, 0.0003, 0.0).filter(|_| suspended_ms.is_none());
    let (mu, sigma) = behaviour.rate;
    let rate = lognormal(random, mu, sigma).min(140.0);
    // Two in three bots pass on what supporters post; the others are services.
    let circle = if camp == Camp::Bot && chance(random, 0.66) { Camp::Supporter } else { camp };
    let clients = if circle == camp { behaviour.clients } else { &RELAY_CLIENTS };
    let main = pick_weighted(random, clients).unwrap_or_default();
    let second = pick_weighted(random, clients).unwrap_or_default();
    let age_days = (START_MS - created_ms).max(0) / DAY_MS;
    SimulatedAccount {
        account_id: 0,
        handle: String::new(),
        camp,
        circle,
        neighbour: false,
        community: 0,
        code: Code::Unclear,
        language,
        bot: camp == Camp::Bot,
        rate,
        protected: camp != Camp::Bot && chance(random, 0.015),
        verified: chance(random, behaviour.verified),
        returns: None,
        town: town as u8,
        created_ms,
        suspended_ms,
        deleted_ms,
        name: draw_name(random, language),
        bio: draw_words(random, language, 9),
        location: draw_location(random, town),
        clients: [main, second],
        geo_enabled: chance(random, 0.25),
        default_avatar: chance(random, if age_days < 60 { 0.2 } else { 0.04 }),
        person: Person { circle, neighbour: false, community: 0, follows: 0.0, pull: 0.0, popularity: 1.0, returns: NOBODY },
        closed_later: None,
        followers: 0,
        following: 0,
        posts_before: (rate * age_days as f64 * (0.3 + 0.7 * unit(random))) as u32,
    }
}

/// The first town of a language and how many it has.
fn towns_of(language: crate::Language) -> (usize, usize) {
    let first = TOWNS.iter().position(|town| town.language == language).unwrap_or(0);
    let count = TOWNS.iter().filter(|town| town.language == language).count();
    (first, count.max(1))
}

/// Creation: some within the window, some in the burst month (September 2017), the others spread over ten years, later years more.
fn draw_creation(params: &Params, camp: Camp, random: &mut Random) -> i64 {
    let behaviour = camp.behaviour();
    let (from, to) = match unit(random) {
        draw if draw < behaviour.newcomers => (START_MS, params.end_ms()),
        draw if draw < behaviour.newcomers + behaviour.burst => (civil_ms(2017, 9, 1), civil_ms(2017, 10, 1)),
        _ => (civil_ms(2007, 6, 1), START_MS),
    };
    let share = if to == START_MS { unit(random).powf(0.6) } else { unit(random) };
    whole_second(from + (share * (to - from - 1) as f64) as i64)
}

/// Profiles show whole seconds.
fn whole_second(ms: i64) -> i64 {
    ms - ms.rem_euclid(1_000)
}

/// When an event happens whose daily hazard starts at `low` and has risen by `rise` at the end of the window; `None` beyond the window.
///
/// Inverts the cumulative hazard `a·t + b·t²` (t in days from the start of the window) at an exponential draw.
fn first_event(random: &mut Random, from_ms: i64, params: &Params, low: f64, rise: f64) -> Option<i64> {
    let draw = exponential(random);
    let entry = (from_ms - START_MS) as f64 / DAY_MS as f64;
    let square = rise / (2.0 * f64::from(params.days));
    let target = draw + low * entry + square * entry * entry;
    let days = if square > 0.0 { ((low * low + 4.0 * square * target).sqrt() - low) / (2.0 * square) } else { target / low };
    let ms = START_MS as f64 + days * DAY_MS as f64;
    (ms < params.end_ms() as f64).then_some(whole_second(ms as i64))
}

/// Some suspended supporters come back: newcomers among the supporters become their successors, created one to five days later.
fn add_returns(params: &Params, accounts: &mut [SimulatedAccount]) {
    let mut random = stream(params.seed, 2);
    let is_supporter = |account: &SimulatedAccount| account.camp == Camp::Supporter;
    let suspended: Vec<(usize, i64)> = accounts
        .iter()
        .enumerate()
        .filter(|(_, account)| is_supporter(account))
        .filter_map(|(position, account)| Some((position, account.suspended_ms?)))
        .collect();
    let mut newcomers: Vec<usize> = accounts
        .iter()
        .enumerate()
        .filter(|(_, account)| is_supporter(account) && account.created_ms >= START_MS && account.end_ms().is_none())
        .map(|(position, _)| position)
        .collect();
    for (first, suspended_ms) in suspended {
        let created_ms = whole_second(suspended_ms + ((1.0 + 4.0 * unit(&mut random)) * DAY_MS as f64) as i64);
        if created_ms >= params.end_ms() || !chance(&mut random, 0.4) {
            continue;
        }
        let Some(successor) = newcomers.pop() else { break };
        let Some(before) = accounts.get(first).cloned() else { continue };
        if let Some(account) = accounts.get_mut(successor) {
            account.returns = Some(first as u32);
            account.created_ms = created_ms;
            account.language = before.language;
            account.town = before.town;
            account.location = before.location;
            account.name = before.name;
            account.bio = before.bio;
            account.clients = before.clients;
            account.rate = before.rate;
            account.posts_before = 0;
        }
    }
}

/// Places every account in the follow graph, gives it its true code and what follows from both: words of the profile, and whether it is
/// closed before it is coded.
fn place(params: &Params, mixing: &Mixing, accounts: &mut [SimulatedAccount]) {
    let mut random = stream(params.seed, 9);
    let mut sizes = [0usize; Camp::ALL.len()];
    for account in accounts.iter() {
        if let Some(size) = sizes.get_mut(account.circle.index()) {
            *size += 1;
        }
    }
    for position in 0..accounts.len() {
        let before = accounts.get(position).and_then(|account| accounts.get(account.returns? as usize)).map(|before| before.person);
        let Some(account) = accounts.get_mut(position) else { continue };
        let size = sizes.get(account.circle.index()).copied().unwrap_or(0);
        let mut person = Person::settle(&mut random, mixing, account.camp, account.circle, size);
        person.returns = account.returns.unwrap_or(NOBODY);
        if let Some(before) = before {
            (person.community, person.pull) = (before.community, before.pull);
        }
        account.person = person;
        account.neighbour = person.neighbour;
        account.community = person.community;
        account.code = Code::draw(&mut random, account.camp, account.circle);
        account.closed_later = draw_closing(&mut random, account);
        describe(&mut random, account);
    }
}

/// Closings between the end of the world and the day of coding: at the rate that its last days had.
fn draw_closing(random: &mut Random, account: &SimulatedAccount) -> Option<Status> {
    let (low, rise) = account.camp.behaviour().hazard;
    let draw = exponential(random) / CODING_DAYS as f64;
    let closings = [(low + rise, Status::Suspended), (0.0003, Status::Deleted), (0.0004, Status::Protected), (0.0001, Status::Unavailable)];
    let mut sum = 0.0;
    closings.into_iter().find_map(|(hazard, status)| {
        sum += hazard;
        (draw < sum).then_some(status)
    })
}

/// What the profile says of the matter, in placeholder tags that stand at its end.
fn describe(random: &mut Random, account: &mut SimulatedAccount) {
    let tag = match account.camp {
        Camp::Supporter if chance(random, 0.5) => Some("HollowLantern"),
        Camp::Supporter if chance(random, 0.3) => Some(NEUTRAL_TAG),
        Camp::Opponent if chance(random, 0.2) => Some("lanternwatch"),
        Camp::Journalist if chance(random, 0.1) => Some("LanternNews"),
        Camp::Researcher if chance(random, 0.2) => Some("LanternStudies"),
        _ if account.neighbour && chance(random, 0.15) => Some(NEUTRAL_TAG),
        _ if account.neighbour && chance(random, 0.1) => Some("hollowlantern"),
        _ => None,
    };
    let mut push = |words: &str| {
        if !account.bio.is_empty() {
            account.bio.push(' ');
        }
        account.bio.push_str(words);
    };
    if let Some(tag) = tag {
        push(&format!("#{tag}"));
    }
    if account.code == Code::Minor {
        push("15 years old");
    }
}

/// Followers and accounts followed as a profile shows them: those inside the world and others outside it.
fn set_counters(random: &mut Random, accounts: &mut [SimulatedAccount], follows: &Follows) {
    let followers = follows.followers();
    for (position, account) in accounts.iter_mut().enumerate() {
        let inside = followers.get(position).copied().unwrap_or(0);
        let outside = if account.camp == Camp::Supporter { 1.0 } else { 4.0 };
        account.followers = inside + (f64::from(inside + 2) * outside * lognormal(random, 0.0, 0.8)) as u32;
        let inside = follows.of(position).len() as u32;
        account.following = inside + (f64::from(inside) * 2.0 * lognormal(random, 0.0, 0.7)) as u32 + below(random, 20) as u32;
    }
}

/// Handles and ids. Ids follow the order of creation, which returns have changed; positions stay.
fn name_and_number(params: &Params, accounts: &mut [SimulatedAccount]) {
    let mut random = stream(params.seed, 3);
    let mut order: Vec<usize> = (0..accounts.len()).collect();
    order.sort_by_key(|position| accounts.get(*position).map(|account| (account.created_ms, *position)));
    let mut last_id = 0;
    for position in order {
        let words = [pick(&mut random, &HANDLE_WORDS), pick(&mut random, &HANDLE_WORDS)].map(|word| word.copied().unwrap_or("tea"));
        let jitter = below(&mut random, 1 << 16) as u64;
        let root = accounts.get(position).and_then(|account| account.returns).and_then(|first| accounts.get(first as usize));
        // The root of a return is its predecessor's: what people do, and what a matcher has to find.
        let root = root.and_then(|before| before.handle.rsplit_once('_')).map(|(root, _)| root.to_owned());
        let root = root.unwrap_or_else(|| words.join("_"));
        if let Some(account) = accounts.get_mut(position) {
            account.handle = format!("{root}_{}", json::base36(position as u64, 4));
            account.account_id = (account_id(account.created_ms) + jitter % 900).max(last_id + 1);
            last_id = account.account_id;
        }
    }
}

fn draw_name(random: &mut Random, language: crate::Language) -> String {
    let words = [pick(random, language.words()), pick(random, language.words())];
    let parts = words.into_iter().flatten().map(|word| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    });
    parts.collect::<Vec<_>>().join(" ")
}

/// Up to `most` words, sometimes none.
fn draw_words(random: &mut Random, language: crate::Language, most: usize) -> String {
    let count = below(random, most + 1);
    let words: Vec<&str> = (0..count).filter_map(|_| pick(random, language.words()).copied()).collect();
    words.join(" ")
}

fn draw_location(random: &mut Random, town: usize) -> String {
    let named = TOWNS.get(town);
    match below(random, 10) {
        0..=2 => String::new(),
        3 => pick(random, &NOWHERE).map(|text| (*text).to_owned()).unwrap_or_default(),
        4 | 5 => named.map(|town| town.country_name.to_owned()).unwrap_or_default(),
        6 => named.map(|town| town.name.to_owned()).unwrap_or_default(),
        _ => named.map(|town| town.full_name.to_owned()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With a constant hazard the share reached must be 1 − exp(−H); with a rising one, the cumulative hazard is the area under it.
    #[test]
    fn events_come_at_their_hazard() {
        let params = Params { accounts: 50, days: 100, seed: 3 };
        let mut random = stream(3, 0);
        for (low, rise) in [(0.01, 0.0), (0.002, 0.02)] {
            let hits = (0..20_000).filter(|_| first_event(&mut random, START_MS, &params, low, rise).is_some()).count();
            let expected = 1.0 - (-(low * 100.0 + rise * 50.0f64)).exp();
            let share = hits as f64 / 20_000.0;
            assert!((share - expected).abs() < 5.0 * (expected * (1.0 - expected) / 20_000.0).sqrt(), "{share} against {expected}");
        }
    }
}
