use super::*;

fn listed() -> DesignationSource {
    DesignationSource::Listed(Designation {
        list: "Invented list".into(),
        reference: "INV-1".into(),
        name: "Front of the \"Grey\" Heron".into(),
        aliases: vec!["Heron Front".into(), "جبهة البلشون".into()],
        listed_on: Some("2012-03-04".into()),
        legal_basis: "Act 1 of Nowhere".into(),
    })
}

fn problem(text: &str) -> String {
    Config::parse(Path::new("marsad.toml"), text).unwrap_err().to_string()
}

#[test]
fn the_template_comments_every_field_and_reads_back() {
    let text = Config::template("An invented study", &listed());
    insta::assert_snapshot!(text);
    let config = Config::parse(Path::new("marsad.toml"), &text).unwrap();
    assert_eq!(config.designation, listed());
    assert_eq!((config.name.as_str(), config.min_cell), ("An invented study", 10));
    assert_eq!((config.report, config.ingest), (ReportSettings::default(), IngestLimits::default()));
    assert_eq!(config.sha256.len(), 64);
    assert_eq!(config.designation.line(), "Front of the \"Grey\" Heron (INV-1, Invented list, listed on 2012-03-04; Act 1 of Nowhere)");
    for (_, keys) in KEYS {
        for key in
            keys.iter().filter(|key| !["designation", "report", "ingest", "privacy", "retention", "coordinate", "review"].contains(*key))
        {
            let place = text.lines().position(|line| line.trim_start_matches("# ").starts_with(&format!("{key} ="))).unwrap();
            assert!(text.lines().nth(place - 1).unwrap().starts_with("# "), "{key} has no comment");
        }
    }
}

#[test]
fn an_unlisted_study_has_larger_cells() {
    let text = Config::template("An invented study", &DesignationSource::Unlisted("no list names it yet".into()));
    let config = Config::parse(Path::new("marsad.toml"), &text).unwrap();
    assert_eq!((config.min_cell, config.designation.line().as_str()), (50, "no list names it yet"));
    insta::assert_snapshot!(problem(&text.replace("min_cell = 50", "min_cell = 49")), @"`marsad.toml`: `min_cell` is `49`; an unlisted study needs at least `50`, or single people could be made out");
}

#[test]
fn what_is_wrong_is_said_in_a_sentence() {
    let text = Config::template("An invented study", &listed());
    insta::assert_snapshot!(problem(&text.replace("min_cell", "min_cel")), @"`marsad.toml`: the key `min_cel` is unknown; did you mean `min_cell`");
    insta::assert_snapshot!(problem(&text.replace("max_ratio", "max_ration")), @"`marsad.toml`: the key `max_ration` under `ingest` is unknown; did you mean `max_ratio`");
    insta::assert_snapshot!(problem(&text.replace("min_cell = 10", "min_cell = 4")), @"`marsad.toml`: `min_cell` is `4`; a study needs at least `5`, or single people could be made out");
    insta::assert_snapshot!(problem(&text.replace("level = 0.95", "level = 95.0")), @"`marsad.toml`: `report.level`: `95` is not a confidence level; give a number between 0 and 1, such as `0.95`");
    insta::assert_snapshot!(problem(&text.replace("top = 25", "top = 0")), @"`marsad.toml`: `report.top` is `0`; give a number of rows from 1 to 1000");
    insta::assert_snapshot!(problem("name = \"x\""), @"`marsad.toml`: it has neither `designation` nor `unlisted`; every study names an organisation on a list or says why it is on none");
    insta::assert_snapshot!(problem(&format!("unlisted = \"x\"\n{text}")), @"`marsad.toml`: it has both `designation` and `unlisted`; keep the one that is true");
    insta::assert_snapshot!(problem("name = \"x\"\nmin_cell = \"ten\"\nunlisted = \"y\""), @r#"`marsad.toml`: invalid type: string "ten", expected u64"#);
    insta::assert_snapshot!(problem("name = \"\"\nunlisted = \"y\""), @"`marsad.toml`: `name` must be 1 to 200 characters on one line");
    insta::assert_snapshot!(problem("name = \"x\"\nname"), @"`marsad.toml`: line `2` is not TOML (key with no value, expected `=`)");
    insta::assert_snapshot!(problem(&text.replace("# posts = \"24 months\"", "posts = \"two years\"")), @"`marsad.toml`: `retention.posts` is no period; give 1 to 1200 days, weeks, months or years, such as `24 months`, or leave it out and nothing falls due");
    insta::assert_snapshot!(problem(&text.replace("# posts = \"24 months\"", "postss = \"2 years\"")), @"`marsad.toml`: the key `postss` under `retention` is unknown; did you mean `posts`");
    insta::assert_snapshot!(problem(&text.replace("# sources = { \"ira_tweets*\" = \"12 months\" }", "sources = { ira = \"0 days\" }")), @"`marsad.toml`: `retention.sources.ira` is no period; give 1 to 1200 days, weeks, months or years, such as `24 months`, or leave it out and nothing falls due");
    insta::assert_snapshot!(problem(&text.replace("max_ratio = 250", "max_ratio = 0")), @"`marsad.toml`: a limit under `ingest` is 0, so nothing could be read; give a number above 0");
}

#[test]
fn clocks_are_read_and_none_is_assumed() {
    let text = Config::template("An invented study", &listed());
    let parse = |text: &str| Config::parse(Path::new("marsad.toml"), text).unwrap().retention;
    assert_eq!(parse(&text), Retention::default());
    let text = text.replace("# posts = \"24 months\"", "posts = \"2 years\"");
    let retention = parse(&text.replace("# sources = {", "sources = {"));
    let shown: Vec<String> = retention.tables.values().chain(retention.sources.values()).map(ToString::to_string).collect();
    assert_eq!((shown.as_slice(), retention.tables.len()), (&["2 years".to_owned(), "12 months".to_owned()][..], 1));
}

#[test]
fn settings_of_an_earlier_version_are_spelled_out() {
    let text = Config::template("An invented study", &listed());
    let earlier = text.split("# What is not sealed in clear.").next().unwrap();
    assert_eq!(Config::missing(earlier), ["privacy", "retention", "coordinate", "review"]);
    let completed = Config::completed(earlier);
    assert_eq!(completed, text);
    assert!(Config::missing(&completed).is_empty());
    let before = Config::parse(Path::new("marsad.toml"), earlier).unwrap();
    let after = Config::parse(Path::new("marsad.toml"), &completed).unwrap();
    assert_eq!(Config { sha256: String::new(), ..before }, Config { sha256: String::new(), ..after });
}
