//! Languages, places, marks, activity and time lines of an invented estuary whose numbers are known.

use crate::describing::{cell, finding};
use crate::lakes::{File, at, post, profile, seal, study};
use record::{Account, Instant, Object, ObjectKind, Post, Value, Window};
use study::{DescribeOptions, Description, Study};

const ENGLISH: &str = "the river was high after the long rain and the children walked home along the bank";
const ARABIC: &str = "نزل المطر صباح اليوم على الحديقة وكان النهر قريبا من البيت والطيور فوق الشجر";
const FRENCH: &str = "la pluie est venue ce matin et nous avons marché le long de la rivière jusqu'au soir";

/// Ninety accounts: 40 of London that write English, 30 of Baghdad that write Arabic, 12 of Paris and 3 of Lyon that write French, 5 that state
/// nonsense and write Arabic. Four posts each, the second and third of October 2014 and then the first and second of November; the first three accounts
/// write one of them in another language.
fn estuary() -> File<'static> {
    let mut file = File { name: "estuary", ..File::default() };
    for i in 0..90usize {
        let (id, handle) = (format!("{}", 500 + i), format!("Reed_{i:02}"));
        let (location, text) = match i {
            0..40 => ("London, UK", ENGLISH),
            40..70 => ("Baghdad, Iraq", ARABIC),
            70..82 => ("Paris, France", FRENCH),
            82..85 => ("Lyon, France", FRENCH),
            _ => ("behind you", ARABIC),
        };
        file.accounts.push(Account {
            location: Some(location.into()),
            created_at: Some(at("2014-09-01")),
            observed_at: Some(at("2014-11-03")),
            verified: Some(i < 20),
            protected: Some(false),
            default_avatar: (i < 60).then_some(i % 2 == 0),
            bio: (i == 89).then(|| "write me: t.me/somewhere".into()),
            posts: Some(100),
            followers: Some(10 * (i as i64 + 1)),
            ..profile(&id, &handle)
        });
        for (n, day) in ["2014-10-02", "2014-10-03", "2014-11-01", "2014-11-02"].into_iter().enumerate() {
            let text = if i < 3 && n == 0 { FRENCH } else { text };
            let mut own = Post { text: Some(text.into()), ..post(format!("{i}-{n}"), &id, &handle, at(&format!("{day}T08:00:00Z"))) };
            if n == 3 && (40..64).contains(&i) {
                own.place_country = Some(if i < 52 { "IQ" } else { "SY" }.into());
            }
            if n == 1 && (10..24).contains(&i) {
                own.objects.push(Object::new(ObjectKind::Url, "https://wa.me/15550100"));
            }
            file.posts.push(own);
        }
    }
    file
}

fn described(study: &Study, internal: bool, window: Option<Window>) -> Description {
    study.describe(&DescribeOptions { internal, window, ..DescribeOptions::default() }).unwrap()
}

fn made() -> (tempfile::TempDir, Study) {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    seal(&study, "2015-01-01T00:00:00Z", &[estuary()]);
    (folder, study)
}

fn int(description: &Description, id: &str, row: &str, column: &str) -> Option<i64> {
    cell(finding(description, id), row, column).int()
}

#[test]
fn places_and_languages_are_counted_by_accounts_and_by_posts() {
    let (_folder, study) = made();
    let d = described(&study, true, None);
    for (country, accounts) in [("GB", 40), ("IQ", 30), ("FR", 15), ("unknown", 5)] {
        assert_eq!(int(&d, "account_places", country, "accounts"), Some(accounts), "{country}");
    }
    assert_eq!(finding(&d, "account_places").denominator.n, 90);
    // Iraq and Britain differ too little for their order to be known; France is third for sure.
    assert_eq!((int(&d, "account_places", "GB", "rank_best"), int(&d, "account_places", "IQ", "rank_worst")), (Some(1), Some(2)));
    assert_eq!((int(&d, "account_places", "FR", "rank_best"), int(&d, "account_places", "FR", "rank_worst")), (Some(3), Some(3)));
    assert_eq!(int(&d, "account_places", "unknown", "rank_best"), None);
    for (lang, posts, accounts) in [("en", 157, 40), ("ar", 140, 35), ("fr", 63, 18)] {
        let found = ["posts", "accounts"].map(|column| int(&d, "post_detected_languages", lang, column));
        assert_eq!(found, [Some(posts), Some(accounts)], "{lang}");
    }
    for (lang, accounts) in [("en", 40), ("ar", 35), ("fr", 15)] {
        assert_eq!(int(&d, "account_detected_languages", lang, "accounts"), Some(accounts), "{lang}");
    }
    assert_eq!(int(&d, "account_place_evidence", "the profile", "accounts"), Some(73));
    assert_eq!(int(&d, "account_place_evidence", "the profile, and located posts agree", "accounts"), Some(12));
}

#[test]
fn marks_activity_and_invitations_have_their_own_denominators() {
    let (_folder, study) = made();
    let d = described(&study, true, None);
    let marks = |row: &str| ["accounts", "of_accounts"].map(|column| int(&d, "account_marks", row, column));
    assert_eq!(marks("verified by the platform"), [Some(20), Some(90)]);
    assert_eq!(marks("the platform's default picture"), [Some(30), Some(60)]);
    assert_eq!(finding(&d, "account_marks").rows.len(), 3, "no source says whether places are allowed");
    let located = finding(&d, "account_located");
    assert_eq!((located.rows[0][1].int(), located.denominator.n), (Some(24), 90));
    assert_eq!((int(&d, "located_posts", "IQ", "accounts"), int(&d, "located_posts", "SY", "posts")), (Some(12), Some(12)));
    assert_eq!((int(&d, "invitations", "WhatsApp", "accounts"), int(&d, "invitations", "WhatsApp", "posts")), (Some(14), Some(14)));
    assert_eq!((int(&d, "invitations", "Telegram", "accounts"), int(&d, "invitations", "Telegram", "posts")), (Some(1), Some(0)));
    let value = |id: &str, series: &str| {
        let row = finding(&d, id).rows.iter().find(|row| row[0].text() == Some(series) && row[1].int() == Some(50)).unwrap();
        row[2].number().unwrap()
    };
    // From the first of September to the second of November, eight in the morning.
    assert!((value("account_age", "days") - (62.0 + 8.0 / 24.0)).abs() < 1e-9);
    assert_eq!(value("account_posts_per_day", "last 200 posts"), 4.0 / 32.0);
    assert_eq!(value("account_posts_per_day", "in the lake"), 4.0 / 32.0);
}

#[test]
fn time_lines_add_up_to_the_posts() {
    let (_folder, study) = made();
    let d = described(&study, true, None);
    for (id, posts) in [("language_timeline", 360), ("place_timeline", 360)] {
        let rows = &finding(&d, id).rows;
        assert_eq!(rows.iter().filter_map(|row| row[2].int()).sum::<i64>(), posts, "{id}");
        assert_eq!(rows.iter().filter(|row| row[0] == Value::Time(at("2014-11-01"))).filter_map(|row| row[2].int()).sum::<i64>(), 90);
    }
}

/// Outside the study nothing stands for fewer than ten accounts, in either direction of a time line.
#[test]
fn small_cells_do_not_leave() {
    let (_folder, study) = made();
    let d = described(&study, false, None);
    // Five state nonsense. The table of what places rest on tells that they are few, so they and the two smallest countries go, with their labels.
    let places = finding(&d, "account_places");
    assert!(places.rows.iter().all(|row| !["unknown", "FR", "IQ"].contains(&row[0].text().unwrap())), "{:?}", places.rows);
    assert_eq!((int(&d, "account_places", "GB", "accounts"), places.suppressed), (Some(40), 3));
    // Three accounts wrote French on the second of October: 18 accounts with those that always do, so nothing small there.
    for finding in &d.findings {
        let Some(accounts) = finding.column("accounts") else { continue };
        for row in &finding.rows {
            assert!(row[accounts].int().is_none_or(|n| n == 0 || n >= 10), "{}: {row:?}", finding.id);
        }
    }
    // What the table of places hides has no line of its own over time.
    let timeline = finding(&d, "place_timeline");
    let lines: std::collections::BTreeSet<&str> = timeline.rows.iter().filter_map(|row| row[1].text()).collect();
    assert_eq!(lines, ["GB", "other"].into());
    assert_eq!(timeline.suppressed, timeline.rows.iter().filter(|row| row[2].is_null()).count() as u64);
    assert_eq!(int(&d, "invitations", "Telegram", "accounts"), None);
}

#[test]
fn a_window_is_described_by_its_own_posts() {
    let (_folder, study) = made();
    let window = |from: &str, to: &str| Some(Window { from: at(from), to: Instant::from_micros(at(to).micros() + 86_400_000_000 - 1) });
    let october = described(&study, true, window("2014-10-01", "2014-10-31"));
    assert_eq!(finding(&october, "post_kinds").denominator.n, 180);
    assert_eq!(int(&october, "post_detected_languages", "fr", "posts"), Some(33));
    assert_eq!(finding(&october, "account_located").rows[0][1].int(), Some(0), "located posts are of November");
    assert_eq!(int(&october, "invitations", "WhatsApp", "posts"), Some(14));
    assert!(october.findings.iter().all(|finding| !["sources", "objects", "quality"].contains(&finding.section.as_str())));
    let november = described(&study, true, window("2014-11-01", "2014-11-30"));
    assert_eq!(int(&november, "invitations", "Telegram", "accounts"), Some(1), "profiles are as last observed");
    assert!(november.findings.iter().find(|own| own.id == "invitations").unwrap().rows.iter().all(|row| row[0].text() != Some("WhatsApp")));
    let never = described(&study, true, window("2013-01-01", "2013-01-31"));
    assert_eq!(finding(&never, "account_places").denominator.n, 0);
    let beside = study::against(&october, &november, stats::Level::P95);
    let row = beside[0].rows.iter().find(|row| row[1].text() == Some("with a located post among their last 200")).unwrap();
    // 0 of 90 against 24 of 90, by hand from the Wilson intervals 0 to .0409 and .1863 to .3662.
    assert_eq!((row[2].int(), row[5].int()), (Some(0), Some(24)));
    let ends: Vec<String> = [9, 10].into_iter().map(|at| format!("{:.4}", row[at].number().unwrap())).collect();
    assert_eq!(ends, ["-0.3662", "-0.1764"]);
}
