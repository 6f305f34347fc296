//! The ends of sessions: a revoked session stays revoked.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::DbResult;
use crate::domain::account::{AccountId, IdentityId, SessionId};

/// Revokes the live sessions that the rest of the statement, checked with it at compile time, picks;
/// `$1` is the moment.
macro_rules! revoke {
    ($rest:literal, $now:expr $(, $argument:expr)* $(,)?) => {
        sqlx::query!(
            "UPDATE sessions SET revoked_at = $1 WHERE revoked_at IS NULL" + $rest,
            $now,
            $($argument),*
        )
    };
}

/// Revokes a session by its key; returns whose it was, if it was alive.
pub async fn by_key(
    connection: &mut PgConnection,
    key_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<Option<AccountId>> {
    let row = revoke!(" AND key_hash = $2 RETURNING account_id", now, key_hash)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| AccountId(row.account_id)))
}

/// Revokes all sessions of an account; returns how many were alive.
pub async fn of_account(
    connection: &mut PgConnection,
    account: AccountId,
    now: OffsetDateTime,
) -> DbResult<u64> {
    let done = revoke!(" AND account_id = $2", now, account.0)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

/// Revokes the sessions of an account but one; returns how many were alive.
pub async fn others(
    connection: &mut PgConnection,
    account: AccountId,
    kept: SessionId,
    now: OffsetDateTime,
) -> DbResult<u64> {
    let done = revoke!(" AND account_id = $2 AND id <> $3", now, account.0, kept.0)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

/// Revokes one session of an account; `false` when it isn't theirs or wasn't alive.
pub async fn one(
    connection: &mut PgConnection,
    account: AccountId,
    id: SessionId,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = revoke!(" AND account_id = $2 AND id = $3", now, account.0, id.0)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Revokes the sessions that a login opened; returns how many were alive.
pub async fn of_identity(
    connection: &mut PgConnection,
    account: AccountId,
    identity: IdentityId,
    now: OffsetDateTime,
) -> DbResult<u64> {
    let done = revoke!(
        " AND account_id = $2 AND identity_id = $3",
        now,
        account.0,
        identity.0,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Revokes the sessions of an account that a mailed code opened.
pub async fn opened_by_code(
    connection: &mut PgConnection,
    account: AccountId,
    now: OffsetDateTime,
) -> DbResult<()> {
    revoke!(
        " AND account_id = $2 AND opened_by = 'code'",
        now,
        account.0
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Revokes all sessions of everybody; returns how many were alive.
pub async fn all(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<u64> {
    let done = revoke!("", now).execute(connection).await?;
    Ok(done.rows_affected())
}
