//! The statement of a report: by what its figures were worked out, so that they can be worked out again, and hashes of what was written.

use crate::exit::{Exit, Failure, told};
use record::{Provenance, Sentence, sentence};
use review::Head;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use study::coordinate::CoordinateSettings;

/// SHA-256 over the sources that this binary was built from (crates/marsad/build.rs).
pub(crate) const SOURCE: &str = env!("MARSAD_SOURCE");

/// The version of the statement's fields.
const FORMAT: u32 = 1;

/// What a report carries about itself. Everything in it is a digest, a number or a setting; no account, no handle, no path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Statement {
    /// The version of these fields.
    pub(crate) format: u32,
    /// Inputs, configuration, seal, version of the program.
    pub(crate) provenance: Provenance,
    /// SHA-256 over the sources of the program.
    pub(crate) source: String,
    /// The tag of the page's language.
    pub(crate) language: String,
    /// `--window`, as it was given.
    pub(crate) window: Option<String>,
    /// `--against-window`, as it was given.
    pub(crate) against_window: Option<String>,
    /// The study given with `--control`.
    pub(crate) control: Option<Other>,
    /// The study given with `--against`.
    pub(crate) against: Option<Other>,
    /// The last event of the review that the figures rest on; none where there is no review.
    pub(crate) events: Option<Head>,
    /// The census in the report.
    pub(crate) census: Option<CensusRef>,
    /// How who acts together was worked out; none where the report has no such chapter.
    #[serde(default)]
    pub(crate) coordination: Option<CoordinationRef>,
    /// The stance in the report, frozen in the same way; its query is that of the posts selected.
    #[serde(default)]
    pub(crate) stance: Option<CensusRef>,
    /// Its draws after the first, by the names under which they are frozen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) stance_draws: Vec<CensusRef>,
    /// The number of the last erasure before the report.
    pub(crate) erasure: i64,
    /// SHA-256 of the page without statement and signature.
    pub(crate) page: String,
    /// SHA-256 of every table beside the page, by file name.
    pub(crate) tables: BTreeMap<String, String>,
}

/// Another study that stands beside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Other {
    /// The seal that was read.
    pub(crate) seal: i64,
    /// SHA-256 of its configuration.
    pub(crate) configuration: String,
}

impl Other {
    pub(crate) fn of(provenance: &Provenance) -> Other {
        Other { seal: provenance.seal, configuration: provenance.configuration.clone() }
    }
}

/// What the census of a report was frozen with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CensusRef {
    /// Its name.
    pub(crate) name: String,
    /// The seed of the draw.
    pub(crate) seed: u64,
    /// SHA-256 of what was asked: the frame with its settings.
    pub(crate) query: String,
    /// SHA-256 of the sample.
    pub(crate) sample: String,
    /// SHA-256 of the score, where there is one.
    pub(crate) score: Option<String>,
    /// SHA-256 of the codebook.
    pub(crate) codebook: String,
}

/// How who acts together was worked out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CoordinationRef {
    /// What was asked.
    pub(crate) settings: CoordinateSettings,
    /// SHA-256 of the list of what is known; none where there was none.
    pub(crate) known: Option<String>,
}

impl CensusRef {
    /// Of what was frozen under a name.
    pub(crate) fn of(name: &str, frozen: &review::Frozen) -> CensusRef {
        CensusRef {
            name: name.to_owned(),
            seed: frozen.seed,
            query: frozen.query.clone(),
            sample: frozen.sample.clone(),
            score: frozen.score.clone(),
            codebook: frozen.codebook_digest.clone(),
        }
    }
}

impl Statement {
    /// The version of the fields that this program writes.
    pub(crate) const fn format() -> u32 {
        FORMAT
    }

    /// As it stands in the page and in `statement.json`, and as it is signed.
    pub(crate) fn text(&self) -> Result<String, Failure> {
        let json = serde_json::to_string(self).map_err(|error| Failure::new(Exit::Defect, told(&error)))?;
        Ok(report::statement::as_block(&json))
    }

    /// Reads a statement; the sentence says why it cannot be.
    pub(crate) fn read(text: &str) -> Result<Statement, Sentence> {
        #[derive(Deserialize)]
        struct Which {
            format: u32,
        }
        let which: Which = serde_json::from_str(text).map_err(|_| Sentence::from("its statement is damaged"))?;
        if which.format != FORMAT {
            return Err(sentence!(
                "its statement is of format `{}` and this program reads `{}`; use a newer version",
                which.format,
                FORMAT
            ));
        }
        serde_json::from_str(text).map_err(|_| Sentence::from("its statement is damaged"))
    }
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    crate::signing::hex(&Sha256::digest(bytes))
}
