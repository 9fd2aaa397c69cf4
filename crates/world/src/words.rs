//! Invented, neutral vocabulary: ordinary words only, so that no text can be read as the speech of anyone.

/// A language of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Arabic.
    Arabic,
    /// English.
    English,
    /// French.
    French,
    /// Turkish.
    Turkish,
    /// German.
    German,
    /// Italian.
    Italian,
    /// Spanish.
    Spanish,
    /// Russian.
    Russian,
    /// Indonesian.
    Indonesian,
}

impl Language {
    /// Every language, in a fixed order.
    pub const ALL: [Language; 9] = [
        Language::Arabic,
        Language::English,
        Language::French,
        Language::Turkish,
        Language::German,
        Language::Italian,
        Language::Spanish,
        Language::Russian,
        Language::Indonesian,
    ];

    /// The ISO 639-1 code: `ar`, `en`, `fr`, `tr`, `de`, `it`, `es`, `ru`, `id`.
    pub const fn code(self) -> &'static str {
        match self {
            Language::Arabic => "ar",
            Language::English => "en",
            Language::French => "fr",
            Language::Turkish => "tr",
            Language::German => "de",
            Language::Italian => "it",
            Language::Spanish => "es",
            Language::Russian => "ru",
            Language::Indonesian => "id",
        }
    }

    /// Ordinary words of the language.
    pub(crate) const fn words(self) -> &'static [&'static str] {
        match self {
            Language::Arabic => AR,
            Language::English => EN,
            Language::French => FR,
            Language::Turkish => TR,
            Language::German => DE,
            Language::Italian => IT,
            Language::Spanish => ES,
            Language::Russian => RU,
            Language::Indonesian => ID,
        }
    }
}

// One word a line, as the formatter has it, would hide the lists.
#[rustfmt::skip]
const AR: &[&str] = &[
    "الشاي", "السوق", "الطريق", "المطر", "اليوم", "مباراة", "القهوة", "الصباح", "مساء", "جميل", "كتاب", "مدرسة", "سيارة", "حديقة",
    "بيت", "خبز", "تمر", "بحر", "جبل", "سماء", "قطار", "هاتف", "صورة", "موسيقى", "لاعب", "ملعب", "طعام", "وصفة", "رحلة", "جديد",
    "قديم", "كبير", "صغير", "بارد", "حار", "ريح", "شجرة", "زهرة", "قلم", "درس", "عمل", "عطلة", "غدا", "أمس", "الآن", "في", "على",
    "من", "مع", "ثم",
];
#[rustfmt::skip]
const EN: &[&str] = &[
    "tea", "market", "road", "rain", "today", "match", "coffee", "morning", "evening", "bread", "book", "school", "garden",
    "house", "train", "phone", "picture", "music", "player", "stadium", "recipe", "trip", "new", "old", "small", "large", "cold",
    "warm", "wind", "tree", "flower", "pencil", "lesson", "work", "holiday", "tomorrow", "yesterday", "the", "a", "and", "with",
    "near", "under", "after", "before", "river", "bridge", "bicycle", "window", "soup",
];
#[rustfmt::skip]
const FR: &[&str] = &[
    "thé", "marché", "route", "pluie", "aujourd'hui", "match", "café", "matin", "soir", "pain", "livre", "école", "jardin",
    "maison", "train", "téléphone", "photo", "musique", "joueur", "stade", "recette", "voyage", "nouveau", "vieux", "petit",
    "grand", "froid", "chaud", "vent", "arbre", "fleur", "crayon", "leçon", "travail", "vacances", "demain", "hier", "le", "la",
    "une", "avec", "près", "sous", "après", "avant", "rivière", "pont", "vélo", "fenêtre", "soupe",
];
#[rustfmt::skip]
const TR: &[&str] = &[
    "çay", "pazar", "yol", "yağmur", "bugün", "maç", "kahve", "sabah", "akşam", "ekmek", "kitap", "okul", "bahçe", "ev", "tren",
    "telefon", "fotoğraf", "müzik", "oyuncu", "stadyum", "tarif", "gezi", "yeni", "eski", "küçük", "büyük", "soğuk", "sıcak",
    "rüzgar", "ağaç", "çiçek", "kalem", "ders", "iş", "tatil", "yarın", "dün", "bir", "ve", "ile", "yakın", "altında", "sonra",
    "önce", "nehir", "köprü", "bisiklet", "pencere", "çorba",
];
#[rustfmt::skip]
const DE: &[&str] = &[
    "Tee", "Markt", "Straße", "Regen", "heute", "Spiel", "Kaffee", "Morgen", "Abend", "Brot", "Buch", "Schule", "Garten", "Haus",
    "Zug", "Telefon", "Bild", "Musik", "Spieler", "Stadion", "Rezept", "Reise", "neu", "alt", "klein", "groß", "kalt", "warm",
    "Wind", "Baum", "Blume", "Bleistift", "Stunde", "Arbeit", "Ferien", "gestern", "der", "die", "ein", "und", "mit", "nahe",
    "unter", "nach", "vor", "Fluss", "Brücke", "Fahrrad", "Fenster", "Suppe",
];
#[rustfmt::skip]
const IT: &[&str] = &[
    "tè", "mercato", "strada", "pioggia", "oggi", "partita", "caffè", "mattina", "sera", "pane", "libro", "scuola", "giardino",
    "casa", "treno", "telefono", "foto", "musica", "giocatore", "stadio", "ricetta", "viaggio", "nuovo", "vecchio", "piccolo",
    "grande", "freddo", "caldo", "vento", "albero", "fiore", "matita", "lezione", "lavoro", "vacanza", "domani", "ieri", "il",
    "la", "una", "con", "vicino", "sotto", "dopo", "prima", "fiume", "ponte", "bicicletta", "finestra", "zuppa",
];
#[rustfmt::skip]
const ES: &[&str] = &[
    "té", "mercado", "camino", "lluvia", "hoy", "partido", "café", "mañana", "tarde", "pan", "libro", "escuela", "jardín", "casa",
    "tren", "teléfono", "foto", "música", "jugador", "estadio", "receta", "viaje", "nuevo", "viejo", "pequeño", "grande", "frío",
    "calor", "viento", "árbol", "flor", "lápiz", "lección", "trabajo", "vacaciones", "ayer", "el", "la", "una", "con", "cerca",
    "bajo", "después", "antes", "río", "puente", "bicicleta", "ventana", "sopa",
];
#[rustfmt::skip]
const RU: &[&str] = &[
    "чай", "рынок", "дорога", "дождь", "сегодня", "матч", "кофе", "утро", "вечер", "хлеб", "книга", "школа", "сад", "дом",
    "поезд", "телефон", "фото", "музыка", "игрок", "стадион", "рецепт", "поездка", "новый", "старый", "маленький", "большой",
    "холодно", "тепло", "ветер", "дерево", "цветок", "карандаш", "урок", "работа", "отпуск", "завтра", "вчера", "и", "с", "рядом",
    "под", "после", "перед", "река", "мост", "велосипед", "окно", "суп",
];
#[rustfmt::skip]
const ID: &[&str] = &[
    "teh", "pasar", "jalan", "hujan", "hari", "ini", "pertandingan", "kopi", "pagi", "malam", "roti", "buku", "sekolah", "kebun",
    "rumah", "kereta", "telepon", "foto", "musik", "pemain", "stadion", "resep", "perjalanan", "baru", "lama", "kecil", "besar",
    "dingin", "hangat", "angin", "pohon", "bunga", "pensil", "pelajaran", "kerja", "liburan", "besok", "kemarin", "dan", "dengan",
    "dekat", "bawah", "setelah", "sebelum", "sungai", "jembatan", "sepeda", "jendela", "sup",
];

/// Short words that handles are made of.
pub(crate) const HANDLE_WORDS: [&str; 32] = [
    "tea", "road", "rain", "book", "mint", "pine", "lake", "moss", "fern", "kite", "leaf", "plum", "sand", "salt", "wave", "wind", "bell",
    "clay", "dune", "fig", "hill", "jam", "kelp", "loom", "malt", "nut", "oat", "palm", "reed", "sage", "tile", "wool",
];

/// Signs that stand at the end of some posts; the last needs two UTF-16 units and a variation selector follows the first.
pub(crate) const SIGNS: [&str; 6] = ["☀️", "⚽", "☕", "🌧", "📚", "🎵"];

/// Invented sites; `.example` is reserved, so no link leads anywhere.
pub(crate) const SITES: [&str; 12] = [
    "daily-kettle.example",
    "harbour-post.example",
    "north-road-news.example",
    "matchreport.example",
    "recipes.plumtree.example",
    "weather.dusk.example",
    "photos.saltlake.example",
    "www.readingroom.example",
    "market-prices.example",
    "lanternhall.example",
    "archive.fernhill.example",
    "video.reedbank.example",
];
