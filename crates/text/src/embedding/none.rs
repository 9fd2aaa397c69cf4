//! A build without the feature `onnx`: nothing can be opened.

use super::{EmbeddingError, EmbeddingFiles, EmbeddingModel, Pooling};

/// There is none.
#[derive(Debug)]
pub(super) enum Running {}

impl Running {
    pub(super) fn open(_: &EmbeddingFiles<'_>) -> Result<(Self, EmbeddingModel), EmbeddingError> {
        Err(EmbeddingError::NotBuilt)
    }

    pub(super) fn tokens(&self, _: &str) -> Result<Vec<u32>, EmbeddingError> {
        match *self {}
    }

    pub(super) fn vector(&self, _: &str, _: Pooling) -> Result<Vec<f32>, EmbeddingError> {
        match *self {}
    }
}
