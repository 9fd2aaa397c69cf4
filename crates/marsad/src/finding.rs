//! Findings as text for a terminal, in the reader's language.
//!
//! Columns stand from left to right in every language, because a terminal lays out cells, not lines. Each cell of a language that runs from right
//! to left is isolated, so that a terminal that reorders does so inside the cell and the columns keep their places.

use crate::exit::{Failure, given};
use crate::output::aligned;
use record::{Column, Finding, Kind, Sentence, Text, Value, sentence, text};
use report::Language;
use study::Study;

/// The languages, for messages.
fn tags() -> Sentence {
    Sentence::list(Language::all().iter().map(|language| sentence!("`{}`", language.tag)))
}

/// The language with this tag, for the command line.
pub(crate) fn parse_language(tag: &str) -> Result<&'static Language, String> {
    Language::by_tag(tag).ok_or_else(|| format!("there is no `{tag}`; give one of {}", tags()))
}

/// The language asked for; else the study's (`language` under `[report]` in its `marsad.toml`); else English.
pub(crate) fn language_of(asked: Option<&'static Language>, study: &Study) -> Result<&'static Language, Failure> {
    match (asked, &study.config().report.language) {
        (Some(language), _) => Ok(language),
        (None, Some(tag)) => Language::by_tag(tag).ok_or_else(|| {
            Failure::usage(sentence!(
                "`report.language` in `marsad.toml` is `{}`, which reports are not written in; give one of {}",
                given(tag),
                tags()
            ))
        }),
        (None, None) => Ok(Language::english()),
    }
}

/// A line of text in a language, for a terminal.
pub(crate) fn line(words: &Text, language: &Language) -> String {
    placed(&language.say(words), language)
}

/// The heading of a chapter.
pub(crate) fn chapter(section: &str, language: &Language) -> String {
    placed(&format!("== {} ==", language.section(section)), language)
}

/// One finding as text: heading, note, table, and the line that says what the figures rest on.
pub(crate) fn in_full(finding: &Finding, limit: usize, language: &Language) -> String {
    let head: Vec<String> = finding.columns.iter().map(|column| line(&column.title, language)).collect();
    let right: Vec<bool> = finding.columns.iter().map(|column| !matches!(column.kind, Kind::Label | Kind::Time)).collect();
    let rows: Vec<Vec<String>> = finding.rows.iter().take(limit).map(|row| cells(&finding.columns, row, language)).collect();
    let mut text = format!("\n{}\n{}\n", line(&finding.title, language), line(&finding.note, language));
    if rows.is_empty() {
        text.push_str(&line(&text!("(no rows)"), language));
    } else {
        text.push_str(&aligned(&head, &rows, &right));
    }
    text.push('\n');
    if finding.rows.len() > limit {
        let more = text!("… {n, plural, one {# more row} other {# more rows}}", n = finding.rows.len() - limit);
        text.push_str(&format!("{}\n", line(&more, language)));
    }
    text.push_str(&line(&footing(finding), language));
    text
}

fn footing(finding: &Finding) -> Text {
    let window = finding.window.map(|window| text!("{from} to {to}", from = window.from, to = window.to));
    let method = match finding.method.level {
        Some(level) => text!("{method}, {level} intervals", method = &finding.method.name, level = report::level(level)),
        None => finding.method.name.clone(),
    };
    let suppressed =
        (finding.suppressed > 0).then(|| text!("{n, plural, one {# cell} other {# cells}} suppressed", n = finding.suppressed));
    let first = text!("n = {n} {of}", n = finding.denominator.n, of = &finding.denominator.of);
    let parts = [Some(first), Some(text!("unit: {unit}", unit = &finding.unit)), window, Some(method), suppressed];
    let parts = Text::list(parts.into_iter().flatten());
    text!("[{parts}]", parts = parts)
}

fn cells(columns: &[Column], row: &[Value], language: &Language) -> Vec<String> {
    // The ends of an interval are written as the figure before them is.
    let mut figure = Kind::Share;
    let cell_of = |(column, value): (&Column, &Value)| {
        match column.kind {
            Kind::Share | Kind::Count | Kind::Number => figure = column.kind,
            Kind::Label | Kind::Low | Kind::High | Kind::Time => {}
        }
        let is_end = matches!(column.kind, Kind::Low | Kind::High);
        cell(if is_end { figure } else { column.kind }, value, language)
    };
    columns.iter().zip(row).map(cell_of).collect()
}

fn cell(kind: Kind, value: &Value, language: &Language) -> String {
    match (kind, value) {
        (Kind::Label, Value::Null) => String::new(),
        (_, Value::Null) => "·".to_owned(),
        (Kind::Share | Kind::Low | Kind::High, Value::Int(_) | Value::Float(_)) => {
            value.number().map_or_else(String::new, |share| placed(&language.share(share, 1), language))
        }
        (Kind::Time, value) => placed(&language.time(value), language),
        // Percentiles of counts are whole numbers mostly.
        (_, Value::Float(number)) => placed(&language.real(*number, if number.fract() == 0.0 { 0 } else { 2 }), language),
        // Data decides its own direction.
        (_, Value::Text(_)) => language.cell(value),
        (_, value) => placed(&language.cell(value), language),
    }
}

/// Words or figures of ours in their language's direction.
fn placed(said: &str, language: &Language) -> String {
    if language.is_right_to_left() && !said.is_empty() { format!("\u{2067}{said}\u{2069}") } else { said.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::{Chart, Denominator, Method};
    use unicode_width::UnicodeWidthStr;

    fn finding() -> Finding {
        let row = |label: Value, accounts: i64, share: f64| vec![label, Value::Int(accounts), share.into()];
        Finding {
            id: "account_languages".to_owned(),
            section: "accounts".to_owned(),
            title: text!("Accounts by language setting"),
            note: Text::empty(),
            unit: text!("accounts"),
            denominator: Denominator { n: 12_345, of: text!("accounts observed") },
            window: None,
            method: Method { name: text!("count"), page: "counts".to_owned(), level: None, rule: Text::empty() },
            columns: vec![
                Column::new("language", text!("Language setting"), Kind::Label),
                Column::new("accounts", text!("Accounts"), Kind::Count),
                Column::new("share", text!("Share of accounts"), Kind::Share),
            ],
            rows: vec![
                row(Text::language("ar").into(), 9_876, 0.8),
                row(Text::language("pt-br").into(), 12, 0.001),
                row(Value::from("a\u{202e}b"), 3, 0.0002),
            ],
            suppressed: 0,
            chart: Chart::None,
        }
    }

    /// Lines of the table, which stand after the title and the note.
    fn table(tag: &str) -> Vec<String> {
        in_full(&finding(), 15, Language::by_tag(tag).unwrap()).lines().skip(3).take(4).map(str::to_owned).collect()
    }

    #[test]
    fn columns_line_up_in_every_language() {
        for language in Language::all() {
            let lines = table(language.tag);
            // The last column is set to the right, so every line ends at the same place on the screen.
            let widths: Vec<usize> = lines.iter().map(|line| line.width()).collect();
            assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{}: {widths:?}\n{}", language.tag, lines.join("\n"));
        }
    }

    #[test]
    fn arabic_is_isolated_and_hidden_characters_of_data_are_not() {
        let lines = table("ar");
        assert!(lines[1].contains("\u{2067}العربية\u{2069}") && lines[1].contains("\u{2067}٩٬٨٧٦\u{2069}"), "{}", lines[1]);
        assert!(lines[3].contains("a⟨U+202E⟩b") && !lines.concat().contains('\u{202e}'), "{}", lines[3]);
        let all = in_full(&finding(), 15, Language::by_tag("ar").unwrap());
        let (open, closed) = (all.matches(['\u{2067}', '\u{2068}']).count(), all.matches('\u{2069}').count());
        assert_eq!(open, closed);
        assert!(!in_full(&finding(), 15, Language::english()).contains('\u{2067}'));
    }

    #[test]
    fn an_unknown_language_is_refused_with_the_known_ones() {
        insta::assert_snapshot!(parse_language("xx").unwrap_err(), @"there is no `xx`; give one of `en`, `ar`, `de`, `fr`, `it`, `tr`");
    }
}
