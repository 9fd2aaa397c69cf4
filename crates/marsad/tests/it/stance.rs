//! From texts to shares: `text train`, `classify`, `card`, then `stats quantify`, `domains` and `drift` on what they wrote.

use crate::harness::{Bench, fails, json, ok, path};
use std::path::PathBuf;

const SHARED: [&str; 6] = ["the river today", "by the old bridge", "water and wind", "we saw it", "near the mill", "#river"];
const OWN: [[&str; 4]; 2] = [
    ["lovely reeds", "we like the reeds", "high and green", "welcome reeds"],
    ["cut the reeds", "reeds must go", "too many of them", "nobody wants reeds"],
];

/// Invented posts; a share of `support` of them are of the first class, and one in six says what the other class says.
fn posts(n: usize, support: usize) -> Vec<(usize, String)> {
    let made = (0..n).map(|i| {
        let class = usize::from(i * 7 % 10 >= support);
        let said = if i % 6 == 5 { 1 - class } else { class };
        (class, format!("{}, {} {} @friend{i}", SHARED[i % 6], OWN[said][(i / 3) % 4], SHARED[(i * 5 + 2) % 6]))
    });
    made.collect()
}

struct Desk {
    bench: Bench,
    coded: PathBuf,
    posts: PathBuf,
}

impl Desk {
    fn new() -> Desk {
        let bench = Bench::new();
        let line = |(class, text): &(usize, String), more: &str| format!("{},\"{text}\"{more}\n", ["support", "against"][*class]);
        let coded: String = posts(240, 5).iter().map(|post| line(post, "")).collect();
        let coded = bench.write("coded.csv", format!("stance,text\n{coded},\"not coded yet\"\n"));
        // Four countries with 2, 4, 6 and 8 of ten in support, and three posts of a fifth.
        let mut text = String::from("stance,text,country\n");
        for (at, country) in ["AA", "BB", "CC", "DD"].iter().enumerate() {
            posts(200, 2 + 2 * at).iter().for_each(|post| text.push_str(&line(post, &format!(",{country}"))));
        }
        posts(3, 5).iter().for_each(|post| text.push_str(&line(post, ",EE")));
        text.push_str("against,\"nowhere to be placed\",\n");
        let posts = bench.write("posts.csv", text);
        Desk { bench, coded, posts }
    }

    fn train(&self, more: &[&str]) -> serde_json::Value {
        let (out, held) = (self.bench.at("a.model"), self.bench.at("held.csv"));
        let args = ["text", "train", "--table", path(&self.coded), "--text", "text", "--label", "stance", "--out", path(&out)];
        json(&[&args[..], &["--out-of-fold", path(&held)], more].concat())
    }

    fn classify(&self, more: &[&str]) -> serde_json::Value {
        let (model, out) = (self.bench.at("a.model"), self.bench.at("read.csv"));
        let args = ["text", "classify", "--model", path(&model), "--table", path(&self.posts), "--text", "text", "--out", path(&out)];
        json(&[&args[..], more].concat())
    }
}

#[test]
fn from_texts_to_shares() {
    let desk = Desk::new();
    let trained = desk.train(&[]);
    assert_eq!(
        (&trained["items"]["support"], &trained["items"]["against"], &trained["without_label"]),
        (&120.into(), &120.into(), &1.into())
    );
    let read = desk.classify(&["--keep", "country", "--answer"]);
    assert_eq!(read["rows"], 804);
    let text = std::fs::read_to_string(desk.bench.at("read.csv")).unwrap();
    assert!(text.starts_with("country,against,support,answer\nAA,0."), "{}", &text[..80]);
    let (held, out) = (desk.bench.at("held.csv"), desk.bench.at("read.csv"));
    let found = json(&["stats", "quantify", "--train", path(&held), "--test", path(&out), "--method", "auto", "--calibrate", "bcts"]);
    // Of 804 posts 402 are in support, but one says the class it is of by the other's words now and then.
    let share = found["prevalence"]["support"].as_f64().unwrap();
    assert!((share - 0.5).abs() < 0.05 && found["of"] == "selected" && found["calibration"] == "bcts", "{found}");
    let tried = found["tried"].as_array().unwrap();
    let chosen = tried.iter().find(|tried| tried["behind"] == 0.0).unwrap();
    assert_eq!(chosen["method"], found["method"]);
    assert!(["emq", "kdey-ml", "pacc"].iter().all(|method| found["beside"][method]["interval"]["support"].is_array()), "{found}");
    assert_eq!(found["beside"][found["method"].as_str().unwrap()]["prevalence"], found["prevalence"]);
    let population = json(&["stats", "quantify", "--train", path(&held), "--test", path(&out), "--method", "pacc", "--of", "population"]);
    let selected = json(&["stats", "quantify", "--train", path(&held), "--test", path(&out), "--method", "pacc"]);
    let width =
        |found: &serde_json::Value| found["interval"]["support"][1].as_f64().unwrap() - found["interval"]["support"][0].as_f64().unwrap();
    assert!(width(&selected) < width(&population) && population["prevalence"] == selected["prevalence"]);
}

#[test]
fn countries_have_rank_sets() {
    let desk = Desk::new();
    desk.train(&[]);
    desk.classify(&["--keep", "country"]);
    let (held, out) = (desk.bench.at("held.csv"), desk.bench.at("read.csv"));
    let args = ["stats", "domains", "--train", path(&held), "--table", path(&out), "--domain", "country", "--class", "support"];
    let found = json(&[&args[..], &["--pool"]].concat());
    let rows = found["domains"].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| row["domain"].as_str().unwrap()).collect::<Vec<_>>(), ["AA", "BB", "CC", "DD"]);
    for (at, row) in rows.iter().enumerate() {
        assert!((row["share"].as_f64().unwrap() - (0.2 + 0.2 * at as f64)).abs() < 0.1, "{row}");
        let (from, to) = (row["ranks"][0].as_u64().unwrap(), row["ranks"][1].as_u64().unwrap());
        assert!(from <= 4 - at as u64 && 4 - at as u64 <= to && row["pooled"]["borrowed"].as_f64().unwrap() < 0.5, "{row}");
    }
    assert_eq!(rows[3]["ranks"], serde_json::json!([1, 1]));
    assert_eq!((&found["left_out"], &found["without_domain"]), (&1.into(), &1.into()));
    let text = ok(&[&args[..], &["--event", "DD", "--before", "2", "--after", "1"]].concat());
    assert!(text.contains("change from the event on: +0.") && text.contains("1 placebo date"), "{text}");
    let said = fails(&[&args[..], &["--event", "AA"]].concat(), 2);
    assert!(said.contains("the table has `0` domains before it"), "{said}");
    assert!(fails(&[&args[..], &["--least", "500"]].concat(), 3).contains("none of its `5` domains has `500` items"));
}

#[test]
fn the_same_posts_have_not_drifted_and_other_words_have() {
    let desk = Desk::new();
    desk.train(&[]);
    // The coded posts themselves, out of fold: another table of the same kind.
    let (held, next) = (desk.bench.at("held.csv"), desk.bench.at("next.csv"));
    let found = json(&["stats", "drift", "--train", path(&held), "--test", path(&held), "--next", "25", "--out", path(&next)]);
    assert_eq!((&found["shift"], &found["next"], &found["n"]), (&"none".into(), &25.into(), &240.into()), "{found}");
    let drawn = std::fs::read_to_string(&next).unwrap();
    assert_eq!(drawn.lines().count(), 26);
    assert!(drawn.lines().skip(1).all(|line| line.split_once(',').is_some_and(|(row, chance)| {
        (2..=241).contains(&row.parse::<u32>().unwrap()) && (0.0..=1.0).contains(&chance.parse::<f64>().unwrap())
    })));
    // Posts of which nothing is sure, where the coded ones were.
    let unsure: String = (0..400).map(|i| format!("{0},{1}\n", 0.5 + f64::from(i % 7) * 0.01, 0.5 - f64::from(i % 7) * 0.01)).collect();
    let unsure = desk.bench.write("unsure.csv", format!("against,support\n{unsure}"));
    assert_eq!(json(&["stats", "drift", "--train", path(&held), "--test", path(&unsure)])["shift"], "covariate");
}

#[test]
fn the_card_says_what_training_said() {
    let desk = Desk::new();
    let terms = desk.bench.write("terms.txt", "reeds\n");
    let mut trained = desk.train(&["--terms", path(&terms), "--replace-with", "boats", "--wrong", "0.2"]);
    let model = desk.bench.at("a.model");
    let card = json(&["text", "card", path(&model)]);
    let object = trained.as_object_mut().unwrap();
    for key in ["model", "bytes", "without_label"] {
        assert!(object.remove(key).is_some(), "{key}");
    }
    assert_eq!(trained, card);
    assert_eq!(card["all"]["n"], 240);
    assert!(card["counterfactual"]["texts"].as_u64().unwrap() > 100 && card["counterfactual"]["terms"] == 1, "{card}");
    let text = ok(&["text", "card", path(&model)]);
    assert!(text.contains("coded texts: against 120, support 120") && text.contains("counterfactual: "), "{text}");
    // Rows on standard output as one object each.
    let rows =
        ok(&["text", "classify", "--model", path(&model), "--table", path(&desk.posts), "--text", "text", "--keep", "country", "--json"]);
    let first: serde_json::Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
    assert_eq!((rows.lines().count(), &first["kept"]["country"]), (804, &"AA".into()));
    let sum: f64 = first["posteriors"].as_object().unwrap().values().map(|value| value.as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9);
}

#[test]
fn what_cannot_be_learned_or_read_is_told_in_a_sentence() {
    let desk = Desk::new();
    desk.train(&[]);
    let (model, out) = (desk.bench.at("a.model"), desk.bench.at("b.model"));
    let train = |table: &str, label: &str| {
        let table = desk.bench.write("bad.csv", table);
        fails(&["text", "train", "--table", path(&table), "--text", "text", "--label", label, "--out", path(&out)], 3)
    };
    assert!(train("text\nx\n", "stance").contains("none of its `1` columns is named `stance`"));
    assert!(train("stance,text\na,x\na,y\n", "stance").contains("the codes name `1` class"));
    assert!(train("stance,text\na,x\nb,y\n", "stance").contains("`2` of `2` classes have fewer coded texts than the `5` folds"));
    let many: String = (0..70).map(|i| format!("a,words {i}\n")).collect();
    assert!(train(&format!("stance,text\n{many}"), "text").contains("holds `70` different labels"));
    let labels: String = (0..20).map(|i| format!("{},words {i}\n", ["label", "other"][i % 2])).collect();
    assert!(train(&format!("stance,text\n{labels}"), "stance").contains("a class is named `label`"));
    let mut bytes = std::fs::read(&model).unwrap();
    bytes[12] = 9;
    let other = desk.bench.write("other.model", &bytes);
    let said = fails(&["text", "card", path(&other)], 3);
    assert!(said.contains("it was made under version `9` of the features and this program has `1`"), "{said}");
    assert!(fails(&["text", "card", path(&desk.coded)], 3).contains("it is no model"));
    let keep = ["text", "classify", "--model", path(&model), "--table", path(&desk.posts), "--text", "text", "--keep"];
    assert!(fails(&[&keep[..], &["nothing"]].concat(), 3).contains("is named `nothing`"));
    assert!(fails(&["text", "classify", "--model", path(&model), "--table", path(&desk.coded), "--text", "words"], 3).contains("`words`"));
}
