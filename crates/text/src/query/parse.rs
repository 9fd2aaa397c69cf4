//! From the text of a query to its tree.

use super::arabic::{forms, is_arabic};
use super::{Node, Searched, Term, Word};

/// The longest query, in characters.
const LONGEST: usize = 4_000;
/// How deep parentheses may nest.
const DEEPEST: usize = 50;
/// The fewest letters before `*`.
const LEAST_START: usize = 2;

/// Why a text is no query. Places are characters, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// Nothing is asked.
    #[error("it is empty; give words, \"phrases\", beginnings such as `river*` or #hashtags, joined by AND, OR and NOT")]
    Empty,
    /// Too much is asked.
    #[error("it has `{0}` characters and 4,000 is the most; take beginnings such as `river*` for lists of forms")]
    Long(usize),
    /// A parenthesis without its other half.
    #[error("the parenthesis at character `{0}` has no other half; close it, or take it out")]
    Parenthesis(usize),
    /// A quotation mark without its other half.
    #[error("the quotation mark at character `{0}` is not closed; close it, or take it out")]
    Quotation(usize),
    /// Parentheses in parentheses in parentheses.
    #[error("parentheses nest more than 50 deep at character `{0}`; write it flatter")]
    Deep(usize),
    /// An operator that joins nothing.
    #[error(
        "the `{word}` at character `{place}` has nothing to stand for; put a word on {sides}, or \"{word}\" in quotation marks if the word itself is meant"
    )]
    Operator {
        /// AND, OR or NOT.
        word: &'static str,
        /// Where.
        place: usize,
        /// Where a word is missing.
        sides: &'static str,
    },
    /// Signs alone.
    #[error("what stands at character `{0}` holds no letter or digit; texts are searched for words, so name one")]
    NoWord(usize),
    /// A name or a link.
    #[error(
        "what stands at character `{0}` is a name or a link, and a topic is made of words; to find posts that name somebody use `marsad query`"
    )]
    Address(usize),
    /// A beginning that is too short.
    #[error("the beginning at character `{0}` has fewer than two letters before `*`; nearly every text has such a word")]
    Start(usize),
    /// A star inside.
    #[error("the `*` at character `{0}` does not stand at the end of a word; only endings can be left open")]
    Star(usize),
    /// A query that nearly every text meets.
    #[error("a text without any of its words meets it, so nearly every post would; name at least one word that must be there")]
    Everything,
}

// Numbers and words of ours alone.
impl record::LogSafe for QueryError {}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    Term(Term),
}

pub(super) fn parse(text: &str) -> Result<(Node, Vec<Term>), QueryError> {
    let count = text.chars().count();
    if count > LONGEST {
        return Err(QueryError::Long(count));
    }
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(QueryError::Empty);
    }
    let mut parser = Parser { tokens, at: 0, depth: 0, terms: Vec::new() };
    let tree = parser.any()?;
    match parser.tokens.get(parser.at) {
        None => Ok((tree, parser.terms)),
        // What is left over after a whole query can only be a parenthesis.
        Some((_, place)) => Err(QueryError::Parenthesis(*place)),
    }
}

fn tokens(text: &str) -> Result<Vec<(Token, usize)>, QueryError> {
    let characters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = characters.get(at).copied() {
        let place = at + 1;
        let token = match c {
            c if c.is_whitespace() => {
                at += 1;
                continue;
            }
            '(' => Token::Open,
            ')' => Token::Close,
            c if quote(c) => {
                let rest = &characters[at + 1..];
                let length = rest.iter().position(|c| quote(*c)).ok_or(QueryError::Quotation(place))?;
                at += length + 1;
                Token::Term(term(&rest[..length], place, true)?)
            }
            _ => {
                let rest = &characters[at..];
                let length = rest.iter().take_while(|c| !c.is_whitespace() && !matches!(**c, '(' | ')') && !quote(**c)).count();
                at += length - 1;
                match rest[..length].iter().collect::<String>().as_str() {
                    "AND" => Token::And,
                    "OR" => Token::Or,
                    "NOT" => Token::Not,
                    _ => Token::Term(term(&rest[..length], place, false)?),
                }
            }
        };
        at += 1;
        found.push((token, place));
    }
    Ok(found)
}

const fn quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

/// One word, phrase or hashtag. In quotation marks a word means itself, and not its forms.
fn term(characters: &[char], place: usize, is_quoted: bool) -> Result<Term, QueryError> {
    let whole: String = characters.iter().collect();
    let (body, is_open) = match whole.trim_end().strip_suffix('*') {
        Some(body) => (body, true),
        None => (whole.as_str(), false),
    };
    if let Some(star) = body.chars().position(|c| c == '*') {
        return Err(QueryError::Star(place + usize::from(is_quoted) + star));
    }
    let folded = crate::normalise(body, crate::Normalisation::SEARCH);
    if folded.split(' ').any(|piece| crate::features::is_address(&piece.chars().collect::<Vec<_>>())) {
        return Err(QueryError::Address(place));
    }
    let mut searched = Searched::default();
    searched.read(&folded);
    let last = searched.words.len().checked_sub(1).ok_or(QueryError::NoWord(place))?;
    let mut words = Vec::with_capacity(last + 1);
    for at in 0..=last {
        let word = searched.word(at).to_owned();
        words.push(if is_open && at == last {
            if word.chars().count() < LEAST_START {
                return Err(QueryError::Start(place));
            }
            Word::Start(word)
        } else if !is_quoted && last == 0 && !searched.words[0].1 && is_arabic(&word) {
            let forms = forms(&word);
            Word::Forms(word, forms)
        } else {
            Word::Exact(word)
        });
    }
    let is_tag = !is_quoted && last == 0 && searched.words[0].1;
    Ok(match words.pop() {
        Some(word) if is_tag => Term::Tag(word),
        Some(word) => {
            words.push(word);
            Term::Words(words)
        }
        None => return Err(QueryError::NoWord(place)),
    })
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
    depth: usize,
    terms: Vec<Term>,
}

impl Parser {
    fn next(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    /// Terms joined by OR.
    fn any(&mut self) -> Result<Node, QueryError> {
        let mut nodes = vec![self.all("OR")?];
        while self.next() == Some(&Token::Or) {
            self.at += 1;
            nodes.push(self.all("OR")?);
        }
        Ok(one_or(nodes, Node::Or))
    }

    /// Terms joined by AND, or standing side by side. `before` is the operator that wants them.
    fn all(&mut self, before: &'static str) -> Result<Node, QueryError> {
        let mut nodes = vec![self.one(before)?];
        loop {
            match self.next() {
                Some(Token::And) => {
                    self.at += 1;
                    nodes.push(self.one("AND")?);
                }
                Some(Token::Term(_) | Token::Open | Token::Not) => nodes.push(self.one("AND")?),
                _ => return Ok(one_or(nodes, Node::And)),
            }
        }
    }

    fn one(&mut self, before: &'static str) -> Result<Node, QueryError> {
        let place = |at: usize| self.tokens.get(at).map_or(0, |(_, place)| *place);
        let own = place(self.at);
        match self.tokens.get(self.at).map(|(token, _)| token.clone()) {
            Some(Token::Term(term)) => {
                self.at += 1;
                // A term that stands twice is looked for once.
                let number = self.terms.iter().position(|known| *known == term).unwrap_or(self.terms.len());
                if number == self.terms.len() {
                    self.terms.push(term);
                }
                Ok(Node::Term(number))
            }
            Some(Token::Not) => {
                self.at += 1;
                self.deeper(own)?;
                let node = self.one("NOT")?;
                self.depth -= 1;
                Ok(Node::Not(Box::new(node)))
            }
            Some(Token::Open) => {
                self.at += 1;
                self.deeper(own)?;
                if self.next() == Some(&Token::Close) {
                    return Err(QueryError::NoWord(own));
                }
                let node = self.any()?;
                if self.next() != Some(&Token::Close) {
                    return Err(QueryError::Parenthesis(own));
                }
                self.at += 1;
                self.depth -= 1;
                Ok(node)
            }
            Some(Token::And) => Err(QueryError::Operator { word: "AND", place: own, sides: "both sides" }),
            Some(Token::Or) => Err(QueryError::Operator { word: "OR", place: own, sides: "both sides" }),
            Some(Token::Close) if self.at == 0 || self.depth == 0 => Err(QueryError::Parenthesis(own)),
            Some(Token::Close) | None => {
                let sides = if before == "NOT" { "its right" } else { "both sides" };
                Err(QueryError::Operator { word: before, place: place(self.at.saturating_sub(1)), sides })
            }
        }
    }

    fn deeper(&mut self, place: usize) -> Result<(), QueryError> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(QueryError::Deep(place)) } else { Ok(()) }
    }
}

fn one_or(mut nodes: Vec<Node>, join: impl Fn(Vec<Node>) -> Node) -> Node {
    match (nodes.len(), nodes.pop()) {
        (1, Some(node)) => node,
        (_, last) => {
            nodes.extend(last);
            join(nodes)
        }
    }
}
