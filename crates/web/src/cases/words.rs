//! The words of requests and answers, as they stand in the description.

use review::case;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A closed list that the review has too. The description reads how words are written from the attribute of the list, not of a word.
macro_rules! mirrored {
    ($(#[$meta:meta])* $name:ident of $own:ident { $($variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum $name { $($variant),+ }
        impl From<$name> for case::$own {
            fn from(word: $name) -> Self { match word { $($name::$variant => case::$own::$variant),+ } }
        }
        impl From<case::$own> for $name {
            fn from(word: case::$own) -> Self { match word { $(case::$own::$variant => $name::$variant),+ } }
        }
    };
}

mirrored!(
    /// What a case is about.
    SubjectWord of SubjectKind { Account, Post, Cluster, Finding }
);
mirrored!(
    /// Where a case came from.
    OriginWord of Origin { Finding, Cluster, Report, Hand }
);
mirrored!(
    /// What was concluded.
    CodeWord of Conclusion { Violating, NotViolating, Exempt, Unclear, Disputed }
);
mirrored!(
    /// What a decision rests on.
    GroundWord of GroundKind { Law, Policy }
);
mirrored!(
    /// What a decision is about.
    ScopeWord of Scope { Post, Account, Cluster, Finding }
);
mirrored!(
    /// Which exemption was considered; `none`: considered, and none applies.
    ExemptionWord of ExemptionKind { None, News, Research, Art, CounterSpeech }
);
mirrored!(
    /// What a report says.
    ReportWord of ReportKind {
        ThreatToLife, Incitement, Recruitment, Support, Other,
    }
);
mirrored!(
    /// Where a case stands.
    StateWord of State {
        Open, Second, Disputed, Appealed, Closed, Merged,
    }
);
mirrored!(
    /// How a cover stands.
    CoverWord of CoverState { On, Kept, Lifted, Expired }
);

/// The lane of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum LaneWord {
    /// A life is in danger; first of all.
    ThreatToLife,
    /// Everything else.
    Ordinary,
}
