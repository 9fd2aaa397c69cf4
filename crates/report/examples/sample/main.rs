//! Writes the report of an invented study, for the browser test and for looking at:
//! `cargo run -p report --example sample OUT.html [--unlisted] [--internal]`.

mod findings;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = arguments.iter().find(|argument| !argument.starts_with("--")).ok_or("name the file to write, as in `sample OUT.html`")?;
    let mut provenance = findings::provenance();
    provenance.internal = arguments.iter().any(|argument| argument == "--internal");
    if arguments.iter().any(|argument| argument == "--unlisted") {
        findings::unlist(&mut provenance);
    }
    std::fs::write(path, report::html(&provenance, &findings::all())?)?;
    Ok(())
}
