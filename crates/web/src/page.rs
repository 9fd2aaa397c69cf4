//! Lists come in pages: so many rows, and where to go on.

use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The most rows of a page.
pub(crate) const MOST: u32 = 200;
/// Rows of a page where nothing is said.
const USUAL: u32 = 50;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// How many rows at most: 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// What `next` of the page before was.
    pub after: Option<String>,
}

impl PageQuery {
    /// How many rows.
    pub(crate) fn rows(&self) -> Result<usize, Problem> {
        match self.limit.unwrap_or(USUAL) {
            rows @ 1..=MOST => Ok(rows as usize),
            _ => Err(Problem::invalid(format!("`limit` must be `1` to `{MOST}`"))),
        }
    }

    /// After which number; 0 at the start.
    pub(crate) fn start(&self) -> Result<i64, Problem> {
        match self.after.as_deref() {
            None => Ok(0),
            Some(after) => {
                after.parse().ok().filter(|at| *at >= 0).ok_or_else(|| Problem::invalid("`after` must be what `next` of a page was"))
            }
        }
    }

    /// Cuts a page out of all rows by their place.
    pub(crate) fn cut<T>(&self, rows: Vec<T>) -> Result<Page<T>, Problem> {
        let (count, start) = (self.rows()?, usize::try_from(self.start()?).unwrap_or(usize::MAX));
        let more = rows.len() > start.saturating_add(count);
        let rows = rows.into_iter().skip(start).take(count).collect();
        Ok(Page { rows, next: more.then(|| (start + count).to_string()) })
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// What to give as `after` for the next page; null on the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of rows of which one more than asked was fetched, so that one knows whether there is another.
    pub(crate) fn of(mut rows: Vec<T>, limit: usize, next: impl Fn(&T) -> String) -> Page<T> {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(next);
        Page { rows, next }
    }
}
