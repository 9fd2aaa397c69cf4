use crate::chain::Fault;
use crate::codebook::CodebookFault;
use crate::import::Refusal;
use crate::sheet::SheetFault;
use record::Sentence;
use std::io;
use std::path::{Path, PathBuf};

/// Why something about a review could not be done. Nothing was changed: what fails, fails whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no events database.
    #[error("there are no events in `{}`; freeze a sample first: `marsad census sample`", .0.display())]
    NoEvents(PathBuf),
    /// Events or payloads were changed, or the file is damaged.
    #[error("the events in `{}` are damaged: {}; restore the file from a backup: nothing is read from it until then", path.display(), first(faults, what))]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What is wrong and where, in the order of the events; empty where the file itself cannot be read.
        faults: Vec<Fault>,
        /// What SQLite says where there are no faults.
        what: Sentence,
    },
    /// Another program's database.
    #[error("`{}` is no events database of Marsad; move it away, or name another folder", .0.display())]
    Foreign(PathBuf),
    /// Written by a later version.
    #[error("the events in `{}` are of version `{found}`, and this Marsad reads up to `{known}`; use the newer Marsad", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The latest that is known here.
        known: i64,
    },
    /// Written by an earlier version.
    #[error("the events in `{}` have the layout `{found}` of an earlier Marsad, and this one writes `{known}`; run `marsad migrate` on the study", path.display())]
    Older {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The version that is written here.
        known: i64,
    },
    /// Nothing is held for a case.
    #[error("nothing is held for the case `{0}`; `marsad hold list` shows the holds in force")]
    NoHold(Sentence),
    /// What is to be held is none of what can be.
    #[error("an account or post to be held is none; write accounts as `platform:id` or `platform:@handle`, posts as `platform:id`")]
    Item,
    /// Another process writes.
    #[error("another process is writing to the events in `{}`; wait until it is done, then run this again", .0.display())]
    Locked(PathBuf),
    /// The folder or file cannot be written.
    #[error("cannot write to `{}`: it is read-only for this user; copy the study to a folder that can be written", .0.display())]
    ReadOnly(PathBuf),
    /// No room is left.
    #[error("no space is left while writing `{}`; free some and run this again: nothing was kept", .0.display())]
    DiskFull(PathBuf),
    /// Any other failure of the file system.
    #[error("cannot {action} `{}`: {}", path.display(), reason(source))]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The system gave no random bytes or no thread.
    #[error("the system gave no {0}; run this again, and restart the machine if it stays so")]
    System(&'static str),
    /// The file of the codebook is wrong.
    #[error("codebook `{}`: {fault}", path.display())]
    Codebook {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: CodebookFault,
    },
    /// The same, where the codebook came as text.
    #[error("the codebook cannot be frozen: {0}")]
    CodebookText(#[from] CodebookFault),
    /// A name that is no word.
    #[error("the name of the {0} is no plain word; use lower-case letters, digits, `-` and `_`, starting with a letter, at most 40")]
    Name(&'static str),
    /// What was to be frozen does not hang together.
    #[error("the sample cannot be frozen: {0}")]
    Freeze(Sentence),
    /// A census of that name was frozen with other content.
    #[error("the census `{census}` is frozen with another {}; what was frozen stays: start again under a new name", what.join(" and another "))]
    FrozenOtherwise {
        /// The census.
        census: Sentence,
        /// What differs.
        what: Vec<&'static str>,
    },
    /// Nothing of that name is frozen.
    #[error(
        "nothing is frozen as `{0}`, so there is nothing to code; draw a sample first: `marsad census sample`, or `marsad stance sample` for posts"
    )]
    NotFrozen(Sentence),
    /// The codebook is not the one that was frozen.
    #[error(
        "the codebook was changed after `{census}` was frozen (version `{frozen}` then, `{now}` now); bring the frozen one back, or start again under a new name"
    )]
    CodebookChanged {
        /// The census.
        census: Sentence,
        /// The frozen version.
        frozen: Sentence,
        /// The version given.
        now: Sentence,
    },
    /// A sheet cannot be written as asked.
    #[error("the sheet cannot be written: {0}")]
    SheetPlan(Sentence),
    /// A file is there already.
    #[error("`{}` exists already and may hold somebody's codes; move it away, or write to another folder", .0.display())]
    Exists(PathBuf),
    /// A sheet cannot be read.
    #[error("sheet `{}`: {fault}", path.display())]
    Sheet {
        /// The sheet.
        path: PathBuf,
        /// What is wrong.
        fault: SheetFault,
    },
    /// Rows of a sheet are refused, and so the whole sheet.
    #[error("sheet `{}` was not taken: {}", path.display(), first_refusal(refusals))]
    Refused {
        /// The sheet.
        path: PathBuf,
        /// What is wrong, by line.
        refusals: Vec<Refusal>,
    },
    /// There is no code that this could be done to.
    #[error("this item is not yours to code, or has no code of yours, or has one already; look at it again")]
    NoCode,
    /// A slip is seen at once.
    #[error("this code is older than ten minutes and stays on record; give another one, which takes its place")]
    TooLate,
    /// No payload speaks of the account.
    #[error("no event holds anything about this account, or it was erased before; give it as `platform:id`")]
    NothingToErase,
    /// A setting of the table `[review]` cannot be read.
    #[error("the table `[review]` of the study's `marsad.toml` is wrong: {0}")]
    Settings(Sentence),
    /// A setting of the table `[review]` is out of range.
    #[error("`{name}` in the table `[review]` of the study's `marsad.toml` must lie between `{least}` and `{most}`")]
    Setting {
        /// The key.
        name: &'static str,
        /// The least value.
        least: f64,
        /// The greatest.
        most: f64,
    },
    /// There is no such case.
    #[error("there is no case `{0}`, or what it was about was erased")]
    NoCase(i64),
    /// Somebody else holds the case.
    #[error("the case `{case}` is held by somebody else until `{until}`; take another one, or wait")]
    CaseHeld {
        /// The case.
        case: i64,
        /// Until when.
        until: record::Instant,
    },
    /// The case does not stand where it would have to.
    #[error("the case `{case}` is {state}, and {needs}")]
    CaseState {
        /// The case.
        case: i64,
        /// Where it stands.
        state: &'static str,
        /// Where it would have to.
        needs: &'static str,
    },
    /// Whoever has decided does not decide again.
    #[error("you have decided about the case `{0}` already; somebody new must look at it")]
    SamePerson(i64),
    /// Something that was sent is wrong.
    #[error("{0}")]
    Wrong(&'static str),
    /// One reporter sends too much.
    #[error("this reporter sent `{0}` reports within the hour, and no more are taken; try again later")]
    TooManyReports(u64),
    /// Too much of one reporter waits.
    #[error("`{0}` cases that this reporter alone raised wait for review, and no more are taken; try again when some are decided")]
    ReportsWaiting(u64),
    /// There is no such cover, or it covers nothing any more.
    #[error("there is no cover `{0}` in force")]
    NoCover(i64),
    /// The decision in force keeps the cover.
    #[error("the cover `{0}` follows a decision; appeal or reverse the decision")]
    CoverKept(i64),
    /// There is no such bulk decision.
    #[error("there is no bulk decision `{0}`")]
    NoBulk(i64),
    /// The preview is gone or is somebody else's.
    #[error("this preview is gone or was used; preview the bulk decision again")]
    NoPreview,
    /// Too many for one event.
    #[error("`{found}` cases fit the query, and a bulk decision takes up to `{most}`; narrow the query")]
    BulkTooLarge {
        /// How many fit.
        found: u64,
        /// The most.
        most: u64,
    },
    /// The tables of the queue are not what the events come to.
    #[error("the queue in `{}` is not what its events come to ({what}); the events are whole: make the queue again with `marsad audit verify --rebuild`", path.display())]
    Projection {
        /// The database.
        path: PathBuf,
        /// What differs.
        what: &'static str,
    },
    /// The writer has stopped.
    #[error("the events are being closed, and nothing more is taken; nothing of this request was done")]
    Closing,
    /// A head that was noted is not in the log.
    #[error("the events in `{}` do not hold the event `{seq}` as it was noted: they were cut off or written anew; restore the file from a backup", path.display())]
    HeadMissing {
        /// The database.
        path: PathBuf,
        /// The noted event.
        seq: i64,
    },
}

impl Error {
    /// Whether the events' own file is damaged.
    pub fn is_damage(&self) -> bool {
        matches!(self, Error::Damaged { .. } | Error::HeadMissing { .. } | Error::Projection { .. })
    }

    /// Whether the machine is at fault: disk, permission, another writer.
    pub fn is_machine(&self) -> bool {
        matches!(self, Error::Locked(_) | Error::ReadOnly(_) | Error::DiskFull(_) | Error::Io { .. } | Error::System(_))
    }

    /// Sorts a failure of the file system by what the user can do about it.
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Error {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::DiskFull(path),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem if action != "read" => Error::ReadOnly(path),
            _ => Error::Io { action, path, source },
        }
    }

    /// Sorts SQLite's failures by what the user can do. Primary codes: <https://sqlite.org/rescode.html>
    pub(crate) fn sqlite(path: &Path, error: sqlx::Error) -> Error {
        let path = path.to_owned();
        let damaged = |path, what: &str| Error::Damaged { path, faults: Vec::new(), what: Sentence::vouched(lower_first(what)) };
        let sqlx::Error::Database(database) = &error else {
            return match error {
                sqlx::Error::Io(source) => Error::io("open", &path, source),
                other => damaged(path, &other.to_string()),
            };
        };
        match database.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(1) & 0xff {
            5 | 6 => Error::Locked(path),
            3 | 8 => Error::ReadOnly(path),
            13 => Error::DiskFull(path),
            10 | 14 => Error::Io { action: "open", path, source: io::Error::other(database.message().to_owned()) },
            26 => Error::Foreign(path),
            _ => damaged(path, database.message()),
        }
    }
}

fn first(faults: &[Fault], what: &Sentence) -> String {
    match faults {
        [] => what.to_string(),
        [fault] => format!("event `{}`: {}", fault.seq, fault.what),
        [fault, rest @ ..] => format!("event `{}`: {} (and `{}` more faults)", fault.seq, fault.what, rest.len()),
    }
}

fn first_refusal(refusals: &[Refusal]) -> String {
    match refusals {
        [] => "it holds nothing".to_owned(),
        [refusal] => refusal.to_string(),
        [refusal, rest @ ..] => format!("{refusal} (and `{}` more rows are refused)", rest.len()),
    }
}

/// The system's sentence without its capital and number: `permission denied`.
fn reason(source: &io::Error) -> String {
    let text = source.to_string();
    lower_first(text.split(" (os error").next().unwrap_or(&text))
}

/// Lower-cases the first letter, as all our sentences start; an acronym stays.
pub(crate) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !letters.as_str().starts_with(char::is_uppercase) => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}
