//! Two censuses set side by side: difference, growth, doubling time, and what of it is only the boundary of the frame.

use super::estimate::{EstimateRequest, Evidence};
use super::findings::quoted;
use super::{Census, CodeRules, Problem};
use crate::Error;
use crate::describe::query::Lens;
use crate::describe::{Description, provenance};
use record::{Arg, Chart, Column, Denominator, Finding, Kind, Method, Sentence, Text, Value, text};
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
pub(super) struct Pair {
    quantity: Text,
    pub(super) earlier: stats::survey::Total,
    pub(super) later: stats::survey::Total,
}

impl Census<'_> {
    /// Compares this census with a later one of the same study, each by the codebook that was frozen with it. Without `days` the time between is that between the last records that the
    /// frames had read.
    ///
    /// # Errors
    /// [`Problem::Same`], [`Problem::Days`], and those of [`Census::estimate`] for either.
    pub fn compare(
        &self,
        later: &Census<'_>,
        requests: [(&EstimateRequest, &CodeRules); 2],
        days: Option<f64>,
    ) -> Result<FrameComparison, Error> {
        if self.name == later.name {
            return Err(Problem::Same(Sentence::given(&self.name)).into());
        }
        if let Some(days) = days.filter(|days| !(days.is_finite() && *days > 0.0)) {
            return Err(Problem::Days(days).into());
        }
        let [(request, rules), (after, rules_after)] = requests;
        let lake = self.study.lake()?;
        let reader = lake.read(after.as_of)?;
        let lens = Lens::new(&reader)?;
        let (first, second) = (self.evidence(request, rules, &lens)?, later.evidence(after, rules_after, &lens)?);
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
                provenance: provenance(self.study.config(), &lake, &reader, after.internal, &sources)?,
                findings: vec![finding],
            },
        })
    }
}

pub(super) fn pairs(first: &Evidence, second: &Evidence) -> Result<[Pair; 3], Error> {
    let pair = |quantity, in_both: Option<bool>| -> Result<Pair, Error> {
        let total = |own: &Evidence, other: &Evidence| -> Result<stats::survey::Total, Error> {
            match in_both {
                None => Ok(own.headline_of(None, own.level)?.design),
                Some(wanted) => {
                    let inside = |at: usize| other.members.place(&own.members.accounts[at]).is_some() == wanted;
                    Ok(own.headline_of(Some(&inside), own.level)?.design)
                }
            }
        };
        Ok(Pair { quantity, earlier: total(first, second)?, later: total(second, first)? })
    };
    Ok([
        pair(text!("in each frame"), None)?,
        pair(text!("accounts in both frames (no boundary)"), Some(true))?,
        pair(text!("accounts in one frame only (the boundary)"), Some(false))?,
    ])
}

fn table(pairs: &[Pair], days: f64, shared: u64, frames: [&Evidence; 2], names: [&str; 2]) -> Finding {
    let columns = vec![
        Column::new("quantity", text!("Overt supporters"), Kind::Label),
        Column::new("earlier", text!("Earlier"), Kind::Count),
        Column::new("later", text!("Later"), Kind::Count),
        Column::new("difference", text!("Difference"), Kind::Number),
        Column::new("low", text!("from"), Kind::Low),
        Column::new("high", text!("to"), Kind::High),
        Column::new("growth", text!("Growth"), Kind::Share),
        Column::new("growth_low", text!("from"), Kind::Low),
        Column::new("growth_high", text!("to"), Kind::High),
        Column::new("doubling_days", text!("Doubling time in days"), Kind::Number),
        Column::new("doubling_fast", text!("from"), Kind::Low),
        Column::new("doubling_slow", text!("to"), Kind::High),
    ];
    let [first, second] = frames;
    let min_cell = second.min_cell;
    let mut suppressed = 0;
    let rows = pairs.iter().map(|pair| row(pair, days, min_cell, &mut suppressed)).collect();
    Finding {
        id: "census_comparison".to_owned(),
        section: "census".to_owned(),
        title: text!("Census {earlier} and census {later}", earlier = names[0], later = names[1]),
        note: text!(
            "A frame is a boundary, and a wider one holds more supporters. What changed among accounts of both frames is no work of the boundary; what stands in \
               one frame only may be nothing else. The figures are by the design alone, so that the parts add up; what `estimate` prints may lean on the score. \
               Doubling times are given where the whole interval says growth or decline; a negative one is a halving time."
        ),
        unit: text!("accounts"),
        denominator: Denominator { n: shared, of: text!("accounts in both frames") },
        window: second.window,
        method: Method {
            name: text!("difference of two stratified estimates, taken as independent"),
            page: "ranges".to_owned(),
            level: Some(second.level.get()),
            rule: text!(
                "frames {earlier} ({m} accounts) and {later} ({n} accounts), {days} days apart",
                earlier = &first.members.frame,
                m = first.members.len(),
                later = &second.members.frame,
                n = second.members.len(),
                days = Arg::real(days, 1)
            ),
        },
        columns,
        rows,
        suppressed,
        chart: Chart::None,
    }
}

fn row(pair: &Pair, days: f64, min_cell: u64, suppressed: &mut u64) -> Vec<Value> {
    let (a, b) = (&pair.earlier, &pair.later);
    let mut shown = |total: &stats::survey::Total| {
        let is_estimate = total.verdict == Verdict::Estimate;
        let ([best, ..], is_held_back) = quoted(is_estimate, total.estimate, total.interval, total.at_most, min_cell);
        *suppressed += u64::from(is_held_back && is_estimate);
        best
    };
    let cells = [shown(a), shown(b)];
    let is_estimate = !cells.iter().any(Value::is_null);
    let mut row: Vec<Value> = [(&pair.quantity).into()].into_iter().chain(cells).collect();
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
