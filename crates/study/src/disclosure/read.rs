//! What a reader takes from each table.

use super::Secret;
use super::book::{Book, Cell, Number, Relation};
use super::links;
use crate::describe::table::WITHHELD;
use record::{Finding, Value};
use std::collections::BTreeMap;

/// Tables that suppress something which is no cell of a sum: percentiles, days of sources, lists without a total, figures that stand alone or
/// not at all, and estimates of a census, which are no counts.
const NO_SUMS: [&str; 19] = [
    "account_followers",
    "account_following",
    "account_posts_per_day",
    "account_age",
    "gaps",
    "mentions",
    "top_hashtags",
    "top_domains",
    "top_links",
    "against_shares",
    "against_medians",
    "coordination_clusters",
    "coordination_innocent",
    "coordination_known",
    "coordination_network",
    "coordination_reasons",
    "coordination_timeline",
    "coordination_traces",
    "coordination_windows",
];

/// How a table's accounts add up.
#[derive(Clone, Copy, PartialEq)]
enum Adds {
    /// To the total.
    Up,
    /// To no less than the total, if that is known.
    Over,
    /// Each row is a part of a total of its own.
    Alone,
}

/// Tables with a label and accounts: how they add up, the column of records, and whether every account has a record.
const TABLES: [(&str, Adds, Option<&str>, bool); 23] = [
    ("account_platforms", Adds::Up, None, true),
    ("account_languages", Adds::Up, None, true),
    ("account_creation_months", Adds::Up, None, true),
    ("account_places", Adds::Up, None, true),
    ("account_place_evidence", Adds::Up, None, true),
    ("account_detected_languages", Adds::Up, None, true),
    ("account_marks", Adds::Alone, None, true),
    ("account_located", Adds::Alone, None, true),
    ("account_quality", Adds::Alone, None, true),
    ("located_posts", Adds::Over, Some("posts"), true),
    ("invitations", Adds::Over, Some("posts"), false),
    ("client_families", Adds::Over, Some("posts"), true),
    ("smartphone_systems", Adds::Over, None, true),
    ("post_kinds", Adds::Over, Some("posts"), true),
    ("post_languages", Adds::Over, Some("posts"), true),
    ("post_detected_languages", Adds::Over, Some("posts"), true),
    ("edges", Adds::Over, Some("edges"), true),
    ("coordination_languages", Adds::Up, None, true),
    ("coordination_places", Adds::Up, None, true),
    ("stance_countries", Adds::Over, Some("posts"), true),
    ("stance_languages", Adds::Over, Some("posts"), true),
    ("stance_times", Adds::Over, Some("posts"), true),
    ("stance_clients", Adds::Over, Some("posts"), true),
];

/// Tables whose first label is a group with a total of its own, in the column `of_accounts`.
const GROUPED: [&str; 3] = ["account_languages", "coordination_languages", "coordination_places"];

/// What a reader knows before the tables.
#[derive(Clone, Copy)]
struct Told {
    min_cell: u64,
    /// The posts of the lake.
    all_posts: Option<f64>,
}

/// A table as it was read: rows by label, and the total of accounts.
#[derive(Default)]
pub(super) struct Table {
    pub(super) rows: BTreeMap<Vec<String>, Cell>,
    /// Rows whose labels are withheld.
    pub(super) withheld: Vec<Cell>,
    pub(super) accounts: Option<f64>,
    pub(super) of: String,
}

impl Table {
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell> {
        self.rows.values().chain(&self.withheld).copied()
    }

    pub(super) fn row(&self, label: &str) -> Option<Cell> {
        self.rows.iter().find(|(labels, _)| labels.iter().any(|own| own == label)).map(|(_, cell)| *cell)
    }
}

/// The numbers of some cells that stand for all their records.
pub(super) fn records(cells: impl Iterator<Item = Cell>) -> Vec<Number> {
    cells.flat_map(|cell| std::iter::once(cell.accounts).chain(cell.more)).collect()
}

/// Reads all tables and what ties them; the ids of those that are not understood.
pub(super) fn all(book: &mut Book, findings: &[Finding], min_cell: u64) -> Vec<String> {
    let mut tables: BTreeMap<&str, Table> = BTreeMap::new();
    let mut unread = Vec::new();
    let all_posts = findings.iter().find(|finding| finding.id == "post_kinds").map(|finding| finding.denominator.n as f64);
    let told = Told { min_cell, all_posts };
    for finding in findings {
        let id = finding.id.as_str();
        let known = TABLES.iter().find(|(own, ..)| *own == id);
        match known {
            Some((_, adds, column, has_record)) => {
                tables.insert(id, table(book, finding, *adds, *column, *has_record, told));
            }
            None if id == "sightings" => {
                tables.insert(id, table(book, finding, Adds::Over, Some("sightings"), true, told));
            }
            None if id == "clients" || is_crossed(id) || id == "post_quality" => {}
            None if finding.suppressed == 0 || NO_SUMS.contains(&id) || is_of_census(finding) => {}
            None => unread.push(id.to_owned()),
        }
    }
    links::tie(book, findings, &tables, min_cell);
    unread
}

pub(super) fn is_crossed(id: &str) -> bool {
    ["language_timeline", "place_timeline", "records_by_day"].contains(&id)
}

fn is_of_census(finding: &Finding) -> bool {
    finding.section == "census"
}

/// The labels of a row: its cells before the first number.
pub(super) fn labels(finding: &Finding, row: &[Value]) -> Vec<String> {
    let count = finding.columns.iter().take_while(|column| matches!(column.kind, record::Kind::Label | record::Kind::Time)).count();
    row.iter().take(count).map(ToString::to_string).collect()
}

pub(super) fn number(finding: &Finding, row: &[Value], column: &str) -> Option<f64> {
    row.get(finding.column(column)?)?.number()
}

/// The whole behind a count and its share.
pub(super) fn whole(finding: &Finding, row: &[Value], count: &str, share: &str) -> Option<f64> {
    let (count, share) = (number(finding, row, count)?, number(finding, row, share)?);
    (share > 0.0).then(|| (count / share).round())
}

fn table(book: &mut Book, finding: &Finding, adds: Adds, column: Option<&str>, has_record: bool, told: Told) -> Table {
    let id = finding.id.as_str();
    let is_grouped = GROUPED.contains(&id);
    let mut read = Table { accounts: total(finding), of: finding.denominator.of.to_string(), ..Table::default() };
    let mut groups: BTreeMap<Option<String>, (Vec<Cell>, Option<f64>)> = BTreeMap::new();
    let withheld = withheld(finding);
    for row in &finding.rows {
        let labels = labels(finding, row);
        let group = is_grouped.then(|| labels.first().cloned().unwrap_or_default());
        let total = if is_grouped || id == "account_marks" { number(finding, row, "of_accounts") } else { read.accounts };
        let is_withheld = labels.iter().any(|label| label == WITHHELD.as_str());
        for _ in 0..if is_withheld { withheld } else { 1 } {
            let accounts = number(finding, row, "accounts");
            let cell = match column {
                Some(column) if has_record => book.cell(id, &labels, accounts, Some(number(finding, row, column))),
                _ => book.cell(id, &labels, accounts, None),
            };
            if let Some(total) = total {
                book.cap(cell.accounts, total);
            }
            if adds == Adds::Alone
                && let (None, Some(total)) = (accounts, total)
            {
                // Those that are not so are suppressed too, which tells that there are some.
                book.cap(cell.accounts, total - 1.0);
            }
            if is_withheld {
                read.withheld.push(cell);
            } else {
                read.rows.insert(labels.clone(), cell);
            }
            let slot = groups.entry(group.clone()).or_default();
            slot.0.push(cell);
            slot.1 = total;
        }
    }
    for (cells, total) in groups.into_values() {
        sums(book, finding, adds, &cells, total, told.min_cell);
    }
    if let (Some(column), true) = (column, has_record)
        && let Some(all) = all_records(finding, column)
    {
        let mut numbers = records(read.cells());
        // Posts of few accounts may be in no row and still be counted by the shares: the words tell it of texts, and of clients that the whole is all posts.
        match id {
            "post_detected_languages" if finding.denominator.of.starts_with("posts in the lake") => {
                numbers.push(book.number(1.0, f64::INFINITY));
            }
            "client_families" if Some(all) == told.all_posts => numbers.push(book.unknown()),
            _ => {}
        }
        book.relate(&numbers, &[], Relation::Equal, all);
    }
    read
}

fn sums(book: &mut Book, finding: &Finding, adds: Adds, cells: &[Cell], total: Option<f64>, min_cell: u64) {
    let accounts: Vec<Number> = cells.iter().map(|cell| cell.accounts).collect();
    let Some(total) = total else { return };
    match adds {
        Adds::Up => {
            let mut all = accounts;
            if let Some((low, high)) = left_out(finding, min_cell) {
                all.push(book.number(low, high));
            }
            book.relate(&all, &[], Relation::Equal, total);
        }
        Adds::Over if is_union(finding) => book.relate(&accounts, &[], Relation::AtLeast, total),
        _ => {}
    }
}

/// How many accounts are in no row of a table while its total counts them, as the words at the total tell.
fn left_out(finding: &Finding, min_cell: u64) -> Option<(f64, f64)> {
    let most = min_cell.saturating_sub(1) as f64;
    let of = finding.denominator.of.as_str();
    match finding.id.as_str() {
        "account_creation_months" if of.contains("fewer than") => Some((1.0, most)),
        "account_place_evidence" if of == "accounts observed" => Some((1.0, most)),
        "account_detected_languages" if of == "accounts with a post" => Some((1.0, most)),
        "account_languages" => Some((0.0, most)),
        _ => None,
    }
}

/// Whether the total is that of the accounts in any of the rows.
fn is_union(finding: &Finding) -> bool {
    let of = finding.denominator.of.as_str();
    match finding.id.as_str() {
        "client_families" => of == "accounts with a post of known client",
        "smartphone_systems" => of == "accounts with a post from a smartphone app",
        "located_posts" => of == "accounts with a located post among their last 200",
        _ => false,
    }
}

/// The total of a table's accounts: its denominator where that counts accounts, and else that of its shares.
fn total(finding: &Finding) -> Option<f64> {
    let n = finding.denominator.n as f64;
    if finding.unit.as_str() == "accounts" {
        return (n > 0.0).then_some(n);
    }
    let shares = finding.rows.iter().filter_map(|row| whole(finding, row, "accounts", "share"));
    shares.reduce(f64::max).filter(|_| finding.column("low").is_some())
}

/// The sum of a table's records: the denominator where it counts them, and else the whole behind a share.
pub(super) fn all_records(finding: &Finding, column: &str) -> Option<f64> {
    let n = finding.denominator.n as f64;
    if finding.unit.as_str() != "accounts" {
        return (n > 0.0).then_some(n);
    }
    finding
        .rows
        .iter()
        .filter(|row| number(finding, row, "post_share").is_some_and(|share| share > 0.0))
        .find_map(|row| whole(finding, row, column, "post_share"))
}

/// How many rows one row without a label of its own stands for: what is counted as suppressed and has no label. At least two where that cannot be told.
fn withheld(finding: &Finding) -> u64 {
    let is_withheld = |row: &&Vec<Value>| labels(finding, row).iter().any(|label| label == WITHHELD.as_str());
    let rows = finding.rows.iter().filter(is_withheld).count() as u64;
    let labelled = finding.rows.iter().filter(|row| !is_withheld(row) && number(finding, row, "accounts").is_none()).count() as u64;
    if rows == 1 { finding.suppressed.saturating_sub(labelled).max(1) } else { 2 }
}

/// Something suppressed that has a share of a known whole, and no accounts beside it.
pub(super) fn part(book: &mut Book, table: &str, row: &[String], shown: Option<f64>, whole: f64) -> Number {
    match shown {
        Some(value) => book.known(value),
        None => {
            // The others are suppressed with it, so there are some.
            let number = book.number(1.0, whole - 1.0);
            book.keep(table, row, Secret::Records, vec![number]);
            number
        }
    }
}
