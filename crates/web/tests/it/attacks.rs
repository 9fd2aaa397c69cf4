//! What somebody who means harm may try.

use crate::support::{Client, House, PASSWORD};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[test]
fn a_request_of_another_site_changes_nothing() {
    let house = House::with(&["lead"]);
    let lead = house.log_in("lead");
    let (cookie, csrf) = (lead.cookie.clone().unwrap(), lead.csrf.clone().unwrap());
    let ask = |more: &str| {
        let head =
            format!("POST /api/studies/house/versions HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {cookie}\r\n", house.address);
        lead.raw(&format!("{head}{more}content-length: 0\r\n\r\n"))
    };
    assert_eq!(ask("").code(), "forged");
    assert_eq!(ask(&format!("x-marsad-csrf: {}\r\n", "0".repeat(64))).code(), "forged");
    assert_eq!(ask(&format!("x-marsad-csrf: {csrf}\r\norigin: https://elsewhere.example\r\n")).code(), "forged");
    assert_eq!(ask(&format!("x-marsad-csrf: {csrf}\r\norigin: null\r\n")).code(), "forged");
    assert_eq!(ask(&format!("x-marsad-csrf: {csrf}\r\nsec-fetch-site: cross-site\r\n")).code(), "forged");
    assert_eq!(ask(&format!("x-marsad-csrf: {csrf}\r\norigin: http://{}\r\nsec-fetch-site: same-origin\r\n", house.address)).status, 202);
    // A log-in from another site would put its visitor into a stranger's session.
    let body = json!({ "name": "lead", "password": PASSWORD }).to_string();
    let head =
        format!("POST /api/session HTTP/1.1\r\nhost: {}\r\nconnection: close\r\norigin: https://elsewhere.example\r\n", house.address);
    let answer = lead.raw(&format!("{head}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len()));
    assert_eq!(answer.code(), "forged");
    // Nor does a form of another site get through: it cannot say that it sends JSON.
    let head = format!("POST /api/session HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", house.address);
    let answer = lead.raw(&format!("{head}content-type: text/plain\r\ncontent-length: {}\r\n\r\n{body}", body.len()));
    assert_eq!(answer.status, 415);
}

#[test]
fn guessing_is_slowed_and_locks_nobody_out() {
    let house = House::with(&["lead", "analyst"]);
    let guess = |name: &str, number: u32| {
        house.client().post("/api/session", &json!({ "name": name, "password": format!("guess number {number}") })).status
    };
    let statuses: Vec<u16> = (0..7).map(|number| guess("lead", number)).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429]);
    let answer = house.client().post("/api/session", &json!({ "name": "lead", "password": PASSWORD }));
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=21).contains(&wait), "{wait}");
    // Another person at the same address is not held back.
    house.log_in("analyst");
}

#[test]
fn paths_lead_nowhere_else() {
    let house = House::with(&["lead"]);
    std::fs::write(house.data.join("house/findings/secret.txt"), "secret").unwrap();
    let lead = house.log_in("lead");
    for version in [
        "..",
        "%2e%2e",
        "..%2f..%2fpassword",
        "%2e%2e%2f%2e%2e%2fpeople.sqlite",
        "20251003100000-2%00",
        "20251003100000-2.internal",
        "a%0ab",
    ] {
        let answer = lead.get(&format!("/api/studies/house/versions/{version}/findings"));
        assert!([404, 400].contains(&answer.status), "{version}: {}", answer.status);
    }
    for path in [
        "/../people.sqlite",
        "/..%2fpeople.sqlite",
        "/assets/../../people.sqlite",
        "/people.sqlite",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd.x",
        "/api/../api/people.x",
    ] {
        let answer = house.client().get(path);
        assert!(answer.status == 404 || answer.body.starts_with("<!doctype html>"), "{path}: {}", answer.status);
        assert!(!answer.body.contains("SQLite") && !answer.body.contains("root:"), "{path}");
    }
    for study in ["..", "%2e%2e", "house%2f..%2fannex", "HOUSE", "house%00"] {
        assert_eq!(lead.get(&format!("/api/studies/{study}/versions")).status, 404, "{study}");
    }
}

#[test]
fn what_is_too_long_or_no_json_is_refused() {
    let house = House::with(&["coder1"]);
    let coder = house.log_in("coder1");
    let long = json!({ "name": "x".repeat(70_000), "password": "x" });
    assert_eq!(house.client().post("/api/session", &long).status, 413);
    // Announced and never sent: refused at once or when the time is up, never held in memory.
    let head = format!("POST /api/session HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\n", house.address);
    assert_eq!(
        house
            .client()
            .raw(&format!("{head}transfer-encoding: chunked\r\n\r\n{}", format!("1000\r\n{}\r\n", "x".repeat(4096)).repeat(20)))
            .status,
        413
    );
    for bad in ["", "{", "[]", "null", "{\"name\": 1, \"password\": 2}", "{\"name\":\"x\",\"password\":\"x\",\"admin\":true}", "\u{0}"] {
        let answer = house.client().raw(&format!("{head}content-length: {}\r\n\r\n{bad}", bad.len()));
        assert_eq!(answer.status, 400, "{bad}: {}", answer.body);
    }
    assert_eq!(coder.put("/api/me/settings", &json!({ "language": "<b>" })).status, 400);
    let huge = format!("GET / HTTP/1.1\r\nhost: x\r\nx-pad: {}\r\n\r\n", "y".repeat(300_000));
    assert_eq!(house.client().raw(&huge).status, 431);
    for query in ["?limit=0", "?limit=201", "?limit=x", "?after=x", "?after=-1"] {
        assert_eq!(coder.get(&format!("/api/studies/house/samples{query}")).status, 400, "{query}");
    }
}

/// Clients that dribble do not keep others out, and are let go of.
#[test]
fn slow_clients_hold_up_nobody() {
    let house = House::with(&["lead"]);
    let mut slow: Vec<TcpStream> = (0..60)
        .map(|number| {
            let mut stream = TcpStream::connect(house.address).unwrap();
            let text = if number % 2 == 0 {
                "GET /livez HT"
            } else {
                "POST /api/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 60\r\n\r\n{\"na"
            };
            stream.write_all(text.as_bytes()).unwrap();
            stream
        })
        .collect();
    let start = Instant::now();
    assert_eq!(house.client().get("/livez").status, 200);
    assert!(start.elapsed() < Duration::from_secs(2));
    let mut stream = slow.swap_remove(0);
    stream.set_read_timeout(Some(Duration::from_secs(25))).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

/// Text that would be code in a page passes as JSON, and every answer says that scripts come from files of this server alone.
#[test]
fn hostile_text_stays_text() {
    let house = House::with(&["coder1", "lead"]);
    let coder = house.log_in("coder1");
    let mut seen = 0;
    loop {
        let answer = coder.get("/api/studies/house/samples/autumn/next");
        if answer.status == 204 {
            break;
        }
        seen += usize::from(answer.body.contains("<script>"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let item = answer.json()["item"].clone();
        let note = "<img src=x onerror=alert(1)>\u{202e}";
        assert_eq!(
            coder
                .put(&format!("/api/studies/house/samples/autumn/items/{item}/code"), &json!({ "code": "unrelated", "note": note }))
                .status,
            200
        );
        let back = coder.get(&format!("/api/studies/house/samples/autumn/items/{item}")).json();
        assert_eq!(back["mine"]["note"], note);
    }
    assert_eq!(seen, 4);
    for path in ["/", "/api/session", "/livez", "/metrics", "/nowhere.js", "/api/nowhere", "/api/openapi.json"] {
        let answer = house.client().get(path);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("script-src 'self';") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
    }
}

#[test]
fn health_and_numbers_need_no_log_in_and_name_nobody() {
    let house = House::with(&["lead"]);
    house.log_in("lead").get("/api/studies/house");
    assert_eq!(house.client().get("/livez").body, "ok\n");
    assert_eq!(house.client().get("/readyz").status, 200);
    let text = house.client().get("/metrics").body;
    assert!(text.contains("marsad_requests_total{route=\"/api/studies/{study}\",status=\"200\"} 1"), "{text}");
    assert!(!text.contains("house") && !text.contains("lead\""), "{text}");
}

/// What is under way when the server stops is answered.
#[test]
fn a_stop_lets_answers_end() {
    let house = House::with(&["lead"]);
    let client: Client = house.client();
    let asked = std::thread::spawn(move || client.post("/api/session", &json!({ "name": "lead", "password": PASSWORD })));
    std::thread::sleep(Duration::from_millis(20));
    drop(house);
    let answer = asked.join().unwrap();
    // Either it came too late to be taken at all, or it was answered whole.
    if answer.status != 0 {
        assert_eq!(answer.status, 200);
        let _: Value = answer.json();
    }
}
