//! The tables are what the events come to, whatever happens in whatever order.

use super::*;
use proptest::prelude::*;
use review::case::{State, board};

/// One thing that somebody tries; most of the odd ones are refused.
fn something(step: (u8, u8, u8, u8), known: &[i64]) -> (String, Act) {
    let (what, who, which, how) = step;
    let case = known.get(which as usize % known.len().max(1)).copied().unwrap_or(1);
    let other = known.get(how as usize % known.len().max(1)).copied().unwrap_or(1);
    let code = [Conclusion::Violating, Conclusion::NotViolating, Conclusion::Exempt, Conclusion::Unclear][how as usize % 4];
    let actor = format!("reviewer{}", who % 4);
    let act = match what % 14 {
        0 | 1 => Act::Open(Opened { severity: how % 5, threat_to_life: how % 7 == 0, ..opened(u64::from(which % 12)) }),
        2 => Act::Claim { case },
        3 => Act::Next { threats_to_life: false },
        4 => Act::Release { case },
        5 => Act::Merge { case, into: other },
        6 | 7 => decide(case, code),
        8 => Act::Second { case, agree: how % 2 == 0, decision: None, reason: text("so I say") },
        9 => Act::Reverse { case, decision: decision(code), reason: text("otherwise") },
        10 => Act::Appeal { case, reason: text("please") },
        11 | 12 => Act::Report {
            item: account(u64::from(which % 12)),
            reporter: format!("r{}", how % 9),
            kind: ReportKind::Support,
            note: text("look"),
        },
        _ => Act::Bulk { cases: known.to_vec(), decision: decision(code) },
    };
    (actor, act)
}

fn run(steps: &[(u8, u8, u8, u8)], second: bool) {
    let settings = Settings { second, tried: 1, cover_weight: 0.5, cover_reporters: 2, cover_hours: 1, ..Settings::default() };
    let mut desk = Desk::with(settings);
    let mut known = Vec::new();
    let mut bulks = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        desk.minute += i64::from(step.3);
        let (actor, act) = something(*step, &known);
        let is_bulk = matches!(act, Act::Bulk { .. });
        if let Ok(answer) = desk.act(&actor, act) {
            known.extend(answer.case.filter(|case| !known.contains(case)));
            bulks.extend(answer.event.filter(|_| is_bulk));
        }
        if place % 9 == 8 {
            let _ = desk.act("marsad", Act::Expire);
            let _ = bulks.pop().map(|bulk| desk.act("lead", Act::Undo { bulk, reason: text("no") }));
        }
        if place % 25 == 24 {
            let number = step.2 % 12;
            let name = format!("birdsite:{number}");
            let reporter = format!("r{}", step.3 % 9);
            let is_meant = |key: &str| key == name || (step.1 % 2 == 0 && key == reporter);
            Events::open(&desk.path).unwrap().erase_all(desk.now(), "lead", &is_meant, "erasure 1").unwrap();
            desk.sound();
        }
    }
    desk.sound();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]
    #[test]
    fn tables_are_what_the_events_come_to(steps in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 50..80), second in any::<bool>()) {
        run(&steps, second);
    }
}

/// A long way through everything, always the same.
#[test]
fn a_long_way_comes_past_every_state() {
    let mut state = 7_u64;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    let steps: Vec<_> = (0..500).map(|_| (byte(), byte(), byte(), byte())).collect();
    run(&steps, true);
}

#[test]
fn tables_that_were_changed_are_found_out_and_made_again() {
    let desk = Desk::new();
    for number in 1..=5 {
        let case = desk.open(number);
        desk.report("r1", number).unwrap();
        desk.report("r2", number).unwrap();
        desk.done("reviewer1", decide(case, Conclusion::Violating));
    }
    let whole = {
        let mut events = Events::open(&desk.path).unwrap();
        board(&events.log().unwrap())
    };
    assert_eq!((whole.cases.len(), whole.reports.len(), whole.reporters["r1"].upheld), (5, 10, 5));
    assert!(whole.cases.values().all(|case| case.state == State::Closed));
    desk.runtime.block_on(desk.cases.close()).unwrap();
    for (sql, what) in [
        ("UPDATE cases SET severity = 4 WHERE id = 1", "its cases"),
        ("DELETE FROM cases WHERE id = 1", "its cases"),
        ("UPDATE reports SET reporter = 'r3' WHERE seq = 2", "its reports"),
        ("UPDATE reporters SET upheld = 99", "its reporters"),
    ] {
        crate::support::tamper(&desk.path, sql);
        let mut events = Events::open(&desk.path).unwrap();
        assert!(matches!(events.check_queue(), Err(Error::Projection { what: found, .. }) if found == what), "{sql}");
        assert!(events.verify(None).is_ok(), "the events themselves are whole");
        assert_eq!(events.rebuild_queue().unwrap(), 5);
        events.check_queue().unwrap();
    }
    assert_eq!(board(&Events::open(&desk.path).unwrap().log().unwrap()), whole);
}

#[test]
fn a_server_that_stopped_leaves_one_file() {
    let desk = Desk::new();
    desk.open(1);
    assert!(desk.path.with_extension("sqlite-wal").exists());
    // Others read and write while the server runs.
    assert_eq!(Events::open(&desk.path).unwrap().verify(None).unwrap().events, 1);
    Events::open(&desk.path).unwrap().hold(desk.now(), "lead", "case-1", &["birdsite:1".to_owned()], "x").unwrap();
    assert_eq!(desk.open(2), 3, "the next event follows that of the other process");
    let copy = desk.path.with_file_name("copy.sqlite");
    Events::open(&desk.path).unwrap().while_still(|| std::fs::copy(&desk.path, &copy).unwrap()).unwrap();
    assert_eq!(Events::open(&copy).unwrap().verify(None).unwrap().events, 3, "a copy holds what stood in the log beside");
    desk.runtime.block_on(desk.cases.close()).unwrap();
    desk.runtime.block_on(desk.cases.close()).unwrap();
    assert!(matches!(desk.act("reviewer1", Act::Claim { case: 1 }), Err(Error::Closing)));
    let left: Vec<_> = std::fs::read_dir(desk.path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("wal") && !name.to_string_lossy().contains("shm")), "{left:?}");
    assert_eq!(desk.sound().events, 3);
}
