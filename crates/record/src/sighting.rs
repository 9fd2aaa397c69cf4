use crate::Instant;
use std::borrow::Cow;
use std::fmt;

/// An account's status at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// There and readable.
    Active,
    /// Suspended by the platform.
    Suspended,
    /// Deleted or deactivated by its owner.
    Deleted,
    /// There, readable by approved followers only.
    Protected,
    /// There under another handle.
    Renamed,
    /// Withheld in some countries.
    Withheld,
    /// Not found or not reachable, and the source does not say why.
    Unavailable,
}

impl Status {
    /// Every status, in the order of the tables.
    pub const ALL: [Status; 7] =
        [Status::Active, Status::Suspended, Status::Deleted, Status::Protected, Status::Renamed, Status::Withheld, Status::Unavailable];

    /// The word used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Suspended => "suspended",
            Status::Deleted => "deleted",
            Status::Protected => "protected",
            Status::Renamed => "renamed",
            Status::Withheld => "withheld",
            Status::Unavailable => "unavailable",
        }
    }

    /// Reads the words that lists use, in any letter case.
    pub fn parse(word: &str) -> Option<Status> {
        let status = match word.trim().to_ascii_lowercase().as_str() {
            "active" | "alive" | "live" | "available" | "ok" | "200" | "online" | "visible" => Status::Active,
            "suspended" | "suspension" | "banned" | "blocked" | "63" | "terminated" => Status::Suspended,
            "deleted" | "deactivated" | "removed" | "closed" | "self-deleted" | "self_deleted" => Status::Deleted,
            "protected" | "private" | "locked" | "179" => Status::Protected,
            "renamed" | "rename" | "handle changed" => Status::Renamed,
            "withheld" => Status::Withheld,
            "unavailable" | "not found" | "not_found" | "notfound" | "missing" | "unknown" | "404" | "50" | "gone" => Status::Unavailable,
            _ => return None,
        };
        Some(status)
    }
}

/// An account's status as one source saw it at one instant.
#[derive(Clone, PartialEq)]
pub struct Sighting<'a> {
    /// The platform's name in lower case.
    pub platform: Cow<'a, str>,
    /// The account's id.
    pub account_id: Option<Cow<'a, str>>,
    /// The account's handle.
    pub handle: Option<Cow<'a, str>>,
    /// When it was seen.
    pub at: Instant,
    /// What was seen.
    pub status: Status,
}

impl fmt::Debug for Sighting<'_> {
    /// Status and time only: handles never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sighting({}, {}, {})", self.platform, self.status.name(), self.at)
    }
}
