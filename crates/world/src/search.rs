//! The v2 archive search: pages of the last three fifths of the world, made long after it ended. What was gone by then is missing.

use crate::account::SimulatedAccount;
use crate::draft::{Draft, Recent};
use crate::json::Json;
use crate::output::{FileSummary, Output};
use crate::time::{DAY_MS, START_MS, civil_ms, instant};
use crate::truth::{Route, Tally};
use crate::v1::Scene;
use crate::v2::Page;
use crate::{Error, Params, World};
use record::{PostKind, Reason};
use std::path::{Path, PathBuf};

/// Days in a file.
const FILE_DAYS: i64 = 14;

/// The search in progress.
pub(crate) struct Search {
    root: PathBuf,
    from_ms: i64,
    retrieved_ms: i64,
    page: Page,
    pages: u64,
    file: i64,
    output: Option<Output>,
    json: Json,
    finished: Vec<FileSummary>,
}

/// Whether the platform no longer shows the account when the archive is searched.
fn is_gone(account: Option<&SimulatedAccount>) -> bool {
    account.is_none_or(|account| account.end_ms().is_some())
}

impl Search {
    pub(crate) fn new(params: &Params, root: &Path) -> Self {
        Search {
            root: root.to_owned(),
            from_ms: START_MS + i64::from(params.days) * 2 / 5 * DAY_MS,
            retrieved_ms: civil_ms(2021, 5, 10).max(params.end_ms() + 2 * DAY_MS),
            page: Page::new(),
            pages: 0,
            file: 0,
            output: None,
            json: Json::utf8(),
            finished: Vec::new(),
        }
    }

    /// Adds the post if the search finds it.
    pub(crate) fn post(&mut self, scene: &Scene<'_>, draft: &Draft, tally: &mut Tally<'_>) -> Result<bool, Error> {
        if draft.ms < self.from_ms || draft.deleted || is_gone(scene.account(draft.author)) {
            return Ok(false);
        }
        let target =
            draft.target.and_then(|target| scene.recent.get(target.sequence)).filter(|target| !is_gone(scene.account(target.author)));
        if draft.kind == PostKind::Repost && target.is_none() {
            return Ok(false);
        }
        self.page.add(scene, draft);
        tally.truth.post_lines += 1;
        match (target, draft.target) {
            (Some(target), _) => self.page.include(scene, target),
            (None, Some(target)) => {
                self.page.miss(target.id);
                tally.truth.page_errors += 1;
            }
            (None, None) => {}
        }
        if self.page.is_full() {
            self.flush(scene, false, tally)?;
        }
        Ok(true)
    }

    fn flush(&mut self, scene: &Scene<'_>, is_last: bool, tally: &mut Tally<'_>) -> Result<(), Error> {
        if self.page.is_empty() {
            return Ok(());
        }
        self.json.bytes.clear();
        let retrieved_ms = self.retrieved_ms + self.pages as i64 * 3_000;
        let shown = self.page.finish(&mut self.json, scene, |position| is_gone(scene.account(position)), retrieved_ms, is_last);
        shown.into_iter().for_each(|position| tally.profile(position));
        let output = match &mut self.output {
            Some(output) => output,
            None => {
                let from_ms = self.from_ms + self.file * FILE_DAYS * DAY_MS;
                let name = format!("exports/search-{:02}-{}.jsonl", self.file + 1, instant(from_ms).date());
                self.output.insert(Output::create(&self.root, &name)?)
            }
        };
        output.line(&self.json.bytes)?;
        self.pages += 1;
        if self.pages == 2 {
            output.line(br#"{"data":[{"id":"1","#)?;
            tally.truth.reject(Reason::NotJson);
        }
        Ok(())
    }

    /// Ends a day: its chain of pages, and the file when its days are over.
    pub(crate) fn end_day(&mut self, scene: &Scene<'_>, day_end_ms: i64, tally: &mut Tally<'_>) -> Result<(), Error> {
        self.flush(scene, true, tally)?;
        if day_end_ms >= self.from_ms + (self.file + 1) * FILE_DAYS * DAY_MS {
            self.file += 1;
            self.close()?;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), Error> {
        if let Some(output) = self.output.take() {
            self.finished.push(output.finish()?);
        }
        Ok(())
    }

    /// The files written.
    pub(crate) fn finish(mut self) -> Result<Vec<FileSummary>, Error> {
        self.close()?;
        Ok(self.finished)
    }
}

/// Counts the post and the one included for it as collected by the search.
pub(crate) fn count(draft: &mut Draft, recent: &mut Recent, world: &World, tally: &mut Tally<'_>) {
    tally.post(draft, Route::Search);
    if let Some(target) = draft.target
        && !is_gone(world.accounts().get(target.author as usize))
        && let Some(included) = recent.get_mut(target.sequence)
    {
        tally.post(included, Route::Search);
    }
}
