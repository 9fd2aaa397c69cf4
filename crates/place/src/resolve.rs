//! From what a profile mentions to one country, or to `unknown`.

use crate::read::{Mention, Reading, read};
use crate::table::{Kind, NO_REGION, Place, Table, flag, table};
use std::fmt;

/// Smallest share of the prior weight that one country must hold among the senses of an ambiguous name.
const SHARE: f64 = 0.8;
/// Smallest population of a city that is believed inside a sentence.
const EMBEDDED: u32 = 100_000;
/// Smallest population of a city that is believed by a name that is not its own first one.
const ALTERNATE: u32 = 50_000;
/// Smallest population of a city whose name is an everyday word too, when the string says nothing else.
const EVERYDAY: u32 = 250_000;

/// What an answer rests on; a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Evidence(u16);

impl Evidence {
    /// A country's name.
    pub const COUNTRY: Self = Self(1);
    /// A region's name or letters.
    pub const REGION: Self = Self(1 << 1);
    /// A city's name.
    pub const CITY: Self = Self(1 << 2);
    /// A country's letters, such as `UK`.
    pub const CODE: Self = Self(1 << 3);
    /// A flag.
    pub const FLAG: Self = Self(1 << 4);
    /// A country calling code.
    pub const CALLING_CODE: Self = Self(1 << 5);
    /// The country of a place object.
    pub const PLACE: Self = Self(1 << 6);
    /// Coordinates.
    pub const COORDINATES: Self = Self(1 << 7);
    /// A time zone.
    pub const TIME_ZONE: Self = Self(1 << 8);
    const NAMES: [&'static str; 9] = ["country", "region", "city", "code", "flag", "calling_code", "place", "coordinates", "time_zone"];

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is in the set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl fmt::Display for Evidence {
    /// The names joined by `+`; `none` for the empty set.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = false;
        for (bit, name) in Self::NAMES.iter().enumerate() {
            if self.0 & (1 << bit) != 0 {
                out.write_str(if written { "+" } else { "" })?;
                out.write_str(name)?;
                written = true;
            }
        }
        out.write_str(if written { "" } else { "none" })
    }
}

/// A self-declared place.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Answer {
    country: Option<[u8; 2]>,
    /// The first-level region's English name, where it is certain.
    pub region: Option<&'static str>,
    /// The city's international name, where it is certain.
    pub city: Option<&'static str>,
    /// How sure the country is, from 0 to 1; 0 for `unknown`. The measured reliability stands in `docs/methods/place.md`.
    pub confidence: f64,
    /// What the answer rests on.
    pub evidence: Evidence,
}

impl Answer {
    /// The answer where nothing is known.
    pub const UNKNOWN: Self = Self { country: None, region: None, city: None, confidence: 0.0, evidence: Evidence(0) };

    /// The country as ISO 3166-1 alpha-2 (`XK` for Kosovo, as is common); none when not known.
    pub fn country(&self) -> Option<&str> {
        self.country.as_ref().and_then(|code| std::str::from_utf8(code).ok())
    }

    pub(crate) fn of(country: [u8; 2], confidence: f64, evidence: Evidence) -> Self {
        Self { country: Some(country), region: None, city: None, confidence, evidence }
    }

    pub(crate) fn code(&self) -> Option<[u8; 2]> {
        self.country
    }
}

/// The self-declared place of one profile string; [`Answer::UNKNOWN`] where the string names none, or several.
///
/// Linear in the text, of which 2,000 bytes are read.
pub fn resolve_profile(text: &str) -> Answer {
    let table = table();
    let mut reading = read(table, text);
    keep_credible(table, &mut reading);
    let named = named(table, &reading);
    weigh_marks(table, &reading, named)
}

/// What the names in a string come to.
enum Named {
    Nothing,
    Conflict,
    One(Answer),
}

/// Drops mentions that the words around them make doubtful.
fn keep_credible(table: &Table, reading: &mut Reading) {
    let segments = std::mem::take(&mut reading.segments);
    let supported = reading.mentions.len() > 1;
    let mut known = vec![0usize; segments.len()];
    for mention in &reading.mentions {
        known[usize::from(mention.segment)] += mention.chars;
    }
    let marks = !reading.flags.is_empty() || !reading.phones.is_empty();
    reading.mentions.retain(|mention| {
        let segment = segments[usize::from(mention.segment)];
        if segment.kill {
            return false;
        }
        let Some(&(top, _, first)) = mention.senses.first() else { return false };
        let place = table.place(top);
        let people = population(table, mention, place.country);
        let whole = segment.unknown == 0;
        // A city that gave its region the name is well known, however everyday the word.
        let eponym = people >= ALTERNATE
            && mention.senses.iter().any(|sense| {
                let other = table.place(sense.0);
                other.kind == Kind::Region && other.country == place.country
            });
        let clear = place.kind == Kind::Country || eponym || people >= EVERYDAY || supported || marks;
        if mention.flags & flag::COMMON != 0 && !(whole && clear) {
            return false;
        }
        if mention.code {
            return whole;
        }
        // "In the kitchen" is no Kuqa: behind a preposition a city needs size, the more so by another name than its first.
        if mention.announced & flag::LIVING == 0 && mention.announced != 0 && place.kind == Kind::City && !supported {
            return people >= if first { EMBEDDED } else { EVERYDAY };
        }
        if whole {
            return place.kind != Kind::City || first || people >= ALTERNATE || supported || marks;
        }
        let large = place.kind != Kind::City || people >= EMBEDDED;
        if mention.announced != 0 {
            return large;
        }
        let share = known[usize::from(mention.segment)] as f64 / (known[usize::from(mention.segment)] + segment.unknown) as f64;
        // Adjectives follow the noun in Arabic script: "Aleppo the grey".
        let arabic = mention.first && mention.arabic;
        people >= EVERYDAY && segment.unknown_words <= 2 && (share >= 0.6 || (arabic && share >= 0.25))
    });
    reading.segments = segments;
}

/// The largest population among a mention's senses in one country.
fn population(table: &Table, mention: &Mention, country: [u8; 2]) -> u32 {
    let places = mention.senses.iter().map(|sense| table.place(sense.0));
    places.filter(|place| place.country == country).map(|place| place.population).max().unwrap_or(0)
}

/// The senses of a mention in one country: total share, and the likeliest place.
fn in_country(table: &Table, mention: &Mention, country: [u8; 2]) -> Option<(f64, u16)> {
    let mut found: Option<(f64, u16)> = None;
    for &(number, share, _) in &mention.senses {
        if table.place(number).country == country {
            found = Some(found.map_or((share, number), |(sum, first)| (sum + share, first)));
        }
    }
    found
}

/// The country that holds most of a mention's prior weight.
fn dominant(table: &Table, mention: &Mention) -> Option<([u8; 2], f64)> {
    let mut best: Option<([u8; 2], f64)> = None;
    for &(number, _, _) in &mention.senses {
        let country = table.place(number).country;
        let share = in_country(table, mention, country).map_or(0.0, |found| found.0);
        if best.is_none_or(|(_, most)| share > most) {
            best = Some((country, share));
        }
    }
    best
}

/// The names alone.
fn named(table: &Table, reading: &Reading) -> Named {
    let all: Vec<&Mention> = reading.mentions.iter().collect();
    if all.is_empty() {
        return Named::Nothing;
    }
    if let Some(answer) = agree(table, &all) {
        return Named::One(answer);
    }
    // Letters that fit no place beside them are a word: "sana ne" is no Sana.
    let wordlike = |code: &Mention| code.code && all.iter().any(|other| !other.code && other.segment == code.segment);
    if all.iter().any(|mention| wordlike(mention)) {
        return Named::Conflict;
    }
    let solid: Vec<&Mention> = all.iter().copied().filter(|mention| !mention.code).collect();
    let living: Vec<&Mention> = solid.iter().copied().filter(|mention| mention.announced & flag::LIVING != 0).collect();
    let settled: Vec<&Mention> = solid.iter().copied().filter(|mention| mention.announced & flag::ORIGIN == 0).collect();
    let large: Vec<&Mention> = solid.iter().copied().filter(|mention| is_large(table, mention)).collect();
    // Where somebody lives beats where somebody comes from; then a code, and then a small town, may be a word that only looks like one.
    for part in [&living, &settled, &solid, &large] {
        if !part.is_empty()
            && part.len() < all.len()
            && let Some(answer) = agree(table, part)
        {
            return Named::One(Answer { confidence: answer.confidence * 0.95, ..answer });
        }
    }
    Named::Conflict
}

fn is_large(table: &Table, mention: &Mention) -> bool {
    mention.senses.first().is_some_and(|&(number, _, _)| {
        let place = table.place(number);
        place.kind != Kind::City || place.population >= ALTERNATE
    })
}

/// The one country that all mentions can mean.
fn agree(table: &Table, mentions: &[&Mention]) -> Option<Answer> {
    let [first, rest @ ..] = mentions else { return None };
    if rest.is_empty() {
        let (country, share) = dominant(table, first)?;
        let divided = first.flags & flag::DIVIDED != 0 || share < SHARE;
        return (!(divided || first.code && first.senses.len() > 1)).then(|| build(table, mentions, country, share));
    }
    let mut scored: Vec<(f64, [u8; 2])> = Vec::new();
    for &(number, _, _) in &first.senses {
        let country = table.place(number).country;
        if !scored.iter().any(|known| known.1 == country)
            && let Some(score) = joint(table, mentions, country)
        {
            scored.push((score, country));
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (score, country) = *scored.first()?;
    let total: f64 = scored.iter().map(|found| found.0).sum();
    (score / total >= SHARE).then(|| build(table, mentions, country, score / total))
}

/// How well all mentions fit one country; none when one of them has no sense there, or only far-fetched ones without a name of a region
/// or country to hold on to.
fn joint(table: &Table, mentions: &[&Mention], country: [u8; 2]) -> Option<f64> {
    let (mut score, mut far, mut anchor, mut clear) = (1.0, false, false, false);
    for mention in mentions {
        let (share, number) = in_country(table, mention, country)?;
        let place = table.place(number);
        score *= share.max(0.02);
        let weak = share < 0.2;
        far |= weak;
        clear |= share >= SHARE && mention.flags & flag::DIVIDED == 0;
        anchor |= place.kind != Kind::City && !weak;
        // A city in the very region that is named.
        let others = || mentions.iter().filter(|other| !std::ptr::eq(**other, *mention));
        if place.region != NO_REGION && others().any(|other| other.senses.iter().any(|sense| sense.0 == place.region)) {
            score *= 20.0;
            anchor = true;
        }
    }
    (anchor || clear && !far).then_some(score)
}

/// The answer for a country that is settled: the finest place that is certain.
fn build(table: &Table, mentions: &[&Mention], country: [u8; 2], share: f64) -> Answer {
    let (mut evidence, mut city, mut region): (Evidence, Option<Place>, Option<&'static str>) = (Evidence::default(), None, None);
    let mut cities = 0;
    for mention in mentions {
        let Some((_, number)) = in_country(table, mention, country) else { continue };
        let place = table.place(number);
        match place.kind {
            Kind::Country if mention.code => evidence = evidence.with(Evidence::CODE),
            Kind::Country => evidence = evidence.with(Evidence::COUNTRY),
            Kind::Region => {
                evidence = evidence.with(Evidence::REGION);
                region = region.or(Some(place.name));
            }
            Kind::City => {
                evidence = evidence.with(Evidence::CITY);
                cities += usize::from(city.is_none_or(|known| known.name != place.name));
                city = city.or(Some(place));
            }
        }
    }
    let city = city.filter(|_| cities == 1);
    if region.is_none() {
        region = city.filter(|place| place.region != NO_REGION).map(|place| table.place(place.region).name);
    }
    Answer { region, city: city.map(|place| place.name), ..Answer::of(country, confidence(mentions, evidence, city, share), evidence) }
}

/// Measured on the development strings: see `docs/methods/place.md`.
fn confidence(mentions: &[&Mention], evidence: Evidence, city: Option<Place>, share: f64) -> f64 {
    let several = mentions.len() > 1;
    let base = if evidence.has(Evidence::COUNTRY) {
        if several { 0.99 } else { 0.98 }
    } else if several {
        0.97
    } else if evidence.has(Evidence::REGION) {
        0.95
    } else if evidence.has(Evidence::CODE) {
        0.85
    } else if city.is_some_and(|place| place.population >= EVERYDAY) {
        0.96
    } else {
        0.9
    };
    base * (0.5 + 0.5 * share.min(1.0))
}

/// Flags and calling codes: alone, in agreement with the names, or against them.
fn weigh_marks(table: &Table, reading: &Reading, named: Named) -> Answer {
    let mut marks: Vec<([u8; 2], Evidence)> = reading
        .flags
        .iter()
        .filter(|code| crate::read::code_place(table, &String::from_utf8_lossy(*code)).is_some())
        .map(|code| (*code, Evidence::FLAG))
        .collect();
    marks.extend(reading.phones.iter().map(|&number| (table.place(number).country, Evidence::CALLING_CODE)));
    let one = marks.first().filter(|mark| marks.iter().all(|other| other.0 == mark.0));
    let evidence = marks.iter().fold(Evidence::default(), |sum, mark| sum.with(mark.1));
    match named {
        Named::One(answer) => {
            let Some(country) = answer.code().filter(|_| !marks.is_empty()) else { return answer };
            if one.is_some_and(|mark| mark.0 == country) {
                let confidence = 1.0 - (1.0 - answer.confidence) * 0.5;
                Answer { confidence, evidence: answer.evidence.with(evidence), ..answer }
            } else if answer.evidence.has(Evidence::CITY) || marks.len() > 1 && marks.iter().any(|mark| mark.0 == country) {
                // Somebody abroad shows the flag of home.
                Answer { confidence: answer.confidence * 0.9, ..answer }
            } else {
                Answer::UNKNOWN
            }
        }
        // A mark settles what the names leave open: "Georgia" with a flag.
        Named::Conflict => one.filter(|mark| reading.mentions.iter().all(|mention| in_country(table, mention, mark.0).is_some())).map_or(
            Answer::UNKNOWN,
            |mark| {
                let mentions: Vec<&Mention> = reading.mentions.iter().collect();
                let answer = build(table, &mentions, mark.0, 0.9);
                Answer { evidence: answer.evidence.with(evidence), ..answer }
            },
        ),
        Named::Nothing => one.map_or(Answer::UNKNOWN, |mark| Answer::of(mark.0, 0.9, evidence)),
    }
}
