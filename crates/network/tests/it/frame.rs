//! The frame and the measures inside it, on an example that a person can follow.

use crate::{close, graph, transpose};
use network::{Builder, Composite, Frame, FrameOptions, MeasureInput, Space, Via, composite, measures};

const OPTIONS: FrameOptions = FrameOptions { levels: 2, cap: 500, via: Via::Follows };

fn name(node: u32) -> String {
    format!("account{node}")
}

/// 0 and 1 are seeds; both follow 2; 1 follows 3; 3 follows 4, 4 follows 5; 6 follows a seed and is chosen by nobody.
const FOLLOWS: [(u32, u32); 6] = [(0, 2), (1, 2), (1, 3), (3, 4), (4, 5), (6, 0)];

#[test]
fn a_frame_goes_where_members_chose_to_go() {
    let frame = Frame::expand(&graph(7, &FOLLOWS), &[1, 0, 1], OPTIONS, name).unwrap();
    let rows: Vec<_> = frame.members.iter().map(|member| (member.node, member.level, member.parent, member.seed)).collect();
    assert_eq!(rows, [(0, 0, None, 0), (1, 0, None, 1), (2, 1, Some(0), 0), (3, 1, Some(1), 1), (4, 2, Some(3), 1)]);
    let levels = |levels| Frame::expand(&graph(7, &FOLLOWS), &[0, 1], FrameOptions { levels, ..OPTIONS }, name).unwrap().members.len();
    assert_eq!([0, 1, 2, 3].map(levels), [2, 4, 5, 6]);
}

#[test]
fn who_follows_more_than_the_cap_brings_in_nobody() {
    let frame = Frame::expand(&graph(7, &FOLLOWS), &[0, 1], FrameOptions { cap: 1, ..OPTIONS }, name).unwrap();
    assert_eq!((frame.nodes(), frame.capped), (vec![0, 1, 2], 1));
}

#[test]
fn the_id_depends_on_names_and_settings_alone() {
    let one = Frame::expand(&graph(7, &FOLLOWS), &[0, 1], OPTIONS, name).unwrap();
    // The same accounts numbered the other way round.
    let turned: Vec<(u32, u32)> = FOLLOWS.iter().map(|(from, to)| (6 - from, 6 - to)).collect();
    let other = Frame::expand(&graph(7, &turned), &[6, 5], OPTIONS, |node| name(6 - node)).unwrap();
    assert_eq!(one.id, other.id);
    assert_eq!(one.id.len(), 16);
    let by_interactions = Frame::expand(&graph(7, &FOLLOWS), &[0, 1], FrameOptions { via: Via::Interactions, ..OPTIONS }, name).unwrap();
    assert_ne!(one.id, by_interactions.id);
    assert!(Frame::expand(&graph(7, &FOLLOWS), &[], OPTIONS, name).is_err());
    assert!(Frame::expand(&graph(7, &FOLLOWS), &[7], OPTIONS, name).is_err());
    assert!(Frame::expand(&graph(7, &FOLLOWS), &[0], FrameOptions { levels: 4, ..OPTIONS }, name).is_err());
}

#[test]
fn follows_inside_the_frame() {
    let outgoing = graph(5, &[(0, 1), (0, 2), (0, 4), (1, 0), (4, 0)]);
    let incoming = transpose(&outgoing);
    let (frame, supporters) = ([true, true, true, false, false], [false, true, false, false, false]);
    let reported = [Some(6), Some(0), None, None, None];
    let input = MeasureInput {
        follows: Some((&outgoing, &incoming)),
        frame: Some(&frame),
        supporters: Some(&supporters),
        friends: Some(&reported),
        ..MeasureInput::default()
    };
    let zero = measures(&input, 0);
    assert_eq!((zero.followers, zero.friends), (Some(1), Some(2)));
    assert_eq!((zero.focus_friends, zero.focus_friends_supporters), (Some(2.0 / 6.0), Some(1.0 / 6.0)));
    // Reported 0, but the list has 1: the report is older.
    assert_eq!(measures(&input, 1).focus_friends, Some(1.0));
    assert_eq!(measures(&input, 2).focus_friends, None);
    assert_eq!((zero.influence, zero.focus_interactions), (None, None));
    let unreported = MeasureInput { friends: None, ..input };
    assert_eq!((measures(&unreported, 0).focus_friends, measures(&unreported, 2).focus_friends), (Some(2.0 / 3.0), None));
}

#[test]
fn interactions_inside_the_frame() {
    let mut builder = Builder::new(Space::unbounded());
    for (from, to, times) in [(0, 1, 3), (0, 2, 1), (0, 3, 4), (1, 0, 2), (3, 0, 5), (2, 1, 1)] {
        (0..times).for_each(|_| builder.push(from, to).unwrap());
    }
    let built = builder.finish(4, None, true).unwrap();
    let (frame, collected) = ([true, true, true, false], [true, true, false, true]);
    let input = MeasureInput {
        interactions: Some((&built.outgoing, &built.incoming)),
        frame: Some(&frame),
        collected: Some(&collected),
        ..MeasureInput::default()
    };
    let zero = measures(&input, 0);
    assert_eq!((zero.influence, zero.exposure, zero.interactivity), (Some(2), Some(4), Some(6)));
    assert_eq!((zero.focus_interactions, zero.in_focus), (Some(0.5), Some(2.0 / 7.0)));
    // Account 2 could not be seen to answer, so it does not count as one that did not.
    assert_eq!(zero.response_rate, Some(1.0));
    let two = measures(&input, 2);
    assert_eq!((two.influence, two.exposure, two.interactivity, two.response_rate), (Some(1), None, None, None));
    assert_eq!((two.in_focus, two.focus_interactions), (Some(1.0), None));
}

#[test]
fn the_composite_is_a_product_or_a_mean_of_ranks() {
    let rows = [(Some(0.5), Some(6)), (None, Some(9)), (Some(1.0), Some(0)), (Some(0.5), Some(20))];
    let product = composite(&rows, Composite::Product);
    close(product[0].unwrap(), 0.5 * 7f64.ln(), 1e-15);
    assert_eq!((product[1], product[2]), (None, Some(0.0)));
    // Focus ranks 1.5, 3, 1.5; interactivity ranks 2, 1, 3; each over 3.
    let ranks: Vec<f64> = composite(&rows, Composite::RankAverage).into_iter().flatten().collect();
    [3.5 / 6.0, 4.0 / 6.0, 4.5 / 6.0].iter().zip(&ranks).for_each(|(expected, found)| close(*found, *expected, 1e-15));
}
