//! `marsad coordinate DIR`: traces out of a lake against a look at every pair, the ring that is planted found, told in a report, erased and known.

use crate::harness::{Bench, fails, json, ok, path};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

const MAPPING: &str = r#"
platform = "heronry"
[post]
id = "id"
account_id = "who"
created_at = { column = "at", format = "epoch-s" }
text = "what"
kind = "kind"
lang = { constant = "en" }
client = "client"
repost_of = "of"
reply_to = "to"
urls = { column = "link", separator = " " }
hashtags = { column = "tags", separator = " " }
mentions = { column = "whom", separator = " " }
entities = false
[account]
id = "who"
handle = "handle"
location = "place"
"#;

/// A post of the invented world.
#[derive(Clone, Default)]
struct Post {
    id: u64,
    who: u64,
    at: i64,
    what: String,
    link: String,
    tags: String,
    of: Option<u64>,
    to: Option<u64>,
    client: &'static str,
}

impl Post {
    /// Whom it mentions: the harbour master of one of four quays, in every third post of its own words, and two of them in every ninth.
    fn mentions(&self) -> Vec<String> {
        let quay = |number: u64| format!("quay_{}", number % 4);
        match self.id {
            _ if self.of.is_some() => Vec::new(),
            id if id % 9 == 0 => vec![quay(id / 9), quay(id / 9 + 1)],
            id if id % 3 == 0 => vec![quay(id / 3)],
            _ => Vec::new(),
        }
    }
}

const START: i64 = 1_600_000_000;

/// Sixty accounts with habits of their own, and a ring of twelve that posts a link, or passes on a post, within half a minute of each other.
fn posts() -> Vec<Post> {
    let mut posts: Vec<Post> = Vec::new();
    let mut state = 7_u64;
    let mut draw = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut push = |post: Post| {
        posts.push(Post { id: 1000 + posts.len() as u64, client: if post.client.is_empty() { "Web" } else { post.client }, ..post })
    };
    let births: Vec<i64> = (0..60).map(|_| START + draw(20 * 86_400) as i64).collect();
    // What is passed on and answered: the first sixty posts.
    for (born, object) in births.iter().zip(0..) {
        push(Post { who: 200 + object % 5, at: *born, what: format!("opening {object}"), ..Post::default() });
    }
    for (born, object) in births.into_iter().zip(0_u64..) {
        for _ in 0..3 {
            push(Post { who: 100 + draw(60), at: born + draw(900) as i64, of: Some(1000 + object), ..Post::default() });
        }
        for _ in 0..6 + draw(10) {
            let at = born + draw(30_000) as i64;
            let tags = if draw(3) == 0 { format!("reed pond t{}", object % 7) } else { format!("t{}", object % 7) };
            push(Post {
                who: 100 + draw(60),
                at,
                what: format!("note {} on {object}", draw(4)),
                link: format!("https://heron.example/{object}"),
                tags,
                ..Post::default()
            });
            push(Post { who: 100 + draw(60), at: at + 5, of: Some(1000 + object), ..Post::default() });
            if draw(2) == 0 {
                push(Post {
                    who: 100 + draw(60),
                    at: at + 9,
                    to: Some(1000 + object),
                    what: format!("answer {}", draw(9)),
                    ..Post::default()
                });
            }
        }
        if object < 30 {
            let at = born + draw(20_000) as i64;
            for member in 0..12 {
                let at = at + draw(30) as i64;
                if object % 2 == 0 {
                    push(Post {
                        who: 1 + member,
                        at,
                        what: format!("words {member} {object}"),
                        link: format!("https://heron.example/{object}"),
                        client: "Tide Times",
                        ..Post::default()
                    });
                } else {
                    push(Post { who: 1 + member, at, of: Some(1000 + object), client: "Tide Times", ..Post::default() });
                }
            }
        }
    }
    posts
}

fn table(posts: &[Post]) -> String {
    let mut text = "id,who,handle,place,at,what,kind,of,to,link,tags,client,whom\n".to_owned();
    let id = |id: Option<u64>| id.map_or(String::new(), |id| id.to_string());
    for post in posts {
        let kind = if post.of.is_some() {
            "repost"
        } else if post.to.is_some() {
            "reply"
        } else {
            "post"
        };
        let Post { id: own, who, at, what, link, tags, of, to, client } = post;
        text.push_str(&format!(
            "{own},{who},pier_{who},Lisbon,{at},{what},{kind},{},{},{link},{tags},{client},{}\n",
            id(*of),
            id(*to),
            post.mentions().join(" ")
        ));
    }
    text
}

pub(crate) struct Desk {
    bench: Bench,
    pub(crate) study: PathBuf,
    posts: Vec<Post>,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        let bench = Bench::new();
        let posts = posts();
        let study = bench.study("study");
        let (file, mapping) = (bench.write("posts.csv", table(&posts)), bench.write("mapping.toml", MAPPING));
        ok(&["ingest", path(&study), path(&file), "--mapping", path(&mapping)]);
        Desk { bench, study, posts }
    }

    fn run(&self, args: &[&str]) -> Value {
        json(&[&["coordinate", path(&self.study)], args].concat())
    }

    pub(crate) fn ring(&self) -> Value {
        self.run(&["--trace", "co-link,co-repost,hashtag-sequence"])
    }
}

/// Pairs of posts and of accounts on one object by different accounts, apart by the window or less, by looking at all of them.
fn looked<'a>(rows: impl Iterator<Item = (String, &'a Post)>, window: i64) -> (u64, u64) {
    let mut by_object: BTreeMap<String, Vec<&Post>> = BTreeMap::new();
    rows.for_each(|(object, post)| by_object.entry(object).or_default().push(post));
    let (mut pairs, mut edges) = (0, BTreeSet::new());
    for posts in by_object.values() {
        for (place, one) in posts.iter().enumerate() {
            for other in posts[..place].iter().filter(|other| other.who != one.who && (other.at - one.at).abs() <= window) {
                pairs += 1;
                edges.insert([one.who.min(other.who), one.who.max(other.who)]);
            }
        }
    }
    (pairs, edges.len() as u64)
}

#[test]
fn traces_are_those_of_a_look_at_every_pair() {
    let desk = Desk::new();
    let posts = &desk.posts;
    let born: BTreeMap<u64, i64> = posts.iter().map(|post| (post.id, post.at)).collect();
    let own = || posts.iter().filter(|post| post.of.is_none());
    let tags = |post: &Post| post.tags.split(' ').filter(|tag| !tag.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let reposts = || posts.iter().filter_map(|post| Some((post.of?.to_string(), post)));
    let fast = || {
        let is_fast = |post: &&Post| post.of.and_then(|of| born.get(&of)).is_some_and(|born| (0..=600).contains(&(post.at - born)));
        posts.iter().filter(is_fast).filter_map(|post| Some((post.of?.to_string(), post)))
    };
    let expected = [
        ("co-link", looked(own().filter(|post| !post.link.is_empty()).map(|post| (post.link.clone(), post)), 600)),
        ("co-domain", looked(own().filter(|post| !post.link.is_empty()).map(|post| ("heron.example".to_owned(), post)), 600)),
        ("co-hashtag", looked(own().flat_map(|post| tags(post).into_iter().map(move |tag| (tag, post))), 600)),
        ("hashtag-sequence", looked(own().filter(|post| tags(post).len() > 1).map(|post| (post.tags.clone(), post)), 600)),
        ("co-repost", looked(reposts(), 600)),
        ("fast-repost", looked(fast(), 600)),
        ("co-reply", looked(own().filter_map(|post| Some((post.to?.to_string(), post))), 600)),
        ("co-mention", looked(own().flat_map(|post| post.mentions().into_iter().map(move |whom| (whom, post))), 600)),
        ("co-text", looked(own().map(|post| (post.what.clone(), post)), 600)),
        ("synchrony", looked(own().map(|post| ((post.at / 3600).to_string(), post)), 600)),
    ];
    let names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    let found = desk.run(&["--trace", &names.join(","), "--window", "10m", "--min-weight", "1"]);
    for ((name, (pairs, edges)), own) in expected.iter().zip(found["traces"].as_array().unwrap()) {
        assert!(*pairs > 0, "{name} has nothing to find");
        assert_eq!(
            (&own["trace"], own["pairs"].as_u64(), own["edges"].as_u64()),
            (&Value::from(*name), Some(*pairs), Some(*edges)),
            "{own}"
        );
    }
    // Threads and memory change nothing.
    let again = desk.run(&["--trace", &names.join(","), "--window", "10m", "--min-weight", "1", "--threads", "1", "--memory-mb", "1"]);
    assert_eq!(found, again);
}

#[test]
fn a_ring_is_found_told_in_the_report_and_shown() {
    let desk = Desk::new();
    let found = desk.ring();
    assert_eq!((found["clusters"].as_u64(), found["standing"].as_u64()), (Some(1), Some(66)), "{found}");
    assert_eq!(found["level"], 0.05, "a study is tested unless it is said otherwise");
    let cut_off = ["--trace", "co-link,co-repost,hashtag-sequence", "--min-weight", "2"];
    assert_eq!(json(&[&["coordinate", path(&desk.study)][..], &cut_off].concat())["level"], Value::Null);
    assert_eq!(desk.ring(), found);
    let finding = |id: &str| {
        let findings = found["findings"].as_array().unwrap();
        findings.iter().find(|finding| finding["id"] == id).unwrap_or_else(|| panic!("{id} is missing")).clone()
    };
    let cluster = &finding("coordination_clusters")["rows"][0];
    assert_eq!((&cluster[0], &cluster[1], &cluster[2]), (&"1".into(), &12.into(), &66.into()));
    let reason = cluster[5].as_str().unwrap();
    assert!(reason.starts_with("12 accounts act together, 66 ties") && reason.contains("expected"), "{reason}");
    assert_eq!(finding("coordination_network")["rows"].as_array().unwrap().len(), 66);
    let innocent = finding("coordination_innocent")["rows"].clone();
    let fits = |name: &str| innocent.as_array().unwrap().iter().find(|row| row[1] == name).map(|row| row[2].clone());
    assert_eq!((fits("one_application"), fits("viral")), (Some("fits".into()), Some("does_not_fit".into())), "{innocent}");
    // Nothing that leaves names anybody.
    assert!(!found.to_string().contains("pier_") && !found.to_string().contains("heronry:"));
    let shown = json(&["coordinate", path(&desk.study), "--between", "heronry:2", "heronry:1"]);
    let edges = shown["edges"].as_array().unwrap();
    assert_eq!(edges.len(), 2);
    for edge in edges {
        assert_eq!(edge["evidence"].as_array().unwrap().len() as u64, edge["edge"]["pairs"].as_u64().unwrap(), "{edge}");
        assert!(edge["evidence"].as_array().unwrap().iter().all(|row| row["post_a"] != row["post_b"]));
    }
    let report = desk.bench.at("report");
    ok(&["report", path(&desk.study), "--out", path(&report)]);
    let page = fs::read_to_string(report.join("report.html")).unwrap();
    assert!(page.contains("Who acts together") && page.contains("finding-coordination_network"));
    assert!(report.join("tables/coordination_clusters.csv").exists());
    let verified = json(&["verify", path(&report), path(&desk.study)]);
    assert_eq!(verified["verdict"], "same", "{verified}");
}

#[test]
fn who_is_erased_is_out_of_the_tables() {
    let desk = Desk::new();
    desk.ring();
    let tables = desk.study.join("coordination");
    let holds = |word: &str| {
        let names: Vec<PathBuf> = fs::read_dir(&tables).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(names.len() > 6);
        let parquet = names.iter().filter(|name| name.extension().is_some_and(|ending| ending == "parquet"));
        parquet.map(|name| lake::Derived::read(name, &lake::Cipher::none()).unwrap()).any(|table| format!("{table:?}").contains(word))
    };
    assert!(holds("\"heronry:3\"") && holds("\"heronry:4\""));
    ok(&["erase", path(&desk.study), "--account", "heronry:3", "--reason", "asked for"]);
    assert!(!holds("\"heronry:3\"") && holds("\"heronry:4\""));
    // Who is left cannot be shown from tables that lost rows: they are worked out again.
    let said = fails(&["coordinate", path(&desk.study), "--between", "heronry:4", "heronry:5"], 2);
    assert!(said.contains("before an erasure"), "{said}");
    let found = desk.ring();
    assert_eq!((found["clusters"].as_u64(), found["standing"].as_u64()), (Some(1), Some(55)), "{found}");
}

#[test]
fn what_is_known_is_left_out_counted_and_named() {
    let desk = Desk::new();
    let settings = desk.study.join("marsad.toml");
    let text = fs::read_to_string(&settings).unwrap();
    assert!(text.contains("# known = \"known.csv\""));
    fs::write(&settings, text.replace("# known = \"known.csv\"", "known = \"known.csv\"")).unwrap();
    fs::write(desk.study.join("known.csv"), "kind,value,note\nclient,tide times,an app of tides\naccount,pier_100,the harbour office\n")
        .unwrap();
    let found = desk.ring();
    assert_eq!(found["clusters"], 0, "{found}");
    let of_ring = desk.posts.iter().filter(|post| post.client == "Tide Times").count();
    assert!(found["left_out_as_known"].as_u64().unwrap() > of_ring as u64);
    let findings = found["findings"].as_array().unwrap();
    let known = findings.iter().find(|finding| finding["id"] == "coordination_known").unwrap();
    let rows = known["rows"].as_array().unwrap();
    assert_eq!(
        (&rows[0][0], &rows[0][1], &rows[0][2], &rows[0][4]),
        (&"account".into(), &Value::Null, &"the harbour office".into(), &Value::Null)
    );
    assert_eq!((&rows[1][1], &rows[1][2], &rows[1][4]), (&"tide times".into(), &"an app of tides".into(), &of_ring.into()));
    assert!(!known.to_string().contains("pier_100"));
}

#[test]
fn what_makes_no_sense_is_a_sentence() {
    let desk = Desk::new();
    let study = path(&desk.study).to_owned();
    let said = |args: &[&str]| fails(&[&["coordinate", &study], args].concat(), 2).trim().to_owned();
    assert!(said(&["--between", "heronry:1", "heronry:2"]).contains("run `marsad coordinate` on it first"));
    assert!(said(&["--window", "100ms"]).contains("whole seconds"));
    assert!(said(&["--trace", "co-link,co-link=5m"]).contains("twice"));
    assert!(said(&["--trace", "co-media"]).contains("name other traces"));
    assert!(said(&["--trace", "shared-handle", "--test"]).contains("nothing to test"));
    for untested in [&["--min-weight", "2", "--level", "0.1"][..], &["--quantile", "0.9", "--dependent"]] {
        assert!(said(untested).contains("add `--test`"), "{untested:?}");
    }
    let of_table = ["coordinate", "--table", "t.csv", "--object", "o", "--account", "a", "--time", "t", "--out", "out", "--level", "0.1"];
    assert!(fails(&of_table, 2).contains("add `--test`"));
    assert!(said(&["--graphml"]).contains("`--out DIR`"));
    assert!(!desk.study.join("coordination").exists(), "a run that failed leaves no tables");
    desk.run(&["--trace", "co-link"]);
    assert!(said(&["--between", "heronry:1", "heronry:999"]).contains("no edge"));
}
