//! Signs of automation and of spam, as measures. What they mean, and what they do not, stands in docs/methods/automation.md.

use lake::DerivedColumn;

/// A text of fewer words says nothing by being said twice: "good morning".
pub(super) const LEAST_WORDS: u32 = 4;

const MICROS_PER_MINUTE: i64 = 60_000_000;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// How an account posts, from the posts in the lake. Counts are of posts unless they say otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Behaviour {
    /// Posts read, reposts included.
    pub posts: u32,
    /// Reposts among them. Their text is another's, so only their client and time count.
    pub reposts: u32,
    /// Days (UTC) with a post.
    pub days: u32,
    /// Posts that name their client.
    pub with_client: u32,
    /// Posts sent by a client of the family "automation tool".
    pub automated: u32,
    /// Posts of its own with four words or more, links and names left out.
    pub texts: u32,
    /// Texts whose wording another post of the same account has too.
    pub repeated: u32,
    /// Texts whose wording many other accounts have too ([`FeatureOptions::shared_by`](super::FeatureOptions::shared_by) or more).
    pub shared: u32,
    /// Posts with a time of day. A time of exactly midnight is the mark of a source that knows days only, and is none.
    pub timed: u32,
    /// Posts on the most frequent minute of the hour.
    pub minute: u32,
    /// Entropy of the hour of the day (UTC) over that of 24 even hours: 0 always the same hour, 1 around the clock.
    pub hours: Option<f64>,
    /// Burstiness of the gaps between posts, (σ − μ) / (σ + μ): −1 as a clock, 0 by chance, towards 1 in bursts. None below three posts with
    /// a time, or when all have the same.
    pub burstiness: Option<f64>,
}

/// From when on an account counts as conspicuous. Not a finding about an account: whoever made the study decides what follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AutomationRules {
    /// Posts, texts or times that a share must stand on.
    pub least: u32,
    /// Share of posts by automation tools.
    pub automated: f64,
    /// Share of texts that the account repeats.
    pub repeated: f64,
    /// Share of texts that many others have too.
    pub shared: f64,
    /// Share of posts on one minute of the hour.
    pub minute: f64,
    /// Burstiness at or below which the gaps are those of a clock.
    pub burstiness: f64,
}

impl Default for AutomationRules {
    /// 20 posts; half of the posts or texts; burstiness −0.5.
    fn default() -> Self {
        AutomationRules { least: 20, automated: 0.5, repeated: 0.5, shared: 0.5, minute: 0.5, burstiness: -0.5 }
    }
}

/// Why an account is conspicuous.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Mostly sent by tools that post by themselves.
    Client,
    /// Mostly says the same again.
    Repeats,
    /// Mostly says what many other accounts say in the same words.
    Shared,
    /// Posts on one minute of the hour, or in even gaps.
    Clockwork,
}

impl Reason {
    /// The words used in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Reason::Client => "automation tools",
            Reason::Repeats => "repeats its own texts",
            Reason::Shared => "texts of many accounts",
            Reason::Clockwork => "posts by the clock",
        }
    }
}

impl Behaviour {
    /// The measures of posts with these times (microseconds since 1970); the other counts are the caller's.
    pub(super) fn of_times(times: &mut [i64]) -> Behaviour {
        times.sort_unstable();
        let mut behaviour = Behaviour::default();
        let mut last_day = None;
        let (mut minutes, mut hours) = ([0_u32; 60], [0_u32; 24]);
        for time in times.iter() {
            let day = time.div_euclid(MICROS_PER_DAY);
            behaviour.days += u32::from(last_day.replace(day) != Some(day));
            let minute = time.rem_euclid(MICROS_PER_DAY) / MICROS_PER_MINUTE;
            if time.rem_euclid(MICROS_PER_DAY) == 0 {
                continue;
            }
            behaviour.timed += 1;
            if let (Some(a), Some(b)) = (minutes.get_mut((minute % 60) as usize), hours.get_mut((minute / 60) as usize)) {
                *a += 1;
                *b += 1;
            }
        }
        behaviour.minute = minutes.into_iter().max().unwrap_or(0);
        behaviour.hours = entropy(&hours);
        behaviour.burstiness = burstiness(times.iter().copied().filter(|time| time.rem_euclid(MICROS_PER_DAY) != 0));
        behaviour
    }

    /// The reasons by which an account is conspicuous, in the order of [`Reason`].
    #[must_use]
    pub fn reasons(&self, rules: &AutomationRules) -> Vec<Reason> {
        let many = |part: u32, whole: u32, share: f64| whole >= rules.least && f64::from(part) >= share * f64::from(whole);
        let by_clock = self.timed >= rules.least && self.burstiness.is_some_and(|value| value <= rules.burstiness);
        let found = [
            (many(self.automated, self.with_client, rules.automated), Reason::Client),
            (many(self.repeated, self.texts, rules.repeated), Reason::Repeats),
            (many(self.shared, self.texts, rules.shared), Reason::Shared),
            (by_clock || many(self.minute, self.timed, rules.minute), Reason::Clockwork),
        ];
        found.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect()
    }
}

/// Entropy of counts over the most that it could be.
fn entropy(counts: &[u32]) -> Option<f64> {
    let total: f64 = counts.iter().map(|count| f64::from(*count)).sum();
    let shares = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / total);
    (total > 0.0).then(|| (-shares.map(|share| share * share.ln()).sum::<f64>() / (counts.len() as f64).ln()).max(0.0))
}

/// Goh & Barabási 2008 of sorted times. The mean and the deviation (of the population) are those of the gaps.
fn burstiness(times: impl Iterator<Item = i64> + Clone) -> Option<f64> {
    let gaps = times.clone().zip(times.skip(1)).map(|(a, b)| (b - a) as f64);
    let n = gaps.clone().count() as f64;
    if n < 2.0 {
        return None;
    }
    let mean = gaps.clone().sum::<f64>() / n;
    let deviation = (gaps.map(|gap| (gap - mean).powi(2)).sum::<f64>() / n).sqrt();
    (mean > 0.0).then(|| (deviation - mean) / (deviation + mean))
}

/// The columns of the table of behaviour, without the account.
pub(super) const COLUMNS: [&str; 12] =
    ["posts", "reposts", "days", "with_client", "automated", "texts", "repeated", "shared", "timed", "minute", "hours", "burstiness"];

pub(super) fn columns(rows: &[Behaviour]) -> Vec<(&'static str, DerivedColumn)> {
    let counts: [fn(&Behaviour) -> u32; 10] = [
        |row| row.posts,
        |row| row.reposts,
        |row| row.days,
        |row| row.with_client,
        |row| row.automated,
        |row| row.texts,
        |row| row.repeated,
        |row| row.shared,
        |row| row.timed,
        |row| row.minute,
    ];
    let reals: [fn(&Behaviour) -> Option<f64>; 2] = [|row| row.hours, |row| row.burstiness];
    let counts = counts.iter().map(|get| DerivedColumn::Int(rows.iter().map(|row| Some(i64::from(get(row)))).collect()));
    let reals = reals.iter().map(|get| DerivedColumn::Real(rows.iter().map(get).collect()));
    COLUMNS.into_iter().zip(counts.chain(reals)).collect()
}

/// The rows of such columns; none when they are not of these kinds.
pub(super) fn rows(columns: &[DerivedColumn]) -> Option<Vec<Behaviour>> {
    let mut rows = vec![Behaviour::default(); columns.first()?.len()];
    let set: [fn(&mut Behaviour) -> &mut u32; 10] = [
        |row| &mut row.posts,
        |row| &mut row.reposts,
        |row| &mut row.days,
        |row| &mut row.with_client,
        |row| &mut row.automated,
        |row| &mut row.texts,
        |row| &mut row.repeated,
        |row| &mut row.shared,
        |row| &mut row.timed,
        |row| &mut row.minute,
    ];
    for (column, set) in columns.iter().zip(set) {
        let DerivedColumn::Int(values) = column else { return None };
        for (row, value) in rows.iter_mut().zip(values) {
            *set(row) = u32::try_from((*value)?).ok()?;
        }
    }
    let (Some(DerivedColumn::Real(hours)), Some(DerivedColumn::Real(burstiness))) = (columns.get(10), columns.get(11)) else { return None };
    for ((row, hours), burstiness) in rows.iter_mut().zip(hours).zip(burstiness) {
        (row.hours, row.burstiness) = (*hours, *burstiness);
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * MICROS_PER_MINUTE;

    #[test]
    fn rhythm_by_hand() {
        // Every hour at minute 7, for two days.
        let mut times: Vec<i64> = (0..48).map(|hour| hour * HOUR + 7 * MICROS_PER_MINUTE).collect();
        let clock = Behaviour::of_times(&mut times);
        assert_eq!((clock.days, clock.timed, clock.minute), (2, 48, 48));
        assert_eq!(clock.burstiness, Some(-1.0));
        assert!((clock.hours.unwrap() - 1.0).abs() < 1e-12);
        // Gaps of 1 and 3 hours: mean 2, deviation 1.
        let uneven = Behaviour::of_times(&mut [5 * HOUR + 1, HOUR + 1, 2 * HOUR + 1]);
        assert!((uneven.burstiness.unwrap() - (1.0 - 2.0) / 3.0).abs() < 1e-12);
        assert!((uneven.hours.unwrap() - 3.0_f64.ln() / 24.0_f64.ln()).abs() < 1e-12);
        assert_eq!(uneven.minute, 3);
    }

    #[test]
    fn days_without_a_clock_have_no_rhythm() {
        let found = Behaviour::of_times(&mut [0, MICROS_PER_DAY, MICROS_PER_DAY, -MICROS_PER_DAY]);
        assert_eq!((found.days, found.timed, found.minute, found.hours, found.burstiness), (3, 0, 0, None, None));
        assert_eq!(Behaviour::of_times(&mut []), Behaviour::default());
        assert_eq!(Behaviour::of_times(&mut [5, 5, 5]).burstiness, None);
    }

    #[test]
    fn one_automated_post_is_no_reason() {
        let rules = AutomationRules::default();
        let person = Behaviour {
            posts: 60,
            with_client: 60,
            automated: 20,
            texts: 40,
            repeated: 5,
            shared: 10,
            timed: 60,
            minute: 4,
            ..Behaviour::default()
        };
        assert_eq!(person.reasons(&rules), []);
        let tool = Behaviour { automated: 30, burstiness: Some(-0.6), ..person };
        assert_eq!(tool.reasons(&rules), [Reason::Client, Reason::Clockwork]);
        let echo = Behaviour { repeated: 20, shared: 40, ..person };
        assert_eq!(echo.reasons(&rules), [Reason::Repeats, Reason::Shared]);
        let few =
            Behaviour { posts: 10, with_client: 10, automated: 10, texts: 10, repeated: 10, timed: 10, minute: 10, ..Behaviour::default() };
        assert_eq!(few.reasons(&rules), []);
    }

    #[test]
    fn columns_are_read_as_written() {
        let rows = [
            Behaviour { posts: 3, reposts: 1, days: 2, hours: Some(0.5), ..Behaviour::default() },
            Behaviour { minute: 9, ..Behaviour::default() },
        ];
        let columns: Vec<DerivedColumn> = columns(&rows).into_iter().map(|(_, column)| column).collect();
        assert_eq!(super::rows(&columns).unwrap(), rows);
        assert_eq!(super::rows(&columns[..11]), None);
    }
}
