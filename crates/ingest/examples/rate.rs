//! Prints how many MB of the files given are read and parsed per CPU-second (user and system, all threads), records thrown away.
//! CPU time is read from `/proc`, so it is known on Linux only.
//!
//! `cargo run --release -p ingest --example rate -- [--no-hash] FILE…`, on one thread. `--no-hash` leaves the SHA-256 out.
#![allow(clippy::print_stdout, reason = "an example speaks on the terminal")]

use ingest::{Options, Progress};
use record::{Account, Edge, Locus, Post, Reject, Sighting, Sink};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

/// Forgets everything.
struct Nothing;

impl Sink for Nothing {
    fn account(&mut self, _: &Account<'_>, _: Locus) {}
    fn post(&mut self, _: &Post<'_>, _: Locus) {}
    fn edge(&mut self, _: &Edge<'_>, _: Locus) {}
    fn sighting(&mut self, _: &Sighting<'_>, _: Locus) {}
    fn reject(&mut self, _: &Reject) {}
    fn unrepresented(&mut self, _: &'static str, _: Locus) {}
}

/// User and system time of this process so far, in seconds; the kernel counts hundredths.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field, the command's name, may hold spaces; it ends at the last parenthesis.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

fn main() -> Result<(), ingest::Error> {
    let mut paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let no_hash = paths.first().is_some_and(|first| first.as_os_str() == "--no-hash");
    paths.drain(..usize::from(no_hash));
    // A hash known already is not taken again.
    let options = Options { threads: 1, sha256: no_hash.then(String::new), ..Options::default() };
    for input in ingest::expand(&paths)? {
        let (start, cpu) = (Instant::now(), cpu_seconds());
        let report = ingest::read(&input, &options, &Progress::default(), || Nothing, |_| ControlFlow::Continue(()))?;
        let megabytes = report.decoded_bytes as f64 / 1e6;
        let seconds = start.elapsed().as_secs_f64();
        let posts = report.counts.posts;
        print!("{}: {megabytes:.0} MB, {posts} posts in {seconds:.2} s", report.name);
        match cpu.zip(cpu_seconds()) {
            Some((before, after)) => println!(", {:.2} CPU-seconds, {:.0} MB per CPU-second", after - before, megabytes / (after - before)),
            None => println!(),
        }
    }
    Ok(())
}
