//! Worlds of accounts with known hands: people with one account, people who keep several, people who come back after a suspension; and those
//! who look alike without being one: members of tight communities, friends, fans with similar handles, staff with one client.

use crate::random::{Alias, Random, below, chance, lognormal, normal, pick, poisson, stream, unit};

mod crowd;
mod person;

use crowd::Crowd;
use person::Person;

/// What a world of [`hands`] holds.
#[derive(Clone, Debug, PartialEq)]
pub struct HandsOptions {
    /// People in open communities, whose members follow what they like.
    pub open: Vec<usize>,
    /// People in tight communities, who follow the same accounts and each other, use the same words at the same hours.
    pub tight: Vec<usize>,
    /// Fans, whose handles and pictures are those of whom they admire.
    pub fans: usize,
    /// Staff of a newsroom: one client, office hours, one phrase in each profile.
    pub staff: usize,
    /// The share of people with more than one account.
    pub several: f64,
    /// The seed.
    pub seed: u64,
}

impl Default for HandsOptions {
    fn default() -> Self {
        HandsOptions { open: vec![150, 100, 80], tight: vec![60, 45, 30], fans: 60, staff: 30, several: 0.08, seed: 1 }
    }
}

/// One account of a world of hands.
#[derive(Clone, Debug, PartialEq)]
pub struct HandAccount {
    /// Who is behind it: the truth.
    pub person: u32,
    /// The community of that person.
    pub community: u32,
    /// Its handle.
    pub handle: String,
    /// Its display name.
    pub name: String,
    /// Its profile text.
    pub bio: String,
    /// A hash of its picture, pictures that look alike being a few bits apart; none for the platform's own.
    pub avatar: Option<u64>,
    /// Whom it follows: accounts of the world by their number, others from [`Hands::OTHERS`] on.
    pub followed: Vec<u32>,
    /// Who followed it within its first days.
    pub followers: Vec<u32>,
    /// Its posts: hour of day in UTC, client, text.
    pub posts: Vec<(u8, u8, String)>,
}

/// A world of accounts with known hands.
#[derive(Clone, Debug, PartialEq)]
pub struct Hands {
    /// The accounts.
    pub accounts: Vec<HandAccount>,
    /// How many communities there are. The tight ones are `tight`.
    pub communities: u32,
    /// The numbers of the tight communities.
    pub tight: std::ops::Range<u32>,
}

impl Hands {
    /// Numbers of accounts outside of the world begin here.
    pub const OTHERS: u32 = 1 << 20;

    /// Whether one hand is behind two accounts.
    #[must_use]
    pub fn is_one(&self, a: usize, b: usize) -> bool {
        a != b && self.accounts[a].person == self.accounts[b].person
    }
}

/// Makes a world; the same options give the same accounts.
///
/// What a hand carries from one account to the next varies by hand: some change their handle, write a new profile, take another picture, follow
/// anew; few change everything. Hours and style stay with most, as habits do.
#[must_use]
pub fn hands(options: &HandsOptions) -> Hands {
    let mut random = stream(options.seed, 83);
    let crowds = crowds(options, &mut random);
    let mut people: Vec<Person> = Vec::new();
    for (number, crowd) in crowds.iter().enumerate() {
        for _ in 0..crowd.size {
            people.push(Person::draw(&mut random, crowd, number as u32));
        }
    }
    befriend(&mut random, &mut people);
    let mut accounts = Vec::new();
    for (number, person) in people.iter().enumerate() {
        let crowd = &crowds[person.community as usize];
        let several = chance(&mut random, options.several);
        let count = if several { 2 + (unit(&mut random) * unit(&mut random) * 3.0) as usize } else { 1 };
        let carried = person::Carried::draw(&mut random);
        let first = person.account(&mut random, crowd, number as u32);
        for _ in 1..count {
            accounts.push(person.again(&mut random, crowd, &first, &carried));
        }
        accounts.push(first);
    }
    mix(&mut random, &mut accounts);
    follow_each_other(&mut random, &crowds, &mut accounts);
    let open = options.open.len() as u32;
    Hands { accounts, communities: crowds.len() as u32, tight: open..open + options.tight.len() as u32 }
}

fn crowds(options: &HandsOptions, random: &mut Random) -> Vec<Crowd> {
    let open = options.open.iter().map(|size| (*size, crowd::Kind::Open));
    let tight = options.tight.iter().map(|size| (*size, crowd::Kind::Tight));
    let rest = [(options.fans, crowd::Kind::Fans), (options.staff, crowd::Kind::Staff)];
    open.chain(tight).chain(rest).enumerate().map(|(number, (size, kind))| Crowd::draw(random, number as u32, size, kind)).collect()
}

/// Friends share some of whom they follow, and some habits: they know the same people and are up at the same time.
fn befriend(random: &mut Random, people: &mut [Person]) {
    for at in 1..people.len() {
        if people[at].community == people[at - 1].community && chance(random, 0.3) {
            let (before, after) = people.split_at_mut(at);
            after[0].befriend(random, &before[before.len() - 1]);
        }
    }
}

fn mix<T>(random: &mut Random, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(random, last + 1));
    }
}

/// Who follows whom inside the world, and so who came early.
fn follow_each_other(random: &mut Random, crowds: &[Crowd], accounts: &mut [HandAccount]) {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); crowds.len()];
    for (number, account) in (0..).zip(accounts.iter()) {
        members[account.community as usize].push(number);
    }
    for (number, account) in (0..).zip(accounts.iter_mut()) {
        let crowd = &crowds[account.community as usize];
        for other in &members[account.community as usize] {
            if *other != number && chance(random, crowd.within()) {
                account.followed.push(*other);
            }
            if *other != number && chance(random, crowd.within() * 0.3) {
                account.followers.push(*other);
            }
        }
        for list in [&mut account.followed, &mut account.followers] {
            list.sort_unstable();
            list.dedup();
        }
    }
}
