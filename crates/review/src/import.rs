//! What a sheet may add to the log: who may code what, and everything that is refused. Pure; the store appends what is planned here.

use crate::codebook::Codebook;
use crate::error::Error;
use crate::event::{Adjudicated, Coded, Event};
use crate::fold::{Census, FinalCode, Item};
use crate::sheet::{Row, Sheet};
use crate::store::New;
use std::collections::BTreeMap;

/// A row that is refused, and with it the whole sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The line, from 1.
    pub line: u64,
    /// Why.
    pub why: Why,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line `{}`: {}", self.line, self.why)
    }
}

impl std::error::Error for Refusal {}

/// Why a row is refused. A value is left out where it could be a handle: in a sheet whose columns were mixed up, any cell may hold one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Why {
    /// The code is not in the codebook.
    #[error("the code{} is not in the codebook; it has {known}", value(code))]
    UnknownCode {
        /// What stands there.
        code: Option<String>,
        /// The codes of the codebook.
        known: String,
    },
    /// No item.
    #[error("it names no item; bring back the cell of the sheet as it was written")]
    NoItem,
    /// No coder.
    #[error("it names no coder; bring back the cell of the sheet as it was written")]
    NoCoder,
    /// The account is not in the sample.
    #[error("the item{} is not in the sample of this census, or was erased since; remove the row, or name the right census", value(item))]
    NotInSample {
        /// The item.
        item: Option<String>,
    },
    /// The coder does not code this item.
    #[error("the item{} is not assigned to the coder{}; coders code the items of their own sheet only", value(item), value(coder))]
    WrongCoder {
        /// The item.
        item: Option<String>,
        /// The coder.
        coder: Option<String>,
    },
    /// The same item and coder twice.
    #[error("the item{} of the coder{} stands in line `{first}` already; keep one of the two", value(item), value(coder))]
    Repeated {
        /// The item.
        item: Option<String>,
        /// The coder.
        coder: Option<String>,
        /// Where it stands first.
        first: u64,
    },
    /// Two people decide on one item.
    #[error("the item{} is decided in line `{other}` by somebody else; keep one of the two", value(item))]
    TwoDecisions {
        /// The item.
        item: Option<String>,
        /// The other line.
        other: u64,
    },
    /// A second code without leave.
    #[error(
        "the item{} has the code `{before}` of `{coder}`, and now `{now}`; if that is a changed mind, import it with `--revise`",
        value(item)
    )]
    Changed {
        /// The item.
        item: Option<String>,
        /// Who gave the code in force.
        coder: String,
        /// The code in force.
        before: String,
        /// The new one.
        now: String,
    },
    /// The adjudicator is one of the coders.
    #[error("`{person}` coded or codes the item{} and cannot settle its dispute; let somebody else decide", value(item))]
    Partial {
        /// The item.
        item: Option<String>,
        /// The person.
        person: String,
    },
    /// The adjudicator's name.
    #[error("the name of the adjudicator is no plain word; use lower-case letters, digits, `-` and `_`, starting with a letter")]
    Name,
    /// There is no dispute.
    #[error("the codes of the item{} do not differ, so there is nothing to settle; remove the row", value(item))]
    NotDisputed {
        /// The item.
        item: Option<String>,
    },
    /// No reason.
    #[error("the decision on the item{} has no reason; write one into the column `note`", value(item))]
    NoReason {
        /// The item.
        item: Option<String>,
    },
}

fn value(cell: &Option<String>) -> String {
    cell.as_ref().map_or_else(String::new, |cell| format!(" `{cell}`"))
}

/// What an import added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Codes of items that the coder had not coded.
    pub new: u64,
    /// Codes that take the place of an earlier one.
    pub revised: u64,
    /// Codes that are in force already; nothing was added for them.
    pub repeated: u64,
    /// Rows that are not yet coded.
    pub empty: u64,
    /// Rows by code, whatever became of them.
    pub by_code: BTreeMap<String, u64>,
}

/// Whether the codebook is the one that was frozen.
pub(crate) fn same_codebook(census: &Census, codebook: &Codebook) -> Result<(), Error> {
    let frozen = census.frozen();
    if codebook.digest() == frozen.codebook_digest {
        return Ok(());
    }
    let (frozen, now, census) = (frozen.codebook.version().to_owned(), codebook.version().to_owned(), frozen.census.clone());
    Err(Error::CodebookChanged { census, frozen, now })
}

/// A row that has passed all checks that coding and adjudication share.
struct Checked<'a> {
    row: &'a Row,
    item: &'a Item,
    shown: Option<String>,
}

type Planned = (Vec<New>, Imported);

/// The events that a sheet of codes adds, by coder and item, whatever the order of the rows.
pub(crate) fn codes(census: &Census, sheet: &Sheet, revise: bool) -> Result<Planned, Vec<Refusal>> {
    plan(census, sheet, |checked, imported| {
        let Checked { row, item, shown } = checked;
        let Row { coder, code, note, .. } = row;
        if !item.coders.contains(coder) {
            return Err(Why::WrongCoder { item: shown, coder: shown_coder(census, sheet, coder) });
        }
        if code.is_empty() {
            imported.empty += 1;
            return Ok(None);
        }
        match item.codes.get(coder) {
            None => imported.new += 1,
            Some(before) if before.code == *code && (before.note == *note || !revise) => {
                imported.repeated += 1;
                return Ok(None);
            }
            Some(_) if revise => imported.revised += 1,
            Some(before) => {
                return Err(Why::Changed {
                    item: shown,
                    coder: coder.clone(),
                    before: told(census, &before.code),
                    now: told(census, code),
                });
            }
        }
        Ok(Some(Event::Coded(Coded {
            census: census.frozen().census.clone(),
            item: row.item.clone(),
            coder: coder.clone(),
            code: code.clone(),
            note: note.clone(),
            sheet: sheet.digest().to_owned(),
            seconds: None,
        })))
    })
}

/// A code as an error may name it: which account is in the protection lane, no output tells.
fn told(census: &Census, code: &str) -> String {
    let is_protected = |own: &crate::Code| own.name == code && own.counts == crate::Counts::Protected;
    if census.frozen().codebook.codes().iter().any(is_protected) { "(kept apart)" } else { code }.to_owned()
}

/// The events that a sheet of decisions adds; its column `coder` names who decided, `note` says why.
pub(crate) fn decisions(census: &Census, sheet: &Sheet, revise: bool) -> Result<Planned, Vec<Refusal>> {
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    plan(census, sheet, |checked, imported| {
        let Checked { row, item, shown } = checked;
        let Row { coder: person, code, note: reason, .. } = row;
        if code.is_empty() {
            imported.empty += 1;
            return Ok(None);
        }
        if let Some(first) = seen.insert(&row.item, row.line) {
            return Err(Why::TwoDecisions { item: shown, other: first });
        }
        if !crate::word::is_name(person) {
            return Err(Why::Name);
        }
        if item.coders.contains(person) || item.codes.contains_key(person) {
            return Err(Why::Partial { item: shown, person: person.clone() });
        }
        if reason.reveal().is_empty() {
            return Err(Why::NoReason { item: shown });
        }
        match &item.adjudicated {
            Some(before) if before.code == *code && (!revise || (before.person == *person && before.reason == *reason)) => {
                imported.repeated += 1;
                return Ok(None);
            }
            Some(_) if revise => imported.revised += 1,
            Some(before) => {
                let (coder, before, now) = (before.person.clone(), told(census, &before.code), told(census, code));
                return Err(Why::Changed { item: shown, coder, before, now });
            }
            None if matches!(item.final_code(&census.frozen().codebook), Some(FinalCode::Disputed(_))) => imported.new += 1,
            None => return Err(Why::NotDisputed { item: shown }),
        }
        Ok(Some(Event::Adjudicated(Adjudicated {
            census: census.frozen().census.clone(),
            item: row.item.clone(),
            person: person.clone(),
            code: code.clone(),
            reason: reason.clone(),
            sheet: sheet.digest().to_owned(),
        })))
    })
}

/// Goes through the rows by coder and item, so that their order in the file does not matter. All refusals are collected, by line.
fn plan<'a>(
    census: &'a Census,
    sheet: &'a Sheet,
    mut event_of: impl FnMut(Checked<'a>, &mut Imported) -> Result<Option<Event>, Why>,
) -> Result<Planned, Vec<Refusal>> {
    let mut rows: Vec<&Row> = sheet.rows().iter().collect();
    rows.sort_by_key(|row| (&row.coder, &row.item, row.line));
    let (mut refusals, mut news, mut imported) = (Vec::new(), Vec::new(), Imported::default());
    let mut before: Option<&Row> = None;
    for row in rows {
        let result = check(census, sheet, row, before).and_then(|checked| {
            if !row.code.is_empty() {
                *imported.by_code.entry(row.code.clone()).or_default() += 1;
            }
            event_of(checked, &mut imported)
        });
        match result {
            Ok(None) => {}
            Ok(Some(event)) => news.push(New::of(&row.coder, event)),
            Err(why) => refusals.push(Refusal { line: row.line, why }),
        }
        before = before.filter(|first| is_same(first, row)).or(Some(row));
    }
    refusals.sort_by_key(|refusal| refusal.line);
    if refusals.is_empty() { Ok((news, imported)) } else { Err(refusals) }
}

/// A coder of the census may be named; any other name may be a handle in the wrong column.
fn shown_coder(census: &Census, sheet: &Sheet, coder: &str) -> Option<String> {
    let is_known = census.frozen().coders.iter().any(|known| known == coder);
    if is_known { Some(coder.to_owned()) } else { sheet.shown(coder) }
}

fn is_same(one: &Row, other: &Row) -> bool {
    (&one.coder, &one.item) == (&other.coder, &other.item)
}

fn check<'a>(census: &'a Census, sheet: &Sheet, row: &'a Row, before: Option<&Row>) -> Result<Checked<'a>, Why> {
    if row.item.is_empty() {
        return Err(Why::NoItem);
    }
    if row.coder.is_empty() {
        return Err(Why::NoCoder);
    }
    let shown = Sheet::shown_item(&row.item);
    let Some(item) = census.items().get(&row.item) else { return Err(Why::NotInSample { item: shown }) };
    if let Some(first) = before.filter(|first| is_same(first, row)) {
        return Err(Why::Repeated { item: shown, coder: shown_coder(census, sheet, &row.coder), first: first.line });
    }
    let codebook = &census.frozen().codebook;
    if !row.code.is_empty() && codebook.code(&row.code).is_none() {
        let known: Vec<String> = codebook.codes().iter().map(|code| format!("`{}`", code.name)).collect();
        return Err(Why::UnknownCode { code: sheet.shown(&row.code), known: known.join(", ") });
    }
    Ok(Checked { row, item, shown })
}
