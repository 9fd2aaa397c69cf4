//! The figure itself, the claims beside it, the path to it, and what it rests on.

use super::super::claims::Verdict as ClaimVerdict;
use super::super::estimate::{Evidence, Figures};
use super::super::score::statistics;
use super::{Sheet, accounts, at_level, cell, ends, over, quoted, span, veiled};
use crate::Error;
use record::{Chart, Finding, Kind, Value};
use stats::Proportion;
use stats::survey::{LEAST_EFFECTIVE, Method, Verdict};

/// The headline, its scenario range, and comparable claims.
pub(super) fn estimate(evidence: &Evidence, figures: &Figures) -> Finding {
    let (best, interval) = figures.best();
    let total = &figures.total;
    let label = "Accounts that overtly support the organisation";
    let is_estimate = total.verdict == Verdict::Estimate;
    let (cells, is_held_back) = quoted(is_estimate, best, interval, total.at_most, evidence.min_cell);
    let is_quoted = !cells[0].is_null();
    let says = match (is_estimate, is_quoted) {
        (true, true) => format!("{} estimate", figures.method()),
        (true, false) => "a number below the smallest cell shown; only a bound is printed".to_owned(),
        _ => why(total),
    };
    let mut rows = vec![[label.into(), "estimate".into()].into_iter().chain(cells).chain([says.into()]).collect::<Vec<Value>>()];
    if is_quoted {
        let scenario = &figures.scenario;
        let [low, high] = span(stats::Interval { low: scenario.least, high: scenario.most });
        let says = "scenario range: the interval's lower end, and its upper end with the share that could not be seen";
        rows.push(vec!["Scenario range".into(), "scenario".into(), Value::Null, low, high, Value::Null, says.into()]);
    }
    for claim in evidence.claims.iter().filter(|claim| claim.verdict(evidence.window) == ClaimVerdict::Comparable) {
        let says = "published figure, same unit and window";
        rows.push(vec![
            claim.source.as_str().into(),
            "claim".into(),
            accounts(claim.figure),
            Value::Null,
            Value::Null,
            Value::Null,
            says.into(),
        ]);
    }
    let chart = Chart::Ranges {
        label: "quantity".to_owned(),
        value: "accounts".to_owned(),
        interval: ends(),
        at_most: Some("at_most".to_owned()),
        kind: Some("kind".to_owned()),
    };
    let sheet = Sheet {
        evidence,
        id: "census_estimate",
        title: "How many accounts overtly support the organisation",
        note: "Accounts of the frame that coders would code as overt support when they look. The interval holds the error of the draw and, where golden \
               items measure it, of the coders. The scenario range is no interval."
            .to_owned(),
        method: if figures.method() == "stratified" {
            ("stratified estimate with exact interval", "survey")
        } else {
            ("model-assisted stratified estimate", "assisted")
        },
        rule: rule(evidence),
    };
    let columns = [
        ("quantity", "Quantity", Kind::Label),
        ("kind", "Kind", Kind::Label),
        ("accounts", "Accounts", Kind::Count),
        ("low", "from", Kind::Low),
        ("high", "to", Kind::High),
        ("at_most", "At most", Kind::Count),
        ("says", "Says", Kind::Label),
    ];
    sheet.finding(&columns, rows, u64::from(is_held_back), chart)
}

/// Why there is no more than a bound.
fn why(total: &stats::survey::Total) -> String {
    match total.verdict {
        Verdict::CoderError => {
            "coder error exceeds the signal: the upper limit of the coders' false-positive rate is at least half the estimate".to_owned()
        }
        _ => {
            format!("too few coded positives: {:.1} effective, and {LEAST_EFFECTIVE} are needed for an estimate", total.effective_positives)
        }
    }
}

/// How the frame grew and the sample was drawn, so that a reader can repeat it.
fn rule(evidence: &Evidence) -> String {
    let members = &evidence.members;
    format!(
        "frame {} of {} accounts via {}, {} levels, cap {}\nscore: {}, frozen before the draw\nsample {} in {} strata\ncodes: {}",
        members.frame,
        members.len(),
        members.fact("via"),
        members.fact("levels"),
        members.fact("cap"),
        evidence.card.kind,
        evidence.sample.digest.get(..16).unwrap_or_default(),
        evidence.sample.sizes.len(),
        if evidence.golden.is_some() {
            "the first coder's, corrected by golden items"
        } else {
            "adjudicated or agreed; the coders' error is not corrected"
        },
    )
}

/// Published figures and whether they can be set beside the study's.
pub(super) fn claims(evidence: &Evidence, figures: &Figures) -> Finding {
    let (best, interval) = figures.best();
    let is_estimate = figures.total.verdict == Verdict::Estimate;
    let ([best, low, high, _], _) = quoted(is_estimate, best, interval, figures.total.at_most, evidence.min_cell);
    let rows = evidence.claims.iter().map(|claim| {
        let verdict = claim.verdict(evidence.window);
        let window = claim.window.map_or_else(String::new, |window| format!("{} to {}", window.from.date(), window.to.date()));
        let shown = |value: &Value| if verdict == ClaimVerdict::Comparable { value.clone() } else { Value::Null };
        // A whole number is shown as one.
        let is_whole = claim.figure.fract() == 0.0 && claim.figure < 9e15;
        vec![
            claim.source.as_str().into(),
            if is_whole { Value::from(claim.figure as u64) } else { claim.figure.into() },
            claim.unit.as_str().into(),
            window.into(),
            claim.denominator.clone().unwrap_or_default().into(),
            verdict.name().into(),
            shown(&best),
            shown(&low),
            shown(&high),
        ]
    });
    let sheet = Sheet {
        evidence,
        id: "census_claims",
        title: "Published figures beside the study's",
        note: "A claim is comparable when it counts accounts, says of how many, and its window meets the study's. That two figures are comparable does not \
               make either right."
            .to_owned(),
        method: ("comparison of claims", "claims"),
        rule: "claims.toml in the study's folder".to_owned(),
    };
    let columns = [
        ("source", "Source", Kind::Label),
        ("figure", "Figure", Kind::Number),
        ("unit", "Unit", Kind::Label),
        ("window", "Window", Kind::Label),
        ("denominator", "Of", Kind::Label),
        ("verdict", "Verdict", Kind::Label),
        ("estimate", "The study's", Kind::Count),
        ("low", "from", Kind::Low),
        ("high", "to", Kind::High),
    ];
    let rows: Vec<_> = rows.collect();
    sheet.finding(&columns, rows, 0, Chart::None)
}

/// From seeds to the estimate, with counts.
pub(super) fn path(evidence: &Evidence, figures: &Figures) -> Finding {
    let members = &evidence.members;
    let (mut suppressed, min_cell) = (0, evidence.min_cell);
    let number = |name: &str| members.fact(name).parse::<u64>().unwrap_or(0);
    let open = (0..members.len()).filter(|at| evidence.is_open(*at)).count() as u64;
    let drawn = evidence.sample.rows.len() as u64;
    let coded = evidence.judged.iter().filter(|row| row.is_coded).count() as u64;
    let total = &figures.total;
    let decided = evidence.judged.iter().filter(|row| row.label.is_some()).count() as u64;
    let levels: Vec<u64> =
        (0..=3).map(|level| members.levels.iter().filter(|own| **own == level).count() as u64).take_while(|count| *count > 0).collect();
    let hidden = veiled(&levels, min_cell);
    let levels: Vec<String> =
        levels.iter().zip(&hidden).map(|(count, hidden)| if *hidden { "not shown".to_owned() } else { count.to_string() }).collect();
    let (seeds, supporters) = (number("seeds"), number("supporters"));
    let is_told = !veiled(&[supporters, seeds - supporters.min(seeds)], min_cell).contains(&true);
    // What could not be drawn is told by subtraction from the frame.
    let is_open_told = !(1..min_cell).contains(&(members.len() as u64 - open));
    let flagged = members.word("flag").iter().flatten().count() as u64;
    let mut steps: Vec<(&str, Value, String)> = vec![
        (
            "Seeds in the lake",
            cell(seeds, min_cell, &mut suppressed),
            if is_told {
                format!("{supporters} of them coded as overt support")
            } else {
                "how many of them support is not shown: one part is below the smallest cell".to_owned()
            },
        ),
        ("Frame", Value::from(members.len() as u64), format!("accounts by level: {}", levels.join(", "))),
        ("Flagged as automated or spam", cell(flagged, min_cell, &mut suppressed), "by client, identical text or rhythm".to_owned()),
        (
            "Could be drawn",
            if is_open_told { cell(open, min_cell, &mut suppressed) } else { Value::Null },
            format!(
                "without seeds, pilot and golden items{}",
                if evidence.sample.without_flagged { ", without flagged accounts" } else { "" }
            ),
        ),
        ("Drawn", Value::from(drawn), format!("in {} strata of the score", evidence.sample.sizes.len())),
        ("Coded", Value::from(coded), codes_in_words(evidence)),
        ("Decided", Value::from(decided), "codes that count as support or as none; the rest are taken as not drawn".to_owned()),
    ];
    if flagged == 0 {
        steps.remove(2);
    }
    let (best, interval) = figures.best();
    let is_estimate = total.verdict == Verdict::Estimate;
    let ([best, low, high, at_most], _) = quoted(is_estimate, best, interval, total.at_most, min_cell);
    steps.push(match (best.is_null(), is_estimate) {
        (false, _) => ("Estimated to support overtly", best, format!("from {low} to {high}{}", known(evidence))),
        (true, true) => ("Support overtly, at most", at_most, "a number below the smallest cell shown".to_owned()),
        (true, false) => ("Support overtly, at most", at_most, why(total)),
    });
    suppressed += hidden.iter().filter(|hidden| **hidden).count() as u64 + u64::from(!is_open_told) + u64::from(!is_told);
    let rows = steps.into_iter().map(|(step, count, detail)| vec![step.into(), count, detail.into()]).collect();
    let sheet = Sheet {
        evidence,
        id: "census_path",
        title: "From seeds to the estimate",
        note: "Each step and how many accounts it has; the last is an estimate, the others are counts.".to_owned(),
        method: ("count", "counts"),
        rule: rule(evidence),
    };
    let columns = [("step", "Step", Kind::Label), ("accounts", "Accounts", Kind::Count), ("detail", "Detail", Kind::Label)];
    let chart = Chart::Steps { label: "step".to_owned(), value: "accounts".to_owned() };
    at_level(sheet.finding(&columns, rows, suppressed, chart), evidence)
}

/// Supporters known before the draw, in words; nothing where they are few.
fn known(evidence: &Evidence) -> String {
    let known = evidence.known_positives();
    if known < evidence.min_cell.max(1) { String::new() } else { format!(", among them {known} known before the draw") }
}

/// Codes of the sample as counts; one in the protection lane is never told apart.
fn codes_in_words(evidence: &Evidence) -> String {
    let mut parts = Vec::new();
    let mut others = evidence.judged.iter().filter(|row| row.is_coded && row.code.is_none()).count() as u64;
    for (code, count) in evidence.code_counts() {
        let is_protected = evidence.rules.counts(code) == Some(super::super::Counts::Protected);
        if is_protected || count < evidence.min_cell {
            others += count;
        } else {
            parts.push(format!("{code} {count}"));
        }
    }
    if others > 0 {
        parts.push(format!("other or disputed {others}"));
    }
    parts.join(", ")
}

/// The sample by stratum.
pub(super) fn strata(evidence: &Evidence) -> Finding {
    let mut rows = Vec::new();
    let hidden = veiled(&evidence.sample.sizes, evidence.min_cell);
    for (stratum, size) in evidence.sample.sizes.iter().enumerate() {
        let own = || evidence.judged.iter().filter(move |row| row.stratum == stratum);
        let positives = own().filter(|row| row.label == Some(true)).count() as u64;
        let decided = own().filter(|row| row.label.is_some()).count() as u64;
        let open = own().filter(|row| row.is_coded && row.label.is_none()).count() as u64;
        let share = Proportion::new(positives, decided).ok().filter(|own| own.trials() > 0);
        let interval = share.map(|share| share.clopper_pearson(evidence.level));
        rows.push(vec![
            format!("stratum {}", stratum + 1).into(),
            if hidden[stratum] { Value::Null } else { Value::from(*size) },
            Value::from(decided),
            Value::from(positives),
            Value::from(open),
            Value::from(share.and_then(Proportion::share)),
            Value::from(interval.map(|interval| interval.low)),
            Value::from(interval.map(|interval| interval.high)),
        ]);
    }
    let sheet = Sheet {
        evidence,
        id: "census_strata",
        title: "The sample by stratum of the score",
        note: "Stratum 1 has the highest scores. Codes are of a random sample; they count no cell of the frame. The last stratum is the tail, which is \
               sampled too."
            .to_owned(),
        method: ("share with Clopper–Pearson interval", "survey"),
        rule: rule(evidence),
    };
    let columns = [
        ("stratum", "Stratum", Kind::Label),
        ("accounts", "Accounts", Kind::Count),
        ("codes", "Codes", Kind::Count),
        ("positives", "Positive", Kind::Count),
        ("undecided", "Undecided", Kind::Count),
        ("share", "Share positive", Kind::Share),
        ("low", "from", Kind::Low),
        ("high", "to", Kind::High),
    ];
    let suppressed = hidden.iter().filter(|hidden| **hidden).count() as u64;
    let open: u64 = evidence.sample.sizes.iter().sum();
    over(sheet.finding(&columns, rows, suppressed, Chart::None), "accounts", open, "accounts that could be drawn")
}

/// What could not be seen.
pub(super) fn unseen(evidence: &Evidence) -> Result<Finding, Error> {
    let unseen = &evidence.unseen;
    let (mut rows, mut suppressed) = (Vec::new(), 0);
    for (what, (count, of)) in [
        ("unavailable when coders looked", unseen.unavailable),
        ("protected when last sighted", unseen.protected),
        ("closed when last sighted", unseen.closed),
        ("closed or protected before anything was captured", unseen.before_capture),
    ] {
        if of == 0 {
            continue;
        }
        let share = Proportion::new(count, of).map_err(statistics)?;
        let interval = share.wilson(evidence.level);
        // The accounts that could be seen are what is left, so neither part may be small.
        let is_told = !veiled(&[count, of - count], evidence.min_cell).contains(&true);
        suppressed += u64::from(!is_told);
        let shown = if is_told { Value::from(count) } else { Value::Null };
        let blank = shown.is_null();
        let end = |value: f64| if blank { Value::Null } else { Value::from(value) };
        rows.push(vec![what.into(), shown, end(share.share().unwrap_or(0.0)), end(interval.low), end(interval.high), Value::from(of)]);
    }
    let sheet = Sheet {
        evidence,
        id: "census_unseen",
        title: "What was not seen",
        note: "Accounts that could not be looked at. The last row is the share u that widens the scenario range; drawn accounts that were unavailable to \
               coders are taken to be like the others of their stratum."
            .to_owned(),
        method: ("share with Wilson interval", "ranges"),
        rule: "latest status of each account of the frame in the sightings; codes of the sample".to_owned(),
    };
    let columns = [
        ("what", "What", Kind::Label),
        ("accounts", "Accounts", Kind::Count),
        ("share", "Share", Kind::Share),
        ("low", "from", Kind::Low),
        ("high", "to", Kind::High),
        ("of", "Of accounts looked for", Kind::Count),
    ];
    Ok(sheet.finding(&columns, rows, suppressed, Chart::None))
}

/// What the figure assumes, why, and where it can be checked.
pub(super) fn assumptions(evidence: &Evidence, figures: &Figures) -> Finding {
    let golden = evidence.golden_counts;
    let coders = if evidence.is_golden_by_coders {
        (
            "Coders err independently of each other",
            "without golden items enough, their error is read from where three or more of them differ, and taken out",
            "agreement of coders; add golden items",
        )
    } else if evidence.golden.is_some() {
        ("The coders err on the sample as on golden items", "their error is measured there and taken out", "table of coder error")
    } else if golden.positives + golden.negatives > 0 {
        (
            "The coders do not err",
            "fewer than 100 golden items of each kind, so their error is not taken out",
            "table of coder error; add golden items",
        )
    } else {
        ("The coders do not err", "no golden items were coded", "agreement of coders; add golden items")
    };
    let mut rows = vec![
        (
            "The frame is the population",
            "accounts that no seed led to are not counted",
            "compare with a frame of another level or other seeds",
        ),
        ("The score did not change after the draw", "it was frozen, and the sample's digest is checked", "digests in the review's events"),
        coders,
        (
            "Drawn accounts without an answer are like the others of their stratum",
            "they are treated as not drawn",
            "table of what was not seen; the scenario range",
        ),
        ("An account is not a person", "one person may have several accounts, and several one", "nothing here links accounts to people"),
    ];
    if evidence.sample.without_flagged {
        rows.push((
            "Accounts flagged as automated or spam do not count",
            "they were left out of the draw, whatever they say",
            "draw again without `--without-flagged` in another census",
        ));
    }
    let unassisted = match figures.method {
        Method::Design(why) => why.to_string(),
        Method::Assisted { lambda } => {
            let [low, high] = span(figures.design.interval);
            format!("predictions are trusted to {:.0} %; the design alone gives {low} to {high}", lambda * 100.0)
        }
    };
    rows.push(("Predictions help only where they are shown to", unassisted.as_str(), "docs/validation/census-proof.md"));
    let sheet = Sheet {
        evidence,
        id: "census_assumptions",
        title: "What the figure assumes",
        note: "If one of these does not hold, the interval is too narrow or the figure is off.".to_owned(),
        method: ("list", "survey"),
        rule: rule(evidence),
    };
    let columns = [("assumption", "Assumption", Kind::Label), ("why", "Why", Kind::Label), ("check", "Check", Kind::Label)];
    sheet.finding(&columns, rows.into_iter().map(|(a, b, c)| vec![a.into(), b.into(), c.into()]).collect(), 0, Chart::None)
}
