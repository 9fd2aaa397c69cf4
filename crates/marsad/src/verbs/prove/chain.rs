//! The census of one proof world, from seeds to an estimate.

use super::Trouble;
use super::scene::Scene;
use stats::Level;
use stats::learn::{STRENGTHS, cross_fit};
use stats::score::{Scored, auc, choose};
use stats::survey::{
    Certain, Cuts, Expected, Golden, Headline, Known, Method, Plan, Predicted, Stratum, Total, draw, estimate, expected_positives, neyman,
    stratify, total,
};
use world::Code;

/// Codes in all, the pilot's among them. Seeds are known before and counted apart.
pub(super) const CODES: u64 = 400;

/// Pilot codes: as many in each stratum of the rank.
const PILOT: u64 = 120;

/// Upper ends of the pilot's strata as shares of the frame, by falling rank.
const PILOT_SHARES: [f64; 5] = [0.05, 0.2, 0.4, 0.6, 1.0];

/// Strata of the sample, at most, and codes in each, at least.
const STRATA: usize = 6;
const LEAST: u64 = 15;

/// Golden items of each kind, where coders err.
const GOLDEN: usize = 200;

const FOLDS: usize = 5;
const DRAWS: usize = 4_000;
pub(super) const TOP: usize = 1_000;

/// What came of one world.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    /// Accounts in the frame, and those of them that can be seen to support.
    pub(super) frame: usize,
    pub(super) truth: f64,
    /// The headline and the design-based estimate of the same codes.
    pub(super) total: Total,
    pub(super) design: Total,
    pub(super) is_assisted: bool,
    /// A simple random sample of as many codes from the frame.
    pub(super) simple: Total,
    /// Of the score and of the rank from the seeds, over accounts that are not seeds.
    pub(super) auc: f64,
    pub(super) auc_rank: f64,
    /// Share of supporters among the thousand of highest score.
    pub(super) precision: f64,
}

/// A coder: without error, or the first of the world's, who never says `unclear` in the first case.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Coder {
    Right,
    Erring,
}

impl Coder {
    /// Whether an account of the frame is coded as overt support. Who can no longer be seen is not.
    fn code(self, scene: &Scene, at: usize) -> Option<bool> {
        if self == Coder::Right {
            return Some(scene.is_seen_support[at]);
        }
        match scene.world.code(0, scene.members[at]) {
            None | Some(Code::Unclear) => None,
            Some(code) => Some(code == Code::OvertSupport),
        }
    }
}

/// The frozen score: log-odds and calibrated probabilities of the frame, and the pilot that it has seen.
struct Frozen {
    odds: Vec<f64>,
    probability: Vec<f64>,
    pilot: Vec<usize>,
    /// Codes of the pilot and its out-of-fold log-odds.
    pilot_codes: Vec<Option<bool>>,
    pilot_odds: Vec<f64>,
}

pub(super) fn run(scene: &Scene, coder: Coder, seed: u64) -> Result<Outcome, Trouble> {
    let frozen = learn(scene, coder, seed)?;
    let mut is_pilot = vec![false; scene.members.len()];
    frozen.pilot.iter().for_each(|at| is_pilot[*at] = true);
    let open: Vec<usize> = (0..scene.members.len()).filter(|at| !scene.is_seed[*at] && !is_pilot[*at]).collect();
    let found = survey(scene, coder, &frozen, &open, seed)?;
    let truth = scene.is_seen_support.iter().filter(|is_support| **is_support).count() as f64;
    let others: Vec<usize> = (0..scene.members.len()).filter(|at| !scene.is_seed[*at]).collect();
    let area = |scores: &[f64]| -> Result<f64, Trouble> {
        let labels = others.iter().map(|at| scene.is_seen_support[*at]).collect();
        Ok(auc(&Scored::new(others.iter().map(|at| scores[*at]).collect(), labels, None)?, Level::P95).area)
    };
    let mut top = others.clone();
    top.sort_by(|a, b| frozen.odds[*b].total_cmp(&frozen.odds[*a]));
    let right = top.iter().take(TOP).filter(|at| scene.is_support[**at]).count();
    Ok(Outcome {
        frame: scene.members.len(),
        truth,
        total: found.total,
        design: found.design,
        is_assisted: matches!(found.method, Method::Assisted { .. }),
        simple: simple(scene, seed)?,
        auc: area(&frozen.odds)?,
        auc_rank: area(&scene.rank)?,
        precision: right as f64 / TOP as f64,
    })
}

/// A pilot drawn by rank is coded, the score learned from it and the seeds, calibrated on the pilot out of fold, and frozen.
fn learn(scene: &Scene, coder: Coder, seed: u64) -> Result<Frozen, Trouble> {
    let mut order: Vec<usize> = (0..scene.members.len()).filter(|at| !scene.is_seed[*at]).collect();
    order.sort_by(|a, b| scene.rank[*b].total_cmp(&scene.rank[*a]).then(a.cmp(b)));
    let ends = PILOT_SHARES.map(|share| (share * order.len() as f64).round() as usize);
    let parts: Vec<&[usize]> = (0..ends.len()).map(|part| &order[if part == 0 { 0 } else { ends[part - 1] }..ends[part]]).collect();
    let sizes: Vec<u64> = parts.iter().map(|part| part.len() as u64).collect();
    let drawn = draw(&sizes, &[PILOT / PILOT_SHARES.len() as u64; PILOT_SHARES.len()], seed)?;
    let (mut pilot, mut weights) = (Vec::new(), Vec::new());
    for (part, drawn) in parts.iter().zip(&drawn) {
        pilot.extend(drawn.places.iter().map(|place| part[*place as usize]));
        weights.extend(drawn.places.iter().map(|_| 1.0 / drawn.chance));
    }
    let pilot_codes: Vec<Option<bool>> = pilot.iter().map(|at| coder.code(scene, *at)).collect();
    let decided: Vec<usize> = (0..pilot.len()).filter(|at| pilot_codes[*at].is_some()).collect();
    let mut items: Vec<usize> = decided.iter().map(|at| pilot[*at]).collect();
    let mut labels: Vec<bool> = decided.iter().filter_map(|at| pilot_codes[*at]).collect();
    let own_labels = labels.clone();
    let seeds: Vec<usize> = (0..scene.members.len()).filter(|at| scene.is_seed[*at]).collect();
    items.extend(&seeds);
    labels.extend(seeds.iter().map(|_| true));
    // Every coded account counts once: the score must rank; the design's weights come in where it is calibrated.
    let fit = cross_fit(&scene.features.take(&items), &labels, &vec![1.0; items.len()], &STRENGTHS, FOLDS, seed)?;
    let odds = fit.model.scores(&scene.features);
    let own_odds = fit.out_of_fold[..decided.len()].to_vec();
    let mean = weights.iter().sum::<f64>() / weights.len() as f64;
    let own_weights = decided.iter().map(|at| weights[*at] / mean).collect();
    let curve = choose(&Scored::new(own_odds.clone(), own_labels, Some(own_weights))?, FOLDS, seed)?.calibrator;
    let probability = odds.iter().map(|odds| curve.probability(*odds)).collect();
    let mut pilot_odds: Vec<f64> = pilot.iter().map(|at| odds[*at]).collect();
    decided.iter().zip(own_odds).for_each(|(at, own)| pilot_odds[*at] = own);
    Ok(Frozen { odds, probability, pilot, pilot_codes, pilot_odds })
}

/// Strata by the frozen score, Neyman's allocation from the pilot, the draw, the codes, the estimate.
fn survey(scene: &Scene, coder: Coder, frozen: &Frozen, open: &[usize], seed: u64) -> Result<Headline, Trouble> {
    let odds: Vec<f64> = open.iter().map(|at| frozen.odds[*at]).collect();
    let probability: Vec<f64> = open.iter().map(|at| frozen.probability[*at]).collect();
    let cuts = stratify(&odds, &probability, STRATA)?;
    let members = cuts.members(&odds);
    let expected = expectations(frozen, &cuts, &members);
    let codes = neyman(&expected, CODES - PILOT, LEAST)?;
    let sizes: Vec<u64> = members.iter().map(|part| part.len() as u64).collect();
    let drawn = draw(&sizes, &codes, seed.wrapping_add(1 << 32))?;
    let mut parts: Vec<(Vec<Option<bool>>, Vec<f64>)> = Vec::new();
    for (part, drawn) in members.iter().zip(&drawn) {
        let places = drawn.places.iter().map(|place| part[*place as usize] as usize);
        parts.push(places.map(|place| (coder.code(scene, open[place]), probability[place])).unzip());
    }
    let mut strata: Vec<Predicted<'_>> = parts
        .iter()
        .zip(&members)
        .map(|((codes, predictions), part)| Predicted {
            size: part.len() as u64,
            codes,
            predictions,
            sum: part.iter().map(|place| probability[*place as usize]).sum(),
        })
        .collect();
    let expected = expected_positives(&strata);
    let count = |wanted: bool| frozen.pilot_codes.iter().filter(|code| **code == Some(wanted)).count() as u64;
    let mut certain = Certain { positives: scene.is_seed.iter().filter(|is_seed| **is_seed).count() as u64, negatives: 0 };
    // The pilot's codes are as wrong as the sample's: where error is corrected, they are a stratum coded in full.
    let none = vec![0.0; frozen.pilot.len()];
    let golden = if coder == Coder::Erring { Some(golden(scene)?) } else { None };
    if golden.is_some() {
        strata.push(Predicted { size: frozen.pilot.len() as u64, codes: &frozen.pilot_codes, predictions: &none, sum: 0.0 });
    } else {
        certain.positives += count(true);
        certain.negatives += count(false);
    }
    let known = Known { certain, domain: None, golden, expected };
    Ok(estimate(&strata, &known, Plan { level: Level::P95, draws: DRAWS, seed })?)
}

/// Spread of every stratum from the pilot's accounts that fall into it.
fn expectations(frozen: &Frozen, cuts: &Cuts, members: &[Vec<u32>]) -> Vec<Expected> {
    let mut seen = vec![(0, 0); members.len()];
    for (odds, code) in frozen.pilot_odds.iter().zip(&frozen.pilot_codes) {
        let slot = &mut seen[cuts.stratum(*odds)];
        if let Some(is_positive) = code {
            *slot = (slot.0 + 1, slot.1 + u64::from(*is_positive));
        }
    }
    members.iter().zip(seen).map(|(part, (codes, positives))| Expected::from_pilot(part.len() as u64, codes, positives)).collect()
}

/// What the erring coder says of golden items: accounts of the world outside the frame's sample serve as well as any.
fn golden(scene: &Scene) -> Result<Golden, Trouble> {
    let coded = |is_support: bool| {
        let items = (0..scene.world.camps.len() as u32).rev().filter(move |account| match scene.world.code_at_coding(*account) {
            Code::Unavailable | Code::Unclear | Code::Minor => false,
            code => (code == Code::OvertSupport) == is_support,
        });
        let codes = items.filter_map(|account| scene.world.code(0, account)).filter(|code| *code != Code::Unclear);
        let codes: Vec<Code> = codes.take(GOLDEN).collect();
        (codes.iter().filter(|code| **code == Code::OvertSupport).count() as u64, codes.len() as u64)
    };
    let ((found, positives), (accepted, negatives)) = (coded(true), coded(false));
    Ok(Golden::new(found, positives, accepted, negatives)?)
}

/// The estimate from a simple random sample of the frame, coded without error.
fn simple(scene: &Scene, seed: u64) -> Result<Total, Trouble> {
    let size = scene.members.len() as u64;
    let drawn = draw(&[size], &[CODES.min(size)], seed.wrapping_add(2 << 32))?;
    let places = drawn.iter().flat_map(|drawn| &drawn.places);
    let positives = places.filter(|place| scene.is_seen_support[**place as usize]).count() as u64;
    let stratum = Stratum { size, positives, negatives: CODES.min(size) - positives, unclear: 0 };
    Ok(total(&[stratum], Certain::default(), None, Plan { level: Level::P95, draws: DRAWS, seed })?)
}
