//! Times as tables write them.

use record::Instant;
use std::borrow::Cow;

/// The text with the digits of Arabic and Persian script, and the decimal mark between them, as those that numbers and times are read with.
pub(crate) fn latin_digits(text: &str) -> Cow<'_, str> {
    let is_other = |letter: char| matches!(letter, '\u{660}'..='\u{669}' | '\u{66b}' | '\u{6f0}'..='\u{6f9}');
    if text.is_ascii() || !text.contains(is_other) {
        return Cow::Borrowed(text);
    }
    let latin = |letter: char| match letter {
        '\u{66b}' => '.',
        letter if is_other(letter) => char::from(b'0' + (u32::from(letter) & 0xf) as u8),
        letter => letter,
    };
    Cow::Owned(text.chars().map(latin).collect())
}

/// How a column writes its times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum TimeFormat {
    /// Told by the value: RFC 3339 and its relatives, Twitter's and e-mail's forms, or a count since 1970 whose unit is told by its size.
    #[default]
    Auto,
    /// Seconds since 1970-01-01T00:00:00Z, decimals allowed.
    Seconds,
    /// Milliseconds since then, decimals allowed.
    Millis,
    /// Microseconds since then.
    Micros,
    /// A strptime layout, such as `%d/%m/%Y %H:%M`.
    Layout(String),
}

/// The format of a column's times and the zone of those that name none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) format: TimeFormat,
    /// Seconds east of UTC.
    pub(crate) offset: i64,
}

impl Times {
    /// The instant that `text` writes; `None` when it writes none.
    pub(crate) fn parse(&self, text: &str) -> Option<Instant> {
        let text = latin_digits(text.trim());
        let text = text.as_ref();
        match &self.format {
            TimeFormat::Auto => self.auto(text),
            TimeFormat::Seconds => scaled(text, 6),
            TimeFormat::Millis => scaled(text, 3),
            TimeFormat::Micros => scaled(text, 0),
            TimeFormat::Layout(layout) => self.layout(layout, text),
        }
    }

    fn auto(&self, text: &str) -> Option<Instant> {
        if let Some(instant) = civil(text) {
            return shift(instant, self.offset);
        }
        if let Some(instant) = epoch(text) {
            return Some(instant);
        }
        if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
            return Some(Instant::from_micros(timestamp.as_microsecond()));
        }
        if let Ok(datetime) = text.parse::<jiff::civil::DateTime>() {
            return self.civil_instant(datetime);
        }
        if let Ok(date) = text.parse::<jiff::civil::Date>() {
            return self.civil_instant(date.at(0, 0, 0, 0));
        }
        ["%a %b %d %H:%M:%S %z %Y", "%a, %d %b %Y %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S GMT", "%b %d, %Y · %I:%M %p UTC"]
            .into_iter()
            .find_map(|layout| self.layout(layout, text))
    }

    fn layout(&self, layout: &str, text: &str) -> Option<Instant> {
        let broken = jiff::fmt::strtime::BrokenDownTime::parse(layout, text).ok()?;
        if broken.offset().is_some() {
            return Some(Instant::from_micros(broken.to_timestamp().ok()?.as_microsecond()));
        }
        let date = broken.to_date().ok()?;
        let time = broken.to_time().unwrap_or(jiff::civil::Time::midnight());
        self.civil_instant(date.to_datetime(time))
    }

    fn civil_instant(&self, civil: jiff::civil::DateTime) -> Option<Instant> {
        let timestamp = jiff::tz::Offset::UTC.to_timestamp(civil).ok()?;
        shift(Instant::from_micros(timestamp.as_microsecond()), self.offset)
    }
}

/// The UTC instant of a clock that reads `instant` in a zone `offset` seconds east of UTC.
fn shift(instant: Instant, offset: i64) -> Option<Instant> {
    instant.micros().checked_sub(offset.checked_mul(1_000_000)?).map(Instant::from_micros)
}

/// Seconds east of UTC of `UTC`, `Z`, `+03:00`, `-0530` or `+3`. Names of zones are not known: they need a database of rules.
pub(crate) fn parse_offset(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("gmt") {
        return Some(0);
    }
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, text.get(1..)?),
        b'-' => (-1, text.get(1..)?),
        _ => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(pair) => pair,
        None if rest.len() == 4 => (rest.get(..2)?, rest.get(2..)?),
        None => (rest, "0"),
    };
    let is_number = |part: &str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(hours) || !is_number(minutes) {
        return None;
    }
    let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.parse::<i64>().ok()?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// `2016-08-22 10:28`, with `T` for the space, seconds and decimals optional, no zone or `Z`: the form of nearly every row, read without
/// the general parser.
pub(crate) fn civil(text: &str) -> Option<Instant> {
    let bytes = text.as_bytes();
    let separated = bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-') && bytes.get(13) == Some(&b':');
    if !separated || !matches!(bytes.get(10), Some(b' ' | b'T')) {
        return None;
    }
    let (year, month, day) = (digits(bytes, 0, 4)?, digits(bytes, 5, 2)?, digits(bytes, 8, 2)?);
    let (hour, minute) = (digits(bytes, 11, 2)?, digits(bytes, 14, 2)?);
    let rest = text.get(16..)?;
    let (second, micro) = match rest {
        "" => (0, 0),
        _ => seconds(rest)?,
    };
    Instant::from_civil(i32::try_from(year).ok()?, month, day, hour, minute, second, micro)
}

/// `:59` or `:59.123456`: seconds and microseconds.
fn seconds(text: &str) -> Option<(u32, u32)> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b':') {
        return None;
    }
    let second = digits(bytes, 1, 2)?;
    let Some(fraction) = text.get(3..).filter(|rest| !rest.is_empty()) else { return Some((second, 0)) };
    let places = fraction.strip_prefix('.')?;
    if places.is_empty() || places.len() > 6 {
        return None;
    }
    let micro = digits(places.as_bytes(), 0, places.len())? * 10u32.pow(6 - u32::try_from(places.len()).ok()?);
    Some((second, micro))
}

fn digits(bytes: &[u8], from: usize, count: usize) -> Option<u32> {
    bytes.get(from..from + count)?.iter().try_fold(0u32, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

/// `10/1/2017 19:58`: month, day, year, as FiveThirtyEight wrote the IRA files.
pub(crate) fn american(text: &str) -> Option<Instant> {
    let (date, time) = text.trim().split_once(' ')?;
    let mut parts = date.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let (hour, minute) = time.split_once(':')?;
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let number = |part: &str| digits(part.as_bytes(), 0, part.len()).filter(|_| (1..=4).contains(&part.len()));
    Instant::from_civil(i32::try_from(number(year)?).ok()?, number(month)?, number(day)?, number(hour)?, number(minute)?, 0, 0)
}

/// A count since 1970 whose unit is told by its size: seconds until the year 5138, then milliseconds, then microseconds.
fn epoch(text: &str) -> Option<Instant> {
    let whole = text.split('.').next().unwrap_or(text).trim_start_matches('-').len();
    match whole {
        0..=11 => scaled(text, 6),
        12..=14 => scaled(text, 3),
        15..=17 => scaled(text, 0),
        _ => None,
    }
}

/// A decimal number times `10^shift`, in whole microseconds, exact: a float would lose the last digits.
fn scaled(text: &str, shift: u32) -> Option<Instant> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut micros = whole.parse::<i64>().ok()?.checked_mul(10i64.pow(shift))?;
    let mut unit = 10i64.pow(shift);
    for digit in fraction.bytes() {
        unit /= 10; // Digits below a microsecond have a unit of 0 and fall away.
        micros = micros.checked_add(unit * i64::from(digit - b'0'))?;
    }
    Some(Instant::from_micros(if negative { -micros } else { micros }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Option<Instant> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn auto_reads_the_usual_forms() {
        let noon = at("2017-10-01T12:00:00Z");
        let forms = [
            "2017-10-01 12:00",
            "2017-10-01T12:00:00",
            "2017-10-01T12:00:00.000Z",
            "2017-10-01T15:00:00+03:00",
            "Sun Oct 01 12:00:00 +0000 2017",
            "Sun, 01 Oct 2017 12:00:00 GMT",
            "1506859200",
            "1506859200.0",
            "1506859200000",
            "1506859200000000",
        ];
        for form in forms {
            assert_eq!(Times::default().parse(form), noon, "{form}");
        }
        for other in ["", "-", ".", "noon", "10/1/2017 19:58", "2017-10-01 12:61", "12345678901234567890"] {
            assert_eq!(Times::default().parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_zone_moves_only_times_without_one() {
        let east = Times { offset: 10_800, ..Times::default() };
        assert_eq!(east.parse("2017-10-01 12:00"), at("2017-10-01T09:00:00Z"));
        assert_eq!(east.parse("2017-10-01"), at("2017-09-30T21:00:00Z"));
        assert_eq!(east.parse("2017-10-01T12:00:00Z"), at("2017-10-01T12:00:00Z"));
        assert_eq!(east.parse("1506859200"), at("2017-10-01T12:00:00Z"));
    }

    #[test]
    fn layouts_read_dates_with_and_without_times() {
        let day_first = Times { format: TimeFormat::Layout("%d/%m/%Y %H:%M".to_owned()), offset: 3600 };
        assert_eq!(day_first.parse("1/10/2017 13:00"), at("2017-10-01T12:00:00Z"));
        assert_eq!(day_first.parse("2017-10-01"), None);
        let day = Times { format: TimeFormat::Layout("%Y%m%d".to_owned()), offset: 0 };
        assert_eq!(day.parse("20171001"), at("2017-10-01"));
    }

    #[test]
    fn american_times_are_month_first() {
        assert_eq!(american("10/1/2017 19:58"), at("2017-10-01T19:58:00Z"));
        for other in ["13/1/2017 19:58", "10/1/2017", "10/1/17 19:58", "1/2/3/4 1:00", "// :", "10/1/2017 19:58:00"] {
            assert_eq!(american(other), None, "{other}");
        }
    }

    #[test]
    fn counts_are_exact() {
        assert_eq!(scaled("1606451170.518101", 6).unwrap().micros(), 1_606_451_170_518_101);
        assert_eq!(scaled("-0.5", 6).unwrap().micros(), -500_000);
        assert_eq!(scaled("1.23456789", 3).unwrap().micros(), 1_234);
        assert_eq!(scaled("9223372036854775807", 6), None);
    }

    #[test]
    fn offsets_are_signed_hours_and_minutes() {
        let offsets = [("UTC", Some(0)), ("z", Some(0)), ("+03:30", Some(12_600)), ("-0530", Some(-19_800)), ("+3", Some(10_800))];
        for (text, seconds) in offsets {
            assert_eq!(parse_offset(text), seconds, "{text}");
        }
        for text in ["", "+", "3", "+25:00", "+03:75", "Europe/Berlin", "+٣"] {
            assert_eq!(parse_offset(text), None, "{text}");
        }
    }

    #[test]
    fn digits_of_other_scripts_are_digits() {
        let layout = Times { format: TimeFormat::Layout("%d.%m.%Y %H:%M".to_owned()), offset: 0 };
        let latin = layout.parse("03.02.2018 10:49");
        assert!(latin.is_some());
        assert_eq!(layout.parse("٠٣.٠٢.٢٠١٨ ١٠:٤٩"), latin);
        assert_eq!(layout.parse("۰۳.۰۲.۲۰۱۸ ۱۰:۴۹"), latin);
        assert_eq!(Times::default().parse("٢٠١٨-٠٢-٠٣T١٠:٤٩:٠٠Z"), latin);
        assert_eq!(latin_digits("١٢٣٤٥٦٧٨٩٠٫٥"), "1234567890.5");
        assert!(matches!(latin_digits("مرحبا 12"), Cow::Borrowed(_)));
    }

    proptest! {
        /// The general parser is the truth for the fast path.
        #[test]
        fn the_fast_path_agrees_with_the_general_parser(text in "[0-9]{4}-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,6})?)?") {
            let general = text.parse::<jiff::civil::DateTime>().ok().filter(|civil| civil.year() > 0);
            let general = general.and_then(|civil| Times::default().civil_instant(civil));
            prop_assert_eq!(civil(&text), general);
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,30}") {
            let _ = Times::default().parse(&text);
            let _ = american(&text);
            let _ = parse_offset(&text);
        }
    }
}
