//! `marsad describe`.

use crate::cli::{Beside, Describe};
use crate::exit::{Exit, Failure, told};
use crate::finding::{chapter, in_full, language_of, line};
use crate::output::Talk;
use crate::verbs::as_of;
use crate::verbs::status::from_study;
use crate::verbs::window::window;
use lake::AsOf;
use record::{Finding, Provenance, sentence, text};
use report::Language;
use std::io::IsTerminal;
use study::{DescribeOptions, Description, Study, add_control, against};

pub(crate) fn run(args: &Describe, talk: Talk) -> Result<Exit, Failure> {
    if args.internal && !talk.json && !std::io::stdout().is_terminal() {
        return Err(Failure::usage(
            "`--internal` shows small cells, which must not leave the study; it prints to a terminal, or as JSON with `--json`",
        ));
    }
    let study = super::status::open(&args.dir)?;
    let language = language_of(args.speech.lang, &study)?;
    let spinner = talk.spinner("describing");
    let description =
        described(&study, as_of(args.as_of.as_of.as_deref())?, args.internal, &args.beside, OtherSeals::LATEST).map(|described| {
            // The comparison is what was asked for, so it comes first.
            let Described { mut description, compared, .. } = described;
            description.findings.splice(0..0, compared);
            description
        });
    spinner.finish_and_clear();
    let mut description = description?;
    if !args.internal {
        withdraw(&mut description, talk);
    }
    if talk.json {
        let json = serde_json::to_value(&description).map_err(|error| Failure::new(Exit::Defect, told(&error)))?;
        talk.json_line(&json)?;
    } else {
        print(&description, args.rows, language, talk)?;
    }
    Ok(Exit::Done)
}

/// A description, and what stands beside it.
pub(crate) struct Described {
    pub(crate) description: Description,
    /// The comparison that was asked for.
    pub(crate) compared: Vec<Finding>,
    /// Where the percentiles beside it come from.
    pub(crate) control: Option<Provenance>,
    /// Where the other side of the comparison comes from, when it is another study.
    pub(crate) against: Option<Provenance>,
}

/// The seals at which other studies are read.
#[derive(Clone, Copy)]
pub(crate) struct OtherSeals {
    pub(crate) control: AsOf,
    pub(crate) against: AsOf,
}

impl OtherSeals {
    /// As they stand now.
    pub(crate) const LATEST: OtherSeals = OtherSeals { control: AsOf::Latest, against: AsOf::Latest };
}

/// The description with what is to stand beside it, and the comparison that was asked for.
pub(crate) fn described(study: &Study, as_of: AsOf, internal: bool, args: &Beside, seals: OtherSeals) -> Result<Described, Failure> {
    let given = |name: &'static str, text: &Option<String>| text.as_deref().map(|text| window(name, text)).transpose();
    let options = DescribeOptions { as_of, internal, window: given("--window", &args.window)? };
    let others = DescribeOptions { as_of: seals.against, internal, window: given("--against-window", &args.against_window)? };
    let mut description = study.describe(&options).map_err(from_study)?;
    let mut control = None;
    if let Some(dir) = &args.control {
        let read = DescribeOptions { as_of: seals.control, internal, window: None };
        let beside = super::status::open(dir)?.describe(&read).map_err(from_study)?;
        add_control(&mut description, &beside);
        control = Some(beside.provenance);
    }
    let other = match (&args.against, others.window) {
        (None, None) => return Ok(Described { description, compared: Vec::new(), control, against: None }),
        (Some(dir), _) => super::status::open(dir)?.describe(&others),
        (None, Some(_)) => study.describe(&DescribeOptions { as_of: options.as_of, ..others }),
    };
    let other = other.map_err(from_study)?;
    let compared = against(&description, &other, study.config().level());
    Ok(Described { description, compared, control, against: args.against.is_some().then_some(other.provenance) })
}

/// The last door: a table of which a reader of all of them could work out a suppressed number does not leave.
pub(crate) fn withdraw(description: &mut Description, talk: Talk) {
    for id in study::disclosure::enforce(&mut description.findings, description.provenance.min_cell) {
        talk.note(sentence!(
            "the table `{}` is left out: with the others it would tell a suppressed number; please report this",
            crate::exit::given(&id)
        ));
    }
}

fn print(description: &Description, rows: usize, language: &Language, talk: Talk) -> Result<(), Failure> {
    let provenance = &description.provenance;
    let head = text!(
        "{study} — {designation} — seal {seal}",
        study = &provenance.study,
        designation = &provenance.designation,
        seal = provenance.seal.to_string()
    );
    talk.say(&line(&head, language))?;
    if provenance.unlisted {
        talk.say(&line(&text!("UNLISTED: the organisation is on no designation list"), language))?;
    }
    let mut section = "";
    for finding in &description.findings {
        if finding.section != section {
            section = &finding.section;
            talk.say(&format!("\n{}", chapter(section, language)))?;
        }
        talk.say(&in_full(finding, rows, language))?;
    }
    Ok(())
}
