//! What the lake promises, tested from outside.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod compact;
mod damage;
mod erase;
mod kills;
mod lakes;
mod oracle;
mod privacy;
mod reading;
mod retain;
mod sealing;
