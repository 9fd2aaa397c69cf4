//! `marsad stance` in a study: an invented talk of known truth from selection to report, what stands in the way of each step, and an erasure.

use crate::harness::{Bench, command, path};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

const QUERY: &str = "\"ferry guild\" OR #ferryguild OR المعدية OR паром* OR fährgilde";

/// Whether a post of the truth is meant.
type Meant<'a> = &'a dyn Fn(&BTreeMap<String, String>) -> bool;

pub(crate) struct Desk {
    pub(crate) bench: Bench,
}

impl Desk {
    /// A study of an invented talk.
    pub(crate) fn new(posts: &str) -> Desk {
        let desk = Desk { bench: Bench::new() };
        desk.ok(&["simulate", "--talk", posts, "--days", "12", "--seed", "5", "--out", "world"]);
        desk.ok(&["init", "study", "--name", "S", "--designation", "DEMO-001", "--designations", "world/designation.csv"]);
        desk.ok(&["ingest", "study", "world/exports"]);
        desk
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let output = command(args).current_dir(self.bench.dir.path()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let (code, out, said) = self.run(args);
        assert_eq!(code, 0, "marsad {args:?}: {said}");
        out
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(self.ok(&[args, &["--json"]].concat()).trim()).unwrap()
    }

    /// The last sentence of a verb that fails with this exit code.
    fn refused(&self, code: i32, args: &[&str]) -> String {
        let (found, out, said) = self.run(args);
        assert_eq!((found, out.as_str()), (code, ""), "marsad {args:?}: {said}");
        said.lines().last().unwrap_or_default().replace(path(self.bench.dir.path()), "DIR")
    }

    pub(crate) fn select(&self, more: &[&str]) -> Value {
        self.json(&[&["stance", "select", "study", "--query", QUERY], more].concat())
    }

    /// Draws a sample, lets simulated coders fill in the sheets, and imports them.
    fn coded(&self, posts: &str) -> Value {
        let drawn = self.json(&["stance", "sample", "study", "-n", posts, "--seed", "2"]);
        self.import("stance-main", &[]);
        drawn
    }

    fn import(&self, name: &str, more: &[&str]) {
        for coder in ["coder-a", "coder-b"] {
            let (sheet, out) = (format!("study/stance/main/sheets/{name}-{coder}.csv"), format!("{name}-{coder}.csv"));
            self.ok(&[&["simulate", "--code-sample", &sheet, "--world", "world", "--seed", "5", "--out", &out], more].concat());
            self.ok(&[&["stance", "import-codes", "study", &out], more].concat());
        }
    }

    /// Settles every post on which coders differ as the truth has it.
    fn settle(&self, more: &[&str]) {
        let truth: BTreeMap<String, String> =
            self.truth().into_iter().map(|post| (post["post_id"].clone(), post["code"].clone())).collect();
        let waiting = self.json(&[&["stance", "adjudicate", "study"], more].concat());
        let mut sheets: BTreeMap<bool, String> = BTreeMap::new();
        let second = self.bench.at("study/stance/main/sheets/stance-main_2-coder-a.csv");
        let second = fs::read_to_string(second).unwrap_or_default()
            + &fs::read_to_string(self.bench.at("study/stance/main/sheets/stance-main_2-coder-b.csv")).unwrap_or_default();
        for own in waiting["waiting"].as_array().unwrap() {
            let item = own["item"].as_str().unwrap();
            let code = &truth[item.rsplit_once(':').unwrap().1];
            let sheet = sheets.entry(second.contains(&format!("{item},"))).or_insert_with(|| "item,coder,code,note\n".to_owned());
            *sheet += &format!("{item},lead,{code},read again\n");
        }
        for (is_second, sheet) in sheets {
            let name = format!("settled-{is_second}.csv");
            fs::write(self.bench.at(&name), sheet).unwrap();
            self.ok(&[&["stance", "adjudicate", "study", &name], more].concat());
        }
    }

    fn truth(&self) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.bench.at("world/truth/posts.csv")).unwrap();
        reader.deserialize().map(|row| row.unwrap()).collect()
    }
}

fn finding<'a>(found: &'a Value, id: &str) -> &'a Value {
    found["findings"].as_array().unwrap().iter().find(|own| own["id"] == id).unwrap_or_else(|| panic!("no finding {id}"))
}

/// Rows of a finding as names to cells.
fn rows(finding: &Value) -> Vec<BTreeMap<String, Value>> {
    let names: Vec<String> = finding["columns"].as_array().unwrap().iter().map(|own| own["name"].as_str().unwrap().to_owned()).collect();
    let of = |row: &Value| names.iter().cloned().zip(row.as_array().unwrap().iter().cloned()).collect();
    finding["rows"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn a_talk_from_selection_to_report() {
    let desk = Desk::new("1500");
    let truth = desk.truth();
    let share = |wanted: Meant<'_>| {
        let of: Vec<_> = truth.iter().filter(|post| wanted(post)).collect();
        of.iter().filter(|post| post["code"] == "overt_support").count() as f64 / of.len() as f64
    };
    // The selection is what the simulation knows.
    let selected = desk.select(&["--event", "2015-03-07T12:00:00Z", "--window", "1d"]);
    let unplaced = truth.iter().filter(|post| post["country"].is_empty()).count();
    let counts = &selected["counts"];
    assert_eq!((&counts["posts"], &counts["reposts"], &counts["unplaced"]), (&1500.into(), &125.into(), &unplaced.into()));
    assert_eq!(counts["read"], 1500 + 500 + 125);
    for country in rows(finding(&selected, "stance_countries")).iter().filter(|row| !row["posts"].is_null()) {
        let name = country["country"].as_str().unwrap();
        let known = truth.iter().filter(|post| post["country"] == if name == "not known" { "" } else { name }).count();
        assert_eq!(country["posts"], known, "{name}");
    }
    assert_eq!(desk.select(&["--event", "2015-03-07T12:00:00Z", "--window", "1d"])["selection"], selected["selection"]);
    // Chances are known and sum to the sample.
    let drawn = desk.coded("300");
    let strata = drawn["strata"].as_array().unwrap();
    assert_eq!(strata.iter().map(|own| own["posts"].as_u64().unwrap()).sum::<u64>(), 1500);
    assert_eq!(strata.iter().map(|own| own["codes"].as_u64().unwrap()).sum::<u64>(), 300);
    let sheet = fs::read_to_string(desk.bench.at("study/stance/main/sheets/stance-main-coder-a.csv")).unwrap();
    assert!(sheet.contains("item,coder,text,posted,code,note") && !sheet.contains("talker_"), "coders see words and day, and no author");
    let found = desk.json(&["stance", "estimate", "study", "--join", "unclear=neutral", "--pool", "--least", "60"]);
    shares_hold(&found, &share);
    assert!(desk.bench.at("study/stance/main/model").exists());
    let status = desk.json(&["stance", "status", "study"]);
    assert_eq!((&status["selection"], &status["coding"].as_array().unwrap().len()), (&Value::Bool(true), &2));
    second_draw(&desk, &found, share(&|_| true));
    second_dimension(&desk);
    reported(&desk);
}

/// Intervals of the whole and of parts hold the truth.
fn shares_hold(found: &Value, share: &dyn Fn(Meant<'_>) -> f64) {
    let headline = &found["headline"];
    let real = |value: &Value| value.as_f64().unwrap();
    let whole = share(&|_| true);
    assert!(real(&headline["low"]) <= whole && whole <= real(&headline["high"]), "{whole} {headline}");
    assert!(real(&headline["by_codes"][1]) <= whole && whole <= real(&headline["by_codes"][2]), "{whole} {headline}");
    assert!(["emq", "kdey-ml", "pacc", "bayes"].contains(&headline["method"].as_str().unwrap()));
    let (mut held, mut own_held, mut all) = (0, 0, 0);
    for row in rows(finding(found, "stance_countries")).iter().filter(|row| !row["own"].is_null()) {
        let true_share = share(&|post| post["country"] == row["country"].as_str().unwrap());
        all += 1;
        held += u64::from(real(&row["low"]) <= true_share && true_share <= real(&row["high"]));
        own_held += u64::from(real(&row["own_low"]) <= true_share && true_share <= real(&row["own_high"]));
        assert!(row["rank_best"].as_u64() <= row["rank_worst"].as_u64() && !row["pooled"].is_null(), "{row:?}");
    }
    assert!(all >= 5 && held + 1 >= all && own_held + 1 >= all, "{held} and {own_held} of {all} countries hold their true share");
    // Support rose by .12 at the event.
    let change = &rows(finding(found, "stance_change"))[0];
    assert!(real(&change["low"]) < 0.12 && 0.12 < real(&change["high"]) && change["placebos"].as_u64().unwrap() > 0, "{change:?}");
    // Shares of all classes by the chosen method sum to one.
    let chosen: f64 =
        rows(finding(found, "stance_shares")).iter().filter(|row| row["kind"] == "chosen method").map(|row| real(&row["share"])).sum();
    assert!((chosen - 1.0).abs() < 1e-9);
    // Nobody small leaves: at least ten accounts behind every row.
    for id in ["stance_countries", "stance_languages", "stance_times", "stance_clients"] {
        assert!(rows(finding(found, id)).iter().all(|row| row["accounts"].as_u64().is_none_or(|accounts| accounts >= 10)), "{id}");
    }
}

/// Posts to code next are frozen and handed out like the first, once those have their codes; then both count, and the interval is narrower.
fn second_draw(desk: &Desk, before: &Value, truth: f64) {
    let next = ["stance", "next", "study", "-n", "150", "--join", "unclear=neutral", "--seed", "7"];
    let said = desk.refused(2, &next);
    assert!(said.contains("`0` have no code yet and coders differ on `") && said.contains("stance adjudicate"), "{said}");
    desk.settle(&[]);
    let settled = desk.json(&["stance", "estimate", "study", "--join", "unclear=neutral", "--least", "400"]);
    let drawn = desk.json(&next);
    assert_eq!((drawn["frozen"].as_str().unwrap(), &drawn["items"]), ("stance-main_2", &150.into()), "{drawn}");
    let sheet = |name: &str| fs::read_to_string(desk.bench.at(&format!("study/stance/main/sheets/{name}-coder-a.csv"))).unwrap();
    let (first, second) = (sheet("stance-main"), sheet("stance-main_2"));
    let items = |sheet: &str| sheet.lines().skip(1).filter_map(|line| line.split(',').next().map(str::to_owned)).collect::<Vec<_>>();
    assert!(items(&second).len() > 75 && items(&second).iter().all(|item| !items(&first).contains(item)), "nobody codes a post twice");
    // Frozen is frozen: the estimate goes on with what is coded, and a third draw waits for the second.
    assert!(desk.refused(2, &next).contains("`150` have no code yet"));
    let waits = desk.json(&["stance", "status", "study"]);
    assert!(waits["coding"].as_array().unwrap().iter().any(|own| own["draw"] == 2 && own["coded"] == 0), "{waits}");
    desk.import("stance-main_2", &[]);
    desk.settle(&[]);
    let found = desk.json(&["stance", "estimate", "study", "--join", "unclear=neutral", "--least", "400"]);
    let coded = |found: &Value| found["headline"]["coded"].as_u64().unwrap();
    assert_eq!((coded(&settled), coded(&found)), (300, 450));
    assert!(coded(before) < 300, "disputes had no code");
    let ends = |found: &Value| [1, 2].map(|at| found["headline"]["by_codes"][at].as_f64().unwrap());
    let ([low, high], [from, to]) = (ends(&found), ends(&settled));
    assert!(low <= truth && truth <= high && high - low < 0.9 * (to - from), "{truth} {low} {high}, before {from} {to}");
}

/// What posts do is coded on the same posts, under a codebook of its own.
fn second_dimension(desk: &Desk) {
    let handed = desk.json(&["stance", "sample", "study", "--kind"]);
    assert_eq!((&handed["items"], handed["frozen"].as_str().unwrap()), (&300.into(), "stance-main-kind"));
    desk.import("stance-main-kind", &["--kind"]);
    let found = desk.json(&["stance", "estimate", "study", "--kind", "--least", "400", "--join", "unclear=informs"]);
    let truth = desk.truth();
    let calls = truth.iter().filter(|post| post["kind"] == "calls_to_act").count() as f64 / truth.len() as f64;
    let by_codes = &found["headline"]["by_codes"];
    assert!(by_codes[1].as_f64().unwrap() <= calls && calls <= by_codes[2].as_f64().unwrap(), "{calls} {}", found["headline"]);
    assert!(found["findings"].as_array().unwrap().iter().all(|own| own["id"].as_str().unwrap().starts_with("stance_kind_")));
}

/// The chapter stands in the report, nothing is told by its tables together, and `verify` works it out again.
fn reported(desk: &Desk) {
    let (code, _, said) = desk.run(&["report", "study", "--out", "report"]);
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("is left out"), "{said}");
    let page = fs::read_to_string(desk.bench.at("report/report.html")).unwrap();
    assert!(page.contains("The talk") && page.contains("stance_countries") && page.contains("What the posts on topic are"));
    for table in ["stance_shares.csv", "stance_countries.parquet", "stance_times.csv", "stance_model.csv", "stance_map.csv"] {
        assert!(desk.bench.at("report/tables").join(table).exists(), "{table}");
    }
    let verified = desk.json(&["verify", "report", "study"]);
    assert_eq!(verified["verdict"], "same", "{verified}");
}

#[test]
fn what_stands_in_the_way_is_a_sentence() {
    let desk = Desk::new("400");
    let stance =
        |verb: &str, args: &[&str]| [&["stance", verb, "study"], args].concat().iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>();
    let refused = |code: i32, verb: &str, args: &[&str]| {
        let args = stance(verb, args);
        desk.refused(code, &args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let mut said = vec![
        refused(2, "sample", &["-n", "50"]),
        refused(2, "estimate", &[]),
        refused(2, "select", &["--query", "(ferry OR"]),
        refused(2, "select", &["--query", "NOT ferry"]),
        refused(2, "select", &["--query", "zyxwvut"]),
        refused(2, "select", &["--query", "\"ferry guild\"", "--lang", "sw"]),
        refused(2, "select", &["--query", "ferry", "--from", "2031-01-01"]),
        refused(2, "select", &["--query", "ferry", "--from", "2015-03-09", "--to", "2015-03-08"]),
        refused(2, "select", &["--query", "ferry", "--from", "spring"]),
        refused(2, "select", &["--query", "ferry", "--stance", "Not A Name"]),
    ];
    assert!(!desk.bench.at("study/stance/main").exists(), "what finds nothing leaves nothing");
    desk.select(&[]);
    said.push(refused(2, "sample", &["-n", "5000"]));
    desk.json(&["stance", "sample", "study", "-n", "120", "--seed", "2"]);
    said.push(refused(2, "select", &["--query", "ferry"]));
    said.push(refused(2, "sample", &["-n", "120"]));
    said.push(refused(2, "estimate", &[]));
    // Codes under another version of the codebook.
    let sheet = "study/stance/main/sheets/stance-main-coder-a.csv";
    desk.ok(&["simulate", "--code-sample", sheet, "--world", "world", "--seed", "5", "--out", "a.csv"]);
    let codebook = desk.bench.at("study/stance.toml");
    let original = fs::read_to_string(&codebook).unwrap();
    fs::write(&codebook, original.replace("version = \"1\"", "version = \"2\"")).unwrap();
    said.push(refused(2, "import-codes", &["a.csv"]));
    fs::write(&codebook, &original).unwrap();
    // A class that hardly anybody coded, and codes that the codebook does not have.
    let codes = fs::read_to_string(desk.bench.at("a.csv")).unwrap();
    let few: String = codes
        .lines()
        .filter(|line| !line.ends_with("religious_neutral") && !line.ends_with("unclear"))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(desk.bench.at("few.csv"), few).unwrap();
    desk.ok(&["stance", "import-codes", "study", "few.csv"]);
    said.push(refused(2, "estimate", &[]));
    said.push(refused(2, "estimate", &["--join", "unclear=nothing"]));
    said.push(refused(2, "estimate", &["--join", "unclear=neutral", "--join", "religious_neutral=neutral", "--least", "9000"]));
    // Parts with too few posts have no share, and it is said.
    let (code, _, notes) =
        desk.run(&["stance", "estimate", "study", "--join", "unclear=neutral", "--join", "religious_neutral=neutral", "--least", "80"]);
    assert_eq!(code, 0, "{notes}");
    said.extend(notes.lines().filter(|line| line.contains("too few for a share")).map(str::to_owned));
    // A selection that was changed since.
    let selection = desk.bench.at("study/stance/main/sample.parquet");
    fs::write(&selection, fs::read(desk.bench.at("study/stance/main/selection.parquet")).unwrap()).unwrap();
    said.push(refused(4, "estimate", &[]));
    insta::assert_snapshot!(said.join("\n"));
}

/// Every file of a folder, its name and its bytes.
fn files(folder: &std::path::Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, into) } else { into.push(path) }
    }
}

#[test]
fn an_erasure_reaches_selection_sample_sheets_model_and_codes() {
    let desk = Desk::new("600");
    desk.select(&[]);
    desk.coded("200");
    desk.settle(&[]);
    desk.json(&["stance", "next", "study", "-n", "150", "--join", "unclear=neutral", "--join", "religious_neutral=neutral"]);
    desk.import("stance-main_2", &[]);
    let join = ["--join", "unclear=neutral", "--join", "religious_neutral=neutral", "--least", "150"];
    let before = desk.json(&[&["stance", "estimate", "study"][..], &join].concat());
    // An author with posts on a sheet of both draws.
    let exports = fs::read_to_string(desk.bench.at("world/exports/talk.jsonl")).unwrap();
    let own: Vec<Value> = exports.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let authors = |name: &str| {
        let sheet = fs::read_to_string(desk.bench.at(&format!("study/stance/main/sheets/{name}-coder-a.csv"))).unwrap();
        let ids: Vec<&str> = sheet.lines().skip(1).filter_map(|line| line.split(',').next()?.rsplit_once(':')).map(|(_, id)| id).collect();
        let of = own.iter().filter(|post| ids.iter().any(|id| post["id_str"] == **id));
        of.map(|post| post["user"]["id_str"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let second = authors("stance-main_2");
    let author = authors("stance-main").into_iter().find(|author| second.contains(author)).unwrap();
    let posts: Vec<String> =
        own.iter().filter(|post| post["user"]["id_str"] == *author).map(|post| post["id_str"].as_str().unwrap().to_owned()).collect();
    let erased = desk.json(&["erase", "study", "--account", &format!("twitter:{author}"), "--reason", "asked for"]);
    assert!(erased["events"].as_u64().unwrap() >= 1, "{erased}");
    let touched: BTreeMap<&str, &str> =
        erased["files"].as_array().unwrap().iter().map(|own| (own["path"].as_str().unwrap(), own["action"].as_str().unwrap())).collect();
    assert_eq!(touched.get("stance/main/model"), Some(&"removed"), "{touched:?}");
    for file in
        ["selection.parquet", "sample.parquet", "sample-2.parquet", "sheets/stance-main-coder-a.csv", "sheets/stance-main_2-coder-a.csv"]
    {
        let file = format!("stance/main/{file}");
        let file = file.as_str();
        assert_eq!(touched.get(file), Some(&"rewritten"), "{touched:?}");
    }
    // Nothing of the posts is left in any file but the lake's catalog of hashes; the events' bytes too.
    let mut all = Vec::new();
    files(&desk.bench.at("study"), &mut all);
    for file in all {
        let bytes = fs::read(&file).unwrap();
        for post in &posts {
            let is_there = bytes.windows(post.len()).any(|window| window == post.as_bytes());
            assert!(!is_there, "{} holds {post}", file.display());
        }
    }
    // What is left is a sample of what is left: it is the one that was frozen, and gives an estimate.
    let after = desk.json(&[&["stance", "estimate", "study"][..], &join].concat());
    let count = |found: &Value| (found["headline"]["posts"].as_u64().unwrap(), found["headline"]["coded"].as_u64().unwrap());
    assert!(count(&after).0 < count(&before).0 && count(&after).1 < count(&before).1, "{} {}", before["headline"], after["headline"]);
    // Again, nothing is left to do.
    let again = desk.json(&["erase", "study", "--account", &format!("twitter:{author}"), "--reason", "asked for"]);
    assert!(again["files"].as_array().unwrap().iter().all(|own| !own["path"].as_str().unwrap().starts_with("stance/")), "{again}");
}
