//! The v1.1 stream: one connection and one file a week, each opened six hours before the last one ends.

use crate::draft::{Draft, Recent};
use crate::json::Json;
use crate::output::{FileSummary, Output};
use crate::random::mix;
use crate::time::{DAY_MS, START_MS, instant};
use crate::truth::{Route, Tally};
use crate::v1::{self, Scene};
use crate::{Error, Params};
use record::Reason;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::{Path, PathBuf};

const WEEK_DAYS: i64 = 7;
const OVERLAP_MS: i64 = 6 * 3_600_000;
/// The stretch of time in which a connection either keeps up or does not.
const SLOT_MS: i64 = 15 * 60_000;
/// A connection that misses posts says so about once a minute.
const NOTICE_MS: i64 = 60_000;

/// One connection.
struct Connection {
    number: u64,
    from_ms: i64,
    to_ms: i64,
    name: String,
    output: Option<Output>,
    missed: u64,
    reported: u64,
    notice_ms: i64,
}

/// All connections, and the deletions that are still to be told.
pub(crate) struct Stream {
    root: PathBuf,
    seed: u64,
    connections: Vec<Connection>,
    /// Moment, post and account.
    deletions: BinaryHeap<Reverse<(i64, u64, u64)>>,
    json: Json,
    finished: Vec<FileSummary>,
}

impl Stream {
    /// A stream that runs for the first three fifths of the world.
    pub(crate) fn new(params: &Params, root: &Path) -> Self {
        let days = (i64::from(params.days) * 3 + 4) / 5;
        let count = (days + WEEK_DAYS - 1) / WEEK_DAYS;
        let connections = (0..count).map(|number| {
            let from_ms = START_MS + number * WEEK_DAYS * DAY_MS;
            let to_ms = START_MS + ((number + 1) * WEEK_DAYS).min(days) * DAY_MS;
            // The last file is plain, so that both ways of keeping such files occur.
            let ending = if number > 0 && number + 1 == count { "ndjson" } else { "ndjson.gz" };
            let name = format!("exports/stream-{:02}-{}.{ending}", number + 1, instant(from_ms).date());
            let from_ms = if number == 0 { from_ms } else { from_ms - OVERLAP_MS };
            Connection { number: number as u64, from_ms, to_ms, name, output: None, missed: 0, reported: 0, notice_ms: 0 }
        });
        Stream {
            root: root.to_owned(),
            seed: params.seed,
            connections: connections.collect(),
            deletions: BinaryHeap::new(),
            json: Json::ascii(),
            finished: Vec::new(),
        }
    }

    /// Gives the post to every connection that is open at its time.
    pub(crate) fn post(&mut self, scene: &Scene<'_>, draft: &Draft, tally: &mut Tally<'_>) -> Result<bool, Error> {
        self.tell_deletions(draft.ms, tally)?;
        let mut is_rendered = false;
        let mut is_taken = false;
        for connection in self.connections.iter_mut().filter(|connection| connection.is_open(draft.ms)) {
            if connection.misses(self.seed, draft) {
                connection.missed += 1;
                continue;
            }
            if !is_rendered {
                self.json.bytes.clear();
                v1::status(&mut self.json, scene, draft, 0);
                is_rendered = true;
            }
            connection.line(&self.root, &self.json.bytes)?;
            tally.truth.post_lines += 1;
            is_taken = true;
            connection.plant(&self.root, &self.json.bytes, tally)?;
            if connection.missed > connection.reported && draft.ms >= connection.notice_ms {
                connection.notice(&self.root, draft.ms, tally)?;
            }
        }
        if draft.deleted
            && let Some(account) = scene.account(draft.author)
        {
            let hours = 1 + (mix(draft.id, 5) % 12) as i64;
            self.deletions.push(Reverse((draft.ms + hours * 3_600_000, draft.id, account.account_id)));
        }
        Ok(is_taken)
    }

    fn tell_deletions(&mut self, now_ms: i64, tally: &mut Tally<'_>) -> Result<(), Error> {
        while let Some(Reverse((ms, id, account_id))) = self.deletions.peek().copied().filter(|Reverse((ms, ..))| *ms <= now_ms) {
            self.deletions.pop();
            for connection in self.connections.iter_mut().filter(|connection| connection.is_open(ms)) {
                let mut json = Json::ascii();
                v1::delete_notice(&mut json, id, account_id, ms);
                connection.line(&self.root, &json.bytes)?;
                tally.truth.delete_notices += 1;
            }
        }
        Ok(())
    }

    /// Closes the connections that end before this moment.
    pub(crate) fn close(&mut self, now_ms: i64, tally: &mut Tally<'_>) -> Result<(), Error> {
        // What is due before the end belongs before the end: a closed file is never opened again.
        self.tell_deletions(now_ms, tally)?;
        for connection in self.connections.iter_mut().filter(|connection| connection.to_ms <= now_ms) {
            if connection.missed > connection.reported {
                connection.notice(&self.root, connection.to_ms, tally)?;
            }
            if let Some(output) = connection.output.take() {
                if connection.missed > 0 {
                    let file = connection.name.rsplit('/').next().unwrap_or_default().to_owned();
                    tally.truth.missed.insert(file, connection.missed);
                }
                connection.missed = 0;
                connection.reported = 0;
                self.finished.push(output.finish()?);
            }
        }
        Ok(())
    }

    /// The files written.
    pub(crate) fn finish(mut self, tally: &mut Tally<'_>) -> Result<Vec<FileSummary>, Error> {
        self.close(i64::MAX, tally)?;
        Ok(self.finished)
    }
}

impl Connection {
    fn is_open(&self, ms: i64) -> bool {
        (self.from_ms..self.to_ms).contains(&ms)
    }

    /// In one quarter of an hour of forty a connection loses half of the posts; which ones, is its own: the other connection may have
    /// them.
    fn misses(&self, seed: u64, draft: &Draft) -> bool {
        let slot = mix(seed ^ (self.number << 40), (draft.ms / SLOT_MS) as u64);
        slot.is_multiple_of(40) && mix(slot, draft.id).is_multiple_of(2)
    }

    fn line(&mut self, root: &Path, line: &[u8]) -> Result<(), Error> {
        let output = match &mut self.output {
            Some(output) => output,
            None => self.output.insert(Output::create(root, &self.name)?),
        };
        output.line(line)
    }

    fn notice(&mut self, root: &Path, ms: i64, tally: &mut Tally<'_>) -> Result<(), Error> {
        let mut json = Json::ascii();
        v1::limit_notice(&mut json, self.missed, ms);
        self.line(root, &json.bytes)?;
        self.reported = self.missed;
        self.notice_ms = ms + NOTICE_MS;
        tally.truth.limit_notices += 1;
        Ok(())
    }

    /// Bad lines in the first file: a status cut in the middle, and JSON that is nothing of the platform's.
    fn plant(&mut self, root: &Path, status: &[u8], tally: &mut Tally<'_>) -> Result<(), Error> {
        let lines = self.output.as_ref().map_or(0, Output::lines);
        if self.number != 0 {
            return Ok(());
        }
        if lines == 10 || lines == 30 {
            // The cut falls among ASCII escapes, so the line stays text.
            self.line(root, status.get(..status.len() / 2).unwrap_or_default())?;
            tally.truth.reject(Reason::NotJson);
        } else if lines == 20 {
            self.line(root, br#"{"kettle":"on","cups":2}"#)?;
            tally.truth.reject(Reason::UnknownShape);
        }
        Ok(())
    }
}

/// Counts the post and those shown inside it as collected by the stream.
pub(crate) fn count(draft: &mut Draft, recent: &mut Recent, tally: &mut Tally<'_>) {
    tally.post(draft, Route::Stream);
    for sequence in v1::inside(draft, recent).into_iter().flatten() {
        if let Some(inner) = recent.get_mut(sequence) {
            tally.post(inner, Route::Stream);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::World;

    #[test]
    fn a_deletion_after_the_last_post_is_told_before_the_file_closes() {
        let params = Params { accounts: 50, days: 2, seed: 1 };
        let world = World::new(&params).unwrap();
        let mut tally = Tally::new(&world);
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("exports")).unwrap();
        let mut stream = Stream::new(&params, folder.path());
        let end_ms = START_MS + 2 * DAY_MS;
        stream.connections[0].line(folder.path(), b"{}").unwrap();
        stream.deletions.push(Reverse((end_ms - 1, 5, 6)));
        stream.deletions.push(Reverse((end_ms, 7, 8)));
        stream.close(end_ms, &mut tally).unwrap();
        stream.tell_deletions(end_ms + 1, &mut tally).unwrap();
        assert_eq!(tally.truth.delete_notices, 1);
        let files = stream.finish(&mut tally).unwrap();
        assert_eq!(files.iter().map(|file| file.lines).collect::<Vec<_>>(), [2]);
    }
}
