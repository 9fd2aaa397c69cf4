//! What the server needs of a study. `marsad` implements it with the lake; the example with an invented world.

use record::{Finding, Provenance, Sentence, Text};
use serde::{Deserialize, Serialize};
use std::path::Path;
use utoipa::ToSchema;

/// Why a study could not answer. The sentence goes to the server's log, not to the client.
#[derive(Debug)]
pub struct Trouble(pub Sentence);

/// What a study says of itself.
#[derive(Clone, Debug)]
pub struct About {
    /// The name that people gave it.
    pub name: String,
    /// The organisation and its listing in one line; for an unlisted study the stated reason.
    pub designation: String,
    /// Whether the organisation is on no list: everything is watermarked then.
    pub unlisted: bool,
    /// Cells below this many accounts are suppressed.
    pub min_cell: u64,
}

/// A program and how much an account uses it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClientShare {
    /// The client's name.
    pub name: String,
    /// Share of the account's posts, 0 to 1.
    pub share: f64,
}

/// A piece of media by what is known of it; never the media itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MediaNote {
    /// `picture`, `film`, `sound` or `file`.
    pub kind: String,
    /// What its publisher wrote for those who do not see it.
    pub description: Option<String>,
}

/// A post as people read it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ShownPost {
    /// When it was published, RFC 3339.
    pub at: Option<String>,
    /// Its text in the original script.
    pub text: String,
    /// Its language, as detected or said: a tag of BCP 47.
    pub lang: Option<String>,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
    /// What it carries.
    pub media: Vec<MediaNote>,
}

/// The direction of a text by its first letter that has one: `rtl` for the scripts that are written from the right.
pub fn direction_of(text: &str) -> &'static str {
    let from_the_right = |letter: char| matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{1e800}'..='\u{1efff}');
    // A name after `@` and a link say nothing of the text around them.
    let words = text.split_whitespace().filter(|word| !word.starts_with(['@', '#']) && !word.contains("://"));
    let first = words.flat_map(str::chars).find(|letter| letter.is_alphabetic());
    if first.is_some_and(from_the_right) { "rtl" } else { "ltr" }
}

/// What people see of an account or a post that they judge: as published, and nothing that a machine or another person thinks of it.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Card {
    /// The name in its address.
    pub handle: Option<String>,
    /// The displayed name.
    pub name: Option<String>,
    /// What it says of itself.
    pub profile: Option<String>,
    /// Its self-declared place.
    pub place: Option<String>,
    /// When it was made, RFC 3339.
    pub created_at: Option<String>,
    /// Followers, as last reported.
    pub followers: Option<u64>,
    /// What it posts with, most used first.
    pub clients: Vec<ClientShare>,
    /// Its latest posts, newest first; the post itself where one is judged.
    pub posts: Vec<ShownPost>,
    /// The language of most of its posts.
    pub language: Option<String>,
    /// `ltr` or `rtl`, by that language.
    pub direction: Option<&'static str>,
}

/// Findings as they were stored: what a report has shown or could show.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figures {
    /// Where they come from.
    pub provenance: Provenance,
    /// The findings.
    pub findings: Vec<Finding>,
}

/// Accounts tied by edges that stand.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClusterRow {
    /// Its number, the largest first.
    pub id: u64,
    /// What a case about it calls it: its number and the run in which it has that number.
    pub reference: String,
    /// How many accounts.
    pub accounts: u64,
    /// How many edges tie them.
    pub edges: u64,
    /// What they share: `co-link`, `co-repost`, …
    pub kinds: Vec<String>,
    /// First and last pair, RFC 3339.
    pub from: Option<String>,
    /// First and last pair, RFC 3339.
    pub to: Option<String>,
}

/// An account of a cluster, by its number.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Member {
    /// Its number in the study's network; no name.
    pub id: u64,
    /// Edges within the cluster.
    pub edges: u64,
}

/// An edge between two accounts that act together.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Tie {
    /// One account.
    pub a: u64,
    /// The other.
    pub b: u64,
    /// What they share: `co-link`, `co-repost`, …
    pub kinds: Vec<String>,
    /// Pairs of posts, over all of these.
    pub pairs: u64,
    /// Objects on which they met.
    pub objects: u64,
    /// On how many they would by chance; null where nothing is tested.
    pub expected: Option<f64>,
    /// The evidence against chance over all kinds as a natural logarithm; null where nothing is tested.
    pub log_odds: Option<f64>,
    /// The least false discovery rate at which the edge stands; null where one kind decides by its own test.
    pub q: Option<f64>,
}

/// What happened on one day in a cluster.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayCount {
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// Posts that met; null where they are of too few accounts to be shown.
    pub posts: Option<u64>,
}

/// Accounts of a cluster that have something in common: a language, a place.
#[derive(Clone, Debug)]
pub struct Part {
    /// What.
    pub name: Text,
    /// How many; none where it is suppressed.
    pub accounts: Option<u64>,
}

/// What may explain that accounts act together, with nothing behind it.
#[derive(Clone, Debug)]
pub struct Explained {
    /// What.
    pub what: Text,
    /// Whether it explains half or more; none where nothing is known of it.
    pub fits: Option<bool>,
    /// The share that it explains; none where that is not known or suppressed.
    pub share: Option<f64>,
}

/// A cluster with its members.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Its row in the list.
    pub row: ClusterRow,
    /// The accounts, by number. None are told of an unlisted study to who sees no small cells.
    pub members: Vec<Member>,
    /// The edges, the strongest first.
    pub ties: Vec<Tie>,
    /// Why they are together, in words.
    pub reasons: Vec<Text>,
    /// Innocent explanations.
    pub explained: Vec<Explained>,
    /// Accounts by the language of most of their posts.
    pub languages: Vec<Part>,
    /// Accounts by self-declared place.
    pub places: Vec<Part>,
    /// Posts by day.
    pub timeline: Vec<DayCount>,
}

/// What one kind of shared things says of an edge.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EdgeKind {
    /// The kind: `co-link`, `co-repost`, …
    pub kind: String,
    /// Pairs of posts.
    pub pairs: u64,
    /// Objects on which they met, and on how many they would by chance; null where it is not tested.
    pub objects: Option<u64>,
    /// The latter.
    pub expected: Option<f64>,
    /// The p-value of so many meetings by chance.
    pub p: Option<f64>,
    /// The same after all tests of this kind were counted.
    pub q: Option<f64>,
}

/// Two posts on one object within the window.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PairOfPosts {
    /// What both point at.
    pub object: String,
    /// Its kind: `co-link`, `co-repost`, …
    pub kind: String,
    /// Seconds between them.
    pub seconds: i64,
    /// The post of the first account.
    pub a: ShownPost,
    /// The post of the second account.
    pub b: ShownPost,
}

/// The posts behind an edge.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EdgePosts {
    /// One account.
    pub a: u64,
    /// The other.
    pub b: u64,
    /// The cluster that both are in.
    pub cluster: u64,
    /// What every kind of shared things says.
    pub kinds: Vec<EdgeKind>,
    /// At most 200 pairs of those that were kept as evidence, earliest first.
    pub pairs: Vec<PairOfPosts>,
    /// How many pairs there are in all.
    pub total: u64,
}

/// How well coders agree, on their first codes.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Agreement {
    /// Items that two or more have coded.
    pub items: u64,
    /// Krippendorff's alpha, nominal; null below two items or where all codes are one.
    pub alpha: Option<f64>,
    /// Its 95 % interval.
    pub low: Option<f64>,
    /// Its 95 % interval.
    pub high: Option<f64>,
    /// Share of pairs of codes that agree.
    pub percent: Option<f64>,
    /// How coders did on items whose right code is known.
    pub golden: Vec<GoldenRow>,
}

/// How one coder did on golden items.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GoldenRow {
    /// The coder.
    pub coder: String,
    /// Golden items coded.
    pub coded: u64,
    /// Of these, as the right code says.
    pub right: u64,
}

/// A study. Calls block and are made outside of async code; several may run at once.
pub trait Source: Send + Sync + 'static {
    /// What it says of itself.
    fn about(&self) -> About;

    /// Its folder: `findings/` and `review.sqlite` lie in it.
    fn folder(&self) -> &Path;

    /// What people see of an item (`platform:id`, `post/platform:id`); `None` where the study holds nothing of it.
    ///
    /// # Errors
    /// [`Trouble`] when the lake cannot be read.
    fn card(&self, item: &str) -> Result<Option<Card>, Trouble>;

    /// Clusters of the last run, largest first; empty where there was none. `internal`: small ones, too.
    ///
    /// # Errors
    /// [`Trouble`] when the tables cannot be read.
    fn clusters(&self, internal: bool) -> Result<Vec<ClusterRow>, Trouble>;

    /// One of them; without `internal` as a report would show it: no small cluster, no small cell.
    ///
    /// # Errors
    /// [`Trouble`].
    fn cluster(&self, id: u64, internal: bool) -> Result<Option<Cluster>, Trouble>;

    /// The posts behind an edge.
    ///
    /// # Errors
    /// [`Trouble`].
    fn edge(&self, a: u64, b: u64) -> Result<Option<EdgePosts>, Trouble>;

    /// The findings worked out now: as a report would show them, and without suppression for eyes inside the study.
    ///
    /// # Errors
    /// [`Trouble`].
    fn compute(&self) -> Result<Computed, Trouble>;

    /// How well the coders of a sample agree, and how they do on golden items.
    ///
    /// # Errors
    /// [`Trouble`].
    fn agreement(&self, census: &review::Census) -> Result<Agreement, Trouble>;

    /// The estimate of a sample from the codes so far; `None` where the sample is not one of which anything is estimated.
    ///
    /// # Errors
    /// [`Trouble`].
    fn estimate(&self, census: &review::Census) -> Result<Option<Figures>, Trouble>;
}

/// Findings in the two shapes in which a version is stored.
#[derive(Clone, Debug)]
pub struct Computed {
    /// Suppressed, as a report shows them.
    pub shown: Figures,
    /// For eyes inside the study.
    pub internal: Option<Figures>,
}

#[cfg(test)]
mod tests {
    use super::direction_of;

    #[test]
    fn the_first_letter_of_the_text_itself_decides() {
        let table = [
            ("", "ltr"),
            ("bread", "ltr"),
            ("خبز", "rtl"),
            ("@baker خبز", "rtl"),
            ("https://example.org/x شاي", "rtl"),
            ("4 خبز", "rtl"),
            ("tea شاي", "ltr"),
            ("תה", "rtl"),
            ("چای", "rtl"),
            ("ﺷﺎﻱ", "rtl"),
        ];
        for (text, direction) in table {
            assert_eq!(direction_of(text), direction, "{text}");
        }
    }
}
