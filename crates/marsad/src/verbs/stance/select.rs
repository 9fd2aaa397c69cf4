//! Posts on topic, and the sample of them.

use super::{Desk, sheets};
use crate::cli::stance::{Sample, Select};
use crate::exit::{Exit, Failure, given, told};
use crate::finding::{in_full, language_of};
use crate::output::{Talk, counted, table, thousands};
use crate::verbs::as_of;
use crate::verbs::census::{Plan, check_names, frozen, hand_out};
use crate::verbs::status::from_study;
use record::{Instant, sentence};
use serde_json::json;
use std::path::PathBuf;
use study::stance::{SelectRequest, Stance, StanceSampleRequest, StanceSampled};

/// What coders see of a post, besides its key.
const COLUMNS: [&str; 2] = ["text", "posted"];

pub(super) fn select(args: &Select, talk: Talk) -> Result<Exit, Failure> {
    let desk = Desk::open(&args.which, false)?;
    let language = language_of(None, &desk.study)?;
    let request = SelectRequest {
        query: args.query.clone(),
        from: args.from.as_deref().map(|text| instant("from", text, false)).transpose()?,
        to: args.to.as_deref().map(|text| instant("to", text, true)).transpose()?,
        langs: args.lang.iter().map(|tag| tag.to_lowercase()).collect(),
        countries: args.country.iter().map(|code| code.to_uppercase()).collect(),
        event: args.event.as_deref().map(|text| instant("event", text, false)).transpose()?,
        width: args.window,
        as_of: as_of(args.as_of.as_of.as_deref())?,
    };
    let spinner = talk.spinner("reading posts");
    let selected = desk.stance()?.select(&request);
    spinner.finish_and_clear();
    let selected = selected.map_err(from_study)?;
    if talk.json {
        let object = json!({
            "selection": selected.id, "counts": selected.counts, "provenance": selected.description.provenance,
            "findings": selected.description.findings,
        });
        return talk.json_line(&object).map(|()| Exit::Done);
    }
    for finding in &selected.description.findings {
        talk.say(&in_full(finding, 15, language))?;
    }
    talk.note("next: `marsad stance sample`");
    Ok(Exit::Done)
}

/// A day or an instant; the end of a day where it is an end.
fn instant(flag: &'static str, text: &str, is_end: bool) -> Result<Instant, Failure> {
    let found: Instant = text
        .parse()
        .map_err(|error| Failure::usage(sentence!("`--{} {}` is neither a day nor an instant: {}", flag, given(text), told(&error))))?;
    let is_day = text.trim().len() == "2015-03-01".len();
    Ok(if is_day && is_end { Instant::from_micros(found.micros() + 86_400_000_000 - 1) } else { found })
}

pub(super) fn sample(args: &Sample, talk: Talk) -> Result<Exit, Failure> {
    let desk = Desk::open(&args.which, args.kind)?;
    let stance = desk.stance()?;
    let name = desk.frozen_name();
    // Sheets hold what accounts wrote: an erasure waits until they are written.
    let _work = desk.study.at_work();
    let spinner = talk.spinner("drawing");
    let drawn = if args.kind {
        stance.drawn()
    } else {
        check_names(&args.coders)?;
        if frozen(&desk.study, &name, None)?.is_none() {
            // A draw that was cut short before it was frozen; the same seed draws the same again.
            stance.discard_draw(desk.aspect, 1).map_err(from_study)?;
        }
        stance.sample(&StanceSampleRequest {
            codes: args.codes.unwrap_or(1),
            strata: usize::try_from(args.strata).unwrap_or(usize::MAX),
            minimum: args.minimum,
            seed: args.seed,
            coders: args.coders.clone(),
            overlap: args.overlap,
        })
    };
    spinner.finish_and_clear();
    let drawn = drawn.map_err(from_study)?;
    let codebook = desk.codebook_text(talk)?;
    hand_out_draw(&desk, &stance, &drawn, (&name, args.seed), &codebook, args.sheets.as_ref(), talk)
}

/// Freezes a draw under a name, with its seed and codebook, and writes its sheets.
pub(super) fn hand_out_draw(
    desk: &Desk,
    stance: &Stance<'_>,
    drawn: &StanceSampled,
    (name, seed): (&str, u64),
    codebook: &str,
    folder: Option<&PathBuf>,
    talk: Talk,
) -> Result<Exit, Failure> {
    let query = stance.query_digest().map_err(from_study)?;
    let plan = Plan { name, frame: &drawn.selection, score: None, query: &query, digest: &drawn.digest, seed, codebook };
    let written = hand_out(&desk.study, &plan, &drawn.items, &sheets(stance, folder), &COLUMNS, |posts| stance.cards(posts))?;
    report(drawn, name, &written, talk)
}

fn report(drawn: &StanceSampled, name: &str, written: &[(std::path::PathBuf, u64)], talk: Talk) -> Result<Exit, Failure> {
    let doubled = drawn.items.iter().filter(|item| item.coders.len() > 1).count() as u64;
    if talk.json {
        let sheets: Vec<_> = written.iter().map(|(path, items)| json!({ "path": path, "items": items })).collect();
        let object = json!({
            "frozen": name, "selection": drawn.selection, "sample": drawn.digest, "items": drawn.items.len(), "coded_twice": doubled,
            "strata": drawn.strata, "sheets": sheets,
        });
        return talk.json_line(&object).map(|()| Exit::Done);
    }
    if !drawn.strata.is_empty() {
        let head = ["language", "country", "posts", "drawn"].map(str::to_owned);
        let line = |own: &study::stance::StanceStratum| {
            let word = |word: &Option<String>| word.clone().unwrap_or_else(|| if own.rest { "(rest)" } else { "not known" }.to_owned());
            vec![word(&own.language), word(&own.country), thousands(own.posts), thousands(own.codes)]
        };
        talk.say(&table(&head, &drawn.strata.iter().map(line).collect::<Vec<_>>(), &[false, false, true, true]))?;
    }
    talk.say(&format!("{} go to a second coder", counted(doubled, "post")))?;
    for (path, items) in written {
        talk.say(&format!("{} for {}", path.display(), counted(*items, "post")))?;
    }
    talk.note(sentence!("frozen as `{}`; next: coders fill in the column `code`, then `marsad stance import-codes`", given(name)));
    Ok(Exit::Done)
}
