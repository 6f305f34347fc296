//! How many accounts lie unused for how long.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::unused::Place;
use crate::{db::DbResult, domain::account::AccountId};

/// How many active accounts have lain unused since a moment or longer, counted up to one more than
/// `most`, without those that are exempt.
pub async fn unused(
    connection: &mut PgConnection,
    until: OffsetDateTime,
    most: i64,
    now: OffsetDateTime,
) -> DbResult<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT (
             (
                 SELECT count(*)
                 FROM (
                     SELECT
                     FROM account_use
                     WHERE unused_since <= $1
                     LIMIT $2::bigint + exempt.count + 1
                 ) AS unused
             ) - exempt.count
         ) AS "count!"
         FROM (
             SELECT count(DISTINCT e.account_id) AS count
             FROM dormancy_exemptions e
             JOIN account_use u ON u.account_id = e.account_id
             WHERE coalesce(e.ends_at, 'infinity') > $3
               AND u.unused_since <= $1
         ) AS exempt"#,
        until,
        most,
        now,
    )
    .fetch_one(connection)
    .await?;
    Ok(count.min(most + 1))
}

/// The active owner who was used last, unless one of the active owners is exempt: should all of them lie
/// unused, this one stays open.
pub async fn last_owner(
    connection: &mut PgConnection,
    now: OffsetDateTime,
) -> DbResult<Option<Place>> {
    let row = sqlx::query!(
        r#"SELECT
             a.id,
             u.unused_since AS "unused_since!",
             EXISTS (
                 SELECT
                 FROM dormancy_exemptions e
                 JOIN accounts owner ON owner.id = e.account_id
                 WHERE owner.role = 'owner'
                   AND owner.status = 'active'
                   AND coalesce(e.ends_at, 'infinity') > $1
             ) AS "is_one_exempt!"
         FROM accounts a
         JOIN account_use u ON u.account_id = a.id
         WHERE a.role = 'owner'
           AND a.status = 'active'
           AND u.unused_since IS NOT NULL
         ORDER BY u.unused_since DESC, a.id DESC
         LIMIT 1"#,
        now,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.filter(|row| !row.is_one_exempt).map(|row| Place {
        unused_since: row.unused_since,
        account: AccountId(row.id),
    }))
}

/// How many active accounts were last used between two bounds; the bounds rise, and there is one group
/// more than bounds: the first holds what is older than all of them.
#[derive(Clone, Debug)]
pub struct Spread {
    /// The groups, from the longest unused on.
    pub groups: Vec<i64>,
    /// Whether they are reckoned from a sample.
    pub is_sample: bool,
}

/// How long accounts have lain unused. Counted where there are few, reckoned from a sample of about
/// `pages` pages of the table where there are many.
pub async fn spread(
    connection: &mut PgConnection,
    bounds: &[OffsetDateTime],
    pages: i64,
) -> DbResult<Spread> {
    let share = sqlx::query_scalar!(
        r#"SELECT (least(100.0, 100.0 * $1::bigint / greatest(pg_relation_size('account_use') / 8192, 1)))::real AS "share!""#,
        pages,
    )
    .fetch_one(&mut *connection)
    .await?;
    let rows = sqlx::query!(
        r#"SELECT
             width_bucket(unused_since, $2::timestamptz[]) AS "group!",
             count(*) AS "count!"
         FROM account_use TABLESAMPLE SYSTEM ($1) REPEATABLE (1)
         WHERE unused_since IS NOT NULL
         GROUP BY 1"#,
        share,
        bounds,
    )
    .fetch_all(connection)
    .await?;
    let mut groups = vec![0; bounds.len() + 1];
    for row in rows {
        let group = usize::try_from(row.group).unwrap_or_default();
        if let Some(count) = groups.get_mut(group) {
            *count = scaled(row.count, share);
        }
    }
    Ok(Spread {
        groups,
        is_sample: share < 100.0,
    })
}

/// A count in a sample of so many percent, as it would be in the whole.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "an estimate of far fewer than 2^52 rows"
)]
fn scaled(count: i64, share: f32) -> i64 {
    if share >= 100.0 {
        return count;
    }
    (count as f64 * 100.0 / f64::from(share)).round() as i64
}
