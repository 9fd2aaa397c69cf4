//! The place that every observed profile states.

use super::{Derivation, carried, carried_ints};
use lake::{Columns, DerivedColumn};
use place::{Answer, Clues, Evidence, resolve, resolve_profile};
use record::Table;
use std::collections::HashMap;

/// `account_places`: the self-declared place of every row of `accounts`; null where the profile states nothing, `unknown` where what it states is
/// no place that is known.
pub(crate) const PLACES: Derivation = Derivation {
    name: "account_places",
    table: Table::Accounts,
    version: place::version,
    inputs: &["seal", "source", "line", "platform", "account_id", "handle", "location", "time_zone", "bio"],
    work: locate,
};

/// What a profile states, as it counts: a country or `unknown`, and whether a time zone is all that it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stated {
    /// ISO 3166-1 alpha-2; two zeros where it is not known.
    pub(crate) country: [u8; 2],
    /// Whether nothing but the time zone says so.
    pub(crate) is_weak: bool,
}

impl Stated {
    /// From the columns `country` and `evidence` of the table.
    pub(crate) fn read(country: Option<&str>, evidence: Option<&str>) -> Option<Stated> {
        let code = <[u8; 2]>::try_from(country?.as_bytes()).unwrap_or([0; 2]);
        Some(Stated { country: code, is_weak: evidence == Some("time_zone") })
    }
}

fn locate(columns: &Columns<'_>) -> Result<Vec<(&'static str, DerivedColumn)>, lake::Error> {
    let (locations, zones, bios) = (columns.texts(6)?, columns.texts(7)?, columns.texts(8)?);
    let mut known: HashMap<(Option<&str>, Option<&str>), Answer> = HashMap::new();
    let (mut countries, mut regions, mut cities) = (Vec::new(), Vec::new(), Vec::new());
    let (mut confidences, mut evidence) = (Vec::new(), Vec::new());
    for row in 0..columns.rows() {
        let stated = |text: Option<&'_ str>| text.is_some_and(|text| !text.trim().is_empty());
        let (profile, time_zone) = (locations.get(row), zones.get(row));
        let mut answer = *known.entry((profile, time_zone)).or_insert_with(|| resolve(&Clues { profile, time_zone, ..Clues::default() }));
        if answer.country().is_none() {
            answer = bios.get(row).map_or(answer, marks);
        }
        let says = stated(profile) || stated(time_zone) || answer.country().is_some();
        let country = || answer.country().unwrap_or("unknown").to_owned();
        countries.push(says.then(country));
        regions.push(answer.region.map(str::to_owned));
        cities.push(answer.city.map(str::to_owned));
        confidences.push(says.then_some(answer.confidence));
        evidence.push(says.then(|| answer.evidence.to_string()));
    }
    Ok(vec![
        ("seal", carried_ints(columns, 0)?),
        ("source", carried_ints(columns, 1)?),
        ("line", carried_ints(columns, 2)?),
        ("platform", carried(columns, 3)?),
        ("account_id", carried(columns, 4)?),
        ("handle", carried(columns, 5)?),
        ("country", DerivedColumn::Text(countries)),
        ("region", DerivedColumn::Text(regions)),
        ("city", DerivedColumn::Text(cities)),
        ("confidence", DerivedColumn::Real(confidences)),
        ("evidence", DerivedColumn::Text(evidence)),
    ])
}

/// What flags and calling codes in the profile text say, at half the confidence: a flag there may be sympathy. Names in it count for nothing,
/// because a country that is written about is not lived in.
fn marks(bio: &str) -> Answer {
    let mut answer = resolve_profile(bio);
    answer.confidence /= 2.0;
    let only_marks = answer.evidence == Evidence::FLAG
        || answer.evidence == Evidence::CALLING_CODE
        || answer.evidence == Evidence::FLAG.with(Evidence::CALLING_CODE);
    if only_marks { answer } else { Answer::UNKNOWN }
}
