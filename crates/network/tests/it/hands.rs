//! A world of hands as the linkage reads it: names to roots, texts to words and marks of style, communities found in who follows whom.

use network::{Graph, LeidenOptions, Profile, Space, leiden};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use world::Hands;
use xxhash_rust::xxh3::xxh3_64;

/// Accounts that must use a word before it counts as common.
const COMMON: usize = 120;

/// What the linkage sees of each account.
pub(crate) fn profiles(world: &Hands) -> Vec<Profile> {
    let communities = communities(world);
    let common = common(world);
    let mut style = text::Style::new(common.iter().map(String::as_str));
    let mut all = Vec::new();
    for (account, community) in world.accounts.iter().zip(communities) {
        let mut profile = Profile {
            handles: vec![text::root(&account.handle)],
            names: vec![text::root(&account.name)],
            words: account.bio.split_whitespace().map(|word| xxh3_64(word.as_bytes())).collect(),
            avatars: account.avatar.into_iter().collect(),
            followed: account.followed.iter().map(|account| u64::from(*account)).collect(),
            followers: account.followers.iter().map(|account| u64::from(*account)).collect(),
            community,
            ..Profile::default()
        };
        let (mut clients, mut marks) = (BTreeMap::new(), BTreeMap::new());
        for (hour, client, text) in &account.posts {
            profile.hours[usize::from(*hour)] += 1;
            *clients.entry(u64::from(*client)).or_insert(0) += 1;
            style.read(text, |mark| *marks.entry(mark).or_insert(0) += 1);
        }
        profile.clients = clients.into_iter().collect();
        profile.style = marks.into_iter().collect();
        all.push(profile);
    }
    all
}

/// The words that most accounts use.
fn common(world: &Hands) -> Vec<String> {
    let mut accounts: HashMap<&str, usize> = HashMap::new();
    for account in &world.accounts {
        let own: BTreeSet<&str> = account.posts.iter().flat_map(|(_, _, text)| text.split(|c: char| !c.is_alphabetic())).collect();
        own.into_iter().filter(|word| !word.is_empty()).for_each(|word| *accounts.entry(word).or_default() += 1);
    }
    let mut words: Vec<(usize, &str)> = accounts.into_iter().map(|(word, count)| (count, word)).collect();
    words.sort_unstable_by(|a, b| b.cmp(a));
    words.truncate(COMMON);
    words.into_iter().map(|(_, word)| word.to_owned()).collect()
}

/// Communities of the graph of who follows whom, as the verb finds them.
fn communities(world: &Hands) -> Vec<u32> {
    let mut number: HashMap<u32, u32> = (0..world.accounts.len() as u32).map(|account| (account, account)).collect();
    let mut edges = Vec::new();
    for (account, profile) in (0..).zip(&world.accounts) {
        for other in &profile.followed {
            let next = number.len() as u32;
            edges.push((account, *number.entry(*other).or_insert(next)));
        }
    }
    let graph = Graph::from_pairs(number.len(), &edges).unwrap();
    let incoming = graph.transpose(Space::unbounded()).unwrap();
    let both = graph.undirected(&incoming, Space::unbounded()).unwrap();
    let mut found = leiden(&both, &LeidenOptions::default()).unwrap().of;
    found.truncate(world.accounts.len());
    found
}
