//! `marsad describe`.

use crate::cli::Describe;
use crate::exit::{Exit, Failure, sentence};
use crate::output::{Talk, table, thousands};
use crate::verbs::as_of;
use crate::verbs::status::from_study;
use record::{Column, Finding, Kind, Value};
use std::io::IsTerminal;
use study::{DescribeOptions, Description};

pub(crate) fn run(args: &Describe, talk: Talk) -> Result<Exit, Failure> {
    if args.internal && !talk.json && !std::io::stdout().is_terminal() {
        return Err(Failure::usage(
            "`--internal` shows small cells, which must not leave the study; it prints to a terminal, or as JSON with `--json`",
        ));
    }
    let study = super::status::open(&args.dir)?;
    let spinner = talk.spinner("describing");
    let description = study.describe(&DescribeOptions { as_of: as_of(args.as_of.as_of.as_deref())?, internal: args.internal });
    spinner.finish_and_clear();
    let description = description.map_err(from_study)?;
    if talk.json {
        let json = serde_json::to_value(&description).map_err(|error| Failure::new(Exit::Defect, sentence(&error)))?;
        talk.json_line(&json)?;
    } else {
        print(&description, args.rows, talk)?;
    }
    Ok(Exit::Done)
}

fn print(description: &Description, rows: usize, talk: Talk) -> Result<(), Failure> {
    let provenance = &description.provenance;
    talk.say(&format!("{} — {} — seal {}", provenance.study, provenance.designation, provenance.seal))?;
    if provenance.unlisted {
        talk.say("UNLISTED: the organisation is on no designation list")?;
    }
    let mut section = "";
    for finding in &description.findings {
        if finding.section != section {
            section = &finding.section;
            talk.say(&format!("\n== {section} =="))?;
        }
        talk.say(&text(finding, rows))?;
    }
    Ok(())
}

/// One finding as text: heading, note, table, and the line that says what the figures rest on.
pub(crate) fn text(finding: &Finding, limit: usize) -> String {
    let head: Vec<String> = finding.columns.iter().map(|column| column.title.clone()).collect();
    let right: Vec<bool> = finding.columns.iter().map(|column| !matches!(column.kind, Kind::Label | Kind::Time)).collect();
    let rows: Vec<Vec<String>> = finding.rows.iter().take(limit).map(|row| cells(&finding.columns, row)).collect();
    let mut text = format!("\n{}\n{}\n", finding.title, finding.note);
    if rows.is_empty() {
        text.push_str("(no rows)\n");
    } else {
        text.push_str(&table(&head, &rows, &right));
        text.push('\n');
    }
    if finding.rows.len() > limit {
        text.push_str(&format!("… {} more rows\n", finding.rows.len() - limit));
    }
    text.push_str(&footing(finding));
    text
}

fn footing(finding: &Finding) -> String {
    let mut parts = vec![format!("n = {} {}", thousands(finding.denominator.n), finding.denominator.of), format!("unit: {}", finding.unit)];
    if let Some(window) = finding.window {
        parts.push(format!("{} to {}", window.from.date(), window.to.date()));
    }
    let level = finding.method.level.map_or_else(String::new, |level| format!(", {:.0} % intervals", level * 100.0));
    parts.push(format!("{}{level}", finding.method.name));
    if finding.suppressed > 0 {
        parts.push(format!("{} cells suppressed", finding.suppressed));
    }
    format!("[{}]", parts.join("; "))
}

fn cells(columns: &[Column], row: &[Value]) -> Vec<String> {
    // The ends of an interval are written as the figure before them is.
    let mut figure = Kind::Share;
    let cell_of = |(column, value): (&Column, &Value)| {
        match column.kind {
            Kind::Share | Kind::Count | Kind::Number => figure = column.kind,
            Kind::Label | Kind::Low | Kind::High | Kind::Time => {}
        }
        let is_end = matches!(column.kind, Kind::Low | Kind::High);
        cell(if is_end { figure } else { column.kind }, value)
    };
    columns.iter().zip(row).map(cell_of).collect()
}

fn cell(kind: Kind, value: &Value) -> String {
    match (kind, value) {
        (Kind::Label, Value::Null) => String::new(),
        (_, Value::Null) => "·".to_owned(),
        (Kind::Share | Kind::Low | Kind::High, value) => value.number().map_or_else(String::new, |share| format!("{:.1} %", share * 100.0)),
        (Kind::Count, Value::Int(count)) if *count >= 0 => thousands(count.unsigned_abs()),
        (_, Value::Float(number)) => format!("{number:.2}"),
        // The tables of a description count by day; midnight is how a day is written there.
        (Kind::Time, Value::Time(instant)) if instant.micros() % 86_400_000_000 == 0 => instant.date(),
        (_, value) => value.to_string(),
    }
}
