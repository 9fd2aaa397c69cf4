#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Invented posts of every shape, each a line.

use crate::support::line;

/// A profile of API v1.1 with every field.
pub(crate) fn v1_user() -> String {
    line(
        r#"{"id":701,"id_str":"701","name":"Tilda Brook","screen_name":"TildaBrook","location":"Lower Meadow","description":"Bees & hives",
        "url":"https://t.co/a","entities":{"url":{"urls":[{"url":"https://t.co/a","expanded_url":"https://hives.example/tilda"}]}},
        "lang":"en","time_zone":"London","utc_offset":3600,"created_at":"Mon Mar 02 10:00:00 +0000 2009","followers_count":12,
        "friends_count":34,"statuses_count":560,"listed_count":7,"favourites_count":89,"verified":false,"protected":false,
        "geo_enabled":true,"default_profile_image":false,"profile_image_url_https":"https://img.example/701.jpg",
        "withheld_in_countries":["FR","DE","FR"]}"#,
    )
}

/// A profile of API v1.1 with the least.
pub(crate) fn v1_small_user(id: u64, handle: &str) -> String {
    format!(r#"{{"id":{id},"id_str":"{id}","screen_name":"{handle}"}}"#)
}

/// A post of API v1.1 with every field.
pub(crate) fn v1_post() -> String {
    let user = v1_user();
    line(&format!(
        r#"{{"created_at":"Wed May 06 07:08:09 +0000 2015","id":5001,"id_str":"5001","text":"Honey &amp; wax at the fair #Bees https://t.co/b @Old_Mill",
        "source":"<a href=\"http://pen.example\" rel=\"nofollow\">Pen &amp; Ink</a>","truncated":false,"user":{user},
        "coordinates":{{"type":"Point","coordinates":[-1.5,52.25]}},"place":{{"id":"p1","full_name":"Lower Meadow, Shire","country_code":"GB"}},
        "is_quote_status":false,"quote_count":1,"reply_count":2,"retweet_count":3,"favorite_count":4,
        "entities":{{"hashtags":[{{"text":"Bees","indices":[27,32]}}],
        "urls":[{{"url":"https://t.co/b","expanded_url":"https://Fair.example/2015?utm_source=x","indices":[33,47]}}],
        "user_mentions":[{{"screen_name":"Old_Mill","id":702,"id_str":"702","indices":[48,57]}}],
        "media":[{{"id_str":"900","media_url_https":"https://img.example/900.jpg","indices":[58,70]}}]}},
        "extended_entities":{{"media":[{{"id_str":"900","indices":[58,70]}},{{"id_str":"901","indices":[58,70]}}]}},
        "possibly_sensitive":true,"lang":"en","withheld_in_countries":["XY"]}}"#
    ))
}

pub(crate) fn v1_reply() -> String {
    let user = v1_small_user(702, "Old_Mill");
    line(&format!(
        r#"{{"created_at":"Wed May 06 07:30:00 +0000 2015","id_str":"5002","text":"@TildaBrook see you there","user":{user},"in_reply_to_status_id":5001,
        "in_reply_to_status_id_str":"5001","in_reply_to_user_id_str":"701","in_reply_to_screen_name":"TildaBrook",
        "entities":{{"hashtags":[],"urls":[],"user_mentions":[{{"screen_name":"TildaBrook","id_str":"701","indices":[0,11]}}]}}}}"#
    ))
}

pub(crate) fn v1_repost() -> String {
    let (user, original) = (v1_small_user(703, "Ferry_Man"), v1_post());
    line(&format!(
        r#"{{"created_at":"Wed May 06 09:00:00 +0000 2015","id_str":"5003","text":"RT @TildaBrook: Honey &amp; wax at…","user":{user},
        "retweeted_status":{original},"entities":{{"hashtags":[],"urls":[],"user_mentions":[]}}}}"#
    ))
}

pub(crate) fn v1_quote() -> String {
    let (user, original) = (v1_small_user(704, "miller"), v1_reply());
    line(&format!(
        r#"{{"created_at":"Thu May 07 09:00:00 +0000 2015","id_str":"5004","text":"Indeed","user":{user},"is_quote_status":true,
        "quoted_status_id":5002,"quoted_status_id_str":"5002","quoted_status":{original}}}"#
    ))
}

pub(crate) fn v1_extended() -> String {
    let user = v1_small_user(704, "miller");
    line(&format!(
        r#"{{"created_at":"Fri May 08 09:00:00 +0000 2015","id_str":"5005","text":"The beginning…","truncated":true,"user":{user},
        "entities":{{"hashtags":[]}},"extended_tweet":{{"full_text":"The beginning and the end #Flour",
        "entities":{{"hashtags":[{{"text":"Flour","indices":[26,32]}}]}},
        "extended_entities":{{"media":[{{"id_str":"910","indices":[33,40]}}]}}}}}}"#
    ))
}

pub(crate) const V1_NOTICES: [&str; 9] = [
    r#"{"delete":{"status":{"id":5001,"id_str":"5001","user_id":701,"user_id_str":"701"},"timestamp_ms":"1430900000000"}}"#,
    r#"{"limit":{"track":17,"timestamp_ms":"1430900000001"}}"#,
    r#"{"limit":{"track":11}}"#,
    r#"{"scrub_geo":{"user_id":701,"user_id_str":"701","up_to_status_id":5001}}"#,
    r#"{"status_withheld":{"id":5001,"user_id":701,"withheld_in_countries":["DE"]}}"#,
    r#"{"user_withheld":{"id":701,"withheld_in_countries":["DE"]}}"#,
    r#"{"friends":[701,702]}"#,
    r#"{"warning":{"code":"FALLING_BEHIND","message":"slow","percent_full":60}}"#,
    r#"{"disconnect":{"code":4,"stream_name":"","reason":""}}"#,
];

/// Every line of a stream of API v1.1.
pub(crate) fn v1_lines() -> Vec<String> {
    let mut lines = vec![v1_post(), v1_reply(), v1_repost(), v1_quote(), v1_extended(), v1_user()];
    lines.extend(V1_NOTICES.map(str::to_owned));
    lines
}

/// A page of API v2 with every field.
pub(crate) fn v2_page() -> String {
    line(
        r#"{"data":[
        {"id":"6001","text":"Rye &amp; barley #Harvest https://t.co/c https://t.co/d","author_id":"801","created_at":"2021-06-01T10:00:00.000Z",
        "conversation_id":"6001","lang":"en","source":"Twitter Web App","possibly_sensitive":false,"edit_history_tweet_ids":["6000","6001"],
        "public_metrics":{"retweet_count":1,"reply_count":2,"like_count":3,"quote_count":4,"impression_count":5},
        "entities":{"hashtags":[{"start":13,"end":21,"tag":"Harvest"}],"urls":[
        {"start":22,"end":36,"url":"https://t.co/c","expanded_url":"https://short.example/r","unwound_url":"https://rye.example/field"},
        {"start":37,"end":51,"url":"https://t.co/d","expanded_url":"https://twitter.com/x/status/6001/photo/1","display_url":"pic.twitter.com/d"}]},
        "attachments":{"media_keys":["3_950","7_951"]},"geo":{"place_id":"p2","coordinates":{"type":"Point","coordinates":[10.5,50.25]}},
        "withheld":{"copyright":false,"country_codes":["FR","DE"]}},
        {"id":"6002","text":"RT @rye_field: Rye &amp; barley","author_id":"802","created_at":"2021-06-01T11:00:00.000Z",
        "referenced_tweets":[{"type":"retweeted","id":"6001"}],"entities":{"mentions":[{"start":3,"end":13,"username":"rye_field","id":"801"}]}},
        {"id":"6003","text":"@rye_field how much?","author_id":"803","created_at":"2021-06-01T12:00:00.000Z","in_reply_to_user_id":"801",
        "referenced_tweets":[{"type":"replied_to","id":"6001"},{"type":"quoted","id":"5990"}],
        "note_tweet":{"text":"@rye_field how much, and where?","entities":{"mentions":[{"start":0,"end":10,"username":"rye_field","id":"801"}]}}}],
        "includes":{"users":[{"id":"801","username":"Rye_Field","name":"Rye Field","description":"","location":"Upper Meadow",
        "url":"https://t.co/e","entities":{"url":{"urls":[{"expanded_url":"https://rye.example"}]}},"created_at":"2015-01-02T03:04:05.000Z",
        "public_metrics":{"followers_count":1,"following_count":2,"tweet_count":3,"listed_count":4,"like_count":5},"verified":true,
        "protected":false,"profile_image_url":"https://img.example/default_profile_images/0.png","withheld":{"country_codes":["DE"]}},
        {"id":"802","username":"Oats"}],
        "tweets":[{"id":"5990","text":"Oats","author_id":"802","created_at":"2021-05-30T00:00:00.000Z"}],
        "places":[{"id":"p2","full_name":"Upper Meadow, Shire","country_code":"DE"}],"media":[{"media_key":"3_950","type":"photo"}],
        "polls":[{"id":"1"}]},
        "errors":[{"resource_type":"tweet","title":"Not Found Error","type":"https://api.twitter.com/2/problems/resource-not-found","detail":"gone"}],
        "meta":{"result_count":3},"__twarc":{"url":"https://api.twitter.com/2","version":"2.1","retrieved_at":"2021-06-02T00:00:00+00:00"}}"#,
    )
}

/// A line that twarc flattened.
pub(crate) fn v2_flat() -> String {
    line(
        r#"{"id":"6010","text":"@oats yes","author_id":"801","author":{"id":"801","username":"Rye_Field","public_metrics":{"followers_count":1}},
        "created_at":"2021-06-01T13:00:00.000Z","in_reply_to_user_id":"802","in_reply_to_user":{"id":"802","username":"Oats"},
        "conversation_id":"6009","referenced_tweets":[{"type":"replied_to","id":"6009","text":"Sold?","author_id":"802",
        "created_at":"2021-06-01T12:30:00.000Z","conversation_id":"6009","author":{"id":"802","username":"Oats"}},
        {"type":"quoted","id":"6008"}],
        "entities":{"mentions":[{"start":0,"end":5,"username":"Oats","id":"802","public_metrics":{"followers_count":9}}]},
        "geo":{"place_id":"p3","full_name":"Mill Lane, Shire","country_code":"GB"},
        "__twarc":{"retrieved_at":"2021-06-02T00:00:00+00:00"}}"#,
    )
}

pub(crate) const V2_OTHERS: [&str; 8] = [
    r#"{"data":{"id":"6020","text":"one by itself","author_id":"801","created_at":"2021-06-01T14:00:00.000Z"},"includes":{"users":[{"id":"801","username":"Rye_Field"}]},"matching_rules":[{"id":1,"tag":null}]}"#,
    r#"{"users":[{"id":"804","username":"Bran","name":"Bran"}],"tweets":[{"id":"6021","text":"bran","author_id":"804","created_at":"2021-06-01T15:00:00.000Z","conversation_id":"6021"}]}"#,
    r#"{"id":"805","username":"Spelt","name":"Spelt","created_at":"2016-01-02T03:04:05.000Z"}"#,
    r#"{"data":[{"end":"2021-06-02T00:00:00.000Z","start":"2021-06-01T00:00:00.000Z","tweet_count":12}],"meta":{"total_tweet_count":12}}"#,
    r#"{"data":[{"id":"1","name":"grain","owner_id":"801","member_count":3}]}"#,
    r#"{"id":"6022","action":"delete","created_at":"2021-06-04T16:25:04+00:00","reason":"deleted"}"#,
    r#"{"errors":[{"title":"Not Found Error","type":"https://api.twitter.com/2/problems/resource-not-found"}]}"#,
    r#"{"id":"6023","text":"bare"}"#,
];

/// Every line of API v2.
pub(crate) fn v2_lines() -> Vec<String> {
    let mut lines = vec![v2_page(), v2_flat()];
    lines.extend(V2_OTHERS.map(str::to_owned));
    lines
}
