use super::Error;
use crate::{Interval, Level};

/// Cohen's kappa of two coders.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kappa {
    /// (p_o − p_e)/(1 − p_e); `None` when both used one category only, the same.
    pub kappa: Option<f64>,
    /// Asymptotic standard error (not under the null), 0 where kappa is not defined.
    pub standard_error: f64,
    /// Normal interval, cut at −1 and 1; the whole range where kappa is not defined.
    pub interval: Interval,
    /// Share of items on which the two agree.
    pub agreement: f64,
    /// Items coded by both.
    pub items: u64,
}

/// Cohen's kappa from a square table of counts, `table[i * categories + j]` items that the first coder put in i and the second in j. O(categories²).
///
/// Source: J. Cohen, Educ. Psychol. Meas. 20 (1960) 37–46; standard error of J. L. Fleiss, J. Cohen, B. S. Everitt, Psychol. Bull. 72 (1969) 323–327.
///
/// # Errors
/// [`Error::NoPairs`] for a table without items, [`Error::Category`] when the table is not square.
pub fn kappa(table: &[u64], categories: usize, level: Level) -> Result<Kappa, Error> {
    if table.len() != categories * categories {
        return Err(Error::Category(table.len() as u32, categories));
    }
    let items: u64 = table.iter().sum();
    if items == 0 {
        return Err(Error::NoPairs);
    }
    let n = items as f64;
    let p = |i: usize, j: usize| table[i * categories + j] as f64 / n;
    let rows: Vec<f64> = (0..categories).map(|i| (0..categories).map(|j| p(i, j)).sum()).collect();
    let columns: Vec<f64> = (0..categories).map(|j| (0..categories).map(|i| p(i, j)).sum()).collect();
    let agreement: f64 = (0..categories).map(|i| p(i, i)).sum();
    let chance: f64 = rows.iter().zip(&columns).map(|(r, c)| r * c).sum();
    if 1.0 - chance < 1e-12 {
        return Ok(Kappa { kappa: None, standard_error: 0.0, interval: Interval { low: -1.0, high: 1.0 }, agreement, items });
    }
    let kappa = (agreement - chance) / (1.0 - chance);
    let (mut on, mut off) = (0.0, 0.0);
    for i in 0..categories {
        on += p(i, i) * (1.0 - (rows[i] + columns[i]) * (1.0 - kappa)).powi(2);
        for j in (0..categories).filter(|j| *j != i) {
            off += p(i, j) * (columns[i] + rows[j]).powi(2);
        }
    }
    let rest = (kappa - chance * (1.0 - kappa)).powi(2);
    let variance = (on + (1.0 - kappa).powi(2) * off - rest).max(0.0) / (1.0 - chance).powi(2) / n;
    let half = level.z() * variance.sqrt();
    let interval = Interval { low: (kappa - half).max(-1.0), high: (kappa + half).min(1.0) };
    Ok(Kappa { kappa: Some(kappa), standard_error: variance.sqrt(), interval, agreement, items })
}
