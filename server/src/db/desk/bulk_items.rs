//! Each link or account that an act about many is about.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::bulk::BulkId;
use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, IdentityId},
        desk::bulk::Skip,
    },
};

/// One that waits to be done.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// Its place.
    pub place: i32,
    /// The account.
    pub account: AccountId,
    /// The link.
    pub identity: Option<IdentityId>,
    /// The event to be undone.
    pub undo_of: Option<i64>,
}

/// The next of an act that waits to be done.
pub async fn next(connection: &mut PgConnection, bulk: BulkId) -> DbResult<Option<Item>> {
    let row = sqlx::query!(
        "SELECT place, account_id, identity_id, undo_of
         FROM bulk_items
         WHERE bulk_id = $1
           AND state = 'waiting'
         ORDER BY place
         LIMIT 1",
        bulk.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Item {
        place: row.place,
        account: AccountId(row.account_id),
        identity: row.identity_id.map(IdentityId),
        undo_of: row.undo_of,
    }))
}

/// Notes what became of one: the event that it left, or why it was left alone.
pub async fn settle(
    connection: &mut PgConnection,
    bulk: BulkId,
    place: i32,
    outcome: Result<i64, Skip>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE bulk_items
         SET state = CASE WHEN $3::bigint IS NULL THEN 'skipped' ELSE 'done' END,
             event_id = $3,
             why = $4,
             settled_at = $5
         WHERE bulk_id = $1
           AND place = $2
           AND state = 'waiting'",
        bulk.0,
        place,
        outcome.ok(),
        outcome.err().map(Skip::as_str),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How many are where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that wait to be done, or would be done.
    pub waiting: i64,
    /// Those that are done.
    pub done: i64,
    /// Those that are or would be left alone, by why.
    pub skipped: Vec<(Skip, i64)>,
}

/// How many of an act are where.
pub async fn tally(connection: &mut PgConnection, bulk: BulkId) -> DbResult<Tally> {
    let rows = sqlx::query!(
        r#"SELECT
             state,
             why,
             count(*) AS "count!"
         FROM bulk_items
         WHERE bulk_id = $1
         GROUP BY state, why
         ORDER BY count(*) DESC, why"#,
        bulk.0,
    )
    .fetch_all(connection)
    .await?;
    let mut tally = Tally::default();
    for row in rows {
        match row.why {
            Some(why) => tally.skipped.push((why.parse()?, row.count)),
            None if row.state == "done" => tally.done += row.count,
            None => tally.waiting += row.count,
        }
    }
    Ok(tally)
}

/// One of an act, as the page lists it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its place.
    pub place: i32,
    /// The account.
    pub account: AccountId,
    /// The account's first name, last name and e-mail.
    pub name: [String; 3],
    /// The link.
    pub identity: Option<IdentityId>,
    /// The e-mail of the login at Clio.
    pub clio_email: Option<String>,
    /// Whether it is done.
    pub is_done: bool,
    /// Why it is, or would be, left alone.
    pub why: Option<Skip>,
}

/// Those of an act after a place, in their order.
pub async fn list(
    connection: &mut PgConnection,
    bulk: BulkId,
    after: i32,
    most: i64,
) -> DbResult<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"SELECT
             item.place,
             a.id,
             a.first_name,
             a.last_name,
             a.email,
             item.identity_id,
             i.email AS "clio_email?",
             item.state,
             item.why
         FROM bulk_items item
         JOIN accounts a ON a.id = item.account_id
         LEFT JOIN identities i ON i.id = item.identity_id
         WHERE item.bulk_id = $1
           AND item.place > $2
         ORDER BY item.place
         LIMIT $3"#,
        bulk.0,
        after,
        most,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Listed {
                place: row.place,
                account: AccountId(row.id),
                name: [row.first_name, row.last_name, row.email],
                identity: row.identity_id.map(IdentityId),
                clio_email: row.clio_email,
                is_done: row.state == "done",
                why: row.why.map(|why| why.parse()).transpose()?,
            })
        })
        .collect()
}
