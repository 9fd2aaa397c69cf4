use record::Sentence;

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The output did not take the bytes; a closed pipe is of this kind too.
    #[error("could not write the table: {0}; check the free space and the rights of the target")]
    Write(#[from] std::io::Error),
    /// A row of another width than the header.
    #[error("a row has `{found}` cells and the header `{expected}`; the rows and the columns probably come from different queries")]
    Width {
        /// Columns in the header.
        expected: usize,
        /// Cells in the row.
        found: usize,
    },
    /// A node behind the first edge.
    #[error("a node comes after the first edge; give all nodes first")]
    NodeAfterEdge,
    /// Two columns of one name: an object of NDJSON would lose one of them.
    #[error("the column `{0}` stands twice; give one of them another name with `AS`")]
    TwoColumns(Sentence),
}
