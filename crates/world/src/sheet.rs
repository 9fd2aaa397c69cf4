//! Answers coding sheets with simulated coders, so that a chain of tools can be run without people.

use crate::coding::{self, Coder};
use crate::talk::PostAnswers;
use crate::{Code, Error};
use record::Status;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

/// What was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetSummary {
    /// Rows of the sheet.
    pub items: u64,
    /// Answers written, by code.
    pub codes: BTreeMap<&'static str, u64>,
}

/// True codes on the day of coding, by id and by handle in lower case.
struct Answers {
    ids: HashMap<String, Code>,
    handles: HashMap<String, String>,
}

/// Reads a coding sheet and writes the answers: a CSV `item,coder,code`, rows in the order of the sheet, items as the sheet writes them.
///
/// The sheet is a CSV with a header and a column `item` or `account_id`: an id, `platform:id`, a handle or `@handle`. Where it has a
/// column `coder` that is not empty, that coder answers, with the errors of the first of `coders`; otherwise each of `coders` does. The
/// truth is `truth/accounts.csv` in the world's folder, or `truth/posts.csv` of a talk, whose posts have a stance and, with `is_kind`, a kind. Memory is proportional to the world's accounts and the
/// sheet's rows. Equal seeds give equal answers.
///
/// # Errors
/// A file that cannot be read or written or that exists already, a sheet without such a column, an item that is not in the world, no coder.
pub fn code_sheet(world: &Path, sheet: &Path, out: &Path, coders: &[Coder], seed: u64, is_kind: bool) -> Result<SheetSummary, Error> {
    let first = coders.first().ok_or(Error::NoCoder)?;
    let posts = PostAnswers::read(world)?;
    let accounts = if posts.is_some() { None } else { Some(Answers::read(&world.join("truth/accounts.csv"))?) };
    let mut reader = open(sheet)?;
    let header = reader.headers().map_err(Error::read(sheet))?.clone();
    let column = |name: &str| header.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name));
    let no_item = || Error::NoItemColumn { path: sheet.to_owned() };
    let (item_at, coder_at) = (column("item").or_else(|| column("account_id")).ok_or_else(no_item)?, column("coder"));
    let mut summary = SheetSummary::default();
    let mut lines = Vec::new();
    for row in reader.records() {
        let row = row.map_err(Error::read(sheet))?;
        let item = row.get(item_at).unwrap_or_default();
        let line = row.position().map_or(0, csv::Position::line);
        let answer = |coder: &Coder| -> Option<&'static str> {
            if let Some(posts) = &posts {
                return posts.code(seed, coder, item, is_kind);
            }
            let (id, truth) = accounts.as_ref()?.find(item)?;
            Some(coding::code(seed, coder, id, truth).name())
        };
        summary.items += 1;
        let named = coder_at.and_then(|at| row.get(at)).map(str::trim).filter(|name| !name.is_empty());
        let named = named.map(|name| [Coder { name: name.to_owned(), ..first.clone() }]);
        for coder in named.as_ref().map_or(coders, |named| named) {
            let code = answer(coder).ok_or_else(|| Error::UnknownItem { path: sheet.to_owned(), line })?;
            *summary.codes.entry(code).or_default() += 1;
            lines.push([item.to_owned(), coder.name.clone(), code.to_owned()]);
        }
    }
    write(out, &lines)?;
    Ok(summary)
}

/// Written only when every row of the sheet has its answers: what is refused leaves no file.
fn write(out: &Path, lines: &[[String; 3]]) -> Result<(), Error> {
    let file = File::create_new(out).map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => Error::Exists { path: out.to_owned() },
        _ => Error::write(out)(source),
    })?;
    let mut writer = csv::Writer::from_writer(file);
    let failed = |error: csv::Error| Error::write(out)(error.into());
    writer.write_record(["item", "coder", "code"]).map_err(failed)?;
    for line in lines {
        writer.write_record(line).map_err(failed)?;
    }
    writer.flush().map_err(Error::write(out))
}

fn open(path: &Path) -> Result<csv::Reader<File>, Error> {
    csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(Error::read(path))
}

impl Answers {
    fn read(path: &Path) -> Result<Answers, Error> {
        let mut reader = open(path)?;
        let header = reader.headers().map_err(Error::read(path))?.clone();
        let damaged = || Error::NotTruth { path: path.to_owned() };
        let column = |name: &str| header.iter().position(|cell| cell == name).ok_or_else(damaged);
        let [id_at, handle_at, code_at, status_at] =
            [column("account_id")?, column("handle")?, column("code")?, column("status_at_coding")?];
        let mut answers = Answers { ids: HashMap::new(), handles: HashMap::new() };
        for row in reader.records() {
            let row = row.map_err(Error::read(path))?;
            let cell = |at: usize| row.get(at).unwrap_or_default();
            let code = Code::parse(cell(code_at)).ok_or_else(damaged)?;
            let code = if cell(status_at) == Status::Active.name() { code } else { Code::Unavailable };
            answers.ids.insert(cell(id_at).to_owned(), code);
            answers.handles.insert(cell(handle_at).to_lowercase(), cell(id_at).to_owned());
        }
        Ok(answers)
    }

    /// The account's id as a number, and its true code.
    fn find(&self, item: &str) -> Option<(u64, Code)> {
        let name = item.trim();
        let name = name.rsplit_once(':').map_or(name, |(_, id)| id).trim_start_matches('@').to_lowercase();
        let id = if self.ids.contains_key(&name) { &name } else { self.handles.get(&name)? };
        Some((id.parse().ok()?, *self.ids.get(id)?))
    }
}
