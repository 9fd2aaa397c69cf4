//! The head of a report with a census: its figure in a sentence and as a picture, and what the figure is not.
//!
//! All of it is read from findings: the first row of [`ESTIMATE`], how many accounts were coded from [`STRATA`], what was not seen from
//! [`UNSEEN`].

use crate::charts::{self, Drawing};
use crate::language::Language;
use crate::page::chart_of;
use crate::safe::data_block;
use crate::table::{interval_words, level_words};
use record::{Finding, Text, Value, text};

/// The finding whose first row is the figure.
pub(crate) const ESTIMATE: &str = "census_estimate";
/// The finding whose column `codes` adds up to the accounts coded.
const STRATA: &str = "census_strata";
/// The finding that names what was not seen.
const UNSEEN: &str = "census_unseen";
/// Kinds of accounts not seen that are named at the head; the table has them all.
const MOST_UNSEEN: usize = 4;

pub(crate) struct Hero {
    pub(crate) sentence: String,
    /// The interval, of how many, and how many of them were coded.
    pub(crate) detail: String,
    /// Why there is no more than this to say; empty for an estimate.
    pub(crate) reason: String,
    pub(crate) time: String,
    pub(crate) chart_says: String,
    pub(crate) spec: Option<String>,
    pub(crate) remarks: Vec<String>,
    /// What the figure is not, a sentence each.
    pub(crate) limits: Vec<String>,
    pub(crate) link: String,
}

/// The head for these findings; `None` where there is no census or its finding has no row.
pub(crate) fn of(findings: &[Finding], language: &Language) -> Option<Hero> {
    let estimate = with_id(findings, ESTIMATE)?;
    let row = estimate.rows.first()?;
    let number = |name: &str| row.get(estimate.column(name)?).and_then(Value::number).filter(|number| number.is_finite());
    let ends = number("low").zip(number("high"));
    let says = estimate.column("says").and_then(|at| row.get(at)).and_then(words);
    let (sentence, interval, reason) = match (number("accounts"), number("at_most")) {
        (Some(accounts), _) => {
            let step = step(accounts, ends);
            let n = whole((accounts / step).round() * step);
            let sentence = text!(
                "About {n, plural, one {# account} other {# accounts}} in the frame overtly supported the organisation when they were coded",
                n = n
            );
            (sentence, ends.map(|ends| interval(estimate, ends, step)), None)
        }
        (None, Some(bound)) => {
            let step = step(bound, None);
            let n = whole((bound / step).ceil() * step);
            let sentence = text!(
                "At most {n, plural, one {# account} other {# accounts}} in the frame overtly supported the organisation when they were coded",
                n = n
            );
            let level = estimate.method.level.map(|level| text!("{level} one-sided limit", level = level_words(level)));
            (sentence, level, says.map(|says| text!("Only a bound can be given: {says}.", says = says)))
        }
        (None, None) => {
            let sentence = text!("How many accounts overtly supported the organisation cannot be said here");
            (sentence, None, says.map(|says| text!("The reason: {says}.", says = says)))
        }
    };
    let (spec, mut remarks) = match charts::draw(estimate, language) {
        Some(Drawing { spec, remarks }) => (Some(data_block(&spec.to_string())), remarks),
        None => (None, Vec::new()),
    };
    let is_claim = |row: &Vec<Value>| estimate.column("kind").and_then(|at| row.get(at)).and_then(Value::text) == Some("claim");
    if estimate.rows.iter().any(is_claim) {
        remarks.push(language.words.hero_claims.to_owned());
    }
    let window = estimate.window.map(|window| text!("Time covered: {from} to {to}", from = window.from, to = window.to));
    let sentence = language.say(&sentence);
    Some(Hero {
        chart_says: format!("{sentence}. {}", language.say(&chart_of(estimate))),
        sentence,
        detail: language.say(&detail(estimate, findings, interval)),
        reason: reason.map(|reason| language.say(&reason)).unwrap_or_default(),
        time: window.map(|window| language.say(&window)).unwrap_or_default(),
        spec,
        remarks,
        limits: limits(findings, language),
        link: language.say(&text!("Figures as computed, claims and range: “{title}”", title = &estimate.title)),
    })
}

fn with_id<'a>(findings: &'a [Finding], id: &str) -> Option<&'a Finding> {
    findings.iter().find(|finding| finding.id == id)
}

/// The words of a cell; none where it has none.
fn words(cell: &Value) -> Option<Text> {
    match cell {
        Value::Word(words) if !words.is_empty() => Some(words.clone()),
        Value::Text(text) if !text.is_empty() => Some(Text::data(text.as_str())),
        _ => None,
    }
}

fn whole(number: f64) -> i64 {
    number as i64
}

/// The power of ten that a sentence rounds to: the largest that half the interval holds, so that rounding never hides what the data
/// tells; two digits of the figure where there is no interval. At least 1.
fn step(figure: f64, ends: Option<(f64, f64)>) -> f64 {
    let size = match ends {
        Some((low, high)) => (high - low) / 2.0,
        None => figure.abs() / 10.0,
    };
    if size >= 10.0 { 10f64.powi(size.log10().floor() as i32) } else { 1.0 }
}

/// The interval in words, its ends rounded outwards so that the sentence claims no more than the table.
fn interval(estimate: &Finding, (low, high): (f64, f64), step: f64) -> Text {
    let (low, high) = (whole((low / step).floor() * step), whole((high / step).ceil() * step));
    text!("{interval} {low} to {high}", interval = interval_words(estimate), low = low, high = high)
}

fn detail(estimate: &Finding, findings: &[Finding], interval: Option<Text>) -> Text {
    let of = text!("of {n} {of}", n = estimate.denominator.n, of = &estimate.denominator.of);
    let coded = with_id(findings, STRATA).and_then(coded).map(|codes| text!("{n} coded", n = codes));
    Text::list(interval.into_iter().chain([of]).chain(coded))
}

/// How many accounts were coded; `None` where a stratum's number is withheld, since a part is not the whole.
fn coded(strata: &Finding) -> Option<u64> {
    let codes = strata.column("codes")?;
    strata.rows.iter().map(|row| row.get(codes).and_then(Value::int).and_then(|codes| u64::try_from(codes).ok())).sum()
}

fn limits(findings: &[Finding], language: &Language) -> Vec<String> {
    let unseen = with_id(findings, UNSEEN).and_then(|finding| unseen(finding, language));
    let last = match unseen {
        // Said already, piece by piece.
        Some(unseen) => language.say(&text!("It does not cover what could not be seen: {what}.", what = Text::already(unseen))),
        None => language.words.hero_unseen_plain.to_owned(),
    };
    language.words.hero_limits().into_iter().map(str::to_owned).chain([last]).collect()
}

/// What was not seen, with counts: `protected (310); closed before collection (1 200)`.
fn unseen(finding: &Finding, language: &Language) -> Option<String> {
    let (what, accounts) = (finding.column("what")?, finding.column("accounts"));
    let item = |row: &Vec<Value>| {
        let name = words(row.get(what)?)?;
        let count = accounts.and_then(|accounts| row.get(accounts)).and_then(Value::int);
        Some(language.say(&match count {
            Some(count) => text!("{name} ({n})", name = name, n = count),
            None => name,
        }))
    };
    let items: Vec<String> = finding.rows.iter().filter_map(item).take(MOST_UNSEEN).collect();
    (!items.is_empty()).then(|| items.join(language.commas[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_rounds_to_what_the_interval_holds() {
        assert_eq!(step(5_912.0, Some((5_213.0, 6_702.0))), 100.0);
        assert_eq!(step(40.0, Some((31.0, 52.0))), 10.0);
        assert_eq!(step(7.0, Some((2.0, 19.0))), 1.0);
        assert_eq!((step(310.0, None), step(42.0, None), step(0.0, None)), (10.0, 1.0, 1.0));
    }
}
