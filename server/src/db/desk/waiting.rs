//! How much waits for a decision.

use sqlx::PgConnection;

use crate::db::DbResult;

/// The number of accounts that wait for an administrator and of open cases, counted up to one more than
/// `most`.
pub async fn count(connection: &mut PgConnection, most: i64) -> DbResult<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
         FROM (
             SELECT
             FROM accounts
             WHERE status = 'pending'
             UNION ALL
             SELECT
             FROM cases
             WHERE settled_at IS NULL
             LIMIT $1::bigint + 1
         ) AS waiting"#,
        most,
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}
