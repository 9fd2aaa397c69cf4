use super::timeline::Timeline;
use crate::Error;

/// Settings of [`Timeline::interval`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IntervalOptions {
    /// The share of objects, those whose second post came soonest, that are looked at.
    pub quickest: f64,
    /// The share of an object's posts whose arrival is waited for, and the quantile of the waiting times.
    pub share: f64,
}

impl Default for IntervalOptions {
    fn default() -> Self {
        IntervalOptions { quickest: 0.1, share: 0.5 }
    }
}

/// A window that the data suggest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The window, in the unit of times.
    pub window: f64,
    /// How many objects it rests on.
    pub objects: usize,
    /// Of how many with two posts or more.
    pub of: usize,
}

impl Timeline<'_> {
    /// The window by the rule of CooRnet: how long the quickest objects take to gather half of their posts.
    ///
    /// Of objects with two posts or more, those whose second post followed within the quantile `quickest` of such delays; for each, the
    /// time from its first post until more than `share` of all its posts are there; of these times the quantile `share`. Nothing without
    /// such an object. CooRnet takes 1 s where this is 0. Source: `estimate_coord_interval` of CooRnet (Giglietto, Righetti, Rossi, Marino 2020).
    ///
    /// # Errors
    /// [`Error::Setting`] for shares outside 0 to 1.
    pub fn interval(&self, options: &IntervalOptions) -> Result<Option<Interval>, Error> {
        let wrong = |value| Error::Setting { name: "a share of the window's rule", value, wanted: "a number from 0 to 1, such as `0.5`" };
        let quantile = |mut values: Vec<f64>, at: f64| {
            values.sort_unstable_by(f64::total_cmp);
            stats::quantile(&values, at).map_err(|_| wrong(at))
        };
        let objects: Vec<&[i64]> =
            self.starts.windows(2).map(|ends| &self.times[ends[0]..ends[1]]).filter(|times| times.len() > 1).collect();
        let after = |times: &[i64], rank: usize| times[rank].saturating_sub(times[0]) as f64;
        let Some(most) = quantile(objects.iter().map(|times| after(times, 1)).collect(), options.quickest)? else { return Ok(None) };
        // The first rank, from 1, whose share of all is more than the share asked for.
        let enough = |posts: usize| ((posts as f64 * options.share).floor() as usize).min(posts - 1);
        let waits: Vec<f64> =
            objects.iter().filter(|times| after(times, 1) <= most).map(|times| after(times, enough(times.len()))).collect();
        let quick = waits.len();
        Ok(quantile(waits, options.share)?.map(|window| Interval { window, objects: quick, of: objects.len() }))
    }
}
