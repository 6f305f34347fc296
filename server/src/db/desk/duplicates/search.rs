//! How far the search for duplicates has come.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::db::DbResult;

/// Lets one node at a time search, until the end of the transaction; `false` when another one does.
pub async fn try_lock(connection: &mut PgConnection) -> DbResult<bool> {
    const SEARCH: i64 = 0x7665_7374_6475_706c;
    let locked = sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock($1) AS "locked!""#,
        SEARCH
    )
    .fetch_one(connection)
    .await?;
    Ok(locked)
}

/// The last account that was looked at; nil at the beginning.
pub async fn after(connection: &mut PgConnection) -> DbResult<Uuid> {
    let after = sqlx::query_scalar!("SELECT after FROM duplicate_search")
        .fetch_optional(connection)
        .await?;
    Ok(after.unwrap_or_default())
}

/// When everything was last looked through; `None` before the first time.
pub async fn ended_at(connection: &mut PgConnection) -> DbResult<Option<OffsetDateTime>> {
    let ended_at = sqlx::query_scalar!("SELECT ended_at FROM duplicate_search")
        .fetch_optional(connection)
        .await?;
    Ok(ended_at.flatten())
}

/// Notes how far it has come, and that everything was looked through.
pub async fn go_on(
    connection: &mut PgConnection,
    after: Uuid,
    ended_at: Option<OffsetDateTime>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE duplicate_search
         SET after = $1,
             ended_at = coalesce($2, ended_at)",
        after,
        ended_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The next accounts in the order of their ids: how many there are, `most` at most, and the last of them.
pub async fn stretch(
    connection: &mut PgConnection,
    after: Uuid,
    most: i64,
) -> DbResult<(i64, Option<Uuid>)> {
    let row = sqlx::query!(
        r#"SELECT
             count(*) AS "count!",
             (array_agg(id ORDER BY id DESC))[1] AS last
         FROM (
             SELECT id
             FROM accounts
             WHERE id > $1
             ORDER BY id
             LIMIT $2
         ) AS next"#,
        after,
        most,
    )
    .fetch_one(connection)
    .await?;
    Ok((row.count, row.last))
}

/// Notes what accounts were like when they were compared.
pub async fn looked_at(
    connection: &mut PgConnection,
    accounts: &[Uuid],
    facts: &[String],
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO duplicate_looks (account_id, facts)
         SELECT account_id, facts
         FROM unnest($1::uuid[], $2::text[]) AS looked (account_id, facts)
         ON CONFLICT (account_id) DO UPDATE
         SET facts = excluded.facts",
        accounts,
        facts,
    )
    .execute(connection)
    .await?;
    Ok(())
}
