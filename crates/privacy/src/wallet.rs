//! Addresses of wallets. Most carry a checksum, and only what passes is taken.

use crate::find::{Found, Kind, is_within_word, pattern};
use regex::Regex;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"[A-Za-z0-9_\-]{26,128}"));

pub(crate) fn find(text: &str, all: &mut Vec<Found>) {
    for hit in WORD.find_iter(text) {
        let word = hit.as_str();
        if is_within_word(text, &hit.range()) {
            continue;
        }
        if let Some((currency, value)) = currency(word) {
            all.push(Found { range: hit.range(), kind: Kind::Wallet, class: currency.to_owned(), value });
        }
    }
}

/// The currency of an address, and the address in normal form.
fn currency(word: &str) -> Option<(&'static str, String)> {
    if let Some(digits) = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        let is_address = digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        return is_address.then(|| ("ethereum", word.to_ascii_lowercase()));
    }
    let by_shape = if word.len() == 48 && (word.starts_with("EQ") || word.starts_with("UQ")) { ton(word) } else { None };
    by_shape
        .or_else(|| segwit(word).map(|currency| (currency, word.to_ascii_lowercase())))
        .or_else(|| base58(word).map(|currency| (currency, word.to_owned())))
}

/// Addresses by BIP 173 and BIP 350, and Cardano's, which follow the same code.
fn segwit(word: &str) -> Option<&'static str> {
    let separator = word.rfind('1')?;
    let currency = match word.get(..separator)?.to_ascii_lowercase().as_str() {
        "bc" | "tb" => "bitcoin",
        "ltc" => "litecoin",
        "addr" => "cardano",
        "cosmos" => "cosmos",
        _ => return None,
    };
    bech32::decode(word).is_ok().then_some(currency)
}

fn base58(word: &str) -> Option<&'static str> {
    // Monero writes 69 or 77 bytes in blocks of its own, without this checksum.
    let is_base58 = word.bytes().all(|byte| byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'O' | b'I' | b'l'));
    if !is_base58 {
        return None;
    }
    if matches!(word.len(), 95 | 106) && word.starts_with(['4', '8']) {
        return Some("monero");
    }
    let mut bytes = [0u8; 128];
    let length = bs58::decode(word).onto(&mut bytes[..]).ok()?;
    let bytes = bytes.get(..length)?;
    if length == 25 && is_checked(bytes) {
        return match bytes.first()? {
            0x00 | 0x05 => Some("bitcoin"),
            0x30 | 0x32 => Some("litecoin"),
            0x1e | 0x16 => Some("dogecoin"),
            0x4c | 0x10 => Some("dash"),
            0x41 => Some("tron"),
            _ => Some("other"),
        };
    }
    // Solana's addresses are 32 bytes and carry no checksum: a word of 43 or 44 letters that mixes digits and both cases.
    let has = |test: fn(&u8) -> bool| word.as_bytes().iter().any(test);
    let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    (length == 32 && matches!(word.len(), 43 | 44) && is_mixed).then_some("solana")
}

/// The last four bytes are the first four of the doubled SHA-256 of the others.
fn is_checked(bytes: &[u8]) -> bool {
    let Some((payload, check)) = bytes.split_last_chunk::<4>() else { return false };
    Sha256::digest(Sha256::digest(payload)).starts_with(check)
}

/// TON's friendly form: 36 bytes in base64url, of which the last two are a CRC-16 (XMODEM) of the others.
fn ton(word: &str) -> Option<(&'static str, String)> {
    let mut bits = 0u32;
    let mut bytes = Vec::with_capacity(36);
    for (place, letter) in word.bytes().enumerate() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        if place % 4 == 3 {
            bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
            bits = 0;
        }
    }
    let (payload, check) = bytes.split_last_chunk::<2>()?;
    let crc = payload.iter().fold(0u16, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 })
    });
    (crc.to_be_bytes() == *check).then(|| ("ton", word.to_owned()))
}
