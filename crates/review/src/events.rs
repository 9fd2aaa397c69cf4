use crate::case::{Board, CaseEvent};
use crate::chain::Chain;
use crate::codebook::Codebook;
use crate::error::Error;
use crate::event::{Entry, Erased, Event, Head, KeyDestroyed, Revealed};
use crate::fold::{Census, fold};
use crate::freeze::{Freeze, differences};
use crate::import::{self, Imported, Refusal};
use crate::sheet::Sheet;
use crate::store::{New, Store};
use crate::word;
use record::Instant;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a check of the whole chain found: nothing wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many events there are.
    pub events: u64,
    /// Of how many the payload was erased.
    pub erased: u64,
    /// The last event; none in an empty log.
    pub head: Option<Head>,
}

/// The events of a study: a database to which events are appended and from which nothing is taken but erased payloads.
///
/// Calls block; call them outside of async code. Each appends all that it says or nothing, and checks the whole chain before: a
/// damaged log is neither read nor written.
pub struct Events {
    store: Store,
}

impl Events {
    /// Opens the database at `path` (by custom `DIR/review.sqlite`) and makes it if it is not there, readable for its owner alone.
    ///
    /// # Errors
    /// [`Error::Foreign`], [`Error::Newer`], [`Error::Damaged`]; what the file system says.
    pub fn create(path: &Path) -> Result<Events, Error> {
        Ok(Events { store: Store::open(path, true)? })
    }

    /// Opens the database at `path`, which must be there. It may lie on read-only media as long as nothing is appended.
    ///
    /// # Errors
    /// [`Error::NoEvents`] and those of [`Events::create`].
    pub fn open(path: &Path) -> Result<Events, Error> {
        Ok(Events { store: Store::open(path, false)? })
    }

    /// Every event, oldest first.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn log(&mut self) -> Result<Vec<Entry>, Error> {
        let mut entries = Vec::new();
        self.store.read(None, &mut |entry| entries.push(entry.clone()))?;
        Ok(entries)
    }

    /// Every event that is about no case, oldest first.
    pub(crate) fn log_without_cases(&mut self) -> Result<Vec<Entry>, Error> {
        Ok(self.store.read(None, &mut |_| {})?.entries)
    }

    /// Every census as the events leave it, by name.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn censuses(&mut self) -> Result<BTreeMap<String, Census>, Error> {
        Ok(fold(&self.log_without_cases()?))
    }

    /// Every census as the events up to `head` left it, by name. Payloads that were erased since are gone from it.
    ///
    /// # Errors
    /// [`Error::HeadMissing`] when that event is not in the log; [`Error::Damaged`].
    pub fn censuses_until(&mut self, head: &Head) -> Result<BTreeMap<String, Census>, Error> {
        let mut chain = self.noted(Some(head))?;
        chain.entries.retain(|entry| entry.seq <= head.seq);
        Ok(fold(&chain.entries))
    }

    /// One census as the events leave it.
    ///
    /// # Errors
    /// [`Error::NotFrozen`], [`Error::Name`], [`Error::Damaged`].
    pub fn census(&mut self, name: &str) -> Result<Census, Error> {
        self.censuses()?.remove(name).ok_or_else(|| not_frozen(name))
    }

    /// Walks the chain from the first event to the last. `noted` is a head that was written down before: with it, a log that was cut off
    /// at the end, or written anew, is found out too.
    ///
    /// # Errors
    /// [`Error::Damaged`] with every fault and its event; [`Error::HeadMissing`].
    pub fn verify(&mut self, noted: Option<&Head>) -> Result<Verified, Error> {
        let chain = self.noted(noted)?;
        Ok(Verified { events: chain.events, erased: chain.erased, head: chain.head })
    }

    /// The chain, which holds the noted event.
    fn noted(&mut self, noted: Option<&Head>) -> Result<Chain, Error> {
        let chain = self.store.read(noted.map(|noted| noted.seq), &mut |_| {})?;
        match noted {
            Some(noted) if chain.noted.as_ref() != Some(&noted.hash) => {
                Err(Error::HeadMissing { path: self.store.path().to_owned(), seq: noted.seq })
            }
            _ => Ok(chain),
        }
    }

    /// Freezes a census: what its codes depend on, the codebook, and who codes which account. `true` when it was frozen now, `false` when the
    /// very same was frozen before, which changes nothing.
    ///
    /// # Errors
    /// [`Error::FrozenOtherwise`] when something else was frozen under this name; [`Error::Freeze`], [`Error::Name`],
    /// [`Error::CodebookText`] for what does not hang together.
    pub fn freeze(&mut self, at: Instant, actor: &str, freeze: &Freeze<'_>) -> Result<bool, Error> {
        let events = freeze.events(actor)?;
        self.store.write(at, |chain| match fold(&chain.entries).get(freeze.census) {
            None => Ok((events, true)),
            Some(stands) => match differences(stands, &events) {
                what if what.is_empty() => Ok((Vec::new(), false)),
                what => Err(Error::FrozenOtherwise { census: freeze.census.to_owned(), what }),
            },
        })
    }

    /// Appends the codes of a sheet, all or none. Codes that are in force already add nothing, so the same sheet again is a no-op; a note
    /// that alone differs is not taken then. With `revise`, a code (or note) that differs from the coder's earlier one takes its place.
    /// `codebook` is the file as it is now.
    ///
    /// # Errors
    /// [`Error::NotFrozen`], [`Error::Name`], [`Error::CodebookChanged`]; [`Error::Refused`] with every row that is refused.
    pub fn import(&mut self, at: Instant, census: &str, codebook: &Codebook, sheet: &Sheet, revise: bool) -> Result<Imported, Error> {
        self.append(at, census, codebook, sheet, |census| import::codes(census, sheet, revise))
    }

    /// Appends the decisions of a sheet on items whose codes differ, all or none. The column `coder` names who decided, who may not be a coder of
    /// the item; `note` holds the reason, which must be there. With `revise`, a decision takes the place of an earlier one.
    ///
    /// # Errors
    /// As [`Events::import`].
    pub fn adjudicate(&mut self, at: Instant, census: &str, codebook: &Codebook, sheet: &Sheet, revise: bool) -> Result<Imported, Error> {
        self.append(at, census, codebook, sheet, |census| import::decisions(census, sheet, revise))
    }

    fn append(
        &mut self,
        at: Instant,
        name: &str,
        codebook: &Codebook,
        sheet: &Sheet,
        plan: impl FnOnce(&Census) -> Result<(Vec<New>, Imported), Vec<Refusal>>,
    ) -> Result<Imported, Error> {
        self.store.write(at, |chain| {
            let censuses = fold(&chain.entries);
            let census = censuses.get(name).ok_or_else(|| not_frozen(name))?;
            import::same_codebook(census, codebook)?;
            plan(census).map_err(|refusals| Error::Refused { path: sheet.path().to_owned(), refusals })
        })
    }

    /// Notes that somebody asked what stands behind pseudonyms, before the answer is given: who, for which case, which pseudonyms, and whether
    /// each was found. The answer itself is not kept.
    ///
    /// # Errors
    /// [`Error::Name`] when `actor` or `case` is no name (see docs/census.md for what a name may hold).
    pub fn reveal(&mut self, at: Instant, actor: &str, case: &str, items: &[(String, bool)]) -> Result<(), Error> {
        if !word::is_name(actor) {
            return Err(Error::Name("person who asks"));
        }
        if !word::is_name(case) {
            return Err(Error::Name("case"));
        }
        let revealed =
            |(item, found): &(String, bool)| Event::Revealed(Revealed { case: case.to_owned(), item: item.clone(), found: *found });
        let events: Vec<New> =
            items.iter().map(|item| New { actor: actor.to_owned(), event: revealed(item), erases: Vec::new() }).collect();
        self.store.write(at, |_| Ok((events, ())))
    }

    /// Notes that the key of the study's pseudonyms was destroyed; `reason` must name nobody.
    ///
    /// # Errors
    /// [`Error::Name`].
    pub fn key_destroyed(&mut self, at: Instant, actor: &str, reason: &str) -> Result<(), Error> {
        if !word::is_name(actor) {
            return Err(Error::Name("person who destroys"));
        }
        let event = Event::KeyDestroyed(KeyDestroyed { reason: reason.to_owned() });
        self.store.write(at, |_| Ok((vec![New { actor: actor.to_owned(), event, erases: Vec::new() }], ())))
    }

    /// Erases everything that the log holds about an account, in every census: assignments, codes, notes, decisions. The events stay as hashes, and
    /// an event says that it was done and why; `reason` must name nobody. Gives the number of payloads that are gone.
    ///
    /// # Errors
    /// [`Error::NothingToErase`], [`Error::Name`].
    pub fn erase(&mut self, at: Instant, actor: &str, item: &str, reason: &str) -> Result<u64, Error> {
        match self.erase_all(at, actor, &|own| own == item, reason)? {
            0 => Err(Error::NothingToErase),
            count => Ok(count),
        }
    }

    /// The same for every account of which `is_meant` says so, in one event. 0 when the log holds nothing of them; then nothing is appended.
    ///
    /// # Errors
    /// [`Error::Name`], [`Error::Damaged`].
    pub fn erase_all(&mut self, at: Instant, actor: &str, is_meant: &dyn Fn(&str) -> bool, reason: &str) -> Result<u64, Error> {
        if !word::is_name(actor) {
            return Err(Error::Name("person who erases"));
        }
        let meant = Meant { is_meant, cases: BTreeSet::new(), erases: Vec::new() };
        self.store.write_seen(at, meant, Meant::see, |_, Meant { erases, .. }| {
            if erases.is_empty() {
                return Ok((Vec::new(), 0));
            }
            let count = erases.len() as u64;
            let event = Event::Erased(Erased { events: erases.clone(), reason: reason.to_owned() });
            Ok((vec![New { actor: actor.to_owned(), event, erases }], count))
        })
    }

    /// Appends what `plan` makes of the log so far: all of it or nothing.
    pub(crate) fn append_new<T>(&mut self, at: Instant, plan: impl FnOnce(&[Entry]) -> Result<(Vec<New>, T), Error>) -> Result<T, Error> {
        self.store.write(at, |chain| plan(&chain.entries))
    }

    /// Does something while nobody can append, so that a copy of the file is whole.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::Damaged`].
    pub fn while_still<T>(&mut self, work: impl FnOnce() -> T) -> Result<T, Error> {
        self.store.still(work)
    }

    /// The layout of the database at `path`, and the one that this program writes. They differ for a database of an earlier version.
    ///
    /// # Errors
    /// [`Error::NoEvents`], [`Error::Foreign`], [`Error::Newer`].
    pub fn layout(path: &Path) -> Result<[i64; 2], Error> {
        Store::layout(path)
    }

    /// Brings a database of an earlier version to the layout that this program writes, in one transaction, when its chain is whole. Gives the layout
    /// that it had.
    ///
    /// # Errors
    /// [`Error::Damaged`] and those of [`Events::layout`].
    pub fn migrate(path: &Path) -> Result<i64, Error> {
        Store::migrate(path)
    }

    /// Whether the tables of the queue are what the events of cases come to. O(events).
    ///
    /// # Errors
    /// [`Error::Projection`] with what differs; [`Error::Damaged`].
    pub fn check_queue(&mut self) -> Result<(), Error> {
        let mut board = Board::default();
        self.store.read(None, &mut |entry| board.take(entry))?;
        let (told, kept) = (board.finish(), self.store.projected()?);
        let differs = |what| Err(Error::Projection { path: self.store.path().to_owned(), what });
        match () {
            () if told.cases != kept.cases => differs("its cases"),
            () if told.reports != kept.reports => differs("its reports"),
            () if told.reporters != kept.reporters => differs("its reporters"),
            () => Ok(()),
        }
    }

    /// Makes the tables of the queue again from the events; gives the number of cases. O(events).
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Locked`].
    pub fn rebuild_queue(&mut self) -> Result<u64, Error> {
        Ok(self.store.rebuild()?.cases.len() as u64)
    }

    /// Writes the database anew without the pages of what was erased.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn compact(&mut self) -> Result<(), Error> {
        self.store.compact()
    }
}

/// What an erasure looks for, and the events in which it was found.
struct Meant<'a> {
    is_meant: &'a dyn Fn(&str) -> bool,
    /// Cases about what is meant: all that was said of them goes.
    cases: BTreeSet<i64>,
    erases: Vec<i64>,
}

impl Meant<'_> {
    fn see(&mut self, entry: &Entry) {
        let is_found = match &entry.event {
            None => false,
            Some(Event::Case(event)) => {
                let is_named = event.keys().iter().any(|key| (self.is_meant)(key));
                if is_named && matches!(event, CaseEvent::Opened(_)) {
                    self.cases.insert(entry.seq);
                }
                is_named || !event.is_bulk() && event.cases(entry.seq).iter().any(|case| self.cases.contains(case))
            }
            Some(event) => event.item().is_some_and(self.is_meant),
        };
        if is_found {
            self.erases.push(entry.seq);
        }
    }
}

/// A name that is no name is not repeated: it may be anything.
fn not_frozen(name: &str) -> Error {
    if word::is_name(name) { Error::NotFrozen(name.to_owned()) } else { Error::Name("census") }
}
