//! What a study knows to be harmless: a list that people keep, of accounts, clients and domains with the reason why.

use crate::clients::label;
use crate::{Error, Study};
use record::{Sentence, sentence};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What an entry names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownKind {
    /// An account, by its key, id or handle: nothing of it is looked at.
    Account,
    /// A client: posts that it sent are left out.
    Client,
    /// A domain, with what lies under it: links to it are left out.
    Domain,
}

impl KnownKind {
    /// The word used in the list and in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            KnownKind::Account => "account",
            KnownKind::Client => "client",
            KnownKind::Domain => "domain",
        }
    }
}

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownEntry {
    /// What it names.
    pub kind: KnownKind,
    /// The name, as compared: a handle in lower case without `@`, a client's plain name, a domain without `www.`.
    pub(crate) value: String,
    /// Why it is harmless, as the list says.
    pub note: String,
}

/// What an entry left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownUse {
    /// The entry.
    pub entry: KnownEntry,
    /// Posts on objects, over all traces.
    pub posts: u64,
    /// Their authors.
    pub accounts: u64,
}

/// What one entry left out of one trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub(super) posts: u64,
    pub(super) accounts: BTreeSet<u32>,
}

/// What every entry left out of all traces.
pub(super) fn uses(known: &Known, traces: impl Iterator<Item = Vec<LeftOut>>) -> Vec<KnownUse> {
    let mut all = vec![LeftOut::default(); known.entries.len()];
    for (place, own) in traces.flat_map(|trace| trace.into_iter().enumerate()) {
        if let Some(sum) = all.get_mut(place) {
            sum.posts += own.posts;
            sum.accounts.extend(own.accounts);
        }
    }
    let each = known.entries.iter().cloned().zip(all);
    each.map(|(entry, own)| KnownUse { entry, posts: own.posts, accounts: own.accounts.len() as u64 }).collect()
}

/// The list of a study; empty where it keeps none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Its entries, in their order.
    pub entries: Vec<KnownEntry>,
    /// SHA-256 of the file; none where there is none.
    pub sha256: Option<String>,
    accounts: BTreeMap<String, u16>,
    clients: BTreeMap<String, u16>,
    domains: BTreeMap<String, u16>,
}

impl Known {
    /// Reads the list that the configuration names.
    ///
    /// # Errors
    /// [`Error::Io`] for a list that is not there, [`Error::Coordinate`] for one that cannot be read.
    pub fn of(study: &Study) -> Result<Known, Error> {
        let Some(name) = &study.config().coordinate.known else { return Ok(Known::default()) };
        let path = study.folder().join(name);
        let bytes = std::fs::read(&path).map_err(Error::io("read", &path))?;
        Known::read(&path, &bytes)
    }

    pub(crate) fn read(path: &Path, bytes: &[u8]) -> Result<Known, Error> {
        let refuse =
            |line: u64, why: &'static str| -> Error { Error::Coordinate(sentence!("`{}`, line {}: {}", path.display(), line, why)) };
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
        let head = reader.headers().map_err(|_| refuse(1, "it is no table of UTF-8 text"))?.clone();
        let place = |name: &str| head.iter().position(|own| own == name);
        let (Some(kind), Some(value), Some(note)) = (place("kind"), place("value"), place("note")) else {
            return Err(refuse(1, "the first line must be `kind,value,note`"));
        };
        let mut known = Known { sha256: Some(digest(bytes)), ..Known::default() };
        for row in reader.records() {
            let row = row.map_err(|error| refuse(error.position().map_or(0, csv::Position::line), "it is no row of UTF-8 text"))?;
            let line = row.position().map_or(0, csv::Position::line);
            let cell = |at: usize| row.get(at).unwrap_or_default();
            let kind = match cell(kind) {
                "account" => KnownKind::Account,
                "client" => KnownKind::Client,
                "domain" => KnownKind::Domain,
                _ => return Err(refuse(line, "its kind is none of `account`, `client` and `domain`")),
            };
            let value = normal(kind, cell(value));
            if value.is_empty() {
                return Err(refuse(line, "it names nothing; give the account, client or domain in the column `value`"));
            }
            if cell(note).is_empty() || cell(note).chars().count() > 200 {
                return Err(refuse(line, "say in the column `note`, in 1 to 200 characters, why it is harmless"));
            }
            known.push(kind, value, cell(note)).map_err(|why| refuse(line, why))?;
        }
        Ok(known)
    }

    fn push(&mut self, kind: KnownKind, value: String, note: &str) -> Result<(), &'static str> {
        let place = u16::try_from(self.entries.len()).map_err(|_| "the list is too long; it has room for 65,535 entries")?;
        let names = match kind {
            KnownKind::Account => &mut self.accounts,
            KnownKind::Client => &mut self.clients,
            KnownKind::Domain => &mut self.domains,
        };
        names.entry(value.clone()).or_insert(place);
        self.entries.push(KnownEntry { kind, value, note: note.to_owned() });
        Ok(())
    }

    pub(crate) fn has(&self, kind: KnownKind) -> bool {
        match kind {
            KnownKind::Account => !self.accounts.is_empty(),
            KnownKind::Client => !self.clients.is_empty(),
            KnownKind::Domain => !self.domains.is_empty(),
        }
    }

    /// The entry that names an account, by any of its names.
    pub(crate) fn account(&self, key: &str, handle: Option<&str>) -> Option<u16> {
        let id = key.split_once(':').map_or(key, |(_, id)| id).trim_start_matches('@');
        let handle = handle.map(|handle| record::normal_handle(handle).into_owned());
        let found = [Some(key), Some(id), handle.as_deref()].into_iter().flatten().find_map(|name| self.accounts.get(name));
        found.copied()
    }

    pub(crate) fn client(&self, client: &str) -> Option<u16> {
        self.clients.get(&normal(KnownKind::Client, client)).copied()
    }

    /// The entry that names a host, or a domain that it lies under.
    pub(crate) fn domain(&self, host: &str) -> Option<u16> {
        let parents = std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, rest)| rest));
        parents.filter_map(|domain| self.domains.get(domain)).next().copied()
    }
}

fn normal(kind: KnownKind, value: &str) -> String {
    match kind {
        KnownKind::Account if value.contains(':') => value.to_owned(),
        KnownKind::Account => record::normal_handle(value).into_owned(),
        KnownKind::Client => label(value).to_lowercase(),
        KnownKind::Domain => {
            let value = value.to_lowercase();
            value.strip_prefix("www.").unwrap_or(&value).to_owned()
        }
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a setting named `known` may be: a file in the study's own folder.
pub(crate) fn check_name(name: &str) -> Result<(), Sentence> {
    let is_plain = !name.is_empty() && !name.contains(['/', '\\']) && !name.starts_with('.');
    if is_plain { Ok(()) } else { Err("`coordinate.known` must be the name of a file in the study's folder, such as `known.csv`".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Known, String> {
        Known::read(Path::new("known.csv"), text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn entries_are_found_by_any_of_their_names() {
        let known = read(
            "kind,value,note\naccount,@Heron_Post,the paper's own account\naccount,heronry:77,desk\nclient,<a href=\"x\">Tide Times</a>,tide app\n\
             domain,www.heron.example,the paper\n",
        )
        .unwrap();
        assert_eq!(known.account("heronry:5", Some("heron_POST")), Some(0));
        assert_eq!(known.account("heronry:@heron_post", None), Some(0));
        assert_eq!(known.account("heronry:77", None), Some(1));
        assert_eq!(known.account("weir:77", Some("other")), None);
        assert_eq!((known.client("tide times"), known.client("Tide")), (Some(2), None));
        assert_eq!((known.domain("news.heron.example"), known.domain("notheron.example")), (Some(3), None));
        assert!(known.has(KnownKind::Domain) && known.sha256.is_some());
    }

    #[test]
    fn wrong_lists_are_refused_with_their_line() {
        let sentences: Vec<String> = [
            "kind,value\naccount,a\n",
            "kind,value,note\nuser,a,b\n",
            "kind,value,note\naccount,,b\n",
            "kind,value,note\naccount,a,b\nclient,c,\n",
        ]
        .iter()
        .map(|text| read(text).unwrap_err())
        .collect();
        insta::assert_snapshot!(sentences.join("\n"), @r"
        `known.csv`, line 1: the first line must be `kind,value,note`
        `known.csv`, line 2: its kind is none of `account`, `client` and `domain`
        `known.csv`, line 2: it names nothing; give the account, client or domain in the column `value`
        `known.csv`, line 3: say in the column `note`, in 1 to 200 characters, why it is harmless
        ");
    }
}
