//! Holds are events: what is held, for which case, until when; and a database of before there were any.

use crate::support::*;
use review::{Error, Event, Events, holds, is_holdable};

fn items(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_hold_lasts_until_its_case_is_released() {
    let (_folder, path, mut events) = frozen();
    let first = items(&["birdsite:7", "post/birdsite:7", "birdsite:@pier"]);
    assert_eq!(events.hold(noon(1), "r-noor", "case-1", &first, "letter of May").unwrap(), 3);
    assert_eq!(events.hold(noon(2), "lead", "case-1", &items(&["birdsite:8", "birdsite:7", "birdsite:8"]), "more").unwrap(), 1);
    assert_eq!(events.hold(noon(3), "lead", "case-2", &items(&["birdsite:7"]), "another").unwrap(), 1);
    let now = events.holds().unwrap();
    let case = &now["case-1"];
    assert_eq!((case.since, case.by.as_str(), case.reason.as_str()), (noon(1), "r-noor", "letter of May"));
    assert_eq!(case.items, items(&["birdsite:7", "birdsite:8", "birdsite:@pier", "post/birdsite:7"]));
    events.override_hold(noon(4), "lead", "case-2", 1, "order of the court").unwrap();
    assert_eq!(events.release(noon(5), "lead", "case-1", "closed").unwrap(), 4);
    assert_eq!(events.holds().unwrap().keys().collect::<Vec<_>>(), ["case-2"]);
    // Held again, it begins again.
    events.hold(noon(6), "lead", "case-1", &items(&["birdsite:9"]), "reopened").unwrap();
    let now = events.holds().unwrap();
    assert_eq!((now["case-1"].since, now["case-1"].items.len()), (noon(6), 1));
    assert_eq!(Events::open(&path).unwrap().verify(None).unwrap().events, events.log().unwrap().len() as u64);
}

#[test]
fn who_is_erased_is_held_no_more() {
    let (_folder, _path, mut events) = frozen();
    events.hold(noon(1), "lead", "case-1", &items(&["birdsite:1", "birdsite:2"]), "x").unwrap();
    events.hold(noon(1), "lead", "case-2", &items(&["birdsite:1"]), "x").unwrap();
    let before = events.log().unwrap().len();
    let gone = events.erase_all(noon(2), "lead", &|item| item == "birdsite:1", "erasure 1").unwrap();
    assert!(gone >= 3, "assignment and two holds: {gone}");
    let now = events.holds().unwrap();
    assert_eq!((now.len(), now["case-1"].items.clone()), (1, items(&["birdsite:2"])));
    assert_eq!(events.verify(None).unwrap().erased, gone);
    assert!(matches!(events.log().unwrap()[before].event, Some(Event::Erased(_))));
    // A case of which nothing is left cannot be released: there is nothing to release.
    assert!(matches!(events.release(noon(3), "lead", "case-2", "x"), Err(Error::NoHold(_))));
    assert_eq!(holds(&[]).len(), 0);
}

#[test]
fn what_cannot_be_held_is_said() {
    let (_folder, _path, mut events) = frozen();
    let mut said = Vec::new();
    for (actor, case, item) in
        [("No One", "case-1", "birdsite:7"), ("lead", "Case of 7", "birdsite:7"), ("lead", "case-1", "7"), ("lead", "case-1", "post/7")]
    {
        said.push(events.hold(noon(1), actor, case, &items(&[item]), "x").unwrap_err().to_string());
    }
    said.push(events.release(noon(1), "lead", "case-9", "x").unwrap_err().to_string());
    said.push(events.override_hold(noon(1), "lead", "case-9", 1, "x").unwrap_err().to_string());
    insta::assert_snapshot!(said.join("\n"));
    assert!(is_holdable("post/birdsite:7") && !is_holdable("post/") && !is_holdable("birdsite:a b"));
    assert_eq!(events.holds().unwrap().len(), 0);
}

/// What a database of the first layout has not.
const WITHOUT_CASES: &str =
    "DROP TABLE cases; DROP TABLE case_events; DROP TABLE reports; DROP TABLE reporters; DROP TABLE requests; PRAGMA user_version = 1";

#[test]
fn a_database_of_the_layout_before_is_migrated_once() {
    let (folder, path, mut events) = frozen();
    let log = events.log().unwrap();
    drop(events);
    tamper(&path, WITHOUT_CASES);
    let Err(older) = Events::open(&path) else { panic!("an older layout was opened") };
    insta::assert_snapshot!(older.to_string().replace(&folder.path().display().to_string(), "DIR"), @"the events in `DIR/review.sqlite` have the layout `1` of an earlier Marsad, and this one writes `3`; run `marsad migrate` on the study");
    assert_eq!(Events::layout(&path).unwrap(), [1, 3]);
    assert_eq!(Events::migrate(&path).unwrap(), 1);
    assert_eq!((Events::layout(&path).unwrap(), Events::migrate(&path).unwrap()), ([3, 3], 3));
    assert_eq!(Events::open(&path).unwrap().log().unwrap(), log);
    // A damaged log is not brought to a layout in which its damage might be overlooked.
    tamper(&path, WITHOUT_CASES);
    tamper(&path, "UPDATE events SET actor = 'x' WHERE seq = 2");
    assert!(Events::migrate(&path).unwrap_err().is_damage());
    assert_eq!(Events::layout(&path).unwrap(), [1, 3]);
    assert!(matches!(Events::migrate(&folder.path().join("none")), Err(Error::NoEvents(_))));
}

#[test]
fn nobody_appends_while_the_file_is_copied() {
    let (folder, path, mut events) = frozen();
    let copy = folder.path().join("copy.sqlite");
    let refused = events.while_still(|| {
        std::fs::copy(&path, &copy).unwrap();
        let mut other = Events::open(&path).unwrap();
        other.hold(noon(1), "lead", "case-1", &items(&["birdsite:7"]), "x").unwrap_err().to_string()
    });
    assert!(refused.unwrap().starts_with("another process is writing"));
    assert_eq!(Events::open(&copy).unwrap().log().unwrap(), events.log().unwrap());
}
