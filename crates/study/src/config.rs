//! `marsad.toml`: what a study is about and how it is read and reported.

mod retention;
mod template;

pub(crate) use retention::fits;
pub use retention::{CLOCKED, Period, Retention};

use crate::Error;
use crate::nearest::nearest;
use record::Designation;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::path::Path;

/// The name of the configuration in a study's folder.
pub(crate) const FILE: &str = "marsad.toml";

/// The least `min_cell` of a study of a listed organisation.
pub const LEAST_MIN_CELL: u64 = 5;

/// The least `min_cell` of an unlisted study.
pub const LEAST_MIN_CELL_UNLISTED: u64 = 50;

/// The configuration of a study, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The study's name.
    pub name: String,
    /// What the study is about.
    pub designation: DesignationSource,
    /// Cells below this many accounts do not leave the study.
    pub min_cell: u64,
    /// How reports are made.
    pub report: ReportSettings,
    /// How exports are read.
    pub ingest: IngestLimits,
    /// What is not sealed in clear.
    pub privacy: Privacy,
    /// How long rows are kept.
    pub retention: Retention,
    /// SHA-256 of the file's bytes, hexadecimal; carried by every output.
    pub sha256: String,
}

/// What a study is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DesignationSource {
    /// A designated organisation.
    Listed(Designation),
    /// An organisation on no list, with the reason for studying it. Every output is watermarked.
    Unlisted(String),
}

impl DesignationSource {
    /// Whether the organisation is on no list.
    pub const fn is_unlisted(&self) -> bool {
        matches!(self, DesignationSource::Unlisted(_))
    }

    /// The least `min_cell` allowed.
    pub const fn least_min_cell(&self) -> u64 {
        if self.is_unlisted() { LEAST_MIN_CELL_UNLISTED } else { LEAST_MIN_CELL }
    }

    /// The organisation and its listing in one line; for an unlisted study the stated reason.
    pub fn line(&self) -> String {
        match self {
            DesignationSource::Listed(listed) => {
                let since = listed.listed_on.as_ref().map(|date| format!(", listed on {date}")).unwrap_or_default();
                format!("{} ({}, {}{since}; {})", listed.name, listed.reference, listed.list, listed.legal_basis)
            }
            DesignationSource::Unlisted(reason) => reason.clone(),
        }
    }
}

/// How reports are made.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportSettings {
    /// The confidence level of intervals.
    pub level: f64,
    /// Rows in a list of the most frequent hashtags, domains and links.
    pub top: usize,
    /// The tag of the language of reports and of text for people; English where there is none.
    pub language: Option<String>,
}

impl Default for ReportSettings {
    fn default() -> Self {
        ReportSettings { level: 0.95, top: 25, language: None }
    }
}

/// Limits that protect the machine from damaged or hostile exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IngestLimits {
    /// A compressed file may grow by this factor.
    pub max_ratio: u64,
    /// Bytes of one file after decompression.
    pub max_decoded_bytes: u64,
    /// Bytes of one line.
    pub max_line_bytes: usize,
}

impl Default for IngestLimits {
    fn default() -> Self {
        IngestLimits { max_ratio: 250, max_decoded_bytes: 1 << 40, max_line_bytes: 64 << 20 }
    }
}

/// What is not sealed in clear, and what may be published with noise.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Privacy {
    /// Whether contact details, bank and wallet numbers and invitations are masked before they are sealed.
    pub mask: bool,
    /// What stays in clear although the rest is masked.
    pub keep: Vec<Kept>,
    /// Why it may.
    pub ground: String,
    /// Whether ids and handles are replaced by keyed hashes before they are sealed.
    pub pseudonymise: bool,
    /// The most that the privacy losses of all series with noise may add up to.
    pub epsilon: f64,
}

/// What a study may keep in clear on a stated ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// Addresses of wallets.
    Wallets,
    /// Invitations to chats.
    Invitations,
}

impl Default for Privacy {
    fn default() -> Self {
        Privacy { mask: true, keep: Vec::new(), ground: String::new(), pseudonymise: false, epsilon: 1.0 }
    }
}

impl Privacy {
    fn checked(self) -> Result<Self, String> {
        let keeps = !self.keep.is_empty() || !self.mask;
        if keeps {
            let what = if self.mask { "`privacy.keep` leaves something in clear" } else { "`privacy.mask` is `false`" };
            line("privacy.ground", &self.ground, 500).map_err(|_| {
                format!("{what}; say in `privacy.ground`, in 1 to 500 characters on one line, on which legal or ethical ground")
            })?;
        }
        if !(self.epsilon.is_finite() && self.epsilon >= 0.0) {
            return Err(format!(
                "`privacy.epsilon` is `{}`; give a number from 0 (nothing is published with noise), such as `1.0`",
                self.epsilon
            ));
        }
        Ok(self)
    }
}

/// The file as it is written, before it is checked.
#[derive(Deserialize)]
struct Raw {
    name: String,
    #[serde(default)]
    designation: Option<Designation>,
    #[serde(default)]
    unlisted: Option<String>,
    #[serde(default)]
    min_cell: Option<u64>,
    #[serde(default)]
    report: ReportSettings,
    #[serde(default)]
    ingest: IngestLimits,
    #[serde(default)]
    privacy: Privacy,
    #[serde(default)]
    retention: retention::Raw,
    // `[review]` is read by the room of that name; only its keys are known here.
}

/// Every key of the file; the first column is the table.
const KEYS: [(&str, &[&str]); 7] = [
    ("", &["name", "unlisted", "min_cell", "designation", "report", "ingest", "privacy", "retention", "review"]),
    ("designation", &["list", "reference", "name", "aliases", "listed_on", "legal_basis"]),
    ("report", &["level", "top", "language"]),
    ("ingest", &["max_ratio", "max_decoded_bytes", "max_line_bytes"]),
    ("privacy", &["mask", "keep", "ground", "pseudonymise", "epsilon"]),
    (
        "review",
        &[
            "second",
            "hold_minutes",
            "cover_weight",
            "cover_reporters",
            "cover_hours",
            "tried",
            "together_items",
            "together_minutes",
            "reports_per_hour",
            "reports_waiting",
        ],
    ),
    ("retention", &["accounts", "posts", "edges", "sightings", "rejects", "sources"]),
];

impl Config {
    /// The text of a new study's configuration, every field with a comment.
    pub(crate) fn template(name: &str, designation: &DesignationSource) -> String {
        template::write(name, designation)
    }

    /// The tables of settings that a file does not spell out.
    pub(crate) fn missing(text: &str) -> Vec<&'static str> {
        let table: toml::Table = text.parse().unwrap_or_default();
        template::SECTIONS.iter().map(|(name, _)| *name).filter(|name| !table.contains_key(*name)).collect()
    }

    /// The text with the missing tables at its end.
    pub(crate) fn completed(text: &str) -> String {
        let missing = Self::missing(text);
        let mut all = vec![text.trim_end().to_owned()];
        for (_, write) in template::SECTIONS.iter().filter(|(name, _)| missing.contains(name)) {
            let mut section = String::new();
            write(&mut section);
            all.push(section.trim_end().to_owned());
        }
        format!("{}\n", all.join("\n\n"))
    }

    /// Reads and checks a configuration.
    ///
    /// # Errors
    /// [`Error::Configuration`] with what is wrong and the nearest known key where a key is unknown.
    pub(crate) fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        Self::checked(text).map_err(|problem| Error::Configuration { path: path.to_owned(), problem })
    }

    fn checked(text: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|error| not_toml(text, &error))?;
        check_keys(&table)?;
        let raw: Raw = table.try_into().map_err(|error: toml::de::Error| one_line(error.message()))?;
        let name = line("name", &raw.name, 200)?;
        let designation =
            match (raw.designation, raw.unlisted) {
                (Some(listed), None) => DesignationSource::Listed(checked_designation(listed)?),
                (None, Some(reason)) => DesignationSource::Unlisted(line("unlisted", &reason, 500)?),
                (Some(_), Some(_)) => return Err("it has both `designation` and `unlisted`; keep the one that is true".to_owned()),
                (None, None) => return Err(
                    "it has neither `designation` nor `unlisted`; every study names an organisation on a list or says why it is on none"
                        .to_owned(),
                ),
            };
        let least = designation.least_min_cell();
        let default = if designation.is_unlisted() { 50 } else { 10 };
        let min_cell = raw.min_cell.unwrap_or(default);
        if min_cell < least {
            let kind = if designation.is_unlisted() { "an unlisted study" } else { "a study" };
            return Err(format!("`min_cell` is `{min_cell}`; {kind} needs at least `{least}`, or single people could be made out"));
        }
        stats::Level::new(raw.report.level).map_err(|error| format!("`report.level`: {error}"))?;
        if !(1..=1000).contains(&raw.report.top) {
            return Err(format!("`report.top` is `{}`; give a number of rows from 1 to 1000", raw.report.top));
        }
        let limits = raw.ingest;
        if limits.max_ratio == 0 || limits.max_decoded_bytes == 0 || limits.max_line_bytes == 0 {
            return Err("a limit under `ingest` is 0, so nothing could be read; give a number above 0".to_owned());
        }
        Ok(Config {
            name,
            designation,
            min_cell,
            report: raw.report,
            ingest: limits,
            privacy: raw.privacy.checked()?,
            retention: raw.retention.checked()?,
            sha256: sha256(text.as_bytes()),
        })
    }

    /// The confidence level of the report's intervals.
    pub fn level(&self) -> stats::Level {
        // Checked when the file was read.
        stats::Level::new(self.report.level).unwrap_or(stats::Level::P95)
    }
}

fn checked_designation(listed: Designation) -> Result<Designation, String> {
    for (key, value) in
        [("list", &listed.list), ("reference", &listed.reference), ("name", &listed.name), ("legal_basis", &listed.legal_basis)]
    {
        line(&format!("designation.{key}"), value, 1000)?;
    }
    Ok(listed)
}

/// A text on one line, neither empty nor too long.
pub(crate) fn line(key: &str, text: &str, most: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(format!("`{key}` must be 1 to {most} characters on one line"));
    }
    Ok(text.to_owned())
}

fn check_keys(table: &toml::Table) -> Result<(), String> {
    let sub = |name: &str| table.get(name).and_then(toml::Value::as_table);
    for (name, known) in KEYS {
        let Some(part) = (if name.is_empty() { Some(table) } else { sub(name) }) else { continue };
        for key in part.keys() {
            if !known.contains(&key.as_str()) {
                let place = if name.is_empty() { String::new() } else { format!(" under `{name}`") };
                let hint = nearest(key, known.iter().copied(), 1)
                    .first()
                    .map_or_else(|| format!("the keys are {}", known.join(", ")), |near| format!("did you mean `{near}`"));
                let key: String = key.chars().take(40).collect();
                return Err(format!("the key `{key}`{place} is unknown; {hint}"));
            }
        }
    }
    Ok(())
}

fn not_toml(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let line = text.get(..start).map_or(1, |before| before.matches('\n').count() + 1);
    format!("line `{line}` is not TOML ({})", one_line(error.message()))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
