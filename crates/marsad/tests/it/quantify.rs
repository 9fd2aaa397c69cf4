//! `marsad stats quantify` on tables of posteriors.

use crate::harness::{Bench, fails, json, path};

const TRAIN: &str = "against,support,label\n0.9,0.1,against\n0.7,0.3,against\n0.3,0.7,support\n0.1,0.9,support\n";
const TWELVE: [&str; 12] = ["0.95", "0.9", "0.85", "0.6", "0.4", "0.35", "0.3", "0.25", "0.2", "0.15", "0.1", "0.05"];

fn test_table() -> String {
    // The columns stand in the other order than in the training table.
    let rows = TWELVE.iter().map(|p| format!("{p},{}\n", 1.0 - p.parse::<f64>().unwrap()));
    format!("support,against\n{}", rows.collect::<String>())
}

#[test]
fn shares_of_twelve_items_under_two_priors() {
    let bench = Bench::new();
    let (train, test) = (bench.write("train.csv", TRAIN), bench.write("test.csv", test_table()));
    let args = ["stats", "quantify", "--train", path(&train), "--test", path(&test), "--method", "emq"];
    for (prior, truth) in [(None, 0.32193), (Some("support=0.3,against=0.7"), 0.69076)] {
        let prior = prior.map_or_else(Vec::new, |prior| vec!["--prior", prior]);
        let found = json(&[&args[..], &prior].concat());
        let share = found["prevalence"]["support"].as_f64().unwrap();
        assert!((share - truth).abs() < 5.1e-6, "{found}");
        let interval = &found["interval"]["support"];
        assert!(interval[0].as_f64().unwrap() < share && share < interval[1].as_f64().unwrap(), "{found}");
        assert!(found["iterations"].as_u64().unwrap() > 0);
    }
}

#[test]
fn bad_tables_are_told_in_a_sentence() {
    let bench = Bench::new();
    let good = bench.write("test.csv", test_table());
    let train = bench.write("train.csv", TRAIN);
    let cases = [
        ("a,b\n", true, "has no rows"),
        ("against,support\n0.5,0.5\n", true, "no column `label`"),
        ("against,support,label\n0.5,0.5,against\n", true, "class `support` has no coded item"),
        ("against,support,label\n0.5,0.5,other\n", true, "is labelled a text of 5 characters, which is no column"),
        ("against,support\n0.5,0.2\n", false, "sum to 1"),
        ("against,neutral\n0.5,0.5\n", false, "name the same classes"),
        ("against,support\n0.5,x\n", false, "which is no number"),
    ];
    for (text, is_training, wanted) in cases {
        let bad = bench.write("bad.csv", text);
        let (train, test) = if is_training { (&bad, &good) } else { (&train, &bad) };
        let said = fails(&["stats", "quantify", "--train", path(train), "--test", path(test), "--method", "pacc"], 3);
        assert!(said.contains(wanted), "{said}");
    }
}
