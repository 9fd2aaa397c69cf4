//! Sixty cases of invented accounts: some open, some decided, one appealed, some reported by users.

use record::{Instant, Private};
use review::case::{
    Act, Conclusion, Decision, Exemption, ExemptionKind, Ground, GroundKind, Opened, Origin, ReportKind, Scope, Settings, Subject,
    SubjectKind,
};
use review::{Cases, Error};
use std::path::Path;

/// How many there are.
const CASES: u64 = 60;
/// 3 October 2025, noon.
const NOON: i64 = 1_759_492_800;

/// Opens them where there is none yet.
pub(crate) async fn furnish(folder: &Path) -> Result<(), Error> {
    let cases = Cases::open(&folder.join("review.sqlite"), Settings::default()).await?;
    if cases.queue(&Default::default(), 1, None).await?.rows.is_empty() {
        for number in 0..CASES {
            open(&cases, number).await?;
        }
    }
    cases.close().await
}

fn at(number: u64) -> Instant {
    Instant::from_micros((NOON + number as i64 * 1800) * 1_000_000)
}

fn words(text: &str) -> Private<String> {
    Private::new(text.to_owned())
}

async fn open(cases: &Cases, number: u64) -> Result<(), Error> {
    let account = Subject { kind: SubjectKind::Account, reference: crate::accounts::item(number % 40) };
    let (subject, from) = match number {
        40..50 => (Subject { kind: SubjectKind::Cluster, reference: (number - 39).to_string() }, Origin::Cluster),
        50.. => (Subject { kind: SubjectKind::Finding, reference: format!("clients/{}", number - 49) }, Origin::Finding),
        _ => (account.clone(), Origin::Hand),
    };
    let opened = Opened {
        subject,
        from,
        severity: (number * 7 % 5) as u8,
        reach: number * number * 13,
        imminence: (number % 4) as u8,
        threat_to_life: number == 17,
        note: words("the wording on the emblem should be looked at"),
    };
    let answer = cases.act(at(number), "analyst", None, Act::Open(opened)).await?;
    let Some(case) = answer.case else { return Ok(()) };
    if number % 6 == 5 {
        cases.act(at(number + 1), "reviewer1", None, Act::Decide { case, decision: decision(number) }).await?;
    }
    if number == 11 {
        cases.act(at(number + 2), "lead", None, Act::Appeal { case, reason: words("the emblem is that of a rowing club") }).await?;
    }
    if number < 40 && number % 8 == 2 {
        for reporter in ["user-11", "user-12"] {
            let note = words("please look at this");
            let report = Act::Report { item: account.clone(), reporter: reporter.to_owned(), kind: ReportKind::Support, note };
            // A reporter may have reached a limit; the house is none the worse.
            let _ = cases.act(at(number + 3), "coder1", None, report).await;
        }
    }
    Ok(())
}

fn decision(number: u64) -> Decision {
    let code = if number.is_multiple_of(2) { Conclusion::NotViolating } else { Conclusion::Violating };
    Decision {
        code,
        ground: Some(Ground { kind: GroundKind::Policy, reference: "2.1".to_owned() }),
        scope: Scope::Account,
        territory: Vec::new(),
        exemption: Exemption { kind: ExemptionKind::None, note: words("") },
        reason: words("the emblem stands in the profile and in every tenth post"),
    }
}
