//! Mailed codes.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::DbResult;
use crate::domain::{account::AccountId, code};

/// What a code proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// That the mailbox of a waiting account is the person's, for admission.
    Admission,
    /// That whoever is signed in is still there.
    Confirm,
}

impl Purpose {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admission => "admission",
            Self::Confirm => "confirm",
        }
    }
}

/// Stores a code in place of an older one; `false`, and nothing stored, when the last one was asked
/// for a moment ago.
pub async fn put(
    connection: &mut PgConnection,
    account: AccountId,
    purpose: Purpose,
    email: &str,
    code_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "INSERT INTO mail_codes (account_id, purpose, email, code_hash, created_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account_id, purpose) DO UPDATE
         SET email = excluded.email,
             code_hash = excluded.code_hash,
             created_at = excluded.created_at,
             tries_left = 5
         WHERE mail_codes.created_at <= $6",
        account.0,
        purpose.as_str(),
        email,
        code_hash,
        now,
        now - code::RESEND_AFTER,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A code that can be guessed at.
#[derive(Debug)]
pub struct CodeRow {
    /// The mailbox it went to.
    pub email: String,
    /// Its hash.
    pub code_hash: Vec<u8>,
}

/// Takes one guess; `None` when there is no live code or no guess is left.
///
/// Committed before the guess is judged, so that guesses made at once are all counted.
pub async fn take_guess(
    connection: &mut PgConnection,
    account: AccountId,
    purpose: Purpose,
    now: OffsetDateTime,
) -> DbResult<Option<CodeRow>> {
    let row = sqlx::query_as!(
        CodeRow,
        "UPDATE mail_codes
         SET tries_left = tries_left - 1
         WHERE account_id = $1
           AND purpose = $2
           AND created_at > $3
           AND tries_left > 0
         RETURNING email, code_hash",
        account.0,
        purpose.as_str(),
        now - code::LIFETIME,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row)
}

/// Whether a live code waits to be typed.
pub async fn is_waiting(
    connection: &mut PgConnection,
    account: AccountId,
    purpose: Purpose,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let waiting = sqlx::query_scalar!(
        r#"SELECT EXISTS (
             SELECT
             FROM mail_codes
             WHERE account_id = $1
               AND purpose = $2
               AND created_at > $3
               AND tries_left > 0
         ) AS "waiting!""#,
        account.0,
        purpose.as_str(),
        now - code::LIFETIME,
    )
    .fetch_one(connection)
    .await?;
    Ok(waiting)
}

/// Uses a code up; `false` when somebody else did before.
pub async fn consume(
    connection: &mut PgConnection,
    account: AccountId,
    purpose: Purpose,
    code_hash: &[u8],
) -> DbResult<bool> {
    let done = sqlx::query!(
        "DELETE FROM mail_codes WHERE account_id = $1 AND purpose = $2 AND code_hash = $3",
        account.0,
        purpose.as_str(),
        code_hash,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets the codes of an account: its password or its e-mail changed.
pub async fn forget_of_account(connection: &mut PgConnection, account: AccountId) -> DbResult<()> {
    sqlx::query!("DELETE FROM mail_codes WHERE account_id = $1", account.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes what is too old; returns how many.
pub async fn sweep(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "DELETE FROM mail_codes WHERE created_at <= $1",
        now - code::LIFETIME,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
