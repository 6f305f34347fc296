//! Audit events and the chain over them.

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::DbResult;
use crate::domain::{
    account::{AccountId, IdentityId},
    reference::Reference,
};

/// An event to be recorded.
#[derive(Clone, Debug, Default)]
pub struct NewEvent<'a> {
    /// What happened, such as `account.approved`.
    pub action: &'a str,
    /// Who did it.
    pub actor: Option<AccountId>,
    /// Whom it is about.
    pub account: Option<AccountId>,
    /// The code that the person was shown.
    pub reference: Option<&'a Reference>,
    /// Why, in a fixed word.
    pub reason: Option<&'a str>,
    /// Which link it is about.
    pub identity: Option<IdentityId>,
    /// Further facts without personal data.
    pub detail: Option<Value>,
}

/// Records an event, in the transaction of the change.
pub async fn record(
    connection: &mut PgConnection,
    event: &NewEvent<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    put(connection, event, now).await?;
    Ok(())
}

/// Records an event, and gives its id, for what is kept beside it.
pub async fn put(
    connection: &mut PgConnection,
    event: &NewEvent<'_>,
    now: OffsetDateTime,
) -> DbResult<i64> {
    let id = sqlx::query_scalar!(
        "INSERT INTO audit_events
             (at, action, actor_account_id, account_id, identity_id, reference, reason, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         RETURNING id",
        now,
        event.action,
        event.actor.map(|actor| actor.0),
        event.account.map(|account| account.0),
        event.identity.map(|identity| identity.0),
        event.reference.map(Reference::as_str),
        event.reason,
        event.detail,
    )
    .fetch_one(connection)
    .await?;
    Ok(id)
}

/// Records the same of many accounts: one event each, in the transaction of the change.
pub async fn record_each(
    connection: &mut PgConnection,
    event: &NewEvent<'_>,
    accounts: &[AccountId],
    now: OffsetDateTime,
) -> DbResult<()> {
    let accounts: Vec<Uuid> = accounts.iter().map(|account| account.0).collect();
    sqlx::query!(
        "INSERT INTO audit_events (at, action, actor_account_id, account_id, reason, detail)
         SELECT $1, $2, $3, account_id, $4, $5
         FROM unnest($6::uuid[]) AS about (account_id)",
        now,
        event.action,
        event.actor.map(|actor| actor.0),
        event.reason,
        event.detail,
        &accounts,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An event as the person it is about sees it.
#[derive(Clone, Debug)]
pub struct OwnEvent {
    /// Its id.
    pub id: i64,
    /// When.
    pub at: OffsetDateTime,
    /// What.
    pub action: String,
    /// Who did it.
    pub actor: Option<AccountId>,
    /// Which link it is about.
    pub identity: Option<IdentityId>,
    /// The code that the person was shown.
    pub reference: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// How it was proved, where something was linked or opened.
    pub method: Option<String>,
    /// Whether what it says can be undone: a login that its person disconnected, and that opens no
    /// account since but one that nobody has let in.
    pub is_undoable: bool,
}

/// A place in the order of events, by time and then by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The time.
    pub at: OffsetDateTime,
    /// The id.
    pub id: i64,
}

/// Where an event about an account is; `None` when there is none with this id.
pub async fn place_of_account(
    connection: &mut PgConnection,
    account: AccountId,
    id: i64,
) -> DbResult<Option<Place>> {
    let place = sqlx::query_as!(
        Place,
        "SELECT at, id FROM audit_events WHERE id = $1 AND account_id = $2",
        id,
        account.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(place)
}

/// Events about an account, newest first, before a place or up to now.
pub async fn of_account(
    connection: &mut PgConnection,
    account: AccountId,
    before: Option<Place>,
    limit: i64,
) -> DbResult<Vec<OwnEvent>> {
    let rows = sqlx::query!(
        r#"SELECT
             e.id,
             e.at,
             e.action,
             e.actor_account_id,
             e.identity_id,
             e.reference,
             e.reason,
             e.detail->>'method' AS method,
             (
                 e.action = 'identity.unlinked'
                 AND e.actor_account_id = e.account_id
                 AND i.unlinked_at = e.at
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
             ) IS TRUE AS "is_undoable!"
         FROM audit_events e
         LEFT JOIN identities i ON i.id = e.identity_id
         WHERE e.account_id = $1
           AND (e.at, e.id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::bigint, 0))
         ORDER BY e.at DESC, e.id DESC
         LIMIT $4"#,
        account.0,
        before.map(|place| place.at),
        before.map(|place| place.id),
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| OwnEvent {
            id: row.id,
            at: row.at,
            action: row.action,
            actor: row.actor_account_id.map(AccountId),
            identity: row.identity_id.map(IdentityId),
            reference: row.reference,
            reason: row.reason,
            method: row.method,
            is_undoable: row.is_undoable,
        })
        .collect())
}

/// An event about an account, by its id.
pub async fn find_of_account(
    connection: &mut PgConnection,
    account: AccountId,
    id: i64,
) -> DbResult<Option<OwnEvent>> {
    let Some(Place { at, id }) = place_of_account(connection, account, id).await? else {
        return Ok(None);
    };
    let behind = Place {
        at,
        id: id.saturating_add(1),
    };
    let newest_first = of_account(connection, account, Some(behind), 1).await?;
    Ok(newest_first.into_iter().find(|event| event.id == id))
}
