//! Holds the parser to serde_json: the same texts are sound, and the values are the same.

use super::*;
use proptest::prelude::*;

object!(
    /// One field of each kind.
    Sample {
        text: Text<'a> = "text",
        id: Id<'a> = "id",
        number: Int = "n",
        double: Float = "f",
        truth: Bool = "b",
        list: List<Text<'a>> = "list",
        point: Point = "p",
        inner: Object<Inner<'a>> = "inner",
        raw: Raw<'a> = "raw",
    }
);

object!(
    /// An object inside.
    Inner { text: Text<'a> = "text", start: Start = "indices" }
);

const WHOLE: &str = r#"{"text":"a \"b\" \\ \/ \b\f\n\r\té\u00e9\ud83d\ude00","id":12345678901234567,"n":-3,"f":1.5e-3,"b":true,"list":["x",null,"y",{}],"p":[1,2.5],
 "inner":{"text":"","indices":[3,7],"other":[{"a":[[],{}]}]},"raw":{"k":[1,-0,0.5,1E+2,"\u0041"]},"unknown":{"z":false},"n":4}"#;

fn serde(text: &str) -> Option<serde_json::Value> {
    serde_json::from_str(text).ok()
}

/// Compares with serde_json what each field holds.
fn agrees(text: &str) -> Result<(), TestCaseError> {
    let ours = parse_text::<Object<Sample<'_>>>(text);
    // Half a character is an error there only; a number that no double holds is one there and absent here.
    let Some(theirs) = serde(text) else {
        if ours.is_ok() {
            prop_assert!(text.contains("\\u") || text.contains(['e', 'E']) || text.len() > 300, "taken for sound: {}", text);
        }
        return Ok(());
    };
    prop_assert!(ours.is_ok(), "sound: {}", text);
    prop_assert!(parse_text::<Any>(text).is_ok());
    let Ok(Object(Some(ours))) = ours else { return Ok(()) };
    let field = |name: &str| theirs.get(name).cloned().unwrap_or_default();
    prop_assert_eq!(ours.text.0.map(Cow::into_owned), field("text").as_str().map(str::to_owned));
    prop_assert_eq!(ours.truth.0, field("b").as_bool());
    prop_assert_eq!(ours.double.0, field("f").as_f64());
    if let Some(number) = field("n").as_i64() {
        prop_assert_eq!(ours.number.0, Some(number));
    }
    if let Some(number) = field("id").as_u64() {
        prop_assert_eq!(ours.id.0.map(Cow::into_owned), Some(number.to_string()));
    }
    let list: Vec<Option<String>> = field("list").as_array().into_iter().flatten().map(|item| item.as_str().map(str::to_owned)).collect();
    prop_assert_eq!(ours.list.0.iter().map(|item| item.0.as_deref().map(str::to_owned)).collect::<Vec<_>>(), list);
    let raw = field("raw");
    prop_assert_eq!(ours.raw.0.map(|raw| serde(raw).unwrap_or_default()), (raw.is_object() || raw.is_array()).then_some(raw));
    prop_assert_eq!(ours.inner.0.is_some(), field("inner").is_object());
    Ok(())
}

#[test]
fn reads_every_kind() {
    let Object(Some(sample)) = parse_text(WHOLE).unwrap() else { panic!("an object") };
    let Sample { text, id, number, double, truth, point, inner, .. } = sample;
    assert_eq!(text.0.as_deref(), Some("a \"b\" \\ / \u{8}\u{c}\n\r\téé😀"));
    assert_eq!(id.0.as_deref(), Some("12345678901234567"));
    assert_eq!((number.0, double.0, truth.0, point.0), (Some(4), Some(0.0015), Some(true), Some((1.0, 2.5))));
    assert_eq!(inner.0.unwrap().start.0, 3);
    agrees(WHOLE).unwrap();
}

#[test]
fn refuses_what_is_not_sound() {
    let bad = [
        "",
        "{",
        "}",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\":1 \"b\":2}",
        "01",
        "-",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "+1",
        "tru",
        "truth",
        "nul",
        "\"\t\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u12\"",
        "\"",
        "\"\\",
        "\"\\\"",
        "[1]]",
        "{} {}",
        "\u{feff}1",
        "\u{a0}1",
        "'a'",
        "NaN",
        "[\"\n\"]",
    ];
    for text in bad {
        assert!(serde(text).is_none(), "{text}");
        for text in [text.to_owned(), format!("[{text}]"), format!("{{\"unknown\":{text}}}"), format!("{{\"raw\":[{text}]}}")] {
            if serde(&text).is_none() {
                assert!(parse_text::<Any>(&text).is_err(), "{text}");
                assert!(parse_text::<Object<Sample<'_>>>(&text).is_err(), "{text}");
            }
        }
    }
}

#[test]
fn half_a_character_is_replaced() {
    let text = |raw: &str| parse_text::<Text<'_>>(raw).unwrap().0.unwrap().into_owned();
    assert_eq!(text(r#""\ud83d""#), "\u{fffd}");
    assert_eq!(text(r#""\ud83dx\ude00\ud83d\u0041""#), "\u{fffd}x\u{fffd}\u{fffd}A");
    assert_eq!(text(r#""\ud83d\ud83d\ude00""#), "\u{fffd}😀");
    assert!(parse_text::<Text<'_>>(r#""\ud83d\u00zz""#).is_err());
}

#[test]
fn numbers_keep_their_digits_or_are_no_ids() {
    let id = |raw: &'static str| parse_text::<Id<'_>>(raw).unwrap().0;
    for exact in ["0", "-5", "9223372036854775808", "18446744073709551615", "-9223372036854775808"] {
        assert_eq!(id(exact).as_deref(), Some(exact));
    }
    for inexact in ["-0", "1.0", "1e3", "18446744073709551616", "-9223372036854775809", "1e999"] {
        assert_eq!(id(inexact), None, "{inexact}");
    }
    assert_eq!(parse_text::<Int>("3.0").unwrap().0, Some(3));
    assert_eq!(parse_text::<Int>("1e30").unwrap().0, None);
    assert_eq!(parse_text::<Float>("1e999").unwrap().0, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// A sound text with a piece replaced.
    #[test]
    fn damage_is_told_alike(at in 0..WHOLE.len(), length in 0usize..6, piece in r#"|[\[\]{}",:\\0-9.eE+a-f \-]{1,3}|null|true|\\u00e9|\u{7}"#) {
        let (Some(before), Some(after)) = (WHOLE.get(..at), WHOLE.get((at + length).min(WHOLE.len())..)) else { return Ok(()) };
        agrees(&format!("{before}{piece}{after}"))?;
    }

    /// Short texts of the signs that matter.
    #[test]
    fn any_text_is_told_alike(text in r#"[\[\]{}",:\\0-9.\-+ntruefals \n]{0,12}"#) {
        agrees(&text)?;
        agrees(&format!(r#"{{"text":{text}}}"#))?;
    }
}
