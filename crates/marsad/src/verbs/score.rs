//! `marsad stats score`.

use crate::cli::{CalibrateMethod, Score};
use crate::exit::{Exit, Failure, given, told};
use crate::output::{Talk, table};
use record::{Sentence, sentence};
use serde_json::{Value, json};
use stats::score::{
    Brier, Calibration, Calibrator, Precision, Scored, auc, brier, calibration_error, log_loss, out_of_fold, precision_at, reliability,
};
use stats::{Interval, Level};
use std::path::Path;

/// Items at the top that are looked at unless the user names others.
const TOP: [usize; 3] = [10, 100, 1000];

/// How far scores are probabilities.
struct Fit {
    brier: Brier,
    log_loss: f64,
    error: f64,
    bins: Vec<stats::score::Bin>,
}

pub(crate) fn run(args: &Score, talk: Talk) -> Result<Exit, Failure> {
    let of_table = |error: stats::score::Error| input(&args.table, told(&error));
    let items = read(args)?;
    let area = auc(&items, Level::P95);
    let raw = if items.are_probabilities() { Some(fit(&items, args.bins).map_err(of_table)?) } else { None };
    let tops: Vec<usize> = if args.top.is_empty() { TOP.into_iter().filter(|k| *k <= items.items()).collect() } else { args.top.clone() };
    let tops = tops.into_iter().map(|k| precision_at(&items, k, Level::P95)).collect::<Result<Vec<_>, _>>();
    let tops = tops.map_err(|error| Failure::usage(sentence!("`--top`: {}", told(&error))))?;
    let calibrated = match args.calibrate {
        None => None,
        Some(named) => {
            let method = calibration(named);
            // All items first: an error then counts items as the table does.
            let curve = Calibrator::fit(&items, method).map_err(of_table)?;
            let held_out = out_of_fold(&items, method, args.folds, args.seed).and_then(|scores| items.with_scores(scores));
            let held_out = held_out.map_err(of_table)?;
            Some((curve, fit(&held_out, args.bins).map_err(of_table)?))
        }
    };
    if talk.json {
        let calibrated = calibrated.as_ref().map(|(curve, of)| {
            let mut found = fit_json(of);
            found["curve"] = curve_json(curve);
            found["folds"] = json!(args.folds);
            found["seed"] = json!(args.seed);
            found
        });
        talk.json_line(&json!({
            "n": items.items(),
            "positives": items.positives(),
            "base_rate": items.base_rate(),
            "level": Level::P95.get(),
            "auc": area.area,
            "auc_standard_error": area.standard_error,
            "auc_interval": area.interval.map(ends),
            "precision_at": tops.iter().map(precision_json).collect::<Vec<_>>(),
            "probability": raw.as_ref().map(fit_json),
            "calibrated": calibrated,
        }))?;
    } else {
        let mut rows = vec![row("AUC", area.area, area.interval)];
        rows.extend(tops.iter().map(|top| row(&format!("precision at {}", top.k), top.share, Some(top.interval))));
        rows.extend(tops.iter().map(|top| row(&format!("lift at {}", top.k), top.lift, None)));
        rows.extend(raw.iter().flat_map(|of| fit_rows(of, "")));
        rows.extend(calibrated.iter().flat_map(|(_, of)| fit_rows(of, ", calibrated")));
        let head = ["measure", "value", "low", "high"].map(str::to_owned);
        talk.say(&table(&head, &rows, &[false, true, true, true]))?;
    }
    if raw.is_none() && calibrated.is_none() {
        talk.note("some scores lie outside 0 to 1, so they are no probabilities; `--calibrate platt` makes them so and judges the result");
    }
    if area.interval.is_none() {
        talk.note(
            "the AUC has no interval: too few items, or a ranking without a mistake among them, which does not show that there are none",
        );
    }
    Ok(Exit::Done)
}

const fn calibration(named: CalibrateMethod) -> Calibration {
    match named {
        CalibrateMethod::Platt => Calibration::Platt,
        CalibrateMethod::Isotonic => Calibration::Isotonic,
        CalibrateMethod::Temperature => Calibration::Temperature,
    }
}

fn fit(items: &Scored, bins: usize) -> Result<Fit, stats::score::Error> {
    let of = reliability(items, bins, Level::P95)?;
    Ok(Fit { brier: brier(items, bins)?, log_loss: log_loss(items)?, error: calibration_error(&of), bins: of })
}

fn ends(interval: Interval) -> [f64; 2] {
    [interval.low, interval.high]
}

fn precision_json(top: &Precision) -> Value {
    json!({ "k": top.k, "precision": top.share, "interval": ends(top.interval), "lift": top.lift })
}

fn fit_json(of: &Fit) -> Value {
    let bins = of.bins.iter().map(|bin| {
        json!({
            "range": ends(bin.range),
            "n": bin.items,
            "weight": bin.weight,
            "mean_score": bin.mean_score,
            "share": bin.share,
            "interval": ends(bin.interval),
        })
    });
    json!({
        "brier": of.brier.score,
        "reliability": of.brier.reliability,
        "resolution": of.brier.resolution,
        "uncertainty": of.brier.uncertainty,
        "within": of.brier.within,
        "log_loss": of.log_loss,
        "calibration_error": of.error,
        "bins": bins.collect::<Vec<_>>(),
    })
}

fn curve_json(curve: &Calibrator) -> Value {
    match curve {
        Calibrator::Platt { slope, intercept } => json!({ "method": "platt", "slope": slope, "intercept": intercept }),
        Calibrator::Isotonic(points) => json!({ "method": "isotonic", "points": points }),
        Calibrator::Temperature(temperature) => json!({ "method": "temperature", "temperature": temperature }),
        _ => Value::Null,
    }
}

fn row(name: &str, value: f64, interval: Option<Interval>) -> Vec<String> {
    let end = |pick: fn(Interval) -> f64| interval.map_or_else(|| "–".to_owned(), |interval| format!("{:.4}", pick(interval)));
    vec![name.to_owned(), format!("{value:.4}"), end(|interval| interval.low), end(|interval| interval.high)]
}

fn fit_rows(of: &Fit, which: &str) -> Vec<Vec<String>> {
    let measures = [
        ("Brier score", of.brier.score),
        ("reliability", of.brier.reliability),
        ("resolution", of.brier.resolution),
        ("log-loss", of.log_loss),
        ("calibration error", of.error),
    ];
    measures.iter().map(|(name, value)| row(&format!("{name}{which}"), *value, None)).collect()
}

fn input(path: &Path, why: impl Into<Sentence>) -> Failure {
    Failure::new(Exit::Input, sentence!("`{}`: {}", path.display(), why.into()))
}

fn read(args: &Score) -> Result<Scored, Failure> {
    let path = &args.table;
    let unreadable = |error: csv::Error| input(path, sentence!("it cannot be read as CSV: {}", told(&error)));
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(unreadable)?;
    let head = reader.headers().map_err(unreadable)?.clone();
    let column = |wanted: &str| head.iter().position(|name| name.trim_start_matches('\u{feff}') == wanted);
    let needed = |wanted: &'static str| {
        column(wanted).ok_or_else(|| input(path, sentence!("it has no column `{}`; the first line must name `score` and `label`", wanted)))
    };
    let (score, label, weight) = (needed("score")?, needed("label")?, column("weight"));
    let (mut scores, mut labels, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(unreadable)?;
        let line = at + 2;
        let number = |column: usize| {
            let cell = record.get(column).unwrap_or_default();
            let found = cell.parse::<f64>().ok().filter(|number| number.is_finite());
            found.ok_or_else(|| {
                input(
                    path,
                    sentence!(
                        "row `{}` has {} for `{}`, which is no finite number",
                        line,
                        crate::exit::cell(cell),
                        given(head.get(column).unwrap_or_default())
                    ),
                )
            })
        };
        scores.push(number(score)?);
        if let Some(column) = weight {
            let value = number(column)?;
            if value <= 0.0 {
                return Err(input(path, sentence!("row `{}` has the weight `{}`; leave out items that count for nothing", line, value)));
            }
            weights.push(value);
        }
        labels.push(positive(args.positive.as_deref(), record.get(label).unwrap_or_default()).ok_or_else(|| {
            let cell = record.get(label).unwrap_or_default();
            input(
                path,
                sentence!(
                    "row `{}` is labelled {}, which is not 1, 0, true or false; name the label with `--positive`",
                    line,
                    crate::exit::cell(cell)
                ),
            )
        })?);
    }
    if scores.is_empty() {
        return Err(input(path, "it has no rows; give one row per coded item under the line of names"));
    }
    Scored::new(scores, labels, weight.map(|_| weights)).map_err(|error| input(path, told(&error)))
}

/// Whether a label is the positive one; `None` when that cannot be told.
fn positive(named: Option<&str>, label: &str) -> Option<bool> {
    match named {
        Some(_) if label.is_empty() => None,
        Some(named) => Some(label == named),
        None if label == "1" || label.eq_ignore_ascii_case("true") => Some(true),
        None if label == "0" || label.eq_ignore_ascii_case("false") => Some(false),
        None => None,
    }
}
