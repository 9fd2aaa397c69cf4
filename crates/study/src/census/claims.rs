//! Published figures set beside the study's own.

use super::Problem;
use crate::Error;
use record::{Instant, Sentence, Window};
use serde::Deserialize;
use std::path::Path;

/// The file of published figures in a study's folder.
const FILE: &str = "claims.toml";

/// A figure that somebody published.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// How many.
    pub figure: f64,
    /// Of what: `accounts`, `posts`, `persons`.
    pub unit: String,
    /// Of how many or whom, where it says.
    pub denominator: Option<String>,
    /// When, where it says.
    pub window: Option<Window>,
    /// Who says so, and where.
    pub source: String,
}

/// How a claim stands to the study's estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Same unit, overlapping window: the two figures can be set side by side.
    Comparable,
    /// It counts something else.
    OtherUnit,
    /// It speaks of another time.
    OtherWindow,
    /// It states no window or no denominator, so nothing can be set beside it.
    Unsupported,
}

impl Verdict {
    /// The word in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Comparable => "comparable",
            Verdict::OtherUnit => "other_unit",
            Verdict::OtherWindow => "other_window",
            Verdict::Unsupported => "unsupported",
        }
    }
}

impl Claim {
    /// How it stands to an estimate of accounts in a window.
    #[must_use]
    pub fn verdict(&self, window: Option<Window>) -> Verdict {
        if self.unit != "accounts" {
            return Verdict::OtherUnit;
        }
        match (self.window, window) {
            _ if self.denominator.is_none() => Verdict::Unsupported,
            (None, _) => Verdict::Unsupported,
            (Some(own), Some(ours)) if own.from > ours.to || own.to < ours.from => Verdict::OtherWindow,
            _ => Verdict::Comparable,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    claim: Vec<Raw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    figure: f64,
    unit: String,
    #[serde(default)]
    denominator: Option<String>,
    #[serde(default)]
    window: Option<Days>,
    source: String,
    /// When the claim was read; kept in the file for people.
    #[serde(default)]
    #[allow(dead_code, reason = "a field of the file that only people read")]
    read_on: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    from: String,
    to: String,
}

/// The claims in `claims.toml` of a study's folder; none without the file.
pub(super) fn read(folder: &Path) -> Result<Vec<Claim>, Error> {
    let path = folder.join(FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("read", path)(error)),
    };
    parse(&text).map_err(|problem| Problem::Claims { path, problem: Sentence::vouched(problem) }.into())
}

fn parse(text: &str) -> Result<Vec<Claim>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.message().split_whitespace().collect::<Vec<_>>().join(" "))?;
    file.claim.into_iter().enumerate().map(|(at, raw)| checked(raw).map_err(|problem| format!("claim {}: {problem}", at + 1))).collect()
}

fn checked(raw: Raw) -> Result<Claim, String> {
    if !(raw.figure.is_finite() && raw.figure >= 0.0) {
        return Err(format!("`figure` is `{}`; give a number that is not negative", raw.figure));
    }
    let day = |text: &str| text.parse::<Instant>().map_err(|error| format!("`{text}` is no date: {error}"));
    let window = match &raw.window {
        None => None,
        Some(days) => {
            let (from, to) = (day(&days.from)?, day(&days.to)?);
            if from > to {
                return Err(format!("its window ends (`{}`) before it begins (`{}`)", days.to, days.from));
            }
            // A date alone means the whole of that day.
            Some(Window { from, to: Instant::from_micros(to.micros().saturating_add(86_399_999_999)) })
        }
    };
    let line = |key: &str, text: &str| crate::config::line(key, text, 300);
    Ok(Claim {
        figure: raw.figure,
        unit: line("unit", &raw.unit)?.to_lowercase(),
        denominator: raw.denominator.map(|text| line("denominator", &text)).transpose()?,
        window,
        source: line("source", &raw.source)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "[[claim]]\nfigure = 450\nunit = \"accounts\"\nsource = \"A paper\"\n";

    #[test]
    fn verdicts_follow_unit_denominator_and_window() {
        let window = |from: &str, to: &str| Some(Window { from: from.parse().unwrap(), to: to.parse().unwrap() });
        let ours = window("2018-01-01", "2018-02-01");
        let mut claim = parse(ONE).unwrap().remove(0);
        assert_eq!(claim.verdict(ours), Verdict::Unsupported);
        claim.denominator = Some("all accounts".to_owned());
        assert_eq!(claim.verdict(ours), Verdict::Unsupported);
        claim.window = window("2016-01-01", "2016-02-01");
        assert_eq!(claim.verdict(ours), Verdict::OtherWindow);
        claim.window = window("2018-02-01", "2018-02-03");
        assert_eq!(claim.verdict(ours), Verdict::Comparable);
        claim.unit = "persons".to_owned();
        assert_eq!(claim.verdict(ours), Verdict::OtherUnit);
    }

    #[test]
    fn wrong_claims_are_refused_with_their_number() {
        let with = |line: &str| parse(&format!("{ONE}{line}\n")).unwrap_err();
        insta::assert_snapshot!(
            [with("window = { from = \"2018-03-01\", to = \"2018-01-01\" }"), with("window = { from = \"May\", to = \"June\" }"), with("colour = 1"), parse("[[claim]]\nfigure = -1\nunit = \"accounts\"\nsource = \"x\"").unwrap_err()].join("\n"),
            @r"
        claim 1: its window ends (`2018-01-01`) before it begins (`2018-03-01`)
        claim 1: `May` is no date: not an instant; expected a form like `2015-03-01T12:00:00Z` or `2015-03-01`
        unknown field `colour`, expected one of `figure`, `unit`, `denominator`, `window`, `source`, `read_on`
        claim 1: `figure` is `-1`; give a number that is not negative
        "
        );
    }
}
