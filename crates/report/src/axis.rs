//! Where points stand along the axes of a chart.

use record::{Instant, Kind, Value};
use serde_json::{Value as Json, json};

const DAY: f64 = 86_400_000.0;

/// The position of a cell across a plot: milliseconds since 1970 for times, the number itself otherwise.
///
/// Times may be instants, texts (`2015`, `2015-03`, `2015-03-01`, RFC 3339) or, in a time column, a year as a whole number.
pub(crate) fn position(value: &Value, kind: Option<Kind>) -> Option<f64> {
    let is_time = kind == Some(Kind::Time);
    match value {
        Value::Time(instant) => Some(milliseconds(*instant)),
        Value::Int(year) if is_time => Instant::from_civil(i32::try_from(*year).ok()?, 1, 1, 0, 0, 0, 0).map(milliseconds),
        Value::Text(text) if is_time => {
            let day = match text.len() {
                4 => format!("{text}-01-01"),
                7 => format!("{text}-01"),
                _ => text.clone(),
            };
            day.parse().ok().map(milliseconds)
        }
        Value::Text(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
        _ => value.number().filter(|number| number.is_finite()),
    }
}

fn milliseconds(instant: Instant) -> f64 {
    instant.micros() as f64 / 1000.0
}

/// The stretch of time that one column of a timeline stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// So many milliseconds.
    Even(f64),
    /// So many calendar months, from the first of one.
    Months(i32),
}

impl Step {
    /// The step of a column of times: that of their form where they are texts (a month for `2015-03`), however far apart they stand;
    /// else the smallest distance, that to rows without a figure included.
    pub(crate) fn of_column<'v>(cells: impl Iterator<Item = &'v Value> + Clone) -> Step {
        let lengths: Vec<Option<usize>> = cells.clone().map(|cell| cell.text().map(str::len)).collect();
        match lengths.first() {
            Some(Some(4)) if lengths.iter().all(|length| *length == Some(4)) => Step::Months(12),
            Some(Some(7)) if lengths.iter().all(|length| *length == Some(7)) => Step::Months(1),
            Some(Some(10)) if lengths.iter().all(|length| *length == Some(10)) => Step::Even(DAY),
            _ => Step::of(cells.filter_map(|cell| position(cell, Some(Kind::Time)))),
        }
    }

    /// The step of a set of times: whole months when every time is the first of one, otherwise the smallest distance.
    fn of(times: impl Iterator<Item = f64>) -> Step {
        let mut times: Vec<f64> = times.collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        let months: Option<Vec<i32>> = times.iter().map(|time| month_at(*time)).collect();
        if let Some(months) = months.filter(|months| months.len() > 1) {
            let apart = months.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or(1);
            return Step::Months(apart.max(1));
        }
        let apart = times.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
        Step::Even(if apart.is_finite() { apart } else { DAY })
    }

    /// The first instant after the stretch that begins at `time`.
    pub(crate) fn after(self, time: f64) -> f64 {
        match self {
            Step::Even(apart) => time + apart,
            Step::Months(apart) => month_at(time).and_then(|month| month_start(month + apart)).unwrap_or(time + DAY * 30.0),
        }
    }
}

/// Months since year 0 of a time that is the first instant of a month.
fn month_at(time: f64) -> Option<i32> {
    let text = Instant::from_micros((time * 1000.0) as i64).to_string();
    let (year, rest) = text.split_once('-')?;
    let (month, rest) = rest.split_once('-')?;
    (rest == "01T00:00:00Z").then_some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()? - 1)
}

fn month_start(month: i32) -> Option<f64> {
    let of_year = u32::try_from(month.rem_euclid(12)).ok()? + 1;
    Instant::from_civil(month.div_euclid(12), of_year, 1, 0, 0, 0, 0).map(milliseconds)
}

/// A logarithmic scale and its ticks.
pub(crate) struct LogScale {
    /// The `scale` of the channel.
    pub(crate) form: Json,
    pub(crate) ticks: Vec<f64>,
    pub(crate) has_zero: bool,
}

/// A logarithmic scale for values that are not negative, with a tick at each power of ten (every second or third when they are many).
/// Zero, which has no logarithm, stands at the foot of a scale that is linear below the smallest power of ten (symmetric log). `None`
/// without values or with a negative one.
pub(crate) fn log_scale(values: impl Iterator<Item = f64>) -> Option<LogScale> {
    let (mut least, mut most, mut has_zero, mut any) = (f64::INFINITY, 0.0_f64, false, false);
    for value in values {
        any = true;
        match value {
            negative if negative < 0.0 => return None,
            0.0 => has_zero = true,
            positive => {
                least = least.min(positive);
                most = most.max(positive);
            }
        }
    }
    if !any {
        return None;
    }
    if most == 0.0 {
        return Some(LogScale { form: json!({ "zero": true }), ticks: vec![0.0], has_zero });
    }
    let (first, last) = (least.log10().floor() as i32, most.log10().ceil() as i32);
    let every = usize::try_from((last - first) / 6 + 1).unwrap_or(1);
    let mut ticks: Vec<f64> = (first..=last).step_by(every).map(|power| 10f64.powi(power)).collect();
    let (foot, top) = (10f64.powi(first), 10f64.powi(last.max(first + 1)));
    let form = if has_zero {
        ticks.insert(0, 0.0);
        json!({ "type": "symlog", "constant": foot, "domain": [0, top], "nice": false })
    } else {
        json!({ "type": "log", "domain": [foot, top], "nice": false })
    };
    Some(LogScale { form, ticks, has_zero })
}

/// The numbers 1, 2 and 5 times a power of ten within a stretch of a logarithmic scale; the powers alone where there are many, both ends
/// where there are none.
pub(crate) fn round_numbers(least: f64, most: f64) -> Vec<f64> {
    let (first, last) = (least.log10().floor() as i32, most.log10().ceil() as i32);
    let is_within = |number: &f64| (least..=most).contains(number);
    let powers = (first..=last).map(|power| 10f64.powi(power));
    let mut numbers: Vec<f64> = powers.clone().flat_map(|power| [power, 2.0 * power, 5.0 * power]).filter(is_within).collect();
    if numbers.len() > 7 {
        numbers = powers.filter(is_within).collect();
    }
    if numbers.is_empty() { vec![least, most] } else { numbers }
}

/// The smallest of 1, 1.5, 2, 3, 4, 5, 6, 8 and 10 times a power of ten that is no less than a number above zero; 1 for others.
pub(crate) fn round_above(number: f64) -> f64 {
    if !(number.is_finite() && number > 0.0) {
        return 1.0;
    }
    let digits = number.log10().floor() as i32;
    // Below one divided by a whole power, which is exact: 3 / 10 is the nearest to 0.3, 3 × 0.1 is not.
    let sized = |step: f64| if digits < 0 { step / 10f64.powi(-digits) } else { step * 10f64.powi(digits) };
    [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0].into_iter().map(sized).find(|round| number <= *round).unwrap_or_else(|| sized(10.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> f64 {
        position(&Value::from(text), Some(Kind::Time)).unwrap()
    }

    #[test]
    fn times_of_all_forms_have_a_place() {
        assert_eq!(at("2015-03"), at("2015-03-01T00:00:00Z"));
        assert_eq!(position(&Value::Int(2015), Some(Kind::Time)), Some(at("2015")));
        assert_eq!(position(&Value::from("not a time"), Some(Kind::Time)), None);
        assert_eq!(position(&Value::Int(i64::MAX), Some(Kind::Time)), None);
        assert_eq!(position(&Value::Int(50), Some(Kind::Number)), Some(50.0));
        assert_eq!(position(&Value::Float(f64::NAN), Some(Kind::Number)), None);
    }

    #[test]
    fn steps_follow_the_calendar_where_the_data_does() {
        let months = Step::of([at("2015-01"), at("2015-02"), at("2015-05")].into_iter());
        assert_eq!(months, Step::Months(1));
        assert_eq!(months.after(at("2015-02")), at("2015-03"));
        assert_eq!(months.after(at("2015-12")), at("2016-01"));
        let days = Step::of([at("2015-01-01"), at("2015-01-02"), at("2015-01-09")].into_iter());
        assert_eq!(days.after(at("2015-01-09")), at("2015-01-10"));
        assert_eq!(Step::of([at("2015-01-01")].into_iter()), Step::Even(DAY));
        assert_eq!(Step::of(std::iter::empty()), Step::Even(DAY));
    }

    #[test]
    fn a_column_stands_for_what_its_label_says() {
        let months = [Value::from("2015-01"), Value::from("2015-05"), Value::from("2016-09")];
        assert_eq!(Step::of_column(months.iter()), Step::Months(1));
        let years = [Value::from("2015"), Value::from("2019")];
        assert_eq!(Step::of_column(years.iter()), Step::Months(12));
        let days = [Value::from("2015-01-01"), Value::from("2015-02-01")];
        assert_eq!(Step::of_column(days.iter()), Step::Even(DAY));
        let instants = [Value::Time(Instant::from_micros(0)), Value::Time(Instant::from_micros(3_600_000_000))];
        assert_eq!(Step::of_column(instants.iter()), Step::Even(3_600_000.0));
    }

    #[test]
    fn a_log_scale_holds_all_values() {
        let scale = log_scale([0.0, 3.0, 12_000.0].into_iter()).unwrap();
        assert_eq!((scale.ticks, scale.has_zero), (vec![0.0, 1.0, 10.0, 100.0, 1000.0, 10_000.0, 100_000.0], true));
        let scale = log_scale([0.02, 5.0].into_iter()).unwrap();
        assert_eq!((scale.ticks, scale.has_zero), (vec![0.01, 0.1, 1.0, 10.0], false));
        assert!(log_scale([-1.0].into_iter()).is_none());
        assert!(log_scale(std::iter::empty()).is_none());
    }

    #[test]
    fn round_numbers_lie_within() {
        assert_eq!(round_numbers(10.0, 1000.0), [10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0]);
        assert_eq!(round_numbers(10.0, 200_000.0), [10.0, 100.0, 1000.0, 10_000.0, 100_000.0]);
        assert_eq!(round_numbers(25.0, 48.0), [25.0, 48.0]);
        assert_eq!([0.0, 0.3, 0.31, 1.0, 0.97, 7.0, 9.0].map(round_above), [1.0, 0.3, 0.4, 1.0, 1.0, 8.0, 10.0]);
    }
}
