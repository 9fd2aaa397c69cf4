//! Prints `docs/schema.md`.

#![allow(clippy::print_stdout, reason = "printing is all it does")]

fn main() {
    print!("{}", lake::schema_markdown());
}
