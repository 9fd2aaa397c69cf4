//! Counts of accounts with noise, for publication: how many by language, country, month or day.
//!
//! Every account is in exactly one row and the rows are fixed before the lake is read, so that noise protects the account
//! (`docs/methods/noise.md`). What was drawn is kept in the study and given again; what it cost is taken off the study's budget once.

mod ledger;

use crate::describe::{gather, query::Lens, timelines::period};
use crate::{Error, Study, describe};
use lake::AsOf;
use ledger::{Ledger, Release};
use record::{Chart, Column, Denominator, Finding, Instant, Kind, Method, Provenance, Text, Value, Window, sentence, text};
use std::collections::BTreeMap;

/// What accounts are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The language that most of their posts are in, by detection.
    Language,
    /// The country that they state.
    Country,
    /// The month of their first post in the lake.
    Month,
    /// The day of their first post in the lake.
    Day,
}

impl By {
    /// Whether rows are times, so that a window must say which.
    pub const fn is_time(self) -> bool {
        matches!(self, By::Month | By::Day)
    }

    const fn id(self) -> &'static str {
        match self {
            By::Language => "series_language",
            By::Country => "series_country",
            By::Month => "series_month",
            By::Day => "series_day",
        }
    }
}

/// What is to be published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeriesOptions {
    /// What accounts are counted by.
    pub by: By,
    /// The times that have a row: needed by month and by day, and none otherwise. Chosen without a look at the lake.
    pub window: Option<Window>,
    /// The privacy loss that it may cost.
    pub epsilon: f64,
    /// The part of the lake to read.
    pub as_of: AsOf,
}

/// Counts with noise, and what is left of the budget.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Where it comes from.
    pub provenance: Provenance,
    /// The counts with their intervals.
    pub finding: Finding,
    /// The number of the release in the study's ledger, from 1.
    pub release: u64,
    /// When it was drawn.
    pub drawn_at: Instant,
    /// Whether it had been drawn before, and so cost nothing.
    pub is_repeat: bool,
    /// The privacy loss of all releases so far.
    pub spent: f64,
    /// What they may add up to: `epsilon` under `[privacy]`.
    pub budget: f64,
}

/// Rows of a table by day, and by month: more would be no table.
const MOST_ROWS: usize = 5000;

impl Study {
    /// Counts accounts and adds noise, or gives what was drawn before for the same rows, seal and epsilon. `now` goes into the ledger.
    ///
    /// The only analysis whose result cannot be made again from the lake: the noise is drawn from the operating system's randomness. The ledger
    /// (`releases.ndjson` in the study's folder) is written before anything is returned, by renaming, so that a kill costs nothing and shows nothing.
    ///
    /// # Errors
    /// [`Error::Series`] for rows that are none, [`Error::Noise`] for an epsilon that is none, [`Error::Budget`] where it is spent, [`Error::Io`],
    /// [`Error::Lake`], [`Error::Ledger`].
    pub fn series(&self, options: &SeriesOptions, now: Instant) -> Result<Series, Error> {
        let (level, budget) = (self.config().level(), self.config().privacy.epsilon);
        let half = noise::half_width(options.epsilon, level.get())?;
        let rows = rows(options)?;
        let lake = self.lake()?;
        let reader = lake.read(options.as_of)?;
        let lens = Lens::new(&reader)?;
        let sources = describe::sources::read(&lens)?;
        let provenance = describe::provenance(self.config(), &lake, &reader, false, &sources)?;
        let mut ledger = Ledger::open(self.folder())?;
        let asked = Release::asked(options, reader.seal(), now);
        let (release, is_repeat) = match ledger.find(&asked) {
            Some(release) => (release.clone(), true),
            None => {
                ledger.afford(options.epsilon, budget)?;
                let gathered = gather::read(self.folder(), &lens, None, &mut |_| {})?;
                let noisy = noise::add(&count(&gathered, options.by, &rows), options.epsilon)?;
                let labels = rows.iter().map(Row::label);
                (ledger.append(Release { counts: labels.zip(noisy.counts).collect(), ..asked })?, false)
            }
        };
        let finding = finding(options, level.get(), half, &rows, &release);
        let (release, drawn_at) = (release.number, release.at);
        Ok(Series { provenance, finding, release, drawn_at, is_repeat, spent: ledger.spent(), budget })
    }
}

/// A row of a series.
#[derive(Clone, Debug, PartialEq)]
enum Row {
    Language(&'static str),
    Country(&'static str),
    Time(Instant, bool),
    /// All that is in no other row.
    Rest,
}

impl Row {
    /// The label in the ledger, which never changes.
    fn label(&self) -> String {
        match self {
            Row::Language(tag) | Row::Country(tag) => (*tag).to_owned(),
            Row::Time(at, true) => at.date().chars().take("2014-09".len()).collect(),
            Row::Time(at, false) => at.date(),
            Row::Rest => "other".to_owned(),
        }
    }

    fn value(&self) -> Value {
        match self {
            Row::Language(tag) => Value::from(Text::language(*tag)),
            Row::Country(code) => Value::from(Text::country(*code)),
            Row::Time(..) => Value::from(self.label()),
            Row::Rest => Value::from(Text::code("other", text!("none of these, or not known"))),
        }
    }
}

/// The countries of ISO 3166-1, which have a row each whether anybody states them or not: a row that is there only when somebody does would tell of them.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI \
    CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY \
    HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK \
    ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB \
    SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS \
    YE YT ZA ZM ZW";

/// The rows of a series, by what is known without a lake.
fn rows(options: &SeriesOptions) -> Result<Vec<Row>, Error> {
    let mut rows: Vec<Row> = match (options.by, options.window) {
        (By::Language, None) => ::text::Identifier::built_in().languages().into_iter().map(Row::Language).collect(),
        (By::Country, None) => COUNTRIES.split_whitespace().map(Row::Country).collect(),
        (By::Month | By::Day, Some(window)) => times(window, options.by == By::Month)?,
        (By::Month | By::Day, None) => {
            return Err(Error::Series(
                "a series by month or day needs its first and last day; give them as `--window 2014-10-01..2014-12-31`, chosen without a look at the posts"
                .into(),
            ));
        }
        (By::Language | By::Country, Some(_)) => {
            return Err(Error::Series("a window has a meaning for a series by month or day alone; leave `--window` out".into()));
        }
    };
    rows.push(Row::Rest);
    Ok(rows)
}

fn times(window: Window, is_month: bool) -> Result<Vec<Row>, Error> {
    let mut rows: Vec<Row> = Vec::new();
    for day in window.from.day()..=window.to.day() {
        let at = i32::try_from(day).map(|day| period(day, is_month)).unwrap_or(window.from);
        if rows.last() != Some(&Row::Time(at, is_month)) {
            rows.push(Row::Time(at, is_month));
        }
        if rows.len() > MOST_ROWS {
            return Err(Error::Series(sentence!("the window has more than `{}` rows; give a shorter one, or count by month", MOST_ROWS)));
        }
    }
    Ok(rows)
}

/// Every account in one row: its own, or that of the rest.
fn count(gathered: &gather::Gathered, by: By, rows: &[Row]) -> Vec<u64> {
    let places: BTreeMap<String, usize> = rows.iter().enumerate().map(|(place, row)| (row.label(), place)).collect();
    let mut counts = vec![0; rows.len()];
    let homes = gathered.places();
    let languages = gathered.main_languages();
    for (account, facts) in gathered.accounts() {
        let at = account as usize;
        let first = || facts.authored.and_then(|(_, span)| span).map(|(first, _)| first);
        let label = match by {
            By::Language => languages.get(at).copied().flatten().map(str::to_owned),
            By::Country => homes.get(at).and_then(describe::home::Home::country).map(str::to_owned),
            By::Month | By::Day => first().map(|at| Row::Time(at, by == By::Month).label()),
        };
        let place = label.and_then(|label| places.get(&label).copied()).unwrap_or(rows.len() - 1);
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    }
    counts
}

fn finding(options: &SeriesOptions, level: f64, half: u64, rows: &[Row], release: &Release) -> Finding {
    let drawn: BTreeMap<&str, i64> = release.counts.iter().map(|(label, count)| (label.as_str(), *count)).collect();
    let half = i64::try_from(half).unwrap_or(i64::MAX);
    // Nobody counts below zero; the ledger keeps what was drawn.
    let shown = |count: i64| count.max(0);
    let mut sum = 0_i64;
    let mut lines = Vec::new();
    for row in rows {
        let Some(count) = drawn.get(row.label().as_str()).copied() else { continue };
        sum = sum.saturating_add(count);
        let [low, high] = [count.saturating_sub(half), count.saturating_add(half)].map(shown);
        lines.push(vec![row.value(), Value::from(shown(count)), Value::from(low), Value::from(high)]);
    }
    let (title, column) = match options.by {
        By::Language => (text!("Accounts by detected language, with noise"), ("language", text!("Detected language"))),
        By::Country => (text!("Accounts by self-declared place, with noise"), ("country", text!("Self-declared place"))),
        By::Month => (text!("Accounts by the month of their first post, with noise"), ("month", text!("Month"))),
        By::Day => (text!("Accounts by the day of their first post, with noise"), ("day", text!("Day"))),
    };
    let kind = if options.by.is_time() { Kind::Time } else { Kind::Label };
    Finding {
        id: options.by.id().into(),
        section: "accounts".into(),
        title,
        note: text!(
            "Noise was added to every count, so that nobody can tell from this table whether any one account is in it; nothing is suppressed. Small counts \
             say little, and a count of 0 does not mean nobody. The intervals are of the noise alone."
        ),
        unit: text!("accounts"),
        denominator: Denominator { n: u64::try_from(sum.max(0)).unwrap_or(0), of: text!("accounts, the sum of the noisy counts") },
        window: options.window,
        method: Method {
            name: text!("count with discrete Laplace noise"),
            page: "noise".to_owned(),
            level: Some(level),
            rule: text!(
                "every account in one row; epsilon {epsilon} for the account, delta 0; release {release} of this study",
                epsilon = options.epsilon.to_string(),
                release = release.number,
            ),
        },
        columns: vec![
            Column::new(column.0, column.1, kind),
            Column::new("accounts", text!("Accounts"), Kind::Count),
            Column::new("low", text!("from"), Kind::Low),
            Column::new("high", text!("to"), Kind::High),
        ],
        rows: lines,
        suppressed: 0,
        chart: if options.by.is_time() {
            Chart::Timeline { time: column_name(options.by).into(), value: "accounts".into(), series: None }
        } else {
            Chart::Bars { label: column_name(options.by).into(), value: "accounts".into(), interval: Some(("low".into(), "high".into())) }
        },
    }
}

const fn column_name(by: By) -> &'static str {
    match by {
        By::Language => "language",
        By::Country => "country",
        By::Month => "month",
        By::Day => "day",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(by: By, window: Option<(&str, &str)>) -> SeriesOptions {
        let window = window.map(|(from, to)| Window { from: from.parse().unwrap(), to: to.parse().unwrap() });
        SeriesOptions { by, window, epsilon: 0.5, as_of: AsOf::Latest }
    }

    #[test]
    fn rows_are_fixed_without_a_lake() {
        let labels = |options: SeriesOptions| rows(&options).unwrap().iter().map(Row::label).collect::<Vec<_>>();
        assert_eq!(labels(asked(By::Month, Some(("2014-11-05", "2015-01-20")))), ["2014-11", "2014-12", "2015-01", "other"]);
        assert_eq!(labels(asked(By::Day, Some(("2014-12-31", "2015-01-01")))), ["2014-12-31", "2015-01-01", "other"]);
        let countries = labels(asked(By::Country, None));
        assert_eq!(countries.len(), 250, "249 countries and the rest");
        assert!(countries.windows(2).take(248).all(|pair| pair[0] < pair[1]));
        assert!(labels(asked(By::Language, None)).contains(&"ar".to_owned()));
    }

    #[test]
    fn rows_that_are_none_are_refused() {
        for options in [
            asked(By::Month, None),
            asked(By::Country, Some(("2014-01-01", "2014-02-01"))),
            asked(By::Day, Some(("1990-01-01", "2020-01-01"))),
        ] {
            assert!(matches!(rows(&options), Err(Error::Series(_))));
        }
    }
}
