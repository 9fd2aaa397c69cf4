//! The proof world: plain arrays without names, files or days, quick enough that hundreds can be made.

use crate::camp::Behaviour;
use crate::community::{Mixing, NOBODY, Person};
use crate::follows::{self, Follows};
use crate::random::{Alias, Random, below, chance, lognormal, pareto, pick, pick_weighted, poisson, stream, unit};
use crate::vocabulary::{CLASSES, weights_of};
use crate::{Camp, Code, Coder, Language, coding};
use record::Status;

/// What a proof world is made from. Equal parameters and seeds make equal worlds.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofParams {
    /// How many accounts.
    pub accounts: u32,
    /// Share of the accounts that are in the camp of the supporters, 0 to 1.
    pub supporters: f64,
    /// Shares of the other accounts; who is in none of these camps is a fan.
    pub others: Others,
    /// The follow graph.
    pub mixing: Mixing,
    /// How many seeds people start from.
    pub seeds: u32,
    /// Mean number of interactions (reposts, replies, quotes) of an account.
    pub interactions: f64,
    /// Mean number of words of an account's posts and profile.
    pub words: f64,
    /// How accounts escape.
    pub closings: Closings,
    /// The coders.
    pub coders: Vec<Coder>,
}

/// Shares of the accounts that are not in the camp of the supporters.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Others {
    /// Opponents.
    pub opponents: f64,
    /// Journalists.
    pub journalists: f64,
    /// Researchers.
    pub researchers: f64,
    /// Pious people.
    pub pious: f64,
    /// Bots; they are services here, none passes on what supporters post.
    pub bots: f64,
}

/// Probabilities that an account escapes observation.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closings {
    /// A supporter is closed before anything of it is captured: it follows nobody that a crawl could see, and has no posts.
    pub supporter_before_capture: f64,
    /// The same for the others.
    pub other_before_capture: f64,
    /// A supporter is closed between capture and coding.
    pub supporter_before_coding: f64,
    /// The same for the others.
    pub other_before_coding: f64,
    /// Anyone is protected: follows are not seen, posts are not captured, and coders see nothing.
    pub protected: f64,
}

/// How often one account reposted, answered or quoted another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// Who acted.
    pub from: u32,
    /// On whose posts.
    pub to: u32,
    /// How often.
    pub count: u32,
}

/// A world in arrays; a position stands for an account in all of them.
pub struct ProofWorld {
    /// Where each account stands.
    pub camps: Vec<Camp>,
    /// Whether it is a neighbour of the supporters.
    pub neighbours: Vec<bool>,
    /// Its community; those below 4 are shared by several camps.
    pub communities: Vec<u16>,
    /// Its language setting.
    pub languages: Vec<Language>,
    /// Months from January 2007 to its creation.
    pub created_months: Vec<u16>,
    /// Its main client, a number below 12.
    pub clients: Vec<u8>,
    /// The code that a person without error would give it while it can be seen.
    pub codes: Vec<Code>,
    /// Whether its follows, posts and profile were captured.
    pub captured: Vec<bool>,
    /// What a coder sees.
    pub status_at_coding: Vec<Status>,
    /// Where each account's part of `followed` begins; one more entry than accounts.
    pub follow_starts: Vec<u64>,
    /// Accounts followed, ascending within each part; only what a crawl sees.
    pub followed: Vec<u32>,
    /// Interactions, by `from`, then `to`; of captured accounts only.
    pub interactions: Vec<Interaction>,
    /// Where each account's part of `words` begins; one more entry than accounts.
    pub word_starts: Vec<u32>,
    /// Pairs of a word's place in [`ProofWorld::VOCABULARY`] and how often the account used it, ascending; empty where not captured.
    pub words: Vec<(u8, u16)>,
    /// Seeds: captured supporters, coded without error. Ascending.
    pub seeds: Vec<u32>,
    seed: u64,
    coders: Vec<Coder>,
}

impl ProofWorld {
    /// The words that texts are made of. The first [`ProofWorld::REFERENCES`] refer to the organisation; without them a text is one that
    /// neighbours and others write too.
    pub const VOCABULARY: &'static [&'static str] = &crate::vocabulary::VOCABULARY;
    /// How many of the first words refer to the organisation.
    pub const REFERENCES: usize = crate::vocabulary::REFERENCES;

    /// Makes the world. O(accounts + follows + words) time and memory. Values out of range act as the nearest one in it.
    pub fn new(params: &ProofParams, seed: u64) -> ProofWorld {
        let camps = draw_camps(params, seed);
        let people = settle(params, seed, &camps);
        let mut world = ProofWorld::describe(params, seed, camps, &people);
        let mut follows = follows::draw(&mut stream(seed, 22), &people, &params.mixing);
        world.interactions = interact(params, seed, &follows, &world.captured);
        unsee(&mut follows, &world.captured);
        (world.follow_starts, world.followed) = (follows.starts, follows.followed);
        (world.word_starts, world.words) = write_words(params, seed, &people, &world);
        let candidates = (0..world.camps.len()).filter(|position| {
            let is_support = world.codes.get(*position) == Some(&Code::OvertSupport);
            is_support && world.status_at_coding.get(*position) == Some(&Status::Active)
        });
        let candidates: Vec<u32> = candidates.map(|position| position as u32).collect();
        world.seeds = coding::spread(&mut stream(seed, 26), &candidates, params.seeds as usize);
        world
    }

    /// What is true of each account by itself.
    fn describe(params: &ProofParams, seed: u64, camps: Vec<Camp>, people: &[Person]) -> ProofWorld {
        let mut random = stream(seed, 23);
        let count = camps.len();
        let mut world = ProofWorld {
            neighbours: people.iter().map(|person| person.neighbour).collect(),
            communities: people.iter().map(|person| person.community).collect(),
            languages: Vec::with_capacity(count),
            created_months: Vec::with_capacity(count),
            clients: Vec::with_capacity(count),
            codes: Vec::with_capacity(count),
            captured: Vec::with_capacity(count),
            status_at_coding: Vec::with_capacity(count),
            follow_starts: Vec::new(),
            followed: Vec::new(),
            interactions: Vec::new(),
            word_starts: Vec::new(),
            words: Vec::new(),
            seeds: Vec::new(),
            seed,
            coders: params.coders.clone(),
            camps,
        };
        for camp in &world.camps {
            let behaviour = camp.behaviour();
            world.languages.push(pick_weighted(&mut random, behaviour.languages).unwrap_or(Language::English));
            world.created_months.push(draw_month(&mut random, behaviour));
            world.clients.push(pick_weighted(&mut random, behaviour.clients).unwrap_or_default());
            world.codes.push(Code::draw(&mut random, *camp, *camp));
            let (captured, status) = draw_fate(&mut random, &params.closings, *camp);
            world.captured.push(captured);
            world.status_at_coding.push(status);
        }
        world
    }

    /// The follows that a crawl sees, as pairs of follower and followed, in ascending order.
    pub fn follows(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let parts = self.follow_starts.windows(2).enumerate();
        parts.flat_map(|(follower, part)| {
            let range = part.first().copied().unwrap_or(0) as usize..part.last().copied().unwrap_or(0) as usize;
            self.followed.get(range).unwrap_or_default().iter().map(move |other| (follower as u32, *other))
        })
    }

    /// The words of an account: place in the vocabulary and count; empty beyond the end.
    pub fn words_of(&self, account: u32) -> &[(u8, u16)] {
        let bounds = self.word_starts.get(account as usize).zip(self.word_starts.get(account as usize + 1));
        bounds.and_then(|(from, to)| self.words.get(*from as usize..*to as usize)).unwrap_or_default()
    }

    /// How many accounts truly and overtly support the organisation, whether or not anything of them was captured.
    pub fn supporters(&self) -> u64 {
        self.codes.iter().filter(|code| **code == Code::OvertSupport).count() as u64
    }

    /// The code that a person without error would give the account when the sample is coded; `unavailable` beyond the end.
    pub fn code_at_coding(&self, account: u32) -> Code {
        let is_seen = self.status_at_coding.get(account as usize) == Some(&Status::Active);
        self.codes.get(account as usize).copied().filter(|_| is_seen).unwrap_or(Code::Unavailable)
    }

    /// The code that the coder of this number gives the account; `None` for a number beyond the coders of the parameters.
    pub fn code(&self, coder: usize, account: u32) -> Option<Code> {
        let coder = self.coders.get(coder)?;
        Some(coding::code(self.seed, coder, u64::from(account), self.code_at_coding(account)))
    }
}

/// Camps with exact shares, shuffled.
fn draw_camps(params: &ProofParams, seed: u64) -> Vec<Camp> {
    let accounts = params.accounts as usize;
    let supporters = ((params.accounts as f64 * params.supporters).round() as usize).min(accounts);
    let others = (accounts - supporters) as f64;
    let shares = params.others;
    let mut camps = vec![Camp::Supporter; supporters];
    for (camp, share) in [
        (Camp::Opponent, shares.opponents),
        (Camp::Journalist, shares.journalists),
        (Camp::Researcher, shares.researchers),
        (Camp::Pious, shares.pious),
        (Camp::Bot, shares.bots),
    ] {
        let count = ((others * share).round() as usize).min(accounts - camps.len());
        camps.extend((0..count).map(|_| camp));
    }
    camps.resize(accounts, Camp::Fan);
    let mut random = stream(seed, 20);
    for place in (1..camps.len()).rev() {
        camps.swap(place, below(&mut random, place + 1));
    }
    camps
}

fn settle(params: &ProofParams, seed: u64, camps: &[Camp]) -> Vec<Person> {
    let mut random = stream(seed, 21);
    let mut sizes = [0usize; Camp::ALL.len()];
    for camp in camps {
        if let Some(size) = sizes.get_mut(camp.index()) {
            *size += 1;
        }
    }
    let size = |camp: Camp| sizes.get(camp.index()).copied().unwrap_or(0);
    camps.iter().map(|camp| Person { returns: NOBODY, ..Person::settle(&mut random, &params.mixing, *camp, *camp, size(*camp)) }).collect()
}

/// Months from January 2007: 128 is the burst of September 2017, and the world begins with month 132.
fn draw_month(random: &mut Random, behaviour: &Behaviour) -> u16 {
    let draw = unit(random);
    if draw < behaviour.newcomers {
        132
    } else if draw < behaviour.newcomers + behaviour.burst {
        128
    } else {
        (unit(random).powf(0.6) * 132.0) as u16
    }
}

/// Whether an account is captured, and what a coder sees of it.
fn draw_fate(random: &mut Random, closings: &Closings, camp: Camp) -> (bool, Status) {
    let (before_capture, before_coding) = match camp {
        Camp::Supporter => (closings.supporter_before_capture, closings.supporter_before_coding),
        _ => (closings.other_before_capture, closings.other_before_coding),
    };
    let closed = if chance(random, 0.8) { Status::Suspended } else { Status::Deleted };
    let (captured, status) = (!chance(random, before_capture), chance(random, before_coding));
    match (captured, chance(random, closings.protected)) {
        (false, _) => (false, closed),
        (true, true) => (false, Status::Protected),
        (true, false) => (true, if status { closed } else { Status::Active }),
    }
}

/// Takes out the follows of accounts that are not captured. Whom others follow is seen even when the account itself is closed or
/// protected.
fn unsee(follows: &mut Follows, captured: &[bool]) {
    let mut kept = 0;
    let mut from = 0;
    for (position, is_captured) in captured.iter().enumerate() {
        let to = follows.starts.get(position + 1).copied().unwrap_or(0) as usize;
        if *is_captured {
            follows.followed.copy_within(from..to, kept);
            kept += to - from;
        }
        if let Some(end) = follows.starts.get_mut(position + 1) {
            *end = kept as u64;
        }
        from = to;
    }
    follows.followed.truncate(kept);
}

/// Nine in ten interactions are with accounts followed, the others with accounts that those follow.
fn interact(params: &ProofParams, seed: u64, follows: &Follows, captured: &[bool]) -> Vec<Interaction> {
    let mut random = stream(seed, 24);
    let mut interactions = Vec::new();
    let mut targets: Vec<u32> = Vec::new();
    for (position, is_captured) in captured.iter().enumerate() {
        // The mean of exp(N(−.605, 1.1)) is 1.
        let mean = params.interactions * lognormal(&mut random, -0.605, 1.1);
        let own = follows.of(position);
        if own.is_empty() || !is_captured {
            continue;
        }
        targets.clear();
        for _ in 0..poisson(&mut random, mean.min(2_000.0)) {
            let near = pick(&mut random, own).copied();
            let far =
                if chance(&mut random, 0.1) { near.and_then(|near| pick(&mut random, follows.of(near as usize)).copied()) } else { None };
            targets.extend(far.or(near).filter(|other| *other as usize != position));
        }
        targets.sort_unstable();
        for run in targets.chunk_by(|a, b| a == b) {
            interactions.extend(run.first().map(|to| Interaction { from: position as u32, to: *to, count: run.len() as u32 }));
        }
    }
    interactions
}

/// Words of every captured account.
fn write_words(params: &ProofParams, seed: u64, people: &[Person], world: &ProofWorld) -> (Vec<u32>, Vec<(u8, u16)>) {
    let mut random = stream(seed, 25);
    let samplers: Vec<Alias> = (0..CLASSES).map(|class| Alias::new(&weights_of(class))).collect();
    let mut counts = vec![0u16; ProofWorld::VOCABULARY.len()];
    let mut starts = Vec::with_capacity(people.len() + 1);
    let mut words = Vec::new();
    starts.push(0);
    for (person, is_captured) in people.iter().zip(&world.captured) {
        // The mean of a Pareto number with exponent 2.2 is 11/6; few write much.
        let count = if *is_captured { (params.words * 6.0 / 11.0 * pareto(&mut random, 2.2)).min(60_000.0) as u32 } else { 0 };
        // How much of what an account says is about its matters; the rest is everyday words.
        let voice = 0.1 + 0.6 * unit(&mut random);
        let sampler = samplers.get(crate::vocabulary::class(person.circle, person.neighbour));
        let everyday = samplers.first();
        for _ in 0..count {
            let sampler = if chance(&mut random, voice) { sampler } else { everyday };
            if let Some(slot) = sampler.and_then(|sampler| sampler.draw(&mut random)).and_then(|word| counts.get_mut(word)) {
                *slot += 1;
            }
        }
        for (word, slot) in counts.iter_mut().enumerate().filter(|(_, slot)| **slot > 0) {
            words.push((word as u8, *slot));
            *slot = 0;
        }
        starts.push(words.len() as u32);
    }
    (starts, words)
}
