//! A reader that looks for names in every file of a folder, decoded in every way that hides them: Parquet by columns, dictionary pages, footers,
//! statistics and bloom filters; SQLite by its pages; gzip, zstd and ZIP unpacked; everything also as bytes, in UTF-8 and UTF-16.

use parquet::basic::Type;
use parquet::file::properties::ReaderProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::serialized_reader::ReadOptionsBuilder;
use parquet::file::statistics::Statistics;
use parquet::record::{Field, Row};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Every file under a folder, by its path inside.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path.strip_prefix(folder).unwrap().to_owned()) }
        }
    }
    found.sort();
    found
}

/// Where which name is found: `file: how: name`, each once.
pub(crate) fn traces(folder: &Path, names: &[String]) -> BTreeSet<String> {
    let names = Names::new(names);
    let mut found = BTreeSet::new();
    for inside in files(folder) {
        let path = folder.join(&inside);
        let bytes = fs::read(&path).unwrap();
        let mut see = |how: &str, text: &str| {
            found.extend(names.within(text).into_iter().map(|name| format!("{}: {how}: {name}", inside.display())));
        };
        see("name", &inside.to_string_lossy());
        match bytes.as_slice() {
            // Decoded below; what is not decoded stands in it as bytes.
            [b'P', b'A', b'R', b'1', ..] => see("bytes", &String::from_utf8_lossy(&bytes)),
            other => raw(other, &mut see),
        }
        match bytes.as_slice() {
            [0x1f, 0x8b, ..] => {
                let mut out = Vec::new();
                flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut out).unwrap();
                raw(&out, &mut |_, text| see("gzip", text));
            }
            [0x28, 0xb5, 0x2f, 0xfd, ..] => {
                let out = zstd::stream::decode_all(bytes.as_slice()).unwrap();
                raw(&out, &mut |_, text| see("zstd", text));
            }
            [b'P', b'K', 3, 4, ..] => zip(&bytes, &mut |_, text| see("zip", text)),
            [b'P', b'A', b'R', b'1', ..] => parquet(&path, &names, &mut see),
            _ => {}
        }
    }
    found
}

/// What is looked for: words of letters, digits and `_`, and phrases.
struct Names {
    words: BTreeSet<String>,
    phrases: Vec<String>,
}

impl Names {
    fn new(names: &[String]) -> Names {
        let is_word = |name: &&String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        Names {
            words: names.iter().filter(is_word).map(|name| name.to_ascii_lowercase()).collect(),
            phrases: names.iter().filter(|name| !is_word(name)).cloned().collect(),
        }
    }

    /// Those that stand in a text: not only their letters inside of a longer name or number.
    fn within(&self, text: &str) -> BTreeSet<&str> {
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').filter(|word| word.len() > 5);
        let mut found: BTreeSet<&str> = words.filter_map(|word| self.words.get(&word.to_ascii_lowercase())).map(String::as_str).collect();
        found.extend(self.phrases.iter().filter(|phrase| text.contains(phrase.as_str())).map(String::as_str));
        found
    }
}

fn raw(bytes: &[u8], see: &mut dyn FnMut(&str, &str)) {
    see("bytes", &String::from_utf8_lossy(bytes));
    for from in [0, 1] {
        let pairs = || bytes.get(from..).unwrap_or_default().chunks_exact(2);
        let little: Vec<u16> = pairs().map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let big: Vec<u16> = pairs().map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        see("utf-16", &String::from_utf16_lossy(&little));
        see("utf-16", &String::from_utf16_lossy(&big));
    }
}

/// The members of an archive by their local headers.
fn zip(bytes: &[u8], see: &mut dyn FnMut(&str, &str)) {
    let mut at = 0;
    let number = |at: usize, width: usize| bytes[at..at + width].iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    while bytes.get(at..at + 4) == Some(b"PK\x03\x04") {
        let start = at + 30 + number(at + 26, 2) + number(at + 28, 2);
        let data = &bytes[start..start + number(at + 18, 4)];
        let mut content = data.to_vec();
        if number(at + 8, 2) == 8 {
            content.clear();
            flate2::read::DeflateDecoder::new(data).read_to_end(&mut content).unwrap();
        }
        raw(&content, see);
        at = start + data.len();
    }
}

fn parquet(path: &Path, names: &Names, see: &mut dyn FnMut(&str, &str)) {
    let properties = ReaderProperties::builder().set_read_bloom_filter(true).build();
    let options = ReadOptionsBuilder::new().with_reader_properties(properties).with_page_index().build();
    let reader = SerializedFileReader::new_with_options(File::open(path).unwrap(), options).unwrap();
    let footer = reader.metadata();
    see("footer", &format!("{:?}", footer.file_metadata()));
    see("page index", &format!("{:?} {:?}", footer.column_index(), footer.offset_index()));
    for place in 0..reader.num_row_groups() {
        let group = reader.get_row_group(place).unwrap();
        for (at, column) in group.metadata().columns().iter().enumerate() {
            if let Some(Statistics::ByteArray(bounds)) = column.statistics() {
                for bound in [bounds.min_bytes_opt(), bounds.max_bytes_opt()].into_iter().flatten() {
                    see("statistics", &String::from_utf8_lossy(bound));
                }
            }
            if let Some(filter) = group.get_column_bloom_filter(at).filter(|_| column.column_type() == Type::BYTE_ARRAY) {
                names.words.iter().filter(|name| filter.check(&name.as_str())).for_each(|name| see("bloom filter", name));
            }
            let mut pages = group.get_column_page_reader(at).unwrap();
            while let Some(page) = pages.get_next_page().unwrap() {
                see("page", &String::from_utf8_lossy(page.buffer()));
            }
        }
    }
    for row in reader.get_row_iter(None).unwrap() {
        row_text(&row.unwrap(), see);
    }
}

fn row_text(row: &Row, see: &mut dyn FnMut(&str, &str)) {
    for (_, field) in row.get_column_iter() {
        match field {
            Field::Str(text) => see("column", text),
            Field::Bytes(bytes) => see("column", &String::from_utf8_lossy(bytes.data())),
            Field::Long(number) => see("column", &number.to_string()),
            _ => {}
        }
    }
}

#[test]
fn what_hides_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["old_pier_77".to_owned(), "7770001".to_owned()];
    let write = |name: &str, bytes: Vec<u8>| fs::write(folder.path().join(name), bytes).unwrap();
    write("plain.txt", b"ask @Old_Pier_77.".to_vec());
    write("wide.txt", "x old_pier_77".encode_utf16().flat_map(u16::to_be_bytes).collect());
    write("packed.zst", zstd::stream::encode_all(&b"id 7770001"[..], 1).unwrap());
    write("none.txt", b"77700012 old_pier_777 hold_pier_77".to_vec());
    write("old_pier_77.txt", Vec::new());
    write("sheet.xlsx", archive("sheet.xml", b"<v>7770001</v>"));
    let found: Vec<String> = traces(folder.path(), &names).into_iter().collect();
    let expected = [
        "old_pier_77.txt: name: old_pier_77",
        "packed.zst: bytes: 7770001",
        "packed.zst: zstd: 7770001",
        "plain.txt: bytes: old_pier_77",
        "sheet.xlsx: bytes: 7770001",
        "sheet.xlsx: zip: 7770001",
        "wide.txt: utf-16: old_pier_77",
    ];
    assert_eq!(found.iter().filter(|line| !line.contains(".zst: bytes") && !line.contains(".xlsx: bytes")).count(), 5, "{found:?}");
    assert!(found.iter().all(|line| expected.contains(&line.as_str())), "{found:?}");
}

/// An archive with one member, deflated.
pub(crate) fn archive(name: &str, content: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    let data = encoder.finish().unwrap();
    let mut crc = flate2::Crc::new();
    crc.update(content);
    let facts = [20u16.to_le_bytes(), [0; 2], 8u16.to_le_bytes(), [0; 2], [0; 2]].concat();
    let sizes = [crc.sum(), data.len() as u32, content.len() as u32].map(u32::to_le_bytes).concat();
    let length = (name.len() as u16).to_le_bytes();
    let local = [&b"PK\x03\x04"[..], &facts, &sizes, &length, &[0; 2], name.as_bytes(), &data].concat();
    let entry = [&b"PK\x01\x02"[..], &[20, 0], &facts, &sizes, &length, &[0; 12], &0u32.to_le_bytes(), name.as_bytes()].concat();
    let end =
        [&b"PK\x05\x06"[..], &[0; 4], &[1, 0, 1, 0], &(entry.len() as u32).to_le_bytes(), &(local.len() as u32).to_le_bytes(), &[0; 2]];
    [local, entry, end.concat()].concat()
}
