//! `marsad stats` and `marsad prove` as a user meets them.

use crate::harness::{Bench, fails, json, ok, path};

fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Truth: statsmodels 0.15, `proportion_confint(455, 722)`.
#[test]
fn a_share_has_the_interval_asked_for() {
    for (method, low, high) in [("wilson", 0.59438, 0.66463), ("clopper-pearson", 0.59381, 0.66551)] {
        let found = json(&["stats", "proportion", "--successes", "455", "--trials", "722", "--method", method]);
        assert!((number(&found["interval"][0]) - low).abs() < 6e-6 && (number(&found["interval"][1]) - high).abs() < 6e-6, "{found}");
        assert_eq!(found["method"], method);
    }
    assert!(
        ok(&["stats", "proportion", "--successes", "1", "--trials", "4"]).starts_with("0.2500 (1 of 4), 95 % interval 0.0456 to 0.6994")
    );
}

#[test]
fn a_stratified_total_and_what_is_too_few() {
    let bench = Bench::new();
    let table = bench.write("strata.csv", "stratum,size,sampled,positives,unclear\ntop,200,20,15,0\ntail,1000,32,6,2\n");
    let found = json(&["stats", "proportion", "--table", path(&table)]);
    assert!((number(&found["total"]) - 350.0).abs() < 1e-9, "{found}");
    assert!(number(&found["interval"][0]) < 350.0 && number(&found["interval"][1]) > 350.0 && found["verdict"] == "estimate");
    assert!(number(&found["unclear_range"][1]) > number(&found["interval"][1]));
    let few = json(&["stats", "proportion", "--successes", "1", "--trials", "400", "--population", "20000"]);
    assert!(few["total"].is_null() && few["interval"].is_null() && few["verdict"] == "too-few" && number(&few["at_most"]) > 50.0, "{few}");
    assert!(ok(&["stats", "proportion", "--successes", "1", "--trials", "400", "--population", "20000"]).starts_with("at most "));
}

/// Golden value of the correction: .2000, standard error .02704.
#[test]
fn golden_items_correct_a_share() {
    let args =
        ["stats", "proportion", "--successes", "240", "--trials", "1000", "--golden-positives", "160/200", "--golden-negatives", "40/400"];
    let found = json(&args);
    assert!((number(&found["share"]) - 0.2).abs() < 1e-12 && (number(&found["standard_error"]) - 0.02704).abs() < 5e-6, "{found}");
    let bound = ok(&[
        "stats",
        "proportion",
        "--successes",
        "20",
        "--trials",
        "1000",
        "--population",
        "100000",
        "--golden-positives",
        "90/100",
        "--golden-negatives",
        "1/100",
    ]);
    assert!(bound.contains("coder error exceeds the signal"), "{bound}");
}

/// Truth: `krippendorff` 0.8 on Krippendorff's example of four coders and twelve units.
#[test]
fn agreement_of_the_published_example() {
    let rows = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."];
    let lines = rows.iter().enumerate().flat_map(|(coder, row)| {
        row.chars().enumerate().map(move |(item, code)| format!("u{item},c{coder},{}\n", if code == '.' { ' ' } else { code }))
    });
    let bench = Bench::new();
    let table = bench.write("codes.csv", format!("item,coder,code\n{}", lines.collect::<String>()));
    let found = json(&["stats", "agreement", "--table", path(&table)]);
    assert!((number(&found["all"]["alpha"]) - 0.743421052631579).abs() < 1e-12, "{found}");
    assert_eq!((found["all"]["items"].as_u64(), found["all"]["coders"].as_u64()), (Some(11), Some(4)));
    assert!(found["coder_error"]["log_likelihood"].is_number());
    let pair = bench.write("two.csv", "item,coder,code,group\n1,a,x,ar\n1,b,x,ar\n2,a,y,ar\n2,b,x,ar\n3,a,y,en\n3,b,y,en\n4,a,x,fr\n");
    let found = json(&["stats", "agreement", "--table", path(&pair)]);
    assert_eq!((found["groups"].as_array().map(Vec::len), &found["groups_without_pairs"][0]), (Some(2), &serde_json::json!("fr")));
    // Two of three agree: p_o = 2/3, p_e = 4/9, kappa = .4.
    assert!((number(&found["all"]["kappa"]) - 0.4).abs() < 1e-12, "{found}");
}

#[test]
fn sample_sizes() {
    assert_eq!(json(&["stats", "sample-size", "--for-width", "0.05", "--expect", "0.5"])["codes"], 385);
    assert_eq!(json(&["stats", "sample-size", "--for-width", "0.05", "--expect", "0.5", "--population", "1000"])["codes"], 278);
    let bench = Bench::new();
    let table = bench.write("strata.csv", "stratum,size,expect\ntail,9000,0.01\ntop,1000,0.5\n");
    let found = json(&["stats", "sample-size", "--for-width", "150", "--table", path(&table)]);
    let codes: u64 = found["allocation"].as_array().unwrap().iter().map(|s| s["codes"].as_u64().unwrap()).sum();
    assert_eq!(found["codes"].as_u64(), Some(codes));
}

#[test]
fn bad_tables_are_told_in_a_sentence() {
    let bench = Bench::new();
    let cases = [
        ("proportion", "", "is empty"),
        ("proportion", "stratum,size,sampled,positives\n", "a head and no rows"),
        ("proportion", "stratum,size,sampled\na,5,2\n", "no column `positives`"),
        ("proportion", "stratum,size,sampled,positives\na,50,20,3\nb,90,3", "the file is cut off"),
        ("proportion", "stratum,size,sampled,positives\na,50,20,x\n", "`x` in column `positives`"),
        ("proportion", "stratum,size,sampled,positives\na,50,20,21\n", "line `2`"),
        ("proportion", "stratum,size,sampled,positives\na,5,20,1\n", "cannot be larger than its stratum"),
        ("proportion", "stratum,size,sampled,positives,unclear\na,50,20,0,20\n", "`20` are unclear"),
        ("proportion", "stratum,size,sampled,positives\na,0,0,0\n", "frame is empty"),
        ("agreement", "item,coder,code\n1,a,x\n2,b,x\n", "no item has codes of two coders"),
        ("agreement", "item,coder,code\n1,a,x\n1,a,y\n", "has coded its item before"),
        ("agreement", "item,coder\n1,a\n", "no column `code`"),
        ("agreement", "item,coder,code,group\n1,a,x,en\n1,b,x,ar\n", "an item has one group"),
    ];
    for (verb, text, wanted) in cases {
        let table = bench.write("bad.csv", text);
        let said = fails(&["stats", verb, "--table", path(&table)], 3);
        assert!(said.contains(wanted) && said.lines().count() == 1, "{text:?}: {said}");
    }
    let missing = bench.at("nowhere.csv");
    assert!(fails(&["stats", "agreement", "--table", path(&missing)], 3).contains("nowhere.csv"));
}

#[test]
fn wrong_flags_are_told_in_a_sentence() {
    let cases: [(&[&str], &str); 7] = [
        (&["proportion", "--successes", "5", "--trials", "4"], "`5` successes among `4` trials"),
        (&["proportion", "--successes", "5", "--trials", "40", "--level", "95"], "is not a confidence level"),
        (&["proportion", "--successes", "5", "--trials", "40", "--population", "30"], "smaller than `--trials 40`"),
        (&["proportion", "--successes", "5", "--trials", "40", "--golden-positives", "9", "--golden-negatives", "1/100"], "is not K/N"),
        (
            &["proportion", "--successes", "5", "--trials", "40", "--golden-positives", "9/10", "--golden-negatives", "1/100"],
            "at least `100`",
        ),
        (&["sample-size", "--for-width", "0", "--expect", "0.5"], "is no half-width"),
        (&["sample-size", "--for-width", "0.1", "--expect", "50"], "is no share"),
    ];
    for (args, wanted) in cases {
        let said = fails(&[&["stats"], args].concat(), 2);
        assert!(said.contains(wanted), "{args:?}: {said}");
    }
    assert!(fails(&["stats", "proportion"], 2).contains("--successes"));
    assert!(fails(&["prove", "census", "--replicates", "0"], 2).contains("proves nothing"));
    assert!(fails(&["prove", "census", "--replicates", "5", "--accounts", "10"], 2).contains("fewer than 1,000 accounts"));
}

#[test]
fn the_proof_has_sixteen_cells_and_repeats() {
    let args = ["prove", "census", "--replicates", "30", "--accounts", "4000", "--codes", "200"];
    let found = json(&args);
    assert_eq!(found["cells"].as_array().map(Vec::len), Some(16));
    assert_eq!(found, json(&args));
    assert_eq!(ok(&args).lines().count(), 18);
}
