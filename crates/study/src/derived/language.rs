//! The language of every post.

use super::{Derivation, carried, carried_ints};
use lake::{Columns, DerivedColumn};
use record::Table;
use std::collections::HashMap;
use text::{Identifier, Language};

/// `post_languages`: the detected language of every row of `posts`; null where there is no text, `und` where it cannot be told.
pub(crate) const LANGUAGES: Derivation = Derivation {
    name: "post_languages",
    table: Table::Posts,
    version: || format!("language {}", text::MODEL_VERSION),
    inputs: &["seal", "platform", "post_id", "text"],
    work: identify,
};

fn identify(columns: &Columns<'_>) -> Result<Vec<(&'static str, DerivedColumn)>, lake::Error> {
    let texts = columns.texts(3)?;
    let identifier = Identifier::built_in();
    // Reposts repeat their texts; within a group each is identified once.
    let mut known: HashMap<&str, Language> = HashMap::new();
    let (mut langs, mut confidences, mut arabizi) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..columns.rows() {
        let text = texts.get(row).filter(|text| !text.is_empty());
        let found = text.map(|text| *known.entry(text).or_insert_with(|| identifier.identify(text)));
        langs.push(found.map(|found| found.lang.to_owned()));
        confidences.push(found.map(|found| f64::from(found.confidence)));
        arabizi.push(found.map(|found| found.arabizi));
    }
    Ok(vec![
        ("seal", carried_ints(columns, 0)?),
        ("platform", carried(columns, 1)?),
        ("post_id", carried(columns, 2)?),
        ("lang", DerivedColumn::Text(langs)),
        ("confidence", DerivedColumn::Real(confidences)),
        ("arabizi", DerivedColumn::Bool(arabizi)),
    ])
}
