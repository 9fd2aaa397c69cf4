//! The door as a whole: what is found in texts, what marks look like, and what reaches the sink.

mod door;
mod find;
mod mask;
