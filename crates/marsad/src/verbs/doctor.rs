//! `marsad doctor`.

use crate::cli::Doctor;
use crate::exit::{Exit, Failure};
use crate::output::Talk;
use record::sentence;
use serde_json::json;
use std::path::Path;

/// One thing looked at.
struct Check {
    name: &'static str,
    finding: Result<String, Failure>,
}

pub(crate) fn run(args: &Doctor, talk: Talk) -> Result<Exit, Failure> {
    let mut checks = vec![
        Check { name: "version", finding: Ok(env!("CARGO_PKG_VERSION").to_owned()) },
        Check { name: "cores", finding: Ok(cores()) },
        Check { name: "temporary folder", finding: writable(&std::env::temp_dir()) },
    ];
    if let Some(dir) = &args.dir {
        let spinner = talk.spinner("checking");
        checks.extend(study_checks(dir));
        spinner.finish_and_clear();
    }
    let mut exit = Exit::Done;
    for check in &checks {
        if let Err(failure) = &check.finding {
            // Damage outranks everything else that may be wrong.
            if exit == Exit::Done || failure.exit == Exit::Damaged {
                exit = failure.exit;
            }
        }
    }
    if talk.json {
        let list: Vec<_> = checks
            .iter()
            .map(|check| match &check.finding {
                Ok(text) => json!({ "check": check.name, "ok": true, "finding": text }),
                Err(failure) => json!({ "check": check.name, "ok": false, "finding": failure.message }),
            })
            .collect();
        talk.json_line(&json!({ "checks": list, "ok": exit == Exit::Done }))?;
    } else {
        for check in &checks {
            match &check.finding {
                Ok(text) => talk.say(&format!("ok    {}: {text}", check.name))?,
                Err(failure) => talk.say(&format!("WRONG {}: {failure}", check.name))?,
            }
        }
    }
    Ok(exit)
}

fn cores() -> String {
    std::thread::available_parallelism().map_or_else(|_| "unknown".to_owned(), |cores| cores.to_string())
}

fn writable(dir: &Path) -> Result<String, Failure> {
    let probe = dir.join(format!(".marsad-probe-{}", std::process::id()));
    std::fs::write(&probe, b"x").and_then(|()| std::fs::remove_file(&probe)).map_or_else(
        |error| Err(Failure::new(Exit::Machine, sentence!("`{}` cannot be written: {}", dir.display(), error))),
        |()| Ok(format!("{} can be written", dir.display())),
    )
}

/// Opens the lake, which checks every file that the catalog names, and looks for files that it does not name.
fn lake_files(study: &study::Study) -> Result<String, Failure> {
    let lake = study.lake().map_err(super::status::from_study)?;
    let check = lake.check().map_err(super::from_lake)?;
    // What a running ingest staged is nobody's fault.
    if check.strays > 0 && !check.is_written {
        return Err(Failure::new(
            Exit::Machine,
            sentence!("{} files are left of an ingest that was killed; the next `marsad ingest` removes them", check.strays),
        ));
    }
    let writing = if check.is_written { "; another process is writing to the lake" } else { "" };
    Ok(format!("{} files, {} rows, all as the catalog says{writing}", check.files, check.rows))
}

fn study_checks(dir: &Path) -> Vec<Check> {
    let study = match super::status::open(dir) {
        Ok(study) => study,
        Err(failure) => return vec![Check { name: "study", finding: Err(failure) }],
    };
    vec![
        Check { name: "study", finding: Ok(format!("{} — {}", study.config().name, study.config().designation.line())) },
        Check { name: "study folder", finding: writable(dir) },
        Check { name: "lake folder", finding: writable(&dir.join("lake")) },
        Check { name: "lake files", finding: lake_files(&study) },
    ]
}
