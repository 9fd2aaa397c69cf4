//! Queries: what they find, what they refuse, and a second reading of the language by brute force.

use proptest::prelude::*;
use text::{Normalisation, Query, QueryError, Searched, arabic_forms, normalise};

fn finds(query: &str, text: &str) -> bool {
    Query::parse(query).unwrap().matches(text, &mut Searched::default())
}

#[test]
fn words_phrases_beginnings_and_tags() {
    let text = "The Harbour-Guard opens #NewBridge at noon, see https://guard.example/bridge @harbourguard 🌊wave";
    for query in [
        "harbour",
        "HARBOUR guard",
        "\"harbour guard\"",
        "harbour-guard",
        "#newbridge",
        "newbridge",
        "#new*",
        "harb*",
        "\"guard open*\"",
        "noon AND NOT midnight",
        "midnight OR noon",
        "(midnight OR noon) AND guard",
        "wave",
        "“opens newbridge”",
    ] {
        assert!(finds(query, text), "{query}");
    }
    for query in [
        "\"guard harbour\"",
        "harbou",
        "#harbour",
        "#newbrid",
        "midnight",
        "NOT guard noon",
        "bridge",
        "harbourguard",
        "example",
        "noon AND midnight",
    ] {
        assert!(!finds(query, text), "{query}");
    }
    assert!(finds("a OR b c", "a") && !finds("a OR b c", "b"), "AND binds more than OR");
    assert!(finds("and or", "and so or thus"), "small letters are words");
}

#[test]
fn any_form_of_an_arabic_word() {
    // "bridge": with article, particles, pronouns, dual; written with harakat or tatweel it is the same.
    for text in ["جسر", "الجسر", "والجسر", "بالجسر", "للجسر", "وبجسرنا", "جسران", "جِـسْرٌ", "فالجسر قريب"]
    {
        assert!(finds("جسر", text), "{text}");
        assert!(finds("الجسر", text), "{text}");
        assert_eq!(finds("\"جسر\"", text), ["جسر", "جِـسْرٌ"].contains(&text), "quoted, a word means itself: {text}");
    }
    // "city": the ta marbuta opens before what follows.
    for text in ["مدينة", "المدينة", "مدينتنا", "بمدينتهم", "مدينتي", "مدينتان"] {
        assert!(finds("مدينة", text), "{text}");
    }
    // Other words, and a plural of another pattern, which is to be named by itself.
    for text in ["جسور", "كسر", "تجسير", "مدن"] {
        assert!(!finds("جسر", text) && !finds("مدينة", text), "{text}");
    }
    assert!(finds("جسر OR جسور", "والجسور"));
    // Two letters take an article and nothing else.
    assert!(finds("يد", "باليد") && !finds("يد", "يدور") && !finds("يد", "ويد"));
    // A word whose first letters look like the article keeps them when little is left.
    assert!(finds("الم", "والم") && !finds("الم", "م"));
    assert!(arabic_forms("مدينه").len() < 1_400);
}

#[test]
fn what_is_no_query_is_told_with_its_place() {
    let refused = |query: &str| Query::parse(query).unwrap_err();
    assert_eq!(refused("  "), QueryError::Empty);
    assert_eq!(refused("(a b"), QueryError::Parenthesis(1));
    assert_eq!(refused("a b)"), QueryError::Parenthesis(4));
    assert_eq!(refused(")"), QueryError::Parenthesis(1));
    assert_eq!(refused("a \"b"), QueryError::Quotation(3));
    assert_eq!(refused("a AND"), QueryError::Operator { word: "AND", place: 3, sides: "both sides" });
    assert_eq!(refused("OR a"), QueryError::Operator { word: "OR", place: 1, sides: "both sides" });
    assert_eq!(refused("a NOT"), QueryError::Operator { word: "NOT", place: 3, sides: "its right" });
    assert_eq!(refused("(a OR) b"), QueryError::Operator { word: "OR", place: 4, sides: "both sides" });
    assert_eq!(refused("a () b"), QueryError::NoWord(3));
    assert_eq!(refused("a !!"), QueryError::NoWord(3));
    assert_eq!(refused("@somebody"), QueryError::Address(1));
    assert_eq!(refused("a https://example.org"), QueryError::Address(3));
    assert_eq!(refused("a*"), QueryError::Start(1));
    assert_eq!(refused("ri*er"), QueryError::Star(3));
    assert_eq!(refused("NOT a"), QueryError::Everything);
    assert_eq!(refused("a OR NOT b"), QueryError::Everything);
    assert_eq!(refused(&"a ".repeat(2_001)), QueryError::Long(4_002));
    assert!(matches!(refused(&format!("{}a{}", "(".repeat(60), ")".repeat(60))), QueryError::Deep(51)));
    assert!(matches!(refused(&format!("b {}a", "NOT ".repeat(60))), QueryError::Deep(_)));
    // Every sentence is one: no full stop, a next step after the semicolon or comma.
    for query in ["", "(a", "\"a", "a AND", "!!", "@a", "a*", "a*b", "NOT a"] {
        let said = refused(query).to_string();
        assert!(!said.ends_with('.') && said.starts_with(char::is_lowercase), "{said}");
    }
}

#[test]
fn one_form_of_a_query() {
    let said = |query: &str| Query::parse(query).unwrap().to_string();
    assert_eq!(said("a  b OR (c)"), "((\"a\" AND \"b\") OR \"c\")");
    assert_eq!(said("A AND b OR c"), said("(a b) OR c"));
    assert_eq!(said("#Tag river* \"x y\" NOT جِسر"), "(#tag AND river* AND \"x y\" AND NOT جسر)");
}

/// A query as a tree, written out and worked out by brute force.
#[derive(Clone, Debug)]
enum Tree {
    Word(&'static str),
    Start(&'static str),
    Phrase(&'static str, &'static str),
    Tag(&'static str),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    Not(Box<Tree>),
}

const WORDS: [&str; 5] = ["reed", "reeds", "river", "mill", "oak"];

impl Tree {
    fn written(&self) -> String {
        match self {
            Tree::Word(word) => (*word).to_owned(),
            Tree::Start(word) => format!("{word}*"),
            Tree::Phrase(one, two) => format!("\"{one} {two}\""),
            Tree::Tag(word) => format!("#{word}"),
            Tree::And(one, two) => format!("({} AND {})", one.written(), two.written()),
            Tree::Or(one, two) => format!("({} OR {})", one.written(), two.written()),
            Tree::Not(one) => format!("NOT {}", one.written()),
        }
    }

    fn holds(&self, words: &[(String, bool)]) -> bool {
        match self {
            Tree::Word(word) => words.iter().any(|(own, _)| own == word),
            Tree::Start(word) => words.iter().any(|(own, _)| own.starts_with(word)),
            Tree::Phrase(one, two) => words.windows(2).any(|pair| pair[0].0 == *one && pair[1].0 == *two),
            Tree::Tag(word) => words.iter().any(|(own, is_tag)| *is_tag && own == word),
            Tree::And(one, two) => one.holds(words) && two.holds(words),
            Tree::Or(one, two) => one.holds(words) || two.holds(words),
            Tree::Not(one) => !one.holds(words),
        }
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    let word = || proptest::sample::select(WORDS.to_vec());
    let leaf = prop_oneof![
        word().prop_map(Tree::Word),
        word().prop_map(Tree::Start),
        (word(), word()).prop_map(|(one, two)| Tree::Phrase(one, two)),
        word().prop_map(Tree::Tag),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, two)| Tree::And(Box::new(one), Box::new(two))),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| Tree::Or(Box::new(one), Box::new(two))),
            inner.prop_map(|one| Tree::Not(Box::new(one))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_query_finds_what_its_tree_says(tree in tree(), words in proptest::collection::vec((proptest::sample::select(WORDS.to_vec()), any::<bool>()), 0..6)) {
        let read: Vec<(String, bool)> = words.iter().map(|(word, is_tag)| ((*word).to_owned(), *is_tag)).collect();
        let text = words.iter().map(|(word, is_tag)| format!("{}{}", if *is_tag { "#" } else { "" }, word.to_uppercase())).collect::<Vec<_>>().join(", ");
        match Query::parse(&tree.written()) {
            Ok(query) => {
                prop_assert_eq!(query.matches(&text, &mut Searched::default()), tree.holds(&read));
                // What it displays is a query that finds the same, and displays the same.
                let again = Query::parse(&query.to_string()).unwrap();
                prop_assert_eq!(again.matches(&text, &mut Searched::default()), tree.holds(&read));
                prop_assert_eq!(again.to_string(), query.to_string());
            }
            Err(error) => {
                prop_assert_eq!(error, QueryError::Everything);
                prop_assert!(tree.holds(&[]));
            }
        }
    }

    #[test]
    fn any_text_is_a_query_or_a_sentence(text in "[a-zA-Z#*\"()@ ORANDT\u{627}-\u{64a}\u{64b}]{0,40}", any in any::<String>()) {
        for text in [text, any] {
            if let Ok(query) = Query::parse(&text) {
                let again = Query::parse(&query.to_string()).unwrap();
                prop_assert_eq!(again.to_string(), query.to_string());
                query.matches(&text, &mut Searched::default());
            }
        }
    }

    #[test]
    fn writing_it_otherwise_finds_the_same(word in "[ا-ي]{3,6}", query in "[ا-ي]{3,6}") {
        let plain = finds(&query, &word);
        let marked: String = word.chars().flat_map(|c| [c, '\u{64e}']).collect();
        prop_assert_eq!(plain, finds(&query, &marked));
        let normal = normalise(&query, Normalisation::SEARCH);
        prop_assert_eq!(finds(&query, &query), true, "a word is one of its forms: {}", normal);
    }
}
