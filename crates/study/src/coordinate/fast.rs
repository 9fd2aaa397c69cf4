//! Reposts within the window of the post that they pass on.
//!
//! Two reposts meet when both are fast. So that the engine, which pairs what lies within the window of each other, says just that, slow reposts are
//! moved by whole days, each by a number of its own: they are within the window of nothing, and keep their hour of day. What a pair is
//! held against stays the same: all reposts of the post, fast and slow.

use super::read::Source;
use super::rows::Rows;
use crate::Error;
use record::Table;
use std::collections::BTreeMap;

const DAY: i64 = 86_400_000_000;

/// Leaves out reposts of posts whose time is not known, and reposts that are older than their posts; moves the slow ones.
pub(super) fn split(source: &Source<'_>, rows: &mut Rows, window: i64) -> Result<(), Error> {
    let born = originals(source, rows)?;
    rows.retain(|rows, row| {
        let time = rows.objects.get(row).and_then(|object| born.get(*object as usize).copied().flatten());
        time.zip(rows.times.get(row)).is_some_and(|(born, time)| *time >= born)
    });
    rows.paired = Some(moved(rows, &born, window));
    Ok(())
}

fn originals(source: &Source<'_>, rows: &Rows) -> Result<Vec<Option<i64>>, Error> {
    let mut born = vec![None; rows.names.len()];
    let seal = source.reader.seal();
    let mut key = String::new();
    for part in source.reader.parts(Table::Posts) {
        part.scan(&["seal", "platform", "post_id", "created_at"], None, lake::cores(), Ok::<_, Error>, |group| {
            let columns = group.columns();
            let (seals, platforms, ids, times) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?, columns.ints(3)?);
            for row in (0..columns.rows()).filter(|row| seals.get(*row).is_none_or(|own| own <= seal)) {
                key.clear();
                key.push_str(platforms.get(row).unwrap_or_default());
                key.push(':');
                key.push_str(ids.get(row).unwrap_or_default());
                if let Some(place) = rows.names.find(&key).and_then(|object| born.get_mut(object as usize)) {
                    *place = times.get(row);
                }
            }
            Ok(())
        })?;
    }
    Ok(born)
}

/// The times that are paired.
pub(super) fn moved(rows: &Rows, born: &[Option<i64>], window: i64) -> Vec<i64> {
    let mut paired = rows.times.clone();
    let mut slow: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (row, (object, time)) in rows.objects.iter().zip(&rows.times).enumerate() {
        let born = born.get(*object as usize).copied().flatten().unwrap_or(*time);
        if time.saturating_sub(born) > window {
            slow.entry(*object).or_default().push(row);
        }
    }
    let step = (window / DAY).saturating_add(1).saturating_mul(DAY);
    for rows_of in slow.values_mut() {
        // In the order of time, so that gaps only grow.
        rows_of.sort_by_key(|row| (rows.times.get(*row).copied(), *row));
        for (number, row) in (1..).zip(rows_of.iter()) {
            if let Some(time) = paired.get_mut(*row) {
                *time = time.saturating_add(step.saturating_mul(number));
            }
        }
    }
    paired
}
