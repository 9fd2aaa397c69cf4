//! The head of a report with a census: its figure in a sentence and as a picture, and what the figure is not.
//!
//! All of it is read from findings: the first row of [`ESTIMATE`], how many accounts were coded from [`STRATA`], what was not seen from
//! [`UNSEEN`].

use crate::charts::{self, Drawing};
use crate::format;
use crate::safe::{data_block, visible};
use crate::strings::{Language, Words, fill};
use crate::table::interval_words;
use record::{Finding, Value};

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
    let words = &language.words;
    let estimate = with_id(findings, ESTIMATE)?;
    let row = estimate.rows.first()?;
    let number = |name: &str| row.get(estimate.column(name)?).and_then(Value::number).filter(|number| number.is_finite());
    let ends = number("low").zip(number("high"));
    let says = estimate.column("says").and_then(|at| row.get(at)).and_then(Value::text).map(visible).unwrap_or_default();
    let (sentence, interval, reason) = match (number("accounts"), number("at_most")) {
        (Some(accounts), _) => {
            let step = step(accounts, ends);
            let sentence = fill(words.hero_estimate, &[("n", &rounded((accounts / step).round() * step, language))]);
            (sentence, ends.map(|ends| interval(estimate, ends, step, language)), String::new())
        }
        (None, Some(bound)) => {
            let step = step(bound, None);
            let sentence = fill(words.hero_at_most, &[("n", &rounded((bound / step).ceil() * step, language))]);
            let level =
                estimate.method.level.map(|level| fill(words.hero_one_sided, &[("level", &crate::table::level_words(level, language))]));
            (sentence, level, because(words.hero_bound_because, &says))
        }
        (None, None) => (words.hero_none.to_owned(), None, because(words.hero_none_because, &says)),
    };
    let (spec, mut remarks) = match charts::draw(estimate, language) {
        Some(Drawing { spec, remarks }) => (Some(data_block(&spec.to_string())), remarks),
        None => (None, Vec::new()),
    };
    let is_claim = |row: &Vec<Value>| estimate.column("kind").and_then(|at| row.get(at)).and_then(Value::text) == Some("claim");
    if estimate.rows.iter().any(is_claim) {
        remarks.push(words.hero_claims.to_owned());
    }
    let window = estimate.window.map(|window| format!("{}: {} {} {}", words.window, window.from.date(), words.to, window.to.date()));
    Some(Hero {
        chart_says: format!("{sentence}. {}", fill(words.chart_of, &[("title", &visible(&estimate.title))])),
        sentence,
        detail: detail(estimate, findings, interval, language),
        reason,
        time: window.unwrap_or_default(),
        spec,
        remarks,
        limits: limits(findings, language),
        link: fill(words.hero_link, &[("title", &visible(&estimate.title))]),
    })
}

fn with_id<'a>(findings: &'a [Finding], id: &str) -> Option<&'a Finding> {
    findings.iter().find(|finding| finding.id == id)
}

fn because(sentence: &str, says: &str) -> String {
    if says.is_empty() { String::new() } else { fill(sentence, &[("says", says)]) }
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

fn rounded(number: f64, language: &Language) -> String {
    format::real(number, language)
}

/// The interval in words, its ends rounded outwards so that the sentence claims no more than the table.
fn interval(estimate: &Finding, (low, high): (f64, f64), step: f64, language: &Language) -> String {
    let (low, high) = (rounded((low / step).floor() * step, language), rounded((high / step).ceil() * step, language));
    let name = interval_words(estimate, language);
    fill(language.words.hero_interval, &[("interval", &name), ("low", &low), ("high", &high)])
}

fn detail(estimate: &Finding, findings: &[Finding], interval: Option<String>, language: &Language) -> String {
    let words = &language.words;
    let n = format::count(estimate.denominator.n, language);
    let of = fill(words.hero_of, &[("n", &n), ("of", &visible(&estimate.denominator.of))]);
    let coded = with_id(findings, STRATA).and_then(coded).map(|codes| fill(words.hero_coded, &[("n", &format::count(codes, language))]));
    interval.into_iter().chain([of]).chain(coded).collect::<Vec<_>>().join(words.comma)
}

/// How many accounts were coded; `None` where a stratum's number is withheld, since a part is not the whole.
fn coded(strata: &Finding) -> Option<u64> {
    let codes = strata.column("codes")?;
    strata.rows.iter().map(|row| row.get(codes).and_then(Value::int).and_then(|codes| u64::try_from(codes).ok())).sum()
}

fn limits(findings: &[Finding], language: &Language) -> Vec<String> {
    let words: &Words = &language.words;
    let unseen = with_id(findings, UNSEEN).and_then(|finding| unseen(finding, language));
    let last = match unseen {
        Some(unseen) => fill(words.hero_unseen, &[("what", &unseen)]),
        None => words.hero_unseen_plain.to_owned(),
    };
    words.hero_limits.into_iter().map(str::to_owned).chain([last]).collect()
}

/// What was not seen, with counts: `protected (310); closed before collection (1 200)`.
fn unseen(finding: &Finding, language: &Language) -> Option<String> {
    let (what, accounts) = (finding.column("what")?, finding.column("accounts"));
    let item = |row: &Vec<Value>| {
        let name = row.get(what).and_then(Value::text).map(visible)?;
        let count = accounts.and_then(|accounts| row.get(accounts)).and_then(Value::number);
        Some(count.map_or_else(|| name.clone(), |count| format!("{name} ({})", format::real(count, language))))
    };
    let items: Vec<String> = finding.rows.iter().filter_map(item).take(MOST_UNSEEN).collect();
    (!items.is_empty()).then(|| items.join(language.words.semicolon))
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
