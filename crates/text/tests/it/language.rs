//! The identifier on invented sentences, on text in no language, and on hostile text.

use proptest::prelude::*;
use text::{Identifier, UND};

fn lang(text: &str) -> &'static str {
    Identifier::built_in().identify(text).lang
}

#[test]
fn invented_sentences_are_told() {
    for (code, sentence) in [
        ("en", "The old lamp stood by the window all winter long"),
        ("fr", "La vieille lampe est restée près de la fenêtre tout l'hiver"),
        ("de", "Die alte Lampe stand den ganzen Winter über am Fenster"),
        ("es", "La vieja lámpara estuvo junto a la ventana todo el invierno"),
        ("tr", "Eski lamba bütün kış boyunca pencerenin yanında durdu"),
        ("it", "La vecchia lampada è rimasta vicino alla finestra tutto l'inverno"),
        ("ru", "Старая лампа всю зиму стояла у окна"),
        ("uk", "Стара лампа всю зиму стояла біля вікна"),
        ("ar", "كان المصباح القديم بجانب النافذة طوال الشتاء"),
        ("fa", "چراغ قدیمی تمام زمستان کنار پنجره بود و کسی آن را روشن نمی‌کرد"),
        ("ur", "پرانا چراغ سارا سردی کھڑکی کے پاس رکھا رہا"),
        ("ckb", "چرا کۆنەکە هەموو زستان لە تەنیشت پەنجەرەکە بوو"),
        ("ps", "زوړ څراغ ټول ژمی د کړکۍ تر څنګ ولاړ و"),
        ("he", "המנורה הישנה עמדה ליד החלון כל החורף"),
        ("el", "Η παλιά λάμπα στεκόταν δίπλα στο παράθυρο όλο τον χειμώνα"),
        ("ja", "古いランプは冬の間ずっと窓のそばにあった"),
        ("zh", "那盏旧灯整个冬天都放在窗边"),
        ("ko", "낡은 등불은 겨우내 창가에 서 있었다"),
    ] {
        let found = Identifier::built_in().identify(sentence);
        assert_eq!(found.lang, code, "{sentence}: {found:?}");
        assert!(found.confidence > 0.5 && !found.arabizi);
    }
}

#[test]
fn no_language_is_an_answer() {
    for text in ["", " ", "12345 !!!", "😀😀", "@someone https://example.org/path", "\u{202e}\u{200b}"] {
        let found = Identifier::built_in().identify(text);
        assert_eq!((found.lang, found.confidence), (UND, 0.0), "{text}");
    }
}

#[test]
fn mentions_and_links_do_not_count() {
    let plain = Identifier::built_in().identify("die alte Lampe stand am Fenster");
    let dressed = Identifier::built_in().identify("@the_old_lamp die alte Lampe stand am Fenster https://example.org/the/old/lamp 😀");
    assert_eq!(plain, dressed);
}

#[test]
fn arabizi_is_flagged() {
    for text in ["ya 7abibi 3ala rasi", "yalla habibi mesh keda", "ana msh 3aref a3mel eh"] {
        let found = Identifier::built_in().identify(text);
        assert!(found.arabizi && found.lang == "ar", "{text}: {found:?}");
    }
    for text in ["my new mp3 player has 32gb", "the 2nd and 3rd of may", "covid19 b2b web3", "meet me at 5pm near gate 7b please"] {
        assert!(!Identifier::built_in().identify(text).arabizi, "{text}");
    }
}

#[test]
fn at_least_the_promised_languages() {
    let all = Identifier::built_in().languages();
    assert!(all.len() >= 75, "{}", all.len());
    for code in ["ar", "fa", "ur", "ckb", "ps", "ne", "en", "zh"] {
        assert!(all.contains(&code), "{code}");
    }
    assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn a_very_long_text_is_read_in_part() {
    assert_eq!(lang(&"the old lamp stood by the window ".repeat(100_000)), "en");
    assert_eq!(Identifier::built_in().identify(&"ا".repeat(1_000_000)), Identifier::built_in().identify(&"ا".repeat(1_000_000)));
}

proptest! {
    #[test]
    fn any_text_has_an_answer(text in any::<String>()) {
        let found = Identifier::built_in().identify(&text);
        prop_assert!((0.0..=1.0).contains(&found.confidence));
        prop_assert!(found.lang == UND || Identifier::built_in().languages().contains(&found.lang));
    }
}
