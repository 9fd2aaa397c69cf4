//! What the template shows, worked out beforehand: the template holds no logic beyond "is it there".

use crate::charts::{self, Drawing};
use crate::error::Error;
use crate::hero::{self, Hero};
use crate::language::Language;
use crate::safe::{data_block, visible};
use crate::strings::Words;
use crate::table::{Says, Set, Table, level_words};
use crate::{csp, format};
use askama::Template;
use record::{Arg, Finding, Provenance, Sentence, Text, Window, text};
use std::collections::BTreeSet;

/// The style sheet, as it stands in the page.
pub(crate) const STYLE: &str = include_str!("../templates/report.css");

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    language: &'a Language,
    words: &'a Words,
    policy: String,
    style: &'a str,
    script: &'a str,
    locale: String,
    study: String,
    designation: String,
    is_unlisted: bool,
    is_internal: bool,
    marks: Vec<&'a str>,
    has_map: bool,
    hero: Option<Hero>,
    facts: Vec<Fact>,
    figures: Vec<Fact>,
    scope: String,
    sections: Vec<Section>,
    sources: Vec<Source>,
    citation: String,
    citation_say: String,
}

/// A term, what it is, and a smaller line under it.
struct Fact {
    term: &'static str,
    value: String,
    detail: String,
    is_code: bool,
}

struct Section {
    id: String,
    title: String,
    note: &'static str,
    figures: Vec<Figure>,
}

struct Figure {
    id: String,
    title: String,
    link_here: String,
    note: String,
    chart_says: String,
    remarks: Vec<String>,
    spec: Option<String>,
    table: Table,
    table_title: String,
    empty: Option<&'static str>,
    withheld_legend: String,
    lines: Vec<Fact>,
    rule: String,
    data: String,
}

struct Source {
    number: usize,
    sha256: String,
    format: String,
    seal: String,
    records: String,
    rejects: String,
}

/// Puts the page together with a given script.
pub(crate) fn render(provenance: &Provenance, findings: &[Finding], language: &Language, script: &str) -> Result<String, Error> {
    check(findings)?;
    let words = &language.words;
    let date: Arg = provenance.sealed_at.map_or_else(|| text!("not sealed yet").into(), Arg::from);
    let citation = text!(
        "“{study}”, seal {seal} ({date}), configuration {configuration}. Made with Marsad {version}.",
        study = &provenance.study,
        seal = provenance.seal.to_string(),
        date = date,
        configuration = provenance.configuration.chars().take(12).collect::<String>(),
        version = &provenance.version,
    );
    let withheld = text!(
        "Cells that would rest on fewer than {n, plural, one {# account} other {# accounts}} are withheld, and so are others from which they could be worked out.",
        n = provenance.min_cell
    );
    let first = findings.first().map_or("accounts", |finding| &finding.id);
    let page = Page {
        language,
        words,
        policy: csp::policy(script, STYLE),
        style: STYLE,
        script,
        locale: locale(language),
        study: visible(&provenance.study),
        designation: visible(&provenance.designation),
        is_unlisted: provenance.unlisted,
        is_internal: provenance.internal,
        marks: marks(provenance, words),
        has_map: findings.iter().any(|finding| matches!(finding.chart, record::Chart::Map { .. })),
        hero: hero::of(findings, language),
        facts: facts(provenance, language),
        figures: key_figures(provenance, findings, language),
        scope: if provenance.internal { words.internal_say.to_owned() } else { language.say(&withheld) },
        sections: sections(provenance, findings, language)?,
        sources: sources(provenance, language),
        citation: language.say(&citation),
        citation_say: language.say(&text!("Cite a single figure by its name after the citation, as in: figure “{id}”.", id = first)),
    };
    Ok(page.render()?)
}

/// Refuses findings that the page could not show truly.
fn check(findings: &[Finding]) -> Result<(), Error> {
    let mut ids = BTreeSet::new();
    for (index, finding) in findings.iter().enumerate() {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if finding.id.is_empty() || !finding.id.chars().all(is_name) {
            return Err(Error::BadId { position: index + 1, id: Sentence::given(&visible(&finding.id)) });
        }
        if !ids.insert(&finding.id) {
            return Err(Error::DuplicateId { id: Sentence::given(&finding.id) });
        }
        let columns = finding.columns.len();
        if let Some((row, cells)) = finding.rows.iter().enumerate().find(|(_, cells)| cells.len() != columns) {
            return Err(Error::RowWidth { finding: Sentence::given(&finding.id), row: row + 1, cells: cells.len(), columns });
        }
        if let Some(column) = charts::columns(&finding.chart).into_iter().find(|column| finding.column(column).is_none()) {
            return Err(Error::UnknownColumn { finding: Sentence::given(&finding.id), column: Sentence::given(&visible(column)) });
        }
    }
    Ok(())
}

/// The number marks, for the axes that the script labels.
fn locale(language: &Language) -> String {
    // Axes know no sign before a number.
    let percent = if language.percent[1].is_empty() { language.percent[0] } else { language.percent[1] };
    let number = serde_json::json!({
        "decimal": language.decimal, "thousands": language.thousands, "grouping": [3], "currency": ["", ""], "percent": percent,
        "minus": "\u{2212}", "numerals": (b'0'..=b'9').map(|digit| language.digits(&char::from(digit).to_string())).collect::<Vec<_>>(),
    });
    let (months, short) = language.months();
    let days = [""; 7];
    let time = serde_json::json!({
        "dateTime": "%x %X", "date": "%Y-%m-%d", "time": "%H:%M:%S", "periods": ["AM", "PM"], "days": days, "shortDays": days,
        "months": months, "shortMonths": short,
    });
    data_block(
        &serde_json::json!({ "number": number, "time": time, "rtl": language.is_right_to_left(), "dayFirst": language.tag != "en" })
            .to_string(),
    )
}

/// What stands across every page.
fn marks<'a>(provenance: &Provenance, words: &'a Words) -> Vec<&'a str> {
    let unlisted = provenance.unlisted.then_some(words.unlisted_mark);
    let internal = provenance.internal.then_some(words.internal_mark);
    unlisted.into_iter().chain(internal).collect()
}

fn fact(term: &'static str, value: String) -> Fact {
    Fact { term, value, detail: String::new(), is_code: false }
}

fn facts(provenance: &Provenance, language: &Language) -> Vec<Fact> {
    let words = &language.words;
    let n = provenance.min_cell;
    let min_cell = if provenance.internal {
        text!("{n, plural, one {# account} other {# accounts}} (not applied in this internal copy)", n = n)
    } else {
        text!("{n, plural, one {# account} other {# accounts}}", n = n)
    };
    vec![
        fact(words.seal, provenance.seal.to_string()),
        fact(
            words.sealed_at,
            provenance.sealed_at.map_or_else(|| language.say(&text!("not sealed yet")), |at| format::instant(at, language)),
        ),
        fact(words.version, visible(&provenance.version)),
        fact(words.min_cell, language.say(&min_cell)),
        Fact { is_code: true, ..fact(words.configuration, visible(&provenance.configuration)) },
    ]
}

/// Accounts and posts (the largest denominator of that unit, which is the whole that the findings speak of), sources, window.
fn key_figures(provenance: &Provenance, findings: &[Finding], language: &Language) -> Vec<Fact> {
    let words = &language.words;
    let mut figures = Vec::new();
    for (unit, term) in [("accounts", words.accounts), ("posts", words.posts)] {
        let of_unit = findings.iter().filter(|finding| finding.unit == unit).map(|finding| &finding.denominator);
        // The first of equal ones, so that the order of findings, not the search, decides.
        if let Some(whole) = of_unit.reduce(|a, b| if b.n > a.n { b } else { a }) {
            figures.push(Fact { detail: language.say(&whole.of), ..fact(term, format::count(whole.n, language)) });
        }
    }
    let sum = |of: fn(&record::SourceRef) -> u64| provenance.sources.iter().map(of).fold(0, u64::saturating_add);
    let detail = text!(
        "{records, plural, one {# record} other {# records}}, {rejects, plural, one {# reject} other {# rejects}}",
        records = sum(|source| source.records),
        rejects = sum(|source| source.rejects)
    );
    figures.push(Fact { detail: language.say(&detail), ..fact(words.sources, format::count(provenance.sources.len() as u64, language)) });
    let windows = findings.iter().filter_map(|finding| finding.window);
    let whole = windows.reduce(|a, b| Window { from: a.from.min(b.from), to: a.to.max(b.to) });
    figures.push(match whole {
        Some(window) => {
            let value = language.say(&text!("{from} to {to}", from = window.from, to = window.to));
            Fact { detail: words.window_detail.to_owned(), ..fact(words.window, value) }
        }
        None => fact(words.window, words.window_none.to_owned()),
    });
    figures
}

/// Findings by section: the known ones in their order, then others by name.
fn sections(provenance: &Provenance, findings: &[Finding], language: &Language) -> Result<Vec<Section>, Error> {
    let known = language.words.sections();
    let others: BTreeSet<&str> =
        findings.iter().map(|finding| finding.section.as_str()).filter(|name| !known.iter().any(|(known, ..)| known == name)).collect();
    let mut sections = Vec::new();
    let names = known.into_iter().map(|(name, title, note)| (name, format!("section-{name}"), title.to_owned(), note));
    // A section without words of its own is numbered: its name need not be an anchor.
    let others = others.into_iter().enumerate().map(|(place, name)| (name, format!("section-{}", place + 1), visible(name), ""));
    for (name, id, title, note) in names.chain(others) {
        let figures = findings
            .iter()
            .filter(|finding| finding.section == name)
            .map(|finding| figure(provenance, finding, language))
            .collect::<Result<Vec<Figure>, Error>>()?;
        if !figures.is_empty() {
            sections.push(Section { id, title, note, figures });
        }
    }
    Ok(sections)
}

fn figure(provenance: &Provenance, finding: &Finding, language: &Language) -> Result<Figure, Error> {
    let words = &language.words;
    let title = language.say(&finding.title);
    let (spec, remarks) = match charts::draw(finding, language) {
        Some(_) if finding.id == hero::ESTIMATE => (None, vec![words.hero_picture.to_owned()]),
        Some(Drawing { spec, remarks }) => (Some(data_block(&spec.to_string())), remarks),
        None => (None, Vec::new()),
    };
    let table = Table::new(finding, language);
    let json = serde_json::to_string(finding).map_err(|source| Error::Json { finding: Sentence::given(&finding.id), source })?;
    let withheld = text!(
        "withheld: fewer than {n, plural, one {# account} other {# accounts}}, or a cell that would give such a one away",
        n = provenance.min_cell
    );
    let empty = match (finding.rows.is_empty(), finding.suppressed > 0) {
        (false, _) => None,
        (true, true) => Some(words.all_withheld),
        (true, false) => Some(words.no_rows),
    };
    let table_title = if table.is_folded {
        language.say(&text!("Table: all {n, plural, one {# row} other {# rows}}", n = table.rows.len()))
    } else {
        language.say(&text!("Table: {title}", title = &finding.title))
    };
    Ok(Figure {
        id: finding.id.clone(),
        link_here: language.say(&text!("Link to “{title}”", title = &finding.title)),
        chart_says: language.say(&chart_of(finding)),
        note: language.say(&finding.note),
        title,
        remarks,
        spec,
        table,
        table_title,
        empty,
        withheld_legend: language.say(&withheld),
        lines: provenance_lines(finding, language),
        rule: lines(&finding.method.rule, language),
        data: data_block(&json),
    })
}

/// The words for a chart that cannot be seen.
pub(crate) fn chart_of(finding: &Finding) -> Text {
    text!("Chart: {title}. The table holds the same figures.", title = &finding.title)
}

/// A rule or query: one from data keeps its line breaks and tabs.
fn lines(rule: &Text, language: &Language) -> String {
    if matches!(rule.made_of(), record::Said::Data) { visible_lines(rule) } else { language.say(rule) }
}

fn visible_lines(text: &str) -> String {
    text.lines().map(|line| line.split('\t').map(visible).collect::<Vec<_>>().join("    ")).collect::<Vec<_>>().join("\n")
}

fn provenance_lines(finding: &Finding, language: &Language) -> Vec<Fact> {
    let words = &language.words;
    let n = text!("{n} {of}", n = finding.denominator.n, of = &finding.denominator.of);
    let mut lines = vec![fact(words.n, language.say(&n)), fact(words.counted, language.say(&finding.unit))];
    if let Some(window) = finding.window {
        lines.push(fact(words.window, instants(window, language)));
    }
    let page = if finding.method.page.is_empty() { String::new() } else { format!("docs/methods/{}.md", visible(&finding.method.page)) };
    lines.push(Fact { detail: page, ..fact(words.method, language.say(&finding.method.name)) });
    if let Some(level) = finding.method.level {
        lines.push(fact(words.level, language.say(&text!("{level}", level = level_words(level)))));
    }
    if finding.suppressed > 0 {
        lines.push(fact(words.withheld, format::count(finding.suppressed, language)));
    }
    lines
}

/// The ends of a window, with the time of day where it is not midnight.
fn instants(window: Window, language: &Language) -> String {
    let [from, to] = [window.from, window.to].map(|at| Text::already(format::instant(at, language)));
    language.say(&text!("{from} to {to}", from = from, to = to))
}

fn sources(provenance: &Provenance, language: &Language) -> Vec<Source> {
    let source = |(index, source): (usize, &record::SourceRef)| Source {
        number: index + 1,
        sha256: visible(&source.sha256),
        format: visible(&source.format),
        seal: source.seal.to_string(),
        records: format::count(source.records, language),
        rejects: format::count(source.rejects, language),
    };
    provenance.sources.iter().enumerate().map(source).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_and_direction_are_those_of_the_language() {
        let provenance = Provenance {
            study: "s".to_owned(),
            designation: "d".to_owned(),
            unlisted: false,
            seal: 1,
            sealed_at: None,
            version: "0".to_owned(),
            configuration: "é".repeat(20),
            min_cell: 10,
            internal: false,
            sources: Vec::new(),
        };
        for language in Language::all() {
            let page = render(&provenance, &[], language, "").unwrap();
            let start = format!("<!doctype html>\n<html lang=\"{}\" dir=\"{}\">", language.tag, language.dir);
            assert!(page.starts_with(&start), "{}", language.tag);
        }
    }
}
