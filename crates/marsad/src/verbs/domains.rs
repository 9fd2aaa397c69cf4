//! `marsad stats domains`.

use crate::cli::{Domains, Trending};
use crate::exit::{Exit, Failure, given, told};
use crate::output::{Counted, Talk, counted, table};
use crate::verbs::posteriors::{self, Sheet, input};
use crate::verbs::quantify::{choice_json, choice_text, chosen};
use record::sentence;
use serde_json::{Value, json};
use stats::domains::{Change, Point, Pooling, Trend, change, pool};
use stats::quantify::{ALARM, CANDIDATES, Choice, Method, Posteriors, Question, answers, disagreement, usual_plan};
use stats::score::ClassCalibration;
use stats::survey::{RankSet, rank_sets_from_draws};
use stats::{Interval, Level};
use std::collections::BTreeMap;

/// One domain's answer.
struct Row {
    name: String,
    n: usize,
    share: f64,
    interval: Interval,
    error: f64,
    /// Share in every replicate.
    draws: Vec<f64>,
    /// Largest difference of two methods, in standard errors.
    apart: f64,
}

/// Everything that is printed.
struct Found {
    rows: Vec<Row>,
    ranks: Vec<RankSet>,
    pooling: Option<Pooling>,
    change: Option<Change>,
    left_out: usize,
    without: usize,
}

pub(crate) fn run(args: &Domains, talk: Talk) -> Result<Exit, Failure> {
    let (classes, training) = posteriors::training(&args.train)?;
    let (sheet, target) = posteriors::target(&args.table, &classes)?;
    let column = sheet.column(&args.domain, &args.table)?;
    let Some(class) = classes.iter().position(|class| *class == args.class) else {
        return Err(Failure::usage(sentence!(
            "`--class {}` is no class of the tables (`{}`)",
            given(&args.class),
            given(&classes.join(","))
        )));
    };
    let Members { of, all, without } = Members::read(args, &sheet, column)?;
    let calibration = ClassCalibration::from(args.calibrate);
    let choice = chosen(&training, calibration, args.seed)?;
    let methods: Vec<Method> = CANDIDATES.iter().map(|(_, method)| *method).collect();
    let question = Question { share: args.of.into(), calibration };
    let plan = usual_plan(&methods, calibration, args.seed);
    let prior = training.prior();
    let mut rows = Vec::with_capacity(of.len());
    for (name, items) in &of {
        let values = items.iter().flat_map(|at| &target.values()[at * classes.len()..][..classes.len()]).copied().collect();
        let set = Posteriors::new(values, classes.len()).map_err(|error| input(&args.table, told(&error)))?;
        let found = answers(&training, &set, &prior, &methods, question, plan).map_err(|error| Failure::usage(told(&error)))?;
        let head = &found[choice.at];
        rows.push(Row {
            name: (*name).to_owned(),
            n: items.len(),
            share: head.shares.prevalence[class],
            interval: head.cloud.intervals(Level::P95)[class],
            error: head.cloud.standard_errors()[class],
            draws: head.cloud.replicates().map(|shares| shares[class]).collect(),
            apart: disagreement(&found).map_or(0.0, |(gap, ..)| gap),
        });
    }
    let found = Found {
        ranks: ranks(&rows),
        pooling: args.pool.then(|| pool(&column_of(&rows, |row| row.share), &column_of(&rows, |row| row.error), Level::P95)),
        change: args.event.as_ref().map(|event| changed(args, event, &rows)).transpose()?,
        left_out: all - rows.len(),
        without,
        rows,
    };
    print(args, talk, &choice, &found)?;
    Ok(Exit::Done)
}

/// The items of every domain.
struct Members<'a> {
    of: BTreeMap<&'a str, Vec<usize>>,
    /// Domains, those of too few items among them.
    all: usize,
    /// Items without a domain.
    without: usize,
}

impl<'a> Members<'a> {
    fn read(args: &Domains, sheet: &'a Sheet, column: usize) -> Result<Self, Failure> {
        let mut of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, row) in sheet.rows.iter().enumerate() {
            of.entry(row.get(column).unwrap_or_default()).or_default().push(at);
        }
        let without = of.remove("").map_or(0, |items| items.len());
        let all = of.len();
        of.retain(|_, items| items.len() >= args.least.max(1));
        if of.is_empty() {
            let why = sentence!("none of its `{}` domains has `{}` items; lower `--least`, or join domains", all, args.least);
            return Err(input(&args.table, why));
        }
        Ok(Members { of, all, without })
    }
}

fn print(args: &Domains, talk: Talk, choice: &Choice, found: &Found) -> Result<(), Failure> {
    if talk.json {
        let mut object = to_json(args, found);
        object["method"] = json!(CANDIDATES[choice.at].0);
        object["tried"] = choice_json(choice);
        talk.json_line(&object)?;
    }
    talk.say(&choice_text(choice))?;
    talk.say(&to_text(args, found))?;
    if found.without > 0 {
        talk.note(sentence!("{} without a domain", Counted(found.without as u64, "item")));
    }
    if found.left_out > 0 {
        talk.note(sentence!("{} of fewer than {} items left out", Counted(found.left_out as u64, "domain"), args.least));
    }
    let alarms = found.rows.iter().filter(|row| row.apart > ALARM).count();
    if alarms > 0 {
        talk.note(sentence!(
            "methods differ by more than {} standard errors in {}; see `marsad stats drift`, and code more before you publish",
            ALARM,
            Counted(alarms as u64, "domain")
        ));
    }
    Ok(())
}

fn column_of(rows: &[Row], of: impl Fn(&Row) -> f64) -> Vec<f64> {
    rows.iter().map(of).collect()
}

/// Replicates less their mean: domains share the draws of the codes, so that what they have in common cancels in differences.
fn ranks(rows: &[Row]) -> Vec<RankSet> {
    let count = rows.first().map_or(0, |row| row.draws.len());
    let means: Vec<f64> = rows.iter().map(|row| row.draws.iter().sum::<f64>() / count.max(1) as f64).collect();
    let draws: Vec<Vec<f64>> = (0..count).map(|at| rows.iter().zip(&means).map(|(row, mean)| row.draws[at] - mean).collect()).collect();
    rank_sets_from_draws(&column_of(rows, |row| row.share), &draws, Level::P95.get(), true)
}

fn changed(args: &Domains, event: &str, rows: &[Row]) -> Result<Change, Failure> {
    let at = rows.partition_point(|row| row.name.as_str() < event);
    let points: Vec<Point> = rows.iter().map(|row| Point { value: row.share, error: row.error.max(1e-6) }).collect();
    let trend = match args.trend {
        Trending::Level => Trend::Level,
        Trending::Line => Trend::Line,
    };
    change(&points, at, args.before, args.after, trend, Level::P95).ok_or_else(|| {
        Failure::usage(sentence!("`--event {}`: the table has `{}` domains before it and `{}` from it on, and `--before {}` and `--after {}` ask for more or for too few to fit; change them", given(event), at, rows.len() - at, args.before, args.after))
    })
}

fn to_json(args: &Domains, found: &Found) -> Value {
    let rows: Vec<Value> = (0..found.rows.len())
        .map(|at| {
            let row = &found.rows[at];
            let pooled = found.pooling.as_ref().map(|pooling| {
                let one = pooling.domains[at];
                json!({ "share": one.value, "interval": [one.interval.low, one.interval.high], "borrowed": one.borrowed })
            });
            json!({
                "domain": row.name, "n": row.n, "share": row.share, "interval": [row.interval.low, row.interval.high],
                "standard_error": row.error, "ranks": [found.ranks[at].from, found.ranks[at].to], "pooled": pooled,
                "apart": row.apart.is_finite().then_some(row.apart), "alarm": row.apart > ALARM,
            })
        })
        .collect();
    let change = found.change.as_ref().map(|change| {
        json!({
            "effect": change.effect, "standard_error": change.standard_error, "interval": [change.interval.low, change.interval.high],
            "placebos": change.placebos.iter().map(|(at, effect)| json!([found.rows[*at].name, effect])).collect::<Vec<_>>(), "p": change.p,
        })
    });
    json!({
        "class": args.class, "level": Level::P95.get(), "calibration": ClassCalibration::from(args.calibrate).name(), "seed": args.seed,
        "of": if args.of == crate::cli::QuantifyOf::Selected { "selected" } else { "population" },
        "domains": rows, "left_out": found.left_out, "without_domain": found.without,
        "pooling": found.pooling.as_ref().map(|pooling| json!({ "centre": pooling.centre, "spread": pooling.spread })),
        "change": change,
    })
}

fn to_text(args: &Domains, found: &Found) -> String {
    let mut head = vec!["domain", "items", "share", "low", "high", "ranks"];
    if found.pooling.is_some() {
        head.extend(["pooled", "low", "high"]);
    }
    let mut order: Vec<usize> = (0..found.rows.len()).collect();
    if args.event.is_none() {
        order.sort_by(|a, b| found.rows[*b].share.total_cmp(&found.rows[*a].share));
    }
    let number = |value: f64| format!("{value:.4}");
    let rows: Vec<Vec<String>> = order
        .into_iter()
        .map(|at| {
            let (row, ranks) = (&found.rows[at], found.ranks[at]);
            let span = if ranks.from == ranks.to { ranks.from.to_string() } else { format!("{} to {}", ranks.from, ranks.to) };
            let mut cells = vec![row.name.clone(), row.n.to_string(), number(row.share)];
            cells.extend([number(row.interval.low), number(row.interval.high), span]);
            if let Some(pooling) = &found.pooling {
                let one = pooling.domains[at];
                cells.extend([one.value, one.interval.low, one.interval.high].map(number));
            }
            cells
        })
        .collect();
    let right: Vec<bool> = (0..head.len()).map(|at| at > 0).collect();
    let mut text = table(&head.into_iter().map(str::to_owned).collect::<Vec<_>>(), &rows, &right);
    if let Some(change) = &found.change {
        let placebo = match change.p {
            Some(p) => format!("; of it and {} as large in a share of {p:.3}", counted(change.placebos.len() as u64, "placebo date")),
            None => "; no placebo date lies before it".to_owned(),
        };
        text.push_str(&format!(
            "\nchange from the event on: {:+.4} ({:+.4} to {:+.4}){placebo}",
            change.effect, change.interval.low, change.interval.high
        ));
    }
    text
}
