//! How much waits for a decision.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::db::DbResult;

/// The number of accounts that wait for an administrator and of open cases, counted up to one more than
/// `most`. Accounts that wait for one of `themselves` don't count
/// ([`Admission::by_themselves`](crate::domain::admission::Admission::by_themselves)).
pub async fn count(
    connection: &mut PgConnection,
    themselves: &[String],
    most: i64,
) -> DbResult<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
         FROM (
             SELECT
             FROM accounts
             WHERE status = 'pending'
               AND NOT (CASE awaits
                        WHEN 'mailbox' THEN split_part(lower(email COLLATE "C"), '@', 2)
                        ELSE awaits
                    END = ANY($2::text[]))
             UNION ALL
             SELECT
             FROM cases
             WHERE settled_at IS NULL
             LIMIT $1::bigint + 1
         ) AS waiting"#,
        most,
        themselves,
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// How the queue stands: how much of each kind waits, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// New accounts.
    pub accounts: i64,
    /// Logins that ask to be linked.
    pub links: i64,
    /// Other e-mails at Clio.
    pub emails: i64,
    /// What wasn't the person.
    pub not_me: i64,
    /// Since when the oldest waits; `None` when nothing does.
    pub oldest: Option<OffsetDateTime>,
}

/// How the queue stands; accounts and cases are each counted up to one more than `most`.
pub async fn standing(
    connection: &mut PgConnection,
    themselves: &[String],
    most: i64,
) -> DbResult<Standing> {
    let standing = sqlx::query_as!(
        Standing,
        r#"SELECT
             count(*) FILTER (WHERE kind = 'account') AS "accounts!",
             count(*) FILTER (WHERE kind = 'link_asked') AS "links!",
             count(*) FILTER (WHERE kind IN ('email_change', 'email_collision')) AS "emails!",
             count(*) FILTER (WHERE kind = 'not_me') AS "not_me!",
             min(since) AS oldest
         FROM (
             (
                 SELECT 'account' AS kind, status_changed_at AS since
                 FROM accounts
                 WHERE status = 'pending'
                   AND NOT (CASE awaits
                        WHEN 'mailbox' THEN split_part(lower(email COLLATE "C"), '@', 2)
                        ELSE awaits
                    END = ANY($2::text[]))
                 ORDER BY status_changed_at, id
                 LIMIT $1::bigint + 1
             )
             UNION ALL
             (
                 SELECT kind, created_at
                 FROM cases
                 WHERE settled_at IS NULL
                 ORDER BY created_at
                 LIMIT $1::bigint + 1
             )
         ) AS waiting"#,
        most,
        themselves,
    )
    .fetch_one(connection)
    .await?;
    Ok(standing)
}

/// Since when the newest of all that has waited since `until` waits; `None` when nothing has.
pub async fn newest(
    connection: &mut PgConnection,
    themselves: &[String],
    until: OffsetDateTime,
) -> DbResult<Option<OffsetDateTime>> {
    let newest = sqlx::query_scalar!(
        r#"SELECT max(since) AS newest
         FROM (
             (
                 SELECT status_changed_at AS since
                 FROM accounts
                 WHERE status = 'pending'
                   AND NOT (CASE awaits
                        WHEN 'mailbox' THEN split_part(lower(email COLLATE "C"), '@', 2)
                        ELSE awaits
                    END = ANY($2::text[]))
                   AND status_changed_at <= $1
                 ORDER BY status_changed_at DESC, id DESC
                 LIMIT 1
             )
             UNION ALL
             (
                 SELECT created_at
                 FROM cases
                 WHERE settled_at IS NULL
                   AND created_at <= $1
                 ORDER BY created_at DESC
                 LIMIT 1
             )
         ) AS waiting"#,
        until,
        themselves,
    )
    .fetch_one(connection)
    .await?;
    Ok(newest)
}
