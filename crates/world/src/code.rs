use crate::Camp;
use crate::random::{Random, unit};

/// What a person says of an account: the codes of the default codebook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// Openly supports the organisation.
    OvertSupport,
    /// Openly supports another designated organisation.
    OtherDesignated,
    /// Speaks against it.
    Opponent,
    /// Reports on it.
    News,
    /// Studies it.
    Research,
    /// Pious, and no more.
    PiousNeutral,
    /// Jests.
    Satire,
    /// Has nothing to do with the matter.
    Unrelated,
    /// The profile states an age under 18.
    Minor,
    /// The rules do not decide.
    Unclear,
    /// Closed or protected when the coder looked.
    Unavailable,
}

impl Code {
    /// Every code, in the order of the codebook.
    pub const ALL: [Code; 11] = [
        Code::OvertSupport,
        Code::OtherDesignated,
        Code::Opponent,
        Code::News,
        Code::Research,
        Code::PiousNeutral,
        Code::Satire,
        Code::Unrelated,
        Code::Minor,
        Code::Unclear,
        Code::Unavailable,
    ];

    /// The word of the codebook.
    pub const fn name(self) -> &'static str {
        match self {
            Code::OvertSupport => "overt_support",
            Code::OtherDesignated => "other_designated",
            Code::Opponent => "opponent",
            Code::News => "news",
            Code::Research => "research",
            Code::PiousNeutral => "pious_neutral",
            Code::Satire => "satire",
            Code::Unrelated => "unrelated",
            Code::Minor => "minor",
            Code::Unclear => "unclear",
            Code::Unavailable => "unavailable",
        }
    }

    /// The code of a word of the codebook, letter for letter.
    pub fn parse(name: &str) -> Option<Code> {
        Code::ALL.into_iter().find(|code| code.name() == name)
    }

    /// The true code of an account. A bot that passes on what supporters post shows support to who looks at it, whoever runs it.
    pub(crate) fn draw(random: &mut Random, camp: Camp, circle: Camp) -> Code {
        let (rare, turn) = (unit(random), unit(random));
        if camp != Camp::Bot && rare < 0.004 {
            return Code::Minor;
        }
        match circle {
            Camp::Supporter => Code::OvertSupport,
            Camp::Opponent if turn < 0.06 => Code::Satire,
            Camp::Opponent if turn < 0.12 => Code::OtherDesignated,
            Camp::Opponent => Code::Opponent,
            Camp::Journalist => Code::News,
            Camp::Researcher => Code::Research,
            Camp::Fan if turn < 0.005 => Code::Satire,
            Camp::Pious => Code::PiousNeutral,
            Camp::Fan | Camp::Bot => Code::Unrelated,
        }
    }
}
