/// What kind of party a list names. Studies are about organisations only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// An organisation or entity.
    Organisation,
    /// A natural person: never the subject of a study.
    Individual,
}

/// The legal listing of an organisation, as a study names it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Designation {
    /// The list: `UN Security Council Consolidated List`.
    pub list: String,
    /// The reference on that list: `QDe.004`.
    pub reference: String,
    /// The organisation's name.
    pub name: String,
    /// Other names, as listed.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The date of listing, `YYYY-MM-DD`, where the list gives it.
    #[serde(default)]
    pub listed_on: Option<String>,
    /// The legal basis: the regime or instrument.
    pub legal_basis: String,
}
