//! How the sparse row of an account is written: per level of counts the places, ascending, as variable-length distances.

use super::WIDTH;

/// Levels of counts: 1, 2–3, 4–7, … 128 and more.
pub(super) const LEVELS: usize = 8;

/// The level of a count of 1 or more.
pub(super) fn level(count: u16) -> usize {
    (count.max(1).ilog2() as usize).min(LEVELS - 1)
}

/// What each level weighs: `1 + ln c` at the geometric middle `c` of its counts.
pub(super) fn weights() -> [f32; LEVELS] {
    std::array::from_fn(|level| {
        let (least, most) = (f64::from(1_u32 << level), f64::from((2_u32 << level) - 1));
        (1.0 + (least * most).sqrt().ln()) as f32
    })
}

/// Collects the places of one account and writes them.
#[derive(Default)]
pub(super) struct RowBuilder {
    levels: [Vec<u32>; LEVELS],
}

impl RowBuilder {
    /// Adds a place; places come in ascending order.
    pub(super) fn push(&mut self, place: u32, level: usize) {
        if let Some(places) = self.levels.get_mut(level) {
            places.push(place);
        }
    }

    /// Appends the row to `out` and forgets it. An account without features has an empty row.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if self.levels.iter().all(Vec::is_empty) {
            return;
        }
        for places in &mut self.levels {
            write_number(places.len() as u32, out);
            let mut next = 0;
            for place in places.drain(..) {
                write_number(place - next, out);
                next = place + 1;
            }
        }
    }
}

/// Hands over the places of a row with their levels, level after level. `None` when the bytes are no row.
#[inline]
pub(super) fn each_place(row: &[u8], mut each: impl FnMut(usize, u32)) -> Option<()> {
    if row.is_empty() {
        return Some(());
    }
    let mut at = 0;
    for level in 0..LEVELS {
        let mut next = 0_u32;
        for _ in 0..read_number(row, &mut at)? {
            let place = next.checked_add(read_number(row, &mut at)?)?;
            if place as usize >= WIDTH {
                return None;
            }
            each(level, place);
            next = place + 1;
        }
    }
    (at == row.len()).then_some(())
}

fn write_number(mut number: u32, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[inline]
fn read_number(row: &[u8], at: &mut usize) -> Option<u32> {
    let first = *row.get(*at)?;
    *at += 1;
    if first < 0x80 {
        return Some(u32::from(first));
    }
    let mut number = u32::from(first & 0x7f);
    for shift in [7, 14] {
        let byte = *row.get(*at)?;
        *at += 1;
        number |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn write(row: &BTreeMap<u32, usize>) -> Vec<u8> {
        let (mut builder, mut bytes) = (RowBuilder::default(), Vec::new());
        row.iter().for_each(|(place, level)| builder.push(*place, *level));
        builder.finish(&mut bytes);
        bytes
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(row in proptest::collection::btree_map(0..WIDTH as u32, 0..LEVELS, 0..300)) {
            let bytes = write(&row);
            let mut found = BTreeMap::new();
            prop_assert_eq!(each_place(&bytes, |level, place| { found.insert(place, level); }), Some(()));
            prop_assert_eq!(found, row);
        }

        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = each_place(&bytes, |level, place| assert!(level < LEVELS && (place as usize) < WIDTH));
        }
    }

    #[test]
    fn damage_is_seen() {
        let bytes = write(&BTreeMap::from([(5, 0), (70_000, 0), (81_919, 7)]));
        assert_eq!(each_place(&bytes, |_, _| {}), Some(()));
        assert_eq!(each_place(&bytes[..bytes.len() - 1], |_, _| {}), None);
        assert_eq!(each_place(&[&bytes[..], &[0]].concat(), |_, _| {}), None);
        assert!(write(&BTreeMap::new()).is_empty());
    }

    #[test]
    fn levels_double_and_weigh_by_their_middle() {
        assert_eq!([1, 2, 3, 4, 7, 8, 127, 128, u16::MAX].map(level), [0, 1, 1, 2, 2, 3, 6, 7, 7]);
        let weights = weights();
        assert!((weights[0] - 1.0).abs() < 1e-6);
        assert!((f64::from(weights[1]) - (1.0 + 6.0_f64.sqrt().ln())).abs() < 1e-6);
        assert!(weights.is_sorted());
    }
}
