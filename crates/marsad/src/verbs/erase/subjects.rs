//! Who is to be erased, from the command line and from a list. What was given is never repeated in an error: it is a person.

use crate::cli::erase::Named;
use crate::exit::{Exit, Failure, given};
use crate::output::{Counted, Talk};
use crate::verbs::from_lake;
use lake::{Lake, Subject};
use record::{Sentence, sentence};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What was asked for.
#[derive(Default)]
pub(crate) struct Subjects {
    pub(crate) subjects: Vec<Subject>,
    /// Lines of the list that cannot be used, by reason.
    pub(crate) rejects: BTreeMap<&'static str, Vec<u64>>,
}

impl Subjects {
    /// A line that could not be used is somebody who was not erased: that must not pass for done.
    pub(crate) fn exit(&self) -> Exit {
        if self.rejects.is_empty() { Exit::Done } else { Exit::Rejects }
    }
}

/// The longest id or handle of a known platform has 60 characters.
const LONGEST: usize = 200;

pub(crate) fn read(args: &Named, reason: &str, lake: &Lake) -> Result<Subjects, Failure> {
    let mut asked = Subjects::default();
    let named = args.account.iter().map(|text| (text, "--account", false)).chain(args.post.iter().map(|text| (text, "--post", true)));
    for (text, flag, is_post) in named {
        let subject = parse(text, is_post)
            .map_err(|what| Failure::usage(sentence!("`{}` needs `platform:id`, as in `{} twitter:1234567`; {}", flag, flag, what)))?;
        asked.subjects.push(subject);
    }
    let mut lines = Vec::new();
    if let Some(path) = &args.list {
        lines = list(path, &mut asked)?;
    }
    if asked.subjects.is_empty() && lines.is_empty() {
        return Ok(asked);
    }
    let platforms = lake.platforms().map_err(from_lake)?;
    let is_known = |subject: &Subject| platforms.is_empty() || platforms.iter().any(|known| known == platform(subject));
    if let Some(stranger) = asked.subjects.iter().find(|subject| !is_known(subject)) {
        let names = Sentence::list(platforms.iter().map(|name| sentence!("`{}`", given(name))));
        let platform = platform(stranger);
        return Err(Failure::usage(sentence!(
            "the lake has nothing of a platform `{}`, only of {}; write the platform as the lake does, and check that the id belongs to it",
            given(platform),
            names
        )));
    }
    for (line, subject) in lines {
        if is_known(&subject) {
            asked.subjects.push(subject);
        } else {
            asked.rejects.entry("a platform of which the lake has nothing").or_default().push(line);
        }
    }
    check_reason(reason, &asked.subjects)?;
    Ok(asked)
}

/// Says which lines of the list were not used.
pub(crate) fn say_rejects(asked: &Subjects, talk: Talk) {
    for (reason, lines) in &asked.rejects {
        let first = Sentence::list(lines.iter().take(5).map(|line| sentence!("{}", line)));
        let more = if lines.len() > 5 { ", …" } else { "" };
        talk.note(sentence!("{} of the list: {} (line {}{})", Counted(lines.len() as u64, "reject"), *reason, first, more));
    }
}

fn platform(subject: &Subject) -> &str {
    match subject {
        Subject::Account { platform, .. } | Subject::Handle { platform, .. } | Subject::Post { platform, .. } => platform,
    }
}

fn parse(text: &str, is_post: bool) -> Result<Subject, &'static str> {
    let (platform, name) = text.trim().split_once(':').ok_or("it has no `:`")?;
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    if platform.is_empty() || !platform.bytes().all(is_plain) {
        return Err("the platform before `:` is a name in lower case");
    }
    if name.trim_start_matches('@').is_empty()
        || name.len() > LONGEST
        || name.chars().any(|letter| letter.is_whitespace() || letter.is_control())
    {
        return Err("what stands after `:` is no id or handle");
    }
    let platform = platform.to_owned();
    match name.strip_prefix('@') {
        Some(_) if is_post => Err("a post has an id and no handle"),
        Some(handle) => Ok(Subject::Handle { platform, handle: handle.to_owned() }),
        None if is_post => Ok(Subject::Post { platform, id: name.to_owned() }),
        None => Ok(Subject::Account { platform, id: name.to_owned() }),
    }
}

/// The lines of a list with their numbers.
fn list(path: &Path, asked: &mut Subjects) -> Result<Vec<(u64, Subject)>, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::new(Exit::Input, sentence!("the list `{}` cannot be read: {}", path.display(), error)))?;
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let mut cells = line.split([',', '\t', ';']).map(|cell| cell.trim().trim_matches('"'));
        let (key, kind) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        let is_head = number == 1 && !key.contains(':');
        if key.is_empty() && kind.is_empty() || key.starts_with('#') || is_head {
            continue;
        }
        let subject = match kind {
            "" | "account" => parse(key, false).map_err(|_| "not of the form `platform:id`"),
            "post" => parse(key, true).map_err(|_| "not of the form `platform:id`"),
            _ => Err("a kind that is neither `account` nor `post`"),
        };
        match subject {
            Ok(subject) => found.push((number, subject)),
            Err(reason) => asked.rejects.entry(reason).or_default().push(number),
        }
    }
    if found.is_empty() && asked.rejects.is_empty() {
        return Err(Failure::new(Exit::Input, sentence!("the list `{}` names nobody; give one `platform:id` a line", path.display())));
    }
    Ok(found)
}

/// The reason is kept for good, so it must not say who it was.
pub(crate) fn check_reason(reason: &str, subjects: &[Subject]) -> Result<(), Failure> {
    let lower = reason.to_lowercase();
    let is_named = subjects.iter().any(|subject| match subject {
        Subject::Account { id, .. } | Subject::Post { id, .. } => id.len() > 2 && lower.contains(&id.to_lowercase()),
        Subject::Handle { handle, .. } => lower.contains(&handle.trim_start_matches('@').to_lowercase()),
    });
    if is_named || reason.chars().count() > 500 || reason.chars().any(char::is_control) {
        return Err(Failure::usage(
            "`--reason` is kept for good: give one line of at most 500 characters that names none of these accounts and posts",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_what_is_none() {
        assert!(matches!(parse("twitter:12", false), Ok(Subject::Account { .. })));
        assert!(matches!(parse(" twitter:@Pier ", false), Ok(Subject::Handle { handle, .. }) if handle == "Pier"));
        assert!(matches!(parse("twitter:12", true), Ok(Subject::Post { .. })));
        for (text, is_post) in [
            ("12", false),
            (":12", false),
            ("Twitter:12", false),
            ("twitter:", false),
            ("twitter:@", false),
            ("twitter:a b", false),
            ("twitter:@pier", true),
        ] {
            assert!(parse(text, is_post).is_err(), "{text}");
        }
    }

    #[test]
    fn a_reason_names_nobody() {
        let subjects = [parse("twitter:@Old_Pier", false).unwrap(), parse("twitter:7770001", false).unwrap()];
        assert!(check_reason("request of 3 May", &subjects).is_ok());
        assert!(check_reason("request of @old_pier", &subjects).is_err() && check_reason("no 7770001", &subjects).is_err());
        assert!(check_reason("two\nlines", &subjects).is_err());
    }
}
