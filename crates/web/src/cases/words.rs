//! The words of requests and answers, as they stand in the description.

use review::case;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A closed list that the review has too.
macro_rules! mirrored {
    ($(#[$meta:meta])* $name:ident of $own:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        pub(super) enum $name { $(#[serde(rename = $word)] $variant),+ }
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
    SubjectWord of SubjectKind { Account = "account", Post = "post", Cluster = "cluster", Finding = "finding" }
);
mirrored!(
    /// Where a case came from.
    OriginWord of Origin { Finding = "finding", Cluster = "cluster", Report = "report", Hand = "hand" }
);
mirrored!(
    /// What was concluded.
    CodeWord of Conclusion { Violating = "violating", NotViolating = "not_violating", Exempt = "exempt", Unclear = "unclear", Disputed = "disputed" }
);
mirrored!(
    /// What a decision rests on.
    GroundWord of GroundKind { Law = "law", Policy = "policy" }
);
mirrored!(
    /// What a decision is about.
    ScopeWord of Scope { Post = "post", Account = "account", Cluster = "cluster", Finding = "finding" }
);
mirrored!(
    /// Which exemption was considered; `none`: considered, and none applies.
    ExemptionWord of ExemptionKind { None = "none", News = "news", Research = "research", Art = "art", CounterSpeech = "counter_speech" }
);
mirrored!(
    /// What a report says.
    ReportWord of ReportKind {
        ThreatToLife = "threat_to_life", Incitement = "incitement", Recruitment = "recruitment", Support = "support", Other = "other",
    }
);
mirrored!(
    /// Where a case stands.
    StateWord of State {
        Open = "open", Second = "second", Disputed = "disputed", Appealed = "appealed", Closed = "closed", Merged = "merged",
    }
);
mirrored!(
    /// How a cover stands.
    CoverWord of CoverState { On = "on", Kept = "kept", Lifted = "lifted", Expired = "expired" }
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
