//! `marsad describe`.

use crate::cli::Describe;
use crate::exit::{Exit, Failure, sentence};
use crate::finding::{chapter, in_full, language_of, line};
use crate::output::Talk;
use crate::verbs::as_of;
use crate::verbs::status::from_study;
use record::text;
use report::Language;
use std::io::IsTerminal;
use study::{DescribeOptions, Description};

pub(crate) fn run(args: &Describe, talk: Talk) -> Result<Exit, Failure> {
    if args.internal && !talk.json && !std::io::stdout().is_terminal() {
        return Err(Failure::usage(
            "`--internal` shows small cells, which must not leave the study; it prints to a terminal, or as JSON with `--json`",
        ));
    }
    let study = super::status::open(&args.dir)?;
    let language = language_of(args.speech.lang, &study)?;
    let spinner = talk.spinner("describing");
    let description = study.describe(&DescribeOptions { as_of: as_of(args.as_of.as_of.as_deref())?, internal: args.internal });
    spinner.finish_and_clear();
    let description = description.map_err(from_study)?;
    if talk.json {
        let json = serde_json::to_value(&description).map_err(|error| Failure::new(Exit::Defect, sentence(&error)))?;
        talk.json_line(&json)?;
    } else {
        print(&description, args.rows, language, talk)?;
    }
    Ok(Exit::Done)
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
