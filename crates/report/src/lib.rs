//! Findings to a page for people: one HTML file that needs no network, with charts, tables and the provenance of each figure.
//!
//! [`html`] writes it; [`charts::spec`] gives the chart of one finding alone. Nothing here counts or suppresses: what a finding holds is
//! what is shown. Text from data is never trusted: templates escape it, hidden characters are written out (`safe`), its direction is
//! isolated, and the page's content security policy runs no script but its own.
//!
//! Where to look: `page` works out what `templates/report.html` shows, `hero` its head where there is a census, `table` and `charts` do so for one finding, `strings` holds the page's words, `language` says what
//! a [`record::Text`] is in a language (its catalogues are `lang/*.po`), `ui/` the TypeScript that draws the charts.

mod axis;
/// Vega-Lite specifications of findings.
pub mod charts;
mod csp;
mod error;
mod format;
mod hero;
mod language;
mod names;
mod page;
mod plural;
mod safe;
/// What a page carries about itself.
pub mod statement;
mod strings;
mod table;
/// What the words of findings were made of, for those that are stored.
pub mod words;

pub use error::Error;
pub use language::Language;
pub use table::level_words as level;

use record::{Finding, Provenance};

/// The script that draws the charts, as it stands in every report: Vega and Vega-Lite with a little of our own, built by `make ui`.
pub const CHARTS_SCRIPT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/ui/dist/charts.js"));

/// The report of a study as one HTML page in English. See [`html_in`].
///
/// # Errors
/// As [`html_in`].
pub fn html(provenance: &Provenance, findings: &[Finding]) -> Result<String, Error> {
    html_in(Language::english(), provenance, findings)
}

/// The report of a study as one HTML page: about 700 kB plus what the findings hold, the same bytes for the same input.
///
/// Sections come in a fixed order, findings in theirs, in every language. The findings that stand in the page as data are those of
/// [`record`]: their words are English whatever the page's language.
///
/// # Errors
/// A finding that could not be shown truly: an id that is no anchor or stands twice, a row of the wrong width, a chart of a column that is
/// not there.
pub fn html_in(language: &Language, provenance: &Provenance, findings: &[Finding]) -> Result<String, Error> {
    page::render(provenance, findings, language, CHARTS_SCRIPT)
}
