//! The lists of links that people at the desk keep by name.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{db::DbResult, domain::account::AccountId};

/// The most lists that somebody keeps, and that are shown of all others.
pub const MOST: i64 = 100;

/// A list that is kept.
#[derive(Clone, Debug)]
pub struct ViewRow {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its query string.
    pub query: String,
    /// Whether everybody at the desk sees it.
    pub shared: bool,
    /// Who keeps it.
    pub account_id: Uuid,
    /// What they are called.
    pub keeper: String,
}

/// One's own lists, then those that others share, by name.
pub async fn of_desk(connection: &mut PgConnection, account: AccountId) -> DbResult<Vec<ViewRow>> {
    let rows = sqlx::query_as!(
        ViewRow,
        r#"SELECT
             view.id AS "id!",
             view.name AS "name!",
             view.query AS "query!",
             view.shared AS "shared!",
             view.account_id AS "account_id!",
             coalesce(
                 nullif(concat_ws(' ', nullif(a.first_name, ''), nullif(a.last_name, '')), ''),
                 a.email
             ) AS "keeper!"
         FROM (
             (
                 SELECT *
                 FROM desk_views
                 WHERE account_id = $1
                 ORDER BY name
                 LIMIT $2
             )
             UNION ALL
             (
                 SELECT *
                 FROM desk_views
                 WHERE shared
                   AND account_id <> $1
                 ORDER BY name
                 LIMIT $2
             )
         ) AS view
         JOIN accounts a ON a.id = view.account_id
         ORDER BY view.account_id <> $1, view.name, view.id"#,
        account.0,
        MOST,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// A list to be kept.
#[derive(Debug)]
pub struct NewView<'a> {
    /// Its id, where it is new.
    pub id: Uuid,
    /// Who keeps it.
    pub account: AccountId,
    /// Its name.
    pub name: &'a str,
    /// Its query string.
    pub query: &'a str,
    /// Whether everybody at the desk sees it.
    pub shared: bool,
}

/// Keeps a list, in the place of the one of that name; `false`, and nothing written, when the account keeps
/// [`MOST`] others.
pub async fn put(
    connection: &mut PgConnection,
    view: &NewView<'_>,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "INSERT INTO desk_views (id, account_id, name, query, shared, created_at)
         SELECT $1::uuid, $2::uuid, $3::text, $4::text, $5::boolean, $6::timestamptz
         WHERE (
             SELECT count(*)
             FROM desk_views
             WHERE account_id = $2
               AND name <> $3::text
         ) < $7
         ON CONFLICT (account_id, name) DO UPDATE
         SET query = excluded.query,
             shared = excluded.shared",
        view.id,
        view.account.0,
        view.name,
        view.query,
        view.shared,
        now,
        MOST,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets a list of an account; `false` when it keeps none with that id.
pub async fn remove(
    connection: &mut PgConnection,
    account: AccountId,
    view: Uuid,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "DELETE FROM desk_views WHERE id = $1 AND account_id = $2",
        view,
        account.0,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
