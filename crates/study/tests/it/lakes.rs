//! Invented lakes, written as an ingest would write them.

use lake::{SourceFacts, WriterOptions};
use record::{
    Account, Counts, Designation, Edge, EdgeKind, Instant, Locus, Object, ObjectKind, Post, PostKind, Reason, Reject, Sighting, Sink,
    Status,
};
use std::borrow::Cow;
use std::collections::BTreeMap;
use study::{DesignationSource, Init, Study};

pub(crate) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(crate) fn listed() -> DesignationSource {
    DesignationSource::Listed(Designation {
        list: "Invented list".into(),
        reference: "INV-1".into(),
        name: "Front of the Grey Heron".into(),
        aliases: vec![],
        listed_on: Some("2012-03-04".into()),
        legal_basis: "Act 1 of Nowhere".into(),
    })
}

pub(crate) fn study(folder: &tempfile::TempDir) -> Study {
    Study::init(&folder.path().join("study"), &Init { name: "An invented study".into(), designation: listed() }).unwrap()
}

/// What one invented file says.
#[derive(Default)]
pub(crate) struct File<'a> {
    pub(crate) name: &'a str,
    pub(crate) accounts: Vec<Account<'a>>,
    pub(crate) posts: Vec<Post<'a>>,
    pub(crate) follows: Vec<Edge<'a>>,
    pub(crate) sightings: Vec<Sighting<'a>>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) unrepresented: BTreeMap<&'static str, u64>,
    pub(crate) missed: u64,
}

/// Seals files at a time.
pub(crate) fn seal(study: &Study, now: &str, files: &[File<'_>]) {
    let mut writer = study.lake().unwrap().writer(WriterOptions::new(at(now))).unwrap();
    for (place, file) in files.iter().enumerate() {
        let source = writer.open_source().unwrap();
        let mut batch = writer.batches(source).new_batch();
        let mut locus = Locus { line: 0, byte: 0 };
        let mut next = || {
            locus.line += 1;
            locus
        };
        for account in &file.accounts {
            batch.account(account, next());
        }
        for post in &file.posts {
            batch.post(post, next());
        }
        for follow in &file.follows {
            batch.edge(follow, next());
        }
        for sighting in &file.sightings {
            batch.sighting(sighting, next());
        }
        for reject in &file.rejects {
            batch.reject(reject);
        }
        writer.append(batch).unwrap();
        let facts = SourceFacts {
            name: file.name.to_owned(),
            sha256: format!("{place:02x}{}", now.replace(['-', ':', 'T', 'Z'], ""))
                .chars()
                .chain("0".repeat(64).chars())
                .take(64)
                .collect(),
            format: "invented".into(),
            encoding: "utf-8".into(),
            compression: "none".into(),
            bytes: 1000,
            decoded_bytes: 1000,
            lines: next().line - 1,
            counts: Counts {
                accounts: file.accounts.len() as u64,
                posts: file.posts.len() as u64,
                edges: file.follows.len() as u64,
                sightings: file.sightings.len() as u64,
                rejects: file.rejects.len() as u64,
            },
            unrepresented: file.unrepresented.clone(),
            missed: file.missed,
            first_post_at: file.posts.iter().filter_map(|post| post.created_at).min(),
            last_post_at: file.posts.iter().filter_map(|post| post.created_at).max(),
            ..SourceFacts::default()
        };
        writer.close_source(source, facts).unwrap();
    }
    writer.seal().unwrap();
}

/// A profile of the platform `heronry`.
pub(crate) fn profile(id: &str, handle: &str) -> Account<'static> {
    Account {
        platform: "heronry".into(),
        account_id: (!id.is_empty()).then(|| Cow::Owned(id.to_owned())),
        handle: (!handle.is_empty()).then(|| Cow::Owned(handle.to_owned())),
        ..Account::default()
    }
}

pub(crate) fn post(id: String, author: &str, handle: &str, created_at: Instant) -> Post<'static> {
    Post {
        platform: "heronry".into(),
        post_id: Cow::Owned(id),
        account_id: (!author.is_empty()).then(|| Cow::Owned(author.to_owned())),
        handle: (!handle.is_empty()).then(|| Cow::Owned(handle.to_owned())),
        created_at: Some(created_at),
        text: Some("MARKERTEXT the reeds are high this year".into()),
        ..Post::default()
    }
}

/// A colony of sixty accounts whose handles, names and texts carry markers that must never leave the study.
///
/// Languages: 40 ar, 15 en, 3 fr, 2 unstated. Created: 4 in 2013-01, 20 in 2014-08, 36 in 2014-09. Clients: 35 Android, 20 iPhone,
/// 3 BlackBerry, 2 an unknown tool, some of them two at once. Three posts each over ten days, none on the fifth.
pub(crate) fn colony() -> File<'static> {
    let mut file = File { name: "heron_00_timeline.json", ..File::default() };
    for i in 0..60usize {
        let (id, handle) = (format!("{}", 1000 + i), format!("Heron_{i:02}"));
        let lang = match i {
            0..40 => Some("ar"),
            40..55 => Some("EN"),
            55..58 => Some("fr"),
            _ => None,
        };
        let created = match i {
            0..4 => "2013-01-05",
            4..24 => "2014-08-10",
            _ => "2014-09-20",
        };
        file.accounts.push(Account {
            name: Some("MARKERNAME".into()),
            bio: Some("MARKERBIO".into()),
            lang: lang.map(Cow::Borrowed),
            created_at: Some(at(created)),
            observed_at: Some(at("2014-11-01")),
            followers: Some(100 + 17 * i as i64),
            following: Some(50 + i as i64),
            posts: Some(10 * (i as i64 + 1)),
            ..profile(&id, &handle)
        });
        for n in 0..3 {
            file.posts.push(colony_post(i, n, &id, &handle));
        }
    }
    for i in 0..25usize {
        file.follows.push(Edge {
            platform: "heronry".into(),
            kind: EdgeKind::Follow,
            account_id: Some(Cow::Owned(format!("{}", 1000 + i))),
            handle: None,
            to_account_id: Some("1059".into()),
            to_handle: None,
            post_id: None,
            at: Some(at("2014-10-20")),
        });
        let status = if i < 20 { Status::Active } else { Status::Suspended };
        file.sightings.push(Sighting {
            platform: "heronry".into(),
            account_id: Some(Cow::Owned(format!("{}", 1000 + i))),
            handle: None,
            at: at("2014-12-01T10:00:00Z"),
            status,
        });
    }
    file.rejects.push(Reject { reason: Reason::NotJson, detail: "line".into(), locus: Locus { line: 500, byte: 9000 }, bytes: 10 });
    file.unrepresented.insert("delete_notice", 7);
    file.missed = 12;
    file
}

fn colony_post(i: usize, n: usize, id: &str, handle: &str) -> Post<'static> {
    let day = [1, 2, 3, 4, 6, 7, 8, 9, 10][(i + 4 * n) % 9];
    let client = match (i, n) {
        (0..35, _) | (35..40, 1) => "Twitter for Android",
        (35..55, _) => "Twitter for iPhone",
        (55..58, _) => "Twitter for BlackBerry",
        _ => "heron_58_tool",
    };
    let mut objects = vec![Object::new(ObjectKind::Hashtag, "spring")];
    if i < 20 {
        objects.push(Object::new(ObjectKind::Hashtag, "heron_07"));
        objects.push(Object::new(ObjectKind::Url, "https://heronry.example/heron_03/posts/9"));
        objects.push(Object::new(ObjectKind::Url, "https://twitter.com/someone/status/9"));
        objects.push(Object::new(ObjectKind::Url, "https://example.org/reeds"));
        objects.push(Object::new(ObjectKind::Mention, "heron_09"));
    }
    if i < 4 {
        objects.push(Object::new(ObjectKind::Hashtag, "markersmall"));
    }
    let kind = if i < 12 && n == 2 { PostKind::Repost } else { PostKind::Original };
    Post {
        kind,
        lang: Some(if i < 57 { "ar" } else { "und" }.into()),
        client: Some(client.into()),
        objects,
        ..post(format!("{i}-{n}"), id, handle, at(&format!("2014-10-{day:02}T12:00:00Z")))
    }
}
