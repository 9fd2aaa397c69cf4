//! `marsad stats quantify`: flags.

use super::text::TextCalibration;
use clap::{Args, ValueEnum};
use stats::quantify::Share;
use std::path::PathBuf;

/// How shares are estimated
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum QuantifyMethod {
    /// The one of emq, kdey-ml, pacc and bayes that errs least on sets made of the codes themselves; the others stand beside it
    Auto,
    /// Classify and count; biased, for comparison
    Cc,
    /// Mean posterior; biased, for comparison
    Pcc,
    /// Adjusted classify and count
    Acc,
    /// Adjusted mean posterior
    Pacc,
    /// Expectation–maximisation over the prior
    Emq,
    /// Hellinger distance of histograms, two classes
    Hdy,
    /// Least distance of histograms of 8 bins, two classes
    Dys,
    /// Maximum likelihood over kernel densities
    KdeyMl,
    /// Bayesian counts: the posterior of the shares, given how many items are taken for each class, and how surely
    Bayes,
}

/// Of what the shares are
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum QuantifyOf {
    /// The items of the table, all of which were read
    Selected,
    /// The population that they were drawn from
    Population,
}

impl From<QuantifyOf> for Share {
    fn from(of: QuantifyOf) -> Self {
        match of {
            QuantifyOf::Selected => Share::Selected,
            QuantifyOf::Population => Share::Population,
        }
    }
}

/// Estimate the shares of classes in a table from a classifier's posteriors, with intervals
///
/// Both tables are CSV with one column of posteriors per class; the training table has a column `label` with the class's name as well, and its posteriors come from a classifier that had not seen the items (`marsad text train --out-of-fold` writes it). Other columns, such as an item's number or text, are left alone. With --calibrate the calibration is learned from the training table, again in every replicate, so that intervals hold its doubt too. With --method bayes the share is a posterior mean and the interval one of the posterior, which learns how unlike the items are to the codes; it says how well its chains agree.
///
/// Cost: time grows with items × replicates; kdey-ml with training items × items; bayes with classes × levels, up to some seconds, whatever the number of items; memory with items.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  marsad stats quantify --train coded.csv --test posts.csv --method auto --calibrate bcts\n  marsad stats quantify --train coded.csv --test posts.csv --method emq --prior support=0.5,other=0.5 --json\n  marsad stats quantify --train coded.csv --test posts.csv --method bayes --groups topic --level 0.9"
)]
pub(crate) struct Quantify {
    /// Posteriors of coded items, with their `label`
    #[arg(long, value_name = "FILE")]
    pub(crate) train: PathBuf,
    /// Posteriors of the items whose shares are wanted
    #[arg(long, value_name = "FILE")]
    pub(crate) test: PathBuf,
    /// The method
    #[arg(long, value_enum)]
    pub(crate) method: QuantifyMethod,
    /// The training prior that the posteriors assume, as CLASS=SHARE,…; read by emq only [default: shares of the labels]
    #[arg(long, value_name = "CLASS=SHARE,…")]
    pub(crate) prior: Option<String>,
    /// Calibrate the posteriors of both tables by the codes
    #[arg(long, value_enum, default_value = "none")]
    pub(crate) calibrate: TextCalibration,
    /// A column of the training table that names the group of every coded item (its topic, day or source): intervals are widened by what the method misses from group to group; with bayes codes count less, as far as groups differ
    #[arg(long, value_name = "COLUMN")]
    pub(crate) groups: Option<String>,
    /// Of what the shares are
    #[arg(long, value_enum, default_value = "selected")]
    pub(crate) of: QuantifyOf,
    /// Shares that hdy tries, equally spaced from 0 to 1; QuaPy 0.2.3 has 100
    #[arg(long, value_name = "N", default_value_t = 101)]
    pub(crate) grid: usize,
    /// Levels of sureness by which bayes counts each answer, from 1 to 50 [default: 2]
    #[arg(long, value_name = "N")]
    pub(crate) levels: Option<usize>,
    /// The codes were drawn at random from the very items whose shares are asked: bayes need not learn how unlike the two are, and intervals are narrower
    #[arg(long, conflicts_with = "groups")]
    pub(crate) from_target: bool,
    /// The confidence level of the intervals
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95)]
    pub(crate) level: f64,
    /// The seed of the replicates or draws
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
}
