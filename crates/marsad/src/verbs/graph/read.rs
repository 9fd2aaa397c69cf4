//! Reading the edge list and lists of accounts.

use super::from_network;
use crate::cli::graph::{Graph as GraphArgs, Kind};
use crate::exit::{Exit, Failure};
use network::{Builder, Built, EdgeList, Names, Rejected, Spill};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

pub(super) struct Edges {
    pub(super) names: Names,
    pub(super) graph: Built,
    pub(super) lines: u64,
    pub(super) rejects: u64,
    pub(super) rejected: Vec<Rejected>,
}

/// The graph of the list, its nodes in the order of their names, so that the order of lines never matters.
pub(super) fn read(args: &GraphArgs) -> Result<Edges, Failure> {
    let path = &args.edges;
    let cannot = |error: io::Error| Failure::new(Exit::Input, format!("`{}` cannot be read: {error}", path.display()));
    let mut input: Box<dyn Read> =
        if path.as_os_str() == "-" { Box::new(io::stdin().lock()) } else { Box::new(File::open(path).map_err(cannot)?) };
    let spill = TempSpill { path: args.out.join("pairs.part"), writer: None, reader: None };
    let mut builder = Builder::new(args.memory_mb.max(1) << 20, spill);
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
            format!("`{}` has no edge in {} lines; it needs two columns, who follows whom", path.display(), list.lines),
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
        .map_err(|error| Failure::new(Exit::Input, format!("`{}` cannot be read: {error}", path.display())))?;
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
        return Err(Failure::usage(format!(
            "none of the accounts in `{}` is in the graph; check that both files use the same ids, one account a line",
            path.display()
        )));
    }
    Ok((found, missing))
}

/// Pairs in a temporary file, removed at the end.
struct TempSpill {
    path: PathBuf,
    writer: Option<BufWriter<File>>,
    reader: Option<BufReader<File>>,
}

/// Pairs brought back at a time.
const RUN: usize = 1 << 16;

impl Spill for TempSpill {
    fn write(&mut self, run: &[u64]) -> io::Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let file = File::options().read(true).write(true).create_new(true).open(&self.path)?;
                self.writer.insert(BufWriter::with_capacity(1 << 20, file))
            }
        };
        run.iter().try_for_each(|pair| writer.write_all(&pair.to_le_bytes()))
    }

    fn read(&mut self, run: &mut Vec<u64>) -> io::Result<bool> {
        run.clear();
        if let Some(writer) = self.writer.take() {
            let mut file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.rewind()?;
            self.reader = Some(BufReader::with_capacity(1 << 20, file));
        }
        let Some(reader) = &mut self.reader else { return Ok(false) };
        let mut bytes = Vec::with_capacity(RUN * 8);
        reader.take(RUN as u64 * 8).read_to_end(&mut bytes)?;
        run.extend(bytes.chunks_exact(8).map(|chunk| chunk.iter().rev().fold(0, |pair, byte| pair << 8 | u64::from(*byte))));
        Ok(!run.is_empty())
    }
}

impl Drop for TempSpill {
    fn drop(&mut self) {
        if self.writer.is_some() || self.reader.is_some() {
            // It is a temporary file: if it cannot be removed, the folder shows it.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
