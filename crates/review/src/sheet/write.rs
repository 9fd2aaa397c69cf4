use crate::digest;
use crate::error::Error;
use crate::fold::Census;
use crate::formula::guard;
use crate::store::create_new;
use crate::word;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What coders see of an account, cell by cell: handle, name, bio, link, whatever the caller has. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Card(pub Vec<String>);

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Card({} cells)", self.0.len())
    }
}

/// Columns of ours.
const OURS: [&str; 5] = ["item", "coder", "given", "code", "note"];
/// What a coder must not know: a column whose name has one of these words is refused.
const BLIND: [&str; 14] = [
    "score",
    "stratum",
    "purpose",
    "golden",
    "truth",
    "probability",
    "inclusion",
    "weight",
    "rank",
    "level",
    "frame",
    "posterior",
    "predicted",
    "prediction",
];

/// Writes the sheets of a census into `folder`, one for each coder: `CENSUS-CODER.csv`, readable for its owner alone.
///
/// Columns: `item`, `coder`, then `columns` as the caller has them, then `code` and `note`, which are empty. Purpose, stratum, score and the
/// other coders do not appear, and a column of such a name is refused. The order of the rows is a permutation by the seed of the
/// draw and the coder's name: it depends neither on the order in which the items came nor on the other coders. Cells keep their
/// script; what a spreadsheet would take for a formula is defused. UTF-8 with a byte order mark, which Excel needs. An item
/// without a card gets empty cells.
///
/// # Errors
/// [`Error::SheetPlan`] for columns that are refused or cards of another width, [`Error::Exists`] when one of the files exists (none is
/// written then), what the file system says.
pub fn write_sheets(
    folder: &Path,
    census: &Census,
    columns: &[&str],
    cards: &BTreeMap<String, Card>,
) -> Result<Vec<(PathBuf, u64)>, Error> {
    check_columns(columns)?;
    check_cards(columns, cards)?;
    let frozen = census.frozen();
    let mut plans = Vec::new();
    for coder in &frozen.coders {
        let path = folder.join(format!("{}-{coder}.csv", frozen.census));
        if path.exists() {
            return Err(Error::Exists(path));
        }
        plans.push((path, shuffled(census.assigned(coder), frozen.seed, coder), coder));
    }
    std::fs::create_dir_all(folder).map_err(|error| Error::io("make", folder, error))?;
    let mut written = Vec::new();
    for (path, items, coder) in plans {
        let rows = items.iter().map(|item| vec![(*item).to_owned(), coder.clone()]).collect();
        let count = write_new(&path, columns, rows, cards, &[])?;
        written.push((path, count));
    }
    Ok(written)
}

/// Writes the sheet of one person who settles disputes: the accounts whose codes differ and which that person does not code. As
/// [`write_sheets`], with one more column: `given`, the codes without who gave them, sorted. The decision goes into `code`, the reason into
/// `note`; [`Events::adjudicate`](crate::Events::adjudicate) takes it back. Gives the number of accounts.
///
/// # Errors
/// As [`write_sheets`]; [`Error::Name`].
pub fn write_disputes(path: &Path, census: &Census, person: &str, columns: &[&str], cards: &BTreeMap<String, Card>) -> Result<u64, Error> {
    check_columns(columns)?;
    check_cards(columns, cards)?;
    if !word::is_name(person) {
        return Err(Error::Name("adjudicator"));
    }
    let items = census.items();
    let is_stranger = |item: &&str| items.get(*item).is_some_and(|item| !item.coders.iter().any(|coder| coder == person));
    let waiting = census.waiting().into_iter().filter(is_stranger).collect();
    let row = |item: &str| {
        let given: BTreeSet<&str> =
            items.get(item).map(|item| item.codes.values().map(|given| given.code.as_str()).collect()).unwrap_or_default();
        vec![item.to_owned(), person.to_owned(), given.into_iter().collect::<Vec<_>>().join(" / ")]
    };
    let rows = shuffled(waiting, census.frozen().seed, person).into_iter().map(row).collect();
    write_new(path, columns, rows, cards, &["given"])
}

/// Writes a file that does not exist yet: all of it or nothing. A row is the cells that stand before those of the card, the item first.
fn write_new(path: &Path, columns: &[&str], rows: Vec<Vec<String>>, cards: &BTreeMap<String, Card>, more: &[&str]) -> Result<u64, Error> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
        _ => Error::io("write", path, error),
    };
    let file = create_new(path).map_err(failed)?;
    write_rows(file, columns, &rows, cards, more).map_err(|error| {
        // A sheet that is cut off would be coded as if it were whole. The first failure is the one to tell.
        let _ = std::fs::remove_file(path);
        failed(error)
    })?;
    Ok(rows.len() as u64)
}

fn check_cards(columns: &[&str], cards: &BTreeMap<String, Card>) -> Result<(), Error> {
    match cards.values().find(|card| card.0.len() != columns.len()) {
        Some(card) => {
            let (cells, columns) = (card.0.len(), columns.len());
            Err(Error::SheetPlan(format!("a card has `{cells}` cells and there are `{columns}` columns; give one cell for each column")))
        }
        None => Ok(()),
    }
}

fn check_columns(columns: &[&str]) -> Result<(), Error> {
    for (place, name) in columns.iter().enumerate() {
        let name = *name;
        let what = if !word::is_code(name) {
            "a column has a name that is no plain word; use lower-case letters, digits and `_`".to_owned()
        } else if OURS.contains(&name) || columns.iter().take(place).any(|other| *other == name) {
            format!("the column `{name}` would stand twice; give it another name")
        } else if name.split('_').any(|word| BLIND.contains(&word)) {
            format!("the column `{name}` would tell coders what they must not know; leave it out")
        } else {
            continue;
        };
        return Err(Error::SheetPlan(what));
    }
    Ok(())
}

/// In the order of a keyed digest: a random permutation for who does not know the key, and the same one every time.
pub(crate) fn shuffled<'a>(items: Vec<&'a str>, seed: u64, coder: &str) -> Vec<&'a str> {
    let seed = seed.to_string();
    let mut keyed: Vec<(String, &str)> =
        items.into_iter().map(|item| (digest::of_lines(&["marsad sheet 1", &seed, coder, item]), item)).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, item)| item).collect()
}

/// A number of 48 bits for an item, from a keyed digest: what stands in addresses and on screens in the place of the account.
pub(crate) fn number_of(seed: u64, census: &str, person: &str, item: &str) -> u64 {
    let digest = digest::of_lines(&["marsad item 1", &seed.to_string(), census, person, item]);
    digest.get(..12).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(0)
}

fn write_rows(
    mut file: File,
    columns: &[&str],
    rows: &[Vec<String>],
    cards: &BTreeMap<String, Card>,
    more: &[&str],
) -> std::io::Result<()> {
    file.write_all("\u{feff}".as_bytes())?;
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(file);
    let header = ["item", "coder"].iter().chain(more).chain(columns).chain(&["code", "note"]);
    out.write_record(header)?;
    for row in rows {
        let card = row.first().and_then(|item| cards.get(item));
        for cell in row {
            out.write_field(guard(cell).as_ref())?;
        }
        for place in 0..columns.len() {
            let text = card.and_then(|card| card.0.get(place)).map_or("", String::as_str);
            out.write_field(guard(text).as_ref())?;
        }
        out.write_record(["", ""])?;
    }
    out.flush()?;
    out.get_ref().sync_all()
}
