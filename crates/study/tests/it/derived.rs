//! Tables that stand row by row beside the lake's files: worked out once, again only where they must be, and never lost with their folder.

use crate::describing::{cell, finding};
use crate::lakes::{File, at, colony, post, profile, seal, study};
use lake::{AsOf, Derived, DerivedColumn};
use record::{Account, Post};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use study::{DescribeOptions, Description, Study};

const SENTENCES: [(&str, &str); 4] = [
    ("en", "the river was high after the long rain and the children walked home along the bank"),
    ("ar", "نزل المطر صباح اليوم على الحديقة وكان النهر قريبا من البيت والطيور فوق الشجر"),
    ("fr", "la pluie est venue ce matin et nous avons marché le long de la rivière jusqu'au soir"),
    ("ru", "дождь пришёл утром и мы гуляли вдоль реки до самого вечера пока не стемнело"),
];

fn inside(study: &Study, as_of: AsOf) -> Description {
    study.describe(&DescribeOptions { internal: true, as_of, window: None }).unwrap()
}

/// Posts in four languages by as many accounts each, whose profiles name London, Paris, nothing and nonsense.
fn talk(name: &'static str, first: usize, posts: usize) -> File<'static> {
    let mut file = File { name, ..File::default() };
    for n in first..first + posts {
        let author = n % 8;
        let (id, handle) = (format!("{}", 100 + author), format!("Reed_{author}"));
        let text = SENTENCES[author % 4].1;
        file.posts.push(Post { text: Some(text.into()), ..post(format!("{n}"), &id, &handle, at("2014-10-03T12:00:00Z")) });
        let location = [Some("London, UK"), Some("Paris, France"), None, Some("behind you")][author % 4];
        file.accounts.push(Account { location: location.map(Into::into), observed_at: Some(at("2014-10-03")), ..profile(&id, &handle) });
    }
    file
}

fn files(study: &Study) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let mut found = BTreeMap::new();
    for table in ["post_languages", "account_places"] {
        for entry in fs::read_dir(study.folder().join("derived").join(table)).unwrap() {
            let path = entry.unwrap().path();
            let changed = fs::metadata(&path).unwrap().modified().unwrap();
            found.insert(path.clone(), (fs::read(&path).unwrap(), changed));
        }
    }
    found.retain(|path, _| path.file_name().is_some_and(|name| name != "lock"));
    found
}

fn texts(path: &Path, column: &str) -> Vec<Option<String>> {
    match Derived::read(path, &lake::Cipher::none()).unwrap().column(column) {
        Some(DerivedColumn::Text(values)) => values.clone(),
        other => panic!("{column}: {other:?}"),
    }
}

#[test]
fn languages_and_places_stand_beside_their_rows() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    seal(&study, "2015-01-01T00:00:00Z", &[talk("a", 0, 40)]);
    inside(&study, AsOf::Latest);
    let reader = study.lake().unwrap().read(AsOf::Latest).unwrap();
    let part = |table| reader.parts(table).into_iter().next().unwrap().name;
    let beside = |table: &str, name: &str| study.folder().join("derived").join(table).join(name);
    let languages = beside("post_languages", &part(record::Table::Posts));
    let (ids, langs) = (texts(&languages, "post_id"), texts(&languages, "lang"));
    assert_eq!(ids.len(), 40);
    let data = study.lake().unwrap().path().join("data/posts").join(part(record::Table::Posts));
    assert_eq!(texts(&data_columns(&data, folder.path()), "post_id"), ids, "the same rows in the same order");
    for (id, lang) in ids.iter().zip(&langs) {
        let author = id.as_deref().unwrap().parse::<usize>().unwrap() % 8;
        assert_eq!(lang.as_deref(), Some(SENTENCES[author % 4].0));
    }
    let places = beside("account_places", &part(record::Table::Accounts));
    let stated: BTreeMap<String, Option<String>> =
        texts(&places, "account_id").into_iter().map(Option::unwrap).zip(texts(&places, "country")).collect();
    let expected = [("100", Some("GB")), ("101", Some("FR")), ("102", None), ("103", Some("unknown"))];
    for (account, country) in expected {
        assert_eq!(stated[account].as_deref(), country, "{account}");
    }
}

/// A data file of the lake, as a derived table of its text columns alone.
fn data_columns(data: &Path, folder: &Path) -> PathBuf {
    let lake = study::Study::open(&folder.join("study")).unwrap().lake().unwrap();
    let path = folder.join("columns.parquet");
    assert!(data.is_file());
    lake.read(AsOf::Latest).unwrap().write_parquet("SELECT arrow_cast(post_id, 'Utf8') AS post_id FROM posts", &path).unwrap();
    path
}

#[test]
fn a_second_seal_adds_only_its_rows_and_the_first_is_described_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    seal(&study, "2015-01-01T00:00:00Z", &[talk("a", 0, 40)]);
    let then = inside(&study, AsOf::Latest);
    let first = files(&study);
    assert_eq!(first.len(), 2);
    seal(&study, "2015-02-01T00:00:00Z", &[talk("b", 40, 24)]);
    let now = inside(&study, AsOf::Latest);
    let second = files(&study);
    assert_eq!(second.len(), 3, "no profile is new");
    for (path, file) in &first {
        assert_eq!(second.get(path), Some(file), "{}", path.display());
    }
    assert_eq!(finding(&now, "post_kinds").denominator.n, 64);
    assert_eq!(inside(&study, AsOf::Seal(1)).findings, then.findings);
    assert_eq!(files(&study), second, "looking back changes nothing");
}

#[test]
fn another_version_damage_and_a_lost_folder_are_worked_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    seal(&study, "2015-01-01T00:00:00Z", &[talk("a", 0, 40)]);
    let described = inside(&study, AsOf::Latest);
    let bytes = |study: &Study| files(study).into_iter().map(|(path, (bytes, _))| (path, bytes)).collect::<BTreeMap<_, _>>();
    let made = bytes(&study);
    let languages = made.keys().find(|path| path.parent().unwrap().ends_with("post_languages")).unwrap().clone();
    // Rows of an earlier model are never mixed in.
    let mut old = Derived::read(&languages, &lake::Cipher::none()).unwrap();
    old.facts.insert("version".to_owned(), "language 0".to_owned());
    for (name, column) in &mut old.columns {
        if name == "lang" {
            *column = DerivedColumn::Text(vec![Some("eo".to_owned()); 40]);
        }
    }
    old.write(&languages, &lake::Cipher::none()).unwrap();
    assert_eq!(inside(&study, AsOf::Latest), described);
    assert_eq!(bytes(&study), made);
    fs::write(&languages, &made[&languages][..made[&languages].len() / 2]).unwrap();
    // A table beside a file that an erasure has rewritten under another name is nobody's any more.
    let orphan = languages.with_file_name("seal-000009-0001.parquet");
    fs::write(&orphan, b"of a file that is gone").unwrap();
    assert_eq!(inside(&study, AsOf::Latest), described);
    assert_eq!(bytes(&study), made);
    assert!(!orphan.exists());
    fs::remove_dir_all(study.folder().join("derived")).unwrap();
    assert_eq!(inside(&study, AsOf::Latest), described);
    assert_eq!(bytes(&study), made);
}

#[test]
fn a_study_that_cannot_be_written_is_described_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    seal(&study, "2015-01-01T00:00:00Z", &[talk("a", 0, 40)]);
    let described = inside(&study, AsOf::Latest);
    fs::remove_dir_all(study.folder().join("derived")).unwrap();
    // Where the folder should be, nothing can be made; permissions do not hold back root.
    fs::write(study.folder().join("derived"), b"").unwrap();
    assert_eq!(inside(&study, AsOf::Latest), described);
}

#[test]
fn the_colony_has_no_word_too_many() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    seal(&study, "2015-01-01T00:00:00Z", &[colony()]);
    let described = inside(&study, AsOf::Latest);
    assert_eq!(cell(finding(&described, "post_quality"), "without text", "posts").int(), Some(0));
}
