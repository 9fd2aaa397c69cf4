//! Who acts together, as the server shows it: read from the tables of the last `marsad coordinate` on the study.

use record::{Instant, Text, Value, text};
use std::collections::{BTreeMap, BTreeSet};
use study::coordinate::{EdgeShown, Evidence, KeptCluster, KeptRun, KeptTie, Trace};
use study::{PostCard, Study};
use web::{Cluster, ClusterRow, DayCount, EdgeKind, EdgePosts, Explained, Member, PairOfPosts, Part, ShownPost, Tie, direction_of};

const DAY: i64 = 86_400_000_000;
/// Pairs of posts of one edge that are shown.
const PAIRS: usize = 200;

/// The clusters that may be shown.
pub(super) fn rows(study: &Study, internal: bool) -> Result<Vec<ClusterRow>, study::Error> {
    let Some(run) = study.kept_clusters()? else { return Ok(Vec::new()) };
    let least = if internal { 0 } else { study.config().min_cell };
    let shown = |own: &KeptCluster| if internal { Some(own.clone()) } else { own.clone().suppressed(least) };
    Ok(run.clusters.iter().filter_map(shown).map(|own| row(&run, &own)).collect())
}

fn row(run: &KeptRun, own: &KeptCluster) -> ClusterRow {
    let time = |place: usize| own.times.and_then(|times| times.get(place).copied()).map(|time| Instant::from_micros(time).to_string());
    ClusterRow {
        id: own.number,
        reference: format!("{}:{}", own.number, run.id),
        accounts: own.accounts,
        edges: own.links,
        kinds: own.traces.iter().map(|trace| trace.trace.name().to_owned()).collect(),
        from: time(0),
        to: time(1),
    }
}

/// One cluster; none where there is none of that number, or it may not be shown.
pub(super) fn one(study: &Study, number: u64, internal: bool) -> Result<Option<Cluster>, study::Error> {
    let Some(run) = study.kept_clusters()? else { return Ok(None) };
    let Some(own) = run.clusters.iter().find(|own| own.number == number).cloned() else { return Ok(None) };
    let Some(own) = (if internal { Some(own) } else { own.suppressed(study.config().min_cell) }) else { return Ok(None) };
    // Of an unlisted study nothing of single accounts is told to who sees figures as they are published.
    let names_accounts = internal || !study.config().designation.is_unlisted();
    let network = if names_accounts { study.kept_network(number)? } else { Default::default() };
    let is_tested = run.settings.test;
    Ok(Some(Cluster {
        row: row(&run, &own),
        members: network.accounts.iter().map(|(id, edges)| Member { id: *id, edges: *edges }).collect(),
        ties: network.ties.iter().map(|own| tie(own, is_tested)).collect(),
        reasons: own.reasons(&run.settings),
        explained: own.explained.iter().map(|own| Explained { what: own.what.words(), fits: own.fits, share: own.share }).collect(),
        languages: parts(&own.languages, Text::language, text!("not known")),
        places: parts(&own.places, Text::country, text!("no known place")),
        timeline: timeline(&own),
    }))
}

fn tie(own: &KeptTie, is_tested: bool) -> Tie {
    Tie {
        a: own.nodes[0],
        b: own.nodes[1],
        kinds: own.traces.iter().map(|trace| trace.name().to_owned()).collect(),
        pairs: own.pairs,
        objects: own.met,
        expected: is_tested.then_some(own.expected),
        log_odds: own.log_odds,
        q: own.q,
    }
}

fn parts(own: &[study::coordinate::Part], word: impl Fn(String) -> Text, unknown: Text) -> Vec<Part> {
    let part = |part: &study::coordinate::Part| Part {
        name: match (&part.name, part.accounts) {
            (Some(name), _) => word(name.clone()),
            (None, Some(_)) => unknown.clone(),
            (None, None) => text!("(suppressed)"),
        },
        accounts: part.accounts,
    };
    own.iter().map(part).collect()
}

fn timeline(own: &KeptCluster) -> Vec<DayCount> {
    let day = |day: i64| Instant::from_micros(day.saturating_mul(DAY)).date();
    own.days.iter().map(|own| DayCount { day: day(own.day), posts: own.counts.map(|(posts, _)| posts) }).collect()
}

/// The posts behind the edge of two accounts, by their numbers.
pub(super) fn edge(study: &Study, a: u64, b: u64) -> Result<Option<EdgePosts>, study::Error> {
    let Some((cluster, keys)) = study.kept_accounts([a, b])? else { return Ok(None) };
    let shown = study.edge_evidence(&keys[0], &keys[1])?;
    if shown.is_empty() {
        return Ok(None);
    }
    // Evidence stands in the order of keys, numbers in another.
    let is_turned = keys[0] > keys[1];
    let mut all: Vec<(Trace, &Evidence)> = shown.iter().flat_map(|own| own.evidence.iter().map(move |pair| (own.trace, pair))).collect();
    all.sort_by_key(|(trace, pair)| (pair.times, *trace));
    all.truncate(PAIRS);
    let mut wanted: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (_, pair) in &all {
        for (key, post) in ordered(&keys, is_turned).into_iter().zip(&pair.posts) {
            wanted.entry(platform(key)).or_default().insert(post.clone());
        }
    }
    let mut posts: BTreeMap<(&str, String), PostCard> = BTreeMap::new();
    for (platform, ids) in &wanted {
        posts.extend(study.post_cards(platform, ids)?.into_iter().map(|(id, card)| ((*platform, id), card)));
    }
    let pairs = all.iter().map(|(trace, pair)| {
        let [first, second] = ordered(&keys, is_turned);
        let post = |key: &str, side: usize| {
            let card = posts.get(&(platform(key), pair.posts[side].clone())).cloned().unwrap_or_default();
            shown_post(PostCard { at: card.at.or(Some(Instant::from_micros(pair.times[side]))), ..card })
        };
        let both = [post(first, 0), post(second, 1)];
        let [a, b] = if is_turned {
            let [one, other] = both;
            [other, one]
        } else {
            both
        };
        let gap = pair.times[0].abs_diff(pair.times[1]) / 1_000_000;
        PairOfPosts { object: object(*trace, pair), kind: trace.name().to_owned(), seconds: i64::try_from(gap).unwrap_or(i64::MAX), a, b }
    });
    let pairs = pairs.collect();
    let kinds: Vec<EdgeKind> = shown.iter().map(kind).collect();
    let total = kinds.iter().map(|kind| kind.pairs).sum();
    Ok(Some(EdgePosts { a, b, cluster, kinds, pairs, total }))
}

fn ordered(keys: &[String; 2], is_turned: bool) -> [&str; 2] {
    let [a, b] = keys;
    if is_turned { [b, a] } else { [a, b] }
}

fn platform(key: &str) -> &str {
    key.split_once(':').map_or("", |(platform, _)| platform)
}

/// What people read of a shared thing: a link, a hashtag. The fingerprint of a wording and the id of a post say nothing; the posts do.
fn object(trace: Trace, pair: &Evidence) -> String {
    match trace {
        Trace::CoText | Trace::NearText | Trace::CoRepost | Trace::FastRepost | Trace::CoReply | Trace::CoMedia => String::new(),
        _ => pair.object.clone(),
    }
}

fn kind(shown: &EdgeShown) -> EdgeKind {
    let cell = |name: &str| shown.cells.iter().find(|(own, _)| own == name).map(|(_, value)| value).and_then(Value::number);
    let count = |name: &str| cell(name).map(|number| number as u64);
    EdgeKind {
        kind: shown.trace.name().to_owned(),
        pairs: count("pairs").unwrap_or(0),
        objects: count("observed"),
        expected: cell("expected"),
        p: cell("p"),
        q: cell("q"),
    }
}

/// A post as people read it.
pub(super) fn shown_post(card: PostCard) -> ShownPost {
    ShownPost { at: card.at.map(|at| at.to_string()), dir: direction_of(&card.text), text: card.text, lang: card.lang, media: Vec::new() }
}
