use std::fmt;

/// A value that may appear in logs and error messages: identifiers of files, counts, words of ours. Never content.
pub trait LogSafe: fmt::Display {}

impl LogSafe for u64 {}
impl LogSafe for i64 {}
impl LogSafe for usize {}
impl LogSafe for crate::Instant {}

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
