//! `--embeddings`: what the usual build says, a model that was learned with an encoder, and, in a build with the feature `onnx`, the whole way.

use crate::harness::{Bench, fails, json, ok, path};
use std::path::{Path, PathBuf};
use text::{Coded, EmbeddingModel, Pooling, Setting, Vectors, train_with};

/// A table of coded texts, one in two of each class.
fn coded(bench: &Bench) -> PathBuf {
    let line =
        |i: usize| format!("{},\"{} the lake {}\"\n", ["calm", "reeds"][i % 2], ["is calm", "has reeds!"][i % 2], ["", "the"][i / 2 % 2]);
    bench.write("coded.csv", format!("stance,text\n{}", (0..40).map(line).collect::<String>()))
}

fn train<'a>(coded: &'a Path, out: &'a Path, folder: &'a Path) -> [&'a str; 12] {
    let table = path(coded);
    ["text", "train", "--table", table, "--text", "text", "--label", "stance", "--out", path(out), "--embeddings", path(folder)]
}

/// A model that was learned with an encoder of which only the digest is left.
fn learned_elsewhere(bench: &Bench) -> PathBuf {
    let model = EmbeddingModel { model: [0xab; 32], tokenizer: [0xcd; 32], dimensions: 2, pooling: Pooling::Mean, tokens: 64 };
    let texts: Vec<Coded<'_>> = (0..20).map(|i| Coded { text: ["reeds", "a boat"][i % 2], class: i % 2, group: "en" }).collect();
    let rows: Vec<f32> = (0..20).flat_map(|i| [[1.0, 0.0], [0.0, 1.0]][i % 2]).collect();
    let classes = ["calm", "loud"].map(str::to_owned);
    let trained = train_with(&texts, Some(Vectors { model, rows: &rows }), &classes, &Setting::default()).unwrap();
    bench.write("elsewhere.model", trained.classifier.to_bytes())
}

#[test]
fn a_model_learned_with_an_encoder_says_so_and_is_not_read_without() {
    let bench = Bench::new();
    let (model, table) = (learned_elsewhere(&bench), coded(&bench));
    let card = json(&["text", "card", path(&model)]);
    let own = &card["embedding"];
    assert_eq!((&own["model"], &own["tokenizer"]), (&"ab".repeat(32).into(), &"cd".repeat(32).into()), "{card}");
    assert_eq!((&own["dimensions"], &own["pooling"], &own["most_tokens"]), (&2.into(), &"mean".into(), &64.into()));
    let text = ok(&["text", "card", path(&model)]);
    assert!(
        text.contains("sentence embeddings of 2 numbers, the mean over the tokens, at most 64 tokens; SHA-256 of the model: abab"),
        "{text}"
    );
    let said = fails(&["text", "classify", "--model", path(&model), "--table", path(&table), "--text", "text"], 3);
    assert!(
        said.contains("it was learned with sentence embeddings and needs the same embedding model again") && said.contains("abab"),
        "{said}"
    );
}

#[cfg(not(feature = "onnx"))]
#[test]
fn the_usual_build_says_how_to_get_it() {
    let bench = Bench::new();
    let (table, out) = (coded(&bench), bench.at("a.model"));
    let said = fails(&train(&table, &out, &bench.at("nowhere")), 2);
    assert!(said.contains("`--embeddings`: this build has no sentence embeddings") && said.contains("--features onnx"), "{said}");
    assert!(!out.exists());
}

#[cfg(feature = "onnx")]
mod built {
    use super::*;

    fn folder(bench: &Bench) -> PathBuf {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../text/tests/fixtures/embedding");
        let folder = bench.at("encoder");
        std::fs::create_dir_all(&folder).unwrap();
        for (name, to) in [("mean.onnx", "model.onnx"), ("vocab.txt", "vocab.txt")] {
            std::fs::copy(from.join(name), folder.join(to)).unwrap();
        }
        folder
    }

    #[test]
    fn from_a_folder_to_posteriors() {
        let bench = Bench::new();
        let (table, out, folder) = (coded(&bench), bench.at("a.model"), folder(&bench));
        let card = json(&train(&table, &out, &folder));
        assert_eq!((&card["embedding"]["dimensions"], &card["embedding"]["pooling"]), (&6.into(), &"mean".into()), "{card}");
        let classify = ["text", "classify", "--model", path(&out), "--table", path(&table), "--text", "text"];
        let read = ok(&[&classify[..], &["--embeddings", path(&folder)]].concat());
        assert_eq!(read.lines().count(), 41);
        assert!(fails(&classify, 3).contains("needs the same embedding model again"));
        // Another longest input is another encoder.
        std::fs::write(folder.join("sentence_bert_config.json"), r#"{"max_seq_length": 32}"#).unwrap();
        let said = fails(&[&classify[..], &["--embeddings", path(&folder)]].concat(), 3);
        assert!(said.contains("it was learned with another embedding model"), "{said}");
    }

    #[test]
    fn a_wrong_folder_is_told_in_a_sentence_and_no_panic_is_heard() {
        let bench = Bench::new();
        let (table, out, folder) = (coded(&bench), bench.at("a.model"), folder(&bench));
        let refused = |folder: &Path| fails(&train(&table, &out, folder), 3);
        assert!(refused(&bench.at("nowhere")).contains("it cannot be read"));
        std::fs::write(folder.join("model.onnx"), b"no model").unwrap();
        assert!(refused(&folder).contains("`model.onnx` is no model in ONNX"));
        // The interpreter panics on this one.
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../text/tests/fixtures/embedding/no-node.onnx");
        std::fs::copy(from, folder.join("model.onnx")).unwrap();
        let said = refused(&folder);
        assert!(said.contains("`model.onnx` cannot be run") && !said.contains("defect"), "{said}");
        std::fs::remove_file(folder.join("model.onnx")).unwrap();
        assert!(refused(&folder).contains("it holds no `model.onnx`"));
    }
}
