use crate::lakes::{listed, study};
use study::{DesignationSource, Init, Study};

fn init(name: &str, designation: DesignationSource) -> Init {
    Init { name: name.into(), designation }
}

#[test]
fn a_new_study_is_a_folder_that_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let made = study(&folder);
    let opened = Study::open(made.folder()).unwrap();
    assert_eq!(opened.config(), made.config());
    assert_eq!(opened.config().name, "An invented study");
    assert!(opened.lake().unwrap().seals().unwrap().is_empty());
    assert!(opened.reports().is_dir());
    assert!(opened.folder().join("lake/catalog.sqlite").is_file());
}

/// The message without the folder of the test.
fn said(folder: &tempfile::TempDir, error: study::Error) -> String {
    error.to_string().replace(&folder.path().display().to_string(), "DIR")
}

#[test]
fn folders_in_use_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let made = study(&folder);
    let error = Study::init(made.folder(), &init("Another", listed())).unwrap_err();
    insta::assert_snapshot!(said(&folder, error), @"`DIR/study` holds a study already; use it as it is, or give another folder");
    std::fs::create_dir(folder.path().join("papers")).unwrap();
    std::fs::write(folder.path().join("papers/letter.txt"), "kept").unwrap();
    let error = Study::init(&folder.path().join("papers"), &init("Another", listed())).unwrap_err();
    insta::assert_snapshot!(said(&folder, error), @"`DIR/papers` is not empty; give a new or empty folder, so that nothing of yours mixes with the study");
    assert_eq!(std::fs::read_dir(folder.path().join("papers")).unwrap().count(), 1);
    let error = Study::open(&folder.path().join("papers")).unwrap_err();
    insta::assert_snapshot!(said(&folder, error), @"`DIR/papers` is no study: it has no `marsad.toml`; make one with `marsad init`, or check the path");
}

#[test]
fn names_and_reasons_are_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new");
    for name in ["", "  ", "two\nlines", &"x".repeat(201)] {
        let error = Study::init(&path, &init(name, listed())).unwrap_err();
        assert!(matches!(error, study::Error::Name), "{error}");
    }
    let error = Study::init(&path, &init("A study", DesignationSource::Unlisted(" ".into()))).unwrap_err();
    insta::assert_snapshot!(error, @"a study of an organisation that is on no list needs the reason in 1 to 500 characters on one line; give it with `--unlisted`");
    assert!(!path.exists(), "a refused study leaves nothing behind");
    let unlisted = Study::init(&path, &init("A study", DesignationSource::Unlisted("no list names it yet".into()))).unwrap();
    assert_eq!(unlisted.config().min_cell, 50);
}

#[test]
fn a_changed_configuration_is_checked_and_has_another_hash() {
    let folder = tempfile::tempdir().unwrap();
    let made = study(&folder);
    let file = made.folder().join("marsad.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("min_cell = 10", "min_cell = 20")).unwrap();
    let changed = Study::open(made.folder()).unwrap();
    assert_eq!(changed.config().min_cell, 20);
    assert_ne!(changed.config().sha256, made.config().sha256);
    std::fs::write(&file, text.replace("min_cell = 10", "min_cells = 10")).unwrap();
    let error = Study::open(made.folder()).unwrap_err();
    insta::assert_snapshot!(said(&folder, error), @"`DIR/study/marsad.toml`: the key `min_cells` is unknown; did you mean `min_cell`");
}
