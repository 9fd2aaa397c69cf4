//! Bench: a review of a million cases and five million events, and fifty people at once.
//!
//! `cargo run --release -p review --example load -- FOLDER [CASES] [build]` builds the review with five events a case where there is none yet, then measures
//! the queue page, the case page and the decision: once as fast as fifty people can ask, once with a second of reading between two requests. With `build`
//! it only builds, for a server to be measured (`bench/serve.py`).
//!
//! The events are written as anybody could, with `sha2` and SQL, and not by the room that is measured; their chain is then verified by it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use record::{Instant, Private};
use review::case::{
    Act, Claimed, Conclusion, Decided, Decision, Exemption, ExemptionKind, Filter, Opened, Origin, Released, Scope, Settings, State,
    Subject, SubjectKind,
};
use review::{Cases, Events};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::{ConnectOptions, Connection, Row};
use std::path::Path;
use std::time::{Duration, Instant as Clock};

const PEOPLE: u64 = 50;
const EVENTS_A_CASE: i64 = 5;
/// Of ten cases, so many wait.
const WAITING_OF_TEN: i64 = 3;

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = args.next().expect("name a folder");
    let count: i64 = args.next().map_or(1_000_000, |count| count.parse().unwrap());
    let path = Path::new(&folder).join("review.sqlite");
    let built = path.with_extension("built");
    if !built.exists() {
        build(&path, count);
        std::fs::write(built, "").unwrap();
    }
    if args.next().is_some_and(|word| word == "build") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let cases = Cases::open(&path, Settings::default()).await.unwrap();
        for (name, pause, rounds) in [("as fast as they can", 0, 40), ("with a second between", 1000, 12)] {
            measure(&cases, name, Duration::from_millis(pause), rounds, count).await;
        }
        cases.close().await.unwrap();
    });
}

fn decision() -> Decision {
    Decision {
        code: Conclusion::Unclear,
        ground: None,
        scope: Scope::Account,
        territory: Vec::new(),
        exemption: Exemption { kind: ExemptionKind::None, note: Private::new(String::new()) },
        reason: Private::new("nothing can be said of this account".to_owned()),
    }
}

/// The event number `place` of a case: opened, taken, given back, taken, and decided or given back.
fn event(case: i64, place: i64, number: i64, at: i64) -> (&'static str, String) {
    fn json(event: impl Serialize) -> String {
        serde_json::to_string(&event).unwrap()
    }
    let spread = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    match place {
        0 => {
            let subject = Subject { kind: SubjectKind::Account, reference: format!("birdsite:{number}") };
            let (severity, imminence) = ((spread % 5) as u8, (spread / 5 % 4) as u8);
            let (reach, threat_to_life) = (spread % 100_000, spread.is_multiple_of(500));
            let note = Private::new("stands in the list of the spring".to_owned());
            ("case_opened", json(Opened { subject, from: Origin::Hand, severity, reach, imminence, threat_to_life, note }))
        }
        1 | 3 => ("case_claimed", json(Claimed { case, until: at + 1_800_000_000 })),
        4 if number % 10 >= WAITING_OF_TEN => ("case_decided", json(Decided { case, decision: decision(), second: false })),
        _ => ("case_released", json(Released { case })),
    }
}

fn sha(lines: &[&str]) -> String {
    let mut hasher = Sha256::new();
    lines.iter().for_each(|line| hasher.update(format!("{line}\n")));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn build(path: &Path, count: i64) {
    if !path.exists() {
        drop(Events::create(path).unwrap());
        let started = Clock::now();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(insert(path, count));
        println!("{} events written in {:.0} s", count * EVENTS_A_CASE, started.elapsed().as_secs_f64());
    }
    let started = Clock::now();
    let cases = Events::open(path).unwrap().rebuild_queue().unwrap();
    println!("{cases} cases folded and written, the chain verified, in {:.0} s", started.elapsed().as_secs_f64());
}

async fn insert(path: &Path, count: i64) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).synchronous(sqlx::sqlite::SqliteSynchronous::Off);
    let mut connection = options.connect().await.unwrap();
    // They say that a payload is written with its event; here a thousand of each are written at a time.
    let triggers = sqlx::query("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetch_all(&mut connection).await.unwrap();
    for trigger in &triggers {
        let drop = format!("DROP TRIGGER {}", trigger.get::<String, _>("name"));
        sqlx::raw_sql(sqlx::AssertSqlSafe(drop)).execute(&mut connection).await.unwrap();
    }
    let (mut previous, mut seq) = ("0".repeat(64), 0);
    let mut transaction = connection.begin().await.unwrap();
    for chunk in (0..count).collect::<Vec<_>>().chunks(1000) {
        let (mut events, mut payloads) = (Vec::new(), Vec::new());
        for place in 0..EVENTS_A_CASE {
            let first = seq - place * chunk.len() as i64;
            for (offset, number) in (0_i64..).zip(chunk) {
                seq += 1;
                let at = 1_700_000_000_000_000 + seq * 1_000_000;
                let (kind, body) = event(first + offset + 1, place, *number, at);
                let salt = sha(&[&seq.to_string()]);
                let digest = sha(&["marsad payload 1", &salt, &body]);
                let actor = format!("reviewer{}", number % 50);
                let hash = sha(&["marsad event 1", &previous, &seq.to_string(), &at.to_string(), kind, &digest, &actor]);
                events.push(serde_json::json!([seq, at, actor, kind, digest, previous, hash]));
                payloads.push(serde_json::json!([seq, salt, body]));
                previous = hash;
            }
        }
        let rows = |rows: Vec<serde_json::Value>| serde_json::Value::from(rows).to_string();
        sqlx::query(
            "INSERT INTO events SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 FROM json_each(?)",
        )
        .bind(rows(events))
        .execute(&mut *transaction)
        .await
        .unwrap();
        sqlx::query("INSERT INTO payloads SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)")
            .bind(rows(payloads))
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    for trigger in &triggers {
        sqlx::raw_sql(sqlx::AssertSqlSafe(trigger.get::<String, _>("sql"))).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}

/// Fifty people: a page of the queue, a case with its history, a decision on a case that is taken from the queue.
async fn measure(cases: &Cases, name: &str, pause: Duration, rounds: u64, count: i64) {
    let started = Clock::now();
    let mut people = Vec::new();
    for person in 0..PEOPLE {
        let cases = cases.clone();
        people.push(tokio::spawn(async move {
            tokio::time::sleep(pause * (person as u32) / PEOPLE as u32).await;
            let mut times = Vec::new();
            let mut spread = person + 1;
            for _ in 0..rounds {
                spread = spread.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                times.push(one(&cases, person, spread, pause, count).await);
            }
            times
        }));
    }
    let mut all: [Vec<f64>; 4] = Default::default();
    for person in people {
        for times in person.await.unwrap() {
            all.iter_mut().zip(times).for_each(|(all, time)| all.push(time));
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    println!("{PEOPLE} people {name}: {:.0} requests a second", all.iter().map(Vec::len).sum::<usize>() as f64 / seconds);
    for (what, mut times) in ["queue page", "case page", "taking the next case", "decision"].into_iter().zip(all) {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        println!("  {what}: median {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, n = {}", at(0.5), at(0.95), at(0.99), times.len());
    }
}

async fn one(cases: &Cases, person: u64, spread: u64, pause: Duration, count: i64) -> [f64; 4] {
    let actor = format!("worker{person}");
    let now = Instant::from_seconds(1_800_000_000).unwrap();
    let filter = match spread % 3 {
        0 => Filter::default(),
        1 => Filter { severity: Some(3), ..Filter::default() },
        _ => Filter { state: Some(State::Closed), ..Filter::default() },
    };
    let mut times = [0.0; 4];
    let clock = Clock::now();
    let page = cases.queue(&filter, 50, None).await.unwrap();
    times[0] = clock.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(page.rows.len(), 50);
    tokio::time::sleep(pause).await;
    // Cases are opened in groups of a thousand, so that this is the number of one.
    let case = (spread >> 16) as i64 % count;
    let case = case / 1000 * 1000 * EVENTS_A_CASE + case % 1000 + 1;
    let clock = Clock::now();
    let detail = cases.detail(case).await.unwrap();
    times[1] = clock.elapsed().as_secs_f64() * 1000.0;
    assert!(detail.history.len() as i64 >= EVENTS_A_CASE);
    tokio::time::sleep(pause).await;
    let clock = Clock::now();
    let taken = cases.act(now, &actor, Some(&format!("{spread}")), Act::Next { threats_to_life: false }).await.unwrap().case.unwrap();
    times[2] = clock.elapsed().as_secs_f64() * 1000.0;
    tokio::time::sleep(pause).await;
    let clock = Clock::now();
    let act = Act::Decide { case: taken, decision: decision() };
    cases.act(now, &actor, Some(&format!("{spread}-d")), act).await.unwrap();
    times[3] = clock.elapsed().as_secs_f64() * 1000.0;
    tokio::time::sleep(pause).await;
    times
}
