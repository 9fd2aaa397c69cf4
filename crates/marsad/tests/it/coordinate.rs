//! `marsad coordinate` on invented tables of posts.

use crate::harness::{Bench, fails, json, ok, path};
use std::path::{Path, PathBuf};

/// The toy case of CooRTweet, and two rows that are no posts.
const TOY: &str = "post,user,link,at\np1,u1,A,0\np2,u2,A,5\np3,u3,A,100\np4,u1,A,8\np5,u1,B,1000\np6,u2,B,1010\np7,u3,B,1011\np8,u4,B,1020\n\
                   p9,u1,C,5000\np10,u2,C,5011\np11,u5,,7\np12,u5,A,soon\n";

const COLUMNS: [&str; 8] = ["--object", "link", "--account", "user", "--time", "at", "--post", "post"];

fn run(table: &Path, out: &Path, more: &[&str]) -> serde_json::Value {
    let args = ["coordinate", "--table", path(table), "--out", path(out)];
    json(&[&args[..], &COLUMNS, more].concat())
}

fn table(out: &Path, name: &str) -> String {
    std::fs::read_to_string(out.join(name)).unwrap()
}

#[test]
fn a_table_becomes_edges_with_their_posts() {
    let bench = Bench::new();
    let (posts, out) = (bench.write("posts.csv", TOY), bench.at("out"));
    let found = run(&posts, &out, &["--window", "10s", "--min-weight", "1", "--min-participation", "2", "--graphml", "--gexf"]);
    for (key, value) in
        [("pairs", 4), ("edges", 2), ("accounts", 3), ("components", 1), ("rows", 12), ("rejects", 1), ("without_object", 1)]
    {
        assert_eq!(found[key], value, "{key} of {found}");
    }
    assert_eq!(
        table(&out, "edges.csv"),
        "edge,account_a,account_b,pairs,objects,a_first,b_first,posts_a,posts_b,mean_gap,least_gap,evidence,evidence_at\n\
         0,u1,u2,3,2,2,1,3,2,6,3,3,40\n1,u2,u3,1,1,1,0,1,1,1,1,1,88\n"
    );
    assert_eq!(
        table(&out, "evidence.csv"),
        "edge,object,post_a,post_b,time_a,time_b\n0,A,p1,p2,0,5\n0,A,p4,p2,8,5\n0,B,p5,p6,1000,1010\n1,B,p6,p7,1010,1011\n"
    );
    assert_eq!(
        table(&out, "accounts.csv"),
        "account,node,partners,pairs,score,component,cluster\nu1,2,1,3,1,0,0\nu2,1,2,4,1,0,0\nu3,3,1,1,0.5,0,0\n"
    );
    assert_eq!(table(&out, "rejects.csv"), "line,reason\n13,time\n");
    let reason = "\"3 accounts act together: 4 pairs of posts on 2 objects, half of them within 5 s\"";
    assert!(table(&out, "clusters.csv").ends_with(&format!("0,3,2,4,2,5,0,1011,,,,{reason}\n")), "{}", table(&out, "clusters.csv"));
    let pictures = table(&out, "network.graphml") + &table(&out, "network.gexf");
    assert!(!pictures.contains("u1") && pictures.contains("<node id=\"n1\">"), "{pictures}");
    let shown = json(&["coordinate", "--show", path(&out), "--between", "u2", "u1"]);
    assert_eq!((&shown["edge"]["pairs"], &shown["evidence"][1]["post_a"]), (&3.into(), &"p4".into()));
    assert!(ok(&["coordinate", "--show", path(&out), "--between", "u2", "u3"]).contains("p7"));
    assert!(fails(&["coordinate", "--show", path(&out), "--between", "u1", "u3"], 2).contains("no edge"));
}

/// A thousand posts of forty accounts; four of them act together on thirty objects.
fn lively() -> Vec<String> {
    let mut rows = Vec::new();
    let mut push = |object: u64, account: u64, time: u64| rows.push(format!("{},a{account},o{object},{time}", 10_000 + rows.len()));
    for n in 0..1000u64 {
        push(n * 7919 % 97, n * 2_654_435_761 / 128 % 40, 1_600_000_000 + n * 104_729 % 2_500_000);
    }
    for object in 0..30u64 {
        (40..44).for_each(|account| push(object, account, 1_600_000_000 + object * 80_173 + account % 7));
    }
    rows
}

fn written(bench: &Bench, name: &str, rows: &[String]) -> PathBuf {
    bench.write(name, format!("post,user,link,at\n{}\n", rows.join("\n")))
}

#[test]
fn the_order_of_rows_the_threads_and_the_memory_change_no_byte() {
    let bench = Bench::new();
    let rows = lively();
    let back: Vec<String> = rows.iter().rev().cloned().collect();
    let (forth, back) = (written(&bench, "forth.csv", &rows), written(&bench, "back.csv", &back));
    let made = |posts: &Path, out: &str, more: &[&str]| {
        let out = bench.at(out);
        let found =
            run(posts, &out, &[&["--window", "1d", "--min-weight", "1", "--test", "--beside", "--leiden", "--gexf"], more].concat());
        assert!(found["edges"].as_u64() > Some(50), "{found}");
        ["edges.csv", "evidence.csv", "accounts.csv", "clusters.csv", "network.gexf"].map(|name| std::fs::read(out.join(name)).unwrap())
    };
    let one = made(&forth, "one", &["--threads", "1"]);
    assert!(one == made(&back, "two", &["--threads", "3"]));
    assert!(one == made(&forth, "three", &["--memory-mb", "1"]));
}

#[test]
fn who_acts_together_stands_and_has_its_reasons() {
    let bench = Bench::new();
    let (posts, out) = (written(&bench, "posts.csv", &lively()), bench.at("out"));
    let found = run(&posts, &out, &["--window", "10s", "--test", "--curve", "1s,1h"]);
    assert_eq!((&found["test"]["accounts"], &found["test"]["tests"]), (&44.into(), &946.into()));
    assert_eq!((&found["test"]["standing"], &found["clusters"], &found["curve"].as_array().unwrap().len()), (&6.into(), &1.into(), &3));
    let clusters = table(&out, "clusters.csv");
    assert!(clusters.contains("\"4 accounts act together: 180 pairs of posts on 30 objects"), "{clusters}");
    assert!(table(&out, "accounts.csv").lines().filter(|line| line.ends_with(",0,0")).all(|line| line.starts_with("a4")));
    let by_data = run(&posts, &bench.at("auto"), &["--window", "auto"]);
    assert_eq!((&by_data["window_objects"]["of"], by_data["window_objects"]["used"].as_u64() > Some(9)), (&97.into(), true));
    assert!(table(&out, "curve.csv").starts_with("window,pairs,edges,accounts,components,largest_component\n1,"));
}

#[test]
fn a_window_finer_than_the_clock_is_refused() {
    let bench = Bench::new();
    let posts = bench.write("posts.csv", "post,user,link,at\n1,a,x,2015-03-01 12:00\n2,b,x,2015-03-01 12:03\n3,c,x,2015-03-01T12:04:00Z\n");
    let args = |out: &str| {
        let out = bench.at(out);
        [&["coordinate", "--table", path(&posts), "--min-weight", "1", "--out"], &[path(&out)][..], &COLUMNS]
            .concat()
            .iter()
            .map(|part| (*part).to_owned())
            .collect::<Vec<_>>()
    };
    let with = |out: &str, more: &[&str]| args(out).into_iter().chain(more.iter().map(|part| (*part).to_owned())).collect::<Vec<_>>();
    let said = fails(&with("o1", &["--window", "10s"]).iter().map(String::as_str).collect::<Vec<_>>(), 2);
    insta::assert_snapshot!(said.trim(), @"marsad: all times of the table are whole minutes, and a window of `10` seconds is finer than that: it would only tell which posts share one of them; give a window of `60` seconds or more, or `--any-clock` if you know better");
    let found = json(&with("o2", &["--window", "10s", "--any-clock"]).iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((&found["pairs"], &found["clock"]), (&0.into(), &"minute".into()));
    assert_eq!(json(&with("o3", &["--window", "60s"]).iter().map(String::as_str).collect::<Vec<_>>())["pairs"], 1);
    assert!(table(&bench.at("o3"), "evidence.csv").ends_with("0,x,2,3,2015-03-01T12:03:00Z,2015-03-01T12:04:00Z\n"));
}

#[test]
fn what_cannot_be_read_is_a_sentence() {
    let bench = Bench::new();
    let posts = bench.write("posts.csv", TOY);
    let with = |out: &str, more: &[&str]| {
        let out = bench.at(out);
        fails(&[&["coordinate", "--table", path(&posts), "--out", path(&out)], more].concat(), 2)
    };
    assert!(
        with("o1", &["--object", "url", "--account", "user", "--time", "at"])
            .contains("no column of the name given with `--object` among its 4")
    );
    assert!(with("o2", &[&COLUMNS[..], &["--quantile", "0.5", "--weight", "objects"]].concat()).contains("quantile"));
    assert!(with("o3", &[&COLUMNS[..], &["--window", "0"]].concat()).contains("whole seconds"));
    assert!(with("o4", &[&COLUMNS[..], &["--test", "--level", "2"]].concat()).contains("`2` is no false discovery rate"));
    assert!(with("o5", &[&COLUMNS[..], &["--weight", "decayed"]].concat()).contains("half-life"));
    let out = bench.at("o6");
    let nothing = bench.write("nothing.csv", "");
    assert!(
        fails(&[&["coordinate", "--table", path(&nothing), "--out", path(&out)], &COLUMNS[..]].concat(), 3)
            .contains("nothing.csv` is empty; give a table")
    );
    let empty = bench.write("empty.csv", "post,user,link,at\n1,a,,5\n");
    assert!(
        fails(&[&["coordinate", "--table", path(&empty), "--out", path(&out)], &COLUMNS[..]].concat(), 3).contains("no post in 1 rows")
    );
}
