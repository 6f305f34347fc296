//! Which administrators have been told what waits.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::{db::DbResult, domain::account::AccountId};

/// Somebody who is to be told.
#[derive(Clone, Debug)]
pub struct ToTell {
    /// Their account.
    pub account: AccountId,
    /// Its e-mail.
    pub email: String,
}

/// What is told, and to whom not.
#[derive(Clone, Copy, Debug)]
pub struct Telling {
    /// What came last of all that has waited long enough: whoever knows of that isn't told.
    pub ripe: OffsetDateTime,
    /// What came last of all that waits: whoever is told knows of that.
    pub newest: OffsetDateTime,
    /// Whoever was told something after this isn't told.
    pub not_after: OffsetDateTime,
}

/// Notes that administrators and owners whose accounts are in use are told now what waits, and gives
/// them.
///
/// Of two nodes that do this at once, the second waits for the first, and finds everybody told.
pub async fn tell(
    connection: &mut PgConnection,
    telling: Telling,
    now: OffsetDateTime,
) -> DbResult<Vec<ToTell>> {
    let rows = sqlx::query!(
        r#"WITH told AS (
             INSERT INTO queue_digests AS d (account_id, told_through, sent_at)
             SELECT a.id, $2::timestamptz, $4::timestamptz
             FROM accounts a
             LEFT JOIN queue_digests known ON known.account_id = a.id
             WHERE a.role IN ('admin', 'owner')
               AND a.status = 'active'
               AND coalesce(known.told_through < $1 AND known.sent_at <= $3, true)
             ORDER BY a.id
             ON CONFLICT (account_id) DO UPDATE
             SET told_through = EXCLUDED.told_through,
                 sent_at = EXCLUDED.sent_at
             WHERE d.told_through < $1
               AND d.sent_at <= $3
             RETURNING account_id
         )
         SELECT a.id, a.email
         FROM told
         JOIN accounts a ON a.id = told.account_id"#,
        telling.ripe,
        telling.newest,
        telling.not_after,
        now,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ToTell {
            account: AccountId(row.id),
            email: row.email,
        })
        .collect())
}
