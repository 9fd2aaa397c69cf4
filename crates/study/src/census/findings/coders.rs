//! How far the coders can be trusted.

use super::super::Purpose;
use super::super::estimate::{Evidence, Figures};
use super::super::score::statistics;
use super::score::cut;
use super::{Sheet, at_level, over, words};
use crate::Error;
use record::{Arg, Chart, Finding, Kind, Text, Value, text};
use stats::agreement::{Judgement, alpha, alpha_bootstrap, kappa};
use stats::score::{Gate, gate_rates};
use stats::{Interval, Level, Proportion};
use std::collections::{BTreeMap, BTreeSet};

/// Replicates of the bootstrap behind alpha's interval.
const REPLICATES: usize = 1_000;

/// Alpha that a language needs before its figures are published (two independent coders).
const LEAST_ALPHA: f64 = 0.70;

/// Share of the coded supporters whose text must fall among that of others once references to the organisation are taken out.
const LEAST_FALLEN: f64 = 0.9;
/// Accounts coded by two without which a language's agreement is not judged: below, a bootstrap interval is too narrow, and of no width where
/// coders happened to agree on all.
const LEAST_ITEMS: u64 = 30;

/// The lower limit of the precision at the cut that is wanted, and the codes above the cut that it takes: at the most extreme, 377 codes leave ±.05.
const LEAST_PRECISION: f64 = 0.90;
const LEAST_CODES: u64 = 377;

/// One language's codes of accounts that several people coded.
pub(crate) struct Codes {
    pub(crate) items: u64,
    pub(crate) coders: u64,
    pub(crate) alpha: Option<f64>,
    pub(crate) interval: Option<Interval>,
    pub(crate) kappa: Option<f64>,
}

/// The row of all languages together.
const ALL: &str = "all";

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
        first.entry(ALL.to_owned()).or_default().push(row);
        first.entry(lang.unwrap_or_else(|| "not known".to_owned())).or_default().push(row);
    }
    first.into_iter().map(|(lang, rows)| Ok((lang, measure(&rows, evidence.level)?))).collect()
}

/// Agreement on rows of item, coder and code.
pub(crate) fn measure(rows: &[(&str, &str, &str)], level: Level) -> Result<Codes, Error> {
    let number = |each: &dyn Fn(&(&str, &str, &str)) -> String| -> BTreeMap<String, u32> {
        let names: BTreeSet<String> = rows.iter().map(each).collect();
        names.into_iter().zip(0..).collect()
    };
    let (items, coders, codes) = (number(&|row| row.0.to_owned()), number(&|row| row.1.to_owned()), number(&|row| row.2.to_owned()));
    let judgements: Vec<Judgement> =
        rows.iter().map(|(item, coder, code)| Judgement { item: items[*item], coder: coders[*coder], category: codes[*code] }).collect();
    let found = alpha(&judgements).map_err(statistics)?;
    let interval = found.alpha.and_then(|_| alpha_bootstrap(&judgements, REPLICATES, level, 1).ok());
    let kappa = (coders.len() == 2).then(|| cohen(&judgements, codes.len(), level)).flatten();
    Ok(Codes { items: found.items as u64, coders: coders.len() as u64, alpha: found.alpha, interval, kappa })
}

/// Cohen's kappa of two coders.
fn cohen(judgements: &[Judgement], categories: usize, level: Level) -> Option<f64> {
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
    kappa(&table, categories, level).ok()?.kappa
}

/// Agreement of coders by language.
pub(super) fn agreement(evidence: &Evidence) -> Result<Finding, Error> {
    let (mut rows, mut suppressed) = (Vec::new(), 0);
    let languages = by_language(evidence)?;
    let items = languages.get(ALL).map_or(0, |codes| codes.items);
    for (lang, codes) in languages {
        if codes.items < evidence.min_cell {
            suppressed += 1;
            continue;
        }
        rows.push(vec![
            words::language(&lang).into(),
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
        title: text!("Agreement of coders"),
        note: text!(
            "On accounts that several people coded, by detected language: 1 is perfect, 0 is chance. The codes are those given first, before any talk."
        ),
        method: (text!("Krippendorff's alpha with bootstrap interval"), "agreement"),
        rule: text!("nominal codes; items with two codes or more, golden items among them"),
    };
    let columns = [
        ("language", text!("Detected language"), Kind::Label),
        ("items", text!("Accounts"), Kind::Count),
        ("coders", text!("Coders"), Kind::Count),
        ("alpha", text!("Alpha"), Kind::Number),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
        ("kappa", text!("Cohen's kappa"), Kind::Number),
    ];
    Ok(over(
        sheet.finding(&columns, rows, suppressed, Chart::None),
        text!("accounts"),
        items,
        text!("accounts that two or more people coded"),
    ))
}

/// What golden items say of the coders.
pub(super) fn error(evidence: &Evidence) -> Finding {
    let golden = evidence.golden_counts;
    let (positives, negatives) = (golden.positives, golden.negatives);
    let mut rows = Vec::new();
    for (rate, hits, of) in [(text!("sensitivity"), golden.found, positives), (text!("false-positive rate"), golden.accepted, negatives)] {
        if let Some(share) = Proportion::new(hits, of).ok().filter(|own| own.trials() > 0) {
            let interval = share.clopper_pearson(evidence.level);
            rows.push(vec![rate.into(), Value::from(share.share()), interval.low.into(), interval.high.into(), Value::from(of)]);
        }
    }
    let sheet = Sheet {
        evidence,
        id: "census_coder_error",
        title: text!("Error of coders"),
        note: text!(
            "Judgements on golden items, whose right code is known and which coders cannot tell from the others. With 100 items of each kind the estimate is \
               corrected by them."
        ),
        method: (text!("share with Clopper–Pearson interval"), "coder-error"),
        rule: text!("one judgement per coder and golden item; answers that decide nothing are left out"),
    };
    let columns = [
        ("rate", text!("Rate"), Kind::Label),
        ("value", text!("Value"), Kind::Share),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
        ("items", text!("Judgements"), Kind::Count),
    ];
    over(sheet.finding(&columns, rows, 0, Chart::None), text!("judgements"), positives + negatives, text!("judgements on golden items"))
}

/// A gate as it stands: its state, and how many codes more it takes where that cannot be said yet.
///
/// The interval must lie on one side of `least`. More codes narrow it with their root, so n codes of half-width h tell a distance d when there are n
/// (h/d)² of them.
fn gate(interval: Option<Interval>, least: f64, codes: u64, needed: u64) -> (&'static str, Option<u64>) {
    let Some(own) = interval.filter(|_| codes >= needed) else { return ("not enough data", Some(needed.saturating_sub(codes).max(1))) };
    if own.low >= least {
        return ("passed", None);
    }
    if own.high < least {
        return ("violated", None);
    }
    let (middle, half) = (f64::midpoint(own.low, own.high), (own.high - own.low) / 2.0);
    let distance = (middle - least).abs().max(0.02);
    let wanted = (codes as f64 * (half / distance).powi(2)).ceil() as u64;
    ("not enough data", Some(wanted.saturating_sub(codes).max(1)))
}

/// How many times as frequent false positives may be in one language as in another.
const MOST_RATIO: f64 = 1.25;

/// Whether the score's false positives are as frequent in one language as in another; nothing with fewer than two languages to compare.
fn even_rates(evidence: &Evidence, figures: &Figures) -> Option<Vec<Value>> {
    let groups = super::score::groups(evidence, figures);
    let enough = |items: &Vec<(bool, f64)>| items.len() as u64 >= evidence.min_cell.max(LEAST_ITEMS);
    let (names, rates): (Vec<&str>, Vec<Proportion>) = groups
        .iter()
        .filter(|((kind, _), items)| *kind == "language" && enough(items))
        .filter_map(|((_, name), items)| Some((name.as_str(), super::effective(items)?.proportion)))
        .unzip();
    if rates.len() < 2 {
        return None;
    }
    let found = gate_rates(&rates, MOST_RATIO, evidence.level);
    let detail = match found.worst {
        Some((a, b, _, ratio)) if ratio.high.is_finite() => {
            text!(
                "{a} against {b}: {low} to {high} times, of {n, plural, one {# language} other {# languages}}",
                a = words::language(names[a]),
                b = words::language(names[b]),
                low = Arg::real(ratio.low, 2),
                high = Arg::real(ratio.high, 2),
                n = names.len()
            )
        }
        Some((a, b, _, ratio)) => {
            text!(
                "{a} against {b}: at least {low} times, of {n, plural, one {# language} other {# languages}}",
                a = words::language(names[a]),
                b = words::language(names[b]),
                low = Arg::real(ratio.low, 2),
                n = names.len()
            )
        }
        None => text!("no false positive in {n, plural, one {# language} other {# languages}}", n = names.len()),
    };
    let needed = match found.gate {
        Gate::NotEnough { needed } => needed.map(|all| all.saturating_sub(rates.iter().map(|rate| rate.trials()).sum())),
        Gate::Passed | Gate::Violated => None,
    };
    let gate = text!("false positives in no language more than {ratio} times as frequent as in another", ratio = Arg::real(MOST_RATIO, 2));
    Some(vec![gate.into(), words::state(found.gate.name()).into(), detail.into(), needed.into()])
}

/// What must hold before figures are published: agreement in every language, and precision where the score is cut.
pub(super) fn gates(evidence: &Evidence, figures: &Figures) -> Result<Finding, Error> {
    let mut rows = Vec::new();
    let range = |own: Option<Interval>, what: Text| {
        own.map_or_else(Text::empty, |own| {
            text!("{what} from {low} to {high}", what = what, low = Arg::real(own.low, 2), high = Arg::real(own.high, 2))
        })
    };
    for (lang, codes) in by_language(evidence)? {
        let (state, needed) = gate(codes.interval, LEAST_ALPHA, codes.items, LEAST_ITEMS);
        let few = (1..evidence.min_cell).contains(&codes.items);
        let detail = if few {
            text!("fewer than {n} accounts coded by two", n = evidence.min_cell)
        } else {
            let items = text!("{n, plural, one {# account} other {# accounts}} coded by two", n = codes.items);
            Text::list([range(codes.interval, text!("alpha")), items])
        };
        let needed = if few { Some(LEAST_ITEMS) } else { needed };
        let gate = text!("alpha at least {least}: {language}", least = Arg::real(LEAST_ALPHA, 2), language = words::language(&lang));
        rows.push(vec![gate.into(), words::state(state).into(), detail.into(), needed.into()]);
    }
    let cut = cut(evidence, figures);
    let above = |at: usize| evidence.is_open(at) && evidence.scores.linear[at] > cut;
    let size = (0..evidence.members.len()).filter(|at| above(*at)).count() as f64;
    let codes = evidence.judged.iter().filter(|row| above(row.place) && row.label.is_some()).count() as u64;
    let share = |accounts: f64| (accounts / size).clamp(0.0, 1.0);
    let precision =
        evidence.total_within(&above)?.map(|total| Interval { low: share(total.interval.low), high: share(total.interval.high) });
    // Where nearly all above the cut are coded, fewer than that many are all there is.
    let (state, needed) = gate(precision, LEAST_PRECISION, codes, LEAST_CODES.min(size as u64).max(1));
    rows.push(vec![
        text!("precision at least {least} where the score is cut", least = Arg::real(LEAST_PRECISION, 2)).into(),
        words::state(state).into(),
        Text::list([range(precision, text!("precision")), text!("{n} coded above the cut", n = codes)]).into(),
        needed.into(),
    ]);
    rows.extend(even_rates(evidence, figures));
    if let Some(own) = &evidence.card.counterfactual {
        let state = if own.fallen >= LEAST_FALLEN { "passed" } else { "violated" };
        let detail = text!(
            "text part of {n, plural, one {# coded supporter} other {# coded supporters}} from {with} to {without}, where accounts coded negative have {neutral}; {share} fall among these",
            n = own.accounts,
            with = Arg::signed(own.with, 2),
            without = Arg::signed(own.without, 2),
            neutral = Arg::signed(own.neutral, 2),
            share = Arg::percent(own.fallen, 0)
        );
        let gate = text!("without references to the organisation the text is neutral");
        rows.push(vec![gate.into(), words::state(state).into(), detail.into(), Value::Null]);
    }
    let sheet = Sheet {
        evidence,
        id: "census_gates",
        title: text!("Gates before publication"),
        note: text!("What must hold before figures leave. A gate that cannot be judged says about how many more codes it takes."),
        method: (text!("gates"), "gates"),
        rule: text!(
            "a gate is passed when the whole interval is on the right side; agreement from {items} accounts coded by two, precision from {codes} \
             codes above the cut, or all there are; the cut as in the table of false positives",
            items = LEAST_ITEMS,
            codes = LEAST_CODES
        ),
    };
    let columns = [
        ("gate", text!("Gate"), Kind::Label),
        ("state", text!("State"), Kind::Label),
        ("detail", text!("Detail"), Kind::Label),
        ("needed", text!("More codes needed"), Kind::Count),
    ];
    let gates = rows.len() as u64;
    Ok(at_level(over(sheet.finding(&columns, rows, 0, Chart::None), text!("gates"), gates, text!("gates")), evidence))
}
