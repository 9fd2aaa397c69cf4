//! The tables that `marsad graph` writes.

use super::Work;
use crate::cli::graph::Kind;
use crate::exit::{Exit, Failure, told};
use exchange::{CsvOptions, CsvWriter};
use network::{Composite, Frame, MeasureInput, Measures, Rejected};
use record::{Sentence, Value, sentence};
use serde_json::json;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Writes one table, row by row.
pub(crate) fn write(dir: &Path, name: &str, columns: &[&str], rows: impl Iterator<Item = Vec<Value>>) -> Result<(), Failure> {
    let path = dir.join(format!("{name}.csv"));
    let trouble = |why: Sentence| Failure::new(Exit::Machine, sentence!("`{}` cannot be written: {}", path.display(), why));
    let file = File::create(&path).map_err(|error| trouble(told(&error)))?;
    let mut table = CsvWriter::new(BufWriter::new(file), columns, CsvOptions::default()).map_err(|error| trouble(told(&error)))?;
    for row in rows {
        table.row(&row).map_err(|error| trouble(told(&error)))?;
    }
    let buffer = table.finish().map_err(|error| trouble(told(&error)))?;
    buffer.into_inner().map_err(|error| trouble(told(error.error())))?;
    Ok(())
}

fn count(number: u64) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn number(number: Option<f64>) -> Value {
    number.map_or(Value::Null, Value::Float)
}

impl Work<'_> {
    fn account(&self, node: u32) -> Value {
        Value::Text(self.name(node))
    }

    fn accounts(&self) -> std::ops::Range<u32> {
        0..self.graph.outgoing.nodes() as u32
    }
}

pub(super) fn rejects(dir: &Path, rejected: &[Rejected]) -> Result<(), Failure> {
    if rejected.is_empty() {
        return Ok(());
    }
    let rows = rejected.iter().map(|reject| vec![count(reject.line), Value::Text(reject.reason.name().to_owned())]);
    write(dir, "rejects", &["line", "reason"], rows)
}

pub(super) fn frame(work: &Work<'_>, frame: &Frame) -> Result<(), Failure> {
    let rows = frame.members.iter().map(|member| {
        vec![
            work.account(member.node),
            count(u64::from(member.level)),
            member.parent.map_or(Value::Null, |parent| work.account(parent)),
            work.account(member.seed),
            Value::Text(frame.options.via.name().to_owned()),
            Value::Text(frame.id.clone()),
        ]
    });
    write(&work.args.out, "frame", &["account", "level", "parent", "seed", "via", "frame"], rows)
}

pub(super) fn personalised(work: &Work<'_>, frame: &Frame, scores: &[f64], by_degree: &[Option<f64>]) -> Result<(), Failure> {
    let rows = frame.members.iter().map(|member| {
        vec![
            work.account(member.node),
            count(u64::from(member.level)),
            Value::Float(scores[member.node as usize]),
            number(by_degree[member.node as usize]),
            Value::Text(frame.id.clone()),
        ]
    });
    write(&work.args.out, "personalised", &["account", "level", "score", "score_by_degree", "frame"], rows)
}

pub(super) fn scores(work: &Work<'_>, name: &str, scores: &[f64]) -> Result<(), Failure> {
    let rows = work.accounts().map(|node| vec![work.account(node), Value::Float(scores[node as usize])]);
    write(&work.args.out, name, &["account", "score"], rows)
}

pub(super) fn components(work: &Work<'_>, weak: &[u32], strong: &[u32]) -> Result<(), Failure> {
    let rows = work
        .accounts()
        .map(|node| vec![work.account(node), count(u64::from(weak[node as usize])), count(u64::from(strong[node as usize]))]);
    write(&work.args.out, "components", &["account", "weak", "strong"], rows)
}

pub(super) fn communities(work: &Work<'_>, of: &[u32]) -> Result<(), Failure> {
    let rows = work.accounts().map(|node| vec![work.account(node), count(u64::from(of[node as usize]))]);
    write(&work.args.out, "communities", &["account", "community"], rows)
}

/// The columns of measures that a list of one kind can fill.
const FOLLOWS: [&str; 4] = ["in_network_followers", "in_network_friends", "focus_friends", "focus_friends_supporters"];
const INTERACTIONS: [&str; 7] =
    ["influence", "exposure", "interactivity", "focus_interactions", "focus_interactions_supporters", "in_focus", "response_rate"];

/// Measures of every member, or of every account without a frame.
pub(super) fn measures(work: &Work<'_>) -> Result<serde_json::Value, Failure> {
    let nodes = work.graph.outgoing.nodes();
    let mask = |members: &[u32]| {
        let mut mask = vec![false; nodes];
        members.iter().for_each(|node| mask[*node as usize] = true);
        mask
    };
    let members = work.frame.as_ref().map_or_else(|| work.accounts().collect(), Frame::nodes);
    let frame = work.frame.as_ref().map(|_| mask(&members));
    let supporters = work.args.supporters.as_deref().map(|path| super::read::accounts(path, &work.names)).transpose()?;
    let supporter_mask = supporters.as_ref().map(|(found, _)| mask(found));
    let directions = Some((&work.graph.outgoing, &work.graph.incoming));
    let is_follows = work.args.kind == Kind::Follows;
    let input = MeasureInput {
        follows: directions.filter(|_| is_follows),
        interactions: directions.filter(|_| !is_follows),
        frame: frame.as_deref(),
        supporters: supporter_mask.as_deref(),
        ..MeasureInput::default()
    };
    let id = work.frame.as_ref().map_or("whole graph", |frame| &frame.id);
    let size = members.len();
    let summary = json!({ "frame": id, "size": size, "supporters": supporters.as_ref().map(|(found, missing)| json!({ "found": found.len(), "not_in_the_graph": missing })) });
    let end = [count(size as u64), Value::Text(id.to_owned())];
    if is_follows {
        let rows = members.iter().map(|node| {
            let row = network::measures(&input, *node);
            let cells = [
                row.followers.map_or(Value::Null, count),
                row.friends.map_or(Value::Null, count),
                number(row.focus_friends),
                number(row.focus_friends_supporters),
            ];
            [vec![work.account(*node)], cells.to_vec(), end.to_vec()].concat()
        });
        write(&work.args.out, "measures", &[&["account"], &FOLLOWS[..], &["frame_size", "frame"]].concat(), rows)?;
    } else {
        let all: Vec<Measures> = members.iter().map(|node| network::measures(&input, *node)).collect();
        let pairs: Vec<_> = all.iter().map(|row| (row.focus_interactions, row.interactivity)).collect();
        let how = if work.args.rank_average { Composite::RankAverage } else { Composite::Product };
        let composite = network::composite(&pairs, how);
        let rows = members.iter().zip(&all).zip(&composite).map(|((node, row), composite)| {
            let cells = [
                row.influence.map_or(Value::Null, count),
                row.exposure.map_or(Value::Null, count),
                row.interactivity.map_or(Value::Null, count),
                number(row.focus_interactions),
                number(row.focus_interactions_supporters),
                number(row.in_focus),
                number(row.response_rate),
                number(*composite),
            ];
            [vec![work.account(*node)], cells.to_vec(), end.to_vec()].concat()
        });
        let columns = [&["account"], &INTERACTIONS[..], &["composite", "frame_size", "frame"]].concat();
        write(&work.args.out, "measures", &columns, rows)?;
    }
    Ok(summary)
}
