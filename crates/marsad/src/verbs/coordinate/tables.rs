//! The tables that `marsad coordinate` writes.

use super::Work;
use super::read::Table;
use super::tests_of::Tests;
use crate::exit::{Exit, Failure};
use crate::verbs::graph::write_table;
use exchange::csv_cell;
use network::{CoordinateOptions, Coordinated, Together, Weight};
use record::{Value, sentence};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The columns of `evidence.csv`.
pub(super) const EVIDENCE: [&str; 6] = ["edge", "object", "post_a", "post_b", "time_a", "time_b"];

/// A table of millions of rows, written line by line; it knows at which byte each line begins.
pub(super) struct Lines {
    path: PathBuf,
    out: BufWriter<File>,
    line: Vec<u8>,
    written: u64,
}

impl Lines {
    pub(super) fn new(dir: &Path, name: &str, columns: &[&str]) -> Result<Self, Failure> {
        let path = dir.join(format!("{name}.csv"));
        let file = File::create(&path).map_err(|error| cannot_write(&path, &error))?;
        let mut lines = Lines { path, out: BufWriter::with_capacity(1 << 18, file), line: columns.join(",").into_bytes(), written: 0 };
        lines.end()?;
        Ok(lines)
    }

    pub(super) fn text(&mut self, text: &str) {
        csv_cell(&mut self.line, text);
        self.line.push(b',');
    }

    pub(super) fn number(&mut self, number: impl std::fmt::Display) {
        // Writing to memory does not fail.
        let _ = write!(self.line, "{number},");
    }

    /// A whole number: there are tens of millions of them.
    pub(super) fn whole(&mut self, number: u64) {
        self.line.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        self.line.push(b',');
    }

    /// A duration or time in seconds.
    pub(super) fn seconds(&mut self, micros: i64) {
        let whole = micros.unsigned_abs();
        if micros < 0 {
            self.line.push(b'-');
        }
        self.line.extend_from_slice(itoa::Buffer::new().format(whole / 1_000_000).as_bytes());
        if !whole.is_multiple_of(1_000_000) {
            let decimals = format!("{:06}", whole % 1_000_000);
            let _ = write!(self.line, ".{}", decimals.trim_end_matches('0'));
        }
        self.line.push(b',');
    }

    /// A time as the table has it: in seconds, or as an instant.
    pub(super) fn time(&mut self, micros: i64, is_numeric: bool) {
        if is_numeric { self.seconds(micros) } else { self.number(record::Instant::from_micros(micros)) }
    }

    /// A probability to four digits, however small.
    pub(super) fn chance(&mut self, chance: f64) {
        if chance == 0.0 || chance >= 1e-3 { self.number((chance * 1e6).round() / 1e6) } else { self.number(format_args!("{chance:.3e}")) }
    }

    /// An empty cell.
    pub(super) fn nothing(&mut self) {
        self.line.push(b',');
    }

    pub(super) fn end(&mut self) -> Result<(), Failure> {
        // Every cell ends in a comma, the last one too.
        if self.line.last() == Some(&b',') {
            self.line.pop();
        }
        self.line.push(b'\n');
        self.written += self.line.len() as u64;
        self.out.write_all(&self.line).map_err(|error| cannot_write(&self.path, &error))?;
        self.line.clear();
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.out.flush().map_err(|error| cannot_write(&self.path, &error))
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Machine, sentence!("`{}` cannot be written: {}", path.display(), error))
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

/// Pairs of posts written together.
const BLOCK: usize = 4096;

/// Pairs of posts on their way to `evidence.csv`.
///
/// Rows of a large table lie far apart in memory. So what is needed of all rows of a block is fetched first, where no fetch waits for another, and written
/// after that: with it the whole of ten million posts takes half the time (bench/README.md).
#[derive(Default)]
struct Block {
    edges: Vec<usize>,
    pairs: Vec<[u32; 2]>,
    objects: Vec<u32>,
    times: Vec<[i64; 2]>,
    spans: Vec<[Range<usize>; 2]>,
    /// Names of objects and of both posts, one after the other, and where each ends.
    names: Vec<u8>,
    ends: Vec<usize>,
}

impl Block {
    fn fetch(&mut self, table: &Table) {
        let Block { pairs, objects, times, spans, names, ends, .. } = self;
        objects.clear();
        objects.extend(pairs.iter().map(|[one, _]| table.objects[*one as usize]));
        times.clear();
        times.extend(pairs.iter().map(|pair| pair.map(|row| table.times[row as usize])));
        spans.clear();
        spans.extend(pairs.iter().map(|pair| pair.map(|row| table.posts.span(row))));
        names.clear();
        ends.clear();
        for ((object, pair), spans) in objects.iter().zip(pairs.iter()).zip(spans.iter()) {
            csv_cell(names, &table.object_names.name(*object).unwrap_or_default());
            ends.push(names.len());
            for (row, span) in pair.iter().zip(spans) {
                table.posts.write(*row, span.clone(), names);
                ends.push(names.len());
            }
        }
    }

    /// Writes the block, and notes at which byte each edge begins.
    fn write(&mut self, table: &Table, lines: &mut Lines, starts: &mut Vec<u64>) -> Result<(), Failure> {
        self.fetch(table);
        let mut from = 0;
        for ((edge, times), ends) in self.edges.iter().zip(&self.times).zip(self.ends.chunks_exact(3)) {
            while starts.len() <= *edge {
                starts.push(lines.written);
            }
            lines.whole(*edge as u64);
            for end in ends {
                lines.line.extend_from_slice(&self.names[from..*end]);
                lines.line.push(b',');
                from = *end;
            }
            times.iter().for_each(|time| lines.time(*time, table.is_numeric));
            lines.end()?;
        }
        self.edges.clear();
        self.pairs.clear();
        Ok(())
    }
}

/// The posts behind every edge, in the order of edges; at which byte those of each begin.
pub(super) fn evidence(work: &Work<'_>, edges: &Coordinated) -> Result<Vec<u64>, Failure> {
    let mut lines = Lines::new(work.out, "evidence", &EVIDENCE)?;
    let mut starts = Vec::with_capacity(edges.len());
    let mut block = Block::default();
    for edge in 0..edges.len() {
        for pair in edges.evidence(edge) {
            block.edges.push(edge);
            block.pairs.push(pair);
            if block.pairs.len() == BLOCK {
                block.write(&work.table, &mut lines, &mut starts)?;
            }
        }
    }
    block.write(&work.table, &mut lines, &mut starts)?;
    // Edges whose evidence was left out begin where the table ends.
    starts.resize(edges.len(), lines.written);
    lines.finish()?;
    Ok(starts)
}

/// The columns of edges that tests fill.
const TEST: [&str; 7] = ["shared", "observed", "expected", "scheduled", "p", "q", "q_dependent"];
const BESIDE: [&str; 4] = ["shared_at_all", "hypergeometric", "sdsm", "disparity"];

pub(super) fn edges(
    work: &Work<'_>,
    options: &CoordinateOptions,
    edges: &Coordinated,
    evidence: &[u64],
    tests: &Tests,
) -> Result<(), Failure> {
    let mut columns =
        vec!["edge", "account_a", "account_b", "pairs", "objects", "a_first", "b_first", "posts_a", "posts_b", "mean_gap", "least_gap"];
    columns.extend(options.half_life.map(|_| "decayed"));
    columns.extend(tests.significance.iter().flat_map(|_| TEST));
    columns.extend(tests.beside.iter().flat_map(|_| BESIDE));
    columns.extend(["evidence", "evidence_at"]);
    let mut lines = Lines::new(work.out, "edges", &columns)?;
    let mut first = (u32::MAX, String::new());
    for (number, (edge, start)) in edges.edges().zip(evidence).enumerate() {
        if first.0 != edge.accounts[0] {
            first = (edge.accounts[0], work.account(edge.accounts[0]));
        }
        lines.whole(number as u64);
        lines.text(&first.1);
        lines.text(&work.account(edge.accounts[1]));
        let Together { pairs, objects, first: [a, b], posts: [posts_a, posts_b], .. } = edge;
        [pairs, objects, a, b, posts_a, posts_b].iter().for_each(|count| lines.whole(u64::from(*count)));
        lines.number((edge.mean_gap() / 1e3).round() / 1e3);
        lines.seconds(i64::try_from(edge.least_gap).unwrap_or(i64::MAX));
        if options.half_life.is_some() {
            lines.number(edge.decayed);
        }
        test_cells(&mut lines, tests, number);
        lines.number(edge.evidence);
        lines.number(start);
        lines.end()?;
    }
    lines.finish()
}

fn test_cells(lines: &mut Lines, tests: &Tests, edge: usize) {
    if let Some(chance) = tests.significance.as_ref().map(|found| &found.edges[edge]) {
        lines.number(chance.shared);
        lines.number(chance.observed);
        lines.number((chance.expected * 1e6).round() / 1e6);
        lines.number(chance.scheduled);
        [chance.p, chance.q, chance.q_dependent].iter().for_each(|chance| lines.chance(*chance));
    }
    if let Some(beside) = tests.beside.as_ref().map(|beside| &beside[edge]) {
        lines.number(beside.shared);
        [beside.hypergeometric, beside.sdsm, beside.disparity].iter().for_each(|chance| lines.chance(*chance));
    }
}

/// Edges and components by window.
pub(super) fn curve(dir: &Path, rows: &[[u64; 6]]) -> Result<(), Failure> {
    let mut lines = Lines::new(dir, "curve", &["window", "pairs", "edges", "accounts", "components", "largest_component"])?;
    for [window, counts @ ..] in rows {
        lines.seconds(i64::try_from(*window).unwrap_or(i64::MAX));
        counts.iter().for_each(|count| lines.number(count));
        lines.end()?;
    }
    lines.finish()
}
