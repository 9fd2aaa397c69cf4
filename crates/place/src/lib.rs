//! Self-declared place: which country, region and city a profile names, and how sure that is.
//!
//! A place is read from what an account says of itself in public: the location line of its profile, a flag or a calling code in it, and,
//! where the caller has them, coordinates, the country of a place object and a time zone ([`Clues`]). Nothing else about a person is
//! inferred. [`resolve_profile`] reads one string, [`resolve`] weighs several clues.
//!
//! No IO, no clock, no state: the same clues give the same [`Answer`]. The gazetteer lies in the binary and is read where it lies.
//! The rules, their order and what the confidence means stand in `docs/methods/place.md`.

mod clues;
mod fold;
mod read;
mod resolve;
mod table;

pub use clues::{Clues, resolve};
pub use fold::fold;
pub use resolve::{Answer, Evidence, resolve_profile};
pub use table::version;

/// The layout of the table, for the program that builds it.
pub mod layout {
    pub use crate::table::{MAGIC, NO_REGION, flag};
}
