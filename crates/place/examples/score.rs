//! Scores a file of profile strings (language, string, country or `unknown`, note) and lists what is wrong.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::collections::BTreeMap;

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let mut by: BTreeMap<&str, [u32; 4]> = BTreeMap::new();
    let mut bins: BTreeMap<u32, [u32; 2]> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let f: Vec<&str> = line.split('\t').collect();
        let answer = place::resolve_profile(f[1]);
        let got = answer.country().unwrap_or("unknown");
        for key in [f[0], "all"] {
            let row = by.entry(key).or_default();
            row[0] += u32::from(got != "unknown");
            row[1] += u32::from(got != "unknown" && got == f[2]);
            row[2] += u32::from(f[2] != "unknown");
            row[3] += 1;
        }
        if got != "unknown" {
            let bin = bins.entry((answer.confidence * 20.0) as u32).or_default();
            bin[0] += 1;
            bin[1] += u32::from(got == f[2]);
        }
        if got != f[2] {
            println!("{}\t{}\twant {}\tgot {} {:.2} {}", f[0], f[1], f[2], got, answer.confidence, answer.evidence);
        }
    }
    for (language, [answered, right, known, n]) in by {
        println!(
            "{language}: n {n}, precision {:.3} ({right}/{answered}), recall {:.3} ({right}/{known})",
            f64::from(right) / f64::from(answered),
            f64::from(right) / f64::from(known)
        );
    }
    for (bin, [n, right]) in bins {
        println!("confidence from {:.2}: {right} of {n} right", f64::from(bin) / 20.0);
    }
}
