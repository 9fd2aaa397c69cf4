//! Cases: what a person looks at, and what becomes of it.
//!
//! A case is opened from a finding, a cluster, a user's report or by hand; people [take](Act::Claim) it, [decide](Act::Decide), look a
//! [second](Act::Second) time, [appeal](Act::Appeal) and [reverse](Act::Reverse). [Reports](Act::Report) of trusted and independent users cover the
//! display of an item until somebody has looked. All of it is events; [`board`] is the pure fold of them, and the tables that the queue is read from hold its
//! result, written in the transaction of the event.
//!
//! [`Cases`] is the handle of a server: many read while one thread writes, and what was answered is on the disk. The order of the queue is
//! [`rank`], the weight of reports [`weigh`].

mod act;
mod desk;
mod event;
mod preview;
mod priority;
mod project;
mod read;
mod settings;
mod state;
mod trust;

pub use act::{Act, Answer, MOST_IN_BULK};
pub use desk::Cases;
pub(crate) use event::CASE_KINDS;
pub use event::{
    Appealed, BulkDecided, BulkUndone, CaseEvent, Claimed, Conclusion, CoverAppealed, CoverExpired, CoverLifted, Covered, Decided,
    Decision, Exemption, ExemptionKind, Ground, GroundKind, Merged, Opened, Origin, Released, ReportKind, Reported, Reversed, Scope,
    Seconded, Subject, SubjectKind,
};
pub use preview::Preview;
pub use priority::{FORMULA, Factor, Term, priority, rank};
pub(crate) use project::Table;
pub use read::{After, DecisionRow, Detail, Filter, Logged, Page};
pub use settings::Settings;
pub use state::{Board, Case, Cover, CoverState, Holder, Report, Ruling, Standing, State, board};
pub use trust::{Weighed, allowance, covers, is_tried, may_alarm, trust, weigh};
