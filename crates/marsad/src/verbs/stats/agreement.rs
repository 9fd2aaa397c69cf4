//! `marsad stats agreement`.

use super::{input, level, rows};
use crate::cli::Agreement;
use crate::exit::{Exit, Failure, told};
use crate::output::{Talk, table, thousands};
use serde_json::{Value, json};
use stats::agreement::{self, Judgement, alpha, alpha_bootstrap, dawid_skene, kappa, percent_agreement};
use stats::{Interval, Level};
use std::collections::BTreeMap;

/// What is known of one group, or of all items together.
struct Found {
    group: Option<String>,
    items: usize,
    coders: usize,
    alpha: Option<f64>,
    alpha_interval: Interval,
    agreement: f64,
    kappa: Option<(f64, f64, Interval)>,
}

/// Codes with names replaced by numbers, in the order of the names.
struct Codes {
    judgements: Vec<Judgement>,
    groups: Vec<Option<String>>,
    coders: Vec<String>,
    categories: Vec<String>,
}

pub(crate) fn run(args: &Agreement, talk: Talk) -> Result<Exit, Failure> {
    let level = level(args.level)?;
    let codes = read(args)?;
    let wrong = |error: agreement::Error| input(&args.table, told(&error));
    let mut found = vec![measure(None, &codes.judgements, args, level).map_err(wrong)?];
    let mut by_group: BTreeMap<&str, Vec<Judgement>> = BTreeMap::new();
    for (judgement, group) in codes.judgements.iter().zip(&codes.groups) {
        if let Some(group) = group {
            by_group.entry(group).or_default().push(*judgement);
        }
    }
    let mut alone = Vec::new();
    for (group, judgements) in by_group {
        match measure(Some(group.to_owned()), &judgements, args, level) {
            Ok(one) => found.push(one),
            Err(agreement::Error::NoPairs) => alone.push(group.to_owned()),
            Err(error) => return Err(wrong(error)),
        }
    }
    let model = if codes.coders.len() > 2 { dawid_skene(&codes.judgements, codes.categories.len()).ok() } else { None };
    if talk.json {
        let model = model.map(|model| {
            let coders: Vec<Value> = codes
                .coders
                .iter()
                .zip(&model.confusion)
                .map(|(coder, rows)| json!({"coder": coder, "confusion": rows.chunks(codes.categories.len()).collect::<Vec<_>>()}))
                .collect();
            json!({
                "categories": codes.categories, "prevalence": model.prevalence, "coders": coders, "log_likelihood": model.log_likelihood,
                "converged": model.converged,
            })
        });
        talk.json_line(&json!({
            "level": level.get(), "replicates": args.replicates, "seed": args.seed, "all": found.first().map(object),
            "groups": found.iter().skip(1).map(object).collect::<Vec<_>>(), "groups_without_pairs": alone, "coder_error": model,
        }))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    let head = ["group", "items", "coders", "alpha", "low", "high", "agreement", "kappa", "low", "high"].map(str::to_owned);
    talk.say(&table(&head, &rows, &[false, true, true, true, true, true, true, true, true, true]))?;
    if !alone.is_empty() {
        talk.say(&format!("no item with two codes in: {}", crate::output::visible(&alone.join(", "))))?;
    }
    if let Some(model) = model {
        let rows: Vec<Vec<String>> = codes
            .coders
            .iter()
            .zip(&model.confusion)
            .map(|(coder, cells)| {
                let width = codes.categories.len();
                std::iter::once(coder.clone()).chain((0..width).map(|at| format!("{:.3}", cells[at * width + at]))).collect()
            })
            .collect();
        let head: Vec<String> = std::iter::once("coder finds".to_owned()).chain(codes.categories.iter().cloned()).collect();
        let right: Vec<bool> = (0..head.len()).map(|column| column > 0).collect();
        talk.say(&format!("\n{}", table(&head, &rows, &right)))?;
    }
    Ok(Exit::Done)
}

fn read(args: &Agreement) -> Result<Codes, Failure> {
    const WANTED: [&str; 3] = ["item", "coder", "code"];
    let table = rows::read(&args.table, &WANTED, &["group"])?;
    let (mut raw, mut groups) = (Vec::new(), Vec::new());
    let mut seen = std::collections::BTreeSet::new();
    let mut group_of: BTreeMap<String, String> = BTreeMap::new();
    for row in table.iter(&args.table, &WANTED) {
        let (item, coder, code) = (row.text(0), row.text(1), row.text(2));
        if item.is_empty() || coder.is_empty() {
            return Err(row.wrong("a code without item or coder; name both"));
        }
        let group = row.optional.first().cloned().flatten().filter(|group| !group.is_empty());
        if let Some(group) = &group
            && let Some(other) = group_of.insert(item.to_owned(), group.clone())
            && other != *group
        {
            return Err(row.wrong("its item is in another group than in a line before; an item has one group"));
        }
        if !code.is_empty() {
            if !seen.insert((item.to_owned(), coder.to_owned())) {
                return Err(row.wrong("its coder has coded its item before; keep one code"));
            }
            raw.push((item.to_owned(), coder.to_owned(), code.to_owned()));
            groups.push(group);
        }
    }
    let names = |pick: fn(&(String, String, String)) -> &String| {
        let mut names: Vec<String> = raw.iter().map(|row| pick(row).clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let (items, coders, categories) = (names(|row| &row.0), names(|row| &row.1), names(|row| &row.2));
    let place = |names: &[String], name: &String| names.partition_point(|other| other < name) as u32;
    let mut judgements = Vec::new();
    for (item, coder, code) in &raw {
        judgements.push(Judgement { item: place(&items, item), coder: place(&coders, coder), category: place(&categories, code) });
    }
    Ok(Codes { judgements, groups, coders, categories })
}

fn measure(group: Option<String>, judgements: &[Judgement], args: &Agreement, level: Level) -> Result<Found, agreement::Error> {
    let found = alpha(judgements)?;
    let mut coders: Vec<u32> = judgements.iter().map(|j| j.coder).collect();
    coders.sort_unstable();
    coders.dedup();
    let kappa = if let [first, second] = coders[..] { of_two(judgements, first, second, level)? } else { None };
    Ok(Found {
        group,
        items: found.items,
        coders: coders.len(),
        alpha: found.alpha,
        alpha_interval: alpha_bootstrap(judgements, args.replicates, level, args.seed)?,
        agreement: percent_agreement(judgements)?,
        kappa,
    })
}

/// Cohen's kappa of two coders over the items that both coded.
fn of_two(judgements: &[Judgement], first: u32, second: u32, level: Level) -> Result<Option<(f64, f64, Interval)>, agreement::Error> {
    let of = |coder: u32| -> BTreeMap<u32, u32> { judgements.iter().filter(|j| j.coder == coder).map(|j| (j.item, j.category)).collect() };
    let (one, other) = (of(first), of(second));
    let categories = judgements.iter().map(|j| j.category as usize + 1).max().unwrap_or(0);
    let mut table = vec![0; categories * categories];
    for (item, category) in &one {
        if let Some(second) = other.get(item) {
            table[*category as usize * categories + *second as usize] += 1;
        }
    }
    let found = kappa(&table, categories, level)?;
    Ok(found.kappa.map(|kappa| (kappa, found.standard_error, found.interval)))
}

fn object(found: &Found) -> Value {
    let interval = found.alpha.map(|_| [found.alpha_interval.low, found.alpha_interval.high]);
    json!({
        "group": found.group, "items": found.items, "coders": found.coders, "alpha": found.alpha, "alpha_interval": interval,
        "agreement": found.agreement, "kappa": found.kappa.map(|k| k.0), "kappa_standard_error": found.kappa.map(|k| k.1),
        "kappa_interval": found.kappa.map(|k| [k.2.low, k.2.high]),
    })
}

fn row(found: &Found) -> Vec<String> {
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
    let alpha = found.alpha.map(|_| found.alpha_interval);
    vec![
        found.group.clone().unwrap_or_else(|| "all".to_owned()),
        thousands(found.items as u64),
        thousands(found.coders as u64),
        number(found.alpha),
        number(alpha.map(|i| i.low)),
        number(alpha.map(|i| i.high)),
        number(Some(found.agreement)),
        number(found.kappa.map(|k| k.0)),
        number(found.kappa.map(|k| k.2.low)),
        number(found.kappa.map(|k| k.2.high)),
    ]
}
