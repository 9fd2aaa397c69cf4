//! Reading short, messy, multilingual text. No IO, no clock, no global state but the built-in language model and a table of
//! characters: the same text gives the same answer.
//!
//! What is here: text made comparable ([`normalise`]), its language with an honest doubt ([`Identifier`]), fingerprints and groups of
//! near-duplicates ([`fingerprint`], [`near_duplicates`]), sparse features for a learner ([`Counter`], [`Vectoriser`]), classifiers of
//! short texts ([`Classifier`], learned by [`train`]), queries over normalised text ([`Query`]), roots of names ([`root`]) and style apart from
//! topic ([`Style`]).
//! Each method has a page in `docs/methods`.

mod classifier;
mod duplicates;
mod embedding;
mod features;
mod fold;
mod grams;
mod language;
mod normal;
mod query;
mod style;

pub use classifier::{
    Card, Classifier, Coded, Counterfactual, Error as ClassifierError, Group, Rates, Reading, STRENGTHS, Setting, Trained, Vectors,
    counterfactual, train, train_with,
};
pub use duplicates::{Error as DuplicateError, Near, Pair, Post, fingerprint, groups, jaccard, near_duplicates};
pub use embedding::{
    Embedder, EmbeddingError, EmbeddingFiles, EmbeddingModel, MOST_MODEL, MOST_SETTINGS, MOST_TOKENIZER, Pooling, is_inside_model,
};
pub use features::{Counter, Cutter, FEATURES_VERSION, Feature, Terms, Vectoriser, Wording, idf, place};
pub use grams::{GRAMS_VERSION, Grams};
pub use language::{Identifier, Language, MODEL_VERSION, UND};
pub use normal::{Normalisation, normalise};
pub use query::{QUERY_VERSION, Query, QueryError, Searched, arabic_forms};
pub use style::{Style, root};
