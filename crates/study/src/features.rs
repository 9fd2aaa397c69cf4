//! What accounts write and how they post, worked out once from every post and sealed beside the lake.
//!
//! [`seal_features`] reads the lake once and writes two derived tables: `PATH` with a sparse row per account (text of posts, name and profile
//! text), and `PATH` with `.behaviour` before its ending with the measures of [`Behaviour`]. [`Features`] reads them. Scoring is then one
//! dot product per account, whatever the model. docs/methods/features.md and automation.md say what is counted.
//!
//! # Cost
//! Posts come in the order of files, so they are sorted by account outside memory: the texts are written once to a folder beside `PATH`
//! and read back once, so that much disk is needed for a while. Memory: [`FeatureOptions::memory`] or the texts of the largest account, and
//! about 200 bytes per account.

mod accounts;
mod behaviour;
mod buckets;
mod folder;
mod row;
mod sealed;
mod shared;
mod words;

pub use behaviour::{AutomationRules, Behaviour, Reason};
pub use sealed::Features;
pub use words::name_places;

use crate::Error;
use crate::describe::query::Lens;
use buckets::Buckets;
use folder::Folder;
use lake::{DerivedColumn, DerivedWriter, Reader};
use record::Sentence;
use sha2::{Digest, Sha256};
use shared::Shared;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};

/// Places of posts and of profiles: powers of two.
const POST_BITS: u32 = 16;
const PROFILE_BITS: u32 = 14;
/// The places of profiles begin here.
const POST_PLACES: u32 = 1 << POST_BITS;
/// All places.
const WIDTH: usize = (1 << POST_BITS) + (1 << PROFILE_BITS);

/// How features are worked out.
#[derive(Clone, Debug)]
pub struct FeatureOptions {
    /// Bytes that texts may take in memory, over all threads; the result does not depend on it.
    pub memory: usize,
    /// Threads; all cores when none is given. The result does not depend on it.
    pub threads: Option<usize>,
    /// A wording is shared when at least this many other accounts have it.
    pub shared_by: usize,
    /// The id of the frame that the accounts are, kept as a fact of the file.
    pub frame: String,
}

impl Default for FeatureOptions {
    /// 512 MB, all cores, five others, no frame.
    fn default() -> Self {
        FeatureOptions { memory: 512 << 20, threads: None, shared_by: 5, frame: String::new() }
    }
}

/// What was sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Accounts, one row each.
    pub accounts: usize,
    /// Accounts with at least one feature.
    pub with_features: usize,
    /// Posts of these accounts that were read.
    pub posts: u64,
}

/// Reads every post and profile of the accounts once and seals one row of features and one of behaviour per account.
///
/// `accounts` are keys, `platform:id` or `platform:@handle`, ascending and without repeats; rows stand in their order. An account of which the lake
/// holds nothing has an empty row. The same lake, seal and accounts give the same tables, whatever the order of files, threads and memory.
/// `progress` gets the number of posts of the lake read so far. O(text of the lake).
///
/// # Errors
/// [`Error::Features`] when the keys are not in order, [`Error::Lake`], [`Error::Io`].
pub fn seal_features(
    reader: &Reader,
    accounts: &[String],
    path: &Path,
    options: &FeatureOptions,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary, Error> {
    check_keys(accounts, path)?;
    let lens = Lens::new(reader)?;
    let buckets = Buckets::fill(&lens, accounts, Folder::beside(path)?, progress)?;
    let mut summary = Summary { accounts: accounts.len(), with_features: 0, posts: buckets.posts };
    let mut behaviour = Vec::with_capacity(accounts.len());
    let mut frequency = vec![0_u32; WIDTH];
    let mut shared = Shared::new(buckets.folder())?;
    let mut writer = DerivedWriter::create(path, reader.cipher())?;
    let keys =
        |range: std::ops::Range<usize>| DerivedColumn::Text(accounts.get(range).unwrap_or_default().iter().cloned().map(Some).collect());
    accounts::each_part(&buckets, None, options, |part| {
        summary.with_features += part.rows.iter().filter(|row| !row.is_empty()).count();
        frequency.iter_mut().zip(&part.frequency).for_each(|(sum, more)| *sum += more);
        shared.write(&part.wordings)?;
        behaviour.extend(part.behaviour);
        Ok(writer.write(&[("account", keys(part.range)), ("places", DerivedColumn::Bytes(part.rows))])?)
    })?;
    shared.finish(options.shared_by, |account, texts| {
        if let Some(behaviour) = behaviour.get_mut(account as usize) {
            behaviour.shared += texts;
        }
    })?;
    let facts = BTreeMap::from([
        ("features_version".to_owned(), text::FEATURES_VERSION.to_string()),
        ("frame".to_owned(), options.frame.clone()),
        ("seal".to_owned(), reader.seal().to_string()),
        ("accounts".to_owned(), digest(accounts)),
        ("shared_by".to_owned(), options.shared_by.to_string()),
    ]);
    // The rows come last: without them there is nothing to open.
    let mut second = DerivedWriter::create(&behaviour_path(path), reader.cipher())?;
    for (number, rows) in behaviour.chunks(1 << 16).enumerate() {
        let start = number << 16;
        let mut columns = vec![("account", keys(start..start + rows.len()))];
        columns.extend(behaviour::columns(rows));
        second.write(&columns)?;
    }
    second.finish(&facts)?;
    let frequency = frequency.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    writer.finish(&facts.into_iter().chain([("frequency".to_owned(), frequency)]).collect())?;
    Ok(summary)
}

fn check_keys(accounts: &[String], path: &Path) -> Result<(), Error> {
    let problem = if accounts.is_empty() {
        "there are no accounts to work out features of; make a frame that holds some".to_owned()
    } else if u32::try_from(accounts.len()).is_err() {
        format!("`{}` accounts are more than one table of features holds; make a smaller frame", accounts.len())
    } else if let Some(at) = accounts.windows(2).position(|pair| pair.first() >= pair.last()) {
        format!("the keys of the accounts are not in ascending order at number `{}`; sort them and drop repeats", at + 1)
    } else {
        return Ok(());
    };
    Err(Error::Features { path: path.to_owned(), problem: Sentence::vouched(problem) })
}

/// The table of behaviour beside a table of features.
fn behaviour_path(path: &Path) -> PathBuf {
    path.with_extension(path.extension().map_or_else(|| "behaviour".into(), |ending| format!("behaviour.{}", ending.display())))
}

/// What tells one list of accounts from another.
fn digest(accounts: &[String]) -> String {
    let mut hash = Sha256::new();
    for key in accounts {
        hash.update(key.as_bytes());
        hash.update(b"\n");
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn threads(asked: Option<usize>) -> usize {
    asked.or_else(|| std::thread::available_parallelism().ok().map(NonZero::get)).unwrap_or(1).max(1)
}
