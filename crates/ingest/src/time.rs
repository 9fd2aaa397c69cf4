//! The times of exports, in the two layouts that nearly all have; anything else goes to the general reader.

use record::Instant;

/// Reads `Wed Aug 27 13:08:45 +0000 2008`, `2021-04-08T15:07:30.000Z`, and every form that [`Instant`] reads.
pub(crate) fn parse(text: &str) -> Option<Instant> {
    twitter(text.as_bytes()).or_else(|| iso(text.as_bytes())).or_else(|| text.parse().ok())
}

/// `Wed Aug 27 13:08:45 +0000 2008`, the layout of API v1.1, in any offset. The weekday is not checked: it repeats the date.
fn twitter(text: &[u8]) -> Option<Instant> {
    let text: &[u8; 30] = text.try_into().ok()?;
    let gaps = text[3] == b' ' && text[7] == b' ' && text[10] == b' ' && text[13] == b':' && text[16] == b':' && text[19] == b' ';
    if !gaps || text[25] != b' ' {
        return None;
    }
    let month = match &text[4..7] {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    };
    let year = number(&text[26..30])? as i32;
    let (day, hour, minute, second) = (number(&text[8..10])?, number(&text[11..13])?, number(&text[14..16])?, number(&text[17..19])?);
    let local = Instant::from_civil(year, month, day, hour, minute, second, 0)?;
    let (offset_hours, offset_minutes) = (number(&text[21..23])?, number(&text[23..25])?);
    let offset = i64::from(offset_hours * 60 + offset_minutes) * 60_000_000;
    match text[20] {
        b'+' => Some(Instant::from_micros(local.micros() - offset)),
        b'-' => Some(Instant::from_micros(local.micros() + offset)),
        _ => None,
    }
}

/// `2021-04-08T15:07:30Z` or with three digits of the second, the layout of API v2.
fn iso(text: &[u8]) -> Option<Instant> {
    let fixed = text.len() == 20 || text.len() == 24 && text[19] == b'.';
    if !fixed || text[4] != b'-' || text[7] != b'-' || text[10] != b'T' || text[13] != b':' || text[16] != b':' || !text.ends_with(b"Z") {
        return None;
    }
    let milli = if text.len() == 24 { number(&text[20..23])? } else { 0 };
    let year = number(&text[0..4])? as i32;
    let (month, day) = (number(&text[5..7])?, number(&text[8..10])?);
    let (hour, minute, second) = (number(&text[11..13])?, number(&text[14..16])?, number(&text[17..19])?);
    Instant::from_civil(year, month, day, hour, minute, second, milli * 1000)
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0u32, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_both_layouts() {
        let at = |text: &str| parse(text).map(|instant| instant.to_string());
        assert_eq!(at("Wed Aug 27 13:08:45 +0000 2008").as_deref(), Some("2008-08-27T13:08:45Z"));
        assert_eq!(at("Wed Aug 27 13:08:45 +0230 2008").as_deref(), Some("2008-08-27T10:38:45Z"));
        assert_eq!(at("2021-04-08T15:07:30.250Z").as_deref(), Some("2021-04-08T15:07:30.25Z"));
        assert_eq!(at("2013-06-04T16:25:04+00:00").as_deref(), Some("2013-06-04T16:25:04Z"));
        assert_eq!(at("Wed Feb 30 13:08:45 +0000 2008"), None);
        assert_eq!(at("Wed Aug 27 13:08:4x +0000 2008"), None);
        assert_eq!(at(""), None);
    }

    proptest! {
        /// The general reader is the truth for the fast one.
        #[test]
        fn the_fast_way_agrees(millis in 0i64..4_000_000_000_000) {
            let instant = Instant::from_micros(millis * 1000);
            let text = instant.to_string();
            if let Some(fast) = iso(text.as_bytes()) {
                prop_assert_eq!(fast, instant);
            }
            prop_assert_eq!(parse(&text), Some(instant));
        }
    }
}
