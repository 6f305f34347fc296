//! Several decisions made in one go, and what became of each.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, Unknown},
        desk::queue::{Act, Item},
    },
};

/// How long a report is kept.
pub const KEEP: Duration = Duration::days(90);

/// Writes down what is about to be decided.
pub async fn begin(
    connection: &mut PgConnection,
    id: Uuid,
    actor: AccountId,
    act: Act,
    items: &[Item],
    now: OffsetDateTime,
) -> DbResult<()> {
    let items: Vec<String> = items.iter().map(Item::to_string).collect();
    sqlx::query!(
        "WITH batch AS (
             INSERT INTO queue_batches (id, actor_id, act, created_at)
             VALUES ($1, $2, $3, $4)
             RETURNING id
         )
         INSERT INTO queue_batch_items (batch_id, position, item)
         SELECT batch.id, position, item
         FROM batch
         CROSS JOIN unnest($5::text[]) WITH ORDINALITY AS items (item, position)",
        id,
        actor.0,
        act.as_str(),
        now,
        &items,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down what became of an item: `done`, or why it wasn't.
pub async fn note(
    connection: &mut PgConnection,
    batch: Uuid,
    item: Item,
    outcome: &str,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE queue_batch_items SET outcome = $3 WHERE batch_id = $1 AND item = $2",
        batch,
        item.to_string(),
        outcome,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What became of one of several.
#[derive(Clone, Debug)]
pub struct Noted {
    /// The item.
    pub item: Item,
    /// `done`, or why it wasn't; `None` when it wasn't its turn.
    pub outcome: Option<String>,
    /// Whose account it is about, as far as that is still known.
    pub account: Option<(AccountId, String, String, String)>,
    /// The reference of the case.
    pub reference: Option<String>,
}

/// Several decisions made in one go.
#[derive(Clone, Debug)]
pub struct Batch {
    /// What was done.
    pub act: Act,
    /// When it began.
    pub at: OffsetDateTime,
    /// In their order.
    pub items: Vec<Noted>,
}

/// What became of several decisions; `None` when there are none with this id.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> DbResult<Option<Batch>> {
    let head = sqlx::query!(
        "SELECT act, created_at FROM queue_batches WHERE id = $1",
        id
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(head) = head else {
        return Ok(None);
    };
    let rows = sqlx::query!(
        r#"SELECT
             b.item,
             b.outcome,
             c.reference AS "reference?",
             a.id AS "account_id?",
             a.email AS "email?",
             a.first_name AS "first_name?",
             a.last_name AS "last_name?"
         FROM queue_batch_items b
         LEFT JOIN cases c ON b.item LIKE 'c%' AND c.id = substr(b.item, 2)::uuid
         LEFT JOIN accounts a
             ON a.id = CASE WHEN b.item LIKE 'a%' THEN substr(b.item, 2)::uuid ELSE c.account_id END
         WHERE b.batch_id = $1
         ORDER BY b.position"#,
        id,
    )
    .fetch_all(connection)
    .await?;
    let items = rows
        .into_iter()
        .map(|row| {
            let account = match (row.account_id, row.email, row.first_name, row.last_name) {
                (Some(id), Some(email), Some(first), Some(last)) => {
                    Some((AccountId(id), email, first, last))
                }
                _ => None,
            };
            Ok(Noted {
                item: row.item.parse()?,
                outcome: row.outcome,
                account,
                reference: row.reference,
            })
        })
        .collect::<DbResult<_>>()?;
    Ok(Some(Batch {
        act: Act::from_word(&head.act).ok_or(Unknown("act"))?,
        at: head.created_at,
        items,
    }))
}

/// Deletes what was done before `before`; returns how many.
pub async fn sweep(connection: &mut PgConnection, before: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "DELETE FROM queue_batches
         WHERE ctid = ANY (ARRAY(
             SELECT ctid
             FROM queue_batches
             WHERE created_at < $1
             LIMIT 1000
             FOR UPDATE SKIP LOCKED
         ))",
        before,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
