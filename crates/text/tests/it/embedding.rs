//! Sentence embeddings: vectors by hand, tokens as the reference tokenizer has them, and files that are not what they seem.

use text::{Embedder, EmbeddingError, EmbeddingFiles};

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("../fixtures/embedding/", $name)).as_slice()
    };
}

const MEAN: &[u8] = file!("mean.onnx");

#[cfg(not(feature = "onnx"))]
#[test]
fn a_build_without_says_how_to_get_it() {
    let files = EmbeddingFiles { model: MEAN, vocabulary: Some(file!("vocab.txt")), ..EmbeddingFiles::default() };
    assert_eq!(Embedder::new(&files).err(), Some(EmbeddingError::NotBuilt));
    assert!(EmbeddingError::NotBuilt.to_string().contains("--features onnx"));
}

#[test]
fn a_file_beyond_its_bound_is_not_looked_at() {
    let large = vec![b' '; usize::try_from(text::MOST_SETTINGS).unwrap() + 1];
    let files = EmbeddingFiles { model: MEAN, settings: Some(&large), ..EmbeddingFiles::default() };
    assert!(matches!(Embedder::new(&files), Err(EmbeddingError::TooLarge { what: "tokenizer_config.json", bytes: 1_048_577, .. })));
}

#[cfg(feature = "onnx")]
mod built {
    use super::*;
    use text::{EmbeddingModel, Pooling};

    /// Numbers of a vector in the models of `make.py`.
    const SIZE: usize = 6;
    const START: usize = 2;
    const END: usize = 3;

    fn files(model: &[u8]) -> EmbeddingFiles<'_> {
        EmbeddingFiles { model, vocabulary: Some(file!("vocab.txt")), ..EmbeddingFiles::default() }
    }

    fn opened(model: &[u8]) -> Embedder {
        Embedder::new(&files(model)).unwrap()
    }

    fn refused(files: &EmbeddingFiles<'_>) -> EmbeddingError {
        // The test's own hook would print what is caught.
        Embedder::new(files).map(|_| ()).unwrap_err()
    }

    /// The formula of `make.py`.
    fn weight(row: usize, column: usize) -> f64 {
        ((7 * row + 3 * column) % 11) as f64 / 8.0 - 5.0 / 8.0
    }

    fn scaled(sums: Vec<f64>) -> Vec<f64> {
        let length = sums.iter().map(|sum| sum * sum).sum::<f64>().sqrt();
        sums.iter().map(|sum| sum / length).collect()
    }

    /// What `mean.onnx` comes to, by hand: tanh(words · layer), the mean, length 1.
    fn by_hand(tokens: &[usize]) -> Vec<f64> {
        let token = |id: usize| -> Vec<f64> {
            (0..SIZE).map(|to| (0..SIZE).map(|from| weight(id, from) * weight(from + 3, to + 1)).sum::<f64>().tanh()).collect()
        };
        scaled((0..SIZE).map(|at| tokens.iter().map(|id| token(*id)[at]).sum::<f64>()).collect())
    }

    fn assert_near(found: &[f32], truth: &[f64]) {
        assert_eq!(found.len(), truth.len());
        for (found, truth) in found.iter().zip(truth) {
            assert!((f64::from(*found) - truth).abs() < 1e-6, "{found} is not {truth}");
        }
    }

    #[test]
    fn a_vector_is_the_mean_of_its_tokens() {
        let embedder = opened(MEAN);
        let model = *embedder.model();
        assert_eq!((model.dimensions, model.pooling, model.tokens), (6, Pooling::Mean, 128));
        // reed ##s, the, lake, is, calm, !
        let words = [START, 4, 5, 6, 7, 8, 9, 14, END];
        let text = "Reeds: the LAKE is calm!";
        // The colon is not in the vocabulary.
        let read = [START, 4, 5, 1, 6, 7, 8, 9, 14, END];
        assert_eq!(embedder.tokens(text).unwrap(), read.map(|id| id as u32));
        assert_near(&embedder.vector(text).unwrap(), &by_hand(&read));
        assert_near(&embedder.vector("reeds the lake is calm!").unwrap(), &by_hand(&words));
        assert_near(&embedder.vector("").unwrap(), &by_hand(&[START, END]));
        assert_near(&embedder.vector("القصبة هادئ 🌾").unwrap(), &by_hand(&[START, 10, 11, 12, 13, END]));
    }

    #[test]
    fn a_model_that_pools_itself_is_believed_and_gets_token_types() {
        let embedder = opened(file!("sentence.onnx"));
        assert_eq!(embedder.model().pooling, Pooling::Own);
        let sums = (0..SIZE).map(|at| [START, 6, 7, END].iter().map(|id| weight(*id, at)).sum()).collect();
        assert_near(&embedder.vector("the lake").unwrap(), &scaled(sums));
    }

    #[test]
    fn names_and_addresses_do_not_matter() {
        let embedder = opened(MEAN);
        let read = |text: &str| embedder.vector(text).unwrap();
        assert_eq!(read("@reeds the lake https://lake.example/1"), read("@calm  the\nlake\thttps://reeds.example/2"));
        assert_near(&read("@reeds the www.lake.example"), &by_hand(&[START, 16, 17, 6, 18, END]));
    }

    #[test]
    fn what_is_too_long_is_cut_where_the_settings_say() {
        let settings = EmbeddingFiles { sentence: Some(br#"{"max_seq_length": 5, "do_lower_case": false}"#), ..files(MEAN) };
        let embedder = Embedder::new(&settings).unwrap();
        assert_eq!(embedder.model().tokens, 5);
        assert_near(&embedder.vector(&"lake ".repeat(3_000)).unwrap(), &by_hand(&[START, 7, 7, 7, END]));
        assert_eq!(opened(MEAN).tokens(&"lake ".repeat(1_000)).unwrap().len(), 128);
        let long = EmbeddingFiles { settings: Some(br#"{"model_max_length": 1000000000000000019884624838656}"#), ..files(MEAN) };
        assert_eq!(Embedder::new(&long).unwrap().model().tokens, 128);
        let far = EmbeddingFiles { sentence: Some(br#"{"max_seq_length": 70000}"#), ..files(MEAN) };
        assert_eq!(Embedder::new(&far).unwrap().model().tokens, 512);
    }

    #[test]
    fn capitals_count_where_the_vocabulary_or_the_settings_say_so() {
        let cased = ["[UNK]", "[CLS]", "[SEP]", "Lake", "lake"].join("\n");
        let of = |settings: Option<&'static [u8]>| {
            let files = EmbeddingFiles { vocabulary: Some(cased.as_bytes()), settings, ..files(MEAN) };
            let embedder = Embedder::new(&files).unwrap();
            (embedder.tokens("Lake lake").unwrap(), *embedder.model())
        };
        let (found, model) = of(None);
        assert_eq!(found, [1, 3, 4, 2]);
        let (found, lower) = of(Some(br#"{"do_lower_case": true}"#));
        assert_eq!(found, [1, 4, 4, 2]);
        assert_ne!(model, lower, "another setting is another model");
    }

    /// Tokens that Python's `tokenizers` 0.23 gives; `make.py` prints them.
    #[test]
    fn a_tokenizer_of_the_other_family_is_read() {
        let embedder = Embedder::new(&EmbeddingFiles { tokenizer: Some(file!("unigram.json")), ..files(MEAN) }).unwrap();
        for (text, ids) in [
            ("Reeds", &[0, 4, 3, 6, 2][..]),
            ("The LAKE is calm!", &[0, 4, 3, 4, 3, 18, 19, 14, 2]),
            ("القصبة هادئ 🌾", &[0, 9, 10, 4, 3, 4, 11, 2]),
            ("", &[0, 2]),
            ("lake-side", &[0, 8, 3, 6, 3, 2]),
        ] {
            assert_eq!(embedder.tokens(text).unwrap(), ids, "{text}");
        }
    }

    #[test]
    fn the_same_on_any_number_of_threads() {
        let embedder = opened(MEAN);
        let texts = ["the lake", "", "reeds!", "is calm", "القصب"];
        let one: Vec<f32> = texts.iter().flat_map(|text| embedder.vector(text).unwrap()).collect();
        for threads in [0, 1, 2, 3, 9] {
            assert_eq!(embedder.vectors(&texts, threads).unwrap(), one);
        }
        assert!(embedder.vectors(&[], 2).unwrap().is_empty());
    }

    #[test]
    fn a_model_is_known_by_its_files() {
        let model = |files: &EmbeddingFiles<'_>| -> EmbeddingModel { *Embedder::new(files).unwrap().model() };
        let first = model(&files(MEAN));
        assert_eq!(first, model(&files(MEAN)));
        // The digest is that of `sha256sum`.
        assert_eq!(first.model_digest(), DIGEST);
        let other = model(&files(file!("sentence.onnx")));
        assert_eq!(first.tokenizer, other.tokenizer);
        assert_ne!(first.model, other.model);
    }

    const DIGEST: &str = "0cdb834eb450938f6523b67afe72468df3005b235917385a5bdd246441e4cecb";

    #[test]
    fn every_wrong_model_has_its_sentence() {
        let of = |model: &[u8]| refused(&files(model));
        assert_eq!(of(b""), EmbeddingError::NotOnnx);
        assert_eq!(of(b"PK\x03\x04 a picture, perhaps"), EmbeddingError::NotOnnx);
        assert_eq!(of(file!("other-input.onnx")), EmbeddingError::Inputs);
        assert_eq!(of(file!("no-vector.onnx")), EmbeddingError::Outputs);
        assert_eq!(of(file!("no-node.onnx")), EmbeddingError::Unknown);
        assert_eq!(of(file!("no-operator.onnx")), EmbeddingError::Unknown);
        assert_eq!(of(file!("outside.onnx")), EmbeddingError::Unknown);
        let trial = EmbeddingError::Trial { tokens: 128, most: 4_096 };
        assert_eq!(of(file!("no-number.onnx")), trial);
        assert_eq!(of(file!("few-words.onnx")), trial);
        for error in [EmbeddingError::NotOnnx, EmbeddingError::Inputs, EmbeddingError::Outputs, EmbeddingError::Unknown, trial] {
            let said = error.to_string();
            assert!(said.starts_with('`') && said.contains("; ") && !said.ends_with('.'), "{said}");
        }
    }

    #[test]
    fn every_wrong_tokenizer_has_its_sentence() {
        let bare = EmbeddingFiles { model: MEAN, ..EmbeddingFiles::default() };
        assert_eq!(refused(&bare), EmbeddingError::NoTokenizer);
        let vocabulary = |bytes| refused(&EmbeddingFiles { vocabulary: Some(bytes), ..bare });
        assert_eq!(vocabulary(b"the\nlake\n"), EmbeddingError::Tokenizer("vocab.txt"));
        assert_eq!(vocabulary(b"\xff\xfe\n"), EmbeddingError::Tokenizer("vocab.txt"));
        let json = |bytes| refused(&EmbeddingFiles { tokenizer: Some(bytes), ..bare });
        let whole = file!("unigram.json");
        assert_eq!(json(&whole[..whole.len() / 2]), EmbeddingError::Tokenizer("tokenizer.json"));
        assert_eq!(json(b"[]"), EmbeddingError::Tokenizer("tokenizer.json"));
        let settings = EmbeddingFiles { sentence: Some(br#"{"max_seq_length": -1}"#), ..files(MEAN) };
        assert_eq!(refused(&settings), EmbeddingError::Settings("sentence_bert_config.json"));
        let settings = EmbeddingFiles { settings: Some(b"{"), ..files(MEAN) };
        assert_eq!(refused(&settings), EmbeddingError::Settings("tokenizer_config.json"));
    }

    /// Every cut and many changed bytes: refused, or a model that gives finite vectors or says that it cannot. No panic leaves.
    #[test]
    fn fuzz_models() {
        for model in [MEAN, file!("sentence.onnx")] {
            // A short longest input keeps the trials quick.
            const SHORT: &[u8] = br#"{"max_seq_length": 8}"#;
            let opened = |model: &[u8]| Embedder::new(&EmbeddingFiles { sentence: Some(SHORT), ..files(model) });
            for end in (0..model.len()).step_by(41) {
                let _ = opened(&model[..end]);
            }
            for at in (0..model.len()).step_by(29) {
                for flip in [0x01, 0x80] {
                    let mut changed = model.to_vec();
                    changed[at] ^= flip;
                    if let Ok(embedder) = opened(&changed)
                        && let Ok(vector) = embedder.vector("the lake")
                    {
                        assert!(vector.iter().all(|value| value.is_finite()));
                    }
                }
            }
        }
    }
}
