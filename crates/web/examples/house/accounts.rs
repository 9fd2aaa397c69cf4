//! Forty accounts of people who do not exist, in Arabic and English, about gardens, trams and bread.

use record::Instant;
use web::{Card, ClientShare, MediaNote, ShownPost};

/// How many accounts there are.
pub(crate) const COUNT: u64 = 40;

const ARABIC: [[&str; 3]; 4] = [
    ["نادي الحديقة", "أخبار حديقة الحي وجدول السقي", "فتحنا باب الحديقة اليوم والشتلات الجديدة بجانب النافورة"],
    ["مخبز الصباح", "خبز كل يوم من السادسة", "خبز الشعير جاهز بعد الظهر، والطلبات حتى الخامسة"],
    ["خط الترام ٤", "مواعيد الترام وملاحظات الركاب", "الترام متأخر عشر دقائق عند ساحة السوق"],
    ["مكتبة الجسر", "كتب مستعملة وقراءات يوم الخميس", "وصلت كتب جديدة عن الطيور والخرائط القديمة"],
];

const ENGLISH: [[&str; 3]; 4] = [
    ["Garden Club", "News of the allotments and the watering rota", "The gate is open and the new seedlings are by the fountain"],
    ["Morning Bakery", "Bread every day from six", "Barley loaves are ready after noon, orders until five"],
    ["Tram Line 4", "Times of the tram and notes from passengers", "The tram is ten minutes late at Market Square"],
    ["Bridge Library", "Used books, readings on Thursdays", "New books on birds and old maps have come in"],
];

/// Hostile to a page that would believe it.
const HOSTILE: [&str; 4] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a href=\"javascript:alert(1)\">map</a></svg>",
    "{{constructor.constructor('alert(1)')()}} \u{202e}reversed\u{202c}",
];

/// The item of an account.
pub(crate) fn item(number: u64) -> String {
    format!("invented:{}", 1_000 + number)
}

/// The number of an item.
fn number_of(item: &str) -> Option<u64> {
    let number: u64 = item.strip_prefix("post/").unwrap_or(item).strip_prefix("invented:")?.parse().ok()?;
    number.checked_sub(1_000).filter(|number| *number < COUNT)
}

fn is_arabic(number: u64) -> bool {
    number.is_multiple_of(2)
}

/// The instant of a post: hours apart, newest first.
pub(crate) fn at(number: u64, place: u64) -> Instant {
    let start = 1_759_312_800_i64;
    Instant::from_seconds(start - (number * 1_800 + place * 7_200) as i64).unwrap_or(Instant::from_micros(0))
}

/// A post of an account.
pub(crate) fn post(number: u64, place: u64) -> ShownPost {
    let words = if is_arabic(number) { ARABIC } else { ENGLISH };
    let text = words[((number / 2 + place) % 4) as usize][2];
    // One account in ten tries to be code.
    let text = if number % 10 == 7 { HOSTILE[(place % 4) as usize].to_owned() } else { format!("{text} ({})", place + 1) };
    let media = (place == 1).then(|| MediaNote { kind: "picture".to_owned(), description: Some("a loaf on a table".to_owned()) });
    let (lang, dir) = if is_arabic(number) { ("ar", "rtl") } else { ("en", "ltr") };
    ShownPost { at: Some(at(number, place).to_string()), text, lang: Some(lang.to_owned()), dir, media: media.into_iter().collect() }
}

/// What people see of an item.
pub(crate) fn card(item: &str) -> Option<Card> {
    let number = number_of(item)?;
    // A post alone: a code is of its words, and of nothing else.
    if item.starts_with("post/") {
        let post = post(number, 0);
        return Some(Card { language: post.lang.clone(), direction: Some(post.dir), posts: vec![post], ..Card::default() });
    }
    let words = if is_arabic(number) { ARABIC } else { ENGLISH }[(number / 2 % 4) as usize];
    let hostile = (number % 10 == 7).then(|| HOSTILE[0].to_owned());
    let clients = [("Invented for phones", 0.75), ("Invented Web", 0.25)];
    Some(Card {
        handle: Some(format!("invented_{number}")),
        name: Some(hostile.clone().unwrap_or_else(|| format!("{} {number}", words[0]))),
        profile: Some(hostile.unwrap_or_else(|| words[1].to_owned())),
        place: Some(if is_arabic(number) { "مدينة الأمثلة" } else { "Exampleton" }.to_owned()),
        created_at: Some(at(number * 100, 0).to_string()),
        followers: Some(17 * number + 3),
        clients: clients.map(|(name, share)| ClientShare { name: name.to_owned(), share }).into(),
        posts: (0..6).map(|place| post(number, place)).collect(),
        language: Some(if is_arabic(number) { "ar" } else { "en" }.to_owned()),
        direction: Some(if is_arabic(number) { "rtl" } else { "ltr" }),
    })
}
