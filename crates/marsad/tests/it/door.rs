//! What does not enter the lake in clear, and who may ask for the way back.

use crate::harness::{Bench, command, dump, json, ok, path, v1_post};
use std::path::{Path, PathBuf};

/// Every byte of every file below a folder, names included.
pub(crate) fn bytes_below(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        all.extend_from_slice(entry.file_name().as_encoded_bytes());
        match entry.file_type().unwrap().is_dir() {
            true => all.extend(bytes_below(&entry.path())),
            false => all.extend(std::fs::read(entry.path()).unwrap()),
        }
    }
    all
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// Sets a line of the study's `[privacy]` table.
pub(crate) fn set(study: &Path, from: &str, to: &str) {
    let file = study.join("marsad.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(&file, text.replace(from, to)).unwrap();
}

/// A run whose keys lie in the bench, not in the home of whoever runs the tests.
pub(crate) fn with_keys(keys: &Path, args: &[&str], code: i32) -> (String, String) {
    let output = command(args).env("MARSAD_KEYS", keys).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(code), "marsad {args:?}: {stderr}");
    (stdout, stderr)
}

#[test]
fn contact_details_are_sealed_as_marks() {
    let bench = Bench::new();
    let study = bench.study("study");
    let lines = [
        v1_post(1, 7, "ring +44 20 7946 0958 or mail help@desk.example", 1),
        v1_post(2, 8, "again 0044 20 7946-0958 and https://t.me/+AbCdEf123", 2),
    ];
    let file = bench.write("a.jsonl", lines.join("\n"));
    let summary = json(&["ingest", path(&study), path(&file)]);
    assert_eq!(summary["masked"], serde_json::json!({ "phone": 2, "email": 1, "invitation": 1 }), "{summary}");
    let texts = ok(&["query", path(&study), "SELECT text FROM posts ORDER BY post_id", "--json"]);
    for secret in ["7946", "help@desk", "AbCdEf123"] {
        assert!(!texts.contains(secret), "{texts}");
    }
    // The same number, however written, has the same mark; what stays says whose range it is.
    let marks: Vec<&str> = texts.split("masked://phone/GB/").skip(1).map(|rest| &rest[..16]).collect();
    assert_eq!(marks.len(), 2);
    assert_eq!(marks[0], marks[1]);
    // The same file again is the same rows: marks do not depend on the run.
    let before = dump(&study);
    let longer = bench.write("b.jsonl", format!("{}\n{}", lines.join("\n"), v1_post(3, 9, "calm", 3)));
    let second = json(&["ingest", path(&study), path(&longer)]);
    assert_eq!(second["new"]["posts"], 1, "{second}");
    assert_eq!(dump(&study)["posts"].len(), before["posts"].len() + 1);
}

#[test]
fn what_stays_in_clear_needs_a_ground() {
    let bench = Bench::new();
    let study = bench.study("study");
    let wallet = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    let file = bench.write("a.jsonl", v1_post(1, 7, &format!("give to {wallet}"), 1));
    set(&study, "keep = []", "keep = [\"wallets\"]");
    let error = crate::harness::fails(&["ingest", path(&study), path(&file)], 2);
    assert!(error.contains("`privacy.keep` leaves something in clear; say in `privacy.ground`"), "{error}");
    set(&study, "ground = \"\"", "ground = \"court order 7 of an invented court\"");
    ok(&["ingest", path(&study), path(&file)]);
    assert!(ok(&["query", path(&study), "SELECT text FROM posts", "--json"]).contains(wallet));
}

/// A study under pseudonyms with two posts of which one answers the other.
fn under_pseudonyms(bench: &Bench) -> (PathBuf, PathBuf, PathBuf) {
    let (study, keys) = (bench.study("study"), bench.at("keys"));
    set(&study, "pseudonymise = false", "pseudonymise = true");
    let reply = v1_post(90_002, 70_008, "@invented_70007 yes", 2).replace(
        "\"entities\"",
        "\"in_reply_to_status_id_str\":\"90001\",\"in_reply_to_user_id_str\":\"70007\",\"in_reply_to_screen_name\":\"Invented_70007\",\"entities\"",
    );
    // The helper takes the id for the number of followers too, and numbers stay.
    let lines = format!("{}\n{reply}\n", v1_post(90_001, 70_007, "tea?", 1)).replace("\"followers_count\":7000", "\"followers_count\":3");
    let file = bench.write("posts.jsonl", lines);
    with_keys(&keys, &["ingest", path(&study), path(&file)], 0);
    (study, keys, file)
}

#[test]
fn under_pseudonyms_no_id_or_handle_is_in_the_study() {
    let bench = Bench::new();
    let (study, keys, _) = under_pseudonyms(&bench);
    let all = bytes_below(&study);
    for secret in ["70007", "70008", "90001", "90002", "nvented_7", "Invented 7"] {
        assert!(!holds(&all, secret), "{secret} is in the study's files");
    }
    let decoded = format!("{:?}", dump(&study));
    for secret in ["70007", "70008", "90001", "90002", "nvented_7", "Invented 7"] {
        assert!(!decoded.contains(secret), "{secret} is in {decoded}");
    }
    // Posts and profiles still join, and the answer finds what it answers.
    let joined = "SELECT count(*) AS n FROM posts p JOIN accounts a ON a.account_id = p.account_id JOIN posts q ON q.post_id = p.reply_to AND q.account_id = p.reply_to_account AND p.text LIKE '@' || q.handle || '%'";
    assert_eq!(ok(&["query", path(&study), joined, "--json"]).trim(), r#"{"n":1}"#);
    let key = std::fs::read_dir(&keys).unwrap().next().unwrap().unwrap().path();
    assert!(!holds(&all, std::fs::read_to_string(key).unwrap().trim()), "the key is in the study");
}

#[test]
fn the_way_back_needs_key_exports_and_leaves_an_event() {
    let bench = Bench::new();
    let (study, keys, file) = under_pseudonyms(&bench);
    let pseudonym = ok(&["query", path(&study), "SELECT account_id FROM posts WHERE reply_to IS NULL", "--json"]);
    let pseudonym = serde_json::from_str::<serde_json::Value>(pseudonym.trim()).unwrap()["account_id"].as_str().unwrap().to_owned();
    let ask = ["reveal", path(&study), path(&file), "--case", "case-7", "--by", "r-noor", "--pseudonym", &pseudonym, "--json"];
    let (answer, _) = with_keys(&keys, &ask, 0);
    let answer: serde_json::Value = serde_json::from_str(answer.trim()).unwrap();
    assert_eq!((&answer["kind"], &answer["value"]), (&"account".into(), &"70007".into()), "{answer}");
    assert!(study.join("review.sqlite").exists(), "the question is an event");
    let (_, error) = with_keys(&bench.at("elsewhere"), &ask, 3);
    assert!(error.contains("the key of this study's pseudonyms is not at"), "{error}");
    let list = bench.write("seeds.txt", "account\n70007\n@Invented_70008\n");
    let (translated, _) = with_keys(&keys, &["key", "translate", path(&study), path(&list)], 0);
    assert!(translated.contains(&format!("twitter:{pseudonym},{pseudonym},")), "{translated}");
    assert_eq!(translated.lines().count(), 3);
}

#[test]
fn a_destroyed_key_ends_the_way_back_and_the_way_in() {
    let bench = Bench::new();
    let (study, keys, file) = under_pseudonyms(&bench);
    let destroy = ["key", "destroy", path(&study), "--by", "r-noor", "--reason", "end of the project"];
    let (_, error) = with_keys(&keys, &destroy, 2);
    assert!(error.contains("say so with `--yes`"), "{error}");
    with_keys(&keys, &[&destroy[..], &["--yes"]].concat(), 0);
    assert_eq!(std::fs::read_dir(&keys).unwrap().count(), 0);
    let more = bench.write("more.jsonl", v1_post(90_003, 70_009, "new", 3));
    let (_, error) = with_keys(&keys, &["ingest", path(&study), path(&more)], 3);
    assert!(error.contains("was destroyed on"), "{error}");
    let (_, error) = with_keys(&keys, &["reveal", path(&study), path(&file), "--case", "c", "--by", "b", "--pseudonym", "a0"], 3);
    assert!(error.contains("was destroyed on"), "{error}");
    assert_eq!(ok(&["query", path(&study), "SELECT count(*) AS n FROM posts", "--json"]).trim(), r#"{"n":2}"#);
}

#[test]
fn clear_and_pseudonymous_records_never_mix() {
    let bench = Bench::new();
    let (study, keys, _) = under_pseudonyms(&bench);
    let more = bench.write("more.jsonl", v1_post(90_003, 70_009, "new", 3));
    set(&study, "pseudonymise = true", "pseudonymise = false");
    let (_, error) = with_keys(&keys, &["ingest", path(&study), path(&more)], 2);
    assert!(error.contains("this study holds pseudonyms"), "{error}");
    let clear = bench.study("clear");
    ok(&["ingest", path(&clear), path(&more)]);
    set(&clear, "pseudonymise = false", "pseudonymise = true");
    let (_, error) = with_keys(&keys, &["ingest", path(&clear), path(&more)], 2);
    assert!(error.contains("holds ids and handles in clear"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    let study = bench.study("study");
    let file = bench.write("a.jsonl", v1_post(1, 7, "tea", 1));
    ok(&["ingest", path(&study), path(&file)]);
    let key = study.join("masking.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let more = bench.write("b.jsonl", v1_post(2, 7, "tea", 2));
    let error = crate::harness::fails(&["ingest", path(&study), path(&more)], 5);
    assert!(error.contains("others than its owner can read the key"), "{error}");
}
