use std::ops::Range;

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
