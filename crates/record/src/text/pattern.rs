//! Templates of messages: plain words, places, and forms by number, in the syntax of ICU MessageFormat.
//!
//! `{name}` is a place. `{n, plural, one {# account} other {# accounts}}` takes the form of the number's plural category (CLDR) and puts the
//! number where `#` stands. Braces have no other use and apostrophes are letters.

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'t> {
    /// Words as they stand.
    Plain(&'t str),
    /// A named place; in a form of a plural also its number, written `#`.
    Place(&'t str),
    /// Forms by the plural category of the number in a named place: category, form.
    Plural(&'t str, Vec<(&'t str, Vec<Part<'t>>)>),
}

/// The plural categories of CLDR.
pub const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The parts of a template.
///
/// # Errors
/// What is wrong with it, as a sentence without a subject: `has a { without its }`.
pub fn parse(template: &str) -> Result<Vec<Part<'_>>, String> {
    let mut rest = template;
    let parts = message(&mut rest, None)?;
    if rest.is_empty() { Ok(parts) } else { Err("has a } without its {".to_owned()) }
}

/// The names of a template's places, sorted, each once.
pub fn places<'t>(parts: &[Part<'t>]) -> Vec<&'t str> {
    fn collect<'t>(parts: &[Part<'t>], names: &mut Vec<&'t str>) {
        for part in parts {
            match part {
                Part::Plain(_) => {}
                Part::Place(name) => names.push(name),
                Part::Plural(name, forms) => {
                    names.push(name);
                    forms.iter().for_each(|(_, form)| collect(form, names));
                }
            }
        }
    }
    let mut names = Vec::new();
    collect(parts, &mut names);
    names.sort_unstable();
    names.dedup();
    names
}

/// The template with its places filled in: `value` gives what stands in a place, `category` the plural category of the number in it.
pub fn fill(parts: &[Part<'_>], value: &dyn Fn(&str) -> String, category: &dyn Fn(&str) -> &'static str) -> String {
    let mut filled = String::new();
    for part in parts {
        match part {
            Part::Plain(words) => filled.push_str(words),
            Part::Place(name) => filled.push_str(&value(name)),
            Part::Plural(name, forms) => {
                let wanted = category(name);
                let form = forms.iter().find(|(own, _)| *own == wanted).or_else(|| forms.iter().find(|(own, _)| *own == "other"));
                if let Some((_, form)) = form {
                    filled.push_str(&fill(form, value, category));
                }
            }
        }
    }
    filled
}

/// Reads to the end, or to the `}` that ends the form of a plural over `counted`, which is left in place.
fn message<'t>(rest: &mut &'t str, counted: Option<&'t str>) -> Result<Vec<Part<'t>>, String> {
    let mut parts = Vec::new();
    loop {
        let at = rest.find(|c| matches!(c, '{' | '}') || (c == '#' && counted.is_some())).unwrap_or(rest.len());
        if at > 0 {
            parts.push(Part::Plain(&rest[..at]));
        }
        *rest = &rest[at..];
        match (rest.chars().next(), counted) {
            (Some('{'), _) => parts.push(place(rest)?),
            (Some('#'), Some(name)) => {
                parts.push(Part::Place(name));
                *rest = &rest[1..];
            }
            _ => return Ok(parts),
        }
    }
}

/// Reads one `{…}`.
fn place<'t>(rest: &mut &'t str) -> Result<Part<'t>, String> {
    let after = &rest[1..];
    let end = after.find([',', '}', '{']).ok_or("has a { without its }")?;
    let name = after[..end].trim();
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit()) {
        return Err(format!("has a place `{name}`; names are lower-case letters, digits and `_`"));
    }
    *rest = &after[end + 1..];
    match after.as_bytes()[end] {
        b'}' => Ok(Part::Place(name)),
        b',' => {
            *rest = rest
                .trim_start()
                .strip_prefix("plural,")
                .ok_or_else(|| format!("has a place `{name}` that is neither plain nor a plural"))?;
            forms(rest, name)
        }
        _ => Err("has a { in the name of a place".to_owned()),
    }
}

fn forms<'t>(rest: &mut &'t str, name: &'t str) -> Result<Part<'t>, String> {
    let mut forms = Vec::new();
    loop {
        *rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('}') {
            *rest = after;
            break;
        }
        let (category, after) = rest.split_once('{').ok_or("has a plural without its last }")?;
        let category = category.trim();
        if !CATEGORIES.contains(&category) {
            return Err(format!("has a plural form `{category}`; CLDR's are zero, one, two, few, many, other"));
        }
        *rest = after;
        forms.push((category, message(rest, Some(name))?));
        *rest = rest.strip_prefix('}').ok_or("has a plural form without its }")?;
    }
    if forms.iter().any(|(category, _)| *category == "other") {
        Ok(Part::Plural(name, forms))
    } else {
        Err(format!("has a plural of `{name}` without the form `other`"))
    }
}
