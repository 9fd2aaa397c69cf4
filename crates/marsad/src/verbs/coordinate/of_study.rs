//! `marsad coordinate DIR`: who acts together in a study.

use crate::cli::coordinate::{Coordinate, Weight, Window};
use crate::exit::{Exit, Failure, told};
use crate::finding::{in_full, language_of};
use crate::output::{Talk, table, visible};
use crate::verbs::as_of;
use crate::verbs::graph::make_folder;
use crate::verbs::status::from_study;
use exchange::{Attribute, AttributeKind, GraphFormat, GraphWriter};
use record::{Finding, Instant, Sentence, Value as Cell, sentence};
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::{BufWriter, IsTerminal};
use std::path::Path;
use study::Study;
use study::coordinate::{CoordinateSettings, Coordination, EdgeShown, EdgeWeight, RunOptions, Trace, TraceSettings, findings};

pub(super) fn run(args: &Coordinate, dir: &Path, talk: Talk) -> Result<Exit, Failure> {
    let study = crate::verbs::status::open(dir)?;
    if let [one, other] = args.between.as_slice() {
        return show(&study, one, other, talk);
    }
    if args.internal && !talk.json && !std::io::stdout().is_terminal() {
        return Err(Failure::usage(
            "`--internal` shows small cells and names, which must not leave the study; it prints to a terminal, or as JSON with `--json`",
        ));
    }
    let wants_picture = args.graphml || args.gexf;
    if wants_picture && study.config().designation.is_unlisted() && !args.internal {
        return Err(Failure::usage(
            "the study is of an organisation on no list, so nothing of single accounts is exported; leave out `--graphml` and `--gexf`",
        ));
    }
    let out = match (&args.out, wants_picture) {
        (None, true) => return Err(Failure::usage("pictures need a folder to go to: `--out DIR`")),
        (Some(out), true) => Some(out),
        _ => None,
    };
    let language = language_of(args.speech.lang, &study)?;
    let settings = settings(args);
    let options = RunOptions {
        as_of: as_of(args.as_of.as_of.as_deref())?,
        threads: args.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).max(1),
        memory: args.memory_mb.max(1) << 20,
        keep: true,
    };
    let bar = talk.spinner("reading what posts share");
    let found = study.coordinate(&settings, &options, &mut |_| {});
    bar.finish_and_clear();
    let found = found.map_err(from_study)?;
    let findings = findings(&found, study.config().min_cell, args.internal);
    if let Some(out) = out {
        make_folder(out)?;
        for (is_wanted, format, name) in
            [(args.graphml, GraphFormat::GraphMl, "network.graphml"), (args.gexf, GraphFormat::Gexf, "network.gexf")]
        {
            if is_wanted {
                picture(&found, args.internal, format, &out.join(name))?;
            }
        }
    }
    if talk.json {
        talk.json_line(&summary(&found, &findings)?)?;
        return Ok(Exit::Done);
    }
    for finding in &findings {
        talk.say(&in_full(finding, args.rows, language))?;
    }
    talk.note(sentence!("the tables stand in {}; look at the posts behind an edge with `--between`", dir.join("coordination").display()));
    Ok(Exit::Done)
}

/// What the flags ask for.
fn settings(args: &Coordinate) -> CoordinateSettings {
    let micros = |window: Window| match window {
        Window::Auto => None,
        Window::Micros(window) => Some(window),
    };
    let usual = || Trace::USUAL.iter().map(|trace| (*trace, None)).collect();
    let traces: Vec<(Trace, Option<Window>)> = if args.traces.is_empty() { usual() } else { args.traces.clone() };
    let trace = |(trace, window): (Trace, Option<Window>)| TraceSettings { trace, window: micros(window.unwrap_or(args.window)) };
    // Traces that cannot be tested are told by themselves; asked for by name, a test of nothing is refused.
    let test = args.test || args.is_tested() && traces.iter().any(|(trace, _)| trace.is_tested());
    CoordinateSettings {
        traces: traces.into_iter().map(trace).collect(),
        weight: match args.weight {
            Weight::Pairs => EdgeWeight::Pairs,
            Weight::Objects => EdgeWeight::Objects,
            Weight::Posts => EdgeWeight::Posts,
            Weight::Decayed => EdgeWeight::Decayed,
        },
        min_weight: args.least_weight(),
        quantile: args.quantile,
        min_participation: args.min_participation,
        half_life: args.half_life,
        any_clock: args.any_clock,
        evidence: args.evidence,
        test,
        level: args.level(),
        dependent: args.dependent,
        leiden: args.leiden,
        seed: args.seed,
        curve: args.curve.clone(),
    }
}

/// One object: counts of the run, and the findings as they may leave the study (or all of them with `--internal`).
fn summary(found: &Coordination, findings: &[Finding]) -> Result<Value, Failure> {
    let traces: Vec<Value> = found
        .traces
        .iter()
        .map(|own| {
            json!({
                "trace": own.trace.name(),
                "window_seconds": own.trace.is_tested().then_some(own.window as f64 / 1e6),
                "window_objects": own.window_objects.map(|(used, of)| json!({ "used": used, "of": of })),
                "clock": clock(own.clock),
                "posts": own.posts, "accounts": own.accounts, "objects": own.objects,
                "timeless": own.timeless, "authorless": own.authorless,
                "pairs": own.pairs, "candidates": own.candidates, "edges": own.edges, "min_weight": own.min_weight,
                "tests": own.tests.map(|(tests, _)| tests), "standing": own.tests.map(|(_, standing)| standing),
            })
        })
        .collect();
    let findings = serde_json::to_value(findings).map_err(|error| Failure::new(Exit::Defect, told(&error)))?;
    Ok(json!({
        "seal": found.provenance.seal, "accounts": found.authors, "eligible": found.eligible, "tests": found.tests,
        "level": found.settings.test.then_some(found.settings.level), "standing": found.standing, "clusters": found.clusters.len(),
        "left_out_as_known": found.known.iter().map(|own| own.posts).sum::<u64>(), "traces": traces, "findings": findings,
    }))
}

fn clock(clock: record::Clock) -> &'static str {
    match clock {
        record::Clock::Microsecond => "microsecond",
        record::Clock::Millisecond => "millisecond",
        record::Clock::Second => "second",
        record::Clock::Minute => "minute",
        record::Clock::Day => "day",
    }
}

/// The posts behind the edges between two accounts.
fn show(study: &Study, one: &str, other: &str, talk: Talk) -> Result<Exit, Failure> {
    let shown = study.edge_evidence(one, other).map_err(from_study)?;
    if shown.is_empty() {
        return Err(Failure::usage(
            "there is no edge between these two accounts in the study's tables; accounts are written as `platform:id`, and an edge may have been too light",
        ));
    }
    if talk.json {
        let edges: Vec<Value> = shown.iter().map(edge_json).collect();
        talk.json_line(&json!({ "edges": edges }))?;
        return Ok(Exit::Done);
    }
    for edge in &shown {
        talk.say(&format!("\n{}", edge.trace.name()))?;
        for (name, value) in edge.cells.iter().filter(|(name, _)| name != "edge" && name != "evidence") {
            talk.say(&format!("{name}: {}", visible(&value.to_string())))?;
        }
        let heads: Vec<String> = ["object", "post_a", "post_b", "time_a", "time_b"].map(str::to_owned).to_vec();
        let time = |micros: i64| Instant::from_micros(micros).to_string();
        let rows: Vec<Vec<String>> = edge
            .evidence
            .iter()
            .map(|own| {
                let [[post_a, post_b], [time_a, time_b]] = [own.posts.clone(), own.times.map(time)];
                [own.object.clone(), post_a, post_b, time_a, time_b].map(|cell| visible(&cell).to_string()).to_vec()
            })
            .collect();
        talk.say(&table(&heads, &rows, &[false; 5]))?;
    }
    Ok(Exit::Done)
}

fn edge_json(edge: &EdgeShown) -> Value {
    let cell = |value: &Cell| match value {
        Cell::Text(text) => json!(text),
        Cell::Int(number) => json!(number),
        Cell::Float(number) => json!(number),
        _ => Value::Null,
    };
    let cells: Map<String, Value> =
        edge.cells.iter().filter(|(name, _)| name != "edge").map(|(name, value)| (name.clone(), cell(value))).collect();
    let evidence: Vec<Value> = edge
        .evidence
        .iter()
        .map(|own| {
            let [time_a, time_b] = own.times.map(|time| Instant::from_micros(time).to_string());
            json!({ "object": own.object, "post_a": own.posts[0], "post_b": own.posts[1], "time_a": time_a, "time_b": time_b })
        })
        .collect();
    json!({ "trace": edge.trace.name(), "edge": cells, "evidence": evidence })
}

const NODES: [Attribute; 3] = [
    Attribute { name: "cluster", kind: AttributeKind::Count },
    Attribute { name: "partners", kind: AttributeKind::Count },
    Attribute { name: "score", kind: AttributeKind::Number },
];
const LINKS: [Attribute; 2] =
    [Attribute { name: "weight", kind: AttributeKind::Count }, Attribute { name: "log_odds", kind: AttributeKind::Number }];

/// The clusters as a graph file.
fn picture(found: &Coordination, internal: bool, format: GraphFormat, path: &Path) -> Result<(), Failure> {
    let trouble = |why: Sentence| Failure::new(Exit::Machine, sentence!("`{}` cannot be written: {}", path.display(), why));
    let from = |error: exchange::Error| trouble(told(&error));
    let file = File::create(path).map_err(|error| trouble(told(&error)))?;
    let mut graph = GraphWriter::new(BufWriter::new(file), format, &NODES, &LINKS).map_err(from)?;
    let count = |number: u64| Cell::Int(i64::try_from(number).unwrap_or(i64::MAX));
    let nodes = &found.picture.nodes;
    let id = |number: u64| match nodes.get(usize::try_from(number).unwrap_or(0).wrapping_sub(1)) {
        Some(node) if internal => node.account.clone(),
        _ => format!("n{number}"),
    };
    for node in nodes {
        graph.node(&id(node.number), &[count(node.cluster), count(node.partners), Cell::Float(node.score)]).map_err(from)?;
    }
    for link in &found.picture.links {
        graph.edge(&id(link.nodes[0]), &id(link.nodes[1]), &[count(link.pairs), Cell::Float(link.log_odds)]).map_err(from)?;
    }
    graph.finish().map_err(from)?;
    Ok(())
}
