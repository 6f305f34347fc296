//! What was done to unused accounts: reminders that were sent, accounts that were closed.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, Status},
        desk::dormancy::Reminder,
    },
};

/// The reminders that were sent for these accounts, in the order of accounts and time.
pub async fn of_accounts(
    connection: &mut PgConnection,
    accounts: &[AccountId],
) -> DbResult<Vec<(AccountId, Reminder)>> {
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.0).collect();
    let rows = sqlx::query!(
        "SELECT
             account_id,
             due_at,
             days,
             sent_at
         FROM dormancy_reminders
         WHERE account_id = ANY($1)
         ORDER BY account_id, sent_at, days DESC",
        &ids,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let reminder = Reminder {
                due: row.due_at,
                days: u16::try_from(row.days).unwrap_or_default(),
                sent: row.sent_at,
            };
            (AccountId(row.account_id), reminder)
        })
        .collect())
}

/// Notes that a reminder was sent; sent anew, it counts from then on. The caller holds the account locked,
/// and has seen that it is to be sent.
pub async fn put(
    connection: &mut PgConnection,
    account: AccountId,
    reminder: Reminder,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO dormancy_reminders (account_id, due_at, days, sent_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, due_at, days) DO UPDATE
         SET sent_at = EXCLUDED.sent_at",
        account.0,
        reminder.due,
        i16::try_from(reminder.days).unwrap_or(i16::MAX),
        reminder.sent,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that an account was closed, which had lain unused since then.
pub async fn put_closure(
    connection: &mut PgConnection,
    account: AccountId,
    unused_since: OffsetDateTime,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO dormancy_closures (account_id, closed_at, unused_since)
         VALUES ($1, $2, $3)",
        account.0,
        now,
        unused_since,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An account that was closed.
#[derive(Clone, Debug)]
pub struct ClosureRow {
    /// The account.
    pub account: AccountId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail.
    pub email: String,
    /// What became of it since.
    pub status: Status,
    /// When it was closed.
    pub closed_at: OffsetDateTime,
    /// Since when it had lain unused.
    pub unused_since: OffsetDateTime,
}

/// The accounts that were closed last, the newest first, `limit` at most.
pub async fn last_closed(connection: &mut PgConnection, limit: i64) -> DbResult<Vec<ClosureRow>> {
    let rows = sqlx::query!(
        "SELECT
             a.id,
             a.first_name,
             a.last_name,
             a.email,
             a.status,
             c.closed_at,
             c.unused_since
         FROM (
             SELECT account_id, closed_at, unused_since
             FROM dormancy_closures
             ORDER BY closed_at DESC, account_id
             LIMIT $1
         ) AS c
         JOIN accounts a ON a.id = c.account_id
         ORDER BY c.closed_at DESC, c.account_id",
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ClosureRow {
                account: AccountId(row.id),
                first_name: row.first_name,
                last_name: row.last_name,
                email: row.email,
                status: row.status.parse()?,
                closed_at: row.closed_at,
                unused_since: row.unused_since,
            })
        })
        .collect()
}
