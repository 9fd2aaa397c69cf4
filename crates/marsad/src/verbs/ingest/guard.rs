//! What a study asks of the door: masks, pseudonyms, and the keys to them.

use crate::exit::Failure;
use crate::keys::{self, Pseudonyms};
use crate::verbs::from_lake;
use privacy::{Guard, Kind, Masker};
use std::path::Path;
use std::sync::Arc;
use study::{Kept, Privacy};

/// The guard of a study's door. Keys are made when they are first needed.
///
/// # Errors
/// When the setting of pseudonyms differs from what the lake holds: half a lake under pseudonyms would join with nothing.
pub(crate) fn of(folder: &Path, privacy: &Privacy, lake: &lake::Lake) -> Result<Arc<Guard>, Failure> {
    let masker = if privacy.mask { Some(Masker::new(keys::masking(folder)?, &kept(privacy))) } else { None };
    let state = keys::pseudonyms(folder)?;
    let pseudonyms = match (privacy.pseudonymise, state) {
        (false, Pseudonyms::None) => None,
        (false, _) => {
            return Err(Failure::usage(
                "this study holds pseudonyms, and `privacy.pseudonymise` in marsad.toml is `false`; set it to `true` again, or make another study for records in clear",
            ));
        }
        (true, Pseudonyms::None) if lake.seals().map_err(from_lake)?.is_empty() => Some(keys::bind_pseudonyms(folder)?),
        (true, Pseudonyms::None) => {
            return Err(Failure::usage(
                "this study holds ids and handles in clear, so pseudonyms would join with nothing; make a study with `privacy.pseudonymise = true` in marsad.toml and ingest the exports there",
            ));
        }
        (true, _) => Some(keys::pseudonym_keys(folder)?),
    };
    Ok(Arc::new(Guard { masker, pseudonyms }))
}

fn kept(privacy: &Privacy) -> Vec<Kind> {
    privacy
        .keep
        .iter()
        .map(|kept| match kept {
            Kept::Wallets => Kind::Wallet,
            Kept::Invitations => Kind::Invitation,
        })
        .collect()
}
