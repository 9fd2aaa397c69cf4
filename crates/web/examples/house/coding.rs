//! The sample of the house: forty accounts, most of them for both coders, four whose right code is known.

use crate::accounts::{COUNT, at, item};
use review::{Assignment, Codebook, Error, Events, Freeze, Purpose};
use std::path::Path;

/// Freezes the sample where it is not frozen yet.
pub(crate) fn freeze(folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder)
        .and_then(|()| {
            let path = folder.join("codebook.toml");
            if path.exists() { Ok(()) } else { std::fs::write(path, Codebook::template()) }
        })
        .map_err(|_| Error::NoEvents(folder.to_owned()))?;
    let mut events = Events::create(&folder.join("review.sqlite"))?;
    let items: Vec<Assignment> = (0..COUNT).map(assignment).collect();
    let sample = "5".repeat(64);
    let freeze = Freeze {
        census: "autumn",
        frame: "invented",
        score: None,
        query: &sample,
        sample: &sample,
        seed: 7,
        codebook: Codebook::template(),
        items: &items,
    };
    events.freeze(at(0, 0), "lead", &freeze)?;
    Ok(())
}

fn assignment(number: u64) -> Assignment {
    let purpose = if number % 10 == 9 { Purpose::Golden } else { Purpose::Sample };
    let coders = match number % 5 {
        4 => vec!["coder1"],
        _ => vec!["coder1", "coder2"],
    };
    Assignment { item: item(number), purpose, coders: coders.into_iter().map(str::to_owned).collect() }
}
