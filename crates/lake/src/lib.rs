//! The lake: sealed tables of a study, as a DuckLake 1.0 (Parquet files under a SQLite catalog) that DuckDB opens directly.
//!
//! The only crate that names Parquet, DuckLake and DataFusion. An ingest is one numbered [`Seal`], visible as a whole or not at all;
//! every row carries its seal's number, and reading [`AsOf`] an earlier seal is a predicate on it.
//!
//! Reading order: [`Lake`], [`Writer`] with [`Batch`] (it implements `record::Sink`), [`Reader`], [`schema()`].
//!
//! # Layout
//! `catalog.sqlite`, `data/<table>/seal-<seal>-<file>.parquet` (with `-e<erasure>`, `-c<compaction>` or `-k<renaming>` once rewritten, merged or renamed), `writer.lock`; `temporary/` during an ingest that outgrows its memory.
//! DuckDB opens it with `ATTACH 'ducklake:sqlite:DIR/catalog.sqlite' AS lake (READ_ONLY)`. The catalog holds the whole path of the data
//! folder for it, renewed by every seal; a study that was moved since opens with `DATA_PATH 'DIR/data/', OVERRIDE_DATA_PATH true` added.
//! Marsad itself never reads that path.
//!
//! # What stands
//! Within an ingest the result never depends on the order of batches, files or lines, but for the `source` and `line` that a row among
//! equals is tied to. Against earlier seals the earlier stands: a sealed row never changes, even if a later file knows more about it.

mod batch;
mod catalog;
mod cipher;
mod columns;
mod compact;
mod convert;
mod derived;
mod encoder;
mod erase;
mod error;
mod explain;
mod finding;
mod groups;
mod guard;
mod hanging;
mod health;
mod keys;
mod lake;
mod ledger;
mod migrate;
mod read;
mod rename;
mod rows;
mod scan;
mod schema;
mod sealed;
mod spans;
mod spill;
mod stage;
mod stats;
mod writer;

pub use batch::{Batch, Batches};
pub use catalog::Seal;
pub use cipher::Cipher;
pub use columns::{Columns, IntColumn, RealColumn, TextColumn, TruthColumn};
pub use compact::{CompactOptions, Compacted};
pub use derived::{Bytes, Derived, DerivedColumn};
pub use erase::{Digested, DueRows, Eraser, Erasure, ErasurePlan, ErasureState, Lapse, RetentionPlan, Subject};
pub use error::Error;
pub use finding::write_finding;
pub use groups::{DerivedFile, DerivedWriter};
pub use health::Check;
pub use lake::{AsOf, Lake};
pub use migrate::Still;
pub use read::{ReadOptions, Reader, RowColumn, Rows};
pub use rename::{Rename, Renamed};
pub use scan::{Group, Part, cores};
pub use schema::{ColumnDoc, ColumnType, schema, schema_markdown};
pub use writer::{SealReport, SourceFacts, Writer, WriterOptions};
