use crate::Error;
use statrs::function::erf::erfc_inv;

/// The confidence level of an interval: the share of repeated samples whose interval holds the truth. Between 0 and 1, ends excluded.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Level(f64);

impl Level {
    /// 95 %, the level of every interval that Marsad reports unless it says otherwise.
    pub const P95: Level = Level(0.95);

    /// A level.
    ///
    /// # Errors
    /// [`Error::Level`] for what is not strictly between 0 and 1.
    pub fn new(level: f64) -> Result<Self, Error> {
        if level > 0.0 && level < 1.0 { Ok(Level(level)) } else { Err(Error::Level(level)) }
    }

    /// The level as a number.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// The probability left in one tail, `(1 − level) / 2`.
    pub(crate) fn tail(self) -> f64 {
        (1.0 - self.0) / 2.0
    }

    /// The standard normal deviate with [`Level::tail`] above it: 1.959964 at 95 %.
    pub fn z(self) -> f64 {
        std::f64::consts::SQRT_2 * erfc_inv(1.0 - self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Truth: `scipy.stats.norm.ppf` 1.17.1 at 0.975, 0.995, 0.95 and 1 − 1e-9.
    #[test]
    fn deviates_agree_with_scipy() {
        let golden = [(0.95, 1.959963984540054), (0.99, 2.5758293035489004), (0.9, 1.6448536269514722), (1.0 - 2e-9, 5.997807019601637)];
        for (level, z) in golden {
            let ours = Level::new(level).unwrap().z();
            assert!((ours - z).abs() < 1e-7 * z && (level > 0.999 || (ours - z).abs() < 1e-13), "{level}: {ours}");
        }
    }

    #[test]
    fn only_levels_between_0_and_1_are_levels() {
        for level in [0.0, 1.0, -0.5, 95.0, f64::NAN, f64::INFINITY] {
            assert!(Level::new(level).is_err(), "{level}");
        }
    }
}
