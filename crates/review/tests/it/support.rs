//! An invented census of a few accounts, coded by people with made-up names.

use record::Instant;
use review::{Assignment, Codebook, Events, Freeze, Imported, Purpose, Sheet};
use sqlx::{ConnectOptions, Connection};
use std::path::{Path, PathBuf};

pub(crate) const DIGEST: &str = "1111111111111111111111111111111111111111111111111111111111111111";

pub(crate) fn noon(minute: i64) -> Instant {
    Instant::from_seconds(1_700_000_000 + 60 * minute).unwrap()
}

pub(crate) fn book() -> Codebook {
    Codebook::parse(Codebook::template()).unwrap()
}

pub(crate) fn assignment(number: u64, purpose: Purpose, coders: &[&str]) -> Assignment {
    Assignment { item: format!("birdsite:{number}"), purpose, coders: coders.iter().map(|&coder| coder.to_owned()).collect() }
}

/// Eight accounts: 1 to 4 drawn and coded by `one`, of which 1 and 2 also by `two`; 5 and 6 golden for both; 7 and 8 for `two`.
pub(crate) fn items() -> Vec<Assignment> {
    let both = ["one", "two"];
    let mut items: Vec<Assignment> = (1..=2).map(|number| assignment(number, Purpose::Sample, &both)).collect();
    items.extend((3..=4).map(|number| assignment(number, Purpose::Sample, &["one"])));
    items.extend((5..=6).map(|number| assignment(number, Purpose::Golden, &both)));
    items.extend((7..=8).map(|number| assignment(number, Purpose::Sample, &["two"])));
    items
}

pub(crate) fn freeze<'a>(items: &'a [Assignment]) -> Freeze<'a> {
    Freeze {
        census: "spring",
        frame: "frame-1",
        score: Some("score-1"),
        query: DIGEST,
        sample: DIGEST,
        seed: 7,
        codebook: Codebook::template(),
        items,
    }
}

/// A folder with the frozen census of [`items`].
pub(crate) fn frozen() -> (tempfile::TempDir, PathBuf, Events) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("review.sqlite");
    let mut events = Events::create(&path).unwrap();
    assert!(events.freeze(noon(0), "lead", &freeze(&items())).unwrap());
    (folder, path, events)
}

pub(crate) fn sheet(text: &str) -> Sheet {
    Sheet::parse(Path::new("sheet.csv"), text.as_bytes()).unwrap()
}

/// A sheet of `number,coder,code` lines.
pub(crate) fn rows(rows: &[(u64, &str, &str)]) -> Sheet {
    let lines: String = rows.iter().map(|(number, coder, code)| format!("birdsite:{number},{coder},{code}\n")).collect();
    sheet(&format!("item,coder,code\n{lines}"))
}

pub(crate) fn import(events: &mut Events, sheet: &Sheet) -> Result<Imported, review::Error> {
    events.import(noon(1), "spring", &book(), sheet, false)
}

/// Runs statements on the file as somebody with other tools would, triggers out of the way first.
pub(crate) fn tamper(path: &Path, sql: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = sqlx::sqlite::SqliteConnectOptions::new().filename(path).foreign_keys(false).connect().await.unwrap();
        for trigger in [
            "DROP TRIGGER IF EXISTS events_are_not_updated",
            "DROP TRIGGER IF EXISTS events_are_not_deleted",
            "DROP TRIGGER IF EXISTS events_follow_each_other",
            "DROP TRIGGER IF EXISTS payloads_are_not_updated",
            "DROP TRIGGER IF EXISTS payloads_stay_erased",
        ] {
            sqlx::raw_sql(trigger).execute(&mut connection).await.unwrap();
        }
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}
