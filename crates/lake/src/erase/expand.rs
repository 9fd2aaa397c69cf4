//! From the names that were given to every name that is meant: the handles of an account, the ids of a handle, the posts of both, and the
//! posts of others that pass them on.

use super::Kind;
use super::names::{Meant, Names};
use super::rewrite::Source;
use crate::catalog::DataFile;
use crate::error::Error;
use crate::lake::Lake;
use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use record::{Sentence, Table, normal_handle, sentence};
use std::ops::ControlFlow;
use xxhash_rust::xxh3::xxh3_128;

/// Where an id stands beside a handle.
pub(super) const PAIRS: [(Table, &str, &str); 4] = [
    (Table::Accounts, "account_id", "handle"),
    (Table::Posts, "account_id", "handle"),
    (Table::Edges, "account_id", "handle"),
    (Table::Edges, "to_account_id", "to_handle"),
];

fn texts<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a StringArray, Error> {
    let column = batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
    column.ok_or_else(|| Error::Engine(sentence!("a table has no texts in `{}`", Sentence::given(name))))
}

fn get(array: &StringArray, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.value(row))
}

pub(super) fn each(
    lake: &Lake,
    files: &[DataFile],
    table: Table,
    columns: &[&str],
    mut row: impl FnMut(&[Option<&str>]),
) -> Result<(), Error> {
    for file in files.iter().filter(|file| file.table == table) {
        Source::open(lake, file)?.each(None, columns, |batch| {
            let arrays = columns.iter().map(|name| texts(&batch, name)).collect::<Result<Vec<_>, _>>()?;
            let mut cells = vec![None; arrays.len()];
            for at in 0..batch.num_rows() {
                cells.iter_mut().zip(&arrays).for_each(|(cell, array)| *cell = get(array, at));
                row(&cells);
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    Ok(())
}

/// Adds to the names every other one by which the lake knows the same accounts, their posts, and posts that pass these on. `on_found` gets every name
/// of an account or post that was not given. Reads a few columns of the lake three times.
pub(crate) fn expand(lake: &Lake, files: &[DataFile], meant: &mut Meant, mut on_found: impl FnMut(Kind, &str, &str)) -> Result<(), Error> {
    if meant.any(Kind::Handle) {
        pairs(lake, files, meant, Kind::Handle, &mut on_found)?;
    }
    if meant.any(Kind::Account) {
        pairs(lake, files, meant, Kind::Account, &mut on_found)?;
    }
    let mut found = Vec::new();
    if meant.any(Kind::Account) || meant.any(Kind::Handle) {
        each(lake, files, Table::Posts, &["platform", "post_id", "account_id", "handle"], |cells| {
            if let [Some(platform), Some(post), account, handle] = *cells
                && meant.is_account(platform, account, handle)
            {
                on_found(Kind::Post, platform, post);
                found.push((platform.to_owned(), post.to_owned()));
            }
        })?;
    }
    for (platform, post) in found.drain(..) {
        meant.insert(Kind::Post, &platform, &post);
    }
    let columns = ["platform", "post_id", "repost_of", "repost_of_account", "repost_of_handle"];
    each(lake, files, Table::Posts, &columns, |cells| {
        if let [Some(platform), Some(post), of, account, handle] = *cells
            && super::judge::hit(meant, platform, of, account, handle) != super::judge::Hit::No
        {
            found.push((platform.to_owned(), post.to_owned()));
        }
    })?;
    for (platform, post) in found {
        meant.insert(Kind::Stripped, &platform, &post);
    }
    Ok(())
}

/// Adds the ids that stood beside handles that are meant, or the handles that stood beside ids.
fn pairs(lake: &Lake, files: &[DataFile], meant: &mut Meant, from: Kind, on_found: &mut impl FnMut(Kind, &str, &str)) -> Result<(), Error> {
    let mut found = Vec::new();
    for (table, id, handle) in PAIRS {
        each(lake, files, table, &["platform", id, handle], |cells| {
            let [Some(platform), Some(id), Some(handle)] = *cells else { return };
            let handle = normal_handle(handle);
            if from == Kind::Handle && meant.has(Kind::Handle, platform, &handle) && !meant.has(Kind::Account, platform, id) {
                found.push((Kind::Account, platform.to_owned(), id.to_owned()));
            } else if from == Kind::Account && meant.has(Kind::Account, platform, id) && !meant.has(Kind::Handle, platform, &handle) {
                found.push((Kind::Handle, platform.to_owned(), handle.into_owned()));
            }
        })?;
        for (kind, platform, name) in found.drain(..) {
            if meant.insert(kind, &platform, &name) {
                on_found(kind, &platform, &name);
            }
        }
    }
    Ok(())
}

/// Which of the given names the lake holds anything of, in the order of `given`. A post also counts where another post points at it.
pub(crate) fn known(lake: &Lake, files: &[DataFile], given: &[(Kind, String, String)]) -> Result<Vec<bool>, Error> {
    let mut places: hashbrown::HashMap<(Kind, &str, &str), usize> = hashbrown::HashMap::new();
    for (place, (kind, platform, name)) in given.iter().enumerate() {
        places.insert((*kind, platform, name), place);
    }
    let mut known = vec![false; given.len()];
    let mut see = |kind, platform: &str, name: Option<&str>| {
        let place = name.and_then(|name| places.get(&(kind, platform, name)));
        if let Some(known) = place.and_then(|place| known.get_mut(*place)) {
            *known = true;
        }
    };
    for (table, id, handle) in PAIRS.into_iter().chain([(Table::Sightings, "account_id", "handle")]) {
        each(lake, files, table, &["platform", id, handle], |cells| {
            let [Some(platform), id, handle] = *cells else { return };
            see(Kind::Account, platform, id);
            see(Kind::Handle, platform, handle.map(normal_handle).as_deref());
        })?;
    }
    if given.iter().any(|(kind, ..)| *kind == Kind::Post) {
        each(lake, files, Table::Posts, &["platform", "post_id", "reply_to", "repost_of", "quote_of"], |cells| {
            let [Some(platform), posts @ ..] = cells else { return };
            posts.iter().for_each(|post| see(Kind::Post, platform, *post));
        })?;
    }
    Ok(known)
}

/// Hashes of texts and profile texts, and whether they are of what is erased: to find copies of them in other files of a study.
pub(crate) fn phrases(
    lake: &Lake,
    files: &[DataFile],
    meant: &Meant,
    least: usize,
    mut on_phrase: impl FnMut(bool, u128),
) -> Result<(), Error> {
    let mut add = |is_own: bool, text: Option<&str>| {
        if let Some(text) = text.filter(|text| text.chars().count() >= least) {
            on_phrase(is_own, xxh3_128(text.as_bytes()));
        }
    };
    each(lake, files, Table::Posts, &["platform", "post_id", "account_id", "handle", "text"], |cells| {
        let [Some(platform), post, account, handle, text] = *cells else { return };
        let is_own = meant.is_account(platform, account, handle)
            || meant.is_post(platform, post)
            || post.is_some_and(|post| meant.has(Kind::Stripped, platform, post));
        add(is_own, text);
    })?;
    each(lake, files, Table::Accounts, &["platform", "account_id", "handle", "name", "bio", "url", "avatar_url"], |cells| {
        let [Some(platform), account, handle, texts @ ..] = cells else { return };
        let is_own = meant.is_account(platform, *account, *handle);
        texts.iter().for_each(|text| add(is_own, *text));
    })
}
