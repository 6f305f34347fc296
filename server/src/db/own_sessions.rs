//! Sessions as the person whose they are sees them.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{DbResult, sessions::Opener};
use crate::domain::account::{AccountId, SessionId};

/// One sign-in, as the person sees it.
#[derive(Debug)]
pub struct SignInRow {
    /// The session it opened.
    pub id: Uuid,
    /// When.
    pub created_at: OffsetDateTime,
    /// The browser.
    pub user_agent: String,
    /// The address.
    pub address: String,
}

/// The last ten sign-ins of an account, newest first.
pub async fn recent(connection: &mut PgConnection, account: AccountId) -> DbResult<Vec<SignInRow>> {
    let rows = sqlx::query_as!(
        SignInRow,
        "SELECT id, created_at, user_agent, address
         FROM sessions
         WHERE account_id = $1
         ORDER BY created_at DESC
         LIMIT 10",
        account.0,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// A session that is alive, as the person sees it.
#[derive(Debug)]
pub struct OpenSession {
    /// Its id.
    pub id: SessionId,
    /// When it was opened.
    pub created_at: OffsetDateTime,
    /// Its last use.
    pub last_seen_at: OffsetDateTime,
    /// How it was opened.
    pub opener: Opener,
    /// The browser.
    pub user_agent: String,
    /// The address.
    pub address: String,
}

/// The sessions of an account that are alive, the last opened first, 100 at most.
pub async fn open(
    connection: &mut PgConnection,
    account: AccountId,
    now: OffsetDateTime,
    idle: Duration,
) -> DbResult<Vec<OpenSession>> {
    let rows = sqlx::query!(
        "SELECT s.id, s.created_at, s.last_seen_at, s.opened_by, s.user_agent, s.address
         FROM sessions s
         LEFT JOIN identities i ON i.id = s.identity_id
         WHERE s.account_id = $1
           AND s.revoked_at IS NULL
           AND s.expires_at > $2
           AND s.last_seen_at > $3
           AND (s.identity_id IS NULL OR i.unlinked_at IS NULL)
         ORDER BY s.created_at DESC
         LIMIT 100",
        account.0,
        now,
        now - idle,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(OpenSession {
                id: SessionId(row.id),
                created_at: row.created_at,
                last_seen_at: row.last_seen_at,
                opener: row.opened_by.parse()?,
                user_agent: row.user_agent,
                address: row.address,
            })
        })
        .collect()
}
