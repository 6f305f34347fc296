//! More proof that administrators ask people for.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use super::queue::Asked;
use crate::{
    db::DbResult,
    domain::{account::AccountId, desk::queue::Item},
};

/// How soon the same person isn't asked again.
pub const NOT_AGAIN_FOR: Duration = Duration::HOUR;

/// Writes down that somebody asks a person for more proof; `false`, and nothing written, when that was
/// done less than [`NOT_AGAIN_FOR`] ago.
pub async fn ask(
    connection: &mut PgConnection,
    item: Item,
    account: AccountId,
    by: AccountId,
    note: &str,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let case = match item {
        Item::Account(_) => None,
        Item::Case(case) => Some(case),
    };
    let done = sqlx::query!(
        "INSERT INTO proof_requests (item_id, account_id, case_id, asked_by, asked_at, note)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (item_id) DO UPDATE
         SET asked_by = EXCLUDED.asked_by,
             asked_at = EXCLUDED.asked_at,
             note = EXCLUDED.note
         WHERE proof_requests.asked_at <= $7",
        item.id(),
        account.0,
        case,
        by.0,
        now,
        note,
        now - NOT_AGAIN_FOR,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a person who waits to be let in was asked for, and whether their mailbox is proved by now.
pub async fn of_account(
    connection: &mut PgConnection,
    account: AccountId,
) -> DbResult<Option<(Asked, bool)>> {
    let row = sqlx::query!(
        r#"SELECT
             r.asked_at,
             r.note,
             a.email_verified_at IS NOT NULL AS "is_proved!"
         FROM proof_requests r
         JOIN accounts a ON a.id = r.account_id
         WHERE r.item_id = $1"#,
        account.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| {
        let asked = Asked {
            at: row.asked_at,
            note: row.note,
        };
        (asked, row.is_proved)
    }))
}
