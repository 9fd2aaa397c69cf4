use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Nodes in one piece of work. Fixed, so that sums are added in the same order whatever the number of threads.
const CHUNK: usize = 1 << 14;

/// Fills `out` piece by piece with `work(range, piece)` and adds up what it returns, in the order of pieces.
pub(crate) fn fill<T: Send>(threads: usize, out: &mut [T], work: impl Fn(Range<usize>, &mut [T]) -> f64 + Sync) -> f64 {
    let length = out.len();
    let run = |(index, piece): (usize, &mut [T])| (index, work(index * CHUNK..((index + 1) * CHUNK).min(length), piece));
    let mut parts: Vec<(usize, f64)> = if threads <= 1 || length <= CHUNK {
        out.chunks_mut(CHUNK).enumerate().map(run).collect()
    } else {
        let mut hands: Vec<Vec<(usize, &mut [T])>> = (0..threads).map(|_| Vec::new()).collect();
        for (index, piece) in out.chunks_mut(CHUNK).enumerate() {
            hands[index % threads].push((index, piece));
        }
        let run = &run;
        std::thread::scope(|scope| {
            let workers: Vec<_> =
                hands.into_iter().map(|hand| scope.spawn(move || hand.into_iter().map(run).collect::<Vec<_>>())).collect();
            workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        })
    };
    parts.sort_unstable_by_key(|(index, _)| *index);
    parts.iter().map(|(_, part)| part).sum()
}

/// What `work(state, item)` returns for every item from 0, in the order of items; whoever is free takes the next one.
///
/// Each thread makes a state of its own for things that are costly to make, such as tables; a result must not depend on it.
pub(crate) fn each<S, R: Send>(
    threads: usize,
    items: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> R + Sync,
) -> Vec<R> {
    if threads <= 1 || items <= 1 {
        let mut state = state();
        return (0..items).map(|item| work(&mut state, item)).collect();
    }
    let next = AtomicUsize::new(0);
    let hand = || {
        let mut state = state();
        let mut done = Vec::new();
        loop {
            let item = next.fetch_add(1, Ordering::Relaxed);
            if item >= items {
                return done;
            }
            done.push((item, work(&mut state, item)));
        }
    };
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(items)).map(|_| scope.spawn(hand)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    results.sort_unstable_by_key(|(item, _)| *item);
    results.into_iter().map(|(_, result)| result).collect()
}
