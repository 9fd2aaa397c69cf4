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
fn numbers_and_texts_of_items_are_no_classes() {
    let bench = Bench::new();
    let wide: String = TRAIN
        .lines()
        .enumerate()
        .map(|(at, line)| if at == 0 { format!("id,note,{line}\n") } else { format!("{at},a word,{line}\n") })
        .collect();
    let (train, wide, test) = (bench.write("train.csv", TRAIN), bench.write("wide.csv", wide), bench.write("test.csv", test_table()));
    let read = |train: &std::path::Path| json(&["stats", "quantify", "--train", path(train), "--test", path(&test), "--method", "emq"]);
    assert_eq!(read(&train), read(&wide));
    // A column of shares that nothing is labelled with is a class without codes.
    let uncoded: String =
        TRAIN.lines().enumerate().map(|(at, line)| format!("{},{line}\n", if at == 0 { "neutral" } else { "0" })).collect();
    let uncoded = bench.write("uncoded.csv", uncoded);
    let said = fails(&["stats", "quantify", "--train", path(&uncoded), "--test", path(&test), "--method", "emq"], 3);
    assert!(said.contains("class `neutral` has no coded item"), "{said}");
}

/// Six topics of the codes: in every other one posteriors lean to support.
#[test]
fn groups_of_the_codes_widen_intervals() {
    let bench = Bench::new();
    let row = |i: u32| {
        let (topic, is_support) = (i % 6, i * 7 % 10 < 4);
        let lean = if topic % 2 == 0 { 0.15 } else { -0.15 };
        let support = (if is_support { 0.65 } else { 0.35 }) + lean + f64::from(i % 11) * 0.015 - 0.075;
        format!("{:.4},{support:.4},{},topic{topic}\n", 1.0 - support, if is_support { "support" } else { "against" })
    };
    let rows: String = (0..360).map(row).collect();
    let train = bench.write("train.csv", format!("against,support,label,topic\n{rows}"));
    let test: String = (0..200).map(row).map(|line| line.rsplitn(3, ',').last().unwrap().to_owned() + "\n").collect();
    let test = bench.write("test.csv", format!("against,support\n{test}"));
    let args = ["stats", "quantify", "--train", path(&train), "--test", path(&test), "--method", "pacc", "--groups", "topic"];
    let found = json(&args);
    let own = &found["groups"];
    let ends = |of: &serde_json::Value| [0, 1].map(|at| of["support"][at].as_f64().unwrap());
    let ([low, high], [from, to]) = (ends(&own["interval"]), ends(&found["interval"]));
    assert_eq!(own["tried"], 6);
    assert!(own["spread"]["support"].as_f64().unwrap() > 0.2 && high - low > 2.0 * (to - from), "{found}");
    let said = crate::harness::ok(&args);
    assert!(said.contains("from group to group (6 groups of the codes)"), "{said}");
    let said = fails(&[&args[..9], &["nothing"]].concat(), 3);
    assert!(said.contains("is named `nothing`"), "{said}");
    let few: String = (0..60).map(row).collect();
    let few = bench.write("few.csv", format!("against,support,label,topic\n{few}"));
    let said = fails(&["stats", "quantify", "--train", path(&few), "--test", path(&test), "--method", "pacc", "--groups", "topic"], 2);
    assert!(said.contains("fewer than three groups"), "{said}");
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

/// 360 coded items, with their topics and without, and 200 others of two classes, in six topics whose posteriors lean one way or the other.
fn leaning(bench: &Bench, lean: f64) -> [std::path::PathBuf; 3] {
    let row = |i: u32| {
        let (topic, is_support) = (i % 6, i * 7 % 10 < 4);
        let lean = if topic % 2 == 0 { lean } else { -lean };
        let support = (if is_support { 0.6 } else { 0.4 }) + lean + f64::from(i * 37 % 41) * 0.01 - 0.2;
        format!("{:.4},{support:.4},{},topic{topic}\n", 1.0 - support, if is_support { "support" } else { "against" })
    };
    let cut = |row: String, columns: usize| row.trim_end().split(',').take(columns).collect::<Vec<_>>().join(",") + "\n";
    let of = |count: u32, columns: usize| (0..count).map(|i| cut(row(i), columns)).collect::<String>();
    [
        bench.write("topics.csv", format!("against,support,label,topic\n{}", of(360, 4))),
        bench.write("train.csv", format!("against,support,label\n{}", of(360, 3))),
        bench.write("test.csv", format!("against,support\n{}", of(200, 2))),
    ]
}

#[test]
fn bayesian_counts_say_how_sure_they_are() {
    let bench = Bench::new();
    let [topics, train, test] = leaning(&bench, 0.0);
    let args = ["stats", "quantify", "--train", path(&train), "--test", path(&test), "--method", "bayes"];
    let in_topics = ["stats", "quantify", "--train", path(&topics), "--test", path(&test), "--method", "bayes", "--groups", "topic"];
    let with = |more: &[&str]| json(&[&args[..], more].concat());
    let ends = |found: &serde_json::Value| [0, 1].map(|at| found["interval"]["support"][at].as_f64().unwrap());
    let found = with(&["--from-target"]);
    // Of 200 items 80 are in support.
    let [low, high] = ends(&found);
    assert!(low < 0.4 && 0.4 < high && high - low < 0.3 && found["converged"] == true, "{found}");
    let chains = &found["chains"];
    assert!(chains["scale"].as_f64().unwrap() <= 1.01 && chains["effective_draws"].as_f64().unwrap() >= 400.0, "{found}");
    let codes = chains["codes"]["support"].as_f64().unwrap();
    assert!(chains["cells"] == 4 && (145.0..180.0).contains(&codes), "{found}");
    let null = serde_json::Value::Null;
    assert_eq!((&found["resampled"], &chains["between_groups"], &chains["unlike"]), (&serde_json::json!([]), &null, &null));
    // These posteriors lie about how sure they are: by them the share would lie far outside of what the counts leave open, so theirs stands.
    let [share, mean] = [&found["prevalence"], &chains["mean"]].map(|own| own["support"].as_f64().unwrap());
    assert!(share == mean && low <= share && share <= high, "{found}");
    let sound = with(&["--from-target", "--calibrate", "bcts"]);
    let [share, mean] = [&sound["prevalence"], &sound["chains"]["mean"]].map(|own| own["support"].as_f64().unwrap());
    assert!(share != mean && (share - mean).abs() < 0.1, "{sound}");
    // A level acts, and so do asking for the population, and codes that may be of elsewhere.
    let [from, to] = ends(&with(&["--from-target", "--level", "0.5"]));
    assert!(to - from < 0.6 * (high - low), "{from} {to}");
    let [from, to] = ends(&with(&["--from-target", "--of", "population"]));
    assert!(to - from > high - low, "{from} {to}");
    let found = with(&[]);
    let ([from, to], chains) = (ends(&found), &found["chains"]);
    assert!(
        to - from > high - low && chains["unlike"].as_f64().unwrap() < 0.05 && chains["codes"]["support"].as_f64().unwrap() < codes,
        "{found}"
    );
    assert_eq!(with(&["--levels", "1"])["chains"]["cells"], 2);
    // Groups that are alike cost little, groups that lean much.
    let grouped = json(&in_topics);
    assert!(grouped["groups"].is_null() && grouped["chains"]["between_groups"].as_f64().unwrap() < 0.03, "{grouped}");
    let said = crate::harness::ok(&in_topics);
    assert!(said.contains("posterior mean and interval of 95 %; 4 chains of") && said.contains("R̂ 1.0"), "{said}");
    leaning(&bench, 0.15);
    let leant = json(&in_topics);
    let width = |found: &serde_json::Value| ends(found)[1] - ends(found)[0];
    assert!(leant["chains"]["between_groups"].as_f64().unwrap() > 0.05 && width(&leant) > 1.5 * width(&grouped), "{leant}");
    assert!(leant["chains"]["codes"]["support"].as_f64().unwrap() < 50.0, "{leant}");
    let said = fails(&[&args[..8], &["--levels", "0"]].concat(), 2);
    assert!(said.contains("`0` levels of sureness cannot be told apart; give 1 to 50"), "{said}");
    let said = fails(&[&args[..7], &["emq", "--levels", "3"]].concat(), 2);
    assert!(said.contains("`--levels` is read by `--method bayes` alone"), "{said}");
    let said = fails(&[&args[..7], &["emq", "--from-target"]].concat(), 2);
    assert!(said.contains("`--from-target` is read by `--method bayes` alone"), "{said}");
    let said = fails(&[&args[..8], &["--level", "95"]].concat(), 2);
    assert!(said.contains("`--level`"), "{said}");
}
