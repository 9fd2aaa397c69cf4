//! What may be frozen, coded and adjudicated, by whom.

use crate::support::*;
use proptest::prelude::*;
use review::{Codebook, Error, Events, Freeze, Imported, Purpose, Why};

#[test]
fn a_census_is_frozen_once() {
    let (_folder, path, mut events) = frozen();
    let items = items();
    // The very same, in another order: nothing happens.
    let mut turned = items.clone();
    turned.reverse();
    turned[0].coders.reverse();
    assert!(!events.freeze(noon(5), "lead", &freeze(&turned)).unwrap());
    assert_eq!(events.log().unwrap().len(), 9);
    let other = "2".repeat(64);
    let fewer = &items[1..];
    let book = Codebook::template().replace("version = \"1\"", "version = \"1b\"");
    let same = freeze(&items);
    let mut given: Vec<Freeze<'_>> = vec![same; 8];
    given[0].frame = "frame-2";
    given[1].score = None;
    given[2].query = &other;
    given[3].sample = &other;
    given[4].seed = 8;
    given[5].codebook = &book;
    given[6].items = fewer;
    let mut regiven = items.clone();
    regiven[0].purpose = Purpose::Audit;
    given[7].items = &regiven;
    let words: Vec<String> = given
        .iter()
        .map(|freeze| match Events::open(&path).unwrap().freeze(noon(6), "lead", freeze).unwrap_err() {
            Error::FrozenOtherwise { census, what } => format!("{census}: {}", what.join(", ")),
            error => panic!("{error}"),
        })
        .collect();
    insta::assert_snapshot!(words.join("\n"), @r"
    spring: frame
    spring: score
    spring: query
    spring: sample
    spring: seed
    spring: codebook
    spring: set of items or coders
    spring: set of items or coders
    ");
    // A comment in the codebook is no other codebook; another name is another census, with codes of its own.
    let commented = format!("# read twice\n{}", Codebook::template());
    assert!(!events.freeze(noon(6), "lead", &Freeze { codebook: &commented, ..same }).unwrap());
    import(&mut events, &rows(&[(1, "one", "news")])).unwrap();
    assert!(events.freeze(noon(7), "lead", &Freeze { census: "summer", ..same }).unwrap());
    assert_eq!(events.census("summer").unwrap().codes(), []);
    assert_eq!(events.census("spring").unwrap().codes().len(), 1);
    assert_eq!(events.censuses().unwrap().len(), 2);
}

#[test]
fn codes_wait_for_the_freeze() {
    let folder = tempfile::tempdir().unwrap();
    let mut events = Events::create(&folder.path().join("review.sqlite")).unwrap();
    assert!(matches!(import(&mut events, &rows(&[(1, "one", "news")])), Err(Error::NotFrozen(_))));
    assert_eq!(events.log().unwrap(), []);
}

#[test]
fn the_same_sheet_again_is_a_no_op() {
    let (_folder, _path, mut events) = frozen();
    let sheet = rows(&[(1, "one", "overt_support"), (2, "one", "news"), (3, "one", ""), (5, "two", "news")]);
    let by_code = || [("news".to_owned(), 2), ("overt_support".to_owned(), 1)].into();
    let first = import(&mut events, &sheet).unwrap();
    assert_eq!(first, Imported { new: 3, empty: 1, by_code: by_code(), ..Imported::default() });
    let head = events.verify(None).unwrap().head;
    let again = import(&mut events, &sheet).unwrap();
    assert_eq!(again, Imported { repeated: 3, empty: 1, by_code: by_code(), ..Imported::default() });
    assert_eq!(events.verify(None).unwrap().head, head);
    // The rest of the sheet later; what is in already does not disturb.
    let rest = rows(&[(1, "one", "overt_support"), (2, "one", "news"), (3, "one", "minor")]);
    let rest = import(&mut events, &rest).unwrap();
    assert_eq!((rest.new, rest.repeated, rest.empty), (1, 2, 0));
    // An empty cell takes nothing back.
    import(&mut events, &rows(&[(1, "one", "")])).unwrap();
    assert_eq!(events.census("spring").unwrap().codes().len(), 4);
}

#[test]
fn a_changed_mind_needs_leave_and_keeps_the_first_code() {
    let (_folder, _path, mut events) = frozen();
    import(&mut events, &rows(&[(1, "one", "news"), (2, "one", "news")])).unwrap();
    let changed = rows(&[(1, "one", "research"), (2, "one", "news"), (3, "one", "satire")]);
    assert!(matches!(import(&mut events, &changed), Err(Error::Refused { .. })));
    assert_eq!(events.census("spring").unwrap().codes().len(), 2, "a refused sheet left something");
    let done = events.import(noon(2), "spring", &book(), &changed, true).unwrap();
    assert_eq!((done.new, done.revised, done.repeated), (1, 1, 1));
    let codes = events.census("spring").unwrap().codes();
    assert_eq!((codes[0].code.as_str(), codes[0].first.as_str()), ("research", "news"));
    // And back again: the last word counts.
    let back = events.import(noon(3), "spring", &book(), &rows(&[(1, "one", "news")]), true).unwrap();
    assert_eq!((back.revised, back.repeated), (1, 0));
    assert_eq!(events.census("spring").unwrap().codes()[0].code, "news");
}

#[test]
fn a_codebook_that_changed_is_refused() {
    let (_folder, _path, mut events) = frozen();
    let other = Codebook::parse(&Codebook::template().replace("version = \"1\"", "version = \"2\"")).unwrap();
    let sheet = rows(&[(1, "one", "news")]);
    let refused = events.import(noon(1), "spring", &other, &sheet, false);
    assert!(matches!(refused, Err(Error::CodebookChanged { .. })));
    assert!(matches!(events.adjudicate(noon(1), "spring", &other, &sheet, true), Err(Error::CodebookChanged { .. })));
    assert!(events.import(noon(1), "spring", &book(), &sheet, false).is_ok());
}

/// Lines of decisions: `item number, person, code, reason`.
fn decisions(rows: &[(u64, &str, &str, &str)]) -> review::Sheet {
    let lines: String = rows.iter().map(|(n, person, code, why)| format!("birdsite:{n},{person},{code},{why}\n")).collect();
    sheet(&format!("item,coder,code,note\n{lines}"))
}

#[test]
fn a_dispute_is_settled_by_somebody_else() {
    let (_folder, _path, mut events) = frozen();
    import(&mut events, &rows(&[(1, "one", "overt_support"), (1, "two", "news"), (2, "one", "news"), (2, "two", "news")])).unwrap();
    let mut decide = |sheet: &review::Sheet, revise: bool| events.adjudicate(noon(3), "spring", &book(), sheet, revise);
    for (refused, why) in [
        (decisions(&[(1, "one", "news", "quotes")]), "cannot settle its dispute"),
        (decisions(&[(2, "three", "news", "quotes")]), "nothing to settle"),
        (decisions(&[(1, "three", "news", "")]), "has no reason"),
        (decisions(&[(1, "three", "journalism", "quotes")]), "not in the codebook"),
        (decisions(&[(1, "three", "news", "quotes"), (1, "four", "satire", "jests")]), "decided in line"),
        (decisions(&[(9, "three", "news", "quotes")]), "not in the sample"),
    ] {
        let error = decide(&refused, true).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    let decision = decisions(&[(1, "three", "news", "quotes the bulletin")]);
    assert_eq!(decide(&decision, false).unwrap().new, 1);
    assert_eq!(decide(&decision, false).unwrap().repeated, 1);
    // Somebody else says the same: nothing new.
    assert_eq!(decide(&decisions(&[(1, "four", "news", "agrees")]), false).unwrap().repeated, 1);
    let other = decisions(&[(1, "four", "satire", "reads as a jest")]);
    assert!(decide(&other, false).is_err());
    assert_eq!(decide(&other, true).unwrap().revised, 1);
    let census = events.census("spring").unwrap();
    assert_eq!(census.waiting(), Vec::<&str>::new());
    assert_eq!(census.final_code("birdsite:1").unwrap().code(), Some("satire"));
    assert_eq!(census.items()["birdsite:1"].adjudicated.as_ref().unwrap().person, "four");
}

#[test]
fn every_refusal_is_told_by_line_and_nothing_is_taken() {
    let (_folder, _path, mut events) = frozen();
    import(&mut events, &rows(&[(2, "one", "news")])).unwrap();
    let before = events.verify(None).unwrap();
    let wrong = sheet(concat!(
        "item,coder,handle,code\n",
        "birdsite:1,one,@heron_9,supporter\n",
        "birdsite:1,three,@heron_9,news\n",
        "birdsite:7,one,@teal_4,news\n",
        "birdsite:99,one,@plover,news\n",
        "plover,one,birdsite:99,news\n",
        "birdsite:3,one,@gull,news\n",
        "\n",
        "birdsite:3,one,@gull,news\n",
        "birdsite:2,one,@dunlin,satire\n",
        ",one,@ruff,news\n",
        "birdsite:4,,@ruff,news\n",
        "birdsite:4,one,@gull,gull\n",
        "birdsite:4,Dunlin,@gull,\n",
        "birdsite:4,one,@stint,what a strange account\n",
    ));
    let error = import(&mut events, &wrong).unwrap_err();
    let Error::Refused { refusals, .. } = &error else { panic!("{error}") };
    let told: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    line `2`: the code `supporter` is not in the codebook; it has `overt_support`, `other_designated`, `opponent`, `news`, `research`, `pious_neutral`, `satire`, `unrelated`, `minor`, `unclear`, `unavailable`
    line `3`: the item `birdsite:1` is not assigned to the coder `three`; coders code the items of their own sheet only
    line `4`: the item `birdsite:7` is not assigned to the coder `one`; coders code the items of their own sheet only
    line `5`: the item `birdsite:99` is not in the sample of this census, or was erased since; remove the row, or name the right census
    line `6`: the item is not in the sample of this census, or was erased since; remove the row, or name the right census
    line `9`: the item `birdsite:3` of the coder `one` stands in line `7` already; keep one of the two
    line `10`: the item `birdsite:2` has the code `news` of `one`, and now `satire`; if that is a changed mind, import it with `--revise`
    line `11`: it names no item; bring back the cell of the sheet as it was written
    line `12`: it names no coder; bring back the cell of the sheet as it was written
    line `13`: the code is not in the codebook; it has `overt_support`, `other_designated`, `opponent`, `news`, `research`, `pious_neutral`, `satire`, `unrelated`, `minor`, `unclear`, `unavailable`
    line `14`: the item `birdsite:4` is not assigned to the coder; coders code the items of their own sheet only
    line `15`: the item `birdsite:4` of the coder `one` stands in line `13` already; keep one of the two
    ");
    insta::assert_snapshot!(error, @"sheet `sheet.csv` was not taken: line `2`: the code `supporter` is not in the codebook; it has `overt_support`, `other_designated`, `opponent`, `news`, `research`, `pious_neutral`, `satire`, `unrelated`, `minor`, `unclear`, `unavailable` (and `11` more rows are refused)");
    for handle in ["heron", "teal", "plover", "gull", "dunlin", "ruff", "stint", "strange"] {
        assert!(told.iter().all(|line| !line.contains(handle)), "{handle}");
    }
    assert_eq!(events.verify(None).unwrap(), before);
}

#[test]
fn two_openers_share_one_file() {
    let (_folder, path, mut first) = frozen();
    let mut second = Events::open(&path).unwrap();
    import(&mut first, &rows(&[(1, "one", "news")])).unwrap();
    // The second sees what the first appended, and the other way round.
    assert_eq!(import(&mut second, &rows(&[(1, "one", "news"), (2, "one", "news")])).unwrap().repeated, 1);
    assert!(import(&mut first, &rows(&[(2, "one", "satire")])).is_err());
    assert_eq!(first.log().unwrap(), second.log().unwrap());
}

#[test]
fn threads_that_write_at_once_wait_for_each_other() {
    let (_folder, path, mut events) = frozen();
    let sheets = [(1, "one"), (2, "one"), (1, "two"), (5, "two"), (6, "one"), (7, "two")];
    std::thread::scope(|scope| {
        for (item, coder) in sheets {
            let path = path.clone();
            scope.spawn(move || import(&mut Events::open(&path).unwrap(), &rows(&[(item, coder, "news")])).unwrap());
        }
    });
    assert_eq!(events.census("spring").unwrap().codes().len(), sheets.len());
    assert_eq!(events.verify(None).unwrap().events, 9 + sheets.len() as u64);
}

#[test]
fn a_writer_that_is_held_up_says_so() {
    let (_folder, path, mut events) = frozen();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let holder = runtime.block_on(async {
        use sqlx::ConnectOptions;
        let mut connection = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
        connection
    });
    let begun = std::time::Instant::now();
    let error = import(&mut events, &rows(&[(1, "one", "news")])).unwrap_err();
    assert!(matches!(error, Error::Locked(_)) && error.is_machine(), "{error}");
    assert!((1.0..30.0).contains(&begun.elapsed().as_secs_f64()), "{:?}", begun.elapsed());
    // Reading goes on meanwhile.
    assert_eq!(events.log().unwrap().len(), 9);
    drop(holder);
    drop(runtime);
    import(&mut events, &rows(&[(1, "one", "news")])).unwrap();
}

#[test]
fn a_read_only_study_can_be_read() {
    let (folder, path, mut events) = frozen();
    import(&mut events, &rows(&[(1, "one", "news")])).unwrap();
    drop(events);
    use std::os::unix::fs::PermissionsExt;
    let set = |mode, path: &std::path::Path| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    set(0o400, &path);
    set(0o500, folder.path());
    let codes = Events::open(&path).unwrap().census("spring").unwrap().codes().len();
    set(0o700, folder.path());
    assert_eq!(codes, 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// The order of rows, and how they are cut into sheets, changes nothing of what the codes come to.
    #[test]
    fn the_order_of_rows_does_not_matter(
        order in Just((0..12usize).collect::<Vec<_>>()).prop_shuffle(),
        picks in proptest::collection::vec(0..11usize, 12),
        cut in 0..12usize,
    ) {
        let pairs = [(1, "one"), (1, "two"), (2, "one"), (2, "two"), (3, "one"), (4, "one"), (5, "one"), (5, "two"), (6, "one"), (6, "two"), (7, "two"), (8, "two")];
        let book = book();
        let codes: Vec<(u64, &str, &str)> =
            pairs.iter().zip(&picks).map(|((item, coder), pick)| (*item, *coder, book.codes()[*pick].name.as_str())).collect();
        let shuffled: Vec<(u64, &str, &str)> = order.iter().map(|place| codes[*place]).collect();
        let (_one, _path, mut whole) = frozen();
        let counted = import(&mut whole, &rows(&codes)).unwrap();
        let (_two, _path, mut parts) = frozen();
        let first = import(&mut parts, &rows(&shuffled[..cut])).unwrap();
        let second = import(&mut parts, &rows(&shuffled[cut..])).unwrap();
        prop_assert_eq!(first.new + second.new, counted.new);
        let (whole, parts) = (whole.census("spring").unwrap(), parts.census("spring").unwrap());
        prop_assert_eq!(whole.codes(), parts.codes());
        prop_assert_eq!(whole.results(), parts.results());
        prop_assert_eq!(whole.progress(), parts.progress());
        prop_assert_eq!((whole.waiting(), whole.protected()), (parts.waiting(), parts.protected()));
    }
}

#[test]
fn an_account_known_by_its_handle_alone_is_coded_and_never_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut events = Events::create(&folder.path().join("review.sqlite")).unwrap();
    let mut items = items();
    items.push(review::Assignment { item: "birdsite:@reed_warbler".to_owned(), purpose: Purpose::Sample, coders: vec!["one".to_owned()] });
    assert!(events.freeze(noon(0), "lead", &freeze(&items)).unwrap());
    let given = |code: &str| sheet(&format!("item,coder,code\nbirdsite:@reed_warbler,one,{code}\n"));
    assert_eq!(import(&mut events, &given("minor")).unwrap().new, 1);
    let changed = events.import(noon(2), "spring", &book(), &given("news"), false).unwrap_err().to_string();
    let foreign = sheet("item,coder,code\nbirdsite:@marsh_tit,one,news\n");
    let unknown = events.import(noon(2), "spring", &book(), &foreign, false).unwrap_err().to_string();
    for said in [&changed, &unknown] {
        assert!(!said.contains("warbler") && !said.contains("marsh") && !said.contains("minor"), "{said}");
    }
    assert!(changed.contains("(kept apart)"), "{changed}");
}

fn one<'a>(item: &'a str, person: &'a str, code: &'a str, note: &'a str) -> review::OneCode<'a> {
    review::OneCode { item, person, code, note }
}

/// The same codes, by sheets and one by one on a screen, come to the same rows, the same results and the same disputes.
#[test]
fn codes_on_a_screen_come_to_what_codes_in_sheets_come_to() {
    let given = [
        (1, "one", "news"),
        (2, "one", "overt_support"),
        (5, "one", "news"),
        (1, "two", "news"),
        (2, "two", "satire"),
        (7, "two", "minor"),
    ];
    let (_sheets, _, mut events) = frozen();
    import(&mut events, &rows(&given)).unwrap();
    events.adjudicate(noon(9), "spring", &book(), &decisions(&[(2, "three", "satire", "it jokes")]), false).unwrap();
    let by_sheet = events.census("spring").unwrap();

    let (_screen, path, _) = frozen();
    let mut coding = review::Coding::open(&path).unwrap();
    for (number, coder, code) in given {
        let item = format!("birdsite:{number}");
        // White space and capitals as a spreadsheet may bring them.
        let imported =
            coding.code(noon(1), "spring", &book(), one(&item, coder, &format!(" {} ", code.to_uppercase()), ""), Some(3)).unwrap();
        assert_eq!((imported.new, imported.revised), (1, 0));
    }
    coding.adjudicate(noon(9), "spring", &book(), one("birdsite:2", "three", "satire", "it jokes")).unwrap();
    let on_screen = coding.census("spring").unwrap();
    assert_eq!(on_screen.codes(), by_sheet.codes());
    assert_eq!(on_screen.results(), by_sheet.results());
    assert_eq!(on_screen.waiting(), by_sheet.waiting());
    assert_eq!(on_screen.protected(), by_sheet.protected());
    assert_eq!(Events::open(&path).unwrap().verify(None).unwrap().events, 1 + 8 + 7);
}

#[test]
fn a_screen_refuses_what_a_sheet_refuses() {
    let (_folder, path, _) = frozen();
    let mut coding = review::Coding::open(&path).unwrap();
    let mut refused = |item, person, code| match coding.code(noon(1), "spring", &book(), one(item, person, code, ""), None) {
        Err(Error::Refused { refusals, .. }) => refusals[0].why.clone(),
        other => panic!("{other:?}"),
    };
    assert!(matches!(refused("birdsite:1", "one", "nonsense"), Why::UnknownCode { .. }));
    assert!(matches!(refused("birdsite:99", "one", "news"), Why::NotInSample { .. }));
    assert!(matches!(refused("birdsite:3", "two", "news"), Why::WrongCoder { .. }));
    let other = Codebook::parse(&Codebook::template().replace("version = \"1\"", "version = \"2\"")).unwrap();
    assert!(matches!(
        coding.code(noon(1), "spring", &other, one("birdsite:1", "one", "news", ""), None),
        Err(Error::CodebookChanged { .. })
    ));
    coding.code(noon(1), "spring", &book(), one("birdsite:1", "one", "news", ""), None).unwrap();
    coding.code(noon(1), "spring", &book(), one("birdsite:1", "two", "satire", ""), None).unwrap();
    assert!(matches!(coding.adjudicate(noon(2), "spring", &book(), one("birdsite:1", "one", "news", "mine")), Err(Error::Refused { .. })));
    assert!(matches!(coding.adjudicate(noon(2), "spring", &book(), one("birdsite:1", "three", "news", "")), Err(Error::Refused { .. })));
}

/// A slip taken back at once leaves no first code; a changed mind does. The log keeps both.
#[test]
fn a_slip_is_no_first_code_and_a_changed_mind_is() {
    let (_folder, path, _) = frozen();
    let mut coding = review::Coding::open(&path).unwrap();
    let code = |coding: &mut review::Coding, minute, code: &str| {
        coding.code(noon(minute), "spring", &book(), one("birdsite:1", "one", code, ""), None).unwrap()
    };
    code(&mut coding, 1, "news");
    coding.withdraw(noon(2), "spring", "one", "birdsite:1").unwrap();
    assert!(coding.census("spring").unwrap().codes().is_empty());
    assert!(matches!(coding.withdraw(noon(2), "spring", "one", "birdsite:1"), Err(Error::NoCode)));
    code(&mut coding, 3, "satire");
    assert!(matches!(coding.withdraw(noon(14), "spring", "one", "birdsite:1"), Err(Error::TooLate)));
    assert_eq!(code(&mut coding, 15, "research").revised, 1);
    let rows = coding.census("spring").unwrap().codes();
    assert_eq!((rows[0].first.as_str(), rows[0].code.as_str()), ("satire", "research"));
    assert_eq!(Events::open(&path).unwrap().verify(None).unwrap().events, 1 + 8 + 4);
}

#[test]
fn what_was_put_off_is_open_until_it_is_coded() {
    let (_folder, path, _) = frozen();
    let mut coding = review::Coding::open(&path).unwrap();
    coding.skip(noon(1), "spring", "one", "birdsite:3", "later").unwrap();
    assert!(matches!(coding.skip(noon(1), "spring", "two", "birdsite:3", "not mine"), Err(Error::NoCode)));
    assert!(coding.census("spring").unwrap().items()["birdsite:3"].skipped.contains_key("one"));
    coding.code(noon(2), "spring", &book(), one("birdsite:3", "one", "news", ""), None).unwrap();
    assert!(coding.census("spring").unwrap().items()["birdsite:3"].skipped.is_empty());
    assert!(matches!(coding.skip(noon(3), "spring", "one", "birdsite:3", "again"), Err(Error::NoCode)));
}

/// What others append or erase meanwhile is seen, and a log that was changed behind one's back stops everything that comes after the change.
#[test]
fn a_screen_sees_what_others_do_to_the_log() {
    let (_folder, path, mut events) = frozen();
    let mut coding = review::Coding::open(&path).unwrap();
    assert_eq!(coding.census("spring").unwrap().items().len(), 8);
    import(&mut events, &rows(&[(1, "one", "news"), (3, "one", "news")])).unwrap();
    assert_eq!(coding.census("spring").unwrap().codes().len(), 2);
    events.erase(noon(5), "lead", "birdsite:1", "asked for").unwrap();
    assert_eq!(coding.census("spring").unwrap().items().len(), 7);
    assert_eq!(coding.census("spring").unwrap().codes().len(), 1);
    coding.code(noon(6), "spring", &book(), one("birdsite:4", "one", "news", ""), None).unwrap();
    drop(coding);
    tamper(&path, "UPDATE payloads SET body = replace(body, 'news', 'satire') WHERE seq = 13");
    assert!(matches!(review::Coding::open(&path).unwrap().censuses(), Err(Error::Damaged { .. })));
}

#[test]
fn numbers_of_items_are_each_persons_own_and_fit_one_item() {
    let (_folder, path, _) = frozen();
    let mut coding = review::Coding::open(&path).unwrap();
    let census = coding.census("spring").unwrap();
    for item in census.items().keys() {
        let number = census.number("one", item);
        assert!(number < 1 << 48);
        assert_ne!(number, census.number("two", item));
        assert_eq!(census.of_number("one", number, census.items().keys().map(String::as_str)), Some(item.as_str()));
    }
    assert_eq!(census.sheet_order("one").len(), 6);
}
