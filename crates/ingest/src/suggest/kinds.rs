//! What the values of a column look like, in words that say nothing of what they hold.

use crate::tabular::times::{TimeFormat, Times};

/// What every value of a column that is not empty looks like.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Empty,
    /// Digits only, of these lengths.
    Digits(usize, usize),
    Real,
    Truth,
    /// How to read them, how they are written, and whether day and month may be the other way round.
    Time(TimeFormat, String, bool),
    /// All of them links; whether they lead to posts.
    Link(bool),
    /// `@` and a handle.
    Handle,
    /// `['a', 'b']`.
    List,
    /// Several words that start with the same sign, with spaces between.
    Signed,
    /// One word, of letters and digits as in hashes and UUIDs when true.
    Word(bool),
    Text,
}

impl Kind {
    /// For the comment in a mapping.
    pub(super) fn describe(&self) -> String {
        match self {
            Kind::Empty => "empty in the rows looked at".to_owned(),
            Kind::Digits(least, most) if least == most => format!("{most}-digit number"),
            Kind::Digits(least, most) => format!("{least}- to {most}-digit number"),
            Kind::Real => "decimal number".to_owned(),
            Kind::Truth => "true or false".to_owned(),
            Kind::Time(_, layout, false) => format!("time, {layout}"),
            Kind::Time(_, layout, true) => format!("time, {layout}, where day and month may be the other way round"),
            Kind::Link(false) => "link".to_owned(),
            Kind::Link(true) => "link to a post".to_owned(),
            Kind::Handle => "handle with @".to_owned(),
            Kind::List => "list in brackets".to_owned(),
            Kind::Signed => "words with # or @".to_owned(),
            Kind::Word(true) => "code of letters and digits".to_owned(),
            Kind::Word(false) => "single words".to_owned(),
            Kind::Text => "text".to_owned(),
        }
    }

    /// What could be an id of a post or an account.
    pub(super) fn is_id(&self) -> bool {
        matches!(self, Kind::Digits(..) | Kind::Word(_) | Kind::Empty)
    }

    pub(super) fn is_count(&self) -> bool {
        matches!(self, Kind::Digits(..) | Kind::Real | Kind::Empty)
    }

    pub(super) fn is_time(&self) -> bool {
        matches!(self, Kind::Time(..))
    }
}

/// Tells the kind of a column's values.
pub(super) fn kind(values: &[&str]) -> Kind {
    let known: Vec<&str> =
        values.iter().map(|value| value.trim()).filter(|value| !matches!(*value, "" | "NA" | "null" | "None" | "nan" | "NaN")).collect();
    let all = |test: &dyn Fn(&str) -> bool| known.iter().all(|value| test(value));
    if known.is_empty() {
        return Kind::Empty;
    }
    if all(&|value| matches!(value.to_lowercase().as_str(), "true" | "false")) {
        return Kind::Truth;
    }
    if let Some(time) = time(&known) {
        return time;
    }
    if all(&is_digits) {
        let lengths = || known.iter().map(|value| value.len());
        return Kind::Digits(lengths().min().unwrap_or(0), lengths().max().unwrap_or(0));
    }
    if all(&|value| value.parse::<f64>().is_ok()) {
        return Kind::Real;
    }
    if all(&|value| value.starts_with("http://") || value.starts_with("https://")) {
        return Kind::Link(all(&|value| ["/status/", "/statuses/", "/posts/"].iter().any(|part| value.contains(part))));
    }
    if all(&|value| value.starts_with('[') && value.ends_with(']')) {
        return Kind::List;
    }
    let is_word = |value: &str| !value.contains(char::is_whitespace);
    if all(&|value| value.starts_with('@') && is_word(value)) {
        return Kind::Handle;
    }
    if all(&|value| value.split_whitespace().all(|word| word.starts_with(['#', '@']))) {
        return Kind::Signed;
    }
    if all(&is_word) {
        let is_code = |value: &str| value.len() >= 16 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        return Kind::Word(all(&is_code));
    }
    Kind::Text
}

fn is_digits(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// Layouts that cannot be told from a single value, or that only a layout reads; the first that reads every value is taken.
const LAYOUTS: [(&str, &str); 20] = [
    ("%m/%d/%Y %H:%M:%S", "MM/DD/YYYY HH:MM:SS"),
    ("%m/%d/%Y %I:%M:%S %p", "MM/DD/YYYY HH:MM:SS AM"),
    ("%m/%d/%Y %H:%M", "MM/DD/YYYY HH:MM"),
    ("%m/%d/%Y %I:%M %p", "MM/DD/YYYY HH:MM AM"),
    ("%m/%d/%Y", "MM/DD/YYYY"),
    ("%d/%m/%Y %H:%M:%S", "DD/MM/YYYY HH:MM:SS"),
    ("%d/%m/%Y %H:%M", "DD/MM/YYYY HH:MM"),
    ("%d/%m/%Y", "DD/MM/YYYY"),
    ("%d.%m.%Y %H:%M:%S", "DD.MM.YYYY HH:MM:SS"),
    ("%d.%m.%Y %H:%M", "DD.MM.YYYY HH:MM"),
    ("%d.%m.%Y", "DD.MM.YYYY"),
    ("%d-%m-%Y %H:%M:%S", "DD-MM-YYYY HH:MM:SS"),
    ("%d-%m-%Y %H:%M", "DD-MM-YYYY HH:MM"),
    ("%d-%m-%Y", "DD-MM-YYYY"),
    ("%Y/%m/%d %H:%M:%S", "YYYY/MM/DD HH:MM:SS"),
    ("%Y/%m/%d %H:%M", "YYYY/MM/DD HH:MM"),
    ("%Y/%m/%d", "YYYY/MM/DD"),
    ("%d %b %Y %H:%M:%S", "DD MMM YYYY HH:MM:SS"),
    ("%d %b %Y", "DD MMM YYYY"),
    ("%b %d, %Y", "MMM DD, YYYY"),
];

fn time(values: &[&str]) -> Option<Kind> {
    let reads = |format: &TimeFormat| {
        let times = Times { format: format.clone(), offset: 0 };
        values.iter().all(|value| times.parse(value).is_some())
    };
    let is_number = |value: &&str| value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if values.iter().all(is_number) {
        return number_time(values);
    }
    if reads(&TimeFormat::Auto) {
        let longest = values.iter().max_by_key(|value| value.len())?;
        return Some(Kind::Time(TimeFormat::Auto, auto_layout(longest), false));
    }
    let layout = |layout: &str| TimeFormat::Layout(layout.to_owned());
    let (format, label) = LAYOUTS.into_iter().find(|(format, _)| reads(&layout(format)))?;
    let swapped = format.replace("%m/%d", "%d/%m");
    let is_unsure = swapped != format && reads(&layout(&swapped));
    Some(Kind::Time(layout(format), format!("layout {label}"), is_unsure))
}

/// Numbers that are times: counts since 1970 that fall into the years of social media, or dates without separators.
fn number_time(values: &[&str]) -> Option<Kind> {
    let wholes: Vec<f64> = values.iter().filter_map(|value| value.parse().ok()).collect();
    if wholes.len() < values.len() {
        return None;
    }
    let within = |from: f64, to: f64| wholes.iter().all(|number| (from..to).contains(number));
    // From 2001 to 2065.
    let epochs = [
        (1e9, 3e9, TimeFormat::Seconds, "seconds"),
        (1e12, 3e12, TimeFormat::Millis, "milliseconds"),
        (1e15, 3e15, TimeFormat::Micros, "microseconds"),
    ];
    if let Some((.., format, unit)) = epochs.into_iter().find(|(from, to, ..)| within(*from, *to)) {
        return Some(Kind::Time(format, format!("{unit} since 1970"), false));
    }
    let dates = [
        (19_900_101.0, 20_651_232.0, "%Y%m%d", "YYYYMMDD"),
        (19_900_101_000_000.0, 20_651_232_000_000.0, "%Y%m%d%H%M%S", "YYYYMMDDHHMMSS"),
    ];
    let (.., format, label) = dates.into_iter().find(|(from, to, ..)| within(*from, *to))?;
    let format = TimeFormat::Layout(format.to_owned());
    let times = Times { format: format.clone(), offset: 0 };
    let are_dates = values.iter().all(|value| times.parse(value).is_some());
    are_dates.then(|| Kind::Time(format, format!("layout {label}"), false))
}

/// How a time that needs no layout is written.
fn auto_layout(value: &str) -> String {
    let bytes = value.as_bytes();
    if bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return "layout of Twitter or e-mail".to_owned();
    }
    let middle = match bytes.get(10) {
        Some(b'T') => "THH:MM",
        Some(_) => " HH:MM",
        None => "",
    };
    let tail = value.get(16..).unwrap_or_default();
    let seconds = if tail.starts_with(':') { ":SS" } else { "" };
    let fraction = if tail.contains('.') { ".f" } else { "" };
    let zone = if tail.ends_with('Z') || tail.contains(['+', '-']) { " with zone" } else { "" };
    format!("layout YYYY-MM-DD{middle}{seconds}{fraction}{zone}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_all_values() {
        let cases: [(&[&str], &str); 22] = [
            (&["", "NA"], "empty in the rows looked at"),
            (&["901656910939770881", "901656910939770882"], "18-digit number"),
            (&["1", "", "250"], "1- to 3-digit number"),
            (&["1.5", "2"], "decimal number"),
            (&["True", "False"], "true or false"),
            (&["2017-08-27 00:05:34"], "time, layout YYYY-MM-DD HH:MM:SS"),
            (&["2017-08-27T00:05:34.123Z"], "time, layout YYYY-MM-DDTHH:MM:SS.f with zone"),
            (&["2017-08-27"], "time, layout YYYY-MM-DD"),
            (&["Sun Oct 01 12:00:00 +0000 2017"], "time, layout of Twitter or e-mail"),
            (&["10/1/2017 19:58", "1/31/2017 1:00"], "time, layout MM/DD/YYYY HH:MM"),
            (&["31/1/2017 19:58"], "time, layout DD/MM/YYYY HH:MM"),
            (&["1/2/2017"], "time, layout MM/DD/YYYY, where day and month may be the other way round"),
            (&["1623881091.0"], "time, seconds since 1970"),
            (&["1623881091000"], "time, milliseconds since 1970"),
            (&["20170827"], "time, layout YYYYMMDD"),
            (&["20179927"], "8-digit number"),
            (&["https://example.org/a"], "link"),
            (&["https://x.com/a/status/1"], "link to a post"),
            (&["@miller"], "handle with @"),
            (&["#a #b", "#c"], "words with # or @"),
            (&["85d2d12251a735ce05255061f7f231e2"], "code of letters and digits"),
            (&["['a']", "[]"], "list in brackets"),
        ];
        for (values, expected) in cases {
            assert_eq!(kind(values).describe(), expected, "{values:?}");
        }
    }
}
