//! Who may do what with a case, and when.

use super::*;
use review::case::{Act, Conclusion, Filter, State};

#[test]
fn a_case_goes_from_hand_to_hand_and_never_to_two() {
    let mut desk = Desk::new();
    let case = desk.open(1);
    desk.done("reviewer1", Act::Claim { case });
    insta::assert_snapshot!(desk.refused("reviewer2", Act::Claim { case }), @"the case `1` is held by somebody else until `2023-11-14T22:43:20Z`; take another one, or wait");
    insta::assert_snapshot!(desk.refused("reviewer2", decide(case, Conclusion::Unclear)), @"the case `1` is held by somebody else until `2023-11-14T22:43:20Z`; take another one, or wait");
    assert_eq!(desk.done("reviewer2", Act::Next { threats_to_life: false }), Default::default(), "there is no other case");
    insta::assert_snapshot!(desk.refused("reviewer2", Act::Release { case }), @"the case `1` is not held by you, and only who holds a case can give it back");
    // The hold ends by itself, and by hand.
    desk.minute = 30;
    assert_eq!(desk.done("reviewer2", Act::Next { threats_to_life: false }).case, Some(case));
    desk.done("reviewer2", Act::Release { case });
    desk.done("reviewer1", decide(case, Conclusion::Violating));
    let closed = desk.case(case);
    assert_eq!((closed.state, closed.decision.unwrap().code, closed.held), (State::Closed, Conclusion::Violating, None));
    insta::assert_snapshot!(desk.refused("reviewer2", decide(case, Conclusion::Unclear)), @"the case `1` is closed, and only a case that waits can be worked on");
    assert_eq!(desk.sound().events, 5);
}

#[test]
fn fifty_people_take_fifty_cases() {
    let desk = Desk::new();
    for number in 1..=50 {
        desk.open(number);
    }
    let next = |person: usize| {
        let (cases, at) = (desk.cases.clone(), desk.now());
        async move { cases.act(at, &format!("reviewer{person}"), None, Act::Next { threats_to_life: false }).await.unwrap().case.unwrap() }
    };
    let tasks: Vec<_> = (1..=50).map(|person| desk.runtime.spawn(next(person))).collect();
    let mut taken: Vec<i64> = tasks.into_iter().map(|task| desk.runtime.block_on(task).unwrap()).collect();
    taken.sort_unstable();
    taken.dedup();
    assert_eq!(taken.len(), 50);
    desk.sound();
}

#[test]
fn a_second_person_agrees_or_a_third_decides() {
    let desk = Desk::with(Settings { second: true, ..Settings::default() });
    let case = desk.open(1);
    desk.done("reviewer1", decide(case, Conclusion::Violating));
    assert_eq!((desk.case(case).state, desk.case(case).decision), (State::Second, None), "nothing is in force yet");
    let second = |agree| Act::Second { case, agree, decision: None, reason: text("I saw the same") };
    insta::assert_snapshot!(desk.refused("reviewer1", second(true)), @"you have decided about the case `1` already; somebody new must look at it");
    insta::assert_snapshot!(desk.refused("reviewer2", decide(case, Conclusion::Unclear)), @"the case `1` is decided, and a second person agrees or disagrees");
    desk.done("reviewer2", second(false));
    assert_eq!(desk.case(case).state, State::Disputed);
    for person in ["reviewer1", "reviewer2"] {
        assert!(matches!(desk.act(person, decide(case, Conclusion::Unclear)), Err(Error::SamePerson(1))));
        assert_eq!(desk.done(person, Act::Next { threats_to_life: false }).case, None);
    }
    desk.done("lead", decide(case, Conclusion::NotViolating));
    let closed = desk.case(case);
    assert_eq!((closed.state, closed.decision.unwrap().code), (State::Closed, Conclusion::NotViolating), "the third word is the last");
    let other = desk.open(2);
    desk.done("reviewer1", decide(other, Conclusion::Disputed));
    desk.done("reviewer2", Act::Second { case: other, agree: true, decision: None, reason: text("so it is") });
    assert_eq!(desk.case(other).decision.unwrap().code, Conclusion::Disputed);
    desk.sound();
}

#[test]
fn an_appeal_is_decided_by_somebody_new() {
    let mut desk = Desk::new();
    let case = desk.open(1);
    let appeal = || Act::Appeal { case, reason: text("the emblem was a quotation") };
    insta::assert_snapshot!(desk.refused("lead", appeal()), @"the case `1` is open, and only a decision in force can be appealed");
    desk.done("reviewer1", decide(case, Conclusion::Violating));
    desk.minute = 5;
    desk.done("lead", appeal());
    let waiting = desk.case(case);
    assert_eq!((waiting.state, waiting.appealed, waiting.since), (State::Appealed, true, desk.now()));
    assert_eq!(waiting.decision.unwrap().code, Conclusion::Violating, "in force until somebody has looked");
    insta::assert_snapshot!(desk.refused("reviewer1", Act::Claim { case }), @"you have decided about the case `1` already; somebody new must look at it");
    desk.done("reviewer2", decide(case, Conclusion::Exempt));
    let closed = desk.case(case);
    assert_eq!(
        (closed.state, closed.appealed, closed.involved),
        (State::Closed, false, vec!["reviewer1".to_owned(), "reviewer2".to_owned()])
    );
    // A reversal too needs somebody who has not decided.
    let reverse = || Act::Reverse { case, decision: decision(Conclusion::Unclear), reason: text("both were hasty") };
    assert!(matches!(desk.act("reviewer2", reverse()), Err(Error::SamePerson(1))));
    desk.done("lead", reverse());
    assert_eq!(desk.case(case).decision.unwrap().code, Conclusion::Unclear);
    let detail = desk.runtime.block_on(desk.cases.detail(case)).unwrap();
    assert_eq!(detail.history.len(), 5);
    desk.sound();
}

#[test]
fn duplicates_become_one() {
    let desk = Desk::new();
    let first = desk.open(1);
    let again = desk.done("reviewer2", Act::Open(Opened { severity: 4, imminence: 1, ..opened(1) }));
    assert_eq!((again.case, again.known), (Some(first), true));
    let case = desk.case(first);
    assert_eq!((case.severity, case.imminence, case.state), (4, 1, State::Open));
    // Another reference to the same account, found out by a person.
    let handle = Subject { reference: "birdsite:@plover".to_owned(), ..account(1) };
    let other = desk.done("reviewer2", Act::Open(Opened { subject: handle, threat_to_life: true, ..opened(1) })).case.unwrap();
    desk.done("reviewer2", Act::Merge { case: other, into: first });
    assert_eq!((desk.case(other).state, desk.case(other).merged_into), (State::Merged, Some(first)));
    assert!(desk.case(first).threat_to_life);
    assert!(matches!(desk.act("reviewer2", Act::Merge { case: first, into: first }), Err(Error::Wrong(_))));
    assert!(matches!(desk.act("reviewer2", Act::Merge { case: other, into: first }), Err(Error::CaseState { .. })));
    let page = desk.runtime.block_on(desk.cases.queue(&Filter::default(), 10, None)).unwrap();
    assert_eq!(page.rows.iter().map(|case| case.id).collect::<Vec<_>>(), [first]);
    desk.sound();
}

#[test]
fn a_request_that_is_sent_twice_is_done_once() {
    let desk = Desk::new();
    let ask = |actor, key| desk.runtime.block_on(desk.cases.act(desk.now(), actor, Some(key), Act::Open(opened(1))));
    let first = ask("reviewer1", "a").unwrap();
    assert_eq!(ask("reviewer1", "a").unwrap(), first);
    assert_eq!(desk.sound().events, 1);
    // Another key, or another person's, is another request.
    assert!(ask("reviewer1", "b").unwrap().known);
    assert!(ask("reviewer2", "a").unwrap().known);
    assert!(matches!(ask("reviewer1", ""), Err(Error::Wrong(_))));
    // What was refused may be asked again with the same key.
    let claim = |actor| desk.runtime.block_on(desk.cases.act(desk.now(), actor, Some("c"), Act::Claim { case: 99 }));
    assert!(matches!(claim("reviewer1"), Err(Error::NoCase(99))));
    assert!(matches!(claim("reviewer1"), Err(Error::NoCase(99))));
    desk.sound();
}

#[test]
fn one_decision_on_many_cases_is_previewed_done_and_taken_back() {
    let mut desk = Desk::new();
    let cases: Vec<i64> = (1..=30).map(|number| desk.open(number)).collect();
    desk.done("reviewer2", Act::Claim { case: cases[0] });
    let post = Opened { subject: Subject { kind: SubjectKind::Post, reference: "birdsite:1".to_owned() }, ..opened(1) };
    desk.done("reviewer1", Act::Open(post));
    let filter = Filter { kind: Some(SubjectKind::Account), ..Filter::default() };
    let preview =
        || desk.runtime.block_on(desk.cases.preview_bulk(desk.now(), "lead", &filter, decision(Conclusion::NotViolating))).unwrap();
    let planned = preview();
    assert_eq!((planned.count, planned.sample.len()), (30, 20));
    let bulk = |actor, token: &str| desk.runtime.block_on(desk.cases.bulk(desk.now(), actor, None, token));
    assert!(matches!(bulk("reviewer1", &planned.token), Err(Error::NoPreview)), "a preview is its maker's");
    let done = bulk("lead", &planned.token).unwrap();
    assert_eq!(done.count, 29, "what somebody holds is left alone");
    assert_eq!(bulk("lead", &planned.token).unwrap(), done, "asked twice, done once");
    assert!(matches!(bulk("lead", "0123"), Err(Error::NoPreview)));
    let rows = desk.runtime.block_on(desk.cases.decisions(0)).unwrap().0;
    assert_eq!((rows.len(), rows.iter().filter(|row| row.in_force).count()), (29, 29));
    // Somebody looks at one of them anew; the rest can be taken back.
    desk.done("lead2", Act::Appeal { case: cases[1], reason: text("look again") });
    desk.done("reviewer2", decide(cases[1], Conclusion::Violating));
    let number = done.event.unwrap();
    let undone = desk.done("lead", Act::Undo { bulk: number, reason: text("the query was too wide") });
    assert_eq!(undone.count, 28);
    assert_eq!((desk.case(cases[1]).state, desk.case(cases[2]).state), (State::Closed, State::Open));
    assert_eq!(desk.case(cases[2]).since, desk.case(cases[2]).opened_at, "it has waited since it was opened");
    assert!(matches!(desk.act("lead", Act::Undo { bulk: number, reason: text("again") }), Err(Error::NoBulk(_))));
    // A preview that is too old is none.
    let old = preview();
    desk.minute = 16;
    let late = desk.runtime.block_on(desk.cases.bulk(desk.now(), "lead", None, &old.token));
    assert!(matches!(late, Err(Error::NoPreview)));
    // Whoever looks again and again keeps the last ten; when their time is up none is kept, whether or not somebody asks for another.
    let plan = || desk.cases.preview_bulk(desk.now(), "lead", &filter, decision(Conclusion::NotViolating));
    let tokens: Vec<String> = (0..25).map(|_| desk.runtime.block_on(plan()).unwrap().token).collect();
    assert_eq!(desk.cases.forget_previews(desk.now()), 10);
    let gone = desk.runtime.block_on(desk.cases.bulk(desk.now(), "lead", None, &tokens[14]));
    assert!(matches!(gone, Err(Error::NoPreview)));
    let kept = desk.runtime.block_on(desk.cases.bulk(desk.now(), "lead", None, &tokens[15]));
    assert!(kept.is_ok(), "the last ten are kept, though all were made at one instant: {kept:?}");
    desk.minute = 32;
    assert_eq!(desk.cases.forget_previews(desk.now()), 0);
    desk.sound();
}

#[test]
fn decisions_are_read_to_the_last() {
    let desk = Desk::new();
    for number in 1..=1100 {
        let case = desk.open(number);
        desk.done("reviewer1", decide(case, Conclusion::Unclear));
    }
    let (mut after, mut found) = (0, Vec::new());
    while let (rows, Some(next)) = desk.runtime.block_on(desk.cases.decisions(after)).unwrap() {
        found.extend(rows);
        after = next;
    }
    assert_eq!(found.len(), 1100);
    assert!(found.iter().all(|row| row.in_force && row.subject.is_some() && row.decision.is_some()));
    assert!(found.is_sorted_by_key(|row| row.event));
}
