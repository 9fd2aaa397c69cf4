//! What the members of a community share.

use super::{Alias, Hands, Random, below, chance, pick, unit};

/// Accounts outside of the world that many follow, that a community follows, and all.
const FAMOUS: u32 = 400;
const CORE: u32 = 60;
const EVERYBODY: u32 = 60_000;
/// Words of the world beside its common ones.
const WORDS: u32 = 5000;

/// How a community's members are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// They share an interest.
    Open,
    /// They share nearly everything.
    Tight,
    /// They admire one person.
    Fans,
    /// They work together.
    Staff,
}

/// One community.
pub(crate) struct Crowd {
    pub number: u32,
    pub size: usize,
    pub kind: Kind,
    /// Stems that handles are made of: of whom fans admire.
    pub stem: String,
    /// Words that its posts and profiles are about.
    pub topics: Vec<u32>,
    /// The hour at which it is most active.
    pub peak: f64,
    /// The clients that it uses, by weight.
    clients: Vec<f64>,
    /// How its members write, on the whole.
    pub habits: [f64; super::person::HABITS],
    /// Pictures of whom it admires.
    pub pictures: Vec<u64>,
}

impl Crowd {
    pub(crate) fn draw(random: &mut Random, number: u32, size: usize, kind: Kind) -> Crowd {
        let mut habits = [0.0; super::person::HABITS];
        habits.iter_mut().for_each(|habit| *habit = 0.15 + 0.7 * unit(random));
        let clients = match kind {
            Kind::Staff => vec![0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0],
            _ => vec![5.0 * unit(random), 4.0 * unit(random), 3.0, 1.0, 0.05, 0.3, 0.1, 0.05],
        };
        Crowd {
            number,
            size,
            kind,
            stem: stem(random, 3),
            topics: (0..80).map(|_| below(random, WORDS as usize) as u32).collect(),
            peak: 24.0 * unit(random),
            clients,
            habits,
            pictures: (0..4).map(|_| (u64::from(below(random, 1 << 30) as u32) << 34) ^ u64::from(below(random, 1 << 30) as u32)).collect(),
        }
    }

    /// The chance that a member follows each account of the community's core.
    fn core(&self) -> f64 {
        match self.kind {
            Kind::Tight => 0.75,
            Kind::Open => 0.2,
            Kind::Fans | Kind::Staff => 0.5,
        }
    }

    /// The chance that a member follows another.
    pub(crate) fn within(&self) -> f64 {
        match self.kind {
            Kind::Tight => 0.6,
            Kind::Staff => 0.5,
            Kind::Open => 0.06,
            Kind::Fans => 0.1,
        }
    }

    /// Whom a member follows for the community's sake and for fame.
    pub(crate) fn followed(&self, random: &mut Random) -> Vec<u32> {
        let core = (0..CORE).filter(|at| chance(random, self.core() * f64::from(CORE - at / 2) / f64::from(CORE)));
        let mut list: Vec<u32> = core.map(|at| Hands::OTHERS + FAMOUS + self.number * CORE + at).collect();
        for at in 0..FAMOUS {
            if chance(random, 1.5 / f64::from(at + 5)) {
                list.push(Hands::OTHERS + at);
            }
        }
        list
    }

    /// A word of a member's text; rarely one of all.
    pub(crate) fn topic(&self, random: &mut Random) -> u32 {
        if chance(random, 0.85) { pick(random, &self.topics).copied().unwrap_or_default() } else { any_word(random) }
    }

    /// A client, drawn by weight and by how much the person favours each.
    pub(crate) fn clients(&self) -> &[f64] {
        &self.clients
    }

    /// A sampler over clients with these weights.
    pub(crate) fn sampler(weights: &[f64]) -> Alias {
        Alias::new(weights)
    }
}

/// Somebody whom nobody in particular follows.
pub(crate) fn anybody(random: &mut Random) -> u32 {
    Hands::OTHERS + FAMOUS + 100 * CORE + below(random, EVERYBODY as usize) as u32
}

/// Any word of the world.
pub(crate) fn any_word(random: &mut Random) -> u32 {
    below(random, WORDS as usize) as u32
}

/// A word as it is written.
pub(crate) fn word(number: u32) -> String {
    const SYLLABLES: [&str; 18] =
        ["ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su", "ta", "ve", "zi", "ka", "lo", "mu", "ri", "sen"];
    let mut rest = number as usize + 18;
    let mut text = String::new();
    while rest > 0 {
        text.push_str(SYLLABLES[rest % 18]);
        rest /= 18;
    }
    text
}

/// A stem of a name.
pub(crate) fn stem(random: &mut Random, syllables: u32) -> String {
    word((0..syllables).fold(0, |sum, _| sum * 18 + below(random, 18) as u32))
}
