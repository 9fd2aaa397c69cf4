//! Cases, from outside: an invented study whose people are words and whose accounts are numbers.

mod deciding;
mod erasing;
mod killing;
mod ordering;
mod projecting;
mod reporting;
mod wording;

use record::{Instant, Private};
use review::case::{
    Act, Answer, Conclusion, Decision, Exemption, ExemptionKind, Ground, GroundKind, Opened, Origin, ReportKind, Scope, Settings, Subject,
    SubjectKind,
};
use review::{Cases, Error, Events};
use std::path::PathBuf;
use tokio::runtime::{Builder, Runtime};

/// A review of its own, and the clock that it is given.
struct Desk {
    _folder: tempfile::TempDir,
    path: PathBuf,
    runtime: Runtime,
    cases: Cases,
    minute: i64,
}

impl Desk {
    fn with(settings: Settings) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("review.sqlite");
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let cases = runtime.block_on(Cases::open(&path, settings)).unwrap();
        Desk { _folder: folder, path, runtime, cases, minute: 0 }
    }

    fn new() -> Desk {
        Desk::with(Settings::default())
    }

    fn now(&self) -> Instant {
        crate::support::noon(self.minute)
    }

    fn act(&self, actor: &str, act: Act) -> Result<Answer, Error> {
        self.runtime.block_on(self.cases.act(self.now(), actor, None, act))
    }

    fn done(&self, actor: &str, act: Act) -> Answer {
        self.act(actor, act).unwrap()
    }

    fn refused(&self, actor: &str, act: Act) -> String {
        self.act(actor, act).unwrap_err().to_string()
    }

    fn open(&self, number: u64) -> i64 {
        self.done("reviewer1", Act::Open(opened(number))).case.unwrap()
    }

    fn case(&self, id: i64) -> review::case::Case {
        self.runtime.block_on(self.cases.case(id)).unwrap()
    }

    fn report(&self, reporter: &str, number: u64) -> Result<Answer, Error> {
        let (item, reporter, note) = (account(number), reporter.to_owned(), text(""));
        self.act("form", Act::Report { item, reporter, kind: ReportKind::Support, note })
    }

    /// What the events come to is what the tables hold, and the chain is whole.
    fn sound(&self) -> review::Verified {
        let mut events = Events::open(&self.path).unwrap();
        events.check_queue().unwrap();
        events.verify(None).unwrap()
    }
}

fn text(text: &str) -> Private<String> {
    Private::new(text.to_owned())
}

fn account(number: u64) -> Subject {
    Subject { kind: SubjectKind::Account, reference: format!("birdsite:{number}") }
}

fn opened(number: u64) -> Opened {
    Opened {
        subject: account(number),
        from: Origin::Hand,
        severity: 2,
        reach: 0,
        imminence: 0,
        threat_to_life: false,
        note: text("seen in a list"),
    }
}

fn decision(code: Conclusion) -> Decision {
    let exemption = if code == Conclusion::Exempt { ExemptionKind::News } else { ExemptionKind::None };
    Decision {
        code,
        ground: Some(Ground { kind: GroundKind::Policy, reference: "2.1".to_owned() }),
        scope: Scope::Account,
        territory: vec!["DE".to_owned(), "FR".to_owned()],
        exemption: Exemption { kind: exemption, note: text("a newspaper of record") },
        reason: text("the emblem stands in the profile"),
    }
}

fn decide(case: i64, code: Conclusion) -> Act {
    Act::Decide { case, decision: decision(code) }
}
