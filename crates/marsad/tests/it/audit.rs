//! `audit`: a chain that is whole, a head that is kept elsewhere, and what is found when either was changed.

use crate::harness::{Bench, command, path};
use review::case::Settings;
use serde_json::Value;
use std::path::PathBuf;

struct Desk {
    bench: Bench,
    study: PathBuf,
}

impl Desk {
    /// A study with one event.
    fn new() -> Desk {
        let bench = Bench::new();
        let study = bench.study("study");
        let desk = Desk { bench, study };
        desk.hold("1");
        desk
    }

    /// Exit code, standard output and standard error.
    fn run(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let output = command(args).env("MARSAD_KEYS", self.bench.at("keys")).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    fn hold(&self, account: &str) {
        let account = format!("birdsite:{account}");
        let reason = ["--case", "case-1", "--by", "lead", "--reason", "order"];
        let (code, ..) = self.run(&[&["hold", "set", path(&self.study), "--account", &account], &reason[..]].concat());
        assert_eq!(code, Some(0));
    }

    fn json(&self, args: &[&str]) -> Value {
        let (code, out, said) = self.run(&[args, &["--json"]].concat());
        assert_eq!(code, Some(0), "{args:?}: {said}");
        serde_json::from_str(&out).unwrap()
    }
}

#[test]
fn a_signed_head_proves_what_came_before_it() {
    let desk = Desk::new();
    let study = path(&desk.study);
    let (code, _, said) = desk.run(&["audit", "head", study, "--sign"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("marsad key signing"), "{said}");
    desk.json(&["key", "signing", study]);
    let head = desk.json(&["audit", "head", study, "--sign"]);
    assert_eq!(head["head"]["seq"], 1);
    let kept = desk.bench.write("head.json", head.to_string());
    desk.hold("2");
    let found = desk.json(&["audit", "verify", study, "--head", path(&kept), "--public-key", path(&desk.study.join("signing.pem"))]);
    assert_eq!((found["events"].as_u64(), &found["noted"]["head"]), (Some(2), &head["head"]));
    assert_eq!((&found["noted"]["signed"], &found["rebuilt"]), (&Value::Bool(true), &Value::Null));
    assert_eq!(desk.json(&["audit", "verify", study, "--rebuild"])["rebuilt"], 0);
    // A key that took the place of another leaves old heads good.
    desk.json(&["key", "signing", study, "--replace"]);
    desk.json(&["audit", "verify", study, "--head", path(&kept)]);

    // Another number under the same signature, another study's key, no signature where one must be.
    let forged = desk.bench.write("forged.json", head.to_string().replace("\"seq\":1", "\"seq\":2"));
    let (code, _, said) = desk.run(&["audit", "verify", study, "--head", path(&forged)]);
    assert_eq!(code, Some(3));
    assert!(said.contains("signature"), "{said}");
    let unsigned = desk.bench.write("unsigned.json", desk.json(&["audit", "head", study]).to_string());
    let key = desk.study.join("signing.pem");
    assert_eq!(desk.run(&["audit", "verify", study, "--head", path(&unsigned), "--public-key", path(&key)]).0, Some(3));
    assert_eq!(desk.json(&["audit", "verify", study, "--head", path(&unsigned)])["noted"]["signed"], Value::Bool(false));
}

#[test]
fn a_log_that_was_written_anew_does_not_hold_the_head() {
    let (desk, other) = (Desk::new(), Desk::new());
    let kept = desk.bench.write("head.json", desk.json(&["audit", "head", path(&desk.study)]).to_string());
    let (code, _, said) = other.run(&["audit", "verify", path(&other.study), "--head", path(&kept)]);
    assert_eq!(code, Some(4), "{said}");
    std::fs::write(other.study.join("review.sqlite"), "no database").unwrap();
    assert_ne!(other.run(&["audit", "verify", path(&other.study)]).0, Some(0));
}

#[test]
fn a_new_study_spells_out_the_defaults_of_the_review() {
    let desk = Desk::new();
    let text = std::fs::read_to_string(desk.study.join("marsad.toml")).unwrap();
    assert!(text.contains("[review]"));
    assert_eq!(Settings::read(&text).unwrap(), Settings::default());
}
