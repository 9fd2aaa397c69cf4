//! The languages of a report: their marks, their digits, and what a [`Text`] says in them.

use crate::names;
use crate::plural::category;
use crate::safe::visible;
use crate::strings::Words;
use record::text::pattern;
use record::{Arg, Instant, Said, Text, Value};
use std::sync::LazyLock;

// `CATALOGUES`: for each language its messages, sorted by the English; made from `lang/*.po` by `build.rs`.
include!(concat!(env!("OUT_DIR"), "/catalogues.rs"));

/// How a language writes numbers, lists and dates.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    /// The BCP 47 tag: `en`.
    pub tag: &'static str,
    /// Its own name for itself.
    pub name: &'static str,
    /// The direction for `dir`: `ltr` or `rtl`.
    pub dir: &'static str,
    /// The mark between whole and fraction.
    pub decimal: &'static str,
    /// The mark between groups of three digits.
    pub thousands: &'static str,
    /// What stands before and after a percentage, spaces included.
    pub percent: [&'static str; 2],
    /// The digit zero; the others follow it.
    pub zero: char,
    /// Between items of a list, and between items that may hold commas.
    pub(crate) commas: [&'static str; 2],
    pub(crate) dates: Dates,
    catalogue: &'static [(&'static str, &'static str)],
    pub(crate) words: Words,
}

/// How a language writes days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dates {
    /// `2015-03-01`, as ISO 8601 has it.
    Iso,
    /// Day, month and year with this mark between them.
    Day(char),
    /// Day, name of the month, year: digits with marks between them would be read in another order from right to left.
    Named(&'static [&'static str; 12]),
}

/// The names of the months, as CLDR has them for `ar`.
const MONTHS: [&str; 12] = ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"];

/// Tag, own name, direction, decimal mark, thousands mark, percentage, zero, commas, dates: as CLDR has them, but for the thousands mark of
/// English, which is the narrow space of ISO 80000-1, and its dates, which are those of ISO 8601.
type Marks = (&'static str, &'static str, &'static str, &'static str, &'static str, [&'static str; 2], char, [&'static str; 2], Dates);

const MARKS: [Marks; 6] = [
    ("en", "English", "ltr", ".", "\u{202f}", ["", "\u{202f}%"], '0', [", ", "; "], Dates::Iso),
    ("ar", "العربية", "rtl", "٫", "٬", ["", "٪"], '٠', ["، ", "؛ "], Dates::Named(&MONTHS)),
    ("de", "Deutsch", "ltr", ",", ".", ["", "\u{a0}%"], '0', [", ", "; "], Dates::Day('.')),
    ("fr", "français", "ltr", ",", "\u{202f}", ["", "\u{202f}%"], '0', [", ", "\u{202f}; "], Dates::Day('/')),
    ("it", "italiano", "ltr", ",", ".", ["", "%"], '0', [", ", "; "], Dates::Day('/')),
    ("tr", "Türkçe", "ltr", ",", ".", ["%", ""], '0', [", ", "; "], Dates::Day('.')),
];

static ALL: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let catalogue = |tag: &str| CATALOGUES.iter().find(|(own, _)| *own == tag).map(|(_, messages)| *messages);
    let has_words = |marks: &&Marks| marks.0 == "en" || catalogue(marks.0).is_some();
    MARKS.iter().filter(has_words).map(|marks| Language::new(marks, catalogue(marks.0).unwrap_or_default())).collect()
});

impl Language {
    fn new(marks: &Marks, catalogue: &'static [(&'static str, &'static str)]) -> Language {
        let (tag, name, dir, decimal, thousands, percent, zero, commas, dates) = *marks;
        let words = Words::in_language(|english| lookup(catalogue, english));
        Language { tag, name, dir, decimal, thousands, percent, zero, commas, dates, catalogue, words }
    }

    /// Every language, English first.
    pub fn all() -> &'static [Language] {
        &ALL
    }

    /// English.
    pub fn english() -> &'static Language {
        &ALL[0]
    }

    /// The language with this tag.
    pub fn by_tag(tag: &str) -> Option<&'static Language> {
        ALL.iter().find(|language| language.tag == tag)
    }

    /// Whether it is written from right to left.
    pub fn is_right_to_left(&self) -> bool {
        self.dir == "rtl"
    }

    /// What a text says in this language, numbers and days as it writes them. Hidden characters of data are written out, and data
    /// that runs the other way is isolated.
    pub fn say(&self, text: &Text) -> String {
        match text.made_of() {
            Said::Already => text.to_string(),
            Said::Data => visible(text),
            Said::Message(template, args) => self.message(template, args),
            Said::Sentences(parts) => self.join(parts, " "),
            Said::List(parts) => self.join(parts, self.commas[0]),
            Said::Code(words) => self.say(words),
            Said::Language => names::language(self.tag, text).unwrap_or_else(|| visible(text)),
            Said::Country => names::country(self.tag, text).unwrap_or_else(|| visible(text)),
        }
    }

    /// The heading of a section of a report; its name where it is none of ours.
    pub fn section(&self, name: &str) -> String {
        self.words.sections().into_iter().find(|(own, ..)| *own == name).map_or_else(|| visible(name), |(_, title, _)| title.to_owned())
    }

    /// A cell that stands alone; data is isolated where it may run another way.
    pub fn cell(&self, value: &Value) -> String {
        match value {
            Value::Text(text) => self.isolated(&visible(text)),
            value => crate::format::value(value, self),
        }
    }

    /// A cell of a column of times.
    pub fn time(&self, value: &Value) -> String {
        match value {
            Value::Text(text) => crate::format::calendar(text, self),
            // A year is a name, not an amount: no groups of digits.
            Value::Int(year) => self.digits(&year.to_string()),
            value => crate::format::value(value, self),
        }
    }

    /// A real number with so many digits after the mark.
    pub fn real(&self, number: f64, decimals: usize) -> String {
        crate::format::fixed(number, decimals, self)
    }

    /// A share between 0 and 1 as a percentage with so many digits after the mark.
    pub fn share(&self, share: f64, decimals: usize) -> String {
        self.percentage(&crate::format::fixed(share * 100.0, decimals, self))
    }

    fn join(&self, parts: &[Text], between: &str) -> String {
        parts.iter().map(|part| self.placed(part)).collect::<Vec<_>>().join(between)
    }

    fn message(&self, template: &'static str, args: &[(&'static str, Arg)]) -> String {
        let words = lookup(self.catalogue, template);
        // `build.rs` has parsed every message; what did not go through it stands as it is.
        let Ok(parts) = pattern::parse(words) else { return words.to_owned() };
        let arg = |name: &str| args.iter().find(|(own, _)| *own == name).map(|(_, arg)| arg);
        let value = |name: &str| arg(name).map(|arg| self.arg(arg)).unwrap_or_default();
        pattern::fill(&parts, &value, &|name| arg(name).map_or("other", |arg| category(self.tag, arg)))
    }

    fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Int(number) => crate::format::whole(*number, self),
            Arg::Real { value, decimals, signed } => {
                let sign = if *signed && *value >= 0.0 { "+" } else { "" };
                format!("{sign}{}", crate::format::fixed(*value, usize::from(*decimals), self))
            }
            Arg::Percent { value, decimals } => self.percentage(&crate::format::fixed(value * 100.0, usize::from(*decimals), self)),
            Arg::Day(at) => self.day(*at),
            Arg::Text(text) => self.placed(text),
        }
    }

    /// A text inside another.
    fn placed(&self, text: &Text) -> String {
        match text.made_of() {
            Said::Data => self.isolated(&visible(text)),
            _ => self.say(text),
        }
    }

    /// Data for a place that knows no `<bdi>`: isolated where it may run another way than the words around it, so that its own first strong
    /// letter decides its direction and the text around it keeps its order. Hidden characters must be written out before.
    pub(crate) fn isolated(&self, shown: &str) -> String {
        let is_foreign = if self.is_right_to_left() { !shown.is_empty() } else { shown.chars().any(crate::safe::is_right_to_left) };
        if is_foreign { format!("\u{2068}{shown}\u{2069}") } else { shown.to_owned() }
    }

    /// Words of ours for a place whose direction is always left to right, as in a drawing.
    pub(crate) fn drawn(&self, words: &str) -> String {
        if self.is_right_to_left() && !words.is_empty() { format!("\u{2067}{words}\u{2069}") } else { words.to_owned() }
    }

    /// A written number as a percentage.
    pub(crate) fn percentage(&self, number: &str) -> String {
        format!("{}{number}{}", self.percent[0], self.percent[1])
    }

    /// A text with its ASCII digits as this language writes them.
    pub(crate) fn digits(&self, text: &str) -> String {
        if self.zero == '0' {
            return text.to_owned();
        }
        let digit = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(u32::from(self.zero) + digit)).unwrap_or(c);
        text.chars().map(|c| if c.is_ascii_digit() { digit(c) } else { c }).collect()
    }

    /// The UTC day of an instant.
    pub fn day(&self, at: Instant) -> String {
        let iso = at.date();
        let mut parts = iso.split('-');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(year), Some(month), Some(day), None) => self.date(year, month, Some(day)),
            // A time beyond the calendar.
            _ => iso,
        }
    }

    /// The names of the months, in full and short, for axes of time.
    pub(crate) fn months(&self) -> ([&'static str; 12], [&'static str; 12]) {
        let of = |names: &'static str| {
            let mut all = [""; 12];
            names.split(' ').zip(&mut all).for_each(|(name, place)| *place = name);
            all
        };
        match self.tag {
            "ar" => (MONTHS, MONTHS),
            "de" => (
                of("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
                of("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez."),
            ),
            "fr" => (
                of("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
                of("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
            ),
            "it" => (
                of("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
                of("gen feb mar apr mag giu lug ago set ott nov dic"),
            ),
            "tr" => (
                of("Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık"),
                of("Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara"),
            ),
            _ => (
                of("January February March April May June July August September October November December"),
                of("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
            ),
        }
    }

    /// A month, or a day of it: years, months and days as ISO 8601 writes them.
    pub(crate) fn date(&self, year: &str, month: &str, day: Option<&str>) -> String {
        match self.dates {
            Dates::Iso => [Some(year), Some(month), day].into_iter().flatten().collect::<Vec<_>>().join("-"),
            Dates::Day(mark) => [day, Some(month), Some(year)].into_iter().flatten().collect::<Vec<_>>().join(&mark.to_string()),
            Dates::Named(months) => {
                let name = month.parse::<usize>().ok().and_then(|month| months.get(month.checked_sub(1)?)).copied().unwrap_or(month);
                let day = day.map(|day| day.trim_start_matches('0'));
                self.digits(&[day, Some(name), Some(year)].into_iter().flatten().collect::<Vec<_>>().join(" "))
            }
        }
    }
}

/// The message in a catalogue; the English where it has none, which `build.rs` does not let happen for messages of ours.
fn lookup(catalogue: &'static [(&'static str, &'static str)], english: &'static str) -> &'static str {
    catalogue.binary_search_by(|(own, _)| (*own).cmp(english)).map_or(english, |at| catalogue[at].1)
}

/// The message of ours that reads so in English, as every catalogue has it.
pub(crate) fn known(english: &str) -> Option<&'static str> {
    let (_, catalogue) = CATALOGUES.first()?;
    catalogue.binary_search_by(|(own, _)| (*own).cmp(english)).ok().and_then(|at| catalogue.get(at)).map(|(own, _)| *own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::text;

    #[test]
    fn a_language_is_found_by_its_tag() {
        assert_eq!(Language::by_tag("en"), Some(Language::english()));
        assert_eq!(Language::by_tag("xx"), None);
    }

    #[test]
    fn data_is_isolated_and_its_hidden_characters_are_written_out() {
        let english = Language::english();
        assert_eq!(english.say(&text!("of {of}", of = "سلام")), "of \u{2068}سلام\u{2069}");
        assert_eq!(english.say(&text!("of {of}", of = "a\u{202e}b")), "of a⟨U+202E⟩b");
        assert_eq!(english.say(&Text::data("a\u{202e}b")), "a⟨U+202E⟩b");
    }

    #[test]
    fn numbers_are_written_as_the_language_does() {
        let text = text!(
            "{n, plural, one {# account} other {# accounts}} by {day}, {share}",
            n = 12_345_u64,
            day = Instant::from_micros(0),
            share = Arg::percent(0.9512, 1)
        );
        assert_eq!(Language::english().say(&text), "12\u{202f}345 accounts by 1970-01-01, 95.1\u{202f}%");
    }
}
