//! Codes for signing in without Clio, by the browser that asked for one.
//!
//! A row is written whether an account has the address or not, and guesses at it are counted the same
//! way, so that nobody can tell.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::DbResult;
use crate::domain::{account::AccountId, code};

/// A code to be stored.
#[derive(Debug)]
pub struct NewCode<'a> {
    /// The browser that asked.
    pub browser_hash: &'a [u8],
    /// The address as it was typed.
    pub email: &'a str,
    /// The account that has it, if one does.
    pub account: Option<AccountId>,
    /// The keyed hash of the code.
    pub code_hash: &'a [u8],
}

/// Stores a code in place of the browser's older one; `false`, and nothing stored, when the last one
/// was asked for a moment ago.
pub async fn put(
    connection: &mut PgConnection,
    code: &NewCode<'_>,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "INSERT INTO sign_in_codes (browser_hash, email, account_id, code_hash, created_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (browser_hash) DO UPDATE
         SET email = excluded.email,
             account_id = excluded.account_id,
             code_hash = excluded.code_hash,
             created_at = excluded.created_at,
             tries_left = 5
         WHERE sign_in_codes.created_at <= $6
            OR lower(sign_in_codes.email COLLATE \"C\") <> lower(excluded.email COLLATE \"C\")",
        code.browser_hash,
        code.email,
        code.account.map(|account| account.0),
        code.code_hash,
        now,
        now - code::RESEND_AFTER,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The address that a browser's live code was asked for.
pub async fn sent_to(
    connection: &mut PgConnection,
    browser_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<Option<String>> {
    let email = sqlx::query_scalar!(
        "SELECT email
         FROM sign_in_codes
         WHERE browser_hash = $1
           AND created_at > $2",
        browser_hash,
        now - code::LIFETIME,
    )
    .fetch_optional(connection)
    .await?;
    Ok(email)
}

/// A code that can be guessed at.
#[derive(Debug)]
pub struct CodeRow {
    /// The address it was asked for.
    pub email: String,
    /// The account, if one has it.
    pub account_id: Option<Uuid>,
    /// Its keyed hash.
    pub code_hash: Vec<u8>,
}

/// Takes one guess; `None` when there is no live code or no guess is left.
///
/// Committed before the guess is judged, so that guesses made at once are all counted.
pub async fn take_guess(
    connection: &mut PgConnection,
    browser_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<Option<CodeRow>> {
    let row = sqlx::query_as!(
        CodeRow,
        "UPDATE sign_in_codes
         SET tries_left = tries_left - 1
         WHERE browser_hash = $1
           AND created_at > $2
           AND tries_left > 0
         RETURNING email, account_id, code_hash",
        browser_hash,
        now - code::LIFETIME,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row)
}

/// Uses a code up; `false` when somebody else did before.
pub async fn consume(
    connection: &mut PgConnection,
    browser_hash: &[u8],
    code_hash: &[u8],
) -> DbResult<bool> {
    let done = sqlx::query!(
        "DELETE FROM sign_in_codes WHERE browser_hash = $1 AND code_hash = $2",
        browser_hash,
        code_hash,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets the codes of an account: its password or its e-mail changed.
pub async fn forget_of_account(connection: &mut PgConnection, account: AccountId) -> DbResult<()> {
    sqlx::query!("DELETE FROM sign_in_codes WHERE account_id = $1", account.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes what is too old; returns how many.
pub async fn sweep(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "DELETE FROM sign_in_codes
         WHERE ctid = ANY (ARRAY(
             SELECT ctid
             FROM sign_in_codes
             WHERE created_at <= $1
             LIMIT 20000
             FOR UPDATE SKIP LOCKED
         ))",
        now - code::LIFETIME,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
