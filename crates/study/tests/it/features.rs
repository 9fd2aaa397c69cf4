//! Features and behaviour of accounts, from invented lakes to sealed tables and back.

use crate::lakes::{File, at, post, profile, seal, study};
use lake::{AsOf, ReadOptions, Reader};
use record::{Account, Post, PostKind};
use std::collections::BTreeMap;
use std::path::Path;
use study::features::{AutomationRules, Behaviour, FeatureOptions, Features, Reason, Summary, name_places, seal_features};
use study::{Error, Study};

const WORDS: [&str; 12] = ["reeds", "heron", "river", "القصب", "النهر", "morning", "заря", "waits", "high", "#spring", "bridge", "nest"];

/// Forty accounts with up to thirty posts: invented words by a fixed rule, a repost here and there.
fn posts() -> Vec<Post<'static>> {
    let mut posts = Vec::new();
    for account in 0..40_usize {
        for n in 0..account % 31 {
            let words: Vec<&str> = (0..4 + n % 3).map(|k| WORDS[(account * 7 + n * n + k * (account + 3)) % WORDS.len()]).collect();
            let time = at(&format!("2014-10-{:02}T{:02}:{:02}:11Z", 1 + n % 28, (account + n) % 24, (n * 13) % 60));
            posts.push(Post {
                kind: if n % 6 == 5 { PostKind::Repost } else { PostKind::Original },
                client: Some(if n % 4 == 1 { "IFTTT" } else { "Twitter Web App" }.into()),
                text: Some(format!("{} @heron_{n} https://reeds.example/{n}", words.join(" ")).into()),
                ..post(format!("{account}-{n}"), &format!("{account}"), &format!("heron_{account}"), time)
            });
        }
    }
    posts
}

fn profiles() -> Vec<Account<'static>> {
    let bio = |account: usize| format!("counts {} by the {}", WORDS[account % 12], WORDS[(account + 2) % 12]);
    (0..40)
        .map(|account| Account {
            name: Some("Friend of the river".into()),
            bio: Some(bio(account).into()),
            observed_at: Some(at("2014-11-01")),
            ..profile(&account.to_string(), &format!("heron_{account}"))
        })
        .collect()
}

fn keys() -> Vec<String> {
    let mut keys: Vec<String> = (0..41).map(|account| format!("heronry:{account}")).collect();
    keys.sort();
    keys
}

fn reader(study: &Study) -> Reader {
    study.lake().unwrap().read(AsOf::Latest).unwrap()
}

/// A study with the colony's posts in this order, over so many files.
fn colony(folder: &tempfile::TempDir, posts: Vec<Post<'static>>, files: usize) -> Study {
    let study = study(folder);
    let size = posts.len().div_ceil(files);
    let mut files: Vec<File<'_>> = posts.chunks(size).map(|part| File { name: "part", posts: part.to_vec(), ..File::default() }).collect();
    files[0].accounts = profiles();
    seal(&study, "2015-01-01T00:00:00Z", &files);
    study
}

fn sealed(study: &Study, path: &Path, options: &FeatureOptions) -> Summary {
    seal_features(&reader(study), &keys(), path, options, &mut |_| {}).unwrap()
}

fn norm(row: &[(u32, f32)]) -> f64 {
    row.iter().map(|(_, weight)| f64::from(*weight).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn every_account_has_a_row_and_scores_are_its_dot_products() {
    let folder = tempfile::tempdir().unwrap();
    let study = colony(&folder, posts(), 1);
    let path = folder.path().join("features.parquet");
    let options = FeatureOptions { frame: "f1".into(), ..FeatureOptions::default() };
    let mut read = 0;
    let summary = seal_features(&reader(&study), &keys(), &path, &options, &mut |posts| read = posts).unwrap();
    assert_eq!(summary, Summary { accounts: 41, with_features: 40, posts: read });
    assert_eq!(read, posts().len() as u64);
    let features = Features::open(&path, &lake::Cipher::none()).unwrap();
    assert_eq!((features.accounts(), features.frame(), features.seal()), (41, "f1", Some(1)));
    assert!(features.are_of(&keys(), 1) && !features.are_of(&keys()[1..], 1) && !features.are_of(&keys(), 2));
    // Any order may be asked for, and a row twice.
    let asked: Vec<u32> = (0..41).rev().chain([3]).collect();
    let rows = features.rows(&asked).unwrap();
    assert_eq!(rows[41], rows[37]);
    let weights: Vec<f32> = (0..features.width()).map(|place| ((place * 37) % 101) as f32 / 50.0 - 1.0).collect();
    let scores = features.scores(&weights).unwrap();
    for (account, row) in asked.iter().zip(&rows) {
        let expected: f64 = row.iter().map(|(place, weight)| f64::from(*weight) * f64::from(weights[*place as usize])).sum();
        assert!((scores[*account as usize] - expected).abs() < 1e-5, "{account}: {} and {expected}", scores[*account as usize]);
        let is_empty = keys()[*account as usize] == "heronry:40";
        assert!(if is_empty { row.is_empty() && scores[*account as usize] == 0.0 } else { (norm(row) - 1.0).abs() < 1e-5 });
        assert!(row.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
    assert!(matches!(features.scores(&weights[1..]), Err(Error::Features { .. })));
    assert!(matches!(features.rows(&[41]), Err(Error::Features { .. })));
}

/// The rows worked out from the definition: counts of places over all own texts, levels, document frequencies, length 1.
#[test]
fn rows_are_those_of_the_definition() {
    let folder = tempfile::tempdir().unwrap();
    let study = colony(&folder, posts(), 2);
    let path = folder.path().join("features.parquet");
    sealed(&study, &path, &FeatureOptions::default());
    let mut counts: BTreeMap<String, BTreeMap<u32, u32>> = BTreeMap::new();
    let mut cutter = text::Cutter::default();
    for post in posts().iter().filter(|post| post.kind != PostKind::Repost) {
        let row = counts.entry(format!("heronry:{}", post.account_id.as_ref().unwrap())).or_default();
        cutter.cut(post.text.as_ref().unwrap(), |hash, _| *row.entry((hash >> 48) as u32).or_default() += 1);
    }
    for account in profiles() {
        let row = counts.entry(format!("heronry:{}", account.account_id.unwrap())).or_default();
        let profile = format!("{} {}", account.name.unwrap(), account.bio.unwrap());
        cutter.cut(&profile, |hash, _| {
            row.insert(65_536 + (hash >> 50) as u32, 1);
        });
    }
    let documents = |place: &u32| counts.values().filter(|row| row.contains_key(place)).count() as f64;
    let features = Features::open(&path, &lake::Cipher::none()).unwrap();
    let found = features.rows(&(0..41).collect::<Vec<u32>>()).unwrap();
    for (key, found) in keys().iter().zip(found) {
        let Some(row) = counts.get(key) else {
            assert!(found.is_empty());
            continue;
        };
        let weigh = |(place, count): (&u32, &u32)| {
            let (least, most) = (2_f64.powi(count.ilog2() as i32), 2_f64.powi(count.ilog2() as i32 + 1) - 1.0);
            let idf = (42.0 / (1.0 + documents(place))).ln() + 1.0;
            (*place, (1.0 + (least * most).sqrt().ln()) * idf)
        };
        let weighed: Vec<(u32, f64)> = row.iter().map(weigh).collect();
        let length = weighed.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        assert_eq!(found.len(), weighed.len(), "{key}");
        for ((place, weight), (expected_place, expected)) in found.iter().zip(weighed) {
            assert_eq!(*place, expected_place);
            assert!((f64::from(*weight) - expected / length).abs() < 1e-5, "{key}, {place}");
        }
    }
}

#[test]
fn the_order_of_files_threads_and_memory_do_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let forward = colony(&folder, posts(), 1);
    let other = tempfile::tempdir().unwrap();
    let mut turned = posts();
    turned.reverse();
    let backward = colony(&other, turned, 7);
    let bytes = |study: &Study, name: &str, options: &FeatureOptions| {
        let path = folder.path().join(format!("{name}.parquet"));
        sealed(study, &path, options);
        (std::fs::read(&path).unwrap(), std::fs::read(folder.path().join(format!("{name}.behaviour.parquet"))).unwrap())
    };
    let one = bytes(&forward, "one", &FeatureOptions { threads: Some(1), ..FeatureOptions::default() });
    let many = bytes(&forward, "many", &FeatureOptions { threads: Some(5), ..FeatureOptions::default() });
    let turned = bytes(&backward, "turned", &FeatureOptions { threads: Some(3), memory: 1, ..FeatureOptions::default() });
    assert!(one == many, "threads changed the bytes");
    assert!(one == turned, "the order of files changed the bytes");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(
        !left.iter().any(|name| name.to_string_lossy().contains("temporary") || name.to_string_lossy().contains("unfinished")),
        "{left:?}"
    );
}

/// Accounts with one habit each; the last stands without an id.
fn habits() -> Vec<Post<'static>> {
    let mut posts = Vec::new();
    for n in 0..24 {
        let day = format!("2014-10-{:02}", 1 + n);
        let mut push = |account: &str, time: &str, client: &'static str, text: String, kind| {
            let time = at(&format!("{day}T{time}Z"));
            posts.push(Post {
                client: Some(client.into()),
                text: Some(text.into()),
                kind,
                ..post(format!("{account}-{n}"), account, "", time)
            });
        };
        let uneven = format!("{:02}:{:02}:{:02}", (n * n * 5) % 24, (n * n * 7) % 60, n + 1);
        let own = format!("on day {n} the river was {n} feet high");
        push("1", &uneven, "Twitter Web App", own.clone(), PostKind::Original);
        push("2", &uneven, "IFTTT", format!("{own} at the bridge"), PostKind::Original);
        push(
            "3",
            &uneven,
            "Twitter Web App",
            if n < 20 { "count the herons with us".into() } else { format!("{own} below") },
            PostKind::Reply,
        );
        for account in ["4", "5", "6", "7", "8", "9"] {
            let clock = format!("{:02}:{:02}:{:02}", (n * n * 5 + account.len()) % 24, (n * n * 7) % 60, n);
            push(account, &clock, "Twitter Web App", format!("everyone says {n} herons came @friend_{account}"), PostKind::Original);
        }
        push("A", "06:30:00", "Twitter Web App", format!("{own} at dawn"), PostKind::Repost);
    }
    posts
}

#[test]
fn behaviour_tells_habits_apart() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    seal(&study, "2015-01-01T00:00:00Z", &[File { name: "habits", posts: habits(), ..File::default() }]);
    let keys: Vec<String> = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "A"].iter().map(|id| format!("heronry:{id}")).collect();
    let path = folder.path().join("features.parquet");
    seal_features(&reader(&study), &keys, &path, &FeatureOptions::default(), &mut |_| {}).unwrap();
    let found = Features::open(&path, &lake::Cipher::none()).unwrap().behaviour().unwrap();
    let reasons: Vec<Vec<Reason>> = found.iter().map(|account| account.reasons(&AutomationRules::default())).collect();
    assert_eq!(reasons[0], []);
    assert_eq!(reasons[1], [Reason::Client]);
    assert_eq!(reasons[2], [Reason::Repeats]);
    assert!(reasons[3..9].iter().all(|reasons| *reasons == [Reason::Shared]), "{reasons:?}");
    assert_eq!(reasons[9], [Reason::Clockwork]);
    let plain = Behaviour { posts: 24, days: 24, with_client: 24, texts: 24, timed: 24, ..found[0] };
    assert_eq!(found[0], plain);
    assert_eq!((found[1].automated, found[2].repeated, found[3].shared, found[3].repeated), (24, 20, 24, 0));
    assert_eq!((found[9].reposts, found[9].texts, found[9].minute, found[9].burstiness), (24, 0, 24, Some(-1.0)));
    // Six accounts share the texts; who asks for six others finds none.
    let strict = FeatureOptions { shared_by: 6, ..FeatureOptions::default() };
    seal_features(&reader(&study), &keys, &path, &strict, &mut |_| {}).unwrap();
    assert!(Features::open(&path, &lake::Cipher::none()).unwrap().behaviour().unwrap().iter().all(|account| account.shared == 0));
}

#[test]
fn a_handle_that_the_lake_ties_to_an_id_is_that_account() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    let time = at("2014-10-01T10:00:01Z");
    let posts = vec![post("1".into(), "7", "Heron_7", time), post("2".into(), "", "heron_7", time), post("3".into(), "", "Heron_8", time)];
    seal(&study, "2015-01-01T00:00:00Z", &[File { name: "bare", posts, ..File::default() }]);
    let path = folder.path().join("features.parquet");
    let keys = ["heronry:7".to_owned(), "heronry:@heron_8".to_owned()];
    // Twice on one reader, as a session does.
    let reader = reader(&study);
    for _ in 0..2 {
        let summary = seal_features(&reader, &keys, &path, &FeatureOptions::default(), &mut |_| {}).unwrap();
        assert_eq!(summary.posts, 3);
    }
    let posts: Vec<u32> =
        Features::open(&path, &lake::Cipher::none()).unwrap().behaviour().unwrap().iter().map(|account| account.posts).collect();
    assert_eq!(posts, [2, 1]);
}

#[test]
fn places_are_named_only_by_what_enough_accounts_say() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    let time = at("2014-10-01T10:00:01Z");
    let text = |account: usize| if account == 0 { "reeds and a rareword" } else { "the reeds" };
    let posts: Vec<Post<'_>> = (0..5)
        .map(|account| Post { text: Some(text(account).into()), ..post(account.to_string(), &account.to_string(), "", time) })
        .collect();
    let accounts = (0..5).map(|account| Account { bio: Some("heronkeeper".into()), ..profile(&account.to_string(), "") }).collect();
    seal(&study, "2015-01-01T00:00:00Z", &[File { name: "words", posts, accounts, ..File::default() }]);
    let place = |wanted: &str, is_profile: bool| {
        let mut found = None;
        text::Cutter::default().cut(wanted, |hash, feature| {
            if matches!(feature, text::Feature::Word(_)) {
                found = Some(if is_profile { 65_536 + text::place(hash, 14) } else { text::place(hash, 16) });
            }
        });
        found.unwrap()
    };
    let mut gram = None;
    text::Cutter::default().cut("reeds", |hash, feature| {
        if feature == text::Feature::Gram(&['<', 'r', 'e']) {
            gram = Some(text::place(hash, 16));
        }
    });
    let keys: Vec<String> = (0..5).map(|account| format!("heronry:{account}")).collect();
    let places = [place("reeds", false), place("rareword", false), place("heronkeeper", true), gram.unwrap(), place("neverused", false)];
    let names = name_places(&reader(&study), &keys, &places, 3).unwrap();
    let names: Vec<Option<&str>> = names.iter().map(Option::as_deref).collect();
    assert_eq!(names, [Some("reeds"), None, Some("profile: heronkeeper"), Some("re*"), None]);
    assert_eq!(name_places(&reader(&study), &keys[..2], &places[..1], 3).unwrap(), [None]);
}

#[test]
fn without_the_terms_a_row_is_that_of_a_text_that_never_had_them() {
    let rows = |texts: [&'static str; 2], terms: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let study = study(&folder);
        let time = at("2014-10-01T10:00:01Z");
        let with_text = |n: usize, text: &'static str| Post { text: Some(text.into()), ..post(n.to_string(), &n.to_string(), "", time) };
        let posts = vec![with_text(0, texts[0]), with_text(1, texts[1])];
        seal(&study, "2015-01-01T00:00:00Z", &[File { name: "terms", posts, ..File::default() }]);
        let keys = ["heronry:0".to_owned(), "heronry:1".to_owned()];
        let path = folder.path().join("features.parquet");
        seal_features(&reader(&study), &keys, &path, &FeatureOptions::default(), &mut |_| {}).unwrap();
        let features = Features::open(&path, &lake::Cipher::none()).unwrap();
        let terms: Vec<String> = terms.iter().map(|term| (*term).to_owned()).collect();
        // In another order than sealed.
        let without = features.rows_without(&reader(&study), &[keys[1].clone(), keys[0].clone()], &terms).unwrap();
        (features.rows(&[1, 0]).unwrap(), without)
    };
    let (with, without) = rows(["The Grey Heron is high", "we wait at the river #greyheron"], &["Grey Heron"]);
    let places = |row: &[(u32, f32)]| row.iter().map(|(place, _)| *place).collect::<Vec<_>>();
    let (plain, same) = rows(["The is high", "we wait at the river"], &["Grey Heron"]);
    assert_eq!(plain, same, "nothing to take out");
    for account in 0..2 {
        assert_ne!(places(&with[account]), places(&without[account]));
        assert_eq!(places(&without[account]), places(&plain[account]));
        assert!((norm(&without[account]) - 1.0).abs() < 1e-5);
    }
}

#[test]
fn what_cannot_be_used_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let study = colony(&folder, posts(), 1);
    let path = folder.path().join("features.parquet");
    let refusal = |keys: &[String]| {
        let reader = reader(&study);
        seal_features(&reader, keys, &path, &FeatureOptions::default(), &mut |_| {}).unwrap_err().to_string()
    };
    let hide = |text: String| text.replace(&folder.path().display().to_string(), "DIR");
    let turned: Vec<String> = keys().into_iter().rev().collect();
    let none = hide(refusal(&[]));
    let unsorted = hide(refusal(&turned));
    assert!(!path.exists());
    sealed(&study, &path, &FeatureOptions::default());
    // Another version: the fact stands in the footer, as text.
    let mut table = lake::Derived::read(&path, &lake::Cipher::none()).unwrap();
    table.facts.insert("features_version".into(), "1".into());
    table.write(&path, &lake::Cipher::none()).unwrap();
    let old = hide(Features::open(&path, &lake::Cipher::none()).err().unwrap().to_string());
    table.facts.remove("features_version");
    table.write(&path, &lake::Cipher::none()).unwrap();
    let foreign = hide(Features::open(&path, &lake::Cipher::none()).err().unwrap().to_string());
    sealed(&study, &path, &FeatureOptions::default());
    let features = Features::open(&path, &lake::Cipher::none()).unwrap();
    seal_features(&reader(&study), &keys()[1..], &path, &FeatureOptions::default(), &mut |_| {}).unwrap();
    let unlike = hide(features.behaviour().unwrap_err().to_string());
    insta::assert_snapshot!([none, unsorted, old, foreign, unlike].join("\n"), @r"
    `DIR/features.parquet`: there are no accounts to work out features of; make a frame that holds some
    `DIR/features.parquet`: the keys of the accounts are not in ascending order at number `1`; sort them and drop repeats
    `DIR/features.parquet`: it holds features of version `1` where this Marsad makes version `2`; remove it and score again, the lake has everything
    `DIR/features.parquet`: it holds no features; remove it and score again
    `DIR/features.behaviour.parquet`: it is not of the same accounts and seal as the features beside it; remove both and score again
    ");
}

#[test]
fn a_reader_with_little_memory_suffices() {
    let folder = tempfile::tempdir().unwrap();
    let study = colony(&folder, posts(), 3);
    let options = ReadOptions { memory: 1 << 20, threads: Some(1) };
    let reader = study.lake().unwrap().read_with(AsOf::Latest, options).unwrap();
    let summary = seal_features(&reader, &keys(), &folder.path().join("f.parquet"), &FeatureOptions::default(), &mut |_| {}).unwrap();
    assert_eq!(summary.posts, posts().len() as u64);
}
