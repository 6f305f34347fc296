//! Whether accounts can be used, since when, and until when they can't.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::DbResult;
use crate::domain::{account::AccountId, desk::undo::Standing};

/// How an account stands.
pub async fn of(connection: &mut PgConnection, id: AccountId) -> DbResult<Option<Standing>> {
    let row = sqlx::query!(
        "SELECT status, status_changed_at, suspended_until FROM accounts WHERE id = $1",
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Standing {
        status: row.status.parse()?,
        since: row.status_changed_at,
        until: row.suspended_until,
    }))
}

/// Sets how an account stands. One that is put back to wait waits for an administrator: showing that one
/// belongs to the firm doesn't undo what somebody decided. `false`, and the transaction is over, when another account has its
/// verified e-mail by now.
pub async fn set(
    connection: &mut PgConnection,
    id: AccountId,
    standing: Standing,
) -> DbResult<bool> {
    let outcome = sqlx::query!(
        "UPDATE accounts
         SET status = $2,
             status_changed_at = $3,
             suspended_until = $4,
             awaits = CASE
                 WHEN $2 = 'pending' AND awaits IN ('membership', 'either') THEN 'approval'
                 ELSE awaits
             END
         WHERE id = $1",
        id.0,
        standing.status.as_str(),
        standing.since,
        standing.until,
    )
    .execute(connection)
    .await;
    match outcome {
        Ok(_) => Ok(true),
        Err(sqlx::Error::Database(error))
            if error.constraint() == Some("accounts_verified_email_key") =>
        {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Suspended accounts that open again by themselves, the longest due first.
pub async fn due(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    most: i64,
) -> DbResult<Vec<AccountId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id
         FROM accounts
         WHERE suspended_until <= $1
           AND status = 'suspended'
         ORDER BY suspended_until
         LIMIT $2",
        now,
        most,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(AccountId).collect())
}
