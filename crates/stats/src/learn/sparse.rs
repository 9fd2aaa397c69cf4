use super::Error;

/// A sparse matrix in compressed rows: row i holds `columns[starts[i]..starts[i+1]]` and the values beside them.
#[derive(Clone, Debug, PartialEq)]
pub struct Sparse {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    width: usize,
}

impl Sparse {
    /// A matrix of no rows and so many columns.
    pub const fn new(width: usize) -> Self {
        Sparse { starts: Vec::new(), columns: Vec::new(), values: Vec::new(), width }
    }

    /// Adds a row of (column, value). Repeated columns add up.
    ///
    /// # Errors
    /// [`Error::Row`] for a column beyond the width or a value that is not finite; the matrix is then unchanged.
    pub fn push(&mut self, row: &[(u32, f32)]) -> Result<(), Error> {
        if row.iter().any(|(column, value)| *column as usize >= self.width || !value.is_finite()) {
            return Err(Error::Row(self.rows()));
        }
        self.starts.push(self.columns.len());
        self.columns.extend(row.iter().map(|(column, _)| *column));
        self.values.extend(row.iter().map(|(_, value)| *value));
        Ok(())
    }

    /// Number of rows.
    pub const fn rows(&self) -> usize {
        self.starts.len()
    }

    /// Number of columns.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// The (column, value) pairs of a row below [`Sparse::rows`].
    pub fn row(&self, at: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let end = self.starts.get(at + 1).copied().unwrap_or(self.columns.len());
        let range = self.starts[at]..end;
        self.columns[range.clone()].iter().zip(&self.values[range]).map(|(column, value)| (*column as usize, f64::from(*value)))
    }
}
