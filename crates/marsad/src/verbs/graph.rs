//! `marsad graph`.

mod read;
mod tables;

pub(crate) use tables::write as write_table;

use crate::cli::graph::{Graph as GraphArgs, Kind};
use crate::exit::{Exit, Failure, told};
use crate::output::{Counted, Talk};
use network::{Built, Frame, FrameOptions, Graph, LeidenOptions, Names, PageRankOptions, Space, Via};
use record::sentence;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::time::Instant;
use study::Scratch;

/// What every step of the verb reads.
struct Work<'a> {
    args: &'a GraphArgs,
    names: Names,
    graph: Built,
    frame: Option<Frame>,
    /// What the graph leaves of the memory setting.
    space: Space<'a>,
}

pub(crate) fn run(args: &GraphArgs, talk: Talk) -> Result<Exit, Failure> {
    let started = Instant::now();
    make_folder(&args.out)?;
    let bar = talk.spinner("reading edges");
    let store = Scratch::new(&args.out);
    let space = Space::new(args.memory_mb.max(1) << 20, &store);
    let read = read::read(args, space);
    bar.finish_and_clear();
    let read = read?;
    let mut summary = Map::new();
    summary.insert("out".to_owned(), json!(args.out));
    summary.insert("lines".to_owned(), json!(read.lines));
    summary.insert("nodes".to_owned(), json!(read.graph.outgoing.nodes()));
    summary.insert("edges".to_owned(), json!(read.graph.outgoing.edges()));
    summary.insert("duplicates".to_owned(), json!(read.graph.duplicates));
    summary.insert("loops".to_owned(), json!(read.graph.loops));
    summary.insert("rejects".to_owned(), json!(read.rejects));
    tables::rejects(&args.out, &read.rejected)?;
    if read.rejects > 0 {
        let first = read.rejected.first().map_or(0, |reject| reject.line);
        talk.note(sentence!("{} in the edge list, the first on line {}; see rejects.csv", Counted(read.rejects, "reject"), first));
    }
    let space = space.less(read.graph.memory());
    let mut work = Work { args, names: read.names, graph: read.graph, frame: None, space };
    if let Some(path) = &args.seeds {
        let (seeds, missing) = read::accounts(path, &work.names)?;
        summary.insert("seeds".to_owned(), json!({ "found": seeds.len(), "not_in_the_graph": missing }));
        let via = if args.kind == Kind::Follows { Via::Follows } else { Via::Interactions };
        let options = FrameOptions { levels: args.levels, cap: args.cap, via };
        let frame = Frame::expand(&work.graph.outgoing, &seeds, options, |node| work.name(node)).map_err(|error| from_network(&error))?;
        tables::frame(&work, &frame)?;
        summary.insert("frame".to_owned(), json!({ "id": frame.id, "size": frame.members.len(), "capped": frame.capped }));
        if args.personalised {
            summary.insert("personalised".to_owned(), personalised(&work, &frame, &seeds)?);
        }
        work.frame = Some(frame);
    }
    whole_graph(&work, &mut summary)?;
    if args.measures {
        summary.insert("measures".to_owned(), tables::measures(&work)?);
    }
    summary.insert("seconds".to_owned(), json!(started.elapsed().as_secs_f64()));
    report(&summary, args, talk)?;
    Ok(Exit::Done)
}

fn report(summary: &Map<String, Value>, args: &GraphArgs, talk: Talk) -> Result<(), Failure> {
    if talk.json {
        return talk.json_line(&Value::Object(summary.clone()));
    }
    for (key, value) in summary.iter().filter(|(key, _)| *key != "out") {
        talk.say(&format!("{key}: {value}"))?;
    }
    talk.say(&format!("the tables stand in {}", args.out.display()))
}

/// What needs no seeds.
fn whole_graph(work: &Work<'_>, summary: &mut Map<String, Value>) -> Result<(), Failure> {
    let args = work.args;
    if args.components {
        let (weak, strong) = (network::weak_components(&work.graph.outgoing), network::strong_components(&work.graph.outgoing));
        summary.insert(
            "components".to_owned(),
            json!({ "weak": weak.count, "largest_weak": weak.largest, "strong": strong.count, "largest_strong": strong.largest }),
        );
        tables::components(work, &weak.of, &strong.of)?;
    }
    if args.pagerank {
        let options = PageRankOptions { damping: args.damping, tolerance: args.tolerance, threads: args.threads, ..Default::default() };
        let ranks = network::pagerank(&work.graph.incoming, &options).map_err(|error| from_network(&error))?;
        summary.insert("pagerank".to_owned(), json!({ "iterations": ranks.iterations, "change": ranks.change }));
        tables::scores(work, "pagerank", &ranks.scores)?;
    }
    if args.leiden {
        let undirected = work.undirected()?;
        let options = LeidenOptions { resolution: args.resolution, seed: args.seed, ..LeidenOptions::default() };
        let found = network::leiden(&undirected, &options).map_err(|error| from_network(&error))?;
        summary.insert(
            "leiden".to_owned(),
            json!({ "communities": found.count, "modularity": found.modularity, "iterations": found.iterations }),
        );
        tables::communities(work, &found.of)?;
    }
    Ok(())
}

/// Over the whole graph, given for members: edges that leave the frame say who stands at its border.
fn personalised(work: &Work<'_>, frame: &Frame, seeds: &[u32]) -> Result<Value, Failure> {
    let undirected = work.undirected()?;
    let found = network::personalised(&undirected, seeds, work.args.damping, work.args.bound).map_err(|error| from_network(&error))?;
    tables::personalised(work, frame, &found.scores, &found.by_degree(&undirected))?;
    Ok(json!({ "pushes": found.steps, "bound": found.bound, "frame": frame.id }))
}

impl Work<'_> {
    fn name(&self, node: u32) -> String {
        self.names.name(node).unwrap_or_default()
    }

    fn undirected(&self) -> Result<Graph, Failure> {
        self.graph.outgoing.undirected(&self.graph.incoming, self.space).map_err(|error| from_network(&error))
    }
}

/// Refuses a folder that holds something, without making one.
pub(crate) fn free_folder(dir: &Path) -> Result<(), Failure> {
    if std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Failure::usage(sentence!("the folder `{}` is not empty; name a new one with `--out`", dir.display())));
    }
    Ok(())
}

pub(crate) fn make_folder(dir: &Path) -> Result<(), Failure> {
    let trouble =
        |error: std::io::Error| Failure::new(Exit::Machine, sentence!("the folder `{}` cannot be made: {}", dir.display(), error));
    free_folder(dir)?;
    std::fs::create_dir_all(dir).map_err(trouble)
}

pub(crate) fn from_network(error: &network::Error) -> Failure {
    let exit = match error {
        network::Error::Store(_) => Exit::Machine,
        network::Error::Setting { .. } | network::Error::NoSeeds => Exit::Usage,
        _ => Exit::Input,
    };
    Failure::new(exit, told(error))
}
