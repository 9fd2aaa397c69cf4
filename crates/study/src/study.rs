use crate::Error;
use crate::config::{self, Config, DesignationSource};
use crate::describe::query::NoBareHandles;
use lake::{Cipher, Lake};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The lock of those who write files of the study.
const WORK: &str = "work.lock";

/// What a new study is about.
#[derive(Clone, Debug)]
pub struct Init {
    /// Its name: 1 to 200 characters on one line.
    pub name: String,
    /// The organisation it is about.
    pub designation: DesignationSource,
}

/// A study: a folder with a configuration, a lake and reports.
#[derive(Clone, Debug)]
pub struct Study {
    folder: PathBuf,
    config: Config,
    cipher: Cipher,
    no_bare_handles: NoBareHandles,
}

impl Study {
    /// Makes a study in a new or empty folder: `marsad.toml`, every field with a comment, an empty lake in `lake`, and `reports`.
    ///
    /// # Errors
    /// [`Error::StudyExists`], [`Error::NotEmpty`], [`Error::Name`], [`Error::Reason`], [`Error::Io`], [`Error::Lake`].
    pub fn init(folder: &Path, init: &Init) -> Result<Study, Error> {
        Study::init_with(folder, init, &Cipher::none())
    }

    /// The same for a study whose lake, and tables worked out from it, are encrypted.
    ///
    /// # Errors
    /// As [`Study::init`].
    pub fn init_with(folder: &Path, init: &Init, cipher: &Cipher) -> Result<Study, Error> {
        let name = config::line("name", &init.name, 200).map_err(|_| Error::Name)?;
        if let DesignationSource::Unlisted(reason) = &init.designation {
            config::line("unlisted", reason, 500).map_err(|_| Error::Reason)?;
        }
        let file = folder.join(config::FILE);
        if file.exists() {
            return Err(Error::StudyExists(folder.to_owned()));
        }
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        if fs::read_dir(folder).map_err(Error::io("read", folder))?.next().is_some() {
            return Err(Error::NotEmpty(folder.to_owned()));
        }
        let text = Config::template(&name, &init.designation);
        // What was written must be readable before anything is left behind.
        let config = Config::parse(&file, &text)?;
        if let Err(error) = furnish(folder, cipher) {
            // The folder was empty, so what is in it now is ours; a failed study must not stand in the way of the next attempt.
            drop((fs::remove_dir_all(folder.join("reports")), fs::remove_dir_all(folder.join("lake"))));
            return Err(error);
        }
        // The configuration comes last: it is what makes the folder a study.
        let mut new = fs::File::create_new(&file).map_err(Error::io("create", &file))?;
        new.write_all(text.as_bytes()).and_then(|()| new.sync_all()).map_err(Error::io("create", &file))?;
        Ok(Study { folder: folder.to_owned(), config, cipher: cipher.clone(), no_bare_handles: NoBareHandles::default() })
    }

    /// Opens a study and checks its configuration. The lake is opened when it is needed.
    ///
    /// # Errors
    /// [`Error::NoStudy`], [`Error::Configuration`], [`Error::Io`].
    pub fn open(folder: &Path) -> Result<Study, Error> {
        Study::open_with(folder, &Cipher::none())
    }

    /// The same for a study that may be encrypted.
    ///
    /// # Errors
    /// As [`Study::open`].
    pub fn open_with(folder: &Path, cipher: &Cipher) -> Result<Study, Error> {
        let file = folder.join(config::FILE);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Error::NoStudy(folder.to_owned())),
            Err(error) => return Err(Error::Io { what: "read", path: file, source: error }),
        };
        Ok(Study {
            folder: folder.to_owned(),
            config: Config::parse(&file, &text)?,
            cipher: cipher.clone(),
            no_bare_handles: NoBareHandles::default(),
        })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Held by a step that reads the lake and then writes a file of the study: an erasure that begins in between would not know of the file. None where
    /// the study cannot be written, and so no file either.
    #[must_use = "it holds as long as it is kept"]
    pub fn at_work(&self) -> Option<File> {
        let lock = self.work_lock().ok()?;
        lock.lock_shared().ok()?;
        Some(lock)
    }

    /// Held by an erasure while it goes over the study's files: waits for the steps that are at work.
    pub(crate) fn alone(&self) -> Result<File, Error> {
        let failed = Error::io("lock", self.folder.join(WORK));
        self.work_lock().and_then(|lock| lock.lock().map(|()| lock)).map_err(failed)
    }

    fn work_lock(&self) -> std::io::Result<File> {
        File::options().create(true).truncate(false).write(true).open(self.folder.join(WORK))
    }

    /// The folder for reports.
    pub fn reports(&self) -> PathBuf {
        self.folder.join("reports")
    }

    /// Opens the lake.
    ///
    /// # Errors
    /// [`Error::Lake`] when it is missing or damaged.
    pub fn lake(&self) -> Result<Lake, Error> {
        Ok(Lake::open_with(&self.folder.join("lake"), &self.cipher)?)
    }

    /// As of which seal the lake was found to name no account by a bare handle.
    pub(crate) fn no_bare_handles(&self) -> &NoBareHandles {
        &self.no_bare_handles
    }

    /// How the lake, and tables worked out from it, are written and read.
    pub fn cipher(&self) -> &Cipher {
        &self.cipher
    }
}

/// Makes the folders of a study.
fn furnish(folder: &Path, cipher: &Cipher) -> Result<(), Error> {
    let reports = folder.join("reports");
    fs::create_dir(&reports).map_err(Error::io("create", reports))?;
    Lake::create_with(&folder.join("lake"), cipher)?;
    Ok(())
}
