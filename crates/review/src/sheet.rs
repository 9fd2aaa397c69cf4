//! Coding sheets: one CSV a coder, written for people with a spreadsheet, and read back however the spreadsheet saved it.

mod read;
mod write;

pub use read::{Row, Sheet, SheetFault};
pub use write::{Card, write_disputes, write_sheets};
pub(crate) use write::{number_of, shuffled};
