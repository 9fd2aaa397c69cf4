//! The codebook: what coders may enter, when, and what each code means for the count.

use crate::error::{Error, lower_first};
use crate::{digest, word};
use record::Sentence;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How a code enters an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Counts {
    /// Supports the organisation.
    Positive,
    /// Does not.
    Negative,
    /// No answer: unclear, or not to be seen.
    Missing,
    /// In the protection lane: seen inside the study only, never exported.
    Protected,
}

impl Counts {
    /// The word of the codebook.
    pub const fn name(self) -> &'static str {
        match self {
            Counts::Positive => "positive",
            Counts::Negative => "negative",
            Counts::Missing => "missing",
            Counts::Protected => "protected",
        }
    }
}

/// One code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// What a coder enters.
    pub name: String,
    /// How it counts.
    pub counts: Counts,
    /// The word under which wrong positives are tabled: `journalist`, `researcher` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The key of this code on a screen, 0 to 9; a code without one is chosen by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digit: Option<u8>,
    /// When to use it, in plain words; runs of white space are one space.
    pub rule: String,
}

/// A codebook that has been read and checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Codebook {
    version: String,
    code: Vec<Code>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    version: String,
    #[serde(default)]
    code: Vec<Code>,
}

/// What is wrong with a codebook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodebookFault {
    /// No TOML, or none of a codebook's shape.
    #[error("line `{line}`: {what}; compare with the commented codebook that Marsad writes")]
    Toml {
        /// Line, from 1.
        line: usize,
        /// What the reader of TOML says.
        what: Sentence,
    },
    /// No version.
    #[error("the version is empty; give one that people can quote, such as `1`")]
    Version,
    /// A name that is no word.
    #[error("the {what} of code number `{number}` is no plain word; use lower-case letters, digits and `_`, starting with a letter")]
    NotAWord {
        /// `name` or `group`.
        what: &'static str,
        /// The code's place in the file, from 1.
        number: usize,
    },
    /// Two codes of one name.
    #[error("the code `{0}` stands twice; give one of them another name")]
    Twice(Sentence),
    /// A code without a rule.
    #[error("the code `{0}` has no rule; say in plain words when to use it")]
    NoRule(Sentence),
    /// A digit beyond 9.
    #[error("the digit `{digit}` of code `{code}` is not one key; use 0 to 9, or leave it out")]
    Digit {
        /// The code.
        code: Sentence,
        /// Its digit.
        digit: u8,
    },
    /// One digit for two codes.
    #[error("the digit `{digit}` stands for two codes, the second is `{code}`; give each its own, or leave one out")]
    DigitTwice {
        /// The second code.
        code: Sentence,
        /// The digit.
        digit: u8,
    },
    /// Nothing is counted.
    #[error("no code counts as `{0}`; without one nothing can be estimated")]
    None(&'static str),
}

impl Codebook {
    /// The default codebook as a commented file, for a study to edit.
    pub const fn template() -> &'static str {
        include_str!("codebook.toml")
    }

    /// The default codebook of a stance, the same way: where a post stands.
    pub const fn stance_template() -> &'static str {
        include_str!("stance.toml")
    }

    /// That of the second dimension of a stance: what a post does.
    pub const fn kind_template() -> &'static str {
        include_str!("stance-kind.toml")
    }

    /// Reads a codebook from the text of a file.
    ///
    /// # Errors
    /// A [`CodebookFault`].
    pub fn parse(text: &str) -> Result<Codebook, CodebookFault> {
        let draft: Draft = toml::from_str(text).map_err(|error| fault_of_toml(text, &error))?;
        let Draft { version, mut code } = draft;
        let version = one_line(&version);
        if version.is_empty() {
            return Err(CodebookFault::Version);
        }
        for code in &mut code {
            code.rule = one_line(&code.rule);
        }
        let book = Codebook { version, code };
        book.check()?;
        Ok(book)
    }

    /// Reads a codebook from a file.
    ///
    /// # Errors
    /// [`Error::Codebook`] with the fault; what the file system says.
    pub fn read(path: &Path) -> Result<Codebook, Error> {
        let bytes = std::fs::read(path).map_err(|error| Error::io("read", path, error))?;
        let text = String::from_utf8_lossy(&bytes);
        Codebook::parse(&text).map_err(|fault| Error::Codebook { path: path.to_owned(), fault })
    }

    fn check(&self) -> Result<(), CodebookFault> {
        for (place, code) in self.code.iter().enumerate() {
            let before = self.code.get(..place).unwrap_or_default();
            if !word::is_code(&code.name) {
                return Err(CodebookFault::NotAWord { what: "name", number: place + 1 });
            }
            if code.group.as_deref().is_some_and(|group| !word::is_code(group)) {
                return Err(CodebookFault::NotAWord { what: "group", number: place + 1 });
            }
            if before.iter().any(|other| other.name == code.name) {
                return Err(CodebookFault::Twice(Sentence::given(&code.name)));
            }
            if code.rule.is_empty() {
                return Err(CodebookFault::NoRule(Sentence::given(&code.name)));
            }
            if let Some(digit) = code.digit {
                if digit > 9 {
                    return Err(CodebookFault::Digit { code: Sentence::given(&code.name), digit });
                }
                if before.iter().any(|other| other.digit == code.digit) {
                    return Err(CodebookFault::DigitTwice { code: Sentence::given(&code.name), digit });
                }
            }
        }
        for counts in [Counts::Positive, Counts::Negative] {
            if !self.code.iter().any(|code| code.counts == counts) {
                return Err(CodebookFault::None(counts.name()));
            }
        }
        Ok(())
    }

    /// The version that people quote.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The codes, in the order of the file.
    pub fn codes(&self) -> &[Code] {
        &self.code
    }

    /// The code of that name.
    pub fn code(&self, name: &str) -> Option<&Code> {
        self.code.iter().find(|code| code.name == name)
    }

    /// SHA-256 (64 hexadecimal digits) of the content: version and codes in their order. Comments and the layout of the file do not
    /// matter.
    pub fn digest(&self) -> String {
        let mut lines = vec!["marsad codebook 1".to_owned(), self.version.clone()];
        for code in &self.code {
            let digit = code.digit.map(|digit| digit.to_string()).unwrap_or_default();
            let group = code.group.clone().unwrap_or_default();
            lines.extend([code.name.clone(), code.counts.name().to_owned(), group, digit, code.rule.clone()]);
        }
        digest::of_lines(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// White space of any kind and length is one space, so that a line that is broken elsewhere is the same rule.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The reader's message without the excerpt that it draws under it.
fn fault_of_toml(text: &str, error: &toml::de::Error) -> CodebookFault {
    let start = error.span().map_or(0, |span| span.start);
    let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
    CodebookFault::Toml { line, what: Sentence::vouched(lower_first(error.message()).replace('\n', ", ")) }
}
