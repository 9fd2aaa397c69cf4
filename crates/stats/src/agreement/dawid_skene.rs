use super::{Error, Judgement};

/// Steps after which the fit is taken as it stands.
const MOST_STEPS: usize = 2_000;

/// Coders' errors and items' codes where no golden item exists.
#[derive(Clone, Debug, PartialEq)]
pub struct DawidSkene {
    /// Share of items in each category.
    pub prevalence: Vec<f64>,
    /// For each coder, row by row: the chance that an item of category i is coded j.
    pub confusion: Vec<Vec<f64>>,
    /// For each item, in ascending order of its number: the chance of each category.
    pub posterior: Vec<Vec<f64>>,
    /// The log-likelihood reached.
    pub log_likelihood: f64,
    /// Steps taken.
    pub steps: usize,
    /// Whether the log-likelihood had settled.
    pub converged: bool,
}

/// Maximum likelihood by expectation–maximisation for the model in which coders err independently given an item's true category. It starts at the
/// majority, so categories keep their names: a fit with the names switched has the same likelihood, but is reached only from a start on its side.
/// Half a pseudo-count on the errors keeps estimates off 0, so the log-likelihood is that of the penalised fit's parameters. O(steps × codes × categories).
///
/// Source: A. P. Dawid, A. M. Skene, Applied Statistics 28 (1979) 20–28.
///
/// # Errors
/// [`Error::TooFewCoders`] below three, [`Error::Category`] for a category not below `categories`, [`Error::NoPairs`] without codes.
pub fn dawid_skene(judgements: &[Judgement], categories: usize) -> Result<DawidSkene, Error> {
    if let Some(wrong) = judgements.iter().find(|j| j.category as usize >= categories) {
        return Err(Error::Category(wrong.category, categories));
    }
    let mut names: Vec<u32> = judgements.iter().map(|j| j.coder).collect();
    names.sort_unstable();
    names.dedup();
    if judgements.is_empty() {
        return Err(Error::NoPairs);
    }
    if names.len() < 3 {
        return Err(Error::TooFewCoders(names.len()));
    }
    let mut sorted = judgements.to_vec();
    sorted.sort_unstable();
    // Each item's codes as (place of the coder, category).
    let items: Vec<Vec<(usize, usize)>> = sorted
        .chunk_by(|a, b| a.item == b.item)
        .map(|codes| codes.iter().map(|j| (names.partition_point(|name| *name < j.coder), j.category as usize)).collect())
        .collect();
    let majority = items.iter().map(|codes| {
        let mut votes = vec![0.0; categories];
        codes.iter().for_each(|(_, category)| votes[*category] += 1.0 / codes.len() as f64);
        votes
    });
    let mut posterior: Vec<Vec<f64>> = majority.collect();
    let (mut last, mut steps, mut converged) = (f64::NEG_INFINITY, 0, false);
    let (mut prevalence, mut confusion) = maximise(&items, &posterior, names.len(), categories);
    while steps < MOST_STEPS && !converged {
        steps += 1;
        let now = expect(&items, &prevalence, &confusion, &mut posterior);
        converged = (now - last).abs() < 1e-10 * now.abs().max(1.0);
        last = now;
        (prevalence, confusion) = maximise(&items, &posterior, names.len(), categories);
    }
    let log_likelihood = expect(&items, &prevalence, &confusion, &mut posterior);
    Ok(DawidSkene { prevalence, confusion, posterior, log_likelihood, steps, converged })
}

/// Shares and errors from the items' posteriors.
fn maximise(items: &[Vec<(usize, usize)>], posterior: &[Vec<f64>], coders: usize, categories: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut prevalence = vec![0.0; categories];
    let pseudo = 0.5 / categories as f64;
    let mut confusion = vec![vec![pseudo; categories * categories]; coders];
    for (codes, chances) in items.iter().zip(posterior) {
        for (truth, chance) in chances.iter().enumerate() {
            prevalence[truth] += chance / items.len() as f64;
            for (coder, said) in codes {
                confusion[*coder][truth * categories + said] += chance;
            }
        }
    }
    for table in &mut confusion {
        for row in table.chunks_exact_mut(categories) {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|value| *value /= sum);
        }
    }
    (prevalence, confusion)
}

/// The items' posteriors under shares and errors; returns the log-likelihood.
fn expect(items: &[Vec<(usize, usize)>], prevalence: &[f64], confusion: &[Vec<f64>], posterior: &mut [Vec<f64>]) -> f64 {
    let categories = prevalence.len();
    let mut log_likelihood = 0.0;
    for (codes, chances) in items.iter().zip(posterior) {
        let logs: Vec<f64> = (0..categories)
            .map(|truth| {
                prevalence[truth].ln() + codes.iter().map(|(coder, said)| confusion[*coder][truth * categories + said].ln()).sum::<f64>()
            })
            .collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logs.iter().map(|log| (log - most).exp()).sum();
        log_likelihood += most + sum.ln();
        chances.iter_mut().zip(&logs).for_each(|(chance, log)| *chance = (log - most).exp() / sum);
    }
    log_likelihood
}
