//! Reads a text the way the crate does and shows what came of it, for tests.

use super::{Guess, Rows, detect, read_rows};
use crate::tally::{Out, Tally};
use crate::{Error, Options};
use record::{Account, Edge, Instant, Locus, Object, ObjectKind, Post, Reject, Sentence, Sighting, Sink};

/// What a text gave.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Seen {
    pub(crate) format: &'static str,
    /// A line a record, in order, each after its place.
    pub(crate) records: Vec<String>,
    pub(crate) loci: Vec<Locus>,
    pub(crate) post_ids: Vec<String>,
    pub(crate) posts: u64,
    pub(crate) rejects: u64,
    pub(crate) lines: u64,
    pub(crate) bytes: u64,
    pub(crate) truncated: Option<Sentence>,
}

impl Seen {
    /// Places and records, a line each.
    pub(crate) fn shown(&self) -> String {
        let place = |(locus, record): (&Locus, &String)| format!("{}@{} {record}", locus.line, locus.byte);
        self.loci.iter().zip(&self.records).map(place).collect::<Vec<_>>().join("\n")
    }
}

/// Detects the format of a text and reads it whole.
pub(crate) fn read(text: &[u8], options: &Options) -> Result<Seen, Error> {
    let format = match detect("file", text, true, options)? {
        Guess::Is(format) => format,
        Guess::Unknown(seen) => return Err(Error::UnknownFormat { name: "file".into(), seen: record::Sentence::vouched(seen) }),
    };
    let mut collected = Collected::default();
    read_rows(&format, &mut &*text, options, &mut collected)?;
    let Collected { mut seen, tally } = collected;
    (seen.format, seen.posts, seen.rejects, seen.truncated) = (format.name(), tally.counts.posts, tally.counts.rejects, tally.truncated);
    Ok(seen)
}

#[derive(Default)]
struct Collected {
    seen: Seen,
    tally: Tally,
}

impl Rows for Collected {
    fn out(&mut self) -> Out<'_> {
        Out { sink: &mut self.seen, tally: &mut self.tally }
    }

    fn row_done(&mut self, byte: u64, lines: u64) -> Result<(), Error> {
        assert!(byte >= self.seen.bytes && lines >= self.seen.lines, "places only grow");
        (self.seen.bytes, self.seen.lines) = (byte, lines);
        Ok(())
    }
}

impl Seen {
    fn push(&mut self, kind: &str, parts: &[(&str, Option<String>)], locus: Locus) {
        let parts = parts.iter().filter_map(|(name, value)| value.as_ref().map(|value| format!(" {name}={value}")));
        self.records.push(format!("{kind}{}", parts.collect::<String>()));
        self.loci.push(locus);
    }
}

fn text(text: &Option<std::borrow::Cow<'_, str>>) -> Option<String> {
    text.as_ref().map(ToString::to_string)
}

fn number(number: Option<i64>) -> Option<String> {
    number.map(|number| number.to_string())
}

fn time(at: Option<Instant>) -> Option<String> {
    at.map(|at| at.to_string())
}

fn object(object: &Object<'_>) -> String {
    match object.kind {
        ObjectKind::Hashtag => format!("#{}", object.object),
        ObjectKind::Mention => format!("@{}", object.object),
        ObjectKind::Media => format!("media:{}", object.object),
        _ => object.object.to_string(),
    }
}

impl Sink for Seen {
    fn account(&mut self, account: &Account<'_>, locus: Locus) {
        let parts = [
            ("platform", Some(account.platform.to_string())),
            ("id", text(&account.account_id)),
            ("handle", text(&account.handle)),
            ("name", text(&account.name)),
            ("bio", text(&account.bio)),
            ("location", text(&account.location)),
            ("created", time(account.created_at)),
            ("seen", time(account.observed_at)),
            ("followers", number(account.followers)),
            ("following", number(account.following)),
            ("posts", number(account.posts)),
            ("verified", account.verified.map(|truth| truth.to_string())),
        ];
        self.push("account", &parts, locus);
    }

    fn post(&mut self, post: &Post<'_>, locus: Locus) {
        self.post_ids.push(post.post_id.to_string());
        let objects = post.objects.iter().map(object).collect::<Vec<_>>().join(",");
        let parts = [
            ("platform", Some(post.platform.to_string())),
            ("id", Some(post.post_id.chars().take(12).collect())),
            ("account", text(&post.account_id)),
            ("handle", text(&post.handle)),
            ("at", time(post.created_at)),
            ("seen", time(post.observed_at)),
            ("kind", Some(post.kind.name().to_owned())),
            ("text", post.text.as_ref().map(|text| format!("{text:?}"))),
            ("lang", text(&post.lang)),
            ("client", text(&post.client)),
            ("reply_to", text(&post.reply_to)),
            ("repost_of", text(&post.repost_of)),
            ("repost_of_handle", text(&post.repost_of_handle)),
            ("likes", number(post.likes)),
            ("reposts", number(post.reposts)),
            ("place", text(&post.place)),
            ("objects", (!objects.is_empty()).then_some(objects)),
        ];
        self.push("post", &parts, locus);
    }

    fn edge(&mut self, edge: &Edge<'_>, locus: Locus) {
        let parts = [
            ("platform", Some(edge.platform.to_string())),
            ("kind", Some(edge.kind.name().to_owned())),
            ("from_id", text(&edge.account_id)),
            ("from_handle", text(&edge.handle)),
            ("to_id", text(&edge.to_account_id)),
            ("to_handle", text(&edge.to_handle)),
            ("at", time(edge.at)),
        ];
        self.push("edge", &parts, locus);
    }

    fn sighting(&mut self, sighting: &Sighting<'_>, locus: Locus) {
        let parts = [
            ("platform", Some(sighting.platform.to_string())),
            ("id", text(&sighting.account_id)),
            ("handle", text(&sighting.handle)),
            ("at", time(Some(sighting.at))),
            ("status", Some(sighting.status.name().to_owned())),
        ];
        self.push("sighting", &parts, locus);
    }

    fn reject(&mut self, reject: &Reject) {
        let parts = [
            ("reason", Some(reject.reason.name().to_owned())),
            ("detail", Some(reject.detail.clone())),
            ("bytes", Some(reject.bytes.to_string())),
        ];
        self.push("reject", &parts, reject.locus);
    }

    fn unrepresented(&mut self, kind: &'static str, locus: Locus) {
        self.push("unrepresented", &[("kind", Some(kind.to_owned()))], locus);
    }
}
