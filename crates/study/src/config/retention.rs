//! `[retention]`: how long rows are kept, by table and by source.

use jiff::{Span, Timestamp, tz::TimeZone};
use record::{Instant, Table};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// A number of days, weeks, months or years of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    number: i64,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// The longest period, in any unit.
const LONGEST: i64 = 1200;

impl Period {
    fn parse(text: &str) -> Option<Period> {
        let (number, unit) = text.trim().split_once(' ')?;
        let number = number.parse().ok().filter(|number| (1..=LONGEST).contains(number))?;
        let unit = match unit.trim().trim_end_matches('s') {
            "day" => Unit::Day,
            "week" => Unit::Week,
            "month" => Unit::Month,
            "year" => Unit::Year,
            _ => return None,
        };
        Some(Period { number, unit })
    }

    /// The instant at which the period is over; a month after 31 January is the last day of February. None beyond the calendar.
    #[must_use]
    pub fn after(self, start: Instant) -> Option<Instant> {
        let span = match self.unit {
            Unit::Day => Span::new().try_days(self.number),
            Unit::Week => Span::new().try_weeks(self.number),
            Unit::Month => Span::new().try_months(self.number),
            Unit::Year => Span::new().try_years(self.number),
        };
        let start = Timestamp::from_microsecond(start.micros()).ok()?.to_zoned(TimeZone::UTC);
        Some(Instant::from_micros(start.checked_add(span.ok()?).ok()?.timestamp().as_microsecond()))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Year => "year",
        };
        write!(f, "{} {unit}{}", self.number, if self.number == 1 { "" } else { "s" })
    }
}

/// How long rows are kept. What has no clock is kept until it is erased by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Clocks of tables: accounts, posts (with their objects, and the ties that they show), edges, sightings, rejects.
    pub tables: BTreeMap<Table, Period>,
    /// Clocks of sources, by format or name of the file, with `*` for any letters: for all that was sealed from them.
    pub sources: BTreeMap<String, Period>,
}

/// The tables that may have a clock.
pub const CLOCKED: [Table; 5] = [Table::Accounts, Table::Posts, Table::Edges, Table::Sightings, Table::Rejects];

/// The table as it is written.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Raw {
    accounts: Option<String>,
    posts: Option<String>,
    edges: Option<String>,
    sightings: Option<String>,
    rejects: Option<String>,
    sources: BTreeMap<String, String>,
}

impl Raw {
    pub(super) fn checked(self) -> Result<Retention, String> {
        let mut retention = Retention::default();
        for (table, text) in CLOCKED.into_iter().zip([self.accounts, self.posts, self.edges, self.sightings, self.rejects]) {
            if let Some(text) = text {
                retention.tables.insert(table, period(&format!("retention.{}", table.name()), &text)?);
            }
        }
        for (pattern, text) in self.sources {
            let key = super::line("retention.sources", &pattern, 200).map_err(|_| {
                "a key of `retention.sources` must be the format or the file name of a source, in 1 to 200 characters on one line"
                    .to_owned()
            })?;
            let period = period(&format!("retention.sources.{}", key.chars().take(40).collect::<String>()), &text)?;
            retention.sources.insert(key, period);
        }
        Ok(retention)
    }
}

fn period(key: &str, text: &str) -> Result<Period, String> {
    Period::parse(text).ok_or_else(|| {
        format!("`{key}` is no period; give 1 to {LONGEST} days, weeks, months or years, such as `24 months`, or leave it out and nothing falls due")
    })
}

/// Whether a name fits a pattern in which `*` stands for any letters.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_follow_the_calendar() {
        let day = |text: &str| text.parse::<Instant>().unwrap();
        for (start, period, end) in [
            ("2024-01-31", "1 month", "2024-02-29"),
            ("2024-02-29", "1 year", "2025-02-28"),
            ("2024-12-30", "2 days", "2025-01-01"),
            ("2024-01-01", "3 weeks", "2024-01-22"),
            ("2023-06-30", "24 months", "2025-06-30"),
        ] {
            assert_eq!(Period::parse(period).unwrap().after(day(start)), Some(day(end)), "{start} + {period}");
            assert_eq!(Period::parse(period).unwrap().to_string(), period);
        }
        for none in ["", "month", "0 days", "-1 days", "1201 years", "1.5 years", "2 fortnights", "24months"] {
            assert_eq!(Period::parse(none), None, "{none}");
        }
        assert_eq!(Period::parse("1200 years").unwrap().after(Instant::from_micros(i64::MAX)), None);
    }

    #[test]
    fn patterns_fit_as_they_look() {
        for (pattern, name, expected) in [
            ("ira", "ira", true),
            ("ira", "iran", false),
            ("ira*", "ira_tweets.csv", true),
            ("*.csv", "ira_tweets.csv", true),
            ("i*t*.csv", "ira_tweets.csv", true),
            ("*b*", "ira", false),
            ("*", "", true),
            ("a*a", "a", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
