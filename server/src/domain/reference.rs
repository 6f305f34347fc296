//! Reference codes: what a person reads to an administrator, who finds the event by it.

use std::fmt;

/// Eight characters of Crockford's base 32 (no I, L, O, U) with a dash in the middle: `7Q4K-92MX`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference(String);

impl Reference {
    /// Makes a reference of 40 random bits.
    pub fn from_random(bytes: [u8; 5]) -> Self {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let bits = bytes
            .iter()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let mut text = String::with_capacity(9);
        for place in (0..8).rev() {
            let index = (bits >> (place * 5)) & 31;
            text.extend(
                ALPHABET
                    .get(usize::try_from(index).unwrap_or(0))
                    .map(|c| char::from(*c)),
            );
            if place == 4 {
                text.push('-');
            }
        }
        Self(text)
    }

    /// The code as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_short_and_has_no_ambiguous_letters() {
        assert_eq!(Reference::from_random([0; 5]).as_str(), "0000-0000");
        assert_eq!(Reference::from_random([0xff; 5]).as_str(), "ZZZZ-ZZZZ");
        assert_eq!(
            Reference::from_random([1, 2, 3, 4, 5]).as_str(),
            "0410-6105"
        );
    }
}
