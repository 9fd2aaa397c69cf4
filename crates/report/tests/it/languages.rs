//! A report in every language: the same figures, nothing unsaid, and catalogues that cannot be wrong in silence.

use crate::{findings, sample_census};
use record::Finding;
use report::Language;
use std::path::Path;

#[allow(dead_code, unreachable_pub, reason = "it is a part of the build, which uses all of it")]
#[path = "../../build/catalogue.rs"]
mod catalogue;

fn all() -> Vec<Finding> {
    sample_census::all().into_iter().chain(findings::all()).collect()
}

/// The text of the cells of numbers, tags taken out.
fn numbers(page: &str) -> Vec<String> {
    let cell = |rest: &str| {
        let mut text = rest.split_once("</td>").unwrap().0.to_owned();
        while let Some((before, after)) = text.clone().split_once('<') {
            text = format!("{before}{}", after.split_once('>').unwrap().1);
        }
        text
    };
    page.split("<td class=\"number\">").skip(1).map(cell).collect()
}

/// A figure as any reader of the language would type it into a calculator.
fn plain(text: &str, language: &Language) -> String {
    let ascii: String = text
        .chars()
        .map(|c| {
            u32::from(c)
                .checked_sub(u32::from(language.zero))
                .filter(|digit| *digit < 10)
                .map_or(c, |digit| char::from_digit(digit, 10).unwrap())
        })
        .collect();
    let parts = ascii.split_inclusive(['(', ')', '–', ' ']).map(|part| {
        // Signs first: that of English begins with the space that also parts thousands.
        let signs = language.percent.into_iter().filter(|sign| !sign.is_empty());
        let part = signs.fold(part.to_owned(), |part, sign| part.replace(sign, ""));
        part.replace(language.thousands, "").replace(language.decimal, ".")
    });
    parts.collect()
}

#[test]
fn figures_are_the_same_in_every_language() {
    let (provenance, all) = (findings::provenance(), all());
    let english = Language::english();
    let wanted: Vec<String> = numbers(&report::html(&provenance, &all).unwrap()).iter().map(|text| plain(text, english)).collect();
    let figures = wanted.iter().filter(|text| text.bytes().any(|byte| byte.is_ascii_digit())).count();
    assert!(figures > 500, "{figures}");
    assert_eq!(Language::all().len(), 6);
    for language in Language::all() {
        let page = report::html_in(language, &provenance, &all).unwrap();
        for (place, (found, wanted)) in numbers(&page).iter().zip(&wanted).enumerate() {
            // What is no number is words: a withheld cell, or text from data.
            if wanted.bytes().any(|byte| byte.is_ascii_digit()) {
                assert_eq!(plain(found, language), *wanted, "{}: cell {place}, `{found}`", language.tag);
            }
        }
        assert_eq!(numbers(&page).len(), wanted.len(), "{}", language.tag);
    }
}

#[test]
fn the_data_in_the_page_is_the_same_in_every_language() {
    let (provenance, all) = (findings::provenance(), all());
    let blocks = |language| -> Vec<String> {
        let page = report::html_in(language, &provenance, &all).unwrap();
        page.split("id=\"finding-").skip(1).map(|rest| rest.split_once("</script>").unwrap().0.to_owned()).collect()
    };
    let wanted = blocks(Language::english());
    assert_eq!(wanted.len(), all.len());
    for language in Language::all() {
        assert_eq!(blocks(language), wanted, "{}", language.tag);
    }
}

#[test]
fn digits_and_dates_are_those_of_the_language() {
    let provenance = findings::provenance();
    let page = |tag| report::html_in(Language::by_tag(tag).unwrap(), &provenance, &all()).unwrap();
    for (tag, day, count) in [
        ("ar", "١ مارس ٢٠١٥", "٨٬٤١٢"),
        ("de", "01.03.2015", "8.412"),
        ("fr", "01/03/2015", "8\u{202f}412"),
        ("it", "01/03/2015", "8.412"),
        ("tr", "01.03.2015", "8.412"),
        ("en", "2015-03-01", "8\u{202f}412"),
    ] {
        let page = page(tag);
        assert!(page.contains(day), "{tag}: {day}");
        assert!(page.contains(count), "{tag}: {count}");
    }
}

/// Names of languages and countries beside their codes, which the files hold.
#[test]
fn countries_are_named_in_the_language_beside_their_code() {
    let provenance = findings::provenance();
    for (tag, name) in [("ar", "ألمانيا (\u{2068}DE\u{2069})"), ("de", "Deutschland (DE)"), ("tr", "Almanya (DE)"), ("en", "Germany (DE)")]
    {
        let page = report::html_in(Language::by_tag(tag).unwrap(), &provenance, &all()).unwrap();
        let dir = if tag == "ar" { " dir=\"rtl\"" } else { "" };
        assert!(page.contains(&format!("<bdi{dir}>{name}</bdi>")), "{tag}");
    }
}

fn entries(file: &str) -> Vec<catalogue::Entry> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("lang").join(file);
    catalogue::read(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// `build.rs` stops on any of these; here it is shown that each is seen.
#[test]
fn what_would_leave_a_sentence_unsaid_stops_the_build() {
    let messages = entries("messages.pot");
    assert!(messages.len() > 600, "{}", messages.len());
    for tag in ["ar", "de", "fr", "it", "tr"] {
        let whole = entries(&format!("{tag}.po"));
        assert_eq!(catalogue::problems(tag, &messages, &whole), Vec::<String>::new(), "{tag}");
        let at = |english: &str| whole.iter().position(|entry| entry.english == english).unwrap();
        let spoiled = |at: usize, said: &str| {
            let mut all = whole.clone();
            said.clone_into(&mut all[at].said);
            catalogue::problems(tag, &messages, &all).join("\n")
        };
        let place = at("{n} coded");
        let mut without = whole.clone();
        without.remove(place);
        assert!(catalogue::problems(tag, &messages, &without)[0].contains("is missing"));
        assert!(spoiled(place, "").contains("has no translation"));
        assert!(spoiled(place, "…").contains("has the places"));
        assert!(spoiled(place, "{n").contains("without its }"));
        let forms = at("{n, plural, one {# account} other {# accounts}}");
        assert!(spoiled(forms, "{n, plural, other {#}}").contains("lacks the form"));
        let mut more = whole.clone();
        more.push(catalogue::Entry { english: "nobody says this".to_owned(), said: "x".to_owned(), line: 1 });
        assert!(catalogue::problems(tag, &messages, &more)[0].contains("no source has the message"));
    }
}
