//! Tables of shares and percentiles, with what may not leave the study taken out.

use super::Scope;
use crate::suppress::{self, Cell, Counting, Shown};
use record::{Column, Denominator, Kind, Method, Text, Value, text};
use stats::Proportion;

/// The label of the row that stands for rows whose very labels may not leave the study.
pub(crate) const WITHHELD: Text = text!("(suppressed)");

/// One line of a table of accounts.
pub(crate) struct Entry {
    pub(crate) label: Value,
    pub(crate) accounts: u64,
    /// Posts (or whatever adds up) of those accounts, for tables that show them.
    pub(crate) posts: u64,
    /// Whether the label comes from the data, so that it must go when the row is suppressed; fixed words of ours may stay.
    pub(crate) is_open: bool,
    /// Suppressed already, because another table that it could be derived from suppresses it.
    pub(crate) is_forced: bool,
    /// Whether words elsewhere tell that it is small, so that nothing can hide behind it.
    pub(crate) is_told: bool,
}

impl Entry {
    pub(crate) fn new(label: impl Into<Value>, accounts: u64, posts: u64) -> Self {
        Entry { label: label.into(), accounts, posts, is_open: false, is_forced: false, is_told: false }
    }

    pub(crate) fn open(label: impl Into<Value>, accounts: u64, posts: u64) -> Self {
        Entry { is_open: true, ..Entry::new(label, accounts, posts) }
    }
}

/// What a table's shares are of, and how its cells add up.
#[derive(Clone, Copy)]
pub(crate) struct Base {
    /// Distinct accounts in the whole table.
    pub(crate) accounts: u64,
    /// The denominator of account shares, as shown.
    pub(crate) of_accounts: u64,
    /// The denominator of post shares, as shown; none for tables that show no posts.
    pub(crate) of_posts: Option<u64>,
    /// Accounts in no row of the table, and what adds up of them, while the sum with them is public: one more cell, never shown, and told to be
    /// small by the words of the denominator.
    pub(crate) left_out: (u64, u64),
    pub(crate) counting: Counting,
}

/// The rows of a table and how many were suppressed.
#[derive(Default)]
pub(crate) struct Body {
    pub(crate) rows: Vec<Vec<Value>>,
    pub(crate) suppressed: u64,
}

impl Body {
    /// Whether the whole table is suppressed.
    pub(crate) fn is_nothing(&self) -> bool {
        self.rows.is_empty() && self.suppressed > 0
    }
}

/// The order of a table's rows.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Order {
    /// Most accounts first, then by label; suppressed rows last and by label alone, because their place would tell their size.
    Size,
    /// As given (by time, by a fixed list).
    Given,
}

/// What each entry's cell may show.
pub(crate) fn decide(scope: &Scope<'_>, entries: &[Entry], base: &Base) -> Shown {
    let mut cells: Vec<Cell> = entries
        .iter()
        .map(|entry| Cell {
            accounts: entry.accounts,
            amount: if base.counting == Counting::Partition { entry.accounts } else { entry.posts },
            forced: entry.is_forced,
            told: entry.is_told,
        })
        .collect();
    cells.push(Cell::left_out(base.left_out.0, base.left_out.1));
    match suppress::suppress(&cells, base.accounts, base.counting, scope.min_cell) {
        Shown::Cells(mut hidden) => {
            hidden.truncate(entries.len());
            Shown::Cells(hidden)
        }
        Shown::Nothing => Shown::Nothing,
    }
}

/// A table of labels with accounts, their share with its interval, and, where the base has posts, posts and their share.
pub(crate) fn shares(scope: &Scope<'_>, entries: Vec<Entry>, base: Base, order: Order) -> Body {
    let Shown::Cells(hidden) = decide(scope, &entries, &base) else {
        return Body { rows: Vec::new(), suppressed: 1 };
    };
    let mut lines: Vec<(Entry, bool)> = entries.into_iter().zip(hidden).collect();
    if order == Order::Size {
        lines.sort_by(|(a, a_hidden), (b, b_hidden)| {
            let size = |entry: &Entry, hidden: bool| if hidden { 0 } else { entry.accounts };
            a_hidden.cmp(b_hidden).then(size(b, *b_hidden).cmp(&size(a, *a_hidden))).then_with(|| a.label.total_cmp(&b.label))
        });
    }
    let mut body = Body::default();
    let mut has_withheld = false;
    for (entry, is_hidden) in lines {
        body.suppressed += u64::from(is_hidden);
        if is_hidden && entry.is_open {
            has_withheld = true;
            continue;
        }
        body.rows.push(line(scope, entry.label, (!is_hidden).then_some((entry.accounts, entry.posts)), &base));
    }
    if has_withheld {
        body.rows.push(line(scope, Value::from(WITHHELD), None, &base));
    }
    body
}

fn line(scope: &Scope<'_>, label: Value, shown: Option<(u64, u64)>, base: &Base) -> Vec<Value> {
    let mut row = vec![label];
    row.extend(share_cells(scope, shown.map(|(accounts, _)| accounts), base.of_accounts));
    if let Some(of_posts) = base.of_posts {
        let posts = shown.map(|(_, posts)| posts);
        row.push(Value::from(posts));
        row.push(ratio(posts, of_posts));
    }
    row
}

/// Accounts, share, low, high; all null when suppressed.
pub(crate) fn share_cells(scope: &Scope<'_>, accounts: Option<u64>, of: u64) -> [Value; 4] {
    let proportion = accounts.and_then(|accounts| Proportion::new(accounts, of).ok()).filter(|proportion| proportion.trials() > 0);
    match proportion {
        Some(proportion) => {
            let interval = proportion.wilson(scope.level);
            [Value::from(proportion.successes()), Value::from(proportion.share()), Value::from(interval.low), Value::from(interval.high)]
        }
        None => [Value::from(accounts), Value::Null, Value::Null, Value::Null],
    }
}

/// A share without an interval.
pub(crate) fn ratio(part: Option<u64>, of: u64) -> Value {
    Value::from(part.and_then(|part| Proportion::new(part, of).ok()).and_then(Proportion::share))
}

/// The columns of [`shares`] after the label.
pub(crate) fn share_columns(label: Column, has_posts: bool) -> Vec<Column> {
    let mut columns = vec![
        label,
        Column::new("accounts", text!("Accounts"), Kind::Count),
        Column::new("share", text!("Share of accounts"), Kind::Share),
        Column::new("low", text!("from"), Kind::Low),
        Column::new("high", text!("to"), Kind::High),
    ];
    if has_posts {
        columns.push(Column::new("posts", text!("Posts"), Kind::Count));
        columns.push(Column::new("post_share", text!("Share of posts"), Kind::Share));
    }
    columns
}

/// The number that stands for `part` in public next to `public_whole`, which stands for `whole`: itself, unless the rest would be a small
/// cell; then the whole's own number.
pub(crate) fn public_part(scope: &Scope<'_>, part: u64, whole: u64, public_whole: u64) -> u64 {
    let rest = whole.saturating_sub(part);
    // Without a rest the part is the whole, and must be called by the same number.
    if rest > 0 && rest >= scope.min_cell { part } else { public_whole }
}

/// The same where the whole stands for itself.
pub(crate) fn public_total(scope: &Scope<'_>, part: u64, whole: u64) -> u64 {
    public_part(scope, part, whole, whole)
}

/// A denominator in words. A total below `min_cell` accounts is not shown, and a table under it is empty.
pub(crate) fn denominator(scope: &Scope<'_>, accounts: u64, of: Text) -> Denominator {
    if accounts > 0 && accounts < scope.min_cell {
        return Denominator { n: 0, of: text!("{of}: fewer than {n}, not shown", of = of, n = scope.min_cell) };
    }
    Denominator { n: accounts, of }
}

/// Counts with shares of accounts and their Wilson intervals.
pub(crate) fn wilson(scope: &Scope<'_>, rule: Text) -> Method {
    Method { name: text!("share with Wilson interval"), page: "wilson".to_owned(), level: Some(scope.level.get()), rule }
}

/// Shares with Wilson's interval of what a method of its own page tells.
pub(crate) fn method(scope: &Scope<'_>, page: &str, rule: Text) -> Method {
    Method { page: page.to_owned(), ..wilson(scope, rule) }
}

/// Counts alone.
pub(crate) fn count(rule: Text) -> Method {
    Method { name: text!("count"), page: "counts".to_owned(), level: None, rule }
}

/// Percentiles with intervals by order statistics.
pub(crate) fn percentile_method(scope: &Scope<'_>, rule: Text) -> Method {
    Method {
        name: text!("percentile with interval by order statistics"),
        page: "percentiles".to_owned(),
        level: Some(scope.level.get()),
        rule,
    }
}

/// The percentiles that tables show.
const PERCENTILES: [u32; 9] = [1, 5, 10, 25, 50, 75, 90, 95, 99];

/// Percentiles of one series, in rows of series, percentile, value, low, high, accounts. `accounts` is the number as shown.
pub(crate) fn percentiles(scope: &Scope<'_>, series: &Text, mut values: Vec<f64>, accounts: u64) -> Body {
    values.retain(|value| value.is_finite());
    values.sort_by(f64::total_cmp);
    let n = values.len() as u64;
    let mut body = Body::default();
    if n == 0 {
        return body;
    }
    for percentile in PERCENTILES {
        let p = f64::from(percentile) / 100.0;
        let is_shown = suppress::quantile_is_shown(n, p, scope.min_cell);
        body.suppressed += u64::from(!is_shown);
        let value = if is_shown { stats::quantile(&values, p).ok().flatten() } else { None };
        let ranks = stats::quantile_interval(n, p, scope.level).ok().filter(|_| is_shown);
        let end = |rank: Option<u64>| -> Value {
            // An end that has too few accounts beyond it is as telling as a percentile that has.
            let rank = rank.filter(|rank| *rank > scope.min_cell && n - rank >= scope.min_cell);
            let value = rank.and_then(|rank| usize::try_from(rank - 1).ok()).and_then(|place| values.get(place));
            Value::from(value.map(|value| scope.rounded(*value)))
        };
        body.rows.push(vec![
            Value::from(series),
            Value::from(i64::from(percentile)),
            Value::from(value.map(|value| scope.rounded(value))),
            end(ranks.and_then(|ranks| ranks.low)),
            end(ranks.and_then(|ranks| ranks.high)),
            if n < scope.min_cell { Value::Null } else { Value::from(accounts) },
        ]);
    }
    body
}

/// The columns of [`percentiles`].
pub(crate) fn percentile_columns(value: Text) -> Vec<Column> {
    vec![
        Column::new("measure", text!("Measure"), Kind::Label),
        Column::new("percentile", text!("Percentile"), Kind::Number),
        Column::new("value", value, Kind::Number),
        Column::new("low", text!("from"), Kind::Number),
        Column::new("high", text!("to"), Kind::Number),
        Column::new("accounts", text!("Accounts"), Kind::Count),
    ]
}
