#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Reads bytes as a file and writes down what comes out, one record a line.

use ingest::{Error, Input, Options, Progress, SourceReport};
use record::{Account, Edge, Instant, Locus, Object, Post, Reject, Sighting, Sink};
use std::fmt::Write as _;
use std::ops::ControlFlow;

/// Writes each record as a line of text.
#[derive(Default)]
pub(crate) struct Lines(pub(crate) Vec<String>);

/// A record's line: the fields that are there, in the order of the tables.
struct Line(String);

impl Line {
    fn new(kind: &str) -> Line {
        Line(kind.to_owned())
    }

    fn field(&mut self, name: &str, value: Option<impl std::fmt::Display>) -> &mut Line {
        if let Some(value) = value {
            write!(self.0, " {name}={value}").unwrap();
        }
        self
    }

    fn text(&mut self, name: &str, value: Option<impl AsRef<str>>) -> &mut Line {
        self.field(name, value.map(|value| format!("{:?}", value.as_ref())))
    }
}

fn object(object: &Object<'_>) -> String {
    let account = object.account_id.as_ref().map(|id| format!("({id})")).unwrap_or_default();
    format!("{}:{}{account}", object.kind.name(), object.object)
}

impl Sink for Lines {
    fn account(&mut self, account: &Account<'_>, locus: Locus) {
        let mut line = Line::new(&format!("{}: account", locus.line));
        line.field("id", account.account_id.as_ref()).field("handle", account.handle.as_ref()).text("name", account.name.as_ref());
        line.text("bio", account.bio.as_ref()).text("location", account.location.as_ref()).field("url", account.url.as_ref());
        line.field("lang", account.lang.as_ref()).text("zone", account.time_zone.as_ref()).field("offset", account.utc_offset);
        line.field("created", account.created_at).field("observed", account.observed_at);
        line.field("followers", account.followers).field("following", account.following).field("posts", account.posts);
        line.field("listed", account.listed).field("likes", account.likes).field("verified", account.verified);
        line.field("protected", account.protected).field("geo", account.geo_enabled).field("default_avatar", account.default_avatar);
        line.field("avatar", account.avatar_url.as_ref()).field("withheld", account.withheld_in.as_ref());
        self.0.push(line.0);
    }

    fn post(&mut self, post: &Post<'_>, locus: Locus) {
        let mut line = Line::new(&format!("{}: {}", locus.line, post.kind.name()));
        line.field("id", Some(&post.post_id)).field("by", post.account_id.as_ref()).field("handle", post.handle.as_ref());
        line.field("at", post.created_at).field("observed", post.observed_at).text("text", post.text.as_ref());
        line.field("truncated", post.truncated.then_some(true)).field("lang", post.lang.as_ref()).text("client", post.client.as_ref());
        line.field("reply_to", post.reply_to.as_ref()).field("of", post.reply_to_account.as_ref());
        line.field("named", post.reply_to_handle.as_ref()).field("repost_of", post.repost_of.as_ref());
        line.field("of", post.repost_of_account.as_ref()).field("named", post.repost_of_handle.as_ref());
        line.field("quote_of", post.quote_of.as_ref()).field("of", post.quote_of_account.as_ref());
        line.field("named", post.quote_of_handle.as_ref()).field("conversation", post.conversation.as_ref());
        line.field("edit_of", post.edit_of.as_ref()).field("likes", post.likes).field("reposts", post.reposts);
        line.field("replies", post.replies).field("quotes", post.quotes).field("views", post.views);
        line.field("sensitive", post.sensitive).field("withheld", post.withheld_in.as_ref()).field("place_id", post.place_id.as_ref());
        line.text("place", post.place.as_ref()).field("country", post.place_country.as_ref());
        line.field("lon", post.longitude).field("lat", post.latitude);
        for item in &post.objects {
            line.field("has", Some(object(item)));
        }
        self.0.push(line.0);
    }

    fn edge(&mut self, edge: &Edge<'_>, locus: Locus) {
        let mut line = Line::new(&format!("{}: {}", locus.line, edge.kind.name()));
        line.field("from", edge.account_id.as_ref()).field("handle", edge.handle.as_ref());
        line.field("to", edge.to_account_id.as_ref()).field("named", edge.to_handle.as_ref()).field("at", edge.at);
        self.0.push(line.0);
    }

    fn sighting(&mut self, sighting: &Sighting<'_>, locus: Locus) {
        let mut line = Line::new(&format!("{}: {}", locus.line, sighting.status.name()));
        line.field("id", sighting.account_id.as_ref()).field("handle", sighting.handle.as_ref()).field("at", Some(sighting.at));
        self.0.push(line.0);
    }

    fn reject(&mut self, reject: &Reject) {
        let Reject { reason, detail, locus, bytes } = reject;
        self.0.push(format!("{}: reject {} ({detail}) byte={} bytes={bytes}", locus.line, reason.name(), locus.byte));
    }

    fn unrepresented(&mut self, kind: &'static str, locus: Locus) {
        self.0.push(format!("{}: unrepresented {kind}", locus.line));
    }
}

/// What came out of a file.
pub(crate) struct Outcome {
    pub(crate) lines: Vec<String>,
    pub(crate) report: SourceReport,
}

impl Outcome {
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// The records without their places, sorted: what must not depend on the order of lines.
    pub(crate) fn multiset(&self) -> Vec<String> {
        let mut records: Vec<String> = self.lines.iter().map(|line| line.split_once(": ").unwrap().1.to_owned()).collect();
        records.sort();
        records
    }
}

impl Outcome {
    /// The records, with the sightings of one profile collapsed as a lake collapses them: what must not depend on white space.
    pub(crate) fn collapsed(&self) -> Vec<String> {
        let mut records = self.multiset();
        for record in records.iter_mut().filter(|record| record.starts_with("account ")) {
            let words: Vec<&str> = record.split(' ').filter(|word| !word.starts_with("observed=")).collect();
            *record = words.join(" ");
        }
        records.sort();
        records.dedup_by(|one, other| one == other && one.starts_with("account "));
        records
    }
}

impl Outcome {
    /// What a lake keeps: each post once, where it stands first; of equal profiles the one seen earliest, then the one that stands first.
    pub(crate) fn reduced(&self) -> Vec<String> {
        let mut kept = std::collections::BTreeMap::<String, (String, u64)>::new();
        for line in &self.lines {
            let (place, record) = line.split_once(": ").unwrap();
            let place = place.parse().unwrap();
            let observed = record.split(' ').find(|word| record.starts_with("account ") && word.starts_with("observed="));
            let content = observed.map_or(record.to_owned(), |observed| record.replace(&format!(" {observed}"), ""));
            // No time is later than any.
            let found = (observed.unwrap_or("observed=none").to_owned(), place);
            kept.entry(content).and_modify(|best| *best = found.clone().min(best.clone())).or_insert(found);
        }
        kept.into_iter().map(|(content, (observed, place))| format!("{place}: {content} {observed}")).collect()
    }
}

pub(crate) fn read_with(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sample");
    std::fs::write(&path, bytes).unwrap();
    let mut lines = Vec::new();
    let deliver = |batch: Lines| {
        lines.extend(batch.0);
        ControlFlow::Continue(())
    };
    let report = ingest::read(&Input::File(path), options, &Progress::default(), Lines::default, deliver)?;
    Ok(Outcome { lines, report })
}

pub(crate) fn read(text: impl AsRef<[u8]>) -> Outcome {
    read_with(text.as_ref(), &Options { threads: 1, ..Options::default() }).unwrap()
}

/// The records of a text, one a line.
pub(crate) fn records(text: impl AsRef<[u8]>) -> String {
    read(text).text()
}

/// JSON written over several lines in a test, on one line.
pub(crate) fn line(json: &str) -> String {
    json.lines().map(str::trim).collect()
}

pub(crate) fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}
