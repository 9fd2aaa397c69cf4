//! What the words of findings were made of, so that findings that were stored can be said in any language later.
//!
//! A stored finding holds its English, as everything that programs read does; [`Words`] lies beside it. It names the templates of our messages and what stands
//! in their places. Read back, a template is looked up in the catalogues: one that is not there any more leaves the English as it was stored.

use crate::language::known;
use record::text::pattern;
use record::{Arg, Finding, Instant, Said, Text, Value};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One text, as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Spoken {
    Data(String),
    Already(String),
    Message(String, Vec<(String, Place)>),
    Sentences(Vec<Spoken>),
    List(Vec<Spoken>),
    Code(String, Box<Spoken>),
    Language(String),
    Country(String),
}

/// What stands in a place of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    Int(i64),
    /// A number that is none is null.
    Real(Option<f64>, u8, bool),
    Percent(Option<f64>, u8),
    Day(Instant),
    Text(Spoken),
}

/// The words of some findings: each different text once, and which of them stands where.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Words {
    texts: Vec<Spoken>,
    findings: Vec<Places>,
}

/// The texts of one finding, by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Places {
    /// Heading, note, unit, denominator, method, rule, and the heading of every column.
    fixed: Vec<u32>,
    /// Cells of words of ours: row, column, text.
    cells: Vec<(u32, u32, u32)>,
}

impl Spoken {
    fn of(text: &Text) -> Spoken {
        let all = |parts: &[Text]| parts.iter().map(Spoken::of).collect();
        match text.made_of() {
            Said::Data => Spoken::Data(text.to_string()),
            Said::Already => Spoken::Already(text.to_string()),
            Said::Message(template, args) => {
                Spoken::Message((*template).to_owned(), args.iter().map(|(name, arg)| ((*name).to_owned(), Place::of(arg))).collect())
            }
            Said::Sentences(parts) => Spoken::Sentences(all(parts)),
            Said::List(parts) => Spoken::List(all(parts)),
            Said::Code(words) => Spoken::Code(text.to_string(), Box::new(Spoken::of(words))),
            Said::Language => Spoken::Language(text.to_string()),
            Said::Country => Spoken::Country(text.to_string()),
        }
    }

    /// The text; none where a message is none of this version.
    fn text(&self) -> Option<Text> {
        let all = |parts: &[Spoken]| parts.iter().map(Spoken::text).collect::<Option<Vec<_>>>();
        Some(match self {
            Spoken::Data(words) => Text::data(words.as_str()),
            Spoken::Already(words) => Text::already(words.as_str()),
            Spoken::Message(template, places) => message(template, places)?,
            Spoken::Sentences(parts) => Text::sentences(all(parts)?),
            Spoken::List(parts) => Text::list(all(parts)?),
            Spoken::Code(name, words) => Text::code(name.as_str(), words.text()?),
            Spoken::Language(tag) => Text::language(tag.as_str()),
            Spoken::Country(code) => Text::country(code.as_str()),
        })
    }
}

fn message(template: &str, places: &[(String, Place)]) -> Option<Text> {
    // A number alone is a message without words, and stands in no catalogue.
    let template = if template == "{n}" { "{n}" } else { known(template)? };
    let parts = pattern::parse(template).ok()?;
    let names = pattern::places(&parts);
    let arg = |(name, place): &(String, Place)| Some((names.iter().copied().find(|own| own == name)?, place.arg()?));
    Some(Text::message(template, places.iter().map(arg).collect::<Option<Vec<_>>>()?))
}

impl Place {
    fn of(arg: &Arg) -> Place {
        let finite = |value: f64| value.is_finite().then_some(value);
        match arg {
            Arg::Int(number) => Place::Int(*number),
            Arg::Real { value, decimals, signed } => Place::Real(finite(*value), *decimals, *signed),
            Arg::Percent { value, decimals } => Place::Percent(finite(*value), *decimals),
            Arg::Day(at) => Place::Day(*at),
            Arg::Text(text) => Place::Text(Spoken::of(text)),
        }
    }

    fn arg(&self) -> Option<Arg> {
        Some(match self {
            Place::Int(number) => Arg::Int(*number),
            Place::Real(value, decimals, signed) => Arg::Real { value: value.unwrap_or(f64::NAN), decimals: *decimals, signed: *signed },
            Place::Percent(value, decimals) => Arg::Percent { value: value.unwrap_or(f64::NAN), decimals: *decimals },
            Place::Day(at) => Arg::Day(*at),
            Place::Text(spoken) => Arg::Text(spoken.text()?),
        })
    }
}

/// Every text of a finding that is no cell, in a fixed order.
fn fixed(finding: &mut Finding) -> impl Iterator<Item = &mut Text> {
    let head = [
        &mut finding.title,
        &mut finding.note,
        &mut finding.unit,
        &mut finding.denominator.of,
        &mut finding.method.name,
        &mut finding.method.rule,
    ];
    head.into_iter().chain(finding.columns.iter_mut().map(|column| &mut column.title))
}

impl Words {
    /// What the words of these findings are made of. O(cells).
    pub fn of(findings: &[Finding]) -> Words {
        let mut words = Words::default();
        let mut numbers = HashMap::new();
        for finding in findings {
            let mut number = |text: &Text| {
                let spoken = Spoken::of(text);
                // Equal as they are stored; a text that cannot be written would be one that no JSON holds, and there is none.
                let key = serde_json::to_string(&spoken).unwrap_or_default();
                *numbers.entry(key).or_insert_with(|| {
                    words.texts.push(spoken);
                    (words.texts.len() - 1) as u32
                })
            };
            let mut places = Places::default();
            places.fixed.extend(fixed(&mut finding.clone()).map(|text| number(text)));
            for (row, cells) in finding.rows.iter().enumerate() {
                for (column, cell) in cells.iter().enumerate() {
                    if let Value::Word(text) = cell {
                        places.cells.push((row as u32, column as u32, number(text)));
                    }
                }
            }
            words.findings.push(places);
        }
        words
    }

    /// Puts the words back into findings that were read from where they are stored. What reads another way in English than what is there stays as it is.
    pub fn restore(&self, findings: &mut [Finding]) {
        let texts: Vec<Option<Text>> = self.texts.iter().map(Spoken::text).collect();
        let text = |number: u32| texts.get(number as usize).and_then(Option::as_ref);
        for (finding, places) in findings.iter_mut().zip(&self.findings) {
            for (own, number) in fixed(finding).zip(&places.fixed) {
                if let Some(text) = text(*number).filter(|text| **text == *own) {
                    *own = text.clone();
                }
            }
            for (row, column, number) in &places.cells {
                let cell = finding.rows.get_mut(*row as usize).and_then(|row| row.get_mut(*column as usize));
                if let (Some(cell), Some(text)) = (cell, text(*number))
                    && cell.text() == Some(text.as_str())
                {
                    *cell = Value::Word(text.clone());
                }
            }
        }
    }
}

/// A finding with its words said in a language: headings, notes and cells of words of ours. Numbers, times and data stay what they are.
pub fn said(finding: &Finding, language: &crate::Language) -> Finding {
    let mut finding = finding.clone();
    for text in fixed(&mut finding) {
        *text = Text::already(language.say(text));
    }
    for cell in finding.rows.iter_mut().flatten() {
        if let Value::Word(text) = cell {
            *text = Text::already(language.say(text));
        }
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;
    use record::{Chart, Column, Denominator, Kind, Method, text};

    fn finding() -> Finding {
        Finding {
            id: "t".to_owned(),
            section: "accounts".to_owned(),
            title: text!("Accounts by platform"),
            note: Text::sentences([
                text!(
                    "{n, plural, one {# account acts} other {# accounts act}} together, {ties, plural, one {# tie} other {# ties}}.",
                    n = 3_u64,
                    ties = 1200_u64
                ),
                Text::data("words of a person"),
                Text::list([Text::number(4_u64), Text::language("ar")]),
            ]),
            unit: text!("accounts"),
            denominator: Denominator { n: 1, of: text!("accounts") },
            window: None,
            method: Method { name: text!("count"), page: "count".to_owned(), level: None, rule: Text::empty() },
            columns: vec![Column::new("label", text!("Language"), Kind::Label), Column::new("n", text!("Accounts"), Kind::Count)],
            rows: vec![
                vec![Value::from(Text::language("ar")), Value::Int(2)],
                vec![Value::from("ar"), Value::Int(1)],
                vec![Value::from(Text::code("unknown", text!("not known"))), Value::Null],
            ],
            suppressed: 0,
            chart: Chart::None,
        }
    }

    #[test]
    fn what_was_stored_is_said_in_every_language_as_what_was_not() {
        let own = vec![finding()];
        let stored = serde_json::to_string(&(&own, Words::of(&own))).unwrap();
        let (mut read, words): (Vec<Finding>, Words) = serde_json::from_str(&stored).unwrap();
        words.restore(&mut read);
        for language in Language::all() {
            assert_eq!(
                serde_json::to_string(&said(&read[0], language)).unwrap(),
                serde_json::to_string(&said(&own[0], language)).unwrap(),
                "{}",
                language.tag
            );
        }
        let french = said(&read[0], Language::by_tag("fr").unwrap());
        assert_eq!(french.rows[0][0].text(), Some("arabe"));
        assert_eq!(french.rows[1][0].text(), Some("ar"), "data stays what it is");
        assert_ne!(french.title, own[0].title);
        // What programs read is what was stored.
        assert_eq!(serde_json::to_string(&read).unwrap(), serde_json::to_string(&own).unwrap());
    }

    #[test]
    fn a_message_of_another_version_stays_in_english() {
        let own = vec![finding()];
        let stored = serde_json::to_string(&Words::of(&own)).unwrap().replace("Accounts by platform", "Accounts by something else");
        let words: Words = serde_json::from_str(&stored).unwrap();
        let mut read: Vec<Finding> = serde_json::from_str(&serde_json::to_string(&own).unwrap()).unwrap();
        read[0].unit = Text::data("edited by hand");
        words.restore(&mut read);
        let german = said(&read[0], Language::by_tag("de").unwrap());
        assert_eq!(german.title, "Accounts by platform");
        assert_eq!(german.unit, "edited by hand");
    }
}
