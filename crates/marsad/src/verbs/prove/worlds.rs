//! The whole census in invented worlds, many times over.

use super::chain::{CODES, Coder, Outcome, TOP, run};
use super::scene::Scene;
use crate::exit::{Exit, Failure};
use crate::output::{Talk, table, thousands};
use record::sentence;
use serde_json::{Value, json};
use stats::survey::{Total, Verdict};
use world::ProofParams;

/// Least coverage, and what the half-width may be of that of a simple random sample and of the stratified estimate.
const LEAST_COVERAGE: f64 = 0.94;
const OF_SIMPLE: f64 = 0.6;
const OF_DESIGN: f64 = 1.0;
const LEAST_PRECISION: f64 = 0.9;

/// What many worlds showed.
struct Summary {
    worlds: usize,
    coder: Coder,
    frame: f64,
    truth: f64,
    coverage: f64,
    coverage_design: f64,
    coverage_simple: f64,
    at_most: f64,
    /// Medians, in accounts.
    half_width: f64,
    half_width_design: f64,
    half_width_simple: f64,
    bias: f64,
    printed: f64,
    assisted: f64,
    auc: f64,
    auc_rank: f64,
    precision: f64,
    least_precision: f64,
}

impl Summary {
    fn of(coder: Coder, worlds: &[Outcome]) -> Self {
        let mean = |of: &dyn Fn(&Outcome) -> f64| worlds.iter().map(of).sum::<f64>() / worlds.len().max(1) as f64;
        let share = |of: &dyn Fn(&Outcome) -> bool| mean(&|world| f64::from(u8::from(of(world))));
        let middle = |of: &dyn Fn(&Outcome) -> Total| {
            let widths: Vec<f64> = worlds.iter().map(|world| (of(world).interval.high - of(world).interval.low) / 2.0).collect();
            median(widths)
        };
        Summary {
            worlds: worlds.len(),
            coder,
            frame: mean(&|world| world.frame as f64),
            truth: mean(&|world| world.truth),
            coverage: share(&|world| world.total.interval.holds(world.truth)),
            coverage_design: share(&|world| world.design.interval.holds(world.truth)),
            coverage_simple: share(&|world| world.simple.interval.holds(world.truth)),
            at_most: share(&|world| world.truth <= world.total.at_most),
            half_width: middle(&|world| world.total),
            half_width_design: middle(&|world| world.design),
            half_width_simple: middle(&|world| world.simple),
            bias: mean(&|world| world.total.estimate / world.truth - 1.0),
            printed: share(&|world| world.total.verdict == Verdict::Estimate),
            assisted: share(&|world| world.is_assisted),
            auc: mean(&|world| world.auc),
            auc_rank: mean(&|world| world.auc_rank),
            precision: mean(&|world| world.precision),
            least_precision: worlds.iter().map(|world| world.precision).fold(1.0, f64::min),
        }
    }

    fn coverage_error(&self) -> f64 {
        (0.95 * 0.05 / self.worlds.max(1) as f64).sqrt()
    }

    /// Coverage always; width and precision where coders do not err, which is what they are compared with.
    fn holds(&self) -> bool {
        let slack = 2.0 * self.coverage_error();
        let covers = self.coverage >= LEAST_COVERAGE - slack;
        let is_narrow = self.half_width <= OF_SIMPLE * self.half_width_simple && self.half_width <= OF_DESIGN * self.half_width_design;
        covers && (self.coder == Coder::Erring || is_narrow && self.precision >= LEAST_PRECISION)
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.len() % 2, values.get(middle.wrapping_sub(1)), values.get(middle)) {
        (0, Some(low), Some(high)) => f64::midpoint(*low, *high),
        (_, _, Some(value)) => *value,
        _ => f64::NAN,
    }
}

/// Runs worlds 1 to `worlds`, each with coders without error and with errors.
pub(super) fn census(worlds: u64, talk: Talk) -> Result<Exit, Failure> {
    let params: ProofParams =
        toml::from_str(world::PROOF_WORLD).map_err(|_| Failure::new(Exit::Defect, "the proof world in this binary cannot be read"))?;
    let bar = talk.spinner("running the census in invented worlds");
    let mut outcomes = [Vec::new(), Vec::new()];
    for seed in 1..=worlds {
        let found = Scene::new(&params, seed).and_then(|scene| {
            let of = |coder| run(&scene, coder, seed);
            Ok([of(Coder::Right)?, of(Coder::Erring)?])
        });
        let found = found.map_err(|error| {
            bar.finish_and_clear();
            Failure::new(Exit::Defect, sentence!("world `{}`: {}", seed, error.0))
        })?;
        outcomes.iter_mut().zip(found).for_each(|(kept, outcome)| kept.push(outcome));
    }
    bar.finish_and_clear();
    let [right, erring] = outcomes;
    let summaries = [Summary::of(Coder::Right, &right), Summary::of(Coder::Erring, &erring)];
    let all_hold = summaries.iter().all(Summary::holds);
    if talk.json {
        let found: Vec<Value> = summaries.iter().map(value).collect();
        talk.json_line(&json!({ "worlds": worlds, "codes": CODES, "holds": all_hold, "coders": found }))?;
    } else {
        print(&summaries, talk)?;
    }
    if all_hold {
        return Ok(Exit::Done);
    }
    Err(Failure::new(
        Exit::Defect,
        sentence!("`{}` worlds are not within their bounds; the table says where, and this is a defect", worlds),
    ))
}

fn print(summaries: &[Summary; 2], talk: Talk) -> Result<(), Failure> {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let accounts = |number: f64| thousands(number.round() as u64);
    let line = |name: &str, of: &dyn Fn(&Summary) -> String| {
        std::iter::once(name.to_owned()).chain(summaries.iter().map(of)).collect::<Vec<String>>()
    };
    let rows = [
        line("accounts in the frame, mean", &|s| accounts(s.frame)),
        line("of them seen to support, mean", &|s| accounts(s.truth)),
        line("coverage", &|s| percent(s.coverage)),
        line("coverage, design alone", &|s| percent(s.coverage_design)),
        line("coverage, simple random sample", &|s| percent(s.coverage_simple)),
        line("\"at most N\" holds", &|s| percent(s.at_most)),
        line("half-width, median", &|s| accounts(s.half_width)),
        line("half-width, design alone", &|s| accounts(s.half_width_design)),
        line("half-width, simple random sample", &|s| accounts(s.half_width_simple)),
        line("of the simple random sample's", &|s| percent(s.half_width / s.half_width_simple)),
        line("of the design's", &|s| percent(s.half_width / s.half_width_design)),
        line("bias", &|s| percent(s.bias)),
        line("estimate printed", &|s| percent(s.printed)),
        line("assisted by the score", &|s| percent(s.assisted)),
        line("area under the curve, score", &|s| format!("{:.4}", s.auc)),
        line("area under the curve, rank from seeds", &|s| format!("{:.4}", s.auc_rank)),
        line(&format!("precision at the top {}", thousands(TOP as u64)), &|s| format!("{:.3}", s.precision)),
        line("least precision of a world", &|s| format!("{:.3}", s.least_precision)),
    ];
    let head = ["", "coders without error", "coders with error"].map(str::to_owned);
    talk.say(&table(&head, &rows, &[false, true, true]))?;
    let error = summaries[0].coverage_error();
    talk.say(&format!(
        "{} worlds of {} codes, Monte-Carlo standard error of coverage {:.2} points: {}",
        thousands(summaries[0].worlds as u64),
        thousands(CODES),
        100.0 * error,
        if summaries.iter().all(Summary::holds) { "within the bounds" } else { "outside the bounds" }
    ))
}

fn value(summary: &Summary) -> Value {
    json!({
        "coder_error": summary.coder == Coder::Erring, "frame": summary.frame, "truth": summary.truth, "coverage": summary.coverage,
        "coverage_error": summary.coverage_error(), "coverage_design": summary.coverage_design, "coverage_simple": summary.coverage_simple,
        "at_most": summary.at_most, "half_width": summary.half_width, "half_width_design": summary.half_width_design,
        "half_width_simple": summary.half_width_simple, "bias": summary.bias, "printed": summary.printed, "assisted": summary.assisted,
        "auc": summary.auc, "auc_rank": summary.auc_rank, "precision": summary.precision, "least_precision": summary.least_precision,
        "holds": summary.holds(),
    })
}
