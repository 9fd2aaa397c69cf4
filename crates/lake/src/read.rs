//! Reading: SQL over the files that the catalog names, filtered by seal. Writes nothing in the study.

use crate::catalog::{DATA_PATH, DataFile, State, file_path};
use crate::cipher::Cipher;
use crate::columns::Columns;
use crate::convert;
use crate::error::Error;
use crate::explain;
use crate::guard;
use crate::lake::Lake;
use crate::schema::{ColumnDoc, arrow_schema, schema};
use crate::stage;
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::dataframe::DataFrame;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::datasource::{MemTable, TableProvider};
use datafusion::error::DataFusionError;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::object_store::local::LocalFileSystem;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext, col, lit};
use futures::StreamExt;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use record::{Sentence, Table, Value, sentence};
use std::fs::{self, File};
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Limits of a reader.
#[derive(Clone, Copy, Debug)]
pub struct ReadOptions {
    /// Bytes that sorting, grouping and joining may hold; beyond it they spill to the system's folder for temporary files.
    pub memory: usize,
    /// Threads a query may use; all cores when none is given.
    pub threads: Option<usize>,
}

impl Default for ReadOptions {
    /// 512 MB and all cores.
    fn default() -> Self {
        ReadOptions { memory: 512 << 20, threads: None }
    }
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowColumn {
    /// Its name.
    pub name: String,
    /// `bigint`, `double`, `boolean`, `timestamp` or `text`.
    pub type_name: &'static str,
}

/// A whole result.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The columns.
    pub columns: Vec<RowColumn>,
    /// The rows; their order is defined only by an `ORDER BY`.
    pub rows: Vec<Vec<Value>>,
}

/// Reads a lake as of one seal: tables `accounts`, `posts`, `post_objects`, `edges`, `sightings`, `rejects`, `sources`.
pub struct Reader {
    pub(crate) lake: Lake,
    context: SessionContext,
    /// One partition: rows come in the order of files.
    ordered: SessionContext,
    /// Decodes a column only where the filter on others holds: far quicker where few rows are wanted, slower where most are.
    selective: SessionContext,
    pub(crate) seal: i64,
    pub(crate) files: Arc<[DataFile]>,
}

impl Reader {
    pub(crate) fn open(lake: Lake, state: &State, seal: i64, options: ReadOptions) -> Result<Self, Error> {
        lake.check_files(state)?;
        let failed = |error: DataFusionError| explain::failure(&error, lake.path());
        let pool = TrackConsumersPool::new(FairSpillPool::new(options.memory), NonZero::<usize>::MIN);
        let environment = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(pool)).build_arc().map_err(failed)?;
        let folder = lake.path().join(DATA_PATH);
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(|error| Error::io("read", &folder, std::io::Error::other(error)))?;
        let url = ObjectStoreUrl::parse(STORE).map_err(failed)?;
        environment.register_object_store(url.as_ref(), Arc::new(store));
        let threads = options.threads.or_else(|| std::thread::available_parallelism().ok().map(NonZero::get)).unwrap_or(1).max(1);
        let context = context(threads, &environment, false);
        let ordered = self::context(1, &environment, false);
        let selective = self::context(threads, &environment, true);
        for table in Table::ALL {
            let provider = provider(&context, state, lake.cipher(), table, seal).map_err(failed)?;
            for context in [&context, &ordered, &selective] {
                context.register_table(table.name(), Arc::clone(&provider)).map_err(failed)?;
            }
        }
        Ok(Reader { lake, context, ordered, selective, seal, files: state.files.clone().into() })
    }

    /// The last seal that is read; 0 when there is none.
    pub fn seal(&self) -> i64 {
        self.seal
    }

    /// How the lake's files are written and read.
    pub fn cipher(&self) -> &Cipher {
        self.lake.cipher()
    }

    /// The columns of a table, with their meaning.
    pub fn schema(&self, table: Table) -> &'static [ColumnDoc] {
        schema(table)
    }

    /// Runs a statement of ours and gives all rows at once.
    pub fn rows(&self, sql: &str) -> Result<Rows, Error> {
        collect(|each| self.each_row(sql, each))
    }

    /// Runs a statement of ours; `each` gets one row after the other and may stop. Gives the columns, which `each` gets too.
    pub fn each_row(&self, sql: &str, each: impl FnMut(&[RowColumn], &[Value]) -> ControlFlow<()>) -> Result<Vec<RowColumn>, Error> {
        let results = self.start(&self.context, sql, Trust::Ours);
        each_value(results, each)
    }

    /// Runs a statement of ours and hands over batches of rows, read in place; `each` may stop. Batches come from several threads, so the
    /// order of rows is not defined even where the statement reads one table.
    ///
    /// # Errors
    /// Those of the lake's files, [`Error::Engine`], and what `each` says.
    pub fn each_batch<E: From<Error>>(&self, sql: &str, each: impl FnMut(&Columns<'_>) -> Result<ControlFlow<()>, E>) -> Result<(), E> {
        batches(self.start(&self.context, sql, Trust::Ours), each)
    }

    /// The same for a statement whose filter on plain columns leaves few rows: the other columns are decoded only there.
    ///
    /// # Errors
    /// As [`Reader::each_batch`].
    pub fn each_selected_batch<E: From<Error>>(
        &self,
        sql: &str,
        each: impl FnMut(&Columns<'_>) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        batches(self.start(&self.selective, sql, Trust::Ours), each)
    }

    /// Runs a statement of ours and gives each row, as [`Reader::each_row`]; as [`Reader::each_selected_batch`] for a filter that leaves few rows.
    ///
    /// # Errors
    /// As [`Reader::each_row`].
    pub fn each_selected_row(
        &self,
        sql: &str,
        each: impl FnMut(&[RowColumn], &[Value]) -> ControlFlow<()>,
    ) -> Result<Vec<RowColumn>, Error> {
        each_value(self.start(&self.selective, sql, Trust::Ours), each)
    }

    /// Runs one reading statement that a user typed: `SELECT`, `WITH` or `VALUES` over the tables of the lake, nothing else.
    ///
    /// # Errors
    /// [`Error::Query`] with a sentence for the user, when the statement is refused or wrong.
    pub fn user_rows(&self, sql: &str, each: impl FnMut(&[RowColumn], &[Value]) -> ControlFlow<()>) -> Result<Vec<RowColumn>, Error> {
        let results = self.start(&self.context, sql, Trust::User);
        each_value(results, each)
    }

    /// Keeps the result of a statement of ours in memory, as a table for the statements that follow on this reader; one of the same name is
    /// replaced.
    pub fn keep(&self, name: &str, sql: &str) -> Result<(), Error> {
        let (context, path) = (self.context.clone(), self.lake.path().to_owned());
        let others = [self.ordered.clone(), self.selective.clone()];
        let (name, sql) = (name.to_owned(), sql.to_owned());
        self.lake.wait(async move {
            let failed = |error: DataFusionError| explain::failure(&error, &path);
            let reading = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
            let frame = context.sql_with_options(&sql, reading).await.map_err(failed)?;
            let schema = Arc::new(frame.schema().as_arrow().clone());
            let batches = frame.collect().await.map_err(failed)?;
            let table = Arc::new(MemTable::try_new(schema, vec![batches]).map_err(failed)?);
            for context in std::iter::once(&context).chain(&others) {
                context.deregister_table(name.as_str()).map_err(failed)?;
                context.register_table(name.as_str(), table.clone()).map_err(failed)?;
            }
            Ok(())
        })
    }

    /// Writes a table, or the result of a statement of ours, to a Parquet file and gives the number of rows. The rows of a table come in
    /// the order of seals; those of a statement need an `ORDER BY`. The file appears only when it is complete.
    pub fn write_parquet(&self, table_or_sql: &str, path: &Path) -> Result<u64, Error> {
        let is_table = Table::ALL.iter().any(|table| table.name() == table_or_sql);
        let sql = if is_table { format!("SELECT * FROM {table_or_sql}") } else { table_or_sql.to_owned() };
        let mut results = self.start(&self.ordered, &sql, Trust::Ours);
        let unfinished = path.with_added_extension("unfinished");
        let written = write_results(&mut results, &unfinished);
        if written.is_err() {
            drop(fs::remove_file(&unfinished)); // The failure that led here says more than a failed removal.
        }
        let rows = written?;
        fs::rename(&unfinished, path).map_err(|error| Error::io("write", path, error))?;
        Ok(rows)
    }

    /// Starts a statement on the lake's threads; results come through a channel, so that a slow reader holds the query back.
    fn start(&self, context: &SessionContext, sql: &str, trust: Trust) -> Receiver<Message> {
        let (sender, receiver) = channel(2);
        let (context, sql, path, files) = (context.clone(), sql.to_owned(), self.lake.path().to_owned(), Arc::clone(&self.files));
        let cipher = self.lake.cipher().clone();
        self.lake.spawn(async move {
            let failure = match run(&context, &sql, trust, &sender).await {
                Ok(()) => return,
                Err(Failure::Planning(error)) if trust == Trust::User => explain::user_mistake(&error),
                Err(Failure::Planning(error) | Failure::Running(error)) => match explain::failure(&error, &path) {
                    // The engine does not say which file it is; a slow look is worth the user's time now.
                    general @ Error::FileAltered { .. } => check_pages(&path, &files, &cipher).err().unwrap_or(general),
                    other => other,
                },
                Err(Failure::Refused(sentence)) => Error::Query(Sentence::vouched(sentence)),
            };
            drop(sender.send(Message::Failed(failure)).await); // Nobody listens any more: nobody to tell.
        });
        receiver
    }
}

/// The name under which the data folder is known to the engine. Statements cannot use it: they name tables only.
const STORE: &str = "lake://data";

#[derive(Clone, Copy, PartialEq)]
enum Trust {
    Ours,
    User,
}

enum Message {
    Columns(Vec<RowColumn>, SchemaRef),
    Batch(RecordBatch),
    Done,
    Failed(Error),
}

enum Failure {
    Planning(DataFusionError),
    Running(DataFusionError),
    /// Why, quoting the statement alone.
    Refused(String),
}

/// Decodes every page of every file. O(bytes of the lake).
pub(crate) fn check_pages(lake: &Path, files: &[DataFile], cipher: &Cipher) -> Result<(), Error> {
    for file in files {
        check_file(lake, file, cipher)?;
        let path = file_path(lake, file.table, &file.name);
        let source = File::open(&path).map_err(|error| Error::io("read", &path, error))?;
        let altered = || Error::FileAltered { path: path.clone(), what: "one of its pages cannot be decoded".into() };
        let reader = cipher.rows(source).and_then(|rows| rows.build());
        for batch in reader.map_err(|_| altered())? {
            batch.map_err(|_| altered())?;
        }
    }
    Ok(())
}

impl Lake {
    /// Every data file must be there, whole and as the catalog says.
    pub(crate) fn check_files(&self, state: &State) -> Result<(), Error> {
        state.files.iter().try_for_each(|file| check_file(self.path(), file, self.cipher()))
    }
}

/// A data file must be there, have the size, footer and row count that the catalog says.
fn check_file(lake: &Path, file: &DataFile, cipher: &Cipher) -> Result<(), Error> {
    let path = file_path(lake, file.table, &file.name);
    let (bytes, footer) = stage::measure(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::FileMissing { path: path.clone() },
        _ => Error::io("read", &path, error),
    })?;
    if bytes != file.bytes {
        return Err(Error::FileSize { path, found: bytes, expected: file.bytes });
    }
    if footer != file.footer {
        return Err(Error::FileAltered { path, what: "its footer is not the one that was written".into() });
    }
    let source = File::open(&path).map_err(|error| Error::io("read", &path, error))?;
    let rows = cipher.count(&source).map_err(|_| Error::FileAltered { path: path.clone(), what: "its footer cannot be read".into() })?;
    if rows != file.rows {
        return Err(Error::FileAltered { path, what: sentence!("it holds `{}` rows where the catalog says `{}`", rows, file.rows) });
    }
    Ok(())
}

fn context(threads: usize, environment: &Arc<RuntimeEnv>, is_selective: bool) -> SessionContext {
    let mut config = SessionConfig::new().with_target_partitions(threads).with_information_schema(false);
    config.options_mut().execution.parquet.pushdown_filters = is_selective;
    let state = SessionStateBuilder::new().with_config(config).with_runtime_env(Arc::clone(environment)).with_default_features().build();
    SessionContext::new_with_state(state)
}

/// The schema for reading: texts as views, which the engine groups and compares faster.
fn read_schema(table: Table) -> SchemaRef {
    let fields: Vec<Field> = arrow_schema(table)
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            DataType::Utf8 => Field::new(field.name(), DataType::Utf8View, true),
            other => Field::new(field.name(), other.clone(), true),
        })
        .collect();
    Arc::new(Schema::new(fields))
}

/// A table as of a seal: a plain listing of the catalog's files, and a predicate where newer seals must not be seen.
fn provider(
    context: &SessionContext,
    state: &State,
    cipher: &Cipher,
    table: Table,
    seal: i64,
) -> Result<Arc<dyn TableProvider>, DataFusionError> {
    let paths: Vec<ListingTableUrl> = state
        .files
        .iter()
        .filter(|file| file.table == table && file.min_seal <= seal)
        .map(|file| ListingTableUrl::parse(format!("{STORE}/{}/{}", table.name(), file.name)))
        .collect::<Result<_, _>>()?;
    if paths.is_empty() {
        return Ok(Arc::new(EmptyTable::new(read_schema(table))));
    }
    let options = ListingOptions::new(Arc::new(cipher.format()?)).with_file_extension(".parquet");
    let config = ListingTableConfig::new_with_multi_paths(paths).with_listing_options(options).with_schema(read_schema(table));
    let files: Arc<dyn TableProvider> = Arc::new(ListingTable::try_new(config)?);
    let hidden = state.kept.hidden.as_ref();
    if seal >= state.last_seal() && hidden.is_none() {
        return Ok(files);
    }
    let mut rows = context.read_table(files)?;
    if seal < state.last_seal() {
        rows = rows.filter(col("seal").lt_eq(lit(seal)))?;
    }
    if let Some(hidden) = hidden {
        rows = crate::erase::hide(rows, table, hidden)?;
    }
    Ok(rows.into_view())
}

async fn run(context: &SessionContext, sql: &str, trust: Trust, sender: &Sender<Message>) -> Result<(), Failure> {
    let statement = match trust {
        Trust::User => guard::one_reading_statement(sql).map_err(Failure::Refused)?,
        Trust::Ours => context.state().sql_to_statement(sql, &datafusion::config::Dialect::Generic).map_err(Failure::Planning)?,
    };
    let plan = context.state().statement_to_plan(statement).await.map_err(Failure::Planning)?;
    let reading = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    reading.verify_plan(&plan).map_err(Failure::Planning)?;
    let frame = DataFrame::new(context.state(), plan);
    let tasks = Arc::new(frame.task_ctx());
    let columns = frame
        .schema()
        .fields()
        .iter()
        .map(|field| RowColumn { name: field.name().clone(), type_name: convert::type_name(field.data_type()) })
        .collect();
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let plan = frame.create_physical_plan().await.map_err(Failure::Planning)?;
    if sender.send(Message::Columns(columns, schema)).await.is_err() {
        return Ok(());
    }
    let mut stream = execute_stream(plan, tasks).map_err(Failure::Running)?;
    while let Some(batch) = stream.next().await {
        if sender.send(Message::Batch(batch.map_err(Failure::Running)?)).await.is_err() {
            return Ok(()); // The reader has seen enough.
        }
    }
    drop(sender.send(Message::Done).await); // The same.
    Ok(())
}

/// The next message; a channel that closes without a last word means that the engine panicked.
fn next(results: &mut Receiver<Message>) -> Result<Message, Error> {
    match results.blocking_recv() {
        Some(Message::Failed(error)) => Err(error),
        Some(message) => Ok(message),
        None => Err(Error::Engine("the query engine stopped unexpectedly".into())),
    }
}

/// Hands over batches as they come.
fn batches<E: From<Error>>(
    mut results: Receiver<Message>,
    mut each: impl FnMut(&Columns<'_>) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    loop {
        match next(&mut results)? {
            Message::Columns(..) => {}
            Message::Batch(batch) => {
                if each(&Columns(&batch))?.is_break() {
                    return Ok(());
                }
            }
            Message::Done | Message::Failed(_) => return Ok(()),
        }
    }
}

fn each_value(
    mut results: Receiver<Message>,
    mut each: impl FnMut(&[RowColumn], &[Value]) -> ControlFlow<()>,
) -> Result<Vec<RowColumn>, Error> {
    let mut columns = Vec::new();
    loop {
        match next(&mut results)? {
            Message::Columns(known, _) => columns = known,
            Message::Batch(batch) => {
                for row in convert::rows(&batch)? {
                    if each(&columns, &row).is_break() {
                        return Ok(columns);
                    }
                }
            }
            Message::Done | Message::Failed(_) => return Ok(columns),
        }
    }
}

fn collect(
    run: impl FnOnce(&mut dyn FnMut(&[RowColumn], &[Value]) -> ControlFlow<()>) -> Result<Vec<RowColumn>, Error>,
) -> Result<Rows, Error> {
    let mut rows = Vec::new();
    let columns = run(&mut |_, row| {
        rows.push(row.to_vec());
        ControlFlow::Continue(())
    })?;
    Ok(Rows { columns, rows })
}

fn write_results(results: &mut Receiver<Message>, path: &Path) -> Result<u64, Error> {
    let failed = |error| Error::write(path, error);
    let properties = WriterProperties::builder()
        .set_created_by("marsad".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).unwrap_or_default()))
        .build();
    let mut writer = None;
    let mut rows = 0;
    loop {
        match next(results)? {
            Message::Columns(_, schema) => {
                let file = File::create(path).map_err(|error| Error::io("write", path, error))?;
                writer = Some(ArrowWriter::try_new(file, schema, Some(properties.clone())).map_err(failed)?);
            }
            Message::Batch(batch) => {
                rows += batch.num_rows() as u64;
                if let Some(writer) = &mut writer {
                    writer.write(&batch).map_err(failed)?;
                }
            }
            Message::Done | Message::Failed(_) => break,
        }
    }
    if let Some(mut writer) = writer {
        writer.finish().map_err(failed)?;
        writer.inner().sync_all().map_err(|error| Error::io("write", path, error))?;
    }
    Ok(rows)
}
