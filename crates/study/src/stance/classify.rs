//! Texts of posts, read from the lake for those that are wanted, and worked on by every core.

use crate::Error;
use hashbrown::HashMap;
use lake::{Reader, cores};
use record::Table;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Posts that are wanted: a hash of each key with its number. One pair in 10¹² is mistaken among ten million.
pub(super) type Wanted = HashMap<u64, u32>;

fn hash(platform: &str, post: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (platform, post).hash(&mut hasher);
    hasher.finish()
}

/// The posts of these keys (`post/platform:id`), numbered in their order.
pub(super) fn wanted<'a>(keys: impl Iterator<Item = &'a str>) -> Wanted {
    let pairs = keys.zip(0..).filter_map(|(key, number)| {
        let (platform, post) = key.strip_prefix("post/")?.split_once(':')?;
        Some((hash(platform, post), number))
    });
    pairs.collect()
}

/// Reads the texts of the posts wanted. `work` gets a post's number and its text and is done on several threads, with room of its own for each group of rows; `each` gets what it gave, with the
/// post's number, in the order of the lake. A post that is not there any more is passed over.
///
/// # Errors
/// Those of the lake's files.
pub(super) fn each_text<T: Send, R: Default>(
    reader: &Reader,
    wanted: &Wanted,
    work: impl Fn(u32, &str, &mut R) -> T + Sync,
    mut each: impl FnMut(u32, T),
) -> Result<(), Error> {
    let seal = reader.seal();
    for part in reader.parts(Table::Posts) {
        part.scan(
            &["seal", "platform", "post_id", "text"],
            None,
            cores(),
            |group| {
                let columns = group.columns();
                let (seals, platforms, posts, texts) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?, columns.texts(3)?);
                let mut room = R::default();
                let mut found: Vec<(u32, T)> = Vec::new();
                for row in (0..columns.rows()).filter(|row| seals.get(*row).is_none_or(|own| own <= seal)) {
                    let Some(post) = posts.get(row) else { continue };
                    if let Some(number) = wanted.get(&hash(platforms.get(row).unwrap_or_default(), post)) {
                        found.push((*number, work(*number, texts.get(row).unwrap_or_default(), &mut room)));
                    }
                }
                Ok::<_, Error>(found)
            },
            |found| {
                found.into_iter().for_each(|(number, value)| each(number, value));
                Ok(())
            },
        )?;
    }
    Ok(())
}
