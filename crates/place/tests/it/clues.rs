//! Coordinates, place objects and time zones.

use place::{Clues, Evidence, resolve};

#[test]
fn coordinates_fall_on_the_nearest_city() {
    for (at, country, city) in [
        ((48.857, 2.352), "FR", Some("Paris")),
        ((33.513, 36.292), "SY", Some("Damascus")),
        ((-33.868, 151.21), "AU", Some("Sydney")),
        ((-16.5, 179.99), "FJ", None),
    ] {
        let answer = resolve(&Clues { coordinates: Some(at), ..Clues::default() });
        assert_eq!(answer.country(), Some(country), "{at:?}");
        assert!(city.is_none() || answer.city == city, "{at:?}: {:?}", answer.city);
        assert!(answer.evidence.has(Evidence::COORDINATES));
    }
}

#[test]
fn coordinates_at_sea_or_out_of_range_say_nothing() {
    for at in [(0.0, 0.0), (-50.0, -120.0), (91.0, 0.0), (f64::NAN, 3.0), (3.0, f64::INFINITY)] {
        assert_eq!(resolve(&Clues { coordinates: Some(at), ..Clues::default() }).country(), None, "{at:?}");
    }
}

#[test]
fn near_a_border_coordinates_are_less_sure() {
    let inland = resolve(&Clues { coordinates: Some((48.857, 2.352)), ..Clues::default() });
    let border = resolve(&Clues { coordinates: Some((47.58, 7.6)), ..Clues::default() });
    assert!(border.confidence < inland.confidence, "{} and {}", border.confidence, inland.confidence);
}

#[test]
fn clues_that_agree_raise_and_clues_that_disagree_lower() {
    let profile = Clues { profile: Some("Cairo"), ..Clues::default() };
    let alone = resolve(&profile);
    let both = resolve(&Clues { place_country: Some("eg"), ..profile });
    let against = resolve(&Clues { place_country: Some("QA"), ..profile });
    let zone = resolve(&Clues { time_zone: Some("Africa/Cairo"), ..Clues::default() });
    assert_eq!((both.country(), both.city), (Some("EG"), Some("Cairo")));
    assert!(both.confidence > alone.confidence);
    assert_eq!(against.country(), Some("QA"));
    assert!(against.confidence < 0.9);
    assert_eq!((zone.country(), zone.confidence), (Some("EG"), 0.5));
    assert_eq!(resolve(&Clues { time_zone: Some("Eastern Time (US & Canada)"), ..Clues::default() }).country(), None);
    assert_eq!(resolve(&Clues { place_country: Some("ZZ"), ..Clues::default() }).country(), None);
}
