//! Passwords: argon2id, a few at a time.

use argon2::{
    Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier, password_hash::SaltString,
};
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::{random, secrets::Secret};

/// The longest password that is looked at, in bytes.
pub const MAX_BYTES: usize = 1024;

/// How many passwords are checked at once: each takes 19 MiB and a core for a moment.
const AT_ONCE: usize = 2;

/// Checks and hashes passwords.
///
/// The parameters are the crate's defaults: 19 MiB, two passes, one lane, which is what OWASP's
/// password storage cheat sheet asks for.
#[derive(Debug)]
pub struct PasswordHasher {
    turns: Arc<Semaphore>,
    /// A hash of nothing in particular, so that an account without a password takes as long.
    decoy: String,
}

/// Hashing failed, which only a lack of memory or randomness can bring about.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the password can't be hashed")]
pub struct HashingFailed;

impl PasswordHasher {
    /// Makes a hasher.
    ///
    /// # Errors
    /// [`HashingFailed`].
    pub fn new() -> Result<Self, HashingFailed> {
        let nothing = random::secret().map_err(|_| HashingFailed)?;
        Ok(Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            decoy: hash(&nothing)?,
        })
    }

    /// Whether the password is the one that was hashed. Takes as long when there is no hash.
    pub async fn verify(&self, password: Secret, stored: Option<String>) -> bool {
        if password.expose().len() > MAX_BYTES {
            return false;
        }
        let Ok(turn) = Arc::clone(&self.turns).acquire_owned().await else {
            return false;
        };
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.clone());
        let fits = tokio::task::spawn_blocking(move || {
            // Held to the end of the work, also when nobody waits for it any more.
            let _turn = turn;
            PasswordHash::new(&stored).is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(password.expose().as_bytes(), &hash)
                    .is_ok()
            })
        })
        .await;
        fits.unwrap_or(false) && known
    }
}

/// Hashes a password.
///
/// # Errors
/// [`HashingFailed`].
pub fn hash(password: &str) -> Result<String, HashingFailed> {
    let salt = random::bytes::<16>().map_err(|_| HashingFailed)?;
    let salt = SaltString::encode_b64(&salt).map_err(|_| HashingFailed)?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(|_| HashingFailed)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_fits_and_none_fits_an_account_without_one() {
        let hasher = PasswordHasher::new().unwrap();
        let stored = hash("correct horse battery").unwrap();
        let verify = |text: &str, stored| hasher.verify(Secret::new(text.into()), stored);
        assert!(verify("correct horse battery", Some(stored.clone())).await);
        assert!(!verify("correct horse", Some(stored.clone())).await);
        assert!(!verify("", None).await);
        assert!(!verify("anything", Some("not a hash".into())).await);
        assert!(!verify(&"x".repeat(MAX_BYTES + 1), Some(stored)).await);
    }
}
