//! The sample of the house: forty accounts, most of them for both coders, four whose right code is known.

use crate::accounts::{COUNT, at, item};
use review::{Assignment, Codebook, Error, Events, Freeze, Purpose};
use std::path::Path;

/// Posts of the stance.
pub(crate) const POSTS: u64 = 16;

/// Freezes the samples where it is not frozen yet.
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
    stance(folder, &mut events)
}

/// The sample of a stance: sixteen posts, coded by what side they take and by what kind of message they are.
fn stance(folder: &Path, events: &mut Events) -> Result<(), Error> {
    let items: Vec<Assignment> = (0..POSTS)
        .map(|number| Assignment {
            item: format!("post/{}", item(number)),
            purpose: Purpose::Sample,
            coders: vec!["coder1".to_owned(), "coder2".to_owned()],
        })
        .collect();
    let sample = "6".repeat(64);
    for (census, file, codebook) in
        [("stance-main", "stance.toml", Codebook::stance_template()), ("stance-main-kind", "stance-kind.toml", Codebook::kind_template())]
    {
        let path = folder.join(file);
        if !path.exists() {
            std::fs::write(path, codebook).map_err(|_| Error::NoEvents(folder.to_owned()))?;
        }
        let freeze = Freeze { census, frame: "invented", score: None, query: &sample, sample: &sample, seed: 7, codebook, items: &items };
        events.freeze(at(0, 0), "lead", &freeze)?;
    }
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
