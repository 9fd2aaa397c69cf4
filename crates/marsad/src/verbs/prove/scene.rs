//! One proof world as a study would see it: a frame, and features of its accounts.

use super::Trouble;
use network::{Builder, Frame, FrameOptions, Graph, MeasureInput, Measures, Space, Via, measures, personalised};
use stats::learn::{Rows, Standard};
use world::{Code, ProofParams, ProofWorld};

/// Damping of the rank from the seeds.
const DAMPING: f64 = 0.85;

/// The error bound of the rank from the seeds.
const BOUND: f64 = 1e-7;

/// How much the words of an account weigh beside a measure in standard units.
const WORDS: f64 = 3.0;

/// Languages and clients that features tell apart.
const LANGUAGES: usize = 8;
const CLIENTS: usize = 12;

/// A frame at level 2 from the seeds, with what is known of its accounts. Vectors have one entry an account of the frame.
pub(super) struct Scene {
    pub(super) world: ProofWorld,
    /// Numbers in the world, ascending.
    pub(super) members: Vec<u32>,
    pub(super) is_seed: Vec<bool>,
    /// Personalised PageRank from the seeds, undirected, divided by degree.
    pub(super) rank: Vec<f64>,
    pub(super) features: Rows,
    /// Whether a person without error would code it as overt support when the sample is coded: the truth of the estimate.
    pub(super) is_seen_support: Vec<bool>,
    /// Whether it supports at all, closed since or not: the truth of the ranking.
    pub(super) is_support: Vec<bool>,
}

impl Scene {
    pub(super) fn new(params: &ProofParams, seed: u64) -> Result<Scene, Trouble> {
        let world = ProofWorld::new(params, seed);
        let nodes = world.camps.len();
        // One proof world fits any memory.
        let mut follows = Builder::new(Space::unbounded());
        world.follows().try_for_each(|(from, to)| follows.push(from, to))?;
        let follows = follows.finish(nodes, None, false)?;
        let mut acts = Builder::new(Space::unbounded());
        for act in &world.interactions {
            (0..act.count).try_for_each(|_| acts.push(act.from, act.to))?;
        }
        let acts = acts.finish(nodes, None, true)?;
        let options = FrameOptions { levels: 2, cap: 500, via: Via::Follows };
        let members = Frame::expand(&follows.outgoing, &world.seeds, options, |node| node.to_string())?.nodes();
        let mut frame = vec![false; nodes];
        members.iter().for_each(|member| frame[*member as usize] = true);
        let mut seeds = vec![false; nodes];
        world.seeds.iter().for_each(|seed| seeds[*seed as usize] = true);

        let inside = follows.outgoing.induced(&members, Space::unbounded())?;
        let incoming = inside.transpose(Space::unbounded())?;
        let undirected = inside.undirected(&incoming, Space::unbounded())?;
        let starts: Vec<u32> = world.seeds.iter().filter_map(|seed| members.binary_search(seed).ok()).map(|at| at as u32).collect();
        let rank = personalised(&undirected, &starts, DAMPING, BOUND)?.by_degree(&undirected);
        let input = MeasureInput {
            follows: Some((&follows.outgoing, &follows.incoming)),
            interactions: Some((&acts.outgoing, &acts.incoming)),
            frame: Some(&frame),
            supporters: Some(&seeds),
            friends: None,
            collected: Some(&world.captured),
        };
        let measured: Vec<Measures> = members.iter().map(|member| measures(&input, *member)).collect();
        let dense = dense(&world, &members, &measured, &rank, [&inside, &incoming]);
        let features = rows(&world, &members, &dense)?;
        let code = |member: &u32| world.code_at_coding(*member) == Code::OvertSupport;
        let is_seen_support = members.iter().map(code).collect();
        let is_support = members.iter().map(|member| world.codes[*member as usize] == Code::OvertSupport).collect();
        let is_seed = members.iter().map(|member| seeds[*member as usize]).collect();
        let rank = rank.into_iter().map(|rank| rank.unwrap_or(0.0)).collect();
        Ok(Scene { world, members, is_seed, rank, features, is_seen_support, is_support })
    }
}

/// Measures of the accounts, one column each; `None` where not known.
fn dense(world: &ProofWorld, members: &[u32], measured: &[Measures], rank: &[Option<f64>], graphs: [&Graph; 2]) -> Vec<Vec<Option<f64>>> {
    let counts = |of: fn(&Measures) -> Option<u64>| measured.iter().map(|row| of(row).map(|count| (count as f64).ln_1p())).collect();
    let shares = |of: fn(&Measures) -> Option<f64>| measured.iter().map(of).collect();
    let logs: Vec<Option<f64>> = rank.iter().map(|rank| rank.map(|rank| (rank + BOUND / 100.0).ln())).collect();
    // The rank of an account's friends and followers tells more of one with few ties than its own does.
    let around = |graph: &Graph| {
        let mean = |at: usize| {
            let known: Vec<f64> = graph.neighbours(at as u32).iter().filter_map(|other| logs[*other as usize]).collect();
            (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
        };
        (0..members.len()).map(mean).collect::<Vec<_>>()
    };
    let month = |member: &u32| world.captured[*member as usize].then(|| f64::from(world.created_months[*member as usize]));
    let (friends, followers) = (around(graphs[0]), around(graphs[1]));
    vec![
        logs,
        friends,
        followers,
        counts(|row| row.followers),
        counts(|row| row.friends),
        counts(|row| row.influence),
        counts(|row| row.exposure),
        shares(|row| row.focus_friends),
        shares(|row| row.focus_friends_supporters),
        shares(|row| row.focus_interactions),
        shares(|row| row.focus_interactions_supporters),
        shares(|row| row.in_focus),
        shares(|row| row.response_rate),
        members.iter().map(month).collect(),
    ]
}

/// Columns: measures in standard units, whether each is unknown, words by (1 + ln count) · idf to a fixed length, language, client.
fn rows(world: &ProofWorld, members: &[u32], dense: &[Vec<Option<f64>>]) -> Result<Rows, stats::learn::Error> {
    let (measures, words) = (dense.len(), ProofWorld::VOCABULARY.len());
    let standard: Vec<Standard> = dense.iter().map(|column| Standard::fit(column.iter().copied())).collect();
    let mut frequency = vec![0.0; words];
    members.iter().flat_map(|member| world.words_of(*member)).for_each(|(word, _)| frequency[usize::from(*word)] += 1.0);
    let idf: Vec<f64> = frequency.iter().map(|df| ((1.0 + members.len() as f64) / (1.0 + df)).ln() + 1.0).collect();
    let (first_word, first_language) = (2 * measures, 2 * measures + words);
    let mut rows = Rows::empty(first_language + LANGUAGES + CLIENTS);
    let mut row: Vec<(u32, f32)> = Vec::new();
    for (at, member) in members.iter().enumerate() {
        row.clear();
        for (column, (values, standard)) in dense.iter().zip(&standard).enumerate() {
            row.push((column as u32, standard.apply(values[at])));
            row.extend(values[at].is_none().then_some(((measures + column) as u32, 1.0)));
        }
        let own = world.words_of(*member);
        let weight = |(word, count): &(u8, u16)| (1.0 + f64::from(*count).ln()) * idf[usize::from(*word)];
        let length = own.iter().map(|pair| weight(pair).powi(2)).sum::<f64>().sqrt();
        row.extend(own.iter().map(|pair| ((first_word + usize::from(pair.0)) as u32, (WORDS * weight(pair) / length) as f32)));
        if world.captured[*member as usize] {
            let language = (world.languages[*member as usize] as usize).min(LANGUAGES - 1);
            let client = usize::from(world.clients[*member as usize]).min(CLIENTS - 1);
            row.push(((first_language + language) as u32, 1.0));
            row.push(((first_language + LANGUAGES + client) as u32, 1.0));
        }
        rows.push(&row)?;
    }
    Ok(rows)
}
