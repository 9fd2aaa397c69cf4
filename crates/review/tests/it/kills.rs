//! A process that dies in the middle of an import leaves all of it or nothing.

use crate::support::*;
use review::{Assignment, Events, Freeze, Purpose};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const FOLDER: &str = "MARSAD_TEST_REVIEW_FOLDER";
const ITEMS: u64 = 600;

fn many() -> Vec<Assignment> {
    (1..=ITEMS).map(|number| assignment(number, Purpose::Sample, &["one"])).collect()
}

fn codes() -> review::Sheet {
    rows(&(1..=ITEMS).map(|number| (number, "one", "news")).collect::<Vec<_>>())
}

/// What the child does; without the variable, nothing.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let mut events = Events::open(&Path::new(&folder).join("review.sqlite")).unwrap();
    std::fs::write(Path::new(&folder).join("begun"), "").unwrap();
    import(&mut events, &codes()).unwrap();
    std::fs::write(Path::new(&folder).join("done"), "").unwrap();
}

#[test]
fn a_kill_leaves_all_or_nothing() {
    let (mut nothing, mut cut, mut all) = (0, 0, 0);
    for round in 0..12u64 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("review.sqlite");
        let items = many();
        Events::create(&path).unwrap().freeze(noon(0), "lead", &Freeze { items: &items, ..freeze(&items) }).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kills::child"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !folder.path().join("begun").exists() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_millis(8 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        // A journal that is left over shows that the kill came in the middle.
        cut += u32::from(folder.path().join("review.sqlite-journal").exists());
        let mut events = Events::open(&path).unwrap();
        let coded = events.census("spring").unwrap().codes().len() as u64;
        match coded {
            0 => nothing += 1,
            ITEMS => all += 1,
            _ => panic!("{coded} of {ITEMS} codes are left of a cut-off import"),
        }
        events.verify(None).unwrap();
        // A re-run ends in the same codes.
        let done = import(&mut events, &codes()).unwrap();
        assert_eq!((done.new, done.repeated), (ITEMS - coded, coded));
    }
    println!("killed before {nothing}, cut off {cut}, after {all}");
    assert!(cut > 0 || nothing > 0, "no kill came in time; the test proves nothing");
}
