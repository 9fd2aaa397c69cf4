//! Posts over time by language and by country.

use super::Scope;
use super::detected;
use super::gather::{Gathered, Row, Tally};
use super::home::Home;
use super::table::{denominator, method, ratio};
use crate::suppress::{Cell, Counting, Crossed, suppress_crossed};
use hashbrown::HashMap;
use record::{Chart, Column, Finding, Instant, Kind, Method, Text, Value, text};
use std::collections::BTreeSet;

/// Lines of their own; the others are taken together.
const MOST_LINES: usize = 8;
/// Days that are shown as such; a longer time is shown by months.
const MOST_DAYS: usize = 100;

/// What a time line is about.
struct Subject<'a> {
    id: &'static str,
    title: Text,
    note: Text,
    rule: Method,
    /// The column of its lines.
    column: (&'static str, Text),
    /// The labels that a post may have, by number.
    labels: Vec<Option<Text>>,
    /// The number of a post's label.
    number: &'a dyn Fn(&Row) -> usize,
}

/// Posts by day or month and detected language.
pub(crate) fn by_language(scope: &Scope<'_>, gathered: &Gathered) -> Finding {
    let subject = Subject {
        id: "language_timeline",
        title: text!("Detected languages over time"),
        note: text!(
            "Posts by the day or month in which they were posted, in UTC, and detected language. The languages of most accounts have a line each, the \
             others share one."
        ),
        rule: method(
            scope,
            "language",
            text!("posts with a text and a time per UTC day or month and detected language, with distinct authors"),
        ),
        column: ("language", text!("Detected language")),
        labels: (0..detected::numbers(gathered)).map(|number| detected::tag(gathered, number).map(Text::language)).collect(),
        number: &detected::number,
    };
    timeline(scope, gathered, subject)
}

/// Posts by day or month and the self-declared country of their authors.
pub(crate) fn by_country(scope: &Scope<'_>, gathered: &Gathered, homes: &[Home]) -> Finding {
    let codes: BTreeSet<Option<&str>> = homes.iter().map(Home::country).collect();
    let places: HashMap<Option<&str>, usize> = codes.iter().enumerate().map(|(place, code)| (*code, place)).collect();
    let numbers: Vec<usize> = homes.iter().map(|home| places.get(&home.country()).copied().unwrap_or(usize::MAX)).collect();
    let unknown = || Text::code("unknown", text!("no known place"));
    let subject = Subject {
        id: "place_timeline",
        title: text!("Self-declared places over time"),
        note: text!(
            "Posts by the day or month in which they were posted, in UTC, and the self-declared place of their authors. The countries of most accounts have \
             a line each, the others share one."
        ),
        rule: method(
            scope,
            "place",
            text!("posts with an author and a time per UTC day or month and self-declared country, with distinct authors"),
        ),
        column: ("country", text!("Self-declared place")),
        labels: codes.iter().map(|code| Some(code.map_or_else(unknown, Text::country))).collect(),
        number: &|post| numbers.get(post.account as usize).copied().unwrap_or(usize::MAX),
    };
    timeline(scope, gathered, subject)
}

/// The first instant of a day or its month.
fn period(day: i32, is_month: bool) -> Instant {
    let at = Instant::from_micros(i64::from(day) * 86_400_000_000);
    if is_month { super::accounts::month_start(at) } else { at }
}

fn timeline(scope: &Scope<'_>, gathered: &Gathered, subject: Subject<'_>) -> Finding {
    let days: BTreeSet<i32> = gathered.days();
    let is_month = days.len() > MOST_DAYS;
    let times: BTreeSet<Instant> = days.iter().map(|day| period(*day, is_month)).collect();
    let order: HashMap<Instant, usize> = times.iter().enumerate().map(|(place, time)| (*time, place)).collect();
    let periods: HashMap<i32, usize> = days.into_iter().filter_map(|day| Some((day, *order.get(&period(day, is_month))?))).collect();
    let (lines, place) = lines(scope, gathered, &subject);
    let mut rows = vec![(Tally::default(), vec![Tally::default(); lines.len()]); times.len()];
    let mut columns = vec![Tally::default(); lines.len()];
    let mut authors = Tally::default();
    for post in &gathered.posts {
        let Some((whole, cells)) = post.day().and_then(|day| rows.get_mut(*periods.get(&day)?)) else { continue };
        let Some(at) = place.get((subject.number)(post)).copied().flatten() else { continue };
        let (Some(cell), Some(column)) = (cells.get_mut(at), columns.get_mut(at)) else { continue };
        [whole, cell, column, &mut authors].into_iter().for_each(|tally| tally.add(post.account));
    }
    let crossed = Crossed {
        cells: rows.iter().map(|(_, cells)| cells.iter().map(|cell| Cell::of_posts(cell.accounts, cell.posts)).collect()).collect(),
        rows: rows.iter().map(|(whole, _)| whole.accounts).collect(),
        columns: columns.iter().map(|column| column.accounts).collect(),
    };
    let hidden = suppress_crossed(&crossed, Counting::Overlapping, scope.min_cell);
    let (mut body, mut suppressed) = (Vec::new(), 0);
    for ((at, (whole, cells)), hidden) in times.iter().zip(&rows).zip(&hidden) {
        for ((cell, label), is_hidden) in cells.iter().zip(&lines).zip(hidden) {
            suppressed += u64::from(*is_hidden);
            let shown = |n: u64| (!is_hidden).then_some(n);
            body.push(vec![
                Value::from(*at),
                Value::from(label),
                Value::from(shown(cell.posts)),
                if cells_shown(hidden) { ratio(shown(cell.posts), whole.posts) } else { Value::Null },
                Value::from(shown(cell.accounts)),
            ]);
        }
    }
    Finding {
        id: subject.id.into(),
        section: "posts".into(),
        title: subject.title,
        note: subject.note,
        unit: text!("posts"),
        denominator: denominator(scope, authors.accounts, text!("accounts with such a post")),
        window: scope.window("posts"),
        method: subject.rule,
        columns: vec![
            Column::new("time", if is_month { text!("Month") } else { text!("Day") }, Kind::Time),
            Column::new(subject.column.0, subject.column.1, Kind::Label),
            Column::new("posts", text!("Posts"), Kind::Count),
            Column::new("share", text!("Share of the time's posts"), Kind::Share),
            Column::new("accounts", text!("Accounts"), Kind::Count),
        ],
        rows: body,
        suppressed,
        chart: Chart::Timeline { time: "time".into(), value: "posts".into(), series: Some(subject.column.0.into()) },
    }
}

/// Whether anything of a row is shown; of one that is hidden whole not even the total is.
fn cells_shown(hidden: &[bool]) -> bool {
    hidden.iter().any(|hidden| !hidden)
}

/// The lines of a time line, those of most accounts first, and the line of every label's number. A line of too few accounts has no name of its own.
fn lines(scope: &Scope<'_>, gathered: &Gathered, subject: &Subject<'_>) -> (Vec<Text>, Vec<Option<usize>>) {
    let mut sizes = vec![Tally::default(); subject.labels.len()];
    for post in gathered.posts.iter().filter(|post| post.day().is_some()) {
        if let Some(tally) = sizes.get_mut((subject.number)(post)) {
            tally.add(post.account);
        }
    }
    let mut order: Vec<(&Text, u64, usize)> = subject
        .labels
        .iter()
        .zip(&sizes)
        .enumerate()
        .filter(|(_, (_, tally))| tally.posts > 0)
        .filter_map(|(number, (label, tally))| Some((label.as_ref()?, tally.accounts, number)))
        .collect();
    order.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let own = order.iter().take(MOST_LINES).filter(|(_, accounts, _)| *accounts >= scope.min_cell).count();
    let mut lines: Vec<Text> = order.iter().take(own).map(|(label, _, _)| (*label).clone()).collect();
    if own < order.len() {
        lines.push(Text::code("other", text!("all others")));
    }
    let mut place = vec![None; subject.labels.len()];
    for (at, (_, _, number)) in order.into_iter().enumerate() {
        if let Some(slot) = place.get_mut(number) {
            *slot = Some(at.min(own));
        }
    }
    (lines, place)
}
