//! Whether what was sent is whole.

use crate::case::event::{Conclusion, Decision, ExemptionKind, Opened};
use crate::error::Error;
use record::Private;

/// The longest reason or note, in characters.
const LONGEST: usize = 4000;
/// The longest reference to a law or clause, in characters.
const LONGEST_REFERENCE: usize = 300;
/// More people than there are.
const MOST_REACHED: u64 = 10_000_000_000;
/// The most countries of a decision.
const MOST_COUNTRIES: usize = 250;

/// A text of a person that must be there.
pub(super) fn reason(reason: &Private<String>) -> Result<(), Error> {
    if reason.reveal().trim().is_empty() {
        return Err(Error::Wrong("a reason must be given; write one sentence that others can check"));
    }
    note(reason)
}

/// A text of a person that may be empty.
pub(super) fn note(note: &Private<String>) -> Result<(), Error> {
    if note.reveal().chars().count() > LONGEST {
        return Err(Error::Wrong("a reason or note is longer than 4,000 characters; shorten it"));
    }
    Ok(())
}

pub(super) fn opening(opened: &Opened) -> Result<(), Error> {
    note(&opened.note)?;
    match opened {
        _ if !opened.subject.is_sound() => {
            Err(Error::Wrong("the subject is none; write accounts and posts as `platform:id`, clusters by number, findings by id"))
        }
        _ if opened.severity > 4 => Err(Error::Wrong("the severity is none; it goes from 0 to 4")),
        _ if opened.imminence > 3 => Err(Error::Wrong("the imminence is none; it goes from 0 to 3")),
        _ if opened.reach > MOST_REACHED => Err(Error::Wrong("the reach is more people than there are")),
        _ => Ok(()),
    }
}

pub(super) fn decision(decision: &Decision) -> Result<(), Error> {
    reason(&decision.reason)?;
    note(&decision.exemption.note)?;
    let is_country = |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if decision.territory.len() > MOST_COUNTRIES || !decision.territory.iter().all(is_country) {
        return Err(Error::Wrong("a territory is none; write countries as two capital letters of ISO 3166, or none for everywhere"));
    }
    if !decision.territory.is_sorted_by(|one, next| one < next) {
        return Err(Error::Wrong("the territories are not sorted, or one stands twice"));
    }
    if let Some(ground) = &decision.ground
        && (ground.reference.trim().is_empty() || ground.reference.chars().count() > LONGEST_REFERENCE)
    {
        return Err(Error::Wrong("the ground names no provision or clause; quote one in up to 300 characters"));
    }
    let needs_ground = matches!(decision.code, Conclusion::Violating | Conclusion::Exempt);
    if needs_ground && decision.ground.is_none() {
        return Err(Error::Wrong("the decision has no ground; name the provision of law or the clause of policy"));
    }
    let is_considered = decision.exemption.kind != ExemptionKind::None;
    if decision.code == Conclusion::Exempt && !is_considered {
        return Err(Error::Wrong("an exempt item needs its exemption: news, research, art or counter-speech"));
    }
    if is_considered && decision.exemption.note.reveal().trim().is_empty() {
        return Err(Error::Wrong("say why the exemption applies, or why it does not"));
    }
    Ok(())
}
