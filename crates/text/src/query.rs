//! A query over normalised text: which posts are on topic.

mod arabic;
mod parse;

pub use arabic::forms as arabic_forms;
pub use parse::QueryError;

use crate::features::{is_address, is_separator};
use crate::normal::normalise_into;
use hashbrown::{HashMap, HashSet};
use std::fmt;

/// The version of the rules below: it changes whenever the same query could find other texts. What is frozen names it.
pub const QUERY_VERSION: u32 = 1;

/// A query that was read: words, phrases, beginnings of words and hashtags under AND, OR and NOT.
///
/// Language, rules and limits: `docs/methods/selection.md`. Displayed, it is the query in one form whatever its spaces and parentheses were.
#[derive(Clone, Debug)]
pub struct Query {
    tree: Node,
    terms: Vec<Term>,
    /// Terms of one whole word, by that word.
    words: HashMap<String, Vec<usize>>,
    /// Terms of one whole hashtag, by the tag.
    tags: HashMap<String, Vec<usize>>,
    /// The other terms, which are tried one by one.
    others: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Term(usize),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
}

/// What one term asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    /// Words that follow one another.
    Words(Vec<Word>),
    /// A hashtag.
    Tag(Word),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    /// This word.
    Exact(String),
    /// A word that begins so.
    Start(String),
    /// An Arabic word in any of its forms, which are these.
    Forms(String, HashSet<String>),
}

impl Word {
    fn is(&self, word: &str) -> bool {
        match self {
            Word::Exact(own) => own == word,
            Word::Start(start) => word.starts_with(start.as_str()),
            Word::Forms(_, forms) => forms.contains(word),
        }
    }
}

/// Room to read texts in, so that a million of them need no memory each.
#[derive(Clone, Debug, Default)]
pub struct Searched {
    folded: Vec<char>,
    letters: String,
    /// Ends of the words in `letters`, and whether a word is a hashtag.
    words: Vec<(usize, bool)>,
    truths: Vec<bool>,
}

impl Searched {
    /// Reads a text: normalised for search, cut into words. Names and links are passed over.
    fn read(&mut self, text: &str) {
        let Searched { folded, letters, words, .. } = self;
        folded.clear();
        letters.clear();
        words.clear();
        normalise_into(text, folded);
        for piece in folded.split(|c| *c == ' ').filter(|piece| !piece.is_empty() && !is_address(piece)) {
            let mut rest = piece;
            while let Some(start) = rest.iter().position(|c| is_letter(*c) || *c == '#') {
                let is_tag = rest[start] == '#';
                let from = start + usize::from(is_tag);
                let length = rest[from..].iter().take_while(|c| is_letter(**c)).count();
                if length > 0 {
                    letters.extend(&rest[from..from + length]);
                    words.push((letters.len(), is_tag));
                }
                rest = &rest[from + length..];
            }
        }
    }

    fn word(&self, place: usize) -> &str {
        let from = if place == 0 { 0 } else { self.words[place - 1].0 };
        &self.letters[from..self.words[place].0]
    }
}

/// Whether a character belongs to a word. Marks do, emoji and signs do not.
fn is_letter(c: char) -> bool {
    !is_separator(c)
        && c != '#'
        && !c.is_whitespace()
        && !matches!(c, '\u{2060}'..='\u{2bff}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f000}'..='\u{1fbff}' | '\u{20000}'.. if !c.is_alphanumeric())
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// A [`QueryError`] that says what and where.
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        let (tree, terms) = parse::parse(text)?;
        let mut query = Query { tree, terms, words: HashMap::new(), tags: HashMap::new(), others: Vec::new() };
        for (number, term) in query.terms.iter().enumerate() {
            match term {
                Term::Tag(Word::Exact(tag)) => query.tags.entry(tag.clone()).or_default().push(number),
                Term::Words(words) => match words.as_slice() {
                    [Word::Exact(word)] => query.words.entry(word.clone()).or_default().push(number),
                    [Word::Forms(_, forms)] => {
                        forms.iter().for_each(|form| query.words.entry(form.clone()).or_default().push(number));
                    }
                    _ => query.others.push(number),
                },
                Term::Tag(_) => query.others.push(number),
            }
        }
        // What a text without any word meets, nearly every text meets.
        if query.matches("", &mut Searched::default()) {
            return Err(QueryError::Everything);
        }
        Ok(query)
    }

    /// Whether a text is on topic. O(length of the text + words × terms that are no whole words).
    pub fn matches(&self, text: &str, searched: &mut Searched) -> bool {
        searched.read(text);
        let mut truths = std::mem::take(&mut searched.truths);
        truths.clear();
        truths.resize(self.terms.len(), false);
        for (place, (_, is_tag)) in searched.words.iter().enumerate() {
            let word = searched.word(place);
            let tagged = if *is_tag { self.tags.get(word) } else { None };
            for number in self.words.get(word).into_iter().chain(tagged).flatten() {
                truths[*number] = true;
            }
        }
        for number in &self.others {
            truths[*number] = self.terms[*number].is_in(searched);
        }
        let is_met = self.tree.is_met(&truths);
        searched.truths = truths;
        is_met
    }
}

impl Term {
    fn is_in(&self, searched: &Searched) -> bool {
        let count = searched.words.len();
        match self {
            Term::Tag(tag) => (0..count).any(|place| searched.words[place].1 && tag.is(searched.word(place))),
            Term::Words(words) => (0..(count + 1).saturating_sub(words.len()))
                .any(|from| words.iter().zip(from..).all(|(word, place)| word.is(searched.word(place)))),
        }
    }
}

impl Node {
    fn is_met(&self, truths: &[bool]) -> bool {
        match self {
            Node::Term(number) => truths[*number],
            Node::And(nodes) => nodes.iter().all(|node| node.is_met(truths)),
            Node::Or(nodes) => nodes.iter().any(|node| node.is_met(truths)),
            Node::Not(node) => !node.is_met(truths),
        }
    }

    fn write(&self, terms: &[Term], out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |nodes: &[Node], word: &str, out: &mut fmt::Formatter<'_>| {
            write!(out, "(")?;
            for (place, node) in nodes.iter().enumerate() {
                if place > 0 {
                    write!(out, " {word} ")?;
                }
                node.write(terms, out)?;
            }
            write!(out, ")")
        };
        match self {
            Node::Term(number) => terms[*number].write(out),
            Node::And(nodes) => joined(nodes, "AND", out),
            Node::Or(nodes) => joined(nodes, "OR", out),
            Node::Not(node) => {
                write!(out, "NOT ")?;
                node.write(terms, out)
            }
        }
    }
}

impl Term {
    fn write(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Term::Tag(word) => write!(out, "#{word}"),
            Term::Words(words) => match words.as_slice() {
                [word @ (Word::Start(_) | Word::Forms(..))] => write!(out, "{word}"),
                words => {
                    write!(out, "\"")?;
                    for (place, word) in words.iter().enumerate() {
                        write!(out, "{}{word}", if place > 0 { " " } else { "" })?;
                    }
                    write!(out, "\"")
                }
            },
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Word::Exact(word) | Word::Forms(word, _) => write!(out, "{word}"),
            Word::Start(start) => write!(out, "{start}*"),
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree.write(&self.terms, out)
    }
}
