use crate::Error;
use crate::error::named;
use record::Sentence;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input, written `-`.
    Stdin,
}

impl Input {
    /// The file's name without its folders; `-` for standard input. Only this name goes into a lake, never a path.
    pub fn name(&self) -> String {
        match self {
            Input::File(path) => path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned()),
            Input::Stdin => "-".to_owned(),
        }
    }

    pub(crate) fn open(&self) -> Result<Box<dyn Read + Send>, Error> {
        match self {
            Input::Stdin => Ok(Box::new(io::stdin())),
            Input::File(path) => {
                let open_error = |source| Error::Open { name: Sentence::path(path), source };
                let file = File::open(path).map_err(open_error)?;
                // Opening a folder succeeds on Unix and only reading it fails, with a worse word.
                if file.metadata().map_err(open_error)?.is_dir() {
                    return Err(open_error(io::Error::from(io::ErrorKind::IsADirectory)));
                }
                Ok(Box::new(file))
            }
        }
    }
}

/// The inputs that the paths name: `-` is standard input, a folder is walked recursively, a file is itself.
///
/// The files of a folder come sorted by path, so that the order does not depend on the disk. Hidden files, hidden folders, links to
/// folders (they may run in circles) and what is no file (sockets, devices) are left out of folders; a path given by itself is
/// taken as it is.
pub fn expand(paths: &[PathBuf]) -> Result<Vec<Input>, Error> {
    let mut inputs = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.push(Input::Stdin);
            continue;
        }
        let metadata = std::fs::metadata(path).map_err(|source| Error::Open { name: Sentence::path(path), source })?;
        if metadata.is_dir() {
            walk(path, &mut inputs)?;
        } else {
            inputs.push(Input::File(path.clone()));
        }
    }
    Ok(inputs)
}

fn walk(folder: &Path, inputs: &mut Vec<Input>) -> Result<(), Error> {
    let open_error = |source| Error::Open { name: Sentence::path(folder), source };
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(open_error)? {
        entries.push(entry.map_err(open_error)?.path());
    }
    entries.sort();
    for path in entries {
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        let link = std::fs::symlink_metadata(&path).map_err(open_error)?;
        if link.is_dir() {
            walk(&path, inputs)?;
        } else if std::fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
            inputs.push(Input::File(path));
        }
    }
    Ok(())
}

/// The SHA-256 of the file as stored (not unpacked), in lower-case hexadecimal. Reads the whole input: on standard input nothing is
/// left to read afterwards.
pub fn sha256(input: &Input) -> Result<String, Error> {
    let mut reader = input.open()?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut byte = 0;
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(hexadecimal(&digest.finalize())),
            Ok(n) => {
                digest.update(&buffer[..n]);
                byte += n as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => return Err(Error::Read { name: named(&input.name()), byte, source }),
        }
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
