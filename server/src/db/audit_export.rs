//! The audit as it is exported, each event with its place in the chain; and what an export is compared
//! with when the database was restored from a backup.

use std::collections::HashSet;

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{DbResult, audit_chain::EventRow};

/// An event with its link.
#[derive(Clone, Debug)]
pub struct ExportRow {
    /// The event.
    pub event: EventRow,
    /// Its place in the chain and the hash there; `None` while it waits to be sealed.
    pub link: Option<(i64, Vec<u8>)>,
}

/// Events after an id, in order.
pub async fn events_after(
    connection: &mut PgConnection,
    id: i64,
    limit: i64,
) -> DbResult<Vec<ExportRow>> {
    let rows = sqlx::query!(
        r#"SELECT
             e.id,
             e.at,
             e.action,
             e.actor_account_id,
             e.account_id,
             e.identity_id,
             e.reference,
             e.reason,
             e.detail::text AS detail,
             c.position AS "position?",
             c.hash AS "hash?"
         FROM (
             SELECT *
             FROM audit_events
             WHERE id > $1
             ORDER BY id
             LIMIT $2
         ) AS e
         LEFT JOIN LATERAL (
             SELECT position, hash
             FROM audit_chain
             WHERE event_id = e.id
               AND event_at = e.at
             LIMIT 1
         ) AS c ON true
         ORDER BY e.id"#,
        id,
        limit,
    )
    .fetch_all(connection)
    .await?;
    let rows = rows.into_iter().map(|row| ExportRow {
        event: EventRow {
            id: row.id,
            at: row.at,
            action: row.action,
            actor_account_id: row.actor_account_id,
            account_id: row.account_id,
            identity_id: row.identity_id,
            reference: row.reference,
            reason: row.reason,
            detail: row.detail,
        },
        link: row.position.zip(row.hash),
    });
    Ok(rows.collect())
}

/// The hashes at these places of the chain, as far as it has them.
pub async fn hashes_at(
    connection: &mut PgConnection,
    places: &[i64],
) -> DbResult<Vec<(i64, Vec<u8>)>> {
    let rows = sqlx::query!(
        "SELECT position, hash FROM audit_chain WHERE position = ANY ($1)",
        places,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.position, row.hash))
        .collect())
}

/// Details in PostgreSQL's own text of the JSON, in which they are sealed.
pub async fn details_as_sealed(
    connection: &mut PgConnection,
    details: &[Option<String>],
) -> DbResult<Vec<Option<String>>> {
    let details = sqlx::query_scalar!(
        "SELECT detail::jsonb::text
         FROM unnest($1::text[]) WITH ORDINALITY AS told (detail, n)
         ORDER BY n",
        details as _,
    )
    .fetch_all(connection)
    .await?;
    Ok(details)
}

/// Which of these events, told by number and moment, the database has.
pub async fn known(
    connection: &mut PgConnection,
    ids: &[i64],
    times: &[OffsetDateTime],
) -> DbResult<HashSet<i64>> {
    let ids = sqlx::query_scalar!(
        r#"SELECT e.id AS "id!"
         FROM unnest($1::bigint[], $2::timestamptz[]) AS told (id, at)
         JOIN audit_events e ON e.id = told.id AND e.at = told.at"#,
        ids,
        times,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().collect())
}

/// The details of all events of a kind, the oldest first.
pub async fn details_of(
    connection: &mut PgConnection,
    action: &str,
) -> DbResult<Vec<serde_json::Value>> {
    let details = sqlx::query_scalar!(
        r#"SELECT detail AS "detail!"
         FROM audit_events
         WHERE action = $1
           AND detail IS NOT NULL
         ORDER BY at, id"#,
        action,
    )
    .fetch_all(connection)
    .await?;
    Ok(details)
}
