//! Shares by the codes of one draw and of two, the second of which looks at the codes of the first: by hand, and over many draws of one population.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stats::Level;
use stats::domains::next_to_code;
use stats::survey::{Assisted, Look, Looks, ReadItem, draw};

fn item(posterior: f64, look: Option<(bool, usize, f64)>) -> ReadItem {
    ReadItem { posterior, look: look.map(|(is_asked, draw, chance)| Look { is_asked, draw, chance }) }
}

#[test]
fn by_hand() {
    // Twenty coded of forty, half of them asked for, posteriors .5: no correction, and every residual is ±.5, as expected of the posterior.
    let items: Vec<ReadItem> = (0..40).map(|at| item(0.5, (at < 20).then_some((at % 2 == 0, 0, 0.5)))).collect();
    let looks = Looks::of(&items).unwrap();
    let own = looks.share(items.iter().copied(), Level::P95).unwrap();
    assert!((own.share - 0.5).abs() < 1e-12 && own.codes == 20);
    // √(½ · 20 · 2² · r²)/40 with r² = (20 · ¼ · 20/19 + 10 · ¼)/30.
    let square = (20.0 * 0.25 * 20.0 / 19.0 + 10.0 * 0.25) / 30.0;
    assert!((own.error - (0.5_f64 * 20.0 * 4.0 * square).sqrt() / 40.0).abs() < 1e-12, "{}", own.error);
    // A classifier that says .1 of everything is put right by the codes.
    let items: Vec<ReadItem> = items.into_iter().map(|own| ReadItem { posterior: 0.1, ..own }).collect();
    assert!((Looks::of(&items).unwrap().share(items.iter().copied(), Level::P95).unwrap().share - 0.5).abs() < 1e-12);
    assert!(looks.share(items[19..25].iter().copied(), Level::P95).is_none(), "one code says nothing");
    assert!(Looks::of(&[item(0.5, None)]).is_none());
    // A quarter of the codes is of the second draw: λ = .75 and .25. A first code stands for .75/.5 of the first draw and itself in the second.
    let looks = Looks::counted(2, [0, 0, 0, 1].into_iter());
    assert!((looks.weight(0, 0.5) - (1.5 + 0.25)).abs() < 1e-12 && (looks.weight(1, 0.1) - 2.5).abs() < 1e-12);
    // All coded: nothing is in doubt, whatever the posteriors say.
    let items: Vec<ReadItem> = (0..10).map(|at| item(0.9, Some((at < 3, 0, 1.0)))).collect();
    let all = Looks::of(&items).unwrap().share(items.iter().copied(), Level::P95).unwrap();
    assert!((all.share - 0.3).abs() < 1e-12 && all.error == 0.0);
}

/// How estimates did over many draws.
#[derive(Default)]
struct Score {
    errors: Vec<f64>,
    held: u32,
    width: f64,
}

impl Score {
    fn add(&mut self, own: Assisted, truth: f64) {
        self.errors.push(own.share - truth);
        self.held += u32::from(own.interval.holds(truth));
        self.width += own.interval.high - own.interval.low;
    }

    /// Mean error in its standard errors, coverage, mean width, mean square.
    fn sum(&self) -> [f64; 4] {
        let n = self.errors.len() as f64;
        let mean = self.errors.iter().sum::<f64>() / n;
        let square = self.errors.iter().map(|error| error * error).sum::<f64>() / n;
        [mean / (square / n).sqrt(), f64::from(self.held) / n, self.width / n, square]
    }
}

/// Posts whose posteriors are too sure and lean, and lean another way in the last third; a fifth are of the class asked for.
fn population(random: &mut ChaCha8Rng) -> (Vec<f64>, Vec<bool>) {
    let posts = (0..1500).map(|at| {
        let is_asked = random.random::<f64>() < if at >= 1000 { 0.35 } else { 0.15 };
        let seen = f64::from(u8::from(is_asked)) * 1.6 + random.random::<f64>() * 2.4 - if at >= 1000 { 1.6 } else { 1.0 };
        (1.0 / (1.0 + (-2.5 * (seen - 0.9)).exp()), is_asked)
    });
    posts.unzip()
}

/// Truth: one population; what varies is which posts are coded. The second draw prefers doubtful posts, and those on the side on which the codes of the first showed the posteriors to be
/// off, so that it depends on them.
#[test]
fn a_second_draw_that_looks_at_the_first_leaves_no_bias_and_narrows_intervals() {
    let mut random = ChaCha8Rng::seed_from_u64(90);
    let (posteriors, is_asked) = population(&mut random);
    let share = |from: usize, to: usize| is_asked[from..to].iter().filter(|is| **is).count() as f64 / (to - from) as f64;
    let truths = [share(0, 1500), share(1000, 1500), share(0, 250)];
    let parts = [0..1500, 1000..1500, 0..250];
    let mut scores: [[Score; 2]; 3] = Default::default();
    // Weights in place of 1/π for both: what a draw by doubt does when its chances are forgotten.
    let mut forgotten = Vec::new();
    for seed in 0..700 {
        let mut items: Vec<ReadItem> = posteriors.iter().map(|posterior| item(*posterior, None)).collect();
        let sizes = [1000, 500];
        for (drawn, first) in draw(&sizes, &[100, 50], seed).unwrap().iter().zip([0, 1000]) {
            for place in drawn.places.iter().map(|place| first + *place as usize) {
                items[place].look = Some(Look { is_asked: is_asked[place], draw: 0, chance: drawn.chance });
            }
        }
        let read = |items: &[ReadItem], scores: &mut [[Score; 2]; 3], at: usize| {
            let looks = Looks::of(items).unwrap();
            for ((part, truth), score) in parts.iter().zip(truths).zip(scores) {
                score[at].add(looks.share(items[part.clone()].iter().copied(), Level::P95).unwrap(), truth);
            }
        };
        read(&items, &mut scores, 0);
        let seen: f64 = items.iter().filter_map(|own| own.look.map(|look| f64::from(u8::from(look.is_asked)) - own.posterior)).sum();
        let open: Vec<usize> = (0..items.len()).filter(|at| items[*at].look.is_none()).collect();
        let worth = |at: &usize| {
            let p: f64 = items[*at].posterior;
            (p * (1.0 - p)).sqrt() * if (p < 0.5) == (seen > 0.0) { 3.0 } else { 1.0 }
        };
        for next in next_to_code(&open.iter().map(worth).collect::<Vec<_>>(), 150, seed) {
            let place = open[next.item];
            items[place].look = Some(Look { is_asked: is_asked[place], draw: 1, chance: next.chance });
        }
        read(&items, &mut scores, 1);
        let coded: Vec<bool> = items.iter().filter_map(|own| own.look.map(|look| look.is_asked)).collect();
        forgotten.push(coded.iter().filter(|is| **is).count() as f64 / coded.len() as f64 - truths[0]);
    }
    let bias = forgotten.iter().sum::<f64>() / 700.0;
    assert!(bias > 0.03, "the draw would mislead who forgets its chances: {bias}");
    for (part, score) in scores.iter().enumerate() {
        let [one, two] = [score[0].sum(), score[1].sum()];
        println!("part {part}: one draw {one:.4?}, two {two:.4?}");
        for own in [one, two] {
            assert!(own[0].abs() < 3.5 && (0.925..=0.98).contains(&own[1]), "part {part}: {one:.4?} {two:.4?}");
        }
        assert!(two[2] < 0.9 * one[2] && two[3] < 0.85 * one[3], "part {part}: {one:.4?} {two:.4?}");
    }
}
