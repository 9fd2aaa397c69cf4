use crate::{accounts, coding, figures};
use record::Instant;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use web::{About, Agreement, Card, Cluster, ClusterRow, Computed, DayCount, EdgePosts, Figures, Member, PairOfPosts, Source, Tie, Trouble};

/// A study that was made up.
pub(crate) struct House {
    folder: PathBuf,
    name: &'static str,
    seal: AtomicI64,
}

/// Accounts in each cluster, the largest first.
const CLUSTERS: [u64; 3] = [12, 6, 4];

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
        ClusterRow { id, accounts, edges, kinds: vec!["link".to_owned(), "wording".to_owned()], from: time(40), to: time(0) }
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
            min_cell: 10,
        }
    }

    fn folder(&self) -> &Path {
        &self.folder
    }

    fn card(&self, item: &str) -> Result<Option<Card>, Trouble> {
        Ok(accounts::card(item))
    }

    fn clusters(&self) -> Result<Vec<ClusterRow>, Trouble> {
        Ok((1..).zip(CLUSTERS).map(|(id, accounts)| House::row(id, accounts)).collect())
    }

    fn cluster(&self, id: u64) -> Result<Option<Cluster>, Trouble> {
        let Some(members) = House::members(id) else { return Ok(None) };
        let accounts = members.end - members.start;
        let ties = members
            .clone()
            .flat_map(|a| (a + 1..members.end).map(move |b| Tie { a, b, objects: 3 + (a + b) % 5, p: 1e-6, q: 1e-4 }))
            .collect();
        Ok(Some(Cluster {
            row: House::row(id, accounts),
            members: members.map(|id| Member { id, edges: accounts - 1 }).collect(),
            ties,
            reasons: vec!["posted the same links within a minute of one another more often than chance explains".to_owned()],
            timeline: (1..=9).map(|day| DayCount { day: format!("2025-09-{day:02}"), posts: 10 + day * 3 % 7 }).collect(),
        }))
    }

    fn edge(&self, a: u64, b: u64) -> Result<Option<EdgePosts>, Trouble> {
        let together =
            (1..).zip(CLUSTERS).any(|(id, _)| House::members(id).is_some_and(|members| members.contains(&a) && members.contains(&b)));
        if !together || a == b {
            return Ok(None);
        }
        let pair = |place| PairOfPosts {
            object: format!("https://example.org/{place}"),
            kind: "link".to_owned(),
            seconds: 20 + place as i64,
            a: accounts::post(a, place),
            b: accounts::post(b, place),
        };
        Ok(Some(EdgePosts { a, b, pairs: (0..3).map(pair).collect(), total: 3 }))
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
