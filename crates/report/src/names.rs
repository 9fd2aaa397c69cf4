//! Names of languages and countries in the languages of a report.
//!
//! Source: Unicode CLDR 48 (licence Unicode-3.0) by `scripts/names.py`, which keeps what is needed in `data/names.tsv`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../data/names.tsv");

/// The languages of the columns.
const COLUMNS: [&str; 6] = ["ar", "de", "en", "fr", "it", "tr"];

/// Names by kind and code.
static NAMES: LazyLock<BTreeMap<(&str, &str), Vec<&str>>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let mut cells = line.split('\t');
        Some(((cells.next()?, cells.next()?), cells.collect()))
    };
    TABLE.lines().filter_map(line).collect()
});

fn name(kind: &str, said_in: &str, code: &str) -> Option<&'static str> {
    let column = COLUMNS.iter().position(|own| *own == said_in)?;
    NAMES.get(&(kind, code))?.get(column).copied()
}

/// The name of a language, by its BCP 47 tag in any case, in another. A tag with a country that has no name of its own is named by both:
/// `de-at`, German (Austria).
pub(crate) fn language(said_in: &str, tag: &str) -> Option<String> {
    let tag = tag.to_lowercase().replace('_', "-");
    // Codes that ISO 639 withdrew and platforms still write.
    let tag = match tag.as_str() {
        "iw" => "he",
        "in" => "id",
        "ji" => "yi",
        "no" => "nb",
        tag => tag,
    };
    if let Some(name) = name("language", said_in, tag) {
        return Some(name.to_owned());
    }
    let (language, region) = tag.split_once('-')?;
    let (language, country) = (name("language", said_in, language)?, country(said_in, region)?);
    Some(format!("{language} ({country})"))
}

/// The name of a country, by its ISO 3166-1 alpha-2 code in any case, in a language.
pub(crate) fn country(said_in: &str, code: &str) -> Option<String> {
    name("country", said_in, &code.to_uppercase()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_cldr() {
        assert_eq!(language("ar", "ar").as_deref(), Some("العربية"));
        assert_eq!(language("de", "AR").as_deref(), Some("Arabisch"));
        assert_eq!(language("en", "de-at").as_deref(), Some("German (Austria)"));
        assert_eq!(language("en", "iw").as_deref(), Some("Hebrew"));
        assert_eq!(country("tr", "de").as_deref(), Some("Almanya"));
        assert_eq!((language("en", "xx-nonsense"), country("en", "unknown"), language("xx", "de")), (None, None, None));
    }

    #[test]
    fn every_line_has_a_name_in_every_language() {
        assert!(NAMES.len() > 400, "{}", NAMES.len());
        for (key, names) in NAMES.iter() {
            assert!(names.len() == COLUMNS.len() && names.iter().all(|name| !name.is_empty()), "{key:?}");
        }
    }
}
