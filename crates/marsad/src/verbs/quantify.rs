//! `marsad stats quantify`.

use crate::cli::{Quantify, QuantifyMethod};
use crate::exit::{Exit, Failure};
use crate::output::{Talk, table};
use crate::verbs::posteriors;
use serde_json::{Map, json};
use stats::Level;
use stats::quantify::{Distance, Method, Plan, Stop, bootstrap, quantify};

pub(crate) fn run(args: &Quantify, talk: Talk) -> Result<Exit, Failure> {
    let (classes, training) = posteriors::training(&args.train)?;
    let (_, target) = posteriors::target(&args.test, &classes)?;
    let prior = match &args.prior {
        Some(text) => parse_prior(text, &classes)?,
        None => training.prior(),
    };
    let method = method(args);
    let wrong = |error: stats::quantify::Error| Failure::usage(error.to_string());
    let found = quantify(&training, &target, &prior, method).map_err(wrong)?;
    let plan = Plan::usual(method, args.seed);
    let intervals = bootstrap(&training, &target, &prior, method, plan).map_err(wrong)?.intervals(Level::P95);
    let by_class = |value: &dyn Fn(usize) -> serde_json::Value| {
        classes.iter().enumerate().map(|(at, class)| (class.clone(), value(at))).collect::<Map<_, _>>()
    };
    if talk.json {
        talk.json_line(&json!({
            "prevalence": by_class(&|at| json!(found.prevalence[at])),
            "interval": by_class(&|at| json!([intervals[at].low, intervals[at].high])),
            "iterations": found.iterations,
            "converged": found.converged,
            "level": Level::P95.get(),
            "prior": by_class(&|at| json!(prior[at])),
            "resampled": if method.reads_training() { json!(["train", "test"]) } else { json!(["test"]) },
            "replicates": plan.training * plan.target,
            "seed": args.seed,
            "n": target.items(),
        }))?;
    } else {
        let head = ["class", "share", "low", "high"].map(str::to_owned);
        let rows: Vec<Vec<String>> = classes
            .iter()
            .enumerate()
            .map(|(at, class)| {
                let numbers = [found.prevalence[at], intervals[at].low, intervals[at].high];
                std::iter::once(class.clone()).chain(numbers.iter().map(|value| format!("{value:.4}"))).collect()
            })
            .collect();
        talk.say(&table(&head, &rows, &[false, true, true, true]))?;
    }
    if !found.converged {
        talk.note("the estimate did not converge; treat it as unusable");
    }
    Ok(Exit::Done)
}

const fn method(args: &Quantify) -> Method {
    const STOP: Stop = Stop::Converged { tolerance: 1e-10 };
    match args.method {
        QuantifyMethod::Cc => Method::Cc,
        QuantifyMethod::Pcc => Method::Pcc,
        QuantifyMethod::Acc => Method::Acc,
        QuantifyMethod::Pacc => Method::Pacc,
        QuantifyMethod::Emq => Method::Emq(STOP),
        QuantifyMethod::Hdy => Method::Hdy { points: args.grid },
        QuantifyMethod::Dys => Method::Dys { bins: 8, distance: Distance::Hellinger },
        QuantifyMethod::KdeyMl => Method::KdeyMl { bandwidth: 0.1, stop: STOP },
    }
}

fn parse_prior(text: &str, classes: &[String]) -> Result<Vec<f64>, Failure> {
    let mut prior = vec![None; classes.len()];
    for part in text.split(',') {
        let pair = part.split_once('=').and_then(|(name, share)| {
            let place = classes.iter().position(|class| class == name.trim())?;
            Some((place, share.trim().parse::<f64>().ok()?))
        });
        let Some((place, share)) = pair else {
            return Err(Failure::usage(format!(
                "`{part}` in `--prior` is not CLASS=SHARE of a class of the tables (`{}`)",
                classes.join(",")
            )));
        };
        prior[place] = Some(share);
    }
    let full: Option<Vec<f64>> = prior.into_iter().collect();
    full.ok_or_else(|| Failure::usage(format!("`--prior` leaves out a class; name all of `{}`", classes.join(","))))
}
