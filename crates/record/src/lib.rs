//! The nouns of Marsad: what one source says about one thing, and what a study concludes.
//!
//! This crate does no IO and knows no platform's format. Everything that reads a format (`ingest`) ends here;
//! everything that stores, counts or draws (`lake`, `study`, `report`, `exchange`) starts here.
//!
//! Reading order: [`Instant`], the records ([`Account`], [`Post`], [`Edge`], [`Sighting`], [`Media`]), [`Reject`], the [`Sink`] that
//! takes them, then what leaves a study: [`Value`], [`Text`], [`Finding`], [`Designation`].

mod account;
mod designation;
mod edge;
mod finding;
mod formula;
mod instant;
mod media;
mod object;
mod post;
mod reject;
mod safe;
mod sighting;
mod sink;
/// Words for people.
pub mod text;
mod value;

pub use account::Account;
pub use designation::{Designation, Party};
pub use edge::{Edge, EdgeKind};
pub use finding::{Chart, Column, Denominator, Finding, Kind, Method, Provenance, Reference, SourceRef, Window};
pub use formula::may_be_formula;
pub use instant::{Clock, Instant, ParseInstantError};
pub use media::{Media, MediaKind};
pub use object::{Object, ObjectKind, normal_handle, normal_hashtag, normal_url, text_fingerprint, url_domain};
pub use post::{Post, PostKind};
pub use reject::{Reason, Reject};
pub use safe::{__checked, __takes_arguments, LogSafe, Private, Sentence};
pub use sighting::{Sighting, Status};
pub use sink::{Counts, Filter, LeftOut, Locus, Passed, Sink, Table};
#[doc(hidden)]
pub use text::check_places;
pub use text::{Arg, Said, Text};
pub use value::Value;
