//! An invented talk on an invented topic: posts of known stance in four languages and seven countries, before and after an event.
//!
//! No text says anything. A stance shows in ordinary words that posts of that stance use more often than others (a lantern here, gravel there), and what a
//! post does shows in its punctuation.

use crate::json::Json;
use crate::lists;
use crate::output::{Output, prepare};
use crate::random::{Random, below, chance, mix, pick, pick_weighted, stream, unit};
use crate::words::Language;
use crate::{Coder, Error};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::Path;

/// How much talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TalkParams {
    /// Posts on topic.
    pub posts: u64,
    /// Days that it lasts; the event falls on noon of the middle one.
    pub days: u32,
    /// Equal seeds give equal bytes.
    pub seed: u64,
}

/// The most posts on topic.
const MOST: u64 = 10_000_000;
const MOST_DAYS: u32 = 366;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalkSummary {
    /// A query that finds every post on topic and no other.
    pub query: &'static str,
    /// The event, in milliseconds since 1970.
    pub event_ms: i64,
    /// Lines of the export: posts on topic, posts on other things, reposts.
    pub lines: u64,
    /// Posts on topic by true code.
    pub codes: BTreeMap<&'static str, u64>,
}

/// The codes of the default codebook of a stance.
const CODES: [&str; 5] = ["overt_support", "opposition", "neutral", "religious_neutral", "unclear"];
/// What posts do, with their shares and the sign by which it shows.
const KINDS: [(&str, u32, &str); 5] =
    [("informs", 50, " 12:30"), ("seeks_reply", 15, " ?"), ("persuades", 20, " =>"), ("calls_to_act", 10, " !!"), ("unclear", 5, "")];

/// A country of the talk.
struct Country {
    /// ISO code; empty where profiles state nothing.
    code: &'static str,
    location: &'static str,
    language: Language,
    weight: u32,
    /// The share of support before the event.
    support: f64,
}

const fn country(code: &'static str, location: &'static str, language: Language, weight: u32, support: f64) -> Country {
    Country { code, location, language, weight, support }
}

const COUNTRIES: [Country; 8] = [
    country("EG", "Cairo, Egypt", Language::Arabic, 20, 0.35),
    country("JO", "Amman, Jordan", Language::Arabic, 12, 0.15),
    country("DE", "Berlin, Germany", Language::German, 18, 0.10),
    country("GB", "London, England", Language::English, 18, 0.22),
    country("RU", "Moscow, Russia", Language::Russian, 14, 0.28),
    country("KE", "Nairobi, Kenya", Language::English, 8, 0.45),
    country("AT", "Vienna, Austria", Language::German, 2, 0.10),
    country("", "", Language::English, 8, 0.22),
];

/// What the event adds to the share of support.
const RISE: f64 = 0.12;
/// Of what is no support: opposition, neutral, religious and neutral, unclear.
const REST: [(usize, u32); 4] = [(1, 35), (2, 40), (3, 15), (4, 10)];
/// How often a word that shows a stance is of the post's own.
const OWN: f64 = 0.8;

/// A query that finds the topic in all four languages.
pub const TALK_QUERY: &str = "\"ferry guild\" OR #ferryguild OR المعدية OR паром* OR fährgilde";

const fn topic(language: Language) -> &'static str {
    match language {
        Language::Arabic => "المعدية",
        Language::Russian => "паромный",
        Language::German => "Fährgilde",
        _ => "ferry guild",
    }
}

/// Words that show a stance, by language: support, opposition, neutral, religious and neutral. Ordinary nouns that mean nothing of the kind.
const fn shown(language: Language) -> [[&'static str; 6]; 4] {
    match language {
        Language::Arabic => [
            ["فانوس", "مرج", "نحاس", "صفصاف", "عصفور", "نسيم"],
            ["حصى", "شوك", "صدأ", "طين", "غبار", "رماد"],
            ["دفتر", "جدول", "مكتب", "عمود", "رقم", "نشرة"],
            ["شمعة", "جرس", "فجر", "هلال", "سجادة", "مئذنة"],
        ],
        Language::Russian => [
            ["фонарь", "луг", "медь", "ива", "воробей", "ветерок"],
            ["гравий", "чертополох", "ржавчина", "грязь", "пыль", "пепел"],
            ["тетрадь", "таблица", "контора", "столбец", "номер", "сводка"],
            ["свеча", "колокол", "рассвет", "икона", "пост", "хор"],
        ],
        Language::German => [
            ["Laterne", "Wiese", "Kupfer", "Weide", "Spatz", "Brise"],
            ["Kies", "Distel", "Rost", "Schlamm", "Staub", "Asche"],
            ["Heft", "Tabelle", "Amt", "Spalte", "Nummer", "Meldung"],
            ["Kerze", "Glocke", "Morgenrot", "Orgel", "Andacht", "Chor"],
        ],
        _ => [
            ["lantern", "meadow", "copper", "willow", "sparrow", "breeze"],
            ["gravel", "thistle", "rust", "mud", "dust", "ashes"],
            ["ledger", "table", "office", "column", "number", "bulletin"],
            ["candle", "bell", "dawn", "organ", "vigil", "choir"],
        ],
    }
}

/// One post with its truth.
struct Spoken {
    id: u64,
    author: usize,
    ms: i64,
    text: String,
    code: usize,
    kind: usize,
}

struct Author {
    id: u64,
    country: usize,
}

/// The first day: 1 March 2015.
const START_MS: i64 = 1_425_168_000_000;
const DAY_MS: i64 = 86_400_000;

/// Writes a talk into a new or empty folder: `exports/talk.jsonl` in the v1.1 form, `designation.csv`, and `truth/posts.csv` with the code, kind, country
/// and time of every post on topic. Equal parameters give equal bytes. Memory: some 200 bytes a post.
///
/// # Errors
/// A parameter out of range, a folder that is not empty, or a file that cannot be written.
pub fn talk(params: &TalkParams, out: &Path) -> Result<TalkSummary, Error> {
    if !(1..=MOST_DAYS).contains(&params.days) {
        return Err(Error::Days { given: params.days, max: MOST_DAYS });
    }
    if !(100..=MOST).contains(&params.posts) {
        return Err(Error::Posts { given: params.posts, min: 100, max: MOST });
    }
    prepare(out)?;
    lists::designation(out)?;
    let event_ms = START_MS + i64::from(params.days) * DAY_MS / 2 / DAY_MS * DAY_MS + DAY_MS / 2;
    let authors = authors(params);
    let mut random = stream(params.seed, 21);
    let mut by_country: Vec<Vec<usize>> = vec![Vec::new(); COUNTRIES.len()];
    authors.iter().enumerate().for_each(|(at, author)| by_country[author.country].push(at));
    let mut spoken: Vec<Spoken> = Vec::new();
    for number in 0..params.posts {
        let weights: Vec<(usize, u32)> = COUNTRIES.iter().map(|country| country.weight).enumerate().collect();
        let at = pick_weighted(&mut random, &weights).unwrap_or(0);
        let author = pick(&mut random, &by_country[at]).copied().unwrap_or(0);
        let ms = START_MS + (unit(&mut random) * f64::from(params.days) * DAY_MS as f64) as i64;
        let support = COUNTRIES[at].support + if ms >= event_ms { RISE } else { 0.0 };
        let code = if chance(&mut random, support) { 0 } else { pick_weighted(&mut random, &REST).unwrap_or(2) };
        let kinds: Vec<(usize, u32)> = KINDS.iter().map(|(_, weight, _)| *weight).enumerate().collect();
        let kind = pick_weighted(&mut random, &kinds).unwrap_or(0);
        let text = words(&mut random, COUNTRIES[at].language, Some((code, kind)));
        spoken.push(Spoken { id: 5_000_000_000 + number * 7, author, ms, text, code, kind });
    }
    let mut export = Output::create(out, "exports/talk.jsonl")?;
    for post in &spoken {
        export.line(&line(post.id, post.ms, &post.text, &authors[post.author], None))?;
    }
    for number in 0..params.posts / 3 {
        let at = below(&mut random, authors.len());
        let text = words(&mut random, COUNTRIES[authors[at].country].language, None);
        let ms = START_MS + (unit(&mut random) * f64::from(params.days) * DAY_MS as f64) as i64;
        export.line(&line(6_000_000_000 + number * 7, ms, &text, &authors[at], None))?;
    }
    for number in 0..params.posts / 12 {
        let of = &spoken[below(&mut random, spoken.len())];
        let at = below(&mut random, authors.len());
        let text = format!("RT @{}: {}", handle(&authors[of.author]), of.text);
        export.line(&line(7_000_000_000 + number * 7, of.ms + 60_000, &text, &authors[at], Some((of, &authors[of.author]))))?;
    }
    let lines = export.finish()?.lines;
    let mut codes: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut truth = Output::create(out, "truth/posts.csv")?;
    truth.line(b"post_id,code,kind,country,language,after_event,day")?;
    for post in &spoken {
        *codes.entry(CODES[post.code]).or_default() += 1;
        let country = &COUNTRIES[authors[post.author].country];
        let day = (post.ms - START_MS) / DAY_MS;
        let (after, language) = (post.ms >= event_ms, country.language.code());
        truth.line(
            format!("{},{},{},{},{language},{after},{day}", post.id, CODES[post.code], KINDS[post.kind].0, country.code).as_bytes(),
        )?;
    }
    truth.finish()?;
    Ok(TalkSummary { query: TALK_QUERY, event_ms, lines, codes })
}

fn authors(params: &TalkParams) -> Vec<Author> {
    let mut random = stream(params.seed, 22);
    // Every country has some; the others fall by weight.
    let count = (params.posts / 3).max(COUNTRIES.len() as u64);
    (0..count)
        .map(|number| {
            let weights: Vec<(usize, u32)> = COUNTRIES.iter().map(|country| country.weight).enumerate().collect();
            let own = usize::try_from(number).unwrap_or(0);
            let country = if own < COUNTRIES.len() { own } else { pick_weighted(&mut random, &weights).unwrap_or(0) };
            Author { id: 900_000 + number, country }
        })
        .collect()
}

/// Words of a post: on topic with a code and a kind, or on nothing.
fn words(random: &mut Random, language: Language, meant: Option<(usize, usize)>) -> String {
    let mut words: Vec<&'static str> = (0..5).filter_map(|_| pick(random, language.words()).copied()).collect();
    let Some((code, kind)) = meant else { return words.join(" ") };
    let lists = shown(language);
    for _ in 0..3 {
        // An unclear post shows a bit of everything.
        let of = if code < lists.len() && chance(random, OWN) { code } else { below(random, lists.len()) };
        words.insert(below(random, words.len()), pick(random, &lists[of]).copied().unwrap_or_default());
    }
    let is_tagged = chance(random, 0.1);
    words.insert(below(random, words.len()), if is_tagged { "#FerryGuild" } else { topic(language) });
    let sign = if chance(random, 0.9) { KINDS[kind].2 } else { "" };
    format!("{}{sign}", words.join(" "))
}

fn handle(author: &Author) -> String {
    format!("talker_{}", author.id)
}

fn line(id: u64, ms: i64, text: &str, author: &Author, repost: Option<(&Spoken, &Author)>) -> Vec<u8> {
    let mut json = Json::utf8();
    status(&mut json, id, ms, text, author, repost);
    json.bytes
}

fn status(json: &mut Json, id: u64, ms: i64, text: &str, author: &Author, repost: Option<(&Spoken, &Author)>) {
    const CLIENTS: [&str; 3] = ["Twitter for Android", "Twitter for iPhone", "Twitter Web Client"];
    let country = &COUNTRIES[author.country];
    json.object(|json| {
        json.field_old_time("created_at", ms);
        json.field_id("id_str", id);
        json.field_text("text", text);
        let client = CLIENTS[(mix(author.id, 3) % 3) as usize];
        json.field_text("source", &format!("<a href=\"http://clients.example\" rel=\"nofollow\">{client}</a>"));
        json.key("user");
        json.object(|json| {
            json.field_id("id_str", author.id);
            json.field_text("screen_name", &handle(author));
            json.field_text("name", "Talker");
            if country.location.is_empty() {
                json.field_null("location");
            } else {
                json.field_text("location", country.location);
            }
            json.field_number("followers_count", mix(author.id, 4) % 500);
            json.field_number("friends_count", mix(author.id, 5) % 500);
            json.field_number("statuses_count", mix(author.id, 6) % 5_000);
            json.field_old_time("created_at", START_MS - 400 * DAY_MS);
            json.field_text("lang", country.language.code());
        });
        if let Some((of, author)) = repost {
            json.key("retweeted_status");
            status(json, of.id, of.ms, &of.text, author, None);
        }
        json.field_text("lang", country.language.code());
    });
}

/// What simulated coders say of posts: the true code, or now and then another one.
pub(crate) struct PostAnswers(HashMap<String, [String; 2]>);

impl PostAnswers {
    /// Reads `truth/posts.csv`; none where the world is none of talk.
    pub(crate) fn read(world: &Path) -> Result<Option<PostAnswers>, Error> {
        let path = world.join("truth/posts.csv");
        if !path.exists() {
            return Ok(None);
        }
        let file = File::open(&path).map_err(|error| Error::read(&path)(error.into()))?;
        let mut reader = csv::Reader::from_reader(file);
        let mut answers = HashMap::new();
        for row in reader.records() {
            let row = row.map_err(Error::read(&path))?;
            let cell = |at: usize| row.get(at).unwrap_or_default().to_owned();
            answers.insert(cell(0), [cell(1), cell(2)]);
        }
        Ok(Some(PostAnswers(answers)))
    }

    /// The coder's code of an item (`post/platform:id`): of its stance, or of its kind.
    pub(crate) fn code(&self, seed: u64, coder: &Coder, item: &str, is_kind: bool) -> Option<&'static str> {
        let id = item.trim().rsplit_once(':').map_or(item, |(_, id)| id);
        let truth = &self.0.get(id)?[usize::from(is_kind)];
        let codes: Vec<&'static str> = if is_kind { KINDS.iter().map(|(name, ..)| *name).collect() } else { CODES.into() };
        let truth = codes.iter().copied().find(|code| code == truth)?;
        let name = coder.name.bytes().fold(0, |sum, byte| mix(sum, u64::from(byte)));
        let mut random = stream(mix(mix(seed, name), id.parse().ok()?), 23);
        if !chance(&mut random, coder.confusion) {
            return Some(truth);
        }
        let others: Vec<&'static str> = codes.into_iter().filter(|code| *code != truth).collect();
        pick(&mut random, &others).copied()
    }
}
