//! `marsad key`: where the key of a study's pseudonyms is, lists under it, and its end.

use crate::cli::key::{Destroy, Key, Rotate, Signing, Status, Translate};
use crate::encryption;
use crate::exit::{Exit, Failure, given};
use crate::keys::{self, Pseudonyms};
use crate::output::{Talk, counted, line};
use crate::signing;
use crate::verbs::census::from_review;
use crate::verbs::erase::finish_pending;
use crate::verbs::status::{from_study, open};
use crate::verbs::{from_lake, now};
use record::sentence;
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

pub(crate) fn run(verb: &Key, talk: Talk) -> Result<Exit, Failure> {
    match verb {
        Key::Status(args) => status(args, talk),
        Key::Translate(args) => translate(args, talk),
        Key::Rotate(args) => rotate(args, talk),
        Key::Destroy(args) => destroy(args, talk),
        Key::Signing(args) => signing(args, talk),
    }
}

fn status(args: &Status, talk: Talk) -> Result<Exit, Failure> {
    open(&args.dir)?;
    let (state, path, words) = match keys::pseudonyms(&args.dir)? {
        Pseudonyms::None => ("none", None, "the study holds ids and handles in clear".into()),
        Pseudonyms::Destroyed { on } => ("destroyed", None, sentence!("the key of the study's pseudonyms was destroyed on {}", given(&on))),
        Pseudonyms::Rotating { path } => {
            ("rotating", Some(path), "a rotation of the key was cut short; run `marsad key rotate` again, which goes on with it".into())
        }
        Pseudonyms::Bound { path } => match keys::pseudonym_keys(&args.dir) {
            Ok(_) => ("here", Some(path.clone()), sentence!("the study holds pseudonyms; their key is {}", path.display())),
            Err(failure) => ("missing", Some(path), failure.message),
        },
    };
    if talk.json {
        let encryption = encryption::path(&args.dir)?;
        talk.json_line(&json!({ "study": args.dir, "pseudonym_key": state, "path": path, "encryption_key": encryption }))?;
        return Ok(Exit::Done);
    }
    talk.say(words.as_str())?;
    if let Some(path) = encryption::path(&args.dir)? {
        talk.say(&format!("the study's files are encrypted; their key is {}", path.display()))?;
    }
    Ok(Exit::Done)
}

fn signing(args: &Signing, talk: Talk) -> Result<Exit, Failure> {
    open(&args.dir)?;
    let (signing, is_new) = match signing::of(&args.dir)? {
        Some(signing) if !args.replace => (signing, false),
        _ => (signing::make(&args.dir, &now().date())?, true),
    };
    let (path, pem) = (signing.path()?, args.dir.join(signing::PUBLIC));
    let is_here = path.exists();
    if talk.json {
        let earlier: Vec<_> = signing.earlier.iter().map(|own| json!({ "public_key": own.public, "until": own.until })).collect();
        talk.json_line(&json!({
            "study": args.dir, "new": is_new, "public_key": signing.public, "pem": pem, "path": path, "here": is_here, "earlier": earlier,
        }))?;
        return Ok(Exit::Done);
    }
    let verb = if is_new { "made" } else { "the study has" };
    talk.say(&format!("{verb} the signing key `{}`; its public half for readers is {}", signing.public, pem.display()))?;
    talk.note(if is_here {
        sentence!("the secret is {}; keep a copy where nobody else reads it", path.display())
    } else {
        sentence!("the secret is not at {}; reports cannot be signed here", path.display())
    });
    Ok(Exit::Done)
}

fn translate(args: &Translate, talk: Talk) -> Result<Exit, Failure> {
    let pseudonyms = keys::pseudonym_keys(&args.dir)?;
    let unreadable =
        |error: std::io::Error| Failure::new(Exit::Input, sentence!("the list {} cannot be read: {}", args.file.display(), error));
    let input: Box<dyn Read> =
        if args.file == Path::new("-") { Box::new(std::io::stdin()) } else { Box::new(File::open(&args.file).map_err(unreadable)?) };
    if !talk.json {
        line("item,account_id,handle")?;
    }
    let mut first = true;
    for text in BufReader::new(input).lines() {
        let text = text.map_err(unreadable)?;
        let is_first = std::mem::replace(&mut first, false);
        let Some((platform, name)) = account(&text, &args.platform) else {
            if is_first || text.trim().is_empty() {
                continue;
            }
            return Err(Failure::new(
                Exit::Input,
                sentence!(
                    "a line of {} is no account; a line holds an id, `@handle` or `platform:id`, and nothing else",
                    args.file.display()
                ),
            ));
        };
        let (id, handle) = match name.strip_prefix('@') {
            Some(handle) => (String::new(), pseudonyms.handle(platform, handle)),
            None => (pseudonyms.account(platform, name), String::new()),
        };
        let item = if id.is_empty() { format!("{platform}:@{handle}") } else { format!("{platform}:{id}") };
        if talk.json {
            talk.json_line(&json!({ "item": item, "account_id": id, "handle": handle }))?;
        } else {
            line(&format!("{item},{id},{handle}"))?;
        }
    }
    Ok(Exit::Done)
}

/// The platform and the id, or `@handle`, of a line; none for what is no account.
fn account<'a>(text: &'a str, platform: &'a str) -> Option<(&'a str, &'a str)> {
    let text = text.trim().trim_matches('"');
    let (platform, name) = text.split_once(':').unwrap_or((platform, text));
    let is_id = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let is_other = text.contains(':') && !name.is_empty() && !name.contains(|letter: char| letter.is_whitespace() || letter == ',');
    let is_handle = name
        .strip_prefix('@')
        .is_some_and(|handle| !handle.is_empty() && !handle.contains(|letter: char| letter.is_whitespace() || letter == ','));
    (is_id || is_handle || is_other).then_some((platform, name))
}

/// The names that a renaming of the lake gives: those of the last key alone, because the lake holds what the ones before it made.
struct Last(privacy::Pseudonyms);

impl lake::Rename for Last {
    fn account(&self, platform: &str, id: &str) -> String {
        self.0.account(platform, id)
    }

    fn handle(&self, platform: &str, handle: &str) -> String {
        self.0.handle(platform, handle)
    }

    fn post(&self, platform: &str, id: &str) -> String {
        self.0.post(platform, id)
    }

    fn text(&self, platform: &str, text: &str) -> Option<String> {
        self.0.text(platform, text)
    }

    fn link(&self, link: &str) -> Option<String> {
        self.0.link(link)
    }
}

fn rotate(args: &Rotate, talk: Talk) -> Result<Exit, Failure> {
    let study = open(&args.dir)?;
    let lake = study.lake().map_err(from_study)?;
    if !review::is_name(&args.by) {
        return Err(from_review(&review::Error::Name("person who changes the key")));
    }
    refuse_named(&args.dir)?;
    finish_pending(&study, &lake, talk)?;
    let rotation = keys::rotation(&args.dir, lake.names().map_err(from_lake)?.as_deref())?;
    let earlier = rotation.keys.keys().count() - 1;
    let Some(last) = rotation.keys.last_step() else {
        return Err(Failure::new(Exit::Damaged, "the file of new keys holds no new key; restore it from a copy"));
    };
    let (to, at) = (rotation.keys.fingerprint(), now());
    let spinner = talk.spinner("renaming");
    let renamed = lake.rename(&Last(last), &to, earlier as i64, at, &mut |place, of| {
        spinner.set_message(format!("renaming: file {} of {of}", place + 1));
    });
    spinner.finish_and_clear();
    let renamed = renamed.map_err(from_lake)?;
    let forgotten = study.forget_names().map_err(from_study)?;
    let mut events = review::Events::create(&args.dir.join(super::census::EVENTS)).map_err(|error| from_review(&error))?;
    events.key_rotated(at, &args.by, &args.reason, &to).map_err(|error| from_review(&error))?;
    rotation.end(&args.dir)?;
    let path = rotation.path()?;
    if talk.json {
        talk.json_line(&json!({
            "study": args.dir, "path": path, "rotations": earlier, "files": renamed.files, "rows": renamed.rows,
            "removed": forgotten.removed, "old_names_in": forgotten.left,
        }))?;
        return Ok(Exit::Done);
    }
    talk.say(&format!(
        "{} in {} have new pseudonyms; their keys are {}",
        counted(renamed.rows, "row"),
        counted(renamed.files, "file"),
        path.display()
    ))?;
    for file in &forgotten.left {
        talk.note(sentence!("{} holds pseudonyms of before; remove it or make it anew", file.display()));
    }
    talk.note("keep a copy of the keys where nobody else reads it, and destroy copies of the old key");
    Ok(Exit::Done)
}

/// Codes and holds are kept by the names of now, in events that nobody may change.
fn refuse_named(dir: &Path) -> Result<(), Failure> {
    let path = dir.join(super::census::EVENTS);
    if !path.exists() {
        return Ok(());
    }
    let mut events = match review::Events::open(&path) {
        Ok(events) => events,
        // A file that was begun and holds no event, as a kill can leave it.
        Err(review::Error::NoEvents(_)) => return Ok(()),
        Err(error) => return Err(from_review(&error)),
    };
    if !events.censuses().map_err(|error| from_review(&error))?.is_empty() {
        return Err(Failure::usage(
            "a sample is frozen in this study, and its codes are kept by the pseudonyms of now; change the key before a sample is drawn, or make another study from the exports",
        ));
    }
    let is_case = |entry: &review::Entry| matches!(entry.event, Some(review::Event::Case(_)));
    if events.log().map_err(|error| from_review(&error))?.iter().any(is_case) {
        return Err(Failure::usage(
            "there are cases in this study, and they name accounts by the pseudonyms of now; change the key before a case is opened, or make another study from the exports",
        ));
    }
    if !events.holds().map_err(|error| from_review(&error))?.is_empty() {
        return Err(Failure::usage(
            "something in this study is under a legal hold, which names it by the pseudonyms of now; release it with `marsad hold release`, change the key, and set it again",
        ));
    }
    Ok(())
}

fn destroy(args: &Destroy, talk: Talk) -> Result<Exit, Failure> {
    open(&args.dir)?;
    keys::pseudonym_keys(&args.dir)?;
    if !args.yes {
        return Err(Failure::usage("destroying a key cannot be undone; say so with `--yes`"));
    }
    let at = now();
    // The event first: a key that is gone without a word would look like a loss.
    let mut events = review::Events::create(&args.dir.join(super::census::EVENTS)).map_err(|error| from_review(&error))?;
    events.key_destroyed(at, &args.by, &args.reason).map_err(|error| from_review(&error))?;
    let path = keys::destroy_pseudonym_key(&args.dir, &at.date())?;
    if talk.json {
        talk.json_line(&json!({ "study": args.dir, "destroyed": path }))?;
    } else {
        talk.say(&format!(
            "destroyed {}; the pseudonyms of this study lead back to nobody now, unless somebody kept a copy of it",
            path.display()
        ))?;
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::account;

    #[test]
    fn a_line_is_an_account_or_not() {
        assert_eq!(account(" 123 ", "twitter"), Some(("twitter", "123")));
        assert_eq!(account("@Some_One", "twitter"), Some(("twitter", "@Some_One")));
        assert_eq!(account("mastodon:a-b", "twitter"), Some(("mastodon", "a-b")));
        for none in ["account_id", "", "1,2", "@", "x: y"] {
            assert_eq!(account(none, "twitter"), None, "{none}");
        }
    }
}
