//! Sheets go out and come back, whatever the spreadsheet does to them.

use crate::support::*;
use proptest::prelude::*;
use review::{Card, Error, Events, Sheet, write_disputes, write_sheets};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const COLUMNS: [&str; 4] = ["handle", "name", "bio", "link"];

fn cards() -> BTreeMap<String, Card> {
    let bios = [
        "\u{645}\u{631}\u{635}\u{62f} \u{627}\u{644}\u{637}\u{64a}\u{648}\u{631}",
        "counts \"waders\", and; ducks",
        "=HYPERLINK(\"x\")",
        "two\nlines\r\nand three",
        "+90 5",
        "\u{202e}turned",
        "@mentions",
        "",
    ];
    let card = |(place, bio): (usize, &&str)| {
        let number = place + 1;
        let cells = [format!("bird_{number}"), format!("Bird {number}"), (*bio).to_owned(), format!("birdsite.example/{number}")];
        (format!("birdsite:{number}"), Card(cells.to_vec()))
    };
    bios.iter().enumerate().map(card).collect()
}

fn written() -> (tempfile::TempDir, Events, Vec<(PathBuf, u64)>) {
    let (folder, _path, mut events) = frozen();
    let census = events.census("spring").unwrap();
    let files = write_sheets(&folder.path().join("sheets"), &census, &COLUMNS, &cards()).unwrap();
    (folder, events, files)
}

fn records(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn each_coder_gets_a_sheet_of_their_items_and_nothing_more() {
    let (folder, mut events, files) = written();
    let names: Vec<_> = files.iter().map(|(path, rows)| (path.file_name().unwrap().to_str().unwrap(), *rows)).collect();
    assert_eq!(names, [("spring-one.csv", 6), ("spring-two.csv", 6)]);
    for (path, _) in &files {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.starts_with("\u{feff}item,coder,handle,name,bio,link,code,note\n"));
        for word in ["golden", "sample", "score", "frame"] {
            assert!(!text.contains(word), "{word}");
        }
    }
    let one = records(&files[0].0);
    let mut items: Vec<&str> = one[1..].iter().map(|row| row[0].as_str()).collect();
    assert_ne!(items, ["birdsite:1", "birdsite:2", "birdsite:3", "birdsite:4", "birdsite:5", "birdsite:6"], "not shuffled");
    let order: Vec<&str> = items.clone();
    items.sort_unstable();
    assert_eq!(items, ["birdsite:1", "birdsite:2", "birdsite:3", "birdsite:4", "birdsite:5", "birdsite:6"]);
    assert!(one[1..].iter().all(|row| row[1] == "one" && row[6].is_empty() && row[7].is_empty()));
    // What both code stands in another order for the other.
    let two = records(&files[1].0);
    let both = |rows: &[Vec<String>]| {
        let shared = ["birdsite:1", "birdsite:2", "birdsite:5", "birdsite:6"];
        rows[1..].iter().map(|row| row[0].clone()).filter(|item| shared.contains(&item.as_str())).collect::<Vec<_>>()
    };
    assert_ne!(both(&one), both(&two));
    // Cells are as they were but for what a spreadsheet would take for a formula.
    let bio = |item: &str| one.iter().find(|row| row[0] == item).unwrap()[4].clone();
    assert_eq!(bio("birdsite:1"), "\u{645}\u{631}\u{635}\u{62f} \u{627}\u{644}\u{637}\u{64a}\u{648}\u{631}");
    assert_eq!(bio("birdsite:2"), "counts \"waders\", and; ducks");
    assert_eq!(bio("birdsite:3"), "'=HYPERLINK(\"x\")");
    assert_eq!(bio("birdsite:4"), "two\nlines\r\nand three");
    assert_eq!(bio("birdsite:5"), "'+90 5");
    // The same again gives the same order, in another folder; here it would write over somebody's codes.
    let census = events.census("spring").unwrap();
    let again = write_sheets(&folder.path().join("again"), &census, &COLUMNS, &cards()).unwrap();
    assert_eq!(std::fs::read(&again[0].0).unwrap(), std::fs::read(&files[0].0).unwrap());
    std::fs::remove_file(&files[0].0).unwrap();
    assert!(matches!(write_sheets(&folder.path().join("sheets"), &census, &COLUMNS, &cards()), Err(Error::Exists(_))));
    assert!(!files[0].0.exists(), "one sheet was written although the other could not be");
    assert_eq!(order.len(), 6);
}

#[test]
fn disputes_go_to_somebody_who_did_not_code_them() {
    let (folder, mut events, _files) = written();
    let codes =
        [(1, "one", "news"), (1, "two", "satire"), (2, "one", "news"), (2, "two", "news"), (6, "one", "unclear"), (6, "two", "news")];
    import(&mut events, &rows(&codes)).unwrap();
    let census = events.census("spring").unwrap();
    let path = folder.path().join("disputes.csv");
    assert_eq!(write_disputes(&path, &census, "three", &COLUMNS, &cards()).unwrap(), 2);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let mut lines = records(&path);
    assert_eq!(lines[0], ["item", "coder", "given", "handle", "name", "bio", "link", "code", "note"]);
    lines[1..].sort();
    assert_eq!(lines[1][..4], ["birdsite:1", "three", "news / satire", "bird_1"]);
    assert_eq!(lines[2][..3], ["birdsite:6", "three", "news / unclear"]);
    assert!(matches!(write_disputes(&path, &census, "three", &COLUMNS, &cards()), Err(Error::Exists(_))));
    assert!(matches!(write_disputes(&path, &census, "A Person", &COLUMNS, &cards()), Err(Error::Name(_))));
    // A coder of the items has nothing to settle.
    assert_eq!(write_disputes(&folder.path().join("own.csv"), &census, "two", &COLUMNS, &cards()).unwrap(), 0);
    // Filled in, it comes back; what is not yet decided stays open.
    let text = std::fs::read_to_string(&path).unwrap();
    let filled: Vec<String> = text
        .lines()
        .map(|line| {
            if line.starts_with("birdsite:6") { format!("{}news,says so itself", line.strip_suffix(',').unwrap()) } else { line.to_owned() }
        })
        .collect();
    let decided = events.adjudicate(noon(4), "spring", &book(), &sheet(&filled.join("\n")), false).unwrap();
    assert_eq!((decided.new, decided.empty), (1, 1));
    assert_eq!(events.census("spring").unwrap().waiting(), ["birdsite:1"]);
}

#[test]
fn a_sheet_that_tells_too_much_is_refused() {
    let (folder, mut events, _files) = written();
    let census = events.census("spring").unwrap();
    for columns in
        [["handle", "score"], ["purpose", "bio"], ["stratum_3", "bio"], ["given", "bio"], ["code", "bio"], ["bio", "bio"], ["Bio", "link"]]
    {
        let refused = write_sheets(&folder.path().join("other"), &census, &columns, &BTreeMap::new());
        assert!(matches!(refused, Err(Error::SheetPlan(_))), "{columns:?}");
    }
    assert!(matches!(write_sheets(&folder.path().join("other"), &census, &["bio"], &cards()), Err(Error::SheetPlan(_))));
    assert!(!folder.path().join("other").exists());
}

/// Fills in `news` as a spreadsheet would save it.
fn saved(path: &Path, divider: u8, columns: &[usize], line_end: csv::Terminator, bom: bool, quote: csv::QuoteStyle) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new().delimiter(divider).terminator(line_end).quote_style(quote).from_writer(if bom {
        "\u{feff}".as_bytes().to_vec()
    } else {
        Vec::new()
    });
    for (line, mut row) in records(path).into_iter().enumerate() {
        if line > 0 {
            row[6] = " News ".to_owned();
            row[7] = "a note, with \"quotes\"".to_owned();
        }
        out.write_record(columns.iter().map(|column| &row[*column])).unwrap();
    }
    out.into_inner().unwrap()
}

#[test]
fn a_sheet_comes_back_however_it_was_saved() {
    use csv::{QuoteStyle::*, Terminator::*};
    let (_folder, mut events, files) = written();
    let all = [0, 1, 2, 3, 4, 5, 6, 7];
    let ways: [Vec<u8>; 6] = [
        saved(&files[0].0, b',', &all, Any(b'\n'), true, Necessary),
        saved(&files[0].0, b';', &all, CRLF, true, Necessary),
        saved(&files[0].0, b';', &[7, 6, 4, 1, 0], CRLF, false, Always),
        saved(&files[0].0, b',', &[6, 0, 1], Any(b'\n'), false, Necessary),
        saved(&files[0].0, b',', &[4, 0, 1, 6], CRLF, false, Necessary),
        saved(&files[0].0, b',', &[0, 1, 6], Any(b'\r'), false, Necessary),
    ];
    for (way, bytes) in ways.iter().enumerate() {
        let sheet = Sheet::parse(Path::new("back.csv"), bytes).unwrap();
        let imported = events.import(noon(1), "spring", &book(), &sheet, false).unwrap();
        let expected = if way == 0 { (6, 0) } else { (0, 6) };
        assert_eq!((imported.new, imported.repeated), expected, "way {way}");
    }
    let census = events.census("spring").unwrap();
    let note = &census.items()["birdsite:1"].codes["one"].note;
    assert_eq!(note.reveal(), "a note, with \"quotes\"");
}

#[test]
fn what_was_not_filled_in_is_not_yet_coded() {
    let (_folder, mut events, files) = written();
    let sheet = Sheet::read(&files[0].0).unwrap();
    let imported = import(&mut events, &sheet).unwrap();
    assert_eq!((imported.empty, imported.new), (6, 0));
    // Excel leaves out empty cells at the end of a row, and whole empty rows may follow.
    let short = sheet_of("item,coder,code,note\nbirdsite:1,one,news\nbirdsite:2,one\n,,,\n\n");
    let imported = import(&mut events, &short).unwrap();
    assert_eq!((imported.empty, imported.new), (1, 1));
}

fn sheet_of(text: &str) -> Sheet {
    Sheet::parse(Path::new("back.csv"), text.as_bytes()).unwrap()
}

#[test]
fn lines_are_those_of_the_file() {
    let line = |text: &str| sheet_of(text).rows().iter().map(|row| row.line).collect::<Vec<_>>();
    assert_eq!(line("item,coder,code\na:1,one,x\na:2,one,x\n"), [2, 3]);
    assert_eq!(line("item,coder,code\r\n\r\na:1,one,x\r\n\r\n\r\na:2,one,x"), [3, 6]);
    assert_eq!(line("item,coder,code\ra:1,one,x\r\ra:2,one,x"), [2, 4]);
    assert_eq!(line("\u{feff}bio,item,coder,code\n\"a\nb\r\nc\",a:1,one,x\nd,a:2,one,x\n,,,\n,a:3,one,x"), [2, 5, 7]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Sheet::parse(Path::new("x.csv"), &bytes);
        let mut headed = b"item,coder,code\n".to_vec();
        headed.extend(bytes);
        let _ = Sheet::parse(Path::new("x.csv"), &headed);
    }

    #[test]
    fn half_a_sheet_never_panics(rows in "(birdsite:[0-9]|\"| |one|,|;|\r?\n|news|=){0,80}") {
        if let Ok(sheet) = Sheet::parse(Path::new("x.csv"), format!("item,coder,code,note\n{rows}").as_bytes()) {
            let lines = rows.lines().count() as u64 + 2;
            prop_assert!(sheet.rows().iter().all(|row| (2..=lines).contains(&row.line)));
        }
    }

    /// Cells of any content come back from the card as they went, through the sheet's own reader for the note and a plain reader for the rest.
    #[test]
    fn notes_survive(note in "[ -~\u{600}-\u{6ff}\n\"';,=+@-]{0,30}") {
        let note = note.trim();
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(["item", "coder", "code", "note"]).unwrap();
        out.write_record(["birdsite:1", "one", "news", note]).unwrap();
        let sheet = Sheet::parse(Path::new("x.csv"), &out.into_inner().unwrap()).unwrap();
        // A guard that a spreadsheet shows is taken off again.
        let expected = note.strip_prefix('\'').filter(|rest| rest.trim_start_matches([' ', '\'', '"', ';']).starts_with(['=', '+', '@', '-']));
        prop_assume!(expected.is_none() && !note.starts_with('\''));
        prop_assert_eq!(sheet.rows()[0].note.reveal(), note);
    }
}

/// A file that was cut off at any byte gives a prefix of the codes, a refusal, or nothing; never another code.
#[test]
fn a_cut_off_sheet_never_gives_another_code() {
    let (folder, mut events, files) = written();
    let bytes = saved(&files[0].0, b',', &[0, 1, 2, 3, 4, 5, 6, 7], csv::Terminator::CRLF, true, csv::QuoteStyle::Necessary);
    let whole = Sheet::parse(Path::new("x.csv"), &bytes).unwrap();
    for end in 0..bytes.len() {
        let Ok(sheet) = Sheet::parse(Path::new("x.csv"), &bytes[..end]) else { continue };
        for (cut, row) in sheet.rows().iter().zip(whole.rows()) {
            let is_cut = cut != row;
            assert!(!is_cut || cut.line == sheet.rows().last().unwrap().line, "byte {end}");
            assert!(row.code.starts_with(&cut.code) && row.item.starts_with(&cut.item), "byte {end}");
        }
    }
    // And one import of a cut file, for the whole way.
    let cut = Sheet::parse(Path::new("x.csv"), &bytes[..bytes.len() / 2]).unwrap();
    let imported = import(&mut events, &cut).unwrap();
    assert!(imported.new > 0 && imported.new < 6);
    drop(folder);
}
