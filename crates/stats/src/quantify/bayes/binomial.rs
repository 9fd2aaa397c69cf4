use crate::survey::{Random, unit};

/// Expected successes from which on draws are made by rejection.
const MANY: f64 = 10.0;

/// A Binomial(n, p) deviate. O(np) below ten expected successes or failures, O(1) beyond.
///
/// Source: W. Hörmann, Journal of Statistical Computation and Simulation 46 (1993) 101–110, algorithm BTRS, with Stirling's correction to full precision.
pub(super) fn binomial(random: &mut Random, n: u64, p: f64) -> u64 {
    if n == 0 || p <= 0.0 {
        return 0;
    }
    if p >= 1.0 {
        return n;
    }
    if p > 0.5 {
        return n - binomial(random, n, 1.0 - p);
    }
    if n as f64 * p < MANY { inverted(random, n, p) } else { rejected(random, n, p) }
}

/// By the waiting times between successes, which are geometric.
fn inverted(random: &mut Random, n: u64, p: f64) -> u64 {
    let rate = (-p).ln_1p();
    let (mut at, mut count) = (0.0, 0);
    loop {
        at += ((1.0 - unit(random)).ln() / rate).floor() + 1.0;
        if at > n as f64 {
            return count;
        }
        count += 1;
    }
}

fn rejected(random: &mut Random, n: u64, p: f64) -> u64 {
    let size = n as f64;
    let deviation = (size * p * (1.0 - p)).sqrt();
    let b = 1.15 + 2.53 * deviation;
    let a = -0.0873 + 0.0248 * b + 0.01 * p;
    let centre = size * p + 0.5;
    let sure = 0.92 - 4.2 / b;
    let (odds, alpha) = (p / (1.0 - p), (2.83 + 5.1 / b) * deviation);
    let mode = ((size + 1.0) * p).floor();
    loop {
        let u = unit(random) - 0.5;
        let v = 1.0 - unit(random);
        let edge = 0.5 - u.abs();
        let k = ((2.0 * a / edge + b) * u + centre).floor();
        if edge >= 0.07 && v <= sure {
            return k as u64;
        }
        if !(0.0..=size).contains(&k) {
            continue;
        }
        let height = (v * alpha / (a / (edge * edge) + b)).ln();
        let most = (mode + 0.5) * ((mode + 1.0) / (odds * (size - mode + 1.0))).ln()
            + (size + 1.0) * ((size - mode + 1.0) / (size - k + 1.0)).ln()
            + (k + 0.5) * (odds * (size - k + 1.0) / (k + 1.0)).ln()
            + correction(mode)
            + correction(size - mode)
            - correction(k)
            - correction(size - k);
        if height <= most {
            return k as u64;
        }
    }
}

/// `ln k! − (ln √2π + (k + ½) ln(k + 1) − (k + 1))`.
fn correction(k: f64) -> f64 {
    const FIRST: [f64; 10] = [
        0.081_061_466_795_327_26,
        0.041_340_695_955_409_29,
        0.027_677_925_684_998_34,
        0.020_790_672_103_765_093,
        0.016_644_691_189_821_193,
        0.013_876_128_823_070_748,
        0.011_896_709_945_891_77,
        0.010_411_265_261_972_096,
        0.009_255_462_182_712_733,
        0.008_330_563_433_362_87,
    ];
    match FIRST.get(k as usize) {
        Some(own) => *own,
        None => {
            let square = (k + 1.0) * (k + 1.0);
            (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / 1260.0 / square) / square) / (k + 1.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::stream;
    use statrs::function::gamma::ln_gamma;

    /// Truth: the probabilities, by chi-square with cells of 20 expected draws or more.
    #[test]
    fn draws_have_the_distribution() {
        let mut random = stream(9, 0);
        for (n, p) in
            [(3_u64, 0.3), (40, 0.02), (40, 0.5), (300, 0.03), (300, 0.9), (5_000, 0.37), (2_000_000, 0.000_02), (1_000_000, 0.25)]
        {
            let draws = 40_000;
            let mut seen = std::collections::BTreeMap::new();
            (0..draws).for_each(|_| *seen.entry(binomial(&mut random, n, p)).or_insert(0_u32) += 1);
            let log = |k: u64| {
                let (n, k) = (n as f64, k as f64);
                ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0) + k * p.ln() + (n - k) * (-p).ln_1p()
            };
            let deviation = (n as f64 * p * (1.0 - p)).sqrt();
            let low = (n as f64 * p - 8.0 * deviation - 10.0).max(0.0) as u64;
            let high = ((n as f64 * p + 8.0 * deviation + 10.0) as u64).min(n);
            let (mut square, mut cells, mut expected, mut found) = (0.0, 0.0, 0.0, 0.0);
            for k in low..=high {
                expected += f64::from(draws) * log(k).exp();
                found += f64::from(seen.get(&k).copied().unwrap_or(0));
                if expected >= 20.0 {
                    square += (found - expected) * (found - expected) / expected;
                    (cells, expected, found) = (cells + 1.0, 0.0, 0.0);
                }
            }
            assert!(square < cells + 4.0 * (2.0_f64 * cells).sqrt() + 4.0, "{n} {p}: {square} in {cells} cells");
        }
        assert_eq!([0.0, 1.0].map(|p| binomial(&mut random, 7, p)), [0, 7]);
    }
}
