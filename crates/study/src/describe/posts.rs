//! Posts, ties and sightings by kind.

use super::Scope;
use super::accounts::Accounts;
use super::gather::{Gathered, Row, Tally};
use super::query::{self, Query};
use super::table::{Base, Entry, Order, count, share_columns, shares, wilson};
use crate::Error;
use crate::suppress::Counting;
use crate::words::word;
use record::{Chart, Column, Denominator, Finding, Kind, PostKind, Status, Text, Value, text};

pub(super) const AS_OBSERVED: Text = text!(
    "Authors are as observed: posts that came inside others, as originals of reposts and quotes do, count under their own authors, \
                           and cannot be told from posts collected directly."
);

pub(crate) fn findings(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts) -> Result<Vec<Finding>, Error> {
    let mut findings =
        vec![kinds(scope, gathered, accounts), languages(scope, gathered, accounts), super::detected::posts(scope, gathered, accounts)];
    if !scope.is_part {
        findings.extend([edges(scope)?, sightings(scope)?, mentions(scope)?]);
    }
    Ok(findings)
}

/// A label with distinct accounts and a number of records that adds up.
pub(super) struct Line {
    pub(super) label: Option<String>,
    pub(super) accounts: u64,
    pub(super) records: u64,
}

fn lines(scope: &Scope<'_>, query: Query) -> Result<Vec<Line>, Error> {
    let mut lines = Vec::new();
    scope.lens.each(query, &[], |row| {
        lines.push(Line { label: row.text(0)?.map(str::to_owned), accounts: row.count(1)?, records: row.count(2)? });
        Ok(())
    })?;
    Ok(lines)
}

/// Tallies that count anything, by the label of their place.
pub(super) fn lines_of(tallies: Vec<Tally>, label: impl Fn(usize) -> Option<String>) -> Vec<Line> {
    let lines = tallies.into_iter().enumerate().filter(|(_, tally)| tally.posts > 0);
    lines.map(|(place, tally)| Line { label: label(place), accounts: tally.accounts, records: tally.posts }).collect()
}

/// The base of a table over records whose authors may be in several rows. The distinct accounts of the whole are at least those of the
/// largest row; that lower bound is all that the rule of suppression needs.
pub(super) fn base(lines: &[Line], of_accounts: u64) -> Base {
    Base {
        accounts: lines.iter().map(|line| line.accounts).max().unwrap_or(0),
        of_accounts,
        of_posts: Some(lines.iter().map(|line| line.records).sum()),
        left_out: (0, 0),
        counting: Counting::Overlapping,
    }
}

fn bars(label: &str) -> Chart {
    Chart::Bars { label: label.into(), value: "post_share".into(), interval: None }
}

fn kinds(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts) -> Finding {
    let kinds = [PostKind::Original, PostKind::Quote, PostKind::Reply, PostKind::Repost];
    let place = |post: &Row| kinds.iter().position(|kind| *kind == post.kind()).unwrap_or(0);
    let lines = lines_of(gathered.tally(kinds.len(), place), |place| kinds.get(place).map(|kind| kind.name().to_owned()));
    let base = base(&lines, accounts.public_authors(scope));
    let entries = lines.into_iter().map(|line| entry(line, |_| true, word)).collect();
    let body = shares(scope, entries, base, Order::Size);
    let denominator = of_records(base.of_posts.unwrap_or(0), body.is_nothing(), text!("posts in the lake, each counted once"));
    Finding {
        id: "post_kinds".into(),
        section: "posts".into(),
        title: text!("Kinds of posts"),
        note: Text::sentences([
            text!("A bare repost passes on another post unchanged; a post that both replies and quotes is a reply."),
            AS_OBSERVED,
        ]),
        unit: text!("posts"),
        denominator,
        window: scope.window("posts"),
        method: wilson(
            scope,
            text!(
                "posts and distinct authors per kind; shares of accounts are of all accounts with a post, and only they have an interval"
            ),
        ),
        columns: share_columns(Column::new("kind", text!("Kind"), Kind::Label), true),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: bars("kind"),
    }
}

fn languages(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts) -> Finding {
    let tallies = gathered.tally(gathered.labels.len(), |post| usize::from(post.label));
    let lines = lines_of(tallies, |place| gathered.labels.name(place as u32).map(str::to_owned));
    let base = base(&lines, accounts.public_authors(scope));
    let entries = lines.into_iter().map(|line| entry(line, |label| label == "und", |tag| Text::language(tag))).collect();
    let body = shares(scope, entries, base, Order::Size);
    let denominator = of_records(base.of_posts.unwrap_or(0), body.is_nothing(), text!("posts in the lake, each counted once"));
    Finding {
        id: "post_languages".into(),
        section: "posts".into(),
        title: text!("Languages of posts"),
        note: Text::sentences([
            text!(
                "As the platform labelled them (`und` where it could not tell); dialects and mixed or very short posts are often labelled wrongly, and \
             labels are the platform's own judgement."
            ),
            AS_OBSERVED,
        ]),
        unit: text!("posts"),
        denominator,
        window: scope.window("posts"),
        method: wilson(
            scope,
            text!("posts and distinct authors per language label, in lower case; only shares of accounts have an interval"),
        ),
        columns: share_columns(Column::new("language", text!("Language label"), Kind::Label), true),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: bars("language"),
    }
}

/// The number of records as a denominator; not shown where the whole table is about too few accounts.
pub(super) fn of_records(n: u64, is_hidden: bool, of: Text) -> Denominator {
    if is_hidden {
        return Denominator { n: 0, of: text!("{of}: of too few accounts, not shown", of = of) };
    }
    Denominator { n, of }
}

/// An entry whose label is open unless it is one of ours.
pub(super) fn entry(line: Line, is_ours: impl Fn(&str) -> bool, words: impl Fn(&str) -> Text) -> Entry {
    match line.label {
        None => Entry::new(text!("(not known)"), line.accounts, line.records),
        Some(label) if is_ours(&label) => Entry::new(words(&label), line.accounts, line.records),
        Some(label) => Entry::open(words(&label), line.accounts, line.records),
    }
}

/// Counts of records and of the accounts behind them, by fixed words.
fn by_word(scope: &Scope<'_>, lines: Vec<Line>) -> (Vec<Vec<Value>>, u64, u64) {
    let base = base(&lines, 0);
    let records = base.of_posts.unwrap_or(0);
    let entries = lines.into_iter().map(|line| entry(line, |_| true, word)).collect();
    let body = shares(scope, entries, base, Order::Size);
    // label, accounts, share, low, high, records, share of records → label, records, share of records, accounts
    let rows = body.rows.into_iter().map(|row| [0, 5, 6, 1].iter().filter_map(|place| row.get(*place).cloned()).collect()).collect();
    (rows, body.suppressed, records)
}

fn edges(scope: &Scope<'_>) -> Result<Finding, Error> {
    let (rows, suppressed, edges) = by_word(scope, lines(scope, query::EDGES)?);
    Ok(Finding {
        id: "edges".into(),
        section: "posts".into(),
        title: text!("Ties between accounts"),
        note: text!(
            "Follows come from lists of follows, the other kinds from posts; a repost gives one tie, to the author of the post passed on. \
               The accounts are those that acted, not those acted upon."
        ),
        unit: text!("ties"),
        denominator: of_records(edges, rows.is_empty() && suppressed > 0, text!("ties in the lake, each counted once")),
        window: scope.window("edges"),
        method: count(text!("rows of `edges` and distinct acting accounts per kind")),
        columns: vec![
            Column::new("kind", text!("Kind"), Kind::Label),
            Column::new("edges", text!("Ties"), Kind::Count),
            Column::new("share", text!("Share of ties"), Kind::Share),
            Column::new("accounts", text!("Acting accounts"), Kind::Count),
        ],
        rows,
        suppressed,
        chart: Chart::Bars { label: "kind".into(), value: "edges".into(), interval: None },
    })
}

fn sightings(scope: &Scope<'_>) -> Result<Finding, Error> {
    let mut lines = lines(scope, query::SIGHTINGS)?;
    // A status that is none of ours would be a label from the data.
    lines.retain(|line| line.label.as_deref().is_some_and(|label| Status::ALL.iter().any(|status| status.name() == label)));
    let (rows, suppressed, sightings) = by_word(scope, lines);
    Ok(Finding {
        id: "sightings".into(),
        section: "posts".into(),
        title: text!("Sightings by status"),
        note: text!(
            "What sources saw of accounts at single instants. An account seen several times counts in every status that it had, so this is no rate of \
               suspension: that needs each account's first and last sighting."
        ),
        unit: text!("sightings"),
        denominator: of_records(sightings, rows.is_empty() && suppressed > 0, text!("sightings in the lake, each counted once")),
        window: scope.window("sightings"),
        method: count(text!("rows of `sightings` and distinct accounts per status")),
        columns: vec![
            Column::new("status", text!("Status"), Kind::Label),
            Column::new("sightings", text!("Sightings"), Kind::Count),
            Column::new("share", text!("Share of sightings"), Kind::Share),
            Column::new("accounts", text!("Accounts"), Kind::Count),
        ],
        rows,
        suppressed,
        chart: Chart::Bars { label: "status".into(), value: "sightings".into(), interval: None },
    })
}

/// How much is mentioned, never who.
fn mentions(scope: &Scope<'_>) -> Result<Finding, Error> {
    let mut cells = [0; 4];
    scope.lens.each(query::MENTIONS, &[], |row| {
        for (place, cell) in cells.iter_mut().enumerate() {
            *cell = row.count(place)?;
        }
        Ok(())
    })?;
    let [mentions, posts, accounts, mentioned] = cells;
    // Both the accounts that mention and those that are mentioned must be many.
    let is_hidden = mentions > 0 && (accounts < scope.min_cell || mentioned < scope.min_cell);
    let figures = [
        (text!("mentions"), mentions),
        (text!("posts with a mention"), posts),
        (text!("accounts that mention"), accounts),
        (text!("accounts mentioned"), mentioned),
    ];
    let rows = figures.into_iter().map(|(what, n)| vec![Value::from(what), if is_hidden { Value::Null } else { Value::from(n) }]).collect();
    Ok(Finding {
        id: "mentions".into(),
        section: "posts".into(),
        title: text!("Mentions"),
        note: text!("How often posts name accounts. Who is named is never listed: being named is not one's own doing."),
        unit: text!("mentions"),
        denominator: of_records(mentions, is_hidden, text!("mentions in posts, those repeated by reposts included")),
        window: scope.window("posts"),
        method: count(text!("rows of `post_objects` of kind `mention`, with distinct posts, authors and handles named")),
        columns: vec![Column::new("what", text!("What"), Kind::Label), Column::new("n", text!("Number"), Kind::Count)],
        rows,
        suppressed: if is_hidden { 4 } else { 0 },
        chart: Chart::None,
    })
}
