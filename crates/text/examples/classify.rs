//! `classify TRAIN TEST [plain|balanced] [none|ts|bcts] [FOLDER]`: learns from lines `label<tab>text` and reads the texts of the other file.
//!
//! Prints one object with the cost, then a line per text: `train` or `test`, its label, what it was taken for, and its posteriors in the order of the
//! sorted labels. FOLDER holds an embedding model, of which the feature `onnx` is needed. Those of the training texts are from classifiers that had not seen them.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use stats::score::ClassCalibration;
use std::io::Write;
use text::{Classifier, Coded, Reading, Setting, Vectors, train_with};

#[path = "cost/mod.rs"]
mod cost;
#[path = "folder/mod.rs"]
mod folder;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let files: Vec<String> = args[..2].iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let parse = |file: &'static str| -> Vec<(&str, &str)> { file.lines().map(|line| line.split_once('\t').unwrap()).collect() };
    let files: Vec<Vec<(&str, &str)>> = files.into_iter().map(|file| parse(file.leak())).collect();
    let mut classes: Vec<String> = files[0].iter().map(|(label, _)| (*label).to_owned()).collect();
    classes.sort();
    classes.dedup();
    let coded: Vec<Coded<'_>> = files[0]
        .iter()
        .map(|(label, text)| Coded { text, class: classes.iter().position(|class| class == label).unwrap(), group: "" })
        .collect();
    let calibration = args.get(3).and_then(|name| ClassCalibration::named(name)).unwrap_or(ClassCalibration::BiasCorrected);
    let setting = Setting { is_balanced: args.get(2).is_none_or(|word| word == "balanced"), calibration, ..Setting::default() };
    let embedder = args.get(4).map(|path| folder::open(path));
    let of = |texts: &[(&str, &str)]| -> Vec<f32> {
        let texts: Vec<&str> = texts.iter().map(|(_, text)| *text).collect();
        embedder.as_ref().map(|embedder| embedder.vectors(&texts, 2).unwrap()).unwrap_or_default()
    };
    let rows = of(&files[0]);
    let vectors = embedder.as_ref().map(|embedder| Vectors { model: *embedder.model(), rows: &rows });
    let start = cost::cpu_seconds();
    let trained = train_with(&coded, vectors, &classes, &setting).unwrap();
    let learning = cost::cpu_seconds() - start;
    let bytes = trained.classifier.to_bytes();
    let classifier = Classifier::from_bytes(&bytes).unwrap();
    let mut reading = Reading::default();
    let start = cost::cpu_seconds();
    let rows = of(&files[1]);
    let embedding = cost::cpu_seconds() - start;
    let size = embedder.as_ref().map_or(0, |embedder| embedder.model().dimensions as usize);
    let vector = |at: usize| &rows[at * size..][..size];
    // Rounds enough for the clock; a first one that is not measured fills the caches.
    let rounds = 1 + 200_000 / files[1].len().max(1);
    let read = |reading: &mut Reading| {
        let first = |(at, (_, text)): (usize, &(&str, &str))| classifier.posteriors_with(text, vector(at), reading).unwrap()[0];
        files[1].iter().enumerate().map(first).sum::<f64>()
    };
    let once = read(&mut reading);
    let start = cost::cpu_seconds();
    let sum: f64 = (0..rounds).map(|_| read(&mut reading)).sum();
    let seconds = cost::cpu_seconds() - start;
    assert!((sum / rounds as f64 - once).abs() < 1e-6 * once);
    let letters: usize = files[1].iter().map(|(_, text)| text.chars().count()).sum();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(
        out,
        r#"{{"learning_seconds":{learning:.2},"embedding_seconds":{embedding:.2},"texts_per_second":{:.0},"characters":{:.1},"features":{},"bytes":{},"strength":{},"f1_out_of_fold":{:.4},"memory":{:.0}}}"#,
        (rounds * files[1].len()) as f64 / seconds,
        letters as f64 / files[1].len() as f64,
        classifier.features(),
        bytes.len(),
        classifier.strength(),
        classifier.card().whole("").macro_f1(),
        cost::peak_memory(),
    )
    .unwrap();
    let mut line = |part: &str, label: &str, posteriors: &[f64]| {
        let numbers: Vec<String> = posteriors.iter().map(|posterior| format!("{posterior:.9}")).collect();
        writeln!(out, "{part}\t{label}\t{}\t{}", classes[classifier.label(posteriors)], numbers.join("\t")).unwrap();
    };
    files[0].iter().zip(trained.out_of_fold.chunks_exact(classes.len())).for_each(|((label, _), row)| line("train", label, row));
    for (at, (label, text)) in files[1].iter().enumerate() {
        line("test", label, classifier.posteriors_with(text, vector(at), &mut reading).unwrap());
    }
}
