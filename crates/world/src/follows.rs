use crate::Camp;
use crate::community::{Mixing, NOBODY, Person, community_count};
use crate::random::{Alias, Random, chance, unit};

/// Who follows whom, as one list of followed accounts with the start of each follower's part.
pub(crate) struct Follows {
    pub(crate) starts: Vec<u64>,
    pub(crate) followed: Vec<u32>,
}

impl Follows {
    pub(crate) fn of(&self, position: usize) -> &[u32] {
        let (Some(from), Some(to)) = (self.starts.get(position), self.starts.get(position + 1)) else { return &[] };
        self.followed.get(*from as usize..*to as usize).unwrap_or_default()
    }

    pub(crate) fn count(&self) -> u64 {
        self.followed.len() as u64
    }

    /// Followers of every account.
    pub(crate) fn followers(&self) -> Vec<u32> {
        let mut followers = vec![0u32; self.starts.len().saturating_sub(1)];
        for other in &self.followed {
            if let Some(count) = followers.get_mut(*other as usize) {
                *count += 1;
            }
        }
        followers
    }
}

/// The most follows of one account inside the world.
const MOST_FOLLOWS: f64 = 1_500.0;

/// Draws the follow graph; [`Mixing`] says how. O(accounts + follows).
pub(crate) fn draw(random: &mut Random, people: &[Person], mixing: &Mixing) -> Follows {
    let groups = Groups::of(people);
    // A third of a small world at most: beyond that the preferences would have nothing left to choose from.
    let most = MOST_FOLLOWS.min(people.len() as f64 / 3.0);
    let mut starts = Vec::with_capacity(people.len() + 1);
    let mut followed: Vec<u32> = Vec::new();
    let mut own = Vec::new();
    starts.push(0);
    for (position, person) in people.iter().enumerate() {
        own.clear();
        for _ in 0..f64::from(person.follows).min(most) as usize {
            own.extend(groups.pick(random, person, mixing));
        }
        if person.returns != NOBODY {
            // A return finds most of its old company again.
            let first = person.returns as usize;
            let part = starts.get(first).zip(starts.get(first + 1)).map(|(from, to): (&u64, &u64)| *from as usize..*to as usize);
            let before = part.and_then(|part| followed.get(part)).unwrap_or_default();
            own.extend(before.iter().copied().filter(|_| chance(random, 0.6)));
        }
        own.sort_unstable();
        own.dedup();
        own.retain(|other| *other as usize != position);
        followed.extend_from_slice(&own);
        starts.push(followed.len() as u64);
    }
    Follows { starts, followed }
}

/// Accounts with a sampler by popularity.
struct Group {
    members: Vec<u32>,
    sampler: Alias,
}

impl Group {
    fn of(people: &[Person], belongs: impl Fn(&Person) -> bool) -> Group {
        let members = people.iter().enumerate().filter(|(_, person)| belongs(person));
        let (members, weights): (Vec<u32>, Vec<f64>) =
            members.map(|(position, person)| (position as u32, f64::from(person.popularity))).unzip();
        Group { members, sampler: Alias::new(&weights) }
    }

    fn pick(&self, random: &mut Random) -> Option<u32> {
        self.members.get(self.sampler.draw(random)?).copied()
    }
}

/// The groups that follows fall on.
struct Groups {
    everyone: Alias,
    circles: Vec<Group>,
    neighbours: Group,
    /// Communities; of the shared ones only the supporters.
    communities: Vec<Group>,
}

impl Groups {
    fn of(people: &[Person]) -> Groups {
        let weights: Vec<f64> = people.iter().map(|person| f64::from(person.popularity)).collect();
        let mut members: Vec<(Vec<u32>, Vec<f64>)> = vec![Default::default(); community_count()];
        for (position, person) in people.iter().enumerate().filter(|(_, person)| !person.neighbour) {
            if let Some((positions, weights)) = members.get_mut(usize::from(person.community)) {
                positions.push(position as u32);
                weights.push(f64::from(person.popularity));
            }
        }
        Groups {
            everyone: Alias::new(&weights),
            circles: Camp::ALL.into_iter().map(|camp| Group::of(people, |person| person.circle == camp)).collect(),
            neighbours: Group::of(people, |person| person.neighbour),
            communities: members.into_iter().map(|(members, weights)| Group { members, sampler: Alias::new(&weights) }).collect(),
        }
    }

    fn pick(&self, random: &mut Random, person: &Person, mixing: &Mixing) -> Option<u32> {
        let is_in_milieu = person.neighbour || person.circle == Camp::Supporter;
        let draw = unit(random);
        let pull = f64::from(person.pull);
        if draw < pull {
            let stays = draw < pull * mixing.own_community;
            let community = self.communities.get(usize::from(person.community)).filter(|group| stays && group.members.len() > 20);
            let circle = if person.neighbour { Camp::Supporter } else { person.circle };
            return community.or_else(|| self.circles.get(circle.index()))?.pick(random);
        }
        if is_in_milieu {
            let rest = (draw - pull) / (1.0 - pull).max(f64::EPSILON);
            if rest < mixing.to_neighbours {
                return self.neighbours.pick(random);
            }
            // People in the milieu keep some of the company that their camp has.
            if person.neighbour && rest < mixing.to_neighbours + 0.3 {
                return self.circles.get(person.circle.index())?.pick(random);
            }
        }
        self.everyone.draw(random).map(|position| position as u32)
    }
}
