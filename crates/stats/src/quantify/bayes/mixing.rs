/// How far chains disagree from which on they are run longer.
const MOST_SCALE: f64 = 1.01;

/// Draws, had they been independent, that make an interval steady enough.
const LEAST_DRAWS: f64 = 400.0;

/// How well chains mixed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mixing {
    /// Split R̂: by what factor the spread of all draws exceeds that within half chains; 1 where chains agree.
    pub scale: f64,
    /// How many independent draws would give a mean as exact.
    pub effective: f64,
}

impl Mixing {
    /// Whether the chains agree: R̂ of at most 1.01 and 400 effective draws.
    pub fn agrees(self) -> bool {
        self.scale <= MOST_SCALE && self.effective >= LEAST_DRAWS
    }
}

/// R̂ and effective draws, each of the class where it is worst. Chains are of one length, row by row a share for every class; a class that never varies counts as mixed. O(draws · classes · lags that matter).
///
/// Source: A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Bürkner, Bayesian Analysis 16 (2021) 667–718, (1)–(14), without ranks; Geyer's initial monotone sequence.
pub fn mixing(chains: &[&[f64]], classes: usize) -> Mixing {
    let of = |class: usize| {
        let mut halves = Vec::new();
        for chain in chains {
            let values: Vec<f64> = chain.iter().skip(class).step_by(classes).copied().collect();
            let half = values.len() / 2;
            halves.push(values[..half].to_vec());
            halves.push(values[values.len() - half..].to_vec());
        }
        one(&halves)
    };
    let worse = |a: Mixing, b: Mixing| Mixing { scale: a.scale.max(b.scale), effective: a.effective.min(b.effective) };
    (0..classes).map(of).reduce(worse).unwrap_or(Mixing { scale: 1.0, effective: 0.0 })
}

fn one(chains: &[Vec<f64>]) -> Mixing {
    let (m, n) = (chains.len() as f64, chains.first().map_or(0, Vec::len));
    let all = m * n as f64;
    if n < 4 {
        return Mixing { scale: f64::INFINITY, effective: 0.0 };
    }
    let means: Vec<f64> = chains.iter().map(|own| own.iter().sum::<f64>() / n as f64).collect();
    let centre = means.iter().sum::<f64>() / m;
    // Products of deviations that lie so many draws apart, averaged over chains.
    let product = |lag: usize| {
        let of = |(own, mean): (&Vec<f64>, &f64)| own.iter().zip(&own[lag..]).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
        chains.iter().zip(&means).map(of).sum::<f64>() / all
    };
    let within = product(0) * n as f64 / (n as f64 - 1.0);
    let between = means.iter().map(|mean| (mean - centre).powi(2)).sum::<f64>() / (m - 1.0);
    let whole = product(0) + between;
    if whole <= 1e-24 {
        return Mixing { scale: 1.0, effective: all };
    }
    if within <= 1e-24 {
        return Mixing { scale: f64::INFINITY, effective: 0.0 };
    }
    let correlation = |lag: usize| 1.0 - (within - product(lag) * n as f64 / (n as f64 - 1.0)) / whole;
    let (mut sum, mut least, mut lag) = (0.0, f64::INFINITY, 0);
    while lag + 1 < n {
        let pair = if lag == 0 { 1.0 + correlation(1) } else { correlation(lag) + correlation(lag + 1) };
        if pair <= 0.0 {
            break;
        }
        least = least.min(pair);
        (sum, lag) = (sum + least, lag + 2);
    }
    let time = (2.0 * sum - 1.0).max(1.0 / all.log10());
    Mixing { scale: (whole / within).sqrt(), effective: all / time }
}
