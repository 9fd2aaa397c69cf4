use super::Error;

/// A sparse matrix in compressed rows: row i holds `indices[indptr[i]..indptr[i + 1]]` and the values beside them.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    features: usize,
    indptr: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f32>,
}

impl Rows {
    /// A checked matrix of `features` columns. `indptr` has one more entry than rows, begins with 0, never falls and ends with the number of values.
    /// Repeated columns in a row add up. O(values).
    ///
    /// # Errors
    /// [`Error::Row`] with the first row that does not hold together.
    pub fn new(features: usize, indptr: Vec<usize>, indices: Vec<u32>, values: Vec<f32>) -> Result<Self, Error> {
        let ends = indptr.first() == Some(&0) && indptr.last() == Some(&indices.len()) && indices.len() == values.len();
        if let Some(row) = indptr.windows(2).position(|pair| pair[0] > pair[1]).or((!ends).then_some(indptr.len().saturating_sub(2))) {
            return Err(Error::Row(row));
        }
        let bad = |(column, value): (&u32, &f32)| *column as usize >= features || !value.is_finite();
        if let Some(at) = indices.iter().zip(&values).position(bad) {
            return Err(Error::Row(indptr.partition_point(|start| *start <= at) - 1));
        }
        Ok(Rows { features, indptr, indices, values })
    }

    /// A matrix without rows, to be filled by [`Rows::push`].
    pub fn empty(features: usize) -> Self {
        Rows { features, indptr: vec![0], indices: Vec::new(), values: Vec::new() }
    }

    /// Adds a row of (column, value).
    ///
    /// # Errors
    /// [`Error::Row`] for a column beyond the features or a value that is not finite; the matrix is then unchanged.
    pub fn push(&mut self, row: &[(u32, f32)]) -> Result<(), Error> {
        if row.iter().any(|(column, value)| *column as usize >= self.features || !value.is_finite()) {
            return Err(Error::Row(self.rows()));
        }
        self.indices.extend(row.iter().map(|(column, _)| *column));
        self.values.extend(row.iter().map(|(_, value)| *value));
        self.indptr.push(self.indices.len());
        Ok(())
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.indptr.len() - 1
    }

    /// Number of columns.
    pub const fn features(&self) -> usize {
        self.features
    }

    /// The (column, value) pairs of a row; none beyond the last row.
    pub fn row(&self, at: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.indptr.get(at).copied().unwrap_or(0)..self.indptr.get(at + 1).copied().unwrap_or(0);
        let (indices, values) = (self.indices.get(range.clone()), self.values.get(range));
        let pairs = indices.unwrap_or_default().iter().zip(values.unwrap_or_default());
        pairs.map(|(column, value)| (*column as usize, f64::from(*value)))
    }

    /// The rows at these positions, in their order. O(values taken).
    pub fn take(&self, positions: &[usize]) -> Self {
        let mut taken = Rows::empty(self.features);
        for at in positions {
            let range = self.indptr.get(*at).copied().unwrap_or(0)..self.indptr.get(*at + 1).copied().unwrap_or(0);
            taken.indices.extend_from_slice(self.indices.get(range.clone()).unwrap_or_default());
            taken.values.extend_from_slice(self.values.get(range).unwrap_or_default());
            taken.indptr.push(taken.indices.len());
        }
        taken
    }
}

/// How a dense measure becomes a feature: standard units, and 0 where it is not known.
///
/// A learner's penalty weighs coefficients alike, so features must be of like scale; a null must not look like the least value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standard {
    /// Mean of the known values.
    pub centre: f64,
    /// Their standard deviation; 1 where they do not vary.
    pub scale: f64,
}

impl Standard {
    /// Mean and standard deviation of the known finite values of a frame; needs no codes. O(n).
    pub fn fit(values: impl Iterator<Item = Option<f64>> + Clone) -> Self {
        let known = values.flatten().filter(|value| value.is_finite());
        let n = known.clone().count().max(1) as f64;
        let centre = known.clone().sum::<f64>() / n;
        let variance = known.map(|value| (value - centre).powi(2)).sum::<f64>() / n;
        let varies = variance > 1e-24 * centre * centre && variance > 0.0;
        Standard { centre, scale: if varies { variance.sqrt() } else { 1.0 } }
    }

    /// The value in standard units, cut at ten of them; 0, the mean, where it is not known.
    pub fn apply(self, value: Option<f64>) -> f32 {
        value.filter(|value| value.is_finite()).map_or(0.0, |value| ((value - self.centre) / self.scale).clamp(-10.0, 10.0) as f32)
    }
}
