//! The findings of an invented census: an estimate, or no more than a bound; withheld cells; Arabic labels; figures out of the air.

use crate::findings::{Words, finding};
use record::{Chart, Column, Finding, Kind, Method, Reference, Text, Value};

const FRAME: u64 = 41_000;

/// Every finding of a census, in the order of the report.
pub(crate) fn all() -> Vec<Finding> {
    vec![
        estimate(),
        claims(),
        path(),
        strata(),
        precision(),
        reliability(),
        domains(),
        agreement(),
        coder_error(),
        false_positives(),
        gates(),
        weights(),
        unseen(),
        assumptions(),
    ]
}

/// The census of which only a bound can be printed.
pub(crate) fn bound(findings: &mut [Finding]) {
    for finding in findings.iter_mut().filter(|finding| finding.id == "census_estimate") {
        let says = "the upper limit of the coders' false-positive rate is more than half of the share of positive codes";
        finding.rows.truncate(1);
        finding.rows[0] = vec![
            "Overt supporters in the frame".into(),
            "estimate".into(),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Int(307),
            says.into(),
        ];
    }
}

/// A census whose own words run right to left.
pub(crate) fn arabic(findings: &mut [Finding]) {
    for finding in findings.iter_mut().filter(|finding| finding.id == "census_estimate") {
        finding.title = Text::data("الحسابات التي تؤيد التنظيم علنا");
        for (row, label) in finding.rows.iter_mut().zip(["الحسابات المؤيدة علنا في الإطار", "نطاق السيناريوهات", "معهد الميناء، ربيع 2015"])
        {
            row[0] = label.into();
        }
    }
}

/// A column by its name, heading and kind; one letter for the kind, as tables below are wide.
fn columns(names: &[(&str, &'static str, char)]) -> Vec<Column> {
    let kind = |letter| match letter {
        'l' => Kind::Label,
        'c' => Kind::Count,
        's' => Kind::Share,
        '<' => Kind::Low,
        '>' => Kind::High,
        _ => Kind::Number,
    };
    names.iter().map(|(name, title, letter)| Column::new(name, Text::fixed(title), kind(*letter))).collect()
}

fn census(
    words: (&'static str, &'static str, &'static str),
    names: &[(&str, &'static str, char)],
    rows: Vec<Vec<Value>>,
    chart: Chart,
) -> Finding {
    let (id, title, note) = words;
    let words = Words { id, section: "census", title, note, unit: "accounts", n: FRAME, of: "accounts in the frame" };
    let rule = Text::data("sample drawn with seed 7; codebook version 2; score frozen before the draw");
    let method = Method { name: Text::fixed("stratified Horvitz–Thompson"), page: "survey".to_owned(), level: Some(0.95), rule };
    Finding { method, ..finding(words, columns(names), rows, chart) }
}

fn ends() -> (String, String) {
    ("low".to_owned(), "high".to_owned())
}

fn number(value: Option<f64>) -> Value {
    value.map_or(Value::Null, Value::from)
}

fn estimate() -> Finding {
    let row = |label: &str, kind: &str, figures: [Option<f64>; 3], says: &str| {
        let [accounts, low, high] = figures.map(number);
        vec![label.into(), kind.into(), accounts, low, high, Value::Null, says.into()]
    };
    let rows = vec![
        row("Overt supporters in the frame", "estimate", [Some(5_912.0), Some(5_213.0), Some(6_702.0)], "estimate"),
        row(
            "Range with accounts not seen",
            "scenario",
            [None, Some(5_213.0), Some(7_910.0)],
            "lower end, and upper end over the share seen",
        ),
        row("Harbour Institute, “at least 9,000 accounts”, 2015-04", "claim", [Some(9_000.0), None, None], "comparable"),
        row("Lantern Review, spring 2015", "claim", [Some(4_400.0), Some(3_000.0), Some(5_800.0)], "comparable"),
    ];
    let names = [
        ("quantity", "Quantity", 'l'),
        ("kind", "Kind", 'l'),
        ("accounts", "Accounts", 'c'),
        ("low", "Low", '<'),
        ("high", "High", '>'),
        ("at_most", "At most", 'c'),
        ("says", "Says", 'l'),
    ];
    let chart = Chart::Ranges {
        label: "quantity".to_owned(),
        value: "accounts".to_owned(),
        interval: ends(),
        at_most: Some("at_most".to_owned()),
        kind: Some("kind".to_owned()),
    };
    let note = "Accounts in the frame that coders would call overt supporters; the scenario range is no interval.";
    census(("census_estimate", "Accounts that overtly support the organisation", note), &names, rows, chart)
}

fn claims() -> Finding {
    let row = |source: &str, figure: f64, unit: &str, verdict: &str, is_comparable: bool| {
        let shown = |number: f64| if is_comparable { Value::from(number) } else { Value::Null };
        let fixed = [source.into(), figure.into(), unit.into(), "2015-04".into(), "all accounts of the platform".into(), verdict.into()];
        fixed.into_iter().chain([shown(5_912.0), shown(5_213.0), shown(6_702.0)]).collect()
    };
    let rows = vec![
        row("Harbour Institute", 9_000.0, "accounts", "comparable", true),
        row("Lantern Review", 4_400.0, "accounts", "comparable", true),
        row("Pier Daily", 120_000.0, "posts a day", "other_unit", false),
        row("Quay Blog", 200_000.0, "accounts", "unsupported", false),
    ];
    let names = [
        ("source", "Source", 'l'),
        ("figure", "Figure", 'n'),
        ("unit", "Unit", 'l'),
        ("window", "Window", 'l'),
        ("denominator", "Of", 'l'),
        ("verdict", "Verdict", 'l'),
        ("estimate", "Estimate here", 'c'),
        ("low", "Low", '<'),
        ("high", "High", '>'),
    ];
    census(("census_claims", "Published claims beside the estimate", "Each claim with what it counts."), &names, rows, Chart::None)
}

fn path() -> Finding {
    let steps: [(&str, Option<i64>, &str); 7] = [
        ("Seeds coded as overt supporters", Some(60), "a certainty stratum"),
        ("Accounts in the frame", Some(41_000), "followed by seeds, two levels"),
        ("Accounts with a score", Some(39_400), "1 600 have no post and no profile text"),
        ("Accounts flagged as automated and set aside", None, "withheld"),
        ("Accounts drawn", Some(440), "in eight strata, by Neyman's allocation"),
        ("Accounts coded", Some(400), "40 had become unavailable"),
        ("Overt supporters, estimated", Some(5_912), "in the frame"),
    ];
    let rows = steps.iter().map(|(step, count, detail)| vec![(*step).into(), count.map_or(Value::Null, Value::Int), (*detail).into()]);
    let names = [("step", "Step", 'l'), ("accounts", "Accounts", 'c'), ("detail", "Detail", 'l')];
    let chart = Chart::Steps { label: "step".to_owned(), value: "accounts".to_owned() };
    let words = ("census_path", "From seeds to the estimate", "What each step started from and left.");
    Finding { suppressed: 1, ..census(words, &names, rows.collect(), chart) }
}

fn strata() -> Finding {
    let rows = (0..8)
        .map(|at| {
            let share = 0.004 * 2f64.powi(at);
            let name = format!("score {}th of 8", at + 1);
            let fixed = [Value::from(name), Value::Int(12_000 >> at), Value::Int(50), Value::Int(i64::from(at) * 5), Value::Int(1)];
            fixed.into_iter().chain([share, share * 0.6, share * 1.5].map(Value::from)).collect()
        })
        .collect();
    let names = [
        ("stratum", "Stratum", 'l'),
        ("accounts", "Accounts", 'c'),
        ("codes", "Codes", 'c'),
        ("positives", "Positive", 'c'),
        ("unclear", "Unclear", 'c'),
        ("share", "Share", 's'),
        ("low", "Low", '<'),
        ("high", "High", '>'),
    ];
    census(("census_strata", "The sample by stratum", "How many codes each stratum had."), &names, rows, Chart::None)
}

fn precision() -> Finding {
    let points = [
        (10, 1.0, 0.72, 10),
        (20, 0.98, 0.8, 18),
        (50, 0.97, 0.86, 34),
        (100, 0.95, 0.87, 52),
        (200, 0.94, 0.87, 80),
        (500, 0.92, 0.86, 120),
        (1_000, 0.91, 0.86, 160),
        (5_000, 0.62, 0.55, 260),
    ];
    let rows = points
        .map(|(k, p, low, coded)| vec![Value::Int(k), p.into(), low.into(), f64::min(1.0, 2.0 * p - low + 0.01).into(), Value::Int(coded)]);
    let names = [
        ("k", "Accounts at the top of the score", 'c'),
        ("precision", "Precision", 's'),
        ("low", "Low", '<'),
        ("high", "High", '>'),
        ("coded", "Coded", 'c'),
    ];
    let chart =
        Chart::Curve { x: "k".to_owned(), y: "precision".to_owned(), interval: Some(ends()), series: None, reference: None, log_x: true };
    let note = "Of the k accounts with the highest score, the share that coders call overt supporters.";
    census(("census_precision", "Precision at the top of the score", note), &names, rows.into(), chart)
}

fn reliability() -> Finding {
    let points = [(0.02, 0.01), (0.11, 0.13), (0.22, 0.19), (0.35, 0.39), (0.5, 0.46), (0.68, 0.71), (0.83, 0.86), (0.95, 0.93)];
    let rows = points.map(|(score, share): (f64, f64)| {
        vec![score.into(), share.into(), f64::max(0.0, share - 0.08).into(), f64::min(1.0, share + 0.08).into(), Value::Int(50)]
    });
    let names = [
        ("score", "Predicted share", 's'),
        ("share", "Share coded positive", 's'),
        ("low", "Low", '<'),
        ("high", "High", '>'),
        ("codes", "Codes", 'c'),
    ];
    let chart = Chart::Curve {
        x: "score".to_owned(),
        y: "share".to_owned(),
        interval: Some(ends()),
        series: None,
        reference: Some(Reference::Diagonal),
        log_x: false,
    };
    let note = "Whether a score of 30 % means three in ten.";
    census(("census_reliability", "Calibration of the score", note), &names, rows.into(), chart)
}

fn domains() -> Finding {
    let kinds = [
        ("language", &["العربية", "English", "Français", "فارسی", "Türkçe", "اردو"][..]),
        ("client", &["Twitter for Android", "Twitter Web Client", "غرد بصدقة", "Harbour Post Scheduler with a long name"]),
        ("community", &["1", "2", "3", "4", "5", "6", "7", "8"]),
    ];
    let mut rows = Vec::new();
    for (dimension, domains) in kinds {
        for (at, domain) in domains.iter().enumerate() {
            let (n, estimate) = (20_000 >> at, 2_900.0 / f64::from(1 << at));
            let fixed = [dimension.into(), (*domain).into(), Value::Int(n)];
            let figures = match estimate {
                few if few < 100.0 => [Value::Null, Value::Null, Value::Null, Value::from(few * 3.0)],
                _ => [estimate.into(), (estimate * 0.7).into(), (estimate * 1.4).into(), Value::Null],
            };
            let ranks = [Value::Int(1 + at as i64), Value::Int(domains.len().min(at + 2) as i64)];
            rows.push(fixed.into_iter().chain(figures).chain(ranks).collect());
        }
    }
    // One that is withheld.
    let withheld = rows.len() - 9;
    let blank = |row: &mut Vec<Value>| row[2..].fill(Value::Null);
    blank(&mut rows[withheld]);
    let names = [
        ("dimension", "By", 'l'),
        ("domain", "Domain", 'l'),
        ("accounts", "In the frame", 'c'),
        ("estimate", "Overt supporters", 'c'),
        ("low", "Low", '<'),
        ("high", "High", '>'),
        ("at_most", "At most", 'c'),
        ("rank_best", "Best rank", 'c'),
        ("rank_worst", "Worst rank", 'c'),
    ];
    let chart = Chart::Ranges {
        label: "domain".to_owned(),
        value: "estimate".to_owned(),
        interval: ends(),
        at_most: Some("at_most".to_owned()),
        kind: Some("dimension".to_owned()),
    };
    let note = "The same sample for parts of the frame; ranks are the best and worst that the intervals allow.";
    Finding { suppressed: 1, ..census(("census_domains", "Overt supporters by domain", note), &names, rows, chart) }
}

fn agreement() -> Finding {
    let row = |language: &str, items: i64, alpha: f64, kappa: Value| {
        vec![language.into(), Value::Int(items), Value::Int(2), alpha.into(), (alpha - 0.1).into(), (alpha + 0.06).into(), kappa]
    };
    let rows = vec![row("all", 120, 0.84, 0.83.into()), row("العربية", 80, 0.86, 0.85.into()), row("English", 40, 0.79, Value::Null)];
    let names = [
        ("language", "Language", 'l'),
        ("items", "Items", 'c'),
        ("coders", "Coders", 'c'),
        ("alpha", "Krippendorff's alpha", 'n'),
        ("low", "Low", '<'),
        ("high", "High", '>'),
        ("kappa", "Cohen's kappa", 'n'),
    ];
    census(("census_agreement", "Agreement of coders", "Of accounts that two coders saw."), &names, rows, Chart::None)
}

fn coder_error() -> Finding {
    let row = |rate: &str, value: f64, low: f64, high: f64| vec![rate.into(), value.into(), low.into(), high.into(), Value::Int(110)];
    let rows = vec![row("sensitivity", 0.91, 0.84, 0.95), row("false-positive", 0.006, 0.001, 0.022)];
    let names =
        [("rate", "Rate", 'l'), ("value", "Value", 's'), ("low", "Low", '<'), ("high", "High", '>'), ("items", "Golden items", 'c')];
    census(("census_coder_error", "Error of coders", "Against golden items."), &names, rows, Chart::None)
}

fn false_positives() -> Finding {
    let groups = [
        ("language", "العربية", 190, 0.03),
        ("language", "English", 120, 0.05),
        ("code", "journalist", 34, 0.09),
        ("code", "pious-neutral", 51, 0.02),
    ];
    let rows = groups.map(|(kind, group, n, rate): (&str, &str, i64, f64)| {
        vec![kind.into(), group.into(), Value::Int(n), rate.into(), (rate * 0.3).into(), (rate * 2.4).into()]
    });
    let names = [
        ("group_kind", "By", 'l'),
        ("group", "Group", 'l'),
        ("n", "n", 'c'),
        ("rate", "Rate", 's'),
        ("low", "Low", '<'),
        ("high", "High", '>'),
    ];
    let note = "Of accounts coded as no supporters, the share above the cut of the score.";
    census(("census_false_positives", "False positives of the score by group", note), &names, rows.into(), Chart::None)
}

fn gates() -> Finding {
    let rows = vec![
        vec!["false positives among journalists".into(), "not enough data".into(), "34 coded".into(), Value::Int(120)],
        vec!["false positives by language".into(), "passed".into(), "ratio 1.7, at most 2".into(), Value::Null],
    ];
    let names = [("gate", "Gate", 'l'), ("state", "State", 'l'), ("detail", "Detail", 'l'), ("needed", "Codes needed", 'c')];
    census(("census_gates", "Gates", "What must hold before the score is used."), &names, rows, Chart::None)
}

fn weights() -> Finding {
    let weights = [
        ("in-group focus", 1.42),
        ("follows seeds", 0.97),
        ("الميناء_الفضي", 0.61),
        ("says “according to”", -0.72),
        ("links news.example", -1.18),
    ];
    let rows = weights.map(|(feature, weight)| vec![feature.into(), weight.into()]);
    let names = [("feature", "Feature", 'l'), ("weight", "Weight", 'n')];
    let chart = Chart::Bars { label: "feature".to_owned(), value: "weight".to_owned(), interval: None };
    census(("census_weights", "Weights of the score", "Per standard deviation of the feature."), &names, rows.into(), chart)
}

fn unseen() -> Finding {
    let row = |what: &str, accounts: i64, share: f64| {
        vec![what.into(), Value::Int(accounts), share.into(), (share * 0.8).into(), (share * 1.3).into()]
    };
    let rows =
        vec![row("unavailable when coded", 2_900, 0.071), row("protected", 1_310, 0.032), row("closed before collection", 1_900, 0.046)];
    let names = [("what", "What", 'l'), ("accounts", "Accounts", 'c'), ("share", "Share", 's'), ("low", "Low", '<'), ("high", "High", '>')];
    census(("census_unseen", "What was not seen", "Accounts that could not be looked at."), &names, rows, Chart::None)
}

fn assumptions() -> Finding {
    let rows = vec![
        vec![
            "coders err at the rates of the golden items".into(),
            "else the estimate is off by the difference".into(),
            "golden items in each sheet".into(),
        ],
        vec![
            "seeds reach supporters by two steps of following".into(),
            "others are not in the frame".into(),
            "compare a frame of three steps".into(),
        ],
    ];
    let names = [("assumption", "Assumption", 'l'), ("why", "Why it matters", 'l'), ("check", "How it was checked", 'l')];
    census(("census_assumptions", "Assumptions", "What the figure rests on."), &names, rows, Chart::None)
}
