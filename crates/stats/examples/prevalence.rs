//! Artificial prevalence, for `validate/stance.py`. Little-endian f64 throughout.
//!
//! `prevalence DIR METHOD CALIBRATION SIZE REPLICATES SETS`: DIR holds `train.f64` (rows of k posteriors), `labels.f64`, `prior.f64`, `pool.f64`, and
//! `samples.f64` (sets of SIZE positions in the pool). Prints a line of shares per set; for the first SETS of them low and high of every class follow.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use stats::Level;
use stats::quantify::{Method, Model, Plan, Posteriors, Question, Share, Stop, Training, answers, posterior_mean, recalibrated};
use stats::score::ClassCalibration;

fn numbers(path: &str) -> Vec<f64> {
    let bytes = std::fs::read(path).expect("the file is there");
    bytes.as_chunks::<8>().0.iter().map(|chunk| f64::from_le_bytes(*chunk)).collect()
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = |at: usize| args[at].parse::<usize>().unwrap();
    let (dir, size, replicates, sets) = (&args[1], number(4), number(5), number(6));
    let read = |name: &str| numbers(&format!("{dir}/{name}.f64"));
    let given = read("prior");
    let k = given.len();
    let labels = read("labels").into_iter().map(|label| label as usize).collect();
    let training = Training::new(Posteriors::new(read("train"), k).unwrap(), labels).unwrap();
    let calibration = ClassCalibration::named(&args[3]).expect("none, ts or bcts");
    let method = match args[2].as_str() {
        "emq" => Method::Emq(Stop::default()),
        "pacc" => Method::Pacc,
        "kdey-ml" => Method::KdeyMl { bandwidth: 0.1, stop: Stop::default() },
        "bayes" => Method::Bayes { levels: None },
        other => panic!("no method {other}"),
    };
    let pool = Posteriors::new(read("pool"), k).unwrap();
    let prior = if calibration == ClassCalibration::BiasCorrected { training.prior() } else { given.clone() };
    let (coded, read_pool) = recalibrated(&training, &pool, calibration).unwrap();
    let model = Model::fit(&coded, &prior, method).unwrap();
    let take = |from: &Posteriors, sample: &[f64]| {
        let rows: Vec<&[f64]> = from.rows().collect();
        Posteriors::new(sample.iter().flat_map(|at| rows[*at as usize]).copied().collect(), k).unwrap()
    };
    for (number, sample) in read("samples").chunks_exact(size).enumerate() {
        let set = take(&read_pool, sample);
        let mut line = if method.draws() {
            posterior_mean(&set, &prior, Share::Selected, number as u64).unwrap()
        } else {
            model.estimate(&set).unwrap().prevalence
        };
        if number < sets {
            let question = Question { share: Share::Selected, calibration };
            let plan = Plan { training: replicates / 5, target: 5, seed: number as u64 };
            let found = answers(&training, &take(&pool, sample), &given, &[method], question, plan).unwrap();
            line.extend(found[0].cloud.intervals(Level::P95).iter().flat_map(|interval| [interval.low, interval.high]));
        }
        println!("{}", line.iter().map(f64::to_string).collect::<Vec<_>>().join(" "));
    }
}
