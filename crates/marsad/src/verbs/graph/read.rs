//! Reading the edge list and lists of accounts.

use super::from_network;
use crate::cli::graph::{Graph as GraphArgs, Kind};
use crate::exit::{Exit, Failure};
use network::{Builder, Built, EdgeList, Names, Rejected, Space};
use record::sentence;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

pub(super) struct Edges {
    pub(super) names: Names,
    pub(super) graph: Built,
    pub(super) lines: u64,
    pub(super) rejects: u64,
    pub(super) rejected: Vec<Rejected>,
}

/// The graph of the list, its nodes in the order of their names, so that the order of lines never matters.
pub(super) fn read(args: &GraphArgs, space: Space<'_>) -> Result<Edges, Failure> {
    let path = &args.edges;
    let cannot = |error: io::Error| Failure::new(Exit::Input, sentence!("`{}` cannot be read: {}", path.display(), error));
    let mut input: Box<dyn Read> =
        if path.as_os_str() == "-" { Box::new(io::stdin().lock()) } else { Box::new(File::open(path).map_err(cannot)?) };
    let mut builder = Builder::new(space);
    let mut list = EdgeList::default();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(bytes) => list.feed(&buffer[..bytes], &mut builder).map_err(|error| from_network(&error))?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(cannot(error)),
        }
    }
    list.end(&mut builder).map_err(|error| from_network(&error))?;
    if list.pairs == 0 {
        return Err(Failure::new(
            Exit::Input,
            sentence!("`{}` has no edge in {} lines; it needs two columns, who follows whom", path.display(), list.lines),
        ));
    }
    let order = list.names.order();
    let weighted = args.kind == Kind::Interactions;
    let graph = builder.finish(list.names.len(), Some(&order), weighted).map_err(|error| from_network(&error))?;
    Ok(Edges { names: list.names.into_sorted(), graph, lines: list.lines, rejects: list.rejects, rejected: list.rejected })
}

/// The accounts of a list that the graph has, ascending, and how many it has not.
pub(super) fn accounts(path: &Path, names: &Names) -> Result<(Vec<u32>, u64), Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::new(Exit::Input, sentence!("`{}` cannot be read: {}", path.display(), error)))?;
    let (mut found, mut missing) = (Vec::new(), 0);
    for line in text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let id = line.split([',', ';', '\t']).next().unwrap_or_default().trim().trim_matches('"');
        match names.find(id) {
            Some(node) => found.push(node),
            None => missing += 1,
        }
    }
    found.sort_unstable();
    found.dedup();
    if found.is_empty() {
        return Err(Failure::usage(sentence!(
            "none of the accounts in `{}` is in the graph; check that both files use the same ids, one account a line",
            path.display()
        )));
    }
    Ok((found, missing))
}
