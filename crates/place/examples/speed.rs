//! Times the resolver on one core over a file of profile strings (second column), many times over, and the first answer by itself.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::time::Instant;

fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let strings: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split('\t').nth(1)).collect();
    let start = Instant::now();
    let first = place::resolve_profile("Berlin");
    println!("first answer after {} µs ({})", start.elapsed().as_micros(), first.country().unwrap_or("unknown"));
    let (start, rounds) = (Instant::now(), 500);
    let answered: usize = (0..rounds).flat_map(|_| &strings).filter(|text| place::resolve_profile(text).country().is_some()).count();
    let number = rounds * strings.len();
    println!("{number} strings, {answered} answered, {:.0} strings a second", number as f64 / start.elapsed().as_secs_f64());
}
