use std::borrow::Cow;
use std::fmt;

/// A value that may appear in logs and error messages: numbers, instants, names of files, words of ours. Never content: no `String` and no text of
/// another lifetime than the program's is one.
pub trait LogSafe: fmt::Display {}

macro_rules! log_safe {
    ($($kind:ty),+) => { $(impl LogSafe for $kind {})+ };
}

log_safe!(bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64);
log_safe!(&'static str, crate::Instant, Sentence, std::io::Error, std::io::ErrorKind, std::num::ParseIntError);

// A path is where a person keeps something; names of files may stand in a sentence.
impl LogSafe for std::path::Display<'_> {}

impl<T> LogSafe for Private<T> {}

impl<T: LogSafe> LogSafe for &T {}

/// Words of ours with log-safe values between them: the only text that a failure or a remark on standard error can be made of. The macro
/// [`sentence!`](crate::sentence) makes one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub struct Sentence(Cow<'static, str>);

impl Sentence {
    /// Something that a person gave as a setting and must see again to mend it: a flag's value, a key, the name of a column or of a code. At most 80
    /// characters, hidden ones written out. Not for cells of tables, lines of files or anything else that tells of somebody.
    #[must_use]
    pub fn given(text: &str) -> Sentence {
        let mut shown = String::new();
        for (place, letter) in text.chars().enumerate() {
            if place == 80 {
                shown.push('…');
                break;
            }
            match letter {
                letter if letter.is_control() => shown.extend(letter.escape_unicode()),
                letter => shown.push(letter),
            }
        }
        Sentence(Cow::Owned(shown))
    }

    /// The name of a file or folder, whole.
    #[must_use]
    pub fn path(path: &std::path::Path) -> Sentence {
        Sentence(Cow::Owned(path.display().to_string()))
    }

    /// What a library says of a failure of its own. Whoever calls this vouches that its words hold nothing that was read from a file or a table: a parser
    /// that quotes what it could not parse must not be passed on.
    #[must_use]
    pub fn vouched(words: impl fmt::Display) -> Sentence {
        Sentence(Cow::Owned(words.to_string()))
    }

    /// Several, with commas between.
    #[must_use]
    pub fn list(parts: impl IntoIterator<Item = Sentence>) -> Sentence {
        let parts: Vec<String> = parts.into_iter().map(|part| part.to_string()).collect();
        Sentence(Cow::Owned(parts.join(", ")))
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For the macro alone, which has checked every value.
    #[doc(hidden)]
    #[must_use]
    pub fn __of(words: fmt::Arguments<'_>) -> Sentence {
        Sentence(Cow::Owned(words.to_string()))
    }
}

impl From<&'static str> for Sentence {
    fn from(words: &'static str) -> Sentence {
        Sentence(Cow::Borrowed(words))
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A [`Sentence`] from a format and log-safe values. It takes its values as arguments, never from the format's braces, so that each is checked when
/// the program is compiled.
///
/// ```
/// let said = record::sentence!("line `{}` is {} bytes long", 7, 12_u64);
/// assert_eq!(said.to_string(), "line `7` is 12 bytes long");
/// ```
///
/// A text that was read from somewhere is refused:
///
/// ```compile_fail
/// let handle = String::from("somebody");
/// record::sentence!("unknown account `{}`", handle);
/// ```
///
/// Also from within the braces:
///
/// ```compile_fail
/// let handle = "somebody".to_owned();
/// record::sentence!("unknown account `{handle}`");
/// ```
///
/// And in the shape of a borrowed text:
///
/// ```compile_fail
/// let line = String::from("somebody");
/// let handle: &str = &line;
/// record::sentence!("unknown account `{}`", handle);
/// ```
#[macro_export]
macro_rules! sentence {
    ($format:literal $(, $value:expr)* $(,)?) => {{
        const _: () = assert!($crate::__takes_arguments($format), "a sentence takes its values as arguments");
        $crate::Sentence::__of(::std::format_args!($format $(, $crate::__checked(&$value))*))
    }};
}

/// For the macro alone: whether no brace of a format names a value.
#[doc(hidden)]
#[must_use]
pub const fn __takes_arguments(format: &str) -> bool {
    let bytes = format.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'{' {
            if at + 1 < bytes.len() && bytes[at + 1] == b'{' {
                at += 1;
            } else if at + 1 < bytes.len() && (bytes[at + 1].is_ascii_alphabetic() || bytes[at + 1] == b'_' || bytes[at + 1] > 127) {
                return false;
            }
        }
        at += 1;
    }
    true
}

/// For the macro alone: the value, which is log-safe.
#[doc(hidden)]
pub const fn __checked<T: LogSafe>(value: &T) -> &T {
    value
}

/// Wraps a handle, an e-mail address or a post's text so that formatting it by accident shows nothing.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Private<T>(T);

impl<T> Private<T> {
    /// Wraps the value.
    pub const fn new(value: T) -> Self {
        Private(value)
    }

    /// The value, on purpose.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(private)")
    }
}

impl<T> fmt::Display for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(private)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_is_short_and_shows_what_hides() {
        assert_eq!(Sentence::given("a\u{1b}b").as_str(), "a\\u{1b}b");
        assert_eq!(Sentence::given(&"x".repeat(100)).as_str().chars().count(), 81);
        assert_eq!(Sentence::given("مرصد").as_str(), "مرصد");
    }

    #[test]
    fn values_stand_where_the_format_has_them() {
        let (path, private) = (std::path::Path::new("study"), Private::new("somebody"));
        let said = crate::sentence!("{{}} {} has {:>4} of {} by {}", path.display(), 7, crate::Sentence::given("key"), private);
        assert_eq!(said.as_str(), "{} study has    7 of key by (private)");
        assert!(!__takes_arguments("a {b}") && !__takes_arguments("{_b}") && __takes_arguments("{{b}} {} {:.1}"));
    }
}
