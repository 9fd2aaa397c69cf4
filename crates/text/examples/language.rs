//! Reads one text a line, prints `lang confidence` a line, and the CPU-bound rate of the identifier alone on standard error.
#![allow(clippy::print_stderr, clippy::print_stdout, clippy::unwrap_used)]

use std::io::{Read, Write};
use std::time::Instant;

fn main() {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input).unwrap();
    let lines: Vec<&str> = input.lines().collect();
    let identifier = text::Identifier::built_in();
    let rounds = 1 + 200_000 / lines.len().max(1);
    let start = Instant::now();
    let mut found = Vec::new();
    for _ in 0..rounds {
        found = lines.iter().map(|line| identifier.identify(line)).collect();
    }
    eprintln!("{:.0} texts/s", (rounds * lines.len()) as f64 / start.elapsed().as_secs_f64());
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for answer in found {
        writeln!(out, "{}\t{:.4}", answer.lang, answer.confidence).unwrap();
    }
}
