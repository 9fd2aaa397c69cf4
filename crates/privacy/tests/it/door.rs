use privacy::{Door, Guard, Key, Kind, Masker, Pseudonyms};
use record::{Account, Edge, EdgeKind, Instant, Locus, Object, ObjectKind, Post, PostKind, Reject, Sighting, Sink, Status};
use std::borrow::Cow;
use std::sync::Arc;

/// Keeps what it is given, as text that a test can search.
#[derive(Default)]
struct Kept {
    accounts: Vec<Account<'static>>,
    words: Vec<String>,
}

fn words<'a>(fields: &[&'a Option<Cow<'a, str>>]) -> String {
    fields.iter().map(|field| field.as_deref().unwrap_or("-")).collect::<Vec<_>>().join("|")
}

impl Sink for Kept {
    fn account(&mut self, account: &Account<'_>, _: Locus) {
        self.words.push(words(&[
            &account.account_id,
            &account.handle,
            &account.name,
            &account.bio,
            &account.location,
            &account.url,
            &account.avatar_url,
        ]));
        self.accounts.push(Account { followers: account.followers, created_at: account.created_at, ..Account::default() });
    }

    fn post(&mut self, post: &Post<'_>, _: Locus) {
        let mut line = words(&[
            &post.account_id,
            &post.handle,
            &post.text,
            &post.reply_to,
            &post.reply_to_account,
            &post.reply_to_handle,
            &post.repost_of,
            &post.quote_of,
            &post.conversation,
        ]);
        line.push('|');
        line.push_str(&post.post_id);
        for object in &post.objects {
            line.push_str(&format!("|{}={}/{}", object.kind.name(), object.object, object.account_id.as_deref().unwrap_or("-")));
        }
        self.words.push(line);
    }

    fn edge(&mut self, edge: &Edge<'_>, _: Locus) {
        self.words.push(words(&[&edge.account_id, &edge.handle, &edge.to_account_id, &edge.to_handle, &edge.post_id]));
    }

    fn sighting(&mut self, sighting: &Sighting<'_>, _: Locus) {
        self.words.push(words(&[&sighting.account_id, &sighting.handle]));
    }

    fn reject(&mut self, _: &Reject) {}
    fn unrepresented(&mut self, _: &'static str, _: Locus) {}
}

fn text(text: &str) -> Option<Cow<'_, str>> {
    Some(Cow::Borrowed(text))
}

fn account() -> Account<'static> {
    Account {
        platform: "twitter".into(),
        account_id: text("12345"),
        handle: text("Some_One"),
        name: text("Some One +44 20 7946 0958"),
        bio: text("with @other_one, mail a@example.org"),
        location: text("here"),
        url: text("https://t.me/+AbCdEf123"),
        avatar_url: text("https://pic.example/12345.jpg"),
        followers: Some(7),
        ..Account::default()
    }
}

fn post() -> Post<'static> {
    let mention = Object { kind: ObjectKind::Mention, object: "other_one".into(), account_id: text("777") };
    Post {
        platform: "twitter".into(),
        post_id: "900".into(),
        account_id: text("12345"),
        handle: text("some_one"),
        kind: PostKind::Reply,
        text: text("@other_one ring +44 20 7946 0958 or https://t.me/+AbCdEf123 see https://twitter.com/Other_One/status/899"),
        reply_to: text("899"),
        reply_to_account: text("777"),
        reply_to_handle: text("OTHER_one"),
        conversation: text("899"),
        objects: vec![
            mention,
            Object::new(ObjectKind::Url, "https://t.me/+AbCdEf123"),
            Object::new(ObjectKind::Url, "https://twitter.com/Other_One/status/899"),
            Object::new(ObjectKind::Hashtag, "tag"),
        ],
        ..Post::default()
    }
}

fn guard(masks: bool, renames: bool) -> Arc<Guard> {
    let key = Key::new([7; 32]);
    Arc::new(Guard { masker: masks.then(|| Masker::new(key.clone(), &[])), pseudonyms: renames.then(|| Pseudonyms::new(key)) })
}

fn through(guard: Arc<Guard>) -> (Kept, privacy::Tally) {
    let mut door = Door::new(Kept::default(), &guard);
    door.account(&account(), Locus::default());
    door.post(&post(), Locus::default());
    let edge = Edge {
        platform: "twitter".into(),
        kind: EdgeKind::Follow,
        account_id: text("12345"),
        handle: text("some_one"),
        to_account_id: text("777"),
        to_handle: None,
        post_id: None,
        at: None,
    };
    door.edge(&edge, Locus::default());
    let sighting = Sighting {
        platform: "twitter".into(),
        account_id: text("12345"),
        handle: None,
        at: Instant::from_micros(0),
        status: Status::Active,
    };
    door.sighting(&sighting, Locus::default());
    door.into_inner()
}

#[test]
fn an_open_door_changes_nothing() {
    let (kept, tally) = through(guard(false, false));
    assert!(kept.words.iter().any(|words| words.contains("+44 20 7946 0958")));
    assert_eq!(tally.counts().count(), 0);
}

#[test]
fn masked_things_do_not_reach_the_sink() {
    let (kept, tally) = through(guard(true, false));
    let all = kept.words.join("\n");
    for secret in ["7946", "a@example.org", "AbCdEf123"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
    assert!(all.contains("masked://phone/GB/") && all.contains("url=https://t.me/masked-invitation-"));
    assert!(all.contains("12345|Some_One"), "ids and handles stay: {all}");
    assert_eq!(tally.counts().collect::<Vec<_>>(), [(Kind::Phone, 2), (Kind::Email, 1), (Kind::Invitation, 2)]);
}

/// A number in a link is one whatever the case of its letters; an id of a post is none.
#[test]
fn numbers_in_links_are_masked_in_any_case() {
    let mut door = Door::new(Kept::default(), &guard(true, false));
    let link = |link: &'static str| Object::new(ObjectKind::Url, link);
    let links =
        ["https://wa.me/966512345678", "https://site.example/WA.ME/966512345678", "https://api.whatsapp.com/send?Phone=966512345678"];
    let mut objects: Vec<Object<'_>> = links.into_iter().map(link).collect();
    objects.push(link("https://site.example/status/966512345678"));
    door.post(&Post { platform: "twitter".into(), post_id: "900".into(), objects, ..Post::default() }, Locus::default());
    let (kept, _) = door.into_inner();
    assert_eq!(kept.words.join("\n").matches("966512345678").count(), 1, "{:?}", kept.words);
}

#[test]
fn pseudonyms_replace_ids_and_handles_and_still_join() {
    let (kept, _) = through(guard(true, true));
    let all = kept.words.join("\n").to_lowercase();
    for secret in ["12345", "some_one", "some one", "other_one", "777", "899", "900", "pic.example"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
    let first = |line: usize| kept.words[line].split('|').next().unwrap().to_owned();
    assert_eq!(first(0), first(1), "the account's id joins profile and post");
    assert_eq!(first(1), first(2), "and the follow");
    assert_eq!(first(2), first(3), "and the sighting");
    // The mention in the text, the object and the handle answered are one pseudonym.
    let post: Vec<&str> = kept.words[1].split('|').collect();
    let mentioned = post[2].trim_start_matches('@').split(' ').next().unwrap();
    assert_eq!(post[5], mentioned);
    assert!(kept.words[1].contains(&format!("mention={mentioned}/")));
    // And so are the handle and the id in the address of the post answered.
    assert!(kept.words[1].contains(&format!("twitter.com/{mentioned}/status/{}", post[3])), "{}", kept.words[1]);
    assert_eq!(kept.accounts[0].followers, Some(7), "numbers stay");
}
