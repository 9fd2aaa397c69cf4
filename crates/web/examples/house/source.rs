use crate::{accounts, coding, figures};
use record::{Arg, Instant, Text, text};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use web::{
    About, Agreement, Card, Cluster, ClusterRow, Computed, DayCount, EdgeKind, EdgePosts, Explained, Figures, Member, PairOfPosts, Part,
    Source, Tie, Trouble,
};

/// A study that was made up.
pub(crate) struct House {
    folder: PathBuf,
    name: &'static str,
    seal: AtomicI64,
}

/// Accounts in each cluster, the largest first.
const CLUSTERS: [u64; 3] = [12, 6, 4];

/// Cells below this many accounts are suppressed.
const MIN_CELL: u64 = 10;

impl House {
    /// Opens the folder, and furnishes it where it is empty.
    pub(crate) fn open(folder: &Path, name: &'static str) -> Result<House, Box<dyn Error>> {
        std::fs::create_dir_all(folder)?;
        coding::freeze(folder)?;
        let house = House { folder: folder.to_owned(), name, seal: AtomicI64::new(1) };
        if web::version::list(folder)?.is_empty() {
            for seal in 1..=2 {
                let at = Instant::from_seconds(1_759_312_800 + seal * 86_400).ok_or("a time out of range")?;
                web::version::store(folder, &house.computed(seal), at)?;
            }
        }
        house.seal.store(2, Ordering::Relaxed);
        Ok(house)
    }

    fn computed(&self, seal: i64) -> Computed {
        Computed { shown: figures::figures(self.name, seal, false), internal: Some(figures::figures(self.name, seal, true)) }
    }

    fn row(id: u64, accounts: u64) -> ClusterRow {
        let time = |place| Some(accounts::at(id, place).to_string());
        let edges = accounts * (accounts - 1) / 2;
        let kinds = vec!["co-link".to_owned(), "co-text".to_owned()];
        ClusterRow { id, reference: format!("{id}:0a1b2c3d"), accounts, edges, kinds, from: time(40), to: time(0) }
    }

    /// The numbers of a cluster's accounts follow one another.
    fn members(id: u64) -> Option<std::ops::Range<u64>> {
        let place = usize::try_from(id.checked_sub(1)?).ok()?;
        let start: u64 = CLUSTERS.iter().take(place).sum();
        CLUSTERS.get(place).map(|count| start..start + count)
    }
}

impl Source for House {
    fn about(&self) -> About {
        About {
            name: self.name.to_owned(),
            designation: "Example Order (invented), Invented List EX.001".to_owned(),
            unlisted: false,
            min_cell: MIN_CELL,
        }
    }

    fn folder(&self) -> &Path {
        &self.folder
    }

    fn card(&self, item: &str) -> Result<Option<Card>, Trouble> {
        Ok(accounts::card(item))
    }

    fn clusters(&self, internal: bool) -> Result<Vec<ClusterRow>, Trouble> {
        let is_shown = |accounts: &u64| internal || *accounts >= MIN_CELL;
        Ok((1..).zip(CLUSTERS).filter(|(_, accounts)| is_shown(accounts)).map(|(id, accounts)| House::row(id, accounts)).collect())
    }

    fn cluster(&self, id: u64, internal: bool) -> Result<Option<Cluster>, Trouble> {
        let Some(members) = House::members(id) else { return Ok(None) };
        let accounts = members.end - members.start;
        if !internal && accounts < MIN_CELL {
            return Ok(None);
        }
        let tie = |a: u64, b: u64| Tie {
            a,
            b,
            kinds: vec!["co-link".to_owned()],
            pairs: 4 + (a + b) % 7,
            objects: 3 + (a + b) % 5,
            expected: Some(0.4),
            log_odds: Some(14.5),
            q: Some(1e-4),
        };
        let ties = members.clone().flat_map(|a| (a + 1..members.end).map(move |b| tie(a, b))).collect();
        let part = |name: Text, part: u64| Part { name, accounts: Some(accounts * part / 6) };
        Ok(Some(Cluster {
            row: House::row(id, accounts),
            members: members.map(|id| Member { id, edges: accounts - 1 }).collect(),
            ties,
            reasons: vec![
                text!(
                    "{n, plural, one {# account acts} other {# accounts act}} together, {ties, plural, one {# tie} other {# ties}}.",
                    n = accounts,
                    ties = accounts * (accounts - 1) / 2
                ),
                text!(
                    "{what}: met {met} times, half of the pairs within {gap} s, expected {expected}.",
                    what = text!("links"),
                    met = 120_u64,
                    gap = Arg::real(14.0, 0),
                    expected = Arg::real(6.5, 1)
                ),
            ],
            explained: vec![
                Explained { what: text!("pairs on what many others posted, too"), fits: Some(false), share: internal.then_some(0.125) },
                Explained { what: text!("posts by tools that plan posts, or that post by themselves"), fits: None, share: None },
            ],
            languages: vec![part(Text::language("ar"), 4), part(Text::language("en"), 2)],
            places: vec![part(text!("no known place"), 6)],
            timeline: (1..=9)
                .map(|day| DayCount { day: format!("2025-09-{day:02}"), posts: (day != 4).then_some(10 + day * 3 % 7) })
                .collect(),
        }))
    }

    fn edge(&self, a: u64, b: u64) -> Result<Option<EdgePosts>, Trouble> {
        let is_in = |id: &u64| House::members(*id).is_some_and(|members| members.contains(&a) && members.contains(&b));
        let Some(cluster) = (1..=CLUSTERS.len() as u64).find(is_in).filter(|_| a != b) else { return Ok(None) };
        let pair = |place| PairOfPosts {
            object: format!("https://example.org/{place}"),
            kind: "co-link".to_owned(),
            seconds: 20 + place as i64,
            a: accounts::post(a, place),
            b: accounts::post(b, place),
        };
        let kinds =
            vec![EdgeKind { kind: "co-link".to_owned(), pairs: 3, objects: Some(3), expected: Some(0.4), p: Some(1e-6), q: Some(1e-4) }];
        Ok(Some(EdgePosts { a, b, cluster, kinds, pairs: (0..3).map(pair).collect(), total: 3 }))
    }

    fn compute(&self) -> Result<Computed, Trouble> {
        Ok(self.computed(self.seal.fetch_add(1, Ordering::Relaxed) + 1))
    }

    fn agreement(&self, census: &review::Census) -> Result<Agreement, Trouble> {
        Ok(crate::estimate::agreement(census))
    }

    fn estimate(&self, census: &review::Census) -> Result<Option<Figures>, Trouble> {
        Ok(crate::estimate::of(self.name, census))
    }
}
