use crate::Graph;

/// What the measures of accounts are taken from. Slices have one entry a node.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeasureInput<'a> {
    /// Follows: edges out and edges in.
    pub follows: Option<(&'a Graph, &'a Graph)>,
    /// Interactions, weighted by how many there were: out and in. All that are known, not only those inside the frame.
    pub interactions: Option<(&'a Graph, &'a Graph)>,
    /// The accounts of the frame; all of them if left out.
    pub frame: Option<&'a [bool]>,
    /// The accounts coded as supporters.
    pub supporters: Option<&'a [bool]>,
    /// How many accounts each follows in all, as reported; `None` where unknown. If left out, those that the graph has.
    pub friends: Option<&'a [Option<u64>]>,
    /// Whose posts were collected; everybody's if left out.
    pub collected: Option<&'a [bool]>,
}

/// Measures of one account inside a frame. `None`: not known, or a share of nothing. A share is from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// Members that follow it.
    pub followers: Option<u64>,
    /// Members that it follows.
    pub friends: Option<u64>,
    /// In-group focus (friends): members among all it follows.
    pub focus_friends: Option<f64>,
    /// The same for coded supporters instead of members.
    pub focus_friends_supporters: Option<f64>,
    /// In-group focus (interactions): interactions with members among all its interactions.
    pub focus_interactions: Option<f64>,
    /// The same for coded supporters instead of members.
    pub focus_interactions_supporters: Option<f64>,
    /// In-focus: interactions from members among all that it receives.
    pub in_focus: Option<f64>,
    /// Influence: interactions that it receives from members. Ranks broadcasters high; no score of support.
    pub influence: Option<u64>,
    /// Exposure: its interactions with members.
    pub exposure: Option<u64>,
    /// Interactivity: influence + exposure.
    pub interactivity: Option<u64>,
    /// Response rate: of the members it interacts with whose posts were collected, those that interact with it.
    pub response_rate: Option<f64>,
}

/// The measures of one account.
///
/// Reported friends that are fewer than those in the graph are taken as old, and the graph's number is used. Source: the reconstruction
/// of Berger and Morgan, *The ISIS Twitter Census* (2015), appendix A; Berger and Strathearn, *Who Matters Online* (2013). Time: the
/// account's edges, times the logarithm of its partners' for the response rate.
#[must_use]
pub fn measures(input: &MeasureInput<'_>, node: u32) -> Measures {
    let within = |set: Option<&[bool]>, node: u32| set.is_none_or(|set| set[node as usize]);
    let mut result = Measures::default();
    if let Some((outgoing, incoming)) = input.follows {
        let inside = |set: Option<&[bool]>| outgoing.neighbours(node).iter().filter(|friend| within(set, **friend)).count() as u64;
        let known = outgoing.degree(node) as u64;
        let total = input.friends.map_or(Some(known), |friends| friends[node as usize].map(|reported| reported.max(known)));
        let friends = inside(input.frame);
        result.followers = Some(incoming.neighbours(node).iter().filter(|other| within(input.frame, **other)).count() as u64);
        result.friends = Some(friends);
        result.focus_friends = share(friends, total);
        result.focus_friends_supporters = input.supporters.and_then(|set| share(inside(Some(set)), total));
    }
    if let Some((outgoing, incoming)) = input.interactions {
        let sum = |graph: &Graph, set: Option<&[bool]>| {
            graph.weighted(node).filter(|(other, _)| within(set, *other)).map(|(_, weight)| u64::from(weight)).sum::<u64>()
        };
        let influence = sum(incoming, input.frame);
        result.influence = Some(influence);
        result.in_focus = share(influence, Some(sum(incoming, None)));
        // Whose posts were not collected did not interact 0 times: nobody looked.
        if within(input.collected, node) {
            let exposure = sum(outgoing, input.frame);
            let total = Some(sum(outgoing, None));
            result.exposure = Some(exposure);
            result.interactivity = Some(influence + exposure);
            result.focus_interactions = share(exposure, total);
            result.focus_interactions_supporters = input.supporters.and_then(|set| share(sum(outgoing, Some(set)), total));
            let could_answer = |other: &&u32| within(input.frame, **other) && within(input.collected, **other);
            let partners = outgoing.neighbours(node).iter().filter(could_answer);
            let (asked, answered) = partners.fold((0, 0), |(asked, answered), other| {
                (asked + 1, answered + u64::from(incoming.neighbours(node).binary_search(other).is_ok()))
            });
            result.response_rate = share(answered, Some(asked));
        }
    }
    result
}

fn share(part: u64, whole: Option<u64>) -> Option<f64> {
    whole.filter(|whole| *whole > 0).map(|whole| part as f64 / whole as f64)
}

/// How focus and interactivity become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Composite {
    /// Focus × ln(1 + interactivity).
    Product,
    /// The mean of both ranks as shares: 1 for the first, ties share their mean rank.
    RankAverage,
}

/// The composite of in-group focus (interactions) and interactivity for every account of a frame, in the order given.
///
/// `None` where either is unknown; such accounts have no rank and push nobody down. Time: n log n.
#[must_use]
pub fn composite(rows: &[(Option<f64>, Option<u64>)], how: Composite) -> Vec<Option<f64>> {
    let known: Vec<(usize, f64, f64)> =
        rows.iter().enumerate().filter_map(|(at, (focus, activity))| Some((at, (*focus)?, (*activity)? as f64))).collect();
    let mut result = vec![None; rows.len()];
    let scores: Vec<f64> = match how {
        Composite::Product => known.iter().map(|(_, focus, activity)| focus * activity.ln_1p()).collect(),
        Composite::RankAverage => {
            let focus = ranks(&known.iter().map(|row| row.1).collect::<Vec<_>>());
            let activity = ranks(&known.iter().map(|row| row.2).collect::<Vec<_>>());
            focus.iter().zip(&activity).map(|(a, b)| (a + b) / (2.0 * known.len() as f64)).collect()
        }
    };
    for ((at, ..), score) in known.iter().zip(scores) {
        result[*at] = Some(score);
    }
    result
}

/// Ranks from 1 for the least to n for the greatest, equal values sharing their mean rank.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for group in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let mean = start as f64 + (group.len() as f64 + 1.0) / 2.0;
        group.iter().for_each(|at| ranks[*at] = mean);
        start += group.len();
    }
    ranks
}
