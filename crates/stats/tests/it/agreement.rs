//! Agreement against published worked examples and other implementations; coders' errors against a simulated truth.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stats::Level;
use stats::agreement::*;

/// Codes of several coders as rows of digits, `.` for missing.
fn of(rows: &[&str]) -> Vec<Judgement> {
    let judgements = rows.iter().enumerate().flat_map(|(coder, row)| {
        row.chars().enumerate().filter_map(move |(item, code)| {
            let category = code.to_digit(10)?;
            Some(Judgement { item: item as u32, coder: coder as u32, category })
        })
    });
    judgements.collect()
}

/// Truth: Krippendorff's example of four coders and twelve units, .743 in his text; more digits from `krippendorff` 0.8 (PyPI). The second is
/// that package's answer as well.
#[test]
fn alpha_is_that_of_the_published_example() {
    let four = of(&["123321412...", "1233224125.3", ".3332342251.", "12332441251."]);
    let found = alpha(&four).unwrap();
    assert!((found.alpha.unwrap() - 0.743421052631579).abs() < 1e-12, "{found:?}");
    assert_eq!((found.items, found.codes), (11, 40));
    let three = of(&[".....34121133.3", "1.213343.......", "..2134432113.34"]);
    assert!((alpha(&three).unwrap().alpha.unwrap() - 0.6828193832599119).abs() < 1e-12);
    let interval = alpha_bootstrap(&four, 2_000, Level::P95, 4).unwrap();
    assert!(interval.low < 0.743 && interval.low > 0.3 && interval.high > 0.743 && interval.high <= 1.0, "{interval:?}");
    assert_eq!(interval, alpha_bootstrap(&four, 2_000, Level::P95, 4).unwrap());
}

#[test]
fn agreement_without_pairs_or_with_one_category_is_no_number() {
    assert_eq!(alpha(&of(&["12..", "..12"])), Err(Error::NoPairs));
    assert_eq!(alpha(&of(&["111", "111"])).unwrap().alpha, None);
    assert!((percent_agreement(&of(&["1122", "1121"])).unwrap() - 0.75).abs() < 1e-12);
    let twice = [Judgement { item: 3, coder: 1, category: 0 }, Judgement { item: 3, coder: 1, category: 1 }];
    assert_eq!(alpha(&twice), Err(Error::Twice { item: 3, coder: 1 }));
}

/// Truth: `statsmodels.stats.inter_rater.cohens_kappa` 0.15.
#[test]
fn kappa_agrees_with_statsmodels() {
    let found = kappa(&[20, 5, 10, 15], 2, Level::P95).unwrap();
    assert!((found.kappa.unwrap() - 0.4).abs() < 1e-12 && (found.standard_error - 0.12699606293110033).abs() < 1e-12, "{found:?}");
    assert!((found.interval.low - 0.151092290476661).abs() < 1e-9 && (found.interval.high - 0.6489077095233389).abs() < 1e-9);
    let found = kappa(&[88, 14, 18, 10, 40, 10, 2, 6, 12], 3, Level::P95).unwrap();
    assert!((found.kappa.unwrap() - 0.49152542372881347).abs() < 1e-12 && (found.standard_error - 0.05100181557607786).abs() < 1e-12);
    assert_eq!(kappa(&[9, 0, 0, 0], 2, Level::P95).unwrap().kappa, None);
    assert_eq!(kappa(&[0; 4], 2, Level::P95), Err(Error::NoPairs));
}

/// Three coders of known error on 4,000 items of known code: the fit finds prevalence and errors, and keeps the categories' names.
#[test]
fn dawid_and_skene_find_the_errors_of_simulated_coders() {
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let errors = [(0.9, 0.98), (0.8, 0.95), (0.7, 0.99)];
    let mut codes = Vec::new();
    for item in 0..4_000 {
        let is_positive = random.random::<f64>() < 0.2;
        for (coder, (sensitivity, specificity)) in errors.iter().enumerate() {
            let says = random.random::<f64>() < if is_positive { *sensitivity } else { 1.0 - specificity };
            codes.push(Judgement { item, coder: coder as u32, category: u32::from(says) });
        }
    }
    let found = dawid_skene(&codes, 2).unwrap();
    assert!(found.converged && (found.prevalence[1] - 0.2).abs() < 0.02, "{:?}", found.prevalence);
    for (table, (sensitivity, specificity)) in found.confusion.iter().zip(errors) {
        assert!((table[3] - sensitivity).abs() < 0.05 && (table[0] - specificity).abs() < 0.015, "{table:?}");
    }
    // The likelihood of the fit is at least that of the truth.
    let chance = |is_positive: bool, said: &[u32]| -> f64 {
        let of = |(s, p): &(f64, f64), yes: bool| {
            if is_positive == yes {
                if yes { *s } else { *p }
            } else if yes {
                1.0 - p
            } else {
                1.0 - s
            }
        };
        errors.iter().zip(said).map(|(error, said)| of(error, *said == 1)).product()
    };
    let truth: f64 = codes
        .chunks(3)
        .map(|item| {
            let said: Vec<u32> = item.iter().map(|j| j.category).collect();
            (0.2 * chance(true, &said) + 0.8 * chance(false, &said)).ln()
        })
        .sum();
    assert!(found.log_likelihood > truth - 0.5, "{} {truth}", found.log_likelihood);
    assert!(matches!(dawid_skene(&codes[..2], 2), Err(Error::TooFewCoders(2))));
    assert!(matches!(dawid_skene(&codes, 1), Err(Error::Category(1, 1))));
}

/// Coverage of the interval of alpha, measured: 200 worlds of 150 items, two coders who each err in a tenth of the codes; the truth is alpha of
/// 300,000 items.
#[test]
fn the_bootstrap_interval_of_alpha_keeps_its_level() {
    let world = |items: u32, seed: u64| {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut codes = Vec::new();
        for item in 0..items {
            let is_positive = random.random::<f64>() < 0.3;
            for coder in 0..2 {
                let errs = random.random::<f64>() < 0.1;
                codes.push(Judgement { item, coder, category: u32::from(is_positive != errs) });
            }
        }
        codes
    };
    let truth = alpha(&world(300_000, 1)).unwrap().alpha.unwrap();
    let holds = (0..200).filter(|seed| alpha_bootstrap(&world(150, 100 + seed), 300, Level::P95, *seed).unwrap().holds(truth)).count();
    assert!((181..=199).contains(&holds), "{holds} of 200");
}
