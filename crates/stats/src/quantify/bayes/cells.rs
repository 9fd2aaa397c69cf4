use crate::quantify::{Error, Posteriors, Training};

/// Coded items that stand behind a level of an answer at least.
const LEAST_ITEMS: usize = 5;

/// Levels where nobody says how many: with one the fit of the target tells nothing of how unlike it is to the codes, and with three or more 300 codes are spread so thin that intervals hold less than they say.
const USUAL: usize = 2;

/// Levels that may be asked for.
const MOST_LEVELS: usize = 50;

/// What is read of an item: the class of its largest ratio of posterior to prior, so that a rare class has cells too, and how large that ratio is among all of them, in levels cut at quantiles of the coded items that are taken for
/// the same class.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cells {
    /// What the posteriors assume.
    prior: Vec<f64>,
    /// By class of the answer, the least largest ratio of each level but the lowest.
    cuts: Vec<Vec<f64>>,
    /// The first cell of every answer.
    starts: Vec<usize>,
}

impl Cells {
    /// Cells of so many levels, two where none is given. An answer given to few coded items, or with few values, has fewer.
    pub(super) fn new(training: &Training, prior: &[f64], levels: Option<usize>) -> Result<Self, Error> {
        let k = training.posteriors().classes();
        let levels = levels.unwrap_or(USUAL);
        if !(1..=MOST_LEVELS).contains(&levels) {
            return Err(Error::Levels(levels));
        }
        let mut sure = vec![Vec::new(); k];
        for row in training.posteriors().rows() {
            let (class, largest) = answer(row, prior);
            sure[class].push(largest);
        }
        let cuts: Vec<Vec<f64>> = sure.into_iter().map(|own| quantiles(own, levels)).collect();
        let starts = cuts.iter().scan(0, |next, own| {
            let start = *next;
            *next += own.len() + 1;
            Some(start)
        });
        let starts = starts.collect();
        Ok(Cells { prior: prior.to_vec(), cuts, starts })
    }

    /// The cell of an item. O(k).
    pub(super) fn of(&self, row: &[f64]) -> usize {
        let (class, largest) = answer(row, &self.prior);
        self.starts[class] + self.cuts[class].partition_point(|cut| *cut <= largest)
    }

    /// Items in each cell.
    pub(super) fn count(&self, target: &Posteriors) -> Vec<u64> {
        let mut counts = vec![0; self.len()];
        target.rows().for_each(|row| counts[self.of(row)] += 1);
        counts
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.cuts.iter().map(|own| own.len() + 1).sum()
    }
}

/// The class of the largest ratio of posterior to prior, the first of equals, and that ratio over the sum of all.
fn answer(row: &[f64], prior: &[f64]) -> (usize, f64) {
    let ratios = || row.iter().zip(prior).map(|(posterior, prior)| posterior / prior);
    let (class, most) =
        ratios().enumerate().fold((0, f64::NEG_INFINITY), |best, (class, value)| if value > best.1 { (class, value) } else { best });
    (class, most / ratios().sum::<f64>())
}

/// Values that cut others into levels of about equal size; each level holds some.
fn quantiles(mut values: Vec<f64>, levels: usize) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let levels = levels.min(values.len() / LEAST_ITEMS).max(1);
    let mut cuts: Vec<f64> = (1..levels).map(|level| values[values.len() * level / levels]).collect();
    cuts.dedup();
    cuts.retain(|cut| values.first().is_some_and(|least| least < cut));
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_answers_by_how_sure_they_are() {
        let row = |p: f64| [p, 1.0 - p];
        let values: Vec<f64> = (0..20).map(|at| 0.51 + 0.02 * at as f64).chain((0..7).map(|_| 0.2)).collect();
        let labels = (0..27).map(|at| usize::from(at >= 20)).collect();
        let training = Training::new(Posteriors::new(values.iter().flat_map(|p| row(*p)).collect(), 2).unwrap(), labels).unwrap();
        let even = [0.5, 0.5];
        let cells = Cells::new(&training, &even, Some(4)).unwrap();
        // Four levels of five items for the first answer; the second has one value, and so one level.
        assert_eq!((cells.len(), cells.count(training.posteriors())), (5, vec![5, 5, 5, 5, 7]));
        assert_eq!([0.5, 0.6, 0.61, 0.99, 0.49, 0.0].map(|p| cells.of(&row(p))), [0, 0, 1, 3, 4, 4]);
        assert_eq!(Cells::new(&training, &even, Some(0)), Err(Error::Levels(0)));
        assert_eq!(Cells::new(&training, &even, None).unwrap().len(), 3);
        // By a prior of nine in ten for the first class, .8 speaks for the second.
        let rare = Cells::new(&training, &[0.9, 0.1], Some(1)).unwrap();
        assert_eq!([0.95, 0.8].map(|p| rare.of(&row(p))), [0, 1]);
    }
}
