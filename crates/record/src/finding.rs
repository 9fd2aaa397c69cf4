use crate::{Instant, Text, Value};

/// What a column of a finding holds; decides alignment, formatting and what a chart may do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A label.
    Label,
    /// A count of things.
    Count,
    /// A share between 0 and 1.
    Share,
    /// The lower end of an interval of the figure before it.
    Low,
    /// The upper end of that interval.
    High,
    /// A number that is neither.
    Number,
    /// A date or an instant.
    Time,
}

/// A column of a finding.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Column {
    /// The name in CSV and JSON: lower case, underscores.
    pub name: String,
    /// The heading for people.
    pub title: Text,
    /// What it holds.
    pub kind: Kind,
}

impl Column {
    /// A column.
    pub fn new(name: &str, title: Text, kind: Kind) -> Self {
        Column { name: name.to_owned(), title, kind }
    }
}

/// Of how many, and what they are.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Denominator {
    /// How many.
    pub n: u64,
    /// What: `accounts with a known language setting`.
    pub of: Text,
}

/// The time that a finding covers, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Window {
    /// First instant.
    pub from: Instant,
    /// Last instant.
    pub to: Instant,
}

/// How the figures were made.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Method {
    /// The method's name, as in docs/methods: `share with Wilson interval`.
    pub name: Text,
    /// Its page under docs/methods, without extension: `wilson`.
    pub page: String,
    /// The confidence level of intervals, where there are any.
    pub level: Option<f64>,
    /// The query or rule, so that a reader can repeat it.
    pub rule: Text,
}

/// One source file behind a finding.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SourceRef {
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
    /// The format.
    pub format: String,
    /// The seal that read it.
    pub seal: i64,
    /// Records it gave.
    pub records: u64,
    /// Rejects it gave.
    pub rejects: u64,
}

/// Where a set of findings comes from.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Provenance {
    /// The study's name.
    pub study: String,
    /// The organisation and its listing in one line; for an unlisted study the stated reason.
    pub designation: String,
    /// Whether the organisation is on no list: everything is watermarked then.
    pub unlisted: bool,
    /// The last seal read.
    pub seal: i64,
    /// When that seal was made.
    pub sealed_at: Option<Instant>,
    /// The version of Marsad.
    pub version: String,
    /// SHA-256 of the study's configuration.
    pub configuration: String,
    /// Cells below this many accounts are suppressed.
    pub min_cell: u64,
    /// Whether suppression was left out, for eyes inside the study only.
    pub internal: bool,
    /// The sources, by hash.
    pub sources: Vec<SourceRef>,
}

/// How a finding is best looked at.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chart {
    /// No picture: the table says it.
    None,
    /// Horizontal bars by label; an interval as a whisker where there is one. Columns by name.
    Bars {
        /// The label column.
        label: String,
        /// The length column.
        value: String,
        /// Low and high columns.
        interval: Option<(String, String)>,
    },
    /// A line or columns over time, one series per value of `series`.
    Timeline {
        /// The time column.
        time: String,
        /// The height column.
        value: String,
        /// The column that tells the series apart.
        series: Option<String>,
    },
    /// Percentiles: one line per `series`, percentile across, value up (logarithmic).
    Percentiles {
        /// The percentile column (0 to 100).
        percentile: String,
        /// The value column.
        value: String,
        /// The column that tells the series apart.
        series: Option<String>,
    },
    /// A dot with a whisker per row, across from zero, in the order of the rows. A row without a value is its interval alone; a row
    /// without either is what `at_most` bounds, from zero up to it.
    Ranges {
        /// The label column.
        label: String,
        /// The column of the dot; null where there is none.
        value: String,
        /// Low and high columns.
        interval: (String, String),
        /// The column of the bound: the figure is at most this.
        at_most: Option<String>,
        /// The column that tells sorts of rows apart: estimate, scenario, claim.
        kind: Option<String>,
    },
    /// A line through points with a band around it.
    Curve {
        /// The column across.
        x: String,
        /// The column up.
        y: String,
        /// Low and high columns of the band.
        interval: Option<(String, String)>,
        /// The column that tells the series apart.
        series: Option<String>,
        /// A line to hold the curve against.
        reference: Option<Reference>,
        /// Whether the scale across is logarithmic; with a diagonal it never is.
        log_x: bool,
    },
    /// A map of the world, countries shaded by value; a country without a row has no data, one whose value is null is suppressed.
    Map {
        /// The column of [`Text::country`] codes; rows without one (`unknown`) are not on the map.
        country: String,
        /// The column that shades: a share or a rate.
        value: String,
    },
    /// Points and lines between them: one row for each line, points told apart by label, coloured by group. Where a point lies means nothing.
    Network {
        /// The label column of one end.
        from: String,
        /// That of the other.
        to: String,
        /// The column of the group that both ends are in.
        group: String,
    },
    /// Counts that follow from one another, read from the top: horizontal bars on a square-root scale, each with its number.
    Steps {
        /// The label column.
        label: String,
        /// The count column.
        value: String,
    },
}

/// A line to hold a curve against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// Up equals across: where a score would lie if it were the share that it predicts.
    Diagonal,
    /// Something that happened: an upright line at its time. For a curve over time.
    Event(Instant),
}

/// A table or figure with everything a reader needs to trust it or repeat it.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    /// A stable name: `clients`, `creation_months`; also the file name of its table.
    pub id: String,
    /// The chapter it belongs to: `census`, `sources`, `accounts`, `posts`, `objects`, `coordination`, `quality`.
    pub section: String,
    /// The heading.
    pub title: Text,
    /// One sentence that says what the table shows and what it does not.
    pub note: Text,
    /// What is counted: `accounts`, `posts`, `records`.
    pub unit: Text,
    /// Of how many.
    pub denominator: Denominator,
    /// The time covered; none where the records carry no time.
    pub window: Option<Window>,
    /// How.
    pub method: Method,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, in the order in which they are shown; a suppressed cell is `Null` and counted in `suppressed`.
    pub rows: Vec<Vec<Value>>,
    /// How many cells or rows were suppressed before the table left the study.
    pub suppressed: u64,
    /// How it is best looked at.
    pub chart: Chart,
}

impl Finding {
    /// The position of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}
