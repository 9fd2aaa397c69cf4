use insta::assert_snapshot;
use review::{Codebook, Counts};

#[test]
fn the_template_has_the_codes_of_the_census() {
    let book = Codebook::parse(Codebook::template()).unwrap();
    let named = |counts| book.codes().iter().filter(|code| code.counts == counts).map(|code| code.name.as_str()).collect::<Vec<_>>();
    assert_eq!(named(Counts::Positive), ["overt_support"]);
    assert_eq!(named(Counts::Negative), ["other_designated", "opponent", "news", "research", "pious_neutral", "satire", "unrelated"]);
    assert_eq!(named(Counts::Protected), ["minor"]);
    assert_eq!(named(Counts::Missing), ["unclear", "unavailable"]);
    let digits: Vec<u8> = book.codes().iter().filter_map(|code| code.digit).collect();
    assert_eq!(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    assert!(book.code("minor").unwrap().digit.is_none());
    assert!(Codebook::template().contains("No code may infer gender, religion, ethnicity or age."));
    assert_eq!(book.code("news").unwrap().group.as_deref(), Some("journalist"));
}

const SMALL: &str = r#"
version = "2"
[[code]]
name = "yes"
counts = "positive"
rule = "says so"
[[code]]
name = "no"
counts = "negative"
group = "other"
digit = 2
rule = "does not say so"
"#;

#[test]
fn the_digest_is_of_the_content_and_of_nothing_else() {
    let digest = |text: &str| Codebook::parse(text).unwrap().digest();
    let same = SMALL.replace("[[code]]", "# a comment\n\n[[code]]").replace("does not say so", "does  not\\n say so").replace('\n', "\r\n");
    assert_eq!(digest(SMALL), digest(&same));
    // Made again with `printf '%s\n' … | sha256sum`.
    assert_eq!(digest(SMALL), "7101b223fb2ed63a63766b94317a05727ab63372502ba9fa1e8907acdc70dfdc");
    for (from, to) in [
        ("version = \"2\"", "version = \"3\""),
        ("says so", "says"),
        ("group = \"other\"\n", ""),
        ("digit = 2", "digit = 3"),
        ("name = \"no\"", "name = \"nein\""),
        ("counts = \"negative\"\ngroup = \"other\"", "counts = \"negative\"\ngroup = \"else\""),
    ] {
        assert!(SMALL.contains(from), "{from}");
        assert_ne!(digest(SMALL), digest(&SMALL.replace(from, to)), "{from}");
    }
}

#[test]
fn faults_are_sentences() {
    let fault = |from: &str, to: &str| {
        assert!(SMALL.contains(from), "{from}");
        Codebook::parse(&SMALL.replacen(from, to, 1)).unwrap_err().to_string()
    };
    let faults = [
        fault("counts = \"positive\"", "counts = \"perhaps\""),
        fault("rule = \"says so\"", "rule = \"says so"),
        fault("rule = \"says so\"\n", ""),
        fault("rule = \"says so\"\n", "rule = \"says so\"\nscore = 3\n"),
        fault("version = \"2\"\n", ""),
        fault("version = \"2\"", "version = \" \""),
        fault("\"yes\"", "\"Yes\""),
        fault("\"yes\"", "\"yes sir\""),
        fault("\"other\"", "\"\""),
        fault("\"no\"", "\"yes\""),
        fault("says so", " "),
        fault("digit = 2", "digit = 12"),
        fault("rule = \"says so\"", "rule = \"says so\"\ndigit = 2"),
        fault("\"positive\"", "\"missing\""),
        fault("\"negative\"", "\"protected\""),
        Codebook::parse("version = \"1\"").unwrap_err().to_string(),
        Codebook::parse("").unwrap_err().to_string(),
    ];
    assert_snapshot!(faults.join("\n"), @r#"
    line `5`: unknown variant `perhaps`, expected one of `positive`, `negative`, `missing`, `protected`; compare with the commented codebook that Marsad writes
    line `6`: invalid basic string, expected `"`; compare with the commented codebook that Marsad writes
    line `3`: missing field `rule`; compare with the commented codebook that Marsad writes
    line `7`: unknown field `score`, expected one of `name`, `counts`, `group`, `digit`, `rule`; compare with the commented codebook that Marsad writes
    line `1`: missing field `version`; compare with the commented codebook that Marsad writes
    the version is empty; give one that people can quote, such as `1`
    the name of code number `1` is no plain word; use lower-case letters, digits and `_`, starting with a letter
    the name of code number `1` is no plain word; use lower-case letters, digits and `_`, starting with a letter
    the group of code number `2` is no plain word; use lower-case letters, digits and `_`, starting with a letter
    the code `yes` stands twice; give one of them another name
    the code `yes` has no rule; say in plain words when to use it
    the digit `12` of code `no` is not one key; use 0 to 9, or leave it out
    the digit `2` stands for two codes, the second is `no`; give each its own, or leave one out
    no code counts as `positive`; without one nothing can be estimated
    no code counts as `negative`; without one nothing can be estimated
    no code counts as `positive`; without one nothing can be estimated
    line `1`: missing field `version`; compare with the commented codebook that Marsad writes
    "#);
}
