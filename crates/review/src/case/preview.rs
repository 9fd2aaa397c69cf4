//! What a bulk decision would do, kept until somebody does it or a quarter of an hour has passed.

use super::act::{Act, Answer, MOST_IN_BULK};
use super::desk::Cases;
use super::event::Decision;
use super::read::Filter;
use super::state::{Case, State};
use crate::digest;
use crate::error::Error;
use rand::TryRng;
use record::Instant;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// For how long a preview can be used, in microseconds.
const USABLE: i64 = 15 * 60 * 1_000_000;
/// How many cases of it are shown.
const SHOWN: usize = 20;
/// How many previews are kept, of everybody and of one person; the oldest go.
const KEPT: usize = 100;
const KEPT_EACH: usize = 10;

struct Planned {
    /// Higher than that of every preview before it: several can be made at one instant.
    number: u64,
    at: Instant,
    actor: String,
    cases: Vec<i64>,
    decision: Decision,
}

/// The previews of a study, by token. They live as long as the process.
#[derive(Default)]
pub(crate) struct Previews {
    all: Mutex<BTreeMap<String, Planned>>,
}

/// What a bulk decision would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// What to give to [`Cases::bulk`]; good for a quarter of an hour, once, for the same person.
    pub token: String,
    /// On how many cases it would decide.
    pub count: u64,
    /// The first of them.
    pub sample: Vec<Case>,
}

/// Lets the oldest of some previews go until one more is within the bound.
fn make_room(all: &mut BTreeMap<String, Planned>, most: usize, is_one: impl Fn(&Planned) -> bool) {
    let mut own: Vec<(u64, String)> =
        all.iter().filter(|(_, planned)| is_one(planned)).map(|(token, planned)| (planned.number, token.clone())).collect();
    own.sort_unstable();
    let over = (own.len() + 1).saturating_sub(most);
    own.iter().take(over).for_each(|(_, token)| drop(all.remove(token)));
}

impl Cases {
    /// What a decision on all open cases that fit would do.
    ///
    /// # Errors
    /// [`Error::BulkTooLarge`]; those of the database.
    pub async fn preview_bulk(&self, at: Instant, actor: &str, filter: &Filter, decision: Decision) -> Result<Preview, Error> {
        let filter = Filter { state: Some(State::Open), ..filter.clone() };
        let (found, cases) = self.numbers(&filter, MOST_IN_BULK).await?;
        if found > MOST_IN_BULK as u64 {
            return Err(Error::BulkTooLarge { found, most: MOST_IN_BULK as u64 });
        }
        let mut sample = Vec::new();
        for id in cases.iter().take(SHOWN) {
            sample.push(self.case(*id).await?);
        }
        let mut bytes = [0; 32];
        rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(|_| Error::System("random bytes"))?;
        let token = digest::hex(&bytes);
        let count = cases.len() as u64;
        self.forget_previews(at);
        if let Ok(mut all) = self.previews().all.lock() {
            make_room(&mut all, KEPT_EACH, |planned| planned.actor == actor);
            make_room(&mut all, KEPT, |_| true);
            let number = all.values().map(|planned| planned.number + 1).max().unwrap_or(0);
            all.insert(token.clone(), Planned { number, at, actor: actor.to_owned(), cases, decision });
        }
        Ok(Preview { token, count, sample })
    }

    /// Lets go of previews whose time is up; gives how many are left.
    pub fn forget_previews(&self, now: Instant) -> usize {
        let Ok(mut all) = self.previews().all.lock() else { return 0 };
        all.retain(|_, planned| now.micros().saturating_sub(planned.at.micros()) < USABLE);
        all.len()
    }

    /// Does what was previewed, on the cases that are still open. Asked again with the same key, it answers alike.
    ///
    /// # Errors
    /// [`Error::NoPreview`]; those of [`Cases::act`].
    pub async fn bulk(&self, at: Instant, actor: &str, key: Option<&str>, token: &str) -> Result<Answer, Error> {
        let planned = {
            let mut all = self.previews().all.lock().map_err(|_| Error::NoPreview)?;
            let is_usable = |planned: &Planned| planned.actor == actor && at.micros().saturating_sub(planned.at.micros()) < USABLE;
            match all.get(token) {
                Some(planned) if is_usable(planned) => all.remove(token),
                _ => None,
            }
        };
        match planned {
            Some(Planned { cases, decision, .. }) => self.act(at, actor, key.or(Some(token)), Act::Bulk { cases, decision }).await,
            // The answer may have been lost on the way; the request is known by its key then.
            None => {
                let known = self.answered(actor, key.unwrap_or(token)).await?;
                known.ok_or(Error::NoPreview)
            }
        }
    }
}
