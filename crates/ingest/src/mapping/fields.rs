//! The records a mapping can make and the fields of each.

/// What a row gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Makes {
    Post,
    Account,
    Edge,
    Sighting,
}

impl Makes {
    pub(crate) const ALL: [Makes; 4] = [Makes::Post, Makes::Account, Makes::Edge, Makes::Sighting];

    /// The name of its table in a mapping.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Makes::Post => "post",
            Makes::Account => "account",
            Makes::Edge => "edge",
            Makes::Sighting => "sighting",
        }
    }

    pub(crate) const fn fields(self) -> &'static [(&'static str, Type)] {
        match self {
            Makes::Post => POST,
            Makes::Account => ACCOUNT,
            Makes::Edge => EDGE,
            Makes::Sighting => SIGHTING,
        }
    }

    /// Of each group one field has to be there, or no row could become a record.
    pub(crate) const fn needs(self) -> &'static [&'static [&'static str]] {
        match self {
            Makes::Post => &[&["id", "account", "account_id", "handle"]],
            Makes::Account => &[&["account", "id", "handle"]],
            Makes::Edge => &[&["from", "from_id", "from_handle"], &["to", "to_id", "to_handle"]],
            Makes::Sighting => &[&["account", "account_id", "handle"], &["at"], &["status"]],
        }
    }
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    /// An account: by id, by handle, or by either.
    Account,
    Time,
    Count,
    Real,
    Truth,
    PostKind,
    EdgeKind,
    Status,
    List,
}

const POST: &[(&str, Type)] = &[
    ("id", Type::Text),
    ("account", Type::Account),
    ("account_id", Type::Account),
    ("handle", Type::Account),
    ("created_at", Type::Time),
    ("observed_at", Type::Time),
    ("kind", Type::PostKind),
    ("text", Type::Text),
    ("truncated", Type::Truth),
    ("lang", Type::Text),
    ("client", Type::Text),
    ("reply_to", Type::Text),
    ("reply_to_account", Type::Text),
    ("reply_to_handle", Type::Text),
    ("repost_of", Type::Text),
    ("repost_of_account", Type::Text),
    ("repost_of_handle", Type::Text),
    ("quote_of", Type::Text),
    ("quote_of_account", Type::Text),
    ("quote_of_handle", Type::Text),
    ("conversation", Type::Text),
    ("edit_of", Type::Text),
    ("likes", Type::Count),
    ("reposts", Type::Count),
    ("replies", Type::Count),
    ("quotes", Type::Count),
    ("views", Type::Count),
    ("sensitive", Type::Truth),
    ("withheld_in", Type::Text),
    ("place_id", Type::Text),
    ("place", Type::Text),
    ("place_country", Type::Text),
    ("longitude", Type::Real),
    ("latitude", Type::Real),
    ("urls", Type::List),
    ("hashtags", Type::List),
    ("mentions", Type::List),
    ("media", Type::List),
];

const ACCOUNT: &[(&str, Type)] = &[
    ("account", Type::Account),
    ("id", Type::Account),
    ("handle", Type::Account),
    ("name", Type::Text),
    ("bio", Type::Text),
    ("location", Type::Text),
    ("url", Type::Text),
    ("lang", Type::Text),
    ("time_zone", Type::Text),
    ("utc_offset", Type::Count),
    ("created_at", Type::Time),
    ("observed_at", Type::Time),
    ("followers", Type::Count),
    ("following", Type::Count),
    ("posts", Type::Count),
    ("listed", Type::Count),
    ("likes", Type::Count),
    ("verified", Type::Truth),
    ("protected", Type::Truth),
    ("geo_enabled", Type::Truth),
    ("default_avatar", Type::Truth),
    ("avatar_url", Type::Text),
    ("withheld_in", Type::Text),
];

const EDGE: &[(&str, Type)] = &[
    ("kind", Type::EdgeKind),
    ("from", Type::Account),
    ("from_id", Type::Account),
    ("from_handle", Type::Account),
    ("to", Type::Account),
    ("to_id", Type::Account),
    ("to_handle", Type::Account),
    ("post_id", Type::Text),
    ("at", Type::Time),
];

const SIGHTING: &[(&str, Type)] =
    &[("account", Type::Account), ("account_id", Type::Account), ("handle", Type::Account), ("at", Type::Time), ("status", Type::Status)];
