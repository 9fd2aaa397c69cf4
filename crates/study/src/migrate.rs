//! What an earlier version wrote, brought to what this one writes: the settings. The lake and the review migrate their own databases; tables that
//! were worked out from the lake (`derived/`) say their version and are worked out again.

use crate::config::{self, Config};
use crate::{Error, Study};
use std::fs;
use std::io::Write;
use std::path::Path;

impl Study {
    /// The tables of settings that a study of an earlier version does not spell out. What they say by default is in force already.
    ///
    /// # Errors
    /// [`Error::NoStudy`], [`Error::Configuration`], [`Error::Io`].
    pub fn missing_settings(folder: &Path) -> Result<Vec<&'static str>, Error> {
        let study = Study::open(folder)?;
        let file = folder.join(config::FILE);
        let text = fs::read_to_string(&file).map_err(Error::io("read", &file))?;
        debug_assert_eq!(study.config(), &Config::parse(&file, &text)?);
        Ok(Config::missing(&text))
    }

    /// Spells them out at the end of `marsad.toml`, every field with its comment: all or nothing. Gives those that were added. Nothing else of the file
    /// changes, and no setting does.
    ///
    /// # Errors
    /// As [`Study::missing_settings`].
    pub fn add_settings(folder: &Path) -> Result<Vec<&'static str>, Error> {
        let missing = Study::missing_settings(folder)?;
        if missing.is_empty() {
            return Ok(missing);
        }
        let file = folder.join(config::FILE);
        let text = fs::read_to_string(&file).map_err(Error::io("read", &file))?;
        let text = Config::completed(&text);
        Config::parse(&file, &text)?;
        let fresh = file.with_extension("toml.new");
        let written = fs::File::create(&fresh).and_then(|mut new| new.write_all(text.as_bytes()).and_then(|()| new.sync_all()));
        written.map_err(Error::io("write", &fresh))?;
        fs::rename(&fresh, &file).map_err(Error::io("write", &file))?;
        Ok(missing)
    }
}
