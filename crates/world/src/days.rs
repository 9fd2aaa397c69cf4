//! The days of the world: who posts when, and in answer to whom. One day is in memory at a time.

use crate::account::SimulatedAccount;
use crate::draft::{Draft, Plan, Recent, Target, compose};
use crate::random::{Random, Weighted, below, chance, mix, pick, pick_weighted, poisson, stream};
use crate::search::{self, Search};
use crate::stream::{self, Stream};
use crate::time::{DAY_MS, START_MS, snowflake};
use crate::truth::Tally;
use crate::v1::Scene;
use crate::{Camp, Error, World};
use record::PostKind;

/// Weights of the local hours of people, of people at work, and of programs.
const HOURS: [[u8; 24]; 3] = [
    [18, 10, 6, 4, 3, 4, 8, 16, 24, 28, 30, 32, 36, 36, 34, 34, 36, 40, 46, 54, 62, 64, 54, 34],
    [4, 2, 1, 1, 2, 6, 20, 40, 60, 70, 72, 68, 58, 62, 66, 64, 60, 50, 38, 28, 24, 20, 14, 8],
    [10, 10, 10, 10, 10, 10, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 10, 10, 10, 10],
];
/// How busy the days from Monday to Sunday are.
const WEEKDAYS: [f64; 7] = [1.0, 0.98, 0.98, 1.0, 1.06, 1.02, 0.96];

/// The world's days as they pass.
pub(crate) struct Days<'a> {
    world: &'a World,
    random: Random,
    hours: [Weighted; 3],
    recent: Recent,
    /// The last post of each account that others can act on, as a sequence number plus one; 0 for none.
    last: Vec<u64>,
    written: Vec<u32>,
    last_ms: i64,
    same_ms: u32,
}

impl<'a> Days<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        let accounts = world.accounts().len();
        Days {
            world,
            random: stream(world.params.seed, 5),
            hours: HOURS.map(|weights| Weighted::new(weights.map(f64::from))),
            recent: Recent::new(accounts),
            last: vec![0; accounts],
            written: vec![0; accounts],
            last_ms: 0,
            same_ms: 0,
        }
    }

    /// Lets all days pass.
    pub(crate) fn run(&mut self, stream: &mut Stream, search: &mut Search, tally: &mut Tally<'_>) -> Result<(), Error> {
        for day in 0..i64::from(self.world.params.days) {
            for (ms, author) in self.schedule(day) {
                self.post(ms, author, stream, search, tally)?;
            }
            let end_ms = START_MS + (day + 1) * DAY_MS;
            stream.close(end_ms, tally)?;
            let scene = Scene { world: self.world, recent: &self.recent, written: &self.written, now_ms: end_ms };
            search.end_day(&scene, end_ms, tally)?;
        }
        Ok(())
    }

    /// Who posts when on a day, in the order of time.
    fn schedule(&mut self, day: i64) -> Vec<(i64, u32)> {
        let day_ms = START_MS + day * DAY_MS;
        let busy = usize::try_from(day % 7).ok().and_then(|weekday| WEEKDAYS.get(weekday)).copied().unwrap_or(1.0);
        let mut schedule = Vec::new();
        for (position, account) in self.world.accounts().iter().enumerate() {
            if account.protected || account.created_ms >= day_ms + DAY_MS || account.end_ms().is_some_and(|end| end <= day_ms) {
                continue;
            }
            for _ in 0..poisson(&mut self.random, account.rate * busy) {
                let ms = day_ms + time_of_day(&mut self.random, &self.hours, account);
                if ms > account.created_ms && account.end_ms().is_none_or(|end| ms < end) {
                    schedule.push((ms, position as u32));
                }
            }
        }
        schedule.sort_unstable();
        schedule
    }

    fn post(&mut self, ms: i64, author: u32, stream: &mut Stream, search: &mut Search, tally: &mut Tally<'_>) -> Result<(), Error> {
        let world = self.world;
        let Some(account) = world.accounts().get(author as usize) else { return Ok(()) };
        let plan = self.plan(ms, author, account);
        if let Some(target) = plan.target.and_then(|target| self.recent.get_mut(target.sequence)) {
            target.acted_on(plan.kind);
        }
        let mut draft = compose(&mut self.random, world, account, plan);
        if let Some(count) = self.written.get_mut(author as usize) {
            *count += 1;
        }
        let scene = Scene { world, recent: &self.recent, written: &self.written, now_ms: ms };
        let is_streamed = stream.post(&scene, &draft, tally)?;
        let is_found = search.post(&scene, &draft, tally)?;
        if is_streamed {
            stream::count(&mut draft, &mut self.recent, tally);
        }
        if is_found {
            search::count(&mut draft, &mut self.recent, world, tally);
        }
        self.remember(author, draft);
        Ok(())
    }

    /// Reposts lead back to what they pass on, and deleted posts to nothing: neither is answered.
    fn remember(&mut self, author: u32, draft: Draft) {
        if draft.kind == PostKind::Repost || draft.deleted {
            return;
        }
        let sequence = self.recent.push(draft);
        if let Some(last) = self.last.get_mut(author as usize) {
            *last = sequence + 1;
        }
    }

    fn plan(&mut self, ms: i64, author: u32, account: &SimulatedAccount) -> Plan {
        let wanted = pick_weighted(&mut self.random, &account.camp.behaviour().kinds).unwrap_or_default();
        let sequence = if wanted == PostKind::Original { None } else { self.choose(author, account) };
        let id = self.next_id(ms, author);
        let answered = sequence.and_then(|sequence| Some((sequence, self.recent.get(sequence)?)));
        // With nothing to act on, the account says something of its own.
        let Some((sequence, other)) = answered else {
            return Plan { id, ms, author, kind: PostKind::Original, target: None, conversation: id, lang: None };
        };
        Plan {
            id,
            ms,
            author,
            kind: wanted,
            target: Some(Target { sequence, id: other.id, author: other.author }),
            conversation: if wanted == PostKind::Reply { other.conversation } else { id },
            lang: (wanted == PostKind::Repost).then_some(other.lang),
        }
    }

    /// A recent post to act on, inside or outside the own circle by the camp's preference: of an account followed, or else of any.
    fn choose(&mut self, author: u32, account: &SimulatedAccount) -> Option<u64> {
        let follows = self.world.follows(author as usize);
        let is_inside = chance(&mut self.random, account.camp.behaviour().in_group);
        for _ in 0..8 {
            let other = *pick(&mut self.random, follows)?;
            let sequence = self.last.get(other as usize).and_then(|last| last.checked_sub(1));
            if is_inside != (self.camp(other) == Some(account.circle)) {
                continue;
            }
            if let Some(sequence) = sequence.filter(|sequence| self.recent.get(*sequence).is_some()) {
                return Some(sequence);
            }
        }
        for _ in 0..8 {
            let sequence = self.recent.draw(&mut self.random, 2_000)?;
            let other = self.recent.get(sequence)?.author;
            if other != author && is_inside == (self.camp(other) == Some(account.circle)) {
                return Some(sequence);
            }
        }
        None
    }

    fn camp(&self, position: u32) -> Option<Camp> {
        self.world.accounts().get(position as usize).map(|account| account.camp)
    }

    /// Ids of one millisecond differ in the sequence, as on the platform; 4,096 of them do not occur.
    fn next_id(&mut self, ms: i64, author: u32) -> u64 {
        self.same_ms = if ms == self.last_ms { self.same_ms + 1 } else { 0 };
        self.last_ms = ms;
        let machine = (mix(u64::from(author), ms.unsigned_abs()) % 1_024) as u32;
        snowflake(ms, machine << 12 | self.same_ms & 0xfff)
    }
}

/// Milliseconds since UTC midnight, drawn from the local hours of the account's kind.
fn time_of_day(random: &mut Random, hours: &[Weighted; 3], account: &SimulatedAccount) -> i64 {
    let [people, work, programs] = hours;
    let profile = match account.camp {
        Camp::Bot => programs,
        Camp::Journalist | Camp::Researcher => work,
        _ => people,
    };
    let hour = profile.draw(random).unwrap_or(12) as i64;
    let local = hour * 3_600_000 + below(random, 3_600_000) as i64;
    (local - i64::from(account.home().utc_offset) * 1_000).rem_euclid(DAY_MS)
}
