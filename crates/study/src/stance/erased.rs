//! A stance after an erasure: posts that were erased are gone from the selection and the sample. What is left of the sample is a sample of what is
//! left of the selection, for the erasure knew nothing of the draw.

use super::selection::{Id, asked_digest};
use super::{sample, selection};
use crate::erasure::{FileAction, FileChange};
use crate::{Error, census};
use lake::{Derived, DerivedColumn, Digested, Eraser};
use std::collections::BTreeMap;
use std::path::Path;

/// Erases from a table of a stance, or takes away a model that was learned from a text that is erased. None where nothing was to be erased.
pub(crate) fn erase(eraser: &Eraser, path: &Path) -> Result<Option<FileChange>, Error> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if name == selection::FILE || sample::is_draw(name) {
        return rewrite(eraser, path, name != selection::FILE);
    }
    if !is_learned_from(eraser, path)? {
        return Ok(None);
    }
    std::fs::remove_file(path).map_err(Error::io("remove", path))?;
    Ok(Some(FileChange { path: path.to_owned(), action: FileAction::Removed, rows: 0 }))
}

/// Whether a post that is erased was drawn. The draws still stand as they were: files are gone over in the order of their names, and `model` comes before `sample`.
fn is_learned_from(eraser: &Eraser, model: &Path) -> Result<bool, Error> {
    let folder = model.parent().unwrap_or(model);
    for entry in std::fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let entry = entry.map_err(Error::io("read", folder))?;
        if entry.file_name().to_str().is_some_and(sample::is_draw) {
            let table = Derived::read(&entry.path(), eraser.cipher())?;
            if kept(eraser, &table).iter().any(|kept| !kept) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn kept(eraser: &Eraser, table: &Derived) -> Vec<bool> {
    let Some(DerivedColumn::Text(posts)) = table.column("post") else { return Vec::new() };
    let authors = match table.column("account") {
        Some(DerivedColumn::Text(authors)) => authors.as_slice(),
        _ => &[],
    };
    let is_meant = |row: usize| {
        posts[row].as_deref().is_some_and(|post| eraser.is_post_key(post))
            || authors.get(row).and_then(Option::as_deref).is_some_and(|author| eraser.is_account_key(author))
    };
    (0..posts.len()).map(|row| !is_meant(row)).collect()
}

fn rewrite(eraser: &Eraser, path: &Path, is_sample: bool) -> Result<Option<FileChange>, Error> {
    let before = Derived::read(path, eraser.cipher())?;
    let kept = kept(eraser, &before);
    let rows = kept.iter().filter(|kept| !**kept).count() as u64;
    let mut after = before.clone();
    for (_, column) in &mut after.columns {
        retain(column, &kept);
    }
    // A query may name somebody too.
    let mut is_masked = false;
    for fact in after.facts.values_mut() {
        if let Some(masked) = eraser.mask(fact) {
            *fact = masked;
            is_masked = true;
        }
    }
    if rows == 0 && !is_masked {
        return Ok(None);
    }
    let (old, new) = (digest(&before, is_sample), digest(&after, is_sample));
    eraser.keep_digest(&Digested { before: old, after: new, rows })?;
    if is_masked && !is_sample {
        let (old, new) = (asked_digest(&before.facts), asked_digest(&after.facts));
        eraser.keep_digest(&Digested { before: old, after: new, rows: 0 })?;
    }
    after.write(path, eraser.cipher())?;
    Ok(Some(FileChange { path: path.to_owned(), action: FileAction::Rewritten, rows }))
}

/// The digest that the freeze holds of a table.
fn digest(table: &Derived, is_sample: bool) -> String {
    if is_sample {
        return census::sample_digest_of(&sample::rows_of(table).unwrap_or_default(), &BTreeMap::new());
    }
    let mut id = Id::new(&asked_digest(&table.facts));
    if let Some(DerivedColumn::Text(posts)) = table.column("post") {
        posts.iter().flatten().for_each(|post| id.add(post));
    }
    id.finish()
}

fn retain(column: &mut DerivedColumn, kept: &[bool]) {
    fn of<T>(values: &mut Vec<T>, kept: &[bool]) {
        let mut at = 0;
        values.retain(|_| {
            at += 1;
            kept.get(at - 1).copied().unwrap_or(true)
        });
    }
    match column {
        DerivedColumn::Text(values) => of(values, kept),
        DerivedColumn::Int(values) => of(values, kept),
        DerivedColumn::Real(values) => of(values, kept),
        DerivedColumn::Bool(values) => of(values, kept),
        DerivedColumn::Bytes(values) => {
            *values = values.iter().zip(kept).filter(|(_, kept)| **kept).map(|(bytes, _)| bytes.to_vec()).collect();
        }
    }
}
