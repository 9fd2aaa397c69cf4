//! Pieces of work that have a name and a folder of their own in the study: censuses and stances.

use crate::Error;
use std::path::Path;

/// The longest name of a census or stance: what is frozen of it is called `NAME-audit-AUDIT` or `stance-NAME-kind`, and names of what is frozen have at
/// most 40 characters.
pub(crate) const LONGEST_NAME: usize = 20;

/// Whether a name is lower-case letters, digits and hyphens, a letter first: it becomes part of files' names.
pub(crate) fn is_plain(name: &str, longest: usize) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.len() <= longest && name.bytes().all(is_plain) && name.starts_with(|first: char| first.is_ascii_lowercase())
}

/// The names of the folders in `folder` that hold `file`, in alphabetical order; none where `folder` is not there.
///
/// # Errors
/// [`Error::Io`].
pub(crate) fn with_file(folder: &Path, file: &str) -> Result<Vec<String>, Error> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("read", folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(Error::io("read", folder))?;
        if entry.path().join(file).exists() {
            names.extend(entry.file_name().to_str().map(str::to_owned));
        }
    }
    names.sort();
    Ok(names)
}
