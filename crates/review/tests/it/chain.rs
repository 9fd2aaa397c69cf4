//! Whoever changes the file is found out, and where.

use crate::support::*;
use review::{Error, Event, Events, Head};
use std::os::unix::fs::PermissionsExt;

/// Two codes by `one`, one with a note.
fn coded() -> (tempfile::TempDir, std::path::PathBuf) {
    let (folder, path, mut events) = frozen();
    import(&mut events, &sheet("item,coder,code,note\nbirdsite:1,one,news,\nbirdsite:2,one,unclear,wants a second look\n")).unwrap();
    (folder, path)
}

fn damage(sql: &'static str) -> String {
    let (_folder, path) = coded();
    tamper(&path, sql);
    let error = Events::open(&path).unwrap().verify(None).unwrap_err();
    assert!(error.is_damage(), "{sql}: {error}");
    // Neither read nor written.
    let mut events = Events::open(&path).unwrap();
    assert!(events.log().unwrap_err().is_damage());
    assert!(import(&mut events, &rows(&[(3, "one", "news")])).unwrap_err().is_damage());
    error.to_string().split_once("damaged: ").unwrap().1.split_once("; restore").unwrap().0.to_owned()
}

#[test]
fn a_whole_chain_is_whole() {
    let (_folder, path) = coded();
    let verified = Events::open(&path).unwrap().verify(None).unwrap();
    assert_eq!((verified.events, verified.erased), (11, 0));
    assert_eq!(verified.head.unwrap().seq, 11);
}

#[test]
fn every_change_is_found_at_its_event() {
    let found = [
        damage("UPDATE payloads SET body = replace(body, 'news', 'newt') WHERE seq = 10"),
        damage("UPDATE payloads SET salt = replace(salt, 'a', 'b') WHERE seq = 10"),
        damage("UPDATE events SET actor = 'two' WHERE seq = 10"),
        damage("UPDATE events SET at = at + 1 WHERE seq = 10"),
        damage("UPDATE events SET kind = 'erased' WHERE seq = 10"),
        damage("UPDATE events SET kind = 'unheard' WHERE seq = 10"),
        damage("UPDATE events SET previous = hash WHERE seq = 10"),
        damage("UPDATE events SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE seq = 11"),
        damage("DELETE FROM events WHERE seq = 5; DELETE FROM payloads WHERE seq = 5"),
        damage("DELETE FROM events WHERE seq = 1; DELETE FROM payloads WHERE seq = 1"),
        damage("DELETE FROM events WHERE seq = 11"),
        damage("DELETE FROM payloads WHERE seq = 10"),
        damage(
            "UPDATE events SET seq = -10 WHERE seq = 10; UPDATE events SET seq = 10 WHERE seq = 11; UPDATE events SET seq = 11 WHERE seq = -10",
        ),
        damage(
            "UPDATE payloads SET seq = -10 WHERE seq = 10; UPDATE payloads SET seq = 10 WHERE seq = 11; UPDATE payloads SET seq = 11 WHERE seq = -10",
        ),
    ];
    insta::assert_snapshot!(found.join("\n"), @r"
    event `10`: its payload was changed: it does not fit its digest
    event `10`: its payload was changed: it does not fit its digest
    event `10`: it was changed: its hash does not fit its content
    event `10`: it was changed: its hash does not fit its content
    event `10`: it was changed: its hash does not fit its content
    event `10`: it was changed: its hash does not fit its content
    event `10`: it does not follow the event before it
    event `11`: it was changed: its hash does not fit its content
    event `6`: the event before it is missing
    event `2`: the event before it is missing
    there are payloads without an event, so events at the end are missing
    event `10`: its payload is missing, and no event says that it was erased
    event `10`: it does not follow the event before it (and `1` more faults)
    event `10`: its payload was changed: it does not fit its digest (and `1` more faults)
    ");
}

/// The digests of a payload that was changed can be made to fit again, but not the hash of its event; and with a new hash, not the next event.
#[test]
fn every_byte_of_an_event_counts() {
    for sql in [
        "UPDATE events SET payload_digest = '0000000000000000000000000000000000000000000000000000000000000000' WHERE seq = 10",
        "UPDATE events SET hash = '0000000000000000000000000000000000000000000000000000000000000000' WHERE seq = 10",
        "UPDATE events SET actor = actor || x'0a' WHERE seq = 10",
    ] {
        assert!(damage(sql).starts_with("event `10`"), "{sql}");
    }
}

#[test]
fn a_log_that_was_cut_off_is_found_by_a_noted_head() {
    let (_folder, path) = coded();
    let head = Events::open(&path).unwrap().verify(None).unwrap().head.unwrap();
    assert!(Events::open(&path).unwrap().verify(Some(&head)).is_ok());
    tamper(&path, "DELETE FROM payloads WHERE seq = 11; DELETE FROM events WHERE seq = 11");
    let mut events = Events::open(&path).unwrap();
    assert!(events.verify(None).is_ok());
    let error = events.verify(Some(&head)).unwrap_err();
    assert!(matches!(error, Error::HeadMissing { seq: 11, .. }) && error.is_damage());
    // Grown again to the same length, it is still another log.
    import(&mut events, &rows(&[(2, "one", "news")])).unwrap();
    assert!(matches!(events.verify(Some(&head)), Err(Error::HeadMissing { seq: 11, .. })));
    let earlier = Head { seq: 3, hash: head.hash };
    assert!(events.verify(Some(&earlier)).is_err());
}

#[test]
fn anyone_can_make_the_hashes_again() {
    use sha2::{Digest, Sha256};
    let (_folder, path) = coded();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        use sqlx::{ConnectOptions, Row};
        let mut connection = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
        let rows = sqlx::query("SELECT * FROM events JOIN payloads USING (seq) ORDER BY seq").fetch_all(&mut connection).await.unwrap();
        let mut previous = "0".repeat(64);
        for row in rows {
            let text = |name: &str| row.get::<String, _>(name);
            let payload = Sha256::digest(format!("marsad payload 1\n{}\n{}\n", text("salt"), text("body")));
            let payload: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
            let (seq, at): (i64, i64) = (row.get("seq"), row.get("at"));
            let event = format!("marsad event 1\n{previous}\n{seq}\n{at}\n{}\n{payload}\n{}\n", text("kind"), text("actor"));
            previous = Sha256::digest(event).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(text("hash"), previous);
        }
    });
}

#[test]
fn an_erased_account_is_gone_and_the_chain_is_whole() {
    let (_folder, path) = coded();
    let holds = |word: &[u8]| std::fs::read(&path).unwrap().windows(word.len()).any(|window| window == word);
    assert!(holds(b"wants a second look") && holds(b"birdsite:2"));
    let mut events = Events::open(&path).unwrap();
    assert_eq!(events.erase(noon(9), "lead", "birdsite:2", "a request of 3 May").unwrap(), 2);
    let verified = events.verify(None).unwrap();
    assert_eq!((verified.events, verified.erased), (12, 2));
    assert!(!holds(b"wants a second look") && !holds(b"birdsite:2"), "erased payloads stay in the file");
    let census = events.census("spring").unwrap();
    assert_eq!(census.items().len(), 7);
    assert!(census.codes().iter().all(|row| row.item != "birdsite:2"));
    assert!(matches!(events.erase(noon(9), "lead", "birdsite:2", "again"), Err(Error::NothingToErase)));
    // It stays out.
    let error = import(&mut events, &rows(&[(2, "one", "news")])).unwrap_err().to_string();
    assert!(error.contains("was erased since"), "{error}");
    // A payload that comes back is found, even with its own salt; so is one that goes without an event.
    let before = std::fs::read(&path).unwrap();
    tamper(&path, "INSERT INTO payloads VALUES (3, 'x', 'y')");
    assert!(events.verify(None).unwrap_err().is_damage());
    std::fs::write(&path, before).unwrap();
    tamper(&path, "DELETE FROM payloads WHERE seq = 12");
    let error = Events::open(&path).unwrap().verify(None).unwrap_err().to_string();
    assert!(error.contains("event `3`") && error.contains("`2` more"), "{error}");
}

/// Twice the same event, in two studies, and no digest is the same: a guess at an erased payload has nothing to be tested against.
#[test]
fn digests_are_salted() {
    let ((_one, first), (_two, second)) = (coded(), coded());
    let digests = |path: &std::path::Path| {
        let head = Events::open(path).unwrap().verify(None).unwrap().head.unwrap();
        head.hash
    };
    assert_ne!(digests(&first), digests(&second));
}

#[test]
fn the_file_itself_refuses_changes() {
    let (_folder, path) = coded();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        use sqlx::ConnectOptions;
        let mut connection = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
        for sql in [
            "UPDATE events SET actor = 'x' WHERE seq = 1",
            "DELETE FROM events WHERE seq = 11",
            "INSERT OR REPLACE INTO events SELECT * FROM events WHERE seq = 3",
            "INSERT INTO events SELECT 99, at, actor, kind, payload_digest, previous, hash FROM events WHERE seq = 3",
            "UPDATE payloads SET body = '{}'",
            "INSERT OR REPLACE INTO payloads VALUES (11, 'a', 'b')",
            "INSERT INTO payloads VALUES (99, 'a', 'b')",
        ] {
            assert!(sqlx::raw_sql(sql).execute(&mut connection).await.is_err(), "{sql}");
        }
    });
    assert!(Events::open(&path).unwrap().verify(None).is_ok());
}

#[test]
fn the_database_is_for_its_owner_alone() {
    let (_folder, path) = coded();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn other_files_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    assert!(matches!(Events::open(&at("none.sqlite")), Err(Error::NoEvents(_))));
    std::fs::write(at("text.sqlite"), "not a database, but long enough to be read as one ".repeat(40)).unwrap();
    assert!(matches!(Events::open(&at("text.sqlite")), Err(Error::Foreign(_))));
    tamper_new(&at("other.sqlite"), "CREATE TABLE shopping(item TEXT)");
    assert!(matches!(Events::open(&at("other.sqlite")), Err(Error::Foreign(_))));
    assert!(matches!(Events::create(&at("other.sqlite")), Err(Error::Foreign(_))));
    let (_folder, path) = coded();
    tamper(&path, "PRAGMA user_version = 4");
    assert!(matches!(Events::open(&path), Err(Error::Newer { found: 4, known: 3, .. })));
    // A process that died right after making the file left an empty one.
    std::fs::write(at("empty.sqlite"), "").unwrap();
    assert!(matches!(Events::open(&at("empty.sqlite")), Err(Error::NoEvents(_))));
    assert_eq!(Events::create(&at("empty.sqlite")).unwrap().verify(None).unwrap().events, 0);
}

fn tamper_new(path: &std::path::Path, sql: &'static str) {
    std::fs::write(path, "").unwrap();
    tamper(path, sql);
}

/// Bytes of the file itself, anywhere: an error or the same events, never a panic and never other events.
#[test]
fn a_flipped_byte_never_changes_what_is_read() {
    let (_folder, path) = coded();
    let whole = std::fs::read(&path).unwrap();
    let log = Events::open(&path).unwrap().log().unwrap();
    let mut refused = 0;
    for step in 0..400 {
        let mut bytes = whole.clone();
        let place = (step * 7919) % bytes.len();
        bytes[place] ^= 1 << (step % 8);
        std::fs::write(&path, &bytes).unwrap();
        match Events::open(&path).and_then(|mut events| events.log()) {
            Ok(read) => assert_eq!(read, log, "byte {place}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 50, "only {refused} of 400 flipped bytes were noticed; the test flips too few that count");
}

#[test]
fn events_come_back_as_they_went() {
    let (_folder, path) = coded();
    let log = Events::open(&path).unwrap().log().unwrap();
    assert_eq!(log.iter().map(|entry| entry.seq).collect::<Vec<_>>(), (1..=11).collect::<Vec<_>>());
    assert_eq!((log[0].at, log[0].actor.as_str()), (noon(0), "lead"));
    let Some(Event::Frozen(frozen)) = &log[0].event else { panic!("{:?}", log[0]) };
    assert_eq!((frozen.census.as_str(), frozen.seed, frozen.coders.as_slice()), ("spring", 7, &["one".to_owned(), "two".to_owned()][..]));
    assert_eq!(frozen.codebook_text, review::Codebook::template());
    assert_eq!(frozen.items.values().sum::<u64>(), 8);
    let Some(Event::Coded(coded)) = &log[10].event else { panic!("{:?}", log[10]) };
    assert_eq!((log[10].actor.as_str(), coded.note.reveal().as_str()), ("one", "wants a second look"));
    assert!(!format!("{coded:?}").contains("second look"));
}
