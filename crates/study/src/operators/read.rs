//! The accounts of a lake as the linkage sees them.

use crate::Error;
use crate::describe::query::{self, Lens};
use network::{Graph, LeidenOptions, Names, Profile, Space, leiden};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use text::{Normalisation, Style, fingerprint, normalise, root};

/// Posts of an account whose words and style are read: more say the same.
const POSTS: u32 = 400;
/// Of these, posts in which common words are looked for.
const SEEN: u32 = 30;
/// Words that count as common: those in most posts.
const COMMON: usize = 150;
/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// Accounts in the order of their keys.
pub(super) struct Rows {
    pub(super) keys: Vec<String>,
    pub(super) profiles: Vec<Profile>,
}

/// Reads profiles, ties and posts.
pub(super) fn read(lens: &Lens<'_>, among: Option<&BTreeSet<String>>, progress: &mut dyn FnMut(u64)) -> Result<Rows, Error> {
    let (keys, mut profiles): (Vec<String>, Vec<Profile>) = profiles(lens, among)?.into_iter().unzip();
    let place: HashMap<&str, usize> = keys.iter().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
    ties(lens, &place, &mut profiles)?;
    let mut read = 0;
    let common = common(lens, &place, &mut |more| {
        read += more;
        progress(read);
    })?;
    posts(lens, &place, &common, &mut profiles, &mut |more| {
        read += more;
        progress(read);
    })?;
    Ok(Rows { keys, profiles })
}

/// Names, profile texts and pictures, all that were seen of each account.
fn profiles(lens: &Lens<'_>, among: Option<&BTreeSet<String>>) -> Result<BTreeMap<String, Profile>, Error> {
    let mut all: BTreeMap<String, Profile> = BTreeMap::new();
    lens.each(query::OPERATOR_PROFILES, &[], |row| {
        let key = row.word(0)?;
        if among.is_some_and(|among| !among.contains(key)) {
            return Ok(());
        }
        let profile = all.entry(key.to_owned()).or_default();
        profile.handles.extend(row.text(1)?.map(root));
        profile.names.extend(row.text(2)?.map(root));
        profile.words.extend(row.text(3)?.map(words).unwrap_or_default());
        profile.avatars.extend(row.text(4)?.map(fingerprint));
        Ok(())
    })?;
    for profile in all.values_mut() {
        profile.handles.sort_unstable();
        profile.handles.dedup();
        profile.names.sort_unstable();
        profile.names.dedup();
        for list in [&mut profile.words, &mut profile.avatars] {
            list.sort_unstable();
            list.dedup();
        }
    }
    Ok(all)
}

/// Hashes of the words of a profile text.
fn words(bio: &str) -> Vec<u64> {
    let normal = normalise(bio, Normalisation::SEARCH);
    normal.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(fingerprint).collect()
}

/// Who follows whom, and the communities of all ties.
fn ties(lens: &Lens<'_>, place: &HashMap<&str, usize>, profiles: &mut [Profile]) -> Result<(), Error> {
    let mut names = Names::default();
    let mut pairs = Vec::new();
    lens.each(query::TIES, &[("targets", lens.targets()?)], |row| {
        let (is_follow, account, target) = (row.word(0)? == "follow", row.word(1)?, row.word(2)?);
        let (from, to) = (place.get(account), place.get(target));
        if from.is_none() && to.is_none() {
            return Ok(());
        }
        let pair = (names.text(account)?, names.text(target)?);
        pairs.push(pair);
        if let Some(profile) = from.filter(|_| is_follow).and_then(|at| profiles.get_mut(*at)) {
            profile.followed.push(u64::from(pair.1));
        }
        if let Some(profile) = to.filter(|_| is_follow).and_then(|at| profiles.get_mut(*at)) {
            profile.followers.push(u64::from(pair.0));
        }
        Ok(())
    })?;
    // Numbers are given in the order of rows, on which nothing may depend: from here on they are those of the names in order.
    let mut rank = vec![0_u32; names.len()];
    (0..).zip(names.order()).for_each(|(place, node)| rank[node as usize] = place);
    pairs.iter_mut().for_each(|(from, to)| (*from, *to) = (rank[*from as usize], rank[*to as usize]));
    for list in profiles.iter_mut().flat_map(|profile| [&mut profile.followed, &mut profile.followers]) {
        list.iter_mut().for_each(|node| *node = u64::from(rank[*node as usize]));
    }
    let graph = Graph::from_pairs(names.len(), &pairs)?;
    let both = graph.undirected(&graph.transpose(Space::unbounded())?, Space::unbounded())?;
    let communities = leiden(&both, &LeidenOptions::default())?;
    for (key, at) in place {
        let number = names.text(key)?;
        let community = rank.get(number as usize).and_then(|node| communities.of.get(*node as usize));
        if let Some(profile) = profiles.get_mut(*at) {
            // Who has no tie is in no community, as others without ties.
            profile.community = community.map_or(u32::MAX, |community| *community);
        }
    }
    Ok(())
}

/// The words that stand in most posts, of each account's first ones.
fn common(lens: &Lens<'_>, place: &HashMap<&str, usize>, progress: &mut dyn FnMut(u64)) -> Result<Vec<String>, Error> {
    let mut seen = vec![0_u32; place.len()];
    let mut count: HashMap<String, u32> = HashMap::new();
    let mut own = BTreeSet::new();
    each_post(lens, place, progress, |post| {
        let Some(text) = post.text.filter(|_| seen.get(post.account).is_some_and(|seen| *seen < SEEN)) else { return };
        seen[post.account] += 1;
        own.clear();
        own.extend(text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase));
        for word in &own {
            match count.get_mut(word) {
                Some(count) => *count += 1,
                None => drop(count.insert(word.clone(), 1)),
            }
        }
    })?;
    let mut words: Vec<(u32, String)> = count.into_iter().map(|(word, count)| (count, word)).collect();
    words.sort_unstable_by(|a, b| b.cmp(a));
    words.truncate(COMMON);
    Ok(words.into_iter().map(|(_, word)| word).collect())
}

/// Hours, clients and style.
fn posts(
    lens: &Lens<'_>,
    place: &HashMap<&str, usize>,
    common: &[String],
    profiles: &mut [Profile],
    progress: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let mut style = Style::new(common.iter().map(String::as_str));
    let mut marks: Vec<HashMap<u32, u32>> = vec![HashMap::new(); profiles.len()];
    let mut clients: Vec<BTreeMap<u64, u32>> = vec![BTreeMap::new(); profiles.len()];
    let mut names: HashMap<String, u64> = HashMap::new();
    let mut read = vec![0_u32; profiles.len()];
    each_post(lens, place, progress, |post| {
        let (Some(profile), at) = (profiles.get_mut(post.account), post.account) else { return };
        if let Some(time) = post.time
            && let Some(hour) = profile.hours.get_mut(time.div_euclid(HOUR).rem_euclid(24) as usize)
        {
            *hour += 1;
        }
        if let Some(client) = post.client {
            let number = match names.get(client) {
                Some(number) => *number,
                None => *names.entry(client.to_owned()).or_insert_with(|| fingerprint(client)),
            };
            *clients[at].entry(number).or_default() += 1;
        }
        if let Some(text) = post.text.filter(|_| read[at] < POSTS) {
            read[at] += 1;
            style.read(text, |mark| *marks[at].entry(mark).or_default() += 1);
        }
    })?;
    for ((profile, marks), clients) in profiles.iter_mut().zip(marks).zip(clients) {
        profile.style = marks.into_iter().collect();
        profile.style.sort_unstable();
        profile.clients = clients.into_iter().collect();
    }
    Ok(())
}

/// A post of an account that is compared; its text only where the account wrote it.
struct Post<'a> {
    account: usize,
    time: Option<i64>,
    client: Option<&'a str>,
    text: Option<&'a str>,
}

fn each_post(
    lens: &Lens<'_>,
    place: &HashMap<&str, usize>,
    progress: &mut dyn FnMut(u64),
    mut each: impl FnMut(Post<'_>),
) -> Result<(), Error> {
    lens.each_batch(query::FEATURE_POSTS, None, |columns| {
        let (accounts, times, kinds) = (columns.texts(0)?, columns.ints(1)?, columns.texts(2)?);
        let (clients, texts) = (columns.texts(3)?, columns.texts(4)?);
        for row in 0..columns.rows() {
            let Some(account) = accounts.get(row).and_then(|key| place.get(key)) else { continue };
            let text = texts.get(row).filter(|_| kinds.get(row) != Some("repost"));
            each(Post { account: *account, time: times.get(row), client: clients.get(row), text });
        }
        progress(columns.rows() as u64);
        Ok(())
    })
}
