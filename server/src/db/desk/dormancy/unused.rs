//! Since when accounts lie unused.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{db::DbResult, domain::account::AccountId};

/// An account's place among those that lie unused, the longest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Since when.
    pub unused_since: OffsetDateTime,
    /// The account.
    pub account: AccountId,
}

impl Place {
    /// Before every account.
    pub const FIRST: Self = Self {
        unused_since: OffsetDateTime::UNIX_EPOCH,
        account: AccountId(Uuid::nil()),
    };
}

/// The active accounts that have lain unused since a moment or longer, those after a place, `limit` at
/// most.
pub async fn after(
    connection: &mut PgConnection,
    place: Place,
    until: OffsetDateTime,
    limit: i64,
) -> DbResult<Vec<Place>> {
    let rows = sqlx::query!(
        r#"SELECT
             account_id,
             unused_since AS "unused_since!"
         FROM account_use
         WHERE (unused_since, account_id) > ($1, $2)
           AND unused_since <= $3
         ORDER BY unused_since, account_id
         LIMIT $4"#,
        place.unused_since,
        place.account.0,
        until,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Place {
            unused_since: row.unused_since,
            account: AccountId(row.account_id),
        })
        .collect())
}

/// Has the time that an active account lies unused begin at a moment.
pub async fn begin_anew(
    connection: &mut PgConnection,
    account: AccountId,
    at: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE account_use
         SET unused_since = greatest(unused_since, $2)
         WHERE account_id = $1
           AND unused_since IS NOT NULL",
        account.0,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An unused account as administrators see it.
#[derive(Clone, Debug)]
pub struct UnusedRow {
    /// The account.
    pub account: AccountId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail.
    pub email: String,
    /// The last sign-in of any kind.
    pub last_sign_in: Option<OffsetDateTime>,
    /// Since when it lies unused; `None` while it isn't active.
    pub unused_since: Option<OffsetDateTime>,
}

/// These accounts, the longest unused first.
pub async fn rows(
    connection: &mut PgConnection,
    accounts: &[AccountId],
) -> DbResult<Vec<UnusedRow>> {
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.0).collect();
    let rows = sqlx::query!(
        r#"SELECT
             a.id,
             a.first_name,
             a.last_name,
             a.email,
             u.last_sign_in_at AS "last_sign_in_at?",
             u.unused_since AS "unused_since?"
         FROM accounts a
         LEFT JOIN account_use u ON u.account_id = a.id
         WHERE a.id = ANY($1)
         ORDER BY u.unused_since, a.id"#,
        &ids,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| UnusedRow {
            account: AccountId(row.id),
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
            last_sign_in: row.last_sign_in_at,
            unused_since: row.unused_since,
        })
        .collect())
}

/// Since when an account lies unused; `None` while it isn't active.
pub async fn since(
    connection: &mut PgConnection,
    account: AccountId,
) -> DbResult<Option<OffsetDateTime>> {
    let since = sqlx::query_scalar!(
        "SELECT unused_since FROM account_use WHERE account_id = $1",
        account.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(since.flatten())
}
