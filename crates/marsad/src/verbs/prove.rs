//! `marsad prove`.

mod chain;
mod scene;
mod worlds;

use crate::cli::ProveCensus;
use crate::exit::{Exit, Failure, Harmless, told};
use crate::output::{Talk, table, thousands};
use record::Sentence;
use serde_json::json;
use stats::survey::{Fault, Proof, cells, prove};

/// Why a world could not be worked out.
struct Trouble(Sentence);

impl<E: Harmless> From<E> for Trouble {
    fn from(error: E) -> Trouble {
        Trouble(told(&error))
    }
}

const HEAD: [&str; 17] = [
    "prevalence",
    "coder error",
    "of",
    "truth",
    "coded positives",
    "coverage",
    "design alone",
    "at most",
    "assisted",
    "estimate printed",
    "too few",
    "bound only",
    "width",
    "design alone",
    "Clopper–Pearson",
    "bias",
    "fault",
];

pub(crate) fn census(args: &ProveCensus, talk: Talk) -> Result<Exit, Failure> {
    if let Some(count) = args.worlds {
        if count == 0 {
            return Err(Failure::usage("`--worlds 0` proves nothing; give 20 or more"));
        }
        return worlds::census(count, talk);
    }
    let replicates = args.replicates.unwrap_or(0);
    if replicates == 0 {
        return Err(Failure::usage("`--replicates 0` proves nothing; give 50 or more"));
    }
    let bar = talk.spinner("simulating frames");
    let mut proofs = Vec::new();
    for cell in cells(args.accounts, args.codes) {
        match prove(cell, replicates, args.seed) {
            Ok(proof) => proofs.push(proof),
            Err(error) => {
                bar.finish_and_clear();
                return Err(Failure::usage(told(&error)));
            }
        }
    }
    bar.finish_and_clear();
    let all_hold = proofs.iter().all(Proof::holds);
    if talk.json {
        talk.json_line(&json!({
            "replicates": replicates, "seed": args.seed, "accounts": args.accounts, "codes": args.codes,
            "holds": all_hold, "cells": proofs.iter().map(cell).collect::<Vec<_>>(),
        }))?;
    } else {
        let rows: Vec<Vec<String>> = proofs.iter().map(row).collect();
        let right: Vec<bool> = (0..HEAD.len()).map(|column| column != 1 && column != 2 && column != 16).collect();
        talk.say(&table(&HEAD.map(str::to_owned), &rows, &right))?;
        let error = proofs.first().map_or(0.0, Proof::coverage_error);
        talk.say(&format!(
            "{} replicates a cell, Monte-Carlo standard error of coverage {:.2} points: {}",
            thousands(replicates as u64),
            100.0 * error,
            if all_hold { "every cell is within its bounds" } else { "a cell is outside its bounds" }
        ))?;
    }
    if all_hold {
        return Ok(Exit::Done);
    }
    Err(Failure::new(Exit::Defect, "a cell is outside its bounds; the table says which, and this is a defect of the intervals"))
}

/// What is wrong with a cell, in a word.
const fn word(fault: Fault) -> &'static str {
    match fault {
        Fault::Coverage => "coverage",
        Fault::DesignCoverage => "coverage, design alone",
        Fault::AtMost => "at most",
        Fault::TooWide => "too wide",
        Fault::Refused => "too few",
    }
}

fn faults(proof: &Proof) -> Vec<&'static str> {
    proof.faults().into_iter().map(word).collect()
}

fn cell(proof: &Proof) -> serde_json::Value {
    json!({
        "prevalence": proof.cell.prevalence, "coder_error": proof.cell.coder.is_some(), "domain": proof.cell.domain, "truth": proof.truth,
        "coded_positives": proof.positives, "expected_positives": proof.expected, "coverage": proof.coverage,
        "coverage_error": proof.coverage_error(), "coverage_design": proof.coverage_design, "assisted": proof.assisted,
        "printed": proof.printed, "coverage_printed": proof.coverage_printed, "above": proof.misses.0, "below": proof.misses.1,
        "at_most": proof.at_most, "too_few": proof.refused, "bound_only": proof.bound_only, "width": proof.width,
        "width_design": proof.width_design, "width_clopper_pearson": proof.width_simple, "bias": proof.bias, "holds": proof.holds(),
        "faults": faults(proof),
    })
}

fn row(proof: &Proof) -> Vec<String> {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    vec![
        proof.cell.prevalence.to_string(),
        if proof.cell.coder.is_some() { "on" } else { "off" }.to_owned(),
        if proof.cell.domain.is_some() { "domain" } else { "total" }.to_owned(),
        thousands(proof.truth),
        format!("{:.1}", proof.positives),
        percent(proof.coverage),
        percent(proof.coverage_design),
        percent(proof.at_most),
        percent(proof.assisted),
        percent(proof.printed),
        percent(proof.refused),
        percent(proof.bound_only),
        thousands(proof.width.round() as u64),
        thousands(proof.width_design.round() as u64),
        thousands(proof.width_simple.round() as u64),
        percent(proof.bias),
        faults(proof).join(", "),
    ]
}
