//! What errors say.

use crate::support::*;
use insta::assert_snapshot;
use record::Sentence;
use review::{Codebook, Error, Events, Freeze, Purpose, Sheet};
use std::path::{Path, PathBuf};

#[test]
fn of_the_database() {
    let path = || PathBuf::from("DIR/review.sqlite");
    let sentences = [
        Error::NoEvents(path()),
        Error::Damaged {
            path: path(),
            faults: vec![review::Fault { seq: 3, what: "it was changed: its hash does not fit its content" }],
            what: Sentence::default(),
        },
        Error::Damaged { path: path(), faults: Vec::new(), what: "its pages do not hang together".into() },
        Error::Foreign(path()),
        Error::Newer { path: path(), found: 2, known: 1 },
        Error::Locked(path()),
        Error::ReadOnly(path()),
        Error::DiskFull(path()),
        Error::System("random bytes"),
        Error::HeadMissing { path: path(), seq: 11 },
        Error::NothingToErase,
        Error::Exists(PathBuf::from("DIR/sheets/spring-one.csv")),
    ];
    assert_snapshot!(sentences.map(|error| error.to_string()).join("\n"), @r"
    there are no events in `DIR/review.sqlite`; freeze a sample first: `marsad census sample`
    the events in `DIR/review.sqlite` are damaged: event `3`: it was changed: its hash does not fit its content; restore the file from a backup: nothing is read from it until then
    the events in `DIR/review.sqlite` are damaged: its pages do not hang together; restore the file from a backup: nothing is read from it until then
    `DIR/review.sqlite` is no events database of Marsad; move it away, or name another folder
    the events in `DIR/review.sqlite` are of version `2`, and this Marsad reads up to `1`; use the newer Marsad
    another process is writing to the events in `DIR/review.sqlite`; wait until it is done, then run this again
    cannot write to `DIR/review.sqlite`: it is read-only for this user; copy the study to a folder that can be written
    no space is left while writing `DIR/review.sqlite`; free some and run this again: nothing was kept
    the system gave no random bytes; run this again, and restart the machine if it stays so
    the events in `DIR/review.sqlite` do not hold the event `11` as it was noted: they were cut off or written anew; restore the file from a backup
    no event holds anything about this account, or it was erased before; give it as `platform:id`
    `DIR/sheets/spring-one.csv` exists already and may hold somebody's codes; move it away, or write to another folder
    ");
}

#[test]
fn of_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("codebook.toml");
    let mut sentences = vec![Codebook::read(&path).unwrap_err(), Sheet::read(&folder.path().join("none.csv")).unwrap_err()];
    std::fs::write(&path, "version = 1").unwrap();
    sentences.push(Codebook::read(&path).unwrap_err());
    let told: Vec<String> = sentences.iter().map(|error| error.to_string().replace(folder.path().to_str().unwrap(), "DIR")).collect();
    assert_snapshot!(told.join("\n"), @r"
    cannot read `DIR/codebook.toml`: no such file or directory
    cannot read `DIR/none.csv`: no such file or directory
    codebook `DIR/codebook.toml`: line `1`: invalid type: integer `1`, expected a string; compare with the commented codebook that Marsad writes
    ");
}

#[test]
fn of_freezing() {
    let folder = tempfile::tempdir().unwrap();
    let mut events = Events::create(&folder.path().join("review.sqlite")).unwrap();
    let items = items();
    let mut told = Vec::new();
    let good = freeze(&items);
    let mut refuse = |actor: &str, freeze: Freeze<'_>| told.push(events.freeze(noon(0), actor, &freeze).unwrap_err().to_string());
    refuse("The Lead", good);
    refuse("lead", Freeze { census: "", ..good });
    refuse("lead", Freeze { query: "12", ..good });
    refuse("lead", Freeze { sample: "", ..good });
    refuse("lead", Freeze { codebook: "version = \"1\"", ..good });
    refuse("lead", Freeze { items: &[], ..good });
    let one = |item: &str, coders: &[&str]| {
        let mut one = assignment(1, Purpose::Sample, coders);
        one.item = item.to_owned();
        vec![one]
    };
    for wrong in [
        one("plover", &["one"]),
        one("birdsite:@", &["one"]),
        one("birdsite:1", &[]),
        one("birdsite:1", &["one", "one"]),
        one("birdsite:1", &["../one"]),
    ] {
        refuse("lead", Freeze { items: &wrong, ..good });
    }
    refuse("lead", Freeze { items: &[one("birdsite:1", &["one"]), one("birdsite:1", &["two"])].concat(), ..good });
    assert_snapshot!(told.join("\n"), @r"
    the name of the person who freezes is no plain word; use lower-case letters, digits, `-` and `_`, starting with a letter, at most 40
    the name of the census is no plain word; use lower-case letters, digits, `-` and `_`, starting with a letter, at most 40
    the sample cannot be frozen: the digest of the query is no SHA-256 of 64 hexadecimal digits
    the sample cannot be frozen: the digest of the sample is no SHA-256 of 64 hexadecimal digits
    the codebook cannot be frozen: no code counts as `positive`; without one nothing can be estimated
    the sample cannot be frozen: it has no items; draw at least one account
    the sample cannot be frozen: item number `1` is not of the form `platform:id`
    the sample cannot be frozen: item number `1` is not of the form `platform:id`
    the sample cannot be frozen: item number `1` has no coder, or one twice
    the sample cannot be frozen: item number `1` has no coder, or one twice
    the name of the coder is no plain word; use lower-case letters, digits, `-` and `_`, starting with a letter, at most 40
    the sample cannot be frozen: item number `2` stands twice; an account is drawn once, for one purpose
    ");
    assert_eq!(events.log().unwrap(), []);
}

#[test]
fn of_importing() {
    let (_folder, _path, mut events) = frozen();
    let items = items();
    let other = Codebook::parse(&Codebook::template().replace("version = \"1\"", "version = \"2\"")).unwrap();
    let mut told = vec![
        events.freeze(noon(1), "lead", &Freeze { seed: 1, frame: "frame-2", ..freeze(&items) }).unwrap_err(),
        events.import(noon(1), "autumn", &book(), &rows(&[]), false).unwrap_err(),
        events.import(noon(1), "@plover", &book(), &rows(&[]), false).unwrap_err(),
        events.import(noon(1), "spring", &other, &rows(&[]), false).unwrap_err(),
        import(&mut events, &rows(&[(1, "one", "supporter")])).unwrap_err(),
    ];
    for bytes in [
        &b"item,coder,code\nbirdsite:1,one,\xff\n"[..],
        b"",
        b"\xef\xbb\xbf \n",
        b"account,coder,code\n",
        b"item;code\n",
        b"item,coder,code,Code\n",
        b"item,coder,code\nbirdsite:1,one,news,sport\n",
    ] {
        told.push(Sheet::parse(Path::new("DIR/sheet.csv"), bytes).unwrap_err());
    }
    let (_folder, mut census) = (tempfile::tempdir().unwrap(), events.census("spring").unwrap());
    for columns in [&["score"][..], &["code"], &["Bio"]] {
        told.push(review::write_sheets(Path::new("DIR"), &census, columns, &Default::default()).unwrap_err());
    }
    census = events.census("spring").unwrap();
    let cards = [("birdsite:1".into(), review::Card(vec!["a".into()]))].into();
    told.push(review::write_sheets(Path::new("DIR"), &census, &["handle", "bio"], &cards).unwrap_err());
    assert_snapshot!(told.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"), @r"
    the census `spring` is frozen with another frame and another seed; what was frozen stays: start again under a new name
    nothing is frozen as `autumn`, so there is nothing to code; draw a sample first: `marsad census sample`, or `marsad stance sample` for posts
    the name of the census is no plain word; use lower-case letters, digits, `-` and `_`, starting with a letter, at most 40
    the codebook was changed after `spring` was frozen (version `1` then, `2` now); bring the frozen one back, or start again under a new name
    sheet `sheet.csv` was not taken: line `2`: the code `supporter` is not in the codebook; it has `overt_support`, `other_designated`, `opponent`, `news`, `research`, `pious_neutral`, `satire`, `unrelated`, `minor`, `unclear`, `unavailable`
    sheet `DIR/sheet.csv`: line `2` is not UTF-8; save the sheet as `CSV UTF-8` and import it again
    sheet `DIR/sheet.csv`: it is empty; the first line must name the columns `item`, `coder` and `code`
    sheet `DIR/sheet.csv`: it is empty; the first line must name the columns `item`, `coder` and `code`
    sheet `DIR/sheet.csv`: its first line has no column `item`; it must name `item`, `coder` and `code`, divided by commas or semicolons
    sheet `DIR/sheet.csv`: its first line has no column `coder`; it must name `item`, `coder` and `code`, divided by commas or semicolons
    sheet `DIR/sheet.csv`: its first line names the column `code` twice; remove the one that does not count
    sheet `DIR/sheet.csv`: line `2` has `4` cells and the first line `3`; a cell with a comma or semicolon has probably lost its quotes
    the sheet cannot be written: the column `score` would tell coders what they must not know; leave it out
    the sheet cannot be written: the column `code` would stand twice; give it another name
    the sheet cannot be written: a column has a name that is no plain word; use lower-case letters, digits and `_`
    the sheet cannot be written: a card has `1` cells and there are `2` columns; give one cell for each column
    ");
}

#[test]
fn of_adjudicating() {
    let (_folder, _path, mut events) = frozen();
    import(&mut events, &rows(&[(1, "one", "news"), (1, "two", "satire")])).unwrap();
    let mut told = Vec::new();
    for line in [
        "birdsite:1,one,news,why",
        "birdsite:1,A Person,news,why",
        "birdsite:2,three,news,why",
        "birdsite:1,three,news,",
        "birdsite:1,three,news,why\nbirdsite:1,four,satire,why",
        "birdsite:1,three,news,why\nbirdsite:1,three,news,why",
    ] {
        let sheet = sheet(&format!("item,coder,code,note\n{line}\n"));
        told.push(events.adjudicate(noon(2), "spring", &book(), &sheet, false).unwrap_err().to_string());
    }
    events.adjudicate(noon(2), "spring", &book(), &sheet("item,coder,code,note\nbirdsite:1,three,news,why\n"), false).unwrap();
    let changed = sheet("item,coder,code,note\nbirdsite:1,three,satire,why\n");
    told.push(events.adjudicate(noon(2), "spring", &book(), &changed, false).unwrap_err().to_string());
    assert_snapshot!(told.join("\n"), @r"
    sheet `sheet.csv` was not taken: line `2`: `one` coded or codes the item `birdsite:1` and cannot settle its dispute; let somebody else decide
    sheet `sheet.csv` was not taken: line `2`: the name of the adjudicator is no plain word; use lower-case letters, digits, `-` and `_`, starting with a letter
    sheet `sheet.csv` was not taken: line `2`: the codes of the item `birdsite:2` do not differ, so there is nothing to settle; remove the row
    sheet `sheet.csv` was not taken: line `2`: the decision on the item `birdsite:1` has no reason; write one into the column `note`
    sheet `sheet.csv` was not taken: line `2`: the item `birdsite:1` is decided in line `3` by somebody else; keep one of the two
    sheet `sheet.csv` was not taken: line `3`: the item `birdsite:1` of the coder `three` stands in line `2` already; keep one of the two
    sheet `sheet.csv` was not taken: line `2`: the item `birdsite:1` has the code `news` of `three`, and now `satire`; if that is a changed mind, import it with `--revise`
    ");
}

/// Everything said here starts in lower case and has no full stop.
#[test]
fn a_refused_code_keeps_to_the_style() {
    let (_folder, _path, mut events) = frozen();
    let error = import(&mut events, &rows(&[(1, "one", "x"), (2, "one", "y"), (3, "one", "z")])).unwrap_err().to_string();
    assert!(
        error.starts_with("sheet `sheet.csv` was not taken: line `2`") && error.ends_with("(and `2` more rows are refused)"),
        "{error}"
    );
}
