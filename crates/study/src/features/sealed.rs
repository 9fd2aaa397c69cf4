//! Reading sealed features.

use super::accounts::each_part;
use super::behaviour::{self, Behaviour};
use super::buckets::Buckets;
use super::folder::Folder;
use super::row::{LEVELS, each_place, weights};
use super::{FeatureOptions, WIDTH, behaviour_path, check_keys, digest, threads};
use crate::Error;
use crate::describe::query::Lens;
use lake::{Cipher, DerivedColumn, DerivedFile, Reader};
use record::Sentence;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use text::Terms;

/// A sparse row: places, ascending, and weights, of Euclidean length 1.
type Row = Vec<(u32, f32)>;

/// Sealed features of accounts.
///
/// The row of an account weighs a place by `(1 + ln count) · idf`, with counts known to the nearest power of two and document frequencies over the
/// accounts of this table, and has length 1. Rows are what [`Features::rows`] gives and what [`Features::scores`] multiplies.
pub struct Features {
    path: PathBuf,
    cipher: Cipher,
    file: DerivedFile,
    /// The number of the first account of every group, and at the end that of all.
    starts: Vec<usize>,
    idf: Vec<f32>,
    threads: usize,
}

impl Features {
    /// Opens a table that [`seal_features`](super::seal_features) wrote. O(places).
    ///
    /// # Errors
    /// [`Error::Features`] for features of another version, or when the table of behaviour does not belong to them; [`Error::Lake`] when a file
    /// is missing or damaged.
    pub fn open(path: &Path, cipher: &Cipher) -> Result<Features, Error> {
        let file = DerivedFile::open(path, cipher)?;
        let refuse = |problem: String| Error::Features { path: path.to_owned(), problem: Sentence::vouched(problem) };
        match file.facts.get("features_version").map(String::as_str) {
            Some(version) if version == text::FEATURES_VERSION.to_string() => {}
            Some(version) => {
                return Err(refuse(format!(
                    "it holds features of version `{version}` where this Marsad makes version `{}`; remove it and score again, the lake has everything",
                    text::FEATURES_VERSION
                )));
            }
            None => return Err(refuse("it holds no features; remove it and score again".to_owned())),
        }
        let frequency: Option<Vec<u32>> =
            file.facts.get("frequency").and_then(|list| list.split(' ').map(|number| number.parse().ok()).collect());
        let frequency = frequency.filter(|list| list.len() == WIDTH);
        let frequency = frequency.ok_or_else(|| refuse("its document frequencies cannot be read; remove it and score again".to_owned()))?;
        let mut starts = vec![0];
        for rows in file.groups() {
            starts.push(starts.last().unwrap_or(&0) + rows);
        }
        let accounts = starts.last().copied().unwrap_or(0);
        let idf = text::idf(accounts as u64, &frequency);
        Ok(Features { path: path.to_owned(), cipher: cipher.clone(), file, starts, idf, threads: threads(None) })
    }

    /// The same with so many threads; results do not depend on it.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Features {
        self.threads = threads.max(1);
        self
    }

    /// Whether these are the features of these accounts (keys, ascending) as of this seal.
    #[must_use]
    pub fn are_of(&self, accounts: &[String], seal: i64) -> bool {
        let fact = |name| self.file.facts.get(name).map(String::as_str);
        fact("seal") == Some(seal.to_string().as_str()) && fact("accounts") == Some(digest(accounts).as_str())
    }

    /// The id of the frame, as given when the features were sealed.
    #[must_use]
    pub fn frame(&self) -> &str {
        self.file.facts.get("frame").map_or("", String::as_str)
    }

    /// The seal up to which the lake was read.
    #[must_use]
    pub fn seal(&self) -> Option<i64> {
        self.file.facts.get("seal")?.parse().ok()
    }

    /// How many accounts there are.
    #[must_use]
    pub fn accounts(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Length of a row as a dense vector, and of the weights of a model.
    #[must_use]
    pub fn width(&self) -> usize {
        WIDTH
    }

    /// The rows of some accounts, by their numbers among those sealed, in the order asked for. Reads the table once.
    ///
    /// # Errors
    /// [`Error::Features`] for a number that is none, [`Error::Lake`] when the file is damaged.
    pub fn rows(&self, accounts: &[u32]) -> Result<Vec<Row>, Error> {
        if let Some(beyond) = accounts.iter().find(|account| **account as usize >= self.accounts()) {
            return Err(self.refuse(format!("it has no account number `{beyond}`, only `{}` of them", self.accounts())));
        }
        let mut order: Vec<usize> = (0..accounts.len()).collect();
        order.sort_by_key(|at| accounts[*at]);
        let asked = |start: usize, end: usize| {
            let from = order.partition_point(|at| (accounts[*at] as usize) < start);
            let to = order.partition_point(|at| (accounts[*at] as usize) < end);
            &order[from..to]
        };
        let found = self.each_group(|group, start, end| {
            let asked = asked(start, end);
            if asked.is_empty() {
                return Ok(Vec::new());
            }
            let places = self.places(group)?;
            let row = |at: &usize| Ok((*at, self.row(places.get(accounts[*at] as usize - start).unwrap_or_default())?));
            asked.iter().map(row).collect::<Result<Vec<(usize, Row)>, Error>>()
        })?;
        let mut rows = vec![Row::new(); accounts.len()];
        for (at, row) in found.into_iter().flatten() {
            rows[at] = row;
        }
        Ok(rows)
    }

    /// The dot product of every account's row with the weights of a model, in the order of accounts; 0 for an account without features.
    /// Reads the table once, on all threads. O(places of all rows).
    ///
    /// # Errors
    /// [`Error::Features`] when the weights are not as many as [`Features::width`], [`Error::Lake`] when the file is damaged.
    pub fn scores(&self, weights: &[f32]) -> Result<Vec<f64>, Error> {
        if weights.len() != WIDTH {
            return Err(self
                .refuse(format!("it has `{WIDTH}` places and the model `{}` weights; learn the model on these features", weights.len())));
        }
        // What a place adds to the product and to the square of the length, side by side.
        let table: Vec<[f32; 2]> = weights.iter().zip(&self.idf).map(|(weight, idf)| [weight * idf, idf * idf]).collect();
        let levels = super::row::weights().map(f64::from);
        let parts = self.each_group(|group, _, _| {
            let places = self.places(group)?;
            places.iter().map(|row| dot(row, &table, &levels).ok_or_else(|| self.damaged())).collect::<Result<Vec<f64>, Error>>()
        })?;
        Ok(parts.concat())
    }

    /// How every account posts, in the order of accounts.
    ///
    /// # Errors
    /// [`Error::Features`] when the table of behaviour is not that of these features, [`Error::Lake`] when it is missing or damaged.
    pub fn behaviour(&self) -> Result<Vec<Behaviour>, Error> {
        let path = behaviour_path(&self.path);
        let file = DerivedFile::open(&path, &self.cipher)?;
        let refuse = |problem: &str| Error::Features { path: path.clone(), problem: Sentence::vouched(problem) };
        let same = |name: &str| file.facts.get(name) == self.file.facts.get(name);
        if !["features_version", "seal", "accounts", "shared_by"].into_iter().all(same) {
            return Err(refuse("it is not of the same accounts and seal as the features beside it; remove both and score again"));
        }
        let mut rows = Vec::with_capacity(self.accounts());
        for group in 0..file.groups().len() {
            let columns = file.read(group, &behaviour::COLUMNS)?;
            rows.extend(
                behaviour::rows(&columns).ok_or_else(|| refuse("its columns are not those of a behaviour; remove it and score again"))?,
            );
        }
        Ok(rows)
    }

    /// The rows of some accounts as they would be had they never referred to the organisation: without the words that are, or hold, one of
    /// `terms` (names, aliases, tags). Comparable to [`Features::rows`]. Reads the posts of the lake once.
    ///
    /// # Errors
    /// Those of [`seal_features`](super::seal_features).
    pub fn rows_without(&self, reader: &Reader, accounts: &[String], terms: &[String]) -> Result<Vec<Row>, Error> {
        let mut keys: Vec<String> = accounts.to_vec();
        keys.sort_unstable();
        keys.dedup();
        check_keys(&keys, &self.path)?;
        let terms = Terms::new(terms.iter().map(String::as_str));
        let options = FeatureOptions { threads: Some(self.threads), ..FeatureOptions::default() };
        let buckets = Buckets::fill(&Lens::new(reader)?, &keys, Folder::beside(&self.path)?, &mut |_| {})?;
        let mut rows = Vec::with_capacity(keys.len());
        each_part(&buckets, Some(&terms), &options, |part| {
            for row in part.rows.iter() {
                rows.push(self.row(row)?);
            }
            Ok(())
        })?;
        let find = |key: &String| keys.binary_search(key).ok().and_then(|at| rows.get(at)).cloned().unwrap_or_default();
        Ok(accounts.iter().map(find).collect())
    }

    fn places(&self, group: usize) -> Result<lake::Bytes, Error> {
        match self.file.read(group, &["places"])?.pop() {
            Some(DerivedColumn::Bytes(places)) => Ok(places),
            _ => Err(self.damaged()),
        }
    }

    fn row(&self, bytes: &[u8]) -> Result<Row, Error> {
        let levels = weights();
        let mut row = Row::new();
        let mut squares = 0.0_f64;
        each_place(bytes, |level, place| {
            let weight = levels.get(level).unwrap_or(&0.0) * self.idf.get(place as usize).unwrap_or(&0.0);
            squares += f64::from(weight).powi(2);
            row.push((place, weight));
        })
        .ok_or_else(|| self.damaged())?;
        let length = squares.sqrt() as f32;
        row.iter_mut().for_each(|(_, weight)| *weight /= length);
        row.sort_unstable_by_key(|(place, _)| *place);
        Ok(row)
    }

    /// Works on every group, on all threads; results in the order of groups.
    fn each_group<T: Send>(&self, work: impl Fn(usize, usize, usize) -> Result<T, Error> + Sync) -> Result<Vec<T>, Error> {
        let groups = self.starts.len() - 1;
        let next = AtomicUsize::new(0);
        let run = || {
            let mut done = Vec::new();
            loop {
                let group = next.fetch_add(1, Ordering::Relaxed);
                let (Some(start), Some(end)) = (self.starts.get(group), self.starts.get(group + 1)) else { return Ok(done) };
                done.push((group, work(group, *start, *end)?));
            }
        };
        let parts: Vec<Result<Vec<(usize, T)>, Error>> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..self.threads.min(groups).max(1)).map(|_| scope.spawn(run)).collect();
            running.into_iter().map(|thread| thread.join().unwrap_or(Err(Error::Thread))).collect()
        });
        let mut found = Vec::with_capacity(groups);
        for part in parts {
            found.extend(part?);
        }
        found.sort_by_key(|(group, _)| *group);
        Ok(found.into_iter().map(|(_, result)| result).collect())
    }

    fn refuse(&self, problem: String) -> Error {
        Error::Features { path: self.path.clone(), problem: Sentence::vouched(problem) }
    }

    fn damaged(&self) -> Error {
        self.refuse("one of its rows cannot be read; remove it and score again".to_owned())
    }
}

/// The dot product of a row of length 1 with weights. Sums of a level are taken first, so that a place costs two additions.
#[inline]
fn dot(row: &[u8], table: &[[f32; 2]], levels: &[f64; LEVELS]) -> Option<f64> {
    let mut sums = [[0.0_f64; 2]; LEVELS];
    each_place(row, |level, place| {
        if let (Some(sum), Some([product, square])) = (sums.get_mut(level), table.get(place as usize)) {
            sum[0] += f64::from(*product);
            sum[1] += f64::from(*square);
        }
    })?;
    let (mut product, mut squares) = (0.0, 0.0);
    for (sum, level) in sums.iter().zip(levels) {
        product += sum[0] * level;
        squares += sum[1] * level * level;
    }
    Some(if squares > 0.0 { product / squares.sqrt() } else { 0.0 })
}
