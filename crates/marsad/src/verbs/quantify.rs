//! `marsad stats quantify`.

use crate::cli::{Quantify, QuantifyMethod};
use crate::exit::{Exit, Failure, given, told};
use crate::output::{Talk, Thousands, table, thousands};
use crate::verbs::posteriors;
use record::sentence;
use serde_json::{Map, Value, json};
use stats::Level;
use stats::quantify::{
    ALARM, Across, Answer, CANDIDATES, Chains, Choice, Distance, Method, Plan, Posteriors, Question, STOP, Training, across_groups,
    answers, choose, disagreement, usual_plan,
};
use stats::score::ClassCalibration;

/// How all candidates did, for JSON.
pub(crate) fn choice_json(choice: &Choice) -> Value {
    let rows = CANDIDATES.iter().zip(&choice.tried).map(|((name, _), of)| {
        json!({
            "method": name, "error": of.error, "standard_error": of.standard_error, "behind": of.behind, "behind_error": of.behind_error,
        })
    });
    rows.collect()
}

/// The same in words.
pub(crate) fn choice_text(choice: &Choice) -> String {
    let rows = CANDIDATES.iter().zip(&choice.tried).map(|((name, _), of)| format!("{name} {:.4}", of.error));
    format!(
        "{} chosen on the codes; mean absolute error of a share on sets made of them: {}",
        CANDIDATES[choice.at].0,
        rows.collect::<Vec<_>>().join(", ")
    )
}

/// Lets the codes choose.
pub(crate) fn chosen(training: &Training, calibration: ClassCalibration, seed: u64) -> Result<Choice, Failure> {
    choose(training, calibration, seed).map_err(|error| Failure::usage(sentence!("`--method auto`: {}", told(&error))))
}

pub(crate) fn run(args: &Quantify, talk: Talk) -> Result<Exit, Failure> {
    let level = super::stats::level(args.level)?;
    let is_bayes = args.method == QuantifyMethod::Bayes;
    if args.levels.is_some() && !is_bayes {
        return Err(Failure::usage("`--levels` is read by `--method bayes` alone; leave it out, or name that method"));
    }
    if args.from_target && !is_bayes {
        return Err(Failure::usage("`--from-target` is read by `--method bayes` alone; leave it out, or name that method"));
    }
    let (classes, training, groups) = posteriors::training_in_groups(&args.train, args.groups.as_deref())?;
    let (_, target) = posteriors::target(&args.test, &classes)?;
    // Bayesian counts know of groups themselves; intervals of the others are widened afterwards.
    let (training, widened) = match &args.groups {
        Some(_) if is_bayes => (training.in_groups(groups.clone()).map_err(|error| Failure::usage(told(&error)))?, false),
        given => (training, given.is_some()),
    };
    let training = if args.from_target { training.drawn_from_target() } else { training };
    let calibration = ClassCalibration::from(args.calibrate);
    let prior = prior(args.prior.as_deref(), calibration, &training, &classes)?;
    let choice = (args.method == QuantifyMethod::Auto).then(|| chosen(&training, calibration, args.seed)).transpose()?;
    let methods: Vec<(&str, Method)> = match &choice {
        Some(_) => CANDIDATES.to_vec(),
        None => vec![("", method(args))],
    };
    let all: Vec<Method> = methods.iter().map(|(_, method)| *method).collect();
    let plan = usual_plan(&all, calibration, args.seed);
    let question = Question { share: args.of.into(), calibration };
    let found = answers(&training, &target, &prior, &all, question, plan).map_err(|error| Failure::usage(told(&error)))?;
    let head = &found[choice.as_ref().map_or(0, |choice| choice.at)];
    let alarm = disagreement(&found);
    let across = widened.then(|| across(&training, &groups, head, question, args.seed, level)).transpose()?;
    if talk.json {
        let mut object = to_json(args, &classes, &target, &prior, plan, head, choice.as_ref(), &found, alarm, level);
        if let Some(across) = &across {
            object["groups"] = across_json(&classes, across);
        }
        talk.json_line(&object)?;
    } else {
        say(talk, &classes, &methods, &found, choice.as_ref(), level)?;
        if let Some(across) = &across {
            say_across(talk, &classes, head, across)?;
        }
    }
    match &head.chains {
        Some(chains) if !head.shares.converged => talk.note(sentence!(
            "{} chains of {} sweeps do not agree (R̂ {:.3}, {:.0} effective draws), so that the ends of the intervals are not steady; give fewer `--levels`, or code more",
            chains.count, Thousands(chains.sweeps as u64), chains.mixing.scale, chains.mixing.effective
        )),
        None if !head.shares.converged => talk.note("the estimate did not converge; treat it as unusable"),
        _ => {}
    }
    if let Some((gap, one, other)) = alarm.filter(|(gap, ..)| *gap > ALARM) {
        talk.note(sentence!("{} and {} differ by {:.1} standard errors; items of a class may look another way than those coded: see `marsad stats drift`, and code more before you publish", methods[one].0, methods[other].0, gap));
    }
    Ok(Exit::Done)
}

/// Intervals widened by what the method misses from group to group of the codes.
fn across(training: &Training, groups: &[usize], head: &Answer, question: Question, seed: u64, level: Level) -> Result<Across, Failure> {
    let found = across_groups(training, groups, head, question, seed, level).map_err(|error| Failure::usage(told(&error)))?;
    found.ok_or_else(|| {
        Failure::usage(
            "`--groups`: fewer than three groups have 20 coded items and leave every class two in the others; name larger groups",
        )
    })
}

fn across_json(classes: &[String], across: &Across) -> Value {
    json!({
        "tried": across.groups,
        "bias": by_class(classes, |at| json!(across.bias[at])),
        "spread": by_class(classes, |at| json!(across.spread[at])),
        "interval": by_class(classes, |at| json!([across.intervals[at].low, across.intervals[at].high])),
    })
}

fn say_across(talk: Talk, classes: &[String], head: &Answer, across: &Across) -> Result<(), Failure> {
    talk.say(&format!("intervals that hold what the method misses from group to group ({} groups of the codes):", across.groups))?;
    let row = |(at, name): (usize, &String)| {
        let own = across.intervals[at];
        let numbers = [head.shares.prevalence[at], own.low, own.high, across.spread[at]];
        std::iter::once(name.clone()).chain(numbers.iter().map(|value| format!("{value:.4}"))).collect()
    };
    let rows: Vec<Vec<String>> = classes.iter().enumerate().map(row).collect();
    let names = ["class", "share", "low", "high", "spread"].map(str::to_owned);
    talk.say(&table(&names, &rows, &[false, true, true, true, true]))
}

/// The prior that the posteriors assume.
pub(crate) fn prior(
    given: Option<&str>,
    calibration: ClassCalibration,
    training: &Training,
    classes: &[String],
) -> Result<Vec<f64>, Failure> {
    match given {
        Some(_) if calibration == ClassCalibration::BiasCorrected => Err(Failure::usage(
            "`--prior` with `--calibrate bcts`: so calibrated, posteriors assume the shares of the labels; leave it out",
        )),
        Some(text) => parse_prior(text, classes),
        None => Ok(training.prior()),
    }
}

/// A JSON object with a value for every class.
pub(crate) fn by_class(classes: &[String], value: impl Fn(usize) -> Value) -> Value {
    Value::Object(classes.iter().enumerate().map(|(at, class)| (class.clone(), value(at))).collect::<Map<_, _>>())
}

#[expect(clippy::too_many_arguments, reason = "one object is made of all of them, once")]
fn to_json(
    args: &Quantify,
    classes: &[String],
    target: &Posteriors,
    prior: &[f64],
    plan: Plan,
    head: &Answer,
    choice: Option<&Choice>,
    found: &[Answer],
    alarm: Option<(f64, usize, usize)>,
    level: Level,
) -> Value {
    let calibration = ClassCalibration::from(args.calibrate);
    let intervals = head.cloud.intervals(level);
    let resampled = match head.method {
        method if method.draws() => json!([]),
        method if method.reads_training() || calibration != ClassCalibration::None => json!(["train", "test"]),
        _ => json!(["test"]),
    };
    let mut object = json!({
        "prevalence": by_class(classes, |at| json!(head.shares.prevalence[at])),
        "interval": by_class(classes, |at| json!([intervals[at].low, intervals[at].high])),
        "iterations": head.shares.iterations,
        "converged": head.shares.converged,
        "level": level.get(),
        "of": if args.of == crate::cli::QuantifyOf::Selected { "selected" } else { "population" },
        "calibration": calibration.name(),
        "prior": by_class(classes, |at| json!(prior[at])),
        "resampled": resampled,
        "replicates": plan.training * plan.target,
        "seed": args.seed,
        "n": target.items(),
    });
    if let Some(chains) = &head.chains {
        object["chains"] = chains_json(classes, chains);
    }
    if let Some(choice) = choice {
        let beside: Map<String, Value> = CANDIDATES
            .iter()
            .zip(found)
            .map(|((name, _), answer)| {
                let ends = answer.cloud.intervals(level);
                let of = json!({
                    "prevalence": by_class(classes, |at| json!(answer.shares.prevalence[at])),
                    "interval": by_class(classes, |at| json!([ends[at].low, ends[at].high])),
                });
                ((*name).to_owned(), of)
            })
            .collect();
        object["method"] = json!(CANDIDATES[choice.at].0);
        object["tried"] = choice_json(choice);
        object["beside"] = Value::Object(beside);
        object["apart"] = json!(alarm.map(|(gap, ..)| gap).filter(|gap| gap.is_finite()));
        object["alarm"] = json!(alarm.is_some_and(|(gap, ..)| gap > ALARM));
    }
    object
}

/// How the chains of Bayesian counts went.
fn chains_json(classes: &[String], chains: &Chains) -> Value {
    json!({
        "count": chains.count,
        "sweeps": chains.sweeps,
        "scale": Some(chains.mixing.scale).filter(|scale| scale.is_finite()),
        "effective_draws": chains.mixing.effective,
        "cells": chains.cells,
        "codes": by_class(classes, |at| json!(chains.codes[at])),
        "between_groups": chains.between,
        "unlike": chains.unlike,
        "mean": by_class(classes, |at| json!(chains.mean[at])),
    })
}

/// The same in words.
fn chains_text(classes: &[String], chains: &Chains, level: Level) -> String {
    let codes = classes.iter().zip(&chains.codes).map(|(class, codes)| format!("{class} {codes:.0}"));
    let unlike = chains.unlike.map_or_else(String::new, |share| {
        let known = if chains.between.is_some() { ", groups of codes heard" } else { "" };
        format!("; {share:.3} of the scatter of an item lies between codes and target{known}")
    });
    format!(
        "posterior mean and interval of {} %; {} chains of {} sweeps, R̂ {:.3}, {:.0} effective draws; {} cells; codes count as {}{unlike}",
        level.get() * 100.0,
        chains.count,
        thousands(chains.sweeps as u64),
        chains.mixing.scale,
        chains.mixing.effective,
        chains.cells,
        codes.collect::<Vec<_>>().join(", ")
    )
}

fn say(
    talk: Talk,
    classes: &[String],
    methods: &[(&str, Method)],
    found: &[Answer],
    choice: Option<&Choice>,
    level: Level,
) -> Result<(), Failure> {
    let mut head = vec!["class", "share", "low", "high"];
    let mut order: Vec<usize> = (0..found.len()).collect();
    if let Some(choice) = choice {
        talk.say(&choice_text(choice))?;
        head[0] = "class, method";
        order.sort_by_key(|at| *at != choice.at);
    } else if let Some(chains) = found.first().and_then(|answer| answer.chains.as_ref()) {
        talk.say(&chains_text(classes, chains, level))?;
    }
    let mut rows = Vec::new();
    for at in order {
        let ends = found[at].cloud.intervals(level);
        for (class, name) in classes.iter().enumerate() {
            let numbers = [found[at].shares.prevalence[class], ends[class].low, ends[class].high];
            let name = if choice.is_some() { format!("{name}, {}", methods[at].0) } else { name.clone() };
            rows.push(std::iter::once(name).chain(numbers.iter().map(|value| format!("{value:.4}"))).collect());
        }
    }
    let head: Vec<String> = head.into_iter().map(str::to_owned).collect();
    talk.say(&table(&head, &rows, &[false, true, true, true]))
}

const fn method(args: &Quantify) -> Method {
    match args.method {
        QuantifyMethod::Cc => Method::Cc,
        QuantifyMethod::Pcc => Method::Pcc,
        QuantifyMethod::Acc => Method::Acc,
        QuantifyMethod::Pacc => Method::Pacc,
        QuantifyMethod::Auto | QuantifyMethod::Emq => Method::Emq(STOP),
        QuantifyMethod::Hdy => Method::Hdy { points: args.grid },
        QuantifyMethod::Dys => Method::Dys { bins: 8, distance: Distance::Hellinger },
        QuantifyMethod::Bayes => Method::Bayes { levels: args.levels },
        QuantifyMethod::KdeyMl => Method::KdeyMl { bandwidth: 0.1, stop: STOP },
    }
}

fn parse_prior(text: &str, classes: &[String]) -> Result<Vec<f64>, Failure> {
    let mut prior = vec![None; classes.len()];
    for part in text.split(',') {
        let pair = part.split_once('=').and_then(|(name, share)| {
            let place = classes.iter().position(|class| class == name.trim())?;
            Some((place, share.trim().parse::<f64>().ok()?))
        });
        let Some((place, share)) = pair else {
            return Err(Failure::usage(sentence!(
                "`{}` in `--prior` is not CLASS=SHARE of a class of the tables (`{}`)",
                given(part),
                given(&classes.join(","))
            )));
        };
        prior[place] = Some(share);
    }
    let full: Option<Vec<f64>> = prior.into_iter().collect();
    full.ok_or_else(|| Failure::usage(sentence!("`--prior` leaves out a class; name all of `{}`", given(&classes.join(",")))))
}
