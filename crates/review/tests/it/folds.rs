//! What codes come to, by hand.

use crate::support::*;
use review::{Counts, FinalCode, Progress, Purpose};

#[test]
fn codes_come_to_agreed_disputed_or_nothing() {
    let (_folder, _path, mut events) = frozen();
    import(
        &mut events,
        &rows(&[
            (1, "one", "overt_support"), // one coder of two so far
            (2, "one", "overt_support"),
            (2, "two", "pious_neutral"), // disputed, and the count with it
            (3, "one", "minor"),
            (5, "one", "news"),
            (5, "two", "research"), // disputed in kind only
            (6, "one", "unclear"),
            (6, "two", "unclear"),
            (7, "two", "research"),
        ]),
    )
    .unwrap();
    let census = events.census("spring").unwrap();
    let results: Vec<String> = census
        .results()
        .iter()
        .map(|row| {
            let how = row.code.as_ref().map_or("open", FinalCode::how);
            let code = row.code.as_ref().and_then(FinalCode::code).unwrap_or("-");
            let counts = row.counts.map_or("-", Counts::name);
            let group = row.group.as_deref().unwrap_or("-");
            format!("{} {} {}/{} {how} {code} {counts} {group}", row.item, row.purpose.name(), row.coded, row.assigned)
        })
        .collect();
    insta::assert_snapshot!(results.join("\n"), @r"
    birdsite:1 sample 1/2 agreed overt_support positive -
    birdsite:2 sample 2/2 disputed - - -
    birdsite:3 sample 1/1 agreed minor protected -
    birdsite:4 sample 0/1 open - - -
    birdsite:5 golden 2/2 disputed - negative -
    birdsite:6 golden 2/2 agreed unclear missing -
    birdsite:7 sample 1/1 agreed research negative researcher
    birdsite:8 sample 0/1 open - - -
    ");
    assert_eq!(census.waiting(), ["birdsite:2", "birdsite:5"]);
    assert_eq!(census.protected(), ["birdsite:3"]);
    assert_eq!(census.final_code("birdsite:4"), None);
    assert_eq!(census.final_code("birdsite:99"), None);
    assert_eq!(census.final_code("birdsite:5"), Some(FinalCode::Disputed(Some(Counts::Negative))));
    let progress = |coder: &str, purpose, assigned, coded| Progress { coder: coder.to_owned(), purpose, assigned, coded };
    let (sample, golden) = (Purpose::Sample, Purpose::Golden);
    assert_eq!(
        census.progress(),
        [progress("one", sample, 4, 3), progress("one", golden, 2, 2), progress("two", sample, 4, 2), progress("two", golden, 2, 2)]
    );
    let codes: Vec<_> = census.codes().into_iter().map(|row| (row.item, row.coder, row.code, row.counts)).collect();
    assert_eq!(codes.len(), 9);
    assert_eq!(codes[1], ("birdsite:2".to_owned(), "one".to_owned(), "overt_support".to_owned(), Counts::Positive));
}

/// One coder sees a minor and another does not: protected until somebody decides.
#[test]
fn a_doubt_about_a_minor_protects() {
    let (_folder, _path, mut events) = frozen();
    import(&mut events, &rows(&[(1, "one", "minor"), (1, "two", "overt_support")])).unwrap();
    let census = events.census("spring").unwrap();
    assert_eq!((census.protected(), census.waiting()), (vec!["birdsite:1"], vec!["birdsite:1"]));
    assert_eq!(census.results()[0].counts, None);
    let decision = |code: &str| sheet(&format!("item,coder,code,note\nbirdsite:1,three,{code},the profile says so\n"));
    events.adjudicate(noon(4), "spring", &book(), &decision("overt_support"), false).unwrap();
    assert_eq!(events.census("spring").unwrap().protected(), Vec::<&str>::new());
    events.adjudicate(noon(5), "spring", &book(), &decision("minor"), true).unwrap();
    assert_eq!(events.census("spring").unwrap().protected(), ["birdsite:1"]);
}

/// The codes are read under the codebook that was frozen, with names and counts of its own.
#[test]
fn a_codebook_of_ones_own_counts_by_its_own_rules() {
    let text = "version = \"x\"\n[[code]]\nname = \"fan\"\ncounts = \"positive\"\nrule = \"says so\"\n[[code]]\nname = \"not\"\ncounts = \"negative\"\nrule = \"else\"\n";
    let folder = tempfile::tempdir().unwrap();
    let mut events = review::Events::create(&folder.path().join("deep/review.sqlite")).unwrap();
    let items = items();
    events.freeze(noon(0), "lead", &review::Freeze { codebook: text, ..freeze(&items) }).unwrap();
    let own = review::Codebook::parse(text).unwrap();
    events.import(noon(1), "spring", &own, &rows(&[(1, "one", "fan"), (2, "one", "not")]), false).unwrap();
    let counts: Vec<Counts> = events.census("spring").unwrap().codes().iter().map(|row| row.counts).collect();
    assert_eq!(counts, [Counts::Positive, Counts::Negative]);
}
