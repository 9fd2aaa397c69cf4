//! Two censuses set side by side: difference, growth, doubling time, and what of it is only the boundary of the frame.

use super::estimate::{EstimateRequest, Evidence};
use super::{Census, CodeRules, Problem};
use crate::Error;
use crate::describe::query::Lens;
use crate::describe::{Description, provenance};
use record::{Chart, Column, Denominator, Finding, Kind, Method, Value};
use stats::survey::{Comparison, Verdict, compare};

/// What two censuses say together.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameComparison {
    /// Days between the two.
    pub days: f64,
    /// Accounts in both frames.
    pub shared: u64,
    /// The findings.
    pub description: Description,
}

/// One row: the same quantity in both.
struct Pair {
    quantity: &'static str,
    earlier: stats::survey::Total,
    later: stats::survey::Total,
}

impl Census<'_> {
    /// Compares this census with a later one of the same study. Without `days` the time between is that between the last records that the
    /// frames had read.
    ///
    /// # Errors
    /// [`Problem::Same`], and those of [`Census::estimate`] for either.
    pub fn compare(
        &self,
        later: &Census<'_>,
        requests: (&EstimateRequest, &EstimateRequest),
        rules: &CodeRules,
        days: Option<f64>,
    ) -> Result<FrameComparison, Error> {
        if self.name == later.name {
            return Err(Problem::Same(self.name.clone()).into());
        }
        let lake = self.study.lake()?;
        let reader = lake.read(requests.1.as_of)?;
        let lens = Lens::new(&reader)?;
        let (first, second) = (self.evidence(requests.0, rules, &lens)?, later.evidence(requests.1, rules, &lens)?);
        let between = |evidence: &Evidence| evidence.members.fact("until").parse::<f64>().unwrap_or(0.0) / 86_400e6;
        let days = days.unwrap_or_else(|| between(&second) - between(&first));
        let pairs = pairs(&first, &second)?;
        let shared = first.members.accounts.iter().filter(|key| second.members.place(key).is_some()).count() as u64;
        let sources = crate::describe::sources::read(&lens)?;
        let finding = table(&pairs, days, shared, [&first, &second], [&self.name, &later.name]);
        Ok(FrameComparison {
            days,
            shared,
            description: Description {
                provenance: provenance(self.study.config(), &lake, &reader, requests.1.internal, &sources)?,
                findings: vec![finding],
            },
        })
    }
}

fn pairs(first: &Evidence, second: &Evidence) -> Result<[Pair; 3], Error> {
    let pair = |quantity, in_both: Option<bool>| -> Result<Pair, Error> {
        let total = |own: &Evidence, other: &Evidence| match in_both {
            None => own.total_of(None, own.level),
            Some(wanted) => {
                let inside = |at: usize| other.members.place(&own.members.accounts[at]).is_some() == wanted;
                own.total_of(Some(&inside), own.level)
            }
        };
        Ok(Pair { quantity, earlier: total(first, second)?, later: total(second, first)? })
    };
    Ok([
        pair("in each frame", None)?,
        pair("accounts in both frames (no boundary)", Some(true))?,
        pair("accounts in one frame only (the boundary)", Some(false))?,
    ])
}

fn table(pairs: &[Pair], days: f64, shared: u64, frames: [&Evidence; 2], names: [&str; 2]) -> Finding {
    let columns = vec![
        Column::new("quantity", "Overt supporters", Kind::Label),
        Column::new("earlier", "Earlier", Kind::Count),
        Column::new("later", "Later", Kind::Count),
        Column::new("difference", "Difference", Kind::Number),
        Column::new("low", "from", Kind::Number),
        Column::new("high", "to", Kind::Number),
        Column::new("growth", "Growth", Kind::Share),
        Column::new("growth_low", "from", Kind::Low),
        Column::new("growth_high", "to", Kind::High),
        Column::new("doubling_days", "Doubling time in days", Kind::Number),
        Column::new("doubling_fast", "from", Kind::Number),
        Column::new("doubling_slow", "to", Kind::Number),
    ];
    let rows = pairs.iter().map(|pair| row(pair, days));
    let [first, second] = frames;
    Finding {
        id: "census_comparison".to_owned(),
        section: "census".to_owned(),
        title: format!("Census {} and census {}", names[0], names[1]),
        note: "A frame is a boundary, and a wider one holds more supporters. What changed among accounts of both frames is no work of the boundary; what stands in \
               one frame only may be nothing else. Doubling times are given where the whole interval says growth or decline; a negative one is a halving time."
            .to_owned(),
        unit: "accounts".to_owned(),
        denominator: Denominator { n: shared, of: "accounts in both frames".to_owned() },
        window: second.window,
        method: Method {
            name: "difference of two independent estimates".to_owned(),
            page: "ranges".to_owned(),
            level: Some(second.level.get()),
            rule: format!(
                "frames {} ({} accounts) and {} ({} accounts), {days:.1} days apart",
                first.members.frame,
                first.members.len(),
                second.members.frame,
                second.members.len()
            ),
        },
        columns,
        rows: rows.collect(),
        suppressed: 0,
        chart: Chart::None,
    }
}

fn row(pair: &Pair, days: f64) -> Vec<Value> {
    let (a, b) = (&pair.earlier, &pair.later);
    let is_estimate = a.verdict == Verdict::Estimate && b.verdict == Verdict::Estimate;
    let shown = |total: &stats::survey::Total| {
        if total.verdict == Verdict::Estimate { Value::from(total.estimate.round().max(0.0) as u64) } else { Value::Null }
    };
    let mut row = vec![pair.quantity.into(), shown(a), shown(b)];
    if !is_estimate {
        row.extend((0..9).map(|_| Value::Null));
        return row;
    }
    let found: Comparison = compare((a.estimate, a.interval), (b.estimate, b.interval), days);
    let number = |value: Option<f64>| Value::from(value.filter(|value| value.is_finite()));
    let doubles = |value: Option<f64>| number(value.filter(|_| days > 0.0));
    row.extend([
        number(Some(found.difference.round())),
        number(Some(found.difference_interval.low.floor())),
        number(Some(found.difference_interval.high.ceil())),
        number(found.growth),
        number(found.growth_interval.map(|own| own.low)),
        number(found.growth_interval.map(|own| own.high)),
        doubles(found.doubling),
        doubles(found.doubling_interval.map(|own| own.low)),
        doubles(found.doubling_interval.map(|own| own.high)),
    ]);
    row
}
