//! Numbers, shares and times as people read them, in a language's marks.

use crate::language::Language;
use crate::safe::visible;
use record::{Instant, Kind, Value};

/// A whole number in groups of three: `1 234 567`, with the language's mark; four digits are grouped too, so that columns line up.
pub(crate) fn whole(number: i64, language: &Language) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    if number < 0 {
        text.push('\u{2212}');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(language.thousands);
        }
        text.push(digit);
    }
    language.digits(&text)
}

/// The same for counts that are unsigned; beyond `i64::MAX` it saturates.
pub(crate) fn count(number: u64, language: &Language) -> String {
    whole(i64::try_from(number).unwrap_or(i64::MAX), language)
}

/// A real number to three significant digits, no zeros at the end: `0.0123`, `0.4`, `12.3`, `1 234`.
pub(crate) fn real(number: f64, language: &Language) -> String {
    if !number.is_finite() {
        return "–".to_owned();
    }
    if number.fract() == 0.0 || number.abs() >= 100.0 {
        return fixed(number, 0, language);
    }
    // Digits after the mark so that three significant ones are shown; at most nine, below which a number reads as nothing.
    let magnitude = number.abs().log10().floor();
    let text = fixed(number, (2.0 - magnitude).clamp(0.0, 9.0) as usize, language);
    if text.contains(language.decimal) { text.trim_end_matches(language.zero).trim_end_matches(language.decimal).to_owned() } else { text }
}

/// A real number with so many digits after the mark.
pub(crate) fn fixed(number: f64, decimals: usize, language: &Language) -> String {
    let text = format!("{:.decimals$}", number.abs());
    let (before, after) = text.split_once('.').unwrap_or((&text, ""));
    let whole_part = before.parse::<i64>().map_or_else(|_| language.digits(before), |part| whole(part, language));
    let is_zero = !text.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    let sign = if number < 0.0 && !is_zero { "\u{2212}" } else { "" };
    if after.is_empty() {
        format!("{sign}{whole_part}")
    } else {
        format!("{sign}{whole_part}{}{}", language.decimal, language.digits(after))
    }
}

/// A share as a percentage, and its interval where there is one, all with the same digits: `12.3 % (10.1–14.9)`.
pub(crate) fn share(share: f64, interval: Option<(f64, f64)>, language: &Language) -> String {
    if !share.is_finite() {
        return "–".to_owned();
    }
    let decimals = share_decimals(share);
    let mut text = language.percentage(&fixed(share * 100.0, decimals, language));
    if let Some((low, high)) = interval.filter(|(low, high)| low.is_finite() && high.is_finite()) {
        text.push_str(&format!(" ({}–{})", fixed(low * 100.0, decimals, language), fixed(high * 100.0, decimals, language)));
    }
    text
}

/// The two ends of an interval: `4 800–7 900`; a share with the digits that its lower end needs: `1.2–14.9 %`.
pub(crate) fn span((low, high): (f64, f64), kind: Kind, language: &Language) -> String {
    if kind == Kind::Share {
        let decimals = share_decimals(if low == 0.0 { high } else { low });
        let ends = [low, high].map(|end| fixed(end * 100.0, decimals, language));
        return language.percentage(&ends.join("–"));
    }
    format!("{}–{}", real(low, language), real(high, language))
}

/// One digit after the mark, more for shares that would read as zero.
fn share_decimals(share: f64) -> usize {
    match share.abs() {
        0.0 => 1,
        small if small < 0.000_1 => 4,
        small if small < 0.001 => 3,
        small if small < 0.01 => 2,
        _ => 1,
    }
}

/// An instant: the date, and the time when it is not midnight, in UTC.
pub(crate) fn instant(instant: Instant, language: &Language) -> String {
    let text = instant.to_string();
    match text.split_once('T') {
        Some((_, "00:00:00Z")) => language.day(instant),
        Some((_, time)) => format!("{} {}", language.day(instant), language.digits(time.get(..5).unwrap_or(time))),
        None => text,
    }
}

/// A year, a month or a day that stands as text in a column of times (`2015`, `2015-03`, `2015-03-01`); other text as it is.
pub(crate) fn calendar(text: &str, language: &Language) -> String {
    let parts: Vec<&str> = text.split('-').collect();
    let is_number = |part: &&str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        [year] if is_number(year, 4) => language.digits(year),
        [year, month] if is_number(year, 4) && is_number(month, 2) => language.date(year, month, None),
        [year, month, day] if is_number(year, 4) && is_number(month, 2) && is_number(day, 2) => language.date(year, month, Some(day)),
        _ => visible(text),
    }
}

/// A cell that stands alone, by what it holds; empty for null.
pub(crate) fn value(value: &Value, language: &Language) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => language.words.yes.to_owned(),
        Value::Bool(false) => language.words.no.to_owned(),
        Value::Int(number) => whole(*number, language),
        Value::Float(number) => real(*number, language),
        Value::Time(time) => instant(*time, language),
        Value::Text(text) => visible(text),
        Value::Word(words) => language.say(words),
    }
}

/// A cell for a drawing, where there is no `<bdi>`: words of ours run as the language does, data as its own letters say.
pub(crate) fn drawn(value: &Value, language: &Language) -> String {
    match value {
        Value::Text(text) => language.isolated(&visible(text)),
        other => language.drawn(&self::value(other, language)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: String) -> String {
        text.replace('\u{202f}', "_")
    }

    #[test]
    fn numbers_are_grouped() {
        let english = Language::english();
        let cases =
            [(0, "0"), (999, "999"), (1000, "1_000"), (-1_234_567, "\u{2212}1_234_567"), (i64::MIN, "\u{2212}9_223_372_036_854_775_808")];
        for (number, text) in cases {
            assert_eq!(plain(whole(number, english)), text);
        }
    }

    #[test]
    fn reals_keep_three_digits() {
        let english = Language::english();
        let cases = [
            (0.0, "0"),
            (12.0, "12"),
            (0.012_34, "0.0123"),
            (1.236, "1.24"),
            (12.36, "12.4"),
            (1234.56, "1_235"),
            (-0.5, "\u{2212}0.5"),
            (99.96, "100"),
            (1e-12, "0"),
        ];
        for (number, text) in cases {
            assert_eq!(plain(real(number, english)), text);
        }
        assert_eq!(real(f64::NAN, english), "–");
        assert_eq!(real(1e300, english).len(), 301);
    }

    #[test]
    fn shares_carry_their_interval_with_the_same_digits() {
        let english = Language::english();
        assert_eq!(plain(share(0.123, Some((0.101, 0.149)), english)), "12.3_% (10.1–14.9)");
        assert_eq!(plain(share(0.000_54, Some((0.000_1, 0.002)), english)), "0.054_% (0.010–0.200)");
        assert_eq!(plain(share(0.0, None, english)), "0.0_%");
        assert_eq!(plain(share(1.0, Some((0.9, 1.0)), english)), "100.0_% (90.0–100.0)");
    }

    #[test]
    fn instants_show_what_they_hold() {
        let english = Language::english();
        assert_eq!(instant("2015-03-01".parse().unwrap(), english), "2015-03-01");
        assert_eq!(instant("2015-03-01T12:34:56.5Z".parse().unwrap(), english), "2015-03-01 12:34");
        assert_eq!(instant(Instant::from_micros(i64::MAX), english), "9223372036854775807us");
    }
}
