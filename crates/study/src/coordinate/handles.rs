//! Handles that several accounts had, one after the other or at once.

use super::read::Source;
use super::rows::{Row, Rows};
use crate::Error;
use hashbrown::HashMap;
use record::Table;
use xxhash_rust::xxh3::xxh3_64;

/// The accounts that had a handle, each with the time at which that was first seen.
type Holders = Vec<(u32, Option<i64>)>;

/// One row for each handle and account that had it, of handles that several accounts had. Memory: about 100 bytes a handle.
pub(super) fn read(source: &Source<'_>) -> Result<Rows, Error> {
    let mut handles: HashMap<String, Holders> = HashMap::new();
    let seal = source.reader.seal();
    let mut buffer = String::new();
    for (table, time) in [(Table::Accounts, "observed_at"), (Table::Posts, "created_at")] {
        for part in source.reader.parts(table) {
            part.scan(&["seal", "platform", "account_id", "handle", time], None, lake::cores(), Ok::<_, Error>, |group| {
                let columns = group.columns();
                let (seals, platforms, ids) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?);
                let (names, times) = (columns.texts(3)?, columns.ints(4)?);
                for row in (0..columns.rows()).filter(|row| seals.get(*row).is_none_or(|own| own <= seal)) {
                    // A handle without an id says nothing of whose it was.
                    let (Some(id), Some(handle)) = (ids.get(row), names.get(row).filter(|handle| !handle.is_empty())) else { continue };
                    let platform = platforms.get(row).unwrap_or_default();
                    let Some(account) = source.authors.number(platform, Some(id), None, &mut buffer) else { continue };
                    note(&mut handles, platform, handle, (account, times.get(row)));
                }
                Ok(())
            })?;
        }
    }
    let mut rows = Rows::new(source.known);
    let mut shared: Vec<(String, Holders)> = handles.into_iter().filter(|(_, holders)| holders.len() > 1).collect();
    shared.sort_unstable();
    for (handle, mut holders) in shared {
        holders.sort_unstable();
        for (account, time) in holders {
            let key = xxh3_64(format!("{account} {handle}").as_bytes());
            match source.authors.known(account) {
                Some(entry) => rows.leave(entry, account),
                None => rows.push(Row { object: &handle, account, time, post: "", key })?,
            }
        }
    }
    Ok(rows)
}

fn note(handles: &mut HashMap<String, Holders>, platform: &str, handle: &str, (account, time): (u32, Option<i64>)) {
    let holders = handles.entry(format!("{platform}:{}", record::normal_handle(handle))).or_default();
    match holders.iter_mut().find(|holder| holder.0 == account) {
        Some(holder) => holder.1 = [holder.1, time].into_iter().flatten().min(),
        None => holders.push((account, time)),
    }
}
