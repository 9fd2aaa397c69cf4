//! Times and the ids that carry them.

use record::Instant;

/// Milliseconds of the first day of every world: 2018-01-01T00:00:00Z. Exports of that time still carry the language setting and the time
/// zone of profiles, and hold posts of 280 characters as `extended_tweet`.
pub(crate) const START_MS: i64 = 1_514_764_800_000;
/// Milliseconds of a day.
pub(crate) const DAY_MS: i64 = 86_400_000;
/// The zero of snowflake ids, in Unix milliseconds.
const SNOWFLAKE_ZERO_MS: i64 = 1_288_834_974_657;

/// The snowflake id of a moment: 41 bits of milliseconds, then 22 bits of machine and sequence.
pub(crate) fn snowflake(ms: i64, low: u32) -> u64 {
    (((ms - SNOWFLAKE_ZERO_MS).max(0) as u64) << 22) | u64::from(low & 0x3f_ffff)
}

/// The moment of a snowflake id, in Unix milliseconds.
#[cfg(test)]
pub(crate) fn snowflake_ms(id: u64) -> i64 {
    (id >> 22) as i64 + SNOWFLAKE_ZERO_MS
}

/// Account ids before snowflakes were handed out in order: year's start, id then (round numbers of the right order).
const SERIAL_IDS: [(i32, u64); 11] = [
    (2006, 1),
    (2007, 600_000),
    (2008, 12_000_000),
    (2009, 18_500_000),
    (2010, 101_000_000),
    (2011, 232_000_000),
    (2012, 453_000_000),
    (2013, 1_055_000_000),
    (2014, 2_270_000_000),
    (2015, 2_950_000_000),
    (2016, 4_670_000_000),
];

/// The account id that an account created at this moment would have: small before 2010, serial to the end of 2015, a snowflake after.
pub(crate) fn account_id(created_ms: i64) -> u64 {
    let starts = SERIAL_IDS.map(|(year, id)| (civil_ms(year, 1, 1), id));
    for pair in starts.windows(2) {
        if let [(from, low), (to, high)] = pair
            && created_ms < *to
        {
            let share = (created_ms - from).max(0) as f64 / (to - from) as f64;
            return low + (share * (high - low) as f64) as u64;
        }
    }
    snowflake(created_ms, 0)
}

/// The millisecond at which a day begins; the dates used here all exist.
pub(crate) fn civil_ms(year: i32, month: u32, day: u32) -> i64 {
    Instant::from_civil(year, month, day, 0, 0, 0, 0).map_or(START_MS, |instant| instant.micros() / 1_000)
}

/// The instant of Unix milliseconds.
pub(crate) fn instant(ms: i64) -> Instant {
    Instant::from_micros(ms * 1_000)
}

/// A moment taken apart in UTC. Written out because every post shows two of them (Hinnant, "chrono-compatible low-level date algorithms").
pub(crate) struct Civil {
    pub(crate) year: i64,
    pub(crate) month: usize,
    pub(crate) day: u32,
    pub(crate) weekday: usize,
    pub(crate) hour: u32,
    pub(crate) minute: u32,
    pub(crate) second: u32,
}

impl Civil {
    pub(crate) fn of(ms: i64) -> Civil {
        let days = ms.div_euclid(DAY_MS);
        let seconds = (ms.rem_euclid(DAY_MS) / 1_000) as u32;
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        Civil {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: month as usize,
            day: (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32,
            weekday: (days + 3).rem_euclid(7) as usize,
            hour: seconds / 3_600,
            minute: seconds / 60 % 60,
            second: seconds % 60,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_dates_agree_with_the_record_crate() {
        for step in 0..4_000 {
            let ms = civil_ms(2006, 1, 1) + step * 217_123_457;
            let civil = Civil::of(ms);
            let there = Instant::from_civil(civil.year as i32, civil.month as u32, civil.day, civil.hour, civil.minute, civil.second, 0);
            assert_eq!(there.map(Instant::micros), Some(ms.div_euclid(1_000) * 1_000_000));
        }
        assert_eq!(Civil::of(START_MS).weekday, 0, "2018-01-01 was a Monday");
        assert_eq!(instant(START_MS).to_string(), "2018-01-01T00:00:00Z");
    }

    #[test]
    fn ids_grow_with_time_and_are_small_before_2010() {
        let mut last = 0;
        for month in 0..150 {
            let id = account_id(civil_ms(2006, 1, 2) + month * 30 * DAY_MS);
            assert!(id > last);
            last = id;
        }
        assert!(account_id(civil_ms(2009, 6, 1)) < 101_000_000);
        assert_eq!(snowflake_ms(account_id(civil_ms(2017, 6, 1))), civil_ms(2017, 6, 1));
        assert_eq!(snowflake_ms(snowflake(START_MS + 5, 77)), START_MS + 5);
    }
}
