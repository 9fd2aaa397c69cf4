//! What people judge: the codebook, samples that are frozen, codes and adjudications, as events that are appended and never changed.
//!
//! A census is [frozen](Events::freeze) first: the codebook, the digests of query and sample, and who codes which account. Then
//! [sheets](write_sheets) go out, one a coder, and come [back](Sheet::read); their codes are [appended](Events::import), all of a sheet or
//! none. Where coders differ, [somebody else](write_disputes) [decides](Events::adjudicate). What all this amounts to is a [pure fold](fold) over the events.
//!
//! Beside censuses the events keep what else must be proved of a study: what was [revealed](Events::reveal), and [legal holds](Events::hold).
//!
//! [Cases](Cases) are what a server has people decide: a queue with an explained order, decisions with grounds, second looks, appeals, reports of users and
//! the covers that they put on items. They are events of the same log.
//!
//! This is the only room that speaks to the events database. It knows neither frames nor scores nor estimates: it gives codes as plain rows
//! ([`Census::codes`], [`Census::results`]).

pub mod case;
mod chain;
mod codebook;
mod coding;
mod digest;
mod error;
mod event;
mod events;
mod fold;
mod formula;
mod freeze;
mod hold;
mod import;
mod sheet;
mod store;
mod word;

pub use case::Cases;
pub use chain::Fault;
pub use codebook::{Code, Codebook, CodebookFault, Counts};
pub use coding::{Coding, OneCode, UNDO_WITHIN};
pub use error::Error;
pub use event::{
    Adjudicated, Assigned, Coded, Entry, Erased, Event, Frozen, Head, Held, HoldOverridden, HoldReleased, KeyDestroyed, Purpose, Revealed,
    Skipped, Withdrawn,
};
pub use events::{Events, Verified};
pub use fold::{Census, CodeRow, Decided, FinalCode, Given, Item, ItemRow, Progress, PutOff, fold};
pub use freeze::{Assignment, Freeze};
pub use hold::{Hold, holds, is_holdable};
pub use import::{Imported, Refusal, Why};
pub use sheet::{Card, Row, Sheet, SheetFault, write_disputes, write_sheets};
pub use word::is_name;
