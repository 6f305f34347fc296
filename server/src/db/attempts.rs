//! Sign-in attempts: one row from the button to the callback.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use super::DbResult;

/// How long an attempt lives.
pub const LIFETIME: Duration = Duration::seconds(600);

/// How many attempts one browser may have under way; an older one gives way to a new one.
const PER_BROWSER: i64 = 20;

/// A new attempt.
#[derive(Debug)]
pub struct NewAttempt<'a> {
    /// SHA-256 of `state`.
    pub state_hash: &'a [u8],
    /// SHA-256 of the browser's secret.
    pub browser_hash: &'a [u8],
    /// The nonce that the ID token must repeat.
    pub nonce: &'a str,
    /// The PKCE verifier (RFC 7636).
    pub pkce_verifier: &'a str,
    /// Where the person wants to go.
    pub return_to: Option<&'a str>,
    /// SHA-256 of the one-time link's token.
    pub claim_hash: Option<&'a [u8]>,
    /// Now.
    pub now: OffsetDateTime,
}

/// What a consumed attempt was about.
#[derive(Debug)]
pub struct Attempt {
    /// SHA-256 of the secret of the browser that it is bound to.
    pub browser_hash: Vec<u8>,
    /// The nonce that the ID token must repeat.
    pub nonce: String,
    /// The PKCE verifier.
    pub pkce_verifier: String,
    /// Where the person wants to go; validated when it was stored.
    pub return_to: Option<String>,
    /// SHA-256 of the one-time link's token.
    pub claim_hash: Option<Vec<u8>>,
}

/// Stores an attempt, and deletes the browser's oldest ones beyond the number it may have, so that
/// abandoned starts don't pile up.
pub async fn insert(connection: &mut PgConnection, attempt: &NewAttempt<'_>) -> DbResult<()> {
    sqlx::query!(
        "WITH pushed_out AS (
             DELETE FROM sign_in_attempts
             WHERE state_hash IN (
                 SELECT state_hash
                 FROM sign_in_attempts
                 WHERE browser_hash = $2
                 ORDER BY created_at DESC
                 OFFSET $8
             )
         )
         INSERT INTO sign_in_attempts
             (state_hash, browser_hash, nonce, pkce_verifier, return_to, claim_hash, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        attempt.state_hash,
        attempt.browser_hash,
        attempt.nonce,
        attempt.pkce_verifier,
        attempt.return_to,
        attempt.claim_hash,
        attempt.now,
        PER_BROWSER - 1,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Consumes an attempt: whoever deletes the row has it, and nobody has it twice.
pub async fn consume(
    connection: &mut PgConnection,
    state_hash: &[u8],
    browser_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<Option<Attempt>> {
    let attempt = sqlx::query_as!(
        Attempt,
        "DELETE FROM sign_in_attempts
         WHERE state_hash = $1
           AND browser_hash = $2
           AND created_at > $3
         RETURNING browser_hash, nonce, pkce_verifier, return_to, claim_hash",
        state_hash,
        browser_hash,
        now - LIFETIME,
    )
    .fetch_optional(connection)
    .await?;
    Ok(attempt)
}

/// Deletes what is too old; returns how many.
pub async fn sweep(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "DELETE FROM sign_in_attempts
         WHERE state_hash IN (
             SELECT state_hash
             FROM sign_in_attempts
             WHERE created_at <= $1
             LIMIT 20000
         )",
        now - LIFETIME,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
