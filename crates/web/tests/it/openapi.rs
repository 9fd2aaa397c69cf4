//! The file from which the interface's types are made.

use std::path::Path;

#[test]
fn the_file_says_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let written = std::fs::read_to_string(path).unwrap();
    let current = serde_json::to_string_pretty(&web::description()).unwrap() + "\n";
    assert!(written == current, "openapi.json is out of date: cargo run -p web --example openapi > crates/web/openapi.json");
}
