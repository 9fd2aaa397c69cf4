//! One block of a Twitter export: its records, told apart one by one.

use crate::cut::{Block, INSIDE_VALUE};
use crate::json::{Any, NotJson, parse};
use crate::memory::Memories;
use crate::profiles::Profiles;
use crate::scan::{MAX_DEPTH, Values, is_too_deep};
use crate::shape::{Shape, shape_of};
use crate::tally::Out;
use crate::twitter_v1::{self, Taken};
use crate::twitter_v2;
use memchr::memchr;
use record::{Locus, Reason};

/// How deep pages may stand inside lists on one line.
const MAX_NESTED_LISTS: usize = 4;

/// Reads every record of the block.
pub(crate) fn read_block(block: &Block, v1_first: bool, max_line_bytes: usize, memories: &mut Memories, out: &mut Out<'_>) {
    for reject in &block.rejects {
        out.reject(reject.reason, reject.detail.clone(), reject.locus, reject.bytes);
    }
    out.tally.lines += block.lines;
    out.tally.truncated.clone_from(&block.truncated);
    let mut reader = BlockReader { out, profiles: Profiles::new(memories), v1_first, max_line_bytes };
    match &block.spans {
        Some(spans) => {
            for span in spans {
                reader.record(&block.bytes()[span.start..span.end], span.locus);
            }
        }
        None => reader.lines(block),
    }
    let BlockReader { out, profiles, .. } = reader;
    profiles.put_out(out);
}

/// Where a record stands and how long it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) locus: Locus,
    pub(crate) bytes: u64,
}

struct BlockReader<'a, 'o, 's, 'm> {
    out: &'o mut Out<'s>,
    profiles: Profiles<'a, 'm>,
    v1_first: bool,
    max_line_bytes: usize,
}

impl<'a, 's, 'm> BlockReader<'a, '_, 's, 'm> {
    fn lines(&mut self, block: &'a Block) {
        let mut locus = block.start;
        let mut at = 0;
        let mut noted = block.line_ends.iter();
        while let Some(rest) = block.bytes().get(at..).filter(|rest| !rest.is_empty()) {
            let end = noted.next().and_then(|end| (*end as usize).checked_sub(at)).or_else(|| memchr(b'\n', rest));
            let line = rest.get(..end.map_or(rest.len(), |end| end + 1)).unwrap_or(rest);
            let record = line.trim_ascii();
            if record.len() > self.max_line_bytes {
                let detail = format!("longer than {} bytes; raise `--max-line-bytes` to read it", self.max_line_bytes);
                self.out.reject(Reason::TooLong, detail, locus, record.len() as u64);
            } else if end.is_none() && block.ends_open && ends_inside(record) {
                self.out.reject(Reason::Truncated, "the text ends inside the record", locus, record.len() as u64);
                self.out.tally.truncated = Some(INSIDE_VALUE.into());
            } else if !record.is_empty() {
                self.record(record, locus);
            }
            locus = Locus { line: locus.line + 1, byte: locus.byte + line.len() as u64 };
            at += line.len();
        }
    }

    /// Reads one record.
    fn record(&mut self, raw: &'a [u8], locus: Locus) {
        let record = Record { locus, bytes: raw.len() as u64 };
        let text = simdutf8::basic::from_utf8(raw).ok();
        // The parser bounds the depth by itself; it leaves a line that is too deep, or not sound, to the slower ways below.
        if self.v1_first
            && let Some(text) = text
            && self.v1(record).probable_status(text) == Taken::Yes
        {
            return;
        }
        if is_too_deep(raw) {
            self.reject(Reason::UnknownShape, format!("nested deeper than {MAX_DEPTH} levels"), record);
            return;
        }
        if text.is_none() {
            self.reject(Reason::NotText, NotJson::NotText.detail(), record);
            return;
        }
        if Values::of(raw).next().is_some_and(|only| only.raw.len() == raw.len()) {
            self.value(raw, record, 0);
        } else {
            self.side_by_side(raw, record);
        }
    }

    /// Reads several values on one line. What stands beside them is one reject, however many words it has.
    fn side_by_side(&mut self, raw: &'a [u8], record: Record) {
        let mut is_sound = true;
        for value in Values::of(raw) {
            if matches!(value.raw.first(), Some(b'{' | b'[')) {
                self.value(value.raw, record, 0);
            } else {
                is_sound = false;
            }
        }
        if !is_sound {
            self.reject(Reason::NotJson, NotJson::NotJson.detail(), record);
        }
    }

    fn v1<'b>(&'b mut self, record: Record) -> twitter_v1::Reader<'a, 'b, 's, 'm> {
        twitter_v1::Reader { out: self.out, profiles: &mut self.profiles, record }
    }

    /// Reads one value of a record: what it is tells its shape. `depth` counts the lists around it.
    fn value(&mut self, raw: &'a [u8], record: Record, depth: usize) {
        match shape_of(raw) {
            Shape::V1Status => self.v1(record).status(raw),
            Shape::V1User => self.v1(record).lone_user(raw),
            Shape::V1Page => match self.v1(record).page(raw) {
                Ok(lists) => lists.into_iter().flatten().for_each(|list| self.elements(list.as_bytes(), record, depth)),
                Err((reason, detail)) => self.reject(reason, detail, record),
            },
            Shape::Limit => self.v1(record).limit(raw),
            Shape::V2Page => twitter_v2::Reader { out: self.out, record }.page(raw),
            Shape::V2Tweet => twitter_v2::Reader { out: self.out, record }.lone_tweet(raw),
            Shape::V2User => twitter_v2::Reader { out: self.out, record }.lone_user(raw),
            Shape::Other(kind) => match parse::<Any>(raw) {
                Ok(Any) => self.out.unrepresented(kind, record.locus),
                Err(error) => self.reject(error.into(), error.detail(), record),
            },
            Shape::PlatformError => match parse::<Any>(raw) {
                Ok(Any) => self.reject(Reason::PlatformError, "an error message in place of a record", record),
                Err(error) => self.reject(error.into(), error.detail(), record),
            },
            Shape::Unknown => self.unknown(raw, record, depth),
        }
    }

    fn elements(&mut self, list: &'a [u8], record: Record, depth: usize) {
        if depth >= MAX_NESTED_LISTS {
            self.reject(Reason::UnknownShape, "lists inside lists", record);
            return;
        }
        Values::elements(list).for_each(|element| self.value(element.raw, record, depth + 1));
    }

    fn unknown(&mut self, raw: &'a [u8], record: Record, depth: usize) {
        match parse::<Any>(raw) {
            Ok(Any) if raw.first() == Some(&b'[') => self.elements(raw, record, depth),
            Ok(Any) => self.reject(Reason::UnknownShape, "no post, profile, page or notice of the Twitter API", record),
            Err(error) => self.reject(error.into(), error.detail(), record),
        }
    }

    fn reject(&mut self, reason: Reason, detail: impl Into<String>, record: Record) {
        self.out.reject(reason, detail, record.locus, record.bytes);
    }
}

/// Whether the text breaks off inside its last JSON value.
fn ends_inside(raw: &[u8]) -> bool {
    Values::of(raw).last().is_some_and(|value| value.is_cut)
}
