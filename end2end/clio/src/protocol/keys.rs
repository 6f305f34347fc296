//! The signing keys and the published key set (RFC 7517).

use std::sync::{Mutex, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use rsa::rand_core::OsRng;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{RsaPrivateKey, RsaPublicKey};
use serde_json::{Value, json};

use crate::random;
use crate::sync::lock;

/// Making a key takes a moment, so a process makes these few and every provider in it shares them, under ids of its
/// own. Two are published at most, so one is always a stranger.
static POOL: [OnceLock<Result<Key, KeyError>>; 3] = [const { OnceLock::new() }; 3];

/// A key that is too short for RS256 (RFC 7518 §3.3 asks for 2048 bits).
static WEAK: OnceLock<Result<Key, KeyError>> = OnceLock::new();

/// A key couldn't be made or used.
#[derive(Clone, Debug, thiserror::Error)]
#[error("signing key: {0}")]
pub struct KeyError(String);

impl KeyError {
    pub(crate) fn new(cause: impl std::fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

/// What happens to the previous key when the key is rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldKey {
    /// It stays in the key set.
    Stays,
    /// It leaves the key set.
    Leaves,
}

/// An RSA key pair.
struct Key {
    signer: Signer,
    public: RsaPublicKey,
    public_pem: String,
}

enum Signer {
    /// ring signs a token in well under a millisecond.
    Ring(Box<RsaKeyPair>),
    /// ring refuses to sign with a weak key.
    Weak(Box<SigningKey<Sha256>>),
}

impl Key {
    fn make(bits: usize) -> Result<Self, KeyError> {
        let private = RsaPrivateKey::new(&mut OsRng, bits).map_err(KeyError::new)?;
        let public = private.to_public_key();
        let public_pem = public
            .to_public_key_pem(LineEnding::LF)
            .map_err(KeyError::new)?;
        let signer = if bits < 2048 {
            Signer::Weak(Box::new(SigningKey::new(private)))
        } else {
            let der = private.to_pkcs8_der().map_err(KeyError::new)?;
            {
                let pair = RsaKeyPair::from_pkcs8(der.as_bytes()).map_err(KeyError::new)?;
                Signer::Ring(Box::new(pair))
            }
        };
        Ok(Self {
            signer,
            public,
            public_pem,
        })
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.signer {
            Signer::Ring(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    message,
                    &mut signature,
                )
                .map_err(KeyError::new)?;
                Ok(signature)
            }
            Signer::Weak(key) => Ok(key.try_sign(message).map_err(KeyError::new)?.to_vec()),
        }
    }
}

fn made(
    slot: &'static OnceLock<Result<Key, KeyError>>,
    bits: usize,
) -> Result<&'static Key, KeyError> {
    slot.get_or_init(|| Key::make(bits))
        .as_ref()
        .map_err(Clone::clone)
}

fn pooled(index: usize) -> Result<&'static Key, KeyError> {
    made(&POOL[index % POOL.len()], 2048)
}

#[derive(Clone)]
struct PublishedKey {
    id: String,
    key: &'static Key,
}

impl PublishedKey {
    fn new(key: &'static Key) -> Self {
        let id = random::uuid();
        Self { id, key }
    }

    fn jwk(&self) -> Value {
        json!({
            "use": "sig",
            "kty": "RSA",
            "kid": self.id,
            "alg": "RS256",
            "n": URL_SAFE_NO_PAD.encode(self.key.public.n().to_bytes_be()),
            "e": URL_SAFE_NO_PAD.encode(self.key.public.e().to_bytes_be()),
        })
    }
}

/// One provider's keys.
pub(crate) struct Keys {
    ring: Mutex<Ring>,
}

struct Ring {
    /// The pool's place of the current key.
    place: usize,
    current: PublishedKey,
    previous: Option<PublishedKey>,
    /// A key set that a test wants published instead.
    instead: Option<Value>,
}

impl Keys {
    /// A provider's first key; slow the first time in a process.
    pub(crate) fn new() -> Result<Self, KeyError> {
        let ring = Ring {
            place: 0,
            current: PublishedKey::new(pooled(0)?),
            previous: None,
            instead: None,
        };
        Ok(Self {
            ring: Mutex::new(ring),
        })
    }

    /// Signs with the pool's next key from now on, under a new id.
    pub(crate) fn rotate(&self, old: OldKey) -> Result<(), KeyError> {
        let place = lock(&self.ring).place.wrapping_add(1);
        let next = PublishedKey::new(pooled(place)?);
        let mut ring = lock(&self.ring);
        ring.place = place;
        ring.replace_current(next, old);
        Ok(())
    }

    /// Signs with a 1024-bit key from now on.
    pub(crate) fn rotate_to_weak(&self) -> Result<(), KeyError> {
        let weak = PublishedKey::new(made(&WEAK, 1024)?);
        lock(&self.ring).replace_current(weak, OldKey::Leaves);
        Ok(())
    }

    /// Publishes `set` instead of the keys; `None` publishes the keys again.
    pub(crate) fn publish_instead(&self, set: Option<Value>) {
        lock(&self.ring).instead = set;
    }

    /// The key set to publish.
    pub(crate) fn set(&self) -> Value {
        let ring = lock(&self.ring);
        if let Some(instead) = &ring.instead {
            return instead.clone();
        }
        let keys = [Some(&ring.current), ring.previous.as_ref()];
        let keys: Vec<Value> = keys.into_iter().flatten().map(PublishedKey::jwk).collect();
        json!({ "keys": keys })
    }

    /// The id of the key that signs now.
    pub(crate) fn current_id(&self) -> String {
        lock(&self.ring).current.id.clone()
    }

    /// An RS256 signature with the current key.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let key = lock(&self.ring).current.key;
        key.sign(message)
    }

    /// An RS256 signature with a key that is in no key set of this provider.
    pub(crate) fn sign_with_stranger(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let place = lock(&self.ring).place.wrapping_add(1);
        pooled(place)?.sign(message)
    }

    /// An HS256 signature keyed with the PEM text of the current public key.
    pub(crate) fn sign_with_public_key(&self, message: &[u8]) -> Vec<u8> {
        let key = lock(&self.ring).current.key;
        let secret = hmac::Key::new(hmac::HMAC_SHA256, key.public_pem.as_bytes());
        hmac::sign(&secret, message).as_ref().to_vec()
    }
}

impl Ring {
    fn replace_current(&mut self, next: PublishedKey, old: OldKey) {
        let previous = std::mem::replace(&mut self.current, next);
        self.previous = match old {
            OldKey::Stays => Some(previous),
            OldKey::Leaves => None,
        };
    }
}
