//! Prints what each file given holds: format, counts, and each reject with its place. Shows no content.
//!
//! `cargo run -p ingest --example inspect -- FILE…`
#![allow(clippy::print_stdout, reason = "an example speaks on the terminal")]

use ingest::{Options, Progress};
use record::{Account, Edge, Locus, Post, Reject, Sighting, Sink};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Keeps rejects and forgets records.
#[derive(Default)]
struct Rejects(Vec<Reject>);

impl Sink for Rejects {
    fn account(&mut self, _: &Account<'_>, _: Locus) {}
    fn post(&mut self, _: &Post<'_>, _: Locus) {}
    fn edge(&mut self, _: &Edge<'_>, _: Locus) {}
    fn sighting(&mut self, _: &Sighting<'_>, _: Locus) {}
    fn reject(&mut self, reject: &Reject) {
        self.0.push(reject.clone());
    }
    fn unrepresented(&mut self, _: &'static str, _: Locus) {}
}

fn main() -> Result<(), ingest::Error> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    for input in ingest::expand(&paths)? {
        let mut rejects = Vec::new();
        let deliver = |batch: Rejects| {
            rejects.extend(batch.0);
            ControlFlow::Continue(())
        };
        match ingest::read(&input, &Options::default(), &Progress::default(), Rejects::default, deliver) {
            Ok(report) => {
                let counts = report.counts;
                println!(
                    "{}: {}, {}, {}, {} bytes, {} lines, {} accounts, {} posts, {} edges, {} sightings, {} rejects, unrepresented {:?}, missed {}",
                    report.name,
                    report.format,
                    report.encoding.name(),
                    report.compression.name(),
                    report.decoded_bytes,
                    report.lines,
                    counts.accounts,
                    counts.posts,
                    counts.edges,
                    counts.sightings,
                    counts.rejects,
                    report.unrepresented,
                    report.missed,
                );
                if let Some(truncated) = report.truncated {
                    println!("  truncated: {truncated}");
                }
                for reject in rejects {
                    let Reject { reason, detail, locus, bytes } = reject;
                    println!("  line {}, byte {}, {bytes} bytes: {} ({detail})", locus.line, locus.byte, reason.name());
                }
            }
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
