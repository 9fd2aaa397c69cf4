//! `marsad serve` over real studies: clusters with the posts behind them, and the codes of a stance given in a browser.

use crate::coordinate_study;
use crate::harness::{Bench, command, fails, json, ok, path};
use crate::talk;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;
use study::coordinate::{ClusterTrace, Explanation, Innocent, KeptCluster, KeptDay, Part, Trace};

const PASSWORD: &str = "a long enough word 7";

/// The binary as a server; killed when dropped.
struct Server {
    child: Child,
    address: String,
    admin: Person,
}

/// Somebody who is logged in.
struct Person {
    address: String,
    cookie: String,
    csrf: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Serves a study, whose address is its folder's name, and makes its administrator.
    fn start(study: &Path) -> Server {
        let (server, told) = Server::started(study, &[], |told| told["first_link"].as_str().unwrap().to_owned());
        assert_eq!(told["reset_link"], Value::Null);
        server
    }

    /// The same with more arguments, and with the link by which the administrator comes in.
    fn started(study: &Path, more: &[&str], link: impl Fn(&Value) -> String) -> (Server, Value) {
        let args = [&["serve", path(study), "--listen", "127.0.0.1:0", "--json", "--quiet"], more].concat();
        let mut child = command(&args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let address = told["url"].as_str().unwrap().strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
        let admin = set_up(&address, &link(&told), "admin");
        (Server { child, address, admin }, told)
    }

    /// Makes a person with one role, who logs in.
    fn person(&self, name: &str, study: &str, role: &str) -> Person {
        let made = self.admin.ask("POST", "/api/people", Some(&json!({ "name": name })), 201);
        let roles = json!({ "study": study, "roles": [role] });
        self.admin.ask("PUT", &format!("/api/people/{}/roles", made["id"]), Some(&roles), 200);
        set_up(&self.address, made["link"].as_str().unwrap(), name)
    }
}

/// Uses a one-time link.
fn set_up(address: &str, link: &str, name: &str) -> Person {
    let token = link.split_once('#').unwrap().1;
    let body = json!({ "token": token, "name": name, "password": PASSWORD });
    let (status, head, answer) = raw(address, "POST", "/api/setup", "", Some(&body));
    assert_eq!(status, 200, "{answer}");
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap().split(';').next().unwrap().to_owned();
    let csrf = answer["csrf"].as_str().unwrap().to_owned();
    Person { address: address.to_owned(), cookie, csrf }
}

fn raw(address: &str, method: &str, path: &str, more: &str, body: Option<&Value>) -> (u16, String, Value) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    let body = body.map(Value::to_string);
    let kind =
        body.as_ref().map_or_else(String::new, |body| format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    let text = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{more}{kind}\r\n{}", body.unwrap_or_default());
    stream.write_all(text.as_bytes()).unwrap();
    let mut heard = String::new();
    stream.read_to_string(&mut heard).unwrap();
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_owned(), serde_json::from_str(body).unwrap_or(Value::Null))
}

impl Person {
    /// Asks, and expects this status.
    fn ask(&self, method: &str, path: &str, body: Option<&Value>, expected: u16) -> Value {
        let more = format!("cookie: {}\r\nx-marsad-csrf: {}\r\n", self.cookie, self.csrf);
        let (status, _, answer) = raw(&self.address, method, path, &more, body);
        assert_eq!(status, expected, "{method} {path}: {answer}");
        answer
    }

    fn get(&self, path: &str) -> Value {
        self.ask("GET", path, None, 200)
    }
}

#[test]
fn an_administrator_who_is_alone_is_let_in_again() {
    let bench = Bench::new();
    let study = bench.study("study");
    let first = {
        let server = Server::start(&study);
        server.person("coder", "study", "coder");
        let cookie = format!("cookie: {}\r\n", server.admin.cookie);
        assert_eq!(raw(&server.address, "GET", "/api/people", &cookie, None).0, 200);
        cookie
    };
    let said = fails(&["serve", path(&study), "--listen", "127.0.0.1:0", "--reset", "nobody"], 2);
    assert!(said.contains("no open account has the name given with `--reset`"), "{said}");
    let (server, told) = Server::started(&study, &["--reset", "admin"], |told| told["reset_link"].as_str().unwrap().to_owned());
    assert_eq!((&told["first_link"], raw(&server.address, "GET", "/api/people", &first, None).0), (&Value::Null, 401), "sessions are gone");
    let people = server.admin.get("/api/people");
    assert_eq!(people["rows"].as_array().unwrap().len(), 2, "roles and people stay: {people}");
    let acts = server.admin.get("/api/people/acts");
    let last = &acts["rows"][0];
    assert_eq!((&last["act"], &last["actor"], &last["person"]), (&json!("reset"), &json!("admin"), &json!("admin")), "{acts}");
}

#[test]
fn clusters_of_a_study_with_the_posts_behind_each_tie() {
    let desk = coordinate_study::Desk::new();
    let at = "/api/studies/study";
    // The ring has twelve accounts: with this least cell it is small.
    let settings = desk.study.join("marsad.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("min_cell = 10", "min_cell = 13")).unwrap();
    {
        let server = Server::start(&desk.study);
        let lead = server.person("early", "study", "lead");
        assert_eq!(lead.get(&format!("{at}/clusters"))["rows"], json!([]), "nothing was worked out yet");
        assert_eq!(lead.ask("GET", &format!("{at}/clusters/1"), None, 404)["error"]["code"], "not_found");
    }
    let ring = desk.ring();
    fs::remove_file(desk.study.join("people.sqlite")).unwrap();
    let server = Server::start(&desk.study);
    let [lead, reviewer, auditor] = ["lead", "reviewer", "auditor"].map(|role| server.person(&format!("{role}1"), "study", role));
    let rows = lead.get(&format!("{at}/clusters"))["rows"].clone();
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["accounts"], &rows[0]["edges"]), (1, &json!(12), &json!(66)), "{rows}");
    assert_eq!(rows[0]["kinds"], json!(["co-repost", "co-link"]));
    let cluster = lead.get(&format!("{at}/clusters/1"));
    whole(&cluster, &ring);
    let arabic = lead.get(&format!("{at}/clusters/1?lang=ar"));
    let reason = arabic["reasons"][0].as_str().unwrap();
    assert!(reason.contains("١٢") && reason.contains("٦٦") && !reason.contains("together"), "{reason}");
    let french = lead.get(&format!("{at}/clusters/1?lang=fr"));
    assert!(french["reasons"][0].as_str().unwrap().starts_with("12 comptes"), "{}", french["reasons"]);
    assert_eq!(lead.ask("GET", &format!("{at}/clusters/1?lang=xx"), None, 400)["error"]["code"], "invalid");

    posts_behind(&lead, at, &cluster);
    suppressed(&lead, &reviewer, &auditor, at, &cluster);

    // An erasure takes the tables with it until they are worked out again.
    drop(server);
    ok(&["erase", path(&desk.study), "--account", "heronry:3", "--reason", "asked for"]);
    fs::remove_file(desk.study.join("people.sqlite")).unwrap();
    let server = Server::start(&desk.study);
    assert_eq!(server.person("later", "study", "lead").get(&format!("{at}/clusters"))["rows"], json!([]));
}

/// The page of the cluster says what the findings of the run say, and names nobody.
fn whole(cluster: &Value, ring: &Value) {
    let finding = |id: &str| ring["findings"].as_array().unwrap().iter().find(|own| own["id"] == id).unwrap().clone();
    assert_eq!((cluster["members"].as_array().unwrap().len(), cluster["ties"].as_array().unwrap().len()), (12, 66));
    assert!(cluster["members"].as_array().unwrap().iter().all(|one| one["edges"] == 11));
    let reasons: Vec<&str> = cluster["reasons"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    // The suppressed findings leave the small cluster out, so the reasons are held to what the run says of itself.
    assert!(reasons[0].starts_with("12 accounts act together, 66 ties"), "{reasons:?}");
    assert!(reasons.iter().any(|one| one.starts_with("links: met")) && reasons.iter().any(|one| one.starts_with("posts passed on: met")));
    assert_eq!(finding("coordination_clusters")["suppressed"], 1);
    // Texts of two words and a number are of no language in truth; what counts is that all accounts are there, under a name and not a code.
    let languages = cluster["languages"].as_array().unwrap();
    assert_eq!(languages.iter().map(|one| one["accounts"].as_u64().unwrap()).sum::<u64>(), 12, "{languages:?}");
    assert!(languages.iter().all(|one| one["name"].as_str().unwrap().len() > 3), "{languages:?}");
    assert_eq!(cluster["places"], json!([{ "name": "Portugal", "accounts": 12 }]));
    let explained = cluster["explained"].as_array().unwrap();
    let fits = |part: &str| explained.iter().find(|one| one["what"].as_str().unwrap().contains(part)).unwrap()["fits"].clone();
    assert_eq!((fits("one application"), fits("many others")), (json!(true), json!(false)), "{explained:?}");
    // Thirty objects, twelve posts on each; evidence keeps at most ten pairs a tie and trace.
    let days = cluster["timeline"].as_array().unwrap();
    let posts: u64 = days.iter().map(|day| day["posts"].as_u64().unwrap()).sum();
    assert!(days.len() > 5 && posts > 200 && posts <= 360, "{posts} posts on {} days", days.len());
    let text = cluster.to_string();
    assert!(!text.contains("pier_") && !text.contains("heronry"), "nobody is named");
}

/// Every pair is two posts on one object, near in time, and their words are those of the study.
fn posts_behind(lead: &Person, at: &str, cluster: &Value) {
    let tie = &cluster["ties"][0];
    let edge = lead.get(&format!("{at}/edges/{}/{}", tie["a"], tie["b"]));
    let turned = lead.get(&format!("{at}/edges/{}/{}", tie["b"], tie["a"]));
    assert_eq!((&edge["cluster"], &edge["total"]), (&json!(1), &tie["pairs"]));
    assert_eq!(edge["kinds"].as_array().unwrap().len(), tie["kinds"].as_array().unwrap().len());
    assert!(edge["kinds"].as_array().unwrap().iter().all(|kind| kind["p"].as_f64().unwrap() < 0.01), "{edge}");
    let pairs = edge["pairs"].as_array().unwrap();
    assert!(!pairs.is_empty());
    for (pair, other) in pairs.iter().zip(turned["pairs"].as_array().unwrap()) {
        assert_eq!((&pair["a"], &pair["b"]), (&other["b"], &other["a"]), "the first account's post comes first");
        let words = |side: &str| pair[side]["text"].as_str().unwrap().to_owned();
        match pair["kind"].as_str().unwrap() {
            "co-link" => {
                assert!(pair["object"].as_str().unwrap().starts_with("https://heron.example/"));
                let number = |text: &str| text.rsplit(' ').next().unwrap().to_owned();
                assert!(words("a").starts_with("words ") && number(&words("a")) == number(&words("b")), "{pair}");
            }
            // A bare repost has no words of its own: what it passes on is shown.
            kind => assert!(kind == "co-repost" && words("a").starts_with("opening ") && words("a") == words("b"), "{pair}"),
        }
        assert!(pair["seconds"].as_i64().unwrap() <= 60, "{pair}");
        assert_eq!(pair["a"]["dir"], "ltr");
    }
    lead.ask("GET", &format!("{at}/edges/1/999"), None, 404);
    lead.ask("GET", &format!("{at}/edges/1/1"), None, 404);
}

/// Who sees figures as they are published sees no small cluster, until there is a case about it.
fn suppressed(lead: &Person, reviewer: &Person, auditor: &Person, at: &str, cluster: &Value) {
    let tie = &cluster["ties"][0];
    let edge = format!("{at}/edges/{}/{}", tie["a"], tie["b"]);
    assert_eq!(reviewer.get(&format!("{at}/clusters"))["rows"], json!([]));
    reviewer.ask("GET", &format!("{at}/clusters/1"), None, 404);
    reviewer.ask("GET", &edge, None, 404);
    auditor.ask("GET", &format!("{at}/clusters"), None, 403);
    let subject = json!({ "kind": "cluster", "reference": cluster["reference"] });
    let case = json!({ "subject": subject, "from": "cluster", "severity": 2, "reach": cluster["accounts"] });
    let case = lead.ask("POST", &format!("{at}/cases"), Some(&case), 201)["case"].clone();
    assert_eq!(reviewer.get(&format!("{at}/cases/{case}"))["case"]["subject"], subject);
    assert_eq!(reviewer.get(&format!("{at}/clusters/1"))["accounts"], 12);
    assert!(!reviewer.get(&edge)["pairs"].as_array().unwrap().is_empty());
    assert_eq!(reviewer.get(&format!("{at}/clusters"))["rows"], json!([]), "the list is as it was");
}

/// What simulated coders would give, by coder and item; every sixth is `unclear`, so that no code is rare.
fn given(desk: &talk::Desk, sheet: &str, kind: bool) -> BTreeMap<(String, String), String> {
    let mut all = BTreeMap::new();
    for coder in ["coder-a", "coder-b"] {
        let (from, to) = (format!("study/stance/main/sheets/{sheet}-{coder}.csv"), format!("{sheet}-{coder}.csv"));
        let more: &[&str] = if kind { &["--kind"] } else { &[] };
        desk.ok(&[&["simulate", "--code-sample", &from, "--world", "world", "--seed", "5", "--out", &to], more].concat());
        let mut reader = csv::Reader::from_path(desk.bench.at(&to)).unwrap();
        let heads = reader.headers().unwrap().clone();
        let place = |name: &str| heads.iter().position(|own| own == name).unwrap();
        let mut rows = vec!["item,coder,code,note".to_owned()];
        for (number, row) in reader.records().map(Result::unwrap).enumerate() {
            let code = if number % 6 == 0 && !kind { "unclear" } else { &row[place("code")] };
            rows.push(format!("{},{coder},{code},", &row[place("item")]));
            all.insert((coder.to_owned(), row[place("item")].to_owned()), code.to_owned());
        }
        desk.bench.write(&to, rows.join("\n"));
    }
    all
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (own, other) = (entry.path(), to.join(entry.file_name()));
        if own.is_dir() {
            copy(&own, &other);
        } else {
            fs::copy(&own, &other).unwrap();
        }
    }
}

#[test]
fn a_stance_coded_in_a_browser_comes_to_what_sheets_come_to() {
    let desk = talk::Desk::new("400");
    desk.select(&[]);
    desk.ok(&["stance", "sample", "study", "-n", "64", "--seed", "2"]);
    desk.ok(&["stance", "sample", "study", "--kind"]);
    let (study, browser) = (desk.bench.at("study"), desk.bench.at("browser"));
    copy(&study, &browser);
    let (stances, kinds) = (given(&desk, "stance-main", false), given(&desk, "stance-main-kind", true));
    for coder in ["coder-a", "coder-b"] {
        desk.ok(&["stance", "import-codes", "study", &format!("stance-main-{coder}.csv")]);
        desk.ok(&["stance", "import-codes", "study", &format!("stance-main-kind-{coder}.csv"), "--kind"]);
    }

    let server = Server::start(&browser);
    let lead = server.person("lead1", "browser", "lead");
    let at = "/api/studies/browser/samples";
    for coder in ["coder-a", "coder-b"] {
        let own = server.person(coder, "browser", "coder");
        let rows = own.get(at)["rows"].clone();
        assert_eq!(
            (rows.as_array().unwrap().len(), &rows[0]["id"], &rows[0]["kind"]),
            (1, &json!("stance-main"), &json!("post")),
            "{rows}"
        );
        let book = own.get(&format!("{at}/stance-main/codebook"));
        assert_eq!((&book["codes"][0]["name"], &book["second"]["codes"][0]["name"]), (&json!("overt_support"), &json!("calls_to_act")));
        code_all(&own, at, coder, &browser, &stances, &kinds);
        let mine = own.get(at)["rows"][0]["mine"].clone();
        assert_eq!((&mine["done"], &mine["skipped"]), (&mine["assigned"], &json!(0)));
    }
    let names: Vec<Value> = lead.get(at)["rows"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
    assert_eq!(names, ["stance-main", "stance-main-kind"], "who leads sees both");
    // The same codes of the same items by the same people, in both dimensions: the estimates can only be the same, and that of the stance is worked out both ways.
    let codes = |study: &Path, sample: &str| -> BTreeSet<[String; 3]> {
        let census = review::Events::open(&study.join("review.sqlite")).unwrap().census(sample).unwrap();
        census.codes().iter().map(|row| [row.item.clone(), row.coder.clone(), row.first.clone()]).collect()
    };
    for sample in ["stance-main", "stance-main-kind"] {
        assert_eq!(codes(&study, sample), codes(&browser, sample), "{sample}");
        let agreement = lead.get(&format!("{at}/{sample}/agreement"));
        assert!(agreement["items"].as_u64().unwrap() > 5 && agreement["alpha"].as_f64().unwrap() > 0.0, "{agreement}");
    }
    let by_sheets = json(&["stance", "estimate", path(&study), "--internal"]);
    let shown = lead.get(&format!("{at}/stance-main/estimate"));
    assert_eq!(shown["finding"], by_sheets["findings"][0]);
    assert!(shown["finding"]["rows"].as_array().unwrap().len() > 2, "{shown}");
}

/// Codes every item of a coder, both ways at once, by what the sheets would have held.
fn code_all(
    own: &Person,
    at: &str,
    coder: &str,
    study: &Path,
    stances: &BTreeMap<(String, String), String>,
    kinds: &BTreeMap<(String, String), String>,
) {
    let census = review::Events::open(&study.join("review.sqlite")).unwrap().census("stance-main").unwrap();
    let (mut seen, mut from_the_right) = (BTreeSet::new(), 0);
    loop {
        let more = format!("cookie: {}\r\nx-marsad-csrf: {}\r\n", own.cookie, own.csrf);
        let (status, _, next) = raw(&own.address, "GET", &format!("{at}/stance-main/next"), &more, None);
        if status == 204 {
            break;
        }
        assert_eq!(status, 200, "{next}");
        let number = next["item"].as_u64().unwrap();
        assert!(seen.insert(number), "an item came twice");
        let item = census.of_number(coder, number, census.assigned(coder)).unwrap().to_owned();
        let card = &next["card"];
        // The words and nothing of who wrote them.
        let [post] = card["posts"].as_array().unwrap().as_slice() else { panic!("{card}") };
        assert!(!post["text"].as_str().unwrap().is_empty());
        assert_eq!(
            (&card["handle"], &card["name"], &card["profile"], &card["followers"]),
            (&Value::Null, &Value::Null, &Value::Null, &Value::Null)
        );
        let is_arabic = |letter: char| ('\u{600}'..'\u{700}').contains(&letter);
        if post["text"].as_str().unwrap().chars().find(|letter| letter.is_alphabetic()).is_some_and(is_arabic) {
            assert_eq!((&post["dir"], &card["direction"]), (&json!("rtl"), &json!("rtl")));
            from_the_right += 1;
        }
        let key = (coder.to_owned(), item);
        let put = |body: Value, status| own.ask("PUT", &format!("{at}/stance-main/items/{number}/code"), Some(&body), status);
        if seen.len() == 1 {
            assert_eq!(put(json!({ "code": stances[&key], "second": "overt_support" }), 422)["error"]["code"], "unknown_code");
            let again = own.get(&format!("{at}/stance-main/next"));
            assert_eq!((&again["item"], &again["mine"]), (&next["item"], &Value::Null), "neither was taken");
            // One of two codes leaves the item open; taking it back takes all back.
            put(json!({ "code": stances[&key] }), 200);
            assert_eq!(own.get(&format!("{at}/stance-main/next"))["mine"]["second"], Value::Null);
            own.ask("DELETE", &format!("{at}/stance-main/items/{number}/code"), None, 204);
        }
        put(json!({ "code": stances[&key], "second": kinds[&key], "seconds": 3 }), 200);
    }
    assert!(seen.len() > 25 && from_the_right > 1, "{} items, {from_the_right} from the right", seen.len());
}

/// A cluster with small cells in every table.
fn small_and_large() -> KeptCluster {
    let part = |name: &str, accounts| Part { name: Some(name.to_owned()), accounts: Some(accounts) };
    let trace = |trace, accounts| ClusterTrace {
        trace,
        edges: 5,
        accounts,
        pairs: 9,
        objects: 3,
        median_gap: 4,
        observed: 9,
        expected: 0.5,
        scheduled: 0,
    };
    KeptCluster {
        number: 1,
        accounts: 40,
        links: 50,
        times: None,
        traces: vec![trace(Trace::CoLink, 30), trace(Trace::CoText, 3)],
        explained: vec![
            Explanation { what: Innocent::Fans, fits: Some(true), share: Some(0.7) },
            Explanation { what: Innocent::Viral, fits: None, share: None },
        ],
        languages: vec![part("ar", 25), part("en", 12), part("fr", 3)],
        places: vec![part("XA", 40)],
        days: vec![KeptDay { day: 1, counts: Some((60, 20)) }, KeptDay { day: 2, counts: Some((4, 2)) }],
    }
}

#[test]
fn small_cells_go_and_so_does_what_would_give_them_away() {
    let shown = small_and_large().suppressed(10).unwrap();
    assert_eq!(shown.traces.iter().map(|own| own.trace).collect::<Vec<_>>(), [Trace::CoLink]);
    assert_eq!(shown.days.iter().map(|day| day.counts).collect::<Vec<_>>(), [Some((60, 20)), None]);
    // Three French would follow from the whole and the two others: one of these goes with them.
    let shown_languages: Vec<u64> = shown.languages.iter().filter_map(|part| part.accounts).collect();
    assert_eq!(shown_languages, [25]);
    assert_eq!(shown.languages.last().unwrap(), &Part { name: None, accounts: None });
    assert_eq!(shown.places, [Part { name: Some("XA".to_owned()), accounts: Some(40) }]);
    assert_eq!(shown.explained.iter().map(|own| (own.fits, own.share)).collect::<Vec<_>>(), [(Some(true), None), (None, None)]);
    assert!(small_and_large().suppressed(41).is_none());
}
