//! How often somebody guessed, counted by all nodes together.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use super::DbResult;

/// A limit: so many guesses in a window of so long.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Guesses a window.
    pub count: i32,
    /// The window.
    pub window: Duration,
}

/// Counts a guess in a bucket; `true` while it is within the limit.
///
/// Windows are fixed, so that nobody is locked out for good: the next window starts afresh.
pub async fn count(
    connection: &mut PgConnection,
    bucket: &str,
    limit: Limit,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let seconds = limit.window.whole_seconds().max(1);
    let start = now.unix_timestamp() / seconds * seconds;
    let window_start =
        OffsetDateTime::from_unix_timestamp(start).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let count = sqlx::query_scalar!(
        "INSERT INTO guesses (bucket, window_start, count)
         VALUES ($1, $2, 1)
         ON CONFLICT (bucket, window_start) DO UPDATE
         SET count = guesses.count + 1
         RETURNING count",
        bucket,
        window_start,
    )
    .fetch_one(connection)
    .await?;
    Ok(count <= limit.count)
}

/// Deletes windows that began before `before`; returns how many.
pub async fn sweep(connection: &mut PgConnection, before: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!("DELETE FROM guesses WHERE window_start < $1", before)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}
