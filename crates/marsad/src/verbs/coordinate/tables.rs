//! The tables that `marsad coordinate` writes.

use super::Work;
use crate::exit::{Exit, Failure};
use crate::verbs::graph::{from_network, write_table};
use exchange::csv_cell;
use network::{CoordinateOptions, Coordinated, Space, Together, Weight, weak_components};
use record::Value;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The columns of `evidence.csv`.
pub(super) const EVIDENCE: [&str; 6] = ["edge", "object", "post_a", "post_b", "time_a", "time_b"];

/// A table of millions of rows, written line by line; it knows at which byte each line begins.
struct Lines {
    path: PathBuf,
    out: BufWriter<File>,
    line: Vec<u8>,
    written: u64,
}

impl Lines {
    fn new(dir: &Path, name: &str, columns: &[&str]) -> Result<Self, Failure> {
        let path = dir.join(format!("{name}.csv"));
        let file = File::create(&path).map_err(|error| cannot_write(&path, &error))?;
        let mut lines = Lines { path, out: BufWriter::with_capacity(1 << 18, file), line: columns.join(",").into_bytes(), written: 0 };
        lines.end()?;
        Ok(lines)
    }

    fn text(&mut self, text: &str) {
        csv_cell(&mut self.line, text);
        self.line.push(b',');
    }

    fn number(&mut self, number: impl std::fmt::Display) {
        // Writing to memory does not fail.
        let _ = write!(self.line, "{number},");
    }

    /// A duration or time in seconds.
    fn seconds(&mut self, micros: i64) {
        let whole = micros.unsigned_abs();
        let sign = if micros < 0 { "-" } else { "" };
        let _ = write!(self.line, "{sign}{}", whole / 1_000_000);
        if !whole.is_multiple_of(1_000_000) {
            let decimals = format!("{:06}", whole % 1_000_000);
            let _ = write!(self.line, ".{}", decimals.trim_end_matches('0'));
        }
        self.line.push(b',');
    }

    fn end(&mut self) -> Result<(), Failure> {
        if self.line.last() == Some(&b',') {
            self.line.pop();
        }
        self.line.push(b'\n');
        self.written += self.line.len() as u64;
        self.out.write_all(&self.line).map_err(|error| cannot_write(&self.path, &error))?;
        self.line.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(), Failure> {
        self.out.flush().map_err(|error| cannot_write(&self.path, &error))
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Machine, format!("`{}` cannot be written: {error}", path.display()))
}

pub(super) fn weight_name(weight: Weight) -> &'static str {
    match weight {
        Weight::Pairs => "pairs",
        Weight::Objects => "objects",
        Weight::Posts => "posts",
        Weight::Decayed => "decayed",
    }
}

pub(super) fn rejects(dir: &Path, rejected: &[(u64, &'static str)]) -> Result<(), Failure> {
    if rejected.is_empty() {
        return Ok(());
    }
    let rows =
        rejected.iter().map(|(line, reason)| vec![Value::Int(i64::try_from(*line).unwrap_or(i64::MAX)), Value::Text((*reason).to_owned())]);
    write_table(dir, "rejects", &["line", "reason"], rows)
}

/// The posts behind every edge, in the order of edges; at which byte those of each begin.
pub(super) fn evidence(work: &Work<'_>, edges: &Coordinated) -> Result<Vec<u64>, Failure> {
    let mut lines = Lines::new(work.out, "evidence", &EVIDENCE)?;
    let mut starts = Vec::with_capacity(edges.len());
    let table = &work.table;
    let mut object = (u32::MAX, String::new());
    for edge in 0..edges.len() {
        starts.push(lines.written);
        for [one, other] in edges.evidence(edge) {
            let number = table.objects[one as usize];
            if object.0 != number {
                object = (number, table.object_names.name(number).unwrap_or_default());
            }
            lines.number(edge);
            lines.text(&object.1);
            for row in [one, other] {
                table.posts.write(row, &mut lines.line);
                lines.line.push(b',');
            }
            for row in [one, other] {
                let time = table.times[row as usize];
                if table.is_numeric {
                    lines.seconds(time);
                } else {
                    lines.number(record::Instant::from_micros(time));
                }
            }
            lines.end()?;
        }
    }
    lines.finish()?;
    Ok(starts)
}

pub(super) fn edges(work: &Work<'_>, options: &CoordinateOptions, edges: &Coordinated, evidence: &[u64]) -> Result<(), Failure> {
    let mut columns =
        vec!["edge", "account_a", "account_b", "pairs", "objects", "a_first", "b_first", "posts_a", "posts_b", "mean_gap", "least_gap"];
    columns.extend(options.half_life.map(|_| "decayed"));
    columns.extend(["evidence", "evidence_at"]);
    let mut lines = Lines::new(work.out, "edges", &columns)?;
    let mut first = (u32::MAX, String::new());
    for (number, (edge, start)) in edges.edges().zip(evidence).enumerate() {
        if first.0 != edge.accounts[0] {
            first = (edge.accounts[0], work.account(edge.accounts[0]));
        }
        lines.number(number);
        lines.text(&first.1);
        lines.text(&work.account(edge.accounts[1]));
        let Together { pairs, objects, first: [a, b], posts: [posts_a, posts_b], .. } = edge;
        [pairs, objects, a, b, posts_a, posts_b].iter().for_each(|count| lines.number(count));
        lines.number((edge.mean_gap() / 1e3).round() / 1e3);
        lines.seconds(i64::try_from(edge.least_gap).unwrap_or(i64::MAX));
        if options.half_life.is_some() {
            lines.number(edge.decayed);
        }
        lines.number(edge.evidence);
        lines.number(start);
        lines.end()?;
    }
    lines.finish()
}

/// Accounts with an edge: with how many others, how heavily, in which component. Says how many there are.
pub(super) fn accounts(work: &Work<'_>, edges: &Coordinated, space: Space<'_>) -> Result<[(&'static str, u64); 3], Failure> {
    let all = work.table.account_names.len();
    let from = |error: network::Error| from_network(&error);
    let components = weak_components(&edges.graph(all, space).map_err(from)?);
    let (mut partners, mut pairs, mut present) = (vec![0u64; all], vec![0u64; all], vec![false; all]);
    for edge in edges.edges() {
        let [one, other] = edge.accounts.map(|account| account as usize);
        (present[one], present[other]) = (true, true);
        if one != other {
            for account in [one, other] {
                partners[account] += 1;
                pairs[account] += u64::from(edge.pairs);
            }
        }
    }
    // Components count accounts without edges, too: these are numbered anew without them.
    let mut numbers = vec![None; components.count];
    let mut sizes: Vec<u64> = Vec::new();
    let mut lines = Lines::new(work.out, "accounts", &["account", "partners", "pairs", "component"])?;
    for account in (0..all).filter(|account| present[*account]) {
        let component = *numbers[components.of[account] as usize].get_or_insert_with(|| {
            sizes.push(0);
            sizes.len() - 1
        });
        sizes[component] += 1;
        lines.text(&work.account(account as u32));
        lines.number(partners[account]);
        lines.number(pairs[account]);
        lines.number(component);
        lines.end()?;
    }
    lines.finish()?;
    let accounts = sizes.iter().sum();
    Ok([("accounts", accounts), ("components", sizes.len() as u64), ("largest_component", sizes.iter().copied().max().unwrap_or(0))])
}

impl Work<'_> {
    pub(super) fn account(&self, account: u32) -> String {
        self.table.account_names.name(account).unwrap_or_default()
    }
}
