//! Merges that were done, and what they changed.

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{db::DbResult, domain::account::AccountId};

/// A merge to be noted.
#[derive(Debug)]
pub struct NewMerge {
    /// Its id.
    pub id: Uuid,
    /// The account that stayed.
    pub into: AccountId,
    /// The account that went.
    pub from: AccountId,
    /// The event about the one that stayed.
    pub into_event: i64,
    /// The event about the one that went.
    pub from_event: i64,
    /// What it changed.
    pub changed: Value,
}

/// Notes a merge.
pub async fn insert(
    connection: &mut PgConnection,
    new: &NewMerge,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO merges
             (id, into_account_id, from_account_id, into_event_id, from_event_id, merged_at, changed)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        new.id,
        new.into.0,
        new.from.0,
        new.into_event,
        new.from_event,
        now,
        new.changed,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A merge that nobody has undone.
#[derive(Debug)]
pub struct Merge {
    /// Its id.
    pub id: Uuid,
    /// The account that stayed.
    pub into: AccountId,
    /// The account that went.
    pub from: AccountId,
    /// When.
    pub merged_at: OffsetDateTime,
    /// What it changed; `None` once that is forgotten.
    pub changed: Option<Value>,
}

/// The merge that an event recorded, whichever of the two accounts that is about; `None` when there is none,
/// or it was undone.
pub async fn find(connection: &mut PgConnection, event: i64) -> DbResult<Option<Merge>> {
    let row = sqlx::query!(
        "SELECT id, into_account_id, from_account_id, merged_at, changed
         FROM merges
         WHERE (into_event_id = $1 OR from_event_id = $1)
           AND coalesce(undone_at, 'infinity') = 'infinity'",
        event,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Merge {
        id: row.id,
        into: AccountId(row.into_account_id),
        from: AccountId(row.from_account_id),
        merged_at: row.merged_at,
        changed: row.changed,
    }))
}

/// Notes that a merge was undone, and forgets what it changed; `false` when somebody else undid it before.
pub async fn undone(
    connection: &mut PgConnection,
    id: Uuid,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE merges
         SET undone_at = $2,
             changed = NULL
         WHERE id = $1
           AND coalesce(undone_at, 'infinity') = 'infinity'",
        id,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A merge in the list of those that can be undone.
#[derive(Debug)]
pub struct Lately {
    /// The event about the account that stayed.
    pub event: i64,
    /// The first name of the account that stayed.
    pub first_name: String,
    /// Its last name.
    pub last_name: String,
    /// Its e-mail.
    pub email: String,
    /// The e-mail of the account that went.
    pub from_email: String,
    /// When.
    pub merged_at: OffsetDateTime,
}

/// The merges after a moment that nobody has undone, the last one first.
pub async fn lately(
    connection: &mut PgConnection,
    since: OffsetDateTime,
    limit: i64,
) -> DbResult<Vec<Lately>> {
    let rows = sqlx::query_as!(
        Lately,
        "SELECT
             m.into_event_id AS event,
             i.first_name,
             i.last_name,
             i.email,
             f.email AS from_email,
             m.merged_at
         FROM merges m
         JOIN accounts i ON i.id = m.into_account_id
         JOIN accounts f ON f.id = m.from_account_id
         WHERE m.merged_at > $1
           AND coalesce(m.undone_at, 'infinity') = 'infinity'
         ORDER BY m.merged_at DESC
         LIMIT $2",
        since,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// Forgets what merges changed that can't be undone any more; returns how many.
pub async fn sweep(connection: &mut PgConnection, before: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "UPDATE merges
         SET changed = NULL
         WHERE merged_at < $1
           AND changed IS NOT NULL",
        before,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
