//! What accounts are compared by.

use std::collections::BTreeSet;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::AccountId,
        desk::duplicates::{Facts, VERSION},
    },
};

/// An account as it is compared.
#[derive(Debug)]
pub struct Compared {
    /// Its id.
    pub id: AccountId,
    /// Whether it is deleted: compared with nothing any more.
    pub is_deleted: bool,
    /// What it is compared by.
    pub facts: Facts,
    /// A digest of all that, under these rules.
    pub digest: String,
}

struct Row {
    id: Uuid,
    is_deleted: bool,
    first_name: String,
    last_name: String,
    emails: Vec<String>,
    is_in_use: bool,
    digest: String,
}

impl From<Row> for Compared {
    fn from(row: Row) -> Self {
        Self {
            id: AccountId(row.id),
            is_deleted: row.is_deleted,
            facts: Facts {
                first_name: row.first_name,
                last_name: row.last_name,
                emails: BTreeSet::from_iter(row.emails),
                is_in_use: row.is_in_use,
            },
            digest: row.digest,
        }
    }
}

/// The accounts that the rest of a query, checked with it at compile time, picks, as they are compared;
/// `$1` is the rules' version, and `$2` from when on a sign-in means that an account is in use.
///
/// Each `LIMIT 1` says that there is one row to find for each account: otherwise the planner would rather read
/// whole tables once, which takes as long for one changed account as for all.
macro_rules! select_compared {
    ($rest:literal, $in_use_since:expr, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT
                 a.id,
                 a.is_deleted AS "is_deleted!",
                 a.first_name,
                 a.last_name,
                 known.emails AS "emails!",
                 used.lately AS "is_in_use!",
                 described.digest AS "digest!"
             FROM (
                 SELECT
                     id,
                     lower(email COLLATE "C") AS email,
                     first_name,
                     last_name,
                     status = 'deleted' AS is_deleted
                 FROM accounts
             ) AS a
             CROSS JOIN LATERAL (
                 SELECT
                     array_remove(
                         array_append(array_agg(DISTINCT lower(i.email COLLATE "C")), a.email), NULL
                     ) AS emails,
                     string_agg(i.id::text, ',' ORDER BY i.id) AS logins
                 FROM identities i
                 WHERE i.account_id = a.id
             ) AS known
             CROSS JOIN LATERAL (
                 SELECT coalesce(max(newest.created_at) > $2, false) AS lately
                 FROM (
                     SELECT created_at
                     FROM sessions
                     WHERE account_id = a.id
                     ORDER BY created_at DESC
                     LIMIT 1
                 ) AS newest
             ) AS used
             CROSS JOIN LATERAL (
                 SELECT md5(
                     concat_ws(
                         E'\n', $1::integer, a.is_deleted, a.first_name, a.last_name,
                         known.emails::text, coalesce(known.logins, '-'), used.lately
                     )
                 ) AS digest
             ) AS described
             "# + $rest,
            VERSION,
            $in_use_since,
            $($argument),+
        )
    };
}

/// The accounts after one and up to another that have changed since they were compared, in the order of
/// their ids.
pub async fn changed(
    connection: &mut PgConnection,
    in_use_since: OffsetDateTime,
    (after, until): (Uuid, Uuid),
    most: i64,
) -> DbResult<Vec<Compared>> {
    let rows = select_compared!(
        "LEFT JOIN LATERAL (
             SELECT facts
             FROM duplicate_looks
             WHERE account_id = a.id
             LIMIT 1
         ) AS l ON true
         WHERE a.id > $3
           AND a.id <= $4
           AND l.facts IS DISTINCT FROM described.digest
         ORDER BY a.id
         LIMIT $5",
        in_use_since,
        after,
        until,
        most,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Compared::from).collect())
}

/// These accounts.
pub async fn of(
    connection: &mut PgConnection,
    in_use_since: OffsetDateTime,
    ids: &[Uuid],
) -> DbResult<Vec<Compared>> {
    let rows = select_compared!("WHERE a.id = ANY($3)", in_use_since, ids)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(Compared::from).collect())
}
