//! In which language words of ours come: those of findings and clusters. The interface has its own.

use report::Language;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UiLanguage {
    Ar,
    De,
    En,
    Fr,
    It,
    Tr,
}

/// The language of the words in the answer.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct InTongue {
    /// The language of headings, notes, labels and charts, with its digits and dates; without it they are those that programs read: English, and names of ours as they stand
    /// in files. Numbers and times in cells are the same in all.
    #[serde(default)]
    #[param(inline)]
    lang: Option<UiLanguage>,
}

impl InTongue {
    /// The language asked for.
    pub(crate) fn asked(self) -> Option<&'static Language> {
        self.lang.and_then(|tongue| Language::by_tag(tongue.tag()))
    }

    /// That language, or English.
    pub(crate) fn or_english(self) -> &'static Language {
        self.asked().unwrap_or_else(Language::english)
    }
}

impl UiLanguage {
    const fn tag(self) -> &'static str {
        match self {
            UiLanguage::Ar => "ar",
            UiLanguage::De => "de",
            UiLanguage::En => "en",
            UiLanguage::Fr => "fr",
            UiLanguage::It => "it",
            UiLanguage::Tr => "tr",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_reports_can_be_asked_for() {
        for language in Language::all() {
            let tongue: UiLanguage = serde_json::from_value(serde_json::json!(language.tag)).unwrap();
            assert_eq!(InTongue { lang: Some(tongue) }.asked(), Some(language));
        }
    }
}
