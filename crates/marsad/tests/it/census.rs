//! `marsad census`: the whole chain on an invented world, and what stands in its way.

use crate::harness::{Bench, command, path};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use study::Study;

/// A study of an invented world, and everything that its verbs have said.
pub(crate) struct Desk {
    pub(crate) bench: Bench,
    pub(crate) study: PathBuf,
    said: String,
}

impl Desk {
    /// A world with its exports ingested.
    pub(crate) fn new(accounts: &str, days: &str) -> Desk {
        let bench = Bench::new();
        let world = bench.at("world");
        let study = bench.at("study");
        let mut desk = Desk { bench, study, said: String::new() };
        desk.ok(&["simulate", "--accounts", accounts, "--days", days, "--seed", "7", "--out", path(&world)]);
        let list = world.join("designation.csv");
        desk.ok(&["init", path(&desk.study.clone()), "--name", "S", "--designation", "DEMO-001", "--designations", path(&list)]);
        desk.ok(&["ingest", path(&desk.study.clone()), path(&world.join("exports"))]);
        desk
    }

    pub(crate) fn world(&self, file: &str) -> PathBuf {
        self.bench.at("world").join(file)
    }

    pub(crate) fn sheets(&self) -> PathBuf {
        self.study.join("census/main/sheets")
    }

    /// Runs a verb; its exit code, what it prints and what it notes.
    pub(crate) fn run(&mut self, args: &[&str]) -> (i32, String, String) {
        let output = command(args).current_dir(self.bench.dir.path()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        self.said.push_str(&format!("{args:?}\n{out}{err}"));
        (output.status.code().unwrap(), out, err)
    }

    pub(crate) fn ok(&mut self, args: &[&str]) -> String {
        let (code, out, err) = self.run(args);
        assert_eq!(code, 0, "marsad {args:?}: {err}");
        out
    }

    /// `marsad census VERB study …`
    pub(crate) fn census(&mut self, verb: &str, args: &[&str]) -> String {
        self.ok(&[&["census", verb, "study"], args].concat())
    }

    pub(crate) fn json(&mut self, verb: &str, args: &[&str]) -> Value {
        let text = self.census(verb, &[args, &["--json"]].concat());
        assert_eq!(text.lines().count(), 1, "{verb} prints one object and nothing else: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The last sentence of a verb that fails with this exit code.
    fn refused(&mut self, code: i32, verb: &str, args: &[&str]) -> String {
        let args = [&["census", verb, "study"], args].concat();
        let (found, out, err) = self.run(&args);
        assert_eq!(found, code, "marsad {args:?}: {err}");
        assert!(out.is_empty(), "a refusal prints nothing: {out}");
        err.lines().last().unwrap_or_default().replace(path(self.bench.dir.path()), "DIR")
    }

    /// Lets simulated coders fill in a sheet, and imports it.
    pub(crate) fn code(&mut self, sheet: &str, more: &[&str]) -> Value {
        let (from, to) = (self.sheets().join(format!("{sheet}.csv")), self.bench.at(&format!("codes-{sheet}.csv")));
        self.ok(&["simulate", "--code-sample", path(&from), "--world", "world", "--seed", "7", "--out", path(&to)]);
        self.json("import-codes", &[&[path(&to)], more].concat())
    }

    pub(crate) fn seeds(&self) -> String {
        path(&self.world("coding/seeds.csv")).to_owned()
    }

    /// Up to a score that learned from a pilot.
    fn scored(&mut self) {
        let seeds = self.seeds();
        self.census("frame", &["--seeds", &seeds]);
        self.census("sample", &["--pilot", "--codes", "120"]);
        self.code("main-pilot-coder-a", &["--pilot"]);
        self.code("main-pilot-coder-b", &["--pilot"]);
        self.census("score", &[]);
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The world's accounts by key: handle and code.
fn truth(desk: &Desk) -> BTreeMap<String, (String, String)> {
    let mut reader = csv::Reader::from_path(desk.world("truth/accounts.csv")).unwrap();
    let names = reader.headers().unwrap().clone();
    let at = |name: &str| names.iter().position(|own| own == name).unwrap();
    let (id, handle, code) = (at("account_id"), at("handle"), at("code"));
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| (format!("twitter:{}", &row[id]), (row[handle].to_owned(), row[code].to_owned()))).collect()
}

/// Columns that count codes of the sample, or name no number of accounts.
const OF_THE_SAMPLE: [&str; 11] =
    ["codes", "positives", "undecided", "coded", "items", "n", "coders", "needed", "rank_best", "rank_worst", "k"];

/// What holds for every finding of a census.
fn check_findings(findings: &Value, min_cell: u64) {
    for finding in findings.as_array().unwrap() {
        let id = finding["id"].as_str().unwrap();
        assert!(finding["denominator"]["n"].as_u64().unwrap() > 0, "{id}");
        for words in
            [&finding["unit"], &finding["denominator"]["of"], &finding["method"]["name"], &finding["method"]["page"], &finding["title"]]
        {
            assert!(!words.as_str().unwrap().is_empty(), "{id}");
        }
        let page = format!("../../docs/methods/{}.md", finding["method"]["page"].as_str().unwrap());
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&page).exists(), "{id} names {page}");
        let columns = finding["columns"].as_array().unwrap();
        let kind = |at: usize| columns.get(at).map_or("", |column: &Value| column["kind"].as_str().unwrap());
        let has_interval = (0..columns.len()).any(|at| kind(at) == "low");
        assert!(!has_interval || finding["method"]["level"] == 0.95, "{id} has an interval and no level");
        for at in 0..columns.len() {
            if kind(at) == "low" {
                assert!(["count", "share", "number"].contains(&kind(at - 1)) && kind(at + 1) == "high", "{id}: column {at}");
            }
        }
        for row in finding["rows"].as_array().unwrap() {
            let is_of_the_sample = ["Drawn", "Coded", "Decided"].iter().any(|step| row[0] == *step);
            for (at, column) in columns.iter().enumerate() {
                let name = column["name"].as_str().unwrap();
                if kind(at) == "count" && !OF_THE_SAMPLE.contains(&name) && !is_of_the_sample {
                    let small = row[at].as_u64().filter(|count| (1..min_cell).contains(count));
                    assert_eq!(small, None, "{id}: {name} in {row}");
                }
                // An interval holds its figure.
                if kind(at) == "low"
                    && let (Some(value), Some(low), Some(high)) = (row[at - 1].as_f64(), row[at].as_f64(), row[at + 1].as_f64())
                {
                    assert!(low <= value + 1e-9 && value <= high + 1e-9, "{id}: {row}");
                }
            }
        }
    }
}

/// What a chain leaves: files that must be the same twice, and the estimate.
pub(crate) struct Run {
    files: BTreeMap<String, Vec<u8>>,
    pub(crate) estimate: Value,
}

/// The chain once through; every shape is checked on the way.
pub(crate) fn chain() -> (Desk, Run) {
    let mut desk = Desk::new("600", "20");
    let (seeds, golden) = (desk.seeds(), path(&desk.world("coding/golden.csv")).to_owned());
    let frame = desk.json("frame", &["--seeds", &seeds]);
    assert_eq!(
        keys(&frame),
        ["accounts", "capped", "collected", "communities", "follows", "id", "interactions", "levels", "missing", "seeds", "supporters"]
    );
    assert_eq!(frame["levels"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).sum::<u64>(), frame["accounts"].as_u64().unwrap());
    let pilot = desk.json("sample", &["--pilot", "--codes", "120"]);
    let sampled = ["coded_twice", "expected_half_width", "frame", "frozen", "golden", "items", "sample", "sheets", "strata"];
    assert_eq!(keys(&pilot), sampled);
    assert_eq!((&pilot["frozen"], &pilot["items"], &pilot["coded_twice"]), (&"main-pilot".into(), &120.into(), &30.into()));
    assert_eq!(desk.json("status", &[])["next"], "import the pilot's codes, then `marsad census score`");
    let imported = desk.code("main-pilot-coder-a", &["--pilot"]);
    assert_eq!(keys(&imported), ["by_code", "empty", "new", "repeated", "revised"]);
    assert_eq!(imported["new"], 75);
    desk.code("main-pilot-coder-b", &["--pilot"]);
    let score = desk.json("score", &[]);
    assert_eq!(
        keys(&score),
        [
            "abstains_between",
            "auc",
            "brier",
            "calibration",
            "counterfactual",
            "frame",
            "kind",
            "negatives",
            "pilot",
            "positives",
            "reliability",
            "strength",
            "weights",
            "words"
        ]
    );
    assert!(score["auc"][0].as_f64().unwrap() > 0.8, "{score}");
    let width = desk.json("sample", &["--for-width", "60"]);
    assert_eq!(keys(&width), ["codes", "expected_half_width"]);
    let sample = desk.json("sample", &["--codes", "150", "--golden", &golden]);
    assert_eq!(keys(&sample), sampled);
    let drawn: u64 = sample["strata"].as_array().unwrap().iter().map(|stratum| stratum["codes"].as_u64().unwrap()).sum();
    assert_eq!((drawn, &sample["items"]), (150, &150.into()));
    assert_eq!(keys(&sample["strata"][0]), ["accounts", "codes", "expected", "score_from"]);
    assert_eq!(desk.json("status", &[])["next"], "coders fill in their sheets; then `marsad census import-codes`");
    let files = files(&desk);
    desk.code("main-coder-a", &[]);
    desk.code("main-coder-b", &[]);
    // An account that both coded: one says minor. It is named nowhere from here on.
    minor(&mut desk);
    std::fs::copy(desk.world("coding/claims.toml"), desk.study.join("claims.toml")).unwrap();
    let sightings = path(&desk.world("coding/sightings.csv")).to_owned();
    desk.ok(&["ingest", "study", &sightings]);
    let status = desk.json("status", &[]);
    assert_eq!(keys(&status), ["coding", "frame", "next", "sample", "score", "waiting"]);
    assert!(status["next"].as_str().unwrap().contains("adjudicate"), "{status}");
    let waiting = desk.json("adjudicate", &[]);
    assert!(waiting["waiting"].as_array().unwrap().iter().any(|row| row["codes"].as_str().unwrap().contains("(kept apart)")), "{waiting}");
    let estimate = desk.json("estimate", &[]);
    (desk, Run { files, estimate })
}

/// The files of the census that must be the same for the same input.
fn files(desk: &Desk) -> BTreeMap<String, Vec<u8>> {
    let folder = desk.study.join("census/main");
    let names = ["frame.parquet", "score.parquet", "model.json", "pilot.parquet", "sample.parquet", "golden.parquet"].map(str::to_owned);
    let sheets = ["main-coder-a", "main-coder-b", "main-pilot-coder-a"].map(|name| format!("sheets/{name}.csv"));
    names.into_iter().chain(sheets).map(|name| (name.clone(), std::fs::read(folder.join(&name)).unwrap())).collect()
}

/// Has one coder of an account that two coded say `minor`.
fn minor(desk: &mut Desk) {
    let rows = |coder: &str| -> Vec<(String, String)> {
        let text = std::fs::read_to_string(desk.bench.at(&format!("codes-main-{coder}.csv"))).unwrap();
        text.lines()
            .skip(1)
            .map(|line| line.split(',').collect::<Vec<_>>())
            .map(|cells| (cells[0].to_owned(), cells[2].to_owned()))
            .collect()
    };
    let golden: BTreeSet<String> = csv::Reader::from_path(desk.world("coding/golden.csv"))
        .unwrap()
        .records()
        .map(|row| format!("twitter:{}", &row.unwrap()[0]))
        .collect();
    let other: BTreeSet<String> = rows("coder-b").into_iter().map(|(item, _)| item).collect();
    let item = rows("coder-a").into_iter().find(|(item, _)| other.contains(item) && !golden.contains(item)).unwrap().0;
    let sheet = desk.bench.write("kept-apart.csv", format!("item,coder,code\n{item},coder-a,minor\n"));
    let refused = desk.refused(3, "import-codes", &[path(&sheet)]);
    assert!(refused.contains("(kept apart)") && !refused.contains("minor"), "{refused}");
    let taken = desk.json("import-codes", &[path(&sheet), "--revise"]);
    assert_eq!((&taken["revised"], taken["by_code"].as_object().unwrap().len()), (&1.into(), 0));
}

#[test]
fn from_seeds_to_a_figure_twice_the_same() {
    let (mut desk, first) = chain();
    let (_, second) = chain();
    for (name, bytes) in &first.files {
        assert!(bytes == &second.files[name], "{name} differs between two runs");
    }
    // The provenance tells when the lake was sealed; nothing else differs.
    for part in ["headline", "findings"] {
        assert!(first.estimate[part] == second.estimate[part], "{part} differ between two runs");
    }
    #[cfg(unix)]
    for sheet in std::fs::read_dir(desk.sheets()).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(sheet.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let (headline, findings) = (&first.estimate["headline"], &first.estimate["findings"]);
    assert_eq!(
        keys(headline),
        ["accounts", "at_most", "coded", "estimate", "frame", "high", "level", "low", "method", "positives", "scenario", "verdict"]
    );
    assert_eq!(headline["verdict"], "estimate", "{headline}");
    // The world knows how many of the frame support the organisation.
    let truth = truth(&desk);
    let members = Study::open(&desk.study).unwrap().census("main").unwrap().members().unwrap();
    let supporters = members.accounts.iter().filter(|key| truth[*key].1 == "overt_support").count() as f64;
    let [low, estimate, high] = ["low", "estimate", "high"].map(|end| headline[end].as_f64().unwrap());
    assert!(low <= supporters && supporters <= high, "{supporters} is not within {low} and {high}");
    assert!(low <= estimate && estimate <= high && high - low < 0.1 * members.len() as f64, "{headline}");
    check_findings(findings, 10);
    let ids: Vec<&str> = findings.as_array().unwrap().iter().map(|finding| finding["id"].as_str().unwrap()).collect();
    assert_eq!(
        ids,
        [
            "census_estimate",
            "census_claims",
            "census_path",
            "census_strata",
            "census_precision",
            "census_reliability",
            "census_domains",
            "census_agreement",
            "census_coder_error",
            "census_false_positives",
            "census_gates",
            "census_score",
            "census_weights",
            "census_unseen",
            "census_assumptions"
        ]
    );
    let verdicts: Vec<&str> = findings[1]["rows"].as_array().unwrap().iter().map(|row| row[5].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["comparable", "other_window", "other_unit", "unsupported"]);
    audit_and_compare(&mut desk);
    report(&mut desk, &truth);
    assert!(!desk.said.replace("`minor`", "").contains("minor"), "an output names the protected code");
}

/// The list audit and a second census.
pub(crate) fn audit_and_compare(desk: &mut Desk) {
    let crowd = path(&desk.world("coding/crowd-list.csv")).to_owned();
    let drawn = desk.json("audit-list", &[&crowd, "--codes", "40", "--coders", "amal"]);
    assert_eq!(keys(&drawn), ["frozen", "in_lake", "items", "missing", "sheets"]);
    assert!(desk.refused(2, "audit-list", &[]).contains("no account of the sample has a code yet"));
    desk.code("main-audit-crowd-amal", &["--audit", "crowd"]);
    let audit = desk.json("audit-list", &[]);
    assert_eq!(keys(&audit), ["at_most", "findings", "high", "in_frame", "in_lake", "low", "missing", "precision"]);
    let [low, precision, high] = ["low", "precision", "high"].map(|end| audit[end].as_f64().unwrap());
    assert!(0.2 < low && low <= precision && precision <= high && high < 0.95, "{audit}");
    check_findings(&audit["findings"], 10);
    let seeds = desk.seeds();
    desk.census("frame", &["--seeds", &seeds, "--levels", "1", "--census", "narrow"]);
    desk.census("score", &["--baseline", "--census", "narrow"]);
    desk.census("sample", &["--codes", "130", "--coders", "amal", "--census", "narrow"]);
    let sheet = desk.study.join("census/narrow/sheets/narrow-amal.csv");
    let codes = desk.bench.at("narrow.csv");
    desk.ok(&["simulate", "--code-sample", path(&sheet), "--world", "world", "--seed", "7", "--out", path(&codes)]);
    desk.census("import-codes", &[path(&codes), "--census", "narrow"]);
    let compared = desk.json("compare", &["narrow", "main", "--days", "30"]);
    assert_eq!(keys(&compared), ["days", "findings", "shared"]);
    check_findings(&compared["findings"], 10);
    assert_eq!(compared["findings"][0]["rows"].as_array().unwrap().len(), 3);
    assert!(desk.refused(2, "compare", &["main", "main"]).contains("cannot be compared with itself"));
    assert!(desk.refused(2, "compare", &["narrow", "main", "--days", "0"]).contains("positive"));
    // The narrow frame lies within the main one.
    assert_eq!(compared["shared"], desk.json("estimate", &["--census", "narrow"])["headline"]["accounts"]);
}

fn report(desk: &mut Desk, truth: &BTreeMap<String, (String, String)>) {
    let written: Value = serde_json::from_str(desk.ok(&["report", "study", "--json"]).lines().next().unwrap()).unwrap();
    let html = std::fs::read_to_string(written["html"].as_str().unwrap()).unwrap();
    assert!(html.contains("From seeds to the estimate") && html.contains("What the figure assumes"));
    assert!(!html.contains("twitter:") && !html.contains("minor_") && !html.contains(">minor<"));
    for (key, (handle, _)) in truth {
        let id = key.split_once(':').unwrap().1;
        assert!(!html.contains(handle.as_str()), "the report names a handle");
        assert!(id.len() < 12 || !html.contains(id), "the report names an account");
    }
    // The census is worked out again from the events that the report names.
    let page = written["html"].as_str().unwrap().to_owned();
    let again: Value = serde_json::from_str(desk.ok(&["verify", &page, "study", "--json"]).trim()).unwrap();
    assert_eq!((&again["verdict"], &again["figures"]["remarks"]), (&"same".into(), &serde_json::json!([])), "{again}");
}

#[test]
fn lists_that_cannot_be_used_are_refused_in_a_sentence() {
    let mut desk = Desk::new("300", "6");
    let seeds = std::fs::read_to_string(desk.seeds()).unwrap();
    let (head, first) = (seeds.lines().next().unwrap(), seeds.lines().nth(1).unwrap());
    std::fs::create_dir(desk.bench.at("folder")).unwrap();
    let cases: [(&str, Vec<u8>); 9] = [
        ("latin.csv", b"account_id\n12\xff\n".to_vec()),
        ("empty.csv", Vec::new()),
        ("columns.csv", b"name,points\nx,1\n".to_vec()),
        ("cut.csv", format!("{head}\n{first}\n1017,\n").into_bytes()),
        ("quote.csv", format!("{head}\n{first}\n17,\"a\n").into_bytes()),
        ("stranger.csv", b"account_id,code\n999999,overt_support\n".to_vec()),
        ("code.csv", format!("{head}\n{}\n", first.replace("overt_support", "rain_loom")).into_bytes()),
        ("gap.csv", format!("{head}\n{}\n", first.replace("overt_support", "")).into_bytes()),
        ("twice.csv", format!("{head}\n{first}\n{}\n", first.replace("overt_support", "news")).into_bytes()),
    ];
    let mut said = Vec::new();
    for (name, bytes) in cases {
        desk.bench.write(name, bytes);
        said.push(desk.refused(3, "frame", &["--seeds", name]));
    }
    said.push(desk.refused(3, "frame", &["--seeds", "missing.csv"]));
    said.push(desk.refused(3, "frame", &["--seeds", "folder"]));
    desk.bench.write("news.csv", format!("{head}\n{}\n", first.replace("overt_support", "news")));
    said.push(desk.refused(2, "frame", &["--seeds", "news.csv"]));
    let seeds = desk.seeds();
    said.push(desk.refused(2, "frame", &["--seeds", &seeds, "--cap", "0"]));
    said.push(desk.refused(2, "frame", &["--seeds", &seeds, "--census", "9lives"]));
    insta::assert_snapshot!(said.join("\n"));
    // Nothing of it left a frame behind.
    assert_eq!(desk.json("status", &[])["frame"], false);
}

#[test]
fn steps_in_the_wrong_order_twice_or_with_wrong_names() {
    let mut desk = Desk::new("300", "6");
    let mut said = vec![
        desk.refused(2, "estimate", &[]),
        desk.refused(2, "score", &[]),
        desk.refused(2, "sample", &["--codes", "5"]),
        desk.refused(2, "import-codes", &["x.csv"]),
        desk.refused(2, "adjudicate", &[]),
        desk.refused(2, "audit-list", &[]),
    ];
    let seeds = desk.seeds();
    desk.census("frame", &["--seeds", &seeds]);
    said.extend([
        desk.refused(2, "frame", &["--seeds", &seeds]),
        desk.refused(2, "score", &[]),
        desk.refused(2, "sample", &["--codes", "5"]),
        desk.refused(2, "sample", &["--pilot", "--codes", "0"]),
        desk.refused(2, "sample", &["--pilot", "--codes", "5", "--coders", "Amal"]),
        desk.refused(2, "sample", &["--pilot", "--codes", "5", "--coders", "amal,amal"]),
    ]);
    // A draw that was never frozen does not stand in the way.
    std::fs::write(desk.study.join("census/main/pilot.parquet"), "cut short").unwrap();
    desk.census("sample", &["--pilot", "--codes", "60", "--coders", "amal,bruno"]);
    said.push(desk.refused(2, "sample", &["--pilot", "--codes", "60", "--coders", "amal,bruno"]));
    desk.code("main-pilot-amal", &["--pilot"]);
    // Bruno's sheet under Amal's name, and a code that nobody has.
    let sheet = std::fs::read_to_string(desk.sheets().join("main-pilot-bruno.csv")).unwrap();
    let items: Vec<&str> = sheet.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let amal = std::fs::read_to_string(desk.bench.at("codes-main-pilot-amal.csv")).unwrap();
    let foreign = items.iter().find(|item| !amal.contains(**item)).unwrap();
    desk.bench.write("foreign.csv", format!("item,coder,code\n{foreign},amal,news\n"));
    desk.bench.write("nonsense.csv", format!("item,coder,code\n{},bruno,nonsense\n", items[0]));
    desk.bench.write("cut.csv", "item,cod");
    let number = foreign.split_once(':').unwrap().1;
    said.extend([
        desk.refused(3, "import-codes", &["foreign.csv", "--pilot"]).replace(number, "ID"),
        desk.refused(3, "import-codes", &["nonsense.csv", "--pilot"]),
        desk.refused(3, "import-codes", &["cut.csv", "--pilot"]),
        desk.refused(3, "import-codes", &["none.csv", "--pilot"]),
        desk.refused(2, "import-codes", &["codes-main-pilot-amal.csv"]),
        desk.refused(2, "audit-list", &["nonsense.csv", "--codes", "3", "--name", "a-name-too-long"]),
    ]);
    let again = desk.json("import-codes", &["codes-main-pilot-amal.csv", "--pilot"]);
    assert_eq!((&again["new"], again["repeated"].as_u64().unwrap() > 30), (&0.into(), true));
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn codes_that_decide_nothing_and_what_changed_after_the_freeze() {
    let mut desk = Desk::new("300", "6");
    let seeds = desk.seeds();
    desk.census("frame", &["--seeds", &seeds]);
    desk.census("score", &["--baseline"]);
    desk.census("sample", &["--codes", "130", "--coders", "amal"]);
    let mut said = vec![desk.refused(2, "estimate", &[])];
    let sheet = std::fs::read_to_string(desk.sheets().join("main-amal.csv")).unwrap();
    let items: Vec<String> = sheet.lines().skip(1).filter_map(|line| Some(line.split(',').next()?.to_owned())).collect();
    let coded = |code: &dyn Fn(&str) -> &'static str| -> String {
        items.iter().fold("item,coder,code\n".to_owned(), |text, item| format!("{text}{item},amal,{}\n", code(item)))
    };
    desk.bench.write("unclear.csv", coded(&|_| "unclear"));
    desk.census("import-codes", &["unclear.csv"]);
    said.push(desk.refused(2, "estimate", &[]));
    // The report goes without, and says so.
    let (code, _, note) = desk.run(&["report", "study"]);
    assert!(code == 0 && note.contains("the report goes without the census `main`"), "{note}");
    // One stratum stays without a code that decides: that of the account with the lowest score.
    let drawn = lake::Derived::read(&desk.study.join("census/main/sample.parquet"), &lake::Cipher::none()).unwrap();
    let (Some(lake::DerivedColumn::Text(accounts)), Some(lake::DerivedColumn::Int(strata))) =
        (drawn.column("account"), drawn.column("stratum"))
    else {
        panic!("the sample has other columns")
    };
    let tail = strata.iter().flatten().max().copied();
    let in_tail: BTreeSet<&str> =
        accounts.iter().zip(strata).filter(|(_, own)| **own == tail).filter_map(|(key, _)| key.as_deref()).collect();
    desk.bench.write("most.csv", coded(&|item| if in_tail.contains(item) { "unclear" } else { "news" }));
    let changed = desk.refused(3, "import-codes", &["most.csv"]);
    assert!(changed.contains("`--revise`"), "{changed}");
    desk.census("import-codes", &["most.csv", "--revise"]);
    said.push(desk.refused(2, "estimate", &[]));
    desk.bench.write("all.csv", coded(&|_| "news"));
    desk.census("import-codes", &["all.csv", "--revise"]);
    let headline = desk.json("estimate", &[])["headline"].clone();
    assert_eq!((&headline["verdict"], &headline["estimate"]), (&"too_few".into(), &Value::Null), "{headline}");
    assert!(headline["at_most"].as_f64().unwrap() >= desk.json("status", &[])["coding"].as_array().unwrap().len() as f64);
    // What was frozen is not what lies there.
    let census = desk.study.join("census/main");
    let tampered = |desk: &mut Desk, file: &Path, to: Vec<u8>, verb: &str, args: &[&str], exit: i32| {
        let before = std::fs::read(file).unwrap();
        std::fs::write(file, to).unwrap();
        let sentence = desk.refused(exit, verb, args);
        std::fs::write(file, before).unwrap();
        sentence
    };
    for file in ["sample.parquet", "frame.parquet", "score.parquet"] {
        let file = census.join(file);
        let bytes = std::fs::read(&file).unwrap();
        // Cut off, and rewritten as a whole with one value changed.
        let cut = tampered(&mut desk, &file, bytes[..bytes.len() / 2].to_vec(), "estimate", &[], 4);
        assert!(cut.contains("is altered"), "{cut}");
        let mut table = lake::Derived::read(&file, &lake::Cipher::none()).unwrap();
        let (_, column) = table.columns.iter_mut().find(|(name, _)| ["chance", "rank", "score"].contains(&name.as_str())).unwrap();
        let lake::DerivedColumn::Real(values) = column else { panic!("not numbers") };
        values[0] = Some(0.123);
        let other = desk.bench.at("other.parquet");
        table.write(&other, &lake::Cipher::none()).unwrap();
        said.push(tampered(&mut desk, &file, std::fs::read(&other).unwrap(), "estimate", &[], 4));
    }
    let book = desk.study.join("codebook.toml");
    let text = std::fs::read_to_string(&book).unwrap().replace("journalist", "press").into_bytes();
    said.push(tampered(&mut desk, &book, text, "import-codes", &["all.csv"], 2));
    let events = desk.study.join("review.sqlite");
    let text = std::fs::read(&events).unwrap();
    let cut = tampered(&mut desk, &events, text[..text.len() / 3].to_vec(), "estimate", &[], 4);
    assert!(cut.contains("the events in"), "{cut}");
    desk.json("estimate", &[]);
    insta::assert_snapshot!(said.join("\n"));
}

/// An edge list of handles is all there is: two rings of sixty accounts, each following the next four of its ring.
#[test]
fn accounts_known_by_handle_alone_are_counted_too() {
    let bench = Bench::new();
    let study = bench.study("study");
    let handle = |ring: usize, at: usize| format!("{}_{:02}", ["heron", "teal"][ring], at % 60);
    let mut edges = "follower_handle,followed_handle\n".to_owned();
    for (ring, at, step) in (0..2).flat_map(|ring| (0..60).flat_map(move |at| (1..5).map(move |step| (ring, at, step)))) {
        edges.push_str(&format!("{},{}\n", handle(ring, at), handle(ring, at + step)));
    }
    edges.push_str("heron_03,teal_03\n");
    let file = bench.write("follows.csv", edges);
    let mut desk = Desk { bench, study, said: String::new() };
    desk.ok(&["ingest", "study", path(&file)]);
    desk.bench.write("seeds.csv", "handle\n@heron_00\nHeron_12\nheron_24\nheron_36\nheron_48\n");
    let frame = desk.json("frame", &["--seeds", "seeds.csv", "--levels", "3"]);
    assert_eq!((&frame["seeds"], frame["accounts"].as_u64().unwrap() >= 60), (&5.into(), true), "{frame}");
    desk.census("score", &["--baseline"]);
    desk.census("sample", &["--codes", "30", "--minimum", "5", "--strata", "3", "--coders", "amal"]);
    let sheet = std::fs::read_to_string(desk.sheets().join("main-amal.csv")).unwrap();
    let items: Vec<&str> = sheet.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert!(items.len() == 30 && items.iter().all(|item| item.contains(":@")), "{sheet}");
    let codes: String =
        items.iter().map(|item| format!("{item},amal,{}\n", if item.contains("heron") { "overt_support" } else { "news" })).collect();
    desk.bench.write("codes.csv", format!("item,coder,code\n{codes}"));
    desk.census("import-codes", &["codes.csv"]);
    // A row of a stranger is refused without its handle.
    desk.bench.write("stranger.csv", "item,coder,code\ntwitter:@some_wader,amal,news\n");
    let refused = desk.refused(3, "import-codes", &["stranger.csv"]);
    assert!(!refused.contains("wader"), "{refused}");
    let estimate = desk.json("estimate", &[]);
    check_findings(&estimate["findings"], 10);
    assert!(estimate["headline"]["estimate"].as_f64().unwrap() >= 30.0, "{}", estimate["headline"]);
    assert!(!estimate.to_string().contains("heron"), "a finding names an account");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let mut desk = Desk::new("300", "6");
    let seeds = desk.seeds();
    desk.census("status", &[]);
    let lock = |desk: &Desk, mode: u32| std::fs::set_permissions(&desk.study, std::fs::Permissions::from_mode(mode)).unwrap();
    lock(&desk, 0o555);
    let is_root = std::fs::write(desk.study.join("probe"), "").is_ok();
    if !is_root {
        let said = desk.refused(5, "frame", &["--seeds", &seeds]);
        assert!(said.contains("cannot be written"), "{said}");
    }
    lock(&desk, 0o755);
}

#[test]
fn the_score_needs_both_kinds_and_a_lake_without_ties_is_told() {
    let mut desk = Desk::new("400", "8");
    desk.scored();
    assert!(desk.refused(2, "score", &["--baseline"]).contains("has a score already"));
    assert!(desk.refused(2, "sample", &["--codes", "20"]).contains("minimum"));
    let bench = Bench::new();
    let study = bench.study("study");
    let posts = bench.write("a.jsonl", crate::harness::v1_post(1, 1, "first", 1));
    let mut bare = Desk { bench, study, said: String::new() };
    bare.ok(&["ingest", "study", path(&posts)]);
    bare.bench.write("seeds.txt", "1\n");
    let mut said = vec![bare.refused(2, "frame", &["--seeds", "seeds.txt"])];
    // Ties there are, and the seed has none of them.
    bare.bench.write("follows.csv", "follower_id,followed_id\n2,3\n");
    bare.ok(&["ingest", "study", "follows.csv"]);
    said.push(bare.refused(2, "frame", &["--seeds", "seeds.txt"]));
    insta::assert_snapshot!(said.join("\n"), @r"
    marsad: the lake holds no follows; ingest an export that has them, or grow the frame `--via` the other kind
    marsad: the frame holds nobody but seeds (1); whom they chose is not in the lake: ingest their follows, or raise `--levels` or `--cap`
    ");
}
