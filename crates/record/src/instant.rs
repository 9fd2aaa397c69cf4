use std::fmt;
use std::str::FromStr;

/// A UTC instant in whole microseconds since 1970-01-01T00:00:00Z.
///
/// All times in Marsad are of this type; a source's zone is converted at the door. The clock a source keeps (IRA times are
/// whole minutes) is told apart by [`Clock`], because a window finer than the clock means nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Instant(i64);

/// The text is not an instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an instant; expected a form like `2015-03-01T12:00:00Z` or `2015-03-01`")]
pub struct ParseInstantError;

impl Instant {
    /// The instant `micros` microseconds after 1970-01-01T00:00:00Z (before it when negative).
    pub const fn from_micros(micros: i64) -> Self {
        Instant(micros)
    }

    /// The instant `seconds` after 1970-01-01T00:00:00Z; `None` when it does not fit.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        seconds.checked_mul(1_000_000).map(Instant)
    }

    /// The instant of a civil date and time in UTC; `None` for a date or time that does not exist.
    ///
    /// Leap seconds (`second == 60`) are read as the second before, as POSIX clocks do.
    pub fn from_civil(year: i32, month: u32, day: u32, hour: u32, minute: u32, second: u32, micro: u32) -> Option<Self> {
        let in_range = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && day >= 1
            && day <= days_in_month(year, month)
            && hour < 24
            && minute < 60
            && second <= 60
            && micro < 1_000_000;
        if !in_range {
            return None;
        }
        let seconds = days_from_civil(year, month, day) * 86_400 + i64::from(hour * 3600 + minute * 60 + second.min(59));
        Some(Instant(seconds * 1_000_000 + i64::from(micro)))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole days since 1970-01-01 in UTC (floor).
    pub const fn day(self) -> i64 {
        self.0.div_euclid(86_400_000_000)
    }

    /// `2015-03-01`, the UTC date.
    pub fn date(self) -> String {
        self.to_string()[..10].to_owned()
    }
}

/// Days from 1970-01-01 to a proleptic Gregorian date (Hinnant, "chrono-compatible low-level date algorithms").
///
/// Written out instead of calling a calendar library because every post's time passes here and the caller has already
/// checked the range.
fn days_from_civil(year: i32, month: u32, day: u32) -> i64 {
    let y = i64::from(year) - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = i64::from((153 * ((month + 9) % 12) + 2) / 5 + day - 1);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC, with as many digits of the second as are needed: `2015-03-01T12:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => write!(f, "{timestamp}"),
            // Beyond the year 9999 a calendar date says nothing; the number is still exact.
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> String {
        instant.to_string()
    }
}

impl TryFrom<String> for Instant {
    type Error = ParseInstantError;
    fn try_from(text: String) -> Result<Self, ParseInstantError> {
        text.parse()
    }
}

impl FromStr for Instant {
    type Err = ParseInstantError;

    /// Reads RFC 3339 with any offset, the same with a space for the `T`, without a zone (then UTC), or a date alone.
    fn from_str(text: &str) -> Result<Self, ParseInstantError> {
        let text = text.trim();
        if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
            return Ok(Instant(timestamp.as_microsecond()));
        }
        let civil = text
            .parse::<jiff::civil::DateTime>()
            .or_else(|_| text.parse::<jiff::civil::Date>().map(|date| date.at(0, 0, 0, 0)))
            .map_err(|_| ParseInstantError)?;
        let timestamp = jiff::tz::Offset::UTC.to_timestamp(civil).map_err(|_| ParseInstantError)?;
        Ok(Instant(timestamp.as_microsecond()))
    }
}

/// The finest step a source's times can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clock {
    /// Microseconds.
    Microsecond,
    /// Milliseconds (Twitter v2, snowflake ids).
    Millisecond,
    /// Whole seconds (Twitter v1.1).
    Second,
    /// Whole minutes (the IRA files).
    Minute,
    /// Dates only.
    Day,
}

impl Clock {
    /// The step in microseconds.
    pub const fn micros(self) -> i64 {
        match self {
            Clock::Microsecond => 1,
            Clock::Millisecond => 1_000,
            Clock::Second => 1_000_000,
            Clock::Minute => 60_000_000,
            Clock::Day => 86_400_000_000,
        }
    }

    /// The coarsest clock on which this instant falls exactly.
    pub fn of(instant: Instant) -> Clock {
        [Clock::Day, Clock::Minute, Clock::Second, Clock::Millisecond]
            .into_iter()
            .find(|clock| instant.micros() % clock.micros() == 0)
            .unwrap_or(Clock::Microsecond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_the_usual_forms() {
        let noon = Instant::from_civil(2015, 3, 1, 12, 0, 0, 0).unwrap();
        for text in ["2015-03-01T12:00:00Z", "2015-03-01 12:00:00", "2015-03-01T13:00:00+01:00", " 2015-03-01T12:00 "] {
            assert_eq!(text.parse::<Instant>(), Ok(noon), "{text}");
        }
        assert_eq!("2015-03-01".parse::<Instant>().unwrap().micros(), noon.micros() - 43_200_000_000);
        assert_eq!("yesterday".parse::<Instant>(), Err(ParseInstantError));
        assert_eq!(noon.to_string(), "2015-03-01T12:00:00Z");
    }

    #[test]
    fn refuses_dates_that_do_not_exist() {
        assert_eq!(Instant::from_civil(2015, 2, 29, 0, 0, 0, 0), None);
        assert_eq!(Instant::from_civil(2015, 13, 1, 0, 0, 0, 0), None);
        assert_eq!(Instant::from_civil(2015, 1, 1, 24, 0, 0, 0), None);
        assert!(Instant::from_civil(2016, 2, 29, 23, 59, 60, 0).is_some());
    }

    proptest! {
        /// The independent truth is jiff's calendar.
        #[test]
        fn civil_agrees_with_a_calendar_library(seconds in -62_000_000_000i64..253_000_000_000) {
            let zoned = jiff::Timestamp::from_second(seconds).unwrap().to_zoned(jiff::tz::TimeZone::UTC);
            let ours = Instant::from_civil(i32::from(zoned.year()), zoned.month() as u32, zoned.day() as u32, zoned.hour() as u32, zoned.minute() as u32, zoned.second() as u32, 0);
            prop_assert_eq!(ours, Instant::from_seconds(seconds));
        }

        #[test]
        fn text_round_trips(micros in -62_000_000_000_000_000i64..253_000_000_000_000_000) {
            let instant = Instant::from_micros(micros);
            prop_assert_eq!(instant.to_string().parse::<Instant>(), Ok(instant));
        }
    }
}
