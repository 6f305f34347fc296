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

/// Disconnects a login from an account; `false` when it isn't connected to it.
pub async fn unlink(
    connection: &mut PgConnection,
    account: AccountId,
    identity: IdentityId,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE identities
         SET unlinked_at = $3
         WHERE id = $1
           AND account_id = $2
           AND coalesce(unlinked_at, 'infinity') = 'infinity'",
        identity.0,
        account.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Connects a login again as it was; `false` when it was not disconnected at that very moment, or it
/// opens another account by now.
pub async fn restore(
    connection: &mut PgConnection,
    account: AccountId,
    identity: IdentityId,
    unlinked_at: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE identities
         SET unlinked_at = NULL
         WHERE id = $1
           AND account_id = $2
           AND coalesce(unlinked_at, '-infinity') = $3
           AND NOT EXISTS (
               SELECT
               FROM identities AS other
               WHERE other.issuer = identities.issuer
                 AND other.subject = identities.subject
                 AND other.unlinked_at IS NULL
           )",
        identity.0,
        account.0,
        unlinked_at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The account that waits to be let in with the very login of a disconnected identity, or that waited and
/// was rejected, and its link; locked. `None` when there is none, or it was ever let in.
pub async fn waiting_instead(
    connection: &mut PgConnection,
    identity: IdentityId,
) -> DbResult<Option<(AccountId, IdentityId)>> {
    let row = sqlx::query!(
        "SELECT a.id AS account_id, other.id AS identity_id
         FROM identities AS own
         JOIN identities AS other
             ON other.issuer = own.issuer
            AND other.subject = own.subject
            AND other.unlinked_at IS NULL
            AND other.account_id <> own.account_id
            AND other.link_method = 'first_sign_in'
         JOIN accounts a ON a.id = other.account_id
         WHERE own.id = $1
           AND a.status IN ('pending', 'deleted')
           AND a.welcomed_at IS NULL
         FOR NO KEY UPDATE OF a",
        identity.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (AccountId(row.account_id), IdentityId(row.identity_id))))
}

/// The links of an account that were made after `since` and still are, but for those that an
/// administrator made or sent the link for.
pub async fn linked_since(
    connection: &mut PgConnection,
    account: AccountId,
    since: OffsetDateTime,
) -> DbResult<Vec<IdentityId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id
         FROM identities
         WHERE account_id = $1
           AND linked_at >= $2
           AND link_method NOT IN ('administrator', 'claim')
           AND coalesce(unlinked_at, 'infinity') = 'infinity'
         ORDER BY id",
        account.0,
        since,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(IdentityId).collect())
}

/// What Clio says of a login of an account now: its e-mail; `None` when it isn't connected to it.
pub async fn live_email(
    connection: &mut PgConnection,
    account: AccountId,
    identity: IdentityId,
) -> DbResult<Option<String>> {
    let email = sqlx::query_scalar!(
        "SELECT email
         FROM identities
         WHERE id = $1
           AND account_id = $2
           AND coalesce(unlinked_at, 'infinity') = 'infinity'",
        identity.0,
        account.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(email.flatten())
}

/// The links of an account that ended at one moment.
pub async fn unlinked_at(
    connection: &mut PgConnection,
    account: AccountId,
    at: OffsetDateTime,
) -> DbResult<Vec<IdentityId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id
         FROM identities
         WHERE account_id = $1
           AND coalesce(unlinked_at, '-infinity') = $2
         ORDER BY id",
        account.0,
        at,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(IdentityId).collect())
}

/// The account that a login opens or opened.
pub async fn owner(
    connection: &mut PgConnection,
    identity: IdentityId,
) -> DbResult<Option<AccountId>> {
    let id = sqlx::query_scalar!(
        "SELECT account_id FROM identities WHERE id = $1",
        identity.0
    )
    .fetch_optional(connection)
    .await?;
    Ok(id.map(AccountId))
}

/// The ids of what is linked to an account.
pub async fn live_of_account(
    connection: &mut PgConnection,
    account: AccountId,
) -> DbResult<Vec<IdentityId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id
         FROM identities
         WHERE account_id = $1
           AND coalesce(unlinked_at, 'infinity') = 'infinity'
         ORDER BY id",
        account.0,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(IdentityId).collect())
}

/// A link that its person undid.
#[derive(Debug)]
pub struct FormerRow {
    /// The event that recorded it.
    pub event: i64,
    /// The link.
    pub identity: Uuid,
    /// The e-mail at Clio.
    pub email: Option<String>,
    /// When.
    pub unlinked_at: OffsetDateTime,
}

/// What a person has disconnected after `since` and nobody has connected again, newest first. An
/// account that nobody has let in with such a login gives way ([`waiting_instead`]).
pub async fn former_of_account(
    connection: &mut PgConnection,
    account: AccountId,
    since: OffsetDateTime,
) -> DbResult<Vec<FormerRow>> {
    let rows = sqlx::query_as!(
        FormerRow,
        r#"SELECT
             e.id AS event,
             i.id AS identity,
             i.email,
             i.unlinked_at AS "unlinked_at!"
         FROM identities i
         JOIN audit_events e
             ON e.account_id = i.account_id
            AND e.identity_id = i.id
            AND e.at = i.unlinked_at
            AND e.action = 'identity.unlinked'
            AND e.actor_account_id = i.account_id
         WHERE i.account_id = $1
           AND coalesce(i.unlinked_at, '-infinity') > $2
           AND NOT EXISTS (
               SELECT
               FROM identities AS other
               JOIN accounts a ON a.id = other.account_id
               WHERE other.issuer = i.issuer
                 AND other.subject = i.subject
                 AND other.unlinked_at IS NULL
                 AND (a.id = i.account_id
                      OR a.status NOT IN ('pending', 'deleted')
                      OR a.welcomed_at IS NOT NULL
                      OR other.link_method <> 'first_sign_in')
           )
         ORDER BY i.unlinked_at DESC
         LIMIT 20"#,
        account.0,
        since,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}
