//! `embed FOLDER FILE`: the tokens and the vector of every line of a file, one JSON object a line.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[path = "folder/mod.rs"]
mod folder;

use std::io::Write;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let embedder = folder::open(&args[0]);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let model = embedder.model();
    let digest = model.model_digest();
    writeln!(
        out,
        r#"{{"model":"{digest}","dimensions":{},"pooling":"{}","most":{}}}"#,
        model.dimensions,
        model.pooling.name(),
        model.tokens
    )
    .unwrap();
    // A line break in a text is written `\n`.
    for line in std::fs::read_to_string(&args[1]).unwrap().lines() {
        let text = line.replace("\\n", "\n");
        let (tokens, vector) = (embedder.tokens(&text).unwrap(), embedder.vector(&text).unwrap());
        writeln!(out, r#"{{"tokens":{tokens:?},"vector":{vector:?}}}"#).unwrap();
    }
}
