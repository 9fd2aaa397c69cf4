//! Which language a short text is in, with an honest doubt.

mod arabizi;
mod clean;
mod table;

use arabizi::Signs;
use std::sync::OnceLock;
use table::{MAX_LANGUAGES, Table};

/// The model's version: it changes whenever the same text could get another answer.
pub const MODEL_VERSION: u32 = 2;

/// The code for "not determined" (ISO 639-2).
pub const UND: &str = "und";

/// Below this probability of being right the answer is [`UND`].
const HONEST: f32 = 0.5;

/// Letters read of one text: more decide nothing, and a sum of bytes cannot overflow.
const LETTERS: usize = 1_000;

/// Confidence of an answer by the rule for Arabizi: its precision on an invented list (docs/methods/language.md), with a doubt for what the
/// list does not hold.
const ARABIZI: f32 = 0.9;

/// The model, made by crates/text/train/train.py.
static MODEL: &[u8] = include_bytes!("language/model.bin");

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Language {
    /// ISO 639-1 code, 639-3 where there is none (`ckb`), or [`UND`].
    pub lang: &'static str,
    /// Estimated probability that `lang` is right, 0 to 1; for [`UND`] that of the best guess that was withheld.
    pub confidence: f32,
    /// Arabic written in Latin letters and digits; `lang` is `ar` then.
    pub arabizi: bool,
}

impl Language {
    const NOTHING: Language = Language { lang: UND, confidence: 0.0, arabizi: false };
}

/// Identifies languages; holds the tables of the built-in model.
///
/// A text's script decides first. Where several served languages share a script, every frequent word adds a score for each language, and
/// every n-gram of two to five letters of another word does; the best sum wins. Scores are log-probabilities, corrected so that the
/// training texts come out right (docs/methods/language.md). Mentions, links, hashtag signs and emoji are left out. Confidence is a logistic
/// function of the lead over the second language, the number of letters and the share of them that the model knows, fitted on held-out text.
#[derive(Debug)]
pub struct Identifier {
    tables: Vec<Table>,
}

impl Identifier {
    /// The identifier with the built-in model; the tables are laid out once per process, in milliseconds.
    #[must_use]
    pub fn built_in() -> &'static Identifier {
        static BUILT: OnceLock<Identifier> = OnceLock::new();
        BUILT.get_or_init(|| Identifier { tables: Table::read_all(MODEL) })
    }

    /// Every language that can be answered, sorted.
    #[must_use]
    pub fn languages(&self) -> Vec<&'static str> {
        let mut all: Vec<&'static str> = self.tables.iter().flat_map(|table| table.languages().iter().copied()).collect();
        all.extend(Script::ALL.iter().filter_map(|script| script.only_language()));
        all.extend(["ja", "zh"]);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The language of one text. Linear in its first thousand letters; no allocation beyond a small buffer.
    #[must_use]
    pub fn identify(&self, text: &str) -> Language {
        let mut words = Words::default();
        clean::letters(text, &mut words);
        let Some((script, count)) = words.script() else { return Language::NOTHING };
        let share = count as f32 / words.total as f32;
        if let Some(lang) = script.only_language() {
            return certain(lang, count, share);
        }
        if script == Script::Han || script == Script::Kana {
            let kana = words.counts[Script::Kana as usize];
            return certain(if kana * 20 >= count { "ja" } else { "zh" }, count, share);
        }
        let Some(table) = script.table().and_then(|at| self.tables.get(at)) else { return Language::NOTHING };
        let mut sums = [0_u32; MAX_LANGUAGES];
        let (hits, known) = table.add(&words.letters, &mut sums);
        let (best, lead) = table.best(&sums);
        let confidence = if hits == 0 { 0.0 } else { confidence(lead, count, known as f32 / words.total as f32) * share };
        if script == Script::Latin && Signs::of(text).are_arabizi(confidence) {
            return Language { lang: "ar", confidence: ARABIZI, arabizi: true };
        }
        let lang = if confidence < HONEST { UND } else { best };
        Language { lang, confidence, arabizi: false }
    }
}

/// A language that its script alone decides: sure as soon as there are a few letters.
fn certain(lang: &'static str, letters: u32, share: f32) -> Language {
    let confidence = 0.99 * share * (1.0 - 0.5 / letters as f32);
    Language { lang: if confidence < HONEST { UND } else { lang }, confidence, arabizi: false }
}

/// Probability that the best language is right, from its lead in nats, the number of letters and the share of them that the table knows.
fn confidence(lead: f32, letters: u32, known: f32) -> f32 {
    let [bias, slope, length, share] = CONFIDENCE;
    let logit = bias + slope * lead.max(0.0).sqrt() + length * (letters as f32).ln() + share * known.min(1.0);
    1.0 / (1.0 + (-logit).exp())
}

/// Coefficients of [`confidence`], as crates/text/train/develop.py fits them.
const CONFIDENCE: [f32; 4] = [-3.461, 0.914, -0.285, 2.938];

/// The scripts that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
    Han,
    Kana,
    Hangul,
    Greek,
    Hebrew,
    Armenian,
    Georgian,
    Bengali,
    Gurmukhi,
    Gujarati,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Sinhala,
    Thai,
    Lao,
    Myanmar,
    Khmer,
    Other,
}

impl Script {
    const ALL: [Script; 24] = [
        Script::Latin,
        Script::Cyrillic,
        Script::Arabic,
        Script::Devanagari,
        Script::Han,
        Script::Kana,
        Script::Hangul,
        Script::Greek,
        Script::Hebrew,
        Script::Armenian,
        Script::Georgian,
        Script::Bengali,
        Script::Gurmukhi,
        Script::Gujarati,
        Script::Tamil,
        Script::Telugu,
        Script::Kannada,
        Script::Malayalam,
        Script::Sinhala,
        Script::Thai,
        Script::Lao,
        Script::Myanmar,
        Script::Khmer,
        Script::Other,
    ];

    /// The script of a letter or mark, by Unicode block.
    fn of(c: char) -> Script {
        match u32::from(c) {
            0x41..=0x24f | 0x300..=0x36f | 0x1e00..=0x1eff => Script::Latin,
            0x370..=0x3ff | 0x1f00..=0x1fff => Script::Greek,
            0x400..=0x52f => Script::Cyrillic,
            0x530..=0x58f => Script::Armenian,
            0x590..=0x5ff => Script::Hebrew,
            0x600..=0x6ff | 0x750..=0x77f | 0xfb50..=0xfdff | 0xfe70..=0xfeff => Script::Arabic,
            0x900..=0x97f => Script::Devanagari,
            0x980..=0x9ff => Script::Bengali,
            0xa00..=0xa7f => Script::Gurmukhi,
            0xa80..=0xaff => Script::Gujarati,
            0xb80..=0xbff => Script::Tamil,
            0xc00..=0xc7f => Script::Telugu,
            0xc80..=0xcff => Script::Kannada,
            0xd00..=0xd7f => Script::Malayalam,
            0xd80..=0xdff => Script::Sinhala,
            0xe00..=0xe7f => Script::Thai,
            0xe80..=0xeff => Script::Lao,
            0x1000..=0x109f => Script::Myanmar,
            0x10a0..=0x10ff | 0x1c90..=0x1cbf => Script::Georgian,
            0x1100..=0x11ff | 0x3130..=0x318f | 0xac00..=0xd7af => Script::Hangul,
            0x1780..=0x17ff => Script::Khmer,
            0x3040..=0x30ff | 0x31f0..=0x31ff | 0xff66..=0xff9f => Script::Kana,
            0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff => Script::Han,
            _ => Script::Other,
        }
    }

    /// The one served language of a script, where there is only one.
    fn only_language(self) -> Option<&'static str> {
        Some(match self {
            Script::Hangul => "ko",
            Script::Greek => "el",
            Script::Hebrew => "he",
            Script::Armenian => "hy",
            Script::Georgian => "ka",
            Script::Bengali => "bn",
            Script::Gurmukhi => "pa",
            Script::Gujarati => "gu",
            Script::Tamil => "ta",
            Script::Telugu => "te",
            Script::Kannada => "kn",
            Script::Malayalam => "ml",
            Script::Sinhala => "si",
            Script::Thai => "th",
            Script::Lao => "lo",
            Script::Myanmar => "my",
            Script::Khmer => "km",
            _ => return None,
        })
    }

    /// Where the model's table of a script stands.
    fn table(self) -> Option<usize> {
        match self {
            Script::Latin => Some(0),
            Script::Cyrillic => Some(1),
            Script::Arabic => Some(2),
            Script::Devanagari => Some(3),
            _ => None,
        }
    }
}

/// The letters of a text in lower case, a zero after every word, and how many there are of each script.
#[derive(Default)]
struct Words {
    letters: Vec<u32>,
    counts: [u32; 24],
    total: u32,
}

impl Words {
    fn push(&mut self, c: char) {
        let script = Script::of(c);
        self.counts[script as usize] += 1;
        self.total += 1;
        self.letters.push(u32::from(c));
    }

    fn end_word(&mut self) {
        if self.letters.last().is_some_and(|last| *last != 0) {
            self.letters.push(0);
        }
    }

    fn is_full(&self) -> bool {
        self.total as usize >= LETTERS
    }

    /// The script with most letters and how many it has; Han and kana count as one.
    fn script(&self) -> Option<(Script, u32)> {
        let mut counts = self.counts;
        counts[Script::Han as usize] += counts[Script::Kana as usize];
        let mut best = (Script::Other, 0);
        for script in Script::ALL {
            if counts[script as usize] > best.1 && script != Script::Other {
                best = (script, counts[script as usize]);
            }
        }
        (best.1 > 0).then_some(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_64;

    #[test]
    fn another_model_has_another_version() {
        // A new model.bin: raise MODEL_VERSION, then write both here.
        assert_eq!((MODEL_VERSION, format!("{:016x}", xxh3_64(MODEL))), (2, "57976c161f3eff1e".to_owned()));
    }

    #[test]
    fn the_model_is_read_to_its_end() {
        let tables = Table::read_all(MODEL);
        assert_eq!(tables.iter().map(|table| table.languages().len()).collect::<Vec<_>>(), [50, 10, 7, 3]);
        assert!(MODEL.starts_with(b"MLID\x02\0\0\0") && MODEL.len() < 10_000_000);
    }
}
