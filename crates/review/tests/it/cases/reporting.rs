//! Reports of users, and what keeps a crowd or a flood of them from deciding anything.

use super::*;
use review::case::{CoverState, Standing, State, Weighed, allowance, covers, trust, weigh};
use std::collections::BTreeMap;

/// Numbers of accounts that nobody else uses.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

/// Somebody who reported five accounts, all of which were decided so, on days of their own.
fn tried(desk: &mut Desk, reporter: &str, numbers: &mut Numbers, code: Conclusion) {
    for _ in 0..5 {
        desk.minute += 24 * 60;
        let case = desk.report(reporter, numbers.next()).unwrap().case.unwrap();
        desk.done("reviewer1", decide(case, code));
    }
}

#[test]
fn trust_is_the_posterior_mean_and_new_reporters_have_little() {
    let of = |upheld, rejected| trust(&Standing { reports: 0, upheld, rejected });
    assert_eq!((of(0, 0), of(5, 0), of(0, 12)), (0.25, 6.0 / 9.0, 1.0 / 16.0));
    // Its limit is the share itself.
    assert!((of(700_000, 300_000) - 0.7).abs() < 1e-5);
    let settings = Settings::default();
    let standing = |upheld, rejected| Standing { reports: 0, upheld, rejected };
    assert_eq!(
        (allowance(&standing(0, 0), &settings), allowance(&standing(0, 1), &settings), allowance(&standing(9, 1), &settings)),
        (5, 1, 14)
    );
}

#[test]
fn groups_count_once() {
    let settings = Settings::default();
    let trusted = Standing { reports: 9, upheld: 9, rejected: 0 };
    let own = 10.0_f64 / 13.0;
    let names = |count: usize| -> BTreeMap<String, Standing> { (0..count).map(|name| (format!("r{name}"), trusted)).collect() };
    let tie = |one: usize, other: usize| (format!("r{one}"), format!("r{other}"));
    let weighed = |count, ties: &[(String, String)]| weigh(&names(count), ties, &settings);
    assert_eq!(weighed(3, &[]), Weighed { weight: (3.0 * own * 1000.0).round() as u32, independent: 3 });
    assert_eq!(weighed(4, &[tie(0, 1), tie(1, 2)]).independent, 2, "ties reach over others");
    assert_eq!(weighed(4, &[tie(2, 3), tie(0, 1), tie(3, 0)]).independent, 1);
    // All who are not tried are one.
    let mut many: BTreeMap<String, Standing> = (0..1000).map(|name| (format!("n{name}"), Standing::default())).collect();
    assert_eq!(weigh(&many, &[], &settings), Weighed { weight: 250, independent: 0 });
    many.extend(names(2));
    let both = weigh(&many, &[], &settings);
    assert_eq!((both.independent, covers(both, &settings)), (2, false));
    many.extend(names(3));
    assert!(covers(weigh(&many, &[], &settings), &settings));
}

#[test]
fn three_who_were_right_before_cover_an_item_until_somebody_looks() {
    let (mut desk, mut numbers) = (Desk::new(), Numbers(1000));
    for reporter in ["r1", "r2", "r3"] {
        tried(&mut desk, reporter, &mut numbers, Conclusion::Violating);
    }
    desk.minute += 24 * 60;
    assert_eq!(desk.report("r1", 1).unwrap().cover, None);
    assert_eq!(desk.report("r2", 1).unwrap().cover, None);
    let covered = desk.report("r3", 1).unwrap();
    let (case, cover) = (covered.case.unwrap(), covered.cover.unwrap());
    let is_on = |desk: &Desk| desk.runtime.block_on(desk.cases.is_covered(&account(1), desk.now())).unwrap();
    assert!(is_on(&desk));
    assert_eq!(desk.case(case).state, State::Open, "covered, not decided");
    // An appeal moves the case up, once; a person takes the cover away.
    let before = review::case::rank(&desk.case(case));
    desk.done("lead", Act::AppealCover { cover, reason: text("it is a museum") });
    assert_eq!(review::case::rank(&desk.case(case)) - before, 15_000_000);
    assert!(desk.done("lead", Act::AppealCover { cover, reason: text("once more") }).known);
    desk.done("reviewer1", Act::LiftCover { cover, reason: text("it is a museum") });
    assert!(!is_on(&desk));
    insta::assert_snapshot!(desk.refused("reviewer1", Act::LiftCover { cover, reason: text("x") }).replace(&cover.to_string(), "N"), @"there is no cover `N` in force");
    // What a person uncovered is not covered by reports again.
    tried(&mut desk, "r4", &mut numbers, Conclusion::Violating);
    assert_eq!(desk.report("r4", 1).unwrap().cover, None);
    let page = desk.runtime.block_on(desk.cases.covers(Some(desk.now()), 10, None)).unwrap();
    assert_eq!(page.rows.len(), 0);
    assert_eq!(desk.runtime.block_on(desk.cases.covers(None, 10, None)).unwrap().rows[0].id, case);
    desk.sound();
}

#[test]
fn a_cover_ends_by_itself_or_with_the_decision() {
    let (mut desk, mut numbers) = (Desk::new(), Numbers(1000));
    for reporter in ["r1", "r2", "r3"] {
        tried(&mut desk, reporter, &mut numbers, Conclusion::Violating);
    }
    let cover = |desk: &mut Desk, number| {
        desk.minute += 24 * 60;
        let last = ["r1", "r2", "r3"].map(|reporter| desk.report(reporter, number).unwrap())[2].clone();
        // Not too many of the same items, or they would count as one.
        (last.case.unwrap(), last.cover.unwrap())
    };
    let (forgotten, _) = cover(&mut desk, 1);
    desk.minute += 24 * 60 - 1;
    assert_eq!(desk.done("marsad", Act::Expire).count, 0);
    desk.minute += 1;
    assert!(!desk.runtime.block_on(desk.cases.is_covered(&account(1), desk.now())).unwrap(), "even before the event");
    assert_eq!(desk.done("marsad", Act::Expire).count, 1);
    assert_eq!(desk.done("marsad", Act::Expire).count, 0);
    assert_eq!(desk.case(forgotten).cover.unwrap().state, CoverState::Expired);
    let (case, number) = cover(&mut desk, 2);
    desk.done("reviewer1", decide(case, Conclusion::Violating));
    assert_eq!(desk.case(case).cover.unwrap().state, CoverState::Kept);
    assert!(matches!(desk.act("reviewer1", Act::LiftCover { cover: number, reason: text("x") }), Err(Error::CoverKept(_))));
    desk.done("reviewer2", Act::Reverse { case, decision: decision(Conclusion::NotViolating), reason: text("a quotation") });
    assert_eq!(desk.case(case).cover.unwrap().state, CoverState::Lifted);
    desk.sound();
}

#[test]
fn twenty_who_collude_cover_nothing() {
    let (mut desk, mut numbers) = (Desk::new(), Numbers(1000));
    let gang = |kind: &str| -> Vec<String> { (0..20).map(|member| format!("{kind}{member}")).collect() };
    // Twenty new names at once.
    for member in gang("new") {
        assert_eq!(desk.report(&member, 1).unwrap().cover, None);
    }
    // Twenty who earned their trust together: each account of their past was reported by all.
    let farmers = gang("farm");
    for _ in 0..5 {
        desk.minute += 24 * 60;
        let number = numbers.next();
        let case = farmers.iter().map(|member| desk.report(member, number).unwrap().case.unwrap()).next_back().unwrap();
        desk.done("reviewer1", decide(case, Conclusion::Violating));
    }
    desk.minute += 24 * 60;
    for member in &farmers {
        assert_eq!(desk.report(member, 2).unwrap().cover, None);
    }
    // Both gangs at once, and one honest reporter.
    tried(&mut desk, "honest", &mut numbers, Conclusion::Violating);
    for member in farmers.iter().chain(&gang("new")).map(String::as_str).chain(["honest"]) {
        assert_eq!(desk.report(member, 3).unwrap().cover, None);
    }
    // Who is mostly wrong weighs next to nothing, however tried.
    for member in 0..3 {
        tried(&mut desk, &format!("wrong{member}"), &mut numbers, Conclusion::NotViolating);
        assert_eq!(desk.report(&format!("wrong{member}"), 3).unwrap().cover, None);
    }
    desk.sound();
}

#[test]
fn what_was_decided_is_not_reported_into_trust() {
    let desk = Desk::new();
    let case = desk.open(1);
    desk.done("reviewer1", decide(case, Conclusion::Violating));
    for _ in 0..9 {
        assert_eq!(desk.report("late", 1).unwrap(), Answer { case: Some(case), known: true, ..Answer::default() });
    }
    assert_eq!(desk.sound().events, 2, "nothing was added");
}

#[test]
fn one_reporter_counts_once_and_is_taken_so_often() {
    let mut desk = Desk::new();
    let case = desk.report("r1", 1).unwrap().case.unwrap();
    let weight = desk.case(case).weight;
    for _ in 0..100 {
        assert!(desk.report("r1", 1).unwrap().known);
    }
    assert_eq!((desk.case(case).weight, desk.sound().events), (weight, 2));
    let refused: Vec<String> = (2..=10).filter_map(|number| desk.report("r1", number).err()).map(|error| error.to_string()).collect();
    assert_eq!(refused.len(), 5);
    insta::assert_snapshot!(refused[0], @"`5` cases that this reporter alone raised wait for review, and no more are taken; try again when some are decided");
    // Accounts that others reported too are no cases of this reporter alone, but the hour has its limit.
    let desk_of_others = Desk::with(Settings { reports_per_hour: 3, ..Settings::default() });
    for number in 1..=4 {
        desk_of_others.open(number);
    }
    assert!((1..=3).all(|number| desk_of_others.report("r1", number).is_ok()));
    insta::assert_snapshot!(desk_of_others.report("r1", 4).unwrap_err(), @"this reporter sent `3` reports within the hour, and no more are taken; try again later");
    desk.minute += 1;
    let odd = desk.act("form", Act::Report { item: account(1), reporter: "two words".to_owned(), kind: ReportKind::Other, note: text("") });
    insta::assert_snapshot!(odd.unwrap_err(), @"the reporter is none; give a stable id of up to 120 characters without spaces");
}

/// Two hours of a queue with cases of all kinds, and people who take the first one each; `flood` adds to it every minute. Gives the median wait of the
/// other cases, in minutes; those that wait at the end count with what they have waited.
fn median_wait(flood: &dyn Fn(&Desk)) -> f64 {
    const MINUTES: i64 = 120;
    let mut desk = Desk::new();
    let mut opened_at = std::collections::BTreeMap::new();
    let mut waits = Vec::new();
    let mut number = 0;
    for minute in 0..MINUTES {
        desk.minute = minute;
        // Sixty wait at the start, three come every four minutes, and one is taken a minute.
        let come = if minute == 0 { 60 } else { u64::from(minute % 4 != 0) };
        for _ in 0..come {
            number += 1;
            let own =
                Opened { severity: (number * 7 % 5) as u8, imminence: (number % 3) as u8, reach: number * 997 % 5000, ..opened(number) };
            opened_at.insert(desk.done("reviewer1", Act::Open(own)).case.unwrap(), minute);
        }
        flood(&desk);
        let person = format!("worker{}", minute % 4);
        let case = desk.done(&person, Act::Next { threats_to_life: false }).case.unwrap();
        let code = if let Some(since) = opened_at.remove(&case) {
            waits.push(minute - since);
            Conclusion::Violating
        } else {
            Conclusion::NotViolating
        };
        desk.done(&person, decide(case, code));
    }
    waits.extend(opened_at.values().map(|since| MINUTES - since));
    desk.sound();
    waits.sort_unstable();
    waits[waits.len() / 2] as f64
}

/// So many reports a minute from one reporter, of the worst kind, on accounts of which nobody has heard.
fn hostile(reports: u64) -> impl Fn(&Desk) {
    move |desk: &Desk| {
        for report in 0..reports {
            let (item, reporter) = (account(1_000_000 + desk.minute as u64 * reports + report), "flood".to_owned());
            let _ = desk.act("form", Act::Report { item, reporter, kind: ReportKind::ThreatToLife, note: text("") });
        }
    }
}

/// `MARSAD_REPORTS` asks for another rate a minute: the bar's is 1,000.
#[test]
fn hostile_reports_do_not_move_the_others() {
    let rate = std::env::var("MARSAD_REPORTS").ok().and_then(|text| text.parse().ok()).unwrap_or(10);
    let (calm, flooded) = (median_wait(&|_| {}), median_wait(&hostile(rate)));
    println!("median wait: {calm} minutes without the flood, {flooded} with {rate} reports a minute");
    assert!(calm > 0.0 && flooded <= calm * 1.1, "{calm} minutes without the flood, {flooded} with it");
    // The simulation can tell: an alarm every other minute from somebody who is believed does move them.
    let believed = median_wait(&|desk| {
        if desk.minute % 2 == 0 {
            desk.done("lead", Act::Open(Opened { threat_to_life: true, ..opened(2_000_000 + desk.minute as u64) }));
        }
    });
    assert!(believed > calm * 1.1, "{calm} minutes without, {believed} with real alarms");
}
