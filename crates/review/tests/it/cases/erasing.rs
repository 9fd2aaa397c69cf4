//! What was said of an erased account is nowhere.

use super::*;
use review::case::Filter;

fn holds(path: &std::path::Path, needle: &str) -> bool {
    let folder = path.parent().unwrap();
    std::fs::read_dir(folder).unwrap().any(|file| {
        let file = file.unwrap().path();
        let bytes = std::fs::read(&file).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
    })
}

#[test]
fn an_erased_account_is_in_no_event_table_or_page_of_the_file() {
    let desk = Desk::new();
    let wanted = Subject { kind: SubjectKind::Account, reference: "birdsite:@heron77".to_owned() };
    let case =
        desk.done("reviewer1", Act::Open(Opened { subject: wanted.clone(), note: text("quoted-note-heron77"), ..opened(1) })).case.unwrap();
    let report = |reporter: &str, item: &Subject, note: &str| {
        let (item, reporter) = (item.clone(), reporter.to_owned());
        desk.done("form", Act::Report { item, reporter, kind: ReportKind::Other, note: text(note) })
    };
    report("birdsite:41", &wanted, "words on heron77");
    let own = report("birdsite:@heron77", &account(2), "words of heron77").case.unwrap();
    let stays = report("birdsite:41", &account(2), "words").case.unwrap();
    assert_eq!(own, stays);
    let mut unclear = decision(Conclusion::Unclear);
    unclear.reason = text("heron77 says nothing");
    desk.done("reviewer1", Act::Decide { case, decision: unclear });
    assert!(holds(&desk.path, "heron77"));
    let mut events = Events::open(&desk.path).unwrap();
    let gone = events.erase_all(desk.now(), "lead", &|key| key == "birdsite:@heron77", "erasure 1").unwrap();
    assert_eq!(gone, 4, "the opening, the report of it, the decision on it, and the report by it");
    events.compact().unwrap();
    assert!(!holds(&desk.path, "heron77"));
    assert!(matches!(desk.runtime.block_on(desk.cases.case(case)), Err(Error::NoCase(_))));
    assert_eq!(desk.runtime.block_on(desk.cases.detail(own)).unwrap().reporters.keys().collect::<Vec<_>>(), ["birdsite:41"]);
    let found = desk.runtime.block_on(desk.cases.queue(&Filter { query: Some("birdsite:@".to_owned()), ..Filter::default() }, 9, None));
    assert!(found.unwrap().rows.is_empty());
    let rows = desk.runtime.block_on(desk.cases.decisions(0)).unwrap().0;
    assert!(rows.is_empty());
    assert_eq!(desk.sound().erased, 4);
    // The server goes on where it was.
    desk.done("reviewer1", decide(own, Conclusion::Violating));
    desk.sound();
}

#[test]
fn an_erased_post_goes_and_an_account_of_the_same_number_stays() {
    let desk = Desk::new();
    let post = Subject { kind: SubjectKind::Post, reference: "birdsite:7".to_owned() };
    let of_post = desk.done("reviewer1", Act::Open(Opened { subject: post, ..opened(7) })).case.unwrap();
    let of_account = desk.open(7);
    Events::open(&desk.path).unwrap().erase_all(desk.now(), "lead", &|key| key == "post/birdsite:7", "erasure 1").unwrap();
    assert!(matches!(desk.runtime.block_on(desk.cases.case(of_post)), Err(Error::NoCase(_))));
    assert_eq!(desk.case(of_account).subject, account(7));
    desk.sound();
}
