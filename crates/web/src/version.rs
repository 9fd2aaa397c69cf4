//! Findings as they are stored: `findings/VERSION.json` in a study's folder, beside it `VERSION.internal.json` where the findings were also worked out without
//! suppression. A version is written once and never changed.

use crate::source::{Computed, Figures};
use record::Instant;
use report::words::Words;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// What stands in the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stored {
    /// The layout of the file; 1.
    pub marsad_findings: u32,
    /// The version's id.
    pub id: String,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// The findings with their provenance.
    #[serde(flatten)]
    pub figures: Figures,
    /// What the findings' words were made of, so that they are said in the reader's language; none in versions of before there was this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
}

/// The folder of a study's versions.
pub fn folder(study: &Path) -> PathBuf {
    study.join("findings")
}

/// Whether it may be the id of a version: digits, letters and `-`, so that it leads nowhere else.
pub fn is_id(id: &str) -> bool {
    (1..=40).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The id of a version made now: its time and its seal.
fn id_of(at: Instant, seal: i64) -> String {
    let digits: String = at.to_string().chars().take(19).filter(char::is_ascii_digit).collect();
    format!("{digits}-{seal}")
}

/// Stores a version and gives its id. The suppressed file is written last: a version that is listed is whole.
///
/// # Errors
/// Those of the file system.
pub fn store(study: &Path, computed: &Computed, at: Instant) -> io::Result<String> {
    let folder = folder(study);
    std::fs::create_dir_all(&folder)?;
    let base = id_of(at, computed.shown.provenance.seal);
    let mut id = base.clone();
    // Two within one second are told apart by a number.
    let mut again = 1;
    while path(study, &id, false).exists() || path(study, &id, true).exists() {
        again += 1;
        id = format!("{base}-{again}");
    }
    let stored = |figures: &Figures| Stored {
        marsad_findings: 1,
        id: id.clone(),
        made_at: at.to_string(),
        words: Some(Words::of(&figures.findings)),
        figures: figures.clone(),
    };
    if let Some(internal) = &computed.internal {
        write(&folder, &path(study, &id, true), &stored(internal))?;
    }
    write(&folder, &path(study, &id, false), &stored(&computed.shown))?;
    Ok(id)
}

/// Where a version lies.
pub fn path(study: &Path, id: &str, internal: bool) -> PathBuf {
    folder(study).join(if internal { format!("{id}.internal.json") } else { format!("{id}.json") })
}

/// All of the file or nothing, readable for its owner alone.
fn write(folder: &Path, path: &Path, stored: &Stored) -> io::Result<()> {
    let draft = path.with_extension("unfinished");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    serde_json::to_writer(&mut file, stored)?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    std::fs::File::open(folder)?.sync_all()
}

/// The ids of all versions, newest first.
///
/// # Errors
/// Those of the file system.
pub fn list(study: &Path) -> io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder(study)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut ids = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let id = name.to_str().and_then(|name| name.strip_suffix(".json")).filter(|id| is_id(id));
        ids.extend(id.map(str::to_owned));
    }
    ids.sort_unstable_by(|one, other| other.cmp(one));
    Ok(ids)
}

/// A version: the internal one where it is asked for and was stored, else the suppressed one. `None` where there is no such version.
///
/// # Errors
/// Those of the file system; a file that is no version is invalid data.
pub fn read(study: &Path, id: &str, internal: bool) -> io::Result<Option<Stored>> {
    if !is_id(id) {
        return Ok(None);
    }
    let internal = internal && path(study, id, true).exists();
    match std::fs::read(path(study, id, internal)) {
        Ok(bytes) => {
            let mut stored: Stored = serde_json::from_slice(&bytes).map_err(io::Error::from)?;
            if let Some(words) = stored.words.take() {
                words.restore(&mut stored.figures.findings);
            }
            Ok(Some(stored))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What is told of a version in a list.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    pub(crate) id: String,
    pub(crate) made_at: String,
    pub(crate) seal: i64,
    pub(crate) findings: u64,
}

/// Versions that were read, so that a request does not read megabytes again. What lies in a file is what counts: one that is gone, or of another time or
/// length, is read again.
#[derive(Default)]
pub(crate) struct Shelf {
    held: Mutex<Vec<Held>>,
    summaries: Mutex<HashMap<(String, Mark), Summary>>,
}

/// How a file looks from outside.
type Mark = (Option<SystemTime>, u64);

struct Held {
    path: PathBuf,
    mark: Mark,
    stored: Arc<Stored>,
}

/// Versions held at once in a study.
const HELD: usize = 6;

fn mark_of(path: &Path) -> io::Result<Option<Mark>> {
    match std::fs::metadata(path) {
        Ok(about) => Ok(Some((about.modified().ok(), about.len()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl Shelf {
    pub(crate) fn read(&self, study: &Path, id: &str, internal: bool) -> io::Result<Option<Arc<Stored>>> {
        if !is_id(id) {
            return Ok(None);
        }
        let internal = internal && path(study, id, true).exists();
        let path = path(study, id, internal);
        let Some(mark) = mark_of(&path)? else { return Ok(None) };
        let lock = || self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = lock().iter().find(|held| held.path == path && held.mark == mark) {
            return Ok(Some(Arc::clone(&held.stored)));
        }
        let Some(stored) = read(study, id, internal)?.map(Arc::new) else { return Ok(None) };
        let mut held = lock();
        held.retain(|held| held.path != path);
        held.insert(0, Held { path, mark, stored: Arc::clone(&stored) });
        held.truncate(HELD);
        Ok(Some(stored))
    }

    pub(crate) fn summaries(&self, study: &Path) -> io::Result<Vec<Summary>> {
        let mut all = Vec::new();
        for id in list(study)? {
            let Some(mark) = mark_of(&path(study, &id, false))? else { continue };
            let key = (id.clone(), mark);
            let known = self.summaries.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
            let summary = match known {
                Some(known) => known,
                None => {
                    let Some(stored) = read(study, &id, false)? else { continue };
                    let (seal, findings) = (stored.figures.provenance.seal, stored.figures.findings.len() as u64);
                    let summary = Summary { id, made_at: stored.made_at, seal, findings };
                    self.summaries.lock().unwrap_or_else(PoisonError::into_inner).insert(key, summary.clone());
                    summary
                }
            };
            all.push(summary);
        }
        Ok(all)
    }
}
