//! One-time links that administrators hand over.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::DbResult;
use crate::domain::{
    account::AccountId,
    linking::{Claim, Holder},
};

/// How long a one-time link is good for that is handed over.
pub const LIFETIME: Duration = Duration::hours(24);
/// How long one is good for that is mailed with an invitation.
pub const INVITATION_LIFETIME: Duration = Duration::days(7);

/// Stores a one-time link, in place of the account's older ones.
pub async fn put(
    connection: &mut PgConnection,
    account: AccountId,
    token_hash: &[u8],
    lifetime: Duration,
    now: OffsetDateTime,
) -> DbResult<()> {
    forget_of_account(connection, account).await?;
    sqlx::query!(
        "INSERT INTO claims (token_hash, account_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4)",
        token_hash,
        account.0,
        now,
        now + lifetime,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Stores the one-time links of accounts that have none yet, and that are told by the same places.
pub async fn put_new(
    connection: &mut PgConnection,
    accounts: &[AccountId],
    token_hashes: &[Vec<u8>],
    lifetime: Duration,
    now: OffsetDateTime,
) -> DbResult<()> {
    let accounts: Vec<Uuid> = accounts.iter().map(|account| account.0).collect();
    sqlx::query!(
        "INSERT INTO claims (token_hash, account_id, created_at, expires_at)
         SELECT token_hash, account_id, $3, $4
         FROM unnest($1::bytea[], $2::uuid[]) AS link (token_hash, account_id)",
        token_hashes,
        &accounts,
        now,
        now + lifetime,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets an account's one-time links that nobody has used: it is opened in another way by now.
pub async fn forget_of_account(connection: &mut PgConnection, account: AccountId) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM claims WHERE account_id = $1 AND used_at IS NULL",
        account.0
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What a one-time link is worth now.
pub async fn find(
    connection: &mut PgConnection,
    token_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<Claim> {
    let row = sqlx::query!(
        "SELECT a.id, a.status
         FROM claims c
         JOIN accounts a ON a.id = c.account_id
         WHERE c.token_hash = $1
           AND c.used_at IS NULL
           AND c.expires_at > $2",
        token_hash,
        now,
    )
    .fetch_optional(connection)
    .await?;
    Ok(match row {
        Some(row) => Claim::Alive(Holder {
            account: AccountId(row.id),
            status: row.status.parse()?,
        }),
        None => Claim::Dead,
    })
}

/// Uses a one-time link up; `false` when it is used or over already.
pub async fn consume(
    connection: &mut PgConnection,
    token_hash: &[u8],
    account: AccountId,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE claims
         SET used_at = $3
         WHERE token_hash = $1
           AND account_id = $2
           AND used_at IS NULL
           AND expires_at > $3",
        token_hash,
        account.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes what was used or is over; returns how many.
pub async fn sweep(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!("DELETE FROM claims WHERE expires_at < $1", now)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}
