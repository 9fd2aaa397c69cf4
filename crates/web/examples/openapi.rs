//! Prints the description of every route: `cargo run -p web --example openapi > crates/web/openapi.json`.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

fn main() -> Result<(), serde_json::Error> {
    println!("{}", serde_json::to_string_pretty(&web::description())?);
    Ok(())
}
