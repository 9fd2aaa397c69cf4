use crate::{Error, Level, beta};

/// A range of plausible values, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Whether the value lies in the interval, ends included.
    pub fn holds(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// `k` of `n` independent trials: the numerator and denominator of a share.
///
/// Every interval assumes that the trials are independent with one chance. Accounts of a frame come near that; posts do not, because one
/// account writes many, so Marsad puts no interval on shares of posts. With no trials every interval is the whole range 0 to 1:
/// nothing was learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proportion {
    successes: u64,
    trials: u64,
}

impl Proportion {
    /// A proportion.
    ///
    /// # Errors
    /// [`Error::MoreSuccessesThanTrials`] when `successes > trials`.
    pub const fn new(successes: u64, trials: u64) -> Result<Self, Error> {
        if successes > trials { Err(Error::MoreSuccessesThanTrials { successes, trials }) } else { Ok(Proportion { successes, trials }) }
    }

    /// The numerator.
    pub const fn successes(self) -> u64 {
        self.successes
    }

    /// The denominator.
    pub const fn trials(self) -> u64 {
        self.trials
    }

    /// `k / n`; `None` without trials.
    pub fn share(self) -> Option<f64> {
        (self.trials > 0).then(|| self.successes as f64 / self.trials as f64)
    }

    /// Wilson's score interval: all chances that a two-sided score test at this level does not reject.
    ///
    /// `(2k + z² ∓ z √(z² + 4k(1 − k/n))) / (2(n + z²))`, mean coverage close to the level at every `n`, the default of this project.
    ///
    /// Source: E. B. Wilson, JASA 22 (1927) 209–212; recommended by L. D. Brown, T. T. Cai, A. DasGupta, Statistical Science 16
    /// (2001) 101–133.
    pub fn wilson(self, level: Level) -> Interval {
        let Some(share) = self.share() else { return WHOLE };
        let (k, n, z) = (self.successes as f64, self.trials as f64, level.z());
        let half = z * (z * z + 4.0 * k * (1.0 - share)).sqrt();
        let scale = 2.0 * (n + z * z);
        self.at_the_ends((2.0 * k + z * z - half) / scale, (2.0 * k + z * z + half) / scale)
    }

    /// Wilson's interval with continuity correction: wider, coverage seldom below the level.
    ///
    /// Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 857–872, method 4.
    pub fn wilson_corrected(self, level: Level) -> Interval {
        let Some(p) = self.share() else { return WHOLE };
        let (n, z) = (self.trials as f64, level.z());
        let q = 1.0 - p;
        let scale = 2.0 * (n + z * z);
        let centre = 2.0 * n * p + z * z;
        let low = (centre - 1.0 - z * (z * z - 2.0 - 1.0 / n + 4.0 * p * (n * q + 1.0)).max(0.0).sqrt()) / scale;
        let high = (centre + 1.0 + z * (z * z + 2.0 - 1.0 / n + 4.0 * p * (n * q - 1.0)).max(0.0).sqrt()) / scale;
        self.at_the_ends(low, high)
    }

    /// The exact interval of Clopper and Pearson: coverage never below the level, usually well above it.
    ///
    /// Each end leaves half the remaining probability in its binomial tail: quantiles of Beta(k, n−k+1) and Beta(k+1, n−k).
    ///
    /// Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404–413.
    pub fn clopper_pearson(self, level: Level) -> Interval {
        if self.trials == 0 {
            return WHOLE;
        }
        let (k, misses) = (self.successes as f64, (self.trials - self.successes) as f64);
        let low = if self.successes == 0 { 0.0 } else { beta::quantile(k, misses + 1.0, level.tail()) };
        // The mirror image keeps full precision where the upper end is close to one.
        let high = if self.successes == self.trials { 1.0 } else { 1.0 - beta::quantile(misses, k + 1.0, level.tail()) };
        Interval { low, high }
    }

    /// The equal-tailed interval of the posterior under Jeffreys' prior, Beta(k+½, n−k+½). As in Brown, Cai and DasGupta (2001), the
    /// lower end is 0 at `k = 0` and the upper end 1 at `k = n`, or coverage would vanish for chances near the ends.
    pub fn jeffreys(self, level: Level) -> Interval {
        if self.trials == 0 {
            return WHOLE;
        }
        let (k, misses) = (self.successes as f64, (self.trials - self.successes) as f64);
        let low = beta::quantile(k + 0.5, misses + 0.5, level.tail());
        let high = 1.0 - beta::quantile(misses + 0.5, k + 0.5, level.tail());
        self.at_the_ends(low, high)
    }

    /// The interval of Agresti and Coull: the simple normal formula after adding z²/2 successes and z²/2 failures, cut at 0 and 1.
    /// Same centre as Wilson's and never narrower.
    ///
    /// Source: A. Agresti, B. A. Coull, The American Statistician 52 (1998) 119–126.
    pub fn agresti_coull(self, level: Level) -> Interval {
        if self.trials == 0 {
            return WHOLE;
        }
        let z = level.z();
        let n = self.trials as f64 + z * z;
        let p = (self.successes as f64 + z * z / 2.0) / n;
        let half = z * (p * (1.0 - p) / n).sqrt();
        Interval { low: (p - half).max(0.0), high: (p + half).min(1.0) }
    }

    /// Rounding must not move an end past 0, 1 or the share itself; at `k = 0` and `k = n` the end is exact.
    fn at_the_ends(self, low: f64, high: f64) -> Interval {
        let share = self.share().unwrap_or(0.5);
        Interval {
            low: if self.successes == 0 { 0.0 } else { low.clamp(0.0, share) },
            high: if self.successes == self.trials { 1.0 } else { high.clamp(share, 1.0) },
        }
    }
}

const WHOLE: Interval = Interval { low: 0.0, high: 1.0 };

/// The interval of `p_a − p_b` for two independent samples, from the Wilson intervals of each; −1 to 1 when either has no trials.
///
/// `d − √((p_a − l_a)² + (u_b − p_b)²)` to `d + √((u_a − p_a)² + (p_b − l_b)²)`.
///
/// Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10.
pub fn newcombe_difference(a: Proportion, b: Proportion, level: Level) -> Interval {
    let (Some(pa), Some(pb)) = (a.share(), b.share()) else { return Interval { low: -1.0, high: 1.0 } };
    let (ia, ib) = (a.wilson(level), b.wilson(level));
    let low = pa - pb - (pa - ia.low).hypot(ib.high - pb);
    let high = pa - pb + (ia.high - pa).hypot(pb - ib.low);
    Interval { low: low.max(-1.0), high: high.min(1.0) }
}
