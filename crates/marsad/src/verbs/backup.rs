//! `marsad backup` and `marsad restore`: a study as one encrypted file, and back.

use super::census::{EVENTS, from_review};
use super::erase::{complete, finish_pending};
use super::status::{from_study, open};
use super::{from_lake, now};
use crate::cli::keep::{Backup, Restore};
use crate::exit::{Exit, Failure, told};
use crate::output::{Talk, Thousands, counted, thousands};
use archive::{Facts, Lock, Packed, Unlock, Unpacked};
use lake::Lake;
use record::sentence;
use review::Events;
use serde_json::json;
use std::path::Path;
use study::Study;
use study::erasure::is_leftover;

fn from_archive(error: &archive::Error) -> Failure {
    let exit = match error {
        error if error.is_damage() => Exit::Damaged,
        error if error.is_machine() => Exit::Machine,
        archive::Error::NoBackup(_) | archive::Error::Hostile { .. } => Exit::Input,
        _ => Exit::Usage,
    };
    Failure::new(exit, told(error))
}

impl From<archive::Error> for Failure {
    fn from(error: archive::Error) -> Failure {
        from_archive(&error)
    }
}

/// What is of no use in a copy: locks, and what steps that were cut short left behind.
fn is_passing(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    is_leftover(path)
        || matches!(path.to_str(), Some("work.lock" | "lake/writer.lock" | "lake/temporary"))
        || path.starts_with("derived") && name == "lock"
}

pub(crate) fn backup(args: &Backup, talk: Talk) -> Result<Exit, Failure> {
    let study = open(&args.dir)?;
    let lock = match &args.passphrase_file {
        Some(path) => Lock::passphrase(path)?,
        None => Lock::recipients(&args.recipients)?,
    };
    check_place(study.folder(), &args.out)?;
    let lake = study.lake().map_err(from_study)?;
    finish_pending(&study, &lake, talk)?;
    let _still = lake.keep_still().map_err(from_lake)?;
    let made_at = now();
    let facts = Facts::from([
        ("made_by".to_owned(), concat!("marsad ", env!("CARGO_PKG_VERSION")).to_owned()),
        ("made_at".to_owned(), made_at.to_string()),
    ]);
    let spinner = talk.spinner("packing");
    let pack = || archive::pack(study.folder(), &is_passing, &facts, &lock, &args.out);
    let path = study.folder().join(EVENTS);
    let packed = if path.exists() {
        let mut events = Events::open(&path).map_err(|error| from_review(&error))?;
        events.while_still(pack).map_err(|error| from_review(&error))?
    } else {
        pack()
    };
    spinner.finish_and_clear();
    say_packed(&packed?, args, talk)?;
    Ok(Exit::Done)
}

fn say_packed(packed: &Packed, args: &Backup, talk: Talk) -> Result<(), Failure> {
    if talk.json {
        talk.json_line(&json!({
            "backup": args.out, "files": packed.files, "bytes": packed.bytes, "size": packed.size, "sha256": packed.sha256,
            "left_out": packed.left_out,
        }))?;
    } else {
        talk.say(&format!(
            "{} in {}, {} bytes; SHA-256 {}",
            counted(packed.files, "file"),
            args.out.display(),
            thousands(packed.size),
            packed.sha256
        ))?;
    }
    if !packed.left_out.is_empty() {
        talk.note(sentence!("{} of the study's folder are links and not in the backup", Thousands(packed.left_out.len() as u64)));
    }
    talk.note(
        "keys that lie outside of the study (of pseudonyms, of encryption, of signatures) are not in the backup: keep copies of them apart",
    );
    Ok(())
}

/// A backup inside of the study would be in the next one.
fn check_place(study: &Path, out: &Path) -> Result<(), Failure> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let inside = match (folder.canonicalize(), study.canonicalize()) {
        (Ok(folder), Ok(study)) => folder.starts_with(study),
        _ => false,
    };
    if inside {
        return Err(Failure::usage(sentence!(
            "`{}` lies in the study itself; write the backup to another folder, best on another disk",
            out.display()
        )));
    }
    Ok(())
}

pub(crate) fn restore(args: &Restore, talk: Talk) -> Result<Exit, Failure> {
    let unlock = match (&args.identity, &args.passphrase_file) {
        (Some(path), _) => Unlock::identities(path)?,
        (None, Some(path)) => Unlock::passphrase(path)?,
        (None, None) => return Err(Failure::usage("give `--identity` or `--passphrase-file`")),
    };
    let other = args.erasures_from.as_deref().map(open).transpose()?;
    let mut erased = None;
    let mut is_older = false;
    let spinner = talk.spinner("unpacking");
    let unpacked = archive::unpack::<Failure>(&args.file, &unlock, &args.out, |folder, _| {
        spinner.finish_and_clear();
        let [found, known] = Lake::layout(&folder.join("lake")).map_err(from_lake)?;
        is_older = found < known;
        if let Some(other) = &other {
            if is_older {
                super::migrate::migrate(folder)?;
                is_older = false;
            }
            erased = Some(erase_again(folder, other, talk)?);
        } else if !is_older {
            open(folder)?.lake().map_err(from_study)?.check().map_err(from_lake)?;
        }
        Ok(())
    })?;
    say_unpacked(&unpacked, erased, args, talk)?;
    if is_older {
        talk.note(sentence!("it was made by an earlier Marsad; run `marsad migrate {}`", args.out.display()));
    }
    if args.erasures_from.is_none() {
        talk.note("what was erased since the backup was made is in it; `--erasures-from` erases it again");
    }
    Ok(Exit::Done)
}

fn say_unpacked(unpacked: &Unpacked, erased: Option<(i64, u64)>, args: &Restore, talk: Talk) -> Result<(), Failure> {
    let made_at = unpacked.facts.get("made_at");
    if talk.json {
        return talk.json_line(&json!({
            "study": args.out, "files": unpacked.files, "bytes": unpacked.bytes, "made_at": made_at,
            "made_by": unpacked.facts.get("made_by"), "erasure": erased.map(|(number, _)| number), "erased_again": erased.map(|(_, rows)| rows),
        }));
    }
    let when = made_at.map(|at| format!(", as of {at}")).unwrap_or_default();
    talk.say(&format!("{} restored to {}{when}; each is as it was written", counted(unpacked.files, "file"), args.out.display()))?;
    if let Some((number, rows)) = erased {
        talk.say(&format!("erasure {number}: {} that were erased since are gone again", counted(rows, "row")))?;
    }
    Ok(())
}

/// Erases from a restored study what was erased from another, and keeps it out from then on; the number of the erasure and its rows.
fn erase_again(folder: &Path, other: &Study, talk: Talk) -> Result<(i64, u64), Failure> {
    let study = open(folder)?;
    let lake = study.lake().map_err(from_study)?;
    finish_pending(&study, &lake, talk)?;
    let others = other.lake().map_err(from_study)?;
    let subjects = lake.erased_elsewhere(&others).map_err(from_lake)?;
    lake.adopt_key(&others).map_err(from_lake)?;
    let eraser = lake.begin_erasure(&subjects, "erased from the study since its backup was made", now()).map_err(from_lake)?;
    eraser.adopt(&others).map_err(from_lake)?;
    let done = complete(&study, eraser, talk)?;
    Ok((done.erasure.number, done.erasure.total()[0]))
}
