//! A server that is killed while people code: what was answered is there, once, and the chain is whole.

use crate::support::{Client, House, PASSWORD};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const FOLDER: &str = "MARSAD_TEST_WEB_FOLDER";

/// What the child does; without the variable, nothing.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let house = House::at(Path::new(&folder), &["coder1", "coder2"], None);
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

/// Codes until the server is gone; gives what was acknowledged, by item.
fn code_on(mut client: Client, name: &str) -> BTreeMap<u64, String> {
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

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    let rounds: u64 = std::env::var("MARSAD_WEB_KILLS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(10);
    let (mut acknowledged, mut cut) = (0, 0);
    for round in 0..rounds {
        let folder = tempfile::tempdir().unwrap();
        let (mut child, client) = start(folder.path());
        let workers: Vec<_> = ["coder1", "coder2"]
            .map(|name| {
                let client = client.clone();
                std::thread::spawn(move || (name, code_on(client, name)))
            })
            .into();
        std::thread::sleep(Duration::from_millis(250 + 37 * (round % 12)));
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
        assert_eq!(verified.events, 1 + 40 + kept, "an event is there twice");
        acknowledged += told;
        cut += u64::from(told < 72);
    }
    assert!(acknowledged > rounds && cut > 0, "{acknowledged} acknowledged, {cut} cut off: the kills came too early or too late");
}
