//! Writes a world and prints how fast: `cargo run -p world --example measure -- ACCOUNTS DAYS SEED DIR`.
#![allow(clippy::print_stdout, reason = "an example for people")]

use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [accounts, days, seed, folder] = arguments.as_slice() else { return Err("usage: measure ACCOUNTS DAYS SEED DIR".into()) };
    let params = world::Params { accounts: accounts.parse()?, days: days.parse()?, seed: seed.parse()? };
    let start = Instant::now();
    let summary = world::simulate(&params, Path::new(folder))?;
    let seconds = start.elapsed().as_secs_f64();
    let truth = &summary.truth;
    println!(
        "{:.0} post lines/s ({} lines, {} distinct posts, {seconds:.2} s)",
        truth.post_lines as f64 / seconds,
        truth.post_lines,
        truth.posts
    );
    println!("{} follows, {} sightings, {:.1} MB before compression", truth.edges, truth.sightings, summary.bytes() as f64 / 1e6);
    Ok(())
}
