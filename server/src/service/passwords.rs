//! Passwords: argon2id, a few at a time, and which of them are common.

use argon2::{
    Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier, password_hash::SaltString,
};
use std::sync::Arc;

use tokio::sync::Semaphore;
use zxcvbn::{Score, matching::patterns::MatchPattern, zxcvbn};

pub use crate::domain::password::MAX_BYTES;
use crate::{
    domain::password::{self, PersonalWords, Weakness},
    random,
    secrets::Secret,
};

/// How many passwords are worked on at once: each takes 19 MiB and a core for a moment.
const AT_ONCE: usize = 2;

/// How many characters of a password are compared with common ones. The time grows with the square
/// of the length, and with the signs that may stand for letters: of a person's password of 32
/// characters it is a millisecond, of the worst 50 ms, about what hashing takes; of the worst 100
/// characters it would be half a second. What is strong within 32 characters stays so with more; what
/// begins with 32 weak ones is refused, whatever follows.
const COMPARED_CHARS: usize = 32;

/// Judges, checks and hashes passwords.
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
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.clone());
        let fits = self.in_turn(move || {
            PasswordHash::new(&stored).is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(password.expose().as_bytes(), &hash)
                    .is_ok()
            })
        });
        fits.await.unwrap_or(false) && known
    }

    /// Hashes a password that was taken, off the threads that answer requests.
    ///
    /// # Errors
    /// [`HashingFailed`].
    pub async fn hash(&self, password: Secret) -> Result<String, HashingFailed> {
        self.in_turn(move || hash(password.expose()))
            .await
            .unwrap_or(Err(HashingFailed))
    }

    /// Judges a password that somebody wants to have.
    ///
    /// # Errors
    /// The [`Weakness`] for which it isn't taken.
    pub async fn judge(&self, password: &Secret, about: &PersonalWords) -> Result<(), Weakness> {
        password::judge(password.expose(), about)?;
        let password = password.clone();
        // What couldn't be compared isn't taken either: another password will do.
        match self.in_turn(move || is_common(password.expose())).await {
            Some(false) => Ok(()),
            Some(true) | None => Err(Weakness::Common),
        }
    }

    /// Does work that keeps a core busy, off the threads that answer requests, when it is its turn;
    /// `None` when it panicked.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.ok()?;
        let done = tokio::task::spawn_blocking(move || {
            // Held to the end of the work, also when nobody waits for it any more.
            let _turn = turn;
            work()
        });
        done.await.ok()
    }
}

/// Whether a password is among the first 10^8 (a score below 3) that somebody would try who knows
/// what people choose: lists of leaked passwords and of words, dates, repetitions, neighbouring
/// keys, and what they are dressed up with; or one word of a list, however it is dressed up.
///
/// Behind it is the crate `zxcvbn`, whose lists of 94,000 words make the program about 1 MiB larger.
fn is_common(password: &str) -> bool {
    let start: String = password.chars().take(COMPARED_CHARS).collect();
    let estimate = zxcvbn(&start, &[]);
    let is_one_word = matches!(
        estimate.sequence(),
        [only] if matches!(only.pattern, MatchPattern::Dictionary(_))
    );
    estimate.score() < Score::Three || is_one_word
}

/// Hashes a password, here and now: keeps the thread busy for tens of milliseconds. In a request,
/// [`PasswordHasher::hash`] does it elsewhere.
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
    #[tokio::test]
    async fn a_password_hashed_elsewhere_is_the_one_that_fits() {
        let hasher = PasswordHasher::new().unwrap();
        let password = Secret::new("paper, ink & brass".into());
        let stored = hasher.hash(password.clone()).await.unwrap();
        assert!(hasher.verify(password, Some(stored)).await);
    }

    #[tokio::test]
    async fn passwords_are_judged_by_length_by_names_and_by_what_people_choose() {
        let hasher = PasswordHasher::new().unwrap();
        let dana = PersonalWords::new(
            &["Dana", "Whitlock"],
            "d.whitlock@harbourlane.test",
            "Harbour & Lane",
        );
        let long = "harbour bell lantern ".repeat(7);
        for (password, verdict) in [
            ("harbour bell lantern", Ok(())),
            ("paper, ink & brass", Ok(())),
            ("Tr0ub4dor&3 and more", Ok(())),
            ("кораблик и якорь", Ok(())),
            (&long[..128], Ok(())),
            ("brass bell", Ok(())),
            (&long[..129], Err(Weakness::Length)),
            ("x7Q!kz@4", Err(Weakness::Length)),
            ("Harbour&Lane1", Err(Weakness::Personal)),
            ("Whitlock2024", Err(Weakness::Personal)),
            ("password123", Err(Weakness::Common)),
            ("P@ssw0rd!!", Err(Weakness::Common)),
            ("iloveyou123", Err(Weakness::Common)),
            ("letmein2023", Err(Weakness::Common)),
            ("Summer2024!", Err(Weakness::Common)),
            ("qwertyuiop", Err(Weakness::Common)),
            ("1qaz2wsx3edc", Err(Weakness::Common)),
            ("123456789", Err(Weakness::Common)),
            ("19.05.1985!", Err(Weakness::Common)),
            ("aaaaaaaaaaaaaaaa", Err(Weakness::Common)),
            ("passwordpassword", Err(Weakness::Common)),
            ("iNtErNaTiOnAlIzAtIoN", Err(Weakness::Common)),
        ] {
            let judged = hasher.judge(&Secret::new(password.into()), &dana).await;
            assert_eq!(judged, verdict, "{password}");
        }
    }

    #[test]
    fn long_passwords_are_compared_by_their_beginning() {
        for (sample, is_weak) in [("4@8({[<6931!|70$5+2%", false), ("p4ssw0rd", true)] {
            let long: String = sample.chars().cycle().take(128).collect();
            assert_eq!(is_common(&long), is_weak, "{sample}");
        }
    }
}
