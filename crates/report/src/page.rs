//! What the template shows, worked out beforehand: the template holds no logic beyond "is it there".

use crate::charts::{self, Drawing};
use crate::error::Error;
use crate::hero::{self, Hero};
use crate::safe::{data_block, visible};
use crate::strings::{Language, Words, fill};
use crate::table::{Says, Set, Table, level_words};
use crate::{csp, format};
use askama::Template;
use record::{Finding, Provenance, Window};
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
    let date = provenance.sealed_at.map_or_else(|| words.not_sealed.to_owned(), |at| at.date());
    let citation = fill(
        words.citation,
        &[
            ("study", &visible(&provenance.study)),
            ("seal", &provenance.seal.to_string()),
            ("date", &date),
            ("configuration", &visible(&provenance.configuration.chars().take(12).collect::<String>())),
            ("version", &visible(&provenance.version)),
        ],
    );
    let min_cell = format::count(provenance.min_cell, language);
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
        hero: hero::of(findings, language),
        facts: facts(provenance, language),
        figures: key_figures(provenance, findings, language),
        scope: if provenance.internal { words.internal_say.to_owned() } else { fill(words.withheld_say, &[("n", &min_cell)]) },
        sections: sections(provenance, findings, language)?,
        sources: sources(provenance, language),
        citation,
        citation_say: fill(words.citation_say, &[("id", findings.first().map_or("accounts", |finding| &finding.id))]),
    };
    Ok(page.render()?)
}

/// Refuses findings that the page could not show truly.
fn check(findings: &[Finding]) -> Result<(), Error> {
    let mut ids = BTreeSet::new();
    for (index, finding) in findings.iter().enumerate() {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if finding.id.is_empty() || !finding.id.chars().all(is_name) {
            return Err(Error::BadId { position: index + 1, id: visible(&finding.id) });
        }
        if !ids.insert(&finding.id) {
            return Err(Error::DuplicateId { id: finding.id.clone() });
        }
        let columns = finding.columns.len();
        if let Some((row, cells)) = finding.rows.iter().enumerate().find(|(_, cells)| cells.len() != columns) {
            return Err(Error::RowWidth { finding: finding.id.clone(), row: row + 1, cells: cells.len(), columns });
        }
        if let Some(column) = charts::columns(&finding.chart).into_iter().find(|column| finding.column(column).is_none()) {
            return Err(Error::UnknownColumn { finding: finding.id.clone(), column: visible(column) });
        }
    }
    Ok(())
}

/// The number marks, for the axes that the script labels.
fn locale(language: &Language) -> String {
    let number = serde_json::json!({
        "decimal": language.decimal, "thousands": language.thousands, "grouping": [3], "currency": ["", ""], "percent": language.percent,
    });
    data_block(&serde_json::json!({ "number": number }).to_string())
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
    let min_cell = if provenance.internal { words.min_cell_off } else { words.min_cell_value };
    vec![
        fact(words.seal, provenance.seal.to_string()),
        fact(words.sealed_at, provenance.sealed_at.map_or_else(|| words.not_sealed.to_owned(), format::instant)),
        fact(words.version, visible(&provenance.version)),
        fact(words.min_cell, fill(min_cell, &[("n", &format::count(provenance.min_cell, language))])),
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
            figures.push(Fact { detail: visible(&whole.of), ..fact(term, format::count(whole.n, language)) });
        }
    }
    let sum = |of: fn(&record::SourceRef) -> u64| provenance.sources.iter().map(of).fold(0, u64::saturating_add);
    let (records, rejects) = (format::count(sum(|source| source.records), language), format::count(sum(|source| source.rejects), language));
    let detail = fill(words.sources_detail, &[("records", &records), ("rejects", &rejects)]);
    figures.push(Fact { detail, ..fact(words.sources, format::count(provenance.sources.len() as u64, language)) });
    let windows = findings.iter().filter_map(|finding| finding.window);
    let whole = windows.reduce(|a, b| Window { from: a.from.min(b.from), to: a.to.max(b.to) });
    figures.push(match whole {
        Some(window) => {
            let value = format!("{} {} {}", window.from.date(), words.to, window.to.date());
            Fact { detail: words.window_detail.to_owned(), ..fact(words.window, value) }
        }
        None => fact(words.window, words.window_none.to_owned()),
    });
    figures
}

/// Findings by section: the known ones in their order, then others by name.
fn sections(provenance: &Provenance, findings: &[Finding], language: &Language) -> Result<Vec<Section>, Error> {
    let known = language.words.sections;
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
    let title = visible(&finding.title);
    let (spec, remarks) = match charts::draw(finding, language) {
        Some(_) if finding.id == hero::ESTIMATE => (None, vec![words.hero_picture.to_owned()]),
        Some(Drawing { spec, remarks }) => (Some(data_block(&spec.to_string())), remarks),
        None => (None, Vec::new()),
    };
    let table = Table::new(finding, language);
    let json = serde_json::to_string(finding).map_err(|source| Error::Json { finding: finding.id.clone(), source })?;
    let empty = match (finding.rows.is_empty(), finding.suppressed > 0) {
        (false, _) => None,
        (true, true) => Some(words.all_withheld),
        (true, false) => Some(words.no_rows),
    };
    let table_title = if table.is_folded {
        fill(words.table_rows, &[("n", &format::count(table.rows.len() as u64, language))])
    } else {
        fill(words.table_of, &[("title", &title)])
    };
    Ok(Figure {
        id: finding.id.clone(),
        link_here: fill(words.link_here, &[("title", &title)]),
        chart_says: fill(words.chart_of, &[("title", &title)]),
        note: visible(&finding.note),
        title,
        remarks,
        spec,
        table,
        table_title,
        empty,
        withheld_legend: fill(words.withheld_legend, &[("n", &format::count(provenance.min_cell, language))]),
        lines: provenance_lines(finding, language),
        rule: visible_lines(&finding.method.rule),
        data: data_block(&json),
    })
}

/// A rule or query keeps its line breaks and tabs.
fn visible_lines(text: &str) -> String {
    text.lines().map(|line| line.split('\t').map(visible).collect::<Vec<_>>().join("    ")).collect::<Vec<_>>().join("\n")
}

fn provenance_lines(finding: &Finding, language: &Language) -> Vec<Fact> {
    let words = &language.words;
    let n = format!("{} {}", format::count(finding.denominator.n, language), visible(&finding.denominator.of));
    let mut lines = vec![fact(words.n, n), fact(words.counted, visible(&finding.unit))];
    if let Some(window) = finding.window {
        lines.push(fact(words.window, format!("{} {} {}", format::instant(window.from), words.to, format::instant(window.to))));
    }
    let page = if finding.method.page.is_empty() { String::new() } else { format!("docs/methods/{}.md", visible(&finding.method.page)) };
    lines.push(Fact { detail: page, ..fact(words.method, visible(&finding.method.name)) });
    if let Some(level) = finding.method.level {
        lines.push(fact(words.level, level_words(level, language)));
    }
    if finding.suppressed > 0 {
        lines.push(fact(words.withheld, format::count(finding.suppressed, language)));
    }
    lines
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
        let language = Language { tag: "ar", dir: "rtl", ..Language::ENGLISH };
        let page = render(&provenance, &[], &language, "").unwrap();
        assert!(page.starts_with("<!doctype html>\n<html lang=\"ar\" dir=\"rtl\">"));
    }
}
