//! What accounts can share.

use record::{ObjectKind, Text, text};

/// What accounts can share; each trace has objects of its own, and its own test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trace {
    /// A post passed on.
    CoRepost,
    /// A post passed on within the window of its own time.
    FastRepost,
    /// A link.
    CoLink,
    /// The host of a link.
    CoDomain,
    /// A hashtag.
    CoHashtag,
    /// The hashtags of a post, two or more, in their order.
    HashtagSequence,
    /// A post answered.
    CoReply,
    /// A handle mentioned.
    CoMention,
    /// A wording.
    CoText,
    /// A group of texts that are nearly the same.
    NearText,
    /// A piece of media.
    CoMedia,
    /// An hour in which both posted.
    Synchrony,
    /// A handle that several accounts had.
    SharedHandle,
}

/// Which posts a trace is made of. Posts of different kinds are different acts, so what traces of different families say is independent where
/// nobody acts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    /// Reposts.
    Reposts,
    /// Posts of one's own.
    Own,
    /// No posts: profiles.
    Profiles,
}

impl Trace {
    /// Every trace, in the order of tables.
    pub const ALL: [Trace; 13] = [
        Trace::CoRepost,
        Trace::FastRepost,
        Trace::CoLink,
        Trace::CoDomain,
        Trace::CoHashtag,
        Trace::HashtagSequence,
        Trace::CoReply,
        Trace::CoMention,
        Trace::CoText,
        Trace::NearText,
        Trace::CoMedia,
        Trace::Synchrony,
        Trace::SharedHandle,
    ];

    /// What is looked at when nothing is asked for: objects that say something by themselves, each read once.
    pub const USUAL: [Trace; 6] = [Trace::CoRepost, Trace::CoLink, Trace::HashtagSequence, Trace::CoReply, Trace::CoText, Trace::CoMedia];

    /// The word used in tables, files and options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Trace::CoRepost => "co-repost",
            Trace::FastRepost => "fast-repost",
            Trace::CoLink => "co-link",
            Trace::CoDomain => "co-domain",
            Trace::CoHashtag => "co-hashtag",
            Trace::HashtagSequence => "hashtag-sequence",
            Trace::CoReply => "co-reply",
            Trace::CoMention => "co-mention",
            Trace::CoText => "co-text",
            Trace::NearText => "near-text",
            Trace::CoMedia => "co-media",
            Trace::Synchrony => "synchrony",
            Trace::SharedHandle => "shared-handle",
        }
    }

    /// The trace of a name.
    #[must_use]
    pub fn of(name: &str) -> Option<Trace> {
        Trace::ALL.into_iter().find(|trace| trace.name() == name)
    }

    /// What the accounts share, in words.
    #[must_use]
    pub const fn words(self) -> Text {
        match self {
            Trace::CoRepost => text!("posts passed on"),
            Trace::FastRepost => text!("posts passed on at once"),
            Trace::CoLink => text!("links"),
            Trace::CoDomain => text!("domains"),
            Trace::CoHashtag => text!("hashtags"),
            Trace::HashtagSequence => text!("sequences of hashtags"),
            Trace::CoReply => text!("posts answered"),
            Trace::CoMention => text!("accounts mentioned"),
            Trace::CoText => text!("identical texts"),
            Trace::NearText => text!("nearly identical texts"),
            Trace::CoMedia => text!("pictures and films"),
            Trace::Synchrony => text!("hours"),
            Trace::SharedHandle => text!("handles"),
        }
    }

    /// Whether the trace has a test: accounts that had one handle need none, and meet at no time.
    #[must_use]
    pub const fn is_tested(self) -> bool {
        !matches!(self, Trace::SharedHandle)
    }

    /// Whether an object holds many moments: two who follow one link meet on its domain, too, at times that those of the whole domain do not make likely. Such a
    /// trace is tested where it is asked for alone, and says nothing where others do.
    #[must_use]
    pub const fn is_coarse(self) -> bool {
        matches!(self, Trace::CoDomain | Trace::CoHashtag | Trace::CoMention | Trace::Synchrony)
    }

    pub(crate) const fn family(self) -> Family {
        match self {
            Trace::CoRepost | Trace::FastRepost => Family::Reposts,
            Trace::SharedHandle => Family::Profiles,
            _ => Family::Own,
        }
    }

    /// The kind of object in the lake, where it is one.
    pub(crate) const fn kind(self) -> Option<ObjectKind> {
        match self {
            Trace::CoRepost | Trace::FastRepost => Some(ObjectKind::RepostOf),
            Trace::CoLink => Some(ObjectKind::Url),
            Trace::CoDomain => Some(ObjectKind::Domain),
            Trace::CoHashtag | Trace::HashtagSequence => Some(ObjectKind::Hashtag),
            Trace::CoReply => Some(ObjectKind::ReplyTo),
            Trace::CoMention => Some(ObjectKind::Mention),
            Trace::CoText => Some(ObjectKind::Text),
            Trace::CoMedia => Some(ObjectKind::Media),
            Trace::NearText | Trace::Synchrony | Trace::SharedHandle => None,
        }
    }

    /// Whether equal objects of different platforms are different things.
    pub(crate) const fn is_of_platform(self) -> bool {
        !matches!(self, Trace::CoLink | Trace::CoDomain | Trace::CoHashtag | Trace::HashtagSequence | Trace::CoText | Trace::Synchrony)
    }
}

#[cfg(test)]
mod tests {
    use super::Trace;

    #[test]
    fn every_trace_has_a_name_of_its_own() {
        for trace in Trace::ALL {
            assert_eq!(Trace::of(trace.name()), Some(trace));
            assert_eq!(serde_json::to_string(&trace).unwrap(), format!("\"{}\"", trace.name()));
        }
        assert_eq!(Trace::of("co-thought"), None);
    }
}
