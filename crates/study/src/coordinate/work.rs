//! One trace: its posts, its edges, their test.

use super::known::LeftOut;
use super::read::Source;
use super::rows::{Left, Rows};
use super::settings::{CoordinateSettings, TraceSettings};
use super::tables::Tables;
use super::trace::Trace;
use crate::{Error, Scratch};
use network::{CoordinateOptions, Coordinated, IntervalOptions, Significance, SignificanceOptions, Space, Timeline, weak_components};
use record::{Clock, sentence};
use stats::{Multiplicity, log_evidence};

const DAY: i64 = 86_400_000_000;
/// Chances above this are not kept for putting traces together: they count as 1, which errs on the safe side.
const SCREEN: f64 = 0.1;

/// Edges and components with one window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurvePoint {
    /// The window in microseconds.
    pub window: i64,
    /// Pairs of posts.
    pub pairs: u64,
    /// Edges that are heavy enough.
    pub edges: u64,
    /// Accounts with an edge.
    pub accounts: u64,
    /// Their components.
    pub components: u64,
    /// Accounts of the largest.
    pub largest: u64,
}

/// What one trace came to.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceOutcome {
    /// The trace.
    pub trace: Trace,
    /// The window in microseconds.
    pub window: i64,
    /// On how many objects a window by the data rests, and of how many.
    pub window_objects: Option<(usize, usize)>,
    /// The coarsest clock on which all times of its posts fall.
    pub clock: Clock,
    /// Posts on objects.
    pub posts: u64,
    /// Their authors.
    pub accounts: u64,
    /// Their objects.
    pub objects: u64,
    /// Posts on objects without a time, and without an author: left out.
    pub timeless: u64,
    /// Those without an author.
    pub authorless: u64,
    /// Pairs of posts within the window.
    pub pairs: u64,
    /// Edges before the least weight.
    pub candidates: u64,
    /// Edges that are heavy enough.
    pub edges: u64,
    /// Accounts with such an edge, and with one that stands.
    pub linked: [u64; 2],
    /// The least weight.
    pub min_weight: f64,
    /// Pairs of accounts that were tested, each one a test, and edges that stand by this trace alone. None where nothing was tested.
    pub tests: Option<(u64, u64)>,
    /// The first and the last time of its posts.
    pub times: Option<[i64; 2]>,
    /// Edges and components by window, where asked for.
    pub curve: Vec<CurvePoint>,
    /// Posts left out by each entry of the list of what is known.
    pub(super) known: Vec<LeftOut>,
}

/// An edge as it is put together with those of other traces.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tie {
    pub(super) accounts: [u32; 2],
    /// The place of the trace among those asked for, and the edge's number in it.
    pub(super) trace: u8,
    pub(super) edge: u64,
    /// The logarithm of its e-value.
    pub(super) log: f64,
    /// Whether it stands by this trace alone.
    pub(super) stands: bool,
    pub(super) pairs: u32,
    pub(super) observed: u32,
    pub(super) expected: f64,
    pub(super) scheduled: u32,
}

/// What a trace gives to all of them together.
pub(super) struct Worked {
    pub(super) outcome: TraceOutcome,
    pub(super) ties: Vec<Tie>,
    /// Whether each account posted in it.
    pub(super) active: Vec<bool>,
}

/// Threads, memory and where to.
pub(super) struct Means<'a> {
    pub(super) threads: usize,
    pub(super) memory: usize,
    pub(super) tables: &'a Tables<'a>,
}

/// Works a trace out and writes its edges and their evidence.
pub(super) fn run(source: &Source<'_>, asked: &CoordinateSettings, place: usize, means: &Means<'_>) -> Result<Worked, Error> {
    let own = *asked.traces.get(place).ok_or(Error::Thread)?;
    let rows = source.rows(own.trace, own.window)?;
    let store = Scratch::new(source.scratch);
    let space = Space::new(means.memory, &store);
    let timeline = Timeline::new(rows.columns(asked.min_participation > 1), asked.min_participation, means.threads)?;
    let mut outcome = outcome(own.trace, &rows, &timeline);
    let options = options(own, asked, (&rows, &timeline), means.threads, &mut outcome)?;
    outcome.curve = curve(own.trace, asked, &options, (&rows, &timeline), source.authors.names().len())?;
    let edges = timeline.coordinated(&options, space)?;
    (outcome.pairs, outcome.candidates, outcome.edges) = (edges.pairs, edges.candidates, edges.len() as u64);
    outcome.min_weight = options.min_weight;
    let significance = if asked.test && own.trace.is_tested() { Some(test(&timeline, &edges, &options)?) } else { None };
    let mut active = vec![false; source.authors.names().len()];
    rows.accounts.iter().for_each(|account| mark(&mut active, *account));
    drop(timeline);
    let standing = standing(asked, significance.as_ref(), edges.len());
    outcome.tests = significance.as_ref().map(|found| (found.tests, standing.iter().filter(|stands| **stands).count() as u64));
    means.tables.edges(own.trace, &edges, significance.as_ref(), source.authors)?;
    means.tables.evidence(own.trace, &edges, &rows, source.authors)?;
    outcome.linked = linked(&edges, &standing, source.authors.names().len());
    let ties = ties(place, &edges, significance.as_ref(), &standing)?;
    Ok(Worked { outcome, ties, active })
}

fn mark(active: &mut [bool], account: u32) {
    if let Some(active) = active.get_mut(account as usize) {
        *active = true;
    }
}

fn outcome(trace: Trace, rows: &Rows, timeline: &Timeline<'_>) -> TraceOutcome {
    let Left { timeless, authorless, known } = rows.left.clone();
    let ends = rows.times.iter().min().zip(rows.times.iter().max()).map(|(first, last)| [*first, *last]);
    let mut objects = rows.objects.clone();
    objects.sort_unstable();
    objects.dedup();
    TraceOutcome {
        trace,
        window: 0,
        window_objects: None,
        clock: rows.clock(),
        posts: rows.len() as u64,
        accounts: timeline.active() as u64,
        objects: objects.len() as u64,
        timeless,
        authorless,
        pairs: 0,
        candidates: 0,
        edges: 0,
        linked: [0; 2],
        min_weight: 0.0,
        tests: None,
        times: ends,
        curve: Vec::new(),
        known,
    }
}

fn options(
    own: TraceSettings,
    asked: &CoordinateSettings,
    (rows, timeline): (&Rows, &Timeline<'_>),
    threads: usize,
    outcome: &mut TraceOutcome,
) -> Result<CoordinateOptions, Error> {
    outcome.window = match own.window {
        // Whose handle it was once is asked, not when.
        _ if !own.trace.is_tested() => i64::MAX / 4,
        Some(window) => window,
        None => match timeline.interval(&IntervalOptions::default())? {
            Some(found) => {
                outcome.window_objects = Some((found.objects, found.of));
                (found.window.round() as i64).max(1_000_000).max(rows.clock().micros())
            }
            // Without two posts on any object there are no edges, whatever the window.
            None => rows.clock().micros().max(1_000_000),
        },
    };
    check_clock(own.trace, asked, outcome.window, rows)?;
    let mut options = CoordinateOptions {
        window: outcome.window,
        weight: asked.weight.of_network(),
        min_weight: if own.trace.is_tested() { asked.min_weight } else { 1.0 },
        loops: false,
        min_participation: asked.min_participation,
        half_life: asked.half_life.map(|half| half as f64),
        evidence: asked.evidence,
        threads,
    };
    if let Some(quantile) = asked.quantile.filter(|_| own.trace.is_tested()) {
        options.min_weight = timeline.weights(&options)?.above_quantile(quantile)?;
    }
    Ok(options)
}

/// A window finer than the clock would pair what merely fell into one tick of it.
fn check_clock(trace: Trace, asked: &CoordinateSettings, window: i64, rows: &Rows) -> Result<(), Error> {
    let clock = rows.clock();
    if asked.any_clock || rows.len() == 0 || window >= clock.micros() || clock < Clock::Second {
        return Ok(());
    }
    let word = match clock {
        Clock::Day => "days",
        Clock::Minute => "minutes",
        _ => "seconds",
    };
    Err(Error::Coordinate(sentence!(
        "all times of the posts that `{}` looks at are whole {}, and a window of `{}` seconds is finer than that: it would only tell which posts share \
         one of them; give a window of `{}` seconds or more, or `--any-clock` if you know better",
        trace.name(),
        word,
        window as f64 / 1e6,
        clock.micros() / 1_000_000
    )))
}

fn test(timeline: &Timeline<'_>, edges: &Coordinated, options: &CoordinateOptions) -> Result<Significance, Error> {
    let settings =
        SignificanceOptions { window: options.window, least_pairs: options.min_weight.ceil() as u32, day: DAY, threads: options.threads };
    Ok(timeline.significance(edges, &settings)?)
}

/// Whether each edge stands by its own trace; all do where nothing is tested.
fn standing(asked: &CoordinateSettings, significance: Option<&Significance>, edges: usize) -> Vec<bool> {
    let Some(found) = significance else { return vec![!asked.test; edges] };
    let multiplicity = if asked.dependent { Multiplicity::BenjaminiYekutieli } else { Multiplicity::BenjaminiHochberg };
    let mut standing = vec![false; edges];
    found.standing(asked.level, multiplicity).for_each(|edge| {
        if let Some(stands) = standing.get_mut(edge) {
            *stands = true;
        }
    });
    standing
}

/// Accounts with an edge, and with one that stands.
fn linked(edges: &Coordinated, standing: &[bool], all: usize) -> [u64; 2] {
    let mut marks = [vec![false; all], vec![false; all]];
    for (edge, stands) in edges.edges().zip(standing) {
        for account in edge.accounts {
            mark(&mut marks[0], account);
            if *stands {
                mark(&mut marks[1], account);
            }
        }
    }
    marks.map(|marks| marks.iter().filter(|marked| **marked).count() as u64)
}

fn ties(place: usize, edges: &Coordinated, significance: Option<&Significance>, standing: &[bool]) -> Result<Vec<Tie>, Error> {
    let mut ties = Vec::new();
    for (number, (edge, stands)) in edges.edges().zip(standing).enumerate() {
        let chance = significance.and_then(|found| found.edges.get(number));
        if chance.is_some_and(|chance| chance.p > SCREEN) {
            continue;
        }
        ties.push(Tie {
            accounts: edge.accounts,
            trace: u8::try_from(place).unwrap_or(u8::MAX),
            edge: number as u64,
            log: chance.map_or(Ok(0.0), |chance| log_evidence(chance.p)).map_err(network::Error::from)?,
            stands: *stands,
            pairs: edge.pairs,
            observed: chance.map_or(0, |chance| chance.observed),
            expected: chance.map_or(0.0, |chance| chance.expected),
            scheduled: chance.map_or(0, |chance| chance.scheduled),
        });
    }
    Ok(ties)
}

fn curve(
    trace: Trace,
    asked: &CoordinateSettings,
    options: &CoordinateOptions,
    (rows, timeline): (&Rows, &Timeline<'_>),
    all: usize,
) -> Result<Vec<CurvePoint>, Error> {
    // The pairing of fast reposts is of one window, and whose handle it was has none.
    if asked.curve.is_empty() || rows.paired.is_some() || !trace.is_tested() {
        return Ok(Vec::new());
    }
    let mut windows = asked.curve.clone();
    windows.push(options.window);
    windows.sort_unstable();
    windows.dedup();
    let mut points = Vec::new();
    for window in windows {
        check_clock(trace, asked, window, rows)?;
        let found = timeline.coordinated(&CoordinateOptions { window, evidence: 0, ..*options }, Space::unbounded())?;
        let graph = found.graph(all, Space::unbounded())?;
        let mut sizes = vec![0_u64; all];
        let of = weak_components(&graph).of;
        of.iter().filter_map(|part| sizes.get_mut(*part as usize).map(|size| *size += 1)).for_each(drop);
        let parts = sizes.iter().copied().filter(|size| *size > 1);
        points.push(CurvePoint {
            window,
            pairs: found.pairs,
            edges: found.len() as u64,
            accounts: parts.clone().sum(),
            components: parts.clone().count() as u64,
            largest: parts.max().unwrap_or(0),
        });
    }
    Ok(points)
}
