//! The folder of a sentence encoder, given by `--embeddings`. Nothing is ever fetched: who wants one brings the files.

use crate::exit::{Failure, told};
use crate::verbs::posteriors::input;
use record::sentence;
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use text::{Embedder, EmbeddingError, EmbeddingFiles, EmbeddingModel, MOST_MODEL, MOST_SETTINGS, MOST_TOKENIZER};

/// Opens the encoder of a folder; none where none was asked for.
pub(crate) fn open(folder: Option<&Path>) -> Result<Option<Arc<Embedder>>, Failure> {
    let Some(folder) = folder else { return Ok(None) };
    if !Embedder::is_built() {
        return Err(Failure::usage(sentence!("`--embeddings`: {}", told(&EmbeddingError::NotBuilt))));
    }
    let model = file(folder, "model.onnx", MOST_MODEL)?
        .ok_or_else(|| input(folder, "it holds no `model.onnx`; give the folder of a sentence encoder (docs/methods/embeddings.md)"))?;
    let tokenizer = file(folder, "tokenizer.json", MOST_TOKENIZER)?;
    let vocabulary = file(folder, "vocab.txt", MOST_TOKENIZER)?;
    let sentence = file(folder, "sentence_bert_config.json", MOST_SETTINGS)?;
    let settings = file(folder, "tokenizer_config.json", MOST_SETTINGS)?;
    let files = EmbeddingFiles {
        model: &model,
        tokenizer: tokenizer.as_deref(),
        vocabulary: vocabulary.as_deref(),
        sentence: sentence.as_deref(),
        settings: settings.as_deref(),
    };
    Embedder::new(&files).map(|embedder| Some(Arc::new(embedder))).map_err(|error| input(folder, told(&error)))
}

/// A file of the folder, if it is there; its size is looked at before it is read.
fn file(folder: &Path, name: &'static str, most: u64) -> Result<Option<Vec<u8>>, Failure> {
    let path = folder.join(name);
    let unreadable = |error: std::io::Error| input(&path, sentence!("it cannot be read: {}", error));
    let bytes = match std::fs::metadata(&path) {
        Ok(found) => found.len(),
        Err(error) if error.kind() == ErrorKind::NotFound && folder.is_dir() => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if bytes > most {
        return Err(input(folder, told(&EmbeddingError::TooLarge { what: name, bytes, most })));
    }
    std::fs::read(&path).map(Some).map_err(unreadable)
}

/// The model in a JSON object; null where words were read alone.
pub(crate) fn json(model: Option<&EmbeddingModel>) -> Value {
    model.map_or(Value::Null, |own| {
        json!({
            "model": own.model_digest(), "tokenizer": own.tokenizer_digest(), "dimensions": own.dimensions, "pooling": own.pooling.name(),
            "most_tokens": own.tokens,
        })
    })
}
