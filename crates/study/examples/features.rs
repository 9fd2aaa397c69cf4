//! What features and scores of all accounts of a study cost: `features seal STUDY` and `features score STUDY`, measured by `bench/score.py`.
//!
//! `score` multiplies every row with one invented model, which is all that a learned model does.

#![allow(clippy::print_stdout, clippy::expect_used)]

use lake::AsOf;
use std::ops::ControlFlow;
use std::path::Path;
use study::Study;
use study::features::{AutomationRules, FeatureOptions, Features, seal_features};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [verb, folder] = arguments.as_slice() else {
        println!("usage: features seal|score STUDY");
        return;
    };
    let study = Study::open(Path::new(folder)).expect("a study");
    let path = study.folder().join("features.parquet");
    if verb == "seal" {
        let reader = study.lake().expect("a lake").read(AsOf::Latest).expect("a reader");
        let mut accounts: Vec<String> = Vec::new();
        let sql = "SELECT DISTINCT platform || ':' || account_id FROM accounts WHERE account_id IS NOT NULL";
        let each = |columns: &lake::Columns<'_>| {
            let keys = columns.texts(0)?;
            accounts.extend((0..columns.rows()).filter_map(|row| keys.get(row)).map(str::to_owned));
            Ok::<_, lake::Error>(ControlFlow::Continue(()))
        };
        reader.each_batch(sql, each).expect("the accounts");
        accounts.sort_unstable();
        let summary = seal_features(&reader, &accounts, &path, &FeatureOptions::default(), &mut |_| {}).expect("features");
        println!("{{\"accounts\": {}, \"with_features\": {}, \"posts\": {}}}", summary.accounts, summary.with_features, summary.posts);
    } else {
        let features = Features::open(&path, study.cipher()).expect("features");
        let weights: Vec<f32> = (0..features.width()).map(|place| ((place * 7919) % 1009) as f32 / 504.0 - 1.0).collect();
        let scores = features.scores(&weights).expect("scores");
        let rules = AutomationRules::default();
        let flagged = features.behaviour().expect("behaviour").iter().filter(|account| !account.reasons(&rules).is_empty()).count();
        println!("{{\"accounts\": {}, \"sum\": {:.6}, \"flagged\": {flagged}}}", scores.len(), scores.iter().sum::<f64>());
    }
}
