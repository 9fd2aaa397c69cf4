//! Records of the sources by day.

use super::Scope;
use super::gather::{Gathered, Tally};
use super::keys::NOBODY;
use super::query;
use super::sources::{Series, Source};
use super::table::{count, denominator};
use super::timelines::{Closed, is_monthly, period};
use crate::Error;
use crate::suppress::{Cell, Counting, Crossed, Gaps, suppress_crossed};
use hashbrown::{HashMap, HashSet};
use record::{Chart, Column, Finding, Instant, Kind, Text, Value, text};
use std::collections::{BTreeMap, BTreeSet};

/// What was seen of accounts besides their posts: by account source, day and how many.
struct Others(HashMap<u32, Vec<(u32, i32, u64)>>);

impl Others {
    fn read(scope: &Scope<'_>, gathered: &Gathered) -> Result<Others, Error> {
        let mut others: HashMap<u32, Vec<(u32, i32, u64)>> = HashMap::new();
        // Accounts that follow and are not observed themselves have no number yet.
        let mut strangers: HashMap<String, u32> = HashMap::new();
        let mut next = gathered.keys.names().len() as u32;
        scope.lens.each(query::RECORDS_BY_DAY, &[], |row| {
            let Some(day) = row.time(1)? else { return Ok(()) };
            let account = match row.text(2)? {
                None => NOBODY,
                Some(key) => gathered.keys.find(key).unwrap_or_else(|| {
                    *strangers.entry(key.to_owned()).or_insert_with(|| {
                        next += 1;
                        next
                    })
                }),
            };
            let source = row.int(0)?.and_then(|source| u32::try_from(source).ok()).unwrap_or(0);
            others.entry(account).or_default().push((source, day.day() as i32, row.count(3)?));
            Ok(())
        })?;
        Ok(Others(others))
    }

    /// Calls `f` with account, source, day and number of records; all of one account come together.
    fn each(&self, gathered: &Gathered, mut f: impl FnMut(u32, u32, i32, u64)) {
        let mut done = HashSet::new();
        for posts in gathered.posts.chunk_by(|a, b| a.account == b.account) {
            let account = posts.first().map_or(NOBODY, |post| post.account);
            posts.iter().filter_map(|post| Some((post.source, post.day()?))).for_each(|(source, day)| f(account, source, day, 1));
            if let Some(others) = self.0.get(&account) {
                done.insert(account);
                others.iter().for_each(|(source, day, records)| f(account, *source, *day, *records));
            }
        }
        for (account, others) in self.0.iter().filter(|(account, _)| !done.contains(*account)) {
            others.iter().for_each(|(source, day, records)| f(*account, *source, *day, *records));
        }
    }
}

fn count_in(tally: &mut Tally, account: u32, records: u64) {
    tally.add_account(account);
    tally.posts += records;
}

/// The series of sources: none of too few accounts, for how many records a source gave is told elsewhere.
fn series(scope: &Scope<'_>, gathered: &Gathered, sources: &[Source], others: &Others) -> Series {
    let mut by_source: BTreeMap<u32, Tally> = BTreeMap::new();
    others.each(gathered, |account, source, _, records| count_in(by_source.entry(source).or_default(), account, records));
    let is_few = |accounts: u64| accounts > 0 && accounts <= scope.min_cell && scope.min_cell > 0;
    let mut few: BTreeSet<i64> =
        by_source.iter().filter(|(_, tally)| is_few(tally.accounts)).map(|(source, _)| i64::from(*source)).collect();
    loop {
        let series = Series::new(sources, &few);
        let mut common = Tally::default();
        others.each(gathered, |account, source, _, records| {
            if series.of(source) != i64::from(source) {
                count_in(&mut common, account, records);
            }
        });
        let own = by_source.iter().filter(|(source, _)| series.of(**source) == i64::from(**source));
        match own.min_by_key(|(source, tally)| (tally.accounts, **source)) {
            Some((source, _)) if is_few(common.accounts) => few.insert(i64::from(*source)),
            _ => return series,
        };
    }
}

/// Records by day and series, before anything is suppressed.
pub(crate) struct Days {
    series: Series,
    is_month: bool,
    blocks: Vec<Block>,
}

/// Days whose totals another table gives as one: those of a month, or all.
struct Block {
    days: Vec<i32>,
    /// The numbers of the series that have a record in it.
    columns: Vec<i64>,
    crossed: Crossed,
}

impl Days {
    pub(crate) fn read(scope: &Scope<'_>, gathered: &Gathered, sources: &[Source]) -> Result<Days, Error> {
        let others = Others::read(scope, gathered)?;
        let series = series(scope, gathered, sources, &others);
        let is_month = is_monthly(gathered);
        let mut numbers: HashMap<u32, i64> = HashMap::new();
        let mut cells: BTreeMap<(i32, i64), Tally> = BTreeMap::new();
        let mut rows: BTreeMap<i32, Tally> = BTreeMap::new();
        let mut columns: BTreeMap<(Option<Instant>, i64), Tally> = BTreeMap::new();
        let mut periods: HashMap<i32, Instant> = HashMap::new();
        others.each(gathered, |account, source, day, records| {
            let number = *numbers.entry(source).or_insert_with(|| series.of(source));
            let block = is_month.then(|| *periods.entry(day).or_insert_with(|| period(day, true)));
            count_in(cells.entry((day, number)).or_default(), account, records);
            count_in(rows.entry(day).or_default(), account, records);
            count_in(columns.entry((block, number)).or_default(), account, records);
        });
        let mut days: BTreeMap<Option<Instant>, Vec<i32>> = BTreeMap::new();
        rows.keys().for_each(|day| days.entry(is_month.then(|| period(*day, true))).or_default().push(*day));
        let blocks = days
            .into_iter()
            .map(|(block, days)| {
                let own = columns.range((block, i64::MIN)..=(block, i64::MAX));
                let (numbers, accounts): (Vec<i64>, Vec<u64>) = own.map(|((_, number), tally)| (*number, tally.accounts)).unzip();
                let cell = |day: i32, number: i64| cells.get(&(day, number)).copied().unwrap_or_default();
                let row = |day: &i32| -> Vec<Cell> {
                    numbers.iter().map(|number| cell(*day, *number)).map(|tally| Cell::of_posts(tally.accounts, tally.posts)).collect()
                };
                let crossed = Crossed {
                    cells: days.iter().map(row).collect(),
                    rows: days.iter().map(|day| rows.get(day).map_or(0, |tally| tally.accounts)).collect(),
                    columns: accounts,
                };
                Block { days, columns: numbers, crossed }
            })
            .collect();
        Ok(Days { series, is_month, blocks })
    }

    fn gaps(&self, scope: &Scope<'_>, block: &Block, closed: &Closed) -> Option<Gaps> {
        let is_closed = |day: &i32| closed.contains(&Some(period(*day, self.is_month)));
        let closed = block.days.iter().enumerate().filter(|(_, day)| is_closed(day)).map(|(row, _)| row).collect();
        suppress_crossed(&block.crossed, &closed, Counting::Overlapping, scope.min_cell)
    }

    /// The periods that the table closes when those in `closed` are closed: days, where time lines are by day too.
    pub(crate) fn closes(&self, scope: &Scope<'_>, closed: &Closed) -> Closed {
        let mut closes = Closed::new();
        for block in self.blocks.iter().filter(|_| !self.is_month) {
            let rows = self.gaps(scope, block, closed).map(|gaps| gaps.closed).unwrap_or_default();
            closes.extend(rows.iter().filter_map(|row| block.days.get(*row)).map(|day| Some(period(*day, false))));
        }
        closes
    }

    /// Records by source and day.
    pub(crate) fn finding(&self, scope: &Scope<'_>, closed: &Closed) -> Finding {
        let mut lines: BTreeMap<(Text, Instant), Vec<Value>> = BTreeMap::new();
        let (mut records, mut suppressed) = (0, 0);
        for block in &self.blocks {
            let gaps = self.gaps(scope, block, closed);
            for (row, (day, cells)) in block.days.iter().zip(&block.crossed.cells).enumerate() {
                for (column, (number, cell)) in block.columns.iter().zip(cells).enumerate().filter(|(_, (_, cell))| cell.accounts > 0) {
                    records += cell.amount;
                    let hidden = gaps.as_ref().map(|gaps| gaps.cells.get(row).and_then(|row| row.get(column)).copied().unwrap_or(true));
                    suppressed += u64::from(hidden != Some(false));
                    // Of a block that cannot be protected not even the days are told.
                    let Some(is_hidden) = hidden else { continue };
                    let shown = |value: u64| if is_hidden { Value::Null } else { Value::from(value) };
                    let (label, day) = (self.series.label(*number), period(*day, false));
                    let cells = vec![Value::from(day), Value::from(&label), shown(cell.amount), shown(cell.accounts)];
                    lines.insert((label, day), cells);
                }
            }
        }
        Finding {
            id: "records_by_day".into(),
            section: "sources".into(),
            title: text!("Records by source and day"),
            note: text!(
                "Posts by the day of posting, follows and sightings by the day they were seen, in UTC; a record that several files hold counts \
                   once, under the first of them, and posts passed on inside others count on the day they were first posted."
            ),
            unit: text!("records"),
            denominator: denominator(scope, records, text!("records with a time")),
            window: scope.window_of(&["posts", "sightings", "edges"]),
            method: count(text!("rows of `posts`, `edges` of kind `follow` and `sightings` per source and UTC day")),
            columns: vec![
                Column::new("day", text!("Day"), Kind::Time),
                Column::new("source", text!("Source"), Kind::Label),
                Column::new("records", text!("Records"), Kind::Count),
                Column::new("accounts", text!("Accounts"), Kind::Count),
            ],
            rows: lines.into_values().collect(),
            suppressed,
            chart: Chart::Timeline { time: "day".into(), value: "records".into(), series: Some("source".into()) },
        }
    }
}
