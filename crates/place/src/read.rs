//! Reading a profile string: words, segments, and what of them the gazetteer knows.

use crate::fold::push_char;
use crate::table::{Kind, Table, flag};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Bytes of a profile that are read; platforms allow far fewer.
const LONGEST: usize = 2000;

/// One word of the folded text.
#[derive(Debug, Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
    segment: u16,
    upper: bool,
}

/// Something in the text that names a place.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    pub(crate) flags: u64,
    /// (place, prior share among the senses, whether the key is the place's first name).
    pub(crate) senses: Vec<(u16, f64, bool)>,
    pub(crate) segment: u16,
    pub(crate) chars: usize,
    /// Announced by a preposition, a word of origin or a word of living (bits of `flag`).
    pub(crate) announced: u64,
    pub(crate) code: bool,
    pub(crate) first: bool,
    pub(crate) arabic: bool,
}

/// How much of a segment the gazetteer explains.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Segment {
    pub(crate) unknown: usize,
    pub(crate) unknown_words: usize,
    pub(crate) kill: bool,
}

/// What a profile string says.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) mentions: Vec<Mention>,
    pub(crate) segments: Vec<Segment>,
    pub(crate) flags: Vec<[u8; 2]>,
    pub(crate) phones: Vec<u16>,
}

/// Reads the text. Linear in its length, which is cut at 2,000 bytes.
pub(crate) fn read(table: &Table, text: &str) -> Reading {
    let mut cut = text.len().min(LONGEST);
    while !text.is_char_boundary(cut) {
        cut -= 1;
    }
    let mut reading = Reading::default();
    let text = without_marks(table, &text[..cut], &mut reading.phones);
    let text = text.as_ref();
    if !text.is_ascii() {
        read_flags(text, &mut reading.flags);
    }
    read_phones(table, text, &mut reading.phones);
    let (folded, words) = split(text);
    reading.segments = vec![Segment::default(); words.last().map_or(0, |word| usize::from(word.segment) + 1)];
    find(table, &folded, &words, &mut reading);
    reading
}

/// How the mark of a telephone number begins that was masked before the profile was sealed; the country of its range and a tag follow.
const MARK: &str = "masked://phone/";

/// The text without marks of masked numbers, whose words name no place; the countries of their ranges are read as calling codes.
fn without_marks<'t>(table: &Table, text: &'t str, out: &mut Vec<u16>) -> Cow<'t, str> {
    if !text.contains(MARK) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split(MARK);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let place = part.get(..2).and_then(|country| code_place(table, country));
        out.extend(place.filter(|place| !out.contains(place)));
        let rest = part.find(|c: char| !(c.is_ascii_alphanumeric() || c == '/')).and_then(|end| part.get(end..));
        plain.push_str(rest.unwrap_or_default());
    }
    Cow::Owned(plain)
}

/// Flags: pairs of regional indicators, and the three flags of Great Britain's nations.
fn read_flags(text: &str, out: &mut Vec<[u8; 2]>) {
    let mut half: Option<u8> = None;
    for c in text.chars() {
        if let Some(letter) = u32::from(c).checked_sub(0x1f1e6).filter(|&n| n < 26).and_then(|n| u8::try_from(n).ok()) {
            half = match half {
                Some(first) => {
                    let code = [first, b'A' + letter];
                    if !out.contains(&code) {
                        out.push(code);
                    }
                    None
                }
                None => Some(b'A' + letter),
            };
        } else {
            half = None;
            if c == '\u{1f3f4}' && text.contains("\u{e0067}\u{e0062}") && !out.contains(b"GB") {
                out.push(*b"GB");
            }
        }
    }
}

/// Calling codes: `+` or `00`, then 1 to 15 digits with blanks, dashes and brackets between them. Only the country's code is looked at.
fn read_phones(table: &Table, text: &str, out: &mut Vec<u16>) {
    let plus = text.contains(['+', '＋']);
    let zeros = text.contains("00") || text.contains("٠٠");
    if !plus && !zeros {
        return;
    }
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let mut digits = String::new();
        let mut end = at;
        while end < chars.len() {
            match ascii_digit(chars[end]) {
                Some(digit) => digits.push(digit),
                None if matches!(chars[end], ' ' | '-' | '(' | ')' | '.') && !digits.is_empty() => {}
                None => break,
            }
            end += 1;
        }
        if !digits.is_empty() {
            let before = at.checked_sub(1).and_then(|index| chars.get(index));
            // Right-to-left text often puts the plus sign behind the number.
            let marked = matches!(before, Some('+' | '＋')) || (matches!(chars.get(end), Some('+' | '＋')) && digits.len() > 8);
            let number = match digits.strip_prefix("00") {
                Some(rest) if rest.len() >= 9 => Some(rest),
                _ if marked => Some(digits.as_str()),
                _ => None,
            };
            if let Some(place) = number.filter(|n| n.len() <= 15).and_then(|number| calling_code(table, number))
                && !out.contains(&place)
            {
                out.push(place);
            }
        }
        at = end.max(at + 1);
    }
}

fn ascii_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '٠'..='٩' => char::from_digit(u32::from(c) - 0x660, 10),
        '۰'..='۹' => char::from_digit(u32::from(c) - 0x6f0, 10),
        _ => None,
    }
}

/// The one country of the longest code that the number begins with; codes that several share say nothing, but for Russia and Britain,
/// whose partners have ranges of their own.
fn calling_code(table: &Table, number: &str) -> Option<u16> {
    if number.starts_with("76") || number.starts_with("77") {
        return code_place(table, "KZ");
    }
    for (prefix, country) in
        [("7", "RU"), ("44", "GB"), ("47", "NO"), ("61", "AU"), ("39", "IT"), ("212", "MA"), ("358", "FI"), ("262", "RE"), ("599", "CW")]
    {
        if number.starts_with(prefix) {
            return code_place(table, country);
        }
    }
    let longest = number.len().min(4);
    for length in (1..=longest).rev() {
        let key = format!("\u{2}{}", &number[..length]);
        if let Some(value) = table.get(key.as_bytes()) {
            let mut senses = table.senses(value);
            let first = senses.next()?;
            return senses.next().is_none().then_some(first.0);
        }
    }
    None
}

/// The country of an ISO 3166-1 code, as a place.
pub(crate) fn code_place(table: &Table, code: &str) -> Option<u16> {
    let key = format!("\u{1}{}", code.to_ascii_lowercase());
    let value = table.get(key.as_bytes())?;
    table.senses(value).map(|(place, _)| place).find(|&place| table.place(place).kind == Kind::Country)
}

/// Folds the text and cuts it into words and segments.
fn split(text: &str) -> (String, Vec<Word>) {
    let mut folded = String::with_capacity(text.len() + 8);
    let mut words: Vec<Word> = Vec::with_capacity(8);
    let (mut segment, mut start, mut upper, mut parted) = (0u16, 0usize, true, true);
    let mut previous = ' ';
    let mut close = |folded: &mut String, start: &mut usize, upper: &mut bool, segment: u16| {
        while folded.len() > *start && folded.ends_with(' ') {
            folded.pop();
        }
        if folded.len() > *start {
            words.push(Word { start: *start, end: folded.len(), segment, upper: *upper });
            folded.push(' ');
        }
        *start = folded.len();
        *upper = true;
    };
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let dash = matches!(c, '-' | '–' | '—' | '_') && (previous == ' ' || chars.peek().is_none_or(|&n| n == ' '));
        if dash || is_separator(c) {
            close(&mut folded, &mut start, &mut upper, segment);
            if !parted {
                segment = segment.saturating_add(1);
                parted = true;
            }
        } else if c.is_ascii() {
            push_char(c, &mut folded);
            upper &= !c.is_ascii_lowercase();
        } else {
            for part in std::iter::once(c).nfkd() {
                push_char(part, &mut folded);
            }
            upper &= !c.is_lowercase();
        }
        if folded.len() > start {
            if folded.ends_with(' ') {
                close(&mut folded, &mut start, &mut upper, segment);
            } else {
                parted = false;
            }
        } else if folded.ends_with(' ') || folded.is_empty() {
            start = folded.len();
        }
        previous = c;
    }
    close(&mut folded, &mut start, &mut upper, segment);
    (folded, words)
}

fn is_separator(c: char) -> bool {
    match c {
        ',' | '/' | '|' | ';' | ':' | '(' | ')' | '[' | ']' | '\n' | '\t' | '\\' | '~' | '"' | '&' | '+' | '!' | '?' | '*' | '>' | '<'
        | '=' | '#' | '@' => true,
        '،' | '؛' | '؟' | '·' | '•' | '●' | '→' | '«' | '»' | '¿' | '¡' | '、' | '，' => true,
        c => matches!(u32::from(c), 0x2190..=0x2bff | 0x1f000..=0x1faff),
    }
}

/// Finds the longest keys, left to right.
fn find(table: &Table, folded: &str, words: &[Word], reading: &mut Reading) {
    let (mut at, mut announced) = (0, 0u64);
    let mut segment = u16::MAX;
    while at < words.len() {
        let word = words[at];
        if word.segment != segment {
            segment = word.segment;
            announced = 0;
        }
        let first = at == 0 || words[at - 1].segment != segment;
        let key = &folded[word.start..word.end];
        let (count, value) =
            longest(table, folded, words, at).or_else(|| inflected(table, key, announced).map(|v| (1, v))).unwrap_or((0, 0));
        let bits = value & ((1 << flag::BITS) - 1);
        let senses = count > 0 && value >> flag::BITS != 0;
        let span = &words[at..at + count.max(1)];
        let last = at + count.max(1) == words.len() || words[at + count.max(1)].segment != segment;
        let chars = folded[word.start..span[span.len() - 1].end].chars().count();
        if bits & flag::KILL != 0 {
            reading.segments[usize::from(segment)].kill = true;
            announced = 0;
        } else if senses {
            let senses = weigh(table, value);
            reading.mentions.push(Mention {
                flags: bits,
                senses,
                segment,
                chars,
                announced,
                code: false,
                first,
                arabic: key.starts_with(|c| ('\u{600}'..'\u{700}').contains(&c)),
            });
            announced = 0;
        } else if let Some(mention) = code(table, key, word, last, !reading.mentions.is_empty(), bits) {
            reading.mentions.push(Mention { first, ..mention });
            announced = 0;
        } else if bits & flag::FILL != 0 && bits & flag::BEYOND == 0 {
            announced = if bits & flag::IN != 0 { bits } else { announced };
        } else if !key.bytes().all(|b| b.is_ascii_digit()) {
            let seen = &mut reading.segments[usize::from(segment)];
            seen.unknown += chars;
            seen.unknown_words += 1;
            announced = 0;
        }
        at += count.max(1);
    }
}

/// The longest key that starts at a word and stays in its segment: how many words, and its value.
fn longest(table: &Table, folded: &str, words: &[Word], at: usize) -> Option<(usize, u64)> {
    let fst = &table.names;
    let bytes = folded.as_bytes();
    let mut node = fst.root();
    let mut output = 0u64;
    let mut best = None;
    for (index, word) in words[at..].iter().enumerate().take(7) {
        if word.segment != words[at].segment {
            break;
        }
        let from = if index == 0 { word.start } else { word.start - 1 };
        for &byte in &bytes[from..word.end] {
            let Some(found) = node.find_input(byte) else { return best };
            let transition = node.transition(found);
            output += transition.out.value();
            node = fst.node(transition.addr);
        }
        if node.is_final() {
            best = Some((index + 1, output + node.final_output().value()));
        }
    }
    best
}

/// Case endings: Russian after a preposition, and the Arabic prefixes for in, for and and.
fn inflected(table: &Table, key: &str, announced: u64) -> Option<u64> {
    let first = key.chars().next()?;
    let known = |text: &str| table.get(text.as_bytes()).filter(|value| value >> flag::BITS != 0 && value & flag::COMMON == 0);
    if ('а'..='я').contains(&first) && announced & flag::IN != 0 && key.chars().count() >= 4 {
        for (ending, nominatives) in [
            ("ии", &["ия"][..]),
            ("е", &["", "а"]),
            ("и", &["ь", "а", "ы"]),
            ("ы", &["а"]),
            ("а", &[""]),
            ("у", &["а", ""]),
            ("ом", &[""]),
            ("ах", &["ы"]),
        ] {
            if let Some(stem) = key.strip_suffix(ending)
                && let Some(value) = nominatives.iter().find_map(|nominative| known(&format!("{stem}{nominative}")))
            {
                return Some(value);
            }
        }
    }
    if ('ا'..='ي').contains(&first) && key.chars().count() >= 6 {
        for prefix in ["بال", "وال", "فال"] {
            if let Some(stem) = key.strip_prefix(prefix) {
                return known(&format!("ال{stem}"));
            }
        }
        if let Some(stem) = key.strip_prefix("لل") {
            return known(&format!("ال{stem}"));
        }
    }
    None
}

/// Codes: two letters for a country or region, in capitals or behind a place.
fn code(table: &Table, key: &str, word: Word, last: bool, behind: bool, bits: u64) -> Option<Mention> {
    let short = (2..=3).contains(&key.len()) && key.is_ascii() && key.bytes().all(|b| b.is_ascii_alphabetic());
    if !short || !last || !(word.upper || (behind && bits & flag::FILL == 0)) || !(behind || bits & flag::FILL == 0) {
        return None;
    }
    let mut marked = [0u8; 4];
    marked[0] = 1;
    marked[1..=key.len()].copy_from_slice(key.as_bytes());
    let value = table.get(&marked[..=key.len()])?;
    // Letters are short for a place whatever its size.
    let mut senses = weigh(table, value);
    let share = 1.0 / senses.len().max(1) as f64;
    for sense in &mut senses {
        sense.1 = share;
    }
    let mention =
        Mention { flags: 0, senses, segment: word.segment, chars: key.len(), announced: 0, code: true, first: false, arabic: false };
    Some(mention)
}

/// The senses of a key with their prior shares, largest first.
fn weigh(table: &Table, value: u64) -> Vec<(u16, f64, bool)> {
    let mut senses: Vec<(u16, f64, bool)> = table
        .senses(value)
        .map(|(place, bits)| (place, table.place(place).weight() * if bits & 2 == 0 { 1.0 } else { 1000.0 }, bits & 1 != 0))
        .collect();
    let total: f64 = senses.iter().map(|sense| sense.1).sum();
    for sense in &mut senses {
        sense.1 /= total;
    }
    senses.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    senses
}
