use privacy::{Key, Kind, Masker, Tally};
use proptest::prelude::*;

fn mask(text: &str) -> String {
    Masker::new(Key::new([7; 32]), &[]).mask(text, &mut Tally::default()).into_owned()
}

#[test]
fn marks_keep_kind_class_and_equality() {
    let first = mask("ring +44 20 7946 0958");
    assert!(first.starts_with("ring masked://phone/GB/"), "{first}");
    assert_eq!(first, mask("ring 0044 20 7946-0958"));
    assert_ne!(first, mask("ring +44 20 7946 0959"));
    assert!(mask("see https://t.me/+AbC1").starts_with("see https://t.me/masked-invitation-"));
    let other = Masker::new(Key::new([8; 32]), &[]).mask("ring +44 20 7946 0958", &mut Tally::default()).into_owned();
    assert_ne!(first, other, "another study's key gives another tag");
}

#[test]
fn what_a_study_keeps_stays() {
    let wallet = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    let masker = Masker::new(Key::new([7; 32]), &[Kind::Wallet]);
    let mut tally = Tally::default();
    let text = format!("{wallet} or a@example.org");
    let masked = masker.mask(&text, &mut tally);
    assert!(masked.starts_with(wallet) && !masked.contains("example.org"));
    assert_eq!(tally.counts().collect::<Vec<_>>(), [(Kind::Email, 1)]);
}

proptest! {
    /// A masked text holds nothing to mask: exporting and ingesting again changes nothing.
    #[test]
    fn masking_twice_is_masking_once(text in "([+(]{0,2}[0-9 ().-]{6,16}|[a-z.]{1,8}@[a-z]{1,6}\\.[a-z]{2,4}|t\\.me/\\+[A-Za-z0-9]{4,8}|[ا-ي]{1,6}|[a-z:/,. ]{1,6}|[٠-٩]{7,12}){0,6}") {
        let once = mask(&text);
        prop_assert_eq!(mask(&once), once);
    }

    /// Nothing is found where there is nothing, and no text breaks it.
    #[test]
    fn any_text_is_taken(text in "\\PC{0,80}") {
        mask(&text);
    }

    #[test]
    fn a_number_is_found_whatever_stands_around_it(before in "[a-zا-ي]{0,8} ", after in " [a-zا-ي]{0,8}") {
        let masked = mask(&format!("{before}+44 20 7946 0958{after}"));
        prop_assert!(!masked.contains("7946"), "{}", masked);
    }
}
