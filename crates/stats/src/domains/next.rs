//! Which items to code next, by a draw whose chances are known.

use crate::survey::{below, stream, unit};

/// An item drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Next {
    /// Its position.
    pub item: usize,
    /// The chance with which it was drawn; one over it is its design weight.
    pub chance: f64,
}

/// Share of the draws that goes evenly to all items, so that no weight is beyond five times that of a simple random sample.
const EVEN: f64 = 0.2;

/// Draws `count` items with chances in proportion to `sizes` (how much a code of the item is worth, such as the doubt about its class), mixed with a fifth of an even
/// draw; chances above one are cut and the rest raised. The draw is systematic over a random order, so exactly `count` items come out (all, if there are no more)
/// and every chance is exact: estimates weighted by one over it stay unbiased. Sizes that are negative or no number count as 0. O(n log n).
///
/// Source: W. G. Madow, Ann. Math. Stat. 20 (1949) 333–354.
pub fn next_to_code(sizes: &[f64], count: usize, seed: u64) -> Vec<Next> {
    let n = sizes.len();
    if count >= n {
        return (0..n).map(|item| Next { item, chance: 1.0 }).collect();
    }
    let sizes: Vec<f64> = sizes.iter().map(|size| if size.is_finite() { size.max(0.0) } else { 0.0 }).collect();
    let sum: f64 = sizes.iter().sum();
    let even = 1.0 / n as f64;
    let mixed: Vec<f64> = sizes.iter().map(|size| if sum > 0.0 { (1.0 - EVEN) * size / sum + EVEN * even } else { even }).collect();
    let chances = cut(&mixed, count);
    let mut random = stream(seed, 3);
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        order.swap(last, below(&mut random, last as u64 + 1) as usize);
    }
    let start = unit(&mut random);
    let (mut sum, mut drawn) = (0.0, Vec::with_capacity(count));
    for item in order {
        let next: f64 = sum + chances[item];
        // Marks lie at start, start + 1, …; at most one falls into a step of one or less.
        if (next - start).ceil() > (sum - start).ceil() && drawn.len() < count {
            drawn.push(Next { item, chance: chances[item] });
        }
        sum = next;
    }
    drawn.sort_by_key(|next| next.item);
    drawn
}

/// Chances that sum to `count`, in proportion to the sizes but where one would exceed 1.
fn cut(sizes: &[f64], count: usize) -> Vec<f64> {
    let mut is_certain = vec![false; sizes.len()];
    loop {
        let certain = is_certain.iter().filter(|is| **is).count();
        let rest: f64 = sizes.iter().zip(&is_certain).filter(|(_, is)| !**is).map(|(size, _)| size).sum();
        let scale = (count - certain) as f64 / rest;
        let mut grew = false;
        for (size, is_certain) in sizes.iter().zip(&mut is_certain) {
            if !*is_certain && size * scale >= 1.0 {
                (*is_certain, grew) = (true, true);
            }
        }
        if !grew {
            return sizes.iter().zip(&is_certain).map(|(size, is)| if *is { 1.0 } else { size * scale }).collect();
        }
    }
}
