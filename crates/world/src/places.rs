use crate::Language;

/// A town where accounts live, with what the platform would say about it.
pub(crate) struct Town {
    pub(crate) language: Language,
    pub(crate) country: &'static str,
    pub(crate) country_name: &'static str,
    pub(crate) name: &'static str,
    pub(crate) full_name: &'static str,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    /// Seconds east of UTC in winter; the world has no summer time.
    pub(crate) utc_offset: i32,
    pub(crate) time_zone: &'static str,
}

macro_rules! towns {
    ($(($language:ident, $country:literal, $country_name:literal, $name:literal, $full:literal, $lat:literal, $lon:literal, $offset:literal, $zone:literal)),* $(,)?) => {
        &[$(Town {
            language: Language::$language,
            country: $country,
            country_name: $country_name,
            name: $name,
            full_name: $full,
            latitude: $lat,
            longitude: $lon,
            utc_offset: $offset,
            time_zone: $zone,
        }),*]
    };
}

/// Towns, those of one language together; how often each is drawn is the same within a language.
pub(crate) const TOWNS: &[Town] = towns![
    (Arabic, "EG", "Egypt", "Cairo", "Cairo, Egypt", 30.04, 31.24, 7200, "Cairo"),
    (Arabic, "SA", "Saudi Arabia", "Riyadh", "Riyadh, Kingdom of Saudi Arabia", 24.71, 46.68, 10800, "Riyadh"),
    (Arabic, "MA", "Morocco", "Rabat", "Rabat, Royaume du Maroc", 34.02, -6.84, 3600, "Casablanca"),
    (Arabic, "JO", "Jordan", "Amman", "Amman, Jordan", 31.95, 35.93, 7200, "Athens"),
    (Arabic, "TN", "Tunisia", "Tunis", "Tunis, Tunisia", 36.81, 10.18, 3600, "West Central Africa"),
    (Arabic, "KW", "Kuwait", "Kuwait City", "Al Asimah, Kuwait", 29.38, 47.98, 10800, "Kuwait"),
    (English, "GB", "United Kingdom", "Leeds", "Leeds, England", 53.80, -1.55, 0, "London"),
    (English, "US", "United States", "Chicago", "Chicago, IL", 41.88, -87.63, -21600, "Central Time (US & Canada)"),
    (English, "CA", "Canada", "Toronto", "Toronto, Ontario", 43.65, -79.38, -18000, "Eastern Time (US & Canada)"),
    (English, "AU", "Australia", "Perth", "Perth, Western Australia", -31.95, 115.86, 28800, "Perth"),
    (English, "IE", "Ireland", "Cork", "Cork, Ireland", 51.90, -8.47, 0, "Dublin"),
    (French, "FR", "France", "Lyon", "Lyon, France", 45.76, 4.84, 3600, "Paris"),
    (French, "BE", "Belgium", "Namur", "Namur, Belgique", 50.47, 4.87, 3600, "Brussels"),
    (French, "CA", "Canada", "Québec", "Québec, Canada", 46.81, -71.21, -18000, "Eastern Time (US & Canada)"),
    (Turkish, "TR", "Turkey", "Ankara", "Ankara, Türkiye", 39.93, 32.86, 10800, "Istanbul"),
    (Turkish, "TR", "Turkey", "İzmir", "İzmir, Türkiye", 38.42, 27.14, 10800, "Istanbul"),
    (German, "DE", "Germany", "Kassel", "Kassel, Deutschland", 51.31, 9.48, 3600, "Berlin"),
    (German, "AT", "Austria", "Graz", "Graz, Österreich", 47.07, 15.44, 3600, "Vienna"),
    (German, "CH", "Switzerland", "Zürich", "Zürich, Schweiz", 47.37, 8.54, 3600, "Bern"),
    (Italian, "IT", "Italy", "Torino", "Torino, Piemonte", 45.07, 7.69, 3600, "Rome"),
    (Italian, "IT", "Italy", "Bari", "Bari, Puglia", 41.12, 16.87, 3600, "Rome"),
    (Spanish, "ES", "Spain", "Zaragoza", "Zaragoza, España", 41.65, -0.89, 3600, "Madrid"),
    (Spanish, "MX", "Mexico", "Puebla", "Puebla, México", 19.04, -98.21, -21600, "Mexico City"),
    (Spanish, "AR", "Argentina", "Rosario", "Rosario, Argentina", -32.94, -60.64, -10800, "Buenos Aires"),
    (Russian, "RU", "Russia", "Казань", "Казань, Россия", 55.80, 49.11, 10800, "Moscow"),
    (Russian, "KZ", "Kazakhstan", "Алматы", "Алматы, Казахстан", 43.24, 76.89, 21600, "Almaty"),
    (Indonesian, "ID", "Indonesia", "Bandung", "Bandung, Jawa Barat", -6.92, 107.61, 25200, "Jakarta"),
];

/// What people write instead of a place.
pub(crate) const NOWHERE: [&str; 6] = ["somewhere near the kettle", "🌍", "at home", "between two books", "on the road", "here & there"];
