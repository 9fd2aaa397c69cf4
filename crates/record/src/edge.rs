use crate::Instant;
use std::borrow::Cow;
use std::fmt;

/// What ties one account to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EdgeKind {
    /// The first follows the second.
    Follow,
    /// The first reposted the second.
    Repost,
    /// The first answered the second.
    Reply,
    /// The first named the second.
    Mention,
    /// The first quoted the second.
    Quote,
}

impl EdgeKind {
    /// All kinds, in the order in which they are declared.
    pub const ALL: [EdgeKind; 5] = [EdgeKind::Follow, EdgeKind::Repost, EdgeKind::Reply, EdgeKind::Mention, EdgeKind::Quote];

    /// The word used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            EdgeKind::Follow => "follow",
            EdgeKind::Repost => "repost",
            EdgeKind::Reply => "reply",
            EdgeKind::Mention => "mention",
            EdgeKind::Quote => "quote",
        }
    }
}

/// A directed tie: the first account's act towards the second.
#[derive(Clone, PartialEq)]
pub struct Edge<'a> {
    /// The platform's name in lower case.
    pub platform: Cow<'a, str>,
    /// What ties them.
    pub kind: EdgeKind,
    /// The acting account's id.
    pub account_id: Option<Cow<'a, str>>,
    /// The acting account's handle.
    pub handle: Option<Cow<'a, str>>,
    /// The id of the account acted upon.
    pub to_account_id: Option<Cow<'a, str>>,
    /// The handle of the account acted upon.
    pub to_handle: Option<Cow<'a, str>>,
    /// The post that shows it; none for follows.
    pub post_id: Option<Cow<'a, str>>,
    /// When: the post's time, or when the follow was seen.
    pub at: Option<Instant>,
}

impl fmt::Debug for Edge<'_> {
    /// Kind only: handles never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Edge({}, {})", self.platform, self.kind.name())
    }
}
