//! How good the collection is: the data-quality page.

use super::Scope;
use super::accounts::{Accounts, yes_or_no};
use super::gather::{Gathered, NONE, Row, Tally};
use super::keys::NOBODY;
use super::query;
use super::sources::{Series, Source};
use super::table::{Base, Entry, count, decide, denominator, ratio, share_columns, wilson};
use crate::Error;
use crate::suppress::{Counting, Shown};
use crate::words::word;
use hashbrown::{HashMap, HashSet};
use record::{Chart, Column, Denominator, Finding, Instant, Kind, PostKind, Text, Value, text};
use std::collections::{BTreeMap, BTreeSet};

/// `shown` are the findings so far: what they suppress stays suppressed.
pub(crate) fn findings(
    scope: &Scope<'_>,
    gathered: &Gathered,
    sources: &[Source],
    accounts: &Accounts,
    shown: &[Finding],
) -> Result<Vec<Finding>, Error> {
    Ok(vec![
        gaps(scope, gathered, sources),
        post_quality(scope, gathered, shown),
        account_quality(scope, gathered, accounts),
        duplicates(scope, sources)?,
        rejects(scope)?,
        unrepresented(sources),
        limits(sources),
    ])
}

/// The days of one series.
#[derive(Default)]
struct Days {
    first: Option<Instant>,
    last: Option<Instant>,
    covered: u64,
    longest_gap: i64,
}

impl Days {
    /// Takes the next day; they come in order.
    fn add(&mut self, day: Instant) {
        if let Some(last) = self.last {
            self.longest_gap = self.longest_gap.max(day.day() - last.day() - 1);
        }
        self.first.get_or_insert(day);
        self.last = Some(day);
        self.covered += 1;
    }

    fn span(&self) -> u64 {
        match (self.first, self.last) {
            (Some(first), Some(last)) => (last.day() - first.day() + 1).max(0) as u64,
            _ => 0,
        }
    }
}

/// Posts and accounts of every series, and the days with a post that no other post of the lake passes on or quotes: most of those came inside
/// it, and their days say nothing about the collection.
fn collected(gathered: &Gathered, series: &Series) -> BTreeMap<i64, (Tally, BTreeSet<i32>)> {
    let mut collected: HashMap<u32, (Tally, HashSet<i32>)> = HashMap::new();
    // By series at last: a few sources share one, so an account is counted by series from the start.
    let mut numbers: HashMap<u32, u32> = HashMap::new();
    for post in &gathered.posts {
        let number = *numbers.entry(post.source).or_insert_with(|| series.of(post.source) as u32);
        let (tally, days) = collected.entry(number).or_default();
        tally.add(post.account);
        if let Some(day) = post.day().filter(|_| !post.is_inside()) {
            days.insert(day);
        }
    }
    collected.into_iter().map(|(number, (tally, days))| (i64::from(number as i32), (tally, days.into_iter().collect()))).collect()
}

fn gaps(scope: &Scope<'_>, gathered: &Gathered, sources: &[Source]) -> Finding {
    let series = Series::new(sources, &BTreeSet::new());
    let mut accounts: BTreeMap<Text, u64> = BTreeMap::new();
    let mut days: BTreeMap<Text, Days> = BTreeMap::new();
    for (number, (tally, collected)) in collected(gathered, &series) {
        accounts.insert(series.label(number), tally.accounts);
        for day in collected {
            days.entry(series.label(number)).or_default().add(Instant::from_micros(i64::from(day) * 86_400_000_000));
        }
    }
    let mut suppressed = 0;
    let mut rows = Vec::new();
    for (label, days) in &days {
        // The days of a source about a few accounts are those accounts' days.
        if accounts.get(label).is_none_or(|accounts| *accounts < scope.min_cell) {
            suppressed += 1;
            rows.push([vec![Value::from(label)], vec![Value::Null; 5]].concat());
            continue;
        }
        rows.push(vec![
            Value::from(label),
            Value::from(days.first),
            Value::from(days.last),
            Value::from(days.span()),
            Value::from(days.span().saturating_sub(days.covered)),
            Value::from(days.longest_gap),
        ]);
    }
    Finding {
        id: "gaps".into(),
        section: "quality".into(),
        title: text!("Gaps in collection"),
        note: text!(
            "Days without a post between a source's first and last. Posts that another post in the lake passes on or quotes are left out, because most came \
               inside it and their days say nothing about the collection. A gap may be a failure of the collection or true silence."
        ),
        unit: text!("days"),
        denominator: Denominator { n: days.len() as u64, of: text!("sources (or groups of sources) with posts of their own") },
        window: scope.window("posts"),
        method: count(text!("UTC days from first to last post per source, less days with at least one post")),
        columns: vec![
            Column::new("source", text!("Source"), Kind::Label),
            Column::new("first_day", text!("First day"), Kind::Time),
            Column::new("last_day", text!("Last day"), Kind::Time),
            Column::new("days", text!("Days"), Kind::Count),
            Column::new("days_without", text!("Days without posts"), Kind::Count),
            Column::new("longest_gap", text!("Longest gap (days)"), Kind::Count),
        ],
        rows,
        suppressed,
        chart: Chart::None,
    }
}

/// The qualities of posts, in the order of the tests in [`post_quality`].
const QUALITIES: [Text; 6] = [
    text!("bare reposts"),
    text!("without an author"),
    text!("without a client"),
    text!("without text"),
    text!("with only the beginning of their text"),
    text!("without a time"),
];

/// The place of bare reposts among them.
const BARE_REPOSTS: usize = 0;
/// The place of posts without an author.
const NO_AUTHOR: usize = 1;

/// Posts with a quality, accounts with such posts, accounts with other posts.
struct Quality {
    words: Text,
    posts: u64,
    accounts: u64,
    other_accounts: u64,
}

/// Whether the table of kinds of posts suppresses bare reposts: their number stands here again.
fn hides_reposts(shown: &[Finding]) -> bool {
    let kinds = shown.iter().find(|finding| finding.id == "post_kinds");
    kinds.is_some_and(|kinds| {
        let reposts = kinds.rows.iter().find(|row| row.first() == Some(&Value::from(word(PostKind::Repost.name()))));
        reposts.map_or(kinds.suppressed > 0, |row| row.get(1).is_none_or(Value::is_null))
    })
}

fn post_quality(scope: &Scope<'_>, gathered: &Gathered, shown: &[Finding]) -> Finding {
    let all = gathered.posts.len() as u64;
    let authors = gathered.tally(1, |_| 0).first().map_or(0, |tally| tally.accounts);
    let has: [fn(&Row) -> bool; 6] = [
        |post| post.kind() == PostKind::Repost,
        |post| post.account == NOBODY,
        |post| post.client == NONE,
        |post| u32::from(post.lang) == NONE,
        Row::is_truncated,
        |post| post.day().is_none(),
    ];
    let qualities = QUALITIES.into_iter().zip(has).map(|(words, has)| {
        let tallies = gathered.tally(2, |post| usize::from(has(post)));
        let of = |place: usize| tallies.get(place).copied().unwrap_or_default();
        Quality { words, posts: of(1).posts, accounts: of(1).accounts, other_accounts: of(0).accounts }
    });
    let (mut rows, mut suppressed) = (Vec::new(), 0);
    for (at, Quality { words, posts, accounts, other_accounts }) in qualities.into_iter().enumerate() {
        // Posts without an author are nobody's, so their number alone decides.
        let accounts = if at == NO_AUTHOR { posts } else { accounts };
        let entries = [Entry::new(&words, accounts, posts), Entry::new("", other_accounts, all.saturating_sub(posts))];
        let base = Base {
            accounts: authors.max(accounts),
            of_accounts: 0,
            of_posts: Some(all),
            left_out: (0, 0),
            counting: Counting::Overlapping,
        };
        let is_hidden_elsewhere = at == BARE_REPOSTS && posts > 0 && hides_reposts(shown);
        let is_shown =
            !is_hidden_elsewhere && matches!(decide(scope, &entries, &base), Shown::Cells(hidden) if hidden.first() == Some(&false));
        let posts = is_shown.then_some(posts);
        suppressed += u64::from(!is_shown);
        rows.push(vec![Value::from(words), Value::from(posts), ratio(posts, all)]);
    }
    Finding {
        id: "post_quality".into(),
        section: "quality".into(),
        title: text!("What is missing from posts"),
        note: text!(
            "Bare reposts pass on another post unchanged and say nothing in their sender's own words. What a source does not give is missing, not absent: \
               no client means that the source does not name it."
        ),
        unit: text!("posts"),
        denominator: denominator(scope, all, text!("posts in the lake, each counted once")),
        window: scope.window("posts"),
        method: count(text!("rows of `posts` with the quality; posts of one account are not independent, so there is no interval")),
        columns: vec![
            Column::new("quality", text!("Posts"), Kind::Label),
            Column::new("posts", text!("Number"), Kind::Count),
            Column::new("share", text!("Share of posts"), Kind::Share),
        ],
        rows,
        suppressed,
        chart: Chart::Bars { label: "quality".into(), value: "share".into(), interval: None },
    }
}

fn account_quality(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts) -> Finding {
    let ambiguous = gathered.keys.ambiguous();
    let (known_by_handle, first) = yes_or_no(scope, text!("known by a handle alone"), accounts.by_handle, accounts.all);
    let (renamed, second) = yes_or_no(scope, text!("handles tied to more than one id"), ambiguous.min(accounts.all), accounts.all);
    // A handle is no account: its row has no share.
    let renamed = renamed.into_iter().enumerate().map(|(place, cell)| if place < 2 { cell } else { Value::Null }).collect();
    Finding {
        id: "account_quality".into(),
        section: "quality".into(),
        title: text!("How accounts are known"),
        note: text!(
            "A handle that the lake ties to exactly one id is that id's account; a handle tied to several (renamed or used again) is tied to none. An \
               account known by its handle alone may be counted twice if it changed its handle."
        ),
        unit: text!("accounts"),
        denominator: denominator(scope, accounts.all, text!("accounts observed")),
        window: scope.window_of(&["accounts", "posts", "sightings"]),
        method: wilson(scope, text!("accounts without an id after handles are resolved; handles that stand with more than one id")),
        columns: share_columns(Column::new("quality", text!("Accounts"), Kind::Label), false),
        rows: vec![known_by_handle, renamed],
        suppressed: first + second,
        chart: Chart::None,
    }
}

fn duplicates(scope: &Scope<'_>, sources: &[Source]) -> Result<Finding, Error> {
    let mut sealed: BTreeMap<String, u64> = BTreeMap::new();
    scope.lens.each(query::SEALED, &[], |row| {
        sealed.insert(row.word(0)?.to_owned(), row.count(1)?);
        Ok(())
    })?;
    let given = |of: fn(&Source) -> u64| sources.iter().map(of).sum::<u64>();
    let kinds: [(Text, &str, u64); 4] = [
        (text!("profiles"), "accounts", given(|source| source.accounts)),
        (text!("posts"), "posts", given(|source| source.posts)),
        (text!("follows"), "follows", given(|source| source.edges)),
        (text!("sightings"), "sightings", given(|source| source.sightings)),
    ];
    let rows = kinds
        .into_iter()
        .map(|(what, name, given)| {
            let kept = sealed.get(name).copied().unwrap_or(0);
            let repeated = given.saturating_sub(kept);
            vec![Value::from(what), Value::from(given), Value::from(kept), Value::from(repeated), ratio(Some(repeated), given)]
        })
        .collect();
    Ok(Finding {
        id: "duplicates".into(),
        section: "quality".into(),
        title: text!("Records given and kept"),
        note: text!("The same post in several files, or the same profile on several posts, is kept once; the difference is no loss."),
        unit: text!("records"),
        denominator: Denominator { n: sources.iter().map(Source::records).sum(), of: text!("records given by the sources") },
        window: None,
        method: count(text!(
            "records counted while reading each source, less rows in the lake; bookkeeping of whole tables, not suppressed"
        )),
        columns: vec![
            Column::new("records", text!("Records"), Kind::Label),
            Column::new("given", text!("Given"), Kind::Count),
            Column::new("kept", text!("Kept"), Kind::Count),
            Column::new("repeated", text!("Repeated"), Kind::Count),
            Column::new("share", text!("Share repeated"), Kind::Share),
        ],
        rows,
        suppressed: 0,
        chart: Chart::None,
    })
}

fn rejects(scope: &Scope<'_>) -> Result<Finding, Error> {
    let mut rows = Vec::new();
    let mut all = 0;
    scope.lens.each(query::REJECTS, &[], |row| {
        all += row.count(1)?;
        rows.push(vec![Value::from(word(row.word(0)?)), Value::from(row.count(1)?), Value::from(row.count(2)?)]);
        Ok(())
    })?;
    Ok(Finding {
        id: "rejects".into(),
        section: "quality".into(),
        title: text!("Rejects by reason"),
        note: text!(
            "Input records that could not be represented. Where each stands in its file is in the table `rejects`; their content stays in the file."
        ),
        unit: text!("rejects"),
        denominator: Denominator { n: all, of: text!("rejects") },
        window: None,
        method: count(text!("rows of `rejects` per reason; bookkeeping of files, not suppressed")),
        columns: vec![
            Column::new("reason", text!("Reason"), Kind::Label),
            Column::new("rejects", text!("Rejects"), Kind::Count),
            Column::new("sources", text!("Sources"), Kind::Count),
        ],
        rows,
        suppressed: 0,
        chart: Chart::Bars { label: "reason".into(), value: "rejects".into(), interval: None },
    })
}

fn unrepresented(sources: &[Source]) -> Finding {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for (kind, n) in sources.iter().flat_map(|source| &source.unrepresented_kinds) {
        *kinds.entry(kind.as_str()).or_default() += n;
    }
    let mut kinds: Vec<(&str, u64)> = kinds.into_iter().collect();
    kinds.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    Finding {
        id: "unrepresented".into(),
        section: "quality".into(),
        title: text!("Records of kinds without a table"),
        note: text!("Sound records of kinds that Marsad does not represent; they are neither rejects nor lost posts."),
        unit: text!("records"),
        denominator: Denominator { n: kinds.iter().map(|(_, n)| n).sum(), of: text!("records of kinds without a table") },
        window: None,
        method: count(text!("counted while reading each source; bookkeeping of files, not suppressed")),
        columns: vec![Column::new("kind", text!("Kind"), Kind::Label), Column::new("records", text!("Records"), Kind::Count)],
        rows: kinds.into_iter().map(|(kind, n)| vec![Value::from(kind), Value::from(n)]).collect(),
        suppressed: 0,
        chart: Chart::None,
    }
}

fn limits(sources: &[Source]) -> Finding {
    let figures = [
        (text!("records left out by the source itself (limit notices)"), sources.iter().map(|source| source.missed).sum()),
        (text!("sources with such notices"), sources.iter().filter(|source| source.missed > 0).count() as u64),
        (text!("sources that end early"), sources.iter().filter(|source| source.truncated).count() as u64),
        (text!("sources without a record"), sources.iter().filter(|source| source.records() == 0).count() as u64),
    ];
    Finding {
        id: "collection_limits".into(),
        section: "quality".into(),
        title: text!("What the sources say they lack"),
        note: text!("A stream that reports a limit has thrown away the most when most was said, so peaks are too low."),
        unit: text!("sources"),
        denominator: Denominator { n: sources.len() as u64, of: text!("sources") },
        window: None,
        method: count(text!("counted while reading each source; bookkeeping of files, not suppressed")),
        columns: vec![Column::new("what", text!("What"), Kind::Label), Column::new("n", text!("Number"), Kind::Count)],
        rows: figures.into_iter().map(|(what, n): (Text, u64)| vec![Value::from(what), Value::from(n)]).collect(),
        suppressed: 0,
        chart: Chart::None,
    }
}
