//! An invented study: every kind of chart, Arabic labels, suppressed cells, empty findings, hostile labels. No real person, no real
//! organisation, and figures from a formula.

use record::{Chart, Column, Denominator, Finding, Instant, Kind, Method, Provenance, SourceRef, Text, Value, Window};

fn instant(text: &str) -> Instant {
    text.parse().unwrap_or(Instant::from_micros(0))
}

/// Where the invented findings come from.
pub(crate) fn provenance() -> Provenance {
    let source = |fill: &str, format: &str, seal, records, rejects| SourceRef {
        sha256: fill.repeat(16),
        format: format.to_owned(),
        seal,
        records,
        rejects,
    };
    Provenance {
        study: "Harbour Lights, spring 2015".to_owned(),
        designation: "Front of the Silver Harbour (invented), Example List EX-014, listed 2013-06-01, Example Regulation 12".to_owned(),
        unlisted: false,
        seal: 3,
        sealed_at: Some(instant("2015-06-02T09:30:00Z")),
        version: "0.1.0".to_owned(),
        configuration: "0f1e2d3c".repeat(8),
        min_cell: 10,
        internal: false,
        sources: vec![
            source("a1b2", "twitter-v1.1 lines", 1, 412_806, 17),
            source("c3d4", "twitter-v2 pages", 2, 120_044, 0),
            source("e5f6", "csv with mapping", 3, 9_210, 211),
        ],
    }
}

/// Makes the study one of an organisation on no list.
pub(crate) fn unlist(provenance: &mut Provenance) {
    provenance.unlisted = true;
    provenance.min_cell = 50;
    provenance.designation = "method test on invented data".to_owned();
}

/// Every finding.
pub(crate) fn all() -> Vec<Finding> {
    vec![
        records_per_day(),
        languages(),
        creation_months(),
        reach(),
        clients(),
        posts_per_day(),
        hashtags(),
        domains(),
        links(),
        hostile(),
        gaps(),
        withheld(),
        empty(),
        countries(),
    ]
}

/// What a finding says of itself.
pub(crate) struct Words {
    pub(crate) id: &'static str,
    pub(crate) section: &'static str,
    pub(crate) title: &'static str,
    pub(crate) note: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) n: u64,
    pub(crate) of: &'static str,
}

/// A finding with the window, method and rule of the invented study.
pub(crate) fn finding(words: Words, columns: Vec<Column>, rows: Vec<Vec<Value>>, chart: Chart) -> Finding {
    let has_interval = columns.iter().any(|column| column.kind == Kind::Low);
    Finding {
        id: words.id.to_owned(),
        section: words.section.to_owned(),
        title: Text::fixed(words.title),
        note: Text::fixed(words.note),
        unit: Text::fixed(words.unit),
        denominator: Denominator { n: words.n, of: Text::fixed(words.of) },
        window: Some(Window { from: instant("2015-03-01"), to: instant("2015-05-31T23:59:59Z") }),
        method: Method {
            name: Text::fixed(if has_interval { "share with Wilson interval" } else { "count" }),
            page: if has_interval { "wilson" } else { "counting" }.to_owned(),
            level: has_interval.then_some(0.95),
            rule: Text::data(format!(
                "SELECT label, count(DISTINCT account) AS accounts\nFROM {}\nGROUP BY label\nORDER BY accounts DESC, label",
                words.section
            )),
        },
        columns,
        rows,
        suppressed: 0,
        chart,
    }
}

fn bars(label: &str, value: &str, has_interval: bool) -> Chart {
    Chart::Bars { label: label.to_owned(), value: value.to_owned(), interval: has_interval.then(|| ("low".to_owned(), "high".to_owned())) }
}

/// Wilson's interval at 95 %, for invented counts.
fn wilson(k: i64, n: i64) -> (f64, f64, f64) {
    let (z, k, n) = (1.959_964_f64, k as f64, n as f64);
    let p = k / n;
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    (p, middle - half, middle + half)
}

fn share_columns(label: &'static str) -> Vec<Column> {
    vec![
        Column::new("label", Text::fixed(label), Kind::Label),
        Column::new("accounts", Text::fixed("Accounts"), Kind::Count),
        Column::new("share", Text::fixed("Share"), Kind::Share),
        Column::new("low", Text::fixed("Low"), Kind::Low),
        Column::new("high", Text::fixed("High"), Kind::High),
    ]
}

fn share_row(label: &str, k: Option<i64>, n: i64) -> Vec<Value> {
    match k {
        Some(k) => {
            let (share, low, high) = wilson(k, n);
            vec![label.into(), k.into(), share.into(), low.into(), high.into()]
        }
        None => vec![label.into(), Value::Null, Value::Null, Value::Null, Value::Null],
    }
}

/// A repeatable wave with some roughness, between 0 and 1; no sines, whose last digits differ between machines.
fn wave(step: u32, period: f64, seed: f64) -> f64 {
    let phase = (f64::from(step) / period).fract();
    let triangle = 1.0 - 4.0 * (phase - 0.5).abs();
    let rough = f64::from((step * 7_919 + step * step * 31 + seed as u32 * 104_729) % 101) / 101.0;
    (0.55 + 0.25 * triangle + 0.3 * (rough - 0.5)).clamp(0.02, 1.0)
}

fn days() -> impl Iterator<Item = (u32, Instant)> {
    let first = instant("2015-03-01").micros();
    (0..92u32).map(move |day| (day, Instant::from_micros(first + i64::from(day) * 86_400_000_000)))
}

fn records_per_day() -> Finding {
    let words = Words {
        id: "records_per_day",
        section: "sources",
        title: "Records per source and day",
        note: "How many records each source file holds for each day; days on which a file is silent are gaps in collection as much as in talk.",
        unit: "records",
        n: 542_060,
        of: "records with a time",
    };
    let columns = vec![
        Column::new("day", Text::fixed("Day"), Kind::Time),
        Column::new("source", Text::fixed("Source"), Kind::Label),
        Column::new("records", Text::fixed("Records"), Kind::Count),
    ];
    let mut rows = Vec::new();
    for (source, size, seed) in [("1 · twitter-v1.1", 6000.0, 1.0), ("2 · twitter-v2", 2500.0, 2.0), ("3 · csv", 400.0, 3.0)] {
        for (day, at) in days().filter(|(day, _)| seed != 2.0 || !(30..44).contains(day)) {
            rows.push(vec![at.into(), source.into(), ((wave(day, 31.0, seed) * size) as i64).into()]);
        }
    }
    let chart = Chart::Timeline { time: "day".to_owned(), value: "records".to_owned(), series: Some("source".to_owned()) };
    finding(words, columns, rows, chart)
}

fn languages() -> Finding {
    let words = Words {
        id: "languages",
        section: "accounts",
        title: "Accounts by language setting",
        note: "The interface language that each account had chosen when last seen; it is a setting, not the language of its posts.",
        unit: "accounts",
        n: 8_412,
        of: "accounts with a known language setting",
    };
    let counts = [
        ("العربية", Some(4_377)),
        ("English", Some(2_130)),
        ("Français", Some(811)),
        ("فارسی", Some(402)),
        ("Türkçe", Some(318)),
        ("Bahasa Indonesia", Some(204)),
        ("اردو", Some(97)),
        ("Русский", Some(52)),
        ("עברית", None),
        ("Deutsch", None),
    ];
    let rows = counts.into_iter().map(|(label, k)| share_row(label, k, 8_412)).collect();
    Finding { suppressed: 2, ..finding(words, share_columns("Language setting"), rows, bars("label", "share", true)) }
}

fn creation_months() -> Finding {
    let words = Words {
        id: "creation_months",
        section: "accounts",
        title: "Accounts by month of creation",
        note: "Older accounts had longer to be closed before the export, so early months are undercounted by an unknown amount.",
        unit: "accounts",
        n: 8_911,
        of: "accounts with a creation time",
    };
    let columns = vec![
        Column::new("month", Text::fixed("Month of creation"), Kind::Time),
        Column::new("accounts", Text::fixed("Accounts"), Kind::Count),
    ];
    let rows = (0..65u32)
        .map(|month| {
            let accounts = (12.0 + 380.0 * (f64::from(month) / 65.0).powi(3) * wave(month, 9.0, 4.0)) as i64;
            let first = Instant::from_civil(2010 + month as i32 / 12, month % 12 + 1, 1, 0, 0, 0, 0);
            vec![first.into(), accounts.into()]
        })
        .collect();
    finding(words, columns, rows, Chart::Timeline { time: "month".to_owned(), value: "accounts".to_owned(), series: None })
}

fn reach() -> Finding {
    let words = Words {
        id: "reach",
        section: "accounts",
        title: "Followers, following and posts a day",
        note: "Percentiles over accounts at their last observation; the largest values are left out because they would point at single accounts.",
        unit: "accounts",
        n: 8_911,
        of: "accounts with counts",
    };
    let columns = vec![
        Column::new("measure", Text::fixed("Measure"), Kind::Label),
        Column::new("percentile", Text::fixed("Percentile"), Kind::Number),
        Column::new("value", Text::fixed("Value"), Kind::Number),
    ];
    let measures = [
        ("followers", [0.0, 4.0, 31.0, 118.0, 402.0, 1_460.0, 3_911.0]),
        ("following", [3.0, 21.0, 74.0, 190.0, 431.0, 990.0, 1_702.0]),
        ("posts a day", [0.0, 0.04, 0.4, 2.1, 9.7, 31.0, 66.0]),
    ];
    let rows = measures
        .into_iter()
        .flat_map(|(name, values)| {
            [5, 10, 25, 50, 75, 90, 95].into_iter().zip(values).map(move |(at, value)| vec![name.into(), Value::Int(at), value.into()])
        })
        .collect();
    finding(
        words,
        columns,
        rows,
        Chart::Percentiles { percentile: "percentile".to_owned(), value: "value".to_owned(), series: Some("measure".to_owned()) },
    )
}

fn clients() -> Finding {
    let words = Words {
        id: "clients",
        section: "posts",
        title: "Clients",
        note: "The program that each account used most; unknown programs are listed by name.",
        unit: "accounts",
        n: 8_633,
        of: "accounts with a post that names its client",
    };
    let names = [
        "Twitter for Android",
        "Twitter for iPhone",
        "Twitter Web Client",
        "Twitter for iPad",
        "Mobile Web (M2)",
        "TweetDeck",
        "غرد بصدقة",
        "Harbour Post Scheduler",
        "Lantern",
    ];
    let mut rows: Vec<Vec<Value>> = names.into_iter().enumerate().map(|(at, name)| share_row(name, Some(3_900 >> at), 8_633)).collect();
    rows.push(share_row("Pier", None, 8_633));
    Finding { suppressed: 1, ..finding(words, share_columns("Client"), rows, bars("label", "share", true)) }
}

fn posts_per_day() -> Finding {
    let words = Words {
        id: "posts_per_day",
        section: "posts",
        title: "Posts per day",
        note: "Posts by the day on which they were written, in UTC; two weeks in April were not collected.",
        unit: "posts",
        n: 431_204,
        of: "posts with a time",
    };
    let columns = vec![Column::new("day", Text::fixed("Day"), Kind::Time), Column::new("posts", Text::fixed("Posts"), Kind::Count)];
    let rows = days()
        .filter(|(day, _)| !(36..50).contains(day))
        .map(|(day, at)| vec![at.into(), ((wave(day, 7.0, 5.0) * 7_400.0) as i64).into()])
        .collect();
    finding(words, columns, rows, Chart::Timeline { time: "day".to_owned(), value: "posts".to_owned(), series: None })
}

fn top_columns(label: &'static str) -> Vec<Column> {
    vec![
        Column::new("label", Text::fixed(label), Kind::Label),
        Column::new("accounts", Text::fixed("Accounts"), Kind::Count),
        Column::new("posts", Text::fixed("Posts"), Kind::Count),
    ]
}

fn hashtags() -> Finding {
    let words = Words {
        id: "hashtags",
        section: "objects",
        title: "Hashtags",
        note: "Hashtags by the number of distinct accounts that used them; use says nothing about agreement.",
        unit: "accounts",
        n: 7_204,
        of: "accounts with a post",
    };
    let tags = [
        "الميناء_الفضي",
        "harbour",
        "أضواء_الميناء",
        "silverharbour",
        "القمر",
        "spring2015",
        "طقس_اليوم",
        "lighthouse",
        "بندر_نقره‌ای",
        "الأخبار_العاجلة",
        "football",
        "كرة_القدم",
        "recipes",
        "رمضان_كريم",
        "fishing",
        "صباح_الخير",
        "boats",
        "البحر",
        "weather",
        "السوق_القديم",
        "ferry",
        "قهوة",
        "market",
        "الربيع",
        "tides",
        "مدينة",
    ];
    let rows = tags
        .into_iter()
        .enumerate()
        .map(|(at, tag)| vec![tag.into(), Value::Int(2_400 / (at as i64 + 1) + 12), Value::Int(41_000 / (at as i64 + 1) + 30)])
        .collect();
    finding(words, top_columns("Hashtag"), rows, bars("label", "accounts", false))
}

fn domains() -> Finding {
    let words = Words {
        id: "domains",
        section: "objects",
        title: "Sites linked",
        note: "Hosts of links by the number of distinct accounts that posted them.",
        unit: "accounts",
        n: 7_204,
        of: "accounts with a post",
    };
    let hosts = [
        "video.example",
        "news.example",
        "a-very-long-name-of-a-site-that-goes-on.and-on.example.org",
        "أخبار.example",
        "files.example",
        "paste.example",
    ];
    let rows =
        hosts.into_iter().enumerate().map(|(at, host)| vec![host.into(), Value::Int(1_911 >> at), Value::Int(20_400 >> at)]).collect();
    finding(words, top_columns("Site"), rows, bars("label", "accounts", false))
}

fn links() -> Finding {
    let words = Words {
        id: "links",
        section: "objects",
        title: "Links",
        note: "Single links by the number of distinct accounts that posted them.",
        unit: "accounts",
        n: 7_204,
        of: "accounts with a post",
    };
    let rows = (1..=6)
        .map(|at| {
            vec![
                Value::from(format!(
                    "https://news.example/2015/04/{at:02}/a-page-with-a-long-address-that-has-to-break-somewhere?part={at}"
                )),
                Value::Int(240 / at),
                Value::Int(900 / at),
            ]
        })
        .collect();
    finding(words, top_columns("Link"), rows, Chart::None)
}

fn hostile() -> Finding {
    let words = Words {
        id: "hostile",
        section: "objects",
        title: "Labels that try things </script><script>alert(1)</script>",
        note: "Labels as a hostile source would write them; each must be shown as plain text & do nothing.",
        unit: "accounts",
        n: 120,
        of: "accounts",
    };
    let labels = [
        "<script>alert(1)</script>",
        "\u{202e}gnp.exe",
        "\"><img src=x onerror=alert(1)>",
        "zero\u{200b}width",
        "line\u{2028}break",
        "{{datum.value}}",
        "same",
        "same",
        "العربية <b>bold</b>",
        "\u{2067}isolate",
    ];
    let rows =
        labels.into_iter().enumerate().map(|(at, label)| vec![label.into(), Value::Int(60 - at as i64 * 4), Value::Int(100)]).collect();
    let mut finding = finding(words, top_columns("Label <i>"), rows, bars("label", "accounts", false));
    finding.denominator.of = Text::data("accounts \u{202e}desrever");
    finding.method.rule = Text::data("SELECT '</script>\u{2029}\u{202e}'\tAS label");
    finding
}

fn gaps() -> Finding {
    let words = Words {
        id: "gaps",
        section: "quality",
        title: "Gaps in collection",
        note: "Stretches of more than six hours in which no source holds a record.",
        unit: "records",
        n: 542_060,
        of: "records with a time",
    };
    let columns = vec![
        Column::new("from", Text::fixed("From"), Kind::Time),
        Column::new("to", Text::fixed("To"), Kind::Time),
        Column::new("hours", Text::fixed("Hours"), Kind::Number),
        Column::new("known", Text::fixed("Explained by a source"), Kind::Label),
    ];
    let gap = |from: &str, to: &str, hours: f64, known: Value| vec![instant(from).into(), instant(to).into(), hours.into(), known];
    let rows = vec![
        gap("2015-03-09T04:10:00Z", "2015-03-09T11:40:00Z", 7.5, true.into()),
        gap("2015-04-06", "2015-04-20T00:12:00Z", 336.2, Value::Null),
    ];
    finding(words, columns, rows, Chart::None)
}

fn withheld() -> Finding {
    let words = Words {
        id: "withheld",
        section: "quality",
        title: "Accounts that posted the same text",
        note: "Groups of accounts with the same wording within a minute.",
        unit: "accounts",
        n: 7_204,
        of: "accounts with a post",
    };
    Finding { suppressed: 14, ..finding(words, top_columns("Group"), Vec::new(), bars("label", "accounts", false)) }
}

fn empty() -> Finding {
    let words = Words {
        id: "rejects",
        section: "quality",
        title: "Input that could not be used",
        note: "Records that could not be represented, by reason.",
        unit: "records",
        n: 542_060,
        of: "records",
    };
    Finding { window: None, ..finding(words, top_columns("Reason"), Vec::new(), bars("label", "accounts", false)) }
}

fn countries() -> Finding {
    let words = Words {
        id: "countries",
        section: "accounts",
        title: "Accounts by self-declared country",
        note: "The country that the account's profile declares; it is a statement, not a place where anyone was seen.",
        unit: "accounts",
        n: 8_412,
        of: "accounts observed",
    };
    let counts = [
        ("EG", Some(1_877)),
        ("TR", Some(1_130)),
        ("FR", Some(811)),
        ("DE", Some(402)),
        ("IT", Some(318)),
        ("TN", Some(204)),
        ("BR", Some(97)),
        ("BH", Some(52)),
        ("SE", None),
        ("PE", None),
    ];
    let row = |(code, k): (&str, Option<i64>)| {
        let mut row = share_row("", k, 8_412);
        row[0] = Text::country(code).into();
        row
    };
    let mut columns = share_columns("Country");
    columns[0].name = "country".to_owned();
    let chart = Chart::Map { country: "country".to_owned(), value: "share".to_owned() };
    Finding { suppressed: 2, ..finding(words, columns, counts.into_iter().map(row).collect(), chart) }
}
