//! Accounts as their latest observations show them.

use super::facts::Facts;
use super::gather::{Gathered, Row};
use super::table::{
    Base, Body, Entry, Order, WITHHELD, denominator, percentile_columns, percentile_method, percentiles, public_part, public_total,
    share_cells, share_columns, shares, wilson,
};
use super::{Scope, table};
use crate::suppress::{Counting, Shown};
use record::{Chart, Column, Finding, Instant, Kind, Text, Value, text};
use std::collections::BTreeMap;

/// Facts about accounts, added up over the lake.
#[derive(Default)]
pub(crate) struct Accounts {
    /// Accounts with a profile, a post or a sighting.
    pub(crate) all: u64,
    /// Of those, accounts known by a handle alone.
    pub(crate) by_handle: u64,
    /// Of those, accounts with a post.
    authors: u64,
    platforms: BTreeMap<String, Platform>,
    /// Accounts by the month in which they were created.
    months: BTreeMap<i64, u64>,
    followers: Vec<f64>,
    following: Vec<f64>,
    lifetime_rates: Vec<f64>,
    window_rates: Vec<f64>,
    /// Posts a day over the last posts of each account.
    recent_rates: Vec<f64>,
}

#[derive(Default)]
struct Platform {
    accounts: u64,
    languages: BTreeMap<String, u64>,
}

impl Accounts {
    /// Adds one account up. The order of accounts does not matter: counts commute, and values are sorted before they are used.
    fn add(&mut self, key: &str, facts: &Facts) {
        self.all += 1;
        self.by_handle += u64::from(key.contains(":@"));
        self.authors += u64::from(facts.authored.is_some());
        let platform = self.platforms.entry(facts.platform.to_string()).or_default();
        platform.accounts += 1;
        if let Some(lang) = facts.lang() {
            *platform.languages.entry(lang.to_owned()).or_default() += 1;
        }
        if let Some(created) = facts.created() {
            *self.months.entry(month_start(created).micros()).or_default() += 1;
        }
        self.followers.extend(facts.followers().map(|n| n as f64));
        self.following.extend(facts.following().map(|n| n as f64));
        if let (Some((posts, seen)), Some(created)) = (facts.lifetime_posts(), facts.created()) {
            self.lifetime_rates.extend(lifetime_rate(posts, created, seen));
        }
        if let Some((posts, Some((first, last)))) = facts.authored {
            self.window_rates.push(window_rate(posts, first, last));
        }
    }

    /// The number of accounts with a post, as it may be shown next to the number of all accounts.
    pub(crate) fn public_authors(&self, scope: &Scope<'_>) -> u64 {
        public_total(scope, self.authors, self.all)
    }

    /// The same for a part of the accounts with a post.
    pub(crate) fn public_part_of_authors(&self, scope: &Scope<'_>, part: u64) -> u64 {
        public_part(scope, part, self.authors, self.public_authors(scope))
    }
}

const DAY: f64 = 86_400_000_000.0;

pub(crate) fn read(gathered: &Gathered) -> Accounts {
    let mut accounts = Accounts::default();
    for (key, facts) in gathered.keys.names().iter().zip(&gathered.facts).filter(|(_, facts)| !facts.is_outside) {
        accounts.add(key, facts);
    }
    for (_, posts) in gathered.by_author() {
        let last = super::places::last(posts);
        if let (Some(first), Some(end)) = (last.first().and_then(Row::day), last.last().and_then(Row::day)) {
            accounts.recent_rates.push(last.len() as f64 / f64::from(end - first + 1));
        }
    }
    accounts
}

/// Posts over the days from creation to the observation that counts them; an account younger than a day counts as a day old. None where
/// the clocks disagree.
fn lifetime_rate(posts: i64, created: Instant, seen: Instant) -> Option<f64> {
    let days = seen.micros().checked_sub(created.micros())? as f64 / DAY;
    (days >= 0.0 && posts >= 0).then(|| posts as f64 / days.max(1.0))
}

/// Posts in the lake over the UTC days from the account's first to its last post there, both included.
fn window_rate(posts: u64, first: Instant, last: Instant) -> f64 {
    posts as f64 / (last.day() - first.day() + 1).max(1) as f64
}

/// `2014-09`: a month is no day, and must not read as one.
fn year_and_month(micros: i64) -> String {
    Instant::from_micros(micros).date().chars().take("2014-09".len()).collect()
}

/// The first instant of the month.
pub(crate) fn month_start(at: Instant) -> Instant {
    let date = at.date();
    format!("{}-01", date.get(..7).unwrap_or(&date)).parse().unwrap_or(at)
}

pub(crate) fn findings(scope: &Scope<'_>, accounts: &Accounts) -> Vec<Finding> {
    let platforms = platform_entries(accounts);
    vec![
        platform_table(scope, accounts, platforms),
        languages(scope, accounts),
        creation_months(scope, accounts),
        counts(scope, accounts, "account_followers", text!("Followers"), &text!("followers"), &accounts.followers),
        counts(scope, accounts, "account_following", text!("Accounts followed"), &text!("following"), &accounts.following),
        posts_a_day(scope, accounts),
    ]
}

fn platform_entries(accounts: &Accounts) -> Vec<Entry> {
    accounts.platforms.iter().map(|(name, platform)| Entry::new(name.as_str(), platform.accounts, 0)).collect()
}

fn all_accounts(accounts: &Accounts) -> Base {
    Base { accounts: accounts.all, of_accounts: accounts.all, of_posts: None, left_out: (0, 0), counting: Counting::Partition }
}

fn bars(label: &str) -> Chart {
    Chart::Bars { label: label.into(), value: "share".into(), interval: Some(("low".into(), "high".into())) }
}

fn platform_table(scope: &Scope<'_>, accounts: &Accounts, entries: Vec<Entry>) -> Finding {
    let body = shares(scope, entries, all_accounts(accounts), Order::Size);
    Finding {
        id: "account_platforms".into(),
        section: "accounts".into(),
        title: text!("Accounts by platform"),
        note: text!(
            "Accounts with a profile, a post or a sighting in the lake, those whose posts others passed on included; accounts that are only \
               mentioned, followed or listed in follows are left out. Being in the lake says nothing about what an account supports."
        ),
        unit: text!("accounts"),
        denominator: denominator(scope, accounts.all, text!("accounts observed")),
        window: scope.window_of(&["accounts", "posts", "sightings"]),
        method: wilson(scope, text!("distinct accounts per platform; a handle that exactly one id is tied to is that id's account")),
        columns: share_columns(Column::new("platform", text!("Platform"), Kind::Label), false),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: bars("platform"),
    }
}

/// Languages per platform: the share is among the platform's accounts with a known setting, unless so few lack one that the difference
/// would be a small cell; then it is among all of them.
fn languages(scope: &Scope<'_>, accounts: &Accounts) -> Finding {
    let hidden = match table::decide(scope, &platform_entries(accounts), &all_accounts(accounts)) {
        Shown::Cells(hidden) => hidden,
        Shown::Nothing => vec![true; accounts.platforms.len()],
    };
    let (mut rows, mut suppressed, mut known, mut whole) = (Vec::new(), 0, 0, 0);
    for ((name, platform), is_hidden) in accounts.platforms.iter().zip(hidden) {
        if platform.languages.is_empty() {
            continue;
        }
        if is_hidden {
            // The platform's total is not known outside, so none of its parts may be.
            suppressed += platform.languages.len() as u64;
            rows.push(vec![
                Value::from(name.as_str()),
                Value::from(WITHHELD),
                Value::Null,
                Value::Null,
                Value::Null,
                Value::Null,
                Value::Null,
            ]);
            continue;
        }
        let stated: u64 = platform.languages.values().sum();
        let shown = public_total(scope, stated, platform.accounts);
        let entries = platform.languages.iter().map(|(lang, n)| Entry::open(Text::language(lang.as_str()), *n, 0)).collect();
        let base = Base {
            accounts: shown,
            of_accounts: shown,
            of_posts: None,
            left_out: (shown - stated, shown - stated),
            counting: Counting::Partition,
        };
        let Body { rows: lines, suppressed: lost } = shares(scope, entries, base, Order::Size);
        suppressed += lost;
        known += shown;
        whole += platform.accounts;
        let of = if shown < scope.min_cell { Value::Null } else { Value::from(shown) };
        rows.extend(lines.into_iter().map(|line| [vec![Value::from(name.as_str())], line, vec![of.clone()]].concat()));
    }
    let mut columns = vec![Column::new("platform", text!("Platform"), Kind::Label)];
    columns.extend(share_columns(Column::new("language", text!("Language setting"), Kind::Label), false));
    columns.push(Column::new("of_accounts", text!("Of accounts"), Kind::Count));
    let of = if known == whole {
        text!("accounts on platforms with language settings")
    } else {
        text!("accounts with a known language setting")
    };
    Finding {
        id: "account_languages".into(),
        section: "accounts".into(),
        title: text!("Accounts by language setting"),
        note: text!(
            "The language that the account's owner chose for the platform's own pages, in the latest observation that states it; it is not \
               the language of the posts, and never a nationality. Shares are of the accounts in the last column."
        ),
        unit: text!("accounts"),
        denominator: denominator(scope, known, of),
        window: scope.window("accounts"),
        method: wilson(scope, text!("latest stated language setting per account, in lower case, per platform")),
        columns,
        rows,
        suppressed,
        chart: bars("language"),
    }
}

fn creation_months(scope: &Scope<'_>, accounts: &Accounts) -> Finding {
    let stated: u64 = accounts.months.values().sum();
    let shown = public_total(scope, stated, accounts.all);
    let entries = accounts.months.iter().map(|(month, n)| Entry::new(year_and_month(*month), *n, 0)).collect();
    let base = Base {
        accounts: shown,
        of_accounts: shown,
        of_posts: None,
        left_out: (shown - stated, shown - stated),
        counting: Counting::Partition,
    };
    let body = shares(scope, entries, base, Order::Given);
    let of = if shown == stated {
        text!("accounts with a known time of creation")
    } else {
        text!("accounts observed; fewer than the smallest cell lack a time of creation")
    };
    Finding {
        id: "account_creation_months".into(),
        section: "accounts".into(),
        title: text!("Months in which accounts were created"),
        note: text!(
            "Only accounts that still existed when they were collected can be here: an older account had longer to be closed, so recent \
               months are too high against earlier ones, and a peak is not by itself a wave of new accounts."
        ),
        unit: text!("accounts"),
        denominator: denominator(scope, shown, of),
        window: scope.window("accounts"),
        method: wilson(scope, text!("month (UTC) of the time of creation in the latest observation that states it")),
        columns: share_columns(Column::new("month", text!("Month"), Kind::Time), false),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: Chart::Timeline { time: "month".into(), value: "accounts".into(), series: None },
    }
}

/// What is said of percentiles that leave the study.
pub(crate) fn percentile_note(scope: &Scope<'_>) -> Text {
    if scope.internal {
        Text::empty()
    } else {
        text!("No maximum or minimum is shown, no percentile with too few accounts beyond it, and values have two significant digits.")
    }
}

fn counts(scope: &Scope<'_>, accounts: &Accounts, id: &str, title: Text, what: &Text, values: &[f64]) -> Finding {
    let shown = public_total(scope, values.len() as u64, accounts.all);
    let body = percentiles(scope, what, values.to_vec(), shown);
    let of = if shown == values.len() as u64 {
        text!("accounts with a known number ({what})", what = what)
    } else {
        text!("accounts observed; fewer than {n} of them lack the number ({what})", n = scope.min_cell, what = what)
    };
    Finding {
        id: id.into(),
        section: "accounts".into(),
        title: title.clone(),
        note: Text::sentences([
            text!("As the platform counts them, in the latest observation of each account that states them."),
            percentile_note(scope),
        ]),
        unit: text!("accounts"),
        denominator: denominator(scope, shown, of),
        window: scope.window("accounts"),
        method: percentile_method(
            scope,
            text!("type 7 percentiles of `{what}` in the latest observation that states it", what = what.as_str()),
        ),
        columns: percentile_columns(title),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: Chart::Percentiles { percentile: "percentile".into(), value: "value".into(), series: Some("measure".into()) },
    }
}

fn posts_a_day(scope: &Scope<'_>, accounts: &Accounts) -> Finding {
    let lifetime = public_total(scope, accounts.lifetime_rates.len() as u64, accounts.all);
    let window = accounts.public_part_of_authors(scope, accounts.window_rates.len() as u64);
    let mut body = percentiles(scope, &text!("lifetime"), accounts.lifetime_rates.clone(), lifetime);
    let other = percentiles(scope, &text!("in the lake"), accounts.window_rates.clone(), window);
    let recent = percentiles(scope, &text!("last 200 posts"), accounts.recent_rates.clone(), window);
    for other in [other, recent] {
        body.rows.extend(other.rows);
        body.suppressed += other.suppressed;
    }
    Finding {
        id: "account_posts_per_day".into(),
        section: "accounts".into(),
        title: text!("Posts a day"),
        note: Text::sentences([
            text!(
                "Three rates that must not be compared with each other or with published ones of the other kind. Lifetime: all posts that the \
             platform counts, over the days from creation to the latest observation. In the lake: posts in the lake over the days from the \
             account's first to its last post there, which is the higher the shorter an account was watched. Last 200 posts: the same over the last 200 of an \
             account's posts in the lake."
            ),
            percentile_note(scope),
        ]),
        unit: text!("accounts"),
        denominator: denominator(
            scope,
            lifetime.max(window),
            text!("accounts with a known rate (the larger of the two groups; each row has its own number)"),
        ),
        window: scope.window_of(&["accounts", "posts"]),
        method: percentile_method(
            scope,
            text!(
                "lifetime = posts / max(1 day, observation − creation) at the latest observation; in the lake = posts with a time / (UTC days from first to last post, both included); last 200 posts = the same over the last 200 posts with a time"
            ),
        ),
        columns: percentile_columns(text!("Posts a day")),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: Chart::Percentiles { percentile: "percentile".into(), value: "value".into(), series: Some("measure".into()) },
    }
}

/// An attribute that an account has or has not: the pair of cells is decided together, so that neither gives the other away.
pub(crate) fn yes_or_no(scope: &Scope<'_>, label: Text, yes: u64, all: u64) -> (Vec<Value>, u64) {
    let entries = [Entry::new(&label, yes, 0), Entry::new("", all.saturating_sub(yes), 0)];
    let base = Base { accounts: all, of_accounts: all, of_posts: None, left_out: (0, 0), counting: Counting::Partition };
    let is_hidden = !matches!(table::decide(scope, &entries, &base), Shown::Cells(hidden) if hidden.first() == Some(&false));
    let mut row = vec![Value::from(label)];
    row.extend(share_cells(scope, (!is_hidden).then_some(yes), all));
    (row, u64::from(is_hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn rates_follow_their_rules() {
        assert_eq!(lifetime_rate(100, at("2015-01-01"), at("2015-01-11")), Some(10.0));
        // Younger than a day counts as a day; clocks that disagree give nothing.
        assert_eq!(lifetime_rate(100, at("2015-01-01"), at("2015-01-01T01:00:00Z")), Some(100.0));
        assert_eq!(lifetime_rate(100, at("2015-01-02"), at("2015-01-01")), None);
        assert_eq!(window_rate(6, at("2015-01-01T23:00:00Z"), at("2015-01-02T01:00:00Z")), 3.0);
        assert_eq!(window_rate(6, at("2015-01-01"), at("2015-01-01")), 6.0);
    }

    #[test]
    fn months_start_on_their_first_day() {
        assert_eq!(month_start(at("2014-09-30T23:59:59Z")), at("2014-09-01"));
    }
}
