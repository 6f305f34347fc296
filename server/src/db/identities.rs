//! Identities: the links between Clio logins and accounts.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::DbResult;
use crate::domain::account::{AccountId, IdentityId};

/// A link, as the person sees it.
#[derive(Debug)]
pub struct IdentityRow {
    /// Its id.
    pub id: Uuid,
    /// The e-mail at Clio.
    pub email: Option<String>,
    /// The first name at Clio.
    pub first_name: String,
    /// The last name at Clio.
    pub last_name: String,
    /// The e-mail at Clio when it was last settled.
    pub settled_email: Option<String>,
    /// The first name at Clio when it was last settled.
    pub settled_first_name: String,
    /// The last name at Clio when it was last settled.
    pub settled_last_name: String,
    /// How it was proved.
    pub link_method: String,
    /// Since when.
    pub linked_at: OffsetDateTime,
    /// The last sign-in with it.
    pub last_used_at: OffsetDateTime,
}

/// What is linked to an account, newest first. `coalesce` as in
/// [`open_session`](super::sign_in::open_session).
pub async fn of_account(
    connection: &mut PgConnection,
    account: AccountId,
) -> DbResult<Vec<IdentityRow>> {
    let rows = sqlx::query_as!(
        IdentityRow,
        "SELECT
             id,
             email,
             first_name,
             last_name,
             settled_email,
             settled_first_name,
             settled_last_name,
             link_method,
             linked_at,
             last_used_at
         FROM identities
         WHERE account_id = $1
           AND coalesce(unlinked_at, 'infinity') = 'infinity'
         ORDER BY linked_at DESC
         LIMIT 50",
        account.0,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// Which of Clio's values count as settled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settle {
    /// The first name.
    pub first_name: bool,
    /// The last name.
    pub last_name: bool,
    /// The e-mail.
    pub email: bool,
}

/// Notes that what Clio says now has been decided about.
pub async fn settle(
    connection: &mut PgConnection,
    identity: IdentityId,
    which: Settle,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE identities
         SET settled_first_name = CASE WHEN $2 THEN first_name ELSE settled_first_name END,
             settled_last_name = CASE WHEN $3 THEN last_name ELSE settled_last_name END,
             settled_email = CASE WHEN $4 THEN email ELSE settled_email END
         WHERE id = $1",
        identity.0,
        which.first_name,
        which.last_name,
        which.email,
    )
    .execute(connection)
    .await?;
    Ok(())
}
