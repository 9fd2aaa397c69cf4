//! How far the coders can be trusted.

use super::super::Purpose;
use super::super::estimate::Evidence;
use super::super::score::statistics;
use super::Sheet;
use crate::Error;
use record::{Chart, Finding, Kind, Value};
use stats::Proportion;
use stats::agreement::{Judgement, alpha, alpha_bootstrap, kappa};
use std::collections::{BTreeMap, BTreeSet};

/// Replicates of the bootstrap behind alpha's interval.
const REPLICATES: usize = 1_000;

/// Alpha that a language needs before its figures are published (two independent coders).
const LEAST_ALPHA: f64 = 0.70;

/// Share of the coded supporters whose text must fall among that of others once references to the organisation are taken out.
const LEAST_FALLEN: f64 = 0.9;

/// One language's codes of accounts that several people coded.
struct Codes {
    judgements: Vec<Judgement>,
    items: u64,
    coders: u64,
    alpha: Option<f64>,
    interval: Option<stats::Interval>,
    kappa: Option<f64>,
}

/// Krippendorff's alpha over all languages and in each, on the codes that coders gave first.
fn by_language(evidence: &Evidence) -> Result<BTreeMap<String, Codes>, Error> {
    let mut first: BTreeMap<String, Vec<(&str, &str, &str)>> = BTreeMap::new();
    let mut coders_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for coded in evidence.codes.coded.iter().filter(|coded| coded.purpose != Purpose::Pilot) {
        coders_of.entry(&coded.item).or_default().insert(&coded.coder);
    }
    for coded in evidence.codes.coded.iter().filter(|coded| coders_of.get(coded.item.as_str()).is_some_and(|own| own.len() > 1)) {
        let lang = evidence.members.place(&coded.item).and_then(|at| evidence.members.word("lang")[at].clone());
        let row = (coded.item.as_str(), coded.coder.as_str(), coded.first.as_str());
        first.entry("all".to_owned()).or_default().push(row);
        first.entry(lang.unwrap_or_else(|| "not known".to_owned())).or_default().push(row);
    }
    first.into_iter().map(|(lang, rows)| Ok((lang, measure(&rows, evidence)?))).collect()
}

fn measure(rows: &[(&str, &str, &str)], evidence: &Evidence) -> Result<Codes, Error> {
    let number = |each: &dyn Fn(&(&str, &str, &str)) -> String| -> BTreeMap<String, u32> {
        let names: BTreeSet<String> = rows.iter().map(each).collect();
        names.into_iter().zip(0..).collect()
    };
    let (items, coders, codes) = (number(&|row| row.0.to_owned()), number(&|row| row.1.to_owned()), number(&|row| row.2.to_owned()));
    let judgements: Vec<Judgement> =
        rows.iter().map(|(item, coder, code)| Judgement { item: items[*item], coder: coders[*coder], category: codes[*code] }).collect();
    let found = alpha(&judgements).map_err(statistics)?;
    let interval = found.alpha.and_then(|_| alpha_bootstrap(&judgements, REPLICATES, evidence.level, 1).ok());
    let kappa = (coders.len() == 2).then(|| cohen(&judgements, codes.len(), evidence)).flatten();
    Ok(Codes { judgements, items: found.items as u64, coders: coders.len() as u64, alpha: found.alpha, interval, kappa })
}

/// Cohen's kappa of two coders.
fn cohen(judgements: &[Judgement], categories: usize, evidence: &Evidence) -> Option<f64> {
    let mut pairs: BTreeMap<u32, [Option<u32>; 2]> = BTreeMap::new();
    for own in judgements {
        if let Some(slot) = pairs.entry(own.item).or_default().get_mut(own.coder as usize) {
            *slot = Some(own.category);
        }
    }
    let mut table = vec![0; categories * categories];
    for pair in pairs.values() {
        if let [Some(a), Some(b)] = pair {
            table[*a as usize * categories + *b as usize] += 1;
        }
    }
    kappa(&table, categories, evidence.level).ok()?.kappa
}

/// Agreement of coders by language.
pub(super) fn agreement(evidence: &Evidence) -> Result<Finding, Error> {
    let (mut rows, mut suppressed) = (Vec::new(), 0);
    for (lang, codes) in by_language(evidence)? {
        if codes.items < evidence.min_cell {
            suppressed += 1;
            continue;
        }
        rows.push(vec![
            lang.as_str().into(),
            Value::from(codes.items),
            Value::from(codes.coders),
            Value::from(codes.alpha),
            Value::from(codes.interval.map(|own| own.low)),
            Value::from(codes.interval.map(|own| own.high)),
            Value::from(codes.kappa),
        ]);
    }
    let sheet = Sheet {
        evidence,
        id: "census_agreement",
        title: "Agreement of coders",
        note: "On accounts that several people coded, by language setting: 1 is perfect, 0 is chance. The codes are those given first, before any talk."
            .to_owned(),
        method: ("Krippendorff's alpha with bootstrap interval", "agreement"),
        rule: "nominal codes; items with two codes or more, golden items among them".to_owned(),
    };
    let columns = [
        ("language", "Language setting", Kind::Label),
        ("items", "Accounts", Kind::Count),
        ("coders", "Coders", Kind::Count),
        ("alpha", "Alpha", Kind::Number),
        ("low", "from", Kind::Number),
        ("high", "to", Kind::Number),
        ("kappa", "Cohen's kappa", Kind::Number),
    ];
    Ok(sheet.finding(&columns, rows, suppressed, Chart::None))
}

/// What golden items say of the coders.
pub(super) fn error(evidence: &Evidence) -> Finding {
    let [found, positives, accepted, negatives] = evidence.golden_counts;
    let mut rows = Vec::new();
    for (rate, hits, of) in [("sensitivity", found, positives), ("false-positive rate", accepted, negatives)] {
        if let Some(share) = Proportion::new(hits, of).ok().filter(|own| own.trials() > 0) {
            let interval = share.clopper_pearson(evidence.level);
            rows.push(vec![rate.into(), Value::from(share.share()), interval.low.into(), interval.high.into(), Value::from(of)]);
        }
    }
    let sheet = Sheet {
        evidence,
        id: "census_coder_error",
        title: "Error of coders",
        note: "Judgements on golden items, whose right code is known and which coders cannot tell from the others. With 100 of each kind the estimate is \
               corrected by them."
            .to_owned(),
        method: ("share with Clopper–Pearson interval", "coder-error"),
        rule: "one judgement per coder and golden item; answers that decide nothing are left out".to_owned(),
    };
    let columns = [
        ("rate", "Rate", Kind::Label),
        ("value", "Value", Kind::Share),
        ("low", "from", Kind::Low),
        ("high", "to", Kind::High),
        ("items", "Judgements", Kind::Count),
    ];
    sheet.finding(&columns, rows, 0, Chart::None)
}

/// Agreement that must hold before figures of a language are published.
pub(super) fn gates(evidence: &Evidence) -> Result<Finding, Error> {
    let mut rows = Vec::new();
    for (lang, codes) in by_language(evidence)? {
        let (state, detail) = match codes.interval {
            Some(own) if own.low >= LEAST_ALPHA => ("passed", format!("alpha from {:.2} to {:.2}", own.low, own.high)),
            Some(own) if own.high < LEAST_ALPHA => ("violated", format!("alpha from {:.2} to {:.2}", own.low, own.high)),
            _ => ("not enough data", format!("{} accounts coded by two", codes.judgements.len() / 2)),
        };
        rows.push(vec![format!("alpha at least {LEAST_ALPHA:.2}: {lang}").into(), state.into(), detail.into(), Value::Null]);
    }
    if let Some(own) = &evidence.card.counterfactual {
        let state = if own.fallen >= LEAST_FALLEN { "passed" } else { "violated" };
        let detail = format!(
            "text part of {} coded supporters from {:+.2} to {:+.2}, where accounts coded negative have {:+.2}; {:.0} % fall among these",
            own.accounts,
            own.with,
            own.without,
            own.neutral,
            own.fallen * 100.0
        );
        rows.push(vec!["without references to the organisation the text is neutral".into(), state.into(), detail.into(), Value::Null]);
    }
    let sheet = Sheet {
        evidence,
        id: "census_gates",
        title: "Gates before publication",
        note: "What must hold before figures leave. A gate that cannot be judged says how much more is needed.".to_owned(),
        method: ("gates", "gates"),
        rule: "a gate is passed when the whole interval is on the right side".to_owned(),
    };
    let columns = [
        ("gate", "Gate", Kind::Label),
        ("state", "State", Kind::Label),
        ("detail", "Detail", Kind::Label),
        ("needed", "Needed", Kind::Count),
    ];
    Ok(sheet.finding(&columns, rows, 0, Chart::None))
}
