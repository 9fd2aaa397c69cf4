//! How good is a list that strangers made? A sample of it is coded like any other. A crowd list is never a label.

use super::design::decided;
use super::lists::{self, read_list};
use super::sample::{Item, hex};
use super::score::{damaged, statistics};
use super::{Census, CodeRules, CodeTable, Problem, Purpose};
use crate::Error;
use crate::describe::gather;
use crate::describe::query::Lens;
use crate::describe::{Description, provenance};
use lake::{AsOf, Cipher, Derived, DerivedColumn};
use record::{Chart, Column, Denominator, Finding, Kind, Method, Sentence, Text, Value, text};
use sha2::{Digest, Sha256};
use stats::Proportion;
use stats::survey::{Certain, Plan, Stratum, Verdict, draw};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What a list is audited by.
#[derive(Clone, Debug)]
pub struct AuditRequest {
    /// The list.
    pub list: PathBuf,
    /// The audit's name.
    pub name: String,
    /// How many of its accounts are coded.
    pub codes: u64,
    /// Who codes; each codes every account.
    pub coders: Vec<String>,
    /// The seed of the draw.
    pub seed: u64,
    /// The platform of the list, where it does not say.
    pub platform: Option<String>,
}

/// A sample of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListSample {
    /// SHA-256 of what was drawn.
    pub digest: String,
    /// Accounts of the list in the lake, and entries that are not there.
    pub found: u64,
    /// See `found`.
    pub missing: u64,
    /// The drawn accounts.
    pub items: Vec<Item>,
}

/// What the codes say of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Audit {
    /// Accounts of the list in the lake, those of them in the frame, entries not in the lake.
    pub found: u64,
    /// See `found`; none where it, or what is left, is below the study's `min_cell`.
    pub in_frame: Option<u64>,
    /// See `found`.
    pub missing: u64,
    /// The share of overt supporters with its interval; none where too few are positive.
    pub precision: Option<[f64; 3]>,
    /// The share is at most this.
    pub at_most: f64,
    /// The findings.
    pub description: Description,
}

impl Census<'_> {
    fn audit_path(&self, name: &str) -> Result<PathBuf, Error> {
        if !crate::named::is_plain(name, super::LONGEST_AUDIT) {
            return Err(Problem::AuditName(Sentence::given(name)).into());
        }
        Ok(self.folder.join(format!("audit-{name}.parquet")))
    }

    /// Takes away a list's sample that was drawn and never frozen, so that it can be drawn again: the step was cut short.
    ///
    /// # Errors
    /// [`Problem::AuditName`], [`Error::Io`].
    pub fn discard_audit(&self, name: &str) -> Result<(), Error> {
        let path = self.audit_path(name)?;
        if path.exists() { std::fs::remove_file(&path).map_err(Error::io("remove", path)) } else { Ok(()) }
    }

    /// Draws a simple random sample of a list's accounts. Writes `audit-NAME.parquet`.
    ///
    /// # Errors
    /// [`Problem::Exists`], [`Problem::NoFrame`], [`Problem::TooManyCodes`], and those of the list.
    pub fn audit_sample(&self, request: &AuditRequest) -> Result<ListSample, Error> {
        let _work = self.study.at_work();
        let path = self.audit_path(&request.name)?;
        if path.exists() {
            return Err(Problem::Exists { census: Sentence::given(&self.name), what: "list audit of this name" }.into());
        }
        let members = self.members()?;
        let lake = self.study.lake()?;
        let reader = lake.read(AsOf::Latest)?;
        let lens = Lens::new(&reader)?;
        let gathered = gather::read(self.study.folder(), &lens, None, &mut |_| {})?;
        let observed = gathered.keys.names();
        let mut platforms: BTreeSet<String> = observed.iter().filter_map(|key| Some(key.split_once(':')?.0.to_owned())).collect();
        platforms.extend(members.platforms());
        let is_known = |key: &str| gathered.keys.find(key).is_some() || members.place(key).is_some();
        let resolved = lists::resolve(&lens, &request.list, read_list(&request.list)?, request.platform.as_deref(), &platforms, is_known)?;
        let mut keys: Vec<String> = resolved.found.into_iter().map(|(key, _)| key).collect();
        keys.sort();
        keys.dedup();
        let found = keys.len() as u64;
        if request.codes == 0 || request.codes > found {
            return Err(Problem::TooManyCodes { codes: request.codes, accounts: found }.into());
        }
        let drawn = draw(&[found], &[request.codes], request.seed).map_err(statistics)?;
        let places: BTreeSet<u64> = drawn.into_iter().flat_map(|own| own.places).collect();
        let is_drawn: Vec<bool> = (0..found).map(|place| places.contains(&place)).collect();
        let table = Derived {
            facts: [("frame", members.frame.clone()), ("missing", resolved.missing.to_string())]
                .map(|(key, value)| (key.to_owned(), value))
                .into(),
            columns: vec![
                ("account".to_owned(), DerivedColumn::Text(keys.iter().cloned().map(Some).collect())),
                ("drawn".to_owned(), DerivedColumn::Bool(is_drawn.iter().copied().map(Some).collect())),
            ],
        };
        table.write(&path, self.study.cipher())?;
        let items = keys.iter().zip(&is_drawn).filter(|(_, drawn)| **drawn);
        let items = items.map(|(key, _)| Item { account: key.clone(), purpose: Purpose::Audit, coders: request.coders.clone() });
        Ok(ListSample { digest: digest(&keys, &is_drawn), found, missing: resolved.missing, items: items.collect() })
    }

    /// What the codes of a drawn list say: its precision with an interval, who else is on it, and how much of it the frame holds. `frozen` is the
    /// digest of the draw as it was frozen.
    ///
    /// # Errors
    /// [`Problem::AuditName`], [`Problem::NoAudit`], [`Problem::Changed`], [`Problem::NoCodes`], [`Problem::NothingDecided`].
    pub fn audit(&self, name: &str, frozen: &str, codes: &CodeTable, rules: &CodeRules) -> Result<Audit, Error> {
        let path = self.audit_path(name)?;
        if !path.exists() {
            return Err(Problem::NoAudit(Sentence::given(name)).into());
        }
        let table = Derived::read(&path, self.study.cipher())?;
        let (keys, is_drawn) = listed(&table).ok_or_else(|| damaged(&path, "it is no list audit of this version"))?;
        if self.study.original_digest(digest(&keys, &is_drawn))? != frozen {
            return Err(Problem::Changed { path }.into());
        }
        let mut codes = codes.clone();
        crate::erasure::unit_codes(&table, Purpose::Audit, &mut codes);
        let codes = &codes;
        let members = self.members()?;
        let in_force = decided(codes, Purpose::Audit, rules)?;
        let coded: Vec<_> = keys.iter().zip(&is_drawn).filter(|(_, drawn)| **drawn).filter_map(|(key, _)| in_force.get(key)).collect();
        if coded.is_empty() {
            return Err(Problem::NoCodes.into());
        }
        if coded.iter().all(|own| own.label.is_none()) {
            return Err(Problem::NothingDecided(coded.len() as u64).into());
        }
        let count = |label: Option<bool>| coded.iter().filter(|own| own.label == label).count() as u64;
        let stratum =
            Stratum { size: keys.len() as u64, positives: count(Some(true)), negatives: count(Some(false)), unclear: count(None) };
        let config = self.study.config();
        let plan = Plan { level: config.level(), ..Plan::default() };
        let total = stats::survey::total(&[stratum], Certain::default(), None, plan).map_err(statistics)?;
        let of = stratum.size as f64;
        let in_frame = keys.iter().filter(|key| members.place(key).is_some()).count() as u64;
        let mut by_code: BTreeMap<&str, u64> = BTreeMap::new();
        coded.iter().for_each(|own| *by_code.entry(own.code.as_deref().unwrap_or("disputed")).or_default() += 1);
        let lake = self.study.lake()?;
        let reader = lake.read(AsOf::Latest)?;
        let sources = crate::describe::sources::read(&Lens::new(&reader)?)?;
        let precision =
            (total.verdict == Verdict::Estimate).then(|| [total.estimate / of, total.interval.low / of, total.interval.high / of]);
        let missing = table.facts.get("missing").and_then(|text| text.parse().ok()).unwrap_or(0);
        let facts = Facts {
            found: stratum.size,
            in_frame,
            missing,
            coded: coded.len() as u64,
            precision,
            at_most: total.at_most / of,
            min_cell: config.min_cell,
        };
        let is_small = |n: u64| (1..config.min_cell).contains(&n);
        Ok(Audit {
            found: stratum.size,
            in_frame: Some(in_frame).filter(|own| !is_small(*own) && !is_small(stratum.size - own)),
            missing,
            precision,
            at_most: total.at_most / of,
            description: Description {
                provenance: provenance(config, &lake, &reader, false, &sources)?,
                findings: vec![facts.quality(config.level()), facts.kinds(&by_code, rules, config.level())],
            },
        })
    }
}

fn listed(table: &Derived) -> Option<(Vec<String>, Vec<bool>)> {
    let (DerivedColumn::Text(keys), DerivedColumn::Bool(drawn)) = (table.column("account")?, table.column("drawn")?) else { return None };
    Some((keys.iter().cloned().collect::<Option<_>>()?, drawn.iter().copied().collect::<Option<_>>()?))
}

fn digest(keys: &[String], is_drawn: &[bool]) -> String {
    let mut hash = Sha256::new();
    hash.update("audit 1\n");
    keys.iter().zip(is_drawn).for_each(|(key, drawn)| hash.update(format!("{key}\t{drawn}\n")));
    hex(&hash.finalize())
}

/// The digest of a draw as it is, as it will be once `unit` has taken the place of accounts, and how many that are; none where it stays.
pub(super) fn digests_after(
    path: &std::path::Path,
    cipher: &Cipher,
    unit: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<(String, String, u64)>, Error> {
    let table = Derived::read(path, cipher)?;
    let (keys, is_drawn) = listed(&table).ok_or_else(|| damaged(path, "it is no list audit of this version"))?;
    let after: Vec<String> = keys.iter().map(|key| unit(key).unwrap_or_else(|| key.clone())).collect();
    let rows = keys.iter().zip(&after).filter(|(before, after)| before != after).count() as u64;
    Ok((rows > 0).then(|| (digest(&keys, &is_drawn), digest(&after, &is_drawn), rows)))
}

/// What the audit's findings are made from.
struct Facts {
    found: u64,
    in_frame: u64,
    missing: u64,
    coded: u64,
    precision: Option<[f64; 3]>,
    at_most: f64,
    min_cell: u64,
}

impl Facts {
    fn finding(
        &self,
        id: &str,
        [title, note]: [Text; 2],
        level: stats::Level,
        columns: Vec<Column>,
        rows: Vec<Vec<Value>>,
        suppressed: u64,
    ) -> Finding {
        Finding {
            id: id.to_owned(),
            section: "census".to_owned(),
            title,
            note,
            unit: text!("accounts"),
            denominator: Denominator { n: self.found, of: text!("accounts of the list that the lake holds") },
            window: None,
            method: Method {
                name: text!("share of a simple random sample with exact interval"),
                page: "survey".to_owned(),
                level: Some(level.get()),
                rule: text!("{m} of {n} accounts drawn and coded", m = self.coded, n = self.found),
            },
            columns,
            rows,
            suppressed,
            chart: Chart::None,
        }
    }

    fn quality(&self, level: stats::Level) -> Finding {
        let columns = vec![
            Column::new("measure", text!("Measure"), Kind::Label),
            Column::new("accounts", text!("Accounts"), Kind::Count),
            Column::new("share", text!("Share"), Kind::Share),
            Column::new("low", text!("from"), Kind::Low),
            Column::new("high", text!("to"), Kind::High),
        ];
        let mut suppressed = 0;
        let mut count = |label: Text, n: u64, of: u64| {
            let is_small = |n: u64| (1..self.min_cell).contains(&n);
            if is_small(n) || is_small(of.saturating_sub(n)) {
                suppressed += 1;
                return vec![label.into(), Value::Null, Value::Null, Value::Null, Value::Null];
            }
            let share = Proportion::new(n.min(of), of).ok().and_then(Proportion::share);
            vec![label.into(), Value::from(n), Value::from(share), Value::Null, Value::Null]
        };
        let precision = match self.precision {
            Some([share, low, high]) => {
                vec![text!("overt support, of those in the lake (precision)").into(), Value::Null, share.into(), low.into(), high.into()]
            }
            None => vec![text!("overt support, at most").into(), Value::Null, Value::Null, 0.0.into(), self.at_most.into()],
        };
        let listed = self.found + self.missing;
        let rows = vec![
            count(text!("on the list"), listed, listed),
            count(text!("in the lake, of those on the list"), self.found, listed),
            count(text!("in the frame, of those in the lake"), self.in_frame, self.found),
            precision,
        ];
        let note = text!(
            "Precision is the share of the list's accounts that coders code as overt support. A list is a way to find accounts, never a label."
        );
        self.finding("audit_quality", [text!("How good the list is"), note], level, columns, rows, suppressed)
    }

    /// Who is on the list, by code.
    fn kinds(&self, by_code: &BTreeMap<&str, u64>, rules: &CodeRules, level: stats::Level) -> Finding {
        let columns = vec![
            Column::new("code", text!("Code"), Kind::Label),
            Column::new("codes", text!("Codes"), Kind::Count),
            Column::new("share", text!("Share of the coded"), Kind::Share),
            Column::new("low", text!("from"), Kind::Low),
            Column::new("high", text!("to"), Kind::High),
        ];
        let (mut rows, mut others, mut suppressed) = (Vec::new(), 0, 0);
        let row = |code: Text, n: u64| {
            let share = Proportion::new(n.min(self.coded), self.coded).ok();
            let interval = share.map(|own| own.clopper_pearson(level));
            let end = |value: Option<f64>| Value::from(value);
            vec![
                code.into(),
                Value::from(n),
                end(share.and_then(Proportion::share)),
                end(interval.map(|own| own.low)),
                end(interval.map(|own| own.high)),
            ]
        };
        for (code, n) in by_code {
            if *n < self.min_cell || rules.counts(code) == Some(super::Counts::Protected) {
                others += n;
                suppressed += 1;
            } else {
                rows.push(row(Text::data(*code), *n));
            }
        }
        if others > 0 {
            rows.push(row(text!("all others"), others));
        }
        let note = text!(
            "How many journalists, researchers, opponents or pious people stand on a list of alleged supporters. Codes with few accounts are taken together."
        );
        let finding = self.finding("audit_codes", [text!("Who is on the list"), note], level, columns, rows, suppressed);
        Finding { denominator: Denominator { n: self.coded, of: text!("drawn accounts of the list with a code") }, ..finding }
    }
}
