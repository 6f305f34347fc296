//! Hashes and keys of secrets: what is stored instead of them.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// SHA-256 of a secret that has 128 random bits or more, so that no salt is needed.
pub fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// The key of which all other keys of this installation are derived. All nodes share it.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// Takes 32 bytes of `SECRET_KEY`.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Derives a master key from another secret of the settings, for a loopback installation that
    /// has no `SECRET_KEY`.
    pub fn derived_from(secret: &str) -> Self {
        Self(digest(&format!("vestibule master key\0{secret}")))
    }

    /// HMAC-SHA-256 (RFC 2104) over the parts under the key derived for `purpose`.
    ///
    /// The parts are told apart by their lengths.
    pub fn authenticate(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let derived = hmac(&self.0, &[purpose.as_bytes()]);
        hmac(&derived, parts)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length, so this default is never taken.
    let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// A text that is never shown: passwords, keys, mail server logins.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_different_purposes_and_parts_are_different() {
        let key = MasterKey::new([7; 32]);
        let code = key.authenticate("code", &[b"a", b"bc"]);
        assert_ne!(code, key.authenticate("head", &[b"a", b"bc"]));
        assert_ne!(code, key.authenticate("code", &[b"ab", b"c"]));
        assert_eq!(code, key.authenticate("code", &[b"a", b"bc"]));
    }

    #[test]
    fn secrets_are_not_shown_by_debug() {
        assert_eq!(format!("{:?}", Secret::new("x".into())), "Secret(..)");
        assert_eq!(format!("{:?}", MasterKey::new([7; 32])), "MasterKey(..)");
    }
}
