//! How the binary ends: every failure is one sentence on standard error and a documented exit code.

use record::{LogSafe, Sentence, sentence};
use std::error::Error;
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
    /// Words of ours and log-safe values, which the compiler sees to.
    pub(crate) message: Sentence,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<Sentence>) -> Self {
        Failure { exit, message: message.into() }
    }

    pub(crate) fn usage(message: impl Into<Sentence>) -> Self {
        Failure::new(Exit::Usage, message)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

/// An error whose words, with those of its causes, tell of nobody; an error that is not on this list cannot be said. Errors of our own are made of numbers,
/// paths and `Sentence`s (a house rule refuses any other text in them); for the few of libraries the list vouches, and a test listens to every verb.
pub(crate) trait Harmless: Error + 'static {}

macro_rules! harmless {
    ($($error:ty),+ $(,)?) => { $(impl Harmless for $error {})+ };
}

harmless!(
    archive::Error,
    exchange::Error,
    text::ClassifierError,
    text::EmbeddingError,
    ingest::Error,
    lake::Error,
    network::Error,
    report::Error,
    review::Error,
    stats::Error,
    stats::survey::Error,
    stats::agreement::Error,
    csv::Error,
    review::Refusal,
    study::Error,
    study::census::Problem,
    web::Error,
    world::Error,
    // Only ever of what is being written: reading somebody's JSON is `ingest`, which has sentences of its own.
    serde_json::Error,
    toml::ser::Error,
    stats::score::Error,
    stats::quantify::Error,
    stats::domains::Error,
    stats::learn::Error,
    privacy::ParseKeyError,
    record::ParseInstantError,
    // What the machine says: of interrupts, of random numbers.
    ctrlc::Error,
    rand::rngs::SysError,
    std::io::Error,
);

/// An error's own words, which hold what its causes say.
struct Alone<'a>(&'a dyn Error);

impl LogSafe for Alone<'_> {}

impl fmt::Display for Alone<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.0, f)
    }
}

/// The error without its causes, where its sentence holds them already.
pub(crate) fn alone(error: &impl Harmless) -> Sentence {
    sentence!("{}", Alone(error))
}

struct Chain<'a>(&'a dyn Error);

impl LogSafe for Chain<'_> {}

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.0.to_string();
        let mut source = self.0.source();
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            // Some errors repeat their cause in their own text, perhaps without the system's number; saying it twice helps nobody.
            let said = cause_text.split(" (os error").next().unwrap_or_default().to_lowercase();
            if !text.to_lowercase().contains(&said) {
                text = format!("{text}: {cause_text}");
            }
            source = cause.source();
        }
        f.write_str(&text)
    }
}

/// The name of an input in a sentence: a file's, or what stands for standard input.
pub(crate) fn named(input: &str) -> Sentence {
    sentence!("{}", std::path::Path::new(input).display())
}

/// What a person gave as a setting, in a sentence.
pub(crate) fn given(text: &str) -> Sentence {
    Sentence::given(text)
}

/// The whole chain of causes in one sentence: `what: why: why`.
pub(crate) fn told(error: &impl Harmless) -> Sentence {
    sentence!("{}", Chain(error))
}

/// A cell of somebody's table in a sentence: as it is where it was meant as a number, or else by its length, for it may be a name or a post.
pub(crate) fn cell(text: &str) -> Sentence {
    let is_number = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',' | '-' | '+' | 'e' | 'E' | '%' | ' ');
    match text {
        "" => "nothing".into(),
        // A letter or two are no name: `x` and `NA` are what people write for no answer.
        _ if text.chars().count() <= 2 || ["NaN", "inf", "-inf"].contains(&text) => sentence!("`{}`", Sentence::given(text)),
        _ if text.len() <= 24 && text.chars().all(is_number) => sentence!("`{}`", Sentence::given(text)),
        _ => sentence!("a text of {} characters", text.chars().count()),
    }
}

/// What a failed write to standard output means: a closed pipe (`| head`) is a reader who has had enough, so the work is done.
pub(crate) fn from_output(error: &std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::new(Exit::Done, ""),
        _ => Failure::new(Exit::Machine, sentence!("standard output cannot be written: {}", error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Unread(&'static str, std::io::Error);

    impl fmt::Display for Unread {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Unread {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.1)
        }
    }

    #[test]
    fn a_cause_is_said_once() {
        let denied = || std::io::Error::from_raw_os_error(13);
        assert_eq!(Chain(&Unread("cannot read `a`: permission denied", denied())).to_string(), "cannot read `a`: permission denied");
        assert_eq!(Chain(&Unread("cannot read `a`", denied())).to_string(), "cannot read `a`: Permission denied (os error 13)");
    }
}
