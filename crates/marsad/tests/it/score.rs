//! `marsad stats score` on tables of scores.

use crate::harness::{Bench, fails, json, ok, path};

/// Invented items with ties; what the measures are is known from scikit-learn 1.9.1 (see the tests of `stats`).
const SCORES: &str = "0 .29 .58 .81 .17 .69 .69 .06 .35 .58 .87 .23 .46 .75 .12 .35 .63 .92 .23 .52 .81 .12 .4 .69";
const LABELS: &str = "0 0 1 1 0 1 1 0 0 1 1 0 1 1 0 1 0 1 0 0 1 0 0 1";

fn items(name: impl Fn(&str) -> String) -> String {
    let rows = SCORES.split(' ').zip(LABELS.split(' ')).map(|(score, label)| format!("x,{score},{}\n", name(label)));
    format!("note,score,label\n{}", rows.collect::<String>())
}

#[test]
fn scores_are_judged_and_calibrated() {
    let bench = Bench::new();
    let plain = bench.write("plain.csv", items(str::to_owned));
    let named = bench.write("named.csv", items(|label| if label == "1" { "support".into() } else { "other".into() }));
    let found = json(&["stats", "score", "--table", path(&plain), "--calibrate", "platt", "--top", "4,24"]);
    let close = |value: &serde_json::Value, truth: f64| assert!((value.as_f64().unwrap() - truth).abs() < 1e-6, "{value}, not {truth}");
    close(&found["auc"], 0.947_916_667);
    close(&found["auc_standard_error"], 0.039_810_288);
    close(&found["auc_interval"][0], 0.869_889_937);
    close(&found["probability"]["brier"], 0.113_091_667);
    close(&found["probability"]["log_loss"], 0.374_986_903);
    close(&found["precision_at"][0]["precision"], 1.0);
    close(&found["precision_at"][1]["lift"], 1.0);
    assert!((found["calibrated"]["curve"]["slope"].as_f64().unwrap() - 7.1728).abs() < 1e-3, "{found}");
    assert!(found["calibrated"]["brier"].as_f64().unwrap() > 0.0, "{found}");
    let same = json(&["stats", "score", "--table", path(&named), "--positive", "support", "--calibrate", "platt", "--top", "4,24"]);
    assert_eq!(found, same);
    let said = ok(&["stats", "score", "--table", path(&plain), "--calibrate", "isotonic"]);
    assert!(said.contains("precision at 10") && said.contains("Brier score, calibrated"), "{said}");
}

#[test]
fn scores_that_are_no_probabilities_are_ranked_only() {
    let bench = Bench::new();
    let table = bench.write("t.csv", "score,label,weight\n-2,0,1\n3.5,1,2\n1,0,1\n2,1,1\n0.5,1,1\n");
    let found = json(&["stats", "score", "--table", path(&table)]);
    assert!(found["probability"].is_null() && found["calibrated"].is_null());
    assert!((found["auc"].as_f64().unwrap() - 0.875).abs() < 1e-12, "{found}");
}

#[test]
fn bad_tables_of_scores_are_told_in_a_sentence() {
    let bench = Bench::new();
    let cases = [
        ("score,label\n", "has no rows", &[][..]),
        ("score\n0.5\n", "no column `label`", &[]),
        ("score,label\n0.5,yes\n", "`--positive`", &[]),
        ("score,label\nhigh,1\n", "row `2` has a text of 4 characters for `score`", &[]),
        ("score,label\nNaN,1\n", "no finite number", &[]),
        ("score,label,weight\n0.1,0,0\n", "the weight `0`", &[]),
        ("score,label\n0.1,1\n0.2,1\n", "all of one class", &[]),
        ("score,label\n0.1,1\n0.2,0\n", "do not fill `5` folds", &["--calibrate", "platt"]),
        ("score,label\n0.1,1\n2,0\n1,1\n0,0\n", "no probability", &["--calibrate", "temperature", "--folds", "2"]),
    ];
    for (text, wanted, more) in cases {
        let table = bench.write("t.csv", text);
        let said = fails(&[&["stats", "score", "--table", path(&table)], more].concat(), 3);
        assert!(said.contains(wanted), "{said}");
    }
    let table = bench.write("t.csv", "score,label\n0.1,1\n0.2,0\n");
    assert!(fails(&["stats", "score", "--table", path(&table), "--top", "3"], 2).contains("the top `3` of `2` items"));
}

#[test]
fn the_verbs_on_tables_have_help_with_an_example_and_a_cost() {
    for verb in ["quantify", "score"] {
        let help = ok(&["stats", verb, "--help"]);
        assert!(help.contains("Example") && help.contains("Cost:"), "{verb}: {help}");
    }
}
