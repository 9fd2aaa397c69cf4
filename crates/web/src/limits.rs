//! How often something may be tried. In memory: a restart forgives.
//!
//! Guessing is slowed in two ways, and neither lets a stranger lock somebody out. From one address only so many tries go, whatever the name. And for one name
//! only so many go, whatever the address; an address from which that name has logged in before is not held back by strangers' tries.

use record::Instant;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Mutex;

/// So many at once, and then one each so many microseconds.
#[derive(Clone, Copy, Debug)]
struct Rule {
    burst: i64,
    every: i64,
}

const SECOND: i64 = 1_000_000;
/// One name from one address.
const PAIR: Rule = Rule { burst: 5, every: 20 * SECOND };
/// One address, whatever the name.
const ADDRESS: Rule = Rule { burst: 30, every: 2 * SECOND };
/// One name, from addresses that it never logged in from.
const NAME: Rule = Rule { burst: 20, every: 30 * SECOND };
/// So long without a request is a break: a quarter of an hour.
const BREAK: i64 = 15 * 60 * SECOND;
/// More keys than this are not kept: the oldest go first.
const MOST_KEYS: usize = 100_000;

/// Who has tried how often.
#[derive(Default)]
pub(crate) struct Limits {
    pairs: Buckets<(String, IpAddr)>,
    addresses: Buckets<IpAddr>,
    names: Buckets<String>,
    passwords: Buckets<i64>,
    /// Since when a person works, and when it was last seen.
    at_work: Mutex<HashMap<i64, (Instant, Instant)>>,
    known: Mutex<HashMap<(String, IpAddr), Instant>>,
}

impl Limits {
    /// Whether a log-in may be tried now; otherwise after how many seconds.
    pub(crate) fn log_in(&self, name: &str, address: IpAddr, now: Instant) -> Result<(), u64> {
        let pair = (name.to_owned(), address);
        let is_known = lock(&self.known).contains_key(&pair);
        // The narrow bucket first: who hammers one name does not use up the address for others.
        self.pairs.take(pair, PAIR, now)?;
        self.addresses.take(address, ADDRESS, now)?;
        if is_known { Ok(()) } else { self.names.take(name.to_owned(), NAME, now) }
    }

    /// A log-in succeeded: the address is known for this name, and its tries are forgiven.
    pub(crate) fn logged_in(&self, name: &str, address: IpAddr, now: Instant) {
        let pair = (name.to_owned(), address);
        self.pairs.forgive(&pair);
        let mut known = lock(&self.known);
        drop_oldest(&mut known, |at| at.micros());
        known.insert(pair, now);
    }

    /// Whether a link may be tried now.
    pub(crate) fn link(&self, address: IpAddr, now: Instant) -> Result<(), u64> {
        self.addresses.take(address, ADDRESS, now)
    }

    /// Whether a person may say the own password or a code once more.
    pub(crate) fn own_password(&self, person: i64, now: Instant) -> Result<(), u64> {
        self.passwords.take(person, PAIR, now)
    }

    /// Notes that a person is at work, and gives since when without a break.
    pub(crate) fn at_work_since(&self, person: i64, now: Instant) -> Instant {
        let mut all = lock(&self.at_work);
        let (since, seen) = all.entry(person).or_insert((now, now));
        if now.micros() - seen.micros() > BREAK {
            *since = now;
        }
        *seen = now;
        *since
    }
}

/// One bucket a key, as the instant at which it is full again (a leaky bucket as one number).
struct Buckets<K>(Mutex<HashMap<K, i64>>);

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Buckets(Mutex::default())
    }
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn take(&self, key: K, rule: Rule, now: Instant) -> Result<(), u64> {
        let mut all = lock(&self.0);
        drop_oldest(&mut all, |at| *at);
        let now = now.micros();
        let at = all.get(&key).copied().unwrap_or(now).max(now);
        let next = at + rule.every;
        let wait = next - now - rule.burst * rule.every;
        if wait > 0 {
            return Err(u64::try_from(wait / SECOND).unwrap_or(0) + 1);
        }
        all.insert(key, next);
        Ok(())
    }

    fn forgive(&self, key: &K) {
        lock(&self.0).remove(key);
    }
}

/// Makes room where a flood of keys would fill the memory: the half that is full again soonest goes.
fn drop_oldest<K: Hash + Eq + Clone, V>(all: &mut HashMap<K, V>, at: impl Fn(&V) -> i64) {
    if all.len() < MOST_KEYS {
        return;
    }
    let mut times: Vec<i64> = all.values().map(&at).collect();
    let middle = times.len() / 2;
    let (_, median, _) = times.select_nth_unstable(middle);
    let median = *median;
    all.retain(|_, value| at(value) > median);
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(1_000 * SECOND + seconds * SECOND)
    }

    #[test]
    fn five_tries_and_then_one_each_twenty_seconds() {
        let limits = Limits::default();
        for _ in 0..5 {
            limits.log_in("a", address(1), at(0)).unwrap();
        }
        let wait = limits.log_in("a", address(1), at(0)).unwrap_err();
        assert!((20..=21).contains(&wait), "{wait}");
        limits.log_in("a", address(1), at(21)).unwrap();
        assert!(limits.log_in("a", address(1), at(21)).is_err());
    }

    /// A thousand addresses try one name; its owner still gets in from where she was before, and others are not touched.
    #[test]
    fn nobody_is_locked_out_by_strangers() {
        let limits = Limits::default();
        limits.logged_in("a", address(1), at(0));
        let mut let_through = 0;
        for last in 2..=250 {
            let_through += u32::from(limits.log_in("a", address(last), at(1)).is_ok());
        }
        assert_eq!(let_through, 20);
        limits.log_in("a", address(1), at(1)).unwrap();
        limits.log_in("b", address(3), at(1)).unwrap();
    }

    #[test]
    fn one_address_cannot_go_through_names() {
        let limits = Limits::default();
        let let_through = (0..200).filter(|name| limits.log_in(&format!("n{name}"), address(1), at(0)).is_ok()).count();
        assert_eq!(let_through, 30);
    }

    #[test]
    fn a_quarter_of_an_hour_is_a_break() {
        let limits = Limits::default();
        assert_eq!(limits.at_work_since(1, at(0)), at(0));
        assert_eq!(limits.at_work_since(1, at(900)), at(0));
        assert_eq!(limits.at_work_since(1, at(1_801)), at(1_801));
    }

    #[test]
    fn a_flood_of_keys_does_not_fill_the_memory() {
        let buckets: Buckets<u64> = Buckets::default();
        for key in 0..(MOST_KEYS as u64 * 2) {
            buckets.take(key, PAIR, at(key as i64)).unwrap();
        }
        assert!(lock(&buckets.0).len() <= MOST_KEYS);
    }
}
