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
        self.derive(purpose).authenticate(parts)
    }

    /// The key derived for `purpose`, for whoever authenticates often: deriving it costs as much as
    /// using it.
    pub fn derive(&self, purpose: &str) -> DerivedKey {
        let key = DerivedKey::new(&self.0).authenticate(&[purpose.as_bytes()]);
        DerivedKey::new(&key)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

/// A key for one purpose, made ready to authenticate with.
#[derive(Clone)]
pub struct DerivedKey(Hmac<Sha256>);

impl DerivedKey {
    fn new(key: &[u8; 32]) -> Self {
        // A key that is shorter than a block is used with zeros behind it (RFC 2104).
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
        Self(<Hmac<Sha256> as Mac>::new(&block.into()))
    }

    /// HMAC-SHA-256 over the parts, told apart by their lengths.
    pub fn authenticate(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut message = self.begin();
        for part in parts {
            message.part(&[part]);
        }
        message.finish()
    }

    /// A message to be authenticated part by part.
    pub fn begin(&self) -> Message {
        Message(self.0.clone())
    }
}

impl fmt::Debug for DerivedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DerivedKey(..)")
    }
}

/// A message that is being authenticated.
pub struct Message(Hmac<Sha256>);

impl Message {
    /// Adds a part, which may lie in pieces.
    pub fn part(&mut self, pieces: &[&[u8]]) {
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        self.0.update(&(length as u64).to_be_bytes());
        for piece in pieces {
            self.0.update(piece);
        }
    }

    /// The code over all parts.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Message(..)")
    }
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
    fn a_part_in_pieces_counts_as_the_whole_part() {
        let key = MasterKey::new([7; 32]);
        let code = key.authenticate("audit link", &[b"", b"an event", &[0]]);
        let mut message = key.derive("audit link").begin();
        message.part(&[]);
        message.part(&[b"an ", b"event"]);
        message.part(&[&[0]]);
        assert_eq!(message.finish(), code);
    }

    #[test]
    fn secrets_are_not_shown_by_debug() {
        assert_eq!(format!("{:?}", Secret::new("x".into())), "Secret(..)");
        assert_eq!(format!("{:?}", MasterKey::new([7; 32])), "MasterKey(..)");
    }
}
