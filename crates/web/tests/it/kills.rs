//! A server that is killed while people code and decide: what was answered is there, once, and the chain is whole.
//!
//! `MARSAD_KILLS` asks for more kills of each: `make validate` for 100.

use crate::support::{Client, House, PASSWORD};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const FOLDER: &str = "MARSAD_TEST_WEB_FOLDER";

/// What the child does; without the variable, nothing.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let house = House::at(Path::new(&folder), &["coder1", "coder2", "reviewer1", "reviewer2"], None);
    println!("\naddress {}", house.address);
    std::thread::sleep(Duration::from_secs(600));
}

fn start(folder: &Path) -> (Child, Client) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kills::child", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("address ").map(str::to_owned)).unwrap();
    (child, Client { address: address.parse().unwrap(), cookie: None, csrf: None, token: None })
}

/// How much was acknowledged. The kill comes by it and not by the clock: machines are fast and slow.
type Heard = Arc<AtomicU64>;

/// Waits for so many answers, and a little.
fn wait_for(heard: &Heard, answers: u64, round: u64) {
    let begun = std::time::Instant::now();
    while heard.load(Ordering::Relaxed) < answers {
        assert!(begun.elapsed() < Duration::from_secs(120), "no answers come");
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(Duration::from_micros(round * 1709 % 9000));
}

/// Codes until the server is gone; gives what was acknowledged, by item.
fn code_on(mut client: Client, name: &str, heard: &Heard) -> BTreeMap<u64, String> {
    let answer = client.post("/api/session", &json!({ "name": name, "password": PASSWORD }));
    let mut known = BTreeMap::new();
    if answer.status != 200 {
        return known;
    }
    client.take_session(&answer);
    for round in 0.. {
        let Some(item) = ask(&client, "GET", "/api/studies/house/samples/autumn/next", None) else { break };
        let Some(item) = item["item"].as_u64() else { break };
        let code = ["news", "satire", "unrelated"][round % 3];
        let path = format!("/api/studies/house/samples/autumn/items/{item}/code");
        if ask(&client, "PUT", &path, Some(json!({ "code": code }))).is_none() {
            break;
        }
        known.insert(item, code.to_owned());
        heard.fetch_add(1, Ordering::Relaxed);
    }
    known
}

/// Nothing where the server went away before it had answered.
fn ask(client: &Client, method: &str, path: &str, body: Option<serde_json::Value>) -> Option<serde_json::Value> {
    std::net::TcpStream::connect(client.address).ok()?;
    let client = client.clone();
    let (method, path) = (method.to_owned(), path.to_owned());
    // A connection refused between the two is a panic of the client, and means the same.
    let answer = std::thread::spawn(move || client.ask(&method, &path, body.as_ref())).join().ok()?;
    (answer.status == 200).then(|| serde_json::from_str(&answer.body).ok()).flatten()
}

fn rounds() -> u64 {
    std::env::var("MARSAD_KILLS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(6)
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    let rounds = rounds();
    let (mut acknowledged, mut cut) = (0, 0);
    for round in 0..rounds {
        let folder = tempfile::tempdir().unwrap();
        let (mut child, client) = start(folder.path());
        let heard = Heard::default();
        let workers: Vec<_> = ["coder1", "coder2"]
            .map(|name| {
                let (client, heard) = (client.clone(), Arc::clone(&heard));
                std::thread::spawn(move || (name, code_on(client, name, &heard)))
            })
            .into();
        wait_for(&heard, 2 + round * 7 % 50, round);
        child.kill().unwrap();
        child.wait().unwrap();
        let mut events = review::Events::open(&folder.path().join("house/review.sqlite")).unwrap();
        let verified = events.verify(None).unwrap();
        let census = events.census("autumn").unwrap();
        let mut told = 0;
        for worker in workers {
            let (name, known) = worker.join().unwrap();
            for (number, code) in &known {
                let item = census.of_number(name, *number, census.assigned(name)).unwrap();
                assert_eq!(&census.items()[item].codes[name].code, code, "round {round}");
            }
            told += known.len() as u64;
        }
        let kept = census.codes().len() as u64;
        // Each coder may have had one request under way whose answer did not arrive.
        assert!((told..=told + 2).contains(&kept), "{told} acknowledged, {kept} kept");
        // Three samples are frozen, of forty accounts and twice the posts.
        assert_eq!(verified.events, 3 + 40 + 2 * crate::coding::POSTS + kept, "an event is there twice");
        acknowledged += told;
        cut += u64::from(told < 72);
    }
    assert!(acknowledged > rounds && cut > 0, "{acknowledged} acknowledged, {cut} cut off: the kills came too late");
}

/// A request that changes something, so that it can be sent again as it was.
struct Sent {
    path: String,
    key: String,
    body: Value,
}

/// What one reviewer did until the server was gone.
#[derive(Default)]
struct Work {
    /// Cases that were opened, by the account that each is about.
    opened: BTreeMap<String, i64>,
    /// Cases that were decided, with the event.
    decided: BTreeMap<i64, i64>,
    /// The request that was under way.
    cut: Option<Sent>,
}

/// Sends a request with its key; nothing where no answer came.
fn send(client: &Client, sent: &Sent) -> Option<Value> {
    std::net::TcpStream::connect(client.address).ok()?;
    let (body, cookie, csrf) = (sent.body.to_string(), client.cookie.clone()?, client.csrf.clone()?);
    let text = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {cookie}\r\nx-marsad-csrf: {csrf}\r\nidempotency-key: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        sent.path,
        client.address,
        sent.key,
        body.len()
    );
    let client = client.clone();
    let answer = std::thread::spawn(move || client.raw(&text)).join().ok()?;
    // A server that was killed while it answered said nothing.
    assert!(matches!(answer.status, 0 | 201), "{}: {}", answer.status, answer.body);
    (answer.status == 201).then(|| serde_json::from_str(&answer.body).ok()).flatten()
}

const CASES: &str = "/api/studies/house/cases";

/// Opens cases and decides them until the server is gone.
fn decide_on(client: &Client, name: &str, heard: &Heard) -> Work {
    let mut work = Work::default();
    for number in 0.. {
        let account = format!("birdsite:{name}{number}");
        let body = json!({ "subject": { "kind": "account", "reference": account }, "from": "hand", "severity": number % 5 });
        let open = Sent { path: CASES.to_owned(), key: format!("open-{name}-{number}"), body };
        let Some(case) = send(client, &open).and_then(|answer| answer["case"].as_i64()) else {
            work.cut = Some(open);
            return work;
        };
        work.opened.insert(account, case);
        heard.fetch_add(1, Ordering::Relaxed);
        let code = ["violating", "unclear", "not_violating"][number % 3];
        let key = format!("decide-{name}-{number}");
        let decide = Sent { path: format!("{CASES}/{case}/decisions"), key, body: crate::cases::decision(code) };
        let Some(event) = send(client, &decide).and_then(|answer| answer["event"].as_i64()) else {
            work.cut = Some(decide);
            return work;
        };
        work.decided.insert(case, event);
        heard.fetch_add(1, Ordering::Relaxed);
    }
    work
}

fn enter(client: &Client, name: &str) -> Option<Client> {
    let mut client = client.clone();
    let answer = client.post("/api/session", &json!({ "name": name, "password": PASSWORD }));
    (answer.status == 200).then(|| client.take_session(&answer))?;
    Some(client)
}

/// Every decision that is in the record, as (case, event), and how many of them are in force.
fn decisions(data: &Path) -> (Vec<(i64, i64)>, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let cases = review::Cases::open(&data.join("house/review.sqlite"), review::case::Settings::default()).await.unwrap();
        cases.verify(None).await.unwrap();
        let (mut after, mut all) = (0, Vec::new());
        while let (rows, Some(next)) = cases.decisions(after).await.unwrap() {
            all.extend(rows);
            after = next;
        }
        cases.close().await.unwrap();
        (all.iter().map(|row| (row.case, row.event)).collect(), all.iter().filter(|row| row.in_force).count())
    })
}

#[test]
fn nothing_decided_is_lost_and_nothing_is_decided_twice() {
    let (mut acknowledged, mut cut) = (0, 0);
    for round in 0..rounds() {
        let folder = tempfile::tempdir().unwrap();
        let (mut child, client) = start(folder.path());
        let clients = ["reviewer1", "reviewer2"].map(|name| (name, enter(&client, name).unwrap()));
        let heard = Heard::default();
        let workers = clients.map(|(name, client)| {
            let heard = Arc::clone(&heard);
            std::thread::spawn(move || (name, decide_on(&client, name, &heard)))
        });
        wait_for(&heard, 3 + round * 11 % 60, round);
        child.kill().unwrap();
        child.wait().unwrap();
        let done: Vec<(&str, Work)> = workers.map(|worker| worker.join().unwrap()).into();
        let (before, _) = decisions(folder.path());
        for (_, work) in &done {
            acknowledged += work.opened.len() + work.decided.len();
            for decided in &work.decided {
                assert!(before.contains(&(*decided.0, *decided.1)), "round {round}: an acknowledged decision is gone");
            }
        }
        // The server starts again, and who had no answer asks again with the same key.
        let house = House::at(folder.path(), &[], None);
        let mut wanted = 0;
        for (name, work) in &done {
            let client = enter(&house.client(), name).unwrap();
            let sent = work.cut.as_ref().unwrap();
            let answer = send(&client, sent).unwrap();
            assert_eq!(send(&client, sent).unwrap()["event"], answer["event"], "asked twice, done once");
            let is_decision = sent.path.ends_with("/decisions");
            wanted += work.decided.len() + usize::from(is_decision);
            cut += 1;
            for (account, case) in &work.opened {
                let page = client.get(&format!("{CASES}/{case}")).json();
                assert_eq!(page["case"]["subject"]["reference"], account.as_str());
                assert!(page["related"].as_array().unwrap().is_empty(), "round {round}: a case was opened twice");
            }
        }
        drop(house);
        let (after, in_force) = decisions(folder.path());
        let distinct: std::collections::BTreeSet<i64> = after.iter().map(|(case, _)| *case).collect();
        assert_eq!((after.len(), distinct.len(), in_force), (wanted, wanted, wanted), "round {round}");
    }
    assert!(acknowledged as u64 >= 3 * rounds() && cut as u64 == 2 * rounds(), "{acknowledged} acknowledged, {cut} cut off");
}
