//! Reading the table of posts.

use crate::cli::coordinate::Coordinate;
use crate::exit::{Exit, Failure, told};
use crate::verbs::graph::from_network;
use csv::ByteRecord;
use ingest::{Input, Options, Plain, Progress};
use network::Names;
use record::{Clock, Instant, sentence};
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;
use std::path::Path;

/// Rejects that are listed with their line; all are counted.
const LISTED: usize = 1000;
/// How many bytes the name of an account may have.
const LONGEST_NAME: usize = 256;

/// The posts of a table, as columns. Accounts and objects are numbered in the order of their names.
pub(super) struct Table {
    pub(super) objects: Vec<u32>,
    pub(super) accounts: Vec<u32>,
    pub(super) times: Vec<i64>,
    pub(super) object_names: Names,
    pub(super) account_names: Names,
    pub(super) posts: PostNames,
    /// Whether the post is the object itself; nothing where posts have no names.
    pub(super) originals: Vec<bool>,
    /// A key of each post, where participation is counted by posts.
    pub(super) keys: Vec<u64>,
    pub(super) rows: u64,
    pub(super) without_object: u64,
    pub(super) rejects: u64,
    pub(super) rejected: Vec<(u64, &'static str)>,
    /// The coarsest clock on which all times fall.
    pub(super) clock: Clock,
    /// Whether times came as numbers of seconds, and go out as such.
    pub(super) is_numeric: bool,
}

/// What evidence calls a post: the line of its row, or its id.
pub(super) enum PostNames {
    Lines(Vec<u32>),
    Ids { text: String, ends: Vec<u64> },
}

impl PostNames {
    fn push(&mut self, line: u64, id: Option<&str>) {
        match self {
            PostNames::Lines(lines) => lines.push(u32::try_from(line).unwrap_or(u32::MAX)),
            PostNames::Ids { text, ends } => {
                text.push_str(id.unwrap_or_default());
                ends.push(text.len() as u64);
            }
        }
    }

    /// Where the name of the post of a row stands; nowhere for a line.
    pub(super) fn span(&self, row: u32) -> Range<usize> {
        let row = row as usize;
        match self {
            PostNames::Lines(_) => 0..0,
            PostNames::Ids { ends, .. } => row.checked_sub(1).map_or(0, |before| ends[before]) as usize..ends[row] as usize,
        }
    }

    /// Puts the name of the post of a row, which stands at its span, at the end of a line of CSV.
    pub(super) fn write(&self, row: u32, span: Range<usize>, line: &mut Vec<u8>) {
        match self {
            PostNames::Lines(lines) => line.extend_from_slice(lines[row as usize].to_string().as_bytes()),
            PostNames::Ids { text, .. } => exchange::csv_cell(line, &text[span]),
        }
    }
}

/// Where the columns stand.
struct Columns {
    object: usize,
    account: usize,
    time: usize,
    post: Option<usize>,
    /// Whether posts are counted, for which rows of one post must be told.
    is_keyed: bool,
}

pub(super) fn read(args: &Coordinate, path: &Path, progress: &Progress) -> Result<Table, Failure> {
    let input = if path.as_os_str() == "-" { Input::Stdin } else { Input::File(path.to_owned()) };
    let plain = Plain::open(&input, &Options::default(), progress).map_err(|error| Failure::new(Exit::Input, told(&error)))?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).buffer_capacity(1 << 18).from_reader(plain);
    let cannot = |error: &csv::Error| Failure::new(Exit::Input, sentence!("`{}` cannot be read: {}", path.display(), told(error)));
    let head = reader.byte_headers().map_err(|error| cannot(&error))?;
    if head.is_empty() {
        let why = sentence!("`{}` is empty; give a table whose first line names its columns, apart by comma", path.display());
        return Err(Failure::new(Exit::Input, why));
    }
    let columns = columns(args, path, head)?;
    let mut table = Table {
        objects: Vec::new(),
        accounts: Vec::new(),
        times: Vec::new(),
        object_names: Names::default(),
        account_names: Names::default(),
        posts: if columns.post.is_some() { PostNames::Ids { text: String::new(), ends: Vec::new() } } else { PostNames::Lines(Vec::new()) },
        originals: Vec::new(),
        keys: Vec::new(),
        rows: 0,
        without_object: 0,
        rejects: 0,
        rejected: Vec::new(),
        clock: Clock::Day,
        is_numeric: true,
    };
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(|error| cannot(&error))? {
        let line = record.position().map_or(0, csv::Position::line);
        table.rows += 1;
        if let Err(reason) = table.take(&columns, &record, line)? {
            table.rejects += 1;
            if table.rejected.len() < LISTED {
                table.rejected.push((line, reason));
            }
        }
    }
    if table.objects.is_empty() {
        return Err(Failure::new(
            Exit::Input,
            sentence!(
                "`{}` has no post in {} rows ({} rejects, {} without an object); check which columns are named",
                path.display(),
                table.rows,
                table.rejects,
                table.without_object
            ),
        ));
    }
    Ok(table.in_order())
}

/// Where the named columns stand. What was named is not said: a slip may have put anything there.
fn columns(args: &Coordinate, path: &Path, head: &ByteRecord) -> Result<Columns, Failure> {
    let place = |flag: &'static str, name: Option<&String>| {
        let name = name.map_or("", |name| name.as_str());
        let is_it = |(at, cell): (usize, &[u8])| {
            let cell = if at == 0 { cell.strip_prefix("\u{feff}".as_bytes()).unwrap_or(cell) } else { cell };
            cell == name.as_bytes()
        };
        head.iter().enumerate().position(is_it).ok_or_else(|| {
            Failure::usage(sentence!(
                "`{}` has no column of the name given with `--{}` among its {}; the first line must name the columns, apart by comma",
                path.display(),
                flag,
                head.len()
            ))
        })
    };
    Ok(Columns {
        object: place("object", args.object.as_ref())?,
        account: place("account", args.account.as_ref())?,
        time: place("time", args.time.as_ref())?,
        post: args.post.as_ref().map(|name| place("post", Some(name))).transpose()?,
        is_keyed: args.min_participation > 1,
    })
}

impl Table {
    /// Takes a row; the reason when it is a reject.
    fn take(&mut self, columns: &Columns, record: &ByteRecord, line: u64) -> Result<Result<(), &'static str>, Failure> {
        let cell = |at: usize| record.get(at).map(std::str::from_utf8);
        let (Some(object), Some(account), Some(time)) = (cell(columns.object), cell(columns.account), cell(columns.time)) else {
            return Ok(Err("columns"));
        };
        let (Ok(object), Ok(account), Ok(time)) = (object, account, time) else { return Ok(Err("encoding")) };
        let (object, account) = (object.trim(), account.trim());
        if object.is_empty() {
            self.without_object += 1;
            return Ok(Ok(()));
        }
        if account.is_empty() {
            return Ok(Err("account"));
        }
        if account.len() > LONGEST_NAME || account.chars().any(char::is_control) {
            return Ok(Err("account_name"));
        }
        let Some((micros, is_numeric)) = time_of(time) else { return Ok(Err("time")) };
        let post = match columns.post.map(|at| cell(at).unwrap_or(Ok(""))) {
            None => None,
            Some(Ok(post)) => Some(post),
            Some(Err(_)) => return Ok(Err("encoding")),
        };
        self.is_numeric &= is_numeric;
        if self.clock > Clock::Microsecond {
            self.clock = self.clock.min(Clock::of(Instant::from_micros(micros)));
        }
        let from = |error: network::Error| from_network(&error);
        self.objects.push(self.object_names.text(object).map_err(from)?);
        self.accounts.push(self.account_names.text(account).map_err(from)?);
        self.times.push(micros);
        self.posts.push(line, post);
        self.originals.extend(post.map(|post| post == object));
        self.keys.extend(post.filter(|_| columns.is_keyed).map(key));
        Ok(Ok(()))
    }

    /// Numbers accounts and objects in the order of their names, so that the order of rows never matters.
    fn in_order(mut self) -> Self {
        for (names, numbers) in [(&mut self.object_names, &mut self.objects), (&mut self.account_names, &mut self.accounts)] {
            let order = names.order();
            numbers.iter_mut().for_each(|number| *number = order[*number as usize]);
            *names = std::mem::take(names).into_sorted();
        }
        self
    }
}

fn key(post: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(post.as_bytes());
    hasher.finish()
}

/// Microseconds since 1970, and whether the cell was a number of seconds.
fn time_of(cell: &str) -> Option<(i64, bool)> {
    let cell = cell.trim();
    if let Some(micros) = seconds(cell) {
        return Some((micros, true));
    }
    cell.parse::<Instant>().ok().map(|instant| (instant.micros(), false))
}

/// A number of seconds with decimals, exactly; digits beyond the sixth are dropped.
fn seconds(cell: &str) -> Option<i64> {
    let (sign, digits) = cell.strip_prefix('-').map_or((1, cell), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || whole.len() > 12 || !whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = whole.bytes().fold(0i64, |number, digit| number * 10 + i64::from(digit - b'0'));
    let micros = part.bytes().chain(std::iter::repeat(b'0')).take(6).fold(0i64, |number, digit| number * 10 + i64::from(digit - b'0'));
    Some(sign * (whole * 1_000_000 + micros))
}

#[cfg(test)]
mod tests {
    use super::time_of;

    #[test]
    fn times_are_seconds_or_instants() {
        for (cell, micros) in [
            ("1623881091", 1_623_881_091_000_000),
            (" 1623881091.0", 1_623_881_091_000_000),
            ("1606451170.5181019", 1_606_451_170_518_101),
            ("-0.25", -250_000),
        ] {
            assert_eq!(time_of(cell), Some((micros, true)), "{cell}");
        }
        assert_eq!(time_of("1970-01-02T00:00:00.5Z"), Some((86_400_500_000, false)));
        assert_eq!(time_of("1970-01-02"), Some((86_400_000_000, false)));
        for cell in ["", "yesterday", "1e9", "1.5.2", "12345678901234", "--5"] {
            assert_eq!(time_of(cell), None, "{cell}");
        }
    }
}
