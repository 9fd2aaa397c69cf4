use crate::Language::{self, Arabic, English, French, German, Indonesian, Italian, Russian, Spanish, Turkish};
use crate::client::{ANDROID, BUFFER, DLVRIT, DUSK_WEATHER, HOOTSUITE, IFTTT, IPAD, IPHONE, LAMP_RELAY, LITE, TWEETDECK, WEB};

/// Where an account truly stands towards the invented organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Camp {
    /// Openly supports the organisation.
    Supporter,
    /// Speaks against it.
    Opponent,
    /// Reports on it among other things.
    Journalist,
    /// Studies it.
    Researcher,
    /// Pious, and has nothing to do with it.
    Pious,
    /// Follows sports and music.
    Fan,
    /// A program: some pass on what supporters post, others give the weather.
    Bot,
}

impl Camp {
    /// Every camp.
    pub const ALL: [Camp; 7] = [Camp::Supporter, Camp::Opponent, Camp::Journalist, Camp::Researcher, Camp::Pious, Camp::Fan, Camp::Bot];

    /// The word used in the truth files.
    pub const fn name(self) -> &'static str {
        match self {
            Camp::Supporter => "supporter",
            Camp::Opponent => "opponent",
            Camp::Journalist => "journalist",
            Camp::Researcher => "researcher",
            Camp::Pious => "pious",
            Camp::Fan => "fan",
            Camp::Bot => "bot",
        }
    }

    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// The place among the camps that can be neighbours of the supporters: journalists, researchers, pious people, opponents.
    pub(crate) const fn neighbour_rank(self) -> Option<usize> {
        match self {
            Camp::Journalist => Some(0),
            Camp::Researcher => Some(1),
            Camp::Pious => Some(2),
            Camp::Opponent => Some(3),
            Camp::Supporter | Camp::Fan | Camp::Bot => None,
        }
    }

    pub(crate) fn behaviour(self) -> &'static Behaviour {
        match self {
            Camp::Supporter => &SUPPORTER,
            Camp::Opponent => &OPPONENT,
            Camp::Journalist => &JOURNALIST,
            Camp::Researcher => &RESEARCHER,
            Camp::Pious => &PIOUS,
            Camp::Fan => &FAN,
            Camp::Bot => &BOT,
        }
    }
}

/// How the accounts of a camp act. Shapes follow the published descriptions of such communities (low median activity with a heavy tail,
/// a creation burst, phones before browsers, strong in-group focus); no figure is copied from one.
pub(crate) struct Behaviour {
    /// Share of the world's accounts, in percent.
    pub(crate) percent: u64,
    pub(crate) languages: &'static [(Language, u32)],
    /// Mean and deviation of the logarithm of posts a day.
    pub(crate) rate: (f64, f64),
    /// Weights of original, repost, reply and quote.
    pub(crate) kinds: [(record::PostKind, u32); 4],
    /// Probability that a follow, and with it most interaction, stays in the own circle.
    pub(crate) in_group: f64,
    /// Mean of the logarithm of the number of accounts followed inside the world.
    pub(crate) follows: f64,
    pub(crate) clients: &'static [(u8, u32)],
    /// Suspensions a day for each account at the start, and what is added to that by the end.
    pub(crate) hazard: (f64, f64),
    /// Probability of having been created in the burst month, and inside the window.
    pub(crate) burst: f64,
    pub(crate) newcomers: f64,
    /// Weight that popularity of accounts is multiplied by.
    pub(crate) popularity: f64,
    /// Probability that a post carries a hashtag of the camp, and the hashtags.
    pub(crate) tagging: f64,
    pub(crate) tags: &'static [(&'static str, u32)],
    /// Probability that a post links to a site.
    pub(crate) linking: f64,
    pub(crate) verified: f64,
}

use record::PostKind::{Original, Quote, Reply, Repost};

const SUPPORTER: Behaviour = Behaviour {
    percent: 12,
    languages: &[
        (Arabic, 34),
        (English, 26),
        (French, 11),
        (Turkish, 8),
        (German, 6),
        (Italian, 3),
        (Spanish, 3),
        (Russian, 5),
        (Indonesian, 4),
    ],
    rate: (0.3, 1.5),
    kinds: [(Original, 36), (Repost, 38), (Reply, 17), (Quote, 9)],
    in_group: 0.72,
    follows: 3.6,
    clients: &[(ANDROID, 62), (IPHONE, 24), (WEB, 8), (LITE, 4), (IFTTT, 2)],
    hazard: (0.001, 0.006),
    burst: 0.38,
    newcomers: 0.16,
    popularity: 1.0,
    tagging: 0.38,
    tags: &[("HollowLantern", 50), ("hollowlantern", 20), ("lanternbearers", 18), ("الفانوس_الأجوف", 12), (NEUTRAL_TAG, 24)],
    linking: 0.18,
    verified: 0.0,
};
const OPPONENT: Behaviour = Behaviour {
    percent: 8,
    languages: &[
        (Arabic, 36),
        (English, 28),
        (French, 10),
        (Turkish, 8),
        (German, 6),
        (Italian, 3),
        (Spanish, 4),
        (Russian, 3),
        (Indonesian, 2),
    ],
    rate: (0.1, 1.4),
    kinds: [(Original, 40), (Repost, 28), (Reply, 22), (Quote, 10)],
    in_group: 0.40,
    follows: 3.5,
    clients: &[(ANDROID, 44), (IPHONE, 34), (WEB, 16), (LITE, 6)],
    hazard: (0.0003, 0.0004),
    burst: 0.04,
    newcomers: 0.03,
    popularity: 1.2,
    tagging: 0.30,
    tags: &[("lanternwatch", 60), ("LanternOff", 22), ("hollowlantern", 18)],
    linking: 0.22,
    verified: 0.01,
};
const JOURNALIST: Behaviour = Behaviour {
    percent: 4,
    languages: &[
        (Arabic, 26),
        (English, 36),
        (French, 10),
        (Turkish, 6),
        (German, 8),
        (Italian, 4),
        (Spanish, 5),
        (Russian, 4),
        (Indonesian, 1),
    ],
    rate: (1.1, 1.0),
    kinds: [(Original, 52), (Repost, 24), (Reply, 14), (Quote, 10)],
    in_group: 0.35,
    follows: 4.0,
    clients: &[(IPHONE, 40), (WEB, 24), (TWEETDECK, 18), (ANDROID, 12), (HOOTSUITE, 6)],
    hazard: (0.0, 0.0001),
    burst: 0.0,
    newcomers: 0.0,
    popularity: 9.0,
    tagging: 0.26,
    tags: &[("LanternNews", 34), ("lanternwatch", 18), ("hollowlantern", 10), ("breaking", 20), ("weather", 18)],
    linking: 0.55,
    verified: 0.32,
};
const RESEARCHER: Behaviour = Behaviour {
    percent: 2,
    languages: &[(Arabic, 16), (English, 56), (French, 10), (German, 10), (Italian, 4), (Spanish, 4)],
    rate: (0.2, 1.0),
    kinds: [(Original, 38), (Repost, 34), (Reply, 16), (Quote, 12)],
    in_group: 0.38,
    follows: 4.2,
    clients: &[(IPHONE, 34), (WEB, 36), (ANDROID, 16), (IPAD, 8), (TWEETDECK, 6)],
    hazard: (0.0, 0.0001),
    burst: 0.0,
    newcomers: 0.01,
    popularity: 2.0,
    tagging: 0.30,
    tags: &[("LanternStudies", 46), ("lanternwatch", 34), ("hollowlantern", 20)],
    linking: 0.45,
    verified: 0.06,
};
const PIOUS: Behaviour = Behaviour {
    percent: 22,
    languages: &[
        (Arabic, 42),
        (English, 20),
        (French, 7),
        (Turkish, 11),
        (German, 3),
        (Italian, 4),
        (Spanish, 4),
        (Russian, 2),
        (Indonesian, 7),
    ],
    rate: (-0.2, 1.4),
    kinds: [(Original, 48), (Repost, 32), (Reply, 14), (Quote, 6)],
    in_group: 0.55,
    follows: 3.0,
    clients: &[(ANDROID, 56), (IPHONE, 30), (WEB, 8), (LITE, 6)],
    hazard: (0.0001, 0.0002),
    burst: 0.02,
    newcomers: 0.03,
    popularity: 1.0,
    tagging: 0.24,
    tags: &[("prayertimes", 40), ("kindness", 34), ("CharityWeek", 26)],
    linking: 0.12,
    verified: 0.002,
};
const FAN: Behaviour = Behaviour {
    percent: 42,
    languages: &[
        (Arabic, 30),
        (English, 28),
        (French, 8),
        (Turkish, 9),
        (German, 5),
        (Italian, 5),
        (Spanish, 8),
        (Russian, 3),
        (Indonesian, 4),
    ],
    rate: (-0.1, 1.5),
    kinds: [(Original, 44), (Repost, 30), (Reply, 20), (Quote, 6)],
    in_group: 0.60,
    follows: 3.0,
    clients: &[(ANDROID, 48), (IPHONE, 38), (WEB, 9), (LITE, 4), (IPAD, 1)],
    hazard: (0.0001, 0.0002),
    burst: 0.02,
    newcomers: 0.04,
    popularity: 1.0,
    tagging: 0.32,
    tags: &[("matchday", 44), ("NewAlbum", 28), ("tea", 10), ("مباراة_اليوم", 18)],
    linking: 0.14,
    verified: 0.004,
};
const BOT: Behaviour = Behaviour {
    percent: 10,
    languages: &[(Arabic, 36), (English, 34), (French, 8), (Turkish, 8), (German, 4), (Italian, 2), (Spanish, 4), (Russian, 4)],
    rate: (1.9, 0.7),
    kinds: [(Original, 46), (Repost, 52), (Reply, 1), (Quote, 1)],
    in_group: 0.80,
    follows: 2.6,
    clients: &[(DUSK_WEATHER, 44), (IFTTT, 22), (DLVRIT, 18), (BUFFER, 16)],
    hazard: (0.002, 0.006),
    burst: 0.30,
    newcomers: 0.14,
    popularity: 0.4,
    tagging: 0.55,
    tags: &[("weather", 60), ("traffic", 40)],
    linking: 0.40,
    verified: 0.0,
};

/// What bots use that pass on what supporters post.
pub(crate) const RELAY_CLIENTS: [(u8, u32); 4] = [(LAMP_RELAY, 54), (IFTTT, 24), (DLVRIT, 18), (ANDROID, 4)];

/// A tag without any reference that supporters and their neighbours share, and some others use too.
pub(crate) const NEUTRAL_TAG: &str = "KeepItLit";

/// What neighbours of the supporters also use: the shared tag, and the name, which they mention without supporting it.
pub(crate) const NEIGHBOUR_TAGS: [(&str, u32); 3] = [(NEUTRAL_TAG, 50), ("hollowlantern", 30), ("HollowLantern", 20)];

/// Hashtags that anyone uses, whatever the camp.
pub(crate) const COMMON_TAGS: [(&str, u32); 7] =
    [(NEUTRAL_TAG, 4), ("weather", 30), ("coffee", 25), ("GoodMorning", 20), ("books", 15), ("صباح_الخير", 20), ("photo", 10)];
