//! What the lake knows of the accounts of a frame besides their ties.

use crate::Error;
use crate::clients::{Family, family};
use crate::describe::facts::Facts;
use crate::describe::gather::Gathered;
use crate::describe::query::{self, Lens};
use record::Instant;
use std::collections::{BTreeMap, HashMap};

/// Attributes of the accounts of a frame, one entry an account; `None` where the lake does not say.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes {
    /// The language that most of its posts are in, as detected.
    pub(super) lang: Vec<Option<String>>,
    /// The country of its self-declared place.
    pub(super) place: Vec<Option<String>>,
    /// The family of the client that most of its posts were sent with.
    pub(super) client: Vec<Option<String>>,
    /// The month of creation, `2014-09`.
    pub(super) created: Vec<Option<String>>,
    pub(super) followers: Vec<Option<f64>>,
    /// Accounts it follows as reported, at the observation nearest the crawl of its follows.
    pub(super) following: Vec<Option<f64>>,
    pub(super) lifetime_posts: Vec<Option<f64>>,
    /// Posts of it in the lake.
    pub(super) collected_posts: Vec<Option<f64>>,
    /// The latest status it was sighted with.
    pub(super) status: Vec<Option<String>>,
}

/// Reads the attributes of these accounts. A few passes over the tables.
pub(super) fn read(lens: &Lens<'_>, gathered: &Gathered, accounts: &[String]) -> Result<Attributes, Error> {
    let place: HashMap<&str, usize> = accounts.iter().enumerate().map(|(place, key)| (key.as_str(), place)).collect();
    let of = |each: &dyn Fn(&Facts) -> Option<f64>| -> Vec<Option<f64>> { accounts.iter().map(|key| each(gathered.get(key)?)).collect() };
    let (main, places) = (gathered.main_languages(), gathered.places());
    let mut attributes = Attributes {
        lang: accounts.iter().map(|key| main.get(gathered.keys.find(key)? as usize).copied().flatten().map(str::to_owned)).collect(),
        place: accounts.iter().map(|key| places.get(gathered.keys.find(key)? as usize)?.country().map(str::to_owned)).collect(),
        created: accounts.iter().map(|key| gathered.get(key)?.created().map(|at| at.date().chars().take(7).collect())).collect(),
        followers: of(&|facts| facts.followers().map(|n| n as f64)),
        lifetime_posts: of(&|facts| facts.lifetime_posts().map(|(n, _)| n as f64)),
        collected_posts: of(&|facts| facts.authored.map(|(n, _)| n as f64)),
        ..Attributes::default()
    };
    attributes.client = clients(lens, &place)?;
    attributes.following = following(lens, &place)?;
    attributes.status = statuses(lens, &place)?.into_iter().map(|seen| seen.map(|(_, status)| status)).collect();
    Ok(attributes)
}

/// The family of clients with the most posts; the first by name among equals.
fn clients(lens: &Lens<'_>, place: &HashMap<&str, usize>) -> Result<Vec<Option<String>>, Error> {
    let mut used: Vec<BTreeMap<Family, u64>> = vec![BTreeMap::new(); place.len()];
    lens.each(query::CLIENTS, &[], |row| {
        if let (Some(at), Some(client)) = (row.text(0)?.and_then(|key| place.get(key)), row.text(1)?) {
            *used[*at].entry(family(client)).or_default() += row.count(2)?;
        }
        Ok(())
    })?;
    let most = |used: BTreeMap<Family, u64>| used.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
    Ok(used.into_iter().map(|used| most(used).map(|(family, _)| family.words().to_string())).collect())
}

/// The reported number of accounts followed at the observation nearest the crawl of the account's follows; the latest where no follows
/// were crawled.
fn following(lens: &Lens<'_>, place: &HashMap<&str, usize>) -> Result<Vec<Option<f64>>, Error> {
    let mut crawled: Vec<Option<Instant>> = vec![None; place.len()];
    lens.each(query::CRAWLED, &[], |row| {
        if let Some(at) = row.text(0)?.and_then(|key| place.get(key)) {
            crawled[*at] = row.time(1)?;
        }
        Ok(())
    })?;
    // (distance, later observations first, the number): the least wins, whatever the order of rows.
    let mut nearest: Vec<Option<(u64, std::cmp::Reverse<i64>, i64)>> = vec![None; place.len()];
    lens.each(query::PROFILES, &[], |row| {
        let (Some(at), Some(count)) = (place.get(row.word(0)?), row.int(6)?) else { return Ok(()) };
        let seen = row.time(4)?.map_or(i64::MIN / 2, Instant::micros);
        let distance = crawled[*at].map_or(0, |crawl| crawl.micros().abs_diff(seen));
        let this = (distance, std::cmp::Reverse(seen), count);
        if nearest[*at].is_none_or(|known| this < known) {
            nearest[*at] = Some(this);
        }
        Ok(())
    })?;
    Ok(nearest.into_iter().map(|found| found.map(|(_, _, count)| count as f64)).collect())
}

/// The latest status of each account, with its time.
pub(super) fn statuses(lens: &Lens<'_>, place: &HashMap<&str, usize>) -> Result<Vec<Option<(Instant, String)>>, Error> {
    let mut latest: Vec<Option<(Instant, String)>> = vec![None; place.len()];
    lens.each(query::STATUSES, &[], |row| {
        if let (Some(at), Some(time)) = (place.get(row.word(0)?), row.time(1)?) {
            let this = (time, row.word(2)?.to_owned());
            if latest[*at].as_ref().is_none_or(|known| *known < this) {
                latest[*at] = Some(this);
            }
        }
        Ok(())
    })?;
    Ok(latest)
}
