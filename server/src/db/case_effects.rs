//! What settling a case did: kept beside the case, for whoever takes the decision back.

use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{DbError, DbResult};
use crate::domain::account::IdentityId;

/// What settling a case changed beside the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum Effect {
    /// Nothing.
    Nothing,
    /// It linked a login.
    Linked {
        /// The new link.
        identity: Uuid,
    },
    /// What Clio says is the e-mail of a login counts as decided about.
    Settled {
        /// The link.
        identity: Uuid,
        /// What counted as decided about before.
        settled: Option<String>,
    },
    /// The same, and the account took the e-mail.
    TookEmail {
        /// The link.
        identity: Uuid,
        /// What counted as decided about before.
        settled: Option<String>,
        /// The account's e-mail before.
        email: String,
        /// Since when that was proved; `None` when it wasn't.
        #[serde(with = "time::serde::rfc3339::option")]
        verified_at: Option<OffsetDateTime>,
    },
    /// It connected logins again that had been disconnected when the case was opened.
    Restored {
        /// Their links.
        identities: Vec<Uuid>,
        /// Whether the account's e-mail counted as proved again.
        verified: bool,
    },
}

/// Notes what settling a case did.
pub async fn put(connection: &mut PgConnection, case: Uuid, effect: &Effect) -> DbResult<()> {
    sqlx::query!(
        "UPDATE cases SET effect = $2 WHERE id = $1",
        case,
        Json(effect) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What settling a case did at that very moment; `None` when it was settled at another or isn't, and where it can't
/// be taken back.
pub async fn of(
    connection: &mut PgConnection,
    case: Uuid,
    settled_at: OffsetDateTime,
) -> DbResult<Option<Effect>> {
    let effect = sqlx::query_scalar!(
        r#"SELECT effect AS "effect: Json<Effect>"
         FROM cases
         WHERE id = $1
           AND coalesce(settled_at, '-infinity') = $2"#,
        case,
        settled_at,
    )
    .fetch_optional(connection)
    .await?;
    Ok(effect.flatten().map(|Json(effect)| effect))
}

/// Has a case wait again that was settled at that moment; `false`, and the transaction is over, when it wasn't or the
/// same is being asked anew by now.
pub async fn reopen(
    connection: &mut PgConnection,
    case: Uuid,
    settled_at: OffsetDateTime,
) -> DbResult<bool> {
    let outcome = sqlx::query!(
        "UPDATE cases
         SET settled_at = NULL,
             outcome = NULL,
             decided_by = NULL,
             effect = NULL
         WHERE id = $1
           AND coalesce(settled_at, '-infinity') = $2",
        case,
        settled_at,
    )
    .execute(connection)
    .await;
    match outcome {
        Ok(done) => Ok(done.rows_affected() == 1),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        Err(error) => Err(DbError::from(error)),
    }
}

/// Forgets what settling cases did that can't be undone any more; returns how many.
pub async fn sweep(connection: &mut PgConnection, before: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "UPDATE cases
         SET effect = NULL
         WHERE settled_at < $1
           AND effect IS NOT NULL",
        before,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// What counts as decided about of the e-mail that Clio says; for [`Effect::Settled`].
pub async fn settled_email(
    connection: &mut PgConnection,
    identity: IdentityId,
) -> DbResult<Option<String>> {
    let settled = sqlx::query_scalar!(
        "SELECT settled_email FROM identities WHERE id = $1",
        identity.0
    )
    .fetch_optional(connection)
    .await?;
    Ok(settled.flatten())
}

/// Has another e-mail count as decided about.
pub async fn set_settled_email(
    connection: &mut PgConnection,
    identity: Uuid,
    settled: Option<&str>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE identities SET settled_email = $2 WHERE id = $1",
        identity,
        settled,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Since when the e-mail of an account is proved; locked by the caller.
pub async fn verified_at(
    connection: &mut PgConnection,
    account: Uuid,
) -> DbResult<Option<OffsetDateTime>> {
    let at = sqlx::query_scalar!(
        "SELECT email_verified_at FROM accounts WHERE id = $1",
        account
    )
    .fetch_optional(connection)
    .await?;
    Ok(at.flatten())
}
