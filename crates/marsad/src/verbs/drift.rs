//! `marsad stats drift`.

use crate::cli::Drift as DriftArgs;
use crate::exit::{Exit, Failure, told};
use crate::output::{Talk, counted};
use crate::verbs::export::cannot_write;
use crate::verbs::posteriors;
use serde_json::{Map, Value, json};
use stats::Level;
use stats::domains::{Drift, Next, Shift, drift, next_to_code};
use stats::quantify::{Method, Posteriors, Stop, quantify};
use stats::score::Auc;
use std::io;
use std::path::Path;

pub(crate) fn run(args: &DriftArgs, talk: Talk) -> Result<Exit, Failure> {
    let (classes, training) = posteriors::training(&args.train)?;
    let (_, target) = posteriors::target(&args.test, &classes)?;
    let shares =
        quantify(&training, &target, &training.prior(), Method::Emq(Stop::default())).map_err(|error| Failure::usage(told(&error)))?;
    let found = drift(&training, &target, &shares.prevalence, Level::P95, args.seed).map_err(|error| Failure::usage(told(&error)))?;
    let drawn = args.next.map(|count| next_to_code(&worth(&target, &found), count, args.seed));
    if let (Some(drawn), Some(path)) = (&drawn, &args.out) {
        write(path, drawn).map_err(|error| cannot_write(path, &error))?;
    }
    let verdict = match found.shift {
        Shift::None => "none",
        Shift::Prior => "prior",
        Shift::Covariate => "covariate",
    };
    if talk.json {
        let shares: Map<String, Value> = classes.iter().cloned().zip(shares.prevalence.iter().map(|share| json!(share))).collect();
        return talk
            .json_line(&json!({
                "shift": verdict, "any": auc_json(&found.any), "beyond_shares": auc_json(&found.beyond), "shares": shares,
                "level": Level::P95.get(), "coded": training.labels().len(), "n": target.items(), "seed": args.seed,
                "next": drawn.as_ref().map(Vec::len), "out": args.out,
            }))
            .map(|()| Exit::Done);
    }
    talk.say(match found.shift {
        Shift::None => "nothing shows that the items differ from the coded ones",
        Shift::Prior => "the shares of the classes differ from those coded, and nothing beyond shows: quantification repairs this",
        Shift::Covariate => {
            "items of a class look another way than those coded: shares rest on codes of something else; code a draw of these items and train again"
        }
    })?;
    talk.say(&format!("area by which the two are told apart: {}", auc_text(&found.any)))?;
    talk.say(&format!("the same with codes weighted to the estimated shares: {}", auc_text(&found.beyond)))?;
    if let (Some(drawn), Some(path)) = (&drawn, &args.out) {
        talk.say(&format!("{} to code next, with their chances, stand in {}", counted(drawn.len() as u64, "item"), path.display()))?;
    }
    Ok(Exit::Done)
}

/// How much a code of an item is worth: the standard deviation of its class, and how unfamiliar it is.
fn worth(target: &Posteriors, found: &Drift) -> Vec<f64> {
    let doubt = |row: &[f64]| row.iter().map(|p| p * (1.0 - p)).sum::<f64>().max(0.0).sqrt();
    target.rows().zip(&found.odds).map(|(row, odds)| doubt(row) * odds.sqrt()).collect()
}

fn write(path: &Path, drawn: &[Next]) -> io::Result<()> {
    let mut out = csv::Writer::from_path(path)?;
    out.write_record(["row", "chance"])?;
    for next in drawn {
        out.write_record([(next.item + 2).to_string(), format!("{:.12}", next.chance)])?;
    }
    out.flush()
}

fn auc_json(auc: &Auc) -> Value {
    json!({ "area": auc.area, "interval": auc.interval.map(|interval| [interval.low, interval.high]) })
}

fn auc_text(auc: &Auc) -> String {
    match auc.interval {
        Some(interval) => format!("{:.3} ({:.3} to {:.3})", auc.area, interval.low, interval.high),
        None => format!("{:.3}", auc.area),
    }
}
