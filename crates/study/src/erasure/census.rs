//! Tables of a census: an erased account stays in them as an anonymous unit, so that what was drawn and coded still yields its estimate.
//!
//! What a unit keeps is what the estimate is made of: its stratum, its chance, its score, its codes. Its key is replaced, and every measure
//! of its profile, its posts and its ties is emptied.

use super::FileChange;
use crate::Error;
use crate::census::{CodeTable, Coded, Purpose};
use lake::{DerivedColumn, DerivedFile, DerivedWriter, Digested, Eraser};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The column that keeps the codes of units whose events are erased.
pub(crate) const CODES: &str = "erased_codes";

/// What an anonymous unit keeps. Every other column, of a kind that is yet to be made too, is emptied.
const KEPT: [&str; 14] = [
    "level",
    "seed_code",
    "community",
    "component",
    "rank",
    "score",
    "probability",
    "known_code",
    "pilot",
    "stratum",
    "chance",
    "coders",
    "code",
    "drawn",
];

/// The codes of one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct UnitCodes {
    /// Coder, code in force, first code.
    coded: Vec<[String; 3]>,
    adjudicated: Option<String>,
}

/// Erases from a table of a census. `codes` are those of erased accounts, where the table is of items that were coded.
pub(super) fn erase(eraser: &Eraser, path: &Path, codes: Option<&CodeTable>) -> Result<Option<FileChange>, Error> {
    let cipher = eraser.cipher();
    let file = DerivedFile::open(path, cipher)?;
    let names = file.columns();
    if !is_named(eraser, &file, &names)? {
        return Ok(None);
    }
    let unfinished = path.with_added_extension("erased.unfinished");
    let mut writer = DerivedWriter::create(&unfinished, cipher)?;
    let mut rows = 0;
    let mut keys = Keys::default();
    let has_codes = names.iter().any(|name| name == CODES) || codes.is_some_and(|codes| !codes.coded.is_empty());
    for group in 0..file.groups().len() {
        let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut columns: Vec<(&str, DerivedColumn)> = wanted.iter().copied().zip(file.read(group, &wanted)?).collect();
        let accounts = texts(&columns, "account");
        let of_erased: Vec<bool> = accounts.iter().map(|key| key.as_deref().is_some_and(|key| eraser.is_account_key(key))).collect();
        rows += of_erased.iter().filter(|erased| **erased).count() as u64;
        let unit_codes = has_codes.then(|| merged(&texts(&columns, CODES), &accounts, &of_erased, codes));
        for (name, column) in &mut columns {
            anonymise(eraser, name, column, &of_erased);
        }
        keys.add(&texts(&columns, "account"));
        if let Some(unit_codes) = unit_codes {
            columns.retain(|(name, _)| *name != CODES);
            columns.push((CODES, DerivedColumn::Text(unit_codes)));
        }
        writer.write(&columns)?;
    }
    let mut facts: BTreeMap<String, String> = file.facts.clone();
    for fact in facts.values_mut() {
        if let Some(masked) = eraser.mask(fact) {
            *fact = masked;
        }
    }
    // Features say of which accounts they are by a digest of the keys.
    if let Some(accounts) = facts.get_mut("accounts").filter(|accounts| accounts.len() == 64) {
        *accounts = keys.digest();
    }
    writer.finish(&facts)?;
    let digest = |path: &Path| -> Result<String, Error> {
        Ok(crate::census::hex(&Sha256::digest(std::fs::read(path).map_err(Error::io("read", path))?)))
    };
    let (before, after) = (digest(path)?, digest(&unfinished)?);
    eraser.keep_digest(&Digested { before, after, rows })?;
    std::fs::rename(&unfinished, path).map_err(Error::io("write", path))?;
    Ok(Some(FileChange::rewritten(path, rows)))
}

/// A running digest of keys, as that of features is taken.
#[derive(Default)]
struct Keys(Sha256);

impl Keys {
    fn add(&mut self, keys: &[Option<String>]) {
        for key in keys.iter().flatten() {
            self.0.update(key.as_bytes());
            self.0.update(b"\n");
        }
    }

    fn digest(self) -> String {
        crate::census::hex(&self.0.finalize())
    }
}

/// Whether any text of the table names somebody who is meant.
fn is_named(eraser: &Eraser, file: &DerivedFile, names: &[String]) -> Result<bool, Error> {
    let is_meant = |text: &str| eraser.is_account_key(text) || eraser.mask(text).is_some() || eraser.is_phrase(text);
    if file.facts.values().any(|fact| is_meant(fact)) {
        return Ok(true);
    }
    for group in 0..file.groups().len() {
        for name in names {
            if let Some(DerivedColumn::Text(values)) = file.read(group, &[name])?.pop()
                && values.iter().flatten().any(|text| is_meant(text))
            {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn texts(columns: &[(&str, DerivedColumn)], name: &str) -> Vec<Option<String>> {
    let found = columns.iter().find(|(own, _)| *own == name);
    match found {
        Some((_, DerivedColumn::Text(values))) => values.clone(),
        _ => vec![None; columns.first().map_or(0, |(_, column)| column.len())],
    }
}

fn anonymise(eraser: &Eraser, name: &str, column: &mut DerivedColumn, of_erased: &[bool]) {
    let is_kept = KEPT.contains(&name);
    let erased = |row: usize| of_erased.get(row).copied().unwrap_or(false);
    match column {
        DerivedColumn::Text(values) => {
            for (row, value) in values.iter_mut().enumerate() {
                let Some(text) = value.as_deref() else { continue };
                if name == "account" && erased(row) || eraser.is_account_key(text) {
                    *value = Some(eraser.unit(text));
                } else if erased(row) && !is_kept && name != CODES || eraser.is_phrase(text) {
                    *value = None;
                } else if let Some(masked) = eraser.mask(text) {
                    *value = Some(masked);
                }
            }
        }
        _ if is_kept => {}
        DerivedColumn::Int(values) => {
            // Counts: none, rather than unknown, which they never are.
            values.iter_mut().enumerate().filter(|(row, _)| erased(*row)).for_each(|(_, value)| *value = value.map(|_| 0));
        }
        DerivedColumn::Real(values) => {
            values.iter_mut().enumerate().filter(|(row, _)| erased(*row)).for_each(|(_, value)| *value = None);
        }
        DerivedColumn::Bool(values) => {
            values.iter_mut().enumerate().filter(|(row, _)| erased(*row)).for_each(|(_, value)| *value = value.map(|_| false));
        }
        DerivedColumn::Bytes(values) => {
            *values = values.iter().enumerate().map(|(row, bytes)| if erased(row) { Vec::new() } else { bytes.to_vec() }).collect();
        }
    }
}

/// The column of codes: those that stand already, and those of accounts that become units now.
fn merged(before: &[Option<String>], accounts: &[Option<String>], of_erased: &[bool], codes: Option<&CodeTable>) -> Vec<Option<String>> {
    let mut column = before.to_vec();
    for ((cell, account), _) in column.iter_mut().zip(accounts).zip(of_erased).filter(|(_, erased)| **erased) {
        let (Some(codes), Some(account)) = (codes, account) else { continue };
        let own: Vec<[String; 3]> = codes
            .coded
            .iter()
            .filter(|coded| coded.item == *account)
            .map(|coded| [coded.coder.clone(), coded.code.clone(), coded.first.clone()])
            .collect();
        let unit = UnitCodes { coded: own, adjudicated: codes.adjudicated.get(account).cloned() };
        if unit != UnitCodes::default() {
            *cell = serde_json::to_string(&unit).ok();
        }
    }
    column
}

/// The codes of the anonymous units of a table of items.
pub(crate) fn unit_codes(table: &lake::Derived, purpose: Purpose, into: &mut CodeTable) {
    let (Some(DerivedColumn::Text(accounts)), Some(DerivedColumn::Text(cells))) = (table.column("account"), table.column(CODES)) else {
        return;
    };
    let known: BTreeSet<(String, String)> = into.coded.iter().map(|coded| (coded.item.clone(), coded.coder.clone())).collect();
    for (item, cell) in accounts.iter().zip(cells) {
        let (Some(item), Some(unit)) = (item, cell.as_deref().and_then(|cell| serde_json::from_str::<UnitCodes>(cell).ok())) else {
            continue;
        };
        for [coder, code, first] in unit.coded {
            if !known.contains(&(item.clone(), coder.clone())) {
                into.coded.push(Coded { item: item.clone(), purpose, coder, code, first });
            }
        }
        if let Some(code) = unit.adjudicated {
            into.adjudicated.entry(item.clone()).or_insert(code);
        }
    }
}
