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

/// The event that a run of the sealer did last, in the order in which it goes.
#[derive(Clone, Debug)]
pub struct Done {
    /// The transaction that wrote it.
    pub written_by: String,
    /// Its id.
    pub id: i64,
}

/// An event that the sealer comes to.
#[derive(Clone, Debug)]
pub struct PassedRow {
    /// The event.
    pub event: EventRow,
    /// The transaction that wrote it.
    pub written_by: String,
    /// Whether it has its link already.
    pub is_sealed: bool,
}

/// How many events [`next_events`] looks at.
pub const BATCH: usize = 2_000;

/// The [`BATCH`] events after one that is done, in the order of their transactions, sealed or not;
/// fewer when there aren't any more.
///
/// The number stands in the statement, and each event is looked up in the chain by itself, because
/// who plans this knows neither where in the audit `after` is nor that nearly all before is sealed:
/// he would join the whole audit with the whole chain.
pub async fn next_events(connection: &mut PgConnection, after: &Done) -> DbResult<Vec<PassedRow>> {
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
             e.written_by::text AS "written_by!",
             c.event_id IS NOT NULL AS "is_sealed!"
         FROM (
             SELECT *
             FROM audit_events
             WHERE (written_by, id) > ($1::text::xid8, $2)
             ORDER BY written_by, id
             LIMIT 2000
         ) AS e
         LEFT JOIN LATERAL (
             SELECT event_id
             FROM audit_chain
             WHERE event_id = e.id
             LIMIT 1
         ) AS c ON true
         ORDER BY e.written_by, e.id"#,
        after.written_by,
        after.id,
    )
    .fetch_all(connection)
    .await?;
    let rows = rows.into_iter().map(|row| PassedRow {
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
        written_by: row.written_by,
        is_sealed: row.is_sealed,
    });
    Ok(rows.collect())
}

/// A link to be appended.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The event.
    pub event_id: i64,
    /// When it was.
    pub event_at: OffsetDateTime,
    /// The hash.
    pub hash: [u8; 32],
}

/// Appends links to the chain and moves its end; `sealed_before` is a transaction such that every
/// event of an earlier one is in the chain then.
pub async fn append(
    connection: &mut PgConnection,
    links: &[NewLink],
    head: &Head,
    sealed_before: &str,
    now: OffsetDateTime,
) -> DbResult<()> {
    let ids: Vec<i64> = links.iter().map(|link| link.event_id).collect();
    let times: Vec<OffsetDateTime> = links.iter().map(|link| link.event_at).collect();
    let hashes: Vec<&[u8]> = links.iter().map(|link| link.hash.as_slice()).collect();
    sqlx::query!(
        "INSERT INTO audit_chain (position, event_id, event_at, hash, sealed_at)
         SELECT $1::bigint - cardinality($2::bigint[]) + n, event_id, event_at, hash, $5
         FROM unnest($2::bigint[], $3::timestamptz[], $4::bytea[])
              WITH ORDINALITY AS link (event_id, event_at, hash, n)",
        head.position,
        &ids,
        &times,
        hashes as _,
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

/// Notes that every event of an earlier transaction than this one is in the chain.
pub async fn pass(connection: &mut PgConnection, sealed_before: &str) -> DbResult<()> {
    sqlx::query!(
        "UPDATE audit_head SET sealed_before = $1::text::xid8",
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
