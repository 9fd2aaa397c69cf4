//! Lists of accounts, of follows and of sightings, told by the names of their columns. Each becomes a plan like a mapping's, so that there is
//! one way from rows to records. `docs/formats/mapping.md` names every header that is known.

use crate::mapping::fields::Makes;
use crate::mapping::fill::{Bound, Plan, Recipe, Slot};
use crate::tabular::Fault;
use crate::tabular::ids::{Author, Names, is_profile};
use crate::tabular::times::Times;
use crate::tally::Out;
use record::{Account, Locus, Reason};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How many lines of a text decide whether it is a list of accounts.
const LINES: usize = 1000;

const IDS: &[&str] = &["id", "user_id", "account_id", "author_id", "userid", "accountid", "twitter_id"];
const HANDLES: &[&str] = &["handle", "screen_name", "screenname", "username", "user_name"];
const ACCOUNTS: &[&str] = &["account", "user", "profile", "profile_url"];
const DISPLAY_NAMES: &[&str] = &["name", "display_name"];
const PLATFORMS: &[&str] = &["platform", "network"];
const NOTES: &[&str] = &["note", "notes", "comment", "comments", "label", "labels"];
const EDGE_TIMES: &[&str] = &["at", "date", "time", "timestamp", "seen_at", "observed_at", "checked_at", "created_at", "followed_at"];
const SIGHTING_TIMES: &[&str] = &["at", "date", "time", "timestamp", "seen_at", "observed_at", "checked_at"];
const STATUSES: &[&str] = &["status", "state"];

/// Pairs of columns; the account in the first follows the account in the second.
const PAIRS: &[(&str, &str)] = &[
    ("follower", "followed"),
    ("follower", "followee"),
    ("follower", "following"),
    ("follower_id", "followed_id"),
    ("follower_id", "followee_id"),
    ("follower_id", "following_id"),
    ("follower_handle", "followed_handle"),
    ("source", "target"),
    ("source_id", "target_id"),
    ("src", "dst"),
    ("from", "to"),
    ("from_id", "to_id"),
    ("from_handle", "to_handle"),
    ("user_id", "friend_id"),
    ("user", "friend"),
    ("account_id", "friend_id"),
    ("user_id", "following_id"),
    ("account_id", "to_account_id"),
    ("handle", "to_handle"),
    // A list of an account's followers: the second column follows the first.
    ("follower_id", "user_id"),
    ("follower_id", "account_id"),
    ("follower", "user"),
    ("follower", "account"),
    ("follower", "handle"),
    ("follower_handle", "handle"),
];

/// The format that a header's names say, with the plan of its rows. Every column has to be known: a table with further columns may be
/// anything, and is left to a mapping.
pub(crate) fn recognise(header: &[String], platform: &str) -> Option<(&'static str, Plan)> {
    let names: Vec<String> = header.iter().map(|name| name.to_lowercase().replace([' ', '-'], "_")).collect();
    let all_differ = names.iter().enumerate().all(|(at, name)| !names.iter().take(at).any(|other| other == name));
    if !all_differ {
        return None;
    }
    let (format, makes, columns) = follows(&names)
        .map(|columns| ("follow_list", Makes::Edge, columns))
        .or_else(|| sightings(&names).map(|columns| ("sightings_list", Makes::Sighting, columns)))
        .or_else(|| accounts(&names).map(|columns| ("account_list", Makes::Account, columns)))?;
    let platform_column = names.iter().position(|name| PLATFORMS.contains(&name.as_str()));
    let fields = columns.into_iter().filter_map(|(key, column)| bound(makes, key, column)).collect();
    let recipes = vec![Recipe { makes, fields, entities: false }];
    Some((format, Plan { platform_slot: platform_column.map(Slot::Column), platform: Some(platform.to_owned()), recipes }))
}

fn bound(makes: Makes, key: &str, column: usize) -> Option<Bound> {
    let (key, holds) = makes.fields().iter().find(|(known, _)| *known == key)?;
    let (slot, times) = (Slot::Column(column), Times::default());
    Some(Bound { key, holds: *holds, slot, times, separator: None, values: BTreeMap::new() })
}

type Columns = Vec<(&'static str, usize)>;

/// Gives each column the key that `role` finds for it; nothing if a column has none or two have the same.
fn assign(names: &[String], role: impl Fn(&str) -> Option<&'static str>) -> Option<Columns> {
    let mut columns = Columns::new();
    for (column, name) in names.iter().enumerate() {
        if NOTES.contains(&name.as_str()) || PLATFORMS.contains(&name.as_str()) {
            continue;
        }
        let key = role(name)?;
        if columns.iter().any(|(taken, _)| *taken == key) {
            return None;
        }
        columns.push((key, column));
    }
    Some(columns)
}

fn follows(names: &[String]) -> Option<Columns> {
    let column = |wanted: &str| names.iter().position(|name| name == wanted);
    let mut ends = Columns::new();
    for (from, to) in PAIRS {
        let (Some(from_column), Some(to_column)) = (column(from), column(to)) else { continue };
        let (from_key, to_key) = match (kind_of_name(from), kind_of_name(to)) {
            (Names::Ids, Names::Ids) => ("from_id", "to_id"),
            (Names::Handles, Names::Handles) => ("from_handle", "to_handle"),
            _ => ("from", "to"),
        };
        let is_taken = ends.iter().any(|(key, column)| *key == from_key || [from_column, to_column].contains(column));
        if !is_taken {
            ends.extend([(from_key, from_column), (to_key, to_column)]);
        }
    }
    if ends.is_empty() {
        return None;
    }
    let key_of = |name: &str| {
        let end = ends.iter().find(|(_, at)| column(name) == Some(*at)).map(|(key, _)| *key);
        end.or(EDGE_TIMES.contains(&name).then_some("at"))
    };
    assign(names, key_of)
}

/// What a column of one end of a follow holds, by its name.
fn kind_of_name(name: &str) -> Names {
    match name {
        _ if name.ends_with("_id") => Names::Ids,
        _ if name.ends_with("handle") => Names::Handles,
        _ => Names::Either,
    }
}

fn sightings(names: &[String]) -> Option<Columns> {
    let columns = assign(names, |name| match name {
        _ if IDS.contains(&name) => Some("account_id"),
        _ if HANDLES.contains(&name) => Some("handle"),
        _ if ACCOUNTS.contains(&name) => Some("account"),
        _ if SIGHTING_TIMES.contains(&name) => Some("at"),
        _ if STATUSES.contains(&name) => Some("status"),
        _ => None,
    })?;
    let has = |key: &str| columns.iter().any(|(found, _)| *found == key);
    let is_complete = has("at") && has("status") && (has("account_id") || has("handle") || has("account"));
    is_complete.then_some(columns)
}

fn accounts(names: &[String]) -> Option<Columns> {
    let columns = assign(names, |name| match name {
        _ if IDS.contains(&name) => Some("id"),
        _ if HANDLES.contains(&name) => Some("handle"),
        _ if ACCOUNTS.contains(&name) => Some("account"),
        _ if DISPLAY_NAMES.contains(&name) => Some("name"),
        _ => None,
    })?;
    columns.iter().any(|(key, _)| matches!(*key, "id" | "handle" | "account")).then_some(columns)
}

/// Whether four in five of the sample's lines that are neither blank nor a comment are accounts, and one at least is: a bad line is a
/// reject, not another format.
pub(crate) fn are_account_lines(sample: &[u8], whole: bool) -> bool {
    let mut lines: Vec<&[u8]> = sample.split(|byte| *byte == b'\n').take(LINES).collect();
    if !whole && lines.len() < LINES {
        lines.pop(); // The sample may end inside it.
    }
    let (mut accounts, mut others) = (0, 0);
    for line in lines {
        let Ok(line) = str::from_utf8(line) else { return false };
        let line = without_comment(line);
        if line.is_empty() {
            continue;
        }
        let bare = line.trim_start_matches('@');
        let is_name =
            bare.len() <= 30 && !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
        if is_name || is_profile(line) {
            accounts += 1;
        } else {
            others += 1;
        }
    }
    accounts > 0 && accounts >= 4 * others
}

/// The line without what follows `#` at its start or after a space.
fn without_comment(line: &str) -> &str {
    let is_start = |at: usize| line.get(..at).is_some_and(|before| before.is_empty() || before.ends_with(char::is_whitespace));
    let end = line.match_indices('#').map(|(at, _)| at).find(|at| is_start(*at)).unwrap_or(line.len());
    line.get(..end).unwrap_or(line).trim()
}

/// Turns a line of a list of accounts into an account.
pub(crate) fn account_line(line: &[u8], platform: &str, locus: Locus, out: &mut Out<'_>) -> Result<(), Fault> {
    let line = str::from_utf8(line).map_err(|_| Fault::new(Reason::NotText, "bytes that are not UTF-8"))?;
    let line = without_comment(line);
    if line.is_empty() {
        return Ok(());
    }
    let author = Author::read(line, Names::Either);
    let author = author.ok_or_else(|| Fault::new(Reason::UnknownShape, "a handle, an id or the address of a profile was expected"))?;
    let platform = Cow::Borrowed(platform);
    out.account(&Account { platform, account_id: author.id, handle: author.handle, ..Account::default() }, locus);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(header: &str) -> Option<&'static str> {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        recognise(&header, "twitter").map(|(format, _)| format)
    }

    #[test]
    fn lists_are_told_by_their_headers() {
        for header in [
            "follower,followed",
            "source,target",
            "Source,Target,Date",
            "user_id,follower_id",
            "account_id,handle,to_account_id,to_handle,at",
        ] {
            assert_eq!(format(header), Some("follow_list"), "{header}");
        }
        for header in ["id,at,status", "handle,checked_at,state,note", "User,Date,Status"] {
            assert_eq!(format(header), Some("sightings_list"), "{header}");
        }
        for header in ["id", "handle", "screen_name,name,platform", "id,handle,notes"] {
            assert_eq!(format(header), Some("account_list"), "{header}");
        }
        for header in ["id,text", "source,target,weight", "name", "id,id", "date,status", "from,to,subject", "miller"] {
            assert_eq!(format(header), None, "{header}");
        }
    }

    #[test]
    fn every_pair_has_two_names_and_is_a_list_by_itself() {
        for (from, to) in PAIRS {
            assert_eq!(format(&format!("{from},{to}")), Some("follow_list"), "{from},{to}");
        }
    }

    #[test]
    fn plain_lists_hold_nothing_but_accounts() {
        for text in ["miller\n@baker # who\n\n# note\n123\nhttps://x.com/mill\n", "one"] {
            assert!(are_account_lines(text.as_bytes(), true), "{text}");
        }
        for text in ["", "# only a note\n", "two words\n", "miller\na,b\nc d\n", "https://example.org/page\n"] {
            assert!(!are_account_lines(text.as_bytes(), true), "{text}");
        }
        assert!(are_account_lines(b"miller\nhttps://exam", false));
    }
}
