//! Which event undid which.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::db::DbResult;

/// Notes that an event is undone by another; `false` when it was already.
pub async fn put(
    connection: &mut PgConnection,
    event: i64,
    undone_by: i64,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "INSERT INTO desk_undone (event_id, undone_by, at)
         VALUES ($1, $2, $3)
         ON CONFLICT (event_id) DO NOTHING",
        event,
        undone_by,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
