use crate::client::CLIENTS;
use crate::draft::{Draft, What};
use crate::json::Json;
use crate::output::FileSummary;
use crate::time::{START_MS, instant};
use crate::{Camp, World};
use record::{PostKind, Reason, Status, normal_hashtag};
use std::collections::BTreeMap;

/// A way into the exports; a bit of [`Draft::seen`].
#[derive(Clone, Copy)]
pub(crate) enum Route {
    /// The v1.1 stream.
    Stream = 1,
    /// The v2 archive search.
    Search = 2,
}

/// Posts and accounts of a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientTotals {
    /// Distinct posts sent with it.
    pub posts: u64,
    /// Distinct accounts with at least one such post.
    pub accounts: u64,
}

/// Exact totals of what the exports hold, counted while the world is made and never read back from the files: what a lake that has
/// taken all files must reproduce.
///
/// A post counts once, however many files hold it, and also when it is only shown inside another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Truth {
    /// Distinct posts.
    pub posts: u64,
    /// Distinct posts by kind; a repost of a quote is a repost.
    pub posts_by_kind: BTreeMap<&'static str, u64>,
    /// Distinct posts by the platform's language label.
    pub posts_by_language: BTreeMap<&'static str, u64>,
    /// Distinct posts by UTC date.
    pub posts_by_day: BTreeMap<String, u64>,
    /// Distinct posts by the camp of their author.
    pub posts_by_camp: BTreeMap<&'static str, u64>,
    /// Distinct posts with a place.
    pub posts_with_place: u64,
    /// Distinct posts in the v1.1 files.
    pub posts_in_stream: u64,
    /// Distinct posts in the v2 pages.
    pub posts_in_search: u64,
    /// Distinct posts in both.
    pub posts_in_both: u64,
    /// Posts that are the status of a line or in `data` of a page, each time they are written.
    pub post_lines: u64,
    /// Distinct posts other than reposts with a hashtag, by hashtag in normal form.
    pub hashtags: BTreeMap<String, u64>,
    /// Clients.
    pub clients: BTreeMap<&'static str, ClientTotals>,
    /// Distinct reposts by the camp of the author and of the author passed on.
    pub reposts_by_camp: BTreeMap<(&'static str, &'static str), u64>,
    /// Accounts in the world by camp.
    pub accounts_by_camp: BTreeMap<&'static str, u64>,
    /// Distinct accounts with a profile in the exports of posts.
    pub accounts_with_profile: u64,
    /// Distinct accounts in the account list.
    pub accounts_listed: u64,
    /// Distinct account ids with a profile or in the account list.
    pub accounts_with_id: u64,
    /// Seeds: handles without ids.
    pub seeds: u64,
    /// Follows that a crawl sees, one row each.
    pub edges: u64,
    /// Follows that are there and that no crawl sees: of accounts closed or protected by then, or to accounts closed by then.
    pub follows_unseen: u64,
    /// Sightings, one row each.
    pub sightings: u64,
    /// Sightings by status.
    pub sightings_by_status: BTreeMap<&'static str, u64>,
    /// Planted bad lines by the reason they are refused for.
    pub rejects: BTreeMap<&'static str, u64>,
    /// Errors that pages carry for posts that were not to be had.
    pub page_errors: u64,
    /// Delete notices.
    pub delete_notices: u64,
    /// Limit notices.
    pub limit_notices: u64,
    /// Posts that the stream says it left out, by file.
    pub missed: BTreeMap<String, u64>,
    /// What is in the files of the census.
    pub census: Census,
}

/// Totals of the files in `coding/`, by code or status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Accounts in the world by true code, whether or not they can be seen.
    pub accounts_by_code: BTreeMap<&'static str, u64>,
    /// The same on the day of coding, with `unavailable` for those that cannot be seen then.
    pub accounts_by_code_at_coding: BTreeMap<&'static str, u64>,
    /// Pilot codes by what the coder said.
    pub pilot_by_code: BTreeMap<&'static str, u64>,
    /// Golden items by true code.
    pub golden_by_code: BTreeMap<&'static str, u64>,
    /// Entries of the crowd list by true code.
    pub crowd_list_by_code: BTreeMap<&'static str, u64>,
    /// Sightings on the day of coding by status.
    pub sightings_by_status: BTreeMap<&'static str, u64>,
}

impl Truth {
    pub(crate) fn reject(&mut self, reason: Reason) {
        *self.rejects.entry(reason.name()).or_default() += 1;
    }

    pub(crate) fn sighting(&mut self, status: Status) {
        self.sightings += 1;
        *self.sightings_by_status.entry(status.name()).or_default() += 1;
    }
}

/// Counts while the world is made.
pub(crate) struct Tally<'a> {
    world: &'a World,
    pub(crate) truth: Truth,
    /// Clients by account, one bit each.
    clients: Vec<u16>,
    /// Whether a profile was shown.
    profiles: Vec<bool>,
    hashtags: BTreeMap<&'static str, u64>,
    by_day: Vec<u64>,
}

impl<'a> Tally<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        let mut truth = Truth::default();
        for account in world.accounts() {
            *truth.accounts_by_camp.entry(account.camp.name()).or_default() += 1;
        }
        let accounts = world.accounts().len();
        let by_day = vec![0; world.params.days as usize];
        Tally { world, truth, clients: vec![0; accounts], profiles: vec![false; accounts], hashtags: BTreeMap::new(), by_day }
    }

    /// The post was written on this route, as a line of its own or inside another.
    pub(crate) fn post(&mut self, draft: &mut Draft, route: Route) {
        let bit = route as u8;
        if draft.seen & bit != 0 {
            return;
        }
        if draft.seen == 0 {
            self.first_time(draft);
        } else {
            self.truth.posts_in_both += 1;
        }
        draft.seen |= bit;
        match route {
            Route::Stream => {
                self.truth.posts_in_stream += 1;
                self.profile(draft.author);
            }
            Route::Search => self.truth.posts_in_search += 1,
        }
    }

    /// A profile was written. Pages list theirs apart from the posts.
    pub(crate) fn profile(&mut self, position: u32) {
        if let Some(is_shown) = self.profiles.get_mut(position as usize) {
            *is_shown = true;
        }
    }

    fn first_time(&mut self, draft: &Draft) {
        let truth = &mut self.truth;
        truth.posts += 1;
        *truth.posts_by_kind.entry(draft.kind.name()).or_default() += 1;
        *truth.posts_by_language.entry(draft.lang).or_default() += 1;
        truth.posts_with_place += u64::from(draft.place.is_some());
        if let Some(day) = self.by_day.get_mut(((draft.ms - START_MS) / crate::time::DAY_MS) as usize) {
            *day += 1;
        }
        let camp = |position: u32| self.world.accounts().get(position as usize).map_or("", |account| account.camp.name());
        *truth.posts_by_camp.entry(camp(draft.author)).or_default() += 1;
        if let Some(target) = draft.target.filter(|_| draft.kind == PostKind::Repost) {
            *truth.reposts_by_camp.entry((camp(draft.author), camp(target.author))).or_default() += 1;
        }
        if let Some(clients) = self.clients.get_mut(draft.author as usize) {
            *clients |= 1 << draft.client;
        }
        if let Some(client) = CLIENTS.get(usize::from(draft.client)) {
            truth.clients.entry(client.name).or_default().posts += 1;
        }
        for part in &draft.parts {
            if let What::Tag(tag) = part.what {
                *self.hashtags.entry(tag).or_default() += 1;
            }
        }
    }

    /// Closes the count. `listed` are the accounts of the account list.
    pub(crate) fn finish(mut self, listed: &[u32]) -> Truth {
        for (number, client) in CLIENTS.iter().enumerate() {
            let accounts = self.clients.iter().filter(|bits| *bits & (1 << number) != 0).count() as u64;
            if accounts > 0 {
                self.truth.clients.entry(client.name).or_default().accounts = accounts;
            }
        }
        for (tag, posts) in &self.hashtags {
            *self.truth.hashtags.entry(normal_hashtag(tag).into_owned()).or_default() += posts;
        }
        for (day, posts) in self.by_day.iter().enumerate().filter(|(_, posts)| **posts > 0) {
            let date = instant(START_MS + day as i64 * crate::time::DAY_MS).date();
            self.truth.posts_by_day.insert(date, *posts);
        }
        let count = |flags: &[bool]| flags.iter().filter(|flag| **flag).count() as u64;
        self.truth.accounts_with_profile = count(&self.profiles);
        self.truth.accounts_listed = listed.len() as u64;
        listed.iter().for_each(|position| self.profile(*position));
        self.truth.accounts_with_id = count(&self.profiles);
        self.truth
    }
}

/// `truth/summary.json`, on one line for each total.
pub(crate) fn summary_json(world: &World, truth: &Truth, files: &[FileSummary]) -> Vec<u8> {
    let mut json = Json::utf8();
    json.object(|json| {
        json.field_text("organisation", crate::lists::ORGANISATION);
        json.field_number("accounts", world.params.accounts);
        json.field_number("days", u64::from(world.params.days));
        json.field_number("seed", world.params.seed);
        json.field_text("from", &world.window().from.to_string());
        json.field_text("to", &world.window().to.to_string());
        json.field_object("posts", |json| posts(json, truth));
        counts(json, "hashtags", truth.hashtags.iter().map(|(tag, count)| (tag.as_str(), *count)));
        json.field_object("clients", |json| {
            for (name, totals) in &truth.clients {
                json.field_object(name, |json| {
                    json.field_number("posts", totals.posts);
                    json.field_number("accounts", totals.accounts);
                });
            }
        });
        json.field_object("reposts_by_camp", |json| {
            for from in Camp::ALL {
                let row = Camp::ALL.map(|to| (to.name(), truth.reposts_by_camp.get(&(from.name(), to.name())).copied().unwrap_or(0)));
                counts(json, from.name(), row.into_iter());
            }
        });
        json.field_object("accounts_found", |json| {
            json.field_number("with_profile", truth.accounts_with_profile);
            json.field_number("listed", truth.accounts_listed);
            json.field_number("with_id", truth.accounts_with_id);
            json.field_number("seed_handles", truth.seeds);
        });
        counts(json, "accounts_by_camp", pairs(&truth.accounts_by_camp));
        json.field_object("census", |json| {
            let census = &truth.census;
            counts(json, "accounts_by_code", pairs(&census.accounts_by_code));
            counts(json, "accounts_by_code_at_coding", pairs(&census.accounts_by_code_at_coding));
            counts(json, "pilot_by_code", pairs(&census.pilot_by_code));
            counts(json, "golden_by_code", pairs(&census.golden_by_code));
            counts(json, "crowd_list_by_code", pairs(&census.crowd_list_by_code));
            counts(json, "sightings_by_status", pairs(&census.sightings_by_status));
        });
        json.field_number("edges", truth.edges);
        json.field_number("follows_unseen", truth.follows_unseen);
        json.field_number("sightings", truth.sightings);
        counts(json, "sightings_by_status", pairs(&truth.sightings_by_status));
        counts(json, "rejects", pairs(&truth.rejects));
        json.field_number("page_errors", truth.page_errors);
        json.field_number("delete_notices", truth.delete_notices);
        json.field_number("limit_notices", truth.limit_notices);
        counts(json, "missed", truth.missed.iter().map(|(name, count)| (name.as_str(), *count)));
        json.field_array("files", |json| files.iter().for_each(|file| file_json(json, file)));
    });
    json.bytes
}

fn posts(json: &mut Json, truth: &Truth) {
    json.field_number("distinct", truth.posts);
    counts(json, "by_kind", pairs(&truth.posts_by_kind));
    counts(json, "by_language", pairs(&truth.posts_by_language));
    counts(json, "by_camp", pairs(&truth.posts_by_camp));
    counts(json, "by_day", truth.posts_by_day.iter().map(|(day, count)| (day.as_str(), *count)));
    json.field_number("with_place", truth.posts_with_place);
    json.field_number("in_stream", truth.posts_in_stream);
    json.field_number("in_search", truth.posts_in_search);
    json.field_number("in_both", truth.posts_in_both);
    json.field_number("lines", truth.post_lines);
}

fn file_json(json: &mut Json, file: &FileSummary) {
    json.object(|json| {
        json.field_text("name", &file.name);
        json.field_number("lines", file.lines);
        json.field_number("bytes", file.bytes);
    });
}

fn pairs<'a>(map: &'a BTreeMap<&'static str, u64>) -> impl Iterator<Item = (&'static str, u64)> + 'a {
    map.iter().map(|(name, count)| (*name, *count))
}

fn counts<'a>(json: &mut Json, key: &str, pairs: impl Iterator<Item = (&'a str, u64)>) {
    json.field_object(key, |json| {
        for (name, count) in pairs {
            json.field_number(name, count);
        }
    });
}
