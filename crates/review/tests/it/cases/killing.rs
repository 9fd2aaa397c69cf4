//! What was acknowledged is there after a kill, once.

use super::*;
use review::case::CaseEvent;
use review::{Entry, Event};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const FOLDER: &str = "MARSAD_TEST_CASES_FOLDER";
const PEOPLE: usize = 8;

/// What the child does: people who open and decide, each with a key of their own, and write down what was acknowledged. Without the variable, nothing.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let round = std::env::var("MARSAD_TEST_CASES_ROUND").unwrap();
    let folder = Path::new(&folder).to_owned();
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let cases = Cases::open(&folder.join("review.sqlite"), Settings::default()).await.unwrap();
        std::fs::write(folder.join("begun"), "").unwrap();
        let mut people = Vec::new();
        for person in 0..PEOPLE {
            let (cases, folder, round) = (cases.clone(), folder.clone(), round.clone());
            people.push(tokio::spawn(async move {
                let mut said = std::fs::OpenOptions::new().create(true).append(true).open(folder.join(format!("said-{person}"))).unwrap();
                for number in 0..100_000 {
                    let key = format!("{round}-{number}");
                    let subject = Subject { kind: SubjectKind::Account, reference: format!("birdsite:{person}-{key}") };
                    let at = crate::support::noon(0);
                    let name = format!("reviewer{person}");
                    let answer = cases.act(at, &name, Some(&key), Act::Open(Opened { subject, ..opened(1) })).await.unwrap();
                    let case = answer.case.unwrap();
                    let decided = cases.act(at, &name, Some(&format!("{key}-d")), decide(case, Conclusion::Unclear)).await.unwrap();
                    writeln!(said, "{key} {case} {}", decided.event.unwrap()).unwrap();
                }
            }));
        }
        for person in people {
            person.await.unwrap();
        }
    });
}

fn lines(folder: &Path) -> Vec<(usize, String, i64, i64)> {
    let of = |person: usize| {
        let text = std::fs::read_to_string(folder.join(format!("said-{person}"))).unwrap_or_default();
        // A line that was cut off was not acknowledged to anybody.
        let whole: Vec<String> = text.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(str::to_owned).collect();
        whole.into_iter().map(move |line| {
            let mut parts = line.split_whitespace();
            let key = parts.next().unwrap().to_owned();
            (person, key, parts.next().unwrap().parse().unwrap(), parts.next().unwrap().parse().unwrap())
        })
    };
    (0..PEOPLE).flat_map(of).collect()
}

/// Kills so often and looks each time; gives how many decisions were acknowledged.
fn kill(rounds: u64) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("review.sqlite");
    let mut acknowledged = 0;
    for round in 0..rounds {
        let _ = std::fs::remove_file(folder.path().join("begun"));
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "cases::killing::child"])
            .env(FOLDER, folder.path())
            .env("MARSAD_TEST_CASES_ROUND", round.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !folder.path().join("begun").exists() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_millis(40 + 17 * (round % 13)));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut events = Events::open(&path).unwrap();
        events.verify(None).unwrap();
        events.check_queue().unwrap();
        let log: BTreeMap<i64, Entry> = events.log().unwrap().into_iter().map(|entry| (entry.seq, entry)).collect();
        let said = lines(folder.path());
        for (person, key, case, decided) in &said {
            let Some(Event::Case(CaseEvent::Opened(opened))) = &log[case].event else { panic!("case {case} is lost") };
            assert_eq!(opened.subject.reference, format!("birdsite:{person}-{key}"));
            let Some(Event::Case(CaseEvent::Decided(own))) = &log[decided].event else { panic!("decision {decided} is lost") };
            assert_eq!(own.case, *case);
        }
        let subjects: Vec<&str> = log
            .values()
            .filter_map(|entry| match &entry.event {
                Some(Event::Case(CaseEvent::Opened(opened))) => Some(opened.subject.reference.as_str()),
                _ => None,
            })
            .collect();
        let once: std::collections::BTreeSet<&str> = subjects.iter().copied().collect();
        assert_eq!(once.len(), subjects.len(), "a case was opened twice");
        assert!(said.len() >= acknowledged);
        acknowledged = said.len();
    }
    assert!(acknowledged > 0, "no round got so far; the test proves nothing");
    // A request of which the answer was lost is answered alike, and done once.
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (person, key, case, _) = lines(folder.path()).pop().unwrap();
    runtime.block_on(async {
        let cases = Cases::open(&path, Settings::default()).await.unwrap();
        let again = cases.act(crate::support::noon(1), &format!("reviewer{person}"), Some(&key), Act::Open(opened(1))).await.unwrap();
        assert_eq!(again.case, Some(case));
        cases.close().await.unwrap();
    });
    acknowledged
}

/// `MARSAD_KILLS` asks for more kills: `make validate` for 100.
#[test]
fn nothing_acknowledged_is_lost_or_doubled() {
    kill(std::env::var("MARSAD_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(8));
}
