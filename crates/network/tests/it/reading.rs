//! Edge lists as people write them, and as they should not.

use crate::Held;
use network::{Builder, Built, EdgeList, Space};
use proptest::prelude::*;

fn read(bytes: &[u8], piece: usize) -> (EdgeList, Built) {
    let store = Held::new();
    let mut builder = Builder::new(Space::new(64, &store));
    let mut list = EdgeList::default();
    bytes.chunks(piece).for_each(|piece| list.feed(piece, &mut builder).unwrap());
    list.end(&mut builder).unwrap();
    let built = builder.finish(list.names.len(), Some(&list.names.order()), false).unwrap();
    (list, built)
}

#[test]
fn separators_headings_comments_and_quotes() {
    let text = "\u{feff}# comment\nfrom,to\n\n1,2\r\n2 \t 3\n\"anna\";007\n3,1\n3,1\n3,3\nanna , 9223372036854775808";
    for piece in [1, 2, 7, 1000] {
        let (list, built) = read(text.as_bytes(), piece);
        assert_eq!((list.lines, list.pairs, list.rejects), (10, 7, 0), "{:?}", list.rejected);
        assert_eq!((built.outgoing.edges(), built.duplicates, built.loops), (5, 1, 1));
        let names = list.names.into_sorted();
        let sorted: Vec<String> = (0..names.len() as u32).filter_map(|node| names.name(node)).collect();
        assert_eq!(sorted, ["1", "2", "3", "9223372036854775808", "007", "anna"]);
        sorted.iter().enumerate().for_each(|(node, name)| assert_eq!(names.find(name), Some(node as u32)));
        assert_eq!((names.find("7"), names.find("nobody")), (None, None));
        assert_eq!(built.outgoing.neighbours(5), [3, 4]);
    }
}

#[test]
fn hostile_lines_are_counted_with_their_numbers() {
    let long = "x".repeat(300);
    let endless = "y".repeat(10_000);
    let text = [b"1 2\n1\n1 2 3\n\xff\xfe 1\na\x07b c\n,5\n", long.as_bytes(), b" 1\n", endless.as_bytes(), b"\n2 1\n"].concat();
    for piece in [1, 13, 100_000] {
        let (list, built) = read(&text, piece);
        let found: Vec<_> = list.rejected.iter().map(|reject| (reject.line, reject.reason.name())).collect();
        let expected = [(2, "columns"), (3, "columns"), (4, "encoding"), (5, "control"), (6, "columns"), (7, "too_long"), (8, "too_long")];
        assert_eq!(found, expected);
        assert_eq!((list.rejects, built.outgoing.edges()), (7, 2));
    }
}

#[test]
fn the_order_of_lines_does_not_matter() {
    let forth = read(b"b a\n5 b\n10 5\n", 100);
    let back = read(b"10 5\n5 b\nb a\n", 100);
    assert_eq!(forth.1, back.1);
}

proptest! {
    #[test]
    fn fuzz_any_bytes_are_read_whatever_the_pieces(bytes in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b' '), Just(b'1'), Just(b','), any::<u8>()], 0..300), piece in 1usize..50) {
        let (one, built) = read(&bytes, 1000);
        let (other, same) = read(&bytes, piece);
        prop_assert_eq!((one.lines, one.pairs, &one.rejected), (other.lines, other.pairs, &other.rejected));
        prop_assert_eq!(built, same);
    }
}
