//! Rows against their definition.

use text::{Counter, Cutter, Feature, Terms, Vectoriser};

fn row(vectoriser: &mut Vectoriser, text: &str) -> Vec<(u32, f32)> {
    let mut row = Vec::new();
    vectoriser.transform(text, &mut row);
    row
}

#[test]
fn rows_have_length_one_and_every_feature() {
    let mut vectoriser = Vectoriser::new(20);
    let found = row(&mut vectoriser, "ab");
    // <ab ab> <ab> and the word: four features.
    assert_eq!(found.len(), 4);
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
    // x is in 3 documents, y in 1: ln(4/4) + 1 and ln(4/2) + 1; each word has <x> and itself.
    let mut weights: Vec<f32> = found.iter().map(|(_, weight)| *weight).collect();
    weights.sort_by(f32::total_cmp);
    assert_eq!(weights.len(), 4);
    assert!((f64::from(weights[3] / weights[0]) - (1.0 + 2.0_f64.ln())).abs() < 1e-5, "{weights:?}");
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

fn cut(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    Cutter::default().cut(text, |_, feature| {
        found.push(match feature {
            Feature::Word(word) => word.iter().collect(),
            Feature::Gram(gram) => format!("[{}]", gram.iter().collect::<String>()),
        })
    });
    found
}

#[test]
fn the_features_of_a_word_are_those_of_the_page() {
    assert_eq!(cut("Ab"), ["[<ab]", "[<ab>]", "[ab>]", "ab"]);
    assert_eq!(cut("#a"), ["[<#a]", "[<#a>]", "[#a>]", "#a"]);
    assert_eq!(cut("x"), ["[<x>]", "x"]);
}

#[test]
fn addresses_and_links_are_no_features() {
    for text in
        ["@someone", ".@someone:", "see https://t.co/abc", "see www.reeds.example", "see me@reeds.example", "@someone@reeds.example see"]
    {
        assert!(cut(text).iter().all(|found| "[<see>]".contains(found.trim_matches(['[', ']'])) || found == "see"), "{text}");
    }
}

#[test]
fn words_end_at_punctuation_of_any_script() {
    let words = |text: &str| Cutter::default().words(text);
    assert_eq!(words("Reeds, reeds; (reeds)! #reeds#reed_bed - # 'reeds'"), "reeds reeds reeds #reeds #reed_bed reeds");
    assert_eq!(words("القصب، القصب؟ «القصب»"), "القصب القصب القصب");
    assert_eq!(words("हम। किनारे"), "हम किनारे");
    assert_eq!(words("👍🏽 reeds…"), "👍🏽 reeds");
}

#[test]
fn a_wording_is_its_words_in_order() {
    let wording = |text: &str| Cutter::default().cut(text, |_, _| {});
    let one = wording("The reeds are high");
    assert_eq!(one.words, 4);
    assert_eq!(one, wording("the REEDS are high! @someone https://t.co/abc"));
    assert_ne!(one.hash, wording("are the reeds high").hash);
    assert_ne!(one.hash, wording("the reeds are high high").hash);
    assert_eq!(wording("@someone https://t.co/abc").words, 0);
}

#[test]
fn counts_add_up_whatever_the_order() {
    let texts = ["the reeds are high", "the heron waits", "", "القصب عال هذا العام", "the the the"];
    let drain = |texts: &mut dyn Iterator<Item = &&str>| {
        let mut counter = Counter::new(12);
        texts.for_each(|text| {
            counter.add(text);
        });
        let mut row = Vec::new();
        counter.drain(|at, count| row.push((at, count)));
        let mut left = 0;
        counter.drain(|_, _| left += 1);
        assert_eq!(left, 0);
        row
    };
    let row = drain(&mut texts.iter());
    assert!(row.is_sorted() && row.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert_eq!(row, drain(&mut texts.iter().rev()));
    let features: usize = texts.iter().map(|text| cut(text).len()).sum();
    assert_eq!(row.iter().map(|(_, count)| usize::from(*count)).sum::<usize>(), features);
}

#[test]
fn places_are_used_evenly() {
    // 20,000 invented words into 2^12 places: the chi-square of the places' counts stays near its mean for an even hash.
    let mut counter = Counter::new(12);
    let mut words = 0.0;
    let mut text = String::new();
    for number in 0..20_000_u32 {
        text.clear();
        let mut left = number;
        for _ in 0..4 {
            text.push_str(["ka", "lo", "mi", "ru", "te", "so", "na", "vi", "do", "pa", "hu", "ge"][(left % 12) as usize]);
            left /= 12;
        }
        text.push_str(&number.to_string());
        Cutter::default().cut(&text, |_, feature| words += f64::from(u8::from(matches!(feature, Feature::Word(_)))));
        counter.add(&text);
    }
    assert_eq!(words, 20_000.0);
    let mut used = 0;
    counter.drain(|_, _| used += 1);
    assert!(used > 4050, "{used} of 4096 places are used");
}

#[test]
fn terms_go_with_the_words_that_hold_them() {
    let terms = Terms::new(["Grey Heron", "#reedfront", "@heron_news", "gh", "الحداد"]);
    let out = |text: &str| terms.take_out(&mut Cutter::default(), text);
    assert_eq!(out("the grey heron waits"), "the waits");
    assert_eq!(out("#GreyHeron #grey_heron waits for the ReedFront's own"), "waits for the s own");
    assert_eq!(out("a grey day, a heron"), "a grey day a heron");
    assert_eq!(out("gh is short, cough is not"), "is short cough is not");
    assert_eq!(out("والحداد هنا"), "هنا");
    assert_eq!(out("heron news here"), "here");
    assert_eq!(Terms::new(["", "!?"]).take_out(&mut Cutter::default(), "the reeds"), "the reeds");
}
