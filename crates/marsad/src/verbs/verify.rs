//! `marsad verify`: whether a report is as it was written, by whom it was signed, and whether its study still gives its figures.

mod compare;

use self::compare::{Compared, Difference, compare, plain};
use super::describe::OtherSeals;
use super::report::{Asked, PAGE, TABLES};
use crate::cli::{Beside, Verify};
use crate::exit::{Exit, Failure, told};
use crate::output::{Talk, counted, thousands, visible};
use crate::signing::{self, SignatureBlock};
use crate::statement::{self, Other, Statement};
use crate::verbs::from_lake;
use crate::verbs::status::from_study;
use lake::{AsOf, Erasure};
use record::{Sentence, sentence};
use report::statement::{Carried, carried};
use serde_json::{Value, json};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use study::Study;

/// What a report says of itself and whether it is so.
struct Checked {
    statement: Statement,
    signature: Signature,
    is_page_whole: bool,
    tables: Tables,
    figures: Option<Figures>,
}

enum Signature {
    None,
    /// It does not fit, or is none.
    Bad,
    /// It fits, and this is the key and what is known of it.
    Good {
        key: String,
        known: Known,
    },
}

/// What is known of a key that signed.
#[derive(Clone, PartialEq)]
enum Known {
    /// The key that had to have signed, or the study's.
    Yes,
    /// An earlier key of the study.
    Until(String),
    /// Another than the one that had to have signed.
    Other,
    /// Nothing to compare it with.
    Nothing,
}

#[derive(Default)]
struct Tables {
    /// Whether there is a folder of tables beside the page at all.
    is_there: bool,
    changed: Vec<String>,
    missing: Vec<String>,
}

struct Figures {
    compared: Compared,
    /// Erasures after the report that touched seals which it read, with rows removed and masked.
    erased: Vec<(i64, u64, u64)>,
    remarks: Vec<&'static str>,
}

pub(crate) fn run(args: &Verify, talk: Talk) -> Result<Exit, Failure> {
    let path = if args.report.is_dir() { args.report.join(PAGE) } else { args.report.clone() };
    let page = read(&path)?;
    let Carried { page, statement: Some(text), signature } = carried(&page) else {
        return Err(not_verifiable(
            &path,
            "it carries no statement of what its figures rest on; it is no report of marsad, or was cut off",
        ));
    };
    let statement = Statement::read(&text).map_err(|why| not_verifiable(&path, why))?;
    let checked = Checked {
        signature: signature_of(args, &text, signature.as_deref())?,
        is_page_whole: statement::sha256(page.as_bytes()) == statement.page,
        tables: tables(&statement, &path)?,
        figures: args.dir.as_deref().map(|dir| figures(args, dir, &statement, &page, &path, talk)).transpose()?,
        statement,
    };
    if talk.json {
        talk.json_line(&checked.json())?;
    } else {
        checked.say(args, talk)?;
    }
    Ok(if checked.verdict() == "same" { Exit::Done } else { Exit::Rejects })
}

fn read(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|error| {
        Failure::new(Exit::Input, sentence!("the report {} cannot be read: {}; name the page or its folder", path.display(), error))
    })?;
    String::from_utf8(bytes).map_err(|_| not_verifiable(path, "it is no page: its bytes are no text"))
}

fn not_verifiable(path: &Path, why: impl Into<Sentence>) -> Failure {
    Failure::new(Exit::Input, sentence!("the report {} cannot be verified: {}", path.display(), why.into()))
}

fn signature_of(args: &Verify, statement: &str, block: Option<&str>) -> Result<Signature, Failure> {
    let wanted = args.public_key.as_deref().map(signing::read_pem).transpose()?;
    let own = args.dir.as_deref().map(signing::of).transpose()?.flatten();
    let Some(block) = block else { return Ok(if wanted.is_some() { Signature::Bad } else { Signature::None }) };
    let Ok(block) = serde_json::from_str::<SignatureBlock>(block) else { return Ok(Signature::Bad) };
    if !signing::fits(&block, statement) {
        return Ok(Signature::Bad);
    }
    let key = block.public_key;
    let known = match (wanted, own) {
        (Some(wanted), _) => {
            if wanted == key {
                Known::Yes
            } else {
                Known::Other
            }
        }
        (None, Some(own)) if own.public == key => Known::Yes,
        (None, Some(own)) => match own.earlier.iter().find(|earlier| earlier.public == key) {
            Some(earlier) => Known::Until(earlier.until.clone()),
            None => Known::Other,
        },
        (None, None) => Known::Nothing,
    };
    Ok(Signature::Good { key, known })
}

fn tables(statement: &Statement, page: &Path) -> Result<Tables, Failure> {
    let folder = page.parent().unwrap_or(Path::new("")).join(TABLES);
    let mut tables = Tables { is_there: folder.is_dir(), ..Tables::default() };
    if !tables.is_there {
        return Ok(tables);
    }
    for (name, digest) in &statement.tables {
        // A name from a page is not to lead out of its folder.
        let is_plain = !name.contains(['/', '\\']) && !name.starts_with('.');
        let bytes = if is_plain { fs::read(folder.join(name)) } else { Err(ErrorKind::NotFound.into()) };
        match bytes {
            Ok(bytes) if statement::sha256(&bytes) == *digest => {}
            Ok(_) => tables.changed.push(name.clone()),
            Err(error) if error.kind() == ErrorKind::NotFound => tables.missing.push(name.clone()),
            Err(error) => {
                return Err(Failure::new(Exit::Machine, sentence!("the table {} cannot be read: {}", folder.join(name).display(), error)));
            }
        }
    }
    Ok(tables)
}

/// Works every figure out again.
fn figures(args: &Verify, dir: &Path, statement: &Statement, page: &str, path: &Path, talk: Talk) -> Result<Figures, Failure> {
    let study = super::status::open(dir)?;
    beside("control", statement.control.as_ref(), args.control.as_ref())?;
    beside("against", statement.against.as_ref(), args.against.as_ref())?;
    let shown: Result<Vec<Value>, _> = report::statement::findings(page).into_iter().map(serde_json::from_str).collect();
    let shown = shown.map_err(|_| not_verifiable(path, "the data of a figure in it is damaged"))?;
    let seal = |other: Option<&Other>| other.map_or(AsOf::Latest, |other| at(other.seal));
    let beside = Beside {
        window: statement.window.clone(),
        control: args.control.clone(),
        against: args.against.clone(),
        against_window: statement.against_window.clone(),
    };
    let asked = Asked {
        as_of: at(statement.provenance.seal),
        beside: &beside,
        seals: OtherSeals { control: seal(statement.control.as_ref()), against: seal(statement.against.as_ref()) },
        events: statement.events.as_ref(),
        coordination: statement.coordination.as_ref().map(|own| &own.settings),
    };
    let spinner = talk.spinner("working the figures out again");
    let again = super::report::findings(&study, &asked, talk);
    spinner.finish_and_clear();
    let (description, now) = again?;
    // Through text, as the page's: then equal figures are equal values.
    let json = serde_json::to_string(&description.findings).and_then(|text| serde_json::from_str::<Vec<Value>>(&text));
    let json = json.map_err(|error| Failure::new(Exit::Defect, told(&error)))?;
    let erasures = study.lake().map_err(from_study)?.erasures().map_err(from_lake)?;
    Ok(Figures { compared: compare(&shown, &json), erased: erased(&erasures, statement), remarks: remarks(statement, &now, &study) })
}

/// A lake without a seal has none to name.
fn at(seal: i64) -> AsOf {
    if seal > 0 { AsOf::Seal(seal) } else { AsOf::Latest }
}

fn beside(flag: &'static str, other: Option<&Other>, given: Option<&PathBuf>) -> Result<(), Failure> {
    match (other, given) {
        (Some(other), None) => Err(Failure::usage(sentence!(
            "the report stands beside another study (as of its seal {}); name its folder with `--{}`",
            other.seal,
            flag
        ))),
        (None, Some(_)) => Err(Failure::usage(sentence!("the report was made without `--{}`; leave it out", flag))),
        _ => Ok(()),
    }
}

fn erased(erasures: &[Erasure], statement: &Statement) -> Vec<(i64, u64, u64)> {
    let since = erasures.iter().filter(|erasure| erasure.number > statement.erasure);
    let touched = since.map(|erasure| {
        let rows = erasure.rows.iter().filter(|((seal, _), _)| *seal <= statement.provenance.seal);
        let [removed, masked] = rows.fold([0, 0], |sum, (_, own)| [sum[0] + own[0], sum[1] + own[1]]);
        (erasure.number, removed, masked)
    });
    touched.filter(|(_, removed, masked)| removed + masked > 0).collect()
}

/// What is not as it was and may be why figures differ.
fn remarks(statement: &Statement, now: &Statement, study: &Study) -> Vec<&'static str> {
    let (before, after) = (&statement.provenance, &now.provenance);
    let mut remarks = Vec::new();
    if before.study != study.config().name {
        remarks.push("the report is of a study of another name");
    }
    if before.configuration != after.configuration {
        remarks.push("the configuration of the study was changed since");
    }
    if before.sources != after.sources || before.sealed_at != after.sealed_at {
        remarks.push("the seals that the report names do not hold the inputs that it names");
    }
    if statement.census != now.census {
        remarks.push("the census is frozen otherwise than in the report");
    }
    if statement.stance != now.stance || statement.stance_draws != now.stance_draws {
        remarks.push("the stance is frozen otherwise than in the report");
    }
    if statement.coordination != now.coordination {
        remarks.push("the list of what is known to be harmless was changed since");
    }
    if statement.source != now.source {
        remarks.push("the report was made by another version of the program");
    }
    for (before, after) in [(&statement.control, &now.control), (&statement.against, &now.against)] {
        if before != after {
            remarks.push("the study beside it is another one, or its configuration was changed since");
        }
    }
    remarks
}

impl Checked {
    /// `same`; `altered` where the report is not as it was written or signed; `differs_by_erasure` or `differs` where the study gives other figures.
    fn verdict(&self) -> &'static str {
        let is_bad = matches!(self.signature, Signature::Bad | Signature::Good { known: Known::Other, .. });
        if is_bad || !self.is_page_whole || !self.tables.changed.is_empty() || !self.tables.missing.is_empty() {
            return "altered";
        }
        match &self.figures {
            Some(figures) if !figures.compared.differences.is_empty() => {
                if figures.erased.is_empty() {
                    "differs"
                } else {
                    "differs_by_erasure"
                }
            }
            _ => "same",
        }
    }

    fn json(&self) -> Value {
        let signature = match &self.signature {
            Signature::None => json!({ "state": "none" }),
            Signature::Bad => json!({ "state": "bad" }),
            Signature::Good { key, known } => {
                let (word, until) = match known {
                    Known::Yes => ("known", None),
                    Known::Until(day) => ("earlier", Some(day)),
                    Known::Other => ("other", None),
                    Known::Nothing => ("unknown", None),
                };
                json!({ "state": "good", "public_key": key, "key": word, "until": until })
            }
        };
        let figures = self.figures.as_ref().map(|own| {
            let erased: Vec<Value> = own
                .erased
                .iter()
                .map(|(number, removed, masked)| json!({ "erasure": number, "removed": removed, "masked": masked }))
                .collect();
            json!({
                "findings": own.compared.findings, "figures": own.compared.figures, "differences": own.compared.differences,
                "reworded": own.compared.reworded, "erasures": erased, "remarks": own.remarks,
            })
        });
        json!({
            "verdict": self.verdict(), "seal": self.statement.provenance.seal, "signature": signature, "page": self.is_page_whole,
            "tables": { "beside": self.tables.is_there, "named": self.statement.tables.len(), "changed": self.tables.changed, "missing": self.tables.missing },
            "figures": figures,
        })
    }

    fn say(&self, args: &Verify, talk: Talk) -> Result<(), Failure> {
        let provenance = &self.statement.provenance;
        talk.say(&format!(
            "report of {}, seal {}, by marsad {}",
            visible(&provenance.study),
            provenance.seal,
            visible(&provenance.version)
        ))?;
        talk.say(&format!("signature: {}", self.signature_words()))?;
        talk.say(if self.is_page_whole { "page: as it was written" } else { "page: changed after it was written" })?;
        talk.say(&format!("tables: {}", self.tables_words()))?;
        let Some(figures) = &self.figures else {
            return talk.say("figures: not worked out again; name the study to do so");
        };
        let Compared { findings, figures: count, differences, reworded } = &figures.compared;
        let total = format!("{} in {}", counted(*count, "figure"), counted(*findings, "finding"));
        if differences.is_empty() {
            talk.say(&format!("figures: {total}, all as the study gives them"))?;
        } else {
            talk.say(&format!("figures: {total}; {} from what the study gives", differ(differences.len() as u64)))?;
        }
        for (number, removed, masked) in &figures.erased {
            talk.say(&format!(
                "  the seals that it reads differ by erasure {number} of {} ({} removed, {} masked)",
                counted(removed + masked, "row"),
                thousands(*removed),
                thousands(*masked)
            ))?;
        }
        figures.remarks.iter().try_for_each(|remark| talk.say(&format!("  {remark}")))?;
        if *reworded > 0 {
            talk.say(&format!("  {} worded otherwise now", counted(*reworded, "finding")))?;
        }
        differences.iter().take(args.rows).try_for_each(|difference| talk.say(&words(difference)))?;
        match differences.len().saturating_sub(args.rows) {
            0 => Ok(()),
            more => talk.say(&format!("  … {more} more; `--rows` shows them")),
        }
    }

    fn signature_words(&self) -> String {
        match &self.signature {
            Signature::None => "none".to_owned(),
            Signature::Bad => {
                "does not fit: the statement was changed after it was signed, or is not signed by the key that had to sign".to_owned()
            }
            Signature::Good { key, known } => match known {
                Known::Yes => format!("good, by the key `{key}`"),
                Known::Until(day) => format!("good, by the key `{key}`, which was the study's until {day}"),
                Known::Other => format!("good, but by the key `{key}`, which is not the one that had to sign"),
                Known::Nothing => {
                    format!("good, by the key `{key}`; compare it with the one that the publisher gives, or name it with `--public-key`")
                }
            },
        }
    }

    fn tables_words(&self) -> String {
        let Tables { is_there, changed, missing } = &self.tables;
        let named = self.statement.tables.len() as u64;
        if !is_there {
            return format!("none beside the page, which names {}", thousands(named));
        }
        if changed.is_empty() && missing.is_empty() {
            return format!("{}, all as they were written", thousands(named));
        }
        let list = |what: &str, names: &[String]| match names {
            [] => String::new(),
            names => {
                format!("; {what}: {}", names.iter().take(5).map(|name| format!("`{}`", visible(name))).collect::<Vec<_>>().join(", "))
            }
        };
        format!(
            "{} of {} are not as they were written{}{}",
            changed.len() + missing.len(),
            named,
            list("changed", changed),
            list("missing", missing)
        )
    }
}

fn differ(number: u64) -> String {
    if number == 1 { "1 differs".to_owned() } else { format!("{} differ", thousands(number)) }
}

fn words(difference: &Difference) -> String {
    let Difference { finding, row, figure, report, now } = difference;
    let place = row.as_ref().map(|row| format!(", `{}`", visible(row))).unwrap_or_default();
    if figure == "order of rows" {
        return format!("  {}: the rows stand in another order", visible(finding));
    }
    format!("  {}{place}, {}: {} in the report, {} now", visible(finding), visible(figure), visible(&plain(report)), visible(&plain(now)))
}
