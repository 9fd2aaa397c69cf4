//! What posts are held against: the codes, as the methods learn from them and as the random draws that they are.

use super::domains::{ByMethod, PartShare};
use super::estimate::{Evidence, QUESTION, Read, StanceRequest, spread};
use super::learned::{All, InForce, LEAST_CODED, drawn};
use crate::{Error, census};
use stats::quantify::{CANDIDATES, Method, Prepared, Training, disagreement, usual_plan};
use stats::survey::{Assisted, Look, Looks, ReadItem};
use stats::{Interval, Level};
use std::collections::BTreeMap;

/// What the codes taught: posteriors of all posts, and coded ones to hold them against.
pub(super) struct Held {
    posteriors: All,
    /// All coded posts, and those of each language that has enough of every class: where languages differ in how a class looks, each is held against its own.
    all: Training,
    by_language: BTreeMap<u32, Training>,
    /// By place among the posts that are no reposts.
    codes: BTreeMap<usize, InForce>,
    /// Posts that are no reposts.
    posts: usize,
    /// What the codes say of the classes asked for; none where nothing is coded.
    looks: Option<Looks>,
    level: Level,
}

/// What the methods learned from all coded posts and from those of each language, once for all parts.
pub(super) struct Ready {
    all: Prepared,
    by_language: BTreeMap<u32, Prepared>,
}

impl Held {
    /// # Errors
    /// [`Error::Statistics`].
    pub(super) fn of(read: &Read, level: Level) -> Result<Held, Error> {
        let (learned, k) = (&read.learned, read.coding.classes.len());
        let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut codes = BTreeMap::new();
        for (at, post) in learned.posts.iter().enumerate() {
            let own = &read.selection.posts[*post];
            if own.lang != 0 {
                members.entry(own.lang).or_default().push(at);
            }
            if let (Ok(place), Some(code)) = (read.written.binary_search(post), read.coding.coded.get(&*own.key)) {
                codes.insert(place, *code);
            }
        }
        let mut by_language = BTreeMap::new();
        for (lang, members) in members {
            let count = |class| members.iter().filter(|at| learned.labels[**at] == class).count() as u64;
            if (0..k).all(|class| count(class) >= LEAST_CODED) {
                by_language.insert(lang, learned.training_of(&members)?);
            }
        }
        let (posteriors, all) = (read.posteriors.clone(), read.training.clone());
        let mut held = Held { posteriors, all, by_language, codes, posts: read.written.len(), looks: None, level };
        held.looks = held.looks(&read.coding.is_asked);
        Ok(held)
    }

    fn item(&self, place: usize, is_asked: &[bool]) -> ReadItem {
        let look = |code: &InForce| Look { is_asked: is_asked[code.class], draw: code.draw, chance: code.chance };
        ReadItem { posterior: self.posteriors.asked(place, is_asked), look: self.codes.get(&place).map(look) }
    }

    fn looks(&self, is_asked: &[bool]) -> Option<Looks> {
        Looks::of(&(0..self.posts).map(|place| self.item(place, is_asked)).collect::<Vec<_>>())
    }

    /// What the codes say of all posts, for the classes asked for.
    pub(super) fn own(&self, is_asked: &[bool]) -> Option<Assisted> {
        let found = self.looks(is_asked)?.share((0..self.posts).map(|place| self.item(place, is_asked)), self.level);
        found.filter(|own| own.codes >= super::domains::LEAST_OWN)
    }

    /// Lets the methods learn, once for all parts: the headline's, and the check (PACC, or EMQ where PACC is the headline's).
    pub(super) fn prepare(&self, head: usize, request: &StanceRequest) -> Result<Ready, Error> {
        let methods = methods(head);
        let plan = usual_plan(&methods, QUESTION.calibration, request.seed);
        let prepare =
            |training: &Training| Prepared::new(training, &training.prior(), &methods, QUESTION, plan).map_err(census::statistics);
        let by_language = self.by_language.iter().map(|(lang, training)| Ok((*lang, prepare(training)?)));
        Ok(Ready { all: prepare(&self.all)?, by_language: by_language.collect::<Result<_, Error>>()? })
    }

    /// The share of one part by the method of the headline, by the check beside it, and by the part's own codes. Posts of each language are held against codes of that language where
    /// there are enough.
    pub(super) fn share_of(
        &self,
        members: &[usize],
        written: &[usize],
        evidence: &Evidence,
        ready: &Ready,
        request: &StanceRequest,
    ) -> Result<PartShare, Error> {
        let read: Vec<usize> = drawn(members.len(), request.most, request.seed).into_iter().map(|at| members[at]).collect();
        let mut groups: BTreeMap<Option<u32>, Vec<usize>> = BTreeMap::new();
        for place in &read {
            let lang = evidence.selection.posts[written[*place]].lang;
            groups.entry(ready.by_language.contains_key(&lang).then_some(lang)).or_default().push(*place);
        }
        let (mut share, mut draws, mut apart) = (0.0, Vec::new(), 0.0_f64);
        for (lang, places) in &groups {
            let prepared = lang.and_then(|lang| ready.by_language.get(&lang)).unwrap_or(&ready.all);
            let found = prepared.answers(&self.posteriors.of(places)?).map_err(census::statistics)?;
            let part = places.len() as f64 / read.len() as f64;
            share += part * evidence.asked(&found[0].shares.prevalence);
            draws.resize(found[0].cloud.replicates().len(), 0.0);
            draws.iter_mut().zip(found[0].cloud.replicates()).for_each(|(sum, shares)| *sum += part * evidence.asked(shares));
            apart = apart.max(disagreement(&found).map_or(0.0, |(gap, ..)| gap));
        }
        let (error, [low, high]) = spread(&draws, evidence.level);
        let own = self
            .looks
            .as_ref()
            .and_then(|looks| looks.share(members.iter().map(|place| self.item(*place, &evidence.is_asked)), self.level));
        if let Some(own) = own.filter(|own| own.codes >= super::domains::LEAST_OWN) {
            apart = apart.max((own.share - share).abs() / own.error.hypot(error).max(1e-9));
        }
        Ok(PartShare::of_method(ByMethod { share, interval: Interval { low, high }, error, draws }, apart, own))
    }
}

fn methods(head: usize) -> [Method; 2] {
    let check = if head == 2 { CANDIDATES[0].1 } else { CANDIDATES[2].1 };
    [CANDIDATES[head].1, check]
}
