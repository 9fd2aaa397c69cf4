//! The order of the queue.

use super::*;
use review::case::{FORMULA, Filter, State, priority, rank};

#[test]
fn the_priority_is_the_sum_that_the_page_shows() {
    let mut desk = Desk::new();
    let heavy = Opened { severity: 4, imminence: 3, reach: 999, ..opened(1) };
    let case = desk.done("reviewer1", Act::Open(heavy)).case.unwrap();
    let case = desk.case(case);
    desk.minute = 36 * 60;
    let (points, factors) = priority(&case, desk.now());
    // 4 × 10 + 3 × 10 + 5 × log10(1000) + 1.5 days × 6, by hand.
    assert_eq!(points, 40.0 + 30.0 + 15.0 + 9.0);
    let told: Vec<_> = factors.iter().map(|factor| (factor.name, factor.value, factor.points)).collect();
    assert_eq!(told[0], ("severity", 4.0, 40.0));
    assert_eq!(told[1], ("imminence", 3.0, 30.0));
    assert!((told[2].1 - 3.0).abs() < 1e-12 && told[2].2 == 15.0);
    assert_eq!(told[5], ("age", 1.5, 9.0));
    assert_eq!(points, told.iter().map(|(_, _, points)| points).sum::<f64>());
    assert!(FORMULA.iter().zip(&factors).all(|(term, factor)| term.name == factor.name && term.weight as f64 == factor.weight));
}

/// The rank is an index's, made once; the priority is worked out at the instant of asking. They must order alike, whenever that is.
#[test]
fn the_order_of_ranks_is_that_of_priorities_at_any_instant() {
    let mut desk = Desk::new();
    let mut cases = Vec::new();
    for number in 1..=60_u64 {
        desk.minute = (number * 7919 % 5000) as i64;
        let own = Opened { severity: (number % 5) as u8, imminence: (number * 3 % 4) as u8, reach: number * number * 37, ..opened(number) };
        let case = desk.done("reviewer1", Act::Open(own)).case.unwrap();
        cases.push(desk.case(case));
    }
    for minute in [5000, 50_000, 5_000_000] {
        let now = crate::support::noon(minute);
        cases.sort_by_key(|case| (std::cmp::Reverse(rank(case)), case.id));
        assert!(cases.is_sorted_by(|one, next| priority(one, now).0 >= priority(next, now).0 - 2e-6), "at minute {minute}");
    }
    // The pages of the queue give this order, each case once.
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = desk.runtime.block_on(desk.cases.queue(&Filter::default(), 7, after)).unwrap();
        seen.extend(page.rows.iter().map(|case| case.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, cases.iter().map(|case| case.id).collect::<Vec<_>>());
}

#[test]
fn threats_to_life_come_first_and_nothing_waits_for_ever() {
    let mut desk = Desk::new();
    let low = desk.done("reviewer1", Act::Open(Opened { severity: 0, ..opened(1) })).case.unwrap();
    desk.minute = 20 * 24 * 60;
    let high = desk.done("reviewer1", Act::Open(Opened { severity: 4, imminence: 3, reach: 1_000_000, ..opened(2) })).case.unwrap();
    let life = desk.done("reviewer1", Act::Open(Opened { severity: 1, threat_to_life: true, ..opened(3) })).case.unwrap();
    let order = |filter: &Filter| -> Vec<i64> {
        desk.runtime.block_on(desk.cases.queue(filter, 10, None)).unwrap().rows.iter().map(|case| case.id).collect()
    };
    // 20 days of age are 120 points; the greatest case without age has 100.
    assert_eq!(order(&Filter::default()), [life, low, high]);
    assert_eq!(order(&Filter { threat_to_life: Some(true), ..Filter::default() }), [life]);
    assert_eq!(order(&Filter { severity: Some(2), ..Filter::default() }), [high]);
    assert_eq!(order(&Filter { query: Some("birdsite:".to_owned()), ..Filter::default() }), [life, low, high]);
    assert_eq!(order(&Filter { query: Some("birdsite:2".to_owned()), ..Filter::default() }), [high]);
    assert_eq!(order(&Filter { query: Some(low.to_string()), ..Filter::default() }), [low]);
    assert_eq!(order(&Filter { query: Some("%".to_owned()), ..Filter::default() }), [0_i64; 0]);
    assert_eq!(order(&Filter { state: Some(State::Closed), ..Filter::default() }), [0_i64; 0]);
    assert_eq!(desk.done("reviewer1", Act::Next { threats_to_life: true }).case, Some(life));
    assert_eq!(desk.done("reviewer2", Act::Next { threats_to_life: true }).case, None);
    assert_eq!(desk.done("reviewer2", Act::Next { threats_to_life: false }).case, Some(low));
    assert_eq!(desk.runtime.block_on(desk.cases.held_by("reviewer2", desk.now())).unwrap().len(), 1);
}
