//! What must not be sealed in clear: contact details and chat invitations are masked, and, where a study asks for it, ids and handles
//! become pseudonyms, before any record reaches the lake.
//!
//! No IO and no clock: the key is an argument, and the same text and key give the same result.
//!
//! Reading order: [`Key`] makes tags; [`find`] tells what in a text is to be masked; [`Masker`] puts marks in its place;
//! [`Pseudonyms`] replaces ids and handles; [`Door`] does both to every record on its way to a [`record::Sink`].

mod bank;
mod door;
mod email;
mod find;
mod invitation;
mod key;
mod mask;
mod phone;
mod pseudonym;
mod wallet;

pub use door::{Door, Guard, Tally};
pub use find::{Found, Kind, find};
pub use key::{Key, ParseKeyError};
pub use mask::Masker;
pub use pseudonym::Pseudonyms;
