//! The files that were read before.

use crate::exit::{Failure, named};
use crate::verbs::from_lake;
use crate::verbs::ingest::from_ingest;
use ingest::{Input, SourceReport};
use lake::{AsOf, Lake};
use record::{Counts, Sentence, Value, sentence};
use std::collections::{HashMap, HashSet};
use std::fs;

const SOURCES: &str = "SELECT sha256, seal, bytes, accounts, posts, edges, sightings, rejects FROM sources";

/// A file that was read before.
pub(crate) struct KnownSource {
    /// The seal that holds it; none for a file of this very ingest.
    pub(crate) seal: Option<i64>,
    pub(crate) bytes: u64,
    pub(crate) counts: Counts,
}

impl KnownSource {
    /// Why nothing is done; `in_doubt` where it may have been read in another way before.
    pub(crate) fn told(&self, name: &str, in_doubt: bool) -> Sentence {
        match self.seal {
            Some(seal) if in_doubt => sentence!(
                "{}: read before, in seal {}; nothing to do; if the mapping, platform or encoding was another then, `--again` reads it once more, and what it gave stays as it is",
                named(name),
                seal
            ),
            Some(seal) => sentence!("{}: read before, in seal {}; nothing to do", named(name), seal),
            None => sentence!("{}: the same bytes as another file of this ingest; nothing to do", named(name)),
        }
    }
}

/// The files that were read before, by hash.
pub(crate) struct Known {
    by_hash: HashMap<String, KnownSource>,
    sizes: HashSet<u64>,
    /// Whether files that an earlier seal read are read once more.
    again: bool,
}

impl Known {
    pub(crate) fn read(lake: &Lake, again: bool) -> Result<Self, Failure> {
        let mut known = Known { by_hash: HashMap::new(), sizes: HashSet::new(), again };
        if lake.seals().map_err(from_lake)?.is_empty() {
            return Ok(known);
        }
        let rows = lake.read(AsOf::Latest).and_then(|reader| reader.rows(SOURCES)).map_err(from_lake)?;
        for row in &rows.rows {
            let [sha256, seal, bytes, accounts, posts, edges, sightings, rejects] = row.as_slice() else { continue };
            let count = |value: &Value| value.int().map_or(0, i64::unsigned_abs);
            let counts = Counts {
                accounts: count(accounts),
                posts: count(posts),
                edges: count(edges),
                sightings: count(sightings),
                rejects: count(rejects),
            };
            known.insert(sha256.to_string(), KnownSource { seal: seal.int(), bytes: count(bytes), counts });
        }
        Ok(known)
    }

    fn insert(&mut self, sha256: String, source: KnownSource) {
        self.sizes.insert(source.bytes);
        self.by_hash.insert(sha256, source);
    }

    pub(crate) fn add(&mut self, report: &SourceReport) {
        self.insert(report.sha256.clone(), KnownSource { seal: None, bytes: report.bytes, counts: report.counts });
    }

    pub(crate) fn get(&self, sha256: &str) -> Option<&KnownSource> {
        self.by_hash.get(sha256)
    }

    /// What is known of a file that is not to be read. One that this very ingest read is never read twice.
    pub(crate) fn to_skip(&self, sha256: &str) -> Option<&KnownSource> {
        self.get(sha256).filter(|source| !self.again || source.seal.is_none())
    }

    /// The hash of a file, when a file of its size was read before. Hashing takes a pass of its own over the file, which is spared where the
    /// size alone says that the file is new.
    pub(crate) fn hash_if_familiar(&self, input: &Input) -> Result<Option<String>, Failure> {
        let Input::File(path) = input else { return Ok(None) };
        let size = fs::metadata(path).map_or(0, |facts| facts.len());
        if !self.sizes.contains(&size) {
            return Ok(None);
        }
        ingest::sha256(input).map(Some).map_err(from_ingest)
    }
}
