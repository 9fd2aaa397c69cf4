//! The UN Security Council Consolidated List as XML (`CONSOLIDATED_LIST/ENTITIES/ENTITY`).

use super::{Designations, is_date, one_line};
use quick_xml::events::Event;
use quick_xml::{Reader, escape, events::BytesRef};
use record::{Designation, Party};

/// The list's name in every study and report.
const LIST: &str = "UN Security Council Consolidated List";

/// No field of the list is longer; a longer one is damage.
const LONGEST_FIELD: usize = 1 << 20;

/// Elements nest five deep in the list; much deeper is not the list.
const DEEPEST: usize = 32;

/// Reads the list. The reader expands the five entities of XML itself and character references and nothing else; a document type
/// definition is refused, so there is nothing that could expand without bound.
pub(super) fn parse(text: &str) -> Result<Designations, String> {
    let mut reader = Reader::from_str(text);
    let mut list = Designations::default();
    let mut path: Vec<String> = Vec::new();
    let mut entry: Option<Entry> = None;
    let mut field = String::new();
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event().map_err(|error| format!("near byte `{at}` it is not XML ({error}); download the list again"))?;
        match event {
            Event::Start(tag) => {
                if path.len() >= DEEPEST {
                    return Err(format!("near byte `{at}` its elements nest deeper than the list's"));
                }
                let name = tag.local_name().as_ref().to_owned();
                if path.is_empty() && name != "CONSOLIDATED_LIST" {
                    return Err(format!("its root is `{}` and not `CONSOLIDATED_LIST`; give the UN consolidated XML or a CSV", cut(&name)));
                }
                if path.len() == 2 {
                    entry = Party::of(&name).map(Entry::new);
                }
                path.push(name);
                field.clear();
            }
            Event::End(_) => {
                end(&path, &mut entry, &field, &mut list)?;
                path.pop();
                field.clear();
            }
            Event::Text(part) => push(&mut field, &part.xml10_content(), at)?,
            Event::CData(part) => push(&mut field, &part.xml10_content(), at)?,
            Event::GeneralRef(reference) => push(&mut field, &resolve(&reference, at)?, at)?,
            Event::DocType(_) => {
                return Err(
                    "it has a document type definition, which the UN's list has not; download the list again from the UN".to_owned()
                );
            }
            Event::Eof if path.is_empty() => return Ok(list),
            Event::Eof => return Err("it ends in the middle; download the list again".to_owned()),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// One entry as its fields come.
struct Entry {
    party: Party,
    reference: String,
    name: String,
    aliases: Vec<String>,
    listed_on: Option<String>,
    regime: String,
}

impl Entry {
    fn new(party: Party) -> Self {
        Entry { party, reference: String::new(), name: String::new(), aliases: Vec::new(), listed_on: None, regime: String::new() }
    }

    fn take(&mut self, name: &str, value: &str) {
        let value = one_line(value);
        if value.is_empty() {
            return;
        }
        match name {
            "REFERENCE_NUMBER" => self.reference = value,
            "UN_LIST_TYPE" => self.regime = value,
            "LISTED_ON" => self.listed_on = value.get(..10).filter(|date| is_date(date)).map(str::to_owned),
            // Nothing else of a person is kept, not even for a moment.
            _ if self.party == Party::Individual => {}
            "FIRST_NAME" => self.name = value,
            "NAME_ORIGINAL_SCRIPT" | "ALIAS_NAME" if !self.aliases.contains(&value) => self.aliases.push(value),
            _ => {}
        }
    }

    fn finish(mut self, list: &mut Designations) -> Result<(), String> {
        if self.reference.is_empty() {
            return Err("an entry has no `REFERENCE_NUMBER`; download the list again".to_owned());
        }
        if self.party == Party::Individual {
            return list.add_individual(&self.reference);
        }
        if self.name.is_empty() {
            return Err(format!("the entry `{}` has no `FIRST_NAME`; download the list again", cut(&self.reference)));
        }
        self.aliases.retain(|alias| *alias != self.name);
        list.add_organisation(Designation {
            list: LIST.to_owned(),
            legal_basis: legal_basis(&self.regime),
            reference: self.reference,
            name: self.name,
            aliases: self.aliases,
            listed_on: self.listed_on,
        })
    }
}

trait OfElement: Sized {
    fn of(element: &str) -> Option<Self>;
}

impl OfElement for Party {
    fn of(element: &str) -> Option<Party> {
        match element {
            "ENTITY" => Some(Party::Organisation),
            "INDIVIDUAL" => Some(Party::Individual),
            _ => None,
        }
    }
}

/// An element closes: a field of an entry, or the entry.
fn end(path: &[String], entry: &mut Option<Entry>, field: &str, list: &mut Designations) -> Result<(), String> {
    match (path.len(), path.last()) {
        (3, _) => match entry.take() {
            Some(entry) => entry.finish(list),
            None => Ok(()),
        },
        (4, Some(name)) => {
            if let Some(entry) = entry {
                entry.take(name, field);
            }
            Ok(())
        }
        (5, Some(name)) if name == "ALIAS_NAME" => {
            if let Some(entry) = entry {
                entry.take(name, field);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn push(field: &mut String, part: &str, at: u64) -> Result<(), String> {
    if field.len() + part.len() > LONGEST_FIELD {
        return Err(format!("near byte `{at}` a field is longer than a megabyte"));
    }
    field.push_str(part);
    Ok(())
}

fn resolve(reference: &BytesRef<'_>, at: u64) -> Result<String, String> {
    let unknown = || format!("near byte `{at}` it refers to an entity that XML does not define; download the list again");
    if reference.is_char_ref() {
        return reference.resolve_char_ref().ok().flatten().map(String::from).ok_or_else(unknown);
    }
    escape::resolve_predefined_entity(reference).map(str::to_owned).ok_or_else(unknown)
}

/// The beginning of something foreign, short enough for a sentence.
fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The resolutions behind a regime, by the list's own word for it.
///
/// Source: the committees' pages of the Security Council, "Sanctions". An unknown regime is named as the list names it.
fn legal_basis(regime: &str) -> String {
    let resolutions = match regime {
        "Al-Qaida" => "resolutions 1267 (1999), 1989 (2011) and 2253 (2015)",
        "Taliban" => "resolution 1988 (2011)",
        "Somalia" => "resolution 751 (1992)",
        "Iraq" => "resolution 1518 (2003)",
        "DRC" => "resolution 1533 (2004)",
        "Sudan" => "resolution 1591 (2005)",
        "DPRK" => "resolution 1718 (2006)",
        "Libya" => "resolution 1970 (2011)",
        "CAR" => "resolution 2127 (2013)",
        "Yemen" => "resolution 2140 (2014)",
        "Haiti" => "resolution 2653 (2022)",
        "" => return "UN Security Council sanctions".to_owned(),
        other => return format!("UN Security Council, {} sanctions regime", cut(other)),
    };
    format!("UN Security Council {resolutions} ({regime} sanctions regime)")
}
