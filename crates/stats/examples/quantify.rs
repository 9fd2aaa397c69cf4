//! Reads posteriors and prints shares and CPU time, for `bench/quantify.py`. Little-endian f64 throughout.
//!
//! `quantify DIR METHOD SIZE REPEATS`: DIR holds `train.f64` (rows of k), `labels.f64`, `target.f64` (samples of SIZE rows), `prior.f64`. METHOD `bayes` prints posterior means by the counts, low and high
//! ends of one level, for the population, codes of the target.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use stats::Level;
use stats::quantify::{Method, Model, Plan, Posteriors, Question, Share, Stop, Training, answers, bootstrap};
use stats::score::ClassCalibration;

fn numbers(path: &str) -> Vec<f64> {
    let bytes = std::fs::read(path).expect("the file is there");
    bytes.as_chunks::<8>().0.iter().map(|chunk| f64::from_le_bytes(*chunk)).collect()
}

/// CPU seconds of this thread so far; Linux only.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("the kernel counts the time of threads");
    text.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).expect("a count of nanoseconds") * 1e-9
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (dir, size, repeats) = (&args[1], args[3].parse::<usize>().unwrap(), args[4].parse::<usize>().unwrap());
    let prior = numbers(&format!("{dir}/prior.f64"));
    let k = prior.len();
    let labels = numbers(&format!("{dir}/labels.f64")).into_iter().map(|label| label as usize).collect();
    let training = Training::new(Posteriors::new(numbers(&format!("{dir}/train.f64")), k).unwrap(), labels).unwrap();
    let target = numbers(&format!("{dir}/target.f64"));
    let method = match args[2].as_str() {
        "cc" => Method::Cc,
        "acc" => Method::Acc,
        "pacc" => Method::Pacc,
        "emq" => Method::Emq(Stop::default()),
        "emq-quapy" => Method::Emq(Stop::QuaPy),
        "hdy" => Method::HDY,
        "hdy-quapy" => Method::Hdy { points: 100 },
        "bayes" => Method::Bayes { levels: Some(1) },
        "kdey-ml" => Method::KdeyMl { bandwidth: 0.1, stop: Stop::default() },
        other => panic!("no method {other}"),
    };
    let start = cpu();
    if method.draws() {
        let question = Question { share: Share::Population, calibration: ClassCalibration::None };
        let alike = training.clone().drawn_from_target();
        let plan = Plan { training: 20_000, target: 1, seed: 1 };
        let of = |sample: &[f64]| {
            answers(&alike, &Posteriors::new(sample.to_vec(), k).unwrap(), &prior, &[method], question, plan).unwrap().remove(0)
        };
        let found: Vec<_> = target.chunks_exact(size * k).map(of).collect();
        println!("{} {}", cpu() - start, found.len());
        for answer in found {
            let ends = answer.cloud.intervals(Level::P95);
            let numbers = answer
                .chains
                .iter()
                .flat_map(|own| own.mean.clone())
                .chain(ends.iter().map(|own| own.low))
                .chain(ends.iter().map(|own| own.high));
            println!("{}", numbers.map(|value| value.to_string()).collect::<Vec<_>>().join(" "));
        }
        return;
    }
    if repeats == 0 {
        let set = Posteriors::new(target[..size * k].to_vec(), k).unwrap();
        let cloud = bootstrap(&training, &set, &prior, method, Plan::usual(method, 1)).unwrap();
        println!("{} {}", cpu() - start, cloud.replicates().len());
        return;
    }
    let model = Model::fit(&training, &prior, method).unwrap();
    let start = cpu();
    let mut found = Vec::new();
    for _ in 0..repeats {
        found.clear();
        for sample in target.chunks_exact(size * k) {
            found.push(model.estimate(&Posteriors::new(sample.to_vec(), k).unwrap()).unwrap());
        }
    }
    println!("{} {}", cpu() - start, found.len() * repeats);
    for shares in found {
        println!("{}", shares.prevalence.iter().map(f64::to_string).collect::<Vec<_>>().join(" "));
    }
}
