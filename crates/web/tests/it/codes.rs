//! Coding from the log-in to the estimate, and that it comes to what sheets come to.

use crate::support::{Client, House};
use review::{Codebook, Events, Sheet};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const SAMPLE: &str = "/api/studies/house/samples/autumn";

/// What somebody would code an account as, by its card alone.
fn verdict(card: &Value, other: bool) -> &'static str {
    let handle = card["handle"].as_str().unwrap();
    let number: u64 = handle.rsplit('_').next().unwrap().parse().unwrap();
    match (number % 4, other && number.is_multiple_of(6)) {
        (_, true) => "satire",
        (0, _) => "overt_support",
        (1, _) => "news",
        (2, _) => "unrelated",
        _ => "unclear",
    }
}

fn code_all(coder: &Client, other: bool) -> BTreeMap<String, String> {
    let mut given = BTreeMap::new();
    loop {
        let next = coder.get(&format!("{SAMPLE}/next"));
        if next.status == 204 {
            return given;
        }
        let next = next.json();
        let code = verdict(&next["card"], other);
        let taken = coder.put(&format!("{SAMPLE}/items/{}/code", next["item"]), &json!({ "code": code, "seconds": 4 }));
        assert_eq!((taken.status, taken.json()["outcome"].as_str()), (200, Some("new")), "{}", taken.body);
        given.insert(next["card"]["handle"].as_str().unwrap().to_owned(), code.to_owned());
    }
}

fn census(data: &Path) -> review::Census {
    Events::open(&data.join("house/review.sqlite")).unwrap().census("autumn").unwrap()
}

#[test]
fn browser_codes_come_to_what_sheets_come_to() {
    let house = House::with(&["coder1", "coder2", "reviewer1", "lead", "analyst"]);
    let (one, two, lead) = (house.log_in("coder1"), house.log_in("coder2"), house.log_in("lead"));
    let before = lead.get(&format!("{SAMPLE}/estimate")).json();
    let given = [("coder1", code_all(&one, false)), ("coder2", code_all(&two, true))];
    assert_eq!((given[0].1.len(), given[1].1.len()), (40, 32));

    // The reviewer, who codes nothing, settles what they differ about.
    let reviewer = house.log_in("reviewer1");
    let disputes = reviewer.get(&format!("{SAMPLE}/disputes")).json()["rows"].as_array().unwrap().clone();
    assert!(!disputes.is_empty());
    for dispute in &disputes {
        assert_eq!(dispute["given"].as_array().unwrap().len(), 2);
        assert!(!dispute.to_string().contains("coder"), "{dispute}");
        let card = reviewer.get(&format!("{SAMPLE}/items/{}", dispute["item"]));
        assert_eq!(card.status, 200);
        assert_eq!(
            reviewer.put(&format!("{SAMPLE}/disputes/{}", dispute["item"]), &json!({ "code": "satire", "reason": "it jokes" })).status,
            204
        );
    }
    assert!(reviewer.get(&format!("{SAMPLE}/disputes")).json()["rows"].as_array().unwrap().is_empty());
    let agreement = lead.get(&format!("{SAMPLE}/agreement")).json();
    let estimate = lead.get(&format!("{SAMPLE}/estimate")).json();
    assert_ne!(before["finding"]["rows"], estimate["finding"]["rows"]);
    let on_screen = census(&house.data);

    // The same codes and decisions by sheets, in a house of their own.
    let other = House::with(&["lead"]);
    let lead = other.log_in("lead");
    let mut events = Events::open(&other.data.join("house/review.sqlite")).unwrap();
    let book = Codebook::parse(Codebook::template()).unwrap();
    let item = |handle: &str| crate::accounts::item(handle.rsplit('_').next().unwrap().parse().unwrap());
    let mut sheet = |rows: Vec<String>, settle: bool| {
        let text = format!("item,coder,code,note\n{}", rows.join("\n"));
        let sheet = Sheet::parse(Path::new("sheet.csv"), text.as_bytes()).unwrap();
        let (at, name) = (record::Instant::from_seconds(1_760_000_000).unwrap(), "autumn");
        if settle {
            events.adjudicate(at, name, &book, &sheet, false).unwrap()
        } else {
            events.import(at, name, &book, &sheet, false).unwrap()
        };
    };
    for (coder, codes) in &given {
        sheet(codes.iter().map(|(handle, code)| format!("{},{coder},{code},", item(handle))).collect(), false);
    }
    let settled = on_screen.items().iter().filter(|(_, item)| item.adjudicated.is_some());
    sheet(settled.map(|(item, _)| format!("{item},reviewer1,satire,it jokes")).collect(), true);
    let by_sheet = census(&other.data);
    assert_eq!(on_screen.codes(), by_sheet.codes());
    assert_eq!(on_screen.results(), by_sheet.results());
    assert_eq!(lead.get(&format!("{SAMPLE}/agreement")).json(), agreement);
    assert_eq!(lead.get(&format!("{SAMPLE}/estimate")).json(), estimate);
    assert!(agreement["alpha"].as_f64().is_some_and(|alpha| alpha > 0.5 && alpha < 1.0), "{agreement}");
    assert_eq!(agreement["golden"][0]["coded"], 4);
}

/// No word of score, stratum, purpose or another coder reaches who codes; nor does the number of an item tell which account it is.
#[test]
fn coders_are_blind() {
    let house = House::with(&["coder1", "coder2"]);
    let (one, two) = (house.log_in("coder1"), house.log_in("coder2"));
    code_all(&two, true);
    let mut told = String::new();
    for path in ["/api/studies/house/samples", &format!("{SAMPLE}/next"), &format!("{SAMPLE}/progress"), &format!("{SAMPLE}/codebook")] {
        let answer = one.get(path);
        assert_eq!(answer.status, 200);
        told.push_str(&answer.body);
    }
    for word in ["score", "stratum", "golden", "coder2", "invented:", "probability"] {
        assert!(!told.contains(word), "{word} in {told}");
    }
    assert_eq!(one.get("/api/studies/house/samples").json()["rows"][0]["purpose"], Value::Null);
    // A number of the other's sheet is nobody's here.
    let item = two.get(&format!("{SAMPLE}/disputes")).status;
    assert_eq!(item, 403);
    for path in ["agreement", "estimate", "disputes"] {
        assert_eq!(one.get(&format!("{SAMPLE}/{path}")).status, 403);
    }
}

#[test]
fn a_slip_is_taken_back_and_what_is_put_off_comes_last() {
    let house = House::with(&["coder1"]);
    let coder = house.log_in("coder1");
    let next = || coder.get(&format!("{SAMPLE}/next")).json()["item"].as_u64().unwrap();
    let first = next();
    let path = format!("{SAMPLE}/items/{first}");
    // The one after it, fetched while the first is judged, is the one that comes then.
    let ahead = coder.get(&format!("{SAMPLE}/next?without={first}")).json()["item"].as_u64().unwrap();
    assert_ne!(ahead, first);
    assert_eq!((next(), coder.get(&format!("{SAMPLE}/next?without=x")).status), (first, 400));
    assert_eq!(coder.put(&format!("{path}/code"), &json!({ "code": "nonsense" })).code(), "unknown_code");
    assert_eq!(coder.put(&format!("{path}/code"), &json!({ "code": "" })).code(), "unknown_code");
    assert_eq!(coder.put(&format!("{path}/code"), &json!({ "code": "news", "note": "x".repeat(2_001) })).code(), "long_note");
    assert_eq!(coder.put(&format!("{path}/code"), &json!({ "code": "news" })).json()["outcome"], "new");
    assert_eq!(coder.put(&format!("{path}/code"), &json!({ "code": "news" })).json()["outcome"], "repeated");
    assert_eq!(coder.put(&format!("{path}/code"), &json!({ "code": "satire" })).json()["outcome"], "revised");
    assert_eq!(next(), ahead);
    assert_eq!(coder.delete(&format!("{path}/code")).status, 204);
    assert_eq!(coder.delete(&format!("{path}/code")).code(), "no_code");
    assert_eq!(next(), first);
    assert_eq!(coder.post(&format!("{path}/skip"), &json!({ "reason": " " })).code(), "no_reason");
    assert_eq!(coder.post(&format!("{path}/skip"), &json!({ "reason": "later" })).status, 204);
    let mut left = 0;
    while next() != first {
        coder.put(&format!("{SAMPLE}/items/{}/code", next()), &json!({ "code": "unrelated" }));
        left += 1;
    }
    assert_eq!(left, 39);
    assert_eq!(coder.get(&format!("{SAMPLE}/next?without={first}")).status, 204, "nothing comes after the last");
}

#[test]
fn a_codebook_that_changed_stops_coding() {
    let house = House::with(&["coder1"]);
    let coder = house.log_in("coder1");
    let item = coder.get(&format!("{SAMPLE}/next")).json()["item"].clone();
    let path = house.data.join("house/codebook.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("version = \"1\"", "version = \"2\"")).unwrap();
    let answer = coder.put(&format!("{SAMPLE}/items/{item}/code"), &json!({ "code": "news" }));
    assert_eq!((answer.status, answer.code().as_str()), (409, "codebook_changed"));
}

/// Posts of a stance come once and take both codes at once; what one code lacks stays open.
#[test]
fn posts_are_coded_by_two_codebooks_at_once() {
    const STANCE: &str = "/api/studies/house/samples/stance-main";
    let house = House::with(&["coder1", "coder2", "lead"]);
    let (coder, lead) = (house.log_in("coder1"), house.log_in("lead"));
    let ids = |who: &Client| -> Vec<String> {
        let rows = who.get("/api/studies/house/samples").json()["rows"].as_array().unwrap().clone();
        rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&coder), ["autumn", "stance-main"]);
    assert_eq!(ids(&lead), ["autumn", "stance-main", "stance-main-kind"]);
    let book = coder.get(&format!("{STANCE}/codebook")).json();
    assert_eq!((&book["codes"][0]["name"], &book["second"]["codes"][0]["name"]), (&json!("overt_support"), &json!("calls_to_act")));
    assert_eq!(coder.get(&format!("{SAMPLE}/codebook")).json()["second"], Value::Null);
    let next = || coder.get(&format!("{STANCE}/next")).json();
    let first = next();
    assert_eq!(
        (&first["kind"], &first["card"]["handle"], first["card"]["posts"].as_array().unwrap().len()),
        (&json!("post"), &Value::Null, 1)
    );
    let path = |item: &Value| format!("{STANCE}/items/{item}");
    let give = |item: &Value, body: Value| coder.put(&format!("{}/code", path(item)), &body);
    // Both or neither.
    assert_eq!(give(&first["item"], json!({ "code": "neutral", "second": "neutral" })).code(), "unknown_code");
    assert_eq!(give(&first["item"], json!({ "code": "informs", "second": "informs" })).code(), "unknown_code");
    assert_eq!(next()["mine"], Value::Null);
    let other = coder.get(&format!("{SAMPLE}/next")).json()["item"].clone();
    let wrong = coder.put(&format!("{SAMPLE}/items/{other}/code"), &json!({ "code": "news", "second": "informs" }));
    assert_eq!(wrong.code(), "no_second");
    // One alone leaves the item open; put off, it comes last, and its second code ends it.
    assert_eq!(give(&first["item"], json!({ "code": "neutral" })).json()["mine"]["done"], 0);
    assert_eq!((&next()["item"], &next()["mine"]["code"]), (&first["item"], &json!("neutral")));
    assert_eq!(coder.post(&format!("{}/skip", path(&first["item"])), &json!({ "reason": "later" })).status, 204);
    let mut done = 0;
    while next()["item"] != first["item"] {
        assert_eq!(give(&next()["item"], json!({ "code": "opposition", "second": "persuades" })).json()["outcome"], "new");
        done += 1;
    }
    assert_eq!(done, crate::coding::POSTS - 1);
    let last = give(&first["item"], json!({ "code": "neutral", "second": "informs", "seconds": 3 })).json();
    assert_eq!((&last["outcome"], &last["mine"]["done"], &last["mine"]["skipped"]), (&json!("new"), &json!(done + 1), &json!(0)));
    assert_eq!(coder.get(&format!("{STANCE}/next")).status, 204);
    // Taking back takes both.
    assert_eq!(coder.delete(&format!("{}/code", path(&first["item"]))).status, 204);
    assert_eq!((&next()["item"], &next()["mine"]), (&first["item"], &Value::Null));
    // Each dimension has a progress of its own, and the other coder's codes are not shown.
    assert_eq!(lead.get(&format!("{STANCE}-kind/progress")).json()["rows"][0]["done"], done);
    assert!(!house.log_in("coder2").get(&format!("{STANCE}/next")).body.contains("opposition"));
    let mut events = Events::open(&house.data.join("house/review.sqlite")).unwrap();
    let kinds = events.census("stance-main-kind").unwrap();
    assert!(kinds.codes().iter().all(|row| row.first == "persuades"));
    assert_eq!(kinds.codes().len() as u64, done);
}
