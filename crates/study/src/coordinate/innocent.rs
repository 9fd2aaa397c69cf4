//! What may explain that accounts act together, with nothing behind it: looked for first, shown with every cluster.

use super::authors::{Authors, post_hash};
use super::clusters::{Cluster, places};
use crate::clients::{Family, family, label};
use crate::derived::{self, LANGUAGES, PLACES, Stated};
use crate::describe::facts::Latest;
use crate::{Error, Study};
use hashbrown::HashMap;
use lake::{DerivedColumn, Group, Reader};
use record::{Text, text};
use std::collections::{BTreeMap, BTreeSet};

/// An innocent explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Innocent {
    /// Meetings that both accounts' own schedules explain.
    Schedule,
    /// Posts sent by tools that plan posts or post by themselves.
    PlanningClient,
    /// Posts sent by one application that is no general client.
    OneApplication,
    /// Posts sent by an application of prayers or of the weather.
    PrayerOrWeather,
    /// Accounts that the platform verified, or whose profile links to a domain that they share.
    Newsroom,
    /// Posts of one account, one hashtag or one mention.
    Fans,
    /// Objects on which many others posted, too.
    Viral,
}

impl Innocent {
    /// All, in the order of tables.
    pub const ALL: [Innocent; 7] = [
        Innocent::Schedule,
        Innocent::PlanningClient,
        Innocent::OneApplication,
        Innocent::PrayerOrWeather,
        Innocent::Newsroom,
        Innocent::Fans,
        Innocent::Viral,
    ];

    /// The word used in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Innocent::Schedule => "schedule",
            Innocent::PlanningClient => "planning_client",
            Innocent::OneApplication => "one_application",
            Innocent::PrayerOrWeather => "prayer_or_weather",
            Innocent::Newsroom => "newsroom",
            Innocent::Fans => "fans",
            Innocent::Viral => "viral",
        }
    }

    /// What it looks at, in words.
    #[must_use]
    pub const fn words(self) -> Text {
        match self {
            Innocent::Schedule => text!("meetings that both accounts' own schedules explain"),
            Innocent::PlanningClient => text!("posts by tools that plan posts, or that post by themselves"),
            Innocent::OneApplication => text!("posts by one application that is no general client"),
            Innocent::PrayerOrWeather => text!("posts by an application of prayers or of the weather"),
            Innocent::Newsroom => text!("accounts that are verified, or whose profile links to a site that they share"),
            Innocent::Fans => text!("pairs about one account, one hashtag or one mention"),
            Innocent::Viral => text!("pairs on what many others posted, too"),
        }
    }
}

/// How far an explanation goes, for one cluster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Explained {
    /// Which.
    pub what: Innocent,
    /// The share that it explains; none where nothing is known of it.
    pub share: Option<f64>,
}

impl Explained {
    /// Whether it explains half or more.
    #[must_use]
    pub fn fits(&self) -> Option<bool> {
        self.share.map(|share| share >= 0.5)
    }
}

/// Parts of names of applications that post prayers or the weather, in lower case.
const PRAYER_OR_WEATHER: [&str; 23] = [
    "adhan",
    "athan",
    "azan",
    "bible",
    "du3a",
    "dua",
    "duaa",
    "forecast",
    "koran",
    "meteo",
    "météo",
    "namaz",
    "prayer",
    "psalm",
    "quran",
    "qur'an",
    "salat",
    "weather",
    "wetter",
    "أذكار",
    "دعاء",
    "قرآن",
    "طقس",
];
/// Shorter parts count as whole words only.
const SHORT: usize = 5;

/// What is gathered of one cluster.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Its posts of known client, by the client's plain name.
    clients: BTreeMap<String, u64>,
    /// Reposts behind it, by the account passed on.
    passed_on: BTreeMap<u64, u64>,
    reposts: u64,
    /// By member what its posts are in.
    languages: BTreeMap<u32, BTreeMap<String, u64>>,
    places: BTreeMap<u32, Option<Stated>>,
    /// Members that are verified or link to a shared site, and those of which a profile is known.
    newsroom: BTreeSet<u32>,
    profiles: BTreeSet<u32>,
}

impl Seen {
    /// Members by the language of most of their posts; none for those without a text whose language can be told.
    pub(super) fn by_language(&self, members: u64) -> BTreeMap<Option<String>, u64> {
        let main = |counts: &BTreeMap<String, u64>| {
            counts.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0))).map(|(language, _)| language.clone())
        };
        counted(self.languages.values().filter_map(main), members)
    }

    /// Members by the country that their profiles state.
    pub(super) fn by_place(&self, members: u64) -> BTreeMap<Option<String>, u64> {
        let code = |stated: &Option<Stated>| {
            let code = stated.map(|stated| stated.country).filter(|code| *code != [0; 2])?;
            String::from_utf8(code.to_vec()).ok()
        };
        counted(self.places.values().filter_map(code), members)
    }
}

/// How many members have each value; the rest have none.
fn counted(values: impl Iterator<Item = String>, members: u64) -> BTreeMap<Option<String>, u64> {
    let mut counts: BTreeMap<Option<String>, u64> = BTreeMap::new();
    values.for_each(|value| *counts.entry(Some(value)).or_default() += 1);
    let known: u64 = counts.values().sum();
    if members > known {
        counts.insert(None, members - known);
    }
    counts
}

/// Reads posts and profiles of all accounts in clusters. O(posts); memory grows with clusters.
pub(super) fn look(study: &Study, reader: &Reader, authors: &Authors, clusters: &[Cluster]) -> Result<Vec<Seen>, Error> {
    let mut seen = vec![Seen::default(); clusters.len()];
    if clusters.is_empty() {
        return Ok(seen);
    }
    let places = places(clusters);
    let looker = Looker { authors, clusters, places, seal: reader.seal() };
    let languages = derived::seal(study.folder(), reader, &LANGUAGES, &mut |_| {})?;
    languages.scan(&POSTS, &["lang"], |group| looker.posts(&group, &mut seen))?;
    let mut latest: HashMap<u32, [Latest<u8>; 2]> = HashMap::new();
    let mut stated: HashMap<u32, Latest<Stated>> = HashMap::new();
    derived::seal(study.folder(), reader, &PLACES, &mut |_| {})?
        .scan(&PROFILES, &["country", "evidence"], |group| looker.profiles(&group, &mut latest, &mut stated))?;
    for (account, marks) in &latest {
        let Some((cluster, member)) = looker.places.get(account) else { continue };
        let Some(seen) = seen.get_mut(*cluster as usize) else { continue };
        seen.profiles.insert(*member);
        if marks.iter().any(|mark| mark.get() == Some(&1)) {
            seen.newsroom.insert(*member);
        }
        seen.places.insert(*member, stated.get(account).and_then(|latest| latest.get().copied()));
    }
    Ok(seen)
}

const POSTS: [&str; 8] = ["seal", "platform", "account_id", "handle", "post_id", "client", "repost_of_account", "repost_of_handle"];
const PROFILES: [&str; 7] = ["seal", "platform", "account_id", "handle", "observed_at", "verified", "url"];

struct Looker<'a> {
    authors: &'a Authors,
    clusters: &'a [Cluster],
    places: HashMap<u32, (u32, u32)>,
    seal: i64,
}

impl Looker<'_> {
    fn posts(&self, group: &Group, seen: &mut [Seen]) -> Result<(), Error> {
        let columns = group.columns();
        let (seals, platforms, ids, handles) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?, columns.texts(3)?);
        let (posts, clients, owners, owner_handles) = (columns.texts(4)?, columns.texts(5)?, columns.texts(6)?, columns.texts(7)?);
        let languages = match group.beside().first() {
            Some(DerivedColumn::Text(values)) => values.as_slice(),
            _ => &[],
        };
        let mut buffer = String::new();
        for row in (0..columns.rows()).filter(|row| seals.get(*row).is_none_or(|own| own <= self.seal)) {
            let platform = platforms.get(row).unwrap_or_default();
            let account = self.authors.number(platform, ids.get(row), handles.get(row), &mut buffer);
            let Some((cluster, member)) = account.and_then(|account| self.places.get(&account)) else { continue };
            let (Some(own), Some(seen)) = (self.clusters.get(*cluster as usize), seen.get_mut(*cluster as usize)) else { continue };
            if let Some(language) = languages.get(row).and_then(Option::as_deref).filter(|language| *language != ::text::UND) {
                *seen.languages.entry(*member).or_default().entry(language.to_owned()).or_default() += 1;
            }
            if !own.posts.contains_key(&post_hash(platform, posts.get(row).unwrap_or_default())) {
                continue;
            }
            if let Some(client) = clients.get(row).map(label).filter(|client| !client.is_empty()) {
                *seen.clients.entry(client).or_default() += 1;
            }
            if let Some(owner) = owners.get(row).or_else(|| owner_handles.get(row)) {
                seen.reposts += 1;
                *seen.passed_on.entry(post_hash(platform, owner)).or_default() += 1;
            }
        }
        Ok(())
    }

    fn profiles(
        &self,
        group: &Group,
        latest: &mut HashMap<u32, [Latest<u8>; 2]>,
        stated: &mut HashMap<u32, Latest<Stated>>,
    ) -> Result<(), Error> {
        let columns = group.columns();
        let (seals, platforms, ids, handles) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?, columns.texts(3)?);
        let (times, verified, links) = (columns.ints(4)?, columns.truths(5)?, columns.texts(6)?);
        let cell = |place: usize, row: usize| match group.beside().get(place) {
            Some(DerivedColumn::Text(values)) => values.get(row).and_then(Option::as_deref),
            _ => None,
        };
        let mut buffer = String::new();
        for row in (0..columns.rows()).filter(|row| seals.get(*row).is_none_or(|own| own <= self.seal)) {
            let platform = platforms.get(row).unwrap_or_default();
            let Some(account) = self.authors.number(platform, ids.get(row), handles.get(row), &mut buffer) else { continue };
            let Some(own) = self.places.get(&account).and_then(|(cluster, _)| self.clusters.get(*cluster as usize)) else { continue };
            let order = (times.get(row).unwrap_or(i64::MIN), 0);
            let [verifying, linking] = latest.entry(account).or_default();
            verifying.take(order, verified.get(row).map(u8::from));
            let host = links.get(row).and_then(record::url_domain).map(|host| host.strip_prefix("www.").unwrap_or(host).to_lowercase());
            linking.take(order, host.map(|host| u8::from(own.domains.contains(&host))));
            stated.entry(account).or_default().take(order, Stated::read(cell(0, row), cell(1, row)));
        }
        Ok(())
    }
}

/// How far every explanation goes.
pub(super) fn explain(cluster: &Cluster, seen: &Seen) -> Vec<Explained> {
    let known: u64 = seen.clients.values().sum();
    let by = |is_it: &dyn Fn(&str) -> bool| seen.clients.iter().filter(|(client, _)| is_it(client)).map(|(_, posts)| *posts).sum::<u64>();
    let is_special = |client: &str| matches!(family(client), Family::Unknown | Family::Automation | Family::CrossPosting);
    let one = seen.clients.iter().filter(|(client, _)| is_special(client)).map(|(_, posts)| *posts).max().unwrap_or(0);
    let is_planned = |client: &str| matches!(family(client), Family::Management | Family::Automation);
    let is_pious = |client: &str| {
        let plain = client.to_lowercase();
        let is_word = |wanted: &str| plain.split(|sign: char| !sign.is_alphanumeric()).any(|word| word == wanted);
        PRAYER_OR_WEATHER.iter().any(|part| if part.chars().count() < SHORT { is_word(part) } else { plain.contains(part) })
    };
    let (met, scheduled) = cluster.traces.iter().fold((0, 0), |sum, own| (sum.0 + own.observed, sum.1 + own.scheduled));
    let idol = seen.passed_on.values().copied().max().unwrap_or(0);
    let fans = match (share(idol, seen.reposts), share(cluster.named.values().copied().max().unwrap_or(0), cluster.named_pairs)) {
        (Some(one), Some(other)) => Some(one.max(other)),
        (one, other) => one.or(other),
    };
    Innocent::ALL
        .into_iter()
        .map(|what| {
            let share = match what {
                Innocent::Schedule => share(scheduled, met + scheduled),
                Innocent::PlanningClient => share(by(&is_planned), known),
                Innocent::OneApplication => share(one, known),
                Innocent::PrayerOrWeather => share(by(&is_pious), known),
                Innocent::Newsroom => share(seen.newsroom.len() as u64, seen.profiles.len() as u64),
                Innocent::Fans => fans,
                Innocent::Viral => share(cluster.crowded, cluster.pairs),
            };
            Explained { what, share }
        })
        .collect()
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
