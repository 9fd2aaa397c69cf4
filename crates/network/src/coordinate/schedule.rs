//! Posts that an account makes out of habit: at the same time of day, or at the same minute of the hour.

use super::timeline::Timeline;
use crate::Error;
use crate::threads::each;
use stats::{Trials, poisson_binomial_tail};

/// Chances below this are no accident.
const CHANCE: f64 = 1e-4;
/// Other cycles with a post at the same phase, at least.
const REPEATS: u64 = 4;

/// A cycle in which habits return.
struct Cycle {
    /// Its length, in parts of a day.
    of_day: i64,
    /// How far from the same phase a post still counts, in parts of a day.
    tolerance: i64,
}

/// Days, within 5 minutes; hours, within 1.
const CYCLES: [Cycle; 2] = [Cycle { of_day: 1, tolerance: 288 }, Cycle { of_day: 24, tolerance: 1440 }];

impl Timeline<'_> {
    /// For each place whether its post is one of a schedule.
    ///
    /// A post belongs to a schedule when its account posted at the same time of day (5 minutes either way) on so many other days, or at the
    /// same minute of the hour (1 minute either way) in so many other hours, that its own activity makes it less likely than 1 in 10,000.
    /// The chance for one day is `1 − exp(−posts per active day × share of the hour of day × 10/60)`.
    pub(crate) fn scheduled(&self, hours: &[u8], day: i64, threads: usize) -> Result<Vec<bool>, Error> {
        let pieces = self.pieces();
        let parts: Vec<Result<_, Error>> = each(
            threads,
            pieces.len(),
            || (),
            |(), piece| {
                let mut found = Vec::new();
                for account in pieces[piece].clone() {
                    let places = self.places(account);
                    if places.len() as u64 > REPEATS {
                        CYCLES.iter().try_for_each(|cycle| self.habits(places, hours, cycle, day, &mut found))?;
                    }
                }
                Ok(found)
            },
        );
        let mut scheduled = vec![false; self.len()];
        for part in parts {
            part?.into_iter().for_each(|place: u32| scheduled[place as usize] = true);
        }
        Ok(scheduled)
    }

    /// Adds the places of an account that follow a cycle.
    fn habits(&self, places: &[u32], hours: &[u8], cycle: &Cycle, day: i64, found: &mut Vec<u32>) -> Result<(), Error> {
        let (length, tolerance) = (day / cycle.of_day, day / cycle.tolerance);
        if length == 0 {
            return Ok(());
        }
        let mut by_hour = [0.0; 24];
        places.iter().for_each(|place| by_hour[usize::from(hours[*place as usize])] += 1.0);
        let mut phases: Vec<(i64, i64, u32)> = places
            .iter()
            .map(|place| {
                let time = self.times[*place as usize];
                (time.rem_euclid(length), time.div_euclid(length), *place)
            })
            .collect();
        let mut cycles: Vec<i64> = phases.iter().map(|phase| phase.1).collect();
        cycles.sort_unstable();
        cycles.dedup();
        let per_cycle = places.len() as f64 / cycles.len() as f64;
        phases.sort_unstable();
        let mut near = Vec::new();
        for (phase, own, place) in &phases {
            near.clear();
            // The ring of phases, turned so that the neighbourhood lies in one piece.
            for turn in [-length, 0, length] {
                let from = phases.partition_point(|other| other.0 + turn < phase - tolerance);
                near.extend(phases[from..].iter().take_while(|other| other.0 + turn <= phase + tolerance).map(|other| other.1));
            }
            near.sort_unstable();
            near.dedup();
            let others = near.iter().filter(|cycle| *cycle != own).count() as u64;
            if others < REPEATS {
                continue;
            }
            let width = 2.0 * tolerance as f64;
            let share = if cycle.of_day == 1 {
                // A little of every hour, so that a habit is not measured against itself alone.
                let hour = (by_hour[usize::from(hours[*place as usize])] + 1.0) / (places.len() as f64 + 24.0);
                hour * width / (day as f64 / 24.0)
            } else {
                width / length as f64
            };
            let trials = [Trials { chance: -(-per_cycle * share).exp_m1(), times: cycles.len() as u64 - 1 }];
            if poisson_binomial_tail(&trials, others)? < CHANCE {
                found.push(*place);
            }
        }
        Ok(())
    }
}
