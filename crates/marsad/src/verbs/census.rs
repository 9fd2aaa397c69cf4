//! `marsad census`: puts the study, which computes, and the review, which keeps what people said, together.

mod codes;
mod erase;
mod frame;
mod result;
mod sample;

pub(crate) use erase::{CodeTables, erase_events, erased_codes};
pub(crate) use result::{CensusFindings, estimated, findings};

use crate::cli::census::{Census as Verb, Which};
use crate::exit::{Exit, Failure, alone};
use crate::output::Talk;
use crate::verbs::status::{from_study, open};
use record::sentence;
use review::{Codebook, Events, Head};
use std::path::{Path, PathBuf};
use study::Study;
use study::census::{CodeRule, CodeRules, CodeTable, Coded, Counts, Purpose};

pub(crate) fn run(verb: &Verb, talk: Talk) -> Result<Exit, Failure> {
    match verb {
        Verb::Frame(args) => frame::frame(args, talk),
        Verb::Score(args) => frame::score(args, talk),
        Verb::Sample(args) => sample::sample(args, talk),
        Verb::AuditList(args) => sample::audit(args, talk),
        Verb::ImportCodes(args) => codes::import(args, talk),
        Verb::Adjudicate(args) => codes::adjudicate(args, talk),
        Verb::Status(args) => codes::status(args, talk),
        Verb::Estimate(args) => result::estimate(args, talk),
        Verb::Compare(args) => result::compare(args, talk),
    }
}

/// The codebook of a study.
const CODEBOOK: &str = "codebook.toml";

/// The events of a study.
pub(crate) const EVENTS: &str = "review.sqlite";

/// A study with a census of it opened.
struct Desk {
    study: Study,
    name: String,
    /// The last event that is looked at; all where there is none.
    until: Option<Head>,
}

impl Desk {
    fn open(which: &Which) -> Result<Desk, Failure> {
        Desk::at(&which.dir, &which.census)
    }

    fn at(dir: &Path, name: &str) -> Result<Desk, Failure> {
        let study = open(dir)?;
        study.census(name).map_err(from_study)?;
        Ok(Desk { study, name: name.to_owned(), until: None })
    }

    fn census(&self) -> Result<study::census::Census<'_>, Failure> {
        self.study.census(&self.name).map_err(from_study)
    }

    fn codebook_path(&self) -> PathBuf {
        self.study.folder().join(CODEBOOK)
    }

    /// The codebook's file; where the study has none yet, the default one is put there to be edited.
    fn codebook_text(&self, talk: Talk) -> Result<String, Failure> {
        let path = self.codebook_path();
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let text = Codebook::template().to_owned();
                std::fs::write(&path, &text).map_err(|error| super::export::cannot_write(&path, &error))?;
                talk.note(sentence!("wrote {}; edit it before the first sample is drawn, for it is frozen then", path.display()));
                Ok(text)
            }
            Err(error) => Err(Failure::new(Exit::Machine, sentence!("`{}` cannot be read: {}", path.display(), error))),
        }
    }

    fn codebook(&self, talk: Talk) -> Result<Codebook, Failure> {
        self.codebook_text(talk)?;
        Codebook::read(&self.codebook_path()).map_err(|error| from_review(&error))
    }

    fn rules(&self, talk: Talk) -> Result<CodeRules, Failure> {
        Ok(rules(&self.codebook(talk)?))
    }

    fn events_path(&self) -> PathBuf {
        self.study.folder().join(EVENTS)
    }

    /// Whether anything was frozen in this study.
    fn has_events(&self) -> bool {
        self.events_path().exists()
    }

    fn events(&self) -> Result<Events, Failure> {
        Events::open(&self.events_path()).map_err(|error| from_review(&error))
    }

    /// What was frozen under a name; nothing where nothing was.
    fn frozen(&self, name: &str) -> Result<Option<review::Census>, Failure> {
        if !self.has_events() {
            return Ok(None);
        }
        let mut events = self.events()?;
        let censuses = match &self.until {
            None => events.censuses(),
            Some(head) => events.censuses_until(head),
        };
        Ok(censuses.map_err(|error| from_review(&error))?.remove(name))
    }

    /// The name under which a part of the census is frozen: the sample under the census's own.
    fn frozen_name(&self, is_pilot: bool, audit: Option<&str>) -> String {
        match (is_pilot, audit) {
            (true, _) => format!("{}-pilot", self.name),
            (false, Some(audit)) => format!("{}-audit-{audit}", self.name),
            (false, None) => self.name.clone(),
        }
    }
}

/// The last event of a study's review; none where nobody has reviewed anything.
pub(crate) fn head(study: &Study) -> Result<Option<Head>, Failure> {
    let path = study.folder().join(EVENTS);
    if !path.exists() {
        return Ok(None);
    }
    let mut events = Events::open(&path).map_err(|error| from_review(&error))?;
    Ok(events.verify(None).map_err(|error| from_review(&error))?.head)
}

/// The codebook as the study's rules.
fn rules(codebook: &Codebook) -> CodeRules {
    let rule = |code: &review::Code| CodeRule {
        counts: match code.counts {
            review::Counts::Positive => Counts::Positive,
            review::Counts::Negative => Counts::Negative,
            review::Counts::Missing => Counts::Missing,
            review::Counts::Protected => Counts::Protected,
        },
        group: code.group.clone(),
    };
    CodeRules(codebook.codes().iter().map(|code| (code.name.clone(), rule(code))).collect())
}

/// What people said, as the plain table that the study takes.
fn table(census: &review::Census) -> CodeTable {
    let purpose = |purpose| match purpose {
        review::Purpose::Sample => Purpose::Sample,
        review::Purpose::Golden => Purpose::Golden,
        review::Purpose::Pilot => Purpose::Pilot,
        review::Purpose::Audit => Purpose::Audit,
    };
    let coded = census.codes().into_iter().map(|row| Coded {
        item: row.item,
        purpose: purpose(row.purpose),
        coder: row.coder,
        code: row.code,
        first: row.first,
    });
    let adjudicated = census.items().iter().filter_map(|(item, own)| Some((item.clone(), own.adjudicated.as_ref()?.code.clone())));
    CodeTable { coded: coded.collect(), adjudicated: adjudicated.collect() }
}

/// The review's failures: damage to the events is told apart, a refused sheet is an input.
pub(crate) fn from_review(error: &review::Error) -> Failure {
    let exit = match error {
        error if error.is_damage() => Exit::Damaged,
        review::Error::Io { action: "read", .. } => Exit::Input,
        error if error.is_machine() => Exit::Machine,
        review::Error::Sheet { .. } | review::Error::Refused { .. } | review::Error::Codebook { .. } => Exit::Input,
        _ => Exit::Usage,
    };
    // The review's sentences hold their causes.
    Failure::new(exit, alone(error))
}
