//! Erasing from everything in a study's folder that is not the lake: tables of a census, sheets, exports, reports, settings, leftovers.
//!
//! [`inventory`] names every file and what it can hold; nothing is passed over because it is of a kind that nobody thought of. What can be
//! written anew is; what cannot, and names somebody who is erased, goes. The events of the review are another room's.

mod census;
mod inventory;
mod packed;
mod texts;

pub(crate) use census::unit_codes;
pub use inventory::{Holding, inventory, is_leftover};

use crate::census::CodeTable;
use crate::{Error, Study};
use lake::{Digested, Eraser};
use packed::Packing;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Texts longer than this are hardly looked at as names.
const LONGEST: u64 = packed::LIMIT;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileAction {
    /// It was written anew without what is erased.
    Rewritten,
    /// It cannot be written anew, so it was removed.
    Removed,
    /// It is too large to be looked at; somebody must.
    Left,
}

/// A file that was touched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileChange {
    /// Where it is; a name of somebody who is erased is masked in it.
    pub path: PathBuf,
    /// What became of it.
    pub action: FileAction,
    /// Rows, lines or names that went.
    pub rows: u64,
}

impl FileChange {
    fn rewritten(path: &Path, rows: u64) -> FileChange {
        FileChange { path: path.to_owned(), action: FileAction::Rewritten, rows }
    }
}

/// What a text is searched for.
trait Wanted {
    /// Whether the text as a whole is a name that is erased.
    fn is_name(&self, text: &str) -> bool;
    /// The text with names masked; none when there are none.
    fn masked(&self, text: &str) -> Option<String>;
    /// What stands in place of a name.
    fn mask_word(&self) -> &'static str;
}

impl Wanted for Eraser {
    fn is_name(&self, text: &str) -> bool {
        Eraser::is_name(self, text)
    }

    fn masked(&self, text: &str) -> Option<String> {
        if self.is_phrase(text) { Some(Eraser::mask_word(self).to_owned()) } else { self.mask(text) }
    }

    fn mask_word(&self) -> &'static str {
        Eraser::mask_word(self)
    }
}

impl Study {
    /// Erases from every file of the study but the lake's own and the review's. `codes` are the codes of erased accounts by the name under which
    /// they were frozen (`main`, `main-pilot`, `main-audit-crowd`): they stay with the anonymous units. Doing it again changes nothing.
    ///
    /// # Errors
    /// [`Error::Lake`] for a damaged table, [`Error::Io`].
    pub fn erase_from_files(&self, eraser: &mut Eraser, codes: &BTreeMap<String, CodeTable>) -> Result<Vec<FileChange>, Error> {
        let _alone = self.alone()?;
        eraser.read_phrases()?;
        let eraser = &*eraser;
        self.keep_sample_digests(eraser)?;
        let mut changes = Vec::new();
        for (inside, holding) in inventory(self.folder())? {
            let path = self.folder().join(&inside);
            let change = match holding {
                Holding::Lake | Holding::Key | Holding::Events | Holding::Releases | Holding::People => None,
                Holding::Leftover => Some(removed(&path)?),
                Holding::Census => census::erase(eraser, &path, frozen_name(&inside).and_then(|name| codes.get(&name)))?,
                Holding::Parquet => {
                    let [removed, masked] = eraser.erase_parquet(&path)?;
                    (removed + masked > 0).then(|| FileChange::rewritten(&path, removed + masked))
                }
                Holding::Settings | Holding::Text => text(eraser, &path, holding)?,
                Holding::Archive | Holding::Other => binary(eraser, &path, holding)?,
            };
            let renamed = renamed(eraser, &path, holding)?;
            changes.extend(change.map(|change| FileChange { path: renamed.clone().unwrap_or(change.path.clone()), ..change }));
        }
        Ok(changes)
    }

    /// Samples and audits are frozen by a digest of what was drawn, not of their file: what it becomes is kept before the files change.
    fn keep_sample_digests(&self, eraser: &Eraser) -> Result<(), Error> {
        for name in self.censuses()? {
            let census = self.census(&name)?;
            let unit = |key: &str| eraser.is_account_key(key).then(|| eraser.unit(key));
            for (before, after, rows) in census.digests_after(&unit)? {
                eraser.keep_digest(&Digested { before, after, rows })?;
            }
        }
        Ok(())
    }
}

/// The name under which the items of a table were frozen: `census/main/pilot.parquet` as `main-pilot`.
fn frozen_name(inside: &Path) -> Option<String> {
    let mut parts = inside.iter().skip(1).filter_map(|part| part.to_str());
    let (census, file) = (parts.next()?, parts.next()?);
    match file.strip_suffix(".parquet")? {
        "sample" | "golden" => Some(census.to_owned()),
        "pilot" => Some(format!("{census}-pilot")),
        audit if audit.starts_with("audit-") => Some(format!("{census}-{audit}")),
        _ => None,
    }
}

fn removed(path: &Path) -> Result<FileChange, Error> {
    fs::remove_file(path).map_err(Error::io("remove", path))?;
    Ok(FileChange { path: path.to_owned(), action: FileAction::Removed, rows: 0 })
}

fn text(eraser: &Eraser, path: &Path, holding: Holding) -> Result<Option<FileChange>, Error> {
    let left = || FileChange { path: path.to_owned(), action: FileAction::Left, rows: 0 };
    if fs::metadata(path).map_err(Error::io("read", path))?.len() > LONGEST {
        return Ok(Some(left()));
    }
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    let packing = Packing::of(&bytes);
    let Ok(unpacked) = packing.unpack(&bytes) else { return binary(eraser, path, Holding::Other) };
    let Some(unpacked) = unpacked else { return Ok(Some(left())) };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Ok(text) = String::from_utf8(unpacked) else { return binary(eraser, path, holding) };
    let erased = if holding == Holding::Settings {
        eraser.mask(&text).map(|text| texts::Left { text, rows: 1 })
    } else {
        texts::erase(eraser, &name, &text)
    };
    let Some(erased) = erased else { return Ok(None) };
    let packed = packing.pack(erased.text.as_bytes()).map_err(Error::io("write", path))?;
    replace(path, &packed)?;
    Ok(Some(FileChange::rewritten(path, erased.rows)))
}

/// Puts new content in a file's place, with the rights of the old one.
fn replace(path: &Path, content: &[u8]) -> Result<(), Error> {
    let unfinished = path.with_added_extension("unfinished");
    fs::write(&unfinished, content).map_err(Error::io("write", &unfinished))?;
    let rights = fs::metadata(path).map_err(Error::io("read", path))?.permissions();
    fs::set_permissions(&unfinished, rights).map_err(Error::io("write", &unfinished))?;
    fs::File::open(&unfinished).and_then(|file| file.sync_all()).map_err(Error::io("write", &unfinished))?;
    fs::rename(&unfinished, path).map_err(Error::io("write", path))
}

fn binary(eraser: &Eraser, path: &Path, holding: Holding) -> Result<Option<FileChange>, Error> {
    if fs::metadata(path).map_err(Error::io("read", path))?.len() > LONGEST {
        return Ok(Some(FileChange { path: path.to_owned(), action: FileAction::Left, rows: 0 }));
    }
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    let members = if holding == Holding::Archive { packed::members(&bytes) } else { None };
    let parts = members.unwrap_or_else(|| vec![bytes]);
    let is_named = parts.iter().flat_map(|part| packed::readings(part)).any(|text| texts::erase(eraser, "", &text).is_some());
    if is_named { removed(path).map(Some) } else { Ok(None) }
}

/// Renames a file whose name holds a name; gives its new place.
fn renamed(eraser: &Eraser, path: &Path, holding: Holding) -> Result<Option<PathBuf>, Error> {
    let is_ours = matches!(
        holding,
        Holding::Lake | Holding::Key | Holding::Events | Holding::Releases | Holding::People | Holding::Settings | Holding::Census
    );
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(masked) = eraser.mask_file_name(name).filter(|_| !is_ours) else { return Ok(None) };
    if !path.exists() {
        return Ok(Some(path.with_file_name(masked)));
    }
    // Another file may have this name since an earlier erasure.
    let mut target = path.with_file_name(&masked);
    let mut number = 1;
    while target.exists() {
        number += 1;
        target = path.with_file_name(format!("{number}-{masked}"));
    }
    fs::rename(path, &target).map_err(Error::io("write", &target))?;
    Ok(Some(target))
}
