//! `marsad export`.

use crate::cli::{Export, Format};
use crate::exit::{Exit, Failure, given};
use crate::output::{Talk, thousands};
use crate::verbs::rows::{TextRows, Trouble};
use crate::verbs::status::{from_study, mark};
use crate::verbs::{as_of, from_lake};
use record::{Sentence, Table, sentence};
use serde_json::json;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The tables that name accounts: an unlisted study exports none of them.
const NAMING: [Table; 5] = [Table::Accounts, Table::Posts, Table::PostObjects, Table::Edges, Table::Sightings];

pub(crate) fn run(args: &Export, talk: Talk) -> Result<Exit, Failure> {
    let table = table(&args.table)?;
    let study = super::status::open(&args.dir)?;
    if study.config().designation.is_unlisted() && NAMING.contains(&table) {
        return Err(Failure::usage(sentence!(
            "`{}` names accounts, and a study of an organisation on no list exports no accounts; `marsad report` gives its figures",
            table.name()
        )));
    }
    mark(&study, talk);
    let reader = study.lake().map_err(from_study)?.read(as_of(args.as_of.as_of.as_deref())?).map_err(from_lake)?;
    // Rows on standard output are a sign of life themselves.
    let spinner = args.out.as_ref().map(|_| talk.spinner("writing"));
    let rows = match (&args.out, args.format) {
        (None, Format::Parquet) => return Err(Failure::usage("Parquet is not written to standard output; name a file with `--out FILE`")),
        (Some(path), Format::Parquet) => reader.write_parquet(table.name(), path).map_err(from_lake)?,
        (Some(path), format) => {
            let file = BufWriter::new(create(path)?);
            let (rows, file) = write_text(&reader, table, format, file).map_err(|trouble| trouble.at(path))?;
            if let Some(file) = file {
                file.get_ref().sync_all().map_err(|error| cannot_write(path, &error))?;
            }
            rows
        }
        (None, format) => write_text(&reader, table, format, BufWriter::new(io::stdout().lock())).map_err(Trouble::on_stdout)?.0,
    };
    if let Some(spinner) = spinner {
        spinner.finish_and_clear();
    }
    if let Some(path) = &args.out {
        if talk.json {
            talk.json_line(&json!({ "table": table.name(), "path": path, "rows": rows }))?;
        }
        talk.say(&format!("{} rows of {} stand in {}", thousands(rows), table.name(), path.display()))?;
    }
    Ok(Exit::Done)
}

fn table(name: &str) -> Result<Table, Failure> {
    Table::ALL.into_iter().find(|table| table.name() == name).ok_or_else(|| {
        let names = Sentence::list(Table::ALL.iter().map(|table| table.name().into()));
        Failure::usage(sentence!("there is no table `{}`; the tables are {}", given(name), names))
    })
}

/// Streams a table as text; the number of rows and the output, flushed.
fn write_text<W: Write>(reader: &lake::Reader, table: Table, format: Format, out: W) -> Result<(u64, Option<W>), Trouble> {
    let mut rows = 0u64;
    let mut failed = None;
    let mut text = TextRows::new(out, matches!(format, Format::Csv));
    // An empty table still has its header.
    let names: Vec<&str> = lake::schema(table).iter().map(|column| column.name).collect();
    text.head(&names).map_err(Trouble::Exchange)?;
    reader
        .each_row(&sql(table), |columns, row| {
            rows += 1;
            text.take(columns, row, &mut failed)
        })
        .map_err(Trouble::Lake)?;
    match failed {
        Some(error) => Err(Trouble::Exchange(error)),
        None => text.finish().map(|out| (rows, out)).map_err(Trouble::Exchange),
    }
}

fn sql(table: Table) -> String {
    format!("SELECT * FROM {}", table.name())
}

pub(crate) fn create(path: &Path) -> Result<File, Failure> {
    File::create(path).map_err(|error| cannot_write(path, &error))
}

pub(crate) fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        Exit::Machine,
        sentence!("`{}` cannot be written: {}; check that the folder exists and has room and permission", path.display(), error),
    )
}
