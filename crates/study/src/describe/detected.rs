//! Languages as they are detected in the texts.

use super::accounts::Accounts;
use super::gather::{Gathered, NONE};
use super::posts::{AS_OBSERVED, Line, base, entry, lines_of, of_records};
use super::table::{Base, Entry, Order, denominator, share_columns, shares, wilson};
use super::{Scope, ranks};
use crate::suppress::Counting;
use record::{Chart, Column, Finding, Kind, Text, Value, text};
use std::collections::BTreeMap;

/// Arabic in Latin letters, as BCP 47 calls it.
pub(crate) const ARABIZI: &str = "ar-Latn";

/// The language of a post as tables call it, by the number that [`number`] gives; none where there is no text.
pub(crate) fn tag(gathered: &Gathered, number: usize) -> Option<&str> {
    let lang = u32::try_from(number / 2).unwrap_or(NONE);
    let tag = gathered.langs.name(lang)?;
    Some(if number % 2 == 1 { ARABIZI } else { tag })
}

/// Two numbers a language: the second for Arabic in Latin letters.
pub(crate) fn number(post: &super::gather::Row) -> usize {
    usize::from(post.lang) * 2 + usize::from(post.is_arabizi())
}

/// How many numbers there are.
pub(crate) fn numbers(gathered: &Gathered) -> usize {
    gathered.langs.len() * 2
}

/// Posts by detected language, by posts and by accounts.
pub(crate) fn posts(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts) -> Finding {
    let tallies = gathered.tally(numbers(gathered), number);
    let (silent, lines): (Vec<Line>, Vec<Line>) =
        lines_of(tallies, |place| tag(gathered, place).map(str::to_owned)).into_iter().partition(|line| line.label.is_none());
    let with_text = gathered.tally(2, |post| usize::from(u32::from(post.lang) != NONE)).get(1).copied().unwrap_or_default();
    let mut base = base(&lines, accounts.public_part_of_authors(scope, with_text.accounts));
    // Posts without a text are public as the rest, so a small number of them must not be told by the difference.
    let rest = silent.first().filter(|line| line.accounts < scope.min_cell);
    let is_rest_small = rest.is_some();
    if let Some(rest) = rest {
        base.of_posts = Some(gathered.posts.len() as u64);
        base.left_out = (rest.accounts, rest.records);
    }
    let entries = lines.into_iter().map(|line| entry(line, |label| label == ::text::UND, |tag| Text::language(tag))).collect();
    let body = shares(scope, entries, base, Order::Size);
    let of = if is_rest_small { text!("posts in the lake, each counted once") } else { text!("posts with a text, each counted once") };
    Finding {
        id: "post_detected_languages".into(),
        section: "posts".into(),
        title: text!("Detected languages of posts"),
        note: Text::sentences([
            text!(
                "As Marsad's own model reads each text; `und` where it cannot tell, `ar-Latn` for Arabic in Latin letters. Very short and mixed texts are \
                 often `und`. A language is no nationality."
            ),
            AS_OBSERVED,
        ]),
        unit: text!("posts"),
        denominator: of_records(base.of_posts.unwrap_or(0), body.is_nothing(), of),
        window: scope.window("posts"),
        method: super::table::method(
            scope,
            "language",
            text!(
                "language with the highest probability, `und` below one half; posts and distinct authors per language; only shares of accounts have an interval"
            ),
        ),
        columns: share_columns(Column::new("language", text!("Detected language"), Kind::Label), true),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: Chart::Bars { label: "language".into(), value: "post_share".into(), interval: None },
    }
}

/// Accounts by the language that most of their posts are in.
pub(crate) fn accounts(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts) -> Finding {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    gathered.main_languages().into_iter().flatten().for_each(|lang| *counts.entry(lang).or_default() += 1);
    let told: u64 = counts.values().sum();
    let shown = accounts.public_part_of_authors(scope, told);
    let entries = counts.into_iter().map(|(lang, n)| Entry::open(Text::language(lang), n, 0)).collect();
    let rest = shown.saturating_sub(told);
    let base = Base { accounts: shown, of_accounts: shown, of_posts: None, left_out: (rest, rest), counting: Counting::Partition };
    let mut body = shares(scope, entries, base, Order::Size);
    ranks::add(scope, &mut body.rows, shown, |label| *label != Value::from(super::table::WITHHELD));
    let of = if shown == told { text!("accounts with a post whose language is told") } else { text!("accounts with a post") };
    let mut columns = share_columns(Column::new("language", text!("Detected language"), Kind::Label), false);
    columns.extend(ranks::columns());
    Finding {
        id: "account_detected_languages".into(),
        section: "accounts".into(),
        title: text!("Accounts by detected language"),
        note: text!(
            "The language that most of an account's posts are in, reposts included, so that each account counts once however much it posts. It is no \
             nationality. The ranks are those that differences which hold together leave open."
        ),
        unit: text!("accounts"),
        denominator: denominator(scope, shown, of),
        window: scope.window("posts"),
        method: wilson(
            scope,
            text!(
                "language of most posts whose language is told, the first by code among equals; rank sets from differences that hold together"
            ),
        ),
        columns,
        rows: body.rows,
        suppressed: body.suppressed,
        chart: Chart::Bars { label: "language".into(), value: "share".into(), interval: Some(("low".into(), "high".into())) },
    }
}
