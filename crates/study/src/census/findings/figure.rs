//! The figure itself, the claims beside it, the path to it, and what it rests on.

use super::super::claims::Verdict as ClaimVerdict;
use super::super::estimate::{Evidence, Figures};
use super::super::score::statistics;
use super::{Sheet, accounts, at_level, cell, ends, over, quoted, span, veiled, words};
use crate::Error;
use record::{Arg, Chart, Finding, Kind, Text, Value, text};
use stats::Proportion;
use stats::survey::{LEAST_EFFECTIVE, Method, Unassisted, Verdict};

/// The headline, its scenario range, and comparable claims.
pub(super) fn estimate(evidence: &Evidence, figures: &Figures) -> Finding {
    let (best, interval) = figures.best();
    let total = &figures.total;
    let label = text!("Accounts that overtly support the organisation");
    let is_estimate = total.verdict == Verdict::Estimate;
    let (cells, is_held_back) = quoted(is_estimate, best, interval, total.at_most, evidence.min_cell);
    let is_quoted = !cells[0].is_null();
    let says = match (is_estimate, is_quoted) {
        (true, true) => match figures.method {
            Method::Assisted { .. } => text!("model-assisted estimate"),
            Method::Design(_) => text!("stratified estimate"),
        },
        (true, false) => text!("a number below the smallest cell shown; only a bound is printed"),
        _ => why(total),
    };
    let mut rows = vec![[label.into(), text!("estimate").into()].into_iter().chain(cells).chain([says.into()]).collect::<Vec<Value>>()];
    if is_quoted {
        let scenario = &figures.scenario;
        let [low, high] = span(stats::Interval { low: scenario.least, high: scenario.most });
        let says = text!("scenario range: the interval's lower end, and its upper end with the share that could not be seen");
        rows.push(vec![text!("Scenario range").into(), text!("scenario").into(), Value::Null, low, high, Value::Null, says.into()]);
    }
    for claim in evidence.claims.iter().filter(|claim| claim.verdict(evidence.window) == ClaimVerdict::Comparable) {
        let says = text!("published figure, same unit and window");
        rows.push(vec![
            claim.source.as_str().into(),
            text!("claim").into(),
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
        title: text!("How many accounts overtly support the organisation"),
        note: text!(
            "Accounts of the frame that coders would code as overt support when they look. The interval holds the error of the draw and, where golden \
               items measure it, of the coders. The scenario range is no interval."
        ),
        method: if figures.method() == "stratified" {
            (text!("stratified estimate with exact interval"), "survey")
        } else {
            (text!("model-assisted stratified estimate"), "assisted")
        },
        rule: rule(evidence),
    };
    let columns = [
        ("quantity", text!("Quantity"), Kind::Label),
        ("kind", text!("Kind"), Kind::Label),
        ("accounts", text!("Accounts"), Kind::Count),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
        ("at_most", text!("At most"), Kind::Count),
        ("says", text!("Says"), Kind::Label),
    ];
    sheet.finding(&columns, rows, u64::from(is_held_back), chart)
}

/// Why there is no more than a bound.
fn why(total: &stats::survey::Total) -> Text {
    match total.verdict {
        Verdict::CoderError => {
            text!("coder error exceeds the signal: the upper limit of the coders' false-positive rate is at least half the estimate")
        }
        _ => {
            text!(
                "too few coded positives: {n} effective, and {needed} are needed for an estimate",
                n = Arg::real(total.effective_positives, 1),
                needed = Text::data(LEAST_EFFECTIVE.to_string())
            )
        }
    }
}

/// How the frame grew and the sample was drawn, so that a reader can repeat it.
fn rule(evidence: &Evidence) -> Text {
    let members = &evidence.members;
    text!(
        "frame {frame} of {n} accounts via {ties}, {levels} levels, cap {cap}\nscore: {score}, frozen before the draw\nsample {sample} in {strata} strata\ncodes: {codes}",
        frame = &members.frame,
        n = members.len(),
        ties = words::via(members.fact("via")),
        levels = members.fact("levels"),
        cap = members.fact("cap"),
        score = words::kind(&evidence.card.kind),
        sample = evidence.sample.digest.get(..16).unwrap_or_default(),
        strata = evidence.sample.sizes.len(),
        codes = if evidence.golden.is_some() {
            text!("the first coder's, corrected by golden items")
        } else {
            text!("adjudicated or agreed; the coders' error is not corrected")
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
        let window = claim.window.map_or_else(Text::empty, |window| text!("{from} to {to}", from = window.from, to = window.to));
        let shown = |value: &Value| if verdict == ClaimVerdict::Comparable { value.clone() } else { Value::Null };
        // A whole number is shown as one.
        let is_whole = claim.figure.fract() == 0.0 && claim.figure < 9e15;
        vec![
            claim.source.as_str().into(),
            if is_whole { Value::from(claim.figure as u64) } else { claim.figure.into() },
            if claim.unit == "accounts" { text!("accounts").into() } else { claim.unit.as_str().into() },
            window.into(),
            claim.denominator.clone().unwrap_or_default().into(),
            words::verdict(verdict).into(),
            shown(&best),
            shown(&low),
            shown(&high),
        ]
    });
    let sheet = Sheet {
        evidence,
        id: "census_claims",
        title: text!("Published figures beside the study's"),
        note: text!(
            "A claim is comparable when it counts accounts, says of how many, and its window meets the study's. That two figures are comparable does not \
               make either right."
        ),
        method: (text!("comparison of claims"), "claims"),
        rule: text!("claims.toml in the study's folder"),
    };
    let columns = [
        ("source", text!("Source"), Kind::Label),
        ("figure", text!("Figure"), Kind::Number),
        ("unit", text!("Unit"), Kind::Label),
        ("window", text!("Window"), Kind::Label),
        ("denominator", text!("Of"), Kind::Label),
        ("verdict", text!("Verdict"), Kind::Label),
        ("estimate", text!("The study's"), Kind::Count),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
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
    let levels = levels.iter().zip(&hidden).map(|(count, hidden)| if *hidden { text!("not shown") } else { Text::number(*count) });
    let levels = Text::list(levels);
    let (seeds, supporters) = (number("seeds"), number("supporters"));
    let is_told = !veiled(&[supporters, seeds - supporters.min(seeds)], min_cell).contains(&true);
    // What could not be drawn is told by subtraction from the frame.
    let is_open_told = !(1..min_cell).contains(&(members.len() as u64 - open));
    let flagged = members.word("flag").iter().flatten().count() as u64;
    let mut steps: Vec<(Text, Value, Text)> = vec![
        (
            text!("Seeds in the lake"),
            cell(seeds, min_cell, &mut suppressed),
            if is_told {
                text!("{n} of them coded as overt support", n = supporters)
            } else {
                text!("how many of them support is not shown: one part is below the smallest cell")
            },
        ),
        (text!("Frame"), Value::from(members.len() as u64), text!("accounts by level: {levels}", levels = levels)),
        (text!("Flagged as automated or spam"), cell(flagged, min_cell, &mut suppressed), text!("by client, identical text or rhythm")),
        (
            text!("Could be drawn"),
            if is_open_told { cell(open, min_cell, &mut suppressed) } else { Value::Null },
            if evidence.sample.without_flagged {
                text!("without seeds, pilot and golden items, without flagged accounts")
            } else {
                text!("without seeds, pilot and golden items")
            },
        ),
        (
            text!("Drawn"),
            Value::from(drawn),
            text!("in {n, plural, one {# stratum} other {# strata}} of the score", n = evidence.sample.sizes.len()),
        ),
        (text!("Coded"), Value::from(coded), codes_in_words(evidence)),
        (text!("Decided"), Value::from(decided), text!("codes that count as support or as none; the rest are taken as not drawn")),
    ];
    if flagged == 0 {
        steps.remove(2);
    }
    let (best, interval) = figures.best();
    let is_estimate = total.verdict == Verdict::Estimate;
    let ([best, low, high, at_most], _) = quoted(is_estimate, best, interval, total.at_most, min_cell);
    steps.push(match (best.is_null(), is_estimate) {
        (false, _) => {
            let detail = Text::list([text!("from {low} to {high}", low = figure(&low), high = figure(&high)), known(evidence)]);
            (text!("Estimated to support overtly"), best, detail)
        }
        (true, true) => (text!("Support overtly, at most"), at_most, text!("a number below the smallest cell shown")),
        (true, false) => (text!("Support overtly, at most"), at_most, why(total)),
    });
    suppressed += hidden.iter().filter(|hidden| **hidden).count() as u64 + u64::from(!is_open_told) + u64::from(!is_told);
    let rows = steps.into_iter().map(|(step, count, detail)| vec![step.into(), count, detail.into()]).collect();
    let sheet = Sheet {
        evidence,
        id: "census_path",
        title: text!("From seeds to the estimate"),
        note: text!("Each step and how many accounts it has; the last is an estimate, the others are counts."),
        method: (text!("count"), "counts"),
        rule: rule(evidence),
    };
    let columns =
        [("step", text!("Step"), Kind::Label), ("accounts", text!("Accounts"), Kind::Count), ("detail", text!("Detail"), Kind::Label)];
    let chart = Chart::Steps { label: "step".to_owned(), value: "accounts".to_owned() };
    at_level(sheet.finding(&columns, rows, suppressed, chart), evidence)
}

/// Supporters known before the draw, in words; nothing where they are few.
fn known(evidence: &Evidence) -> Text {
    let known = evidence.known_positives();
    if known < evidence.min_cell.max(1) { Text::empty() } else { text!("among them {n} known before the draw", n = known) }
}

/// A number of a cell, for a sentence.
fn figure(cell: &Value) -> Text {
    cell.int().map_or_else(|| Text::data("?"), Text::number)
}

/// Codes of the sample as counts; one in the protection lane is never told apart.
fn codes_in_words(evidence: &Evidence) -> Text {
    let mut parts = Vec::new();
    let mut others = evidence.judged.iter().filter(|row| row.is_coded && row.code.is_none()).count() as u64;
    for (code, count) in evidence.code_counts() {
        let is_protected = evidence.rules.counts(code) == Some(super::super::Counts::Protected);
        if is_protected || count < evidence.min_cell {
            others += count;
        } else {
            parts.push(text!("{code} {n}", code = code, n = count));
        }
    }
    if others > 0 {
        parts.push(text!("other or disputed {n}", n = others));
    }
    Text::list(parts)
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
            text!("stratum {number}", number = stratum + 1).into(),
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
        title: text!("The sample by stratum of the score"),
        note: text!(
            "Stratum 1 has the highest scores. Codes are of a random sample; they count no cell of the frame. The last stratum is the tail, which is \
               sampled too."
        ),
        method: (text!("share with Clopper–Pearson interval"), "survey"),
        rule: rule(evidence),
    };
    let columns = [
        ("stratum", text!("Stratum"), Kind::Label),
        ("accounts", text!("Accounts"), Kind::Count),
        ("codes", text!("Codes"), Kind::Count),
        ("positives", text!("Positive"), Kind::Count),
        ("undecided", text!("Undecided"), Kind::Count),
        ("share", text!("Share positive"), Kind::Share),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
    ];
    let suppressed = hidden.iter().filter(|hidden| **hidden).count() as u64;
    let open: u64 = evidence.sample.sizes.iter().sum();
    over(sheet.finding(&columns, rows, suppressed, Chart::None), text!("accounts"), open, text!("accounts that could be drawn"))
}

/// What could not be seen.
pub(super) fn unseen(evidence: &Evidence) -> Result<Finding, Error> {
    let unseen = &evidence.unseen;
    let (mut rows, mut suppressed) = (Vec::new(), 0);
    for (what, (count, of)) in [
        (text!("unavailable when coders looked"), unseen.unavailable),
        (text!("protected when last sighted"), unseen.protected),
        (text!("closed when last sighted"), unseen.closed),
        (text!("closed or protected before anything was captured"), unseen.before_capture),
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
        title: text!("What was not seen"),
        note: text!(
            "Accounts that could not be looked at. The last row is the share u that widens the scenario range; drawn accounts that were unavailable to \
               coders are taken to be like the others of their stratum."
        ),
        method: (text!("share with Wilson interval"), "ranges"),
        rule: text!("latest status of each account of the frame in the sightings; codes of the sample"),
    };
    let columns = [
        ("what", text!("What"), Kind::Label),
        ("accounts", text!("Accounts"), Kind::Count),
        ("share", text!("Share"), Kind::Share),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
        ("of", text!("Of accounts looked for"), Kind::Count),
    ];
    Ok(sheet.finding(&columns, rows, suppressed, Chart::None))
}

/// What the figure assumes, why, and where it can be checked.
pub(super) fn assumptions(evidence: &Evidence, figures: &Figures) -> Finding {
    let golden = evidence.golden_counts;
    let coders = if evidence.is_golden_by_coders {
        (
            text!("Coders err independently of each other"),
            text!("without golden items enough, their error is read from where three or more of them differ, and taken out"),
            text!("agreement of coders; add golden items"),
        )
    } else if evidence.golden.is_some() {
        (
            text!("The coders err on the sample as on golden items"),
            text!("their error is measured there and taken out"),
            text!("table of coder error"),
        )
    } else if golden.positives + golden.negatives > 0 {
        (
            text!("The coders do not err"),
            text!("fewer than 100 golden items of each kind, so their error is not taken out"),
            text!("table of coder error; add golden items"),
        )
    } else {
        (text!("The coders do not err"), text!("no golden items were coded"), text!("agreement of coders; add golden items"))
    };
    let mut rows = vec![
        (
            text!("The frame is the population"),
            text!("accounts that no seed led to are not counted"),
            text!("compare with a frame of another level or other seeds"),
        ),
        (
            text!("The score did not change after the draw"),
            text!("it was frozen, and the sample's digest is checked"),
            text!("digests in the review's events"),
        ),
        coders,
        (
            text!("Drawn accounts without an answer are like the others of their stratum"),
            text!("they are treated as not drawn"),
            text!("table of what was not seen; the scenario range"),
        ),
        (
            text!("An account is not a person"),
            text!("one person may have several accounts, and several one"),
            text!("nothing here links accounts to people"),
        ),
    ];
    if evidence.sample.without_flagged {
        rows.push((
            text!("Accounts flagged as automated or spam do not count"),
            text!("they were left out of the draw, whatever they say"),
            text!("draw again without `--without-flagged` in another census"),
        ));
    }
    let unassisted = match figures.method {
        Method::Design(why) => unassisted(why),
        Method::Assisted { lambda } => {
            let [low, high] = span(figures.design.interval);
            text!(
                "predictions are trusted to {share}; the design alone gives {low} to {high}",
                share = Arg::percent(lambda, 0),
                low = figure(&low),
                high = figure(&high)
            )
        }
    };
    rows.push((text!("Predictions help only where they are shown to"), unassisted, Text::data("docs/validation/census-proof.md")));
    let sheet = Sheet {
        evidence,
        id: "census_assumptions",
        title: text!("What the figure assumes"),
        note: text!("If one of these does not hold, the interval is too narrow or the figure is off."),
        method: (text!("list"), "survey"),
        rule: rule(evidence),
    };
    let columns =
        [("assumption", text!("Assumption"), Kind::Label), ("why", text!("Why"), Kind::Label), ("check", text!("Check"), Kind::Label)];
    sheet.finding(&columns, rows.into_iter().map(|(a, b, c)| vec![a.into(), b.into(), c.into()]).collect(), 0, Chart::None)
}

/// Why no model assists.
fn unassisted(why: Unassisted) -> Text {
    match why {
        Unassisted::FewExpected(n) => {
            text!("{n} coded positives were expected from the design; a model assists from 20 on", n = Arg::real(n, 1))
        }
        Unassisted::ThinStratum(stratum) => text!(
            "stratum {number} has fewer than two codes that say yes or no; what a model explains there cannot be told",
            number = stratum + 1
        ),
        Unassisted::NoGain => text!("within the strata the predictions explain nothing of the codes"),
    }
}
