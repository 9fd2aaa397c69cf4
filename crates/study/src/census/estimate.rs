//! The estimate: what the codes of the sample say about the frame.

use super::attributes;
use super::claims::{self, Claim};
use super::design::decided;
use super::findings;
use super::members::Members;
use super::sample::Sample;
use super::score::{Scores, statistics};
use super::{Census, CodeRules, CodeTable, Counts, Problem, Purpose, ScoreSummary};
use crate::Error;
use crate::describe::query::Lens;
use crate::describe::{Description, provenance, windows};
use lake::AsOf;
use record::Window;
use stats::agreement::Judgement;
use stats::survey::{self, Certain, Golden, Known, Method, Plan, Predicted, Scenario, Split, Total, Verdict};
use stats::{Level, Proportion};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What an estimate is made from.
#[derive(Clone, Debug)]
pub struct EstimateRequest {
    /// The codes.
    pub codes: CodeTable,
    /// What was frozen before the first code; files that differ are refused.
    pub frozen: Option<FrozenAs>,
    /// The part of the lake from which sightings are read.
    pub as_of: AsOf,
    /// For eyes inside the study: nothing is suppressed.
    pub internal: bool,
}

/// Digests of what codes rest on, as they were when the sample was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenAs {
    /// [`Census::query_digest`].
    pub query: String,
    /// SHA-256 of the score's file.
    pub score: Option<String>,
    /// [`Census::sample_digest`].
    pub sample: String,
}

/// The headline of a census in numbers, and its findings.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimated {
    /// The findings with their provenance.
    pub description: Description,
    /// The headline.
    pub headline: Headline,
}

/// The headline of a census.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Headline {
    /// The frame.
    pub frame: String,
    /// Accounts in it.
    pub accounts: u64,
    /// Drawn accounts with a code that decides.
    pub coded: u64,
    /// Drawn accounts coded positive.
    pub positives: u64,
    /// `estimate`, `too_few`, `coder_error`, or `small_cell` (an estimate below the study's `min_cell`); under all but the first only `at_most`
    /// may be quoted.
    pub verdict: &'static str,
    /// The estimate, where one may be quoted.
    pub estimate: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// The one-sided limit.
    pub at_most: f64,
    /// The level of both.
    pub level: f64,
    /// `stratified` or `model-assisted`.
    pub method: &'static str,
    /// The scenario range: lower end, and upper end ÷ (1 − u).
    pub scenario: Option<[f64; 2]>,
}

/// Where a code that stood before the draw is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Seed,
    Pilot,
    Golden,
}

/// One drawn account with what people said of it.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    /// Its place in the frame.
    pub(super) place: usize,
    pub(super) stratum: usize,
    pub(super) chance: f64,
    /// Whether anybody coded it.
    pub(super) is_coded: bool,
    /// The code in force; none while disputed or not coded.
    pub(super) code: Option<String>,
    /// Whether it counts; none for a code that decides nothing.
    pub(super) label: Option<bool>,
}

/// Codes that decide, in every stratum, from which on a domain is estimated from its own codes alone.
const LEAST_INSIDE: usize = 5;

/// Everything that the findings are made from.
pub(super) struct Evidence {
    pub(super) members: Members,
    pub(super) scores: Scores,
    pub(super) card: ScoreSummary,
    pub(super) sample: Sample,
    pub(super) judged: Vec<Judged>,
    pub(super) codes: CodeTable,
    pub(super) rules: CodeRules,
    /// What golden items say of the coders, where there are enough.
    pub(super) golden: Option<Golden>,
    pub(super) golden_counts: GoldenCounts,
    /// Whether the coders' errors come from their agreement, for want of golden items.
    pub(super) is_golden_by_coders: bool,
    pub(super) unseen: Unseen,
    pub(super) claims: Vec<Claim>,
    pub(super) level: Level,
    pub(super) min_cell: u64,
    pub(super) window: Option<Window>,
}

/// The headline's figures.
pub(super) struct Figures {
    /// What is quoted.
    pub(super) total: Total,
    /// From the design alone.
    pub(super) design: Total,
    /// How `total` was made.
    pub(super) method: Method,
    pub(super) scenario: Scenario,
}

/// A stratum of the sample: the codes of the drawn accounts with the score's predictions, and the predictions of the whole stratum in sum.
#[derive(Default)]
struct Part {
    size: u64,
    codes: Vec<Option<bool>>,
    predictions: Vec<f64>,
    sum: f64,
}

/// What could not be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Unseen {
    /// Drawn accounts that coders found unavailable, of those they looked at.
    pub(super) unavailable: (u64, u64),
    /// Accounts of the frame last sighted protected, of those sighted.
    pub(super) protected: (u64, u64),
    /// Accounts of the frame last sighted closed (suspended, deleted, unavailable).
    pub(super) closed: (u64, u64),
    /// Sighted accounts of the frame that were closed or protected before anything of them was captured.
    pub(super) before_capture: (u64, u64),
}

/// Golden items that are needed of each kind before coder error is corrected.
pub(super) const LEAST_GOLDEN: usize = 100;

/// What coders said of golden items; answers that decide nothing are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct GoldenCounts {
    /// Items that truly count and got an answer, and such answers: how many, and how many right.
    pub(super) positive_items: usize,
    pub(super) positives: u64,
    pub(super) found: u64,
    /// The same of items that do not count: answers, and how many wrongly took them for support.
    pub(super) negative_items: usize,
    pub(super) negatives: u64,
    pub(super) accepted: u64,
}

impl GoldenCounts {
    /// The coders' errors, where there are items enough to know them.
    fn rates(&self) -> Result<Option<Golden>, Error> {
        if self.positive_items < LEAST_GOLDEN || self.negative_items < LEAST_GOLDEN {
            return Ok(None);
        }
        Golden::new(self.found, self.positives, self.accepted, self.negatives).map(Some).map_err(statistics)
    }
}

impl Census<'_> {
    /// Estimates the number of accounts that are coded positive in the frame. Reads the frame, the score, the sample and the sightings. O(accounts + draws
    /// × strata × domains).
    ///
    /// # Errors
    /// [`Problem::NoSample`], [`Problem::Changed`], [`Problem::NoCodes`], [`Problem::NothingDecided`], [`Problem::EmptyStratum`],
    /// [`Problem::UnknownCode`], [`Problem::Claims`].
    pub fn estimate(&self, request: &EstimateRequest, rules: &CodeRules) -> Result<Estimated, Error> {
        let lake = self.study.lake()?;
        let reader = lake.read(request.as_of)?;
        let lens = Lens::new(&reader)?;
        let evidence = self.evidence(request, rules, &lens)?;
        let figures = evidence.figures()?;
        let config = self.study.config();
        let sources = crate::describe::sources::read(&lens)?;
        let description = Description {
            provenance: provenance(config, &lake, &reader, request.internal, &sources)?,
            findings: findings::all(&evidence, &figures)?,
        };
        Ok(Estimated { headline: evidence.headline(&figures), description })
    }

    pub(super) fn evidence(&self, request: &EstimateRequest, rules: &CodeRules, lens: &Lens<'_>) -> Result<Evidence, Error> {
        let members = self.members()?;
        let scores = self.scores(&members)?;
        let sample = self.drawn()?;
        if let Some(frozen) = &request.frozen {
            self.check_frozen(frozen, &sample)?;
        }
        let codes = self.with_units(&request.codes)?;
        let golden_counts = golden_counts(&sample, &codes, rules)?;
        let by_items = golden_counts.rates()?;
        let golden = by_items.or_else(|| by_coders(&codes, rules));
        let judged = judge(&members, &sample, &codes, rules, golden.is_some())?;
        check(&judged, &sample)?;
        let unseen = unseen(lens, &members, &judged)?;
        let config = self.study.config();
        Ok(Evidence {
            card: self.card()?,
            codes,
            rules: rules.clone(),
            claims: claims::read(self.study.folder())?,
            min_cell: if request.internal { 0 } else { config.min_cell },
            window: window(lens)?,
            members,
            scores,
            sample,
            judged,
            golden,
            golden_counts,
            is_golden_by_coders: by_items.is_none() && golden.is_some(),
            unseen,
            level: config.level(),
        })
    }
}

impl Unseen {
    /// u of the scenario range.
    pub(super) fn share(&self) -> Result<Proportion, Error> {
        let (seen, of) = self.before_capture;
        Proportion::new(seen, of).map_err(statistics)
    }
}

/// The days from which the frame's ties and posts come.
fn window(lens: &Lens<'_>) -> Result<Option<Window>, Error> {
    let windows = windows(lens)?;
    Ok(["posts", "edges"]
        .iter()
        .filter_map(|kind| windows.get(*kind).copied())
        .reduce(|a, b| Window { from: a.from.min(b.from), to: a.to.max(b.to) }))
}

/// The drawn accounts with their codes. Where golden items measure the coders, the first coder's own code is taken, for that is what was
/// measured; else the code in force (adjudicated, or agreed).
fn judge(members: &Members, sample: &Sample, codes: &CodeTable, rules: &CodeRules, first_only: bool) -> Result<Vec<Judged>, Error> {
    let in_force = decided(codes, Purpose::Sample, rules)?;
    let by_coder: HashMap<(&str, &str), &str> = codes
        .coded
        .iter()
        .filter(|coded| coded.purpose == Purpose::Sample)
        .map(|coded| ((coded.item.as_str(), coded.coder.as_str()), coded.code.as_str()))
        .collect();
    let mut judged = Vec::new();
    for row in &sample.rows {
        let Some(place) = members.place(&row.account) else { continue };
        let own = row.coders.first().filter(|_| first_only).and_then(|coder| by_coder.get(&(row.account.as_str(), coder.as_str())));
        let (code, label) = match (own, in_force.get(&row.account)) {
            (Some(code), _) => (Some((*code).to_owned()), rules.label(code)?),
            (None, Some(known)) => (known.code.clone(), known.label),
            (None, None) => (None, None),
        };
        let is_coded = in_force.contains_key(&row.account);
        judged.push(Judged { place, stratum: usize::try_from(row.stratum).unwrap_or(0), chance: row.chance, is_coded, code, label });
    }
    Ok(judged)
}

/// Refuses codes from which nothing can be said.
fn check(judged: &[Judged], sample: &Sample) -> Result<(), Error> {
    let coded = judged.iter().filter(|row| row.is_coded).count() as u64;
    if coded == 0 {
        return Err(Problem::NoCodes.into());
    }
    if judged.iter().all(|row| row.label.is_none()) {
        return Err(Problem::NothingDecided(coded).into());
    }
    for (stratum, accounts) in sample.sizes.iter().enumerate() {
        let own = || judged.iter().filter(move |row| row.stratum == stratum);
        if own().all(|row| row.label.is_none()) {
            return Err(Problem::EmptyStratum { stratum: stratum + 1, accounts: *accounts, drawn: own().count() as u64 }.into());
        }
    }
    Ok(())
}

/// Replicates of the fit behind coders' errors without golden items.
const FITS: usize = 200;

/// The coders' errors from their agreement alone, by the model of Dawid and Skene: for three coders or more whose codes are worth 100 golden items of each
/// kind; nothing otherwise.
fn by_coders(codes: &CodeTable, rules: &CodeRules) -> Option<Golden> {
    let mut numbers: [BTreeMap<&str, u32>; 2] = [BTreeMap::new(), BTreeMap::new()];
    let mut judgements = Vec::new();
    for coded in codes.coded.iter().filter(|coded| coded.purpose == Purpose::Sample) {
        let Some(label) = rules.label(&coded.code).ok().flatten() else { continue };
        let [items, coders] = &mut numbers;
        let (next_item, next_coder) = (items.len() as u32, coders.len() as u32);
        let item = *items.entry(&coded.item).or_insert(next_item);
        let coder = *coders.entry(&coded.coder).or_insert(next_coder);
        judgements.push(Judgement { item, coder, category: u32::from(label) });
    }
    // The refusal says why there are too few; the study then says that coder error is not taken out.
    Golden::from_dawid_skene(&judgements, 1, FITS, 1).ok()
}

fn golden_counts(sample: &Sample, codes: &CodeTable, rules: &CodeRules) -> Result<GoldenCounts, Error> {
    let mut counts = GoldenCounts::default();
    let mut items = [BTreeSet::new(), BTreeSet::new()];
    for coded in codes.coded.iter().filter(|coded| coded.purpose == Purpose::Golden) {
        let Some(right) = sample.golden.get(&coded.item) else { continue };
        let (Some(right), Some(said)) = (rules.label(right)?, rules.label(&coded.code)?) else { continue };
        let (answers, said_yes) =
            if right { (&mut counts.positives, &mut counts.found) } else { (&mut counts.negatives, &mut counts.accepted) };
        *answers += 1;
        *said_yes += u64::from(said);
        items[usize::from(!right)].insert(coded.item.as_str());
    }
    (counts.positive_items, counts.negative_items) = (items[0].len(), items[1].len());
    Ok(counts)
}

fn unseen(lens: &Lens<'_>, members: &Members, judged: &[Judged]) -> Result<Unseen, Error> {
    let place: HashMap<&str, usize> = members.accounts.iter().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
    let statuses = attributes::statuses(lens, &place)?;
    let unavailable = (
        judged.iter().filter(|row| row.code.as_deref() == Some("unavailable")).count() as u64,
        judged.iter().filter(|row| row.code.is_some()).count() as u64,
    );
    let mut unseen = Unseen { unavailable, ..Unseen::default() };
    let (posts, profiles, friends) = (members.number("collected_posts"), members.number("followers"), members.number("in_friends"));
    for (at, (_, status)) in statuses.iter().enumerate().filter_map(|(at, seen)| Some((at, seen.as_ref()?))) {
        let is_protected = status == "protected";
        let is_closed = matches!(status.as_str(), "suspended" | "deleted" | "unavailable");
        let is_captured = posts[at].is_some() || (profiles[at].is_some() && friends[at].is_some_and(|friends| friends > 0.0));
        for (count, holds) in [
            (&mut unseen.protected, is_protected),
            (&mut unseen.closed, is_closed),
            (&mut unseen.before_capture, (is_protected || is_closed) && !is_captured),
        ] {
            count.0 += u64::from(holds);
            count.1 += 1;
        }
    }
    Ok(unseen)
}

impl Evidence {
    /// Whether an account could be drawn.
    pub(super) fn is_open(&self, at: usize) -> bool {
        let is_flagged = self.sample.without_flagged && self.members.word("flag")[at].is_some();
        self.scores.known[at].is_none() && !self.sample.golden.contains_key(&self.members.accounts[at]) && !is_flagged
    }

    /// The code that an account had before the draw, and where it is from. A golden item's right code goes before what the pilot said.
    pub(super) fn standing(&self, at: usize) -> Option<(&str, Source)> {
        let golden = self.sample.golden.get(&self.members.accounts[at]).map(|code| (code.as_str(), Source::Golden));
        let source = if self.scores.is_pilot[at] { Source::Pilot } else { Source::Seed };
        golden.or_else(|| self.scores.known[at].as_deref().map(|code| (code, source)))
    }

    /// Accounts whose code was known before the draw: seeds and golden items, which stand as they are, and the pilot's.
    fn known(&self, inside: &dyn Fn(usize) -> bool) -> (Certain, Certain) {
        let (mut certain, mut pilot) = (Certain::default(), Certain::default());
        for at in (0..self.members.len()).filter(|at| inside(*at)) {
            let Some((code, source)) = self.standing(at) else { continue };
            let to = if source == Source::Pilot { &mut pilot } else { &mut certain };
            match self.rules.counts(code) {
                Some(Counts::Positive) => to.positives += 1,
                Some(Counts::Negative | Counts::Protected) => to.negatives += 1,
                _ => {}
            }
        }
        (certain, pilot)
    }

    /// Strata by domain, for ranks; `labels` has the domain of every account. What is known before the draw is a stratum coded in full.
    pub(super) fn splits(&self, labels: &[Option<usize>], domains: usize) -> Vec<Split> {
        let empty = |size: u64| Split { size, coded: 0, positives: vec![0; domains] };
        let mut splits: Vec<Split> = self.sample.sizes.iter().map(|size| empty(*size)).collect();
        for row in &self.judged {
            let (Some(split), Some(label)) = (splits.get_mut(row.stratum), row.label) else { continue };
            split.coded += 1;
            if let Some(count) = labels[row.place].filter(|_| label).and_then(|domain| split.positives.get_mut(domain)) {
                *count += 1;
            }
        }
        let mut known = empty(0);
        for (at, domain) in labels.iter().enumerate() {
            let Some(label) = self.standing(at).and_then(|(code, _)| self.rules.label(code).ok().flatten()) else { continue };
            (known.size, known.coded) = (known.size + 1, known.coded + 1);
            if let Some(count) = domain.filter(|_| label).and_then(|domain| known.positives.get_mut(domain)) {
                *count += 1;
            }
        }
        splits.push(known);
        splits.retain(|split| split.size > 0);
        splits
    }

    /// How intervals are computed.
    pub(super) fn plan(&self) -> Plan {
        Plan { level: self.level, ..Plan::default() }
    }

    /// Accounts of the frame that count as support by a code from before the draw.
    pub(super) fn known_positives(&self) -> u64 {
        let (certain, pilot) = self.known(&|_| true);
        certain.positives + pilot.positives
    }

    /// Strata of the sample as seen in a domain: whoever is outside is a negative. And what is known for certain.
    fn strata(&self, inside: &dyn Fn(usize) -> bool) -> (Vec<Part>, Certain) {
        let mut parts: Vec<Part> = self.sample.sizes.iter().map(|size| Part { size: *size, ..Part::default() }).collect();
        let probability = |at: usize| self.scores.probability.as_ref().filter(|_| inside(at)).map_or(0.0, |all| all[at]);
        for row in self.judged.iter().filter(|row| row.is_coded) {
            let part = &mut parts[row.stratum];
            part.codes.push(row.label.map(|label| label && inside(row.place)));
            part.predictions.push(probability(row.place));
        }
        for at in (0..self.members.len()).filter(|at| self.is_open(*at)) {
            parts[self.sample.stratum(self.scores.linear[at])].sum += probability(at);
        }
        self.with_known(parts, inside)
    }

    /// The domain's own strata, whose sizes are known: given how many of a stratum's codes fell inside, they are a random sample of the domain's
    /// accounts there, and the total is tighter than where whoever is outside is a negative. None where a stratum has accounts inside and fewer than
    /// [`LEAST_INSIDE`] codes that decide; that depends on where codes fell, not on what they say.
    fn strata_within(&self, inside: &dyn Fn(usize) -> bool) -> Option<(Vec<Part>, Certain)> {
        let mut parts: Vec<Part> = self.sample.sizes.iter().map(|_| Part::default()).collect();
        let probability = |at: usize| self.scores.probability.as_ref().map_or(0.0, |all| all[at]);
        for at in (0..self.members.len()).filter(|at| inside(*at) && self.is_open(*at)) {
            let part = &mut parts[self.sample.stratum(self.scores.linear[at])];
            part.size += 1;
            part.sum += probability(at);
        }
        for row in self.judged.iter().filter(|row| row.is_coded && inside(row.place)) {
            let part = &mut parts[row.stratum];
            part.codes.push(row.label);
            part.predictions.push(probability(row.place));
        }
        let decided = |part: &Part| part.codes.iter().flatten().count();
        let enough = |part: &Part| part.size == 0 || decided(part) >= LEAST_INSIDE.min(part.size as usize);
        if parts.iter().all(|part| part.size == 0) || !parts.iter().all(enough) {
            return None;
        }
        Some(self.with_known(parts, inside))
    }

    /// Adds what was known before the draw. The pilot was coded by the same coders: where their error is corrected it is a stratum coded in full, so
    /// that its codes are corrected too; else it is certain.
    fn with_known(&self, mut parts: Vec<Part>, inside: &dyn Fn(usize) -> bool) -> (Vec<Part>, Certain) {
        let (mut certain, pilot) = self.known(inside);
        if self.golden.is_some() {
            let codes = [(pilot.positives, true), (pilot.negatives, false)];
            let codes: Vec<Option<bool>> = codes.into_iter().flat_map(|(count, label)| (0..count).map(move |_| Some(label))).collect();
            // Coded in full, so predictions have nothing to add.
            parts.push(Part { size: codes.len() as u64, predictions: vec![0.0; codes.len()], codes, sum: 0.0 });
        } else {
            certain.positives += pilot.positives;
            certain.negatives += pilot.negatives;
        }
        parts.retain(|part| part.size > 0);
        (parts, certain)
    }

    /// The estimate in a domain, or in the whole frame. The score was frozen before the draw, so its predictions have not seen the codes.
    pub(super) fn headline_of(&self, domain: Option<&dyn Fn(usize) -> bool>, level: Level) -> Result<survey::Headline, Error> {
        let everyone = |_: usize| true;
        let inside = domain.unwrap_or(&everyone);
        let (parts, certain) = self.strata(inside);
        let size = domain.map(|inside| {
            let pilot = |at: usize| self.golden.is_some() && self.standing(at).is_some_and(|(_, from)| from == Source::Pilot);
            (0..self.members.len()).filter(|at| inside(*at) && (self.is_open(*at) || pilot(*at))).count() as u64
        });
        self.estimate(&parts, certain, size, level)
    }

    /// The estimate from strata and what is known for certain; with a size, in a domain of their frame.
    fn estimate(&self, parts: &[Part], certain: Certain, size: Option<u64>, level: Level) -> Result<survey::Headline, Error> {
        let strata: Vec<Predicted<'_>> = parts
            .iter()
            .map(|part| Predicted { size: part.size, codes: &part.codes, predictions: &part.predictions, sum: part.sum })
            .collect();
        let known = Known { certain, domain: size, golden: self.golden, expected: survey::expected_positives(&strata) };
        survey::estimate(&strata, &known, Plan { level, ..Plan::default() }).map_err(statistics)
    }

    /// The estimate among the accounts that could be drawn and lie `inside`, from the codes of these alone: given how many of a stratum's codes fell
    /// inside, they are a random sample of its accounts there. None where a stratum has accounts inside and no code that decides.
    pub(super) fn total_within(&self, inside: &dyn Fn(usize) -> bool) -> Result<Option<Total>, Error> {
        let mut strata = vec![survey::Stratum::default(); self.sample.sizes.len()];
        for at in (0..self.members.len()).filter(|at| inside(*at) && self.is_open(*at)) {
            strata[self.sample.stratum(self.scores.linear[at])].size += 1;
        }
        for row in self.judged.iter().filter(|row| inside(row.place)) {
            let stratum = &mut strata[row.stratum];
            match row.label {
                Some(true) => stratum.positives += 1,
                Some(false) => stratum.negatives += 1,
                None => stratum.unclear += 1,
            }
        }
        strata.retain(|stratum| stratum.size > 0);
        if strata.is_empty() || strata.iter().any(|stratum| stratum.positives + stratum.negatives == 0) {
            return Ok(None);
        }
        let plan = Plan { level: self.level, ..Plan::default() };
        survey::total(&strata, Certain::default(), self.golden, plan).map(Some).map_err(statistics)
    }

    /// The total of a domain: from its own strata where there are codes enough, else that of [`Evidence::headline_of`]. Totals of domains do not add
    /// up to that of the frame.
    pub(super) fn total_of(&self, domain: &dyn Fn(usize) -> bool, level: Level) -> Result<Total, Error> {
        let headline = match self.strata_within(domain) {
            Some((parts, certain)) => self.estimate(&parts, certain, None, level)?,
            None => self.headline_of(Some(domain), level)?,
        };
        Ok(headline.total)
    }

    pub(super) fn figures(&self) -> Result<Figures, Error> {
        let survey::Headline { total, design, method } = self.headline_of(None, self.level)?;
        let scenario = survey::scenario(total.estimate, total.interval, self.unseen.share()?, self.level);
        Ok(Figures { total, design, method, scenario })
    }

    fn headline(&self, figures: &Figures) -> Headline {
        let total = &figures.total;
        let (best, interval) = figures.best();
        let label = |wanted: bool| self.judged.iter().filter(|row| row.label == Some(wanted)).count() as u64;
        let is_small = best.round() < self.min_cell as f64;
        let is_estimate = total.verdict == Verdict::Estimate && !is_small;
        let (positives, negatives) = (label(true), label(false));
        Headline {
            frame: self.members.frame.clone(),
            accounts: self.members.len() as u64,
            coded: positives + negatives,
            positives,
            verdict: match total.verdict {
                Verdict::Estimate if is_small => "small_cell",
                Verdict::Estimate => "estimate",
                Verdict::TooFew => "too_few",
                Verdict::CoderError => "coder_error",
            },
            estimate: is_estimate.then_some(best),
            low: is_estimate.then_some(interval.low),
            high: is_estimate.then_some(interval.high),
            at_most: total.at_most.max(self.min_cell as f64),
            level: self.level.get(),
            method: figures.method(),
            scenario: is_estimate.then_some([figures.scenario.least, figures.scenario.most]),
        }
    }

    /// Counts of the codes in force on the sample.
    pub(super) fn code_counts(&self) -> BTreeMap<&str, u64> {
        let mut counts = BTreeMap::new();
        for code in self.judged.iter().filter_map(|row| row.code.as_deref()) {
            *counts.entry(code).or_default() += 1;
        }
        counts
    }
}

impl Figures {
    /// What is quoted, with its interval.
    pub(super) fn best(&self) -> (f64, stats::Interval) {
        (self.total.estimate, self.total.interval)
    }

    /// How it was made, in a word.
    pub(super) const fn method(&self) -> &'static str {
        match self.method {
            Method::Assisted { .. } => "model-assisted",
            Method::Design(_) => "stratified",
        }
    }
}
