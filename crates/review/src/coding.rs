//! Coding on a screen: one code at a time, by the same rules and as the same events as a sheet.

use crate::codebook::Codebook;
use crate::error::Error;
use crate::event::{Event, Head, Skipped, Withdrawn};
use crate::fold::{self, Census, Item};
use crate::import::{self, Imported, Refusal};
use crate::sheet::{Sheet, number_of, shuffled};
use crate::store::{New, Store};
use crate::word;
use record::{Instant, Private};
use std::collections::BTreeMap;
use std::path::Path;

/// For how long a code can be taken back as a slip, in microseconds: ten minutes. After that another code is a changed mind, and both stay on record.
pub const UNDO_WITHIN: i64 = 600_000_000;

type Censuses = BTreeMap<String, Census>;
type Planned = Result<(Vec<New>, Imported), Vec<Refusal>>;

/// The events of a study for a server in which people code: it remembers what it has read, and reads on from there.
///
/// Calls block; call them outside of async code. The chain is checked from its beginning at the first call, and from where one stood at every other; where
/// something was erased meanwhile, all is read again.
pub struct Coding {
    store: Store,
    since: Head,
    censuses: Censuses,
}

impl Coding {
    /// Opens the database at `path`, and makes it if it is not there.
    ///
    /// # Errors
    /// Those of [`Events::create`](crate::Events::create).
    pub fn open(path: &Path) -> Result<Coding, Error> {
        Ok(Coding { store: Store::open(path, true)?, since: Head::before_the_first(), censuses: Censuses::new() })
    }

    /// Every census as the events leave it, by name.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn censuses(&mut self) -> Result<&BTreeMap<String, Census>, Error> {
        self.store.catch_up(&mut self.since, &mut self.censuses, fold::take)?;
        Ok(&self.censuses)
    }

    /// One census as the events leave it.
    ///
    /// # Errors
    /// [`Error::NotFrozen`], [`Error::Damaged`].
    pub fn census(&mut self, name: &str) -> Result<&Census, Error> {
        self.censuses()?;
        find(&self.censuses, name)
    }

    /// Takes one code, as [`Events::import`](crate::Events::import) takes a sheet of one row: the same checks, the same event. Another code than the one
    /// in force is a changed mind; both stay on record. `seconds` is how long the coder looked.
    ///
    /// # Errors
    /// As [`Events::import`](crate::Events::import); [`Error::Refused`] has one refusal.
    pub fn code(
        &mut self,
        at: Instant,
        census: &str,
        codebook: &Codebook,
        row: OneCode<'_>,
        seconds: Option<u32>,
    ) -> Result<Imported, Error> {
        let sheet = row.sheet()?;
        self.append(at, census, codebook, &sheet, |census| {
            let (mut news, imported) = import::codes(census, &sheet, true)?;
            for new in &mut news {
                if let Event::Coded(coded) = &mut new.event {
                    coded.seconds = seconds;
                }
            }
            Ok((news, imported))
        })
    }

    /// Takes one decision on an item whose codes differ, as [`Events::adjudicate`](crate::Events::adjudicate) takes a sheet of one row.
    ///
    /// # Errors
    /// As [`Events::adjudicate`](crate::Events::adjudicate).
    pub fn adjudicate(&mut self, at: Instant, census: &str, codebook: &Codebook, row: OneCode<'_>) -> Result<Imported, Error> {
        let sheet = row.sheet()?;
        self.append(at, census, codebook, &sheet, |census| import::decisions(census, &sheet, true))
    }

    fn append(
        &mut self,
        at: Instant,
        name: &str,
        codebook: &Codebook,
        sheet: &Sheet,
        plan: impl FnOnce(&Census) -> Planned,
    ) -> Result<Imported, Error> {
        let Coding { store, since, censuses } = self;
        store.write_since(at, since, censuses, fold::take, |censuses| {
            let census = find(censuses, name)?;
            import::same_codebook(census, codebook)?;
            plan(census).map_err(|refusals| Error::Refused { path: sheet.path().to_owned(), refusals })
        })
    }

    /// Takes back the code that a coder gave within the last ten minutes, as if it had not been given; the events keep both.
    ///
    /// # Errors
    /// [`Error::NoCode`] where there is none, [`Error::TooLate`], [`Error::NotFrozen`].
    pub fn withdraw(&mut self, at: Instant, census: &str, coder: &str, item: &str) -> Result<(), Error> {
        let Coding { store, since, censuses } = self;
        store.write_since(at, since, censuses, fold::take, |censuses| {
            let given = find(censuses, census)?.items().get(item).and_then(|item| item.codes.get(coder)).ok_or(Error::NoCode)?;
            if at.micros().saturating_sub(given.at.micros()) > UNDO_WITHIN {
                return Err(Error::TooLate);
            }
            let event = Withdrawn { census: census.to_owned(), item: item.to_owned(), coder: coder.to_owned() };
            Ok((vec![New::of(coder, Event::Withdrawn(event))], ()))
        })
    }

    /// Puts an item off: it comes again when the others are done.
    ///
    /// # Errors
    /// [`Error::NoCode`] where the item is not the coder's, or is coded already; [`Error::NotFrozen`].
    pub fn skip(&mut self, at: Instant, census: &str, coder: &str, item: &str, reason: &str) -> Result<(), Error> {
        let Coding { store, since, censuses } = self;
        store.write_since(at, since, censuses, fold::take, |censuses| {
            let is_theirs = |item: &&Item| item.coders.iter().any(|own| own == coder) && !item.codes.contains_key(coder);
            find(censuses, census)?.items().get(item).filter(is_theirs).ok_or(Error::NoCode)?;
            let reason = Private::new(reason.to_owned());
            let event = Skipped { census: census.to_owned(), item: item.to_owned(), coder: coder.to_owned(), reason };
            Ok((vec![New::of(coder, Event::Skipped(event))], ()))
        })
    }
}

fn find<'a>(censuses: &'a Censuses, name: &str) -> Result<&'a Census, Error> {
    let missing = || if word::is_name(name) { Error::NotFrozen(name.to_owned()) } else { Error::Name("census") };
    censuses.get(name).ok_or_else(missing)
}

/// One row of a sheet: who says what of an item.
#[derive(Clone, Copy)]
pub struct OneCode<'a> {
    /// The account.
    pub item: &'a str,
    /// Who codes or decides.
    pub person: &'a str,
    /// The code.
    pub code: &'a str,
    /// A note, or the reason of a decision.
    pub note: &'a str,
}

impl std::fmt::Debug for OneCode<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneCode")
    }
}

impl OneCode<'_> {
    /// The sheet that it comes to, written and read as every sheet is.
    fn sheet(self) -> Result<Sheet, Error> {
        let path = Path::new("the screen");
        let failed = |_| Error::Io { action: "write", path: path.to_owned(), source: std::io::Error::other("a row of a sheet") };
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["item", "coder", "code", "note"]).map_err(failed)?;
        writer.write_record([self.item, self.person, self.code, self.note]).map_err(failed)?;
        let bytes = writer.into_inner().map_err(|_| Error::System("memory"))?;
        Sheet::parse(path, &bytes)
    }
}

impl Census {
    /// The items of a coder in the order of the coder's sheet.
    pub fn sheet_order(&self, coder: &str) -> Vec<&str> {
        shuffled(self.assigned(coder), self.frozen().seed, coder)
    }

    /// The number by which a person knows an item: the same every time, another for each person, and it tells nothing of the account. Below 2⁴⁸.
    pub fn number(&self, person: &str, item: &str) -> u64 {
        number_of(self.frozen().seed, &self.frozen().census, person, item)
    }

    /// The item of a person's number, among those given. O(items).
    pub fn of_number<'a>(&self, person: &str, number: u64, among: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        among.into_iter().find(|item| self.number(person, item) == number)
    }
}
