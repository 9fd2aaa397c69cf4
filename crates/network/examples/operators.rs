//! How often accounts are tied to one hand that are not, and how often those that are get found, in invented worlds with look-alikes.
//!
//! `cargo run --release -p network --example operators -- 100 5000`: so many worlds, and the first seed.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "its result")]

use network::{OperatorOptions, Operators, operators};
use world::{Hands, HandsOptions, hands as world_of_hands};

#[path = "../tests/it/hands.rs"]
mod hands;

/// What is counted over all worlds.
#[derive(Default)]
struct Tally {
    linked: usize,
    right: usize,
    true_pairs: usize,
    tight_linked: usize,
    tight_wrong: usize,
    tight_pairs: usize,
    shown: usize,
    scores: Vec<f64>,
    labels: Vec<bool>,
    covered: [usize; 3],
    expected: f64,
    found: f64,
    clean: usize,
}

impl Tally {
    fn add(&mut self, world: &Hands, found: &Operators) {
        let count = world.accounts.len();
        let mut operator = vec![usize::MAX; count];
        for (number, members) in found.operators.iter().enumerate() {
            members.iter().for_each(|member| operator[*member as usize] = number);
        }
        let mut wrong = 0;
        let (mut pairs, mut people) = (0, std::collections::BTreeMap::<u32, usize>::new());
        for a in 0..count {
            *people.entry(world.accounts[a].person).or_default() += 1;
            for b in a + 1..count {
                let (linked, one) = (operator[a] != usize::MAX && operator[a] == operator[b], world.is_one(a, b));
                let tight =
                    world.tight.contains(&world.accounts[a].community) && world.accounts[a].community == world.accounts[b].community;
                self.linked += usize::from(linked);
                self.right += usize::from(linked && one);
                self.true_pairs += usize::from(one);
                self.tight_linked += usize::from(linked && tight);
                self.tight_wrong += usize::from(linked && tight && !one);
                self.tight_pairs += usize::from(tight && !one);
                wrong += usize::from(linked && !one);
                pairs += usize::from(one);
            }
        }
        self.clean += usize::from(wrong == 0);
        for pair in &found.pairs {
            let one = world.is_one(pair.accounts[0] as usize, pair.accounts[1] as usize);
            self.shown += usize::from(one);
            self.scores.push(pair.probability);
            self.labels.push(one);
        }
        let several = people.values().filter(|accounts| **accounts > 1).count();
        let truth = [people.len(), several, pairs];
        let said = [found.people.people, found.people.operators, found.people.pairs];
        for ((covered, truth), [_, low, high]) in self.covered.iter_mut().zip(truth).zip(said) {
            *covered += usize::from(low <= truth as f64 && truth as f64 <= high);
        }
        self.expected += found.people.people[0];
        self.found += people.len() as f64;
    }

    fn print(&self, worlds: u64) {
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        println!(
            "precision {:.4}, recall {:.4}: {} pairs linked, {} of one hand, {} of these shown",
            share(self.right, self.linked),
            share(self.right, self.true_pairs),
            self.linked,
            self.true_pairs,
            self.shown
        );
        println!("worlds without a wrong link: {} of {worlds}", self.clean);
        println!(
            "tight communities: {} pairs linked, {} wrongly, among {} of two hands",
            self.tight_linked, self.tight_wrong, self.tight_pairs
        );
        println!(
            "people {:.1}, said {:.1}; ranges that hold the truth: people {}, operators {}, pairs {}",
            self.found / worlds as f64,
            self.expected / worlds as f64,
            self.covered[0],
            self.covered[1],
            self.covered[2]
        );
        let sum: f64 = self.scores.iter().sum();
        println!("pairs of one hand among those shown: expected {sum:.1}, found {}", self.shown);
        let mut bins = [(0_usize, 0.0, 0_usize); 10];
        for (score, one) in self.scores.iter().zip(&self.labels) {
            let bin = &mut bins[((score * 10.0) as usize).min(9)];
            *bin = (bin.0 + 1, bin.1 + score, bin.2 + usize::from(*one));
        }
        for (count, sum, right) in bins {
            println!("  {count:6} pairs, expected {:.3}, found {:.3}", sum / count.max(1) as f64, share(right, count));
        }
    }
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|text| text.parse::<u64>().ok());
    let (worlds, first) = (numbers.next().unwrap_or(20), numbers.next().unwrap_or(1));
    let mut tally = Tally::default();
    for seed in first..first + worlds {
        let world = world_of_hands(&HandsOptions { seed, ..HandsOptions::default() });
        let found = operators(&hands::profiles(&world), &OperatorOptions::default()).unwrap();
        tally.add(&world, &found);
    }
    tally.print(worlds);
}
