use crate::Locus;

/// Why an input record could not be represented. The name is stable: it is what tables and `--json` carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The line is not JSON.
    NotJson,
    /// The bytes are not text in the encoding of the file.
    NotText,
    /// The line is longer than the limit.
    TooLong,
    /// The file ends inside the record.
    Truncated,
    /// The row has another number of fields than the header.
    WrongFieldCount,
    /// A field that the record needs is absent or empty.
    MissingField,
    /// A time that is not a time.
    BadTime,
    /// A number that is not a number, or out of range.
    BadNumber,
    /// A status that is not one of the known words.
    BadStatus,
    /// Valid JSON, but of no shape this format has.
    UnknownShape,
    /// A record inside an error message of the platform (deleted, forbidden, not found).
    PlatformError,
}

impl Reason {
    /// The word used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Reason::NotJson => "not_json",
            Reason::NotText => "not_text",
            Reason::TooLong => "too_long",
            Reason::Truncated => "truncated",
            Reason::WrongFieldCount => "wrong_field_count",
            Reason::MissingField => "missing_field",
            Reason::BadTime => "bad_time",
            Reason::BadNumber => "bad_number",
            Reason::BadStatus => "bad_status",
            Reason::UnknownShape => "unknown_shape",
            Reason::PlatformError => "platform_error",
        }
    }
}

/// An input record that could not be represented: counted and kept aside by its place, never fatal.
///
/// It holds where the record stands, not what it says: the content stays in the user's own file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Why.
    pub reason: Reason,
    /// Which field, or what was expected; never content of the record.
    pub detail: String,
    /// Where.
    pub locus: Locus,
    /// How many bytes of the decoded file the record takes, from `locus.byte`.
    pub bytes: u64,
}
