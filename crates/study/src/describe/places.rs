//! Self-declared places, and where located posts were sent from.

use super::accounts::{Accounts, yes_or_no};
use super::gather::{Gathered, Row, Tally};
use super::home::{Ground, Home};
use super::table::{Base, Entry, Order, WITHHELD, denominator, method, public_total, share_columns, shares, wilson};
use super::{Scope, ranks, table};
use crate::suppress::{Counting, Shown};
use record::{Chart, Column, Finding, Kind, Text, Value, text};
use std::collections::BTreeMap;

/// Posts of an account that are looked at for places and the recent rate.
pub(crate) const LAST: usize = 200;

/// The last [`LAST`] of an author's posts that have a time.
pub(crate) fn last(posts: &[Row]) -> &[Row] {
    let timed = posts.get(posts.partition_point(|post| post.minute == Row::TIMELESS)..).unwrap_or_default();
    timed.get(timed.len().saturating_sub(LAST)..).unwrap_or_default()
}

/// Accounts by the country of their self-declared place.
pub(crate) fn countries(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts, homes: &[Home]) -> Finding {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut unclear, mut silent) = (0, 0);
    for home in gathered.inside(homes) {
        match home.country() {
            Some(code) => *counts.entry(code).or_default() += 1,
            None if home.ground == Ground::Unclear => unclear += 1,
            None => silent += 1,
        }
    }
    let unknown = Text::code("unknown", text!("stated, but no known place"));
    let none = Text::code("none", text!("nothing stated"));
    let placed: u64 = counts.values().sum();
    let is_told = placed < scope.min_cell;
    let countries: Vec<Entry> = counts.into_iter().map(|(code, n)| Entry { is_told, ..Entry::open(Text::country(code), n, 0) }).collect();
    // Few with a country, or without one, are told by the next table's denominator. In the second case not even
    // the labels of suppressed rows may tell of which sort they are.
    let is_rest_small = public_total(scope, placed, accounts.all) != placed;
    let others: Vec<Entry> = [(&unknown, unclear), (&none, silent)]
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(label, n)| Entry { is_open: is_rest_small, is_told: is_rest_small, ..Entry::new(label, n, 0) })
        .collect();
    let mut body =
        shares(scope, decided(scope, countries, others, is_rest_small, accounts.all), whole(accounts.all, accounts.all), Order::Size);
    let is_country = |label: &Value| ![&unknown, &none, &WITHHELD].into_iter().any(|ours| *label == Value::from(ours));
    ranks::add(scope, &mut body.rows, accounts.all, is_country);
    let mut columns = share_columns(Column::new("country", text!("Self-declared place"), Kind::Label), false);
    columns.extend(ranks::columns());
    Finding {
        id: "account_places".into(),
        section: "accounts".into(),
        title: text!("Accounts by self-declared place"),
        note: text!(
            "The country that an account itself states in its profile, or from which most of its located posts were sent, or whose time zone it set. It is \
             what is said, not where anybody is or comes from, and many state nothing. The ranks are those that differences which hold together leave open."
        ),
        unit: text!("accounts"),
        denominator: denominator(scope, accounts.all, text!("accounts observed")),
        window: scope.window_of(&["accounts", "posts", "sightings"]),
        method: method(
            scope,
            "place",
            text!(
                "latest profile that states something; most located posts where it names no country; the time zone last; rank sets among the countries shown"
            ),
        ),
        columns,
        rows: body.rows,
        suppressed: body.suppressed,
        chart: Chart::Map { country: "country".into(), value: "share".into() },
    }
}

fn whole(accounts: u64, of_accounts: u64) -> Base {
    Base { accounts, of_accounts, of_posts: None, left_out: (0, 0), counting: Counting::Partition }
}

/// Countries and the rest, suppressed under the totals of both where the next table tells how many accounts have a country.
fn decided(scope: &Scope<'_>, countries: Vec<Entry>, others: Vec<Entry>, is_rest_small: bool, all: u64) -> Vec<Entry> {
    if is_rest_small {
        return countries.into_iter().chain(others).collect();
    }
    let mut entries = Vec::new();
    for mut part in [countries, others] {
        let total = part.iter().map(|entry| entry.accounts).sum();
        match table::decide(scope, &part, &whole(total, all)) {
            Shown::Cells(hidden) => part.iter_mut().zip(hidden).for_each(|(entry, is_hidden)| entry.is_forced |= is_hidden),
            Shown::Nothing => part.iter_mut().for_each(|entry| entry.is_forced = true),
        }
        entries.extend(part);
    }
    entries
}

/// What self-declared places rest on.
pub(crate) fn grounds(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts, homes: &[Home]) -> Finding {
    let words = [
        (Ground::Profile, text!("the profile")),
        (Ground::Both, text!("the profile, and located posts agree")),
        (Ground::Posts, text!("located posts alone")),
        (Ground::Zone, text!("the time zone alone")),
    ];
    let count = |ground: Ground| gathered.inside(homes).filter(|home| home.ground == ground).count() as u64;
    let entries: Vec<Entry> = words.iter().map(|(ground, label)| Entry::new(label, count(*ground), 0)).collect();
    let placed: u64 = entries.iter().map(|entry| entry.accounts).sum();
    let shown = public_total(scope, placed, accounts.all);
    let base = Base {
        accounts: shown,
        of_accounts: shown,
        of_posts: None,
        left_out: (shown - placed, shown - placed),
        counting: Counting::Partition,
    };
    let of = if shown == placed { text!("accounts with a self-declared country") } else { text!("accounts observed") };
    let body = if placed == 0 { Default::default() } else { shares(scope, entries, base, Order::Given) };
    Finding {
        id: "account_place_evidence".into(),
        section: "accounts".into(),
        title: text!("What self-declared places rest on"),
        note: text!("A time zone is shared by many countries and weak evidence; what a profile names is what its owner chose to write."),
        unit: text!("accounts"),
        denominator: denominator(scope, if placed == 0 { 0 } else { shown }, of),
        window: scope.window_of(&["accounts", "posts"]),
        method: method(scope, "place", text!("the strongest evidence for the country in the table of self-declared places")),
        columns: share_columns(Column::new("evidence", text!("Evidence"), Kind::Label), false),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: Chart::None,
    }
}

/// Accounts with a located post among their last, and the countries that those were sent from.
pub(crate) fn located(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts) -> [Finding; 2] {
    let mut countries: BTreeMap<[u8; 2], Tally> = BTreeMap::new();
    let mut all = 0;
    for (account, posts) in gathered.by_author() {
        let mut is_located = false;
        for post in last(posts).iter().filter(|post| post.place != Row::NOWHERE) {
            is_located = true;
            countries.entry(post.place).or_default().add(account);
        }
        all += u64::from(is_located);
    }
    let authors = accounts.public_authors(scope);
    let (row, suppressed) = yes_or_no(scope, text!("with a located post among their last 200"), all, authors);
    let is_hidden = suppressed > 0;
    let share = Finding {
        id: "account_located".into(),
        section: "accounts".into(),
        title: text!("Accounts with located posts"),
        note: text!(
            "A post is located when it carries a place or coordinates. Few accounts allow it, and those that do are not like the others."
        ),
        unit: text!("accounts"),
        denominator: denominator(scope, authors, text!("accounts with a post")),
        window: scope.window("posts"),
        method: wilson(scope, text!("distinct accounts with at least one located post among their last 200 posts with a time")),
        columns: share_columns(Column::new("what", text!("Accounts"), Kind::Label), false),
        rows: if authors == 0 { Vec::new() } else { vec![row] },
        suppressed: if authors == 0 { 0 } else { suppressed },
        chart: Chart::None,
    };
    [share, sent_from(scope, accounts, countries, all, is_hidden)]
}

fn sent_from(scope: &Scope<'_>, accounts: &Accounts, countries: BTreeMap<[u8; 2], Tally>, all: u64, is_hidden: bool) -> Finding {
    let label = |code: [u8; 2]| match std::str::from_utf8(&code) {
        Ok(code) if code.bytes().all(|letter| letter.is_ascii_uppercase()) => Text::country(code),
        _ => Text::code("unknown", text!("a place whose country is not told")),
    };
    let entries: Vec<Entry> = countries.iter().map(|(code, tally)| Entry::open(label(*code), tally.accounts, tally.posts)).collect();
    let shown = accounts.public_part_of_authors(scope, all);
    let posts = countries.values().map(|tally| tally.posts).sum();
    let base = Base { accounts: all, of_accounts: shown, of_posts: Some(posts), left_out: (0, 0), counting: Counting::Overlapping };
    let body = match (all, is_hidden) {
        (0, _) => Default::default(),
        // The number of accounts with located posts is not public, so nothing under it may be.
        (_, true) => super::table::Body { rows: Vec::new(), suppressed: 1 },
        (_, false) => shares(scope, entries, base, Order::Size),
    };
    let of = if shown == all { text!("accounts with a located post among their last 200") } else { text!("accounts with a post") };
    Finding {
        id: "located_posts".into(),
        section: "accounts".into(),
        title: text!("Where located posts were sent from"),
        note: text!(
            "Places that posts carry, which may be where somebody was, or what was written about. An account counts in every country that it posted from."
        ),
        unit: text!("accounts"),
        denominator: denominator(scope, if is_hidden { 0 } else { shown }, of),
        window: scope.window("posts"),
        method: wilson(scope, text!("country of the place object of located posts among each account's last 200 posts with a time")),
        columns: share_columns(Column::new("country", text!("Country"), Kind::Label), true),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: Chart::Map { country: "country".into(), value: "share".into() },
    }
}
