//! Reads one text a line and prints `lang confidence` a line; with `--json` one object with the answers, CPU seconds and peak memory;
//! with `--languages` it reads nothing and prints what can be answered.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::io::{Read, Write};

fn main() {
    let mode = std::env::args().nth(1);
    if mode.as_deref() == Some("--languages") {
        return println!("{}", text::Identifier::built_in().languages().join(" "));
    }
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input).unwrap();
    let lines: Vec<&str> = input.lines().collect();
    let identifier = text::Identifier::built_in();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if mode.as_deref() != Some("--json") {
        for line in lines {
            let found = identifier.identify(line);
            writeln!(out, "{}\t{:.4}", found.lang, found.confidence).unwrap();
        }
        return;
    }
    // Rounds enough for the clock; a first one that is not measured fills the caches.
    let rounds = 1 + 200_000 / lines.len().max(1);
    let answers: Vec<&str> = lines.iter().map(|line| identifier.identify(line).lang).collect();
    let start = cost::cpu_seconds();
    let mut letters = 0;
    for _ in 0..rounds {
        letters += lines.iter().map(|line| identifier.identify(line).lang.len()).sum::<usize>();
    }
    let seconds = cost::cpu_seconds() - start;
    assert_eq!(letters, rounds * answers.iter().map(|lang| lang.len()).sum::<usize>());
    let answers = answers.iter().map(|lang| format!("\"{lang}\"")).collect::<Vec<_>>().join(",");
    let (texts, memory) = (rounds * lines.len(), cost::peak_memory());
    writeln!(out, r#"{{"texts":{texts},"seconds":{seconds:.4},"memory":{memory:.1},"answers":[{answers}]}}"#).unwrap();
}

#[path = "cost/mod.rs"]
mod cost;
