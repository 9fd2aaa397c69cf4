//! What a classifier was learned from, and how good it was on texts that it had not seen.

use stats::{Interval, Level, Proportion};

/// The card of a classifier. Every count is of coded texts, each answered by a classifier that was learned without its fold.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Coded texts of every class.
    pub items: Vec<u64>,
    /// Texts and answers by group, such as language; by name.
    pub groups: Vec<Group>,
    /// Held-out log-loss, calibrated, of every strength tried.
    pub losses: Vec<(f64, f64)>,
    /// Held-out log-loss as calibrated at the end.
    pub log_loss: f64,
    /// Folds.
    pub folds: u32,
    /// Their seed.
    pub seed: u64,
    /// What becomes of the labels when terms are replaced; nothing where it was not tried.
    pub counterfactual: Option<Counterfactual>,
}

/// The answers in one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// k × k counts, row by row: a row is what texts were coded, a column what they were taken for.
    pub confusion: Vec<u64>,
    /// Texts on which the classifier would have abstained; they count in the confusion all the same.
    pub withheld: u64,
}

/// Labels before and after terms were replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterfactual {
    /// Number of terms.
    pub terms: u64,
    /// k × k counts of the texts that hold a term, row by row: a row is the label as it is, a column that with the terms replaced.
    pub moves: Vec<u64>,
}

/// How good the answers of one class are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Of the texts taken for the class, those that are of it.
    pub precision: Proportion,
    /// Of the texts of the class, those that were taken for it.
    pub recall: Proportion,
}

impl Rates {
    /// Wilson's intervals of precision and recall.
    pub fn intervals(self, level: Level) -> [Interval; 2] {
        [self.precision.wilson(level), self.recall.wilson(level)]
    }

    /// `2 tp / (2 tp + fp + fn)`; nothing for a class that is neither coded nor answered.
    pub fn f1(self) -> Option<f64> {
        let both = self.precision.trials() + self.recall.trials();
        (both > 0).then(|| 2.0 * self.recall.successes() as f64 / both as f64)
    }
}

impl Card {
    /// Sets down one answer.
    pub(super) fn add(&mut self, group: &str, truth: usize, answer: usize, is_given: bool) {
        let k = self.items.len();
        let at = match self.groups.binary_search_by(|known| known.name.as_str().cmp(group)) {
            Ok(at) => at,
            Err(at) => {
                self.groups.insert(at, Group { name: group.to_owned(), confusion: vec![0; k * k], withheld: 0 });
                at
            }
        };
        self.groups[at].confusion[truth * k + answer] += 1;
        self.groups[at].withheld += u64::from(!is_given);
    }

    /// All groups together, under this name.
    pub fn whole(&self, name: &str) -> Group {
        self.together(name, |_| true)
    }

    /// The groups of `least` texts or more, and those of fewer together under this name, last.
    pub fn at_least(&self, least: u64, name: &str) -> Vec<Group> {
        let (large, small): (Vec<&Group>, Vec<&Group>) = self.groups.iter().partition(|group| group.items() >= least);
        let mut found: Vec<Group> = large.into_iter().cloned().collect();
        if !small.is_empty() {
            found.push(self.together(name, |group| group.items() < least));
        }
        found
    }

    fn together(&self, name: &str, wanted: impl Fn(&Group) -> bool) -> Group {
        let k = self.items.len();
        let mut all = Group { name: name.to_owned(), confusion: vec![0; k * k], withheld: 0 };
        for group in self.groups.iter().filter(|group| wanted(group)) {
            all.confusion.iter_mut().zip(&group.confusion).for_each(|(sum, count)| *sum += count);
            all.withheld += group.withheld;
        }
        all
    }
}

impl Group {
    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.confusion.len().isqrt()
    }

    /// Texts in it.
    pub fn items(&self) -> u64 {
        self.confusion.iter().sum()
    }

    /// Precision and recall of a class.
    pub fn rates(&self, class: usize) -> Rates {
        let k = self.classes();
        let right = self.confusion[class * k + class];
        let taken: u64 = (0..k).map(|truth| self.confusion[truth * k + class]).sum();
        let coded: u64 = self.confusion[class * k..][..k].iter().sum();
        // The diagonal is part of its row and of its column, so neither can be refused.
        let of =
            |trials: u64| Proportion::new(right.min(trials), trials).unwrap_or_else(|_| unreachable!("a part is no more than the whole"));
        Rates { precision: of(taken), recall: of(coded) }
    }

    /// Mean F1 of the classes that were coded or answered.
    pub fn macro_f1(&self) -> f64 {
        let all: Vec<f64> = (0..self.classes()).filter_map(|class| self.rates(class).f1()).collect();
        all.iter().sum::<f64>() / all.len() as f64
    }
}

impl Counterfactual {
    /// Texts that hold a term, and those of them whose label changes.
    pub fn changed(&self) -> Proportion {
        let k = self.moves.len().isqrt();
        let all: u64 = self.moves.iter().sum();
        let same: u64 = (0..k).map(|class| self.moves[class * k + class]).sum();
        Proportion::new(all - same, all).unwrap_or_else(|_| unreachable!("a part is no more than the whole"))
    }
}
