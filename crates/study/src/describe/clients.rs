//! The programs that posts were sent with.

use super::Scope;
use super::accounts::Accounts;
use super::gather::{Gathered, Tally};
use super::table::{Base, Body, Entry, Order, decide, denominator, public_part, share_columns, shares, wilson};
use crate::clients::{Family, family, label};
use crate::suppress::{Counting, Shown};
use record::{Chart, Column, Finding, Kind, Text, Value, text};
use std::collections::{BTreeMap, BTreeSet};

/// Accounts and posts.
#[derive(Clone, Copy, Default)]
struct Use {
    accounts: u64,
    posts: u64,
}

/// How the accounts of a lake post.
#[derive(Default)]
pub(crate) struct Usage {
    clients: BTreeMap<String, Use>,
    families: BTreeMap<Family, Use>,
    /// Accounts with a post of known client; posts of known client and author.
    known: Use,
    /// Accounts with a post from a smartphone app.
    smartphones: u64,
    /// Posts of the lake, those without an author included.
    all_posts: u64,
    /// Accounts with a post of known client, as they may be shown.
    public_accounts: u64,
    /// Accounts with a post whose client is not known.
    clientless: u64,
}

pub(crate) fn read(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts) -> Usage {
    let mut usage = Usage { all_posts: gathered.posts.len() as u64, ..Usage::default() };
    let known: Vec<Option<(String, Family)>> =
        (0..gathered.clients.len() as u32).map(|number| gathered.clients.name(number).map(|name| (label(name), family(name)))).collect();
    // By the first number of each label: several names may be one client.
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let places: Vec<Option<(usize, Family)>> = known
        .iter()
        .enumerate()
        .map(|(number, own)| own.as_ref().map(|(label, family)| (*first.entry(label).or_insert(number), *family)))
        .collect();
    let mut clients = vec![Tally::default(); known.len()];
    let mut families: BTreeMap<Family, Tally> = BTreeMap::new();
    // Posts without an author cannot be counted by accounts; the quality page says how many there are.
    for (account, posts) in gathered.by_author() {
        let (mut is_clientless, mut has_client, mut has_phone) = (false, false, false);
        for post in posts {
            let Some((place, family)) = places.get(post.client as usize).copied().flatten() else {
                is_clientless = true;
                continue;
            };
            usage.known.posts += 1;
            if let Some(tally) = clients.get_mut(place) {
                tally.add(account);
            }
            families.entry(family).or_default().add(account);
            has_client = true;
            has_phone |= family.smartphone_system().is_some();
        }
        usage.clientless += u64::from(is_clientless);
        usage.known.accounts += u64::from(has_client);
        usage.smartphones += u64::from(has_phone);
    }
    let uses = |tally: Tally| Use { accounts: tally.accounts, posts: tally.posts };
    usage.clients = first.iter().filter_map(|(name, place)| Some(((*name).to_owned(), uses(*clients.get(*place)?)))).collect();
    usage.families = families.into_iter().map(|(family, tally)| (family, uses(tally))).collect();
    usage.public_accounts = accounts.public_part_of_authors(scope, usage.known.accounts);
    usage
}

impl Usage {
    /// What the shares are of: accounts and posts with a known client, unless the rest would be a small cell.
    fn base(&self, scope: &Scope<'_>) -> Base {
        let is_rest_small = self.clientless > 0 && self.clientless < scope.min_cell;
        let (of_posts, left_out) = if is_rest_small {
            (self.all_posts, (self.clientless, self.all_posts.saturating_sub(self.known.posts)))
        } else {
            (self.known.posts, (0, 0))
        };
        Base {
            accounts: self.known.accounts,
            of_accounts: self.public_accounts,
            of_posts: Some(of_posts),
            left_out,
            counting: Counting::Overlapping,
        }
    }

    /// Which families are suppressed. Those of smartphones also stand in a table of their own under their own total, so both tables are
    /// decided until neither asks the other for more.
    fn hidden_families(&self, scope: &Scope<'_>) -> Option<BTreeSet<Family>> {
        let mut hidden: BTreeSet<Family> = BTreeSet::new();
        loop {
            let before = hidden.len();
            for is_phone_table in [false, true] {
                let families: Vec<(Family, Use)> = self
                    .families
                    .iter()
                    .filter(|(family, _)| !is_phone_table || family.smartphone_system().is_some())
                    .map(|(family, usage)| (*family, *usage))
                    .collect();
                let base = if is_phone_table { self.phone_base(scope) } else { self.base(scope) };
                match decide(scope, &family_entries(&families, &hidden), &base) {
                    Shown::Cells(cells) => {
                        hidden.extend(families.iter().zip(cells).filter(|(_, is_hidden)| *is_hidden).map(|((family, _), _)| *family));
                    }
                    Shown::Nothing if is_phone_table => hidden.extend(families.iter().map(|(family, _)| *family)),
                    Shown::Nothing => return None,
                }
            }
            if hidden.len() == before {
                return Some(hidden);
            }
        }
    }

    fn phone_base(&self, scope: &Scope<'_>) -> Base {
        let shown = public_part(scope, self.smartphones, self.known.accounts, self.public_accounts);
        Base { accounts: self.smartphones, of_accounts: shown, of_posts: None, left_out: (0, 0), counting: Counting::Overlapping }
    }
}

fn family_entries(families: &[(Family, Use)], hidden: &BTreeSet<Family>) -> Vec<Entry> {
    families
        .iter()
        .map(|(family, usage)| Entry { is_forced: hidden.contains(family), ..Entry::new(family.words(), usage.accounts, usage.posts) })
        .collect()
}

const AS_OBSERVED: Text = text!(
    "An account counts in every row that it posted with, so shares of accounts add up to more than one. Posts of one account \
                           are not independent of each other, so intervals are on shares of accounts only."
);

pub(crate) fn findings(scope: &Scope<'_>, usage: &Usage) -> Vec<Finding> {
    let hidden = usage.hidden_families(scope);
    vec![families(scope, usage, hidden.as_ref()), smartphones(scope, usage, hidden.as_ref()), clients(scope, usage, hidden.as_ref())]
}

fn denominator_of(scope: &Scope<'_>, base: &Base, known: u64) -> record::Denominator {
    let of = if base.of_accounts == known { text!("accounts with a post of known client") } else { text!("accounts with a post") };
    denominator(scope, base.of_accounts, of)
}

fn bars(label: &str) -> Chart {
    Chart::Bars { label: label.into(), value: "share".into(), interval: Some(("low".into(), "high".into())) }
}

fn families(scope: &Scope<'_>, usage: &Usage, hidden: Option<&BTreeSet<Family>>) -> Finding {
    let base = usage.base(scope);
    let body = match hidden {
        Some(hidden) => {
            let families: Vec<(Family, Use)> = usage.families.iter().map(|(family, usage)| (*family, *usage)).collect();
            shares(scope, family_entries(&families, hidden), base, Order::Size)
        }
        None => Body { rows: Vec::new(), suppressed: 1 },
    };
    Finding {
        id: "client_families".into(),
        section: "accounts".into(),
        title: text!("Kinds of clients"),
        note: Text::sentences([
            text!(
                "What kind of program the posts were sent with, by a fixed table of client names. An automation tool is no proof of an automated \
             account: many people post their prayers, scores or feeds through one."
            ),
            AS_OBSERVED,
        ]),
        unit: text!("accounts"),
        denominator: denominator_of(scope, &base, usage.known.accounts),
        window: scope.window("posts"),
        method: wilson(
            scope,
            text!("distinct accounts with at least one post from a client of the family; the table of clients is part of the program"),
        ),
        columns: share_columns(Column::new("family", text!("Kind of client"), Kind::Label), true),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: bars("family"),
    }
}

fn smartphones(scope: &Scope<'_>, usage: &Usage, hidden: Option<&BTreeSet<Family>>) -> Finding {
    let base = usage.phone_base(scope);
    let phones = usage.families.iter().filter_map(|(family, usage)| Some((family, family.smartphone_system()?, usage)));
    let body = match hidden {
        Some(hidden) => {
            let entries = phones
                .map(|(family, system, usage)| Entry {
                    is_forced: hidden.contains(family),
                    ..Entry::new(system, usage.accounts, usage.posts)
                })
                .collect();
            shares(scope, entries, base, Order::Size)
        }
        None => Body { rows: Vec::new(), suppressed: 1 },
    };
    let of = if base.of_accounts == usage.smartphones {
        text!("accounts with a post from a smartphone app")
    } else {
        text!("accounts with a post of known client")
    };
    Finding {
        id: "smartphone_systems".into(),
        section: "accounts".into(),
        title: text!("Smartphone operating systems"),
        note: text!(
            "Accounts that posted from a phone's own app, by the phone's system; an account seen on two systems counts under both. The mobile site and \
               tablets tell no phone system and are left out."
        ),
        unit: text!("accounts"),
        denominator: denominator(scope, base.of_accounts, of),
        window: scope.window("posts"),
        method: wilson(
            scope,
            text!("distinct accounts with at least one post from an app of the system, among accounts with a post from any smartphone app"),
        ),
        columns: share_columns(Column::new("system", text!("System"), Kind::Label), false),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: bars("system"),
    }
}

/// Clients by name, each family decided under its own total, because that total is public; of a suppressed family nothing is shown.
fn clients(scope: &Scope<'_>, usage: &Usage, hidden: Option<&BTreeSet<Family>>) -> Finding {
    let base = usage.base(scope);
    let (mut body, mut suppressed) = (Vec::new(), 0);
    for (kind, total) in &usage.families {
        let entries: Vec<Entry> = usage
            .clients
            .iter()
            .filter(|(name, _)| family(name) == *kind)
            .map(|(name, usage)| {
                let is_known = *kind != Family::Unknown;
                Entry { is_open: !is_known, ..Entry::new(name.as_str(), usage.accounts, usage.posts) }
            })
            .collect();
        let part = match hidden {
            Some(hidden) if !hidden.contains(kind) => {
                // The family's own total: nothing is left out of it.
                shares(scope, entries, Base { accounts: total.accounts, left_out: (0, 0), ..base }, Order::Size)
            }
            _ => Body { rows: Vec::new(), suppressed: entries.len() as u64 },
        };
        suppressed += part.suppressed;
        body.extend(part.rows.into_iter().map(|mut row| {
            row.insert(1.min(row.len()), Value::from(kind.words()));
            row
        }));
    }
    sort_by_size(&mut body);
    let mut columns = share_columns(Column::new("client", text!("Client"), Kind::Label), true);
    columns.insert(1, Column::new("family", text!("Kind of client"), Kind::Label));
    Finding {
        id: "clients".into(),
        section: "accounts".into(),
        title: text!("Clients"),
        note: Text::sentences([
            text!("The programs that posts were sent with, by the platform's names for them; unknown ones stand under their own names."),
            AS_OBSERVED,
        ]),
        unit: text!("accounts"),
        denominator: denominator_of(scope, &base, usage.known.accounts),
        window: scope.window("posts"),
        method: wilson(scope, text!("distinct accounts with at least one post from the client")),
        columns,
        rows: body,
        suppressed,
        chart: Chart::None,
    }
}

/// Most accounts first (third column), then by label; suppressed rows last.
fn sort_by_size(rows: &mut [Vec<Value>]) {
    let size = |row: &Vec<Value>| row.get(2).and_then(Value::int).unwrap_or(-1);
    rows.sort_by(|a, b| {
        let label = |row: &Vec<Value>| row.first().and_then(Value::text).unwrap_or_default().to_owned();
        size(b).cmp(&size(a)).then_with(|| label(a).cmp(&label(b)))
    });
}
