//! Posts over time by language and by country.

use super::Scope;
use super::detected;
use super::gather::{Gathered, Row, Tally};
use super::home::{Ground, Home};
use super::table::{denominator, method, ratio};
use crate::suppress::{Cell, Counting, Crossed, Gaps, suppress_crossed};
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
    number: Box<dyn Fn(&Row) -> usize + 'a>,
    /// The labels that may have a line of their own: those that the table of all time shows, for the sum of a line would tell what that table hides.
    named: BTreeSet<String>,
}

/// The periods that no table tells the total of; none for posts without a time.
pub(crate) type Closed = BTreeSet<Option<Instant>>;

/// The two time lines, and the periods that they close.
///
/// `shown` are the findings so far; `beside` tells which periods another table with the same totals closes besides the given ones.
pub(crate) fn findings(
    scope: &Scope<'_>,
    gathered: &Gathered,
    homes: &[Home],
    shown: &[Finding],
    beside: &dyn Fn(&Closed) -> Closed,
) -> ([Finding; 2], Closed) {
    let lines = [by_language(scope, shown, gathered), by_country(scope, shown, gathered, homes)]
        .map(|subject| Timeline::read(scope, gathered, subject));
    let mut closed = Closed::new();
    loop {
        let before = closed.len();
        for line in &lines {
            closed.extend(line.gaps(scope, &closed).into_iter().flat_map(|gaps| line.closed(&gaps)));
        }
        closed.extend(beside(&closed));
        // All tell the same totals, so what one closes the others must.
        if closed.len() == before {
            return (lines.map(|line| line.finding(scope, &closed)), closed);
        }
    }
}

/// The labels of the rows that a table shows in full; none of them where the table is not there.
fn named(shown: &[Finding], id: &str) -> BTreeSet<String> {
    let Some(table) = shown.iter().find(|finding| finding.id == id) else { return BTreeSet::new() };
    let rows = table.rows.iter().filter(|row| row.get(1).is_some_and(|accounts| !accounts.is_null()));
    rows.filter_map(|row| Some(row.first()?.text()?.to_owned())).collect()
}

/// Posts by day or month and detected language.
fn by_language<'a>(scope: &Scope<'_>, shown: &[Finding], gathered: &Gathered) -> Subject<'a> {
    Subject {
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
        number: Box::new(detected::number),
        named: named(shown, "post_detected_languages"),
    }
}

/// Posts by day or month and the self-declared country of their authors.
fn by_country<'a>(scope: &Scope<'_>, shown: &[Finding], gathered: &Gathered, homes: &[Home]) -> Subject<'a> {
    let codes: BTreeSet<Option<&str>> = homes.iter().map(Home::country).collect();
    let places: HashMap<Option<&str>, usize> = codes.iter().enumerate().map(|(place, code)| (*code, place)).collect();
    let numbers: Vec<usize> = homes.iter().map(|home| places.get(&home.country()).copied().unwrap_or(usize::MAX)).collect();
    let unknown = || Text::code("unknown", text!("no known place"));
    let mut named = named(shown, "account_places");
    // Both that state nothing and that state no known place are here one line.
    let has_silent = gathered.inside(homes).any(|home| home.ground == Ground::Silent);
    if has_silent && !named.contains("none") {
        named.remove("unknown");
    } else if has_silent && !gathered.inside(homes).any(|home| home.ground == Ground::Unclear) {
        named.insert("unknown".to_owned());
    }
    Subject {
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
        number: Box::new(move |post| numbers.get(post.account as usize).copied().unwrap_or(usize::MAX)),
        named,
    }
}

/// Whether time lines are by month.
pub(crate) fn is_monthly(gathered: &Gathered) -> bool {
    gathered.days().len() > MOST_DAYS
}

/// The first instant of a day or its month.
pub(crate) fn period(day: i32, is_month: bool) -> Instant {
    let at = Instant::from_micros(i64::from(day) * 86_400_000_000);
    if is_month { super::accounts::month_start(at) } else { at }
}

/// Posts by period and line, before anything is suppressed.
struct Timeline<'a> {
    subject: Subject<'a>,
    times: Vec<Instant>,
    is_month: bool,
    lines: Vec<Text>,
    /// By period; the last are posts without a time, which are not shown and could be told by subtraction.
    rows: Vec<(Tally, Vec<Tally>)>,
    columns: Vec<Tally>,
    authors: Tally,
}

impl<'a> Timeline<'a> {
    fn read(scope: &Scope<'_>, gathered: &Gathered, subject: Subject<'a>) -> Self {
        let days: BTreeSet<i32> = gathered.days();
        let is_month = is_monthly(gathered);
        let times: Vec<Instant> = days.iter().map(|day| period(*day, is_month)).collect::<BTreeSet<_>>().into_iter().collect();
        let order: HashMap<Instant, usize> = times.iter().enumerate().map(|(place, time)| (*time, place)).collect();
        let periods: HashMap<i32, usize> = days.into_iter().filter_map(|day| Some((day, *order.get(&period(day, is_month))?))).collect();
        let mut most = MOST_LINES;
        loop {
            let (lines, place, own) = lines(scope, gathered, &subject, most);
            let mut rows = vec![(Tally::default(), vec![Tally::default(); lines.len()]); times.len() + 1];
            let mut columns = vec![Tally::default(); lines.len()];
            let mut authors = Tally::default();
            for post in &gathered.posts {
                let period = post.day().map_or(Some(times.len()), |day| periods.get(&day).copied());
                let Some((whole, cells)) = period.and_then(|period| rows.get_mut(period)) else { continue };
                let Some(at) = place.get((subject.number)(post)).copied().flatten() else { continue };
                let (Some(cell), Some(column)) = (cells.get_mut(at), columns.get_mut(at)) else { continue };
                [whole, cell, column].into_iter().for_each(|tally| tally.add(post.account));
                if post.day().is_some() {
                    authors.add(post.account);
                }
            }
            // What the others have in common is public as what the named lines leave, so it takes in named lines until it is of enough accounts.
            let is_rest_small = columns.get(own).is_some_and(|rest| rest.accounts <= scope.min_cell);
            if own == 0 || !is_rest_small {
                return Timeline { subject, times, is_month, lines, rows, columns, authors };
            }
            most = own - 1;
        }
    }

    fn time(&self, row: usize) -> Option<Instant> {
        self.times.get(row).copied()
    }

    fn gaps(&self, scope: &Scope<'_>, closed: &Closed) -> Option<Gaps> {
        let crossed = Crossed {
            cells: self
                .rows
                .iter()
                .map(|(_, cells)| cells.iter().map(|cell| Cell::of_posts(cell.accounts, cell.posts)).collect())
                .collect(),
            rows: self.rows.iter().map(|(whole, _)| whole.accounts).collect(),
            columns: self.columns.iter().map(|column| column.accounts).collect(),
        };
        let closed = (0..self.rows.len()).filter(|row| closed.contains(&self.time(*row))).collect();
        suppress_crossed(&crossed, &closed, Counting::Overlapping, scope.min_cell)
    }

    fn closed(&self, gaps: &Gaps) -> Closed {
        gaps.closed.iter().map(|row| self.time(*row)).collect()
    }

    fn finding(self, scope: &Scope<'_>, closed: &Closed) -> Finding {
        let gaps = self.gaps(scope, closed);
        let (mut body, mut suppressed) = (Vec::new(), u64::from(gaps.is_none()));
        let gaps = gaps.iter().flat_map(|gaps| gaps.cells.iter().enumerate().map(|(row, hidden)| (hidden, gaps.closed.contains(&row))));
        for ((at, (whole, cells)), (hidden, is_closed)) in self.times.iter().zip(&self.rows).zip(gaps) {
            for ((cell, label), is_hidden) in cells.iter().zip(&self.lines).zip(hidden) {
                suppressed += u64::from(*is_hidden);
                let shown = |n: u64| (!is_hidden).then_some(n);
                body.push(vec![
                    Value::from(*at),
                    Value::from(label),
                    Value::from(shown(cell.posts)),
                    if is_closed { Value::Null } else { ratio(shown(cell.posts), whole.posts) },
                    Value::from(shown(cell.accounts)),
                ]);
            }
        }
        let Timeline { subject, is_month, authors, .. } = self;
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
}

/// The lines of a time line, those of most accounts first and at most `most`; the line of every label's number; and how many have a name of their
/// own: not those of too few accounts, and not those that the table of all time does not show.
fn lines(scope: &Scope<'_>, gathered: &Gathered, subject: &Subject<'_>, most: usize) -> (Vec<Text>, Vec<Option<usize>>, usize) {
    let mut sizes = vec![Tally::default(); subject.labels.len()];
    for post in gathered.posts.iter().filter(|post| post.day().is_some()) {
        if let Some(tally) = sizes.get_mut((subject.number)(post)) {
            tally.add(post.account);
        }
    }
    let can_stand = |label: &Text, accounts: u64| accounts > scope.min_cell && subject.named.contains(label.as_str());
    let mut order: Vec<(bool, &Text, u64, usize)> = subject
        .labels
        .iter()
        .zip(&sizes)
        .enumerate()
        .filter(|(_, (_, tally))| tally.posts > 0)
        .filter_map(|(number, (label, tally))| {
            label.as_ref().map(|label| (!can_stand(label, tally.accounts), label, tally.accounts, number))
        })
        .collect();
    order.sort_by(|a, b| a.0.cmp(&b.0).then(b.2.cmp(&a.2)).then_with(|| a.1.cmp(b.1)));
    let own = order.iter().take(most).filter(|(is_low, ..)| !is_low).count();
    let mut lines: Vec<Text> = order.iter().take(own).map(|(_, label, ..)| (*label).clone()).collect();
    if own < order.len() {
        lines.push(Text::code("other", text!("all others")));
    }
    let mut place = vec![None; subject.labels.len()];
    for (at, (.., number)) in order.into_iter().enumerate() {
        if let Some(slot) = place.get_mut(number) {
            *slot = Some(at.min(own));
        }
    }
    (lines, place, own)
}
