//! Randomness: secrets, ids and references, all from the system's generator.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom, SystemRandom};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{code::Code, reference::Reference};

/// The system's generator failed, which leaves nothing that could be done safely.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the system gives no random numbers")]
pub struct NoRandomness;

/// `N` random bytes.
///
/// # Errors
/// [`NoRandomness`] when the system's generator fails.
pub fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// A secret of 256 random bits in 43 URL-safe characters.
pub fn secret() -> Result<String, NoRandomness> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes::<32>()?))
}

/// An id whose order is that of time (UUID version 7, RFC 9562).
pub fn id(now: OffsetDateTime) -> Result<Uuid, NoRandomness> {
    let millis = u64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &bytes()?).into_uuid())
}

/// A reference code.
pub fn reference() -> Result<Reference, NoRandomness> {
    Ok(Reference::from_random(bytes()?))
}

/// A six-digit code.
pub fn code() -> Result<Code, NoRandomness> {
    Ok(Code::from_random(bytes()?))
}
