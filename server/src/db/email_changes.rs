//! The history of e-mails at Clio: each time another one than before was said.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::DbResult;
use crate::domain::account::{AccountId, IdentityId};

/// A change, and what became of it.
#[derive(Debug)]
pub struct NewChange<'a> {
    /// Its id.
    pub id: Uuid,
    /// The account that the login opens.
    pub account: AccountId,
    /// The login.
    pub identity: IdentityId,
    /// What Clio said before.
    pub old_email: Option<&'a str>,
    /// What Clio says now.
    pub new_email: &'a str,
    /// `followed`, `asked`, `kept` or `collided`.
    pub outcome: &'a str,
}

/// Writes a change down.
pub async fn put(
    connection: &mut PgConnection,
    change: &NewChange<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO email_changes
             (id, account_id, identity_id, old_email, new_email, at, outcome)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        change.id,
        change.account.0,
        change.identity.0,
        change.old_email,
        change.new_email,
        now,
        change.outcome,
    )
    .execute(connection)
    .await?;
    Ok(())
}
