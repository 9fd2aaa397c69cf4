//! The sample: a probability sample of the frame, stratified by the frozen score, with the chance of every account on record.

use super::design::{Layer, layers, spread};
use super::lists::{self, read_list};
use super::members::Members;
use super::score::{Scores, damaged, statistics};
use super::{Census, CodeRules, FrozenAs, Problem, Purpose};
use crate::Error;
use crate::describe::query::{self, Lens};
use lake::{AsOf, Derived, DerivedColumn};
use sha2::{Digest, Sha256};
use stats::survey::{Expected, draw, expected_error, for_width, neyman};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file of the sample, of the pilot, and of the golden items.
pub(super) const FILE: &str = "sample.parquet";
pub(super) const PILOT: &str = "pilot.parquet";
pub(super) const GOLDEN: &str = "golden.parquet";

/// What a sample is drawn by.
#[derive(Clone, Debug)]
pub struct SampleRequest {
    /// [`Purpose::Sample`], or [`Purpose::Pilot`] for the codes that the score learns from.
    pub purpose: Purpose,
    /// How many accounts are drawn.
    pub codes: u64,
    /// Strata at most.
    pub strata: usize,
    /// Codes in every stratum at least.
    pub minimum: u64,
    /// The seed of the draw.
    pub seed: u64,
    /// Who codes.
    pub coders: Vec<String>,
    /// Share of the sample that a second coder codes too.
    pub overlap: f64,
    /// A list of accounts with their right codes, given to every coder among the others.
    pub golden: Option<PathBuf>,
    /// Leave out accounts that a flag marks as automated or spam.
    pub without_flagged: bool,
    /// The platform of the golden list, where it does not say.
    pub platform: Option<String>,
}

/// An account for coders.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// Its key.
    pub account: String,
    /// Why it is coded.
    pub purpose: Purpose,
    /// Who codes it; the first is the one whose code the estimate takes.
    pub coders: Vec<String>,
}

/// One stratum of a sample.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Drawn {
    /// Accounts in it that could be drawn.
    pub accounts: u64,
    /// Accounts drawn.
    pub codes: u64,
    /// The least score in it.
    pub score_from: f64,
    /// Expected share of positives.
    pub expected: Option<f64>,
}

/// A sample, drawn and written.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// The frame's id.
    pub frame: String,
    /// SHA-256 of what was drawn: accounts, strata, chances, coders and golden codes.
    pub digest: String,
    /// SHA-256 of the score's file; none for a pilot.
    pub score: Option<String>,
    /// The strata, highest score first.
    pub strata: Vec<Drawn>,
    /// The items, in the order of their keys.
    pub items: Vec<Item>,
    /// The half-width, in accounts, that the pilot leads one to expect.
    pub expected_half_width: f64,
}

impl Census<'_> {
    /// How many codes a half-width of `accounts` needs, and the half-width that they are expected to leave. Draws nothing.
    ///
    /// # Errors
    /// As [`Census::sample`].
    pub fn codes_for_width(&self, request: &SampleRequest, accounts: f64, rules: &CodeRules) -> Result<(u64, f64), Error> {
        let level = self.study.config().level();
        let plan = self.plan(request, rules)?;
        let codes = for_width(&plan.expected, accounts, request.minimum, level).map_err(statistics)?;
        let given = neyman(&plan.expected, codes, request.minimum).map_err(statistics)?;
        Ok((codes, level.z() * expected_error(&plan.expected, &given)))
    }

    /// The strata that a sample would be drawn from.
    fn plan(&self, request: &SampleRequest, rules: &CodeRules) -> Result<Plan, Error> {
        let members = self.members()?;
        let scores = if request.purpose == Purpose::Pilot { by_rank(&members, rules)? } else { self.scores(&members)? };
        let golden = self.golden_list(request, &members, rules)?;
        let is_open = |at: &usize| {
            let is_flagged = request.without_flagged && members.word("flag").get(*at).is_some_and(Option::is_some);
            scores.known[*at].is_none() && !golden.contains_key(&members.accounts[*at]) && !is_flagged
        };
        let open: Vec<usize> = (0..members.len()).filter(is_open).collect();
        if open.is_empty() {
            return Err(Problem::NobodyToDraw.into());
        }
        let strata = layers(&scores, &open, request.strata)?;
        let expected = expectations(&strata, &scores, rules)?;
        Ok(Plan { members, golden, open: open.len() as u64, strata, expected })
    }

    /// Draws a sample. Writes `sample.parquet` (or `pilot.parquet`) and `golden.parquet`; the caller freezes it and writes the sheets. O(accounts log
    /// accounts).
    ///
    /// # Errors
    /// [`Problem::Exists`], [`Problem::NoScore`] (for a pilot only a frame is needed), [`Problem::TooManyCodes`], and those of the golden list.
    pub fn sample(&self, request: &SampleRequest, rules: &CodeRules) -> Result<Sampled, Error> {
        let _work = self.study.at_work();
        let is_pilot = request.purpose == Purpose::Pilot;
        let file = if is_pilot { PILOT } else { FILE };
        if self.has(file) || (is_pilot && self.has(super::score::FILE)) {
            let what = if is_pilot { "pilot or a score" } else { "sample" };
            return Err(Problem::Exists { census: self.name.clone(), what }.into());
        }
        let Plan { members, golden, open, strata, expected } = self.plan(request, rules)?;
        let codes = allocate(&expected, request, open)?;
        let sizes: Vec<u64> = strata.iter().map(|layer| layer.places.len() as u64).collect();
        let drawn = draw(&sizes, &codes, request.seed).map_err(statistics)?;
        let mut rows = Vec::new();
        for (stratum, (layer, drawn)) in strata.iter().zip(&drawn).enumerate() {
            rows.extend(drawn.places.iter().map(|place| Row {
                account: members.accounts[layer.places[*place as usize]].clone(),
                stratum: stratum as i64,
                chance: drawn.chance,
                coders: Vec::new(),
            }));
        }
        assign(&mut rows, request);
        rows.sort_by(|a, b| a.account.cmp(&b.account));
        let sampled = Sampled {
            frame: members.frame.clone(),
            digest: digest(&rows, &golden),
            score: if is_pilot { None } else { Some(file_digest(&self.folder.join(super::score::FILE))?) },
            strata: strata.iter().zip(&codes).map(|(layer, codes)| layer.plan(*codes)).collect(),
            items: items(&rows, &golden, request),
            expected_half_width: self.study.config().level().z() * expected_error(&expected, &codes),
        };
        if !golden.is_empty() {
            golden_table(&golden, &members).write(&self.folder.join(GOLDEN), self.study.cipher())?;
        }
        table(&rows, &sampled, &members, request).write(&self.folder.join(file), self.study.cipher())?;
        Ok(sampled)
    }

    /// Takes away a sample or pilot that was drawn and never frozen, so that it can be drawn again: the step was cut short.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn discard(&self, purpose: Purpose) -> Result<(), Error> {
        let files: &[&str] = if purpose == Purpose::Pilot { &[PILOT] } else { &[FILE, GOLDEN] };
        for path in files.iter().map(|file| self.folder.join(file)).filter(|path| path.exists()) {
            std::fs::remove_file(&path).map_err(Error::io("remove", path))?;
        }
        Ok(())
    }

    /// SHA-256 over what is asked: the frame with its settings. Part of what is frozen.
    ///
    /// # Errors
    /// [`Problem::NoFrame`].
    pub fn query_digest(&self) -> Result<String, Error> {
        let members = self.members()?;
        let mut hash = Sha256::new();
        hash.update(format!("query 2\nframe {}\n", members.frame));
        members.facts.iter().for_each(|(key, value)| hash.update(format!("{key} {value}\n")));
        // Codes of seeds and what domains are made by stand in the file and not in the frame's id.
        hash.update(format!("file {}\n", self.original(file_digest(&self.folder.join(super::frame::FILE))?)?));
        Ok(hex(&hash.finalize()))
    }

    /// Refuses a census whose frame, score or sample is not the one that was frozen.
    pub(super) fn check_frozen(&self, frozen: &FrozenAs, sample: &Sample) -> Result<(), Error> {
        let changed = |file: &str| Err(Problem::Changed { path: self.folder.join(file) }.into());
        if frozen.query != self.query_digest()? {
            return changed(super::frame::FILE);
        }
        let score = self.folder.join(super::score::FILE);
        if frozen.score.is_some() && frozen.score != Some(self.original(file_digest(&score)?)?) {
            return changed(super::score::FILE);
        }
        if frozen.sample != self.original(sample.digest.clone())? { changed(FILE) } else { Ok(()) }
    }

    /// The accounts of the golden list with their right codes.
    fn golden_list(&self, request: &SampleRequest, members: &Members, rules: &CodeRules) -> Result<BTreeMap<String, String>, Error> {
        let Some(path) = &request.golden else { return Ok(BTreeMap::new()) };
        let lake = self.study.lake()?;
        let reader = lake.read(AsOf::Seal(members.seal))?;
        let lens = Lens::new(&reader)?;
        let platforms = members.platforms();
        // A golden item need not be in the frame: what counts is that coders can look at it.
        let resolved = lists::resolve(&lens, path, read_list(path)?, request.platform.as_deref(), &platforms, |_| true)?;
        lists::one_code_each(path, &resolved.found)?;
        let mut golden = BTreeMap::new();
        for (key, entry) in resolved.found {
            let code = entry.code.clone().filter(|code| !code.is_empty()).ok_or_else(|| Problem::List {
                path: path.clone(),
                line: entry.line,
                problem: "a golden item needs its right code in a column `code`".to_owned(),
            })?;
            if lists::label(path, &entry, &code, rules)?.is_none() {
                let problem = "its code decides nothing; a golden item needs one that counts as support or as none".to_owned();
                return Err(Problem::List { path: path.clone(), line: entry.line, problem }.into());
            }
            golden.insert(key, code);
        }
        Ok(golden)
    }

    /// Chances of the accounts of a pilot that was drawn here; empty where the pilot came from elsewhere.
    pub(super) fn pilot_chances(&self) -> Result<BTreeMap<String, f64>, Error> {
        if !self.has(PILOT) {
            return Ok(BTreeMap::new());
        }
        let path = self.folder.join(PILOT);
        let rows =
            Row::read(&Derived::read(&path, self.study.cipher())?).ok_or_else(|| damaged(&path, "it is no pilot of this version"))?;
        Ok(rows.into_iter().map(|row| (row.account, row.chance)).collect())
    }

    /// The sample as it lies in the folder.
    pub(super) fn drawn(&self) -> Result<Sample, Error> {
        if !self.has(FILE) {
            return Err(Problem::NoSample(self.name.clone()).into());
        }
        let path = self.folder.join(FILE);
        let table = Derived::read(&path, self.study.cipher())?;
        let golden = self.golden()?;
        Sample::read(&table, golden).ok_or_else(|| damaged(&path, "it is no sample of this version"))
    }

    /// SHA-256 of the sample as it lies in the folder, for comparison with what was frozen.
    ///
    /// # Errors
    /// [`Problem::NoSample`].
    pub fn sample_digest(&self) -> Result<String, Error> {
        Ok(self.drawn()?.digest)
    }

    pub(super) fn golden(&self) -> Result<BTreeMap<String, String>, Error> {
        if !self.has(GOLDEN) {
            return Ok(BTreeMap::new());
        }
        let path = self.folder.join(GOLDEN);
        let table = Derived::read(&path, self.study.cipher())?;
        let (Some(DerivedColumn::Text(accounts)), Some(DerivedColumn::Text(codes))) = (table.column("account"), table.column("code"))
        else {
            return Err(damaged(&path, "it is no list of golden items of this version"));
        };
        Ok(accounts.iter().flatten().cloned().zip(codes.iter().flatten().cloned()).collect())
    }

    /// The right code of every golden item; empty where there is none. Of the lead alone.
    ///
    /// # Errors
    /// [`Error::Census`] for a damaged table, [`Error::Io`].
    pub fn golden_codes(&self) -> Result<BTreeMap<String, String>, Error> {
        self.golden()
    }

    /// What coders see of accounts: handle, name, profile text, place, link, as last observed. In the order of `accounts`; inside a study only.
    ///
    /// # Errors
    /// Those of the lake.
    pub fn cards(&self, accounts: &[String], as_of: AsOf) -> Result<Vec<[String; 5]>, Error> {
        let lake = self.study.lake()?;
        let reader = lake.read(as_of)?;
        let lens = Lens::new(&reader)?;
        let mut cards: BTreeMap<String, [String; 5]> = BTreeMap::new();
        for chunk in accounts.chunks(500) {
            let wanted = chunk.iter().map(|key| format!("'{}'", key.replace('\'', "''"))).collect::<Vec<_>>().join(", ");
            lens.each(query::CARDS, &[("wanted", &wanted)], |row| {
                let card = cards.entry(row.word(0)?.to_owned()).or_default();
                // Observations come in the order of time: what is said later stands, silence hides nothing.
                for (cell, place) in card.iter_mut().zip(2..) {
                    if let Some(text) = row.text(place)? {
                        text.clone_into(cell);
                    }
                }
                Ok(())
            })?;
        }
        Ok(accounts.iter().map(|key| cards.get(key).cloned().unwrap_or_default()).collect())
    }
}

/// What a sample is drawn from.
struct Plan {
    members: Members,
    golden: BTreeMap<String, String>,
    /// Accounts that can be drawn.
    open: u64,
    strata: Vec<Layer>,
    expected: Vec<Expected>,
}

/// Before there is a score, the network rank stands for it, and seeds are what is known.
fn by_rank(members: &Members, rules: &CodeRules) -> Result<Scores, Error> {
    let rank = members.number("rank").iter().map(|rank| rank.unwrap_or(-1.0)).collect();
    let mut known = Vec::with_capacity(members.len());
    for code in members.word("seed_code") {
        let label = code.as_deref().map(|code| rules.label(code)).transpose()?.flatten();
        known.push(code.clone().filter(|_| label.is_some()));
    }
    Ok(Scores { linear: rank, probability: None, known, is_pilot: vec![false; members.len()] })
}

impl Layer {
    fn plan(&self, codes: u64) -> Drawn {
        Drawn { accounts: self.places.len() as u64, codes, score_from: self.from, expected: self.expected }
    }
}

/// The spread that the pilot and the score lead one to expect in every stratum.
fn expectations(strata: &[Layer], scores: &Scores, rules: &CodeRules) -> Result<Vec<Expected>, Error> {
    let mut counts = vec![(0, 0); strata.len()];
    for at in (0..scores.linear.len()).filter(|at| scores.is_pilot[*at]) {
        let Some(label) = scores.known[at].as_deref().map(|code| rules.label(code)).transpose()?.flatten() else { continue };
        // The stratum that the account would be in, were it not coded already.
        let stratum = strata.iter().position(|layer| scores.linear[at] >= layer.from).unwrap_or(strata.len() - 1);
        counts[stratum].0 += 1;
        counts[stratum].1 += u64::from(label);
    }
    Ok(strata.iter().zip(counts).map(|(layer, pilot)| spread(layer, pilot)).collect())
}

/// Codes by stratum. A pilot shares its codes out evenly, since it is there to learn from all scores.
fn allocate(expected: &[Expected], request: &SampleRequest, open: u64) -> Result<Vec<u64>, Error> {
    let codes = request.codes;
    if codes == 0 || codes > open {
        return Err(Problem::TooManyCodes { codes, accounts: open }.into());
    }
    if request.purpose != Purpose::Pilot {
        return neyman(expected, codes, request.minimum).map_err(statistics);
    }
    let mut given = vec![0; expected.len()];
    let mut left = codes;
    // `codes` is at most the number of open accounts, so every round gives at least one.
    while left > 0 {
        for (given, stratum) in given.iter_mut().zip(expected) {
            if left > 0 && *given < stratum.size {
                *given += 1;
                left -= 1;
            }
        }
    }
    Ok(given)
}

/// One drawn account.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) account: String,
    pub(super) stratum: i64,
    pub(super) chance: f64,
    pub(super) coders: Vec<String>,
}

/// A sample: what was drawn, from what.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample {
    pub(super) rows: Vec<Row>,
    /// Accounts of every stratum that could be drawn.
    pub(super) sizes: Vec<u64>,
    /// The least score of every stratum, falling.
    pub(super) from: Vec<f64>,
    pub(super) without_flagged: bool,
    /// Golden items with their right codes.
    pub(super) golden: BTreeMap<String, String>,
    pub(super) digest: String,
}

impl Sample {
    fn read(table: &Derived, golden: BTreeMap<String, String>) -> Option<Sample> {
        fn numbers<T: std::str::FromStr>(text: Option<&String>) -> Option<Vec<T>> {
            text?.split(',').map(|part| part.parse().ok()).collect()
        }
        let rows = Row::read(table)?;
        let sizes: Vec<u64> = numbers(table.facts.get("strata"))?;
        let from: Vec<f64> = numbers(table.facts.get("from"))?;
        let fits = from.len() == sizes.len() && rows.iter().all(|row| usize::try_from(row.stratum).is_ok_and(|own| own < sizes.len()));
        let digest = digest(&rows, &golden);
        let without_flagged = table.facts.get("without_flagged")? == "true";
        fits.then_some(Sample { rows, sizes, from, without_flagged, golden, digest })
    }

    /// The stratum of a score.
    pub(super) fn stratum(&self, score: f64) -> usize {
        self.from.partition_point(|from| *from > score).min(self.from.len().saturating_sub(1))
    }
}

impl Row {
    pub(super) fn read(table: &Derived) -> Option<Vec<Row>> {
        let (DerivedColumn::Text(accounts), DerivedColumn::Int(strata)) = (table.column("account")?, table.column("stratum")?) else {
            return None;
        };
        let (DerivedColumn::Real(chances), DerivedColumn::Text(coders)) = (table.column("chance")?, table.column("coders")?) else {
            return None;
        };
        let rows = accounts.iter().zip(strata).zip(chances).zip(coders).map(|(((account, stratum), chance), coders)| {
            let coders = coders.as_ref()?.split(',').map(str::to_owned).collect();
            Some(Row { account: account.clone()?, stratum: (*stratum)?, chance: (*chance)?, coders })
        });
        rows.collect()
    }
}

/// Gives each account its first coder in turn, and a random part of them a second one. A hash of seed and account shuffles them, so an
/// account's coders depend on the draw alone.
fn assign(rows: &mut [Row], request: &SampleRequest) {
    let key = |account: &str| Sha256::digest(format!("assign {} {account}", request.seed)).to_vec();
    rows.sort_by_cached_key(|row| key(&row.account));
    let coders = &request.coders;
    let doubled = (rows.len() as f64 * request.overlap.clamp(0.0, 1.0)).round() as usize;
    for (turn, row) in rows.iter_mut().enumerate() {
        let first = turn % coders.len().max(1);
        row.coders = coders.get(first).cloned().into_iter().collect();
        if turn < doubled && coders.len() > 1 {
            row.coders.extend(coders.get((first + 1 + turn / coders.len() % (coders.len() - 1)) % coders.len()).cloned());
        }
    }
}

fn items(rows: &[Row], golden: &BTreeMap<String, String>, request: &SampleRequest) -> Vec<Item> {
    let mut items: Vec<Item> = rows
        .iter()
        .map(|row| Item { account: row.account.clone(), purpose: request.purpose, coders: row.coders.clone() })
        .chain(golden.keys().map(|key| Item { account: key.clone(), purpose: Purpose::Golden, coders: request.coders.clone() }))
        .collect();
    items.sort();
    items
}

pub(super) fn digest(rows: &[Row], golden: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    hash.update("sample 1\n");
    rows.iter().for_each(|row| hash.update(format!("{}\t{}\t{}\t{}\n", row.account, row.stratum, row.chance, row.coders.join(","))));
    golden.iter().for_each(|(account, code)| hash.update(format!("golden\t{account}\t{code}\n")));
    hex(&hash.finalize())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn file_digest(path: &Path) -> Result<String, Error> {
    Ok(hex(&Sha256::digest(std::fs::read(path).map_err(Error::io("read", path))?)))
}

fn table(rows: &[Row], sampled: &Sampled, members: &Members, request: &SampleRequest) -> Derived {
    let sizes: Vec<String> = sampled.strata.iter().map(|stratum| stratum.accounts.to_string()).collect();
    let facts = [
        ("frame", members.frame.clone()),
        ("seal", members.seal.to_string()),
        ("strata", sizes.join(",")),
        ("from", sampled.strata.iter().map(|stratum| stratum.score_from.to_string()).collect::<Vec<_>>().join(",")),
        ("without_flagged", request.without_flagged.to_string()),
        ("seed", request.seed.to_string()),
        ("coders", request.coders.join(",")),
    ];
    Derived {
        facts: facts.map(|(key, value)| (key.to_owned(), value)).into(),
        columns: vec![
            ("account".to_owned(), DerivedColumn::Text(rows.iter().map(|row| Some(row.account.clone())).collect())),
            ("stratum".to_owned(), DerivedColumn::Int(rows.iter().map(|row| Some(row.stratum)).collect())),
            ("chance".to_owned(), DerivedColumn::Real(rows.iter().map(|row| Some(row.chance)).collect())),
            ("coders".to_owned(), DerivedColumn::Text(rows.iter().map(|row| Some(row.coders.join(","))).collect())),
        ],
    }
}

fn golden_table(golden: &BTreeMap<String, String>, members: &Members) -> Derived {
    Derived {
        facts: [("frame".to_owned(), members.frame.clone())].into(),
        columns: vec![
            ("account".to_owned(), DerivedColumn::Text(golden.keys().cloned().map(Some).collect())),
            ("code".to_owned(), DerivedColumn::Text(golden.values().cloned().map(Some).collect())),
        ],
    }
}
