//! The forms of an Arabic word that begin with particles and end with pronouns or endings, after normalisation for search.

use hashbrown::HashSet;

/// What may stand before the particle: nothing, "and", "so".
const CONJUNCTIONS: [&str; 3] = ["", "و", "ف"];
/// Nothing, prepositions, the future of verbs, the article alone and after prepositions.
const PARTICLES: [&str; 9] = ["", "ب", "ك", "ل", "س", "ال", "بال", "كال", "لل"];
/// The same for words so short that one letter more is another word.
const ARTICLES: [&str; 5] = ["", "ال", "بال", "كال", "لل"];
/// Duals, plurals, the accusative, the feminine, the adjective of origin, pronouns.
const ENDINGS: [&str; 18] = ["", "ا", "ان", "ين", "ون", "وا", "ات", "ي", "يه", "ه", "ها", "هم", "هن", "هما", "ك", "كم", "نا", "ني"];
/// Pronouns after a ta that was a ta marbuta, and after the plural in -at.
const PRONOUNS: [&str; 9] = ["", "ه", "ها", "هم", "هن", "هما", "ك", "كم", "نا"];
/// The fewest letters of a word to which single letters are put.
const LEAST: usize = 3;

/// Whether all characters are letters of normalised Arabic.
pub(super) fn is_arabic(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| matches!(c, 'ا'..='ي'))
}

/// Every form of a normalised word that the rule of `docs/methods/selection.md` knows; the word itself is one of them. About 1,300 at most.
#[must_use]
pub fn forms(word: &str) -> HashSet<String> {
    let letters = |word: &str| word.chars().count();
    let base = word.strip_prefix("ال").filter(|rest| letters(rest) >= LEAST).unwrap_or(word);
    let mut ends: Vec<String> = Vec::new();
    let is_long = letters(base) >= LEAST;
    if is_long {
        ends.extend(ENDINGS.iter().map(|ending| format!("{base}{ending}")));
        ends.extend(PRONOUNS.iter().map(|pronoun| format!("{base}ات{pronoun}")));
        // A ta marbuta, written as ha once normalised, is a ta before what follows.
        if let Some(stem) = base.strip_suffix('ه').filter(|stem| letters(stem) >= LEAST) {
            ends.extend(["ت", "ات"].iter().flat_map(|ta| PRONOUNS.map(|pronoun| format!("{stem}{ta}{pronoun}"))));
            ends.extend(["تي", "تان", "تين"].iter().map(|ending| format!("{stem}{ending}")));
        }
    } else {
        ends.push(base.to_owned());
    }
    let particles = if is_long { &PARTICLES[..] } else { &ARTICLES[..] };
    let conjunctions = if is_long { &CONJUNCTIONS[..] } else { &CONJUNCTIONS[..1] };
    let mut forms: HashSet<String> = HashSet::with_capacity(conjunctions.len() * particles.len() * ends.len() + 1);
    for end in &ends {
        for particle in particles {
            forms.extend(conjunctions.iter().map(|conjunction| format!("{conjunction}{particle}{end}")));
        }
    }
    forms.insert(word.to_owned());
    forms
}
