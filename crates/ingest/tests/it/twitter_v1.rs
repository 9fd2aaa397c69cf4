#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Twitter API v1.1.

use crate::samples::{V1_NOTICES, v1_extended, v1_post, v1_quote, v1_reply, v1_repost, v1_small_user, v1_user};
use crate::support::{instant, read, records};
use insta::assert_snapshot;
use record::Clock;

#[test]
fn a_post_gives_itself_and_its_author() {
    assert_snapshot!(records(v1_post()), @r#"
    1: original id=5001 by=701 handle=TildaBrook at=2015-05-06T07:08:09Z text="Honey & wax at the fair #Bees https://t.co/b @Old_Mill" lang=en client="Pen & Ink" likes=4 reposts=3 replies=2 quotes=1 sensitive=true withheld=XY place_id=p1 place="Lower Meadow, Shire" country=GB lon=-1.5 lat=52.25 has=hashtag:bees has=url:https://fair.example/2015 has=mention:old_mill(702) has=media:900 has=media:901
    1: account id=701 handle=TildaBrook name="Tilda Brook" bio="Bees & hives" location="Lower Meadow" url=https://hives.example/tilda lang=en zone="London" offset=3600 created=2009-03-02T10:00:00Z observed=2015-05-06T07:08:09Z followers=12 following=34 posts=560 listed=7 likes=89 verified=false protected=false geo=true default_avatar=false avatar=https://img.example/701.jpg withheld=DE,FR
    "#);
}

#[test]
fn a_reply_names_the_account_answered() {
    assert_snapshot!(records(v1_reply()), @r#"
    1: reply id=5002 by=702 handle=Old_Mill at=2015-05-06T07:30:00Z text="@TildaBrook see you there" reply_to=5001 of=701 named=TildaBrook has=mention:tildabrook(701)
    1: account id=702 handle=Old_Mill observed=2015-05-06T07:30:00Z
    "#);
}

#[test]
fn a_repost_gives_the_original_too_seen_when_it_was_passed_on() {
    assert_snapshot!(records(v1_repost()), @r#"
    1: original id=5001 by=701 handle=TildaBrook at=2015-05-06T07:08:09Z text="Honey & wax at the fair #Bees https://t.co/b @Old_Mill" lang=en client="Pen & Ink" likes=4 reposts=3 replies=2 quotes=1 sensitive=true withheld=XY place_id=p1 place="Lower Meadow, Shire" country=GB lon=-1.5 lat=52.25 has=hashtag:bees has=url:https://fair.example/2015 has=mention:old_mill(702) has=media:900 has=media:901
    1: repost id=5003 by=703 handle=Ferry_Man at=2015-05-06T09:00:00Z text="RT @TildaBrook: Honey & wax at…" repost_of=5001 of=701 named=TildaBrook
    1: account id=703 handle=Ferry_Man observed=2015-05-06T09:00:00Z
    1: account id=701 handle=TildaBrook name="Tilda Brook" bio="Bees & hives" location="Lower Meadow" url=https://hives.example/tilda lang=en zone="London" offset=3600 created=2009-03-02T10:00:00Z observed=2015-05-06T09:00:00Z followers=12 following=34 posts=560 listed=7 likes=89 verified=false protected=false geo=true default_avatar=false avatar=https://img.example/701.jpg withheld=DE,FR
    "#);
}

#[test]
fn a_quote_gives_the_post_quoted_too() {
    assert_snapshot!(records(v1_quote()), @r#"
    1: reply id=5002 by=702 handle=Old_Mill at=2015-05-06T07:30:00Z text="@TildaBrook see you there" reply_to=5001 of=701 named=TildaBrook has=mention:tildabrook(701)
    1: quote id=5004 by=704 handle=miller at=2015-05-07T09:00:00Z text="Indeed" quote_of=5002 of=702 named=Old_Mill
    1: account id=704 handle=miller observed=2015-05-07T09:00:00Z
    1: account id=702 handle=Old_Mill observed=2015-05-07T09:00:00Z
    "#);
}

#[test]
fn the_extended_text_is_the_text() {
    assert_snapshot!(records(v1_extended()), @r#"
    1: original id=5005 by=704 handle=miller at=2015-05-08T09:00:00Z text="The beginning and the end #Flour" has=hashtag:flour has=media:910
    1: account id=704 handle=miller observed=2015-05-08T09:00:00Z
    "#);
    let compatible = v1_extended().replace("extended_tweet", "something_else");
    assert_snapshot!(records(compatible), @r#"
    1: original id=5005 by=704 handle=miller at=2015-05-08T09:00:00Z text="The beginning…" truncated=true
    1: account id=704 handle=miller observed=2015-05-08T09:00:00Z
    "#);
    let full = r#"{"id":1,"full_text":"whole &lt;text&gt;","user":{"id":2},"truncated":false}"#;
    assert_snapshot!(records(full), @r#"
    1: original id=1 by=2 text="whole <text>"
    1: account id=2
    "#);
}

#[test]
fn an_answer_to_an_account_alone_is_a_reply() {
    let post = r#"{"id":1,"text":"@a hm","user":{"id":2},"in_reply_to_user_id":3,"in_reply_to_screen_name":"a"}"#;
    assert_snapshot!(records(post), @r#"
    1: reply id=1 by=2 text="@a hm" of=3 named=a
    1: account id=2
    "#);
}

#[test]
fn a_quote_of_a_post_that_is_gone_keeps_its_id() {
    let post = r#"{"id":1,"text":"look","user":{"id":2},"quoted_status_id_str":"9","quoted_status_permalink":{"expanded":"https://twitter.com/some_one/status/9"}}"#;
    assert_snapshot!(records(post), @r#"
    1: quote id=1 by=2 text="look" quote_of=9 named=some_one
    1: account id=2
    "#);
}

#[test]
fn a_profile_by_itself_and_a_page_of_profiles() {
    assert_snapshot!(records(v1_user()), @r#"1: account id=701 handle=TildaBrook name="Tilda Brook" bio="Bees & hives" location="Lower Meadow" url=https://hives.example/tilda lang=en zone="London" offset=3600 created=2009-03-02T10:00:00Z followers=12 following=34 posts=560 listed=7 likes=89 verified=false protected=false geo=true default_avatar=false avatar=https://img.example/701.jpg withheld=DE,FR"#);
    let with_status = r#"{"users":[{"id":1,"screen_name":"a","status":{"id":10,"text":"hello","created_at":"Wed May 06 07:08:09 +0000 2015"}},{"id":2,"screen_name":"b"}],"next_cursor":0}"#;
    assert_snapshot!(records(with_status), @r#"
    1: original id=10 by=1 handle=a at=2015-05-06T07:08:09Z text="hello"
    1: account id=1 handle=a
    1: account id=2 handle=b
    "#);
}

#[test]
fn pages_of_posts() {
    let post = r#"{"id":1,"text":"a","user":{"id":2}}"#;
    for page in [
        format!(r#"{{"statuses":[{post},{post}],"search_metadata":{{"count":2}}}}"#),
        format!(r#"{{"search_metadata":{{"count":2}},"statuses":[{post},{post}]}}"#),
        format!(r#"{{"results":[{post},{post}],"requestParameters":{{"maxResults":2}}}}"#),
        format!("[{post},\n{post}]"),
        format!("[{post},{post}]\n[]\n"),
        format!("{post}{post}\n"),
    ] {
        let outcome = read(&page);
        assert_eq!(outcome.multiset(), ["account id=2", "original id=1 by=2 text=\"a\"", "original id=1 by=2 text=\"a\""], "{page}");
        assert_eq!(outcome.report.counts.accounts, 2, "each sighting of a profile counts, though equal ones are put out once");
        assert_eq!(outcome.report.rejects.len(), 0);
    }
}

#[test]
fn notices_are_counted_apart_and_limits_tell_what_is_missing() {
    let outcome = read(V1_NOTICES.join("\n"));
    assert_snapshot!(outcome.text(), @r#"
    1: unrepresented delete_notice
    2: unrepresented limit_notice
    3: unrepresented limit_notice
    4: unrepresented scrub_geo_notice
    5: unrepresented status_withheld_notice
    6: unrepresented user_withheld_notice
    7: unrepresented friends_list
    8: unrepresented warning
    9: unrepresented disconnect
    "#);
    assert_eq!(outcome.report.missed, 17);
    assert_eq!(outcome.report.unrepresented["limit_notice"], 2);
}

#[test]
fn equal_profiles_of_a_block_are_one_with_the_earliest_time() {
    let user = v1_small_user(5, "same");
    let post =
        |id: u32, hour: u32| format!(r#"{{"id":{id},"text":"x","created_at":"Wed May 06 {hour:02}:00:00 +0000 2015","user":{user}}}"#);
    let outcome = read([post(1, 9), post(2, 7), post(3, 8)].join("\n"));
    let accounts: Vec<&String> = outcome.lines.iter().filter(|line| line.contains("account")).collect();
    assert_eq!(accounts, ["1: account id=5 handle=same observed=2015-05-06T07:00:00Z"]);
    assert_eq!(outcome.report.counts.accounts, 3);
}

#[test]
fn ids_keep_every_digit() {
    let post = r#"{"id":18446744073709551615,"text":"x","user":{"id":9007199254740993,"screen_name":"big"},"in_reply_to_status_id":1234567890123456789}"#;
    assert_snapshot!(records(post), @r#"
    1: reply id=18446744073709551615 by=9007199254740993 handle=big text="x" reply_to=1234567890123456789
    1: account id=9007199254740993 handle=big
    "#);
}

#[test]
fn wrong_types_are_as_good_as_absent() {
    let post = r#"{"id":"1","text":"x","created_at":null,"user":{"id":2,"screen_name":7,"followers_count":"12","friends_count":"many","verified":"yes","utc_offset":3.5,"entities":[],"withheld_in_countries":"DE"},"entities":{"hashtags":{"text":"a"},"urls":[null,{"expanded_url":5}],"user_mentions":[[]]},"coordinates":[1,2],"place":"here","lang":{},"favorite_count":3.0,"retweet_count":1e30,"source":null}"#;
    assert_snapshot!(records(post), @r#"
    1: original id=1 by=2 text="x" likes=3
    1: account id=2 followers=12
    "#);
}

#[test]
fn points_off_the_earth_and_areas_are_left_out() {
    let post = |field: &str| format!(r#"{{"id":1,"text":"x","user":{{"id":2}},{field}}}"#);
    assert!(!records(post(r#""coordinates":{"type":"Point","coordinates":[181,0]}"#)).contains("lon"));
    assert!(!records(post(r#""coordinates":{"type":"Polygon","coordinates":[[[1,2],[3,4]]]}"#)).contains("lon"));
    assert!(
        records(post(r#""coordinates":null,"geo":{"type":"Point","coordinates":[51.5,-0.5]}"#))
            .ends_with("lon=-0.5 lat=51.5\n1: account id=2")
    );
}

#[test]
fn the_last_of_repeated_keys_counts() {
    let post = r#"{"id":1,"text":"first","user":{"id":2},"text":"second"}"#;
    assert!(records(post).contains("\"second\""));
}

#[test]
fn an_edited_post_knows_its_first_version() {
    let post = r#"{"id":12,"text":"x","user":{"id":2},"edit_history":{"initial_tweet_id":"10","edit_tweet_ids":["10","12"]}}"#;
    assert!(records(post).contains("edit_of=10"));
}

#[test]
fn what_a_post_needs_is_named() {
    let good = r#"{"id":1,"text":"x","user":{"id":2}}"#;
    let bad = [
        r#"{"text":"x","user":{"id":2}}"#,
        r#"{"id":3,"text":"x","created_at":"someday","user":{"id":2}}"#,
        r#"{"id":4,"text":"x","user":{"name":"nobody"}}"#,
        r#"{"id":5,"text":"x","user":{"id":2},"retweeted_status":{"text":"y","user":{"id":3}}}"#,
        r#"{"colour":"green"}"#,
        r#"17"#,
        r#"{"error":"Not authorized."}"#,
    ];
    assert_snapshot!(records(format!("{good}\n{}", bad.join("\n"))), @r#"
    1: original id=1 by=2 text="x"
    2: reject missing_field (id) byte=36 bytes=28
    3: reject bad_time (created_at) byte=65 bytes=58
    4: reject missing_field (user.id) byte=124 bytes=44
    4: original id=4 text="x"
    5: reject missing_field (retweeted_status.id) byte=169 bytes=83
    5: repost id=5 by=2 text="x"
    6: reject unknown_shape (no post, profile, page or notice of the Twitter API) byte=253 bytes=18
    7: reject unknown_shape (no post, profile, page or notice of the Twitter API) byte=272 bytes=2
    8: reject platform_error (an error message in place of a record) byte=275 bytes=27
    1: account id=2
    "#);
}

#[test]
fn the_report_knows_the_clock_and_the_span() {
    let report = read(format!("{}\n{}\n", v1_post(), v1_quote())).report;
    assert_eq!(report.clock, Some(Clock::Second));
    assert_eq!(report.first, Some(instant("2015-05-06T07:08:09Z")));
    assert_eq!(report.last, Some(instant("2015-05-07T09:00:00Z")));
    assert_eq!((report.lines, report.format.name(), report.encoding.name()), (2, "twitter_v1", "utf-8"));
}
