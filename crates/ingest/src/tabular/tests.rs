//! Whole texts through detection, rows and records.

use super::testing::{Seen, read};
use crate::{Mapping, Options};
use insta::assert_snapshot;
use proptest::prelude::*;

const IRA: &str = "author_id,content,region,language,publish_date,harvested_date,following,followers,updates,post_type,retweet\n";
const ORIGINAL: &str = "external_author_id,author,content,region,language,publish_date,harvested_date,following,followers,updates,post_type,account_type,retweet,account_category,new_june_2018,alt_external_id,tweet_id,article_url,tco1_step1,tco2_step1,tco3_step1\n";

fn seen(text: &str) -> Seen {
    read(text.as_bytes(), &Options::default()).unwrap()
}

fn mapped(mapping: &str, text: &str) -> Seen {
    read(text.as_bytes(), &with(mapping)).unwrap()
}

fn with(mapping: &str) -> Options {
    Options { mapping: Some(Mapping::from_toml(mapping).unwrap()), ..Options::default() }
}

#[test]
fn ira_rows_are_posts_and_observations() {
    let text = format!(
        "{IRA}Miller,\"Bread, fresh #Bakery https://example.org/a\",Unknown,Russian,2016-08-22 10:28:00,2016-08-22 10:29:00,10,20,30,,0\n\
         Miller,RT @Baker: bread,Iraq,Arabic,2016-08-23 10:28:00,,11,21,31,R,1\n\
         Miller,\"two\nlines\",,LANGUAGE UNDEFINED,2016-08-24 10:28:00,2016-08-24 10:28:00,0,0,0,Q,1\n"
    );
    assert_snapshot!(seen(&text).shown(), @r#"
        2@108 account platform=twitter handle=Miller seen=2016-08-22T10:29:00Z followers=20 following=10 posts=30
        2@108 post platform=twitter id=06358c77c008 handle=Miller at=2016-08-22T10:28:00Z seen=2016-08-22T10:29:00Z kind=original text="Bread, fresh #Bakery https://example.org/a" lang=ru objects=#bakery,https://example.org/a
        3@228 account platform=twitter handle=Miller seen=2016-08-23T10:28:00Z followers=21 following=11 posts=31
        3@228 post platform=twitter id=7f80d7ae9e0b handle=Miller at=2016-08-23T10:28:00Z seen=2016-08-23T10:28:00Z kind=repost text="RT @Baker: bread" lang=ar repost_of_handle=Baker place=Iraq objects=@baker
        4@298 account platform=twitter handle=Miller seen=2016-08-24T10:28:00Z followers=0 following=0 posts=0
        4@298 post platform=twitter id=d4aa204d8b0b handle=Miller at=2016-08-24T10:28:00Z seen=2016-08-24T10:28:00Z kind=quote text="two\nlines" lang=und
        "#);
}

#[test]
fn the_original_release_has_ids_and_link_targets() {
    let text = format!(
        "{ORIGINAL}12345,MILLER,bread https://t.co/abc https://t.co/def,United States,English,10/1/2017 19:58,10/1/2017 19:59,1052,9636,253,,Right,0,RightTroll,0,905874659358453760,914580356430536707,http://twitter.com/x,https://example.org/page,,\n\
         9.06E+17,MILLER,flour,Unknown,English,10/1/2017 22:43,10/1/2017 22:43,1054,9637,254,RETWEET,Right,1,RightTroll,0,,9.15E+17,,,,\n"
    );
    assert_snapshot!(seen(&text).shown(), @r#"
        2@238 account platform=twitter id=905874659358453760 handle=MILLER seen=2017-10-01T19:59:00Z followers=9636 following=1052 posts=253
        2@238 post platform=twitter id=914580356430 account=905874659358453760 handle=MILLER at=2017-10-01T19:58:00Z seen=2017-10-01T19:59:00Z kind=original text="bread https://t.co/abc https://t.co/def" lang=en place=United States objects=https://example.org/page,https://t.co/def
        3@467 account platform=twitter handle=MILLER seen=2017-10-01T22:43:00Z followers=9637 following=1054 posts=254
        3@467 post platform=twitter id=dce04ec12d8a handle=MILLER at=2017-10-01T22:43:00Z seen=2017-10-01T22:43:00Z kind=repost text="flour" lang=en
        "#);
}

#[test]
fn faulty_ira_rows_are_rejected_by_reason() {
    let text = format!(
        "{IRA}Miller,a,,,,2016-08-22 10:29:00,1,2,3,,0\nMiller,b,,,22.8.2016,,1,2,3,,0\nMiller,c,,,2016-08-22 10:28:00,,many,2,3,,0\n,d,,,2016-08-22 10:28:00,,1,2,3,,0\n\
         Miller,e,,,2016-08-22 10:28:00,,1,2,3,X,0\nMiller,f\n"
    );
    assert_snapshot!(seen(&text).shown(), @r#"
        2@108 reject reason=missing_field detail=`publish_date` bytes=41
        3@149 reject reason=bad_time detail=`publish_date` bytes=31
        4@180 reject reason=bad_number detail=`following` bytes=44
        5@224 reject reason=missing_field detail=the author bytes=35
        6@259 reject reason=unknown_shape detail=`post_type` holds an unknown word bytes=42
        7@301 reject reason=wrong_field_count detail=number of fields 2, and 11 in the first row bytes=9
        "#);
}

#[test]
fn repeated_rows_are_kept_and_files_repeat_themselves() {
    let row = "Miller,bread,,,2016-08-22 10:28:00,,1,2,3,,0\n";
    let first = seen(&format!("{IRA}{row}{row}"));
    assert_eq!(first.posts, 2);
    assert_eq!(first.post_ids[1], format!("{}-2", first.post_ids[0]));
    assert_eq!(seen(&format!("{IRA}{row}")).post_ids, first.post_ids[..1]);
}

#[test]
fn account_lists_take_lines_and_columns() {
    assert_snapshot!(seen("# ours\nmiller\n@Baker  # the second\n\n12345\nhttps://x.com/mill\ntwo words\n").shown(), @r#"
        2@7 account platform=twitter handle=miller
        3@14 account platform=twitter handle=Baker
        5@36 account platform=twitter id=12345
        6@42 account platform=twitter handle=mill
        7@61 reject reason=unknown_shape detail=a handle, an id or the address of a profile was expected bytes=10
        "#);
    assert_snapshot!(seen("Screen Name;Name;Note\n@miller;The Mill;kept out\n;nobody;\n").shown(), @r#"
        2@22 account platform=twitter handle=miller name=The Mill
        3@48 reject reason=missing_field detail=the account's id or handle bytes=9
        "#);
    assert_snapshot!(seen("id\n12345\n@miller\n").shown(), @r#"
        2@3 account platform=twitter id=12345
        3@9 account platform=twitter handle=miller
        "#);
}

#[test]
fn follow_lists_say_who_follows_whom() {
    assert_snapshot!(seen("follower,followed\n1,2\n@miller,baker\n3,\n").shown(), @r#"
        2@18 edge platform=twitter kind=follow from_id=1 to_id=2
        3@22 edge platform=twitter kind=follow from_handle=miller to_handle=baker
        4@36 reject reason=missing_field detail=one of the two accounts bytes=3
        "#);
    assert_snapshot!(seen("user_id\tfollower_id\tdate\n1\t2\t2015-03-01\n").shown(), @"2@25 edge platform=twitter kind=follow from_id=2 to_id=1 at=2015-03-01T00:00:00Z");
    assert_snapshot!(seen("account_id,handle,to_account_id,to_handle,platform\n1,miller,2,baker,Mastodon\n").shown(), @"2@51 edge platform=mastodon kind=follow from_id=1 from_handle=miller to_id=2 to_handle=baker");
}

#[test]
fn sightings_lists_need_account_time_and_status() {
    let text = "id,checked_at,status\n1,2015-03-01T12:00:00Z,Suspended\n2,1425211200,deleted\n3,2015-03-01,dancing\n4,,active\n,2015-03-01,active\n5,soon,active\n";
    assert_snapshot!(seen(text).shown(), @r#"
        2@21 sighting platform=twitter id=1 at=2015-03-01T12:00:00Z status=suspended
        3@54 sighting platform=twitter id=2 at=2015-03-01T12:00:00Z status=deleted
        4@75 reject reason=bad_status detail=`sighting.status` bytes=21
        5@96 reject reason=missing_field detail=`sighting.at` bytes=10
        6@106 reject reason=missing_field detail=the account's id or handle bytes=19
        7@125 reject reason=bad_time detail=`sighting.at` bytes=14
        "#);
}

#[test]
fn what_is_not_known_is_not_guessed() {
    let unknown = |text: &str| read(text.as_bytes(), &Options::default()).unwrap_err().to_string();
    assert_snapshot!(unknown("id,created_at,text\n1,2015-03-01,bread\n"), @"cannot tell what `file` holds: the first of its rows has 3 fields, which name none of the lists that are known; for a CSV or NDJSON file of your own write a mapping with `--suggest` and give it with `--mapping`");
    assert_snapshot!(unknown("two words\nof text\n"), @"cannot tell what `file` holds: it is neither JSON, nor a table with a header, nor a list of accounts; for a CSV or NDJSON file of your own write a mapping with `--suggest` and give it with `--mapping`");
    assert_snapshot!(unknown(""), @"cannot tell what `file` holds: it has no rows; for a CSV or NDJSON file of your own write a mapping with `--suggest` and give it with `--mapping`");
    assert_snapshot!(unknown("{\"a\":1}\n"), @"cannot tell what `file` holds: JSON of no known platform; for a CSV or NDJSON file of your own write a mapping with `--suggest` and give it with `--mapping`");
}

#[test]
fn rows_of_another_width_and_bytes_that_are_no_text_are_rejected() {
    let mut text = b"follower,followed\r\n1,2\r\n\r\n3\r\n4,5,6\r\n".to_vec();
    text.extend_from_slice(b"\xff,7\r\n8,\"9\r\n\"\r\n10,11");
    let seen = read(&text, &Options::default()).unwrap();
    assert_eq!((seen.lines, seen.bytes), (9, text.len() as u64));
    assert_snapshot!(seen.shown(), @r#"
        2@19 edge platform=twitter kind=follow from_id=1 to_id=2
        4@26 reject reason=wrong_field_count detail=number of fields 1, and 2 in the first row bytes=2
        5@29 reject reason=wrong_field_count detail=number of fields 3, and 2 in the first row bytes=6
        6@36 reject reason=not_text detail=bytes that are not UTF-8 bytes=4
        7@41 edge platform=twitter kind=follow from_id=8 to_id=9
        9@50 edge platform=twitter kind=follow from_id=10 to_id=11
        "#);
}

#[test]
fn a_quote_that_is_not_closed_costs_one_line() {
    let seen = seen("follower,followed\n1,2\n3,\"4\n5,6\n7,8\n");
    assert_snapshot!(seen.truncated.as_ref().map(record::Sentence::as_str).unwrap_or_default(), @"a quote that opens on line 3 is never closed: the file is cut there, or the quote is stray");
    assert_snapshot!(seen.shown(), @r#"
        2@18 edge platform=twitter kind=follow from_id=1 to_id=2
        3@22 reject reason=truncated detail=the file ends inside a quoted field that this row opens bytes=5
        4@27 edge platform=twitter kind=follow from_id=5 to_id=6
        5@31 edge platform=twitter kind=follow from_id=7 to_id=8
        "#);
}

#[test]
fn a_row_longer_than_the_limit_costs_its_first_line() {
    let options = Options { max_line_bytes: 20, ..Options::default() };
    let text = format!("follower,followed\n1,2\n3,\"4\n5,6\n7,8\n9,10\n11,12\n\n13,{}\n14,15\n", "x".repeat(40));
    assert_snapshot!(read(text.as_bytes(), &options).unwrap().shown(), @r#"
        2@18 edge platform=twitter kind=follow from_id=1 to_id=2
        3@22 reject reason=too_long detail=more than 20 bytes before the row ends; perhaps a quote that is not closed bytes=5
        4@27 edge platform=twitter kind=follow from_id=5 to_id=6
        5@31 edge platform=twitter kind=follow from_id=7 to_id=8
        6@35 edge platform=twitter kind=follow from_id=9 to_id=10
        7@40 edge platform=twitter kind=follow from_id=11 to_id=12
        9@47 reject reason=too_long detail=more than 20 bytes before the row ends; perhaps a quote that is not closed bytes=44
        10@91 edge platform=twitter kind=follow from_id=14 to_id=15
        "#);
    let lines = format!("miller\n{}\nbaker", "x".repeat(30));
    assert_snapshot!(read(lines.as_bytes(), &options).unwrap().shown(), @r#"
        1@0 account platform=twitter handle=miller
        2@7 reject reason=too_long detail=more than 20 bytes in one line bytes=31
        3@38 account platform=twitter handle=baker
        "#);
}

#[test]
fn rows_are_found_across_blocks() {
    let mut text = "handle,name\n".to_owned();
    for number in 0..40_000 {
        text.push_str(&format!("miller_{number},\"The \"\"Mill\"\"\nnumber, {number}\"\n"));
    }
    let seen = seen(&text);
    assert_eq!((seen.records.len(), seen.rejects, seen.lines), (40_000, 0, 80_001));
    let last = "account platform=twitter handle=miller_39999 name=The \"Mill\"\nnumber, 39999";
    assert_eq!(seen.records.last().map(String::as_str), Some(last));
    for ((locus, record), line) in seen.loci.iter().zip(&seen.records).zip((2..).step_by(2)) {
        let at = usize::try_from(locus.byte).unwrap();
        let handle = text[at..].split(',').next().unwrap();
        assert!(record.contains(handle) && locus.line == line);
    }
}

#[test]
fn a_mapping_turns_any_table_into_records() {
    let mapping = r##"
        platform = "mastodon"
        [time]
        zone = "+03:00"
        [post]
        id = "nr"
        account = "who"
        created_at = { column = "when", format = "%d.%m.%Y %H:%M" }
        text = "what"
        kind = { column = "type", values = { B = "repost" } }
        likes = "stars"
        hashtags = { column = "tags", separator = ";" }
        lang = { constant = "ar" }
        [account]
        account = "who"
        followers = "fans"
        verified = "blue"
    "##;
    let table = "nr|who|when|what|type|stars|tags|fans|blue\n\
                 1|@miller|01.10.2017 15:00|bread #other @baker|B|5.0|#One; two|7|yes\n\
                 2|12345|01.10.2017 15:00||||NA||no\n\
                 3|miller|2017-10-01|x||1||1|no\n\
                 4|miller|01.10.2017 15:00|x||many||1|no\n\
                 5|miller|01.10.2017 15:00|x|dance|1||1|no\n\
                 |miller|01.10.2017 15:00|x||1||1|no\n\
                 7||01.10.2017 15:00|x||1||1|no\n\
                 8|miller|01.10.2017 15:00|x||1||1|perhaps\n\
                 9.01E+17|miller|01.10.2017 15:00|x||1||1|no\n";
    assert_snapshot!(mapped(mapping, table).shown(), @r#"
        2@43 post platform=mastodon id=1 handle=miller at=2017-10-01T12:00:00Z kind=repost text="bread #other @baker" lang=ar likes=5 objects=#one,#two,@baker
        2@43 account platform=mastodon handle=miller seen=2017-10-01T12:00:00Z followers=7 verified=true
        3@112 post platform=mastodon id=2 account=12345 at=2017-10-01T12:00:00Z kind=original text="" lang=ar
        3@112 account platform=mastodon id=12345 seen=2017-10-01T12:00:00Z verified=false
        4@147 reject reason=bad_time detail=`post.created_at` bytes=31
        5@178 reject reason=bad_number detail=`post.likes` bytes=40
        6@218 reject reason=unknown_shape detail=`post.kind` holds a word that the mapping does not translate bytes=42
        7@260 reject reason=missing_field detail=`post.id` bytes=36
        8@296 reject reason=missing_field detail=the account's id or handle bytes=31
        9@327 reject reason=unknown_shape detail=`account.verified` is neither true nor false bytes=42
        10@369 reject reason=bad_number detail=`post.id` lost its digits to a spreadsheet (`9.06E+17`) bytes=44
        "#);
}

#[test]
fn a_mapping_reads_files_without_header_and_makes_ids() {
    let mapping = "platform = 'x'\nheader = false\n[post]\nhandle = 1\ncreated_at = '2'\ntext = '3'";
    let seen = mapped(mapping, "miller,1506859200,bread\nmiller,1506859200,bread\nmiller,,\n,1506859200,bread\n");
    assert_eq!(seen.post_ids[1], format!("{}-2", seen.post_ids[0]));
    assert_snapshot!(seen.records[2..].join("\n"), @r#"
        post platform=x id=9350d0a25d2e handle=miller kind=original text=""
        reject reason=missing_field detail=the author, without whom a post that has no id cannot be told from others bytes=18
        "#);
}

#[test]
fn a_mapping_reads_json_lines() {
    let mapping = r#"
        platform = { column = "site" }
        [post]
        id = "id"
        handle = "user.name"
        created_at = "time"
        text = "body"
        urls = "links[].to"
        mentions = "to"
        media = "files"
        entities = false
        [sighting]
        handle = "user.name"
        at = "time"
        status = { constant = "active" }
    "#;
    let lines = r##"{"site":"Forum","id":1234567890123456789,"user":{"name":"Miller"},"time":1506859200.5,"body":"bread #tag","links":[{"to":"https://Example.org/"},{"to":"none"}],"to":["@Baker"],"files":["k1"]}
{"site":"forum","id":"b","user":{"name":"Miller"},"time":null}
{"id":"c","user":{"name":"Miller"},"time":1}
[1]
{"site":
"##;
    assert_snapshot!(mapped(mapping, lines).shown(), @r#"
        1@0 post platform=forum id=123456789012 handle=Miller at=2017-10-01T12:00:00.5Z kind=original text="bread #tag" objects=media:k1,@baker,https://example.org
        1@0 sighting platform=forum handle=Miller at=2017-10-01T12:00:00.5Z status=active
        2@192 reject reason=missing_field detail=`sighting.at` bytes=63
        3@255 reject reason=missing_field detail=`platform` bytes=45
        4@300 reject reason=unknown_shape detail=one JSON object a line was expected bytes=4
        5@304 reject reason=not_json detail=one JSON object a line was expected bytes=9
        "#);
    let array = read(b"[{}]", &with("platform='x'\n[post]\nid='id'")).unwrap_err();
    assert_snapshot!(array, @"the mapping cannot be used: `file` is one JSON array, and a mapping reads one object a line; `jq -c '.[]'` makes lines of it; `--suggest` writes a sound one to start from");
}

#[test]
fn a_mapping_makes_edges_of_every_kind() {
    let mapping = "platform='x'\n[edge]\nfrom='a'\nto='b'\nkind={column='k', values={amp='repost'}}\nat={column='t', format='epoch-ms'}";
    assert_snapshot!(mapped(mapping, "a,b,k,t\n1,@baker,amp,1506859200000\n1,2,,\n1,2,dance,\n").shown(), @r#"
        2@8 edge platform=x kind=repost from_id=1 to_handle=baker at=2017-10-01T12:00:00Z
        3@35 edge platform=x kind=follow from_id=1 to_id=2
        4@41 reject reason=unknown_shape detail=`edge.kind` holds a word that the mapping does not translate bytes=11
        "#);
}

/// A row of a file with several records a row, so that any order can be given to it.
fn rows() -> impl Strategy<Value = Vec<(u8, u16, String)>> {
    proptest::collection::vec((0u8..4, 0u16..50, "[a-c \"\n,;#@é]{0,8}"), 0..30)
}

fn table(rows: &[(u8, u16, String)]) -> String {
    let mut table = "who,when,what,fans\n".to_owned();
    for (who, when, what) in rows {
        // What an account is followed by depends on the rest of the row: rows of one author, time and text are equal.
        table.push_str(&format!("miller{who},{when},\"{}\",{}\n", what.replace('"', "\"\""), when + 1));
    }
    table
}

proptest! {
    #[test]
    fn the_order_of_rows_does_not_matter(mut given in rows(), turn in 0usize..30) {
        let mapping = "platform='x'\n[post]\nhandle='who'\ncreated_at='when'\ntext='what'\n[account]\nhandle='who'\nfollowers='fans'";
        let sorted = |rows: &[(u8, u16, String)]| {
            let seen = mapped(mapping, &table(rows));
            let (mut records, mut ids) = (seen.records, seen.post_ids);
            records.sort();
            ids.sort();
            (records, ids, seen.rejects)
        };
        let before = sorted(&given);
        prop_assert_eq!(before.0.len(), given.len() * 2);
        given.reverse();
        let middle = turn.min(given.len());
        given.rotate_left(middle);
        prop_assert_eq!(sorted(&given), before);
    }

    /// Rows are whole whatever is in them: what is written is what is read, line for line.
    #[test]
    fn places_are_those_of_the_rows(given in rows(), crlf in any::<bool>()) {
        let table = if crlf { table(&given).replace('\n', "\r\n") } else { table(&given) };
        let seen = mapped("platform='x'\n[account]\nhandle='who'", &table);
        prop_assert_eq!(seen.loci.len(), given.len());
        for (locus, (who, when, _)) in seen.loci.iter().zip(&given) {
            let at = usize::try_from(locus.byte).unwrap();
            let start = format!("miller{who},{when}");
            prop_assert!(table[at..].starts_with(&start));
            prop_assert_eq!(table[..at].matches('\n').count() as u64 + 1, locus.line);
        }
        prop_assert_eq!(seen.bytes, table.len() as u64);
    }

    /// No bytes stop a reader: each row is a record or a reject.
    #[test]
    fn nothing_panics(text in proptest::collection::vec(proptest::sample::select(b"\"\r\n,;|\t1a@#{}[]:\xff ".to_vec()), 0..200), limit in 1usize..60) {
        let any = ["platform='x'\nheader=false\n[account]\nhandle=1", "platform='x'\nformat='ndjson'\n[account]\nhandle='a'"];
        for mapping in any {
            let options = Options { max_line_bytes: limit, ..with(mapping) };
            if let Ok(seen) = read(&text, &options) {
                prop_assert_eq!(seen.bytes, text.len() as u64);
            }
        }
        for start in ["follower,followed\n", "handle,at,status\n", IRA, "@miller\n"] {
            let text: Vec<u8> = start.bytes().chain(text.iter().copied()).collect();
            if let Ok(seen) = read(&text, &Options { max_line_bytes: limit, ..Options::default() }) {
                prop_assert_eq!(seen.bytes, text.len() as u64);
            }
        }
    }
}
