//! What may leave the study of who acts together: accounts are numbers, small cells are out, and every cluster comes with what may explain it.

mod groups;
mod lines;

use super::clusters::ClusterTrace;
use super::settings::CoordinateSettings;
use super::{Coordination, Found};
use crate::suppress::coarse;
use record::{Chart, Column, Denominator, Finding, Instant, Kind, Method, Text, Value, Window, text};

/// Links that a picture shows at most.
const MOST_LINKS: usize = 1500;
const DAY: i64 = 86_400_000_000;

/// What every finding needs.
struct Scope<'a> {
    found: &'a Coordination,
    /// Cells below this many accounts are suppressed; 0 inside the study.
    min_cell: u64,
    internal: bool,
}

impl Scope<'_> {
    /// Whether a figure of so many accounts may be shown.
    fn may_show(&self, accounts: u64) -> bool {
        accounts == 0 || accounts >= self.min_cell
    }

    /// A count as it may be shown beside others of which it is a part: exact inside the study, two digits outside.
    fn rough(&self, count: u64) -> u64 {
        if self.internal { count } else { coarse(count as f64) as u64 }
    }

    /// The clusters that may be shown, each with its number.
    fn clusters(&self) -> impl Iterator<Item = (u64, &Found)> {
        (1..).zip(&self.found.clusters).filter(|(_, found)| self.may_show(found.cluster.size()))
    }

    /// How many may not.
    fn hidden(&self) -> u64 {
        self.found.clusters.len() as u64 - self.clusters().count() as u64
    }

    /// The days of the posts that were looked at.
    fn window(&self) -> Option<Window> {
        let times: Vec<i64> = self.found.traces.iter().filter_map(|trace| trace.times).flatten().collect();
        let (first, last) = (times.iter().min()?, times.iter().max()?);
        let day = |time: i64| time.div_euclid(DAY);
        Some(Window { from: Instant::from_micros(day(*first) * DAY), to: Instant::from_micros(day(*last) * DAY + DAY - 1) })
    }

    fn denominator(&self) -> Denominator {
        let n = self.rough(self.found.eligible);
        let of = if self.internal {
            text!("accounts with a post in a trace that was looked at")
        } else {
            text!("accounts with a post in a trace that was looked at, to two digits")
        };
        Denominator { n, of }
    }

    fn method(&self, rule: Text) -> Method {
        let settings = &self.found.settings;
        let tested = super::fuse::tested(settings).len();
        let name = match tested {
            0 => text!("pairs of posts within a window, without a test"),
            1 => text!("pairs of posts within a window, tested against the times of posts on the same objects"),
            _ => text!("pairs of posts within a window, tested trace by trace, the evidence put together"),
        };
        let tests = self.found.tests.map_or_else(Text::empty, |tests| {
            text!(
                "{n} tests, one for every two accounts; false discovery rate {level}",
                n = self.rough(tests),
                level = record::Arg::real(settings.level, 3)
            )
        });
        Method { name, page: "coordination".to_owned(), level: None, rule: Text::sentences([rule, tests]) }
    }

    fn finding(&self, id: &'static str, title: Text, note: Text, rule: Text) -> Finding {
        Finding {
            id: id.into(),
            section: "coordination".into(),
            title,
            note,
            unit: text!("accounts"),
            denominator: self.denominator(),
            window: self.window(),
            method: self.method(rule),
            columns: Vec::new(),
            rows: Vec::new(),
            suppressed: 0,
            chart: Chart::None,
        }
    }
}

/// Makes findings, in the order of a chapter. `min_cell` of the study; nothing is suppressed with `internal`, which is for eyes inside the study. The
/// network is left out of an unlisted study, which exports nothing of single accounts.
#[must_use]
pub fn findings(found: &Coordination, min_cell: u64, internal: bool) -> Vec<Finding> {
    let scope = Scope { found, min_cell: if internal { 0 } else { min_cell }, internal };
    let mut findings = vec![groups::clusters(&scope), groups::innocent(&scope), groups::reasons(&scope)];
    findings.push(lines::timeline(&scope));
    findings.extend([groups::languages(&scope), groups::places(&scope)]);
    if internal || !found.provenance.unlisted {
        findings.push(lines::network(&scope));
    }
    findings.push(groups::traces(&scope));
    findings.extend(lines::windows(&scope));
    if !found.known.is_empty() {
        findings.push(groups::known(&scope));
    }
    findings
}

/// Why the accounts of a cluster are together, in words: how many, and for every trace how often they met, how soon, and how often they would by chance.
#[must_use]
pub(super) fn reason(asked: &CoordinateSettings, found: &Found) -> Text {
    let sizes = [found.cluster.size(), found.cluster.links.len() as u64];
    Text::sentences(reasons_of(asked, sizes, &found.cluster.traces))
}

/// The same as sentences one by one, from the accounts and ties of a cluster and what every trace says.
pub(super) fn reasons_of(asked: &CoordinateSettings, [accounts, ties]: [u64; 2], traces: &[ClusterTrace]) -> Vec<Text> {
    let mut parts = vec![text!(
        "{n, plural, one {# account acts} other {# accounts act}} together, {ties, plural, one {# tie} other {# ties}}.",
        n = accounts,
        ties = ties
    )];
    parts.extend(traces.iter().map(|own| {
        let what = own.trace.words();
        if !own.trace.is_tested() {
            return text!("{n} pairs of accounts had one handle.", n = own.edges);
        }
        let gap = record::Arg::real(own.median_gap as f64 / 1e6, 0);
        if asked.test {
            let expected = record::Arg::real(own.expected, 1);
            return text!(
                "{what}: met {met} times, half of the pairs within {gap} s, expected {expected}.",
                what = what,
                met = own.observed,
                gap = gap,
                expected = expected
            );
        }
        text!("{what}: {pairs} pairs of posts, half of them within {gap} s.", what = what, pairs = own.pairs, gap = gap)
    }));
    parts
}

fn label(name: &str, title: Text) -> Column {
    Column::new(name, title, Kind::Label)
}

fn count(name: &str, title: Text) -> Column {
    Column::new(name, title, Kind::Count)
}

/// The label of a cluster: its number.
fn number(cluster: u64) -> Value {
    Value::from(cluster.to_string())
}

/// What is said below every table of clusters.
fn caution() -> Text {
    text!(
        "Acting together is no sign of bad faith: newsrooms, fans, scheduled posts and moments that everybody talks about do it, too. Look at the posts behind a tie before saying anything."
    )
}
