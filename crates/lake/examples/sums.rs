//! Answers the statements of `validate/duckdb_compare.py --sql` (standard input) over the lake in a folder: `sums LAKE`, so that the lake
//! can be compared with DuckDB without the rest of Marsad.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "an example speaks, and stops when something fails")]

use lake::{AsOf, Lake};
use std::collections::BTreeMap;
use std::io::stdin;
use std::path::PathBuf;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder of the lake"));
    let reader = Lake::open(&folder).and_then(|lake| lake.read(AsOf::Latest)).expect("a lake");
    let mut tables = BTreeMap::new();
    for line in stdin().lines() {
        let line = line.expect("a line");
        let (table, sql) = line.split_once('\t').expect("a table and a statement");
        let result = reader.rows(sql).expect("a result");
        let names = result.columns.into_iter().map(|column| column.name);
        let values = result.rows.into_iter().next().expect("a row");
        tables.insert(table.to_owned(), names.zip(values).collect::<BTreeMap<_, _>>());
    }
    println!("{}", serde_json::to_string(&tables).expect("plain values"));
}
