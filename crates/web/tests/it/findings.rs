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
