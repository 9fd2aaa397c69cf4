//! Writes the report of an invented study, for the browser test and for looking at:
//! `cargo run -p report --example sample OUT.html [--unlisted] [--internal] [--census] [--bound] [--arabic] [--lang=TAG]`.

mod census;
mod findings;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let path = arguments.iter().find(|argument| !argument.starts_with("--")).ok_or("name the file to write, as in `sample OUT.html`")?;
    let mut provenance = findings::provenance();
    provenance.internal = has("--internal");
    if has("--unlisted") {
        findings::unlist(&mut provenance);
    }
    let mut all = findings::all();
    if has("--census") {
        all.splice(0..0, census::all());
    }
    if has("--bound") {
        census::bound(&mut all);
    }
    if has("--arabic") {
        provenance.study = "أضواء الميناء، ربيع 2015".to_owned();
        census::arabic(&mut all);
    }
    let tag = arguments.iter().find_map(|argument| argument.strip_prefix("--lang=")).unwrap_or("en");
    let language = report::Language::by_tag(tag).ok_or("no report is written in that language")?;
    std::fs::write(path, report::html_in(language, &provenance, &all)?)?;
    Ok(())
}
