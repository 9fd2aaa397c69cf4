use crate::{SMALL, make, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tempfile::TempDir;
use world::Summary;

/// One distinct post as either form shows it.
#[derive(Debug, Default)]
struct Seen {
    kind: &'static str,
    lang: String,
    client: String,
    author: String,
    original: Option<String>,
    second: String,
    text: String,
    tags: BTreeSet<String>,
    has_place: bool,
    in_stream: bool,
    in_search: bool,
}

/// A naive count over the files.
#[derive(Default)]
struct Recount {
    posts: BTreeMap<String, Seen>,
    profiles: BTreeSet<String>,
    lines: u64,
    deletes: u64,
    limits: u64,
    missed: BTreeMap<String, u64>,
    page_errors: u64,
    bad: u64,
    strange: u64,
}

impl Recount {
    fn of(folder: &TempDir, summary: &Summary) -> Recount {
        let mut recount = Recount::default();
        for file in &summary.files {
            let name = file.name.as_str();
            if name.starts_with("exports/stream") {
                text(folder, name).lines().for_each(|line| recount.stream_line(name, line));
            } else if name.starts_with("exports/search") {
                text(folder, name).lines().for_each(|line| recount.search_line(line));
            }
        }
        recount
    }

    fn stream_line(&mut self, name: &str, line: &str) {
        let Ok(value) = serde_json::from_str::<Value>(line) else {
            self.bad += 1;
            return;
        };
        if let Some(limit) = value.get("limit") {
            self.limits += 1;
            self.missed.insert(name.rsplit('/').next().unwrap().to_owned(), limit["track"].as_u64().unwrap());
        } else if value.get("delete").is_some() {
            self.deletes += 1;
        } else if value.get("user").is_some() {
            self.lines += 1;
            self.old_status(&value);
        } else {
            self.strange += 1;
        }
    }

    fn old_status(&mut self, value: &Value) {
        let inner = value.get("retweeted_status").or_else(|| value.get("quoted_status"));
        if let Some(inner) = inner {
            self.old_status(inner);
        }
        assert_eq!(value["id"].as_u64().unwrap().to_string(), value["id_str"], "the id and its text differ");
        self.profiles.insert(value["user"]["id_str"].as_str().unwrap().to_owned());
        let full = value.get("extended_tweet").unwrap_or(value);
        let full_text = full.get("full_text").unwrap_or(&full["text"]).as_str().unwrap();
        let kind = if value.get("retweeted_status").is_some() {
            "repost"
        } else if !value["in_reply_to_status_id"].is_null() {
            "reply"
        } else if value["is_quote_status"] == true {
            "quote"
        } else {
            "original"
        };
        check_old_positions(full_text, &full["entities"]);
        let source = value["source"].as_str().unwrap();
        let seen = Seen {
            kind,
            lang: value["lang"].as_str().unwrap().to_owned(),
            client: source.split(['>', '<']).nth(2).unwrap().to_owned(),
            author: value["user"]["id_str"].as_str().unwrap().to_owned(),
            original: value.pointer("/retweeted_status/user/id_str").map(|id| id.as_str().unwrap().to_owned()),
            second: value["created_at"].as_str().unwrap().to_owned(),
            text: full_text.to_owned(),
            tags: tags(&full["entities"], "text"),
            has_place: !value["place"].is_null(),
            in_stream: true,
            in_search: false,
        };
        self.add(value["id_str"].as_str().unwrap(), seen);
    }

    fn search_line(&mut self, line: &str) {
        let Ok(page) = serde_json::from_str::<Value>(line) else {
            self.bad += 1;
            return;
        };
        let list = |pointer: &str| page.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default();
        let (data, included) = (list("/data"), list("/includes/tweets"));
        assert_eq!(page["meta"]["result_count"].as_u64().unwrap(), data.len() as u64);
        self.lines += data.len() as u64;
        self.page_errors += list("/errors").len() as u64;
        let authors: BTreeMap<&str, &str> =
            data.iter().chain(&included).map(|post| (post["id"].as_str().unwrap(), post["author_id"].as_str().unwrap())).collect();
        for post in data.iter().chain(&included) {
            self.new_post(post, &authors);
        }
        let users: BTreeSet<String> = list("/includes/users").iter().map(|user| user["id"].as_str().unwrap().to_owned()).collect();
        assert!(authors.values().all(|author| users.contains(*author)), "an author of a page is not among its users");
        self.profiles.extend(users);
    }

    fn new_post(&mut self, post: &Value, authors: &BTreeMap<&str, &str>) {
        let reference = post.pointer("/referenced_tweets/0");
        let kind = match reference.map(|reference| reference["type"].as_str().unwrap()) {
            Some("retweeted") => "repost",
            Some("replied_to") => "reply",
            Some("quoted") => "quote",
            _ => "original",
        };
        let original = reference.filter(|_| kind == "repost").and_then(|reference| authors.get(reference["id"].as_str().unwrap()));
        let full_text = post["text"].as_str().unwrap();
        check_new_positions(full_text, &post["entities"]);
        let seen = Seen {
            kind,
            lang: post["lang"].as_str().unwrap().to_owned(),
            client: post["source"].as_str().unwrap().to_owned(),
            author: post["author_id"].as_str().unwrap().to_owned(),
            original: original.map(|author| (*author).to_owned()),
            second: post["created_at"].as_str().unwrap().to_owned(),
            text: full_text.to_owned(),
            tags: tags(&post["entities"], "tag"),
            has_place: post.pointer("/geo/place_id").is_some(),
            in_stream: false,
            in_search: true,
        };
        self.add(post["id"].as_str().unwrap(), seen);
    }

    /// Both forms must say the same about a post.
    fn add(&mut self, id: &str, seen: Seen) {
        let Some(known) = self.posts.get_mut(id) else {
            self.posts.insert(id.to_owned(), seen);
            return;
        };
        assert_eq!((known.kind, &known.lang, &known.client), (seen.kind, &seen.lang, &seen.client));
        assert_eq!((&known.author, &known.text, &known.tags), (&seen.author, &seen.text, &seen.tags));
        assert_eq!(known.has_place, seen.has_place);
        known.original = known.original.take().or(seen.original);
        known.in_stream |= seen.in_stream;
        known.in_search |= seen.in_search;
    }

    fn count(&self, keep: impl Fn(&Seen) -> bool) -> u64 {
        self.posts.values().filter(|seen| keep(seen)).count() as u64
    }
}

fn tags(entities: &Value, key: &str) -> BTreeSet<String> {
    let list = entities.get("hashtags").and_then(Value::as_array).cloned().unwrap_or_default();
    list.iter().map(|tag| tag[key].as_str().unwrap().to_lowercase()).collect()
}

fn slice(text: &str, start: &Value, end: &Value) -> String {
    let (start, end) = (start.as_u64().unwrap() as usize, end.as_u64().unwrap() as usize);
    text.chars().skip(start).take(end - start).collect()
}

/// Positions count code points and point at what they name.
fn check_old_positions(text: &str, entities: &Value) {
    for tag in entities["hashtags"].as_array().unwrap() {
        assert_eq!(slice(text, &tag["indices"][0], &tag["indices"][1]), format!("#{}", tag["text"].as_str().unwrap()));
    }
    for mention in entities["user_mentions"].as_array().unwrap() {
        let shown = slice(text, &mention["indices"][0], &mention["indices"][1]);
        assert_eq!(shown, format!("@{}", mention["screen_name"].as_str().unwrap()));
    }
    for url in entities["urls"].as_array().unwrap() {
        assert_eq!(slice(text, &url["indices"][0], &url["indices"][1]), url["url"].as_str().unwrap());
    }
}

fn check_new_positions(text: &str, entities: &Value) {
    let list = |key: &str| entities.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    for tag in list("hashtags") {
        assert_eq!(slice(text, &tag["start"], &tag["end"]), format!("#{}", tag["tag"].as_str().unwrap()));
    }
    for mention in list("mentions") {
        assert_eq!(slice(text, &mention["start"], &mention["end"]), format!("@{}", mention["username"].as_str().unwrap()));
    }
    for url in list("urls") {
        assert_eq!(slice(text, &url["start"], &url["end"]), url["url"].as_str().unwrap());
    }
}

fn tally<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, u64> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn owned<V: Copy>(counts: &BTreeMap<&'static str, V>) -> BTreeMap<String, V> {
    counts.iter().map(|(key, count)| ((*key).to_owned(), *count)).collect()
}

fn camps(folder: &TempDir) -> BTreeMap<String, String> {
    let fields = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    text(folder, "truth/accounts.csv").lines().skip(1).map(fields).map(|row| (row[0].clone(), row[2].clone())).collect()
}

#[test]
fn totals_of_posts_equal_a_naive_recount() {
    let (folder, summary) = make(&SMALL);
    let recount = Recount::of(&folder, &summary);
    let truth = &summary.truth;
    assert!(truth.posts > 5_000, "the world is too small to say anything: {}", truth.posts);
    assert_eq!(recount.posts.len() as u64, truth.posts);
    assert_eq!(recount.lines, truth.post_lines);
    assert_eq!(recount.count(|seen| seen.in_stream), truth.posts_in_stream);
    assert_eq!(recount.count(|seen| seen.in_search), truth.posts_in_search);
    assert_eq!(recount.count(|seen| seen.in_stream && seen.in_search), truth.posts_in_both);
    assert_eq!(recount.count(|seen| seen.has_place), truth.posts_with_place);
    let posts = || recount.posts.values();
    assert_eq!(tally(posts().map(|seen| seen.kind)), truth.posts_by_kind);
    assert_eq!(tally(posts().map(|seen| seen.lang.clone())), owned(&truth.posts_by_language));
    let tags = posts().filter(|seen| seen.kind != "repost").flat_map(|seen| seen.tags.iter().cloned());
    assert_eq!(tally(tags), truth.hashtags);
    let pairs: BTreeSet<(&str, &str)> = posts().map(|seen| (seen.client.as_str(), seen.author.as_str())).collect();
    assert_eq!(tally(pairs.iter().map(|(client, _)| (*client).to_owned())), {
        truth.clients.iter().map(|(name, totals)| ((*name).to_owned(), totals.accounts)).collect()
    });
    assert_eq!(tally(posts().map(|seen| seen.client.clone())), {
        truth.clients.iter().map(|(name, totals)| ((*name).to_owned(), totals.posts)).collect()
    });
    assert!(truth.posts_in_both > 500 && truth.post_lines > truth.posts_in_stream, "{truth:?}");
}

#[test]
fn totals_by_camp_and_day_equal_a_naive_recount() {
    let (folder, summary) = make(&SMALL);
    let recount = Recount::of(&folder, &summary);
    let truth = &summary.truth;
    let camps = camps(&folder);
    assert_eq!(tally(camps.values().cloned()), owned(&truth.accounts_by_camp));
    assert_eq!(tally(recount.posts.values().map(|seen| camps[&seen.author].clone())), owned(&truth.posts_by_camp));
    let reposts = recount.posts.values().filter_map(|seen| Some((camps[&seen.author].clone(), camps[seen.original.as_ref()?].clone())));
    let expected = truth.reposts_by_camp.iter().map(|((from, to), count)| (((*from).to_owned(), (*to).to_owned()), *count)).collect();
    assert_eq!(tally(reposts), expected);
    // The day is that of the id, which is that of the time shown.
    let day = |id: &String| record::Instant::from_micros(((id.parse::<i64>().unwrap() >> 22) + 1_288_834_974_657) * 1_000).date();
    assert_eq!(tally(recount.posts.keys().map(day)), truth.posts_by_day);
    for (id, seen) in recount.posts.iter().filter(|(_, seen)| !seen.in_stream) {
        assert_eq!(seen.second.get(..10), Some(day(id).as_str()));
    }
}

#[test]
fn notices_rejects_profiles_and_lists_equal_a_naive_recount() {
    let (folder, summary) = make(&SMALL);
    let recount = Recount::of(&folder, &summary);
    let truth = &summary.truth;
    assert_eq!((recount.deletes, recount.limits, recount.page_errors), (truth.delete_notices, truth.limit_notices, truth.page_errors));
    assert!(truth.delete_notices > 5 && truth.limit_notices > 5 && truth.page_errors > 5);
    assert_eq!(recount.missed, truth.missed);
    assert_eq!((recount.bad, recount.strange), (truth.rejects["not_json"], truth.rejects["unknown_shape"]));
    assert_eq!(recount.profiles.len() as u64, truth.accounts_with_profile);

    let rows = |name: &str| {
        text(&folder, name).lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let listed: BTreeSet<String> = rows("exports/accounts.csv").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(listed.len() as u64, truth.accounts_listed);
    assert_eq!(listed.union(&recount.profiles).count() as u64, truth.accounts_with_id);
    let is_time = |text: &String| text.parse::<record::Instant>().is_ok();
    let follows: Vec<Vec<String>> =
        rows("exports/follows.csv").into_iter().filter(|row| row.len() == 3 && !row[1].is_empty() && is_time(&row[2])).collect();
    assert_eq!(follows.len() as u64, truth.edges);
    assert_eq!(follows.iter().collect::<BTreeSet<_>>().len() as u64, truth.edges, "a follow is listed twice");
    let sightings = rows("exports/sightings.csv").into_iter().filter(|row| is_time(&row[1]) && record::Status::parse(&row[2]).is_some());
    let by_status = tally(sightings.map(|row| row[2].clone()));
    assert_eq!(by_status, owned(&truth.sightings_by_status));
    assert!(by_status.contains_key("suspended") && by_status.contains_key("active"), "{by_status:?}");
    assert_eq!(text(&folder, "exports/seeds.txt").lines().count() as u64, truth.seeds);
    assert_eq!(truth.rejects.values().sum::<u64>(), 9);
}

#[test]
fn the_written_summary_says_what_is_returned() {
    let (folder, summary) = make(&SMALL);
    let written: Value = serde_json::from_str(&text(&folder, "truth/summary.json")).unwrap();
    let truth = &summary.truth;
    assert_eq!(written["posts"]["distinct"], truth.posts);
    assert_eq!(written["posts"]["in_both"], truth.posts_in_both);
    let hashtags: BTreeMap<String, u64> = serde_json::from_value(written["hashtags"].clone()).unwrap();
    assert_eq!(hashtags, truth.hashtags);
    let rejects: BTreeMap<String, u64> = serde_json::from_value(written["rejects"].clone()).unwrap();
    assert_eq!(rejects, owned(&truth.rejects));
    for (file, listed) in summary.files.iter().zip(written["files"].as_array().unwrap()) {
        let content = text(&folder, &file.name);
        assert_eq!(listed["name"], file.name);
        assert_eq!(content.len() as u64, file.bytes, "{}", file.name);
    }
}
