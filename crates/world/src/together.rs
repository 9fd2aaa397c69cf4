//! Worlds of posts on objects, in plain arrays, with known truth: who posts at times of their own, and who acts together.
//!
//! What makes accounts meet without acting together is all in it: interests, so that some share the same objects; daily rhythm by time zone;
//! objects that spread in minutes and objects that last for days; viral objects; and apps that post for their users at a fixed minute.

use crate::random::{Random, below, chance, lognormal, pareto, stream, unit};

/// Microseconds of a second, an hour and a day.
const SECOND: f64 = 1e6;
const HOUR: f64 = 3_600.0 * SECOND;
const DAY: f64 = 24.0 * HOUR;

/// What a world of [`together`] holds.
#[derive(Clone, Debug, PartialEq)]
pub struct TogetherOptions {
    /// Accounts.
    pub accounts: usize,
    /// Days.
    pub days: u32,
    /// Objects that spread by themselves.
    pub objects: usize,
    /// Apps that post one object a day, at a minute of their own, for their users.
    pub apps: usize,
    /// Users of each app.
    pub users: usize,
    /// The size of each ring of accounts that act together.
    pub rings: Vec<usize>,
    /// On how many objects a ring acts.
    pub ring_objects: usize,
    /// The chance that a member takes part each time.
    pub participation: f64,
    /// The seed.
    pub seed: u64,
}

impl Default for TogetherOptions {
    fn default() -> Self {
        TogetherOptions {
            accounts: 300,
            days: 30,
            objects: 1500,
            apps: 2,
            users: 20,
            rings: Vec::new(),
            ring_objects: 30,
            participation: 0.7,
            seed: 1,
        }
    }
}

/// A world of posts on objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Together {
    /// The object of each post.
    pub objects: Vec<u32>,
    /// Its account.
    pub accounts: Vec<u32>,
    /// Its time in microseconds.
    pub times: Vec<i64>,
    /// The ring of each account, if it is in one.
    pub ring: Vec<Option<u32>>,
    /// The app of each account, if it uses one.
    pub app: Vec<Option<u32>>,
}

/// One who posts.
struct Person {
    activity: f64,
    /// The hour of greatest activity, UTC.
    peak: f64,
    /// How strongly hours differ.
    rhythm: f64,
    interest: usize,
}

/// Interests in a world.
const INTERESTS: usize = 5;

impl Person {
    fn draw(random: &mut Random) -> Person {
        Person {
            activity: lognormal(random, 0.0, 1.0),
            peak: [2.0, 9.0, 17.0, 19.0][below(random, 4)] + 3.0 * unit(random),
            rhythm: 0.5 + 1.5 * unit(random),
            interest: below(random, INTERESTS),
        }
    }

    /// How likely this person is the one who posts on an object of an interest at a time.
    fn weight(&self, interest: usize, time: f64) -> f64 {
        let hour = time / HOUR % 24.0;
        let rhythm = (self.rhythm * (std::f64::consts::TAU * (hour - self.peak) / 24.0).cos()).exp();
        self.activity * rhythm * if self.interest == interest { 1.0 } else { 0.15 }
    }
}

/// Makes a world; the same options give the same posts.
///
/// An object is born at a random time, gathers a Pareto number of posts (most 1 to 10, few hundreds) and spreads with a scale between 2
/// minutes and 2 days. Who posts is drawn by activity, interest and rhythm at that time. Rings act on objects that spread by themselves:
/// the members who take part post within 45 seconds, at a time at which the object is alive.
pub fn together(options: &TogetherOptions) -> Together {
    let mut random = stream(options.seed, 71);
    let people: Vec<Person> = (0..options.accounts.max(1)).map(|_| Person::draw(&mut random)).collect();
    let weights = Weights::new(&people);
    let mut world = Together {
        objects: Vec::new(),
        accounts: Vec::new(),
        times: Vec::new(),
        ring: vec![None; options.accounts],
        app: vec![None; options.accounts],
    };
    let end = f64::from(options.days) * DAY;
    let mut born = Vec::with_capacity(options.objects);
    for object in 0..options.objects {
        let (birth, scale) = (unit(&mut random) * end, lognormal(&mut random, (HOUR * 2.0).ln(), 1.6).clamp(120.0 * SECOND, 2.0 * DAY));
        born.push((birth, scale));
        let posts = (3.0 * pareto(&mut random, 1.1)).min(options.accounts as f64 * 1.5) as usize;
        let interest = below(&mut random, INTERESTS);
        world.spread(&mut random, object, (birth, scale, end), posts, |random, time| weights.choose(random, interest, time));
    }
    let mut everybody: Vec<usize> = (0..options.accounts).collect();
    for last in (1..everybody.len()).rev() {
        everybody.swap(last, below(&mut random, last + 1));
    }
    let mut free = everybody.into_iter();
    for app in 0..options.apps {
        let users: Vec<usize> = free.by_ref().take(options.users).collect();
        world.schedule(&mut random, options, app, &users, &weights);
    }
    for (ring, size) in options.rings.iter().enumerate() {
        let members: Vec<usize> = free.by_ref().take(*size).collect();
        world.act(&mut random, options, ring, &members, &born);
    }
    world
}

/// Who posts: for each interest and hour, the sums of weights over people.
struct Weights(Vec<Vec<f64>>);

impl Weights {
    fn new(people: &[Person]) -> Self {
        let table = |at: usize| {
            let mut sum = 0.0;
            let time = ((at % 24) as f64 + 0.5) * HOUR;
            let add = |person: &Person| {
                sum += person.weight(at / 24, time);
                sum
            };
            people.iter().map(add).collect()
        };
        Weights((0..24 * INTERESTS).map(table).collect())
    }

    fn choose(&self, random: &mut Random, interest: usize, time: f64) -> usize {
        let sums = &self.0[interest * 24 + (time / HOUR % 24.0) as usize];
        let wanted = unit(random) * sums.last().copied().unwrap_or_default();
        sums.partition_point(|sum| *sum <= wanted).min(sums.len() - 1)
    }
}

impl Together {
    fn push(&mut self, object: usize, account: usize, time: f64) {
        self.objects.push(object as u32);
        self.accounts.push(account as u32);
        // Times come in whole seconds, as on most platforms.
        self.times.push((time / SECOND) as i64 * SECOND as i64);
    }

    fn spread(
        &mut self,
        random: &mut Random,
        object: usize,
        (birth, scale, end): (f64, f64, f64),
        posts: usize,
        mut who: impl FnMut(&mut Random, f64) -> usize,
    ) {
        for _ in 0..posts {
            let time = (birth - scale * (1.0 - unit(random)).ln()).min(end);
            let account = who(random, time);
            self.push(object, account, time);
        }
    }

    /// An app posts an object a day for its users, some seconds after its minute; others post the object during the day.
    fn schedule(&mut self, random: &mut Random, options: &TogetherOptions, app: usize, users: &[usize], weights: &Weights) {
        let minute = (unit(random) * 1440.0).floor() * 60.0 * SECOND;
        users.iter().for_each(|user| self.app[*user] = Some(app as u32));
        for day in 0..options.days as usize {
            let object = options.objects + app * options.days as usize + day;
            let start = day as f64 * DAY;
            for user in users {
                if chance(random, 0.85) {
                    let delay = unit(random) * 8.0 * SECOND;
                    self.push(object, *user, start + minute + delay);
                }
            }
            for _ in 0..below(random, options.users) {
                let time = start + unit(random) * DAY;
                let interest = below(random, INTERESTS);
                let account = weights.choose(random, interest, time);
                self.push(object, account, time);
            }
        }
    }

    fn act(&mut self, random: &mut Random, options: &TogetherOptions, ring: usize, members: &[usize], born: &[(f64, f64)]) {
        members.iter().for_each(|member| self.ring[*member] = Some(ring as u32));
        for _ in 0..options.ring_objects {
            let object = below(random, born.len());
            let Some((birth, scale)) = born.get(object).copied() else { return };
            let start = birth - scale * (1.0 - unit(random)).ln();
            for member in members {
                if chance(random, options.participation) {
                    let delay = unit(random) * 45.0 * SECOND;
                    self.push(object, *member, start + delay);
                }
            }
        }
    }

    /// Whether two accounts act together in truth.
    #[must_use]
    pub fn is_ring(&self, one: u32, other: u32) -> bool {
        let ring = |account: u32| self.ring.get(account as usize).copied().flatten();
        one != other && ring(one).is_some() && ring(one) == ring(other)
    }
}
