use super::Error;

/// How far from one the posteriors of an item may sum: room for values that were printed with few digits.
const SLACK: f64 = 1e-3;

/// How far from one they may sum for reasons of rounding alone; such rows stay as they are, so that a value on the edge of a bin stays there.
const ROUNDING: f64 = 1e-12;

/// Posterior probabilities of items: row-major, one row per item, one column per class. Every row sums to one within 1e-12.
#[derive(Clone, Debug, PartialEq)]
pub struct Posteriors {
    values: Vec<f64>,
    classes: usize,
}

impl Posteriors {
    /// Checked posteriors. Rows that sum to one within 0.001 are divided by their sum, but for rounding. O(nk).
    ///
    /// # Errors
    /// [`Error::Classes`] below two classes, [`Error::Empty`], [`Error::Shape`], and [`Error::NotShares`] with the first bad item.
    pub fn new(mut values: Vec<f64>, classes: usize) -> Result<Self, Error> {
        if classes < 2 {
            return Err(Error::Classes(classes));
        }
        if values.is_empty() {
            return Err(Error::Empty);
        }
        if !values.len().is_multiple_of(classes) {
            return Err(Error::Shape { found: values.len(), classes });
        }
        for (item, row) in values.chunks_exact_mut(classes).enumerate() {
            let sum: f64 = row.iter().sum();
            if !row.iter().all(|value| *value >= 0.0) || sum.is_nan() || (sum - 1.0).abs() > SLACK {
                return Err(Error::NotShares(item));
            }
            if (sum - 1.0).abs() > ROUNDING {
                row.iter_mut().for_each(|value| *value /= sum);
            }
        }
        Ok(Posteriors { values, classes })
    }

    /// Number of classes, k.
    pub const fn classes(&self) -> usize {
        self.classes
    }

    /// Number of items, n.
    pub fn items(&self) -> usize {
        self.values.len() / self.classes
    }

    /// The rows, one slice of k posteriors per item.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, f64> {
        self.values.chunks_exact(self.classes)
    }

    /// All values, row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The rows at these positions, in this order; positions must be below [`Posteriors::items`].
    pub(crate) fn take(&self, positions: &[usize]) -> Self {
        let mut values = Vec::with_capacity(positions.len() * self.classes);
        for position in positions {
            values.extend_from_slice(&self.values[position * self.classes..][..self.classes]);
        }
        Posteriors { values, classes: self.classes }
    }
}

/// Posteriors of coded items, made by a classifier that had not seen them, with their labels. Every class has at least one item. Where items were not drawn
/// with one chance for all, each has a weight: one over its chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    posteriors: Posteriors,
    labels: Vec<usize>,
    /// All 1 where nothing else was said.
    weights: Vec<f64>,
    groups: Option<Vec<usize>>,
    is_of_target: bool,
}

impl Training {
    /// Checked training items.
    ///
    /// # Errors
    /// [`Error::Shape`] when there is not one label per item, [`Error::Label`], [`Error::MissingClass`].
    pub fn new(posteriors: Posteriors, labels: Vec<usize>) -> Result<Self, Error> {
        let classes = posteriors.classes();
        if labels.len() != posteriors.items() {
            return Err(Error::Shape { found: posteriors.values().len(), classes });
        }
        let mut counts = vec![0_usize; classes];
        for label in &labels {
            *counts.get_mut(*label).ok_or(Error::Label { label: *label, classes })? += 1;
        }
        match counts.iter().position(|count| *count == 0) {
            Some(class) => Err(Error::MissingClass(class)),
            None => {
                let weights = vec![1.0; labels.len()];
                Ok(Training { posteriors, labels, weights, groups: None, is_of_target: false })
            }
        }
    }

    /// The same items, each counting as many times as its weight says. Only the weights' proportions matter.
    ///
    /// # Errors
    /// [`Error::Weights`] when there is not one for every item, or one is not above 0.
    pub fn weighted(self, weights: Vec<f64>) -> Result<Self, Error> {
        if weights.len() != self.labels.len() || !weights.iter().all(|weight| *weight > 0.0 && weight.is_finite()) {
            return Err(Error::Weights { items: self.labels.len() });
        }
        Ok(Training { weights, ..self })
    }

    /// The same items, each with the number of its group (a topic, a day, a source), from 0. Read by [`super::Method::Bayes`], which takes the target for one more group.
    ///
    /// # Errors
    /// [`Error::Groups`] when there is not one for every item.
    pub fn in_groups(self, groups: Vec<usize>) -> Result<Self, Error> {
        if groups.len() != self.labels.len() {
            return Err(Error::Groups { given: groups.len(), items: self.labels.len() });
        }
        Ok(Training { groups: Some(groups), ..self })
    }

    /// The same items, drawn at random from the very set whose shares are asked: they are then like it, and [`super::Method::Bayes`] need not learn how unlike they are. Groups say nothing more.
    pub fn drawn_from_target(self) -> Self {
        Training { is_of_target: true, ..self }
    }

    /// Whether they were drawn at random from the set whose shares are asked.
    pub const fn is_of_target(&self) -> bool {
        self.is_of_target
    }

    /// The groups, where they were named.
    pub fn groups(&self) -> Option<&[usize]> {
        self.groups.as_deref()
    }

    /// The weights.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Whether some items weigh more than others.
    pub(crate) fn is_weighted(&self) -> bool {
        self.weights.iter().any(|weight| *weight != self.weights[0])
    }

    /// The posteriors.
    pub const fn posteriors(&self) -> &Posteriors {
        &self.posteriors
    }

    /// The labels, from 0.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// Share of every class among the items, by weight: the training prior when the items were trained on as they are.
    pub fn prior(&self) -> Vec<f64> {
        let mut counts = vec![0.0; self.posteriors.classes()];
        self.labels.iter().zip(&self.weights).for_each(|(label, weight)| counts[*label] += weight);
        let n: f64 = self.weights.iter().sum();
        counts.into_iter().map(|count| count / n).collect()
    }

    /// The same items as another classifier, or a calibration, sees them.
    pub(crate) fn seen_as(&self, posteriors: Posteriors) -> Self {
        Training { posteriors, ..self.clone() }
    }

    /// The items at these positions; every class must be among them.
    pub(crate) fn take(&self, positions: &[usize]) -> Self {
        Training {
            posteriors: self.posteriors.take(positions),
            labels: positions.iter().map(|at| self.labels[*at]).collect(),
            weights: positions.iter().map(|at| self.weights[*at]).collect(),
            groups: self.groups.as_ref().map(|groups| positions.iter().map(|at| groups[*at]).collect()),
            is_of_target: self.is_of_target,
        }
    }
}
