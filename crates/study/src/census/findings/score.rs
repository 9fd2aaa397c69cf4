//! How good the frozen score was, on a random sample that it had not seen.

use super::super::estimate::{Evidence, Figures};
use super::super::score::{ScoreSummary, statistics};
use super::{Sheet, ends, over, weighted_share, words};
use crate::Error;
use record::{Chart, Finding, Kind, Reference, Text, Value, text};
use stats::score::{Scored, reliability as bins};
use std::collections::BTreeMap;

/// Tops of the ranking that are looked at.
const TOPS: [usize; 10] = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];

/// Accounts that can be drawn, by falling score.
fn ranked(evidence: &Evidence) -> Vec<usize> {
    let mut open: Vec<usize> = (0..evidence.members.len()).filter(|at| evidence.is_open(*at)).collect();
    open.sort_by(|a, b| evidence.scores.linear[*b].total_cmp(&evidence.scores.linear[*a]).then(a.cmp(b)));
    open
}

/// The share of overt supporters among the accounts of highest score, by the sample's design.
pub(super) fn precision(evidence: &Evidence) -> Result<Finding, Error> {
    let ranked = ranked(evidence);
    let mut place = vec![usize::MAX; evidence.members.len()];
    ranked.iter().enumerate().for_each(|(rank, at)| place[*at] = rank);
    let mut rows = Vec::new();
    for k in TOPS.into_iter().filter(|k| *k < ranked.len()).chain([ranked.len()]) {
        let coded = evidence.judged.iter().filter(|row| place[row.place] < k && row.label.is_some()).count() as u64;
        if coded < 5 {
            continue;
        }
        let inside = |at: usize| place[at] < k;
        let Some(total) = evidence.total_within(&inside)? else { continue };
        let share = |accounts: f64| Value::from((accounts / k as f64).clamp(0.0, 1.0));
        rows.push(vec![
            Value::from(k as u64),
            share(total.estimate),
            share(total.interval.low),
            share(total.interval.high),
            Value::from(coded),
        ]);
    }
    // How much better than reading at random: the last row is all of them.
    let base = rows.last().and_then(|row| row.get(1)).and_then(Value::number).filter(|base| *base > 0.0);
    for row in &mut rows {
        let lift = row.get(1).and_then(Value::number).zip(base).map(|(share, base)| share / base);
        row.push(Value::from(lift));
    }
    let sheet = Sheet {
        evidence,
        id: "census_precision",
        title: text!("Precision at the top of the score"),
        note: text!(
            "Of the k accounts with the highest score that could be drawn, the share that coders would code as overt support. The last point is all of them; lift is a \
               share over that one."
        ),
        method: (text!("stratified estimate with exact interval"), "survey"),
        rule: text!("accounts by falling score without seeds, pilot and golden items"),
    };
    let columns = [
        ("k", text!("Accounts read"), Kind::Count),
        ("precision", text!("Precision"), Kind::Share),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
        ("coded", text!("Coded among them"), Kind::Count),
        ("lift", text!("Lift"), Kind::Number),
    ];
    let chart = Chart::Curve { x: "k".into(), y: "precision".into(), interval: Some(ends()), series: None, reference: None, log_x: true };
    Ok(over(sheet.finding(&columns, rows, 0, chart), text!("accounts"), ranked.len() as u64, text!("accounts that could be drawn")))
}

/// Whether a probability of three in ten means three in ten.
pub(super) fn reliability(evidence: &Evidence) -> Result<Finding, Error> {
    let mut rows = Vec::new();
    let coded: Vec<_> = evidence.judged.iter().filter(|row| row.label.is_some()).collect();
    if let Some(probability) = &evidence.scores.probability {
        let scored = Scored::new(
            coded.iter().map(|row| probability[row.place]).collect(),
            coded.iter().map(|row| row.label == Some(true)).collect(),
            Some(coded.iter().map(|row| 1.0 / row.chance).collect()),
        );
        // Codes of one kind only leave nothing to draw; the strata's table says so.
        if let Ok(scored) = scored {
            for bin in bins(&scored, 10, evidence.level).map_err(statistics)? {
                rows.push(vec![
                    Value::from(bin.mean_score),
                    Value::from(bin.share),
                    Value::from(bin.interval.low.min(bin.share)),
                    Value::from(bin.interval.high.max(bin.share)),
                    Value::from(bin.items as u64),
                ]);
            }
        }
    }
    let sheet = Sheet {
        evidence,
        id: "census_reliability",
        title: text!("Calibration of the score"),
        note: text!(
            "Accounts of the sample by the probability that the frozen score gave them, and the share of them coded as overt support. On the diagonal a \
               probability means what it says."
        ),
        method: (text!("reliability diagram"), "score"),
        rule: text!("sample weighted by one over the chance of being drawn"),
    };
    let columns = [
        ("score", text!("Probability"), Kind::Share),
        ("share", text!("Coded as overt support"), Kind::Share),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
        ("codes", text!("Codes"), Kind::Count),
    ];
    let chart = Chart::Curve {
        x: "score".into(),
        y: "share".into(),
        interval: Some(ends()),
        series: None,
        reference: Some(Reference::Diagonal),
        log_x: false,
    };
    Ok(over(
        sheet.finding(&columns, rows, 0, chart),
        text!("accounts"),
        coded.len() as u64,
        text!("drawn accounts with a code that decides"),
    ))
}

/// False positives of the score where it is cut at the estimated number of supporters, by language and by kind of account.
pub(super) fn false_positives(evidence: &Evidence, figures: &Figures) -> Result<Finding, Error> {
    let groups = groups(evidence, figures);
    let (mut rows, mut suppressed) = (Vec::new(), 0);
    for ((kind, group), items) in &groups {
        let n = items.len() as u64;
        let shown = weighted_share(items, evidence.level).filter(|_| n >= evidence.min_cell);
        suppressed += u64::from(shown.is_none());
        let cells = shown.map(|(share, interval)| [share, interval.low, interval.high]);
        let n = if cells.is_some() { Value::from(n) } else { Value::Null };
        let (kind, group) = match *kind {
            "language" => (text!("language"), words::language(group)),
            "code" => (text!("code"), Text::data(group.as_str())),
            _ => (text!("all"), text!("all accounts coded negative")),
        };
        let mut row = vec![kind.into(), group.into(), n];
        row.extend(cells.map_or([Value::Null, Value::Null, Value::Null], |cells| cells.map(Value::from)));
        rows.push(row);
    }
    let sheet = Sheet {
        evidence,
        id: "census_false_positives",
        title: text!("Whom the score takes for supporters who are none"),
        note: text!(
            "Of sampled accounts that coders do not code as overt support, the share that the score puts above the cut, where the cut lets as many \
               accounts through as are estimated to support among those that could be drawn."
        ),
        method: (text!("weighted share with Wilson interval"), "score"),
        rule: text!("sample weighted by one over the chance of being drawn; groups by detected language and by the codebook's groups"),
    };
    let columns = [
        ("group_kind", text!("By"), Kind::Label),
        ("group", text!("Group"), Kind::Label),
        ("n", text!("Coded"), Kind::Count),
        ("rate", text!("False-positive rate"), Kind::Share),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
    ];
    let negatives = evidence.judged.iter().filter(|row| row.label == Some(false)).count() as u64;
    Ok(over(
        sheet.finding(&columns, rows, suppressed, Chart::None),
        text!("accounts"),
        negatives,
        text!("drawn accounts coded as no overt support"),
    ))
}

/// Groups of accounts coded negative: whether the score puts each above the cut, and its weight.
pub(super) type Groups = BTreeMap<(&'static str, String), Vec<(bool, f64)>>;

/// The score above which as many accounts that could be drawn lie as are estimated to support among them. Those known before the draw are no
/// part of it: the score never had to find them.
pub(super) fn cut(evidence: &Evidence, figures: &Figures) -> f64 {
    let open = (figures.best().0 - evidence.known_positives() as f64).max(0.0);
    ranked(evidence).get(open.round() as usize).map_or(f64::NEG_INFINITY, |at| evidence.scores.linear[*at])
}

pub(super) fn groups(evidence: &Evidence, figures: &Figures) -> Groups {
    let cut = cut(evidence, figures);
    let mut groups = Groups::new();
    for row in evidence.judged.iter().filter(|row| row.label == Some(false)) {
        let item = (evidence.scores.linear[row.place] > cut, 1.0 / row.chance);
        groups.entry(("all", "all accounts coded negative".to_owned())).or_default().push(item);
        let lang = evidence.members.word("lang")[row.place].clone().unwrap_or_else(|| "not known".to_owned());
        groups.entry(("language", lang)).or_default().push(item);
        let group = row.code.as_ref().and_then(|code| evidence.rules.0.get(code)).and_then(|rule| rule.group.clone());
        if let Some(group) = group {
            groups.entry(("code", group)).or_default().push(item);
        }
    }
    groups
}

/// How good the score was on pilot accounts that it had not seen, and how much of the frame it says nothing of.
pub(super) fn quality(evidence: &Evidence) -> Finding {
    let card = &evidence.card;
    let mut rows = Vec::new();
    let row = |measure: Text, value: f64, low: Option<f64>, high: Option<f64>| {
        vec![measure.into(), value.into(), Value::from(low), Value::from(high)]
    };
    if let Some([area, low, high]) = card.auc {
        rows.push(row(text!("area under the curve"), area, Some(low), Some(high)));
    }
    rows.extend(card.brier.map(|brier| row(text!("Brier score"), brier, None, None)));
    if let (Some([low, high]), Some(all)) = (card.abstains_between, &evidence.scores.probability) {
        let silent = all.iter().filter(|own| **own > low && **own < high).count();
        rows.push(row(text!("share of the frame on which it abstains"), silent as f64 / all.len().max(1) as f64, None, None));
    }
    let sheet = Sheet {
        evidence,
        id: "census_score",
        title: text!("How good the score was before the draw"),
        note: text!(
            "On pilot accounts, each judged by a model that had not seen it. The tables on the sample above are the better witness: it was drawn at random from \
               all of the frame. The score abstains between the probabilities where it would be wrong more than once in ten."
        ),
        method: (text!("held-out measures of a score"), "score"),
        rule: Text::list([
            learned(card),
            card.calibration.as_ref().map_or_else(Text::empty, |own| text!("calibrated by {curve}", curve = words::calibration(own))),
        ]),
    };
    let columns = [
        ("measure", text!("Measure"), Kind::Label),
        ("value", text!("Value"), Kind::Number),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
    ];
    over(
        sheet.finding(&columns, rows, 0, Chart::None),
        text!("accounts"),
        card.pilot as u64,
        text!("pilot accounts with a code that decides"),
    )
}

fn learned(card: &ScoreSummary) -> Text {
    text!(
        "{kind}, learned from {positives} accounts coded positive and {negatives} negative",
        kind = words::kind(&card.kind),
        positives = card.positives,
        negatives = card.negatives
    )
}

/// What the score goes by.
pub(super) fn weights(evidence: &Evidence) -> Finding {
    let all = evidence.card.weights.iter().chain(&evidence.card.words);
    let rows = all.map(|(feature, weight)| vec![words::feature(feature).into(), (*weight).into()]).collect();
    let sheet = Sheet {
        evidence,
        id: "census_weights",
        title: text!("What the score goes by"),
        note: text!(
            "Change of the log-odds when a feature rises by one standard deviation over the frame; then words and parts of words (`*` where a word goes on) \
               that many coded accounts used, for a text that is nothing else. Features that move together share their weight, so none of them is a \
               cause."
        ),
        method: if evidence.card.kind == "logistic regression" {
            (text!("logistic regression"), "logistic")
        } else {
            (text!("network rank"), "pagerank")
        },
        rule: Text::list([
            learned(&evidence.card),
            evidence
                .card
                .strength
                .map_or_else(Text::empty, |own| text!("strength {strength} by held-out log-loss", strength = own.to_string())),
        ]),
    };
    let columns = [("feature", text!("Feature"), Kind::Label), ("weight", text!("Weight"), Kind::Number)];
    let learned = (evidence.card.positives + evidence.card.negatives) as u64;
    let chart = Chart::Bars { label: "feature".into(), value: "weight".into(), interval: None };
    over(sheet.finding(&columns, rows, 0, chart), text!("log-odds"), learned, text!("coded accounts that the score learned from"))
}
