//! Clusters, what ties them, what may explain them, who is in them in aggregate; traces and the list of what is known.

use super::super::Found;
use super::super::known::KnownKind;
use super::{Scope, caution, count, label, number, reason};
use crate::describe::table::WITHHELD;
use crate::suppress::{Cell, Counting, Shown, suppress};
use record::{Chart, Column, Finding, Instant, Kind, Text, Value, text};
use std::collections::BTreeMap;

pub(super) fn clusters(scope: &Scope<'_>) -> Finding {
    let rule = if scope.found.settings.leiden {
        text!("communities (Leiden) of the pairs of accounts that stand")
    } else {
        text!("components of the pairs of accounts that stand")
    };
    let note = Text::sentences([
        text!(
            "{n, plural, one {# cluster} other {# clusters}} of accounts that act together; accounts are counted, never named.",
            n = scope.found.clusters.len() as u64
        ),
        caution(),
    ]);
    let day = |found: &Found, place: usize| {
        let time = found.cluster.times.and_then(|times| times.get(place).copied());
        Value::from(time.map(|time| Instant::from_micros(time.div_euclid(super::DAY) * super::DAY)))
    };
    let row = |(cluster, found): (u64, &Found)| {
        vec![
            number(cluster),
            Value::from(found.cluster.size()),
            Value::from(found.cluster.links.len() as u64),
            day(found, 0),
            day(found, 1),
            Value::from(reason(&scope.found.settings, found)),
        ]
    };
    Finding {
        columns: vec![
            label("cluster", text!("Cluster")),
            count("accounts", text!("Accounts")),
            count("ties", text!("Ties")),
            Column::new("first", text!("First day"), Kind::Time),
            Column::new("last", text!("Last day"), Kind::Time),
            label("reason", text!("Why they are together")),
        ],
        rows: scope.clusters().map(row).collect(),
        suppressed: scope.hidden(),
        chart: Chart::Bars { label: "cluster".into(), value: "accounts".into(), interval: None },
        ..scope.finding("coordination_clusters", text!("Accounts that act together"), note, rule)
    }
}

pub(super) fn innocent(scope: &Scope<'_>) -> Finding {
    let word = |fits: Option<bool>| match fits {
        Some(true) => Text::code("fits", text!("fits")),
        Some(false) => Text::code("does_not_fit", text!("does not fit")),
        None => Text::code("not_known", text!("not known")),
    };
    let mut rows = Vec::new();
    for (cluster, found) in scope.clusters() {
        for own in &found.explained {
            let mut row = vec![number(cluster), Value::from(Text::code(own.what.name(), own.what.words())), Value::from(word(own.fits()))];
            if scope.internal {
                row.push(Value::from(own.share));
            }
            rows.push(row);
        }
    }
    let mut columns = vec![
        label("cluster", text!("Cluster")),
        label("explanation", text!("What may explain it")),
        label("fits", text!("Whether it fits")),
    ];
    if scope.internal {
        columns.push(Column::new("share", text!("Share"), Kind::Share));
    }
    let note = text!(
        "Innocent explanations come first. One fits where it explains half or more; that several fit, or none, decides nothing. What a study knows to be harmless is left out before anything is counted."
    );
    let rule = text!(
        "shares of the posts behind a cluster (by client), of its accounts (verified, linking to a shared site), of its pairs (one account, one hashtag; objects on which five times as many accounts posted), and of meetings that schedules explain"
    );
    Finding {
        columns,
        rows,
        suppressed: scope.hidden(),
        ..scope.finding("coordination_innocent", text!("What may explain that they act together"), note, rule)
    }
}

pub(super) fn reasons(scope: &Scope<'_>) -> Finding {
    let is_tested = scope.found.settings.test;
    let (mut rows, mut suppressed) = (Vec::new(), scope.hidden());
    for (cluster, found) in scope.clusters() {
        for own in &found.cluster.traces {
            if !scope.may_show(own.accounts) {
                suppressed += 1;
                continue;
            }
            let tested = |value: Value| if is_tested && own.trace.is_tested() { value } else { Value::Null };
            rows.push(vec![
                number(cluster),
                Value::from(Text::code(own.trace.name(), own.trace.words())),
                Value::from(own.edges),
                Value::from(own.pairs),
                Value::from(own.objects),
                if own.trace.is_tested() { Value::from(own.median_gap as f64 / 1e6) } else { Value::Null },
                tested(Value::from(own.observed)),
                tested(Value::from((own.expected * 10.0).round() / 10.0)),
                tested(Value::from(own.scheduled)),
            ]);
        }
    }
    Finding {
        columns: vec![
            label("cluster", text!("Cluster")),
            label("trace", text!("What they share")),
            count("ties", text!("Ties")),
            count("pairs", text!("Pairs of posts")),
            count("objects", text!("Objects")),
            Column::new("median_gap", text!("Median gap in seconds"), Kind::Number),
            count("meetings", text!("Meetings")),
            Column::new("expected", text!("Expected by chance"), Kind::Number),
            count("scheduled", text!("Scheduled meetings")),
        ],
        rows,
        suppressed,
        ..scope.finding(
            "coordination_reasons",
            text!("What ties the clusters"),
            text!("A meeting is an object on which two accounts of a cluster posted within the window; one that both accounts' schedules explain is counted apart."),
            text!("sums over the ties of a cluster, for every trace by itself; the same posts may stand in several traces"),
        )
    }
}

pub(super) fn languages(scope: &Scope<'_>) -> Finding {
    let rows =
        parts(scope, &|found| &found.languages, &|code| code.map_or_else(|| Text::code("unknown", text!("not known")), Text::language));
    Finding {
        columns: part_columns(label("language", text!("Language of most posts"))),
        rows: rows.0,
        suppressed: rows.1,
        ..scope.finding(
            "coordination_languages",
            text!("Languages of the clusters"),
            text!("In what language most posts of an account are, as detected; never a nationality."),
            text!("accounts of each cluster by the detected language of most of their posts in the lake"),
        )
    }
}

pub(super) fn places(scope: &Scope<'_>) -> Finding {
    let rows =
        parts(scope, &|found| &found.places, &|code| code.map_or_else(|| Text::code("unknown", text!("no known place")), Text::country));
    Finding {
        columns: part_columns(label("country", text!("Self-declared place"))),
        rows: rows.0,
        suppressed: rows.1,
        ..scope.finding(
            "coordination_places",
            text!("Self-declared places of the clusters"),
            text!("What profiles state in public; never where a person is or comes from."),
            text!("accounts of each cluster by the country that their latest profile states"),
        )
    }
}

fn part_columns(label: Column) -> Vec<Column> {
    vec![super::label("cluster", text!("Cluster")), label, count("accounts", text!("Accounts")), count("of_accounts", text!("Of accounts"))]
}

/// The accounts of every cluster in parts: small ones go, and what would give them away.
fn parts(
    scope: &Scope<'_>,
    of: &dyn Fn(&Found) -> &BTreeMap<Option<String>, u64>,
    word: &dyn Fn(Option<String>) -> Text,
) -> (Vec<Vec<Value>>, u64) {
    let (mut rows, mut suppressed) = (Vec::new(), 0);
    for (cluster, found) in scope.clusters() {
        let (size, parts) = (found.cluster.size(), of(found));
        let cells: Vec<Cell> = parts.values().map(|accounts| Cell::of_accounts(*accounts)).collect();
        let hidden = match suppress(&cells, size, Counting::Partition, scope.min_cell) {
            Shown::Cells(hidden) => hidden,
            Shown::Nothing => vec![true; cells.len()],
        };
        let mut shown: Vec<(&Option<String>, u64)> =
            parts.iter().zip(&hidden).filter(|(_, hidden)| !**hidden).map(|((code, accounts), _)| (code, *accounts)).collect();
        shown.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        let row = |label: Text, accounts: Option<u64>| vec![number(cluster), Value::from(label), Value::from(accounts), Value::from(size)];
        rows.extend(shown.into_iter().map(|(code, accounts)| row(word(code.clone()), Some(accounts))));
        let gone = hidden.iter().filter(|hidden| **hidden).count() as u64;
        if gone > 0 {
            rows.push(row(WITHHELD, None));
        }
        suppressed += gone;
    }
    (rows, suppressed)
}

pub(super) fn traces(scope: &Scope<'_>) -> Finding {
    let mut suppressed = 0;
    let rows = scope.found.traces.iter().map(|own| {
        let mut shown = |accounts: u64, value: Value| {
            if scope.may_show(accounts) {
                return value;
            }
            suppressed += 1;
            Value::Null
        };
        vec![
            Value::from(Text::code(own.trace.name(), own.trace.words())),
            if own.trace.is_tested() { Value::from(own.window as f64 / 1e6) } else { Value::Null },
            shown(own.accounts, Value::from(scope.rough(own.accounts))),
            shown(own.accounts, Value::from(own.posts)),
            shown(own.accounts, Value::from(own.objects)),
            shown(own.linked[0], Value::from(own.edges)),
            match own.tests {
                Some((_, standing)) => shown(own.linked[1], Value::from(standing)),
                None => Value::Null,
            },
        ]
    });
    let rows = rows.collect();
    Finding {
        columns: vec![
            label("trace", text!("What they share")),
            Column::new("window", text!("Window in seconds"), Kind::Number),
            count("accounts", text!("Accounts")),
            count("posts", text!("Posts on objects")),
            count("objects", text!("Objects")),
            count("edges", text!("Pairs of accounts that met")),
            count("standing", text!("That stand by this alone")),
        ],
        rows,
        suppressed,
        chart: Chart::Bars { label: "trace".into(), value: "edges".into(), interval: None },
        ..scope.finding(
            "coordination_traces",
            text!("What accounts share within a window"),
            text!("Two accounts meet where both posted on one object, apart by the window or less; the window decides how many do."),
            text!("pairs of accounts of the least weight or more, for every trace by itself"),
        )
    }
}

pub(super) fn known(scope: &Scope<'_>) -> Finding {
    // One row for each reason: a single account's posts would be a small cell, all that share a reason need not be.
    let mut notes: BTreeMap<(KnownKind, &str, &str), (u64, u64, u64)> = BTreeMap::new();
    for own in &scope.found.known {
        // The names of clients and domains are nobody's.
        let value = if own.entry.kind == KnownKind::Account { "" } else { own.entry.value.as_str() };
        let sum = notes.entry((own.entry.kind, value, own.entry.note.as_str())).or_default();
        *sum = (sum.0 + 1, sum.1 + own.posts, sum.2 + own.accounts);
    }
    let mut suppressed = 0;
    let rows = notes.into_iter().map(|((kind, value, note), (entries, posts, accounts))| {
        let word = match kind {
            KnownKind::Account => Text::code("account", text!("accounts")),
            KnownKind::Client => Text::code("client", text!("client")),
            KnownKind::Domain => Text::code("domain", text!("domain")),
        };
        let is_shown = scope.may_show(accounts);
        suppressed += u64::from(!is_shown);
        let name = if value.is_empty() { Value::Null } else { Value::from(value) };
        let entries = if kind == KnownKind::Account && !scope.may_show(entries) { Value::Null } else { Value::from(entries) };
        vec![Value::from(word), name, Value::from(Text::data(note)), entries, if is_shown { Value::from(posts) } else { Value::Null }]
    });
    let rows = rows.collect();
    Finding {
        columns: vec![
            label("kind", text!("Kind")),
            label("value", text!("Name")),
            label("note", text!("Why it is harmless")),
            count("entries", text!("Entries")),
            count("posts", text!("Posts left out")),
        ],
        rows,
        suppressed,
        ..scope.finding(
            "coordination_known",
            text!("What is known to be harmless"),
            text!("Left out before anything was counted, as the study's own list says. Accounts are named by the reason alone."),
            text!("posts on objects by accounts on the list, by clients on it, and links to domains on it, over all traces"),
        )
    }
}
