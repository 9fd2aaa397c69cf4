//! Tables that stand row by row beside the lake's data files: the language of every post, the place that every profile states. Each is worked
//! out once and kept.
//!
//! `STUDY/derived/post_languages/seal-000001-0001.parquet` has one row per row of `lake/data/posts/seal-000001-0001.parquet`, in the same
//! order and row groups; likewise `account_places` beside `accounts`. So a new seal adds only its own files, and what an erasure rewrites is
//! worked out again: a file belongs to a data file of the same name, rows and size, and to one version of the model. Nothing is lost
//! when the folder is deleted. docs/schema.md has the columns.

mod language;
mod place;

pub(crate) use language::LANGUAGES;
pub(crate) use place::{PLACES, Stated};

use crate::Error;
use lake::{Cipher, Columns, DerivedColumn, DerivedFile, DerivedWriter, Group, Part, Reader, cores};
use record::Table;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The folder of a study that holds such tables.
pub(crate) const FOLDER: &str = "derived";

/// Columns that were worked out, with their names.
type NamedColumns = Vec<(&'static str, DerivedColumn)>;

/// How a table beside another is made.
pub(crate) struct Derivation {
    /// The name of the table and its folder.
    name: &'static str,
    /// The table that it stands beside.
    table: Table,
    /// What must be the same for two rows to stand in one table.
    version: fn() -> String,
    /// The columns of `table` that it is worked out from.
    inputs: &'static [&'static str],
    /// The columns of a group of rows.
    work: fn(&Columns<'_>) -> Result<NamedColumns, lake::Error>,
}

/// Data files, each with the table beside it.
pub(crate) struct Sealed {
    files: Vec<(Part, DerivedFile)>,
    /// Holds the files when the study's own folder cannot be written.
    _temporary: Option<tempfile::TempDir>,
}

impl Sealed {
    /// The rows, as [`Part::scan`] gives them, over all files.
    pub(crate) fn scan(&self, columns: &[&str], beside: &[&str], each: impl FnMut(Group) -> Result<(), Error>) -> Result<(), Error> {
        self.scan_with(columns, beside, Ok, each)
    }

    /// The same, with work on every group that is done on several threads; `each` gets what it gave, in order.
    pub(crate) fn scan_with<T: Send>(
        &self,
        columns: &[&str],
        beside: &[&str],
        work: impl Fn(Group) -> Result<T, Error> + Sync,
        mut each: impl FnMut(T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for (part, file) in &self.files {
            part.scan(columns, Some((file, beside)), cores(), &work, &mut each)?;
        }
        Ok(())
    }

    /// How many rows the files have, those of later seals included.
    pub(crate) fn rows(&self) -> u64 {
        self.files.iter().map(|(part, _)| part.rows).sum()
    }
}

/// Works out what is missing of a table, on every core, and opens it. Files that no data file stands behind any more are removed. `progress`
/// gets the rows worked out so far.
///
/// # Errors
/// [`Error::Lake`] when the lake is damaged, [`Error::Io`] when neither the study nor the system's folder for temporary files can be written.
pub(crate) fn seal(study: &Path, reader: &Reader, derivation: &Derivation, progress: &mut dyn FnMut(u64)) -> Result<Sealed, Error> {
    let parts = reader.parts(derivation.table);
    if parts.is_empty() {
        return Ok(Sealed { files: Vec::new(), _temporary: None });
    }
    let own = study.join(FOLDER).join(derivation.name);
    // A study on read-only media is described like any other; it only cannot keep what was worked out.
    let (folder, temporary, _lock) = match lock(&own) {
        Ok(lock) => (own, None, Some(lock)),
        Err(_) => {
            let temporary = tempfile::tempdir().map_err(Error::io("create", std::env::temp_dir()))?;
            (temporary.path().to_owned(), Some(temporary), None)
        }
    };
    if temporary.is_none() {
        remove_orphans(&folder, &reader.part_names(derivation.table))?;
    }
    let version = (derivation.version)();
    let mut done = 0;
    let mut files = Vec::with_capacity(parts.len());
    for part in parts {
        let path = folder.join(&part.name);
        let file = match DerivedFile::open(&path, reader.cipher()) {
            Ok(file) if file.facts == facts(&part, &version) && file.groups().iter().sum::<usize>() as u64 == part.rows => file,
            // Damaged, of another version, of a file that was rewritten, or with rows taken out: the lake has everything.
            _ => {
                work_out(&part, reader.cipher(), derivation, (&path, &version), done, progress)?;
                DerivedFile::open(&path, reader.cipher())?
            }
        };
        done += part.rows;
        files.push((part, file));
    }
    Ok(Sealed { files, _temporary: temporary })
}

/// What a file says of itself.
fn facts(part: &Part, version: &str) -> BTreeMap<String, String> {
    BTreeMap::from([
        ("version".to_owned(), version.to_owned()),
        ("rows".to_owned(), part.rows.to_string()),
        ("bytes".to_owned(), part.bytes.to_string()),
    ])
}

fn work_out(
    part: &Part,
    cipher: &Cipher,
    derivation: &Derivation,
    (path, version): (&Path, &str),
    before: u64,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let mut writer = DerivedWriter::create(path, cipher)?;
    let mut done = before;
    part.scan(
        derivation.inputs,
        None,
        cores(),
        |group| Ok::<_, Error>((derivation.work)(&group.columns())?),
        |columns| {
            done += columns.first().map_or(0, |(_, column)| column.len() as u64);
            progress(done);
            Ok(writer.write(&columns)?)
        },
    )?;
    Ok(writer.finish(&facts(part, version))?)
}

/// Makes the folder and waits until no other process works in it.
fn lock(folder: &Path) -> std::io::Result<File> {
    fs::create_dir_all(folder)?;
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join("lock"))?;
    lock.lock()?;
    Ok(lock)
}

/// Removes the tables beside data files that are gone: an erasure may have taken rows out of them.
fn remove_orphans(folder: &Path, names: &[String]) -> Result<(), Error> {
    let known: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let path: PathBuf = entry.map_err(Error::io("read", folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name != "lock" && !known.contains(name) {
            fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        }
    }
    Ok(())
}

/// A column of texts, as it stands in the batch.
fn carried(columns: &Columns<'_>, place: usize) -> Result<DerivedColumn, lake::Error> {
    let texts = columns.texts(place)?;
    Ok(DerivedColumn::Text((0..columns.rows()).map(|row| texts.get(row).map(str::to_owned)).collect()))
}

/// A column of whole numbers, as it stands in the batch.
fn carried_ints(columns: &Columns<'_>, place: usize) -> Result<DerivedColumn, lake::Error> {
    let ints = columns.ints(place)?;
    Ok(DerivedColumn::Int((0..columns.rows()).map(|row| ints.get(row)).collect()))
}
