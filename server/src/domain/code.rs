//! Six-digit codes, mailed to prove a mailbox.

use time::Duration;

/// How long a code is good for.
pub const LIFETIME: Duration = Duration::minutes(15);
/// How soon another code may be asked for.
pub const RESEND_AFTER: Duration = Duration::seconds(60);

/// Six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// Makes a code of random bits, evenly spread to within one part in four thousand.
    pub fn from_random(bytes: [u8; 4]) -> Self {
        Self(format!("{:06}", u32::from_be_bytes(bytes) % 1_000_000))
    }

    /// Parses what a person typed: six digits, spaces and dashes aside.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 40 {
            return None;
        }
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(Self(digits))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_spaced() {
        for text in ["123456", "123 456", " 123-456 "] {
            assert_eq!(Code::parse(text).unwrap().as_str(), "123456");
        }
        for text in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert!(Code::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_made_code_keeps_its_leading_zeros() {
        assert_eq!(Code::from_random([0, 0, 0, 7]).as_str(), "000007");
    }
}
