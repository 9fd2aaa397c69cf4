//! Lists of accounts that people bring: seeds, pilot codes, golden items, crowd lists.

use super::{CodeRules, Problem};
use crate::Error;
use crate::describe::query::{self, Lens};
use record::Sentence;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One account of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The line, from 1.
    pub line: u64,
    /// The platform where the list says one.
    pub platform: Option<String>,
    /// The platform's id.
    pub id: Option<String>,
    /// The handle without `@`, in lower case.
    pub handle: Option<String>,
    /// The code, where the list has one.
    pub code: Option<String>,
    /// Who coded, where the list says.
    pub coder: Option<String>,
}

/// The columns that a list may have, by their usual names.
const IDS: [&str; 5] = ["item", "account_id", "id", "user_id", "author_id"];
const HANDLES: [&str; 4] = ["handle", "screen_name", "username", "account"];

/// Reads a list: a CSV with a header that names an id or a handle, or one id, `platform:id`, handle or `@handle` a line. Lines that begin with
/// `#` and empty lines are passed over. A row with fewer cells than the header, and a quote that is never closed, are refused: a list that
/// was cut off would make supporters of accounts whose code is gone. O(bytes).
///
/// # Errors
/// [`Problem::Unreadable`], [`Problem::EmptyList`], [`Problem::List`].
pub fn read_list(path: &Path) -> Result<Vec<Listed>, Error> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    let text = String::from_utf8(bytes).map_err(|error| Problem::List {
        path: path.to_owned(),
        line: error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() as u64 + 1,
        problem: "it is not UTF-8; save the list as UTF-8".into(),
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or_default();
    let separator = [b',', b';', b'\t'].into_iter().find(|sign| head.as_bytes().contains(sign)).unwrap_or(b',');
    let names: Vec<String> = head.split(char::from(separator)).map(|name| name.trim().trim_matches('"').to_ascii_lowercase()).collect();
    let is_table = names.iter().any(|name| IDS.contains(&name.as_str()) || HANDLES.contains(&name.as_str()));
    let refuse = |line: u64, problem: &str| Problem::List { path: path.to_owned(), line, problem: Sentence::vouched(problem) };
    if !is_table && names.len() > 1 {
        let line = 1 + text.lines().position(|line| line == head).unwrap_or(0) as u64;
        return Err(refuse(line, "no column is named `item`, `account_id` or `handle`; name the columns in the first line").into());
    }
    if text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
        return Err(refuse(text.lines().count() as u64, "a quote is opened and never closed; the file may be cut off").into());
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .comment(Some(b'#'))
        .has_headers(is_table)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut listed = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| refuse(error.position().map_or(0, csv::Position::line), "it is no line of a CSV"))?;
        let line = record.position().map_or(0, csv::Position::line);
        if is_table && record.len() < names.len() {
            let cells = format!("it has {} of {} cells; complete the line: the file may be cut off", record.len(), names.len());
            return Err(refuse(line, &cells).into());
        }
        let cell = |wanted: &[&str]| {
            let at = names.iter().position(|name| wanted.contains(&name.as_str()))?;
            record.get(at).filter(|cell| !cell.is_empty())
        };
        let entry = if is_table {
            let mut entry = cell(&IDS).map_or_else(|| Listed::empty(line), |id| Listed::bare(line, id, true));
            entry.handle = entry.handle.or_else(|| cell(&HANDLES).map(plain_handle));
            entry.platform = entry.platform.or_else(|| cell(&["platform"]).map(str::to_ascii_lowercase));
            // A cell that is empty in a column of codes is a gap, which is something else than a list without codes.
            entry.code = names.iter().position(|name| name == "code").and_then(|at| record.get(at)).map(str::to_owned);
            entry.coder = cell(&["coder"]).map(str::to_owned);
            entry
        } else {
            record.get(0).filter(|cell| !cell.is_empty()).map_or_else(|| Listed::empty(line), |cell| Listed::bare(line, cell, false))
        };
        if entry.id.is_none() && entry.handle.is_none() {
            return Err(refuse(line, "it names no account; give an id or a handle, or take the line out").into());
        }
        listed.push(entry);
    }
    if listed.is_empty() {
        return Err(Problem::EmptyList { path: path.to_owned() }.into());
    }
    Ok(listed)
}

/// Why a list cannot be opened, without the system's capital and number.
fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    let text = error.to_string();
    let why = text.split(" (os error").next().unwrap_or(&text).to_lowercase();
    Problem::Unreadable { path: path.to_owned(), why: Sentence::vouched(why) }
}

/// Whether a list's code counts as support. A code that the codebook does not have is told by its line alone: where columns were mixed up, the
/// cell may hold a handle.
pub(super) fn label(path: &Path, entry: &Listed, code: &str, rules: &CodeRules) -> Result<Option<bool>, Error> {
    rules.label(code).map_err(|_| {
        let problem = format!("its code is not in the codebook; the codes are {}", rules.names());
        Problem::List { path: path.to_owned(), line: entry.line, problem: Sentence::vouched(problem) }.into()
    })
}

/// Refuses a list that gives one account two codes.
pub(super) fn one_code_each(path: &Path, found: &[(String, Listed)]) -> Result<(), Error> {
    let mut codes: BTreeMap<&str, &Listed> = BTreeMap::new();
    for (key, entry) in found {
        match codes.get(key.as_str()) {
            Some(known) if known.code != entry.code => {
                let problem = format!("it codes the account of line {} otherwise; keep one of the two lines", known.line);
                return Err(Problem::List { path: path.to_owned(), line: entry.line, problem: Sentence::vouched(problem) }.into());
            }
            Some(_) => {}
            None => drop(codes.insert(key, entry)),
        }
    }
    Ok(())
}

fn plain_handle(text: &str) -> String {
    text.trim_start_matches('@').to_lowercase()
}

impl Listed {
    fn empty(line: u64) -> Self {
        Listed { line, platform: None, id: None, handle: None, code: None, coder: None }
    }

    /// Reads `platform:id`, `platform:@handle`, `@handle`, an id, or (where no column says that it is an id) a handle.
    fn bare(line: u64, text: &str, is_id: bool) -> Self {
        let (platform, rest) = match text.split_once(':') {
            Some((platform, rest)) if !platform.is_empty() && !rest.is_empty() => (Some(platform.to_ascii_lowercase()), rest),
            _ => (None, text),
        };
        let is_handle = rest.starts_with('@') || (!is_id && platform.is_none() && !rest.bytes().all(|byte| byte.is_ascii_digit()));
        let (id, handle) = if is_handle { (None, Some(plain_handle(rest))) } else { (Some(rest.to_owned()), None) };
        Listed { platform, id, handle, ..Listed::empty(line) }
    }
}

/// Listed accounts with the keys under which the lake knows them.
pub(super) struct Resolved {
    /// The list and each entry's key; entries that the lake does not hold are left out.
    pub(super) found: Vec<(String, Listed)>,
    /// Entries that the lake does not hold.
    pub(super) missing: u64,
}

/// Finds the keys of listed accounts. `is_known` says whether the lake holds a key; handles are looked up among all handles that the lake
/// ties to an id, and one that belonged to several accounts stands for none of them.
pub(super) fn resolve(
    lens: &Lens<'_>,
    path: &Path,
    listed: Vec<Listed>,
    platform: Option<&str>,
    platforms: &BTreeSet<String>,
    is_known: impl Fn(&str) -> bool,
) -> Result<Resolved, Error> {
    let platform = platform.map(str::to_ascii_lowercase);
    let only = platform.as_deref().or_else(|| platforms.first().filter(|_| platforms.len() == 1).map(String::as_str));
    let needs_handles = listed.iter().any(|entry| entry.id.is_none());
    let handles = if needs_handles { handles(lens)? } else { BTreeMap::new() };
    let mut resolved = Resolved { found: Vec::new(), missing: 0 };
    let mut seen = BTreeSet::new();
    let accounts = listed.len();
    for entry in listed {
        let Some(on) = entry.platform.as_deref().or(only) else {
            let platforms = platforms.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            return Err(Problem::WhichPlatform { platforms: Sentence::vouched(platforms), path: path.to_owned() }.into());
        };
        let by_handle = |handle: &String| match handles.get(&(on.to_owned(), handle.clone())) {
            Some(Some(id)) => format!("{on}:{id}"),
            _ => format!("{on}:@{handle}"),
        };
        let key = match (&entry.id, &entry.handle) {
            (Some(id), _) => Some(format!("{on}:{id}")),
            (None, handle) => handle.as_ref().map(by_handle),
        };
        match key.filter(|key| is_known(key)) {
            Some(key) if seen.insert((key.clone(), entry.coder.clone(), entry.code.clone())) => resolved.found.push((key, entry)),
            Some(_) => {}
            None => resolved.missing += 1,
        }
    }
    if resolved.found.is_empty() {
        return Err(Problem::NoneInLake { path: path.to_owned(), accounts }.into());
    }
    Ok(resolved)
}

/// Handles with the one id that each is tied to; nothing for a handle with several.
fn handles(lens: &Lens<'_>) -> Result<BTreeMap<(String, String), Option<String>>, Error> {
    let mut handles: BTreeMap<(String, String), Option<String>> = BTreeMap::new();
    lens.each(query::NAMED, &[], |row| {
        let key = (row.word(0)?.to_owned(), row.word(1)?.to_owned());
        let id = row.word(2)?.to_owned();
        handles.entry(key).and_modify(|known| *known = None).or_insert(Some(id));
        Ok(())
    })?;
    Ok(handles)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Result<Vec<Listed>, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.csv");
        std::fs::write(&path, text).unwrap();
        read_list(&path)
    }

    #[test]
    fn tables_and_bare_lines_are_told_apart() {
        let table = list("\u{feff}account_id,handle,code\n12,Rain_Loom,overt_support\n,@only_handle,news\n").unwrap();
        assert_eq!(
            (table[0].id.as_deref(), table[0].handle.as_deref(), table[0].code.as_deref()),
            (Some("12"), Some("rain_loom"), Some("overt_support"))
        );
        assert_eq!((table[1].id.as_deref(), table[1].handle.as_deref(), table[1].line), (None, Some("only_handle"), 3));
        let bare = list("# seeds\n12\n@Plum\nplum_two\ntwitter:99\n").unwrap();
        assert_eq!(bare.iter().filter(|entry| entry.id.is_some()).count(), 2);
        assert_eq!(bare[3].platform.as_deref(), Some("twitter"));
        assert_eq!(bare[2].handle.as_deref(), Some("plum_two"));
    }

    #[test]
    fn what_names_nobody_is_refused_with_its_line() {
        let sentence = |text| list(text).unwrap_err().to_string().split("list.csv").nth(1).unwrap_or_default().to_owned();
        assert_eq!(
            sentence(""),
            "` names no account; give one id or handle a line, or a CSV with a column `item`, `account_id` or `handle`"
        );
        assert_eq!(sentence("item,code\n1,x\n,y\n"), "`, line 3: it names no account; give an id or a handle, or take the line out");
    }
}
