//! The steps of an erasure after it was hidden, and what other files of a study are searched by.

use super::expand::{expand, phrases};
use super::judge::Fingerprints;
use super::mark::{Key, Mark};
use super::mask::{MASK, mask, mask_file_name};
use super::names::Names;
use super::rewrite::{Rewritten, rewrite};
use super::rule::Rule;
use super::{Digested, Eraser, Erasure, ErasureState, Kind, LEAST_PHRASE, Tombstones, record};
use crate::catalog::State;
use crate::cipher::Cipher;
use crate::error::Error;
use crate::lake::Lake;
use crate::stage::sync;
use crate::writer::remove_orphans;
use ::record::{Instant, Table, normal_handle};
use std::collections::HashSet;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

impl Lake {
    /// What was erased, for the door; none where nothing was.
    pub(crate) fn tombstones(&self, state: &State) -> Result<Option<Arc<Tombstones>>, Error> {
        if state.kept.erasures.is_empty() {
            return Ok(None);
        }
        let (catalog, path) = (self.catalog_path(), self.path().to_owned());
        let stones = self.wait(async move { record::tombstones(&catalog, &path).await })?;
        Ok(stones.map(Arc::new))
    }
}

impl Eraser {
    /// The number of the erasure.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.number
    }

    /// How the lake's files are written and read.
    #[must_use]
    pub fn cipher(&self) -> &Cipher {
        self.lake.cipher()
    }

    /// When it was asked for.
    #[must_use]
    pub fn erased_at(&self) -> Instant {
        self.erased_at
    }

    /// Whether the rows of the lake are still to be erased; if not, only leftovers are to be removed.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.state == ErasureState::Hidden
    }

    /// Finds every other name that is meant and writes it down.
    pub(super) fn expand(&mut self, key: &Key) -> Result<(), Error> {
        let state = self.lake.load()?;
        let mut marks: Vec<(Kind, Vec<Mark>)> = Kind::ALL.map(|kind| (kind, Vec::new())).into();
        expand(&self.lake, &state.files, &mut self.meant, |kind, platform, name| {
            if let Some((_, own)) = marks.get_mut(kind as usize) {
                own.push(key.mark(kind, platform, name));
            }
        })?;
        let (path, number, meant) = (self.lake.catalog_path(), self.number, self.meant.clone());
        self.lake.wait(async move { record::expanded(&path, number, meant, marks).await })
    }

    /// Reads what the erased wrote, so that [`Eraser::is_phrase`] knows copies of it.
    ///
    /// # Errors
    /// Those of the lake's files.
    pub fn read_phrases(&mut self) -> Result<(), Error> {
        if self.phrases.is_empty() && self.is_hidden() {
            let state = self.lake.load()?;
            let mut own = HashSet::new();
            phrases(&self.lake, &state.files, &self.meant, LEAST_PHRASE, |is_own, phrase| {
                if is_own {
                    own.insert(phrase);
                }
            })?;
            if self.expired.is_some() {
                // Nobody asked for these to be forgotten: what others wrote too and still stands is theirs.
                phrases(&self.lake, &state.files, &self.meant, LEAST_PHRASE, |is_own, phrase| {
                    if !is_own {
                        own.remove(&phrase);
                    }
                })?;
            }
            self.phrases = own;
        }
        Ok(())
    }

    /// Whether this text is one that the erased wrote, word for word.
    #[must_use]
    pub fn is_phrase(&self, text: &str) -> bool {
        self.phrases.contains(&xxh3_128(text.as_bytes()))
    }

    /// Whether this is the key of an account that is meant: `platform:id` or `platform:@handle`.
    #[must_use]
    pub fn is_account_key(&self, key: &str) -> bool {
        let Some((platform, name)) = key.split_once(':') else { return false };
        match name.strip_prefix('@') {
            Some(handle) => self.meant.has(Kind::Handle, platform, &normal_handle(handle)),
            None => self.meant.has(Kind::Account, platform, name),
        }
    }

    /// Whether the text as a whole names something that is meant: a key, an id, a handle with or without `@`. An id is taken for one on any
    /// platform that is meant.
    #[must_use]
    pub fn is_name(&self, text: &str) -> bool {
        let text = text.trim();
        let handle = normal_handle(text);
        self.is_account_key(text)
            || self.meant.platforms.iter().any(|platform| {
                let is_id = |kind| self.meant.has(kind, platform, text);
                is_id(Kind::Account) || is_id(Kind::Post) || self.meant.has(Kind::Handle, platform, &handle)
            })
    }

    /// The text without names in it; none when there are none.
    #[must_use]
    pub fn mask(&self, text: &str) -> Option<String> {
        let mut masked: Option<String> = None;
        for platform in &self.meant.platforms {
            if let Some(now) = mask(&self.meant, platform, masked.as_deref().unwrap_or(text)) {
                masked = Some(now);
            }
        }
        masked
    }

    /// The name of a file without names in it; none when there are none.
    #[must_use]
    pub fn mask_file_name(&self, name: &str) -> Option<String> {
        mask_file_name(&self.meant, &self.meant.platforms, name)
    }

    /// What stands in place of a name.
    #[must_use]
    pub fn mask_word(&self) -> &'static str {
        MASK
    }

    /// The key of an anonymous unit that takes the place of an account in frozen samples: the same for an account in every file of this
    /// erasure, and nobody's after it, for what it is made with is forgotten.
    #[must_use]
    pub fn unit(&self, key: &str) -> String {
        let mac = self.salt.as_ref().map(|salt| salt.mac(Kind::Account, "unit", key)).unwrap_or_default();
        let hex: String = mac.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("erased:{hex}")
    }

    /// Keeps that what has this digest now had another before rows were erased. Call it before the change: a cut between them is made up by doing
    /// both again.
    ///
    /// # Errors
    /// Those of the catalog.
    pub fn keep_digest(&self, digested: &Digested) -> Result<(), Error> {
        let (path, number, digested) = (self.lake.catalog_path(), self.number, digested.clone());
        self.lake.wait(async move { record::digested(&path, number, digested).await })
    }

    /// Writes the lake's files anew, puts them in place, removes the old ones and what the catalog held of the names, and gives the erasure as it
    /// is kept. `progress` gets the number of files looked at and of all.
    ///
    /// # Errors
    /// Damage to a file; no space; a read-only folder. Everything stays hidden then, and [`Lake::resume_erasure`] goes on.
    pub fn finish(mut self, progress: &mut dyn FnMut(usize, usize)) -> Result<Erasure, Error> {
        let path = self.lake.path().to_owned();
        if self.is_hidden() {
            let state = self.lake.load()?;
            // What an earlier attempt left half written.
            remove_orphans(&path, &state)?;
            let files = self.rewrite(&state, progress)?;
            let (catalog, number, at) = (self.lake.catalog_path(), self.number, self.erased_at);
            self.lake.wait(async move { record::swap(&catalog, number, at, files).await })?;
            self.state = ErasureState::Swapped;
        }
        let state = self.lake.load()?;
        remove_orphans(&path, &state)?;
        for table in Table::ALL {
            sync(&path.join(crate::catalog::DATA_PATH).join(table.name()))?;
        }
        let (catalog, number) = (self.lake.catalog_path(), self.number);
        self.lake.wait(async move { record::done(&catalog, number).await })?;
        let done = self.lake.erasures()?.into_iter().find(|erasure| erasure.number == self.number);
        done.ok_or_else(|| Error::Engine("the catalog forgot an erasure".into()))
    }

    fn rule(&self) -> Rule<'_> {
        self.expired.as_ref().map_or(Rule::Names(&self.meant), Rule::Expired)
    }

    /// Whether this is a post that is meant, as holds name posts: `post/platform:id`.
    #[must_use]
    pub fn is_post_key(&self, key: &str) -> bool {
        let post = key.strip_prefix("post/").and_then(|key| key.split_once(':'));
        post.is_some_and(|(platform, id)| self.meant.has(Kind::Post, platform, id))
    }

    fn rewrite(&self, state: &State, progress: &mut dyn FnMut(usize, usize)) -> Result<Vec<Rewritten>, Error> {
        let mut fingerprints = Fingerprints::new();
        let mut files = Vec::new();
        // Posts come before their objects in the order of tables, and so do the fingerprints of their texts.
        for (place, file) in state.files.iter().enumerate() {
            progress(place, state.files.len());
            files.extend(rewrite(&self.lake, file, self.number, self.rule(), &mut fingerprints)?);
        }
        for table in Table::ALL {
            sync(&self.lake.path().join(crate::catalog::DATA_PATH).join(table.name()))?;
        }
        Ok(files)
    }
}
