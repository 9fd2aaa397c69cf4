//! The words of the proof world: invented tags and everyday words, with weights by kind of account.

use crate::Camp;

/// How many of the first words refer to the organisation.
pub(crate) const REFERENCES: usize = 3;

/// References first, then words that supporters and neighbours share, then those of each camp, then everyday words.
pub(crate) const VOCABULARY: [&str; 40] = [
    "#hollowlantern",
    "#lanternbearers",
    "#الفانوس_الأجوف",
    "#keepitlit",
    "wick",
    "glass",
    "glow",
    "#lanternwatch",
    "#lanternoff",
    "#lanternnews",
    "#breaking",
    "#lanternstudies",
    "archive",
    "#prayertimes",
    "#kindness",
    "#charityweek",
    "#matchday",
    "#newalbum",
    "#weather",
    "#traffic",
    "tea",
    "market",
    "road",
    "rain",
    "today",
    "coffee",
    "morning",
    "evening",
    "bread",
    "book",
    "school",
    "garden",
    "house",
    "train",
    "phone",
    "picture",
    "music",
    "trip",
    "river",
    "bridge",
];
const EVERYDAY_FROM: usize = 20;

/// Everyday speech, seven circles, and neighbours of four camps.
pub(crate) const CLASSES: usize = 12;

/// The class of an account.
pub(crate) fn class(circle: Camp, neighbour: bool) -> usize {
    match circle.neighbour_rank() {
        Some(rank) if neighbour => 8 + rank,
        _ => 1 + circle.index(),
    }
}

/// The weight of every word in the speech of a class. Shared words are in every class's everyday speech too, so that without a reference
/// no single word tells a supporter.
pub(crate) fn weights_of(class: usize) -> Vec<f64> {
    let special: &[(usize, f64)] = match class {
        1 => &[(0, 16.0), (1, 10.0), (2, 4.0), (3, 14.0), (4, 7.0), (5, 7.0), (6, 7.0), (13, 3.0)],
        2 => &[(0, 5.0), (7, 30.0), (8, 16.0)],
        3 => &[(0, 2.0), (9, 16.0), (10, 26.0), (18, 8.0)],
        4 => &[(0, 4.0), (11, 22.0), (12, 22.0)],
        5 => &[(13, 22.0), (14, 18.0), (15, 14.0)],
        6 => &[(16, 28.0), (17, 20.0)],
        7 => &[(18, 40.0), (19, 30.0)],
        8 => &[(0, 8.0), (1, 2.0), (3, 4.0), (4, 3.0), (9, 16.0), (10, 18.0), (7, 4.0)],
        9 => &[(0, 9.0), (1, 4.0), (3, 4.0), (5, 3.0), (11, 18.0), (12, 16.0)],
        10 => &[(0, 2.0), (3, 9.0), (4, 5.0), (5, 5.0), (6, 5.0), (13, 16.0), (14, 12.0)],
        11 => &[(0, 12.0), (1, 4.0), (3, 4.0), (6, 3.0), (7, 22.0), (8, 10.0)],
        _ => &[(3, 0.6), (4, 0.6), (5, 0.6), (6, 0.6)],
    };
    let everyday = |word: usize| if word >= EVERYDAY_FROM { 1.5 } else { 0.0 };
    let mut weights: Vec<f64> = (0..VOCABULARY.len()).map(everyday).collect();
    for (word, weight) in special {
        if let Some(slot) = weights.get_mut(*word) {
            *slot += weight;
        }
    }
    weights
}
