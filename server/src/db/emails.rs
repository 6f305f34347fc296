//! The e-mails of accounts: whose they are, and who vouches for them.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::DbResult;
use crate::domain::{account::AccountId, email::Email};

/// Marks the e-mail of an account as proved; `false` when another account holds that e-mail,
/// verified, already.
pub async fn verify(
    connection: &mut PgConnection,
    id: AccountId,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let outcome = sqlx::query!(
        "UPDATE accounts SET email_verified_at = coalesce(email_verified_at, $2) WHERE id = $1",
        id.0,
        now,
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

/// Sets the e-mail of an account; `verified` says whether somebody vouches for it.
pub async fn set(
    connection: &mut PgConnection,
    id: AccountId,
    email: &str,
    verified: Option<OffsetDateTime>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE accounts SET email = $2, email_verified_at = $3 WHERE id = $1",
        id.0,
        email,
        verified,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether another account that isn't deleted has this e-mail; `even_unverified` counts those whose
/// e-mail nobody has proved.
pub async fn is_taken(
    connection: &mut PgConnection,
    email: &Email,
    by_another_than: AccountId,
    even_unverified: bool,
) -> DbResult<bool> {
    let taken = sqlx::query_scalar!(
        r#"SELECT EXISTS (
             SELECT
             FROM accounts
             WHERE lower(email COLLATE "C") = $1
               AND (email_verified_at IS NOT NULL OR $3)
               AND status <> 'deleted'
               AND id <> $2
         ) AS "taken!""#,
        email.key(),
        by_another_than.0,
        even_unverified,
    )
    .fetch_one(connection)
    .await?;
    Ok(taken)
}
