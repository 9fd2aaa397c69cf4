use crate::error::Error;
use serde::{Deserialize, Serialize};

/// How a study reviews: the table `[review]` of its `marsad.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Whether a second person must agree before a decision is in force.
    pub second: bool,
    /// Minutes for which a person who took a case has it alone.
    pub hold_minutes: u64,
    /// The weight of reports that covers an item, in fully trusted independent reports.
    pub cover_weight: f64,
    /// The least number of independent tried reporters that cover an item.
    pub cover_reporters: u64,
    /// Hours after which a cover that nobody looked at ends.
    pub cover_hours: u64,
    /// How many of a reporter's reports must be decided before they count alone.
    pub tried: u64,
    /// Reporters who reported this many other items at nearly the same time count once.
    pub together_items: u64,
    /// Minutes that are nearly the same time.
    pub together_minutes: u64,
    /// The most reports that are taken from one reporter in an hour.
    pub reports_per_hour: u64,
    /// How many cases that only one new reporter raised may wait at a time.
    pub reports_waiting: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            second: false,
            hold_minutes: 30,
            cover_weight: 2.0,
            cover_reporters: 3,
            cover_hours: 24,
            tried: 5,
            together_items: 2,
            together_minutes: 60,
            reports_per_hour: 60,
            reports_waiting: 5,
        }
    }
}

impl Settings {
    /// The table `[review]` of a configuration; the defaults where there is none. The other tables are not looked at.
    ///
    /// # Errors
    /// [`Error::Settings`] with the key that is wrong.
    pub fn read(toml: &str) -> Result<Settings, Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct File {
            review: Settings,
        }
        let file: File =
            toml::from_str(toml).map_err(|error| Error::Settings(record::Sentence::given(&crate::error::lower_first(error.message()))))?;
        file.review.checked()
    }

    fn checked(self) -> Result<Settings, Error> {
        let within = |name: &'static str, value: f64, least: f64, most: f64| {
            if (least..=most).contains(&value) { Ok(()) } else { Err(Error::Setting { name, least, most }) }
        };
        within("hold_minutes", self.hold_minutes as f64, 1.0, 1440.0)?;
        within("cover_weight", self.cover_weight, 0.5, 100.0)?;
        within("cover_reporters", self.cover_reporters as f64, 2.0, 1000.0)?;
        within("cover_hours", self.cover_hours as f64, 1.0, 720.0)?;
        within("tried", self.tried as f64, 1.0, 1000.0)?;
        within("together_items", self.together_items as f64, 1.0, 100.0)?;
        within("together_minutes", self.together_minutes as f64, 1.0, 10_080.0)?;
        within("reports_per_hour", self.reports_per_hour as f64, 1.0, 100_000.0)?;
        within("reports_waiting", self.reports_waiting as f64, 1.0, 100_000.0)?;
        Ok(self)
    }
}
