//! Links and groups against brute force over all pairs.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use text::{DuplicateError, Near, Post, fingerprint, groups, jaccard, near_duplicates};

fn world(seed: u64, posts: usize) -> Vec<(u64, i64, String)> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut texts: Vec<Vec<u32>> = Vec::new();
    let mut out = Vec::new();
    for id in 0..posts {
        let set = if !texts.is_empty() && random.random_bool(0.5) {
            let mut copy = texts[random.random_range(0..texts.len())].clone();
            for _ in 0..random.random_range(0..3) {
                let at = random.random_range(0..copy.len());
                copy[at] = random.random_range(0..400);
            }
            copy
        } else {
            (0..random.random_range(3..16)).map(|_| skewed(&mut random)).collect()
        };
        let text = set.iter().map(|word| format!("w{word}")).collect::<Vec<_>>().join(" ");
        texts.push(set);
        out.push((id as u64, random.random_range(0..1_000), text));
    }
    out
}

fn skewed(random: &mut impl Rng) -> u32 {
    let u: f64 = random.random();
    (400.0 * u * u * u) as u32
}

fn brute(posts: &[Post<'_>], near: Near) -> Vec<usize> {
    let mut label: Vec<usize> = (0..posts.len()).collect();
    for a in 0..posts.len() {
        for b in 0..a {
            let is_near = (posts[a].time - posts[b].time).abs() <= near.window && jaccard(posts[a].text, posts[b].text) >= near.threshold;
            if is_near && label[a] != label[b] {
                let (from, to) = (label[a], label[b]);
                label.iter_mut().filter(|l| **l == from).for_each(|l| *l = to);
            }
        }
    }
    label
}

#[test]
fn groups_are_those_of_brute_force() {
    for seed in 0..6 {
        let world = world(seed, 250);
        let posts: Vec<Post<'_>> = world.iter().map(|(id, time, text)| Post { id: *id, time: *time, text }).collect();
        for (threshold, window) in [(0.8, 100), (0.5, 30), (1.0, 500), (0.8, 0), (0.3, 10_000)] {
            let near = Near { threshold, window, least_words: 1 };
            let found = groups(&posts, near).unwrap();
            let truth = brute(&posts, near);
            for a in 0..posts.len() {
                for b in 0..a {
                    assert_eq!(found[a] == found[b], truth[a] == truth[b], "seed {seed}, posts {a} and {b}, {near:?}");
                }
            }
        }
    }
}

#[test]
fn every_link_is_what_it_says() {
    let world = world(99, 2_000);
    let posts: Vec<Post<'_>> = world.iter().map(|(id, time, text)| Post { id: *id, time: *time, text }).collect();
    let near = Near { threshold: 0.8, window: 200, least_words: 4 };
    let links = near_duplicates(&posts, near).unwrap();
    assert!(links.len() > 100, "{}", links.len());
    for link in &links {
        let (a, b) = (&posts[link.earlier], &posts[link.later]);
        assert!(a.time <= b.time && b.time - a.time <= 200);
        assert!((jaccard(a.text, b.text) - link.jaccard).abs() < 1e-12 && link.jaccard >= 0.8);
    }
    assert_eq!(links, near_duplicates(&posts, near).unwrap());
}

#[test]
fn thousands_of_copies_give_thousands_of_links() {
    let posts: Vec<Post<'_>> = (0..5_000).map(|at| Post { id: at, time: at as i64, text: "the same five words here" }).collect();
    let near = Near { threshold: 0.8, window: 10, least_words: 4 };
    assert_eq!(near_duplicates(&posts, near).unwrap().len(), 4_999);
    assert!(groups(&posts, near).unwrap().iter().all(|group| *group == 0));
}

#[test]
fn short_posts_and_bad_settings() {
    let posts = [Post { id: 1, time: 0, text: "good morning" }, Post { id: 2, time: 0, text: "good morning" }];
    assert!(near_duplicates(&posts, Near { threshold: 0.8, window: 10, least_words: 3 }).unwrap().is_empty());
    assert!(near_duplicates(&[], Near { threshold: 0.8, window: 10, least_words: 3 }).unwrap().is_empty());
    assert_eq!(near_duplicates(&posts, Near { threshold: 0.0, window: 1, least_words: 1 }), Err(DuplicateError::Threshold(0.0)));
    assert_eq!(near_duplicates(&posts, Near { threshold: 0.5, window: -1, least_words: 1 }), Err(DuplicateError::Window(-1)));
    assert!(near_duplicates(&posts, Near { threshold: f64::NAN, window: 1, least_words: 1 }).is_err());
}

#[test]
fn fingerprints_see_through_disguise() {
    assert_eq!(fingerprint("Join  us\u{200b} NOW"), fingerprint("jоin us n0w"));
    assert_ne!(fingerprint("join us now"), fingerprint("join us then"));
}
