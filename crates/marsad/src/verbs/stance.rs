//! `marsad stance`: puts the study, which computes, and the review, which keeps what people said, together.

mod codes;
mod estimate;
mod next;
mod select;

pub(crate) use estimate::{StanceFindings, estimated, findings};

use crate::cli::stance::{Stance as Verb, Which};
use crate::exit::{Exit, Failure};
use crate::output::Talk;
use crate::verbs::census::{EVENTS, codebook_text, from_review, frozen};
use crate::verbs::status::{from_study, open};
use review::{Codebook, Events, Head};
use std::path::{Path, PathBuf};
use study::Study;
use study::stance::Aspect;

pub(crate) fn run(verb: &Verb, talk: Talk) -> Result<Exit, Failure> {
    match verb {
        Verb::Select(args) => select::select(args, talk),
        Verb::Sample(args) => select::sample(args, talk),
        Verb::ImportCodes(args) => codes::import(args, talk),
        Verb::Adjudicate(args) => codes::adjudicate(args, talk),
        Verb::Estimate(args) => estimate::estimate(args, talk),
        Verb::Next(args) => next::next(args, talk),
        Verb::Status(args) => codes::status(args, talk),
    }
}

/// A study with a stance of it opened, and what of a post is coded.
struct Desk {
    study: Study,
    name: String,
    aspect: Aspect,
}

impl Desk {
    fn open(which: &Which, is_kind: bool) -> Result<Desk, Failure> {
        let aspect = if is_kind { Aspect::Kind } else { Aspect::Stance };
        let study = open(&which.dir)?;
        Desk::at(study, &which.stance, aspect)
    }

    fn at(study: Study, name: &str, aspect: Aspect) -> Result<Desk, Failure> {
        study.stance(name).map_err(from_study)?;
        Ok(Desk { study, name: name.to_owned(), aspect })
    }

    fn stance(&self) -> Result<study::stance::Stance<'_>, Failure> {
        self.study.stance(&self.name).map_err(from_study)
    }

    fn codebook_path(&self) -> PathBuf {
        self.study.folder().join(if self.aspect == Aspect::Kind { "stance-kind.toml" } else { "stance.toml" })
    }

    /// The codebook's file; where the study has none yet, the default one is put there to be edited.
    fn codebook_text(&self, talk: Talk) -> Result<String, Failure> {
        let template = if self.aspect == Aspect::Kind { Codebook::kind_template() } else { Codebook::stance_template() };
        codebook_text(&self.codebook_path(), template, talk)
    }

    fn codebook(&self, talk: Talk) -> Result<Codebook, Failure> {
        self.codebook_text(talk)?;
        Codebook::read(&self.codebook_path()).map_err(|error| from_review(&error))
    }

    fn events(&self) -> Result<Events, Failure> {
        Events::open(&self.study.folder().join(EVENTS)).map_err(|error| from_review(&error))
    }

    /// The name under which the sample is frozen.
    fn frozen_name(&self) -> String {
        frozen_name(&self.name, self.aspect)
    }

    /// What was frozen, draw by draw.
    fn draws(&self) -> Result<Vec<review::Census>, Failure> {
        draws(&self.study, &self.name, self.aspect, None)
    }

    /// The names of the draws; that of the first where nothing is frozen, so that what is missing is named.
    fn draw_names(&self) -> Result<Vec<String>, Failure> {
        let count = self.draws()?.len().max(1);
        Ok((1..=count).map(|draw| draw_name(&self.name, self.aspect, draw)).collect())
    }
}

fn frozen_name(name: &str, aspect: Aspect) -> String {
    if aspect == Aspect::Kind { format!("stance-{name}-kind") } else { format!("stance-{name}") }
}

/// The name under which a draw is frozen, from 1: the first under that of the sample.
fn draw_name(name: &str, aspect: Aspect, draw: usize) -> String {
    let first = frozen_name(name, aspect);
    if draw < 2 { first } else { format!("{first}_{draw}") }
}

/// What was frozen of a stance, draw by draw, as it stood at an event.
fn draws(study: &Study, name: &str, aspect: Aspect, until: Option<&Head>) -> Result<Vec<review::Census>, Failure> {
    let mut found = Vec::new();
    while let Some(census) = frozen(study, &draw_name(name, aspect, found.len() + 1), until)? {
        found.push(census);
    }
    Ok(found)
}

/// The folder for sheets.
fn sheets(stance: &study::stance::Stance<'_>, asked: Option<&PathBuf>) -> PathBuf {
    asked.cloned().unwrap_or_else(|| Path::new(stance.folder()).join("sheets"))
}
