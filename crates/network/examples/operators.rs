//! How often accounts are tied to one hand that are not, and how often those that are get found, in invented worlds with look-alikes.
//!
//! `cargo run --release -p network --example operators -- 100 5000`: so many worlds, and the first seed. Then, with `names`, `profile`, `ties`, `habits` or `style`, what
//! is taken out of all accounts before they are compared.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "its result")]

use network::{OperatorOptions, Operators, Profile, operators};
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
    told: usize,
    covered: usize,
    below: usize,
    range: [f64; 2],
    people: f64,
    showing: Vec<f64>,
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
        let (mut pairs, mut people) = (0_u32, std::collections::BTreeMap::<u32, usize>::new());
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
                pairs += u32::from(one);
            }
        }
        self.clean += usize::from(wrong == 0);
        for pair in &found.pairs {
            let one = world.is_one(pair.accounts[0] as usize, pair.accounts[1] as usize);
            self.shown += usize::from(one);
            self.scores.push(pair.probability);
            self.labels.push(one);
        }
        let truth = people.len() as f64;
        if let Some([low, high]) = found.people.people {
            self.told += 1;
            self.covered += usize::from(low <= truth && truth <= high);
            self.below += usize::from(truth < low);
            self.range = [self.range[0] + low, self.range[1] + high];
            self.people += truth;
        }
        self.showing.push(found.people.expected / f64::from(pairs).max(1.0));
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
            "people told in {} worlds: {:.1}, said {:.1} to {:.1}; held by the range in {}, below it in {}",
            self.told,
            self.people / self.told as f64,
            self.range[0] / self.told as f64,
            self.range[1] / self.told as f64,
            self.covered,
            self.below
        );
        let mut showing = self.showing.clone();
        showing.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| showing[((showing.len() - 1) as f64 * share) as usize];
        println!(
            "pairs of one hand that the model expects, of those that are: least {:.3}, middle {:.3}, most {:.3}",
            at(0.0),
            at(0.5),
            at(1.0)
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

fn without(profile: &mut Profile, lacking: &[String]) {
    for kind in lacking {
        match kind.as_str() {
            "names" => (profile.handles, profile.names) = Default::default(),
            "profile" => (profile.words, profile.avatars) = Default::default(),
            "ties" => (profile.followed, profile.followers) = Default::default(),
            "habits" => (profile.hours, profile.clients) = Default::default(),
            "style" => profile.style.clear(),
            other => panic!("{other} is no kind of field"),
        }
    }
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|text| text.parse::<u64>().ok());
    let lacking: Vec<String> = std::env::args().skip(3).collect();
    let (worlds, first) = (numbers.next().unwrap_or(20), numbers.next().unwrap_or(1));
    let mut tally = Tally::default();
    for seed in first..first + worlds {
        let world = world_of_hands(&HandsOptions { seed, ..HandsOptions::default() });
        let mut profiles = hands::profiles(&world);
        for profile in &mut profiles {
            without(profile, &lacking);
        }
        let found = operators(&profiles, &OperatorOptions::default()).unwrap();
        tally.add(&world, &found);
    }
    tally.print(worlds);
}
