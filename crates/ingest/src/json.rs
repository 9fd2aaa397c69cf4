//! Field types that read what exports really hold. Each is lenient: a value of the wrong type is as good as absent, a repeated key
//! counts as its last, an unknown key is passed over; only text that is no JSON fails. Strings are borrowed where they hold no escape.
//!
//! The parser is our own because it knows what the general ones cannot: which values were seen before, and need no second look.

mod cursor;
mod scan_string;
#[cfg(test)]
mod tests;

pub(crate) use cursor::{Cursor, Number};

use crate::memory::{Memories, Token};
use record::Instant;
use std::borrow::Cow;

/// Parses one value.
pub(crate) fn parse<'a, T: Value<'a>>(raw: &'a [u8]) -> Result<T, NotJson> {
    std::str::from_utf8(raw).map_err(|_| NotJson::NotText).and_then(parse_text)
}

/// Parses one value of what is known to be UTF-8.
pub(crate) fn parse_text<'a, T: Value<'a>>(raw: &'a str) -> Result<T, NotJson> {
    let mut value = T::default();
    parse_into(&mut value, raw, None)?;
    Ok(value)
}

/// Parses one value in place: the large ones would otherwise be copied on their way. Inside it, what `memories` know is not parsed
/// again. Gives how deep it nests.
pub(crate) fn parse_into<'a, T: Value<'a>>(value: &mut T, raw: &'a str, memories: Option<&Memories>) -> Result<usize, NotJson> {
    let mut cursor = Cursor::new(raw, memories);
    value.read_into(&mut cursor)?;
    cursor.end()?;
    Ok(cursor.deepest())
}

/// Why a value does not parse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotJson {
    /// Not UTF-8.
    NotText,
    /// Not JSON.
    NotJson,
}

impl NotJson {
    /// What a reject says.
    pub(crate) const fn detail(self) -> &'static str {
        match self {
            NotJson::NotText => "bytes that are no UTF-8",
            NotJson::NotJson => "no sound JSON value",
        }
    }
}

/// An object's key, folded into a number by its length, its beginning and its end, so that a `match` finds it in a few steps instead of
/// comparing with every key in turn. The text is compared once more where it matches, so keys that fold alike are still told apart.
pub(crate) const fn fold(key: &[u8]) -> u64 {
    let (start, end) = if let (Some(start), Some(end)) = (key.first_chunk::<8>(), key.last_chunk::<8>()) {
        (u64::from_le_bytes(*start), u64::from_le_bytes(*end))
    } else if let (Some(start), Some(end)) = (key.first_chunk::<4>(), key.last_chunk::<4>()) {
        (u32::from_le_bytes(*start) as u64, u32::from_le_bytes(*end) as u64)
    } else if let (Some(start), Some(end)) = (key.first(), key.last()) {
        (*start as u64, *end as u64)
    } else {
        (0, 0)
    };
    (start ^ end.rotate_left(29) ^ key.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Something read from the fields of an object.
pub(crate) trait FromFields<'a>: Default {
    /// Reads all fields of the object on whose opening bracket the cursor stands.
    fn fill(&mut self, cursor: &mut Cursor<'a, '_>) -> Result<(), NotJson>;
}

/// Declares an object type: each field has a lenient type and the key it is read from.
macro_rules! object {
    ($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty = $key:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Default)]
        pub(crate) struct $name<'a> {
            $(pub(crate) $field: $type,)+
            lifetime: std::marker::PhantomData<&'a ()>,
        }

        impl<'a> $crate::json::FromFields<'a> for $name<'a> {
            fn fill(&mut self, cursor: &mut $crate::json::Cursor<'a, '_>) -> Result<(), $crate::json::NotJson> {
                #[allow(non_upper_case_globals, reason = "the constants carry the fields' names")]
                mod keys {
                    $(pub(super) const $field: u64 = $crate::json::fold($key.as_bytes());)+
                }
                #[allow(non_camel_case_types, reason = "the variants carry the fields' names")]
                #[derive(Clone, Copy)]
                enum Place { $($field,)+ }
                const PLACES: usize = [$($key),+].len() + 1;
                thread_local! {
                    // What writes an export writes the fields of every object in one order: so after each field (the first place stands
                    // for none yet) the one that came there last is tried before the key is looked up. A guess is only ever a shortcut.
                    static AFTER: [std::cell::Cell<Option<Place>>; PLACES] = const { [const { std::cell::Cell::new(None) }; PLACES] };
                }
                AFTER.with(|after| {
                    let mut last = 0;
                    let mut has_more = cursor.open_object()?;
                    while has_more {
                        let guess = after[last].get();
                        let is_right = match guess {
                            $(Some(Place::$field) => cursor.pass_key(concat!("\"", $key, "\":")),)+
                            None => false,
                        };
                        let mut place = guess;
                        if !is_right {
                            let key = cursor.key()?;
                            place = match $crate::json::fold(key.as_bytes()) {
                                $(keys::$field if *key == *$key => Some(Place::$field),)+
                                _ => None,
                            };
                        }
                        match place {
                            $(Some(Place::$field) => $crate::json::Value::read_into(&mut self.$field, cursor)?,)+
                            None => cursor.skip()?,
                        }
                        // An unknown field changes nothing: the guess stands for the field after it.
                        if let Some(found) = place {
                            if !is_right {
                                after[last].set(place);
                            }
                            last = found as usize + 1;
                        }
                        has_more = cursor.next_field()?;
                    }
                    Ok(())
                })
            }
        }
    };
}
pub(crate) use object;

/// What a lenient type makes of each kind of JSON value; whatever it does not override is as good as absent.
pub(crate) trait Value<'a>: Default {
    fn from_text(_text: Cow<'a, str>) -> Self {
        Self::default()
    }
    fn from_bool(_truth: bool) -> Self {
        Self::default()
    }
    fn from_number(_number: Number<'a>) -> Self {
        Self::default()
    }
    /// The cursor stands on the opening bracket; the value starts as absent.
    fn read_array(&mut self, cursor: &mut Cursor<'a, '_>) -> Result<(), NotJson> {
        cursor.skip()
    }
    /// The same for an object.
    fn read_object(&mut self, cursor: &mut Cursor<'a, '_>) -> Result<(), NotJson> {
        cursor.skip()
    }
    /// Reads the next value.
    #[inline]
    fn read_into(&mut self, cursor: &mut Cursor<'a, '_>) -> Result<(), NotJson> {
        *self = match cursor.peek() {
            Some(b'"') => Self::from_text(cursor.string()?),
            Some(b'{') => {
                *self = Self::default();
                return self.read_object(cursor);
            }
            Some(b'[') => {
                *self = Self::default();
                return self.read_array(cursor);
            }
            Some(b't') => cursor.word("true").map(|()| Self::from_bool(true))?,
            Some(b'f') => cursor.word("false").map(|()| Self::from_bool(false))?,
            Some(b'n') => cursor.word("null").map(|()| Self::default())?,
            Some(b'-' | b'0'..=b'9') => Self::from_number(cursor.number()?),
            _ => return Err(NotJson::NotJson),
        };
        Ok(())
    }
}

/// Any value, which is only checked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Any;

impl Value<'_> for Any {}

/// A text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text<'a>(pub(crate) Option<Cow<'a, str>>);

impl<'a> Text<'a> {
    /// The text unless it is empty: a profile field left empty is not given.
    pub(crate) fn filled(self) -> Option<Cow<'a, str>> {
        self.0.filter(|text| !text.is_empty())
    }
}

impl<'a> Value<'a> for Text<'a> {
    fn from_text(text: Cow<'a, str>) -> Self {
        Text(Some(text))
    }
}

/// An id: a text that is not empty, or a whole number, kept exact to 64 bits. A number written with an exponent or a fraction has
/// lost digits and is no id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Id<'a>(pub(crate) Option<Cow<'a, str>>);

impl<'a> Id<'a> {
    /// This id, or else the other.
    pub(crate) fn or(self, other: Id<'a>) -> Option<Cow<'a, str>> {
        self.0.or(other.0)
    }
}

impl<'a> Value<'a> for Id<'a> {
    fn from_text(text: Cow<'a, str>) -> Self {
        Id((!text.is_empty()).then_some(text))
    }
    fn from_number(number: Number<'a>) -> Self {
        Id(number.exact().map(Cow::Borrowed))
    }
}

/// A whole number, also written as a text or with a fraction of zero.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Int(pub(crate) Option<i64>);

impl<'a> Value<'a> for Int {
    fn from_text(text: Cow<'a, str>) -> Self {
        Int(text.trim().parse().ok())
    }
    fn from_number(number: Number<'a>) -> Self {
        // Up to 2^53 a double is exact; beyond, the digits are gone.
        let is_exact = |double: &f64| double.fract() == 0.0 && double.abs() < 9_007_199_254_740_992.0;
        Int(number.whole().or_else(|| number.double().filter(is_exact).map(|double| double as i64)))
    }
}

/// A truth value.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bool(pub(crate) Option<bool>);

impl Value<'_> for Bool {
    fn from_bool(truth: bool) -> Self {
        Bool(Some(truth))
    }
}

/// A real number.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Float(pub(crate) Option<f64>);

impl<'a> Value<'a> for Float {
    fn from_number(number: Number<'a>) -> Self {
        Float(number.double())
    }
}

/// A time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum When {
    /// Not given.
    #[default]
    Absent,
    /// A time.
    At(Instant),
    /// Given, but no time.
    Bad,
}

impl When {
    /// The time, if there is one.
    pub(crate) fn instant(self) -> Option<Instant> {
        match self {
            When::At(instant) => Some(instant),
            When::Absent | When::Bad => None,
        }
    }
}

impl<'a> Value<'a> for When {
    fn from_text(text: Cow<'a, str>) -> Self {
        if text.is_empty() {
            return When::Absent;
        }
        crate::time::parse(&text).map_or(When::Bad, When::At)
    }
    fn from_number(_number: Number<'a>) -> Self {
        When::Bad
    }
}

/// Where an entity starts in the text: the first number of its `indices`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Start(pub(crate) u32);

impl<'a> Value<'a> for Start {
    fn from_number(number: Number<'a>) -> Self {
        Start(number.whole().and_then(|start| u32::try_from(start).ok()).unwrap_or(0))
    }
    fn read_array(&mut self, cursor: &mut Cursor<'a, '_>) -> Result<(), NotJson> {
        let mut count = 0;
        cursor.array(|cursor| {
            count += 1;
            if count > 1 {
                return cursor.skip();
            }
            let mut start = Int::default();
            start.read_into(cursor)?;
            *self = Start(start.0.and_then(|start| u32::try_from(start).ok()).unwrap_or(0));
            Ok(())
        })
    }
}

/// The first two numbers of an array.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Point(pub(crate) Option<(f64, f64)>);

impl<'a> Value<'a> for Point {
    fn read_array(&mut self, cursor: &mut Cursor<'a, '_>) -> Result<(), NotJson> {
        let mut numbers = [Float::default(); 2];
        let mut count = 0;
        cursor.array(|cursor| {
            count += 1;
            match numbers.get_mut(count - 1) {
                Some(number) => number.read_into(cursor),
                None => cursor.skip(),
            }
        })?;
        let [first, second] = numbers;
        self.0 = first.0.zip(second.0);
        Ok(())
    }
}

/// An object, if the value is one.
pub(crate) struct Object<T>(pub(crate) Option<T>);

impl<T> Default for Object<T> {
    fn default() -> Self {
        Object(None)
    }
}

impl<'a, T: FromFields<'a>> Value<'a> for Object<T> {
    fn read_object(&mut self, cursor: &mut Cursor<'a, '_>) -> Result<(), NotJson> {
        self.0.insert(T::default()).fill(cursor)
    }
}

/// The elements of an array; none for any other value.
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        List(Vec::new())
    }
}

impl<'a, T: Value<'a>> Value<'a> for List<T> {
    fn read_array(&mut self, cursor: &mut Cursor<'a, '_>) -> Result<(), NotJson> {
        cursor.array(|cursor| {
            self.0.push(T::default());
            self.0.last_mut().map_or(Ok(()), |element| element.read_into(cursor))
        })
    }
}

/// An object or array left unparsed, though checked; any other value is as good as absent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Raw<'a>(pub(crate) Option<&'a str>);

impl<'a> Raw<'a> {
    fn read_raw(&mut self, cursor: &mut Cursor<'a, '_>) -> Result<(), NotJson> {
        let start = cursor.at();
        cursor.skip()?;
        self.0 = Some(cursor.since(start));
        Ok(())
    }
}

impl<'a> Value<'a> for Raw<'a> {
    fn read_array(&mut self, cursor: &mut Cursor<'a, '_>) -> Result<(), NotJson> {
        self.read_raw(cursor)
    }
    fn read_object(&mut self, cursor: &mut Cursor<'a, '_>) -> Result<(), NotJson> {
        self.read_raw(cursor)
    }
}

/// What a worker may have seen before, byte for byte: the profile of an author, or a post that stands inside another.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Familiar<'a, const IS_POST: bool> {
    /// As [`Raw`].
    pub(crate) raw: Option<&'a str>,
    /// What is remembered of it.
    pub(crate) token: Option<Token>,
}

impl<'a, const IS_POST: bool> Value<'a> for Familiar<'a, IS_POST> {
    fn read_array(&mut self, cursor: &mut Cursor<'a, '_>) -> Result<(), NotJson> {
        let mut raw = Raw::default();
        raw.read_raw(cursor)?;
        self.raw = raw.0;
        Ok(())
    }
    fn read_object(&mut self, cursor: &mut Cursor<'a, '_>) -> Result<(), NotJson> {
        let rest = cursor.rest();
        let known =
            cursor.memories().and_then(|memories| if IS_POST { memories.posts.recall(rest) } else { memories.profiles.recall(rest) });
        let Some(known) = known else { return self.read_array(cursor) };
        cursor.pass(known.raw.len(), known.depth);
        *self = Familiar { raw: Some(known.raw), token: Some(known.token) };
        Ok(())
    }
}
