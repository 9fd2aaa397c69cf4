use super::edges::Coordinated;
use super::weights::Weights;

/// Accounts that act together, by whatever groups them, and what ties them.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Its accounts, ascending.
    pub accounts: Vec<u32>,
    /// The numbers of its edges, ascending.
    pub edges: Vec<usize>,
    /// Pairs of posts behind them.
    pub pairs: u64,
    /// The median gap of the pairs that are kept as evidence.
    pub median_gap: u64,
    /// Objects behind its evidence.
    pub objects: usize,
    /// The first and the last time of its evidence.
    pub times: [i64; 2],
}

impl Coordinated {
    /// The groups of two or more accounts with an edge inside, the largest first, then by their least accounts.
    ///
    /// `of` gives the group of each account. Only edges for which `keep` says so count, and only those inside a group. `objects` and `times`
    /// are the columns of the posts. Time: evidence.
    #[must_use]
    pub fn clusters(&self, of: &[u32], keep: impl Fn(usize) -> bool, objects: &[u32], times: &[i64]) -> Vec<Cluster> {
        let groups = of.iter().max().map_or(0, |most| *most as usize + 1);
        let mut edges: Vec<Vec<usize>> = vec![Vec::new(); groups];
        for number in (0..self.len()).filter(|number| keep(*number)) {
            let [one, other] = self.edge(number).accounts;
            if one != other && of[one as usize] == of[other as usize] {
                edges[of[one as usize] as usize].push(number);
            }
        }
        // By which cluster an object was seen last: sorting what a large cluster shares would take longer than all else.
        let mut seen = vec![0; objects.iter().max().map_or(0, |most| *most as usize + 1)];
        let own = edges.into_iter().filter(|edges| !edges.is_empty());
        let mut clusters: Vec<Cluster> =
            (1..).zip(own).map(|(number, edges)| self.cluster(edges, (objects, times), (&mut seen, number))).collect();
        clusters.sort_by_key(|cluster| (std::cmp::Reverse(cluster.accounts.len()), cluster.accounts.first().copied()));
        clusters
    }

    fn cluster(&self, edges: Vec<usize>, (objects, times): (&[u32], &[i64]), (seen, number): (&mut [u32], u32)) -> Cluster {
        let mut accounts: Vec<u32> = edges.iter().flat_map(|edge| self.edge(*edge).accounts).collect();
        accounts.sort_unstable();
        accounts.dedup();
        // One pass: rows lie anywhere in the columns, and looking there is what takes long.
        let (mut gaps, mut shared, mut span) = (Vec::new(), 0, [i64::MAX, i64::MIN]);
        for [one, other] in edges.iter().flat_map(|edge| self.evidence(*edge)) {
            let [earlier, later] = [one, other].map(|row| times[row as usize]);
            gaps.push(earlier.abs_diff(later));
            let last = &mut seen[objects[one as usize] as usize];
            shared += usize::from(*last != number);
            *last = number;
            span = [span[0].min(earlier).min(later), span[1].max(earlier).max(later)];
        }
        let middle = gaps.len() / 2;
        let median_gap = if gaps.is_empty() { 0 } else { *gaps.select_nth_unstable(middle).1 };
        let times = if gaps.is_empty() { [0, 0] } else { span };
        let pairs = edges.iter().map(|edge| u64::from(self.edge(*edge).pairs)).sum();
        Cluster { accounts, edges, pairs, median_gap, objects: shared, times }
    }

    /// The moving-threshold score of each account: edges are taken away from the lightest on, and an account leaves with its last one.
    ///
    /// The score is the share of edges that weigh no more than the account's heaviest, by pairs: between 0 and 1, 0 without an edge. After
    /// Nizzoli et al. 2021, where weights are similarities.
    #[must_use]
    pub fn scores(&self, accounts: usize) -> Vec<f64> {
        let mut heaviest = vec![0u32; accounts];
        let mut weights = Weights::default();
        for edge in self.edges().filter(|edge| edge.accounts[0] != edge.accounts[1]) {
            weights.add(edge.pairs, 1);
            edge.accounts.iter().for_each(|account| heaviest[*account as usize] = heaviest[*account as usize].max(edge.pairs));
        }
        let (mut below, all) = (0, weights.edges() as f64);
        let shares: Vec<(u32, f64)> = weights
            .iter()
            .map(|(weight, edges)| {
                below += edges;
                (weight, below as f64 / all)
            })
            .collect();
        let share = |weight: &u32| shares.binary_search_by_key(weight, |share| share.0).map_or(0.0, |at| shares[at].1);
        heaviest.iter().map(share).collect()
    }
}
