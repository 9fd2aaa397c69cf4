//! What to code next: a later draw, frozen as the first is.

use super::estimate::needed;
use super::select::hand_out_draw;
use super::{Desk, draw_name};
use crate::cli::stance::Next;
use crate::exit::{Exit, Failure};
use crate::output::Talk;
use crate::verbs::census::check_names;
use crate::verbs::status::from_study;
use record::sentence;
use study::stance::NextRequest;

pub(super) fn next(args: &Next, talk: Talk) -> Result<Exit, Failure> {
    check_names(&args.coders)?;
    let desk = Desk::open(&args.which, args.how.kind)?;
    let draws = desk.draws()?;
    let request = needed(&desk, &draws, &args.how)?;
    all_decided(&draws)?;
    let (stance, number) = (desk.stance()?, draws.len() + 1);
    // Sheets hold what accounts wrote: an erasure waits until they are written.
    let _work = desk.study.at_work();
    // A draw that was cut short before it was frozen; the same seed draws the same again.
    stance.discard_draw(desk.aspect, number).map_err(from_study)?;
    let spinner = talk.spinner("learning and reading");
    let drawn = stance.next(
        &request,
        &NextRequest {
            codes: usize::try_from(args.count).unwrap_or(usize::MAX),
            seed: args.how.seed,
            coders: args.coders.clone(),
            overlap: args.overlap,
        },
    );
    spinner.finish_and_clear();
    let drawn = drawn.map_err(from_study)?;
    let name = draw_name(&desk.name, desk.aspect, number);
    // Every draw is coded under the codebook of the first.
    let codebook = draws.first().map(|first| first.frozen().codebook_text.clone()).unwrap_or_default();
    hand_out_draw(&desk, &stance, &drawn, (&name, args.how.seed), &codebook, args.sheets.as_ref(), talk)
}

/// A later draw looks at the codes of those before it: they are to be whole, or what it leaves out is not what was decided.
fn all_decided(draws: &[review::Census]) -> Result<(), Failure> {
    let open = draws.iter().flat_map(review::Census::results).filter(|item| item.code.is_none()).count() as u64;
    let waiting = draws.iter().map(|draw| draw.waiting().len() as u64).sum::<u64>();
    if open + waiting == 0 {
        return Ok(());
    }
    Err(Failure::usage(sentence!(
        "of the posts drawn so far `{}` have no code yet and coders differ on `{}`; the next draw looks at their codes, so finish them first: `marsad stance import-codes`, `marsad stance adjudicate`",
        open,
        waiting
    )))
}
