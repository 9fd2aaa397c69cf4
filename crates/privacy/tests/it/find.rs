use privacy::{Kind, find};

/// What is found in a text, as `kind class value`.
fn found(text: &str) -> Vec<String> {
    find(text).into_iter().map(|found| format!("{} {} {}", found.kind.name(), found.class, found.value)).collect()
}

#[track_caller]
fn one(text: &str, kind: Kind, class: &str, value: &str) {
    assert_eq!(found(text), [format!("{} {class} {value}", kind.name())], "in {text}");
}

#[track_caller]
fn none(text: &str) {
    assert_eq!(found(text), Vec::<String>::new(), "in {text}");
}

// Numbers are those that regulators keep free for plays and examples, or libphonenumber's own examples.
#[test]
fn telephone_numbers_with_a_country_code() {
    one("ring +44 20 7946 0958 today", Kind::Phone, "GB", "442079460958");
    one("ring +44 (0)20 7946 0958 today", Kind::Phone, "GB", "442079460958");
    one("(+1) 202-555-0173", Kind::Phone, "US", "12025550173");
    one("0044 20 7946 0958", Kind::Phone, "GB", "442079460958");
    one("واتساب +964 790 1234567", Kind::Phone, "IQ", "9647901234567");
    one("للتواصل ٠٠٩٦٦٥١٢٣٤٥٦٧٨", Kind::Phone, "SA", "966512345678");
    one("+۹۸۹۱۲۳۴۵۶۷۸۹", Kind::Phone, "IR", "989123456789");
    one("966512345678", Kind::Phone, "SA", "966512345678");
    one("reach me on https://wa.me/966512345678 now", Kind::Phone, "SA", "966512345678");
    one("https://api.whatsapp.com/send?phone=966512345678&text=hi", Kind::Phone, "SA", "966512345678");
    one("tel:+442079460958", Kind::Phone, "GB", "442079460958");
    one("+999 1234 5678 90", Kind::Phone, "ZZ", "9991234567890");
}

#[test]
fn telephone_numbers_without_one() {
    one("0790 123 4567", Kind::Phone, "ZZ", "07901234567");
    one("جوال: ٠٥١٢٣٤٥٦٧٨", Kind::Phone, "ZZ", "0512345678");
    one("WhatsApp 7946 0958", Kind::Phone, "ZZ", "79460958");
    one("(202) 555-0173", Kind::Phone, "ZZ", "2025550173");
    one("202.555.0173", Kind::Phone, "ZZ", "2025550173");
    one("8 (912) 345-67-89", Kind::Phone, "ZZ", "89123456789");
    one("tel. 555-0173", Kind::Phone, "ZZ", "5550173");
}

#[test]
fn numbers_that_are_no_telephone_numbers() {
    none("on 2014-10-04 12:30:11 and 04.10.2014 and 04/10/2014");
    none("in 2014, 2015 and 2016 there were 1,000,000 of them");
    none("https://example.org/status/524567891234567890 and https://example.org/0790123456");
    none("524567891234567890 is the id of a post");
    none("1412345678901 milliseconds; 89.108.100.200; 3.14159265358979");
    none("room 12, page 345, 45 60 75");
    none("isbn 9780306406157 or so");
    none("$0123456789 and #0123456789");
    none("a0123456789b");
    none("20141004 123011");
}

#[test]
fn addresses_of_mail() {
    one("write to Some.One+x@Example.ORG.", Kind::Email, "", "some.one+x@example.org");
    one("some.one (at) example [dot] org", Kind::Email, "", "some.one@example.org");
    one("mailto:someone@example.co.uk?subject=x", Kind::Email, "", "someone@example.co.uk");
    one("راسلنا someone@example.org الآن", Kind::Email, "", "someone@example.org");
    none("@someone and @someone@social.example and hello@ and a@b");
}

#[test]
fn bank_accounts() {
    one("IBAN GB29 NWBK 6016 1331 9268 19 please", Kind::Iban, "GB", "GB29NWBK60161331926819");
    one("iban:de89370400440532013000", Kind::Iban, "DE", "DE89370400440532013000");
    one("SA0380000000608010167519", Kind::Iban, "SA", "SA0380000000608010167519");
    none("GB29 NWBK 6016 1331 9268 18 has a wrong check digit");
}

#[test]
fn cards() {
    one("4111 1111 1111 1111", Kind::Card, "", "4111111111111111");
    one("card ٤١١١١١١١١١١١١١١١", Kind::Card, "", "4111111111111111");
    one("3782-822463-10005", Kind::Card, "", "378282246310005");
    none("4111 1111 1111 1112");
}

#[test]
fn wallets() {
    one("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Kind::Wallet, "bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
    none("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb");
    let segwit = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
    one(&format!("send to {segwit}!"), Kind::Wallet, "bitcoin", segwit);
    one(&segwit.to_uppercase(), Kind::Wallet, "bitcoin", segwit);
    none("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5");
    let ether = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    one(ether, Kind::Wallet, "ethereum", &ether.to_lowercase());
    one("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", Kind::Wallet, "tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
    one("EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF", Kind::Wallet, "ton", "EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF");
    none("https://example.org/a_very_long_path_that_is_no_wallet_at_all");
}

#[test]
fn invitations() {
    one("join https://t.me/joinchat/AAAAAEabcdefgh12345 now", Kind::Invitation, "t.me", "AAAAAEabcdefgh12345");
    one("HTTPS://T.ME/+AbCdEf123.", Kind::Invitation, "t.me", "AbCdEf123");
    one("tg://join?invite=AbCdEf123", Kind::Invitation, "t.me", "AbCdEf123");
    one("chat.whatsapp.com/AbCdEf123?utm=1", Kind::Invitation, "chat.whatsapp.com", "AbCdEf123");
    one("(discord.gg/abc123)", Kind::Invitation, "discord.gg", "abc123");
    one("https://discord.com/invite/abc123", Kind::Invitation, "discord.gg", "abc123");
    one("https://signal.group/#CjQKIabc", Kind::Invitation, "signal.group", "CjQKIabc");
    none("https://t.me/somechannel is a channel; https://xt.me/+abc is another host");
}

#[test]
fn several_in_one_text_stand_in_order() {
    let text = "mail a@example.org, ring +44 20 7946 0958 or join t.me/+AbCdEf123";
    let kinds: Vec<Kind> = find(text).into_iter().map(|found| found.kind).collect();
    assert_eq!(kinds, [Kind::Email, Kind::Phone, Kind::Invitation]);
}

/// Work that grows with the square of a text would take hours here.
#[test]
fn the_longest_texts_are_searched_in_one_pass() {
    for (piece, least) in
        [("@", 0), ("a@", 0), ("http://", 0), ("http://a 0123 ", 0), ("://+49 151 12345678 ", 0), ("+49 151 12345678 ", 1)]
    {
        let found = find(&piece.repeat((1 << 20) / piece.len()));
        assert!(found.len() >= least, "{piece}");
    }
}
