use crate::days::Days;
use crate::output::{FileSummary, Output, prepare};
use crate::search::Search;
use crate::stream::Stream;
use crate::truth::{Tally, Truth, summary_json};
use crate::{Error, Params, World, census, lists};
use std::path::Path;

/// What was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The exact totals, the same as in `truth/summary.json`.
    pub truth: Truth,
    /// Every file but the summary itself, in the order in which they were finished.
    pub files: Vec<FileSummary>,
}

impl Summary {
    /// Bytes of all files before compression.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// Writes a world into a new or empty folder: `exports/` (what a researcher would hold), `coding/` (what people would
/// have noted and coded), `designation.csv`, `truth/` and `README.txt`,
/// which explains the files.
///
/// Equal parameters give equal bytes on one kind of machine (the draws use the system's logarithm, which may differ in the last digit on
/// another). Memory is about 700 bytes an account, up to 60 MB of recent posts, and one day's schedule; it does not grow with the days.
///
/// # Errors
/// A parameter out of range, a folder that is not empty, or a file that cannot be written. What was written by then stays.
pub fn simulate(params: &Params, out: &Path) -> Result<Summary, Error> {
    params.check()?;
    prepare(out)?;
    let world = World::new(params)?;
    let mut tally = Tally::new(&world);
    let mut files = vec![lists::readme(&world, out)?, lists::designation(out)?];
    let mut stream = Stream::new(params, out);
    let mut search = Search::new(params, out);
    Days::new(&world).run(&mut stream, &mut search, &mut tally)?;
    files.extend(stream.finish(&mut tally)?);
    files.extend(search.finish()?);
    let watched = lists::watched(&world);
    files.push(lists::follows(&world, out, &mut tally.truth)?);
    files.push(lists::sightings(&world, &watched, out, &mut tally.truth)?);
    files.push(lists::account_list(&world, &watched, out)?);
    files.push(lists::seeds(&world, out, &mut tally.truth)?);
    files.extend(census::write(&world, out, &mut tally)?);
    files.push(lists::account_truth(&world, out)?);
    let truth = tally.finish(&watched);
    let mut output = Output::create(out, "truth/summary.json")?;
    output.line(&summary_json(&world, &truth, &files))?;
    output.finish()?;
    Ok(Summary { truth, files })
}
