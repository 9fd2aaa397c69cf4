//! A test of what leaves a study: how closely a reader of all its tables can bound what they suppress.
//!
//! The attacker knows every number that is shown, that a suppressed cell stands for at least one account (cells of nobody are shown), which tables
//! count the same things ([`read`]), and linear programming. What it finds is compared with nothing: it sees findings and no lake. Its page is
//! `docs/methods/suppression.md`.

mod book;
mod links;
mod read;

use book::Book;
use record::Finding;
use std::collections::BTreeSet;

/// What of a suppressed cell is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Secret {
    /// The accounts behind it.
    Accounts,
    /// Its posts, ties or other records.
    Records,
}

/// A suppressed number with what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Bounded {
    /// The finding's id.
    pub table: String,
    /// The labels of its row, as the table shows them.
    pub row: Vec<String>,
    /// What is bounded.
    pub secret: Secret,
    /// The least that it can be.
    pub least: f64,
    /// The most that it can be. Both ends are the widest that were looked for: once they are `min_cell` apart, the search for wider ones ends.
    pub most: f64,
}

impl Bounded {
    /// Whether fewer than `min_cell` steps lie between the ends.
    pub fn is_exposed(&self, min_cell: u64) -> bool {
        self.most - self.least < min_cell as f64 - 1e-6
    }
}

/// What an attack came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attack {
    /// Every suppressed number of the tables that the attacker understands.
    pub bounded: Vec<Bounded>,
    /// Tables that suppress something and are not understood, by id; those whose suppression is no cell of a sum are left out.
    pub unread: Vec<String>,
    /// Tables that contradict what the attacker takes for known, by id: then nothing is said of them.
    pub contradicted: Vec<String>,
    /// Tables that hang together with so many others by so many suppressed cells that a program of them would take too long, by id.
    pub untried: Vec<String>,
}

impl Attack {
    /// The numbers that are bounded to within `min_cell`.
    pub fn exposed(&self, min_cell: u64) -> impl Iterator<Item = &Bounded> {
        self.bounded.iter().filter(move |bounded| bounded.is_exposed(min_cell))
    }
}

/// Attacks the findings that leave a study together. O(suppressed cells) linear programs at worst, a few dozen in most reports.
#[must_use]
pub fn attack(findings: &[Finding], min_cell: u64) -> Attack {
    bound(findings, min_cell, min_cell as f64)
}

/// The same, with a search for wider ends until they are `steps` apart; where that is infinite, every end is the outermost.
#[must_use]
pub fn bound(findings: &[Finding], min_cell: u64, steps: f64) -> Attack {
    let mut book = Book::default();
    let unread = read::all(&mut book, findings, min_cell);
    let mut found = Attack { unread, ..Attack::default() };
    book.bounds(steps, &mut found);
    found
}

/// Withdraws every table that the attack still gets through: its rows go. The ids of those that went. The rules of suppression leave none that the tests
/// know of; this is the last door before a report leaves.
pub fn enforce(findings: &mut [Finding], min_cell: u64) -> Vec<String> {
    let mut withdrawn = Vec::new();
    loop {
        let exposed: BTreeSet<String> = attack(findings, min_cell).exposed(min_cell).map(|bounded| bounded.table.clone()).collect();
        let mut is_done = true;
        for finding in findings.iter_mut().filter(|finding| exposed.contains(&finding.id) && !finding.rows.is_empty()) {
            finding.suppressed = finding.suppressed.max(finding.rows.len() as u64);
            finding.rows.clear();
            withdrawn.push(finding.id.clone());
            is_done = false;
        }
        if is_done {
            return withdrawn;
        }
    }
}
