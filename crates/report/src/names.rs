//! Names of languages and countries.

/// The name of a language in another.
pub(crate) fn language(_in: &str, _tag: &str) -> Option<String> {
    None
}

/// The name of a country in a language.
pub(crate) fn country(_in: &str, _code: &str) -> Option<String> {
    None
}
