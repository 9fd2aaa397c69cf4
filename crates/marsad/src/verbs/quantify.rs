//! `marsad stats quantify`.

use crate::cli::{Quantify, QuantifyMethod};
use crate::exit::{self, Exit, Failure, given, told};
use crate::output::{Talk, table};
use record::{Sentence, sentence};
use serde_json::{Map, json};
use stats::Level;
use stats::quantify::{Distance, Method, Plan, Posteriors, Stop, Training, bootstrap, quantify};
use std::path::Path;

/// The column of the training table that names each item's class.
const LABEL: &str = "label";

/// A table as read: class names in the order of its columns, values row by row, labels if it has them.
struct Read {
    classes: Vec<String>,
    values: Vec<f64>,
    labels: Vec<String>,
}

pub(crate) fn run(args: &Quantify, talk: Talk) -> Result<Exit, Failure> {
    let train = read(&args.train)?;
    let test = read(&args.test)?;
    if train.labels.is_empty() {
        return Err(input(&args.train, "it has no column `label`; add one that holds the class of every item"));
    }
    let classes = train.classes;
    let values = arrange(&classes, test, &args.test)?;
    let labels = train.labels.iter().enumerate().map(|(row, label)| {
        let known = classes.iter().position(|class| class == label);
        known.ok_or_else(|| {
            input(&args.train, sentence!("row `{}` is labelled `{}`, which is no column; columns are classes", row + 2, given(label)))
        })
    });
    let labels = labels.collect::<Result<Vec<_>, _>>()?;
    if let Some(missing) = (0..classes.len()).find(|class| !labels.contains(class)) {
        return Err(input(
            &args.train,
            sentence!("class `{}` has no coded item; code some, or leave its column out of both tables", given(&classes[missing])),
        ));
    }
    let of_train = |error: stats::quantify::Error| input(&args.train, told(&error));
    let of_test = |error: stats::quantify::Error| input(&args.test, told(&error));
    let training =
        Posteriors::new(train.values, classes.len()).and_then(|posteriors| Training::new(posteriors, labels)).map_err(of_train)?;
    let target = Posteriors::new(values, classes.len()).map_err(of_test)?;
    let prior = match &args.prior {
        Some(text) => parse_prior(text, &classes)?,
        None => training.prior(),
    };
    let method = method(args);
    let wrong = |error: stats::quantify::Error| Failure::usage(told(&error));
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

fn input(path: &Path, why: impl Into<Sentence>) -> Failure {
    Failure::new(Exit::Input, sentence!("`{}`: {}", path.display(), why.into()))
}

fn read(path: &Path) -> Result<Read, Failure> {
    let unreadable = |error: csv::Error| input(path, sentence!("it cannot be read as CSV: {}", told(&error)));
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(unreadable)?;
    let head = reader.headers().map_err(unreadable)?.clone();
    let classes: Vec<String> =
        head.iter().map(|name| name.trim_start_matches('\u{feff}')).filter(|name| *name != LABEL).map(str::to_owned).collect();
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(unreadable)?;
        for (name, cell) in head.iter().zip(&record) {
            if name.trim_start_matches('\u{feff}') == LABEL {
                labels.push(cell.to_owned());
            } else {
                let number = cell.parse::<f64>();
                values.push(number.map_err(|_| {
                    input(path, sentence!("row `{}` has {} for `{}`, which is no number", row + 2, exit::cell(cell), given(name)))
                })?);
            }
        }
    }
    if values.is_empty() {
        return Err(input(path, "it has no rows; give one row of posteriors per item under a line of class names"));
    }
    Ok(Read { classes, values, labels })
}

/// The values of the test table with columns in the order of the training table.
fn arrange(classes: &[String], test: Read, path: &Path) -> Result<Vec<f64>, Failure> {
    let places: Option<Vec<usize>> = classes.iter().map(|class| test.classes.iter().position(|name| name == class)).collect();
    match places {
        Some(places) if test.classes.len() == classes.len() => {
            Ok(test.values.chunks_exact(classes.len()).flat_map(|row| places.iter().map(|at| row[*at])).collect())
        }
        _ => Err(input(
            path,
            sentence!(
                "its columns are `{}` and the training table's `{}`; name the same classes",
                given(&test.classes.join(",")),
                given(&classes.join(","))
            ),
        )),
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
            return Err(Failure::usage(sentence!(
                "`{}` in `--prior` is not CLASS=SHARE of a class of the tables (`{}`)",
                given(part),
                given(&classes.join(","))
            )));
        };
        prior[place] = Some(share);
    }
    let full: Option<Vec<f64>> = prior.into_iter().collect();
    full.ok_or_else(|| Failure::usage(sentence!("`--prior` leaves out a class; name all of `{}`", given(&classes.join(",")))))
}
