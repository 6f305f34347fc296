//! Pending links: a Clio login, the account its e-mail located, and the browser that may prove it.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::DbResult;
use crate::domain::{account::AccountId, email::Email, login::Login, name::Name};

/// How long a pending link lives.
pub const LIFETIME: Duration = Duration::seconds(900);

/// A pending link.
#[derive(Debug)]
pub struct PendingLink {
    /// Its id.
    pub id: Uuid,
    /// The account that the e-mail located.
    pub account: AccountId,
    /// The login that waits.
    pub login: Login,
    /// Where the person was going.
    pub return_to: Option<String>,
    /// Guesses left.
    pub tries_left: u8,
}

/// Opens a pending link, in place of the one this browser may have.
pub async fn open(
    connection: &mut PgConnection,
    id: Uuid,
    browser_hash: &[u8],
    account: AccountId,
    login: &Login,
    return_to: Option<&str>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE link_requests
         SET closed_at = $2
         WHERE browser_hash = $1
           AND closed_at IS NULL",
        browser_hash,
        now,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO link_requests
             (id, browser_hash, account_id, issuer, subject, email, first_name, last_name,
              return_to, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id,
        browser_hash,
        account.0,
        login.issuer,
        login.subject,
        login.email.as_ref().map_or("", Email::as_str),
        login.first_name.as_str(),
        login.last_name.as_str(),
        return_to,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct Row {
    id: Uuid,
    account_id: Uuid,
    issuer: String,
    subject: String,
    email: String,
    first_name: String,
    last_name: String,
    return_to: Option<String>,
    tries_left: i16,
}

impl From<Row> for PendingLink {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            account: AccountId(row.account_id),
            login: Login {
                issuer: row.issuer,
                subject: row.subject,
                email: Email::parse(&row.email).ok(),
                first_name: Name::from_provider(&row.first_name),
                last_name: Name::from_provider(&row.last_name),
            },
            return_to: row.return_to,
            tries_left: u8::try_from(row.tries_left).unwrap_or(0),
        }
    }
}

/// The live pending link of a browser.
pub async fn find(
    connection: &mut PgConnection,
    browser_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<Option<PendingLink>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, account_id, issuer, subject, email, first_name, last_name, return_to, tries_left
         FROM link_requests
         WHERE browser_hash = $1
           AND closed_at IS NULL
           AND created_at > $2",
        browser_hash,
        now - LIFETIME,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(PendingLink::from))
}

/// Takes one guess from the live pending link of a browser; `None` when none is left.
///
/// Committed before the guess is judged, so that guesses made at once are all counted.
pub async fn take_guess(
    connection: &mut PgConnection,
    browser_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<Option<PendingLink>> {
    let row = sqlx::query_as!(
        Row,
        "UPDATE link_requests
         SET tries_left = tries_left - 1
         WHERE browser_hash = $1
           AND closed_at IS NULL
           AND created_at > $2
           AND tries_left > 0
         RETURNING id, account_id, issuer, subject, email, first_name, last_name, return_to, tries_left",
        browser_hash,
        now - LIFETIME,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(PendingLink::from))
}

/// Closes a pending link; `false` when somebody else closed it before.
pub async fn close(connection: &mut PgConnection, id: Uuid, now: OffsetDateTime) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE link_requests SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL",
        id,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Closes every pending link of a login or towards an account: a proof dies with any change of
/// links.
pub async fn close_related(
    connection: &mut PgConnection,
    account: AccountId,
    login: &Login,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE link_requests
         SET closed_at = $4
         WHERE closed_at IS NULL
           AND (account_id = $1 OR (issuer = $2 AND subject = $3))",
        account.0,
        login.issuer,
        login.subject,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes what is too old; returns how many.
pub async fn sweep(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "DELETE FROM link_requests
         WHERE id IN (
             SELECT id
             FROM link_requests
             WHERE created_at <= $1
             LIMIT 20000
         )",
        now - LIFETIME,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
