//! Windows as people type them.

use crate::exit::{Failure, given};
use record::{Instant, Window, sentence};

/// `2014-10-04..2014-11-27`: both days included, in UTC; an instant may stand for a day.
pub(crate) fn window(name: &'static str, text: &str) -> Result<Window, Failure> {
    let refuse = || {
        Failure::usage(sentence!(
            "`{} {}` is no window; write two days, the first before the second, as `2014-10-04..2014-11-27`",
            name,
            given(text)
        ))
    };
    let (from, to) = text.split_once("..").ok_or_else(refuse)?;
    let (from, to) = (from.trim(), to.trim());
    let first: Instant = from.parse().map_err(|_| refuse())?;
    let last: Instant = to.parse().map_err(|_| refuse())?;
    // A day ends with its last microsecond.
    let last = if to.len() == "2014-11-27".len() { Instant::from_micros(last.micros().saturating_add(86_400_000_000 - 1)) } else { last };
    if last < first {
        return Err(refuse());
    }
    Ok(Window { from: first, to: last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_hold_both_their_days() {
        let found = window("--window", "2014-10-04..2014-10-05").unwrap();
        assert_eq!((found.from, found.to), ("2014-10-04".parse().unwrap(), "2014-10-05T23:59:59.999999Z".parse().unwrap()));
        for wrong in ["2014-10-04", "2014-10-05..2014-10-04", "a..b", ""] {
            assert!(window("--window", wrong).is_err(), "{wrong}");
        }
    }
}
