//! Samples, their freeze, and the sheets.

use super::{Desk, from_review, result, table};
use crate::cli::census::{AuditList, Sample};
use crate::exit::{Exit, Failure, given};
use crate::output::{Talk, counted, table as rows, thousands};
use crate::verbs::now;
use crate::verbs::status::from_study;
use lake::AsOf;
use record::{Sentence, sentence};
use review::{Assignment, Card, Events, Freeze, write_sheets};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use study::Study;
use study::census::{AuditRequest, Item, Purpose, SampleRequest, Sampled};

/// What coders see of an account, besides its id.
const COLUMNS: [&str; 5] = ["handle", "name", "bio", "location", "link"];

/// Who freezes: the one who runs the verb; names of people belong to coders.
const ACTOR: &str = "lead";

pub(super) fn sample(args: &Sample, talk: Talk) -> Result<Exit, Failure> {
    let desk = Desk::open(&args.which)?;
    let rules = desk.rules(talk)?;
    let census = desk.census()?;
    let request = SampleRequest {
        purpose: if args.pilot { Purpose::Pilot } else { Purpose::Sample },
        codes: args.codes.unwrap_or(1),
        strata: usize::try_from(args.strata).unwrap_or(usize::MAX),
        minimum: args.minimum,
        seed: args.seed,
        coders: args.coders.clone(),
        overlap: args.overlap,
        golden: args.golden.clone(),
        without_flagged: args.without_flagged,
        platform: args.platform.clone(),
    };
    if let Some(width) = args.for_width {
        let (codes, half) = census.codes_for_width(&request, width, &rules).map_err(from_study)?;
        if talk.json {
            talk.json_line(&json!({ "codes": codes, "expected_half_width": half }))?;
        }
        talk.say(&format!("{} codes; they are expected to leave ±{:.0} accounts", thousands(codes), half.ceil()))?;
        return Ok(Exit::Done);
    }
    check_names(&args.coders)?;
    let name = desk.frozen_name(args.pilot, None);
    if desk.frozen(&name)?.is_none() {
        // A draw that was cut short before it was frozen; the same seed draws the same again.
        census.discard(request.purpose).map_err(from_study)?;
    }
    // Sheets hold what accounts wrote: an erasure waits until they are written.
    let _work = desk.study.at_work();
    let spinner = talk.spinner("drawing");
    let drawn = census.sample(&request, &rules);
    spinner.finish_and_clear();
    let drawn = drawn.map_err(from_study)?;
    let codebook = desk.codebook_text(talk)?;
    let of = (drawn.frame.as_str(), drawn.score.as_deref(), drawn.digest.as_str());
    let sheets = of_census(&desk, &codebook, of, (&name, args.seed), &drawn.items, args.sheets.as_ref())?;
    report(&drawn, &name, &sheets, talk)?;
    Ok(Exit::Done)
}

/// A coder's name becomes part of a file's name; it is checked before anything is drawn.
pub(crate) fn check_names(coders: &[String]) -> Result<(), Failure> {
    let mut known = std::collections::BTreeSet::new();
    for coder in coders {
        if !review::is_name(coder) {
            return Err(Failure::usage(
                "a name in `--coders` is no plain word; use lower-case letters, digits, `-` and `_`, starting with a letter, at most 40, a comma between names",
            ));
        }
        if !known.insert(coder) {
            return Err(Failure::usage(sentence!("`{}` stands twice in `--coders`; name each coder once", given(coder))));
        }
    }
    Ok(())
}

fn report(drawn: &Sampled, name: &str, sheets: &[(PathBuf, u64)], talk: Talk) -> Result<(), Failure> {
    let count = |purpose: Purpose| drawn.items.iter().filter(|item| item.purpose == purpose).count() as u64;
    let (golden, doubled) =
        (count(Purpose::Golden), drawn.items.iter().filter(|item| item.coders.len() > 1).count() as u64 - count(Purpose::Golden));
    if talk.json {
        let sheets: Vec<_> = sheets.iter().map(|(path, items)| json!({ "path": path, "items": items })).collect();
        return talk.json_line(&json!({
            "frozen": name, "frame": drawn.frame, "sample": drawn.digest, "items": drawn.items.len() as u64 - golden, "golden": golden,
            "coded_twice": doubled, "strata": drawn.strata, "expected_half_width": drawn.expected_half_width, "sheets": sheets,
        }));
    }
    let head = ["stratum", "accounts", "drawn", "expected share"].map(str::to_owned);
    let line = |(at, stratum): (usize, &study::census::Drawn)| {
        let expected = stratum.expected.map_or_else(|| "·".to_owned(), |share| format!("{:.1} %", share * 100.0));
        vec![(at + 1).to_string(), thousands(stratum.accounts), thousands(stratum.codes), expected]
    };
    talk.say(&rows(&head, &drawn.strata.iter().enumerate().map(line).collect::<Vec<_>>(), &[true; 4]))?;
    talk.say(&format!("{} golden items; {} accounts go to a second coder", thousands(golden), thousands(doubled)))?;
    for (path, items) in sheets {
        talk.say(&format!("{} for {}", path.display(), counted(*items, "account")))?;
    }
    talk.note(sentence!("frozen as `{}`; next: coders fill in the column `code`, then `marsad census import-codes`", given(name)));
    Ok(())
}

/// What is frozen with the items, and the codebook under which.
pub(crate) struct Plan<'a> {
    pub(crate) name: &'a str,
    pub(crate) frame: &'a str,
    pub(crate) score: Option<&'a str>,
    pub(crate) query: &'a str,
    pub(crate) digest: &'a str,
    pub(crate) seed: u64,
    pub(crate) codebook: &'a str,
}

/// Freezes a sample and writes its sheets. `cards` are what coders see of the items, in their order, a cell for each of `columns`.
pub(crate) fn hand_out<const N: usize>(
    study: &Study,
    plan: &Plan<'_>,
    items: &[Item],
    folder: &Path,
    columns: &[&str; N],
    cards: impl FnOnce(&[String]) -> Result<Vec<[String; N]>, study::Error>,
) -> Result<Vec<(PathBuf, u64)>, Failure> {
    let purpose = |purpose| match purpose {
        Purpose::Sample => review::Purpose::Sample,
        Purpose::Golden => review::Purpose::Golden,
        Purpose::Pilot => review::Purpose::Pilot,
        Purpose::Audit => review::Purpose::Audit,
    };
    let items: Vec<Assignment> = items
        .iter()
        .map(|item| Assignment { item: item.account.clone(), purpose: purpose(item.purpose), coders: item.coders.clone() })
        .collect();
    let freeze = Freeze {
        census: plan.name,
        frame: plan.frame,
        score: plan.score,
        query: plan.query,
        sample: plan.digest,
        seed: plan.seed,
        codebook: plan.codebook,
        items: &items,
    };
    let mut events = Events::create(&study.folder().join(super::EVENTS)).map_err(|error| from_review(&error))?;
    events.freeze(now(), ACTOR, &freeze).map_err(|error| from_review(&error))?;
    let frozen = events.census(plan.name).map_err(|error| from_review(&error))?;
    let keys: Vec<String> = items.iter().map(|item| item.item.clone()).collect();
    let cards = cards(&keys).map_err(from_study)?;
    let cards: BTreeMap<String, Card> = keys.into_iter().zip(cards.into_iter().map(|card| Card(card.into()))).collect();
    write_sheets(folder, &frozen, columns, &cards).map_err(|error| from_review(&error))
}

/// The same for accounts of a census.
fn of_census(
    desk: &Desk,
    codebook: &str,
    drawn: (&str, Option<&str>, &str),
    (name, seed): (&str, u64),
    items: &[Item],
    folder: Option<&PathBuf>,
) -> Result<Vec<(PathBuf, u64)>, Failure> {
    let census = desk.census()?;
    let query = census.query_digest().map_err(from_study)?;
    let (frame, score, digest) = drawn;
    let plan = Plan { name, frame, score, query: &query, digest, seed, codebook };
    let folder = folder.cloned().unwrap_or_else(|| census.folder().join("sheets"));
    hand_out(&desk.study, &plan, items, &folder, &COLUMNS, |accounts| census.cards(accounts, AsOf::Latest))
}

pub(super) fn audit(args: &AuditList, talk: Talk) -> Result<Exit, Failure> {
    let desk = Desk::open(&args.which)?;
    let name = desk.frozen_name(false, Some(&args.name));
    let (Some(list), Some(codes)) = (&args.list, args.codes) else {
        return audited(&desk, args, &name, talk);
    };
    check_names(&args.coders)?;
    let request = AuditRequest {
        list: list.clone(),
        name: args.name.clone(),
        codes,
        coders: args.coders.clone(),
        seed: args.seed,
        platform: args.platform.clone(),
    };
    let census = desk.census()?;
    if desk.frozen(&name)?.is_none() {
        census.discard_audit(&args.name).map_err(from_study)?;
    }
    let _work = desk.study.at_work();
    let drawn = census.audit_sample(&request).map_err(from_study)?;
    let frame = census.members().map_err(from_study)?.frame;
    let codebook = desk.codebook_text(talk)?;
    let sheets = of_census(&desk, &codebook, (&frame, None, &drawn.digest), (&name, args.seed), &drawn.items, args.sheets.as_ref())?;
    if talk.json {
        let sheets: Vec<_> = sheets.iter().map(|(path, items)| json!({ "path": path, "items": items })).collect();
        talk.json_line(
            &json!({ "frozen": name, "in_lake": drawn.found, "missing": drawn.missing, "items": drawn.items.len(), "sheets": sheets }),
        )?;
    }
    talk.say(&format!(
        "{} of the list are in the lake, {} are not; {} drawn",
        counted(drawn.found, "account"),
        thousands(drawn.missing),
        thousands(drawn.items.len() as u64)
    ))?;
    for (path, items) in sheets {
        talk.say(&format!("{} for {}", path.display(), counted(items, "account")))?;
    }
    talk.note(sentence!(
        "next: `marsad census import-codes --audit {}`, then `marsad census audit-list` without a list",
        given(&args.name)
    ));
    Ok(Exit::Done)
}

/// The result of a list audit.
fn audited(desk: &Desk, args: &AuditList, name: &str, talk: Talk) -> Result<Exit, Failure> {
    let Some(frozen) = desk.frozen(name)? else {
        return Err(from_study(study::census::Problem::NoAudit(Sentence::given(&args.name)).into()));
    };
    let own = frozen.frozen();
    let audit = desk.census()?.audit(&args.name, &own.sample, &table(&frozen), &super::rules(&own.codebook)).map_err(from_study)?;
    if talk.json {
        talk.json_line(&json!({
            "in_lake": audit.found, "missing": audit.missing, "in_frame": audit.in_frame, "precision": audit.precision.map(|own| own[0]),
            "low": audit.precision.map(|own| own[1]), "high": audit.precision.map(|own| own[2]), "at_most": audit.at_most,
            "findings": audit.description.findings,
        }))?;
        return Ok(Exit::Done);
    }
    let language = crate::finding::language_of(args.speech.lang, &desk.study)?;
    result::print(&audit.description, 20, language, talk)?;
    Ok(Exit::Done)
}
