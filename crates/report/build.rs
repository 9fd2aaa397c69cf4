//! Makes sure that the chart script is there before `src/lib.rs` includes it, so that a fresh clone gets a sentence, not a macro error.

use std::path::Path;

fn main() -> Result<(), String> {
    let bundle = Path::new("ui/dist/charts.js");
    println!("cargo::rerun-if-changed=build.rs");
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
