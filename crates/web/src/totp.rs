//! The second factor: time-based one-time passwords (RFC 6238: HMAC-SHA-1, 30 seconds, 6 digits), which every authenticator app knows.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Seconds of a step.
const STEP: i64 = 30;
/// Steps that a clock may be off, either way.
const DRIFT: i64 = 1;

/// The code of a step.
fn code(key: &[u8], step: u64) -> Option<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last()? & 0xf);
    let four: [u8; 4] = hash.get(offset..offset + 4)?.try_into().ok()?;
    Some((u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

/// The step whose code this is, at a time in seconds since 1970; none when it is the code of no step near, or of one not after `used`.
pub(crate) fn step_of(key: &[u8], given: &str, seconds: i64, used: i64) -> Option<i64> {
    let digits: String = given.chars().filter(|letter| !letter.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let now = seconds.div_euclid(STEP);
    let mut found = None;
    // Every step is worked out, so that the time does not tell which one fitted.
    for step in now - DRIFT..=now + DRIFT {
        let fits = u64::try_from(step)
            .ok()
            .and_then(|step| code(key, step))
            .is_some_and(|code| crate::secret::same(&format!("{code:06}"), &digits));
        if fits && step > used && found.is_none() {
            found = Some(step);
        }
    }
    found
}

/// The key as apps take it: base 32 (RFC 4648) without padding.
pub(crate) fn base32(key: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in key {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(char::from(LETTERS[(bits >> held & 31) as usize]));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        text.push(char::from(LETTERS[(bits << (5 - held) & 31) as usize]));
    }
    text
}

/// What an app scans.
pub(crate) fn uri(name: &str, key: &[u8]) -> String {
    format!("otpauth://totp/Marsad:{name}?secret={}&issuer=Marsad&algorithm=SHA1&digits=6&period=30", base32(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let key = b"12345678901234567890";
        let table = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, expected) in table {
            assert_eq!(step_of(key, expected, seconds, 0), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_once_and_near_its_time_only() {
        let key = b"12345678901234567890";
        let step = step_of(key, "287 082", 59, 0).unwrap();
        assert_eq!(step_of(key, "287082", 59, step), None);
        assert_eq!(step_of(key, "287082", 59 + 30, 0), Some(step));
        assert_eq!(step_of(key, "287082", 59 + 60 + 1, 0), None);
        for bad in ["", "28708", "2870822", "28708a", "-28708", "٢٨٧٠٨٢"] {
            assert_eq!(step_of(key, bad, 59, 0), None, "{bad}");
        }
    }

    /// RFC 4648, section 10, without padding.
    #[test]
    fn base32_is_that_of_the_standard() {
        let table =
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")];
        for (plain, expected) in table {
            assert_eq!(base32(plain.as_bytes()), expected);
        }
    }
}
