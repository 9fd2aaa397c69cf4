//! Makes sure that the chart script is there before `src/lib.rs` includes it, so that a fresh clone gets a sentence, not a macro error; and
//! turns the catalogues of `lang` into tables, refusing one that does not say every message.

#[allow(unreachable_pub, reason = "the tests use it too")]
#[path = "build/catalogue.rs"]
mod catalogue;
#[allow(dead_code, unreachable_pub, reason = "it is the source of another crate, which says a template where this only checks it")]
#[path = "../record/src/text/pattern.rs"]
mod pattern;

use catalogue::Entry;
use std::fmt::Write;
use std::path::Path;

/// The languages that have a catalogue; English is in the sources.
const LANGUAGES: [&str; 5] = ["ar", "de", "fr", "it", "tr"];

fn main() -> Result<(), String> {
    check_script()?;
    let out = std::env::var("OUT_DIR").map_err(|error| format!("cargo names no folder for what is made ({error})"))?;
    let table = Path::new(&out).join("catalogues.rs");
    std::fs::write(&table, catalogues()?).map_err(|error| format!("`{}` cannot be written ({error})", table.display()))
}

fn check_script() -> Result<(), String> {
    let bundle = Path::new("ui/dist/charts.js");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build/catalogue.rs");
    println!("cargo::rerun-if-changed=../record/src/text/pattern.rs");
    println!("cargo::rerun-if-changed={}", bundle.display());
    let script = std::fs::read_to_string(bundle)
        .map_err(|error| format!("the chart script `crates/report/{}` cannot be read ({error}); run `make ui`", bundle.display()))?;
    // Either would end or garble the script element that carries the bundle; esbuild escapes the first by itself.
    for forbidden in ["</script", "<!--"] {
        if script.to_ascii_lowercase().contains(forbidden) {
            return Err(format!(
                "the chart script `crates/report/{}` contains `{forbidden}` and cannot be put into a page",
                bundle.display()
            ));
        }
    }
    Ok(())
}

/// The source of the tables: for each language its messages, sorted by the English.
fn catalogues() -> Result<String, String> {
    let messages = entries("messages.pot")?;
    let mut source = String::from("static CATALOGUES: &[(&str, &[(&str, &str)])] = &[\n");
    for tag in LANGUAGES {
        let file = format!("{tag}.po");
        let mut catalogue = entries(&file)?;
        let problems = catalogue::problems(tag, &messages, &catalogue);
        if !problems.is_empty() {
            let shown = problems.iter().take(12).map(|problem| format!("\n  {problem}")).collect::<String>();
            let n = problems.len();
            return Err(format!(
                "`crates/report/lang/{file}` does not say what the program says; translate what is missing ({n} in all; `python3 scripts/messages.py \
                 --missing` lists it):{shown}"
            ));
        }
        catalogue.sort_by(|a, b| a.english.cmp(&b.english));
        // Writing to a String cannot fail.
        let _ = writeln!(source, "(\"{tag}\", &[");
        for Entry { english, said, .. } in &catalogue {
            let _ = writeln!(source, "({english:?}, {said:?}),");
        }
        source.push_str("]),\n");
    }
    source.push_str("];\n");
    Ok(source)
}

fn entries(file: &str) -> Result<Vec<Entry>, String> {
    let path = Path::new("lang").join(file);
    println!("cargo::rerun-if-changed={}", path.display());
    let text = std::fs::read_to_string(&path).map_err(|error| {
        format!("`crates/report/lang/{file}` cannot be read ({error}); `python3 scripts/messages.py` makes the list of messages")
    })?;
    catalogue::read(&text).map_err(|problem| format!("`crates/report/lang/{file}`, {problem}"))
}
