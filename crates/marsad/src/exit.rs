//! How the binary ends: every failure is one sentence on standard error and a documented exit code.

use std::fmt;

/// Why a verb ended; the number is the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// Done, but not all was well: there were rejects and the user asked to hear of them this way, or a report was found to differ.
    Rejects = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// An input cannot be read or understood.
    Input = 3,
    /// The study's own files are damaged.
    Damaged = 4,
    /// The machine stood in the way: disk, permission, another writer.
    Machine = 5,
    /// A defect of Marsad itself.
    Defect = 70,
    /// Interrupted by the user.
    Interrupted = 130,
}

/// A failure with its exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Failure { exit, message: message.into() }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Failure::new(Exit::Usage, message)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The whole chain of causes in one sentence: `what: why: why`.
pub(crate) fn sentence(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Some libraries repeat their cause in their own text; saying it twice helps nobody.
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

/// A cell of somebody's table in a sentence: as it is where it was meant as a number, or else by its length, for it may be a name or a post.
pub(crate) fn cell(text: &str) -> String {
    let is_number = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',' | '-' | '+' | 'e' | 'E' | '%' | ' ');
    match text {
        "" => "nothing".to_owned(),
        // A letter or two are no name: `x` and `NA` are what people write for no answer.
        _ if text.chars().count() <= 2 || ["NaN", "inf", "-inf"].contains(&text) => format!("`{text}`"),
        _ if text.len() <= 24 && text.chars().all(is_number) => format!("`{text}`"),
        _ => format!("a text of {} characters", text.chars().count()),
    }
}

/// What a failed write to standard output means: a closed pipe (`| head`) is a reader who has had enough, so the work is done.
pub(crate) fn from_output(error: &std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::new(Exit::Done, ""),
        _ => Failure::new(Exit::Machine, format!("standard output cannot be written: {error}")),
    }
}
