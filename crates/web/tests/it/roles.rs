//! Every route with every role: what is not listed here as allowed is denied, and a route that is not listed here fails the test.

use crate::support::{Client, House, PASSWORD, PEOPLE};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Whom a route lets in.
enum For {
    /// Whoever asks, logged in or not.
    Anybody,
    /// Whoever is logged in.
    LoggedIn,
    /// These.
    Only(&'static [&'static str]),
}

/// A route, as it is asked for, and what those who may get.
struct Row {
    method: &'static str,
    route: &'static str,
    path: String,
    body: Option<Value>,
    allowed: For,
    status: u16,
}

const VIEWERS: &[&str] = &["reviewer1", "reviewer2", "lead", "analyst", "auditor"];
const SEERS: &[&str] = &["reviewer1", "reviewer2", "lead", "analyst"];
const CODERS: &[&str] = &["coder1", "coder2"];
const SAMPLERS: &[&str] = &["coder1", "coder2", "reviewer1", "reviewer2", "lead"];
const SETTLERS: &[&str] = &["reviewer1", "reviewer2", "lead"];
const MEMBERS: &[&str] = &["coder1", "coder2", "reviewer1", "reviewer2", "lead", "analyst", "auditor"];

const CASES: &[&str] = &["reviewer1", "reviewer2", "lead", "auditor"];
const DECIDERS: &[&str] = &["reviewer1", "reviewer2", "lead"];

fn row(method: &'static str, route: &'static str, allowed: For, status: u16) -> Row {
    let path = route
        .replace("{study}", "house")
        .replace("{sample}", "autumn")
        .replace("{version}", "20251003100000-2")
        .replace("{finding}", "clients")
        .replace("{cluster}", "1")
        .replace("{a}", "0")
        .replace("{b}", "1")
        // Of nobody: allowed callers get 404 where a thing is asked for by its number.
        .replace("{item}", "7")
        .replace("{case}", "424242")
        .replace("{cover}", "424242")
        .replace("{bulk}", "424242")
        .replace("{id}", "424242");
    Row { method, route, path, body: None, allowed, status }
}

impl Row {
    fn with(mut self, body: Value) -> Row {
        self.body = Some(body);
        self
    }

    fn asking(mut self, query: &str) -> Row {
        self.path.push_str(query);
        self
    }
}

fn table() -> Vec<Row> {
    use For::{Anybody, LoggedIn, Only};
    const ADMIN: &[&str] = &["admin"];
    const LEAD: &[&str] = &["lead"];
    const FIGURES: &[&str] = &["lead", "analyst"];
    vec![
        row("POST", "/api/setup", Anybody, 422).with(json!({ "token": "x", "name": "x", "password": PASSWORD })),
        row("POST", "/api/session", Anybody, 401).with(json!({ "name": "nobody", "password": "wrong" })),
        row("GET", "/api/session", LoggedIn, 200),
        row("PUT", "/api/me/password", LoggedIn, 422).with(json!({ "current": "wrong", "password": "short" })),
        row("POST", "/api/me/totp", LoggedIn, 422).with(json!({ "password": "wrong" })),
        row("DELETE", "/api/me/totp", LoggedIn, 422).with(json!({ "password": "wrong" })),
        row("POST", "/api/me/totp/confirm", LoggedIn, 409).with(json!({ "code": "000000" })),
        row("GET", "/api/me/settings", LoggedIn, 200),
        row("PUT", "/api/me/settings", LoggedIn, 200).with(json!({
            "language": null, "theme": "system", "cover": true, "greyscale": true, "blur": true, "mute": true, "break_minutes": 50
        })),
        row("GET", "/api/me/exposure", LoggedIn, 200),
        row("GET", "/api/me/sessions", LoggedIn, 200),
        row("DELETE", "/api/me/sessions/{id}", LoggedIn, 404),
        row("GET", "/api/me/tokens", LoggedIn, 200),
        row("POST", "/api/me/tokens", LoggedIn, 201).with(json!({ "name": "t", "scopes": ["read"], "days": 1 })),
        row("DELETE", "/api/me/tokens/{id}", LoggedIn, 404),
        row("GET", "/api/people", Only(ADMIN), 200),
        row("POST", "/api/people", Only(ADMIN), 422).with(json!({ "name": "No Name" })),
        row("PUT", "/api/people/{id}/roles", Only(ADMIN), 404).with(json!({ "study": "house", "roles": ["lead"] })),
        row("POST", "/api/people/{id}/link", Only(ADMIN), 404),
        row("POST", "/api/people/{id}/reset", Only(ADMIN), 404),
        row("GET", "/api/people/acts", Only(ADMIN), 200),
        row("DELETE", "/api/people/{id}", Only(ADMIN), 404),
        row("GET", "/api/denials", Only(ADMIN), 200),
        row("GET", "/api/studies", LoggedIn, 200),
        row("GET", "/api/studies/{study}", Only(MEMBERS), 200),
        row("GET", "/api/studies/{study}/versions", Only(VIEWERS), 200),
        row("POST", "/api/studies/{study}/versions", Only(FIGURES), 202),
        row("GET", "/api/studies/{study}/jobs", Only(FIGURES), 200),
        row("GET", "/api/studies/{study}/versions/{version}/findings", Only(VIEWERS), 200),
        row("GET", "/api/studies/{study}/versions/{version}/findings/{finding}", Only(VIEWERS), 200),
        row("GET", "/api/studies/{study}/versions/{version}/findings/{finding}/csv", Only(VIEWERS), 200),
        row("GET", "/api/studies/{study}/compare", Only(VIEWERS), 200).asking("?a=20251002100000-1&b=20251003100000-2&finding=clients"),
        row("GET", "/api/studies/{study}/clusters", Only(SEERS), 200),
        row("GET", "/api/studies/{study}/clusters/{cluster}", Only(SEERS), 200),
        row("GET", "/api/studies/{study}/edges/{a}/{b}", Only(SEERS), 200),
        row("GET", "/api/studies/{study}/samples", Only(SAMPLERS), 200),
        row("GET", "/api/studies/{study}/samples/{sample}/codebook", Only(SAMPLERS), 200),
        row("GET", "/api/studies/{study}/samples/{sample}/next", Only(CODERS), 200),
        row("GET", "/api/studies/{study}/samples/{sample}/items/{item}", Only(SAMPLERS), 404),
        row("PUT", "/api/studies/{study}/samples/{sample}/items/{item}/code", Only(CODERS), 404).with(json!({ "code": "news" })),
        row("DELETE", "/api/studies/{study}/samples/{sample}/items/{item}/code", Only(CODERS), 404),
        row("POST", "/api/studies/{study}/samples/{sample}/items/{item}/skip", Only(CODERS), 404).with(json!({ "reason": "later" })),
        row("GET", "/api/studies/{study}/samples/{sample}/progress", Only(&["coder1", "coder2", "lead"]), 200),
        row("GET", "/api/studies/{study}/samples/{sample}/agreement", Only(LEAD), 200),
        row("GET", "/api/studies/{study}/samples/{sample}/disputes", Only(SETTLERS), 200),
        row("PUT", "/api/studies/{study}/samples/{sample}/disputes/{item}", Only(SETTLERS), 404)
            .with(json!({ "code": "news", "reason": "r" })),
        row("GET", "/api/studies/{study}/samples/{sample}/estimate", Only(FIGURES), 200),
        row("GET", "/api/studies/{study}/cases", Only(CASES), 200).asking("?limit=5&lane=ordinary&severity=1"),
        row("POST", "/api/studies/{study}/cases", Only(SEERS), 422).with(json!({
            "subject": { "kind": "account", "reference": "no item" }, "from": "hand", "severity": 1
        })),
        row("GET", "/api/studies/{study}/queue/formula", Only(CASES), 200),
        row("POST", "/api/studies/{study}/cases/next", Only(DECIDERS), 204),
        row("GET", "/api/studies/{study}/cases/{case}", Only(CASES), 404),
        row("GET", "/api/studies/{study}/cases/{case}/card", Only(DECIDERS), 404),
        row("POST", "/api/studies/{study}/cases/{case}/claim", Only(DECIDERS), 404),
        row("POST", "/api/studies/{study}/cases/{case}/release", Only(DECIDERS), 404),
        row("POST", "/api/studies/{study}/cases/{case}/merge", Only(DECIDERS), 404).with(json!({ "into": 1 })),
        row("POST", "/api/studies/{study}/cases/{case}/decisions", Only(DECIDERS), 404).with(crate::cases::decision("unclear")),
        row("POST", "/api/studies/{study}/cases/{case}/second", Only(DECIDERS), 404).with(json!({ "agree": true, "reason": "so it is" })),
        row("POST", "/api/studies/{study}/cases/{case}/appeals", Only(DECIDERS), 404).with(json!({ "reason": "look again" })),
        row("POST", "/api/studies/{study}/cases/{case}/reversals", Only(DECIDERS), 404)
            .with(json!({ "decision": crate::cases::decision("unclear"), "reason": "too hasty" })),
        row("POST", "/api/studies/{study}/reports", Only(MEMBERS), 422).with(json!({
            "item": { "kind": "cluster", "reference": "1" }, "kind": "other", "reporter": "u1"
        })),
        row("GET", "/api/studies/{study}/covers", Only(CASES), 200),
        row("POST", "/api/studies/{study}/covers/{cover}/lift", Only(DECIDERS), 404).with(json!({ "reason": "it may be seen" })),
        row("POST", "/api/studies/{study}/covers/{cover}/appeal", Only(DECIDERS), 404).with(json!({ "reason": "it may be seen" })),
        row("POST", "/api/studies/{study}/bulk/preview", Only(LEAD), 200)
            .with(json!({ "query": {}, "decision": crate::cases::decision("unclear") })),
        row("POST", "/api/studies/{study}/bulk", Only(LEAD), 409).with(json!({ "token": "0" })),
        row("POST", "/api/studies/{study}/bulk/{bulk}/undo", Only(LEAD), 404).with(json!({ "reason": "too wide" })),
        row("GET", "/api/studies/{study}/decisions", Only(&["lead", "analyst", "auditor"]), 200).asking("?format=ndjson"),
        row("GET", "/api/studies/{study}/audit", Only(&["lead", "auditor"]), 200),
        row("GET", "/api/studies/{study}/audit/events", Only(&["lead", "auditor"]), 200),
        row("POST", "/api/studies/{study}/audit/verify", Only(&["lead", "auditor"]), 200),
        // Last: it ends the session that asks.
        row("DELETE", "/api/session", LoggedIn, 204),
    ]
}

fn described() -> BTreeSet<(String, String)> {
    let document: Value = serde_json::from_str(&web::description().to_json().unwrap()).unwrap();
    let mut all = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().filter(|key| ["get", "put", "post", "delete", "patch"].contains(&key.as_str())) {
            all.insert((method.to_uppercase(), path.clone()));
        }
    }
    all
}

#[test]
fn every_route_is_in_the_table() {
    let listed: BTreeSet<_> = table().iter().map(|row| (row.method.to_owned(), row.route.to_owned())).collect();
    assert_eq!(described(), listed);
}

#[test]
fn every_route_lets_in_whom_the_table_says_and_nobody_else() {
    let names: Vec<&str> = PEOPLE.iter().map(|(name, ..)| *name).collect();
    let house = House::with(&names);
    let clients: BTreeMap<&str, Client> = names.iter().map(|name| (*name, house.log_in(name))).collect();
    let mut wrong = Vec::new();
    for row in table() {
        let own = |name: &str| if name == "neighbour" && row.route.contains("{study}") { 404 } else { 403 };
        let nobody = house.client().ask(row.method, &row.path, row.body.as_ref()).status;
        let expected = if matches!(row.allowed, For::Anybody) { row.status } else { 401 };
        if nobody != expected {
            wrong.push(format!("{} {} by nobody: {nobody}, not {expected}", row.method, row.path));
        }
        for name in &names {
            let expected = match &row.allowed {
                For::Anybody | For::LoggedIn => row.status,
                For::Only(these) if these.contains(name) => row.status,
                // Who has no role in a study does not learn that it is there.
                For::Only(_) if *name == "admin" && row.route.contains("{study}") => 404,
                For::Only(_) => own(name),
            };
            let expected = match (expected, row.method, row.route) {
                // The second who asks finds the first one's job at work, or done.
                (202, ..) => vec![202, 409],
                // Log-ins of one address are slowed down.
                (_, "POST", "/api/session" | "/api/setup") => vec![expected, 429],
                _ => vec![expected],
            };
            let status = clients[name].ask(row.method, &row.path, row.body.as_ref()).status;
            if !expected.contains(&status) {
                wrong.push(format!("{} {} by {name}: {status}, not {expected:?}", row.method, row.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The answers of the policies, to be read by a person: one line an action, the roles that may.
#[test]
fn the_policies_say_this() {
    use web::{Action, Role, Roles};
    let line = |action: Action| {
        let may: Vec<&str> =
            Role::ALL.into_iter().filter(|role| action.is_allowed(Roles::NONE.with(*role))).map(|role| role.name()).collect();
        format!("{}: {} [{}]", action.name(), may.join(", "), action.scope().map_or("no token", |scope| scope.name()))
    };
    insta::assert_snapshot!(Action::ALL.map(line).join("\n"));
    // Blindness is worth more than convenience: a lead who also codes does not see what the codes come to.
    let both = Roles::NONE.with(Role::Lead).with(Role::Coder);
    assert!(Action::Code.is_allowed(both) && !Action::SeeAgreement.is_allowed(both) && !Action::SeeEstimate.is_allowed(both));
    assert!(Action::ALL.into_iter().all(|action| !action.is_allowed(Roles::NONE)));
}
