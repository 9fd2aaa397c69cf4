//! One file per verb.

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod census;
pub(crate) mod compact;
pub(crate) mod completions;
pub(crate) mod coordinate;
pub(crate) mod describe;
pub(crate) mod doctor;
pub(crate) mod domains;
pub(crate) mod drift;
pub(crate) mod embeddings;
pub(crate) mod erase;
pub(crate) mod export;
pub(crate) mod graph;
pub(crate) mod hold;
pub(crate) mod ingest;
pub(crate) mod init;
pub(crate) mod key;
pub(crate) mod migrate;
pub(crate) mod operators;
pub(crate) mod place;
pub(crate) mod posteriors;
pub(crate) mod prove;
pub(crate) mod quantify;
pub(crate) mod query;
pub(crate) mod report;
pub(crate) mod retain;
pub(crate) mod reveal;
pub(crate) mod rows;
pub(crate) mod score;
pub(crate) mod series;
pub(crate) mod serve;
pub(crate) mod simulate;
pub(crate) mod stance;
pub(crate) mod stats;
pub(crate) mod status;
pub(crate) mod text;
pub(crate) mod verify;
pub(crate) mod window;

use crate::exit::{Exit, Failure, given, told};
use lake::AsOf;
use record::{Instant, sentence};

/// The lake's failures: damage to its own files is told apart, since it must stop everything.
pub(crate) fn from_lake(error: lake::Error) -> Failure {
    use lake::Error;
    let exit = match &error {
        error if error.is_damage() => Exit::Damaged,
        Error::Query(_)
        | Error::NoSuchSeal { .. }
        | Error::BeforeFirstSeal { .. }
        | Error::Exists { .. }
        | Error::NotALake { .. }
        | Error::Older { .. }
        | Error::Newer { .. } => Exit::Usage,
        Error::Foreign { .. } => Exit::Damaged,
        Error::Cipher { .. } => Exit::Input,
        _ => Exit::Machine,
    };
    Failure::new(exit, told(&error))
}

/// Reads `--as-of`: a whole number is a seal, anything else must be a date or an instant.
pub(crate) fn as_of(text: Option<&str>) -> Result<AsOf, Failure> {
    let Some(text) = text else { return Ok(AsOf::Latest) };
    if let Ok(seal) = text.parse::<i64>() {
        return Ok(AsOf::Seal(seal));
    }
    let instant = text
        .parse::<Instant>()
        .map_err(|error| Failure::usage(sentence!("`--as-of {}` is neither a seal number nor a date: {}", given(text), told(&error))))?;
    // A date alone means the whole of that day.
    let is_date = text.trim().len() == "2015-03-01".len();
    Ok(AsOf::Time(if is_date { Instant::from_micros(instant.micros() + 86_400_000_000 - 1) } else { instant }))
}

/// Now, for the verbs that write: analytics read no clock, so it is read here and handed down.
pub(crate) fn now() -> Instant {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Instant::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
}
