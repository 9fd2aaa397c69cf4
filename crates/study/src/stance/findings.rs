//! The findings of a stance, in the order of the report. Small cells are taken out before.

mod parts;
mod trust;

use super::domains::{By, Domains, parts};
use super::estimate::{Aspect, Evidence, joined, spread};
use super::selection::{Counts, Selection};
use crate::{Config, Error};
use record::{Chart, Column, Denominator, Finding, Kind, Method, Text, Value, text};
use stats::quantify::CANDIDATES;

/// What stands before the names of findings of each aspect.
const fn prefix(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Stance => "stance",
        Aspect::Kind => "stance_kind",
    }
}

/// The name of a method, for people.
fn method_words(name: &str) -> Text {
    match name {
        "emq" => text!("maximum likelihood in the shares (EMQ)"),
        "kdey-ml" => text!("maximum likelihood over kernel densities (KDEy-ML)"),
        "pacc" => text!("adjusted count of posteriors (PACC)"),
        "bayes" => text!("Bayesian counts of the classifier's answers, by how sure they are"),
        name => Text::data(name),
    }
}

/// What every finding of a stance has in common.
struct Sheet<'a> {
    selection: &'a Selection,
    id: String,
    title: Text,
    note: Text,
    method: (Text, &'static str),
    level: Option<f64>,
    rule: Text,
}

impl Sheet<'_> {
    fn finding(self, columns: &[(&str, Text, Kind)], rows: Vec<Vec<Value>>, suppressed: u64, chart: Chart) -> Finding {
        Finding {
            id: self.id,
            section: "stance".to_owned(),
            title: self.title,
            note: self.note,
            unit: text!("posts"),
            denominator: Denominator { n: self.selection.written().len() as u64, of: text!("posts on topic, reposts left out") },
            window: self.selection.window(),
            method: Method { name: self.method.0, page: self.method.1.to_owned(), level: self.level, rule: self.rule },
            columns: columns.iter().map(|(name, title, kind)| Column::new(name, title.clone(), *kind)).collect(),
            rows,
            suppressed,
            chart,
        }
    }
}

fn over(finding: Finding, n: u64, of: Text) -> Finding {
    Finding { denominator: Denominator { n, of }, ..finding }
}

fn ends() -> (String, String) {
    ("low".to_owned(), "high".to_owned())
}

/// Tables of a selection before anything is coded.
pub(super) fn of_selection(selection: &Selection, config: &Config) -> Vec<Finding> {
    let written = selection.written();
    let mut findings = vec![steps(selection, config.min_cell)];
    for by in [By::Country, By::Language] {
        findings.push(parts::counts(selection, &parts(selection, &written, by, config.min_cell)));
    }
    findings
}

/// Every finding.
pub(super) fn all(evidence: &Evidence, domains: &Domains) -> Result<Vec<Finding>, Error> {
    let mut findings = vec![shares(evidence), steps(&evidence.selection, evidence.min_cell), methods(evidence)];
    for dimension in &domains.all {
        findings.extend(parts::shares(evidence, dimension));
    }
    findings.extend(parts::change(evidence, domains));
    findings.push(trust::drift(evidence));
    findings.push(trust::agreement(evidence)?);
    findings.push(trust::card(evidence));
    findings.retain(|finding| !finding.rows.is_empty() || finding.suppressed > 0);
    for finding in &mut findings {
        if evidence.aspect == Aspect::Kind {
            finding.id = finding.id.replacen(prefix(Aspect::Stance), prefix(Aspect::Kind), 1);
        }
    }
    Ok(findings)
}

/// What the posts on topic are: the share of every class by the headline's method, and by the others.
fn shares(evidence: &Evidence) -> Finding {
    let mut rows = Vec::new();
    let mut order: Vec<usize> = (0..CANDIDATES.len()).collect();
    order.sort_by_key(|at| *at != evidence.choice.at);
    for (class, name) in evidence.classes.iter().enumerate() {
        for at in &order {
            let answer = &evidence.answers[*at];
            let draws: Vec<f64> = answer.cloud.replicates().map(|shares| shares[class]).collect();
            let (_, [low, high]) = spread(&draws, evidence.level);
            let kind = if *at == evidence.choice.at { text!("chosen method") } else { text!("another method, for comparison") };
            rows.push(vec![
                Value::from(name.as_str()),
                method_words(CANDIDATES[*at].0).into(),
                kind.into(),
                Value::from(answer.shares.prevalence[class]),
                low.into(),
                high.into(),
            ]);
        }
        let plain = evidence.plain[class].as_ref().map(|total| {
            let of = |number: f64| (number / total.frame.max(1) as f64).clamp(0.0, 1.0);
            (text!("the first coded sample alone"), of(total.estimate), of(total.interval.low), of(total.interval.high))
        });
        let assisted = evidence.assisted[class]
            .map(|own| (text!("the coded sample, assisted by the classifier"), own.share, own.interval.low, own.interval.high));
        for (method, share, low, high) in assisted.into_iter().chain(plain) {
            let kind = text!("by the codes of the sample");
            rows.push(vec![Value::from(name.as_str()), method.into(), kind.into(), share.into(), low.into(), high.into()]);
        }
    }
    let sheet = Sheet {
        selection: &evidence.selection,
        id: "stance_shares".to_owned(),
        title: text!("What the posts on topic are"),
        note: text!(
            "Shares of the posts that the query finds, not of people and not of a population. All were read by a classifier that was learned from the codes; the \
             method in front was chosen on the codes alone. Where the others lie outside its interval, treat the figure as open."
        ),
        method: (text!("quantification with bootstrap or posterior interval"), "stance"),
        level: Some(evidence.level.get()),
        rule: rule(evidence),
    };
    let columns = [
        ("class", text!("Code"), Kind::Label),
        ("method", text!("Method"), Kind::Label),
        ("kind", text!("Standing"), Kind::Label),
        ("share", text!("Share of posts"), Kind::Share),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
    ];
    let chart = Chart::Ranges {
        label: "class".to_owned(),
        value: "share".to_owned(),
        interval: ends(),
        at_most: None,
        kind: Some("kind".to_owned()),
    };
    sheet.finding(&columns, rows, 0, chart)
}

/// By what the shares were made: query, what was read, what was joined.
fn rule(evidence: &Evidence) -> Text {
    let read = text!(
        "query: {query}; {coded} coded posts; {read} posts read by the method",
        query = evidence.selection.fact("query"),
        coded = evidence.coded.iter().sum::<u64>(),
        read = evidence.read
    );
    if evidence.joined.is_empty() {
        return read;
    }
    Text::list([read, text!("estimated together: {codes}", codes = joined(&evidence.joined))])
}

/// From what was read to what is estimated.
fn steps(selection: &Selection, min_cell: u64) -> Finding {
    let Counts { read, on_topic, other_languages, written, unplaced, posts, reposts, .. } = selection.counts;
    let mut rows = vec![(text!("posts with a text in the window"), read), (text!("on topic"), on_topic)];
    if other_languages > 0 {
        rows.push((text!("on topic in the languages asked for"), on_topic - other_languages));
    }
    rows.push((text!("of these written by their authors, reposts left out"), written));
    rows.push((text!("of these placed in a country"), written - unplaced));
    rows.push((text!("selected and estimated"), posts.min(selection.written().len() as u64)));
    rows.push((text!("reposts selected, counted and no more"), reposts));
    let mut suppressed = 0;
    let rows = rows.into_iter().map(|(step, count)| {
        // A step or its difference from another may stand for few accounts; posts are at least as many.
        let is_small = count > 0 && count < min_cell;
        suppressed += u64::from(is_small);
        vec![step.into(), if is_small { Value::Null } else { Value::from(count) }]
    });
    let rows = rows.collect();
    let share = |part: u64| record::Arg::percent(part as f64 / written.max(1) as f64, 1);
    let sheet = Sheet {
        selection,
        id: "stance_steps".to_owned(),
        title: text!("From posts to what is estimated"),
        note: text!(
            "{share} of the posts on topic cannot be placed in a country; they count in the whole and in no country.",
            share = share(unplaced)
        ),
        method: (text!("count"), "selection"),
        level: None,
        rule: text!("query: {query}", query = selection.fact("query")),
    };
    let columns = [("step", text!("Step"), Kind::Label), ("posts", text!("Posts"), Kind::Count)];
    let chart = Chart::Steps { label: "step".to_owned(), value: "posts".to_owned() };
    over(sheet.finding(&columns, rows, suppressed, chart), read, text!("posts with a text in the window"))
}

/// How the methods did on sets made of the codes.
fn methods(evidence: &Evidence) -> Finding {
    let rows = CANDIDATES.iter().zip(&evidence.choice.tried).enumerate().map(|(at, ((name, _), tried))| {
        let standing = if at == evidence.choice.at { text!("chosen method") } else { text!("another method, for comparison") };
        vec![
            method_words(name).into(),
            standing.into(),
            Value::from(tried.error),
            Value::from(tried.standard_error),
            Value::from(evidence.asked(&evidence.answers[at].shares.prevalence)),
        ]
    });
    let rows = rows.collect();
    let apart = super::estimate::apart(evidence);
    let gap = record::Arg::real(apart, 1);
    let note = if apart > stats::quantify::ALARM {
        text!(
            "Methods, or a method and the codes of the sample, differ by {gap} standard errors: posts of a class may look another way than those coded. The figures by the codes are the safer ones; code more before the other is published.",
            gap = gap
        )
    } else {
        text!("Methods and codes differ by no more than {gap} standard errors.", gap = gap)
    };
    let sheet = Sheet {
        selection: &evidence.selection,
        id: "stance_methods".to_owned(),
        title: text!("How the method was chosen"),
        note,
        method: (text!("nested artificial prevalence"), "quantification"),
        level: None,
        rule: text!("five splits of the codes, 200 sets of 250 posts each, shares drawn evenly"),
    };
    let columns = [
        ("method", text!("Method"), Kind::Label),
        ("standing", text!("Standing"), Kind::Label),
        ("error", text!("Mean absolute error on the codes"), Kind::Number),
        ("standard_error", text!("Standard error"), Kind::Number),
        ("support", text!("Share asked for"), Kind::Share),
    ];
    over(sheet.finding(&columns, rows, 0, Chart::None), evidence.coded.iter().sum(), text!("coded posts"))
}
