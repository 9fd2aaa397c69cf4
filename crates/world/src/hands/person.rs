//! A person, and the accounts of one hand.

use super::crowd::{self, Crowd, Kind};
use super::{HandAccount, Random, below, chance, lognormal, normal, pick, poisson, unit};

/// Habits of writing.
pub(crate) const HABITS: usize = 16;
/// Words that everybody uses, two ways of each.
const COMMON: [[&str; 2]; 8] = [
    ["and", "plus"],
    ["because", "since"],
    ["very", "really"],
    ["also", "too"],
    ["but", "yet"],
    ["perhaps", "maybe"],
    ["the", "this"],
    ["with", "along"],
];

/// One person.
pub(crate) struct Person {
    pub community: u32,
    stems: [String; 2],
    name: String,
    bio: Vec<u32>,
    avatar: u64,
    /// Whom this person alone follows, and who is loyal to this person.
    own: Vec<u32>,
    loyal: Vec<u32>,
    peak: f64,
    width: f64,
    clients: Vec<f64>,
    habits: [f64; HABITS],
    activity: f64,
}

/// What a hand takes from one account to the next: for each trait the chance that it does.
pub(crate) struct Carried {
    handle: f64,
    name: f64,
    bio: f64,
    avatar: f64,
    followed: f64,
    followers: f64,
    habits: f64,
}

impl Carried {
    pub(crate) fn draw(random: &mut Random) -> Carried {
        // Some hands take care, and show little; most do not.
        let care = unit(random).powf(1.5);
        let mut kept = |usual: f64| (usual * (1.2 - care) + 0.15 * normal(random)).clamp(0.0, 1.0);
        Carried {
            handle: kept(0.8),
            name: kept(0.75),
            bio: kept(0.7),
            avatar: kept(0.6),
            followed: kept(0.75).max(0.1),
            followers: kept(0.6),
            habits: kept(1.2).max(0.5),
        }
    }
}

/// A beta-like draw around a mean: the mean itself, pushed to either side.
fn around(random: &mut Random, mean: f64, spread: f64) -> f64 {
    let odds = (mean / (1.0 - mean)).ln() + spread * normal(random);
    1.0 / (1.0 + (-odds).exp())
}

impl Person {
    pub(crate) fn draw(random: &mut Random, crowd: &Crowd, community: u32) -> Person {
        let own = if crowd.kind == Kind::Tight { 12.0 } else { 25.0 };
        let mut habits = [0.0; HABITS];
        // Members of a tight community write alike.
        let spread = if crowd.kind == Kind::Tight { 0.9 } else { 1.3 };
        habits.iter_mut().zip(crowd.habits).for_each(|(habit, mean)| *habit = around(random, mean, spread));
        Person {
            community,
            stems: [crowd::stem(random, 2), crowd::stem(random, 3)],
            name: format!("{} {}", crowd::stem(random, 2), crowd::stem(random, 3)),
            bio: (0..3 + below(random, 5)).map(|_| crowd::any_word(random)).collect(),
            avatar: (u64::from(below(random, 1 << 31) as u32) << 33) ^ u64::from(below(random, 1 << 31) as u32),
            own: (0..poisson(random, own) + 3).map(|_| crowd::anybody(random)).collect(),
            loyal: (0..poisson(random, 12.0) + 2).map(|_| crowd::anybody(random)).collect(),
            peak: crowd.peak + if crowd.kind == Kind::Tight { 1.0 } else { 3.0 } * normal(random),
            width: 2.0 + 3.0 * unit(random),
            clients: crowd.clients().iter().map(|weight| weight * lognormal(random, 0.0, 1.2)).collect(),
            habits,
            activity: lognormal(random, (70.0_f64).ln(), 0.6),
        }
    }

    /// Takes on some of a friend's company and hours.
    pub(crate) fn befriend(&mut self, random: &mut Random, friend: &Person) {
        for (mine, theirs) in [(&mut self.own, &friend.own), (&mut self.loyal, &friend.loyal)] {
            let share = 0.1 + 0.2 * unit(random);
            mine.extend(theirs.iter().filter(|_| chance(random, share)));
        }
        self.peak = friend.peak + 1.5 * normal(random);
    }

    /// The person's first account.
    pub(crate) fn account(&self, random: &mut Random, crowd: &Crowd, person: u32) -> HandAccount {
        let mut bio: Vec<u32> = self.bio.clone();
        bio.extend((0..3).map(|_| crowd.topic(random)));
        let mut followed = crowd.followed(random);
        followed.extend(&self.own);
        let is_fan = crowd.kind == Kind::Fans;
        let avatar = match crowd.kind {
            Kind::Fans if chance(random, 0.6) => pick(random, &crowd.pictures).copied(),
            _ => chance(random, 0.85).then_some(self.avatar),
        };
        HandAccount {
            person,
            community: self.community,
            handle: self.handle(random, crowd),
            name: if is_fan && chance(random, 0.5) { format!("{} fan", crowd.stem) } else { self.name.clone() },
            bio: self.profile(crowd, &bio),
            avatar,
            followed,
            followers: self.loyal.iter().copied().filter(|_| chance(random, 0.5)).collect(),
            posts: self.posts(random, crowd, 1.0),
        }
    }

    /// Another account of the same hand.
    pub(crate) fn again(&self, random: &mut Random, crowd: &Crowd, first: &HandAccount, carried: &Carried) -> HandAccount {
        // What is not carried is what a stranger of the same community would have.
        let other = Person::draw(random, crowd, self.community);
        let mut account = other.account(random, crowd, first.person);
        if chance(random, carried.handle) {
            account.handle = respelled(random, &first.handle);
        }
        if chance(random, carried.name) {
            account.name.clone_from(&first.name);
        }
        if chance(random, carried.bio) {
            let mut words: Vec<u32> = self.bio.iter().copied().filter(|_| chance(random, 0.75)).collect();
            words.extend((0..2).map(|_| crowd.topic(random)));
            account.bio = self.profile(crowd, &words);
        }
        if chance(random, carried.avatar) {
            // Scaled or cut anew: a few bits differ.
            account.avatar = first.avatar.map(|hash| (0..below(random, 4)).fold(hash, |hash, _| hash ^ (1 << below(random, 64))));
        }
        let share = carried.followed * (0.3 + 0.6 * unit(random));
        account.followed.extend(self.own.iter().filter(|_| chance(random, share)));
        let share = carried.followers * (0.3 + 0.5 * unit(random));
        account.followers.extend(first.followers.iter().filter(|_| chance(random, share)));
        let habits = if chance(random, carried.habits) { self } else { &other };
        let share = 0.3 + 0.7 * unit(random);
        account.posts = habits.posts(random, crowd, share);
        account
    }

    fn handle(&self, random: &mut Random, crowd: &Crowd) -> String {
        let [one, two] = &self.stems;
        match crowd.kind {
            Kind::Fans => match below(random, 4) {
                0 => format!("{}fan{}", crowd.stem, below(random, 99)),
                1 => format!("{}_{one}", crowd.stem),
                2 => format!("{}lover{}", crowd.stem, below(random, 999)),
                _ => format!("{one}_{}", crowd.stem),
            },
            Kind::Staff => format!("{two}_{}news", crowd.stem),
            _ => match below(random, 3) {
                0 => format!("{one}_{two}"),
                1 => format!("{two}{one}"),
                _ => format!("{two}{}", below(random, 9999)),
            },
        }
    }

    fn profile(&self, crowd: &Crowd, words: &[u32]) -> String {
        let words: Vec<String> = words.iter().map(|word| crowd::word(*word)).collect();
        match crowd.kind {
            Kind::Staff => format!("reporter at {} daily news, views are mine, {}", crowd.stem, words.join(" ")),
            Kind::Fans => format!("i love {} {}", crowd.stem, words.join(" ")),
            _ => words.join(" "),
        }
    }

    fn posts(&self, random: &mut Random, crowd: &Crowd, share: f64) -> Vec<(u8, u8, String)> {
        let count = ((self.activity * share) as usize).clamp(5, 300);
        let sampler = Crowd::sampler(&self.clients);
        let post = |_| {
            let hour = (self.peak + self.width * normal(random)).rem_euclid(24.0) as u8;
            let client = sampler.draw(random).unwrap_or(0) as u8;
            (hour, client, self.text(random, crowd))
        };
        (0..count).map(post).collect()
    }

    /// A post: topic words of the community, common words and signs by habit.
    fn text(&self, random: &mut Random, crowd: &Crowd) -> String {
        let habit = |at: usize, random: &mut Random| chance(random, self.habits[at]);
        let mut text = String::new();
        let length = 5 + below(random, 8);
        for place in 0..length {
            if place > 0 {
                text.push(' ');
            }
            if chance(random, 0.4) {
                let pair = below(random, COMMON.len());
                text.push_str(COMMON[pair][usize::from(habit(pair, random))]);
            } else {
                let mut word = crowd::word(crowd.topic(random));
                if chance(random, 0.1) && habit(8, random) {
                    word = word[..1].to_uppercase() + &word[1..];
                }
                if chance(random, 0.05) && habit(9, random) {
                    let last = word.pop().unwrap_or('a');
                    word.extend([last; 4]);
                }
                text.push_str(&word);
            }
            if chance(random, 0.12) && habit(10, random) {
                text.push(',');
            }
        }
        text.push_str(match (habit(11, random), habit(12, random), habit(13, random)) {
            (true, true, _) => "...",
            (true, false, true) => "!",
            (true, false, false) => " !!",
            (false, _, true) => ".",
            _ => "",
        });
        if chance(random, 0.3) && habit(14, random) {
            text.push_str(if habit(15, random) { " :)" } else { " ;-)" });
        }
        text
    }
}

/// A handle written a little differently.
fn respelled(random: &mut Random, handle: &str) -> String {
    let bare = handle.trim_end_matches(|c: char| c.is_ascii_digit());
    match below(random, 5) {
        0 => format!("{bare}{}", below(random, 999)),
        1 => format!("{bare}_"),
        2 => bare.replacen('e', "3", 1),
        3 => bare.replace('_', ""),
        _ => {
            // A letter more, so that the root is nearly the same.
            let at = below(random, bare.len());
            format!("{}{}{}", &bare[..at], &bare[at..=at], &bare[at..])
        }
    }
}
