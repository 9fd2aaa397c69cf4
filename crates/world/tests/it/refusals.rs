use insta::assert_snapshot;
use std::path::Path;
use world::{Params, simulate};

fn refusal(params: Params, folder: &Path) -> String {
    let said = simulate(&params, folder).unwrap_err().to_string();
    // The folder of the test differs from run to run.
    said.replace(folder.parent().unwrap().to_str().unwrap(), "…")
}

#[test]
fn numbers_out_of_range_are_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("world");
    let params = Params { accounts: 100, days: 3, seed: 0 };
    assert_snapshot!(refusal(Params { accounts: 0, ..params }, &out), @"`0` accounts is out of range; a world holds 50 to 1000000 accounts, so that every camp has someone and memory suffices; name a number in that range");
    assert_snapshot!(refusal(Params { accounts: 2_000_000, ..params }, &out), @"`2000000` accounts is out of range; a world holds 50 to 1000000 accounts, so that every camp has someone and memory suffices; name a number in that range");
    assert_snapshot!(refusal(Params { days: 0, ..params }, &out), @"`0` days is out of range; a world lasts 1 to 3650 days; name a number in that range");
    assert_snapshot!(refusal(Params { days: 4_000, ..params }, &out), @"`4000` days is out of range; a world lasts 1 to 3650 days; name a number in that range");
    assert!(!out.exists());
}

#[test]
fn nothing_is_ever_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let params = Params { accounts: 100, days: 1, seed: 0 };
    let full = folder.path().join("full");
    std::fs::create_dir(&full).unwrap();
    std::fs::write(full.join("notes.txt"), "mine").unwrap();
    assert_snapshot!(refusal(params, &full), @"the folder `…/full` is not empty, and a world never overwrites files; name a new folder, or empty this one first");
    assert_eq!(std::fs::read_dir(&full).unwrap().count(), 1);
    let file = full.join("notes.txt");
    assert_snapshot!(refusal(params, &file), @"`…/notes.txt` is a file, not a folder; name a new folder for the world");
    assert_snapshot!(refusal(params, &file.join("below")), @"cannot write `…/below`: Not a directory (os error 20); check that the folder can be written and the disk has room, then run again in a new folder");
}
