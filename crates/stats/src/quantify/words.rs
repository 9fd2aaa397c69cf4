//! Shares of classes from words alone, without a classifier: the estimator of Hopkins and King.

use super::bootstrap::cholesky;
use super::simplex::{equality_solution, simplex_minimum};
use super::{Bootstrap, Error, Share, Shares};
use crate::survey::{Random, normal, stream};
use rand::RngExt;
use rand::seq::SliceRandom;
use std::collections::HashMap;

/// A pattern of a target item that no coded item has.
const UNSEEN: u32 = u32::MAX;

/// A word that is in no subset.
const ABSENT: u8 = u8::MAX;

/// Parts of the items that are left out in turn.
const PARTS: usize = 40;

/// The least part of the target's variance that is left where its items are given: it was measured on few parts.
const LEAST_REST: f64 = 0.1;

/// Most words of a subset: a pattern of words is a number of 32 bits.
const MOST: usize = 25;

/// Which words stand in which items. How often a word stands in an item does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wordings {
    words: Vec<u64>,
    ends: Vec<usize>,
}

impl Wordings {
    /// Adds an item by its words, each by a number of its own that is the same in all items.
    pub fn push(&mut self, words: impl IntoIterator<Item = u64>) {
        let start = self.words.len();
        self.words.extend(words);
        self.words[start..].sort_unstable();
        let mut kept = start;
        for at in start..self.words.len() {
            if at == start || self.words[at] != self.words[kept - 1] {
                self.words[kept] = self.words[at];
                kept += 1;
            }
        }
        self.words.truncate(kept);
        self.ends.push(kept);
    }

    /// How many items there are.
    pub const fn items(&self) -> usize {
        self.ends.len()
    }

    /// The places of every item's words among these, which are sorted; other words are left out.
    fn places(&self, vocabulary: &[u64]) -> Vec<Vec<u32>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let place = |word: &u64| vocabulary.binary_search(word).ok().map(|at| at as u32);
        starts.zip(&self.ends).map(|(start, end)| self.words[start..*end].iter().filter_map(place).collect()).collect()
    }
}

/// How shares are read from words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WordPlan {
    /// Subsets of words, whose equations are solved together.
    pub subsets: usize,
    /// Words of a subset, from 1 to 25.
    pub size: usize,
    /// Words in fewer than this share of all items, or in more than all but this share, are left out.
    pub least: f64,
    /// Of what the shares are.
    pub share: Share,
    /// Draws of the interval.
    pub replicates: usize,
    /// The seed of subsets and replicates.
    pub seed: u64,
}

impl WordPlan {
    /// 300 subsets of 15 words that stand in 1 to 99 % of items, as in the authors' programme, and 1,000 draws.
    pub const fn usual(seed: u64) -> Self {
        WordPlan { subsets: 300, size: 15, least: 0.01, share: Share::Selected, replicates: 1000, seed }
    }
}

/// Shares read from words.
#[derive(Clone, Debug, PartialEq)]
pub struct FromWords {
    /// The shares.
    pub shares: Shares,
    /// Draws about them: the chance of coded items within classes, and of target items as they come.
    pub cloud: Bootstrap,
    /// Words that subsets were drawn from.
    pub words: usize,
    /// Words of a subset: fewer than planned where there are not as many.
    pub size: usize,
    /// Subsets that were drawn: one where all words fit into it.
    pub subsets: usize,
}

/// The share of every class among the target items, from which words they hold.
///
/// Of a subset of the words, which of them an item holds is its pattern S. In every class patterns have the shares that they have among the class's coded items, so among
/// the target items `P(S) = Σ_j P(S | j) p_j`, whatever the shares p: least squares on the simplex, over many random subsets. No classifier is learned, and no code of a
/// single target item is guessed.
///
/// Departures from the source: subsets are drawn evenly from the words. The equations of all subsets are solved as one system, where the source solves each and takes the mean, since a
/// solution that is pressed to the edge of the simplex can only err inwards. `P(S | j)` is known from few items, whose noise would draw shares towards each other, as in every regression on
/// noisy columns; it is taken off the normal equations by the unbiased estimate of `Σ_S P(S | j)²`, as far as they keep one minimum. Intervals come from leaving out a fortieth of the coded
/// items, then of the target items, in turn, instead of a bootstrap, under the same subsets.
///
/// O(subsets · (words of all items + 81 · (items + patterns · classes²))).
///
/// Source: D. J. Hopkins, G. King, A method of automated nonparametric content analysis for social science, American Journal of Political Science 54 (2010) 229–247, section 4; W. A. Fuller,
/// Measurement Error Models (1987), 2.2, on the noise; J. Shao, D. Tu, The Jackknife and Bootstrap (1995), 2.3.
///
/// # Errors
/// [`Error::Classes`], [`Error::Shape`] when there is not one label an item, [`Error::Label`], [`Error::MissingClass`], [`Error::Empty`] without a target item, [`Error::NoWords`],
/// [`Error::Setting`].
pub fn from_words(coded: &Wordings, labels: &[usize], classes: usize, target: &Wordings, plan: &WordPlan) -> Result<FromWords, Error> {
    check(coded, labels, classes, target, plan)?;
    let vocabulary = vocabulary([coded, target], plan.least);
    if vocabulary.is_empty() {
        return Err(Error::NoWords { share: plan.least });
    }
    let size = plan.size.min(vocabulary.len());
    let mut random = stream(plan.seed, 3);
    // All words at once are one subset, and every other subset of as many is the same.
    let subsets = if size == vocabulary.len() { 1 } else { plan.subsets };
    let sets = [coded.places(&vocabulary), target.places(&vocabulary)];
    let parts = Parts::new(labels, classes, target.items(), &mut stream(plan.seed, 4));
    let mut systems = vec![System::new(classes); 1 + 2 * PARTS];
    for _ in 0..subsets {
        let subset = Subset::new(vocabulary.len(), size, &sets, &mut random);
        systems.iter_mut().enumerate().for_each(|(at, system)| subset.add_to(system, labels, &parts, at));
    }
    let shares = Shares { prevalence: systems[0].solved().shares(), iterations: 0, converged: true };
    let cloud = cloud(&systems, &shares.prevalence, target.items(), plan.share, plan.replicates, &mut stream(plan.seed, 5));
    Ok(FromWords { shares, cloud, words: vocabulary.len(), size, subsets })
}

/// Draws about the shares whose signs are left open, as far from them as they scatter when a part of the items is left out (the jackknife), each taken to the nearest shares of
/// the simplex. A bootstrap would count the noise of the coded items' patterns twice.
fn cloud(systems: &[System], found: &[f64], targets: usize, share: Share, replicates: usize, random: &mut Random) -> Bootstrap {
    let k = systems[0].classes;
    let open: Vec<Vec<f64>> = systems.iter().map(|system| system.solved().open()).collect();
    let scale = ((PARTS - 1) as f64 / PARTS as f64).sqrt();
    let mut moves = Vec::with_capacity(2 * PARTS);
    for side in open[1..].chunks_exact(PARTS) {
        let mean: Vec<f64> = (0..k).map(|i| side.iter().map(|row| row[i]).sum::<f64>() / PARTS as f64).collect();
        moves.extend(side.iter().map(|row| row.iter().zip(&mean).map(|(own, mean)| scale * (own - mean)).collect::<Vec<f64>>()));
    }
    if share == Share::Selected {
        // What is at hand stays as it is: the variance of which items come is not asked for. In the sum over classes, so that the rest remains a variance.
        let all: f64 = moves[PARTS..].iter().flatten().map(|own| own * own).sum();
        let coming = (1.0 - found.iter().map(|share| share * share).sum::<f64>()) / targets as f64;
        let rest = (1.0 - coming / all.max(f64::MIN_POSITIVE)).max(LEAST_REST).sqrt();
        moves[PARTS..].iter_mut().flatten().for_each(|own| *own *= rest);
    }
    let mut cloud = Bootstrap::new(k);
    for _ in 0..replicates {
        let mut shares = open[0].clone();
        for part in &moves {
            let by = normal(random);
            shares.iter_mut().zip(part).for_each(|(share, own)| *share += by * own);
        }
        cloud.push(&nearest(&shares));
    }
    cloud
}

/// The point of the simplex that is nearest.
fn nearest(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut level) = (0.0, 0.0);
    for (at, value) in sorted.iter().enumerate() {
        sum += value;
        let next = (sum - 1.0) / (at + 1) as f64;
        if *value > next {
            level = next;
        }
    }
    values.iter().map(|value| (value - level).max(0.0)).collect()
}

fn check(coded: &Wordings, labels: &[usize], classes: usize, target: &Wordings, plan: &WordPlan) -> Result<(), Error> {
    if classes < 2 {
        return Err(Error::Classes(classes));
    }
    if labels.len() != coded.items() {
        return Err(Error::Shape { found: labels.len(), classes });
    }
    if let Some(label) = labels.iter().find(|label| **label >= classes) {
        return Err(Error::Label { label: *label, classes });
    }
    if let Some(class) = (0..classes).find(|class| !labels.contains(class)) {
        return Err(Error::MissingClass(class));
    }
    if target.items() == 0 {
        return Err(Error::Empty);
    }
    if !(1..=MOST).contains(&plan.size) {
        return Err(Error::Setting { name: "number of words in a subset", value: plan.size as f64 });
    }
    if plan.subsets == 0 {
        return Err(Error::Setting { name: "number of subsets", value: 0.0 });
    }
    Ok(())
}

/// The words that are neither too rare nor nearly everywhere, in the order of their numbers.
fn vocabulary(sets: [&Wordings; 2], least: f64) -> Vec<u64> {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    sets.iter().flat_map(|set| &set.words).for_each(|word| *counts.entry(*word).or_default() += 1);
    let items = sets.iter().map(|set| set.items()).sum::<usize>() as f64;
    let is_telling = |count: &usize| (least..=1.0 - least).contains(&(*count as f64 / items));
    let mut words: Vec<u64> = counts.into_iter().filter(|(_, count)| is_telling(count)).map(|(word, _)| word).collect();
    words.sort_unstable();
    words
}

/// The part that every item belongs to, from 0: coded items and target items have parts of their own, and every class is spread over them.
struct Parts {
    coded: Vec<usize>,
    target: Vec<usize>,
}

impl Parts {
    fn new(labels: &[usize], classes: usize, targets: usize, random: &mut Random) -> Parts {
        let mut members = vec![Vec::new(); classes];
        labels.iter().enumerate().for_each(|(at, label)| members[*label].push(at));
        let mut coded = vec![0; labels.len()];
        let mut dealt = 0;
        for of in &mut members {
            of.shuffle(random);
            // One part after the other, so that no two of few items share one.
            of.iter().for_each(|at| {
                coded[*at] = dealt % PARTS;
                dealt += 1;
            });
        }
        let mut target: Vec<usize> = (0..targets).map(|at| at % PARTS).collect();
        target.shuffle(random);
        Parts { coded, target }
    }

    /// The parts that are left out of coded and target items: neither at 0, then those of the coded items in turn, then those of the target.
    const fn left_out(at: usize) -> [Option<usize>; 2] {
        match at {
            0 => [None, None],
            at if at <= PARTS => [Some(at - 1), None],
            at => [None, Some(at - 1 - PARTS)],
        }
    }
}

/// One subset of words: the pattern of every item, by number.
struct Subset {
    coded: Vec<u32>,
    target: Vec<u32>,
    patterns: usize,
}

impl Subset {
    fn new(words: usize, size: usize, sets: &[Vec<Vec<u32>>; 2], random: &mut Random) -> Subset {
        let mut places: Vec<usize> = (0..words).collect();
        let mut bits = vec![ABSENT; words];
        for at in 0..size {
            places.swap(at, random.random_range(at..words));
            bits[places[at]] = at as u8;
        }
        let pattern = |row: &Vec<u32>| {
            row.iter().map(|word| bits[*word as usize]).filter(|bit| *bit != ABSENT).fold(0_u32, |sum, bit| sum | 1 << bit)
        };
        let mut numbers: HashMap<u32, u32> = HashMap::new();
        let coded = sets[0].iter().map(|row| {
            let next = numbers.len() as u32;
            *numbers.entry(pattern(row)).or_insert(next)
        });
        let coded = coded.collect();
        let target = sets[1].iter().map(|row| numbers.get(&pattern(row)).copied().unwrap_or(UNSEEN)).collect();
        Subset { coded, target, patterns: numbers.len() }
    }

    /// Adds the equations of the patterns that coded items have: those of target items alone are foreign to every class, so that no shares come nearer to them.
    fn add_to(&self, system: &mut System, labels: &[usize], parts: &Parts, at: usize) {
        let [without_coded, without_target] = Parts::left_out(at);
        let k = system.classes;
        let (mut counts, mut wanted) = (vec![0.0; self.patterns * k], vec![0.0; self.patterns]);
        let (mut sums, mut items) = (vec![0.0_f64; k], 0.0_f64);
        for ((pattern, label), part) in self.coded.iter().zip(labels).zip(&parts.coded) {
            if Some(*part) != without_coded {
                counts[*pattern as usize * k + label] += 1.0;
                sums[*label] += 1.0;
            }
        }
        for (pattern, part) in self.target.iter().zip(&parts.target) {
            if Some(*part) != without_target {
                items += 1.0;
                if *pattern != UNSEEN {
                    wanted[*pattern as usize] += 1.0;
                }
            }
        }
        // A class or a set of one item has nothing left without it.
        sums.iter_mut().for_each(|sum| *sum = sum.max(1.0));
        items = items.max(1.0);
        for (row, wanted) in counts.chunks_exact(k).zip(&wanted) {
            for i in 0..k {
                let share = row[i] / sums[i];
                system.linear[i] += share * wanted / items;
                for j in 0..k {
                    system.gram[i * k + j] += share * row[j] / sums[j];
                }
                if sums[i] > 1.0 {
                    system.noise[i] += share * share - row[i] * (row[i] - 1.0) / (sums[i] * (sums[i] - 1.0));
                }
            }
        }
    }
}

/// Normal equations of least squares, and what noise in the columns adds to their diagonal.
#[derive(Clone)]
struct System {
    classes: usize,
    gram: Vec<f64>,
    linear: Vec<f64>,
    noise: Vec<f64>,
}

impl System {
    fn new(classes: usize) -> System {
        System { classes, gram: vec![0.0; classes * classes], linear: vec![0.0; classes], noise: vec![0.0; classes] }
    }

    /// The equations with as much of the noise taken off as leaves them one minimum: all of it, a half, a quarter and so on.
    fn solved(&self) -> Solved {
        let k = self.classes;
        let without = |part: f64| {
            let mut gram = self.gram.clone();
            (0..k).for_each(|i| gram[i * k + i] -= part * self.noise[i]);
            gram
        };
        // Between shares: what is left when one of them is what the others leave.
        let has_minimum = |gram: &[f64]| {
            let last = k - 1;
            let between = |i: usize, j: usize| gram[i * k + j] - gram[i * k + last] - gram[last * k + j] + gram[last * k + last];
            cholesky(&(0..last).map(|i| (0..last).map(|j| between(i, j)).collect()).collect::<Vec<Vec<f64>>>()).is_some()
        };
        let mut gram = (0..10).map(|halves| without(0.5_f64.powi(halves))).find(|gram| has_minimum(gram)).unwrap_or_else(|| without(0.0));
        // A trace of a ridge: classes of the same words share evenly.
        let trace: f64 = (0..k).map(|i| gram[i * k + i]).sum();
        (0..k).for_each(|i| gram[i * k + i] += 1e-14 * trace.abs().max(f64::MIN_POSITIVE));
        Solved { classes: k, gram, linear: self.linear.clone() }
    }
}

/// Normal equations that have one minimum.
struct Solved {
    classes: usize,
    gram: Vec<f64>,
    linear: Vec<f64>,
}

impl Solved {
    fn shares(&self) -> Vec<f64> {
        simplex_minimum(&self.gram, &self.linear, self.classes)
    }

    /// Numbers that sum to one, whatever their signs: they move evenly where shares stop at the edge.
    fn open(&self) -> Vec<f64> {
        equality_solution(&self.gram, &self.linear, self.classes, &vec![true; self.classes]).unwrap_or_else(|| self.shares())
    }
}
