use crate::{Edge, EdgeKind, Instant, Object, ObjectKind};
use std::borrow::Cow;
use std::fmt;

/// How a post stands to other posts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PostKind {
    /// Stands alone.
    #[default]
    Original,
    /// Passes on another post unchanged (retweet, boost, forward).
    Repost,
    /// Answers another post.
    Reply,
    /// Passes on another post with words of its own.
    Quote,
}

impl PostKind {
    /// The word used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            PostKind::Original => "original",
            PostKind::Repost => "repost",
            PostKind::Reply => "reply",
            PostKind::Quote => "quote",
        }
    }
}

/// What one source says about one post.
///
/// A post is keyed by (`platform`, `post_id`) and stands once in a lake, however many files hold it. Where files differ, the
/// richest version wins (see [`Post::rank`]), whatever the order of files and lines.
#[derive(Clone, Default, PartialEq)]
pub struct Post<'a> {
    /// The platform's name in lower case: `twitter`.
    pub platform: Cow<'a, str>,
    /// The platform's own id, or, where the source has none, a stable id made from author, time, text and ordinal.
    pub post_id: Cow<'a, str>,
    /// The author's id.
    pub account_id: Option<Cow<'a, str>>,
    /// The author's handle, without `@`.
    pub handle: Option<Cow<'a, str>>,
    /// When it was posted.
    pub created_at: Option<Instant>,
    /// When the source saw it, where the source says so.
    pub observed_at: Option<Instant>,
    /// How it stands to other posts; a post that both replies and quotes is a reply.
    pub kind: PostKind,
    /// The full text; empty for media-only posts, absent where the source gives none.
    pub text: Option<Cow<'a, str>>,
    /// Whether the source gave only the beginning of the text.
    pub truncated: bool,
    /// The language label of the platform (`und` where it said so).
    pub lang: Option<Cow<'a, str>>,
    /// The client that sent it, by the platform's name for it (`Twitter for Android`).
    pub client: Option<Cow<'a, str>>,
    /// The post answered.
    pub reply_to: Option<Cow<'a, str>>,
    /// The account answered.
    pub reply_to_account: Option<Cow<'a, str>>,
    /// The handle answered.
    pub reply_to_handle: Option<Cow<'a, str>>,
    /// The post passed on.
    pub repost_of: Option<Cow<'a, str>>,
    /// The author of the post passed on.
    pub repost_of_account: Option<Cow<'a, str>>,
    /// The handle of the author of the post passed on.
    pub repost_of_handle: Option<Cow<'a, str>>,
    /// The post quoted.
    pub quote_of: Option<Cow<'a, str>>,
    /// The author of the post quoted.
    pub quote_of_account: Option<Cow<'a, str>>,
    /// The handle of the author of the post quoted.
    pub quote_of_handle: Option<Cow<'a, str>>,
    /// The first post of the thread.
    pub conversation: Option<Cow<'a, str>>,
    /// The first version of an edited post (its own id when never edited); absent where the source does not say.
    pub edit_of: Option<Cow<'a, str>>,
    /// Likes when seen.
    pub likes: Option<i64>,
    /// Reposts when seen.
    pub reposts: Option<i64>,
    /// Replies when seen.
    pub replies: Option<i64>,
    /// Quotes when seen.
    pub quotes: Option<i64>,
    /// Views when seen.
    pub views: Option<i64>,
    /// Whether the platform flags it as sensitive.
    pub sensitive: Option<bool>,
    /// Countries (comma-separated, sorted) where the platform withholds it.
    pub withheld_in: Option<Cow<'a, str>>,
    /// The place's id on the platform.
    pub place_id: Option<Cow<'a, str>>,
    /// The place's full name, as the platform gives it.
    pub place: Option<Cow<'a, str>>,
    /// The place's country, ISO 3166-1 alpha-2.
    pub place_country: Option<Cow<'a, str>>,
    /// Degrees east, −180 to 180 (exact point only).
    pub longitude: Option<f64>,
    /// Degrees north, −90 to 90 (exact point only).
    pub latitude: Option<f64>,
    /// Links, hashtags, mentions and media in the post, in the order in which they stand.
    pub objects: Vec<Object<'a>>,
}

impl Post<'_> {
    /// A digest of the content; equal digests are the same version of the post.
    pub fn digest(&self) -> u64 {
        let mut digest = Digest::default();
        let texts = [
            Some(&self.platform),
            Some(&self.post_id),
            self.account_id.as_ref(),
            self.handle.as_ref(),
            self.text.as_ref(),
            self.lang.as_ref(),
            self.client.as_ref(),
            self.reply_to.as_ref(),
            self.reply_to_account.as_ref(),
            self.reply_to_handle.as_ref(),
            self.repost_of.as_ref(),
            self.repost_of_account.as_ref(),
            self.repost_of_handle.as_ref(),
            self.quote_of.as_ref(),
            self.quote_of_account.as_ref(),
            self.quote_of_handle.as_ref(),
            self.conversation.as_ref(),
            self.edit_of.as_ref(),
            self.withheld_in.as_ref(),
            self.place_id.as_ref(),
            self.place.as_ref(),
            self.place_country.as_ref(),
        ];
        for text in texts {
            digest.text(text.map(AsRef::as_ref));
        }
        let numbers = [
            self.created_at.map(Instant::micros),
            self.observed_at.map(Instant::micros),
            Some(self.kind as i64),
            Some(i64::from(self.truncated)),
            self.likes,
            self.reposts,
            self.replies,
            self.quotes,
            self.views,
            self.sensitive.map(i64::from),
            self.longitude.map(|degrees| degrees.to_bits() as i64),
            self.latitude.map(|degrees| degrees.to_bits() as i64),
        ];
        for number in numbers {
            digest.number(number);
        }
        for object in &self.objects {
            digest.number(Some(object.kind as i64));
            digest.text(Some(&object.object));
            digest.text(object.account_id.as_deref());
        }
        digest.finish()
    }

    /// The order among versions of one post: the greatest wins. First whether the text is whole, then how many fields are
    /// known, then how late it was seen (by its own counters, which only grow), then the digest, so that the winner never
    /// depends on the order of files or lines.
    pub fn rank(&self) -> (u8, u8, i64, u64) {
        let known = [
            self.account_id.is_some(),
            self.handle.is_some(),
            self.created_at.is_some(),
            self.text.is_some(),
            self.lang.is_some(),
            self.client.is_some(),
            self.conversation.is_some(),
            self.reply_to_account.is_some(),
            self.repost_of_account.is_some(),
            self.quote_of_account.is_some(),
            self.place.is_some() || self.place_id.is_some(),
            self.place_country.is_some(),
            self.likes.is_some(),
            self.reposts.is_some(),
        ];
        let filled = known.iter().filter(|is_known| **is_known).count() as u8;
        let seen = [self.likes, self.reposts, self.replies, self.quotes, self.views];
        let activity = seen.iter().flatten().fold(0i64, |sum, count| sum.saturating_add(*count));
        (u8::from(!self.truncated && self.text.is_some()), filled, activity, self.digest())
    }

    /// The interactions this post is evidence of: repost, reply, quote and mention edges from its author.
    ///
    /// A repost repeats the mentions of the post it passes on, and those are the other author's choice: it yields the repost edge
    /// alone. A reply's leading mention of the account answered is the reply itself and yields no second edge.
    pub fn interactions(&self) -> Vec<Edge<'_>> {
        let mut edges = Vec::new();
        if self.repost_of.is_some() || self.kind == PostKind::Repost {
            self.push_edge(&mut edges, EdgeKind::Repost, self.repost_of_account.as_deref(), self.repost_of_handle.as_deref());
            return edges;
        }
        if self.kind == PostKind::Reply || self.reply_to.is_some() {
            self.push_edge(&mut edges, EdgeKind::Reply, self.reply_to_account.as_deref(), self.reply_to_handle.as_deref());
        }
        if self.quote_of.is_some() {
            self.push_edge(&mut edges, EdgeKind::Quote, self.quote_of_account.as_deref(), self.quote_of_handle.as_deref());
        }
        for mention in self.objects.iter().filter(|object| object.kind == ObjectKind::Mention) {
            let answered = match (mention.account_id.as_deref(), self.reply_to_account.as_deref()) {
                (Some(mentioned), Some(answered)) => mentioned == answered,
                _ => self.reply_to_handle.as_deref().is_some_and(|handle| handle.eq_ignore_ascii_case(&mention.object)),
            };
            if !answered {
                self.push_edge(&mut edges, EdgeKind::Mention, mention.account_id.as_deref(), Some(&mention.object));
            }
        }
        edges
    }

    fn push_edge<'b>(&'b self, edges: &mut Vec<Edge<'b>>, kind: EdgeKind, account_id: Option<&'b str>, handle: Option<&'b str>) {
        if account_id.is_none() && handle.is_none() {
            return; // The source names no other end, so there is no edge to record.
        }
        let edge = Edge {
            platform: Cow::Borrowed(&self.platform),
            kind,
            account_id: self.account_id.as_deref().map(Cow::Borrowed),
            handle: self.handle.as_deref().map(Cow::Borrowed),
            to_account_id: account_id.map(Cow::Borrowed),
            to_handle: handle.map(Cow::Borrowed),
            post_id: Some(Cow::Borrowed(&self.post_id)),
            at: self.created_at,
        };
        if !edges.contains(&edge) {
            edges.push(edge);
        }
    }
}

/// Folds the fields of a post into one number, each where it stands: no field is copied, and an absent one costs next to nothing.
#[derive(Default)]
struct Digest {
    sum: u64,
    /// How many fields there were.
    place: u64,
}

impl Digest {
    fn add(&mut self, hash: u64) {
        // An odd factor keeps every bit; the rotation makes the order of fields matter.
        self.sum = (self.sum.rotate_left(25) ^ hash ^ self.place.wrapping_mul(0xff51_afd7_ed55_8ccd)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn text(&mut self, text: Option<&str>) {
        self.place += 1;
        if let Some(text) = text {
            self.add(xxhash_rust::xxh3::xxh3_64(text.as_bytes()));
        }
    }

    fn number(&mut self, number: Option<i64>) {
        self.place += 1;
        if let Some(number) = number {
            self.add((number as u64).wrapping_mul(0xc4ce_b9fe_1a85_ec53));
        }
    }

    fn finish(self) -> u64 {
        let sum = (self.sum ^ self.place ^ self.sum >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
        sum ^ sum >> 32
    }
}

impl fmt::Debug for Post<'_> {
    /// Says that there is a post and how many objects it holds: texts and handles never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Post({}, {}, {} objects)", self.platform, self.kind.name(), self.objects.len())
    }
}
