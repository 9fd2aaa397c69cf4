//! Cases from the opening to the record, over the server's own port.

use crate::support::{Client, House};
use serde_json::{Value, json};

const STUDY: &str = "/api/studies/house";

/// A decision as it is sent.
pub(crate) fn decision(code: &str) -> Value {
    json!({
        "code": code, "ground": { "kind": "policy", "reference": "2.1" }, "scope": "account", "territory": ["DE"], "exemption": null,
        "reason": "the emblem stands in the profile"
    })
}

fn open(client: &Client, number: u64, severity: u8) -> i64 {
    let subject = json!({ "kind": "account", "reference": crate::accounts::item(number) });
    let answer =
        client.post(&format!("{STUDY}/cases"), &json!({ "subject": subject, "from": "cluster", "severity": severity, "note": "n" }));
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["case"].as_i64().unwrap()
}

#[test]
fn a_case_goes_from_a_cluster_to_the_record() {
    let house = House::with(&["reviewer1", "reviewer2", "lead", "analyst", "auditor"]);
    let [one, two, lead, analyst, auditor] = ["reviewer1", "reviewer2", "lead", "analyst", "auditor"].map(|name| house.log_in(name));
    let (low, high) = (open(&analyst, 1, 1), open(&analyst, 2, 4));
    let rows = one.get(&format!("{STUDY}/cases?limit=1")).json();
    assert_eq!(rows["rows"][0]["id"], high);
    assert_eq!(rows["rows"][0]["factors"][0], json!({ "name": "severity", "value": 4.0, "weight": 10.0, "points": 40.0 }));
    let next = one.get(&format!("{STUDY}/cases?limit=1&after={}", rows["next"].as_str().unwrap())).json();
    assert_eq!((next["rows"][0]["id"].as_i64(), &next["next"]), (Some(low), &Value::Null));

    // The first person takes the first case, the second the other; nobody takes both.
    assert_eq!(one.post(&format!("{STUDY}/cases/next"), &json!({})).json()["id"], high);
    assert_eq!(two.post(&format!("{STUDY}/cases/{high}/claim"), &json!({})).code(), "held");
    assert_eq!(two.post(&format!("{STUDY}/cases/next"), &json!({})).json()["id"], low);
    let before = one.get("/api/me/exposure").json()["today"].as_i64().unwrap();
    let card = one.get(&format!("{STUDY}/cases/{high}/card")).json();
    assert!(card["handle"].is_string(), "{card}");
    assert_eq!(one.get("/api/me/exposure").json()["today"], before + 1, "a look is counted");
    assert_eq!(auditor.get(&format!("{STUDY}/cases/{high}")).status, 200);
    assert_eq!(auditor.get(&format!("{STUDY}/cases/{high}/card")).status, 403, "an auditor sees no posts");

    // An exemption must be spoken of; then the decision stands, and only somebody new looks at it again.
    let decide = |who: &Client, case: i64, body: &Value| who.post(&format!("{STUDY}/cases/{case}/decisions"), body);
    let mut silent = decision("violating");
    silent.as_object_mut().unwrap().remove("exemption");
    assert_eq!(decide(&one, high, &silent).status, 400);
    assert_eq!(decide(&one, high, &decision("exempt")).status, 422);
    assert_eq!(decide(&two, high, &decision("violating")).code(), "held");
    assert_eq!(decide(&one, high, &decision("violating")).status, 201);
    assert_eq!(decide(&two, high, &decision("violating")).code(), "state");
    assert_eq!(lead.post(&format!("{STUDY}/cases/{high}/appeals"), &json!({ "reason": "a quotation" })).status, 201);
    assert_eq!(decide(&one, high, &decision("unclear")).code(), "same_person");
    assert_eq!(decide(&two, high, &decision("not_violating")).status, 201);
    let page = auditor.get(&format!("{STUDY}/cases/{high}")).json();
    assert_eq!((&page["case"]["code"], &page["case"]["state"]), (&json!("not_violating"), &json!("closed")));
    let kinds: Vec<&str> = page["history"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["case_opened", "case_claimed", "case_decided", "case_appealed", "case_decided"]);

    // The record: a whole chain, without what people wrote.
    let record = auditor.post(&format!("{STUDY}/audit/verify"), &json!({})).json();
    assert_eq!((&record["fault"], record["verified_at"].is_string()), (&Value::Null, true), "{record}");
    let events = auditor.get(&format!("{STUDY}/audit/events?limit=200")).json();
    assert!(!events.to_string().contains("emblem"));
    assert_eq!(events["rows"][0]["hash"], record["head"]["hash"]);
    let lines = auditor.get(&format!("{STUDY}/decisions?format=ndjson"));
    let lines: Vec<Value> = lines.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0]["in_force"], &lines[1]["in_force"]), (2, &json!("false"), &json!("true")));
}

#[test]
fn a_request_of_one_key_is_done_once() {
    let house = House::with(&["lead"]);
    let lead = house.log_in("lead");
    let body = json!({ "subject": { "kind": "finding", "reference": "clients" }, "from": "finding", "severity": 1 }).to_string();
    let ask = || {
        let (cookie, csrf) = (lead.cookie.clone().unwrap(), lead.csrf.clone().unwrap());
        lead.raw(&format!(
            "POST {STUDY}/cases HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {cookie}\r\nx-marsad-csrf: {csrf}\r\nidempotency-key: k1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            house.address,
            body.len()
        ))
    };
    let (first, second) = (ask(), ask());
    assert_eq!((first.status, first.json()), (201, second.json()));
    assert_eq!(lead.get(&format!("{STUDY}/cases")).json()["rows"].as_array().unwrap().len(), 1);
}

#[test]
fn reports_open_cases_and_cells_stay_cells() {
    let house = House::with(&["coder1", "reviewer1", "lead"]);
    let (coder, reviewer, lead) = (house.log_in("coder1"), house.log_in("reviewer1"), house.log_in("lead"));
    let report = |reporter: &str, number: u64| {
        let item = json!({ "kind": "account", "reference": crate::accounts::item(number) });
        coder.post(&format!("{STUDY}/reports"), &json!({ "item": item, "kind": "support", "note": "look", "reporter": reporter }))
    };
    let first = report("user-1", 3);
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(report("user-1", 3).json()["known"], true);
    assert_eq!(report("user-2", 3).json()["case"], first.json()["case"]);
    let refused = (4..12).map(|number| report("user-1", number)).find(|answer| answer.status != 201).unwrap();
    assert_eq!((refused.status, refused.header("retry-after").is_some()), (429, true));
    let case = first.json()["case"].as_i64().unwrap();
    let page = reviewer.get(&format!("{STUDY}/cases/{case}"));
    assert_eq!((page.json()["reporters"].as_u64(), page.body.contains("user-1")), (Some(2), false), "reporters are counted, not named");

    let mut formula = decision("not_violating");
    formula["reason"] = json!("=HYPERLINK(\"x\")");
    let plan = json!({ "query": { "kind": "account" }, "decision": formula });
    let preview = lead.post(&format!("{STUDY}/bulk/preview"), &plan).json();
    let count = preview["count"].as_u64().unwrap();
    assert!(count >= 5);
    let done = lead.post(&format!("{STUDY}/bulk"), &json!({ "token": preview["token"] })).json();
    assert_eq!(done["count"], count);
    let file = lead.get(&format!("{STUDY}/decisions?format=csv"));
    assert!(file.header("content-disposition").unwrap().contains("decisions.csv"));
    assert_eq!(file.body.lines().count() as u64, count + 1);
    assert!(file.body.contains("'=HYPERLINK") && !file.body.contains(",=HYPERLINK"), "{}", file.body);
    let undo = lead.post(&format!("{STUDY}/bulk/{}/undo", done["event"]), &json!({ "reason": "too wide" })).json();
    assert_eq!(undo["count"], count);
    assert_eq!(reviewer.get(&format!("{STUDY}/cases/{case}")).json()["case"]["state"], "open");
}

#[test]
fn nobody_reaches_the_cases_of_another_study() {
    let house = House::with(&["lead", "neighbour"]);
    let (lead, neighbour) = (house.log_in("lead"), house.log_in("neighbour"));
    let case = open(&lead, 1, 4);
    assert_eq!(neighbour.get(&format!("{STUDY}/cases/{case}")).status, 404);
    assert_eq!(neighbour.get(&format!("/api/studies/annex/cases/{case}")).status, 404);
    assert_eq!(neighbour.get("/api/studies/annex/cases").json()["rows"], json!([]));
    for odd in ["/cases/x", "/cases/-1/claim", "/cases?after=1.2", "/cases?limit=0", "/cases?state=odd", "/covers?after=x"] {
        let answer =
            if odd.ends_with("claim") { lead.post(&format!("{STUDY}{odd}"), &json!({})) } else { lead.get(&format!("{STUDY}{odd}")) };
        assert!([400, 404].contains(&answer.status), "{odd}: {}", answer.status);
    }
}
