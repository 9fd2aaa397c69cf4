/// Why a graph cannot be built or measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// More accounts than a 32-bit number can name.
    #[error("more than `{0}` accounts in one graph; split the edge list")]
    TooManyNodes(u32),
    /// A node that the graph does not have.
    #[error("node `{node}` is not among the `{nodes}` nodes of the graph; the list was probably made for another graph")]
    NoSuchNode {
        /// The node given.
        node: u32,
        /// How many nodes there are.
        nodes: usize,
    },
    /// A setting outside its range.
    #[error("`{value}` is no value for {name}; give {wanted}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What is allowed.
        wanted: &'static str,
    },
    /// No seeds.
    #[error("no seed is in the graph; check that seeds and edges use the same ids")]
    NoSeeds,
    /// Columns of posts that do not belong together, or too many posts.
    #[error(
        "`{objects}` objects, `{accounts}` accounts and `{times}` times are no table of posts; every post needs one of each, and there is room for `4294967294`"
    )]
    Posts {
        /// Objects given.
        objects: usize,
        /// Accounts given.
        accounts: usize,
        /// Times given.
        times: usize,
    },
    /// A probability that is none.
    #[error(transparent)]
    Stats(#[from] stats::Error),
    /// The caller's store failed.
    #[error("edges beyond the memory setting could not be put aside; check the space of the folder, or give more memory")]
    Store(#[source] std::io::Error),
}
