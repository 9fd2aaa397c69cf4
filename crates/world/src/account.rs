use crate::community::Person;
use crate::places::{TOWNS, Town};
use crate::time::instant;
use crate::{Camp, Code, Language};
use record::{Instant, Status};

/// An account of the world, with what is true of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulatedAccount {
    /// The platform's id; unique in the world, and in the order of creation.
    pub account_id: u64,
    /// The handle, without `@`; unique in the world.
    pub handle: String,
    /// Where it stands.
    pub camp: Camp,
    /// The camp whose posts it follows and passes on: its own, except for bots.
    pub circle: Camp,
    /// Whether it is a neighbour of the supporters: it follows them and shares their vocabulary without being one.
    pub neighbour: bool,
    /// Its community; those below 4 are shared by several camps.
    pub community: u16,
    /// The code that a person without error would give it.
    pub code: Code,
    /// The language setting and the language of nearly all its posts.
    pub language: Language,
    /// Whether a program posts.
    pub bot: bool,
    /// Posts a day while it is there, on average over the week.
    pub rate: f64,
    /// Whether only approved followers see its posts; such an account is in no export of posts.
    pub protected: bool,
    /// Whether the platform calls it verified.
    pub verified: bool,
    /// The account it succeeds, as a position in [`crate::World::accounts`], where it is a return of a suspended one.
    pub returns: Option<u32>,
    pub(crate) town: u8,
    pub(crate) created_ms: i64,
    pub(crate) suspended_ms: Option<i64>,
    pub(crate) deleted_ms: Option<i64>,
    pub(crate) name: String,
    pub(crate) bio: String,
    pub(crate) location: String,
    pub(crate) clients: [u8; 2],
    pub(crate) geo_enabled: bool,
    pub(crate) default_avatar: bool,
    pub(crate) person: Person,
    /// When it is closed between the end of the world and the day of coding.
    pub(crate) closed_later: Option<Status>,
    /// Followers and accounts followed, those outside the world included.
    pub(crate) followers: u32,
    pub(crate) following: u32,
    pub(crate) posts_before: u32,
}

impl SimulatedAccount {
    /// The country where it is, ISO 3166-1 alpha-2.
    pub fn country(&self) -> &'static str {
        self.home().country
    }

    /// When it was created.
    pub fn created_at(&self) -> Instant {
        instant(self.created_ms)
    }

    /// When the platform suspended it, if it did within the window.
    pub fn suspended_at(&self) -> Option<Instant> {
        self.suspended_ms.map(instant)
    }

    /// When its owner deleted it, if that was within the window.
    pub fn deleted_at(&self) -> Option<Instant> {
        self.deleted_ms.map(instant)
    }

    /// What a visitor sees at an instant; `None` before the account exists.
    pub fn status_at(&self, at: Instant) -> Option<Status> {
        if at < self.created_at() {
            None
        } else if self.suspended_at().is_some_and(|suspended| suspended <= at) {
            Some(Status::Suspended)
        } else if self.deleted_at().is_some_and(|deleted| deleted <= at) {
            Some(Status::Deleted)
        } else if self.protected {
            Some(Status::Protected)
        } else {
            Some(Status::Active)
        }
    }

    /// What a coder sees two weeks after the end of the world.
    pub fn status_at_coding(&self) -> Status {
        let now = if self.protected { Status::Protected } else { Status::Active };
        let closed = self.suspended_ms.map(|_| Status::Suspended).or(self.deleted_ms.map(|_| Status::Deleted));
        closed.or(self.closed_later).unwrap_or(now)
    }

    /// The code that a person without error would give it when the sample is coded: `unavailable` for accounts that are then not to be seen.
    pub fn code_at_coding(&self) -> Code {
        if self.status_at_coding() == Status::Active { self.code } else { Code::Unavailable }
    }

    /// Whether a crawl at the end of the world sees whom it follows: the others are closed by then, or protected.
    pub fn is_crawled(&self) -> bool {
        self.end_ms().is_none() && !self.protected
    }

    /// When it ceased to post, if it did.
    pub(crate) fn end_ms(&self) -> Option<i64> {
        self.suspended_ms.or(self.deleted_ms)
    }

    pub(crate) fn home(&self) -> &'static Town {
        let [first, ..] = TOWNS else { unreachable!("the list of towns is a constant with entries") };
        TOWNS.get(usize::from(self.town)).unwrap_or(first)
    }
}
