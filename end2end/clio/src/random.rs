//! Everything unguessable comes from here.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place where randomness comes in"
)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Builder;

/// 256 random bits, base64url without padding.
pub(crate) fn secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// A random UUID, the shape that Hydra gives to session, token and key ids.
pub(crate) fn uuid() -> String {
    Builder::from_random_bytes(rand::random())
        .into_uuid()
        .to_string()
}
