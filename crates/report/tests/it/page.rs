use crate::{findings, sample_census};
use record::{Finding, Provenance, Text, Value, text};
use sha2::{Digest, Sha256};

fn page(provenance: &Provenance, findings: &[Finding]) -> String {
    report::html(provenance, findings).unwrap()
}

/// The text of the elements between two marks.
fn between<'a>(page: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    page.split(from).skip(1).map(|rest| rest.split_once(to).unwrap().0).collect()
}

/// The page without the script and the style sheet, so that a snapshot shows what a change changed.
fn skeleton(page: &str) -> String {
    let style = between(page, "<style>", "</style>")[0];
    let policy = between(page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"")[0];
    page.replace(report::CHARTS_SCRIPT, "(script)").replace(style, "(style)").replace(policy, "(policy)")
}

fn sample(ids: &[&str], rows: usize) -> Vec<Finding> {
    let mut all = findings::all();
    all.retain(|finding| ids.contains(&finding.id.as_str()));
    all.iter_mut().for_each(|finding| finding.rows.truncate(rows));
    all
}

#[test]
fn a_small_report_has_this_skeleton() {
    let mut findings = sample(&["languages", "gaps", "withheld"], 9);
    findings[0].rows.drain(2..7);
    insta::assert_snapshot!("small", skeleton(&page(&findings::provenance(), &findings)));
}

#[test]
fn a_report_without_findings_is_a_page() {
    let text = page(&findings::provenance(), &[]);
    assert!(text.contains("This report has no findings yet."));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (provenance, all) = (findings::provenance(), findings::all());
    assert!(page(&provenance, &all) == page(&provenance, &all.clone()));
}

#[test]
fn unlisted_and_internal_studies_are_marked() {
    let mut provenance = findings::provenance();
    let plain = page(&provenance, &[]);
    assert!(!plain.contains("class=\"watermark\"") && !plain.contains("class=\"banner\""));
    findings::unlist(&mut provenance);
    let unlisted = page(&provenance, &[]);
    assert!(unlisted.contains("<span>Unlisted study: not a designated organisation</span>") && !unlisted.contains("class=\"banner\""));
    provenance.internal = true;
    assert!(page(&provenance, &[]).contains("<p class=\"banner\" role=\"note\">Internal copy."));
}

#[test]
fn the_policy_names_the_script_and_the_style_that_stand_in_the_page() {
    let text = page(&findings::provenance(), &findings::all());
    let policy = between(&text, "http-equiv=\"Content-Security-Policy\" content=\"", "\"")[0];
    let (script, style) = (between(&text, "<script>", "</script>"), between(&text, "<style>", "</style>"));
    assert_eq!((script.len(), style.len()), (1, 1));
    let named: Vec<Vec<u8>> = between(policy, "'sha256-", "'").into_iter().map(base64_bytes).collect();
    assert_eq!(named, [Sha256::digest(script[0]).to_vec(), Sha256::digest(style[0]).to_vec()]);
    let form: Vec<&str> = policy.split("; ").map(|rule| rule.split_once("sha256").map_or(rule, |(before, _)| before)).collect();
    assert_eq!(form, ["default-src 'none'", "script-src '", "style-src '", "img-src data:", "base-uri 'none'", "form-action 'none'"]);
}

fn base64_bytes(text: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.trim_end_matches('=').chars().map(|digit| DIGITS.find(digit).unwrap());
    let bits: Vec<usize> = digits.flat_map(|digit| (0..6).rev().map(move |bit| digit >> bit & 1)).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | *bit as u8)).collect()
}

/// Every place a finding's text can stand, tried with what would break out of it.
#[test]
fn hostile_text_stays_text_wherever_it_stands() {
    let hostile = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}\u{2028}<!--";
    let mut all = sample_census::all();
    all.extend(findings::all());
    for finding in &mut all {
        let worse = |text: &mut Text| *text = text!("{said}{hostile}", said = &*text, hostile = hostile);
        [&mut finding.title, &mut finding.note, &mut finding.unit, &mut finding.denominator.of].into_iter().for_each(worse);
        [&mut finding.method.name, &mut finding.method.rule].into_iter().for_each(worse);
        finding.columns.iter_mut().for_each(|column| worse(&mut column.title));
        finding.section.push_str(hostile);
        finding.method.page.push_str(hostile);
        for cell in finding.rows.iter_mut().flatten() {
            if let Value::Text(text) = cell {
                text.push_str(hostile);
            }
        }
    }
    let mut provenance = findings::provenance();
    for text in [&mut provenance.study, &mut provenance.designation, &mut provenance.version, &mut provenance.configuration] {
        text.push_str(hostile);
    }
    provenance.sources.iter_mut().for_each(|source| {
        source.sha256.push_str(hostile);
        source.format.push_str(hostile);
    });
    let text = page(&provenance, &all);
    let skeleton = skeleton(&text);
    for broken in ["<script>alert", "<img", "<!--", "\u{202e}", "\u{2028}"] {
        assert!(!skeleton.contains(broken), "{broken:?}");
    }
    // The one script that is there to run, and as many data blocks as charts and findings and the number marks.
    assert_eq!(skeleton.matches("<script>").count(), 1);
    let drawn = all.iter().filter(|finding| report::charts::spec(finding).is_some()).count();
    assert_eq!(skeleton.matches("<script type=\"application/json\"").count(), drawn + all.len() + 1);
    assert!(skeleton.contains("⟨U+202E⟩"));
}

#[test]
fn every_finding_can_be_read_back_from_the_page() {
    let all = findings::all();
    let text = page(&findings::provenance(), &all);
    for finding in &all {
        assert!(text.contains(&format!("<figure class=\"finding\" id=\"figure-{0}\" data-finding=\"{0}\"", finding.id)));
        let data = between(&text, &format!("id=\"finding-{}\">", finding.id), "</script>");
        assert_eq!(data.len(), 1);
        // Both through the same reader, since serde_json's is not exact in the last bit of a number.
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(data[0]), read(&serde_json::to_string(finding).unwrap()));
    }
}

#[test]
fn every_link_in_the_page_leads_to_one_place_in_it() {
    let text = page(&findings::provenance(), &findings::all());
    let body = skeleton(&text);
    for target in between(&body, "href=\"", "\"") {
        let id = target.strip_prefix('#').unwrap();
        assert_eq!(body.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
    }
}

#[test]
fn nothing_withheld_can_be_read_from_the_table() {
    let text = page(&findings::provenance(), &sample(&["languages"], usize::MAX));
    let row = between(&text, "<tr><td><bdi>Deutsch</bdi></td>", "</tr>")[0];
    let cell = "<td class=\"number\"><span aria-hidden=\"true\">·</span><span class=\"spoken\">Withheld</span></td>";
    assert_eq!(row, cell.repeat(2));
    assert!(text.contains("withheld: fewer than 10 accounts"));
}

#[test]
fn long_tables_are_folded_and_complete() {
    let text = page(&findings::provenance(), &sample(&["hashtags"], usize::MAX));
    assert!(text.contains("<summary>Table: all 26 rows</summary>"));
    assert_eq!(between(&text, "<tbody>", "</tbody>")[0].matches("<tr>").count(), 26);
    let short = page(&findings::provenance(), &sample(&["hashtags"], 15));
    assert!(!short.contains("<details class=\"fold\">"));
}

/// Names of people's accounts stand nowhere but in what findings hold: a report of counts alone has no `@`.
#[test]
fn the_page_itself_names_nobody() {
    let body = skeleton(&page(&findings::provenance(), &sample(&["languages", "posts_per_day"], usize::MAX)));
    assert!(!body.contains('@'));
}
