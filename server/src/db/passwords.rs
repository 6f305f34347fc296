//! The passwords of accounts.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::DbResult;
use crate::domain::account::AccountId;

/// The password hash of an account. What rests on it holds only while the account is locked.
pub async fn hash(connection: &mut PgConnection, id: AccountId) -> DbResult<Option<String>> {
    let hash = sqlx::query_scalar!("SELECT password_hash FROM accounts WHERE id = $1", id.0)
        .fetch_optional(connection)
        .await?;
    Ok(hash.flatten())
}

/// Sets the password of an account, or takes it away.
pub async fn set(
    connection: &mut PgConnection,
    id: AccountId,
    hash: Option<&str>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE accounts SET password_hash = $2, password_set_at = $3 WHERE id = $1",
        id.0,
        hash,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// When the password of an account was set; `None` when it has none. One that another program set has
/// no time, and counts as old.
pub async fn set_at(
    connection: &mut PgConnection,
    id: AccountId,
) -> DbResult<Option<OffsetDateTime>> {
    let at = sqlx::query_scalar!(
        r#"SELECT coalesce(password_set_at, 'epoch') AS "at!"
         FROM accounts
         WHERE id = $1
           AND password_hash IS NOT NULL"#,
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(at)
}
