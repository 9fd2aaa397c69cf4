use super::{Census, Problem, frame};
use crate::Error;
use lake::{Derived, DerivedColumn};
use record::Sentence;
use std::collections::{BTreeMap, BTreeSet};

/// The numbers kept for every account of a frame; null where they are not known. `rank` is personalised PageRank from the seeds divided by degree.
pub(super) const NUMBERS: [&str; 20] = [
    "in_followers",
    "in_friends",
    "focus_friends",
    "focus_friends_seeds",
    "focus_interactions",
    "focus_interactions_seeds",
    "in_focus",
    "influence",
    "exposure",
    "interactivity",
    "response_rate",
    "composite",
    "rank",
    "rank_chosen",
    "rank_choosing",
    "followers",
    "following",
    "lifetime_posts",
    "collected_posts",
    "component",
];

/// The words kept for every account of a frame.
pub(super) const WORDS: [&str; 8] = ["reached_from", "seed_code", "lang", "place", "client", "created", "status", "community"];

/// The accounts of a frame with all that is known of them, in ascending order of their keys.
///
/// Inside a study only: it names accounts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members {
    /// The frame's id: every measure belongs to it.
    pub frame: String,
    /// The last seal that was read.
    pub seal: i64,
    /// What else is known of the frame: settings, counts.
    pub facts: BTreeMap<String, String>,
    /// Keys, `platform:id`.
    pub accounts: Vec<String>,
    /// The fewest steps from a seed.
    pub levels: Vec<i64>,
    pub(super) numbers: BTreeMap<&'static str, Vec<Option<f64>>>,
    pub(super) words: BTreeMap<&'static str, Vec<Option<String>>>,
    /// The places of accounts in ascending order of their keys, where they do not stand so: anonymous units keep the places of those that were
    /// erased.
    pub(super) order: Vec<u32>,
}

impl Members {
    /// How many accounts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.accounts.len()
    }

    /// Whether the frame is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// A column of numbers; empty for a name that is not kept.
    #[must_use]
    pub fn number(&self, name: &str) -> &[Option<f64>] {
        self.numbers.get(name).map_or(&[], Vec::as_slice)
    }

    /// A column of words; empty for a name that is not kept.
    #[must_use]
    pub fn word(&self, name: &str) -> &[Option<String>] {
        self.words.get(name).map_or(&[], Vec::as_slice)
    }

    /// The place of an account.
    #[must_use]
    pub fn place(&self, account: &str) -> Option<usize> {
        if self.order.is_empty() {
            return self.accounts.binary_search_by(|known| known.as_str().cmp(account)).ok();
        }
        let key = |place: &u32| self.accounts.get(*place as usize).map_or("", String::as_str);
        let found = self.order.binary_search_by(|place| key(place).cmp(account)).ok()?;
        self.order.get(found).map(|place| *place as usize)
    }

    /// The platforms of its accounts.
    pub(super) fn platforms(&self) -> BTreeSet<String> {
        let named = self.accounts.iter().filter(|key| !key.starts_with("erased:"));
        named.filter_map(|key| Some(key.split_once(':')?.0.to_owned())).collect()
    }

    pub(super) fn fact(&self, name: &str) -> &str {
        self.facts.get(name).map_or("", String::as_str)
    }

    pub(super) fn table(&self) -> Derived {
        let mut facts = self.facts.clone();
        facts.insert("frame".to_owned(), self.frame.clone());
        facts.insert("seal".to_owned(), self.seal.to_string());
        facts.insert("size".to_owned(), self.len().to_string());
        let mut columns = vec![
            ("account".to_owned(), DerivedColumn::Text(self.accounts.iter().cloned().map(Some).collect())),
            ("level".to_owned(), DerivedColumn::Int(self.levels.iter().copied().map(Some).collect())),
        ];
        columns.extend(WORDS.map(|name| (name.to_owned(), DerivedColumn::Text(self.word(name).to_vec()))));
        columns.extend(NUMBERS.map(|name| (name.to_owned(), DerivedColumn::Real(self.number(name).to_vec()))));
        Derived { facts, columns }
    }

    fn from_table(table: &Derived) -> Option<Members> {
        let texts = |name: &str| match table.column(name) {
            Some(DerivedColumn::Text(values)) => Some(values.clone()),
            _ => None,
        };
        let levels = match table.column("level") {
            Some(DerivedColumn::Int(values)) => values.iter().copied().collect::<Option<Vec<i64>>>()?,
            _ => return None,
        };
        let numbers = NUMBERS.iter().map(|name| match table.column(name) {
            Some(DerivedColumn::Real(values)) => Some((*name, values.clone())),
            _ => None,
        });
        let accounts: Vec<String> = texts("account")?.into_iter().collect::<Option<_>>()?;
        let mut order: Vec<u32> = Vec::new();
        if !accounts.is_sorted() {
            order = (0..accounts.len() as u32).collect();
            order.sort_by(|a, b| accounts.get(*a as usize).cmp(&accounts.get(*b as usize)));
        }
        Some(Members {
            order,
            frame: table.facts.get("frame")?.clone(),
            seal: table.facts.get("seal")?.parse().ok()?,
            facts: table.facts.clone(),
            accounts,
            levels,
            numbers: numbers.collect::<Option<_>>()?,
            words: WORDS.iter().map(|name| Some((*name, texts(name)?))).collect::<Option<_>>()?,
        })
    }
}

impl Census<'_> {
    /// The frame's accounts.
    ///
    /// # Errors
    /// [`Problem::NoFrame`]; [`Error::Lake`] when the file is damaged.
    pub fn members(&self) -> Result<Members, Error> {
        if !self.has(frame::FILE) {
            return Err(Problem::NoFrame(Sentence::given(&self.name)).into());
        }
        let path = self.folder.join(frame::FILE);
        let table = Derived::read(&path, self.study.cipher())?;
        let mut members = Members::from_table(&table).ok_or_else(|| {
            let what = "it is no frame of this version; make the frame again in a new census".to_owned();
            Error::Lake(lake::Error::FileAltered { path, what: Sentence::vouched(what) })
        })?;
        self.add_behaviour(&mut members)?;
        Ok(members)
    }
}
