use record::Sentence;
/// A report could not be written. Findings come from code, so each of these is a defect of the finding, told with where it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The id of a finding cannot be an anchor.
    #[error("finding {position} has the id `{id}`, which cannot be an anchor; use letters, digits, `_`, `-` and `.`")]
    BadId {
        /// Its place among the findings, from 1.
        position: usize,
        /// The id.
        id: Sentence,
    },
    /// Two findings share an id.
    #[error("two findings have the id `{id}`, so that a reference to it would be ambiguous; give each its own")]
    DuplicateId {
        /// The id.
        id: Sentence,
    },
    /// A row has another number of cells than the finding has columns.
    #[error("row {row} of finding `{finding}` has {cells} cells for {columns} columns; the analysis that made it left one out or in")]
    RowWidth {
        /// The finding.
        finding: Sentence,
        /// The row, from 1.
        row: usize,
        /// Its cells.
        cells: usize,
        /// The columns of the finding.
        columns: usize,
    },
    /// A chart names a column that the finding does not have.
    #[error("the chart of finding `{finding}` names the column `{column}`, which the finding does not have; name one of its columns")]
    UnknownColumn {
        /// The finding.
        finding: Sentence,
        /// The column.
        column: Sentence,
    },
    /// A finding could not be written as JSON.
    #[error("finding `{finding}` could not be written as JSON")]
    Json {
        /// The finding.
        finding: Sentence,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The page could not be put together.
    #[error("the page could not be put together from its template")]
    Template(#[from] askama::Error),
}
