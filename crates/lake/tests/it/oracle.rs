//! Random records over random ingests, files, batches and orders, with so little memory that everything spills, against a naive model
//! that keeps all of it in maps.

use crate::lakes::*;
use lake::{AsOf, Lake, WriterOptions};
use proptest::prelude::*;
use record::{Account, Edge, Locus, Object, ObjectKind, Post, PostKind, Reason, Reject, Sighting, Sink, Status, Table};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A record before it has texts of its own.
#[derive(Clone, Debug)]
enum Given {
    Post { id: u8, version: u8, likes: u8, truncated: bool, known: bool },
    Account { id: u8, version: u8, observed: Option<u8> },
    Follow { from: u8, to: u8, at: Option<u8>, handle: u8 },
    Sighting { id: u8, at: u8, status: usize },
    Reject { line: u8 },
}

fn given() -> impl Strategy<Value = Given> {
    prop_oneof![
        4 => (0..40u8, 0..3u8, 0..3u8, any::<bool>(), any::<bool>())
            .prop_map(|(id, version, likes, truncated, known)| Given::Post { id, version, likes, truncated, known }),
        3 => (0..30u8, 0..3u8, proptest::option::of(0..4u8)).prop_map(|(id, version, observed)| Given::Account { id, version, observed }),
        2 => (0..8u8, 0..8u8, proptest::option::of(0..4u8), 0..3u8).prop_map(|(from, to, at, handle)| Given::Follow { from, to, at, handle }),
        1 => (0..10u8, 0..3u8, 0..Status::ALL.len()).prop_map(|(id, at, status)| Given::Sighting { id, at, status }),
        1 => (0..10u8).prop_map(|line| Given::Reject { line }),
    ]
}

fn post_of(id: u8, version: u8, likes: u8, truncated: bool, known: bool) -> Post<'static> {
    let reposted = id % 5 == 4;
    let tag = format!("tag{version}");
    Post {
        platform: "twitter".into(),
        post_id: format!("p{id}").into(),
        account_id: Some(format!("a{}", id % 7).into()),
        handle: known.then(|| format!("h{}", id % 7).into()),
        created_at: Some(time(i64::from(id))),
        kind: if reposted { PostKind::Repost } else { PostKind::Original },
        repost_of: reposted.then(|| "p0".into()),
        repost_of_account: reposted.then(|| "a0".into()),
        text: Some(format!("wording {version}").into()),
        truncated,
        likes: Some(i64::from(likes)),
        objects: vec![
            Object::new(ObjectKind::Hashtag, tag.clone()),
            Object::new(ObjectKind::Hashtag, tag),
            Object::new(ObjectKind::Url, format!("https://www.site{version}.example/x")),
            Object { kind: ObjectKind::Mention, object: format!("m{version}").into(), account_id: None },
        ],
        ..Post::default()
    }
}

fn account_of(id: u8, version: u8, observed: Option<u8>) -> Account<'static> {
    Account {
        platform: "twitter".into(),
        account_id: (!id.is_multiple_of(3)).then(|| format!("a{id}").into()),
        handle: Some(format!("h{id}").into()),
        bio: Some(format!("bio {version}").into()),
        observed_at: observed.map(|at| time(i64::from(at))),
        created_at: Some(time(-1)),
        followers: Some(i64::from(version)),
        verified: Some(true),
        ..Account::default()
    }
}

fn follow_of(from: u8, to: u8, at: Option<u8>, handle: u8) -> Edge<'static> {
    Edge {
        account_id: from.is_multiple_of(2).then(|| format!("a{from}").into()),
        handle: (from % 2 == 1 || handle > 0).then(|| if handle == 2 { format!("H{from}") } else { format!("h{from}") }.into()),
        to_account_id: Some(format!("a{to}").into()),
        at: at.map(|at| time(i64::from(at))),
        ..follow("", "", None)
    }
}

fn sighting_of(id: u8, at: u8, status: usize) -> Sighting<'static> {
    Sighting {
        platform: "twitter".into(),
        account_id: Some(format!("a{id}").into()),
        handle: None,
        at: time(i64::from(at)),
        status: Status::ALL[status],
    }
}

impl Given {
    fn give(&self, sink: &mut dyn Sink, locus: Locus) {
        match *self {
            Given::Post { id, version, likes, truncated, known } => sink.post(&post_of(id, version, likes, truncated, known), locus),
            Given::Account { id, version, observed } => sink.account(&account_of(id, version, observed), locus),
            Given::Follow { from, to, at, handle } => sink.edge(&follow_of(from, to, at, handle), locus),
            Given::Sighting { id, at, status } => sink.sighting(&sighting_of(id, at, status), locus),
            Given::Reject { line } => {
                let locus = Locus { line: u64::from(line), byte: 7 };
                sink.reject(&Reject { reason: Reason::NotJson, detail: "an object".to_owned(), locus, bytes: 3 });
            }
        }
    }
}

/// Ingests, each of sources, each of batches.
type Plan = Vec<Vec<Vec<Vec<Given>>>>;

fn plan() -> impl Strategy<Value = Plan> {
    let batch = prop::collection::vec(given(), 0..40);
    let source = prop::collection::vec(batch, 0..4);
    let ingest = prop::collection::vec(source, 1..4);
    prop::collection::vec(ingest, 1..4)
}

/// Runs the plan and gives (new rows by table, duplicates) of each seal.
fn run(lake: &Lake, plan: &Plan, memory: usize) -> Vec<(BTreeMap<Table, u64>, u64)> {
    let mut name = 0;
    let mut reports = Vec::new();
    for sources in plan {
        let mut writer = lake.writer(WriterOptions { now: time(0), memory }).unwrap();
        for batches in sources {
            name += 1;
            let source = writer.open_source().unwrap();
            let maker = writer.batches(source);
            // All batches are built before the first is appended, as parallel workers may: what is known must not matter.
            let mut built = Vec::new();
            let mut line = 0;
            for records in batches {
                let mut batch = maker.new_batch();
                for record in records {
                    line += 1;
                    record.give(&mut batch, at(line));
                }
                built.push(batch);
            }
            let mut facts = facts(&name.to_string());
            for batch in built {
                crate::lakes::add(&mut facts.counts, batch.counts());
                writer.append(batch).unwrap();
            }
            writer.close_source(source, facts).unwrap();
        }
        let report = writer.seal().unwrap();
        reports.push((report.new, report.duplicates));
    }
    reports
}

/// Every row that must stand, as text: of each key the best version of the first ingest that has it.
#[derive(Default)]
struct Model {
    rows: BTreeSet<String>,
    posts: HashMap<String, ()>,
    accounts: HashMap<u128, ()>,
    follows: HashMap<String, ()>,
    sightings: HashMap<String, ()>,
    duplicates: Vec<u64>,
}

fn optional<T: ToString>(value: Option<T>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

impl Model {
    fn ingest(&mut self, seal: usize, sources: &[Vec<Vec<Given>>]) {
        let mut posts: BTreeMap<String, Post<'static>> = BTreeMap::new();
        let mut accounts: BTreeMap<u128, Account<'static>> = BTreeMap::new();
        let mut follows: BTreeMap<String, Edge<'static>> = BTreeMap::new();
        let mut sightings: BTreeMap<String, Sighting<'static>> = BTreeMap::new();
        let mut given = 0;
        for record in sources.iter().flatten().flatten() {
            // Equal observations of an account are one observation, no repeat of a record.
            given += u64::from(!matches!(record, Given::Reject { .. } | Given::Account { .. }));
            match *record {
                Given::Post { id, version, likes, truncated, known } => {
                    let post = post_of(id, version, likes, truncated, known);
                    let key = post.post_id.to_string();
                    if posts.get(&key).is_none_or(|old| post.rank() > old.rank()) {
                        posts.insert(key, post);
                    }
                }
                Given::Account { id, version, observed } => {
                    let account = account_of(id, version, observed);
                    let when = |account: &Account<'_>| account.observed_at.map_or(i64::MAX, |at| at.micros());
                    if accounts.get(&account.digest()).is_none_or(|old| when(&account) < when(old)) {
                        accounts.insert(account.digest(), account);
                    }
                }
                Given::Follow { from, to, at, handle } => {
                    let edge = follow_of(from, to, at, handle);
                    let key = format!("{from} {to}");
                    let when = |edge: &Edge<'_>| edge.at.map_or(i64::MAX, |at| at.micros());
                    if follows.get(&key).is_none_or(|old| when(&edge) < when(old)) {
                        follows.insert(key, edge);
                    }
                }
                Given::Sighting { id, at, status } => {
                    sightings.insert(format!("{id} {at} {status}"), sighting_of(id, at, status));
                }
                Given::Reject { .. } => {}
            }
        }
        let before = self.known();
        for (key, post) in posts {
            if self.posts.insert(key, ()).is_none() {
                self.post(seal, &post);
            }
        }
        for (key, account) in accounts {
            if self.accounts.insert(key, ()).is_none() {
                let (id, at) = (optional(account.account_id), optional(account.observed_at));
                self.rows.insert(format!("accounts {seal}|{id}|{}|{}|{at}", optional(account.handle), optional(account.bio)));
            }
        }
        for (key, edge) in follows {
            if self.follows.insert(key, ()).is_none() {
                self.edge(seal, &edge);
            }
        }
        for (key, sighting) in sightings {
            if self.sightings.insert(key, ()).is_none() {
                let (id, at) = (optional(sighting.account_id), sighting.at);
                self.rows.insert(format!("sightings {seal}|{id}|{at}|{}", sighting.status.name()));
            }
        }
        self.duplicates.push(given - (self.known() - before));
    }

    fn known(&self) -> u64 {
        (self.posts.len() + self.follows.len() + self.sightings.len()) as u64
    }

    fn post(&mut self, seal: usize, post: &Post<'static>) {
        let (id, text, likes) = (&post.post_id, optional(post.text.as_ref()), optional(post.likes));
        let handle = optional(post.handle.as_ref());
        self.rows.insert(format!("posts {seal}|{id}|{handle}|{text}|{}|{likes}", post.truncated));
        let version = text.split(' ').next_back().unwrap();
        let mut objects = vec![
            ("hashtag", format!("tag{version}")),
            ("url", format!("https://www.site{version}.example/x")),
            ("domain", format!("site{version}.example")),
            ("mention", format!("m{version}")),
        ];
        if post.kind == PostKind::Repost {
            objects.push(("repost_of", "p0".to_owned()));
        } else {
            objects.push(("text", format!("{:032x}", record::text_fingerprint(&text).unwrap())));
        }
        for (kind, object) in objects {
            self.rows.insert(format!("post_objects {seal}|{id}|{handle}|{kind}|{object}"));
        }
        for tie in post.interactions() {
            self.edge(seal, &tie);
        }
    }

    /// Which of two handles a follow keeps at the same time is not modelled, only that it does not depend on order.
    fn edge(&mut self, seal: usize, edge: &Edge<'_>) {
        let from = edge.account_id.as_deref().map_or_else(|| optional(edge.handle.as_deref()).to_lowercase(), ToOwned::to_owned);
        let (to, to_handle) = (optional(edge.to_account_id.as_ref()), optional(edge.to_handle.as_ref()));
        let (post, at) = (optional(edge.post_id.as_ref()), optional(edge.at));
        self.rows.insert(format!("edges {seal}|{}|{from}|{to}|{to_handle}|{post}|{at}", edge.kind.name()));
    }
}

/// The lake's rows in the model's words; every row must be there once.
fn lake_rows(lake: &Lake) -> Vec<String> {
    let queries = [
        ("posts", "SELECT seal, post_id, handle, text, truncated, likes FROM posts"),
        ("accounts", "SELECT seal, account_id, handle, bio, observed_at FROM accounts"),
        ("post_objects", "SELECT seal, post_id, handle, kind, object FROM post_objects"),
        ("edges", "SELECT seal, kind, coalesce(account_id, lower(handle)), to_account_id, to_handle, post_id, \"at\" FROM edges"),
        ("sightings", "SELECT seal, account_id, \"at\", status FROM sightings"),
    ];
    let mut rows = Vec::new();
    for (table, sql) in queries {
        let result = query(lake, AsOf::Latest, sql);
        rows.extend(result.lines().map(|line| format!("{table} {line}")));
    }
    rows.sort();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn the_lake_holds_what_a_naive_model_holds(plan in plan(), tiny in any::<bool>()) {
        let (_folder, lake) = new_lake();
        let reports = run(&lake, &plan, if tiny { 3 << 10 } else { 64 << 20 });
        let mut model = Model::default();
        for (place, sources) in plan.iter().enumerate() {
            model.ingest(place + 1, sources);
        }
        let rows = lake_rows(&lake);
        let expected: Vec<String> = model.rows.iter().cloned().collect();
        prop_assert_eq!(&rows, &expected);
        let duplicates: Vec<u64> = reports.iter().map(|(_, duplicates)| *duplicates).collect();
        prop_assert_eq!(duplicates, model.duplicates);
        for (new, _) in &reports {
            prop_assert_eq!(new.len(), Table::ALL.len());
        }
        let sealed: u64 = reports.iter().flat_map(|(new, _)| new).filter(|(table, _)| Table::ALL[..5].contains(table)).map(|(_, rows)| rows).sum();
        prop_assert_eq!(sealed, rows.len() as u64);
    }

    /// One ingest of the same records in any order and split has the same rows, whatever the memory.
    #[test]
    fn order_and_split_do_not_matter(
        (records, shuffled) in prop::collection::vec(given(), 1..150).prop_flat_map(|records| (Just(records.clone()), Just(records).prop_shuffle())),
        cuts in (1..60usize, 1..60usize),
    ) {
        let split = |records: &[Given], cut: usize| -> Plan {
            vec![records.chunks(cut * 2).map(|source| source.chunks(cut).map(<[Given]>::to_vec).collect()).collect()]
        };
        let (_folder, one) = new_lake();
        let (_folder, two) = new_lake();
        let first = run(&one, &split(&records, cuts.0), 64 << 20);
        let second = run(&two, &split(&shuffled, cuts.1), 3 << 10);
        prop_assert_eq!(first[0].1, second[0].1);
        prop_assert_eq!(content(&one, &Table::ALL[..5]), content(&two, &Table::ALL[..5]));
    }

    /// The same plan gives the same files to the byte, whether or not workers knew of earlier rows when they built their batches.
    #[test]
    fn the_same_input_gives_the_same_bytes(plan in plan(), memory in prop_oneof![Just(3usize << 10), Just(64usize << 20)]) {
        let (folder, one) = new_lake();
        let (other, two) = new_lake();
        run(&one, &plan, memory);
        run_in_turn(&two, &plan, memory);
        prop_assert!(data_files(&folder.path().join("lake")) == data_files(&other.path().join("lake")));
    }
}

/// As [`run`], but each batch is appended before the next is built.
fn run_in_turn(lake: &Lake, plan: &Plan, memory: usize) {
    let mut name = 0;
    for sources in plan {
        let mut writer = lake.writer(WriterOptions { now: time(0), memory }).unwrap();
        for batches in sources {
            name += 1;
            let source = writer.open_source().unwrap();
            let mut facts = facts(&name.to_string());
            let mut line = 0;
            for records in batches {
                let mut batch = writer.batches(source).new_batch();
                for record in records {
                    line += 1;
                    record.give(&mut batch, at(line));
                }
                crate::lakes::add(&mut facts.counts, batch.counts());
                writer.append(batch).unwrap();
            }
            writer.close_source(source, facts).unwrap();
        }
        writer.seal().unwrap();
    }
}
