//! Rows against their definition.

use text::Vectoriser;

fn row(vectoriser: &mut Vectoriser, text: &str) -> Vec<(u32, f32)> {
    let mut row = Vec::new();
    vectoriser.transform(text, &mut row);
    row
}

#[test]
fn rows_have_length_one_and_every_feature() {
    let mut vectoriser = Vectoriser::new(20);
    let found = row(&mut vectoriser, "ab");
    // <a <ab <ab> a ab ab> b b> and the word: nine features.
    assert_eq!(found.len(), 9);
    let length: f32 = found.iter().map(|(_, w)| w * w).sum();
    assert!((length - 1.0).abs() < 1e-5);
    assert!(row(&mut vectoriser, "").is_empty() && row(&mut vectoriser, " \n ").is_empty());
    assert_eq!(row(&mut vectoriser, "AB"), found);
}

#[test]
fn rare_features_weigh_more_by_the_formula() {
    let mut vectoriser = Vectoriser::new(20);
    vectoriser.fit(["x y", "x z", "x"]);
    assert_eq!(vectoriser.documents(), 3);
    let found = row(&mut vectoriser, "x y");
    // x is in 3 documents, y in 1: ln(4/4) + 1 and ln(4/2) + 1; each word has x, <x, x>, <x> and itself.
    let (x, y) = (found[0].1, found[found.len() - 1].1);
    assert!((f64::from(y / x) - (1.0 + 2.0_f64.ln())).abs() < 1e-5, "{x} {y}");
}

#[test]
fn a_row_does_not_depend_on_what_came_before() {
    let mut used = Vectoriser::new(18);
    let first = row(&mut used, "one text after another");
    for text in ["", "ا ب ت", "one", "long ".repeat(70_000).as_str()] {
        row(&mut used, text);
    }
    assert_eq!(row(&mut used, "one text after another"), first);
    assert!(first.iter().all(|(at, weight)| (*at as usize) < used.width() && weight.is_finite()));
}
