//! The estimate, and two of them side by side.

use super::{Desk, table};
use crate::cli::census::{Compare, Estimate};
use crate::exit::{Exit, Failure, given, told};
use crate::finding::{in_full, language_of, line};
use crate::output::{Counted, Talk};
use crate::statement::CensusRef;
use crate::verbs::as_of;
use crate::verbs::status::from_study;
use lake::AsOf;
use record::{Arg, Finding, Text, sentence, text};
use report::Language;
use review::Head;
use serde_json::json;
use std::io::IsTerminal;
use std::path::Path;
use study::Description;
use study::census::{CodeRules, EstimateRequest, Estimated, FrozenAs, Headline, Problem};

/// The request for a census with the codes imported so far, and the rules that were frozen with its sample.
fn request(frozen: &review::Census, as_of: AsOf, internal: bool) -> (EstimateRequest, CodeRules) {
    let own = frozen.frozen();
    let digests = FrozenAs { query: own.query.clone(), score: own.score.clone(), sample: own.sample.clone() };
    let request = EstimateRequest { codes: table(frozen), frozen: Some(digests), as_of, internal };
    (request, super::rules(&own.codebook))
}

fn needed(desk: &Desk, as_of: AsOf, internal: bool) -> Result<(EstimateRequest, CodeRules), Failure> {
    let frozen = desk.frozen(&desk.name)?.ok_or_else(|| from_study(Problem::NoSample(desk.name.clone()).into()))?;
    Ok(request(&frozen, as_of, internal))
}

pub(super) fn estimate(args: &Estimate, talk: Talk) -> Result<Exit, Failure> {
    if args.internal && !talk.json && !std::io::stdout().is_terminal() {
        return Err(Failure::usage(
            "`--internal` shows small cells, which must not leave the study; it prints to a terminal, or as JSON with `--json`",
        ));
    }
    let desk = Desk::open(&args.which)?;
    let (request, rules) = needed(&desk, as_of(args.as_of.as_of.as_deref())?, args.internal)?;
    let language = language_of(args.speech.lang, &desk.study)?;
    let spinner = talk.spinner("estimating");
    let estimated = desk.census()?.estimate(&request, &rules);
    spinner.finish_and_clear();
    let Estimated { headline, description } = estimated.map_err(from_study)?;
    let erased = desk.census()?.differences().map_err(from_study)?;
    for (erasure, rows) in &erased {
        talk.note(sentence!(
            "the sample differs from the frozen one by erasure {} of {}: they stay in it without a name",
            erasure,
            Counted(*rows, "row")
        ));
    }
    if talk.json {
        let erased: Vec<_> = erased.iter().map(|(erasure, rows)| json!({ "erasure": erasure, "rows": rows })).collect();
        talk.json_line(
            &json!({ "erasures": erased, "headline": headline, "provenance": description.provenance, "findings": description.findings }),
        )?;
        return Ok(Exit::Done);
    }
    talk.say(&line(&in_words(&headline), language))?;
    print(&description, args.rows, language, talk)?;
    Ok(Exit::Done)
}

/// The headline as one sentence.
fn in_words(headline: &Headline) -> Text {
    let whole = |number: f64| number.max(0.0) as u64;
    let of = text!(
        "{n, plural, one {# account} other {# accounts}} in the frame, and {coded} drawn ones have a code that decides",
        n = headline.accounts,
        coded = headline.coded
    );
    match (headline.estimate, headline.low, headline.high) {
        (Some(estimate), Some(low), Some(high)) => text!(
            "about {n, plural, one {# account overtly supports} other {# accounts overtly support}} the organisation ({level} interval {low} to {high}; {method}; of {of})",
            n = whole(estimate.round()),
            level = Arg::percent(headline.level, 0),
            low = whole(low.floor()),
            high = whole(high.ceil()),
            method = if headline.method == "stratified" { text!("stratified estimate") } else { text!("model-assisted estimate") },
            of = of
        ),
        _ => {
            let why = match headline.verdict {
                "coder_error" => text!("coder error exceeds the signal"),
                "small_cell" => text!("the number is below the smallest cell shown"),
                _ => text!("too few coded positives for an estimate"),
            };
            text!(
                "at most {n, plural, one {# account overtly supports} other {# accounts overtly support}} the organisation ({why}; of {of})",
                n = whole(headline.at_most.ceil()),
                why = why,
                of = of
            )
        }
    }
}

pub(super) fn print(description: &Description, rows: usize, language: &Language, talk: Talk) -> Result<(), Failure> {
    if description.provenance.unlisted {
        talk.say(&line(&text!("UNLISTED: the organisation is on no designation list"), language))?;
    }
    description.findings.iter().try_for_each(|finding| talk.say(&in_full(finding, rows, language)))
}

pub(super) fn compare(args: &Compare, talk: Talk) -> Result<Exit, Failure> {
    let (first, second) = (Desk::at(&args.dir, &args.earlier)?, Desk::at(&args.dir, &args.later)?);
    if first.name == second.name {
        return Err(from_study(Problem::Same(first.name).into()));
    }
    let (early, early_rules) = needed(&first, AsOf::Latest, false)?;
    let (late, late_rules) = needed(&second, AsOf::Latest, false)?;
    let requests = [(&early, &early_rules), (&late, &late_rules)];
    let compared = first.census()?.compare(&second.census()?, requests, args.days).map_err(from_study)?;
    if talk.json {
        talk.json_line(&json!({ "days": compared.days, "shared": compared.shared, "findings": compared.description.findings }))?;
        return Ok(Exit::Done);
    }
    print(&compared.description, 20, language_of(args.speech.lang, &first.study)?, talk)?;
    Ok(Exit::Done)
}

/// The findings of a census for the report, and what it was frozen with.
#[derive(Default)]
pub(crate) struct CensusFindings {
    pub(crate) findings: Vec<Finding>,
    pub(crate) census: Option<CensusRef>,
}

/// The findings of the study's census, for the report: of `main`, or of the only one there is; none, with a note, where codes are still coming in.
/// `until` is the last event that is looked at.
pub(crate) fn findings(dir: &Path, as_of: AsOf, until: Option<&Head>, talk: Talk) -> Result<CensusFindings, Failure> {
    let study = crate::verbs::status::open(dir)?;
    let names = study.censuses().map_err(from_study)?;
    let Some(name) = names.iter().find(|name| *name == "main").or(names.first().filter(|_| names.len() == 1)) else {
        if !names.is_empty() {
            talk.note("no census is named `main`, so the report goes without; name the one that the report should open with so");
        }
        return Ok(CensusFindings::default());
    };
    let desk = Desk { until: until.cloned(), ..Desk::at(dir, name)? };
    let Some(frozen) = desk.frozen(&desk.name)? else { return Ok(CensusFindings::default()) };
    let (request, rules) = request(&frozen, as_of, false);
    match desk.census()?.estimate(&request, &rules) {
        Ok(estimated) => Ok(CensusFindings { findings: estimated.description.findings, census: Some(reference(name, frozen.frozen())) }),
        Err(study::Error::Census(problem @ (Problem::NoCodes | Problem::NothingDecided(_) | Problem::EmptyStratum { .. }))) => {
            talk.note(sentence!("the report goes without the census `{}`: {}", given(name), told(&problem)));
            Ok(CensusFindings::default())
        }
        Err(error) => Err(from_study(error)),
    }
}

/// The estimate from the codes so far, for eyes inside the study; none where there are too few.
pub(crate) fn estimated(study: &study::Study, frozen: &review::Census) -> Result<Option<Description>, Failure> {
    let (request, rules) = request(frozen, AsOf::Latest, true);
    let census = study.census(&frozen.frozen().census).map_err(from_study)?;
    match census.estimate(&request, &rules) {
        Ok(estimated) => Ok(Some(estimated.description)),
        Err(study::Error::Census(Problem::NoCodes | Problem::NothingDecided(_) | Problem::EmptyStratum { .. })) => Ok(None),
        Err(error) => Err(from_study(error)),
    }
}

fn reference(name: &str, frozen: &review::Frozen) -> CensusRef {
    CensusRef {
        name: name.to_owned(),
        seed: frozen.seed,
        query: frozen.query.clone(),
        sample: frozen.sample.clone(),
        score: frozen.score.clone(),
        codebook: frozen.codebook_digest.clone(),
    }
}
