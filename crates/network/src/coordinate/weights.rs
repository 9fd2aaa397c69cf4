use crate::Error;
use std::collections::BTreeMap;

/// How many edges there are of each weight, weights being pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weights(BTreeMap<u32, u64>);

impl Weights {
    pub(crate) fn add(&mut self, weight: u32, edges: u64) {
        *self.0.entry(weight).or_default() += edges;
    }

    pub(crate) fn join(&mut self, other: &Weights) {
        other.0.iter().for_each(|(weight, edges)| self.add(*weight, *edges));
    }

    /// All weights with how many edges have each, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        self.0.iter().map(|(weight, edges)| (*weight, *edges))
    }

    /// The number of edges.
    #[must_use]
    pub fn edges(&self) -> u64 {
        self.0.values().sum()
    }

    /// A quantile of the weights, between two of them by interpolation (type 7 of Hyndman and Fan 1996, the default of R).
    ///
    /// # Errors
    /// [`Error::Setting`] for a quantile outside 0 to 1.
    pub fn quantile(&self, quantile: f64) -> Result<Option<f64>, Error> {
        if !(0.0..=1.0).contains(&quantile) {
            return Err(Error::Setting { name: "the quantile of weights", value: quantile, wanted: "a number from 0 to 1, such as `0.5`" });
        }
        let edges = self.edges();
        if edges == 0 {
            return Ok(None);
        }
        let at = (edges - 1) as f64 * quantile;
        let (low, high) = (self.ranked(at.floor() as u64), self.ranked(at.ceil() as u64));
        Ok(Some(low + (at - at.floor()) * (high - low)))
    }

    /// The weight at a rank from 0.
    fn ranked(&self, rank: u64) -> f64 {
        let mut seen = 0;
        let found = self.0.iter().find(|(_, edges)| {
            seen += **edges;
            seen > rank
        });
        found.map_or(0.0, |(weight, _)| f64::from(*weight))
    }

    /// The least weight above a quantile: an edge is kept when its weight is more than the quantile, not when it is the same.
    ///
    /// # Errors
    /// As [`Weights::quantile`].
    pub fn above_quantile(&self, quantile: f64) -> Result<f64, Error> {
        Ok(self.quantile(quantile)?.map_or(1.0, |value| value.floor() + 1.0))
    }
}
