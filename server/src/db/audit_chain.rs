//! The chain over the audit events, and the events as it holds them.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::DbResult;

/// An event as it is stored, for the chain and for export.
#[derive(Clone, Debug)]
pub struct EventRow {
    /// Its id.
    pub id: i64,
    /// When.
    pub at: OffsetDateTime,
    /// What.
    pub action: String,
    /// Who did it.
    pub actor_account_id: Option<Uuid>,
    /// Whom it is about.
    pub account_id: Option<Uuid>,
    /// Which link it is about.
    pub identity_id: Option<Uuid>,
    /// The code that the person was shown.
    pub reference: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Further facts, in PostgreSQL's own text of the JSON, which is the same whenever it is read.
    pub detail: Option<String>,
}

/// Events after an id, in order, for export.
pub async fn events_after(
    connection: &mut PgConnection,
    id: i64,
    limit: i64,
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
         WHERE id > $1
         ORDER BY id
         LIMIT $2",
        id,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(events)
}

/// Lets one node at a time seal, until the end of the transaction; `false` when another one does.
pub async fn try_lock(connection: &mut PgConnection) -> DbResult<bool> {
    const CHAIN: i64 = 0x7665_7374_6962_756c;
    let locked = sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock($1) AS "locked!""#,
        CHAIN
    )
    .fetch_one(connection)
    .await?;
    Ok(locked)
}

/// The end of the chain.
#[derive(Clone, Debug)]
pub struct Head {
    /// How many events it holds.
    pub position: i64,
    /// The last hash.
    pub hash: Vec<u8>,
    /// The signature over both.
    pub signature: Vec<u8>,
}

/// The end of the chain, as signed; `None` when somebody removed it.
pub async fn head(connection: &mut PgConnection) -> DbResult<Option<Head>> {
    let head = sqlx::query_as!(Head, "SELECT position, hash, signature FROM audit_head")
        .fetch_optional(connection)
        .await?;
    Ok(head)
}

/// Where sealing goes on.
#[derive(Clone, Debug)]
pub struct Horizon {
    /// Every event of an earlier transaction than this one is in the chain.
    pub sealed_before: String,
    /// The oldest transaction that is still under way, or the next one to come.
    pub oldest_open: String,
}

/// Where sealing goes on.
///
/// Transaction numbers begin anew when a dump is restored; then everything is looked at once more.
pub async fn horizon(connection: &mut PgConnection) -> DbResult<Horizon> {
    let horizon = sqlx::query_as!(
        Horizon,
        r#"SELECT
             CASE
                 WHEN sealed_before > pg_snapshot_xmax(pg_current_snapshot()) THEN '0'
                 ELSE sealed_before::text
             END AS "sealed_before!",
             pg_snapshot_xmin(pg_current_snapshot())::text AS "oldest_open!"
         FROM audit_head"#,
    )
    .fetch_optional(connection)
    .await?;
    Ok(horizon.unwrap_or_else(|| Horizon {
        sealed_before: "0".to_owned(),
        oldest_open: "0".to_owned(),
    }))
}

/// Events that aren't in the chain yet, oldest first, of this transaction and later ones.
pub async fn unsealed(
    connection: &mut PgConnection,
    from: &str,
    limit: i64,
) -> DbResult<Vec<EventRow>> {
    let events = sqlx::query_as!(
        EventRow,
        "SELECT
             e.id,
             e.at,
             e.action,
             e.actor_account_id,
             e.account_id,
             e.identity_id,
             e.reference,
             e.reason,
             e.detail::text AS detail
         FROM audit_events e
         WHERE e.written_by >= $1::text::xid8
           AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.event_id = e.id)
         ORDER BY e.written_by, e.id
         LIMIT $2",
        from,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(events)
}

/// Appends links to the chain and moves its end; `sealed_before` is a transaction such that every
/// event of an earlier one is in the chain then.
pub async fn append(
    connection: &mut PgConnection,
    event_ids: &[i64],
    hashes: &[Vec<u8>],
    head: &Head,
    sealed_before: &str,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO audit_chain (position, event_id, hash, sealed_at)
         SELECT $1::bigint - cardinality($2::bigint[]) + n, event_id, hash, $4
         FROM unnest($2::bigint[], $3::bytea[]) WITH ORDINALITY AS link (event_id, hash, n)",
        head.position,
        event_ids,
        hashes,
        now,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE audit_head
         SET position = $1,
             hash = $2,
             signature = $3,
             sealed_at = $4,
             sealed_before = $5::text::xid8",
        head.position,
        head.hash,
        head.signature,
        now,
        sealed_before,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The hash at a place of the chain.
pub async fn hash_at(connection: &mut PgConnection, position: i64) -> DbResult<Option<Vec<u8>>> {
    let hash = sqlx::query_scalar!("SELECT hash FROM audit_chain WHERE position = $1", position)
        .fetch_optional(connection)
        .await?;
    Ok(hash)
}

/// A link of the chain with the event it is over; the event is gone when somebody removed it.
#[derive(Debug)]
pub struct ChainRow {
    /// The place in the chain.
    pub position: i64,
    /// The id of the event.
    pub event_id: i64,
    /// The hash.
    pub hash: Vec<u8>,
    /// The event.
    pub event: Option<EventRow>,
}

/// The part of the chain after a position, in order.
pub async fn after(
    connection: &mut PgConnection,
    position: i64,
    limit: i64,
) -> DbResult<Vec<ChainRow>> {
    let rows = sqlx::query!(
        r#"SELECT
             c.position,
             c.event_id,
             c.hash,
             e.id AS "id?",
             e.at AS "at?",
             e.action AS "action?",
             e.actor_account_id AS "actor_account_id?",
             e.account_id AS "account_id?",
             e.identity_id AS "identity_id?",
             e.reference AS "reference?",
             e.reason AS "reason?",
             e.detail::text AS "detail?"
         FROM audit_chain c
         LEFT JOIN audit_events e ON e.id = c.event_id
         WHERE c.position > $1
         ORDER BY c.position
         LIMIT $2"#,
        position,
        limit,
    )
    .fetch_all(connection)
    .await?;
    let rows = rows.into_iter().map(|row| ChainRow {
        position: row.position,
        event_id: row.event_id,
        hash: row.hash,
        event: match (row.id, row.at, row.action) {
            (Some(id), Some(at), Some(action)) => Some(EventRow {
                id,
                at,
                action,
                actor_account_id: row.actor_account_id,
                account_id: row.account_id,
                identity_id: row.identity_id,
                reference: row.reference,
                reason: row.reason,
                detail: row.detail,
            }),
            _ => None,
        },
    });
    Ok(rows.collect())
}

/// How many events aren't in the chain, and how old the oldest of them is.
#[derive(Clone, Copy, Debug)]
pub struct Tail {
    /// How many.
    pub count: i64,
    /// The oldest.
    pub oldest: Option<OffsetDateTime>,
}

/// The unsealed tail.
pub async fn tail(connection: &mut PgConnection) -> DbResult<Tail> {
    let tail = sqlx::query_as!(
        Tail,
        r#"SELECT count(*) AS "count!", min(e.at) AS oldest
         FROM audit_events e
         WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.event_id = e.id)"#,
    )
    .fetch_one(connection)
    .await?;
    Ok(tail)
}
