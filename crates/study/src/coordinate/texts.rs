//! Groups of texts that are nearly the same. The engine sees their numbers only.

use super::read::{Own, Source, with_posts};
use super::rows::{Row, Rows};
use crate::Error;
use crate::scratch;
use std::io::{BufWriter, Write};
use text::{Near, Post, groups};

/// Two texts are nearly the same when their sets of words have a Jaccard similarity of so much, and are so far apart at most; texts of fewer words
/// are in no group.
pub(super) const NEAR: Near = Near { threshold: 0.8, window: 7 * 86_400_000_000, least_words: 4 };

/// A text while it waits for its group.
struct Waiting {
    account: u32,
    time: i64,
    key: u64,
    /// Where its text ends in the file, and its id in the string of ids.
    text: usize,
    id: usize,
}

/// One row for each text that has another like it. Memory: about 100 bytes a text and 4 a word; the texts themselves lie in a file without a name.
pub(super) fn read(source: &Source<'_>) -> Result<Rows, Error> {
    let mut rows = Rows::new(source.known);
    let failed = || Error::io("write", source.scratch);
    let mut file = BufWriter::with_capacity(1 << 18, tempfile::tempfile_in(source.scratch).map_err(failed())?);
    let (mut waiting, mut ids, mut end) = (Vec::new(), String::new(), 0);
    source.each_post(&with_posts(&["text"]), |group, post, row| {
        let columns = group.columns();
        let texts = columns.texts(7)?;
        let Some(text) = texts.get(row).filter(|text| !text.is_empty()) else { return Ok(()) };
        let Own { account, id, key, time: Some(time), known } = post else {
            rows.left.timeless += 1;
            return Ok(());
        };
        if let Some(entry) = known {
            rows.leave(entry, account);
            return Ok(());
        }
        file.write_all(text.as_bytes()).map_err(failed())?;
        end += text.len();
        ids.push_str(id);
        waiting.push(Waiting { account, time, key, text: end, id: ids.len() });
        Ok(())
    })?;
    let file = file.into_inner().map_err(|error| failed()(error.into_error()))?;
    if waiting.is_empty() {
        return Ok(rows);
    }
    let map = scratch::map(file).map_err(failed())?;
    let posts: Vec<Post<'_>> = (0..waiting.len())
        .map(|at| {
            let start = at.checked_sub(1).and_then(|before| waiting.get(before)).map_or(0, |before: &Waiting| before.text);
            let bytes = waiting.get(at).and_then(|own| map.get(start..own.text)).unwrap_or_default();
            let text = std::str::from_utf8(bytes).unwrap_or_default();
            Post { id: at as u64, time: waiting.get(at).map_or(0, |own| own.time), text }
        })
        .collect();
    let of = groups(&posts, NEAR)
        .map_err(|_| Error::Coordinate("the setting of near-duplicates is none that texts can be compared by".into()))?;
    drop(posts);
    let mut sizes = vec![0_u32; of.len()];
    of.iter().for_each(|first| sizes[*first] += 1);
    let id_of = |at: usize| {
        let start = at.checked_sub(1).and_then(|before| waiting.get(before)).map_or(0, |before: &Waiting| before.id);
        waiting.get(at).and_then(|own| ids.get(start..own.id)).unwrap_or_default()
    };
    for (at, first) in of.iter().enumerate().filter(|(_, first)| sizes[**first] > 1) {
        let Some(own) = waiting.get(at) else { continue };
        // A group is called by its first post, whose text can be looked up.
        let founder = waiting.get(*first).and_then(|own| source.authors.names().get(own.account as usize));
        let platform = founder.and_then(|key| key.split_once(':')).map_or("", |(platform, _)| platform);
        let object = format!("{platform}:{}", id_of(*first));
        rows.push(Row { object: &object, account: own.account, time: Some(own.time), post: id_of(at), key: own.key })?;
    }
    Ok(rows)
}
