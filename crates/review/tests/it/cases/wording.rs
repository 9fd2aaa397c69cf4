//! What is said to who sends something that cannot be.

use super::*;

#[test]
fn of_what_is_not_whole() {
    let desk = Desk::new();
    let case = desk.open(1);
    let mut told = Vec::new();
    let mut refuse = |act: Act| told.push(desk.refused("reviewer1", act));
    let subject = |kind, reference: &str| Subject { kind, reference: reference.to_owned() };
    refuse(Act::Open(Opened { subject: subject(SubjectKind::Account, "heron"), ..opened(1) }));
    refuse(Act::Open(Opened { subject: subject(SubjectKind::Finding, ""), ..opened(1) }));
    refuse(Act::Open(Opened { severity: 5, ..opened(1) }));
    refuse(Act::Open(Opened { imminence: 4, ..opened(1) }));
    refuse(Act::Open(Opened { reach: u64::MAX, ..opened(1) }));
    refuse(Act::Open(Opened { note: text(&"x".repeat(4001)), ..opened(1) }));
    let good = decision(Conclusion::Violating);
    let mut decide = |decision: Decision| refuse(Act::Decide { case, decision });
    decide(Decision { reason: text(" "), ..good.clone() });
    decide(Decision { ground: None, ..good.clone() });
    decide(Decision { ground: Some(Ground { kind: GroundKind::Law, reference: String::new() }), ..good.clone() });
    decide(Decision { code: Conclusion::Exempt, ..good.clone() });
    decide(Decision { exemption: Exemption { kind: ExemptionKind::Art, note: text("") }, ..good.clone() });
    decide(Decision { territory: vec!["de".to_owned()], ..good.clone() });
    decide(Decision { territory: vec!["FR".to_owned(), "DE".to_owned()], ..good });
    refuse(Act::Claim { case: 99 });
    refuse(Act::Report { item: subject(SubjectKind::Cluster, "7"), reporter: "r".to_owned(), kind: ReportKind::Other, note: text("") });
    told.push(desk.refused("Reviewer One", Act::Claim { case }));
    for settings in ["[review]\nsecnd = true", "[review]\nhold_minutes = 0", "[review]\ncover_reporters = 1", "[review]\nsecond = 1"] {
        told.push(Settings::read(settings).unwrap_err().to_string());
    }
    insta::assert_snapshot!(told.join("\n"));
    assert_eq!(desk.sound().events, 1);
    assert_eq!(Settings::read("[study]\nname = \"x\"\n").unwrap(), Settings::default());
    assert!(Settings::read("[review]\nsecond = true\n").unwrap().second);
}
