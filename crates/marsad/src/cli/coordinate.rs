//! The flags of `marsad coordinate`.

use super::{AsOf, Speech};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use study::coordinate::Trace;

/// What an edge weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Weight {
    /// Pairs of posts (as CooRTweet)
    Pairs,
    /// Distinct objects (as CooRnet)
    Objects,
    /// Posts of one account with a post of the other within the window, each direction by itself (as coordination-network-toolkit)
    Posts,
    /// Pairs, each halved for every --half-life of its gap
    Decayed,
}

/// Find accounts that act together: that post the same objects within a window of time
///
/// Of a study: `coordinate DIR` reads what posts share (links, reposted posts, hashtags, texts and more, `--trace`) out of the lake, and keeps edges, the posts behind them, clusters and accounts in the study's folder `coordination`, which `report` then has a chapter of. Several traces are put together as evidence. Innocent explanations stand beside every cluster, and what the study's list of the known names is left out.
///
/// Of a table: it is a CSV (gzip and zstd are unpacked) with a row for every post on an object: a link, a reposted post, a hashtag, a text. A pair is two posts on one object by different accounts whose times differ by the window or less. Accounts with enough pairs are an edge. Tables go to --out: edges.csv, evidence.csv with the posts behind every edge, accounts.csv, and clusters.csv with reasons in words. They name accounts as the table does: keep them inside the study. Acting together is no sign of bad faith: newsrooms, fans and scheduled posts do it, too.
///
/// Cost: time grows with posts and pairs; a study's tables are read once for each trace. Memory: about 70 bytes a post and 100 an object and account; edges and evidence take at most --memory-mb, beyond it they lie in temporary files in --out. However popular one object is, its pairs are never held all at once.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad coordinate --table posts.csv --object url --account user --time created_at --window 60s --min-weight 2 --out together
  marsad coordinate --table posts.csv.gz --object url --account user --time time --post id --window 10s --quantile 0.99 --out together --json
  marsad coordinate --table posts.csv --object url --account user --time time --window auto --curve 1s,10s,60s,5m --test --graphml --out together
  marsad coordinate --show together --between 1234 5678
  marsad coordinate study
  marsad coordinate study --trace co-link=10s,co-repost=60s,near-text=5m --curve 10s,60s,5m --graphml --out pictures --json
  marsad coordinate study --between twitter:1234 twitter:5678")]
pub(crate) struct Coordinate {
    /// A study, instead of a table
    #[arg(conflicts_with_all = ["table", "show", "object", "account", "time", "post", "loops", "beside"])]
    pub(crate) dir: Option<PathBuf>,
    /// Of a study: what accounts share, each with a window of its own after `=`; repeat it or separate by comma: co-repost, fast-repost, co-link, co-domain, co-hashtag, hashtag-sequence, co-reply, co-mention, co-text, near-text, co-media, synchrony, shared-handle [default: co-repost, co-link, hashtag-sequence, co-reply, co-text, co-media]
    #[arg(long = "trace", value_name = "NAME[=TIME]", value_delimiter = ',', value_parser = trace, requires = "dir")]
    pub(crate) traces: Vec<(Trace, Option<Window>)>,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
    /// Rows shown of each table of a study
    #[arg(long, value_name = "N", default_value_t = 15)]
    pub(crate) rows: usize,
    #[command(flatten)]
    pub(crate) speech: Speech,
    /// The table of posts; `-` is standard input
    #[arg(long, value_name = "FILE", required_unless_present_any = ["show", "dir"], requires_all = ["object", "account", "time", "out"])]
    pub(crate) table: Option<PathBuf>,
    /// The column of what was posted; a row where it is empty is left out
    #[arg(long, value_name = "COL")]
    pub(crate) object: Option<String>,
    /// The column of who posted it
    #[arg(long, value_name = "COL")]
    pub(crate) account: Option<String>,
    /// The column of when: seconds since 1970, or 2015-03-01T12:00:00Z and the like
    #[arg(long, value_name = "COL")]
    pub(crate) time: Option<String>,
    /// The column of the post's id, by which evidence names it [default: its line in the table]; a post that is its object is in no pair, unless --loops
    #[arg(long, value_name = "COL")]
    pub(crate) post: Option<String>,
    /// The folder to write tables to, or the pictures of a study; it must not exist or be empty
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// The longest time between two posts of a pair, both ends included: 10s, 5m, 1h, 1d, 500ms; or `auto`, how long the quickest tenth of objects takes to gather half of its posts (as CooRnet)
    #[arg(long, value_name = "TIME|auto", default_value = "60s", value_parser = window)]
    pub(crate) window: Window,
    /// Also say how many edges and components there would be with each of these windows, in curve.csv: the window decides the result
    #[arg(long, value_name = "TIMES", value_delimiter = ',', value_parser = duration)]
    pub(crate) curve: Vec<i64>,
    /// What is compared with --min-weight
    #[arg(long, value_enum, default_value_t = Weight::Pairs)]
    pub(crate) weight: Weight,
    /// Edges of less weight are left out [default: 2]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) min_weight: Option<f64>,
    /// Keep edges of more pairs than this quantile of all edges (as CooRTweet), instead of --min-weight
    #[arg(long, value_name = "SHARE", conflicts_with = "min_weight")]
    pub(crate) quantile: Option<f64>,
    /// Leave out accounts with fewer posts than this, then pairs in which neither account has so many posts in pairs (as CooRTweet)
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) min_participation: u32,
    /// Count pairs of posts of one account as well
    #[arg(long)]
    pub(crate) loops: bool,
    /// After this gap a pair weighs half, after twice as long a quarter
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) half_life: Option<i64>,
    /// Take a window that is finer than the times of the table are
    #[arg(long)]
    pub(crate) any_clock: bool,
    /// How many pairs of posts are kept as evidence of one edge, at most; all are counted
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(crate) evidence: u32,
    /// Test every edge: did its accounts meet within the window more often than the times of posts on their shared objects, and their own hours, make likely? Clusters are then made of edges that stand. A study is tested unless --untested, --min-weight or --quantile says otherwise; a table when asked for
    #[arg(long)]
    pub(crate) test: bool,
    /// Of a study: make clusters of all edges of the least weight, without a test
    #[arg(long, requires = "dir", conflicts_with_all = ["test", "level", "dependent"])]
    pub(crate) untested: bool,
    /// The false discovery rate at which edges stand [default: 0.05]
    #[arg(long, visible_alias = "q", value_name = "SHARE")]
    pub(crate) level: Option<f64>,
    /// Hold the rate whatever the dependence of tests (Benjamini and Yekutieli instead of Benjamini and Hochberg)
    #[arg(long)]
    pub(crate) dependent: bool,
    /// Add other people's tests of every edge to edges.csv: hypergeometric, SDSM, disparity filter; each by itself, for all edges
    #[arg(long)]
    pub(crate) beside: bool,
    /// Make clusters of communities by Leiden instead of components
    #[arg(long)]
    pub(crate) leiden: bool,
    /// The seed of Leiden's random choices
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Write the clusters as network.graphml
    #[arg(long)]
    pub(crate) graphml: bool,
    /// Write the clusters as network.gexf
    #[arg(long)]
    pub(crate) gexf: bool,
    /// Name accounts in network.graphml and network.gexf as the table or the study does, not by the numbers that its table of accounts explains; of a study, show small cells, too
    #[arg(long)]
    pub(crate) internal: bool,
    /// Show the posts behind an edge, from the tables in this folder, instead of making them
    #[arg(long, value_name = "DIR", requires = "between", conflicts_with_all = ["table", "out"])]
    pub(crate) show: Option<PathBuf>,
    /// The two accounts of the edge to show, with --show or a study (as `platform:id`)
    #[arg(long, value_names = ["ACCOUNT", "ACCOUNT"], num_args = 2)]
    pub(crate) between: Vec<String>,
    /// Threads; results do not depend on it [default: as many as there are cores]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Megabytes for edges and evidence; beyond, they lie in temporary files in --out
    #[arg(long, value_name = "MB", default_value_t = 256)]
    pub(crate) memory_mb: usize,
}

/// The weight below which edges are left out, where nothing is said.
const LEAST_WEIGHT: f64 = 2.0;
/// The false discovery rate, where nothing is said.
const LEVEL: f64 = 0.05;

impl Coordinate {
    /// The weight below which edges are left out.
    pub(crate) fn least_weight(&self) -> f64 {
        self.min_weight.unwrap_or(LEAST_WEIGHT)
    }

    /// The false discovery rate at which edges stand.
    pub(crate) fn level(&self) -> f64 {
        self.level.unwrap_or(LEVEL)
    }

    /// Whether edges are tested. A cut-off is how published results are repeated, so whoever names one gets it alone; of a study nothing else is taken for
    /// acting together than what chance does not explain.
    pub(crate) fn is_tested(&self) -> bool {
        let has_cut_off = self.untested || self.min_weight.is_some() || self.quantile.is_some();
        self.test || self.dir.is_some() && !has_cut_off
    }
}

/// How the window is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Window {
    /// By the data.
    Auto,
    /// In microseconds.
    Micros(i64),
}

fn window(text: &str) -> Result<Window, String> {
    if text == "auto" { Ok(Window::Auto) } else { duration(text).map(Window::Micros) }
}

/// Reads a trace, perhaps with a window.
fn trace(text: &str) -> Result<(Trace, Option<Window>), String> {
    let (name, time) = text.split_once('=').map_or((text, None), |(name, time)| (name, Some(time)));
    let names = || Trace::ALL.map(Trace::name).join(", ");
    let found = Trace::of(name).ok_or_else(|| format!("there is no such trace; the traces are {}", names()))?;
    Ok((found, time.map(window).transpose()?))
}

/// Reads a duration into microseconds: a number and `ms`, `s`, `m`, `h` or `d`; a number alone is seconds.
pub(crate) fn duration(text: &str) -> Result<i64, String> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let micros = match unit.trim() {
        "ms" => 1e3,
        "" | "s" => 1e6,
        "m" | "min" => 60e6,
        "h" => 3600e6,
        "d" => 86_400e6,
        _ => return Err("a duration is a number and `ms`, `s`, `m`, `h` or `d`".to_owned()),
    };
    match number.parse::<f64>() {
        Ok(number) if number * micros <= 1e17 => Ok((number * micros).round() as i64),
        _ => Err("a duration is a number and `ms`, `s`, `m`, `h` or `d`, such as `60s`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Window, duration, trace, window};
    use study::coordinate::Trace;

    #[test]
    fn traces_may_have_a_window() {
        assert_eq!(trace("co-link"), Ok((Trace::CoLink, None)));
        assert_eq!(trace("near-text=5m"), Ok((Trace::NearText, Some(Window::Micros(300_000_000)))));
        assert_eq!(trace("co-repost=auto"), Ok((Trace::CoRepost, Some(Window::Auto))));
        assert!(trace("co-thought").is_err() && trace("co-link=soon").is_err());
    }

    #[test]
    fn durations_are_read() {
        for (text, micros) in [("60s", 60_000_000), ("0.5", 500_000), ("10m", 600_000_000), ("2h", 7_200_000_000), ("250ms", 250_000)] {
            assert_eq!(duration(text), Ok(micros), "{text}");
        }
        assert_eq!((window("auto"), window("2s")), (Ok(Window::Auto), Ok(Window::Micros(2_000_000))));
        for text in ["", "s", "ten", "5 years", "-1s", "1e9d"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
