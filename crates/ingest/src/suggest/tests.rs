use super::draft;
use crate::tabular::testing::read;
use crate::{Mapping, Options};
use insta::assert_snapshot;

/// What is suggested for a text, and what it gives when it is used as it is.
fn suggested(text: &str) -> (String, String) {
    let draft = draft(text.as_bytes(), true).unwrap();
    let options = Options { mapping: Some(Mapping::from_toml(&draft).unwrap()), ..Options::default() };
    let seen = read(text.as_bytes(), &options).unwrap();
    (draft, seen.shown())
}

#[test]
fn a_table_of_posts_and_profiles() {
    let (draft, records) = suggested(
        "Tweet ID;Created At;Username;Display Name;Message;Hashtags;is_retweet;Likes;Followers;Link;Mood\n\
         1018180655022383104;31/01/2015 12:00;miller;The Mill;Bread;#one #two;False;3;10;https://twitter.com/miller/status/1018180655022383104;good\n\
         1018180655022383105;01/02/2015 12:30;baker;;Flour @miller;;True;;11;https://twitter.com/baker/status/1018180655022383105;bad\n",
    );
    assert_snapshot!(draft, @r#"
        # Inferred from the names of the columns and the kinds of values in the first 2 rows.
        # Check every line and correct it; docs/formats/mapping.md describes each key. Then: ingest --mapping THIS-FILE

        format = "csv"
        delimiter = ";"
        platform = "twitter"  # links in the rows lead there

        [post]
        # 19-digit number; by its name
        id = "Tweet ID"
        # single words; by its name
        handle = "Username"
        # time, layout DD/MM/YYYY HH:MM; by its name
        created_at = { column = "Created At", format = "%d/%m/%Y %H:%M" }
        # true or false; by its name and its words
        kind = { column = "is_retweet", values = { "False" = "original", "True" = "repost" } }
        # text; by its name
        text = "Message"
        # 1-digit number; by its name
        likes = "Likes"
        # words with # or @; by its name
        hashtags = { column = "Hashtags", separator = " " }
        # times name no zone and are read as UTC; for another add e.g. zone = "+03:00" beside the column
        # links, hashtags and mentions that no column gives are read from the text
        entities = true

        [account]
        # single words; the author of the post
        handle = "Username"
        # text; by its name
        name = "Display Name"
        # 2-digit number; by its name
        followers = "Followers"

        # Not used:
        #   "Link": link to a post; perhaps post.urls
        #   "Mood": single words
        "#);
    assert_snapshot!(records, @r#"
        2@96 post platform=twitter id=101818065502 handle=miller at=2015-01-31T12:00:00Z kind=original text="Bread" likes=3 objects=#one,#two
        2@96 account platform=twitter handle=miller name=The Mill seen=2015-01-31T12:00:00Z followers=10
        3@235 post platform=twitter id=101818065502 handle=baker at=2015-02-01T12:30:00Z kind=repost text="Flour @miller" objects=@miller
        3@235 account platform=twitter handle=baker seen=2015-02-01T12:30:00Z followers=11
        "#);
}

#[test]
fn json_lines_with_the_author_inside() {
    let (draft, records) = suggested(
        "{\"id\":\"a1\",\"createdAt\":1425211200000,\"author\":{\"id\":\"77\",\"username\":\"miller\",\"name\":\"The Mill\",\"created_at\":\"2014-01-01\"},\"body\":\"two words\",\"entities\":{\"hashtags\":[{\"tag\":\"One\"}]},\"in_reply_to\":null}\n\
         {\"id\":\"a2\",\"createdAt\":1425211201000,\"author\":{\"id\":\"78\",\"username\":\"baker\",\"name\":\"The Oven\",\"created_at\":\"2014-01-02\"},\"body\":\"three more words\",\"in_reply_to\":\"a1\"}\n",
    );
    assert_snapshot!(draft, @r#"
        # Inferred from the names of the columns and the kinds of values in the first 2 rows.
        # Check every line and correct it; docs/formats/mapping.md describes each key. Then: ingest --mapping THIS-FILE

        format = "ndjson"
        platform = "unknown"  # the file does not say: write the platform's name in lower case

        [post]
        # single words; by its name
        id = "id"
        # 2-digit number; by its name
        account_id = "author.id"
        # single words; by its name
        handle = "author.username"
        # time, milliseconds since 1970; by its name
        created_at = { column = "createdAt", format = "epoch-ms" }
        # text; by its name
        text = "body"
        # single words; by its name
        reply_to = "in_reply_to"
        # single words; by its name
        hashtags = "entities.hashtags[].tag"
        # links, hashtags and mentions that no column gives are read from the text
        entities = true

        [account]
        # 2-digit number; the author of the post
        id = "author.id"
        # single words; the author of the post
        handle = "author.username"
        # text; by its name
        name = "author.name"
        # time, layout YYYY-MM-DD; by its name
        created_at = "author.created_at"
        "#);
    assert_snapshot!(records, @r#"
        1@0 post platform=unknown id=a1 account=77 handle=miller at=2015-03-01T12:00:00Z kind=original text="two words" objects=#one
        1@0 account platform=unknown id=77 handle=miller name=The Mill created=2014-01-01T00:00:00Z seen=2015-03-01T12:00:00Z
        2@201 post platform=unknown id=a2 account=78 handle=baker at=2015-03-01T12:00:01Z kind=reply text="three more words" reply_to=a1
        2@201 account platform=unknown id=78 handle=baker name=The Oven created=2014-01-02T00:00:00Z seen=2015-03-01T12:00:01Z
        "#);
}

#[test]
fn names_in_other_languages_and_columns_without_names() {
    let (_, records) = suggested("дата,автор,текст\n2015-03-01 12:00:00,miller,хлеб и вода\n");
    assert_snapshot!(records, @r#"2@31 post platform=unknown id=008db9b62dfc handle=miller at=2015-03-01T12:00:00Z kind=original text="хлеб и вода""#);
    let (draft, records) = suggested("2015-03-01 12:00:00,@miller,\"bread, fresh\"\n2015-03-01 12:01:00,@baker,two words\n");
    assert_snapshot!(draft, @r#"
        # Inferred from the names of the columns and the kinds of values in the first 2 rows.
        # Check every line and correct it; docs/formats/mapping.md describes each key. Then: ingest --mapping THIS-FILE

        format = "csv"
        delimiter = ","
        header = false  # the first row holds values; columns are called by their numbers
        platform = "unknown"  # the file does not say: write the platform's name in lower case

        [post]
        # handle with @; by its values: handles
        handle = "2"
        # time, layout YYYY-MM-DD HH:MM:SS; by its values: the first column of times
        created_at = "1"
        # text; the column of the longest texts
        text = "3"
        # no id: posts get stable ids made from author, time and text
        # times name no zone and are read as UTC; for another add e.g. zone = "+03:00" beside the column
        # links, hashtags and mentions that no column gives are read from the text
        entities = true
        "#);
    assert_snapshot!(records, @r#"
        1@0 post platform=unknown id=3b45f9c5842d handle=miller at=2015-03-01T12:00:00Z kind=original text="bread, fresh"
        2@43 post platform=unknown id=549fb89b476c handle=baker at=2015-03-01T12:01:00Z kind=original text="two words"
        "#);
}

#[test]
fn shares_of_objects_profiles_and_sightings() {
    let (_, shares) = suggested(
        "object_id,account_id,content_id,timestamp_share\n85d2d12251a735ce05255061f7f231e2,0fb4232d1b7b37069c13ee17579bd10e,114e22f1b2b648528277b76f0b0224e7,1623881091.0\n",
    );
    assert_snapshot!(shares, @"2@48 post platform=unknown id=114e22f1b2b6 account=0fb4232d1b7b37069c13ee17579bd10e at=2021-06-16T22:04:51Z kind=repost repost_of=85d2d12251a735ce05255061f7f231e2");
    let (_, profiles) = suggested("user_id,screen_name,description,followers_count,joined\n1,miller,we grind,10,2014-01-01\n");
    assert_snapshot!(profiles, @"2@55 account platform=twitter id=1 handle=miller bio=we grind created=2014-01-01T00:00:00Z followers=10");
    let (_, sightings) = suggested("username,date,status,batch\nmiller,2015-03-01,suspended,7\nbaker,2015-03-02,active,7\n");
    assert_snapshot!(sightings, @r#"
        2@27 sighting platform=unknown handle=miller at=2015-03-01T00:00:00Z status=suspended
        3@57 sighting platform=unknown handle=baker at=2015-03-02T00:00:00Z status=active
        "#);
}

#[test]
fn values_never_show() {
    let secret = "id,text,user,extra\n1,hidden words,hiddenname,#hiddentag\n2,hidden more,hiddenother,#hiddentag\n";
    assert!(!draft(secret.as_bytes(), true).unwrap().contains("hidden"));
}

#[test]
fn what_has_no_columns_is_said_to_have_none() {
    let errors = ["", "a,b\n", "[{\"a\":1}]", "{\"a\":\n"].map(|text| draft(text.as_bytes(), true).unwrap_err());
    assert_snapshot!(errors.join("\n"), @r#"
        it has no rows from which columns could be told
        it has no rows from which columns could be told
        one JSON array, where a mapping reads one object a line (`jq -c '.[]'` makes lines of it)
        it has no rows from which columns could be told
        "#);
}
