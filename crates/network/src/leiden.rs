use crate::level::{Joined, Level, Rows, Sums};
use crate::random::Random;
use crate::{Error, Graph};
use std::collections::VecDeque;

/// The randomness of refinement (θ in the paper), in units of edge weight: the value that the authors and igraph use.
const THETA: f64 = 0.01;

/// Settings of [`leiden`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeidenOptions {
    /// γ: above 1 more and smaller communities, below 1 fewer and larger ones.
    pub resolution: f64,
    /// The seed of orders and choices.
    pub seed: u64,
    /// Stop after so many rounds, or before when one changes nothing.
    pub max_iterations: usize,
}

impl Default for LeidenOptions {
    fn default() -> Self {
        LeidenOptions { resolution: 1.0, seed: 1, max_iterations: 10 }
    }
}

/// Communities that partition the nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Communities {
    /// One community a node, numbered by their least nodes.
    pub of: Vec<u32>,
    /// How many there are.
    pub count: usize,
    /// Modularity at the resolution used; 0 without edges.
    pub modularity: f64,
    /// Rounds made.
    pub iterations: usize,
}

/// Communities by the Leiden algorithm with modularity, on an undirected graph with or without weights.
///
/// Fast local moves, refinement inside each community, aggregation over the refined groups; repeated from the result until a round
/// changes nothing. Every community is connected. Source: Traag, Waltman, van Eck, Sci. Rep. 9 (2019) 5233; gains in refinement are in
/// units of edge weight, as in igraph. One thread; the same seed gives the same result. Time: almost linear a round.
///
/// # Errors
/// [`Error::Setting`] for a resolution that is not above 0.
pub fn leiden(undirected: &Graph, options: &LeidenOptions) -> Result<Communities, Error> {
    if options.resolution.is_nan() || options.resolution <= 0.0 || options.resolution.is_infinite() {
        return Err(Error::Setting { name: "the resolution", value: options.resolution, wanted: "a number above 0, such as `1`" });
    }
    let bottom = Level::new(undirected);
    let total: f64 = bottom.mass.iter().sum();
    let mut of: Vec<u32> = (0..bottom.nodes() as u32).collect();
    let mut iterations = 0;
    if total > 0.0 {
        let mut random = Random::new(options.seed);
        while iterations < options.max_iterations {
            iterations += 1;
            let before = of.clone();
            round(&bottom, &mut of, options.resolution / total, &mut random);
            if of == before {
                break;
            }
        }
    }
    let count = renumber(&mut of);
    Ok(Communities { modularity: modularity(undirected, &of, options.resolution), of, count, iterations })
}

/// Modularity of any partition of an undirected graph: the share of weight inside groups less `γ` times what degrees alone would give.
///
/// Labels are below the number of nodes. 0 without edges. Source: Newman, Girvan 2004; Reichardt, Bornholdt 2006 for `γ`.
#[must_use]
pub fn modularity(undirected: &Graph, of: &[u32], resolution: f64) -> f64 {
    let (mut inside, mut mass) = (0.0, vec![0.0; undirected.nodes()]);
    for node in 0..undirected.nodes() as u32 {
        for (to, weight) in undirected.weighted(node) {
            mass[of[node as usize] as usize] += f64::from(weight);
            if of[node as usize] == of[to as usize] {
                inside += f64::from(weight);
            }
        }
    }
    let total: f64 = mass.iter().sum();
    if total == 0.0 {
        return 0.0;
    }
    inside / total - resolution * mass.iter().map(|mass| (mass / total).powi(2)).sum::<f64>()
}

/// One round: moves, refinement and aggregation until aggregation has nothing left to join.
fn round(bottom: &Level<&Graph>, of: &mut [u32], scale: f64, random: &mut Random) {
    // Where each node of the bottom stands in the present level.
    let mut place: Vec<u32> = (0..of.len() as u32).collect();
    let mut groups = of.to_vec();
    let mut above = step(bottom, &mut groups, of, &mut place, scale, random);
    while let Some(level) = above {
        above = step(&level, &mut groups, of, &mut place, scale, random);
    }
    renumber(of);
}

/// Moves and refinement in one level; the level above it, if there was something to join, and its nodes' `groups`.
fn step<R: Rows>(
    level: &Level<R>,
    groups: &mut Vec<u32>,
    of: &mut [u32],
    place: &mut [u32],
    scale: f64,
    random: &mut Random,
) -> Option<Level<Joined>> {
    renumber(groups);
    local_moves(level, groups, scale, random);
    let count = renumber(groups);
    for (of, place) in of.iter_mut().zip(&*place) {
        *of = groups[*place as usize];
    }
    let mut refined = refine(level, groups, count, scale, random);
    let parts = renumber(&mut refined);
    if parts == level.nodes() {
        return None;
    }
    let mut next = vec![0; parts];
    for (part, group) in refined.iter().zip(&*groups) {
        next[*part as usize] = *group;
    }
    place.iter_mut().for_each(|place| *place = refined[*place as usize]);
    *groups = next;
    Some(level.aggregate(&refined, parts))
}

/// Moves nodes to the neighbouring community that gains most, as long as some node gains.
fn local_moves<R: Rows>(level: &Level<R>, groups: &mut [u32], scale: f64, random: &mut Random) {
    let nodes = level.nodes();
    let mut mass = vec![0.0; nodes];
    let mut size = vec![0usize; nodes];
    for (node, group) in groups.iter().enumerate() {
        mass[*group as usize] += level.mass[node];
        size[*group as usize] += 1;
    }
    let mut empty: Vec<u32> = (0..nodes as u32).rev().filter(|group| size[*group as usize] == 0).collect();
    let mut order: Vec<u32> = (0..nodes as u32).collect();
    random.shuffle(&mut order);
    let mut waits = vec![true; nodes];
    let mut open = VecDeque::from(order);
    let mut sums = Sums::new(nodes);
    while let Some(node) = open.pop_front() {
        let at = node as usize;
        waits[at] = false;
        let own = groups[at];
        let weight = level.mass[at];
        mass[own as usize] -= weight;
        size[own as usize] -= 1;
        level.row(at).for_each(|(to, weight)| sums.add(groups[to as usize], weight));
        let gain = |group: u32| sums.weight[group as usize] - scale * weight * mass[group as usize];
        let (mut best, mut most) = (own, gain(own));
        for group in &sums.seen {
            // The small margin keeps rounding from moving a node back and forth.
            if gain(*group) > most + 1e-12 * weight {
                (best, most) = (*group, gain(*group));
            }
        }
        if most < -1e-12 * weight
            && let Some(free) = empty.pop()
        {
            best = free;
        }
        mass[best as usize] += weight;
        size[best as usize] += 1;
        sums.clear();
        if best != own {
            if size[own as usize] == 0 {
                empty.push(own);
            }
            groups[at] = best;
            for (to, _) in level.row(at) {
                if groups[to as usize] != best && !waits[to as usize] {
                    waits[to as usize] = true;
                    open.push_back(to);
                }
            }
        }
    }
}

/// Splits each community into well-connected parts: nodes begin alone and join a part of their community, at random but never at a loss.
fn refine<R: Rows>(level: &Level<R>, groups: &[u32], count: usize, scale: f64, random: &mut Random) -> Vec<u32> {
    let nodes = level.nodes();
    let mut whole = vec![0.0; count];
    groups.iter().zip(&level.mass).for_each(|(group, mass)| whole[*group as usize] += mass);
    let mut parts: Vec<u32> = (0..nodes as u32).collect();
    let mut mass = level.mass.clone();
    let mut alone = vec![true; nodes];
    // The weight between each part and the rest of its community.
    let mut ties: Vec<f64> = (0..nodes)
        .map(|node| level.row(node).filter(|(to, _)| groups[*to as usize] == groups[node]).map(|(_, weight)| weight).sum())
        .collect();
    let mut order: Vec<u32> = (0..nodes as u32).collect();
    random.shuffle(&mut order);
    let mut sums = Sums::new(nodes);
    let mut choices: Vec<(u32, f64)> = Vec::new();
    for node in order {
        let at = node as usize;
        let all = whole[groups[at] as usize];
        let is_tied = |part: usize, ties: &[f64], mass: &[f64]| ties[part] >= scale * mass[part] * (all - mass[part]);
        if !alone[at] || !is_tied(at, &ties, &mass) {
            continue;
        }
        for (to, weight) in level.row(at).filter(|(to, _)| groups[*to as usize] == groups[at]) {
            sums.add(parts[to as usize], weight);
        }
        choices.clear();
        choices.push((node, 0.0));
        for part in &sums.seen {
            let gain = sums.weight[*part as usize] - scale * level.mass[at] * mass[*part as usize];
            if gain > 0.0 && is_tied(*part as usize, &ties, &mass) {
                choices.push((*part, gain));
            }
        }
        let chosen = choose(&choices, random);
        if chosen != node {
            let to = chosen as usize;
            ties[to] += ties[at] - 2.0 * sums.weight[to];
            mass[to] += level.mass[at];
            mass[at] = 0.0;
            parts[at] = chosen;
            (alone[at], alone[to]) = (false, false);
        }
        sums.clear();
    }
    parts
}

/// One of the choices, with chances in proportion to `exp(gain / θ)`.
fn choose(choices: &[(u32, f64)], random: &mut Random) -> u32 {
    let most = choices.iter().map(|(_, gain)| *gain).fold(0.0, f64::max);
    let chance = |gain: f64| ((gain - most) / THETA).exp();
    let mut left = random.unit() * choices.iter().map(|(_, gain)| chance(*gain)).sum::<f64>();
    for (part, gain) in choices {
        left -= chance(*gain);
        if left < 0.0 {
            return *part;
        }
    }
    choices[choices.len() - 1].0
}

/// Numbers labels by the first node that has each, without gaps; how many there are.
fn renumber(labels: &mut [u32]) -> usize {
    let most = labels.iter().max().map_or(0, |label| *label as usize + 1);
    let mut numbers = vec![u32::MAX; most];
    let mut count = 0;
    for label in labels {
        let number = &mut numbers[*label as usize];
        if *number == u32::MAX {
            *number = count;
            count += 1;
        }
        *label = *number;
    }
    count as usize
}
