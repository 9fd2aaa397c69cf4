//! No verb says on standard error what stands in the lake or in a person's files: no handle, name, text or e-mail address, whatever goes wrong.

use crate::harness::{Bench, command, ok, path};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What must not be said. Each stands in the fields of its kind and nowhere else.
const MARKERS: [&str; 5] = ["qhandleq", "Qnameq", "qtextq", "qmailq", "qbioq"];

/// A post in which every field that a person fills in holds a marker.
fn post(id: u64, user: u64) -> String {
    format!(
        r#"{{"created_at":"Sun Mar 01 12:00:{:02} +0000 2015","id_str":"{id}","text":"qtextq{id} @qhandleq{} mail qmailq{id}@desk.example","source":"web","user":{{"id_str":"{user}","screen_name":"qhandleq{user}","name":"Qnameq {user}","description":"qbioq {user} qmailq{user}@desk.example","location":"qbioq town","followers_count":3,"friends_count":7,"statuses_count":11,"created_at":"Wed Jan 01 00:00:00 +0000 2014","lang":"en"}},"entities":{{"hashtags":[],"urls":[],"user_mentions":[{{"screen_name":"qhandleq{}","id_str":"{}"}}]}},"lang":"en"}}"#,
        id % 60,
        (user + 1) % 9,
        (user + 1) % 9,
        (user + 1) % 9,
    )
}

/// The verbs of the binary, `census frame` and the like written out, as its own help lists them.
fn verbs() -> BTreeSet<String> {
    let listed = |args: &[&str]| -> Vec<String> {
        let help = ok(&[args, &["--help"]].concat());
        let Some((_, commands)) = help.split_once("Commands:\n") else { return Vec::new() };
        let lines = commands.lines().take_while(|line| !line.is_empty());
        lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|verb| !verb.is_empty()).map(str::to_owned)).collect()
    };
    let mut all = BTreeSet::new();
    for verb in listed(&[]).into_iter().filter(|verb| verb != "help") {
        let inner: Vec<String> = listed(&[&verb]).into_iter().filter(|inner| inner != "help").collect();
        if inner.is_empty() {
            all.insert(verb);
        } else {
            all.extend(inner.into_iter().map(|inner| format!("{verb} {inner}")));
        }
    }
    all
}

struct Desk {
    bench: Bench,
    study: PathBuf,
    tried: BTreeSet<String>,
}

impl Desk {
    /// Runs a verb, whatever its end, and looks at what it says beside its answer.
    fn hear(&mut self, verb: &str, args: &[&str]) {
        let words: Vec<&str> = verb.split(' ').chain(args.iter().copied()).collect();
        let output = command(&words)
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .env("MARSAD_KEYS", self.bench.at("keys"))
            .current_dir(self.bench.dir.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_ne!(output.status.code(), Some(70), "marsad {words:?}: {said}");
        for marker in MARKERS {
            assert!(!said.contains(marker), "marsad {words:?} says `{marker}`: {said}");
        }
        self.tried.insert(verb.to_owned());
    }
}

#[test]
fn no_verb_says_what_people_wrote() {
    let bench = Bench::new();
    let study = bench.study("study");
    let posts: Vec<String> = (0..40).map(|id| post(1_000 + id, id % 9)).collect();
    // The last line is cut off in a text, and one line is no JSON but full of what must not be said.
    let cut = &posts[0][..posts[0].find("qtextq").unwrap() + 9];
    bench.write("posts.jsonl", format!("{}\nqtextq qhandleq not json\n{cut}", posts.join("\n")));
    // Files of wrong content for every verb that takes one.
    bench.write("wrong.csv", "item,coder,code,note\ntwitter:@qhandleq77,qhandleq,qtextq,qtextq said qmailq@desk.example\nqhandleq\n");
    bench.write("seeds.csv", "account_id,code\n1,overt_support\n2,overt_support\nqhandleq9,qtextq\n");
    bench.write("good-seeds.csv", "account_id,code\n1,overt_support\n2,overt_support\n3,opposed\n");
    let mut desk = Desk { bench, study, tried: BTreeSet::new() };
    let study = desk.study.clone();
    let study = path(&study);
    let folder = desk.bench.dir.path().to_owned();
    let folder = path(&folder);
    desk.hear("init", &["posts.jsonl", "--name", "x", "--designation", "X-1", "--designations", "wrong.csv"]);
    desk.hear("ingest", &[study, "posts.jsonl"]);
    desk.hear("ingest", &[study, "posts.jsonl", "wrong.csv", "--strict"]);
    desk.hear("ingest", &[study, "wrong.csv", "--mapping", "posts.jsonl"]);
    desk.hear("ingest", &[study, folder]);
    lake_verbs(&mut desk, study);
    census_verbs(&mut desk, study);
    stance_verbs(&mut desk, study);
    desk.hear("key status", &[study]);
    desk.hear("key translate", &[study, "wrong.csv"]);
    desk.hear("key signing", &[study]);
    desk.hear("report", &[study, "--out", "signed"]);
    // Each ends before it listens: no study, no certificate.
    desk.hear("serve", &["posts.jsonl", "--listen", "127.0.0.1:0"]);
    desk.hear("serve", &[study, "--listen", "127.0.0.1:0", "--tls-cert", "posts.jsonl", "--tls-key", "wrong.csv"]);
    desk.hear("verify", &["signed", study]);
    desk.hear("verify", &["posts.jsonl", study, "--public-key", "wrong.csv"]);
    desk.hear("key rotate", &[study, "--by", "r-noor", "--reason", "lost"]);
    desk.hear("key destroy", &[study, "--by", "r-noor", "--reason", "end"]);
    desk.hear("reveal", &[study, "posts.jsonl", "--case", "c", "--by", "r-noor", "--pseudonym", "a0"]);
    other_verbs(&mut desk, study);
    keep_verbs(&mut desk, study);
    desk.hear("erase", &[study, "--list", "wrong.csv", "--dry-run"]);
    desk.hear("erase", &[study, "--account", "twitter:@qhandleq3", "--post", "twitter:1004", "--reason", "asked for"]);
    desk.hear("erase", &[study, "--account", "qhandleq3"]);
    let missing: Vec<String> = verbs().difference(&desk.tried).cloned().collect();
    assert!(missing.is_empty(), "verbs that nobody listened to: {missing:?}");
}

fn stance_verbs(desk: &mut Desk, study: &str) {
    desk.hear("stance estimate", &[study]);
    desk.hear("stance select", &[study, "--query", "(qtextq OR"]);
    desk.hear("stance select", &[study, "--query", "qhandleq"]);
    desk.hear("stance select", &[study, "--query", "mail", "--from", "2015-01-01"]);
    desk.hear("stance sample", &[study, "-n", "12", "--coders", "amal"]);
    desk.hear("stance sample", &[study, "--kind"]);
    desk.hear("stance import-codes", &[study, "wrong.csv", "posts.jsonl"]);
    desk.hear("stance adjudicate", &[study]);
    desk.hear("stance adjudicate", &[study, "wrong.csv"]);
    desk.hear("stance estimate", &[study, "--least", "1", "--join", "unclear=neutral"]);
    desk.hear("stance next", &[study, "-n", "3", "--coders", "qhandleq9"]);
    desk.hear("stance next", &[study, "-n", "3", "--coders", "q,q"]);
    desk.hear("stance status", &[study]);
}

fn lake_verbs(desk: &mut Desk, study: &str) {
    desk.hear("status", &[study]);
    desk.hear("describe", &[study]);
    desk.hear("describe", &[study, "--internal", "--json"]);
    desk.hear("query", &[study, "SELECT text FROM posts"]);
    desk.hear("query", &[study, "SELECT CAST(text AS INT) FROM posts"]);
    desk.hear("query", &[study, "SELECT handle::timestamp FROM accounts"]);
    desk.hear("report", &[study]);
    desk.hear("series", &[study, "--by", "country", "--epsilon", "0.5"]);
    desk.hear("series", &[study, "--by", "month", "--epsilon", "9"]);
    desk.hear("operators", &[study]);
    desk.hear("operators", &[study, "--among", "wrong.csv", "--internal", "--json"]);
    desk.hear("operators", &[study, "--among", "wrong.csv", "--least", "7"]);
    desk.hear("export", &[study, "posts", "--format", "csv"]);
    desk.hear("export", &[study, "posts", "--format", "parquet", "--out", "posts.jsonl"]);
    desk.hear("doctor", &[study]);
}

fn census_verbs(desk: &mut Desk, study: &str) {
    desk.hear("census frame", &[study, "--seeds", "wrong.csv"]);
    desk.hear("census frame", &[study, "--seeds", "seeds.csv", "--via", "interactions"]);
    desk.hear("census frame", &[study, "--seeds", "good-seeds.csv", "--via", "interactions"]);
    desk.hear("census sample", &[study, "--pilot", "--codes", "4", "--seed", "7"]);
    desk.hear("census sample", &[study, "--codes", "4", "--golden", "wrong.csv", "--seed", "7"]);
    desk.hear("census import-codes", &[study, "--pilot", "wrong.csv"]);
    desk.hear("census adjudicate", &[study, "wrong.csv"]);
    desk.hear("census score", &[study]);
    desk.hear("census estimate", &[study]);
    desk.hear("census audit-list", &[study, "wrong.csv", "--codes", "3", "--seed", "7"]);
    desk.hear("census compare", &[study, "posts.jsonl"]);
    desk.hear("census status", &[study]);
}

fn keep_verbs(desk: &mut Desk, study: &str) {
    let case = ["--case", "case-7", "--by", "r-noor", "--reason", "order"];
    desk.hear("hold set", &[&[study, "--account", "twitter:@qhandleq4", "--list", "wrong.csv"], &case[..]].concat());
    desk.hear("hold set", &[&[study, "--account", "qhandleq4"], &case[..]].concat());
    desk.hear("hold set", &[study, "--account", "twitter:@qhandleq4", "--case", "case-7", "--by", "r-noor", "--reason", "for qhandleq4"]);
    desk.hear("hold list", &[study]);
    desk.hear("erase", &[study, "--account", "twitter:@qhandleq4"]);
    desk.hear("hold release", &[&[study], &case[..]].concat());
    let settings = desk.study.join("marsad.toml");
    let text = std::fs::read_to_string(&settings).unwrap().replace("# posts = \"24 months\"", "posts = \"24 months\"");
    std::fs::write(&settings, text).unwrap();
    desk.hear("audit verify", &[study]);
    desk.hear("audit verify", &[study, "--head", "wrong.csv"]);
    desk.hear("audit head", &[study, "--sign"]);
    desk.hear("retain", &[study, "--dry-run"]);
    desk.hear("compact", &[study]);
    desk.hear("migrate", &[study]);
    desk.bench.write("words.txt", "seven herons by the weir\n");
    desk.hear("backup", &[study, "--out", "study.age", "--passphrase-file", "words.txt"]);
    desk.hear("backup", &[study, "--out", "other.age", "--recipient", "qhandleq"]);
    desk.hear("restore", &["study.age", "--out", "restored", "--passphrase-file", "words.txt", "--erasures-from", study]);
    desk.hear("restore", &["posts.jsonl", "--out", "restored-2", "--identity", "posts.jsonl"]);
    desk.hear("retain", &[study, "--on", "2100-01-01", "--apply"]);
}

fn other_verbs(desk: &mut Desk, study: &str) {
    for verb in ["stats quantify", "stats score"] {
        desk.hear(verb, &["--train", "wrong.csv", "--test", "wrong.csv", "--method", "emq"]);
    }
    desk.hear("stats domains", &["--train", "wrong.csv", "--table", "wrong.csv", "--domain", "item", "--class", "x"]);
    desk.hear("stats drift", &["--train", "wrong.csv", "--test", "wrong.csv"]);
    // A table of texts whose labels are texts, one whose labels are handles, and one that can be learned from.
    desk.bench.write(
        "texts.csv",
        format!("text,by,code\n{}", (0..40).map(|i| format!("qtextq {i},qhandleq{},{}\n", i % 30, i % 2)).collect::<String>()),
    );
    for label in ["text", "by", "code", "note"] {
        desk.hear(
            "text train",
            &["--table", "texts.csv", "--text", "text", "--label", label, "--out", "a.model", "--out-of-fold", "held.csv"],
        );
    }
    desk.hear("text train", &["--table", "wrong.csv", "--text", "note", "--label", "code", "--out", "b.model"]);
    desk.hear("text classify", &["--model", "a.model", "--table", "texts.csv", "--text", "text", "--keep", "by", "--out", "read.csv"]);
    desk.hear("text classify", &["--model", "wrong.csv", "--table", "texts.csv", "--text", "text"]);
    desk.hear("text card", &["a.model"]);
    for label in ["text", "by", "code"] {
        desk.hear("text shares", &["--train", "texts.csv", "--test", "texts.csv", "--text", "text", "--label", label]);
    }
    desk.hear("text shares", &["--train", "wrong.csv", "--test", "texts.csv", "--text", "text", "--label", "code"]);
    desk.hear("stats domains", &["--train", "held.csv", "--table", "read.csv", "--domain", "by", "--class", "1", "--least", "1"]);
    desk.hear("stats domains", &["--train", "held.csv", "--table", "texts.csv", "--domain", "by", "--class", "1"]);
    desk.hear("stats drift", &["--train", "held.csv", "--test", "read.csv", "--next", "5", "--out", "next.csv"]);
    desk.hear("stats proportion", &["3", "7"]);
    desk.hear("stats agreement", &["wrong.csv"]);
    desk.hear("stats sample-size", &[]);
    desk.hear("prove census", &["--replicates", "0"]);
    desk.hear("simulate", &["--code-sample", "wrong.csv", "--world", study, "--seed", "1", "--out", "answers.csv"]);
    desk.hear("place", &["wrong.csv"]);
    desk.hear("graph", &["wrong.csv"]);
    desk.hear("coordinate", &["--table", "wrong.csv", "--object", "note", "--account", "item", "--time", "code", "--out", "together"]);
    desk.hear("coordinate", &["--table", "wrong.csv", "--object", "qhandleq", "--account", "item", "--time", "code", "--out", "together2"]);
    desk.hear("coordinate", &["--show", study, "--between", "qhandleq1", "qhandleq2"]);
    desk.hear("coordinate", &[study, "--min-weight", "1", "--any-clock", "--test"]);
    desk.hear("coordinate", &[study, "--between", "qhandleq1", "qhandleq2"]);
    desk.hear("coordinate", &[study, "--trace", "co-link", "--graphml", "--out", "pictures"]);
    desk.hear("text language", &["wrong.csv"]);
    desk.hear("text normalise", &["wrong.csv"]);
    desk.hear("completions", &["bash"]);
}
