//! `marsad reveal`: which account or post stands behind a pseudonym, found by hashing the exports again.

use crate::cli::key::Reveal;
use crate::exit::{Exit, Failure, told};
use crate::keys;
use crate::output::{Talk, table};
use crate::verbs::census::from_review;
use crate::verbs::ingest::from_ingest;
use crate::verbs::now;
use ingest::{Options, Progress};
use privacy::Pseudonyms;
use record::{Account, Edge, Locus, ObjectKind, Post, Reject, Sighting, Sink, sentence};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

pub(crate) fn run(args: &Reveal, talk: Talk) -> Result<Exit, Failure> {
    let study = super::status::open(&args.dir)?;
    let pseudonyms = keys::pseudonym_keys(&args.dir)?;
    let wanted: Arc<BTreeSet<String>> = Arc::new(args.pseudonyms.iter().cloned().collect());
    let mut options = super::ingest::reading(args.mapping.as_deref(), study.config())?;
    options.platform = args.platform.clone();
    let mut found = BTreeMap::new();
    for input in ingest::expand(&args.files).map_err(from_ingest)? {
        look(&input, &options, &pseudonyms, &wanted, &mut found, talk)?;
        if found.len() == wanted.len() {
            break;
        }
    }
    let items: Vec<(String, bool)> = wanted.iter().map(|name| (name.clone(), found.contains_key(name))).collect();
    let mut events = review::Events::create(&args.dir.join(super::census::EVENTS)).map_err(|error| from_review(&error))?;
    events.reveal(now(), &args.by, &args.case, &items).map_err(|error| from_review(&error))?;
    say(&items, &found, talk)
}

fn say(items: &[(String, bool)], found: &BTreeMap<String, Behind>, talk: Talk) -> Result<Exit, Failure> {
    let behind = |name: &str| found.get(name);
    if talk.json {
        for (name, _) in items {
            let (kind, platform, value) =
                behind(name).map_or((None, None, None), |found| (Some(found.kind), Some(&found.platform), Some(&found.value)));
            talk.json_line(&json!({ "pseudonym": name, "kind": kind, "platform": platform, "value": value }))?;
        }
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|(name, _)| match behind(name) {
            Some(found) => vec![name.clone(), found.kind.to_owned(), found.platform.clone(), found.value.clone()],
            None => vec![name.clone(), "not in these exports".to_owned(), String::new(), String::new()],
        })
        .collect();
    talk.say(&table(&["pseudonym", "what", "platform", "in clear"].map(str::to_owned), &rows, &[false; 4]))?;
    talk.note("this was noted as an event of the study");
    Ok(Exit::Done)
}

fn look(
    input: &ingest::Input,
    options: &Options,
    pseudonyms: &Pseudonyms,
    wanted: &Arc<BTreeSet<String>>,
    found: &mut BTreeMap<String, Behind>,
    talk: Talk,
) -> Result<(), Failure> {
    let progress = Progress::default();
    let read = ingest::read(
        input,
        options,
        &progress,
        || Seeker { pseudonyms: pseudonyms.clone(), wanted: Arc::clone(wanted), found: BTreeMap::new() },
        |seeker| {
            found.extend(seeker.found);
            if found.len() == wanted.len() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
    );
    match read {
        Ok(_) | Err(ingest::Error::Interrupted { .. }) => Ok(()),
        Err(error @ (ingest::Error::UnknownFormat { .. } | ingest::Error::Unsupported { .. })) => {
            talk.note(sentence!("passed over: {}", told(&error)));
            Ok(())
        }
        Err(error) => Err(from_ingest(error)),
    }
}

/// What stands behind a pseudonym.
struct Behind {
    kind: &'static str,
    platform: String,
    value: String,
}

/// Hashes every id and handle that it is given and keeps those that are asked for.
struct Seeker {
    pseudonyms: Pseudonyms,
    wanted: Arc<BTreeSet<String>>,
    found: BTreeMap<String, Behind>,
}

impl Seeker {
    fn keep(&mut self, name: String, kind: &'static str, platform: &str, value: &str) {
        if self.wanted.contains(&name) {
            self.found.entry(name).or_insert_with(|| Behind { kind, platform: platform.to_owned(), value: value.to_owned() });
        }
    }

    fn account_id(&mut self, platform: &str, id: Option<&str>) {
        if let Some(id) = id {
            self.keep(self.pseudonyms.account(platform, id), "account", platform, id);
        }
    }

    fn handle(&mut self, platform: &str, handle: Option<&str>) {
        if let Some(handle) = handle {
            self.keep(self.pseudonyms.handle(platform, handle), "handle", platform, handle);
        }
    }

    fn post_id(&mut self, platform: &str, id: Option<&str>) {
        if let Some(id) = id {
            self.keep(self.pseudonyms.post(platform, id), "post", platform, id);
        }
    }
}

impl Sink for Seeker {
    fn account(&mut self, account: &Account<'_>, _: Locus) {
        self.account_id(&account.platform, account.account_id.as_deref());
        self.handle(&account.platform, account.handle.as_deref());
    }

    fn post(&mut self, post: &Post<'_>, _: Locus) {
        let platform = post.platform.as_ref();
        for id in [&post.account_id, &post.reply_to_account, &post.repost_of_account, &post.quote_of_account] {
            self.account_id(platform, id.as_deref());
        }
        for handle in [&post.handle, &post.reply_to_handle, &post.repost_of_handle, &post.quote_of_handle] {
            self.handle(platform, handle.as_deref());
        }
        self.post_id(platform, Some(&post.post_id));
        for id in [&post.reply_to, &post.repost_of, &post.quote_of, &post.conversation, &post.edit_of] {
            self.post_id(platform, id.as_deref());
        }
        for object in post.objects.iter().filter(|object| object.kind == ObjectKind::Mention) {
            self.handle(platform, Some(&object.object));
            self.account_id(platform, object.account_id.as_deref());
        }
    }

    fn edge(&mut self, edge: &Edge<'_>, _: Locus) {
        for id in [&edge.account_id, &edge.to_account_id] {
            self.account_id(&edge.platform, id.as_deref());
        }
        for handle in [&edge.handle, &edge.to_handle] {
            self.handle(&edge.platform, handle.as_deref());
        }
    }

    fn sighting(&mut self, sighting: &Sighting<'_>, _: Locus) {
        self.account_id(&sighting.platform, sighting.account_id.as_deref());
        self.handle(&sighting.platform, sighting.handle.as_deref());
    }

    fn reject(&mut self, _: &Reject) {}

    fn unrepresented(&mut self, _: &'static str, _: Locus) {}
}
