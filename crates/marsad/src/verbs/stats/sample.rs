//! `marsad stats proportion` and `marsad stats sample-size`.

use super::{input, level, rows};
use crate::cli::{Proportion, SampleSize, ShareMethod};
use crate::exit::{Exit, Failure, given, told};
use crate::output::{Talk, table, thousands};
use record::sentence;
use serde_json::{Value, json};
use stats::survey::{self, Certain, Expected, Golden, Plan, Stratum, Total, Verdict};
use stats::{Interval, Level};
use std::path::Path;

pub(crate) fn proportion(args: &Proportion, talk: Talk) -> Result<Exit, Failure> {
    let level = level(args.level)?;
    let golden = golden(args)?;
    let plan = Plan { level, seed: args.seed, ..Plan::default() };
    if let Some(path) = &args.table {
        let strata = strata(path)?;
        let wrong = |error: survey::Error| input(path, told(&error));
        let found = survey::total(&strata, Certain::default(), golden, plan).map_err(wrong)?;
        let unclear: u64 = strata.iter().map(|s| s.unclear).sum();
        let range = if unclear > 0 { Some(survey::unclear_range(&strata, Certain::default(), golden, plan).map_err(wrong)?) } else { None };
        return print_total(&found, unclear, range, level, talk);
    }
    let (successes, trials) = (args.successes.unwrap_or(0), args.trials.unwrap_or(0));
    let of = stats::Proportion::new(successes, trials).map_err(|error| Failure::usage(told(&error)))?;
    if let Some(population) = args.population {
        if population < trials {
            return Err(Failure::usage(sentence!(
                "`--population {}` is smaller than `--trials {}`; a sample without replacement cannot be larger than its population",
                population,
                trials
            )));
        }
        let stratum = Stratum { size: population, positives: successes, negatives: trials - successes, unclear: 0 };
        let found = survey::total(&[stratum], Certain::default(), golden, plan).map_err(|error| Failure::usage(told(&error)))?;
        return print_total(&found, 0, None, level, talk);
    }
    if let Some(golden) = golden {
        return corrected(successes, trials, golden, level, talk);
    }
    let method = args.method.unwrap_or(ShareMethod::Wilson);
    let interval = match method {
        ShareMethod::Wilson => of.wilson(level),
        ShareMethod::WilsonCorrected => of.wilson_corrected(level),
        ShareMethod::ClopperPearson => of.clopper_pearson(level),
        ShareMethod::Jeffreys => of.jeffreys(level),
        ShareMethod::AgrestiCoull => of.agresti_coull(level),
    };
    let name = name(method);
    if talk.json {
        talk.json_line(&json!({
            "successes": successes, "trials": trials, "share": of.share(), "interval": ends(interval), "level": level.get(), "method": name,
        }))?;
    }
    let share = of.share().map_or_else(|| "no share without trials".to_owned(), |share| format!("{share:.4}"));
    talk.say(&format!(
        "{share} ({} of {}), {} % interval {:.4} to {:.4} ({name})",
        thousands(successes),
        thousands(trials),
        percent(level),
        interval.low,
        interval.high
    ))?;
    Ok(Exit::Done)
}

fn name(method: ShareMethod) -> &'static str {
    match method {
        ShareMethod::Wilson => "wilson",
        ShareMethod::WilsonCorrected => "wilson-corrected",
        ShareMethod::ClopperPearson => "clopper-pearson",
        ShareMethod::Jeffreys => "jeffreys",
        ShareMethod::AgrestiCoull => "agresti-coull",
    }
}

/// A share of independent trials corrected for coder error: the sample of a frame so large that it is as good as endless.
fn corrected(successes: u64, trials: u64, golden: Golden, level: Level, talk: Talk) -> Result<Exit, Failure> {
    let found = survey::rogan_gladen(successes, trials, golden).map_err(|error| Failure::usage(told(&error)))?;
    let half = level.z() * found.standard_error;
    let interval = Interval { low: (found.share - half).max(0.0), high: (found.share + half).min(1.0) };
    if talk.json {
        talk.json_line(&json!({
            "successes": successes, "trials": trials, "share": found.share, "standard_error": found.standard_error, "interval": ends(interval),
            "level": level.get(), "method": "rogan-gladen",
        }))?;
    }
    talk.say(&format!(
        "{:.4} after correction for coder error, standard error {:.4}, {} % interval {:.4} to {:.4} (rogan-gladen)",
        found.share,
        found.standard_error,
        percent(level),
        interval.low,
        interval.high
    ))?;
    Ok(Exit::Done)
}

fn golden(args: &Proportion) -> Result<Option<Golden>, Failure> {
    let (Some(positives), Some(negatives)) = (&args.golden_positives, &args.golden_negatives) else { return Ok(None) };
    let pair = |flag: &'static str, text: &str| {
        let parts = text.split_once('/').and_then(|(k, n)| Some((k.trim().parse::<u64>().ok()?, n.trim().parse::<u64>().ok()?)));
        parts.ok_or_else(|| Failure::usage(sentence!("`{} {}` is not K/N, such as `180/200`", flag, given(text))))
    };
    let (found, of_positives) = pair("--golden-positives", positives)?;
    let (accepted, of_negatives) = pair("--golden-negatives", negatives)?;
    Golden::new(found, of_positives, accepted, of_negatives).map(Some).map_err(|error| Failure::usage(told(&error)))
}

fn strata(path: &Path) -> Result<Vec<Stratum>, Failure> {
    const WANTED: [&str; 4] = ["stratum", "size", "sampled", "positives"];
    let table = rows::read(path, &WANTED, &["unclear"])?;
    let strata = table.iter(path, &WANTED).map(|row| {
        let (size, sampled, positives) = (row.number::<u64>(1)?, row.number::<u64>(2)?, row.number::<u64>(3)?);
        let unclear = row.optional_count(0, "unclear")?;
        let negatives = positives.checked_add(unclear).and_then(|other| sampled.checked_sub(other)).ok_or_else(|| {
            row.wrong(sentence!("`{}` positives and `{}` unclear of `{}` sampled; sampled counts them all", positives, unclear, sampled))
        })?;
        if sampled > size {
            return Err(row.wrong(sentence!(
                "`{}` sampled of `{}`; a sample without replacement cannot be larger than its stratum",
                sampled,
                size
            )));
        }
        Ok(Stratum { size, positives, negatives, unclear })
    });
    strata.collect()
}

fn ends(interval: Interval) -> Value {
    json!([interval.low, interval.high])
}

fn percent(level: Level) -> f64 {
    (level.get() * 1e4).round() / 100.0
}

fn print_total(found: &Total, unclear: u64, range: Option<Interval>, level: Level, talk: Talk) -> Result<Exit, Failure> {
    let is_printed = found.verdict == Verdict::Estimate;
    let frame = found.frame as f64;
    let verdict = match found.verdict {
        Verdict::Estimate => "estimate",
        Verdict::TooFew => "too-few",
        Verdict::CoderError => "coder-error",
    };
    if talk.json {
        let shown = |value: Value| if is_printed { value } else { Value::Null };
        let error = if found.standard_error.is_finite() { json!(found.standard_error) } else { Value::Null };
        talk.json_line(&json!({
            "total": shown(json!(found.estimate)), "interval": shown(ends(found.interval)), "standard_error": shown(error),
            "share": shown(json!(found.estimate / frame)),
            "share_interval": shown(json!([found.interval.low / frame, found.interval.high / frame])),
            "at_most": found.at_most, "verdict": verdict, "positives": found.positives, "coded": found.coded,
            "unclear": unclear, "unclear_range": shown(range.map_or(Value::Null, ends)),
            "effective_positives": found.effective_positives, "population": found.frame, "level": level.get(), "method": "stratified",
        }))?;
    }
    let whole = |value: f64| thousands(value.round() as u64);
    let level = percent(level);
    let basis = format!("{} positives of {} coded, frame {}", thousands(found.positives), thousands(found.coded), thousands(found.frame));
    if is_printed {
        talk.say(&format!(
            "{} ({:.4} of the frame), {level} % interval {} to {} ({basis})",
            whole(found.estimate),
            found.estimate / frame,
            whole(found.interval.low),
            whole(found.interval.high)
        ))?;
    } else {
        let why = if found.verdict == Verdict::TooFew {
            format!("{:.1} effective positives are too few for an estimate", found.effective_positives)
        } else {
            "coder error exceeds the signal".to_owned()
        };
        talk.say(&format!("at most {} at {level} % confidence: {why} ({basis})", whole(found.at_most.ceil())))?;
    }
    if let (true, Some(range)) = (is_printed, range) {
        talk.say(&format!("whatever the {} unclear codes are: {} to {}", thousands(unclear), whole(range.low), whole(range.high)))?;
    }
    Ok(Exit::Done)
}

pub(crate) fn sample_size(args: &SampleSize, talk: Talk) -> Result<Exit, Failure> {
    let level = level(args.level)?;
    let wrong = |error: survey::Error| Failure::usage(told(&error));
    let Some(path) = &args.table else {
        let expect = args.expect.unwrap_or(0.5);
        let codes = survey::sample_size(args.for_width, expect, args.population, level).map_err(wrong)?;
        if talk.json {
            talk.json_line(&json!({
                "codes": codes, "for_width": args.for_width, "expect": expect, "population": args.population, "level": level.get(), "allocation": null,
            }))?;
        }
        talk.say(&format!("{} codes for ±{} around {expect} at {} %", thousands(codes), args.for_width, percent(level)))?;
        return Ok(Exit::Done);
    };
    const WANTED: [&str; 3] = ["stratum", "size", "expect"];
    let read = rows::read(path, &WANTED, &[])?;
    let (mut names, mut strata) = (Vec::new(), Vec::new());
    for row in read.iter(path, &WANTED) {
        let expect = row.number::<f64>(2)?;
        if !(0.0..=1.0).contains(&expect) {
            return Err(row.wrong(sentence!("`{}` in column `expect` is no share; give a number from 0 to 1", expect)));
        }
        names.push(row.text(0).to_owned());
        strata.push(Expected { size: row.number(1)?, spread: (expect * (1.0 - expect)).sqrt() });
    }
    let codes = survey::for_width(&strata, args.for_width, args.minimum, level).map_err(wrong)?;
    let allocation = survey::neyman(&strata, codes, args.minimum).map_err(wrong)?;
    if talk.json {
        let list: Vec<Value> =
            names.iter().zip(&strata).zip(&allocation).map(|((n, s), m)| json!({"stratum": n, "size": s.size, "codes": m})).collect();
        talk.json_line(&json!({
            "codes": codes, "for_width": args.for_width, "expect": null, "population": strata.iter().map(|s| s.size).sum::<u64>(),
            "level": level.get(), "allocation": list,
        }))?;
    } else {
        let lines: Vec<Vec<String>> =
            names.iter().zip(&strata).zip(&allocation).map(|((n, s), m)| vec![n.clone(), thousands(s.size), thousands(*m)]).collect();
        talk.say(&table(&["stratum", "size", "codes"].map(str::to_owned), &lines, &[false, true, true]))?;
    }
    talk.say(&format!("{} codes for ±{} accounts at {} %", thousands(codes), args.for_width, percent(level)))?;
    Ok(Exit::Done)
}
