//! `marsad series`.

use crate::cli::Series;
use crate::cli::series::By;
use crate::exit::{Exit, Failure};
use crate::finding::{in_full, language_of};
use crate::output::Talk;
use crate::verbs::export::{cannot_write, create};
use crate::verbs::report::marked;
use crate::verbs::rows::Trouble;
use crate::verbs::status::from_study;
use crate::verbs::window::window;
use crate::verbs::{as_of, now};
use exchange::CsvOptions;
use record::sentence;
use serde_json::json;
use study::SeriesOptions;

pub(crate) fn run(args: &Series, talk: Talk) -> Result<Exit, Failure> {
    let study = super::status::open(&args.dir)?;
    let language = language_of(args.speech.lang, &study)?;
    let by = match args.by {
        By::Language => study::By::Language,
        By::Country => study::By::Country,
        By::Month => study::By::Month,
        By::Day => study::By::Day,
    };
    let window = args.window.as_deref().map(|text| window("--window", text)).transpose()?;
    let options = SeriesOptions { by, window, epsilon: args.epsilon, as_of: as_of(args.as_of.as_of.as_deref())? };
    let spinner = talk.spinner("counting");
    let series = study.series(&options, now());
    spinner.finish_and_clear();
    let series = series.map_err(from_study)?;
    if let Some(path) = &args.out {
        let marked = series.provenance.unlisted.then(|| marked(&series.finding));
        let finding = marked.as_ref().unwrap_or(&series.finding);
        let file =
            exchange::finding_csv(create(path)?, finding, CsvOptions { bom: true }).map_err(|error| Trouble::Exchange(error).at(path))?;
        file.sync_all().map_err(|error| cannot_write(path, &error))?;
    }
    if talk.json {
        talk.json_line(&json!({
            "provenance": series.provenance, "finding": series.finding, "release": series.release, "drawn_at": series.drawn_at,
            "repeat": series.is_repeat, "epsilon": args.epsilon, "delta": 0, "spent": series.spent, "budget": series.budget,
        }))?;
    } else {
        talk.say(&in_full(&series.finding, series.finding.rows.len(), language))?;
    }
    let cost =
        if series.is_repeat { "drawn before, and so for nothing".into() } else { sentence!("drawn now, at epsilon {}", args.epsilon) };
    talk.note(sentence!("release {}, {}; {:.4} of the study's budget of {} is spent", series.release, cost, series.spent, series.budget));
    Ok(Exit::Done)
}
