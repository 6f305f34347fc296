//! What accounts have in common, by keys and by logins.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::db::DbResult;

/// Takes away all keys of accounts, and gives them back.
pub async fn forget(connection: &mut PgConnection, accounts: &[Uuid]) -> DbResult<Vec<i64>> {
    let keys = sqlx::query_scalar!(
        "DELETE FROM duplicate_keys WHERE account_id = ANY($1) RETURNING key",
        accounts,
    )
    .fetch_all(connection)
    .await?;
    Ok(keys)
}

/// Gives each account a key, and gives back what they are in the table.
pub async fn put(
    connection: &mut PgConnection,
    accounts: &[Uuid],
    keys: &[String],
) -> DbResult<Vec<i64>> {
    let keys = sqlx::query_scalar!(
        "INSERT INTO duplicate_keys (key, account_id)
         SELECT hashtextextended(key, 0), account_id
         FROM unnest($1::uuid[], $2::text[]) AS new (account_id, key)
         ON CONFLICT DO NOTHING
         RETURNING key",
        accounts,
        keys,
    )
    .fetch_all(connection)
    .await?;
    Ok(keys)
}

/// Notes which of these keys more than `most` accounts share by now, and which don't any more. Whoever has
/// such a key is to be compared again.
pub async fn count_crowds(connection: &mut PgConnection, keys: &[i64], most: i64) -> DbResult<()> {
    sqlx::query!(
        "WITH sized AS (
             SELECT
                 k.key,
                 (
                     SELECT count(*)
                     FROM (
                         SELECT
                         FROM duplicate_keys d
                         WHERE d.key = k.key
                         LIMIT $2::bigint + 1
                     ) AS counted
                 ) > $2 AS is_crowd
             FROM (SELECT DISTINCT key FROM unnest($1::bigint[]) AS u (key)) AS k
         ),
         come AS (
             INSERT INTO duplicate_crowds (key)
             SELECT key
             FROM sized
             WHERE is_crowd
             ON CONFLICT DO NOTHING
             RETURNING key
         ),
         gone AS (
             DELETE FROM duplicate_crowds c
             USING sized
             WHERE c.key = sized.key
               AND NOT sized.is_crowd
             RETURNING c.key
         )
         UPDATE duplicate_looks l
         SET facts = ''
         FROM duplicate_keys d
         WHERE d.account_id = l.account_id
           AND d.key IN (SELECT key FROM come UNION ALL SELECT key FROM gone)",
        keys,
        most,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How many names and beginnings of e-mails are shared by too many to be compared by, up to `most`.
pub async fn crowds(connection: &mut PgConnection, most: i64) -> DbResult<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
         FROM (
             SELECT
             FROM duplicate_crowds
             LIMIT $1
         ) AS counted"#,
        most,
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// Two accounts that have something in common.
#[derive(Debug)]
pub struct Couple {
    /// One that was asked for.
    pub own: Uuid,
    /// Another.
    pub other: Uuid,
}

/// Who shares a key with these accounts that isn't a crowd's.
pub async fn sharing_a_key(
    connection: &mut PgConnection,
    accounts: &[Uuid],
) -> DbResult<Vec<Couple>> {
    let couples = sqlx::query_as!(
        Couple,
        "SELECT DISTINCT
             own.account_id AS own,
             other.account_id AS other
         FROM duplicate_keys own
         JOIN duplicate_keys other
             ON other.key = own.key
            AND other.account_id <> own.account_id
         WHERE own.account_id = ANY($1)
           AND NOT EXISTS (
               SELECT
               FROM duplicate_crowds c
               WHERE c.key = own.key
           )",
        accounts,
    )
    .fetch_all(connection)
    .await?;
    Ok(couples)
}

/// How many accounts of one login are looked at.
const MOST_OF_A_LOGIN: i64 = 20;

/// Whom one Clio login opened that opens or opened these accounts, too. Each of the two indexes of logins
/// has a part of them; with a limit on what is found for each, the planner can't read one from end to end
/// instead while it is small.
pub async fn sharing_a_login(
    connection: &mut PgConnection,
    accounts: &[Uuid],
) -> DbResult<Vec<Couple>> {
    let couples = sqlx::query_as!(
        Couple,
        r#"SELECT own.account_id AS "own!", other.account_id AS "other!"
         FROM identities own
         CROSS JOIN LATERAL (
             SELECT account_id
             FROM identities
             WHERE issuer = own.issuer
               AND subject = own.subject
               AND unlinked_at IS NULL
               AND account_id <> own.account_id
             LIMIT $2
         ) AS other
         WHERE own.account_id = ANY($1)
         UNION
         SELECT own.account_id, other.account_id
         FROM identities own
         CROSS JOIN LATERAL (
             SELECT account_id
             FROM identities
             WHERE issuer = own.issuer
               AND subject = own.subject
               AND unlinked_at IS NOT NULL
               AND account_id <> own.account_id
             LIMIT $2
         ) AS other
         WHERE own.account_id = ANY($1)"#,
        accounts,
        MOST_OF_A_LOGIN,
    )
    .fetch_all(connection)
    .await?;
    Ok(couples)
}
