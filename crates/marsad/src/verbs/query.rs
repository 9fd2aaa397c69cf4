//! `marsad query`.

use crate::cli::Query;
use crate::exit::{Exit, Failure};
use crate::output::{Talk, table};
use crate::verbs::rows::{TextRows, Trouble};
use crate::verbs::status::{from_study, mark};
use crate::verbs::{as_of, from_lake};
use lake::RowColumn;
use record::{Value, sentence};
use std::io::{self, BufWriter};
use std::ops::ControlFlow;

/// Rows held back to line up the columns of the table on screen; later rows are printed to the same widths or as they come.
const SCREEN_ROWS: usize = 1_000;

pub(crate) fn run(args: &Query, talk: Talk) -> Result<Exit, Failure> {
    let study = super::status::open(&args.dir)?;
    let reader = study.lake().map_err(from_study)?.read(as_of(args.as_of.as_of.as_deref())?).map_err(from_lake)?;
    mark(&study, talk);
    if talk.json { json(&reader, &args.sql) } else { screen(&reader, &args.sql, talk) }?;
    Ok(Exit::Done)
}

fn json(reader: &lake::Reader, sql: &str) -> Result<(), Failure> {
    let mut failed = None;
    let mut text = TextRows::new(BufWriter::new(io::stdout().lock()), false);
    reader.user_rows(sql, |columns, row| text.take(columns, row, &mut failed)).map_err(from_lake)?;
    let written = failed.map_or_else(|| text.finish().map(|_| ()), Err);
    written.map_err(|error| Trouble::Exchange(error).on_stdout())
}

fn screen(reader: &lake::Reader, sql: &str, talk: Talk) -> Result<(), Failure> {
    let mut head: Vec<RowColumn> = Vec::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut more = false;
    let spinner = talk.spinner("asking");
    let asked = reader
        .user_rows(sql, |columns, row| {
            if head.is_empty() {
                head = columns.to_vec();
            }
            if rows.len() == SCREEN_ROWS {
                more = true;
                return ControlFlow::Break(());
            }
            rows.push(row.iter().map(Value::to_string).collect());
            ControlFlow::Continue(())
        })
        .map_err(from_lake);
    spinner.finish_and_clear();
    asked?;
    let right: Vec<bool> = head.iter().map(|column| matches!(column.type_name, "bigint" | "double")).collect();
    let names: Vec<String> = head.iter().map(|column| column.name.clone()).collect();
    if rows.is_empty() {
        talk.note("no rows");
    } else {
        crate::output::line(&table(&names, &rows, &right))?;
    }
    if more {
        talk.note(sentence!("only the first {} rows are shown; `--json` prints them all", SCREEN_ROWS));
    }
    Ok(())
}
