//! The frame and the score.

use super::{Desk, table};
use crate::cli::census::{Composite, Frame, Score, Via};
use crate::exit::{Exit, Failure, told};
use crate::output::{Talk, counted, thousands};
use crate::verbs::as_of;
use crate::verbs::status::from_study;
use study::census::{CodeTable, FrameRequest, ScoreRequest, ScoreSummary};

pub(super) fn frame(args: &Frame, talk: Talk) -> Result<Exit, Failure> {
    let desk = Desk::open(&args.which)?;
    let rules = desk.rules(talk)?;
    let request = FrameRequest {
        seeds: args.seeds.clone(),
        platform: args.platform.clone(),
        via: match args.via {
            Via::Follows => study::census::Ties::Follows,
            Via::Interactions => study::census::Ties::Interactions,
        },
        levels: args.levels,
        cap: args.cap,
        composite: match args.composite {
            Composite::Product => study::census::Composite::Product,
            Composite::RankAverage => study::census::Composite::RankAverage,
        },
        as_of: as_of(args.as_of.as_of.as_deref())?,
        memory: args.memory_mb.max(1) << 20,
    };
    let spinner = talk.spinner("reading ties, growing and measuring the frame");
    let summary = desk.census()?.frame(&request, &rules);
    spinner.finish_and_clear();
    let summary = summary.map_err(from_study)?;
    if talk.json {
        talk.json_line(&serde_json::to_value(&summary).map_err(|error| Failure::new(Exit::Defect, told(&error)))?)?;
        return Ok(Exit::Done);
    }
    let levels: Vec<String> = summary.levels.iter().map(|count| thousands(*count)).collect();
    talk.say(&format!("frame {}: {} accounts (by level: {})", summary.id, thousands(summary.accounts as u64), levels.join(", ")))?;
    talk.say(&format!(
        "from {}, {} of them coded as overt support; {} not in the lake",
        counted(summary.seeds, "seed"),
        thousands(summary.supporters),
        counted(summary.missing, "listed account")
    ))?;
    talk.say(&format!(
        "{} have more ties out than {} and brought in nobody; posts were collected of {}; {} communities",
        counted(summary.capped as u64, "account"),
        args.cap,
        thousands(summary.collected as u64),
        thousands(summary.communities as u64)
    ))?;
    talk.note("next: `marsad census sample --pilot` draws accounts to learn from; `marsad census score --baseline` does without");
    Ok(Exit::Done)
}

pub(super) fn score(args: &Score, talk: Talk) -> Result<Exit, Failure> {
    let desk = Desk::open(&args.which)?;
    let rules = desk.rules(talk)?;
    let census = desk.census()?;
    let mut codes = match desk.frozen(&desk.frozen_name(true, None))? {
        Some(pilot) => table(&pilot),
        None => CodeTable::default(),
    };
    if let Some(list) = &args.pilot {
        codes.coded.extend(census.pilot_list(list, args.platform.as_deref(), &rules).map_err(from_study)?);
    }
    let spinner = talk.spinner("scoring");
    let request = ScoreRequest { baseline: args.baseline, text: !args.without_text, memory: args.memory_mb.max(1) << 20, seed: args.seed };
    let card = census.score(&request, &rules, &codes, &mut |posts| spinner.set_message(format!("reading posts: {}", thousands(posts))));
    spinner.finish_and_clear();
    let card = card.map_err(from_study)?;
    if talk.json {
        talk.json_line(&serde_json::to_value(&card).map_err(|error| Failure::new(Exit::Defect, told(&error)))?)?;
    } else {
        say(&card, talk)?;
    }
    talk.note("the score is frozen; next: `marsad census sample`");
    Ok(Exit::Done)
}

fn say(card: &ScoreSummary, talk: Talk) -> Result<(), Failure> {
    talk.say(&format!(
        "{}, from {} accounts coded as overt support and {} others, {} of them of the pilot",
        card.kind,
        thousands(card.positives as u64),
        thousands(card.negatives as u64),
        thousands(card.pilot as u64)
    ))?;
    if let Some([area, low, high]) = card.auc {
        talk.say(&format!("area under the curve on held-out accounts {area:.3} ({low:.3} to {high:.3})"))?;
    }
    if let (Some(calibration), Some(brier)) = (&card.calibration, card.brier) {
        talk.say(&format!("calibrated by {calibration}, Brier score {brier:.3}"))?;
    }
    let weights: Vec<String> = card.weights.iter().take(6).map(|(name, weight)| format!("{name} {weight:+.2}")).collect();
    talk.say(&format!("heaviest weights: {}", weights.join(", ")))?;
    let words: Vec<String> = card.words.iter().take(8).map(|(name, weight)| format!("{name} {weight:+.2}")).collect();
    if !words.is_empty() {
        talk.say(&format!("heaviest words of many coded accounts: {}", words.join(", ")))?;
    }
    if let Some(own) = &card.counterfactual {
        talk.say(&format!(
            "without references to the organisation, {:.0} % of the coded supporters' texts fall among those of others",
            own.fallen * 100.0
        ))?;
    }
    Ok(())
}
