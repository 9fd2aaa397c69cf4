//! Several clues to one place: place object, coordinates, profile text, time zone.

use crate::read::code_place;
use crate::resolve::{Answer, Evidence, resolve_profile};
use crate::table::{NO_REGION, Table, table};

/// Cells of one degree that are looked at around a point, in each direction.
const REACH: i32 = 3;

/// What is known about where an account or post says that it is; every part may be missing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clues<'a> {
    /// ISO 3166-1 alpha-2 of a place object.
    pub place_country: Option<&'a str>,
    /// Latitude and longitude in degrees.
    pub coordinates: Option<(f64, f64)>,
    /// The location line of the profile.
    pub profile: Option<&'a str>,
    /// A time zone by its IANA name, or by the city that Twitter v1.1 names.
    pub time_zone: Option<&'a str>,
}

/// Weighs the clues: the place object's country, then coordinates, then the profile, then the time zone, the strongest first. A weaker
/// clue that agrees raises the confidence and may add region and city; one that disagrees lowers it, a time zone not at all.
///
/// Place objects and coordinates say where a post was sent, profiles what an account states: the caller decides which belong together.
pub fn resolve(clues: &Clues<'_>) -> Answer {
    let table = table();
    let place = clues.place_country.and_then(|code| by_code(table, code));
    let point = clues.coordinates.and_then(|at| by_coordinates(table, at));
    let profile = clues.profile.map(resolve_profile).filter(|answer| answer.code().is_some());
    let zone = clues.time_zone.and_then(|zone| by_time_zone(table, zone));
    let mut found = [place, point, profile, zone].into_iter().flatten();
    let Some(mut answer) = found.next() else { return Answer::UNKNOWN };
    for other in found {
        if other.code() == answer.code() {
            answer.confidence = 1.0 - (1.0 - answer.confidence) * (1.0 - 0.5 * other.confidence);
            answer.evidence = answer.evidence.with(other.evidence);
            answer.region = answer.region.or(other.region);
            answer.city = answer.city.or(other.city);
        } else if !other.evidence.has(Evidence::TIME_ZONE) {
            answer.confidence *= 0.9;
        }
    }
    answer
}

fn by_code(table: &Table, code: &str) -> Option<Answer> {
    let code = code.trim();
    (code.len() == 2)
        .then(|| code_place(table, code))
        .flatten()
        .map(|number| Answer::of(table.place(number).country, 0.99, Evidence::PLACE))
}

/// The nearest city's country. The confidence compares how far the nearest city of another country is; the city is named within 15 km.
fn by_coordinates(table: &Table, (latitude, longitude): (f64, f64)) -> Option<Answer> {
    // Null island is where broken clients send from.
    let valid = latitude.abs() <= 90.0 && longitude.abs() <= 180.0 && (latitude != 0.0 || longitude != 0.0);
    if !valid {
        return None;
    }
    let mut near: Vec<(f64, u16)> = Vec::new();
    for row in -REACH..=REACH {
        for column in -REACH..=REACH {
            let y = (latitude.floor() as i32 + 90 + row).clamp(0, 180);
            let x = (longitude.floor() as i32 + 180 + column).rem_euclid(360);
            let Ok(cell) = u16::try_from(y * 360 + x) else { continue };
            near.extend(table.cell(cell).map(|number| {
                let place = table.place(number);
                (kilometres((latitude, longitude), (place.latitude, place.longitude)), number)
            }));
        }
    }
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let &(distance, number) = near.first()?;
    let city = table.place(number);
    let foreign = near.iter().find(|other| table.place(other.1).country != city.country).map_or(400.0, |other| other.0);
    if distance > 200.0 {
        return None;
    }
    // Half way between two countries' cities either may be right.
    let confidence = 0.5 + 0.49 * (1.0 - (distance / foreign).min(1.0)).sqrt();
    let mut answer = Answer::of(city.country, confidence, Evidence::COORDINATES);
    if distance <= 15.0 {
        answer.city = Some(city.name);
        answer.region = (city.region != NO_REGION).then(|| table.place(city.region).name);
    }
    Some(answer)
}

/// Great-circle distance (haversine), on a sphere of 6,371 km.
fn kilometres(from: (f64, f64), to: (f64, f64)) -> f64 {
    let half = |a: f64, b: f64| ((b - a).to_radians() / 2.0).sin().powi(2);
    let h = half(from.0, to.0) + from.0.to_radians().cos() * to.0.to_radians().cos() * half(from.1, to.1);
    2.0 * 6371.0 * h.sqrt().min(1.0).asin()
}

/// Weak: many accounts never set a zone, and many people live in another country of the same one.
fn by_time_zone(table: &Table, zone: &str) -> Option<Answer> {
    let key = format!("\u{3}{}", zone.trim().to_lowercase());
    let country = match table.get(key.as_bytes()) {
        Some(value) => {
            let mut senses = table.senses(value);
            let first = senses.next()?;
            senses.next().is_none().then(|| table.place(first.0).country)?
        }
        // "Eastern Time (US & Canada)" names a zone, not a country.
        None if zone.contains(['(', '/', '&']) => return None,
        None => resolve_profile(zone).code()?,
    };
    Some(Answer::of(country, 0.5, Evidence::TIME_ZONE))
}
