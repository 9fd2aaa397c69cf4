//! E-mail addresses, in clear and as `name (at) host.tld`.

use crate::find::{Found, Kind, pattern};
use regex::Regex;
use std::sync::LazyLock;

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    // The host ends in letters, so that `@2x.5` is no address. Letters of any script may stand in both parts (RFC 6531).
    pattern(r"(?i)[\p{L}\p{N}._%+\-]+(?:@|\s?[(\[]at[)\]]\s?)(?:[\p{L}\p{N}][\p{L}\p{N}\-]*(?:\.|\s?[(\[]dot[)\]]\s?))+\p{L}+")
});

pub(crate) fn find(text: &str, all: &mut Vec<Found>) {
    for hit in ADDRESS.find_iter(text) {
        // `@name@host` is a handle of a federated service, not an address.
        if text.get(..hit.start()).is_some_and(|before| before.ends_with('@')) {
            continue;
        }
        // A full stop before the name ended a sentence.
        let lead = hit.as_str().len() - hit.as_str().trim_start_matches(['.', '-']).len();
        let start = hit.start() + lead;
        let value = text.get(start..hit.end()).unwrap_or_default().to_lowercase();
        if value.starts_with('@') {
            continue;
        }
        let value = plain(&value);
        all.push(Found { range: start..hit.end(), kind: Kind::Email, class: String::new(), value });
    }
}

/// The address with its signs, however they were written.
fn plain(address: &str) -> String {
    let mut plain = address.replace("(at)", "@").replace("[at]", "@").replace("(dot)", ".").replace("[dot]", ".");
    plain.retain(|letter| !letter.is_whitespace());
    plain
}
