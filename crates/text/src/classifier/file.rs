//! A classifier as bytes. Numbers are little-endian; a string or list begins with its length. docs/methods/classifier.md has the order.

use super::card::{Card, Counterfactual, Group};
use super::dense::Dense;
use super::table::Table;
use super::{Classifier, Error};
use crate::embedding::{EmbeddingModel, Pooling};
use crate::grams::GRAMS_VERSION;
use stats::learn::Caution;
use stats::score::{ClassCalibration, ClassCalibrator};
use xxhash_rust::xxh3::xxh3_64;

const MAGIC: &[u8; 8] = b"MARSADCL";
/// The version of this order of bytes.
const FILE_VERSION: u32 = 1;
/// The same with an embedding model after the features; a program that knows none of those refuses it.
const EMBEDDING_VERSION: u32 = 2;
const CALIBRATIONS: [ClassCalibration; 3] = [ClassCalibration::None, ClassCalibration::Temperature, ClassCalibration::BiasCorrected];

#[derive(Default)]
struct Out(Vec<u8>);

impl Out {
    fn u32(&mut self, value: u32) {
        self.0.extend(value.to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }

    fn f64(&mut self, value: f64) {
        self.0.extend(value.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.u32(text.len() as u32);
        self.0.extend(text.as_bytes());
    }

    fn list<T: Copy>(&mut self, values: &[T], each: impl Fn(&mut Self, T)) {
        self.u32(values.len() as u32);
        values.iter().for_each(|value| each(self, *value));
    }
}

/// Reads what [`Out`] wrote. The checksum held, so a missing byte is a defect or a forgery; both are told as damage.
struct In<'a>(&'a [u8]);

impl<'a> In<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or(Error::Damaged)?;
        self.0 = rest;
        Ok(*head)
    }

    fn u32(&mut self) -> Result<u32, Error> {
        self.take().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, Error> {
        self.take().map(u64::from_le_bytes)
    }

    fn f32(&mut self) -> Result<f32, Error> {
        self.take().map(f32::from_le_bytes)
    }

    fn f64(&mut self) -> Result<f64, Error> {
        self.take().map(f64::from_le_bytes)
    }

    fn text(&mut self) -> Result<String, Error> {
        let length = self.u32()? as usize;
        let (head, rest) = self.0.split_at_checked(length).ok_or(Error::Damaged)?;
        self.0 = rest;
        std::str::from_utf8(head).map(str::to_owned).map_err(|_| Error::Damaged)
    }

    fn list<T>(&mut self, each: impl Fn(&mut Self) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        let length = self.u32()?;
        // Every entry has a byte at least, so a length beyond the rest reserves nothing.
        let mut values = Vec::with_capacity((length as usize).min(self.0.len()));
        for _ in 0..length {
            values.push(each(self)?);
        }
        Ok(values)
    }
}

impl Classifier {
    /// The classifier as bytes: one file, without a readable word of the texts.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Out::default();
        out.0.extend(MAGIC);
        out.u32(if self.dense.is_some() { EMBEDDING_VERSION } else { FILE_VERSION });
        out.u32(GRAMS_VERSION);
        out.u32(self.classes.len() as u32);
        self.classes.iter().for_each(|name| out.text(name));
        out.list(&self.prior, Out::f64);
        out.u32(u32::from(self.is_balanced));
        out.f64(self.strength);
        out.u32(CALIBRATIONS.iter().position(|one| *one == self.calibration).unwrap_or(0) as u32);
        out.f64(self.calibrator.scale);
        out.list(&self.calibrator.biases, Out::f64);
        out.f64(self.caution.least);
        out.list(&self.intercepts, Out::f64);
        out.list(self.table.hashes(), Out::u64);
        for row in self.table.numbers() {
            row.iter().for_each(|number| out.0.extend(number.to_le_bytes()));
        }
        if let Some(dense) = &self.dense {
            dense.write(&mut out);
        }
        self.card.write(&mut out);
        let sum = xxh3_64(&out.0);
        out.u64(sum);
        out.0
    }

    /// The classifier of these bytes.
    ///
    /// # Errors
    /// [`Error::NotAModel`], [`Error::Version`] of the file or of the features, [`Error::Damaged`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let body = bytes.strip_prefix(MAGIC).ok_or(Error::NotAModel)?;
        let mut versions = In(body);
        let version = versions.u32()?;
        if ![FILE_VERSION, EMBEDDING_VERSION].contains(&version) {
            return Err(Error::Version { what: "the model file", found: version, wanted: EMBEDDING_VERSION });
        }
        let features = versions.u32()?;
        if features != GRAMS_VERSION {
            return Err(Error::Version { what: "the features", found: features, wanted: GRAMS_VERSION });
        }
        let (held, sum) = bytes.split_last_chunk::<8>().ok_or(Error::Damaged)?;
        if xxh3_64(held) != u64::from_le_bytes(*sum) {
            return Err(Error::Damaged);
        }
        let mut from = In(&held[MAGIC.len() + 8..]);
        let found = read(&mut from, version == EMBEDDING_VERSION)?;
        if from.0.is_empty() { Ok(found) } else { Err(Error::Damaged) }
    }
}

fn read(from: &mut In<'_>, has_embedding: bool) -> Result<Classifier, Error> {
    let classes = from.list(In::text)?;
    let k = classes.len();
    let prior = from.list(In::f64)?;
    let is_balanced = from.u32()? == 1;
    let strength = from.f64()?;
    let calibration = *CALIBRATIONS.get(from.u32()? as usize).ok_or(Error::Damaged)?;
    let calibrator = ClassCalibrator { scale: from.f64()?, biases: from.list(In::f64)? };
    let caution = Caution { least: from.f64()? };
    let intercepts = from.list(In::f64)?;
    if k < 2 || prior.len() != k || calibrator.biases.len() != k || intercepts.len() != k {
        return Err(Error::Damaged);
    }
    let hashes = from.list(In::u64)?;
    let mut numbers = Vec::with_capacity((hashes.len() * (1 + k)).min(from.0.len()));
    for _ in 0..hashes.len() * (1 + k) {
        numbers.push(from.f32()?);
    }
    let table = Table::of_products(k, hashes, numbers);
    let dense = has_embedding.then(|| Dense::read(from, k)).transpose()?;
    let card = Card::read(from, k)?;
    Ok(Classifier { classes, prior, is_balanced, strength, calibration, calibrator, caution, intercepts, table, dense, card })
}

impl Dense {
    fn write(&self, out: &mut Out) {
        out.0.extend(self.model.model);
        out.0.extend(self.model.tokenizer);
        out.u32(self.model.dimensions);
        out.u32(u32::from(self.model.pooling == Pooling::Own));
        out.u32(self.model.tokens);
        self.coefficients.iter().for_each(|number| out.0.extend(number.to_le_bytes()));
    }

    fn read(from: &mut In<'_>, k: usize) -> Result<Self, Error> {
        let (model, tokenizer, dimensions) = (from.take()?, from.take()?, from.u32()?);
        let pooling = [Pooling::Mean, Pooling::Own].get(from.u32()? as usize).copied().ok_or(Error::Damaged)?;
        let model = EmbeddingModel { model, tokenizer, dimensions, pooling, tokens: from.u32()? };
        let count = (dimensions as usize).saturating_mul(k);
        let mut coefficients = Vec::with_capacity(count.min(from.0.len()));
        for _ in 0..count {
            coefficients.push(from.f32()?);
        }
        Ok(Dense { model, coefficients })
    }
}

impl Card {
    fn write(&self, out: &mut Out) {
        out.list(&self.items, Out::u64);
        out.u32(self.groups.len() as u32);
        for group in &self.groups {
            out.text(&group.name);
            out.list(&group.confusion, Out::u64);
            out.u64(group.withheld);
        }
        out.u32(self.losses.len() as u32);
        for (strength, loss) in &self.losses {
            out.f64(*strength);
            out.f64(*loss);
        }
        out.f64(self.log_loss);
        out.u32(self.folds);
        out.u64(self.seed);
        out.u32(u32::from(self.counterfactual.is_some()));
        if let Some(counterfactual) = &self.counterfactual {
            out.u64(counterfactual.terms);
            out.list(&counterfactual.moves, Out::u64);
        }
    }

    fn read(from: &mut In<'_>, k: usize) -> Result<Self, Error> {
        let square = |counts: Vec<u64>| if counts.len() == k * k { Ok(counts) } else { Err(Error::Damaged) };
        let items = from.list(In::u64)?;
        if items.len() != k {
            return Err(Error::Damaged);
        }
        let groups = from.list(|from| Ok(Group { name: from.text()?, confusion: square(from.list(In::u64)?)?, withheld: from.u64()? }))?;
        let losses = from.list(|from| Ok((from.f64()?, from.f64()?)))?;
        let (log_loss, folds, seed) = (from.f64()?, from.u32()?, from.u64()?);
        let counterfactual = match from.u32()? {
            0 => None,
            _ => Some(Counterfactual { terms: from.u64()?, moves: square(from.list(In::u64)?)? }),
        };
        Ok(Card { items, groups, losses, log_loss, folds, seed, counterfactual })
    }
}
