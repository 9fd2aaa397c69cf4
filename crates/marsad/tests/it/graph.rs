//! `marsad graph` on invented edge lists.

use crate::harness::{Bench, fails, json, path};

/// Two triangles tied by one edge, a loop, a repeat, two lines that are no edges.
const EDGES: &str = "from,to\n# invented\na,b\nb,c\nc,a\nc,x\nx,y\ny,z\nz,x\na,a\na,b\nonly\n1,2,3\n";

#[test]
fn a_list_is_counted_and_measured() {
    let bench = Bench::new();
    let (edges, seeds, out) = (bench.write("edges.csv", EDGES), bench.write("seeds.txt", "a\nnobody\n"), bench.at("out"));
    let flags = ["--components", "--pagerank", "--leiden", "--personalised", "--measures", "--levels", "3"];
    let named = ["graph", "--edges", path(&edges), "--seeds", path(&seeds), "--out", path(&out)];
    let found = json(&[&named[..], &flags[..]].concat());
    for (key, value) in [("nodes", 6), ("edges", 7), ("duplicates", 1), ("loops", 1), ("rejects", 2), ("lines", 13)] {
        assert_eq!(found[key], value, "{key} of {found}");
    }
    let components = &found["components"];
    assert_eq!((&components["weak"], &components["strong"], &components["largest_strong"]), (&1.into(), &2.into(), &3.into()));
    assert_eq!((&found["leiden"]["communities"], &found["frame"]["size"]), (&2.into(), &4.into()));
    assert_eq!((&found["seeds"]["found"], &found["seeds"]["not_in_the_graph"]), (&1.into(), &1.into()));
    let table = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    let id = found["frame"]["id"].as_str().unwrap();
    assert_eq!(
        table("frame.csv"),
        format!(
            "account,level,parent,seed,via,frame\na,0,,a,follows,{id}\nb,1,a,a,follows,{id}\nc,2,b,a,follows,{id}\nx,3,c,a,follows,{id}\n"
        )
    );
    assert_eq!(table("rejects.csv"), "line,reason\n12,columns\n13,columns\n");
    assert_eq!(table("communities.csv"), "account,community\na,0\nb,0\nc,0\nx,1\ny,1\nz,1\n");
    assert!(table("measures.csv").contains(&format!("c,1,2,1,,4,{id}\n")), "{}", table("measures.csv"));
    // The one account that x follows lies outside the frame.
    assert!(table("measures.csv").contains(&format!("x,1,0,0,,4,{id}\n")), "{}", table("measures.csv"));
}

#[test]
fn the_order_of_lines_the_threads_and_the_memory_change_no_byte() {
    let bench = Bench::new();
    let lines: Vec<String> = (0..300_000u64).map(|n| format!("{} {}", n * 7919 % 5003, n * n % 4999)).collect();
    let forth = bench.write("forth.txt", lines.join("\n"));
    let back = bench.write("back.txt", lines.iter().rev().cloned().collect::<Vec<_>>().join("\n"));
    let run = |edges: &std::path::Path, out: &str, more: &[&str]| {
        let out = bench.at(out);
        json(&[&["graph", "--edges", path(edges), "--out", path(&out), "--pagerank", "--leiden", "--measures"], more].concat());
        assert_eq!(std::fs::read_dir(&out).unwrap().count(), 3, "temporary files are gone");
        ["pagerank", "communities", "measures"].map(|name| std::fs::read(out.join(format!("{name}.csv"))).unwrap())
    };
    let one = run(&forth, "one", &[]);
    assert!(one == run(&back, "two", &["--threads", "3"]));
    assert!(one == run(&back, "three", &["--memory-mb", "1"]));
}

#[test]
fn interactions_count_every_line() {
    let bench = Bench::new();
    let edges = bench.write("edges.txt", "1 2\n1 2\n1 3\n2 1\n");
    let out = bench.at("out");
    json(&["graph", "--edges", path(&edges), "--kind", "interactions", "--measures", "--out", path(&out)]);
    let table = std::fs::read_to_string(out.join("measures.csv")).unwrap();
    assert!(table.contains("\n2,2,1,3,1,,1,1,"), "{table}");
    assert!(table.contains("\n3,1,0,1,,,1,,,3,whole graph"), "{table}");
}

#[test]
fn what_cannot_be_read_is_a_sentence() {
    let bench = Bench::new();
    let edges = bench.write("edges.txt", "1 2\n");
    let out = bench.at("out");
    let edgeless = bench.write("none.txt", "words\n# and\n");
    assert!(fails(&["graph", "--edges", path(&edgeless), "--out", path(&out)], 3).contains("no edge"));
    fails(&["graph", "--edges", path(&bench.at("missing")), "--out", path(&bench.at("o1"))], 3);
    let seeds = bench.write("seeds.txt", "9\n");
    let stranger = fails(&["graph", "--edges", path(&edges), "--seeds", path(&seeds), "--out", path(&bench.at("o2"))], 2);
    assert!(stranger.contains("same ids"), "{stranger}");
    fails(&["graph", "--edges", path(&edges), "--personalised", "--out", path(&bench.at("o3"))], 2);
    fails(&["graph", "--edges", path(&edges), "--pagerank", "--damping", "1", "--out", path(&bench.at("o4"))], 2);
    fails(&["graph", "--edges", path(&edges), "--out", path(bench.dir.path())], 2);
}
