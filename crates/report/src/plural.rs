//! The plural categories of numbers, by the rules of CLDR 48 (supplemental/plurals.xml) for the languages of a report.

use record::Arg;

/// The category of a number; `other` for what is no number.
///
/// French and Italian have a form `many` for whole millions, which their translations do not need here: it falls back to `other`.
pub(crate) fn category(tag: &str, arg: &Arg) -> &'static str {
    let (number, decimals) = match arg {
        Arg::Int(number) => (*number as f64, 0),
        Arg::Real { value, decimals, .. } => (*value, *decimals),
        Arg::Percent { value, decimals } => (value * 100.0, *decimals),
        Arg::Day(_) | Arg::Text(_) => return "other",
    };
    let scale = 10f64.powi(i32::from(decimals));
    let number = (number.abs() * scale).round() / scale;
    let is_whole = decimals == 0;
    match tag {
        "fr" if number < 2.0 => "one",
        "tr" if number == 1.0 => "one",
        "en" | "de" | "it" if number == 1.0 && is_whole => "one",
        "ar" => arabic(number),
        _ => "other",
    }
}

fn arabic(number: f64) -> &'static str {
    if number.fract() != 0.0 {
        return "other";
    }
    let hundredth = number % 100.0;
    match number {
        0.0 => "zero",
        1.0 => "one",
        2.0 => "two",
        _ if (3.0..=10.0).contains(&hundredth) => "few",
        _ if (11.0..=99.0).contains(&hundredth) => "many",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The samples of CLDR's own table.
    #[test]
    fn categories_are_those_of_cldr() {
        let of = |tag: &str, numbers: &[i64]| numbers.iter().map(|n| category(tag, &Arg::Int(*n))).collect::<Vec<_>>();
        assert_eq!(of("ar", &[0, 1, 2]), ["zero", "one", "two"]);
        assert!(of("ar", &[3, 10, 103, 110, 1003]).iter().all(|own| *own == "few"));
        assert!(of("ar", &[11, 26, 99, 111, 1011]).iter().all(|own| *own == "many"));
        assert!(of("ar", &[100, 102, 200, 202, 1000, 1_000_000]).iter().all(|own| *own == "other"));
        for tag in ["en", "de", "it", "tr"] {
            assert_eq!(of(tag, &[0, 1, 2, 16, 1000]), ["other", "one", "other", "other", "other"], "{tag}");
        }
        assert_eq!(of("fr", &[0, 1, 2, 17]), ["one", "one", "other", "other"]);
        assert_eq!(category("fr", &Arg::real(1.5, 1)), "one");
        assert_eq!(category("en", &Arg::real(1.0, 1)), "other");
        assert_eq!(category("tr", &Arg::real(1.0, 1)), "one");
        assert_eq!(category("ar", &Arg::real(0.5, 1)), "other");
    }
}
