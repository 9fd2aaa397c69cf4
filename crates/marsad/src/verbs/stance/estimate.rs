//! The estimate, and what to code next.

use super::{Desk, draws};
use crate::cli::stance::{Estimate, How};
use crate::exit::{Exit, Failure, given};
use crate::finding::{language_of, line};
use crate::output::{Counted, Talk};
use crate::statement::CensusRef;
use crate::verbs::census::{print, rules, table};
use crate::verbs::embeddings;
use crate::verbs::status::from_study;
use record::{Arg, Finding, sentence, text};
use review::{Counts, Frozen, Head};
use serde_json::json;
use std::io::IsTerminal;
use std::path::Path;
use study::census::FrozenAs;
use study::stance::{Aspect, Problem, StanceRequest, Stanced};

/// Standard errors beyond which methods disagree.
const ALARM: f64 = stats::quantify::ALARM;

/// The usual settings: what a report estimates by.
const USUAL: How = How { least: 50, most: 5_000, join: Vec::new(), seed: 1, kind: false, embeddings: None };

/// What was frozen with a draw.
fn as_frozen(own: &Frozen) -> (FrozenAs, String) {
    (FrozenAs { query: own.query.clone(), score: None, sample: own.sample.clone() }, own.frame.clone())
}

fn request(first: &review::Census, later: &[review::Census], how: &How) -> StanceRequest {
    let own = first.frozen();
    let mut codes = table(first);
    for draw in later {
        let more = table(draw);
        codes.coded.extend(more.coded);
        codes.adjudicated.extend(more.adjudicated);
    }
    let classes = own.codebook.codes().iter().map(|code| (code.name.clone(), code.counts == Counts::Positive));
    StanceRequest {
        aspect: if how.kind { Aspect::Kind } else { Aspect::Stance },
        codes,
        rules: rules(&own.codebook),
        classes: classes.collect(),
        frozen: std::iter::once(first).chain(later).map(|draw| as_frozen(draw.frozen())).collect(),
        join: how.join.clone(),
        least: how.least,
        most: usize::try_from(how.most).unwrap_or(usize::MAX),
        pool: false,
        keep_model: false,
        internal: false,
        seed: how.seed,
        embedder: None,
    }
}

pub(super) fn needed(desk: &Desk, draws: &[review::Census], how: &How) -> Result<StanceRequest, Failure> {
    let name = desk.frozen_name();
    match draws.split_first() {
        Some((first, later)) => Ok(StanceRequest { embedder: embeddings::open(how.embeddings.as_deref())?, ..request(first, later, how) }),
        None => Err(Failure::usage(sentence!("nothing is frozen as `{}`; draw a sample with `marsad stance sample`", given(&name)))),
    }
}

pub(super) fn estimate(args: &Estimate, talk: Talk) -> Result<Exit, Failure> {
    if args.internal && !talk.json && !std::io::stdout().is_terminal() {
        return Err(Failure::usage(
            "`--internal` shows small cells, which must not leave the study; it prints to a terminal, or as JSON with `--json`",
        ));
    }
    let desk = Desk::open(&args.which, args.how.kind)?;
    let language = language_of(args.speech.lang, &desk.study)?;
    let request = StanceRequest { pool: args.pool, internal: args.internal, keep_model: true, ..needed(&desk, &desk.draws()?, &args.how)? };
    let spinner = talk.spinner("learning, reading and estimating");
    let found = desk.stance()?.estimate(&request);
    spinner.finish_and_clear();
    let mut found = found.map_err(from_study)?;
    if !args.internal {
        crate::verbs::describe::withdraw(&mut found.description, talk);
    }
    if talk.json {
        let too_few: serde_json::Map<String, serde_json::Value> =
            found.too_few.iter().map(|(what, count)| ((*what).to_owned(), json!(count))).collect();
        talk.json_line(&json!({
            "headline": found.headline, "embedding": embeddings::json(request.embedder.as_deref().map(::text::Embedder::model)), "alarms": found.alarms, "too_few": too_few, "provenance": found.description.provenance, "findings": found.description.findings,
        }))?;
    } else {
        let own = &found.headline;
        let said = text!(
            "{share} of {n, plural, one {# post} other {# posts}} on topic are coded {class} ({level} interval {low} to {high}; {method}; {coded} coded posts)",
            share = Arg::percent(own.share, 1),
            n = own.posts,
            class = own.class.as_str(),
            level = Arg::percent(own.level, 0),
            low = Arg::percent(own.low, 1),
            high = Arg::percent(own.high, 1),
            method = own.method,
            coded = own.coded
        );
        talk.say(&line(&said, language))?;
        if let Some([share, low, high]) = own.by_codes {
            let by_codes = text!(
                "by the codes of the sample, assisted by the classifier: {share} ({low} to {high})",
                share = Arg::percent(share, 1),
                low = Arg::percent(low, 1),
                high = Arg::percent(high, 1)
            );
            talk.say(&line(&by_codes, language))?;
        }
        print(&found.description, args.rows, language, talk)?;
    }
    warn(&found, args.how.least, talk);
    Ok(Exit::Done)
}

fn warn(found: &Stanced, least: u64, talk: Talk) {
    let own = &found.headline;
    if own.apart > ALARM {
        talk.note(sentence!("methods, or a method and the codes, differ by {:.1} standard errors; the share by the codes of the sample is the safer one: code more, `marsad stance next` says which", own.apart));
    }
    if own.drift == "covariate" {
        talk.note("posts of a code look another way than those coded; shares rest on codes of something else until more is coded");
    }
    if found.alarms > 0 {
        talk.note(sentence!(
            "in {} a check lies more than two standard errors from the method alone; shares are put right by the codes, but read such parts with care",
            Counted(found.alarms, "part")
        ));
    }
    for (what, count) in &found.too_few {
        let many = match *what {
            "country" => "countries",
            "step of time" => "steps of time",
            "language" => "languages",
            _ => "clients",
        };
        let what = if *count == 1 { *what } else { many };
        talk.note(sentence!(
            "`{}` {} of fewer than `{}` posts: too few for a share of its own; such posts count in the whole",
            *count,
            what,
            least
        ));
    }
}

/// The estimate of a stance's sample from the codes so far, for eyes inside the study, by the usual settings; none where the sample is no stance's, or there
/// are too few codes.
pub(crate) fn estimated(study: &study::Study, frozen: &review::Census) -> Result<Option<study::Description>, Failure> {
    let name = &frozen.frozen().census;
    for own in study.stances().map_err(from_study)? {
        let aspects = [Aspect::Stance, Aspect::Kind].into_iter();
        let found = aspects.map(|aspect| Ok((aspect, draws(study, &own, aspect, None)?))).collect::<Result<Vec<_>, Failure>>()?;
        // One draw alone says less than all: the estimate is that of the sample to which it belongs.
        let is_here = |draws: &[review::Census]| draws.iter().any(|draw| draw.frozen().census == *name);
        let Some((aspect, draws)) = found.into_iter().find(|(_, draws)| is_here(draws)) else { continue };
        let Some((first, later)) = draws.split_first() else { continue };
        let how = How { kind: aspect == Aspect::Kind, ..USUAL };
        let request = StanceRequest { internal: true, ..request(first, later, &how) };
        return match study.stance(&own).and_then(|stance| stance.estimate(&request)) {
            Ok(found) => Ok(Some(found.description)),
            Err(study::Error::Stance(Problem::NotYet(_) | Problem::Refused(_))) => Ok(None),
            Err(error) => Err(from_study(error)),
        };
    }
    Ok(None)
}

/// The findings of a stance for the report, and what it was frozen with.
#[derive(Default)]
pub(crate) struct StanceFindings {
    pub(crate) findings: Vec<Finding>,
    pub(crate) stance: Option<CensusRef>,
    /// Draws after the first.
    pub(crate) later_draws: Vec<CensusRef>,
}

/// The findings of the study's stance, for the report: of `main`, or of the only one there is; none, with a note, where codes are still coming in.
pub(crate) fn findings(dir: &Path, seal: i64, until: Option<&Head>, talk: Talk) -> Result<StanceFindings, Failure> {
    let study = crate::verbs::status::open(dir)?;
    let names = study.stances().map_err(from_study)?;
    let Some(name) = names.iter().find(|name| *name == "main").or(names.first().filter(|_| names.len() == 1)) else {
        if !names.is_empty() {
            talk.note("no stance is named `main`, so the report goes without; name the one that the report should have so");
        }
        return Ok(StanceFindings::default());
    };
    let desk = Desk::at(study, name, Aspect::Stance)?;
    let frozen = draws(&desk.study, name, Aspect::Stance, until)?;
    let Some((first, later)) = frozen.split_first() else { return Ok(StanceFindings::default()) };
    let stance = desk.stance()?;
    if stance.seal().map_err(from_study)? > seal {
        return Ok(StanceFindings::default());
    }
    match stance.estimate(&request(first, later, &USUAL)) {
        Ok(found) => {
            let later_draws = later.iter().map(|draw| CensusRef::of(&draw.frozen().census, draw.frozen())).collect();
            Ok(StanceFindings { findings: found.description.findings, stance: Some(CensusRef::of(name, first.frozen())), later_draws })
        }
        Err(study::Error::Stance(Problem::NotYet(why))) => {
            talk.note(sentence!("the report goes without the stance `{}`: {}", given(name), why));
            Ok(StanceFindings::default())
        }
        Err(error) => Err(from_study(error)),
    }
}
