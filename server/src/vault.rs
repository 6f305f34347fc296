//! What must be stored and read again, sealed: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) under
//! a key of `SECRET_KEY`.
//!
//! A sealed text names the key that it was sealed with, so that `SECRET_KEY` can be replaced: what was
//! sealed under a key of `SECRET_KEY_PREVIOUS` is still opened, and sealed anew as time permits. It is
//! bound to its place ([`Place`]): taken to another row, it doesn't open.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use uuid::Uuid;

use crate::{
    random::{self, NoRandomness},
    secrets::{MasterKey, Secret},
};

/// The first byte of what is sealed: how.
const FORM: u8 = 1;
/// How many bytes tell the keys apart.
const KEY_ID: usize = 8;
/// The nonce, in bytes: long enough to be drawn at random.
const NONCE: usize = 24;

/// Why a sealed text can't be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Sealed {
    /// None of our keys sealed it.
    #[error("sealed with a key that is in neither SECRET_KEY nor SECRET_KEY_PREVIOUS")]
    KeyUnknown,
    /// It was altered, or is another row's.
    #[error("altered, or another row's")]
    Altered,
}

/// Why a text can't be sealed.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum NotSealed {
    /// No nonce.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The text is longer than 256 GiB.
    #[error("too long to be sealed")]
    TooLong,
}

/// Where a sealed text stands: what it is, and the row.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The column, such as `manage_grants.tokens`.
    pub column: &'a str,
    /// The row.
    pub row: Uuid,
    /// Whose it is.
    pub owner: Uuid,
}

impl Place<'_> {
    /// The associated data: the parts, told apart by their lengths.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = (self.column.len() as u64).to_be_bytes().to_vec();
        bytes.extend_from_slice(self.column.as_bytes());
        bytes.extend_from_slice(self.row.as_bytes());
        bytes.extend_from_slice(self.owner.as_bytes());
        bytes
    }
}

/// Seals and opens.
#[derive(Clone)]
pub struct Vault {
    current: Key,
    previous: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: [u8; KEY_ID],
    cipher: XChaCha20Poly1305,
}

impl Key {
    fn of(master: &MasterKey) -> Self {
        let mut id = [0; KEY_ID];
        id.copy_from_slice(master.authenticate("vault key id", &[]).split_at(KEY_ID).0);
        let key = master.authenticate("vault key", &[]);
        Self {
            id,
            cipher: XChaCha20Poly1305::new(&key.into()),
        }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(..)")
    }
}

impl Vault {
    /// A vault that seals under the current key, and opens what earlier ones sealed as well.
    pub fn new(current: &MasterKey, previous: &[MasterKey]) -> Self {
        Self {
            current: Key::of(current),
            previous: previous.iter().map(Key::of).collect(),
        }
    }

    /// Seals a text for its place.
    ///
    /// # Errors
    /// [`NotSealed`] when there are no random numbers.
    pub fn seal(&self, place: Place<'_>, text: &Secret) -> Result<Vec<u8>, NotSealed> {
        let nonce = random::bytes::<NONCE>()?;
        let payload = Payload {
            msg: text.expose().as_bytes(),
            aad: &place.bytes(),
        };
        let sealed = self
            .current
            .cipher
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| NotSealed::TooLong)?;
        let mut bytes = vec![FORM];
        bytes.extend_from_slice(&self.current.id);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Ok(bytes)
    }

    /// Opens a sealed text at its place.
    ///
    /// # Errors
    /// [`Sealed`] when it doesn't open.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Secret, Sealed> {
        let (id, rest) = parts(sealed).ok_or(Sealed::Altered)?;
        let key = std::iter::once(&self.current)
            .chain(&self.previous)
            .find(|key| key.id == id)
            .ok_or(Sealed::KeyUnknown)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or(Sealed::Altered)?;
        let payload = Payload {
            msg: sealed,
            aad: &place.bytes(),
        };
        let text = key.cipher.decrypt(XNonce::from_slice(nonce), payload);
        let text = text.ok().and_then(|text| String::from_utf8(text).ok());
        text.map(Secret::new).ok_or(Sealed::Altered)
    }

    /// The beginning of all that is sealed under the current key.
    pub fn mark(&self) -> Vec<u8> {
        let mut mark = vec![FORM];
        mark.extend_from_slice(&self.current.id);
        mark
    }
}

/// The id of the key, and what follows.
fn parts(sealed: &[u8]) -> Option<(&[u8], &[u8])> {
    let (form, rest) = sealed.split_first()?;
    (*form == FORM).then_some(())?;
    rest.split_at_checked(KEY_ID)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'static> = Place {
        column: "manage_grants.tokens",
        row: Uuid::from_u128(1),
        owner: Uuid::from_u128(2),
    };

    fn key(byte: u8) -> MasterKey {
        MasterKey::new([byte; 32])
    }

    fn text() -> Secret {
        Secret::new("a token".to_owned())
    }

    #[test]
    fn what_is_sealed_opens_at_its_place_and_nowhere_else() {
        let vault = Vault::new(&key(1), &[]);
        let sealed = vault.seal(PLACE, &text()).unwrap();
        assert!(vault.open(PLACE, &sealed) == Ok(text()));
        for elsewhere in [
            Place {
                column: "manage_grants.token",
                ..PLACE
            },
            Place {
                row: Uuid::from_u128(3),
                ..PLACE
            },
            Place {
                owner: Uuid::from_u128(3),
                ..PLACE
            },
        ] {
            assert!(vault.open(elsewhere, &sealed) == Err(Sealed::Altered));
        }
    }

    #[test]
    fn every_byte_counts() {
        let vault = Vault::new(&key(1), &[]);
        let sealed = vault.seal(PLACE, &text()).unwrap();
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(vault.open(PLACE, &altered).is_err(), "{at}");
            assert!(vault.open(PLACE, &sealed[..at]).is_err(), "{at}");
        }
    }

    #[test]
    fn the_same_text_is_sealed_differently_each_time_and_isn_t_to_be_read() {
        let vault = Vault::new(&key(1), &[]);
        let (one, other) = (vault.seal(PLACE, &text()), vault.seal(PLACE, &text()));
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_ne!(one, other);
        assert!(!one.windows(5).any(|window| window == b"token"));
    }

    #[test]
    fn a_previous_key_opens_what_it_sealed_and_a_foreign_one_doesn_t() {
        let before = Vault::new(&key(1), &[]);
        let sealed = before.seal(PLACE, &text()).unwrap();
        let now = Vault::new(&key(2), &[key(3), key(1)]);
        assert!(now.open(PLACE, &sealed) == Ok(text()));
        assert!(!sealed.starts_with(&now.mark()));
        let anew = now.seal(PLACE, &text()).unwrap();
        assert!(anew.starts_with(&now.mark()));
        assert!(before.open(PLACE, &anew) == Err(Sealed::KeyUnknown));
        assert!(Vault::new(&key(2), &[]).open(PLACE, &sealed) == Err(Sealed::KeyUnknown));
    }
}
