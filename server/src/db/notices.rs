//! What "This wasn't me" in a security mail is about.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use super::DbResult;
use crate::domain::{
    account::{AccountId, IdentityId, Unknown},
    not_me::Kind,
};

/// How long the link in a mail is good for.
pub const LIFETIME: Duration = Duration::days(14);

/// A notice.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What it is about.
    pub kind: Kind,
    /// Whose account.
    pub account: AccountId,
    /// The login that is concerned.
    pub identity: Option<IdentityId>,
    /// The mailbox it went to.
    pub email: String,
    /// When it was sent.
    pub at: OffsetDateTime,
    /// Whether it can still be acted on.
    pub is_open: bool,
}

/// A notice to be stored.
#[derive(Debug)]
pub struct NewNotice<'a> {
    /// SHA-256 of the token in the mail's link.
    pub token_hash: &'a [u8],
    /// What it is about.
    pub kind: Kind,
    /// Whose account.
    pub account: AccountId,
    /// The login that is concerned.
    pub identity: Option<IdentityId>,
    /// The mailbox it goes to.
    pub email: &'a str,
}

/// Stores a notice.
pub async fn put(
    connection: &mut PgConnection,
    new: &NewNotice<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO notices
             (token_hash, account_id, identity_id, kind, email, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        new.token_hash,
        new.account.0,
        new.identity.map(|identity| identity.0),
        new.kind.as_str(),
        new.email,
        now,
        now + LIFETIME,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What a mail's link is about.
pub async fn find(
    connection: &mut PgConnection,
    token_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<Option<Notice>> {
    let row = sqlx::query!(
        r#"SELECT
             kind,
             account_id,
             identity_id,
             email,
             created_at,
             used_at IS NULL AND expires_at > $2 AS "is_open!"
         FROM notices
         WHERE token_hash = $1"#,
        token_hash,
        now,
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Notice {
        kind: Kind::from_word(&row.kind).ok_or(Unknown("kind of notice"))?,
        account: AccountId(row.account_id),
        identity: row.identity_id.map(IdentityId),
        email: row.email,
        at: row.created_at,
        is_open: row.is_open,
    }))
}

/// Makes the links of an account's earlier mails worthless.
pub async fn close_of_account(
    connection: &mut PgConnection,
    account: AccountId,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE notices
         SET used_at = $2
         WHERE account_id = $1
           AND used_at IS NULL",
        account.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses a mail's link up; `false` when it is used or over already.
pub async fn consume(
    connection: &mut PgConnection,
    token_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE notices
         SET used_at = $2
         WHERE token_hash = $1
           AND used_at IS NULL
           AND expires_at > $2",
        token_hash,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes what is over, a day later; returns how many.
pub async fn sweep(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "DELETE FROM notices
         WHERE ctid = ANY (ARRAY(
             SELECT ctid
             FROM notices
             WHERE expires_at < $1
             LIMIT 20000
             FOR UPDATE SKIP LOCKED
         ))",
        now - Duration::DAY,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
