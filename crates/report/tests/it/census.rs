use crate::{findings, sample_census};
use record::{Chart, Finding, Instant, Kind, Reference, Value};
use report::Language;
use report::charts::spec;
use serde_json::Value as Json;

fn census(id: &str) -> Finding {
    sample_census::all().into_iter().find(|finding| finding.id == id).unwrap()
}

fn page(findings: &[Finding]) -> String {
    report::html(&findings::provenance(), findings).unwrap()
}

/// The text of the headline, without marks and with plain spaces.
fn headline(findings: &[Finding]) -> String {
    let page = page(findings);
    let inner = page.split_once("<p class=\"headline\">").unwrap().1.split_once("</p>").unwrap().0;
    let mut text = inner.to_owned();
    for mark in ["<span>", "</span>", "<bdi>", "</bdi>"] {
        text = text.replace(mark, "");
    }
    text.replace('\u{202f}', " ")
}

fn values(spec: &Json) -> Vec<Json> {
    spec["data"]["values"].as_array().unwrap().clone()
}

/// One snapshot for each kind of chart that a census brings, on a few rows.
#[test]
fn specifications_of_a_census_are_as_agreed() {
    for (id, rows) in
        [("census_estimate", 3), ("census_path", 4), ("census_precision", 3), ("census_reliability", 3), ("census_weights", 5)]
    {
        let mut finding = census(id);
        finding.rows.truncate(rows);
        insta::assert_snapshot!(id, serde_json::to_string_pretty(&spec(&finding).unwrap()).unwrap());
    }
}

#[test]
fn the_headline_rounds_to_the_interval_and_says_of_how_many() {
    assert_eq!(
        headline(&sample_census::all()),
        "About 5 900 accounts in the frame overtly supported the organisation when they were coded (95 % interval 5 200 to 6 800, of 41 000 \
         accounts in the frame, 400 coded)."
    );
}

#[test]
fn a_withheld_stratum_leaves_the_number_of_codes_unsaid() {
    let mut all = sample_census::all();
    let strata = all.iter_mut().find(|finding| finding.id == "census_strata").unwrap();
    strata.rows[2][2] = Value::Null;
    assert!(headline(&all).ends_with("of 41 000 accounts in the frame)."), "{}", headline(&all));
}

#[test]
fn a_bound_alone_is_said_as_one_with_its_reason() {
    let mut all = sample_census::all();
    sample_census::bound(&mut all);
    assert_eq!(
        headline(&all),
        "At most 310 accounts in the frame overtly supported the organisation when they were coded (95 % one-sided limit, of 41 000 accounts in \
         the frame, 400 coded)."
    );
    let text = page(&all);
    assert!(!text.contains("Claims stand as published"));
    assert!(text.contains("Only a bound can be given: the upper limit of the coders&#39; false-positive rate is more than half"));
}

#[test]
fn a_census_without_a_figure_says_so() {
    let mut all = sample_census::all();
    all[0].rows.truncate(1);
    all[0].rows[0][2..6].fill(Value::Null);
    all[0].rows[0][6] = Value::Null;
    assert!(headline(&all).starts_with("How many accounts overtly supported the organisation cannot be said here (of 41 000"));
    assert!(!page(&all).contains("class=\"reason\""));
    all[0].rows.clear();
    assert!(!page(&all).contains("class=\"headline\""));
}

/// The study's words are isolated from the direction of the page, in the chart too.
#[test]
fn arabic_words_are_isolated_at_the_head() {
    let mut all = sample_census::all();
    sample_census::arabic(&mut all);
    assert!(page(&all).contains("<bdi>Figures as computed, claims and range: “\u{2068}الحسابات التي تؤيد التنظيم علنا\u{2069}”</bdi>"));
    let label = values(&spec(&all[0]).unwrap())[0]["label"].clone();
    assert_eq!(label, "\u{2068}الحسابات المؤيدة علنا في الإطار\u{2069}");
}

#[test]
fn only_a_census_has_a_head_and_its_picture_stands_once() {
    let plain = page(&findings::all());
    assert!(!plain.contains("class=\"hero\""));
    let text = page(&sample_census::all());
    assert_eq!(text.matches("id=\"spec-census_estimate\"").count(), 1);
    assert!(text.contains("Claims stand as published"));
    assert!(text.find("class=\"headline\"").unwrap() < text.find("<dl class=\"facts\">").unwrap());
    assert_eq!(text.matches("<dl class=\"facts\">").count(), 1);
    // What was not seen is named at the head, from the finding.
    let limits = text.split_once("<div class=\"limits\">").unwrap().1.split_once("</div>").unwrap().0.replace('\u{202f}', " ");
    assert!(limits.contains("unavailable when coded (2 900); protected (1 310); closed before collection (1 900)."), "{limits}");
}

#[test]
fn the_census_comes_first() {
    let mut all = findings::all();
    all.extend(sample_census::all());
    let text = page(&all);
    assert!(text.find("id=\"section-census\"").unwrap() < text.find("id=\"section-sources\"").unwrap());
}

#[test]
fn ranges_keep_the_order_of_the_rows_and_say_what_is_left_out() {
    let finding = census("census_domains");
    let spec = spec(&finding).unwrap();
    let drawn: Vec<Json> = values(&spec).iter().map(|value| value["label"].clone()).collect();
    assert_eq!(drawn.len(), 15);
    assert_eq!(spec["encoding"]["y"]["scale"]["domain"], Json::from(drawn));
    let text = page(&[finding]);
    assert!(
        text.contains("The chart shows the first 15 of 17 rows; the table has them all.")
            && text.contains("Rows without a figure are not drawn: 1.")
    );
}

#[test]
fn a_row_is_a_dot_a_span_or_an_arrow() {
    let mut finding = census("census_estimate");
    finding.rows[0][2..6].clone_from_slice(&[Value::Null, Value::Null, Value::Null, Value::Int(300)]);
    let rows = values(&spec(&finding).unwrap());
    let has = |row: usize| ["value", "low", "from", "bound"].map(|name| rows[row].get(name).is_some());
    assert_eq!(has(0), [false, false, false, true]);
    assert_eq!(has(1), [false, false, true, false]);
    assert_eq!(has(2), [true, false, false, false]);
    assert_eq!(has(3), [true, true, false, false]);
    assert_eq!(rows[0]["shown"], "at most 300");
    // Of sorts of rows, each has a shape of its own.
    let spec = spec(&finding).unwrap();
    let shape = spec["layer"].as_array().unwrap().iter().find_map(|layer| layer["encoding"].get("shape")).unwrap();
    assert_eq!(shape["scale"]["domain"], serde_json::json!(["estimate", "scenario", "claim"]));
    assert_eq!(shape["scale"]["range"], serde_json::json!(["circle", "square", "diamond"]));
}

#[test]
fn a_step_without_a_count_keeps_its_place() {
    let rows = values(&spec(&census("census_path")).unwrap());
    assert_eq!(rows.len(), 7);
    assert_eq!((rows[3]["value"].is_null(), rows[3]["shown"].as_str()), (true, Some("·")));
}

#[test]
fn a_diagonal_stands_on_two_scales_of_one_length() {
    let mut finding = census("census_reliability");
    finding.rows.truncate(3);
    let spec = spec(&finding).unwrap();
    let layers = spec["layer"].as_array().unwrap();
    // The highest upper limit is 0.27: all of it is within.
    for layer in layers {
        assert_eq!(layer["encoding"]["x"]["scale"]["domain"], serde_json::json!([0, 0.3]));
        assert_eq!(layer["encoding"]["y"]["scale"]["domain"], serde_json::json!([0, 0.3]));
    }
}

#[test]
fn a_curve_of_zero_or_of_one_point_can_be_drawn() {
    let mut finding = census("census_precision");
    finding.rows.truncate(1);
    let scale = |finding: &Finding| spec(finding).unwrap()["layer"][0]["encoding"]["x"]["scale"].clone();
    assert_eq!(scale(&finding)["domain"], serde_json::json!([5.0, 20.0]));
    finding.rows[0][0] = Value::Int(0);
    assert_eq!(scale(&finding)["type"], Json::Null);
    finding.rows[0][1] = Value::Null;
    assert_eq!(spec(&finding), None);
}

#[test]
fn an_event_stands_on_a_curve_over_time_in_the_page_s_language() {
    let mut finding = census("census_precision");
    let noon = |day: u32| Instant::from_civil(2015, 3, day, 12, 0, 0, 0).unwrap();
    finding.columns[0].kind = Kind::Time;
    finding.rows.iter_mut().zip(1..).for_each(|(row, day)| row[0] = Value::Time(noon(day)));
    if let Chart::Curve { reference, log_x, .. } = &mut finding.chart {
        (*reference, *log_x) = (Some(Reference::Event(noon(3))), false);
    }
    let spec = spec(&finding).unwrap();
    let layers = spec["layer"].as_array().unwrap();
    let [rule, word] = &layers[layers.len() - 2..] else { panic!("an event is a line and a word") };
    assert_eq!(rule["mark"]["type"], "rule");
    assert_eq!(rule["data"]["values"][0]["across"].as_f64().unwrap(), noon(3).micros() as f64 / 1000.0);
    assert_eq!(rule["encoding"]["x"], layers[0]["encoding"]["x"], "the line stands on the scale of the curve");
    assert_eq!((&word["encoding"]["text"]["value"], &word["data"]), (&Json::from("Event"), &rule["data"]));
    for (tag, said) in [("ar", "الحدث"), ("de", "Die senkrechte Linie ist das Ereignis."), ("tr", "Dikey çizgi olaydır.")] {
        let page = report::html_in(Language::by_tag(tag).unwrap(), &findings::provenance(), std::slice::from_ref(&finding)).unwrap();
        assert!(page.contains(said), "{tag}");
    }
}

#[test]
fn the_longest_bars_are_kept_below_zero_too() {
    let mut finding = census("census_weights");
    finding.rows = (0..30).map(|at| vec![Value::from(format!("f{at}")), Value::Float(f64::from(14 - at))]).collect();
    let kept: Vec<f64> = values(&spec(&finding).unwrap()).iter().map(|value| value["value"].as_f64().unwrap()).collect();
    assert_eq!((kept.len(), kept[0], kept[19]), (20, 14.0, -15.0));
    assert!(kept.iter().all(|weight| weight.abs() >= 5.0), "{kept:?}");
}

#[test]
fn an_interval_without_a_middle_is_shown_in_the_table() {
    let text = page(&[census("census_estimate")]).replace('\u{202f}', " ");
    assert!(text.contains("<td class=\"number\">5 213–7 910</td>"));
    assert!(text.contains("<td class=\"number\">5 912 (5 213–6 702)</td>"));
}

#[test]
fn charts_of_columns_that_are_not_there_are_refused() {
    let mut finding = census("census_domains");
    if let Chart::Ranges { at_most, .. } = &mut finding.chart {
        *at_most = Some("nowhere".to_owned());
    }
    assert_eq!(spec(&finding), None);
    let error = report::html(&findings::provenance(), &[finding]).unwrap_err();
    insta::assert_snapshot!(error, @"the chart of finding `census_domains` names the column `nowhere`, which the finding does not have; name one of its columns");
}

#[test]
fn charts_are_written_in_snake_case() {
    let json = |id: &str| {
        let text = serde_json::to_string(&census(id).chart).unwrap();
        assert_eq!(serde_json::from_str::<Chart>(&text).unwrap(), census(id).chart);
        text
    };
    insta::assert_snapshot!(json("census_estimate"), @r#"{"ranges":{"label":"quantity","value":"accounts","interval":["low","high"],"at_most":"at_most","kind":"kind"}}"#);
    insta::assert_snapshot!(json("census_reliability"), @r#"{"curve":{"x":"score","y":"share","interval":["low","high"],"series":null,"reference":"diagonal","log_x":false}}"#);
    insta::assert_snapshot!(json("census_path"), @r#"{"steps":{"label":"step","value":"accounts"}}"#);
}
