//! Appends invented records and prints what they cost: `rate [POSTS] [FOLDER] [MEGABYTES]`.
//!
//! The mix is that of a month of a Twitter archive: every fourth post passes on another, authors repeat, each post shows its author's
//! profile again, a post has three to four objects. Prints rows per second of processor time, all threads together.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "an example speaks, and stops when something fails")]

use lake::{AsOf, Lake, SourceFacts, WriterOptions};
use record::{Account, Instant, Locus, Object, ObjectKind, Post, PostKind, Sink};
use std::path::PathBuf;
use std::time::Instant as Clock;

/// Posts of one block of input.
const BLOCK: u64 = 1500;
const AUTHORS: u64 = 50_000;

/// Seconds of processor time of this process, from the kernel's own count.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// A number that looks random and is the same every time.
fn scatter(number: u64) -> u64 {
    let mixed = (number ^ 0x9e37_79b9).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 16
}

fn give(sink: &mut impl Sink, number: u64, line: u64) {
    let author = scatter(number) % AUTHORS;
    let (id, account_id) = ((1u64 << 60) + number * 4096, (1_000_000_000 + author * 7919).to_string());
    let (post_id, handle) = (id.to_string(), format!("user_{author:x}"));
    let at = Instant::from_seconds(1_420_070_400 + number as i64 * 60);
    let text = format!(
        "notice {number} from the harbour office: the ferry to pier {} leaves at {} and calls at every stop",
        number % 17,
        number % 24
    );
    let link = format!("https://site{}.example/a/{}", scatter(number) % 3000, number % 100_000);
    let tag = format!("tag{}", scatter(number) % 4000);
    let locus = Locus { line, byte: line * 2500 };
    let post = Post {
        platform: "twitter".into(),
        post_id: post_id.as_str().into(),
        account_id: Some(account_id.as_str().into()),
        handle: Some(handle.as_str().into()),
        created_at: at,
        text: Some(text.as_str().into()),
        kind: PostKind::Original,
        lang: Some("en".into()),
        client: Some("Twitter for Android".into()),
        likes: Some((number % 80) as i64),
        reposts: Some((number % 50) as i64),
        replies: Some((number % 5) as i64),
        sensitive: Some(false),
        objects: vec![
            Object::new(ObjectKind::Url, link.as_str()),
            Object::new(ObjectKind::Hashtag, tag.as_str()),
            Object { kind: ObjectKind::Mention, object: "harbour_office".into(), account_id: Some("42".into()) },
        ],
        ..Post::default()
    };
    sink.post(&post, locus);
    let bio = format!("account number {author}, writes about the harbour, the weather and the timetable of the ferry");
    let account = Account {
        platform: "twitter".into(),
        account_id: Some(account_id.as_str().into()),
        handle: Some(handle.as_str().into()),
        name: Some("Harbour friend".into()),
        bio: Some(bio.as_str().into()),
        location: Some("Port Example".into()),
        lang: Some("en".into()),
        created_at: Instant::from_seconds(1_300_000_000 + author as i64),
        observed_at: at,
        followers: Some((author % 5000) as i64),
        following: Some((author % 700) as i64),
        posts: Some((author % 90_000) as i64),
        verified: Some(false),
        ..Account::default()
    };
    sink.account(&account, locus);
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let posts: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(500_000);
    let folder = arguments.next().map(PathBuf::from);
    let memory = arguments.next().and_then(|text| text.parse::<usize>().ok()).map_or(128 << 20, |megabytes| megabytes << 20);
    let temporary = tempfile::tempdir().expect("a folder for the lake");
    let folder = folder.unwrap_or_else(|| temporary.path().join("lake"));
    let lake = Lake::create(&folder).expect("a new lake");
    let (start, clock) = (processor_seconds(), Clock::now());
    let mut writer = lake.writer(WriterOptions { now: Instant::from_micros(0), memory }).expect("the writer");
    let source = writer.open_source().expect("a source");
    let batches = writer.batches(source);
    for first in (0..posts).step_by(BLOCK as usize) {
        let mut batch = batches.new_batch();
        for number in first..posts.min(first + BLOCK) {
            give(&mut batch, number, number);
            if number % 4 == 0 {
                give(&mut batch, scatter(number) % (number / 50 + 1), number);
            }
        }
        writer.append(batch).expect("the batch");
    }
    let facts = SourceFacts { name: "invented".to_owned(), sha256: "0".repeat(64), ..SourceFacts::default() };
    writer.close_source(source, facts).expect("the source");
    let appended = processor_seconds() - start;
    let report = writer.seal().expect("the seal");
    let spent = processor_seconds() - start;
    let rows: u64 = report.new.values().sum();
    println!("{rows} rows sealed, {} duplicates", report.duplicates);
    println!("{spent:.2} s of processor time ({appended:.2} before sealing), {:.2} s by the clock", clock.elapsed().as_secs_f64());
    println!("{:.0} rows per second of processor time", rows as f64 / spent);
    let peak = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", peak.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("peak memory unknown"));
    let (start, clock) = (processor_seconds(), Clock::now());
    let reader = lake.read(AsOf::Latest).expect("a reader");
    let top = reader.rows("SELECT object, count(*) FROM post_objects WHERE kind = 'hashtag' GROUP BY object ORDER BY 2 DESC, 1 LIMIT 1");
    let top = top.expect("a result");
    println!("top hashtag {:?}: {:.2} s, {:.2} s by the clock", top.rows, processor_seconds() - start, clock.elapsed().as_secs_f64());
}
