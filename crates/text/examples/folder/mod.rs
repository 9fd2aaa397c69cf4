//! An embedding model from a folder, for examples; `marsad` has bounds and sentences of its own.

use std::path::Path;
use text::{Embedder, EmbeddingFiles};

pub(crate) fn open(folder: &str) -> Embedder {
    let read = |name: &str| std::fs::read(Path::new(folder).join(name)).ok();
    let (model, tokenizer, vocabulary) = (read("model.onnx").unwrap(), read("tokenizer.json"), read("vocab.txt"));
    let (sentence, settings) = (read("sentence_bert_config.json"), read("tokenizer_config.json"));
    let files = EmbeddingFiles {
        model: &model,
        tokenizer: tokenizer.as_deref(),
        vocabulary: vocabulary.as_deref(),
        sentence: sentence.as_deref(),
        settings: settings.as_deref(),
    };
    Embedder::new(&files).unwrap()
}
