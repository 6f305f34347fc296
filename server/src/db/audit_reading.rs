//! The whole audit, read from its first event on to be compared with its chain.
//!
//! Links and events are read apart, a run of links and then the events that they name: a join of both
//! would look through every month for every link.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{DbResult, audit_chain::EventRow};

/// A link of the chain.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// The place in the chain, from 1 on.
    pub position: i64,
    /// The id of the event.
    pub event_id: i64,
    /// When the event was.
    pub event_at: OffsetDateTime,
    /// The hash.
    pub hash: Vec<u8>,
}

/// The part of the chain after a position, in order.
pub async fn links_after(
    connection: &mut PgConnection,
    position: i64,
    limit: i64,
) -> DbResult<Vec<LinkRow>> {
    let links = sqlx::query_as!(
        LinkRow,
        "SELECT
             position,
             event_id,
             event_at,
             hash
         FROM audit_chain
         WHERE position > $1
         ORDER BY position
         LIMIT $2",
        position,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(links)
}

/// The events with these ids from one time to another, both included, in no order. The times tell in
/// which months to look.
pub async fn events(
    connection: &mut PgConnection,
    ids: &[i64],
    from: OffsetDateTime,
    to: OffsetDateTime,
) -> DbResult<Vec<EventRow>> {
    let events = sqlx::query_as!(
        EventRow,
        "SELECT
             id,
             at,
             action,
             actor_account_id,
             account_id,
             identity_id,
             reference,
             reason,
             detail::text AS detail
         FROM audit_events
         WHERE id = ANY ($1)
           AND at >= $2
           AND at <= $3",
        ids,
        from,
        to,
    )
    .fetch_all(connection)
    .await?;
    Ok(events)
}

/// Whether there is an event with this id, whenever it was.
pub async fn exists(connection: &mut PgConnection, id: i64) -> DbResult<bool> {
    let exists = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM audit_events WHERE id = $1) AS "exists!""#,
        id,
    )
    .fetch_one(connection)
    .await?;
    Ok(exists)
}

/// How many events there are.
pub async fn count(connection: &mut PgConnection) -> DbResult<i64> {
    let count = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM audit_events"#)
        .fetch_one(connection)
        .await?;
    Ok(count)
}

/// Events that aren't in the chain.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tail {
    /// How many.
    pub count: i64,
    /// When the oldest of them was.
    pub oldest: Option<OffsetDateTime>,
}

/// The events of this transaction and of later ones that aren't in the chain: "0" looks at all there
/// are, which takes long.
pub async fn tail(connection: &mut PgConnection, from: &str) -> DbResult<Tail> {
    let tail = sqlx::query_as!(
        Tail,
        r#"SELECT
             count(*) AS "count!",
             min(e.at) AS oldest
         FROM audit_events e
         LEFT JOIN LATERAL (
             SELECT event_id
             FROM audit_chain
             WHERE event_id = e.id
               AND event_at = e.at
             LIMIT 1
         ) AS c ON true
         WHERE e.written_by >= $1::text::xid8
           AND c.event_id IS NULL"#,
        from,
    )
    .fetch_one(connection)
    .await?;
    Ok(tail)
}
