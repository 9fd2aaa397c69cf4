//! Findings as different people see them.

use crate::support::House;
use serde_json::json;

const VERSION: &str = "/api/studies/house/versions/20251003100000-2/findings";

#[test]
fn internal_tables_are_for_the_lead_and_the_analyst() {
    let house = House::with(&["lead", "analyst", "reviewer1", "auditor"]);
    for (name, internal) in [("lead", true), ("analyst", true), ("reviewer1", false), ("auditor", false)] {
        let client = house.log_in(name);
        let view = client.get(&format!("{VERSION}/clients")).json();
        assert_eq!((view["internal"].as_bool(), view["provenance"]["internal"].as_bool()), (Some(internal), Some(internal)), "{name}");
        let csv = client.get(&format!("{VERSION}/clients/csv"));
        assert!(csv.header("content-type").unwrap().starts_with("text/csv"));
        let compared = client.get("/api/studies/house/compare?a=20251002100000-1&b=20251003100000-2&finding=clients").body;
        for text in [view.to_string(), csv.body, compared] {
            assert_eq!(text.contains("Rare Client"), internal, "{name}: {text}");
        }
    }
}

/// Each chart is what a report would draw; each finding comes back as it was stored.
#[test]
fn every_finding_opens_with_its_chart_and_provenance() {
    let house = House::with(&["auditor"]);
    let client = house.log_in("auditor");
    let stored = web::version::read(&house.data.join("house"), "20251003100000-2", false).unwrap().unwrap();
    let rows = client.get(VERSION).json()["rows"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 8);
    for row in rows {
        let id = row["id"].as_str().unwrap();
        let view = client.get(&format!("{VERSION}/{id}")).json();
        let finding = stored.figures.findings.iter().find(|finding| finding.id == id).unwrap();
        assert_eq!(view["finding"], serde_json::to_value(finding).unwrap());
        assert_eq!(view["chart"], report::charts::spec(finding).unwrap_or_default());
        assert_eq!(view["provenance"], serde_json::to_value(&stored.figures.provenance).unwrap());
        let csv = exchange::finding_csv(Vec::new(), finding, exchange::CsvOptions::default()).unwrap();
        assert_eq!(client.get(&format!("{VERSION}/{id}/csv")).body, String::from_utf8(csv).unwrap());
    }
    assert_eq!(client.get(&format!("{VERSION}/nothing")).status, 404);
}

#[test]
fn a_job_makes_a_version_and_the_difference_is_told() {
    let house = House::with(&["lead"]);
    let lead = house.log_in("lead");
    let job = lead.post("/api/studies/house/versions", &json!({}));
    assert_eq!(job.status, 202);
    let version = loop {
        let jobs = lead.get("/api/studies/house/jobs").json();
        if jobs["rows"][0]["state"] != "running" {
            break jobs["rows"][0]["version"].as_str().unwrap().to_owned();
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    let versions = lead.get("/api/studies/house/versions?limit=2").json();
    assert_eq!(versions["rows"][0]["id"], version.as_str());
    let rest = lead.get(&format!("/api/studies/house/versions?limit=2&after={}", versions["next"].as_str().unwrap())).json();
    assert_eq!((rest["rows"].as_array().unwrap().len(), rest["next"].is_null()), (1, true));
    let compared = lead.get(&format!("/api/studies/house/compare?a=20251003100000-2&b={version}&finding=clients")).json();
    assert_eq!(compared["keys"], json!(["label"]));
    assert_eq!(compared["rows"][0]["difference"][0], 10.0);
}

#[test]
fn posts_behind_an_edge_are_one_request_away() {
    let house = House::with(&["analyst"]);
    let analyst = house.log_in("analyst");
    let cluster = analyst.get("/api/studies/house/clusters/1").json();
    let tie = &cluster["ties"][0];
    let posts = analyst.get(&format!("/api/studies/house/edges/{}/{}", tie["a"], tie["b"])).json();
    assert_eq!(posts["pairs"].as_array().unwrap().len() as u64, posts["total"].as_u64().unwrap());
    assert_eq!(posts["pairs"][0]["a"]["dir"], "rtl");
    assert_eq!(analyst.get("/api/studies/house/edges/0/39").status, 404);
    assert_eq!(analyst.get("/api/studies/house/clusters/99").status, 404);
    assert_eq!(analyst.get("/api/studies/house/clusters/x").status, 404);
}

/// Words, charts and what stands in cells of words of ours come in the language asked for; programs read what they always read.
#[test]
fn words_come_in_the_readers_language() {
    let house = House::with(&["lead", "reviewer1"]);
    let lead = house.log_in("lead");
    let get = |path: &str| lead.get(&format!("{VERSION}/{path}")).json();
    let plain = get("places");
    assert_eq!((&plain["finding"]["unit"], &plain["finding"]["rows"][0][0]), (&json!("accounts"), &json!("EG")), "{plain}");
    let (arabic, french, english) = (get("places?lang=ar"), get("places?lang=fr"), get("places?lang=en"));
    assert_eq!((&arabic["finding"]["unit"], &arabic["finding"]["rows"][0][0]), (&json!("الحسابات"), &json!("مصر")));
    assert_eq!((&french["finding"]["unit"], &french["finding"]["rows"][0][0]), (&json!("comptes"), &json!("Égypte")));
    assert_eq!(english["finding"]["rows"][0][0], "Egypt");
    assert_eq!(french["finding"]["method"]["name"], "proportion avec intervalle de Wilson");
    // Figures are the same in all, and CSV is what programs read.
    assert_eq!(arabic["finding"]["rows"][0][1], plain["finding"]["rows"][0][1]);
    assert_eq!(lead.get(&format!("{VERSION}/places/csv?lang=ar")).body, lead.get(&format!("{VERSION}/places/csv")).body);
    // A chart of a language that is written from the right is mirrored, and its numbers are written in it.
    let (one, other) = (get("clients?lang=fr")["chart"].to_string(), get("clients?lang=ar")["chart"].to_string());
    assert_ne!(one, other);
    let row = |lang: &str| lead.get(&format!("{VERSION}?limit=1&lang={lang}")).json()["rows"][0]["unit"].clone();
    assert_eq!((row("ar"), row("fr")), (json!("الحسابات"), json!("comptes")));
    let compared = lead.get("/api/studies/house/compare?a=20251002100000-1&b=20251003100000-2&finding=places&lang=fr").json();
    assert_eq!(compared["rows"][0]["key"][0], "Égypte");
    assert_eq!(lead.get(&format!("{VERSION}/places?lang=xx")).status, 400);
    // Estimates are worked out in a request, and said as the others are.
    let estimate = lead.get("/api/studies/house/samples/autumn/estimate?lang=ar");
    assert_eq!(estimate.status, 200);

    // Of clusters, the digits in sentences, too.
    let cluster = lead.get("/api/studies/house/clusters/1?lang=ar").json();
    let reason = cluster["reasons"][0].as_str().unwrap();
    assert!(reason.contains("١٢") && !reason.contains("12"), "{reason}");
    assert_eq!(cluster["languages"][0]["name"], "العربية");
    let french = lead.get("/api/studies/house/clusters/1?lang=fr").json();
    assert!(french["reasons"][1].as_str().unwrap().contains("6,5"), "{}", french["reasons"]);
}

#[test]
fn small_clusters_are_for_who_sees_small_cells_or_works_on_a_case_about_them() {
    let house = House::with(&["lead", "reviewer1", "auditor"]);
    let (lead, reviewer) = (house.log_in("lead"), house.log_in("reviewer1"));
    let ids = |client: &crate::support::Client| -> Vec<u64> {
        let rows = client.get("/api/studies/house/clusters").json()["rows"].as_array().unwrap().clone();
        rows.iter().map(|row| row["id"].as_u64().unwrap()).collect()
    };
    assert_eq!((ids(&lead), ids(&reviewer)), (vec![1, 2, 3], vec![1]));
    let small = lead.get("/api/studies/house/clusters/2").json();
    let edge = format!("/api/studies/house/edges/{}/{}", small["ties"][0]["a"], small["ties"][0]["b"]);
    assert_eq!((reviewer.get("/api/studies/house/clusters/2").status, reviewer.get(&edge).status), (404, 404));
    let subject = json!({ "kind": "cluster", "reference": small["reference"] });
    let opened = lead.post("/api/studies/house/cases", &json!({ "subject": subject, "from": "cluster", "severity": 1 }));
    assert_eq!(opened.status, 201, "{}", opened.body);
    assert_eq!((reviewer.get("/api/studies/house/clusters/2").status, reviewer.get(&edge).status), (200, 200));
    assert_eq!(reviewer.get("/api/studies/house/clusters/3").status, 404);
    assert_eq!(house.log_in("auditor").get("/api/studies/house/clusters/2").status, 403);
}
