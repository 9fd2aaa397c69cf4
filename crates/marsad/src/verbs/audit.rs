//! `marsad audit`: the chain of a study's events, and its head to be kept elsewhere.

use super::census::{EVENTS, from_review};
use super::now;
use super::status::open;
use crate::cli::audit::{Audit, AuditHead, AuditVerify};
use crate::exit::{Exit, Failure, told};
use crate::output::{Talk, counted, thousands};
use crate::signing::{self, SignatureBlock, Signer};
use record::{Instant, sentence};
use review::{Events, Head};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

/// A head as it is kept elsewhere.
#[derive(Debug, Serialize, Deserialize)]
struct Noted {
    /// The last event; none where there is none.
    head: Option<Head>,
    /// When it was looked at.
    at: Instant,
    /// The study's signature.
    signature: Option<SignatureBlock>,
}

impl Noted {
    /// What is signed: lines of text, so that others can make them again.
    fn statement(&self) -> String {
        let (seq, hash) = self.head.as_ref().map_or((0, ""), |head| (head.seq, head.hash.as_str()));
        format!("marsad head 1\n{seq}\n{hash}\n{}\n", self.at)
    }
}

/// What a verification found.
#[derive(Serialize)]
struct Found<'a> {
    events: u64,
    erased: u64,
    head: Option<Head>,
    /// How many cases the queue was made of again; none without `--rebuild`.
    rebuilt: Option<u64>,
    /// The head that was given, and whether it was signed.
    noted: Option<NotedFound<'a>>,
}

#[derive(Serialize)]
struct NotedFound<'a> {
    head: &'a Head,
    at: Instant,
    signed: bool,
}

pub(crate) fn run(verb: &Audit, talk: Talk) -> Result<Exit, Failure> {
    match verb {
        Audit::Verify(args) => verify(args, talk),
        Audit::Head(args) => head(args, talk),
    }
}

fn events(dir: &Path) -> Result<Events, Failure> {
    let study = open(dir)?;
    Events::open(&study.folder().join(EVENTS)).map_err(|error| from_review(&error))
}

/// Reads a head that was noted, and checks its signature by a key that may have signed it.
fn read(args: &AuditVerify) -> Result<Option<Noted>, Failure> {
    let Some(path) = &args.head else { return Ok(None) };
    let input = |sentence| Failure::new(Exit::Input, sentence);
    let text = fs::read_to_string(path).map_err(|error| input(sentence!("the head {} cannot be read: {}", path.display(), error)))?;
    let noted: Noted = serde_json::from_str(&text)
        .map_err(|_| input(sentence!("{} holds no head; take what `marsad audit head --json` printed", path.display())))?;
    let Some(block) = &noted.signature else {
        return match args.public_key {
            Some(_) => Err(input(sentence!("the head {} is not signed, although a key was given", path.display()))),
            None => Ok(Some(noted)),
        };
    };
    let known = match &args.public_key {
        Some(key) => vec![signing::read_pem(key)?],
        None => {
            let signing = signing::of(&args.dir)?;
            signing.into_iter().flat_map(|own| own.earlier.into_iter().map(|earlier| earlier.public).chain([own.public])).collect()
        }
    };
    if !known.contains(&block.public_key) || !signing::fits(block, &noted.statement()) {
        return Err(input(sentence!(
            "the signature of the head {} is not one of this study's keys over this head; the file was changed, or is another study's",
            path.display()
        )));
    }
    Ok(Some(noted))
}

fn verify(args: &AuditVerify, talk: Talk) -> Result<Exit, Failure> {
    let mut events = events(&args.dir)?;
    let noted = read(args)?;
    let head = noted.as_ref().and_then(|noted| noted.head.as_ref());
    let spinner = talk.spinner("walking the chain");
    let verified = events.verify(head).map_err(|error| from_review(&error))?;
    let rebuilt = if args.rebuild { Some(events.rebuild_queue().map_err(|error| from_review(&error))?) } else { None };
    events.check_queue().map_err(|error| from_review(&error))?;
    spinner.finish_and_clear();
    let kept = noted.as_ref().and_then(|noted| {
        let head = noted.head.as_ref()?;
        Some(NotedFound { head, at: noted.at, signed: noted.signature.is_some() })
    });
    if talk.json {
        let found = Found { events: verified.events, erased: verified.erased, head: verified.head, rebuilt, noted: kept };
        talk.json_line(&value(&found)?)?;
        return Ok(Exit::Done);
    }
    talk.say(&format!(
        "{} in one whole chain; the payloads of {} were erased",
        counted(verified.events, "event"),
        thousands(verified.erased)
    ))?;
    if let Some(head) = &verified.head {
        talk.say(&format!("head: event {}, {}", head.seq, head.hash))?;
    }
    if let Some(cases) = rebuilt {
        talk.say(&format!("the queue was made again from {}", counted(cases, "case")))?;
    }
    if let Some(kept) = kept {
        let how = if kept.signed { "signed by this study" } else { "not signed" };
        talk.say(&format!("the head of {}, event {}, is in it ({how})", kept.at, kept.head.seq))?;
    }
    Ok(Exit::Done)
}

fn head(args: &AuditHead, talk: Talk) -> Result<Exit, Failure> {
    let verified = events(&args.dir)?.verify(None).map_err(|error| from_review(&error))?;
    let mut noted = Noted { head: verified.head, at: now(), signature: None };
    if args.sign {
        let Some(signer) = Signer::of(&args.dir)? else {
            return Err(Failure::usage("this study has no key to sign with; make one with `marsad key signing`"));
        };
        noted.signature = Some(signer.sign(&noted.statement()).0);
    }
    if talk.json {
        talk.json_line(&value(&noted)?)?;
        return Ok(Exit::Done);
    }
    match &noted.head {
        None => talk.say("no event yet")?,
        Some(head) => talk.say(&format!("event {}, {}", head.seq, head.hash))?,
    }
    if let Some(block) = &noted.signature {
        talk.say(&format!("at {}, signed by {}: {}", noted.at, block.public_key, block.signature))?;
    }
    Ok(Exit::Done)
}

fn value(told_of: &impl Serialize) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(told_of).map_err(|error| Failure::new(Exit::Defect, told(&error)))
}
