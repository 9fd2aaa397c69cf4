//! Prints the CPU seconds of 1,000 bootstrap replicates of 5,000 codes in six strata, the least of three runs, for `bench/run.py`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use stats::survey::{Codes, bootstrap_totals};

/// CPU seconds of this thread so far; Linux only.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("the kernel counts the time of threads");
    text.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).expect("a count of nanoseconds") * 1e-9
}

fn main() {
    let values: Vec<Vec<f64>> = (0..6)
        .map(|stratum| {
            let codes = if stratum == 5 { 835 } else { 833 };
            (0..codes).map(|code| f64::from(u8::from(code % (stratum + 2) == 0))).collect()
        })
        .collect();
    let strata: Vec<Codes<'_>> = values.iter().zip(1..).map(|(values, n)| Codes { size: 10_000 * n, values }).collect();
    let run = || {
        let begin = cpu();
        assert_eq!(bootstrap_totals(&strata, 1_000, 3).unwrap().len(), 1_000);
        cpu() - begin
    };
    println!("{}", (0..3).map(|_| run()).fold(f64::INFINITY, f64::min));
}
