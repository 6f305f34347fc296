//! The months of the audit: each a partition of its own, made before it begins.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::DbResult;

/// Makes the partitions of this month and of `ahead` further ones, where they aren't there yet; returns
/// how many were made.
///
/// Recording doesn't depend on it: an event without a month goes to the partition of all others.
pub async fn prepare(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    ahead: i32,
) -> DbResult<u64> {
    let made = sqlx::query_scalar!(
        r#"SELECT count(*) FILTER (
             WHERE prepare_audit_month($1::timestamptz + month * interval '1 month')
         ) AS "made!"
         FROM generate_series(0, $2::integer) AS month"#,
        now,
        ahead,
    )
    .fetch_one(connection)
    .await?;
    Ok(u64::try_from(made).unwrap_or(0))
}
