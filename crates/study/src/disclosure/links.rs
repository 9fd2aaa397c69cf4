//! What ties tables to each other: the same number in two of them, or the sum of one in another.

use super::book::{Book, Cell, Number, Relation};
use super::read::{Table, all_records, labels, number, part, records, whole};
use record::{Finding, Value};
use std::collections::BTreeMap;

pub(super) fn tie(book: &mut Book, findings: &[Finding], tables: &BTreeMap<&str, Table>, min_cell: u64) {
    let find = |id: &str| findings.iter().find(|finding| finding.id == id);
    platforms(book, tables);
    places(book, tables, min_cell);
    languages(book, tables);
    phones(book, tables);
    if let Some(clients) = find("clients") {
        clients_by_family(book, clients, tables);
    }
    let quality = find("post_quality").map(|finding| qualities(book, finding)).unwrap_or_default();
    if let (Some(reposts), Some(kind)) = (quality.first(), tables.get("post_kinds").and_then(|table| table.row("repost"))) {
        book.relate(&records(std::iter::once(kind)), &[*reposts], Relation::Equal, 0.0);
    }
    let untimed = quality.get(5).and_then(|number| book.value(*number));
    let texts = (find("post_detected_languages"), quality.get(3));
    if let (Some(finding), Some(silent)) = texts
        && finding.denominator.of.starts_with("posts with a text")
        && let (Some(all), Some(told)) = (find("post_kinds").and_then(|kinds| all_records(kinds, "posts")), all_records(finding, "posts"))
    {
        book.relate(&[*silent], &[], Relation::Equal, all - told);
    }
    crossed(book, find, tables, &quality, untimed == Some(0.0));
}

/// Accounts with a language setting are accounts of their platform.
fn platforms(book: &mut Book, tables: &BTreeMap<&str, Table>) {
    let (Some(languages), Some(platforms)) = (tables.get("account_languages"), tables.get("account_platforms")) else { return };
    for (labels, cell) in &languages.rows {
        if let Some(platform) = labels.first().and_then(|label| platforms.row(label)) {
            book.below(cell.accounts, platform.accounts);
        }
    }
}

/// The accounts with a country are the denominator of what their places rest on.
fn places(book: &mut Book, tables: &BTreeMap<&str, Table>, min_cell: u64) {
    let (Some(places), Some(grounds)) = (tables.get("account_places"), tables.get("account_place_evidence")) else { return };
    let is_country = |labels: &&Vec<String>| labels.iter().all(|label| label != "unknown" && label != "none");
    let countries = places.rows.iter().filter(|(labels, _)| is_country(labels)).map(|(_, cell)| cell.accounts);
    let countries: Vec<Number> = countries.chain(places.withheld.iter().map(|cell| cell.accounts)).collect();
    if let Some(placed) = grounds.accounts.filter(|_| grounds.of == "accounts with a self-declared country") {
        book.relate(&countries, &[], Relation::Equal, placed);
    } else if grounds.of.contains("fewer than") && !countries.is_empty() {
        // The words at the denominator tell that all with a country are few.
        let few = book.number(1.0, min_cell.saturating_sub(1) as f64);
        book.relate(&countries, &[few], Relation::Equal, 0.0);
    }
}

/// Who writes mostly in a language has a post in it.
fn languages(book: &mut Book, tables: &BTreeMap<&str, Table>) {
    let (Some(accounts), Some(posts)) = (tables.get("account_detected_languages"), tables.get("post_detected_languages")) else { return };
    for (labels, cell) in &accounts.rows {
        if let Some(other) = labels.first().filter(|label| *label != "ar").and_then(|label| posts.row(label)) {
            book.below(cell.accounts, other.accounts);
        }
    }
}

/// The systems of phones are families of clients under another name.
fn phones(book: &mut Book, tables: &BTreeMap<&str, Table>) {
    let (Some(systems), Some(families)) = (tables.get("smartphone_systems"), tables.get("client_families")) else { return };
    for (labels, cell) in &systems.rows {
        let Some(system) = labels.first() else { continue };
        let family = families.rows.iter().find(|(labels, _)| labels.iter().any(|label| crate::clients::is_app_of(label, system)));
        if let Some((_, family)) = family {
            book.relate(&[family.accounts], &[cell.accounts], Relation::Equal, 0.0);
        }
    }
}

/// Clients under the totals of their families.
fn clients_by_family(book: &mut Book, finding: &Finding, tables: &BTreeMap<&str, Table>) {
    let Some(families) = tables.get("client_families") else { return };
    let mut parts: BTreeMap<String, Vec<Cell>> = BTreeMap::new();
    for row in &finding.rows {
        let labels = labels(finding, row);
        let is_withheld = labels.iter().any(|label| label == crate::describe::table::WITHHELD.as_str());
        for _ in 0..if is_withheld { 2 } else { 1 } {
            let cell = book.cell("clients", &labels, number(finding, row, "accounts"), Some(number(finding, row, "posts")));
            parts.entry(labels.get(1).cloned().unwrap_or_default()).or_default().push(cell);
        }
    }
    for (family, cells) in parts {
        let Some(family) = families.row(&family) else { continue };
        book.relate(&records(cells.iter().copied()), &records(std::iter::once(family)), Relation::Equal, 0.0);
        for cell in &cells {
            book.below(cell.accounts, family.accounts);
        }
        let accounts: Vec<Number> = cells.iter().map(|cell| cell.accounts).collect();
        book.relate(&accounts, &[family.accounts], Relation::AtLeast, 0.0);
    }
}

/// The posts of every quality, in the order of the table.
fn qualities(book: &mut Book, finding: &Finding) -> Vec<Number> {
    let all = finding.denominator.n as f64;
    let row = |row: &Vec<Value>| (labels(finding, row), number(finding, row, "posts"));
    finding.rows.iter().map(row).map(|(labels, posts)| part(book, "post_quality", &labels, posts, all)).collect()
}

/// A crossed table as it was read.
struct Grid {
    cells: BTreeMap<(String, String), Cell>,
    /// The records of every time, where a share tells them.
    times: BTreeMap<String, Number>,
}

fn grid(book: &mut Book, finding: &Finding, column: &str) -> Grid {
    let mut grid = Grid { cells: BTreeMap::new(), times: BTreeMap::new() };
    for row in &finding.rows {
        let labels = labels(finding, row);
        let cell = book.cell(&finding.id, &labels, number(finding, row, "accounts"), Some(number(finding, row, column)));
        let (time, label) = (labels.first().cloned().unwrap_or_default(), labels.get(1).cloned().unwrap_or_default());
        if let Some(all) = whole(finding, row, column, "share") {
            grid.times.entry(time.clone()).or_insert_with(|| book.known(all));
        }
        grid.cells.insert((time, label), cell);
    }
    let times: Vec<String> = grid.cells.keys().map(|(time, _)| time.clone()).collect();
    for time in times {
        grid.times.entry(time).or_insert_with(|| book.unknown());
    }
    for (time, all) in &grid.times {
        let own: Vec<Cell> = grid.cells.iter().filter(|((own, _), _)| own == time).map(|(_, cell)| *cell).collect();
        book.relate(&records(own.into_iter()), &[*all], Relation::Equal, 0.0);
    }
    grid
}

/// Time lines and records by day: the same posts by the same times, under the totals of other tables.
fn crossed<'a>(
    book: &mut Book,
    find: impl Fn(&str) -> Option<&'a Finding>,
    tables: &BTreeMap<&str, Table>,
    quality: &[Number],
    is_timed: bool,
) {
    let has_none = |book: &Book, place: usize| quality.get(place).and_then(|number| book.value(*number)) == Some(0.0);
    let is_known = has_none(book, 1) && has_none(book, 3);
    let languages = find("language_timeline").map(|finding| (finding, grid(book, finding, "posts")));
    let places = find("place_timeline").map(|finding| (finding, grid(book, finding, "posts")));
    let records_by_day = find("records_by_day").map(|finding| (finding, grid(book, finding, "records")));
    if let (Some((_, grid)), Some(table)) = (&languages, tables.get("post_detected_languages")) {
        columns(book, grid, table, is_timed);
    }
    for (finding, grid) in [&languages, &places].into_iter().flatten() {
        for cell in grid.cells.values() {
            book.cap(cell.accounts, finding.denominator.n as f64);
        }
    }
    if let Some((finding, grid)) = &records_by_day
        && finding.rows.len() as u64 > 0
        && is_whole(finding)
    {
        book.relate(&records(grid.cells.values().copied()), &[], Relation::Equal, finding.denominator.n as f64);
    }
    // The same posts at the same times, where all have a text and an author.
    if let (Some((_, languages)), Some((_, places)), true) = (&languages, &places, is_known) {
        tie_times(book, languages, places);
    }
    let has_others = find("duplicates").is_none_or(|finding| {
        let kept = |at: usize| finding.rows.get(at).and_then(|row| number(finding, row, "kept"));
        kept(2) != Some(0.0) || kept(3) != Some(0.0)
    });
    if let (Some((_, places)), Some((_, days)), true, false) = (&places, &records_by_day, has_none(book, 1), has_others) {
        tie_times(book, places, days);
    }
}

/// Whether no block of days is left out: what is counted as suppressed stands in the table.
fn is_whole(finding: &Finding) -> bool {
    finding.suppressed == finding.rows.iter().filter(|row| number(finding, row, "accounts").is_none()).count() as u64
}

/// Every line adds up to its row in the table of all time, if all posts have a time; and nobody is on a line who is not in that row.
fn columns(book: &mut Book, grid: &Grid, table: &Table, is_timed: bool) {
    for (labels, whole) in &table.rows {
        let Some(label) = labels.first() else { continue };
        let own: Vec<Cell> = grid.cells.iter().filter(|((_, own), _)| own == label).map(|(_, cell)| *cell).collect();
        if own.is_empty() {
            continue;
        }
        let parts = records(own.iter().copied());
        let all = records(std::iter::once(*whole));
        book.relate(&all, &parts, if is_timed { Relation::Equal } else { Relation::AtLeast }, 0.0);
        for cell in &own {
            book.below(cell.accounts, whole.accounts);
        }
        if is_timed {
            let accounts: Vec<Number> = own.iter().map(|cell| cell.accounts).collect();
            book.relate(&accounts, &[whole.accounts], Relation::AtLeast, 0.0);
        }
    }
    let named = |label: &str| table.row(label).is_some();
    let others: Vec<Cell> = grid.cells.iter().filter(|((_, label), _)| !named(label)).map(|(_, cell)| *cell).collect();
    let own_line = |labels: &Vec<String>| labels.first().is_some_and(|label| grid.cells.keys().any(|(_, own)| own == label));
    let rest: Vec<Cell> =
        table.rows.iter().filter(|(labels, _)| !own_line(labels)).map(|(_, cell)| *cell).chain(table.withheld.iter().copied()).collect();
    if is_timed && !others.is_empty() && !rest.is_empty() {
        book.relate(&records(rest.into_iter()), &records(others.into_iter()), Relation::Equal, 0.0);
    }
}

/// The totals of times that two tables share; where one is by month and the other by day, the days of a month add up to it.
fn tie_times(book: &mut Book, outer: &Grid, inner: &Grid) {
    let is_first = |time: &String| time.get(8..10) == Some("01");
    let is_month = outer.times.keys().all(is_first) && !inner.times.keys().all(is_first);
    for (time, all) in &outer.times {
        let is_inside = |own: &String| if is_month { own.get(..7) == time.get(..7) } else { own == time };
        let parts: Vec<Number> = inner.times.iter().filter(|(own, _)| is_inside(own)).map(|(_, number)| *number).collect();
        if !parts.is_empty() {
            book.relate(&parts, &[*all], Relation::Equal, 0.0);
        }
    }
}
