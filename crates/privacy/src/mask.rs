//! Marks in the place of what was found.

use crate::find::{Found, Kind, find, find_in_link};
use crate::{Key, Tally};
use std::borrow::Cow;

/// How often a masked text is looked at again at most; two looks are rarely needed.
const LOOKS: usize = 8;

/// Puts marks in the place of contact details and invitations.
///
/// A mark is `masked://kind/class/tag`, or, for an invitation, a link of the same host (`https://t.me/masked-invitation-tag`), so that tables by
/// domain still count it. It reads as a link, and links are no words: language, features and wording do not see it. Equal values have equal tags
/// within a study.
#[derive(Clone, Debug)]
pub struct Masker {
    key: Key,
    kept: Vec<Kind>,
}

impl Masker {
    /// A masker that leaves the kinds in `kept` as they are.
    pub fn new(key: Key, kept: &[Kind]) -> Self {
        Masker { key, kept: kept.to_vec() }
    }

    /// The text with marks; borrowed when there is nothing to mask, which is the usual case. Adds what it masked to the tally. O(length).
    pub fn mask<'t>(&self, text: &'t str, tally: &mut Tally) -> Cow<'t, str> {
        let Cow::Owned(mut masked) = self.put(text, find(text), tally) else { return Cow::Borrowed(text) };
        // Of things that overlap one is masked, and what the other still holds is found by looking again.
        for _ in 0..LOOKS {
            match self.put(&masked, find(&masked), tally) {
                Cow::Owned(again) => masked = again,
                Cow::Borrowed(_) => break,
            }
        }
        Cow::Owned(masked)
    }

    /// The same of a link, in which digits are ids.
    pub(crate) fn mask_link<'t>(&self, link: &'t str) -> Cow<'t, str> {
        // What a link holds is counted where the text holds it; the list of links repeats it.
        self.put(link, find_in_link(link), &mut Tally::default())
    }

    fn put<'t>(&self, text: &'t str, found: Vec<Found>, tally: &mut Tally) -> Cow<'t, str> {
        let mut masked = String::new();
        let mut from = 0;
        for thing in found.iter().filter(|thing| !self.kept.contains(&thing.kind)) {
            masked.push_str(text.get(from..thing.range.start).unwrap_or_default());
            masked.push_str(&self.mark(thing));
            from = thing.range.end;
            tally.add(thing.kind);
        }
        if from == 0 {
            return Cow::Borrowed(text);
        }
        masked.push_str(text.get(from..).unwrap_or_default());
        Cow::Owned(masked)
    }

    fn mark(&self, thing: &Found) -> String {
        let (kind, class) = (thing.kind.name(), thing.class.as_str());
        let tag = self.key.tag(&["mask", kind, class, &thing.value]);
        match thing.kind {
            Kind::Invitation => format!("https://{class}/masked-invitation-{tag}"),
            Kind::Email | Kind::Card => format!("masked://{kind}/{tag}"),
            Kind::Phone | Kind::Iban | Kind::Wallet => format!("masked://{kind}/{class}/{tag}"),
        }
    }
}
