//! What to code next: a later draw that looks at the codes of those before it.

use super::estimate::{Read, StanceRequest};
use super::sample::{self, NextRequest, StanceSampled};
use super::{Problem, Stance};
use crate::Error;
use crate::census::SampleRow;
use hashbrown::HashSet;
use lake::AsOf;
use record::sentence;
use stats::domains::next_to_code;

impl Stance<'_> {
    /// Draws posts to code next, those of doubtful code that look unfamiliar before others, from the posts that no draw has taken. Writes the file of the draw; the caller freezes it
    /// and writes the sheets. The chances depend on the codes of the draws before, which the estimate takes into account ([`stats::survey::Looks`]).
    ///
    /// # Errors
    /// As [`Stance::estimate`]; [`Problem::Refused`] where fewer posts are left than are asked for.
    pub fn next(&self, request: &StanceRequest, next: &NextRequest) -> Result<StanceSampled, Error> {
        let _work = self.study.at_work();
        let lake = self.study.lake()?;
        let reader = lake.read(AsOf::Seal(self.selection()?.seal()))?;
        let Read { selection, draws, written, whole, target, drift, .. } = self.read(&reader, request)?;
        let taken: HashSet<&str> = draws.iter().flat_map(|draw| &draw.rows).map(|row| row.account.as_str()).collect();
        let (mut keys, mut worth) = (Vec::new(), Vec::new());
        for ((place, row), odds) in whole.iter().zip(target.rows()).zip(&drift.odds) {
            let key = &*selection.posts[written[*place]].key;
            if !taken.contains(key) {
                keys.push(key);
                worth.push(row.iter().map(|p| p * (1.0 - p)).sum::<f64>().max(0.0).sqrt() * odds.sqrt());
            }
        }
        if next.codes > keys.len() {
            let why = sentence!(
                "`-n {}` are more than the `{}` posts that no draw has taken; draw fewer, or widen the query in another stance",
                next.codes,
                keys.len()
            );
            return Err(Problem::Refused(why).into());
        }
        // Where only a part was read, a post had to be in it first.
        let first = whole.len() as f64 / written.len().max(1) as f64;
        let row = |own: stats::domains::Next| SampleRow {
            account: keys[own.item].to_owned(),
            stratum: 0,
            chance: own.chance * first,
            coders: Vec::new(),
        };
        let rows = next_to_code(&worth, next.codes, next.seed).into_iter().map(row).collect();
        let number = draws.len() + 1;
        let facts = [
            ("selection", selection.id.clone()),
            ("draw", number.to_string()),
            ("after", draws.last().map(|draw| draw.digest.clone()).unwrap_or_default()),
            ("seed", next.seed.to_string()),
            ("coders", next.coders.join(",")),
        ];
        let file = sample::file(request.aspect, number);
        self.write_draw(&file, rows, (&next.coders, next.overlap, next.seed), facts.into(), Vec::new())
    }
}
