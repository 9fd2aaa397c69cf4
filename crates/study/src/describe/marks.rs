//! Marks of profiles, how old accounts are, and which other services they invite to.

use super::Scope;
use super::accounts::{Accounts, percentile_note, yes_or_no};
use super::gather::{Gathered, Tally};
use super::query;
use super::table::{
    Base, Entry, Order, denominator, percentile_columns, percentile_method, percentiles, public_total, share_columns, shares, wilson,
};
use crate::Error;
use crate::suppress::Counting;
use record::{Chart, Column, Finding, Kind, Value, text};
use std::collections::{BTreeMap, HashMap};

const DAY: f64 = 86_400_000_000.0;

/// Verified, protected, with places allowed, with the default picture. A mark that no source states has no row.
pub(crate) fn marks(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts) -> Finding {
    let labels = [
        text!("verified by the platform"),
        text!("protected: posts for approved followers alone"),
        text!("places on posts allowed"),
        text!("the platform's default picture"),
    ];
    let (mut rows, mut suppressed, mut most) = (Vec::new(), 0, 0);
    for (place, label) in labels.into_iter().enumerate() {
        let stated: Vec<bool> = gathered.accounts().filter_map(|(_, facts)| facts.mark(place)).collect();
        if stated.is_empty() {
            continue;
        }
        let shown = public_total(scope, stated.len() as u64, accounts.all);
        let (mut row, lost) = yes_or_no(scope, label, stated.iter().filter(|is_so| **is_so).count() as u64, shown);
        row.push(if shown < scope.min_cell { Value::Null } else { Value::from(shown) });
        rows.push(row);
        suppressed += lost;
        most = most.max(shown);
    }
    let mut columns = share_columns(Column::new("mark", text!("Accounts"), Kind::Label), false);
    columns.push(Column::new("of_accounts", text!("Of accounts"), Kind::Count));
    Finding {
        id: "account_marks".into(),
        section: "accounts".into(),
        title: text!("Marks of profiles"),
        note: text!(
            "As the latest observation of each account that states the mark shows it. A mark that no source states has no row; shares are of the accounts in \
             the last column."
        ),
        unit: text!("accounts"),
        denominator: denominator(scope, most, text!("accounts with a known mark (the largest group; each row has its own number)")),
        window: scope.window("accounts"),
        method: wilson(scope, text!("latest stated mark per account")),
        columns,
        rows,
        suppressed,
        chart: Chart::Bars { label: "mark".into(), value: "share".into(), interval: Some(("low".into(), "high".into())) },
    }
}

/// Age of accounts at their last post in the lake.
pub(crate) fn ages(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts) -> Finding {
    let age = |facts: &super::facts::Facts| {
        let (_, last) = facts.authored?.1?;
        Some((last.micros().checked_sub(facts.created()?.micros())? as f64 / DAY).max(0.0))
    };
    let ages: Vec<f64> = gathered.accounts().filter_map(|(_, facts)| age(facts)).collect();
    let shown = accounts.public_part_of_authors(scope, ages.len() as u64);
    let of =
        if shown == ages.len() as u64 { text!("accounts with a known time of creation and a post") } else { text!("accounts with a post") };
    let of = denominator(scope, if ages.is_empty() { 0 } else { shown }, of);
    let body = percentiles(scope, &text!("days"), ages, shown);
    Finding {
        id: "account_age".into(),
        section: "accounts".into(),
        title: text!("Age of accounts at their last post"),
        note: record::Text::sentences([
            text!("Days from the creation of an account to its last post in the lake, which is no sign that it ended there."),
            percentile_note(scope),
        ]),
        unit: text!("accounts"),
        denominator: of,
        window: scope.window_of(&["accounts", "posts"]),
        method: percentile_method(scope, text!("type 7 percentiles of days from creation to the last post in the lake")),
        columns: percentile_columns(text!("Age in days")),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: Chart::Percentiles { percentile: "percentile".into(), value: "value".into(), series: Some("measure".into()) },
    }
}

/// Services that people are invited to, and the hosts of their links.
pub(crate) const SERVICES: [(&str, &[&str]); 12] = [
    ("Discord", &["discord.gg", "discord.com", "discordapp.com"]),
    ("Hoop", &["hoopmessenger.com"]),
    ("Kik", &["kik.me"]),
    ("Line", &["line.me"]),
    ("Matrix", &["matrix.to", "app.element.io"]),
    ("Signal", &["signal.me", "signal.group"]),
    ("Skype", &["join.skype.com"]),
    ("TamTam", &["tt.me", "tamtam.chat"]),
    ("Telegram", &["t.me", "telegram.me", "telegram.dog"]),
    ("Threema", &["threema.id"]),
    ("Viber", &["viber.com", "invite.viber.com", "vb.me"]),
    ("WhatsApp", &["wa.me", "chat.whatsapp.com", "api.whatsapp.com"]),
];

/// The services that a profile's link or text points at, as bits in the order of [`SERVICES`].
pub(crate) fn services_in(text: &str) -> u16 {
    if !text.contains('.') {
        return 0;
    }
    let mut bits = 0;
    for word in text.split(|sign: char| sign.is_whitespace() || ['/', ':', '(', ')', '|', ',', '"', '?'].contains(&sign)) {
        let host = word.strip_prefix("www.").unwrap_or(word).trim_end_matches('.');
        if !host.contains('.') {
            continue;
        }
        for (place, (_, hosts)) in SERVICES.iter().enumerate() {
            bits |= u16::from(hosts.iter().any(|own| own.eq_ignore_ascii_case(host))) << place;
        }
    }
    bits
}

/// Accounts that point at other services, in posts or in their profiles, by service.
pub(crate) fn invitations(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts) -> Result<Finding, Error> {
    let hosts: BTreeMap<&str, usize> =
        SERVICES.iter().enumerate().flat_map(|(place, (_, hosts))| hosts.iter().map(move |host| (*host, place))).collect();
    let list = hosts.keys().map(|host| format!("'{host}'")).collect::<Vec<_>>().join(", ");
    // By account: the services that its posts point at, with posts.
    let mut posted: HashMap<u32, u16> = HashMap::new();
    let mut posts = [0_u64; SERVICES.len()];
    scope.lens.each(query::INVITATIONS, &[("hosts", &list), ("window", &scope.window_sql)], |row| {
        let Some(place) = row.text(0)?.and_then(|host| hosts.get(host)) else { return Ok(()) };
        posts[*place] += row.count(2)?;
        if let Some(account) = row.text(1)?.and_then(|key| gathered.keys.find(key)) {
            *posted.entry(account).or_default() |= 1 << place;
        }
        Ok(())
    })?;
    let mut tallies = [Tally::default(); SERVICES.len()];
    let mut all = 0;
    for (account, facts) in gathered.accounts() {
        let bits = posted.get(&account).copied().unwrap_or(0) | facts.services;
        all += u64::from(bits != 0);
        for (_, tally) in tallies.iter_mut().enumerate().filter(|(place, _)| bits & (1 << place) != 0) {
            tally.add_account(account);
        }
    }
    let entries = SERVICES
        .iter()
        .zip(tallies)
        .zip(posts)
        .filter(|((_, tally), _)| tally.accounts > 0)
        .map(|(((name, _), tally), posts)| Entry::new(record::Text::data(*name), tally.accounts, posts))
        .collect();
    let base = Base {
        accounts: all,
        of_accounts: accounts.all,
        of_posts: Some(posts.iter().sum()),
        left_out: (0, 0),
        counting: Counting::Overlapping,
    };
    let body = if all == 0 { Default::default() } else { shares(scope, entries, base, Order::Size) };
    Ok(Finding {
        id: "invitations".into(),
        section: "accounts".into(),
        title: text!("Invitations to other services"),
        note: text!(
            "Accounts whose posts or profile link to a messenger, by service alone: groups, channels and numbers are neither kept here nor shown. An \
             account counts under every service that it links to."
        ),
        unit: text!("accounts"),
        denominator: denominator(scope, accounts.all, text!("accounts observed")),
        window: scope.window_of(&["accounts", "posts"]),
        method: wilson(
            scope,
            text!(
                "distinct accounts with a link to a host of the service in a post, or in the link or text of an observed profile; the hosts are part of the program"
            ),
        ),
        columns: share_columns(Column::new("service", text!("Service"), Kind::Label), true),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: Chart::Bars { label: "service".into(), value: "share".into(), interval: Some(("low".into(), "high".into())) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_told_by_whole_hosts() {
        let named = |text: &str| -> Vec<&str> {
            let bits = services_in(text);
            SERVICES.iter().enumerate().filter(|(place, _)| bits & (1 << place) != 0).map(|(_, (name, _))| *name).collect()
        };
        assert_eq!(named("https://t.me/some_channel"), ["Telegram"]);
        assert_eq!(named("new account, write me: T.me/x or chat.whatsapp.com/abc."), ["Telegram", "WhatsApp"]);
        assert_eq!(named("www.discord.gg/x"), ["Discord"]);
        assert!(named("at.me is no service, nor is reddit.me").is_empty());
        assert!(named("").is_empty());
    }
}
