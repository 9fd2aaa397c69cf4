use crate::{Account, Edge, Post, Reject, Sighting};

/// Where a record stands in its source. Both count from the decoded text (after decompression and transcoding to UTF-8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Locus {
    /// Line, from 1; the line on which the record starts.
    pub line: u64,
    /// Byte offset of the record's first byte, from 0: its line's first byte, or, where many records stand on one line of a JSON
    /// document, its own.
    pub byte: u64,
}

/// The tables of a lake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Profiles as observed.
    Accounts,
    /// Posts.
    Posts,
    /// One row per post and object in it.
    PostObjects,
    /// Ties between accounts.
    Edges,
    /// Statuses of accounts at instants.
    Sightings,
    /// Records that could not be represented.
    Rejects,
    /// The files that were read.
    Sources,
}

impl Table {
    /// Every table, in the order of documents and outputs.
    pub const ALL: [Table; 7] =
        [Table::Accounts, Table::Posts, Table::PostObjects, Table::Edges, Table::Sightings, Table::Rejects, Table::Sources];

    /// The name in the lake.
    pub const fn name(self) -> &'static str {
        match self {
            Table::Accounts => "accounts",
            Table::Posts => "posts",
            Table::PostObjects => "post_objects",
            Table::Edges => "edges",
            Table::Sightings => "sightings",
            Table::Rejects => "rejects",
            Table::Sources => "sources",
        }
    }
}

/// How many records of each kind a source gave, repeats included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Profiles.
    pub accounts: u64,
    /// Posts, those inside other posts included.
    pub posts: u64,
    /// Explicit edges (follows); interactions are derived from posts.
    pub edges: u64,
    /// Statuses.
    pub sightings: u64,
    /// Rejects.
    pub rejects: u64,
}

/// Takes records as a format yields them. `ingest` calls it, `lake` implements it; neither knows the other.
///
/// Nothing here can fail: a sink keeps what it is given and reports trouble when it is sealed.
pub trait Sink {
    /// A profile was seen.
    fn account(&mut self, account: &Account<'_>, locus: Locus);
    /// A post was seen.
    fn post(&mut self, post: &Post<'_>, locus: Locus);
    /// A tie was seen that no post shows (a follow).
    fn edge(&mut self, edge: &Edge<'_>, locus: Locus);
    /// A status was seen.
    fn sighting(&mut self, sighting: &Sighting<'_>, locus: Locus);
    /// A record could not be represented.
    fn reject(&mut self, reject: &Reject);
    /// A record is sound but of a kind that has no table (`delete_notice`, `poll`): counted apart from rejects. `kind` is a fixed word
    /// of ours, never content.
    fn unrepresented(&mut self, kind: &'static str, locus: Locus);
    /// A record was left out before it came here, by a [`Filter`] that stands for this sink: counted, and nothing else. A sink without a filter
    /// is never told.
    fn left_out(&mut self, _record: LeftOut<'_>) {}
}

/// A record that was left out.
#[derive(Clone, Copy)]
pub enum LeftOut<'a> {
    /// A profile.
    Account,
    /// A post.
    Post(&'a Post<'a>),
    /// A tie.
    Edge(&'a Edge<'a>),
    /// A status.
    Sighting(&'a Sighting<'a>),
}

/// What becomes of a record at a [`Filter`].
pub enum Passed<T> {
    /// It is left out.
    Out,
    /// It goes on as it is.
    Same,
    /// It goes on like this.
    Changed(Box<T>),
}

/// Leaves out or changes records that name what was erased, on their way to a [`Sink`]. `lake` has one, and gives it to a door that changes names more
/// than once: what was erased is known by names that the records had in between.
pub trait Filter: Send + Sync {
    /// A profile.
    fn account<'a>(&self, account: &Account<'a>) -> Passed<Account<'a>>;
    /// A post.
    fn post<'a>(&self, post: &Post<'a>) -> Passed<Post<'a>>;
    /// Whether a tie is left out.
    fn edge(&self, edge: &Edge<'_>) -> bool;
    /// Whether a status is left out.
    fn sighting(&self, sighting: &Sighting<'_>) -> bool;
}
