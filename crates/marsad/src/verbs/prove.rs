//! `marsad prove`.

use crate::cli::ProveCensus;
use crate::exit::{Exit, Failure};
use crate::output::{Talk, table, thousands};
use serde_json::json;
use stats::survey::{Proof, cells, prove};

const HEAD: [&str; 13] = [
    "prevalence",
    "coder error",
    "of",
    "truth",
    "coded positives",
    "coverage",
    "at most",
    "estimate printed",
    "too few",
    "bound only",
    "width",
    "Clopper–Pearson",
    "bias",
];

pub(crate) fn census(args: &ProveCensus, talk: Talk) -> Result<Exit, Failure> {
    if args.replicates == 0 {
        return Err(Failure::usage("`--replicates 0` proves nothing; give 50 or more"));
    }
    let bar = talk.spinner("simulating frames");
    let mut proofs = Vec::new();
    for cell in cells(args.accounts, args.codes) {
        match prove(cell, args.replicates, args.seed) {
            Ok(proof) => proofs.push(proof),
            Err(error) => {
                bar.finish_and_clear();
                return Err(Failure::usage(error.to_string()));
            }
        }
    }
    bar.finish_and_clear();
    let all_hold = proofs.iter().all(Proof::holds);
    if talk.json {
        talk.json_line(&json!({
            "replicates": args.replicates, "seed": args.seed, "accounts": args.accounts, "codes": args.codes,
            "holds": all_hold, "cells": proofs.iter().map(cell).collect::<Vec<_>>(),
        }))?;
    } else {
        let rows: Vec<Vec<String>> = proofs.iter().map(row).collect();
        let right: Vec<bool> = (0..HEAD.len()).map(|column| column != 1 && column != 2).collect();
        talk.say(&table(&HEAD.map(str::to_owned), &rows, &right))?;
        let error = proofs.first().map_or(0.0, Proof::coverage_error);
        talk.say(&format!(
            "{} replicates a cell, Monte-Carlo standard error of coverage {:.2} points: {}",
            thousands(args.replicates as u64),
            100.0 * error,
            if all_hold { "every cell is within its bounds" } else { "a cell is outside its bounds" }
        ))?;
    }
    Ok(Exit::Done)
}

fn cell(proof: &Proof) -> serde_json::Value {
    json!({
        "prevalence": proof.cell.prevalence, "coder_error": proof.cell.coder.is_some(), "domain": proof.cell.domain, "truth": proof.truth,
        "coded_positives": proof.positives, "coverage": proof.coverage, "coverage_error": proof.coverage_error(),
        "printed": proof.printed, "coverage_printed": proof.coverage_printed, "above": proof.misses.0, "below": proof.misses.1,
        "at_most": proof.at_most, "too_few": proof.refused, "bound_only": proof.bound_only, "width": proof.width,
        "width_clopper_pearson": proof.width_simple, "bias": proof.bias, "holds": proof.holds(),
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
        percent(proof.at_most),
        percent(proof.printed),
        percent(proof.refused),
        percent(proof.bound_only),
        thousands(proof.width.round() as u64),
        thousands(proof.width_simple.round() as u64),
        percent(proof.bias),
    ]
}
