//! Masks the lines of a file and says how long it took: `cargo run --release -p privacy --example masks FILE`.

use privacy::{Key, Masker, Tally};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a file of texts, one a line")?;
    let texts = std::fs::read_to_string(path)?;
    let masker = Masker::new(Key::new([1; 32]), &[]);
    let mut tally = Tally::default();
    // The patterns and the numbering plans are compiled once.
    masker.mask("a@example.org +44 20 7946 0958 t.me/+abc GB29NWBK60161331926819", &mut Tally::default());
    let started = Instant::now();
    let changed = texts.lines().filter(|text| matches!(masker.mask(text, &mut tally), std::borrow::Cow::Owned(_))).count();
    let seconds = started.elapsed().as_secs_f64();
    let counts: Vec<String> = tally.counts().map(|(kind, count)| format!("{} {count}", kind.name())).collect();
    #[expect(clippy::print_stdout, reason = "an example speaks")]
    {
        println!("{} texts, {} bytes, {changed} changed ({}) in {seconds:.3} s", texts.lines().count(), texts.len(), counts.join(", "));
    }
    Ok(())
}
