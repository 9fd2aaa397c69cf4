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
    candidates_true: usize,
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
            self.candidates_true += usize::from(one);
            if std::env::var("WRONG").is_ok() && !one && pair.probability > 0.5 {
                let of = |at: usize| world.accounts[pair.accounts[at] as usize].community;
                println!(
                    "W {:.2} true communities {} {} same {} fam {} {}",
                    pair.probability,
                    of(0),
                    of(1),
                    pair.same_community,
                    pair.kinds,
                    pair.evidence.iter().map(|e| format!("{e:5.1}")).collect::<Vec<_>>().join(" ")
                );
            }
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
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|text| text.parse::<u64>().ok());
    let (worlds, first) = (numbers.next().unwrap_or(20), numbers.next().unwrap_or(1));
    let mut tally = Tally::default();
    for seed in first..first + worlds {
        let world = world_of_hands(&HandsOptions { seed, ..HandsOptions::default() });
        let found = operators(&hands::profiles(&world), &OperatorOptions::default()).unwrap();
        if seed == first {
            println!(
                "{:#?}",
                found.linkage.m.iter().map(|m| m.iter().map(|v| format!("{v:.3}")).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
            );
            for u in &found.linkage.u {
                println!("{:#?}", u.iter().map(|m| m.iter().map(|v| format!("{v:.6}")).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>());
            }
            println!(
                "{:?} {:?} rounds {} {} compared {}",
                found.linkage.prevalence, found.linkage.factors, found.linkage.rounds, found.linkage.converged, found.compared
            );
            println!("{:?}", found.people);
        }
        tally.add(&world, &found);
    }
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    println!(
        "{worlds} worlds from seed {first}: precision {:.4}, recall {:.4} ({} linked, {} pairs of one hand, {} of these shown)",
        share(tally.right, tally.linked),
        share(tally.right, tally.true_pairs),
        tally.linked,
        tally.true_pairs,
        tally.candidates_true
    );
    println!(
        "tight communities: {} linked, {} of them wrong, among {} pairs of different people",
        tally.tight_linked, tally.tight_wrong, tally.tight_pairs
    );
    println!("worlds without a wrong link: {}", tally.clean);
    println!(
        "people {:.1}, said {:.1}; intervals that hold the truth: people {}, operators {}, pairs {}",
        tally.found / worlds as f64,
        tally.expected / worlds as f64,
        tally.covered[0],
        tally.covered[1],
        tally.covered[2]
    );
    println!(
        "expected pairs of one hand among those shown {:.1}, true {}",
        tally.scores.iter().sum::<f64>(),
        tally.labels.iter().filter(|one| **one).count()
    );
    let mut bins = [(0_usize, 0.0, 0_usize); 10];
    for (score, one) in tally.scores.iter().zip(&tally.labels) {
        let bin = &mut bins[((score * 10.0) as usize).min(9)];
        *bin = (bin.0 + 1, bin.1 + score, bin.2 + usize::from(*one));
    }
    for (count, sum, right) in bins {
        println!("  {count:6} pairs, expected {:.3}, found {:.3}", sum / count.max(1) as f64, share(right, count));
    }
}
