#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Twitter API v2.

use crate::samples::{V2_OTHERS, v1_post, v2_flat, v2_page};
use crate::support::{read, records};
use insta::assert_snapshot;

#[test]
fn a_page_gives_posts_profiles_and_errors() {
    assert_snapshot!(records(v2_page()), @r#"
    1: account id=801 handle=Rye_Field name="Rye Field" location="Upper Meadow" url=https://rye.example created=2015-01-02T03:04:05Z observed=2021-06-02T00:00:00Z followers=1 following=2 posts=3 listed=4 likes=5 verified=true protected=false default_avatar=true avatar=https://img.example/default_profile_images/0.png withheld=DE
    1: account id=802 handle=Oats observed=2021-06-02T00:00:00Z
    1: original id=6001 by=801 handle=Rye_Field at=2021-06-01T10:00:00Z observed=2021-06-02T00:00:00Z text="Rye & barley #Harvest https://t.co/c https://t.co/d" lang=en client="Twitter Web App" conversation=6001 edit_of=6000 likes=3 reposts=1 replies=2 quotes=4 views=5 sensitive=false withheld=DE,FR place_id=p2 place="Upper Meadow, Shire" country=DE lon=10.5 lat=50.25 has=hashtag:harvest has=url:https://rye.example/field has=media:950 has=media:951
    1: repost id=6002 by=802 handle=Oats at=2021-06-01T11:00:00Z observed=2021-06-02T00:00:00Z text="RT @rye_field: Rye & barley" repost_of=6001 of=801 named=Rye_Field has=mention:rye_field(801)
    1: reply id=6003 by=803 at=2021-06-01T12:00:00Z observed=2021-06-02T00:00:00Z text="@rye_field how much, and where?" reply_to=6001 of=801 named=Rye_Field quote_of=5990 of=802 named=Oats has=mention:rye_field(801)
    1: original id=5990 by=802 handle=Oats at=2021-05-30T00:00:00Z observed=2021-06-02T00:00:00Z text="Oats"
    1: reject platform_error (resource-not-found: tweet) byte=0 bytes=2560
    "#);
}

#[test]
fn a_flattened_line_gives_all_it_holds() {
    assert_snapshot!(records(v2_flat()), @r#"
    1: account id=801 handle=Rye_Field observed=2021-06-02T00:00:00Z followers=1
    1: account id=802 handle=Oats observed=2021-06-02T00:00:00Z
    1: account id=802 handle=Oats observed=2021-06-02T00:00:00Z
    1: original id=6009 by=802 handle=Oats at=2021-06-01T12:30:00Z observed=2021-06-02T00:00:00Z text="Sold?" conversation=6009
    1: account id=802 handle=Oats observed=2021-06-02T00:00:00Z followers=9
    1: reply id=6010 by=801 handle=Rye_Field at=2021-06-01T13:00:00Z observed=2021-06-02T00:00:00Z text="@oats yes" reply_to=6009 of=802 named=Oats quote_of=6008 conversation=6009 place_id=p3 place="Mill Lane, Shire" country=GB has=mention:oats(802)
    "#);
}

#[test]
fn other_lines() {
    assert_snapshot!(records(V2_OTHERS.join("\n")), @r#"
    1: account id=801 handle=Rye_Field observed=2021-06-01T14:00:00Z
    1: original id=6020 by=801 handle=Rye_Field at=2021-06-01T14:00:00Z text="one by itself"
    2: account id=804 handle=Bran name="Bran" observed=2021-06-01T15:00:00Z
    2: original id=6021 by=804 handle=Bran at=2021-06-01T15:00:00Z text="bran" conversation=6021
    3: account id=805 handle=Spelt name="Spelt" created=2016-01-02T03:04:05Z
    4: unrepresented count
    5: unrepresented list
    6: unrepresented compliance_notice
    7: reject platform_error (an error message in place of a record) byte=761 bytes=103
    8: original id=6023 text="bare"
    "#);
}

#[test]
fn a_bare_array_of_posts() {
    let array = r#"[{"id":"1","text":"RT @far_off: hello","author_id":"2","conversation_id":"1","created_at":"2021-06-01T15:00:00.000Z",
        "referenced_tweets":[{"type":"retweeted","id":"9"}],"entities":{"mentions":[{"start":3,"end":11,"username":"far_off","id":"7"}]}}]"#;
    let outcome = read(array);
    assert_snapshot!(outcome.text(), @r#"1: repost id=1 by=2 at=2021-06-01T15:00:00Z text="RT @far_off: hello" repost_of=9 of=7 named=far_off conversation=1 has=mention:far_off(7)"#);
    assert_eq!(outcome.report.format.name(), "twitter_v2");
}

#[test]
fn a_page_that_does_not_say_was_seen_no_earlier_than_its_latest_post() {
    let page = r#"{"data":[{"id":"1","text":"a","author_id":"2","created_at":"2021-06-01T15:00:00.000Z"},{"id":"3","text":"b","author_id":"2","created_at":"2021-06-01T16:00:00.000Z"}],"includes":{"users":[{"id":"2","username":"a"}]}}"#;
    let text = records(page);
    assert!(text.contains("account id=2 handle=a observed=2021-06-01T16:00:00Z"), "{text}");
    assert!(!text.contains("at=2021-06-01T15:00:00Z observed"), "{text}");
}

#[test]
fn a_search_that_found_nothing_is_a_page_without_records() {
    for meta in [r#""result_count":0"#, r#""result_count": 0, "newest_id": null"#] {
        let outcome = read(format!("{{\"meta\":{{{meta}}}}}\n"));
        assert_eq!((outcome.text().as_str(), outcome.report.format.name()), ("", "twitter_v2"));
    }
    let errors = records(
        r#"{"errors":[{"resource_type":"tweet","type":"https://api.twitter.com/2/problems/resource-not-found"}],"meta":{"result_count":0}}"#,
    );
    assert!(errors.contains("platform_error (resource-not-found: tweet)"), "{errors}");
    let other = records(format!("{}\n{}\n", v2_flat(), r#"{"meta":{"result_count":3}}"#));
    assert!(other.contains("2: reject unknown_shape"), "{other}");
}

#[test]
fn a_pretty_page_is_one_record() {
    let page: serde_json::Value = serde_json::from_str(&v2_page()).unwrap();
    let pretty = serde_json::to_string_pretty(&page).unwrap();
    let of_any_length = |record: String| record.split(" bytes=").next().unwrap().to_owned();
    let pretty: Vec<String> = read(pretty).multiset().into_iter().map(of_any_length).collect();
    let plain: Vec<String> = read(v2_page()).multiset().into_iter().map(of_any_length).collect();
    assert_eq!(pretty, plain);
}

#[test]
fn lines_of_both_versions_in_one_file_are_each_read_as_what_they_are() {
    let both = read(format!("{}\n{}\n", v1_post(), v2_flat())).multiset();
    let mut apart = read(v1_post()).multiset();
    apart.extend(read(v2_flat()).multiset());
    apart.sort();
    assert_eq!(both, apart);
}

#[test]
fn what_a_post_needs_is_named() {
    let lines = [
        r#"{"id":"1","text":"x","author_id":"2"}"#,
        r#"{"text":"x","author_id":"2"}"#,
        r#"{"id":"1","text":"x","author_id":"2","created_at":"someday"}"#,
        r#"{"data":[{"id":"1","text":"x"},{"colour":"green"}]}"#,
        r#"{"data":[{"id":"1","text":"x","author_id":"2"},{"text":"x","author_id":"2"}],"includes":{"users":[{"username":"","id":null}]}}"#,
    ];
    assert_snapshot!(records(lines.join("\n")), @r#"
    1: original id=1 by=2 text="x"
    2: reject missing_field (id) byte=38 bytes=28
    3: reject bad_time (created_at) byte=67 bytes=60
    4: reject unknown_shape (no post or profile in `data` or `includes`) byte=128 bytes=51
    4: original id=1 text="x"
    5: reject missing_field (id) byte=180 bytes=126
    5: original id=1 by=2 text="x"
    5: reject missing_field (id) byte=180 bytes=126
    "#);
}
