//! What can happen to a case, as it is kept. Texts that people write are private: they stand in the payload alone, which can be erased.

use crate::event::private;
use record::Private;
use serde::{Deserialize, Serialize};

/// A closed list of words that stands in payloads, tables and the interface alike.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$of])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            /// Every one, in the order of the list.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The word in tables and payloads.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $($name::$variant => $word),+ } }
            /// The one of that word.
            #[must_use]
            pub fn of(word: &str) -> Option<$name> { match word { $($word => Some($name::$variant),)+ _ => None } }
        }
    };
}
pub(crate) use words;

words! {
    /// What a case is about.
    SubjectKind {
        /// An account.
        Account = "account",
        /// A post.
        Post = "post",
        /// Accounts tied by edges that stand.
        Cluster = "cluster",
        /// A finding of a study.
        Finding = "finding",
    }
}

words! {
    /// Where a case came from.
    Origin {
        /// Opened on a finding.
        Finding = "finding",
        /// Opened on a cluster.
        Cluster = "cluster",
        /// A user reported it.
        Report = "report",
        /// A person of the study opened it by hand.
        Hand = "hand",
    }
}

words! {
    /// What a person concluded.
    Conclusion {
        /// It breaks the law or the policy that the ground names.
        Violating = "violating",
        /// It does not.
        NotViolating = "not_violating",
        /// It would, but it is news, research, art or counter-speech.
        Exempt = "exempt",
        /// It cannot be said.
        Unclear = "unclear",
        /// People who know the matter disagree.
        Disputed = "disputed",
    }
}

words! {
    /// What a decision rests on.
    GroundKind {
        /// A provision of law.
        Law = "law",
        /// A clause of a policy.
        Policy = "policy",
    }
}

words! {
    /// What a decision is about.
    Scope {
        /// One post.
        Post = "post",
        /// An account with its posts.
        Account = "account",
        /// All accounts of a cluster.
        Cluster = "cluster",
        /// What the finding says.
        Finding = "finding",
    }
}

words! {
    /// What content may be although it looks forbidden. Source: Regulation (EU) 2021/784, article 1(3).
    ExemptionKind {
        /// Considered, and none applies.
        None = "none",
        /// Journalism.
        News = "news",
        /// Research and education.
        Research = "research",
        /// Art.
        Art = "art",
        /// Speech against terrorism.
        CounterSpeech = "counter_speech",
    }
}

words! {
    /// What a report of a user says.
    ReportKind {
        /// A life is in danger.
        ThreatToLife = "threat_to_life",
        /// It incites to violence.
        Incitement = "incitement",
        /// It recruits.
        Recruitment = "recruitment",
        /// It praises or spreads the organisation's material.
        Support = "support",
        /// Something else.
        Other = "other",
    }
}

/// What a case is about: kind and reference. `Debug` shows the kind alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// The kind.
    pub kind: SubjectKind,
    /// Accounts and posts: `platform:id`; clusters: their number; findings: their id.
    pub reference: String,
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Subject({})", self.kind.name())
    }
}

impl Subject {
    /// The longest reference of a finding or cluster.
    const LONGEST: usize = 120;

    /// Whether the reference is one of its kind.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match self.kind {
            SubjectKind::Account | SubjectKind::Post => crate::word::is_item(&self.reference),
            SubjectKind::Cluster | SubjectKind::Finding => {
                let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':');
                (1..=Self::LONGEST).contains(&self.reference.len()) && self.reference.bytes().all(is_plain)
            }
        }
    }

    /// The key under which an erasure looks for it: that of holds.
    pub(crate) fn key(&self) -> Option<String> {
        match self.kind {
            SubjectKind::Account => Some(self.reference.clone()),
            SubjectKind::Post => Some(format!("post/{}", self.reference)),
            SubjectKind::Cluster | SubjectKind::Finding => None,
        }
    }
}

/// What a decision rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// Law or policy.
    pub kind: GroundKind,
    /// The provision or clause, as people quote it.
    pub reference: String,
}

/// Which exemption was considered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    /// Which.
    pub kind: ExemptionKind,
    /// Why it applies or does not; may be empty only for [`ExemptionKind::None`].
    #[serde(with = "private")]
    pub note: Private<String>,
}

/// What a person concluded, and on what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The conclusion.
    pub code: Conclusion,
    /// What it rests on; must be there for [`Conclusion::Violating`] and [`Conclusion::Exempt`].
    pub ground: Option<Ground>,
    /// What it is about.
    pub scope: Scope,
    /// ISO 3166 codes of the countries in which it holds, sorted; empty: everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub territory: Vec<String>,
    /// Which exemption was considered.
    pub exemption: Exemption,
    /// Why.
    #[serde(with = "private")]
    pub reason: Private<String>,
}

/// A case was opened. Its number is that of this event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// What it is about.
    pub subject: Subject,
    /// Where it came from.
    pub from: Origin,
    /// 0 (none) to 4 (worst).
    pub severity: u8,
    /// How many people it reached, as far as known.
    pub reach: u64,
    /// 0 (none) to 3 (now).
    pub imminence: u8,
    /// Whether a life is in danger.
    pub threat_to_life: bool,
    /// What whoever opened it noted.
    #[serde(with = "private")]
    pub note: Private<String>,
}

/// A person took a case to work on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// The case.
    pub case: i64,
    /// Until when nobody else may, in microseconds since 1970-01-01T00:00:00Z.
    pub until: i64,
}

/// A person gave a case back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// The case.
    pub case: i64,
}

/// A case was found to be another one's duplicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// The case that ends.
    pub case: i64,
    /// The case that goes on.
    pub into: i64,
    /// What the ended case brings along.
    pub severity: u8,
    /// As [`Opened::reach`].
    pub reach: u64,
    /// As [`Opened::imminence`].
    pub imminence: u8,
    /// As [`Opened::threat_to_life`].
    pub threat_to_life: bool,
    /// As [`Reported::weight`].
    pub weight: u32,
}

/// A person decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The case.
    pub case: i64,
    /// What.
    pub decision: Decision,
    /// Whether a second person must agree before it is in force.
    pub second: bool,
}

/// A second person looked at a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seconded {
    /// The case.
    pub case: i64,
    /// The number of the event that decided.
    pub of: i64,
    /// Whether the second person agrees.
    pub agree: bool,
    /// What the second person would decide instead.
    pub decision: Option<Decision>,
    /// Why.
    #[serde(with = "private")]
    pub reason: Private<String>,
}

/// A decision in force was replaced by another person's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversed {
    /// The case.
    pub case: i64,
    /// The number of the event that decided.
    pub of: i64,
    /// The new decision.
    pub decision: Decision,
    /// Whether a second person must agree before it is in force.
    pub second: bool,
    /// Why the former one falls.
    #[serde(with = "private")]
    pub reason: Private<String>,
}

/// Somebody asked for a decision to be looked at anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appealed {
    /// The case.
    pub case: i64,
    /// The number of the event that decided.
    pub of: i64,
    /// Why.
    #[serde(with = "private")]
    pub reason: Private<String>,
}

/// A user reported an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// The case of the item.
    pub case: i64,
    /// The item.
    pub item: Subject,
    /// Who reported, as the platform names them.
    pub reporter: String,
    /// What.
    pub kind: ReportKind,
    /// In which words.
    #[serde(with = "private")]
    pub note: Private<String>,
    /// The weight of all reports of the item after this one, in thousandths; see docs/methods/community-reports.md.
    pub weight: u32,
    /// How many independent reporters that is.
    pub independent: u32,
}

/// Reports covered the display of an item, pending review. It is not removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// The case of the item.
    pub case: i64,
    /// The item.
    pub item: Subject,
    /// When the cover ends by itself, in microseconds since 1970-01-01T00:00:00Z.
    pub until: i64,
    /// The weight of the reports, in thousandths.
    pub weight: u32,
    /// How many independent reporters that is.
    pub independent: u32,
}

/// A person took a cover away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverLifted {
    /// The case.
    pub case: i64,
    /// The number of the event that covered.
    pub cover: i64,
    /// Why.
    #[serde(with = "private")]
    pub reason: Private<String>,
}

/// A cover's time was up, and nobody had decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverExpired {
    /// The case.
    pub case: i64,
    /// The number of the event that covered.
    pub cover: i64,
}

/// Somebody asked for a cover to be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverAppealed {
    /// The case.
    pub case: i64,
    /// The number of the event that covered.
    pub cover: i64,
    /// Why.
    #[serde(with = "private")]
    pub reason: Private<String>,
}

/// One decision was given on all cases of a saved query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkDecided {
    /// The cases, sorted.
    pub cases: Vec<i64>,
    /// What was decided on each; the reason must name nobody.
    pub decision: Decision,
    /// Whether a second person must agree before it is in force.
    pub second: bool,
}

/// A bulk decision was taken back where it was still in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkUndone {
    /// The number of the event that decided.
    pub bulk: i64,
    /// The cases that are open again, sorted.
    pub cases: Vec<i64>,
    /// Why, in words that name nobody.
    #[serde(with = "private")]
    pub reason: Private<String>,
}

/// Makes the enum of events, their words, and how payloads are written and read.
macro_rules! events {
    ($($variant:ident = $word:literal),+ $(,)?) => {
        /// What happened to a case.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum CaseEvent { $(#[doc = concat!("See [`", stringify!($variant), "`].")] $variant($variant)),+ }

        /// The kinds, as the database names them.
        pub(crate) const CASE_KINDS: &[&str] = &[$($word),+];

        impl CaseEvent {
            /// The kind, as the database names it.
            #[must_use]
            pub const fn kind(&self) -> &'static str { match self { $(CaseEvent::$variant(_) => $word),+ } }

            pub(crate) fn body(&self) -> Result<String, serde_json::Error> {
                match self { $(CaseEvent::$variant(event) => serde_json::to_string(event)),+ }
            }

            pub(crate) fn read(kind: &str, body: &str) -> Option<CaseEvent> {
                match kind { $($word => serde_json::from_str(body).ok().map(CaseEvent::$variant),)+ _ => None }
            }
        }
    };
}

events! {
    Opened = "case_opened",
    Claimed = "case_claimed",
    Released = "case_released",
    Merged = "case_merged",
    Decided = "case_decided",
    Seconded = "case_seconded",
    Reversed = "case_reversed",
    Appealed = "case_appealed",
    Reported = "reported",
    Covered = "covered",
    CoverLifted = "cover_lifted",
    CoverExpired = "cover_expired",
    CoverAppealed = "cover_appealed",
    BulkDecided = "bulk_decided",
    BulkUndone = "bulk_undone",
}

impl CaseEvent {
    /// The cases that the event, whose number is `seq`, is about.
    #[must_use]
    pub fn cases(&self, seq: i64) -> Vec<i64> {
        match self {
            CaseEvent::Opened(_) => vec![seq],
            CaseEvent::Claimed(event) => vec![event.case],
            CaseEvent::Released(event) => vec![event.case],
            CaseEvent::Merged(event) => vec![event.case, event.into],
            CaseEvent::Decided(event) => vec![event.case],
            CaseEvent::Seconded(event) => vec![event.case],
            CaseEvent::Reversed(event) => vec![event.case],
            CaseEvent::Appealed(event) => vec![event.case],
            CaseEvent::Reported(event) => vec![event.case],
            CaseEvent::Covered(event) => vec![event.case],
            CaseEvent::CoverLifted(event) => vec![event.case],
            CaseEvent::CoverExpired(event) => vec![event.case],
            CaseEvent::CoverAppealed(event) => vec![event.case],
            CaseEvent::BulkDecided(event) => event.cases.clone(),
            CaseEvent::BulkUndone(event) => event.cases.clone(),
        }
    }

    /// The payload as it is kept: a JSON object. It holds what people wrote; for eyes inside the study.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        self.body().ok().and_then(|body| serde_json::from_str(&body).ok()).unwrap_or_default()
    }

    /// Whether the payload speaks of several cases by number alone, and so of nobody.
    pub(crate) const fn is_bulk(&self) -> bool {
        matches!(self, CaseEvent::BulkDecided(_) | CaseEvent::BulkUndone(_))
    }

    /// What an erasure looks for in this payload.
    pub(crate) fn keys(&self) -> Vec<String> {
        match self {
            CaseEvent::Opened(event) => event.subject.key().into_iter().collect(),
            CaseEvent::Covered(event) => event.item.key().into_iter().collect(),
            CaseEvent::Reported(event) => event.item.key().into_iter().chain([event.reporter.clone()]).collect(),
            _ => Vec::new(),
        }
    }
}
