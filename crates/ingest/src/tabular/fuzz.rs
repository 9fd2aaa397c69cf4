//! Mutated samples of every format of rows: nothing panics, every byte is passed, and what comes out stands where a line starts.
//! `MARSAD_FUZZ_CASES` sets the cases per format (1000).

use super::testing::read;
use crate::{Error, Mapping, Options};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const PIECES: [&[u8]; 20] = [
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"#",
    b"@",
    b"https://t.co/",
    b"9.06E+17",
    b"-9223372036854775808",
    b"1e999",
    b"{",
    b"]",
];

fn mutate(bytes: &mut Vec<u8>, random: &mut impl Rng) {
    for _ in 0..random.random_range(1..5) {
        if bytes.is_empty() {
            return;
        }
        let at = random.random_range(0..bytes.len());
        let end = (at + random.random_range(1..64)).min(bytes.len());
        let piece = PIECES[random.random_range(0..PIECES.len())];
        match random.random_range(0..5) {
            0 => bytes[at] ^= 1 << random.random_range(0..8),
            1 => drop(bytes.drain(at..end)),
            2 => drop(bytes.splice(at..at, piece.iter().copied())),
            3 => drop(bytes.splice(at..end, piece.iter().copied())),
            _ => bytes.truncate(at),
        }
    }
}

fn run(sample: &str, mapping: Option<&str>, seed: u64) {
    let cases = std::env::var("MARSAD_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1000);
    let mapping = mapping.map(|mapping| Mapping::from_toml(mapping).unwrap());
    let mut understood = 0;
    for case in 0..cases {
        let mut random = ChaCha8Rng::seed_from_u64(seed ^ case);
        let mut bytes = sample.as_bytes().to_vec();
        mutate(&mut bytes, &mut random);
        let limit = if case % 2 == 0 { 1 << 20 } else { 120 };
        let options = Options { mapping: mapping.clone(), max_line_bytes: limit, ..Options::default() };
        match read(&bytes, &options) {
            Ok(seen) => {
                understood += 1;
                assert_eq!(seen.bytes, bytes.len() as u64, "case {case}");
                let rejects = seen.records.iter().filter(|record| record.starts_with("reject ")).count() as u64;
                assert_eq!(rejects, seen.rejects, "case {case}");
                for locus in &seen.loci {
                    let at = usize::try_from(locus.byte).unwrap();
                    // A carriage return alone ends a row too.
                    assert!(at == 0 || matches!(bytes[at - 1], b'\n' | b'\r'), "case {case}");
                    let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
                    assert_eq!(line, locus.line, "case {case}");
                }
            }
            Err(Error::UnknownFormat { .. } | Error::Mapping { .. }) => {}
            Err(error) => panic!("case {case}: {error}"),
        }
        if let Ok(draft) = crate::suggest::draft(&bytes, true) {
            // A suggestion may lack an author that the user has to name, and is sound otherwise.
            let sound = Mapping::from_toml(&draft).map_err(|error| error.to_string());
            assert!(
                sound.as_ref().is_ok_and(|_| true)
                    || sound.as_ref().is_err_and(|error| error.contains("lacks") || error.contains("no record")),
                "case {case}: {sound:?}\n{draft}"
            );
        }
    }
    assert!(understood * 4 > cases, "most mutants are still of their format: {understood} of {cases}");
}

#[test]
fn mutated_ira_rows() {
    let header = "author_id,content,region,language,publish_date,harvested_date,following,followers,updates,post_type,retweet";
    let row =
        "Miller,\"Bread, #fresh\nfrom the mill https://t.co/abc\",Unknown,Russian,2016-08-22 10:28:00,2016-08-22 10:29:00,10,20,30,,0";
    let repost = "Miller,RT @Baker: bread,Iraq,Arabic,8/23/2016 10:28,,11,21,31,R,1";
    run(&format!("{header}\n{row}\n{repost}\n{row}\n{repost}\n"), None, 1);
}

#[test]
fn mutated_lists() {
    run("# ours\nmiller\n@Baker  # the second\n\n12345\nhttps://x.com/mill\nfarmer\nsmith\n", None, 2);
    run("follower,followed,date\r\n1,2,2015-03-01\r\n@miller,baker,\r\n3,\"4\",1425211200\r\n", None, 3);
    run("id;checked_at;status\n1;2015-03-01T12:00:00Z;Suspended\n2;1425211200;deleted\n3;;active\n", None, 4);
}

#[test]
fn mutated_mapped_rows() {
    let mapping =
        "platform='x'\n[post]\nid='id'\naccount='who'\ncreated_at='when'\ntext='what'\nlikes='n'\nurls='to'\n[account]\naccount='who'";
    let rows = "id|who|when|what|n|to\n1|@miller|2015-03-01 12:00|\"a | b\"|3|['https://example.org/a', 'b']\n2|baker|1425211200|#x|4.0|\n";
    run(&format!("{rows}{}", rows.lines().skip(1).collect::<Vec<_>>().join("\n")), Some(mapping), 5);
    let mapping = "platform='x'\nheader=false\n[post]\nhandle=1\ntext=2";
    run("miller,bread\nmiller,bread\nbaker,\"flour\nand water\"\n", Some(mapping), 6);
}

#[test]
fn mutated_mapped_json() {
    let mapping = "platform='x'\nformat='ndjson'\n[post]\nid='id'\nhandle='user.name'\ntext='text'\nhashtags='tags[].t'\ncreated_at='at'";
    let line = "{\"id\":123456789012345678,\"user\":{\"name\":\"miller\",\"fans\":3},\"text\":\"a \\ud83d\\ude00 b\",\"tags\":[{\"t\":\"x\"},{\"t\":null}],\"at\":1425211200.5}\n";
    run(&line.repeat(3), Some(mapping), 7);
}
