//! Sessions: the table is the authority, asked at every request.

use std::str::FromStr;

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{DbResult, revoking};
use crate::domain::account::{AccountId, IdentityId, Role, SessionId, Status, Unknown};

/// A live session with its account, as of now.
#[derive(Clone, Debug)]
pub struct LiveSession {
    /// The session.
    pub id: SessionId,
    /// When the person signed in.
    pub created_at: OffsetDateTime,
    /// When it was last used, to a fraction of the idle limit.
    pub last_seen_at: OffsetDateTime,
    /// The absolute limit.
    pub expires_at: OffsetDateTime,
    /// The account.
    pub account: AccountId,
    /// The identity that opened the session.
    pub identity: Option<IdentityId>,
    /// The account's e-mail.
    pub email: String,
    /// The account's first name.
    pub first_name: String,
    /// The account's last name.
    pub last_name: String,
    /// The account's role.
    pub role: Role,
    /// [`Status::Active`] or [`Status::Pending`].
    pub status: Status,
    /// Whether the person has seen the welcome page.
    pub welcomed: bool,
    /// Since when the account exists.
    pub account_created_at: OffsetDateTime,
    /// Where the account's first sign-in was going.
    pub return_to: Option<String>,
    /// When the person last showed that it is them.
    pub fresh_at: OffsetDateTime,
}

/// How a session is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    /// With Clio.
    Clio,
    /// With the account's password.
    Password,
    /// With a mailed code.
    Code,
}

impl Opener {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clio => "clio",
            Self::Password => "password",
            Self::Code => "code",
        }
    }
}

impl FromStr for Opener {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Ok(match text {
            "clio" => Self::Clio,
            "password" => Self::Password,
            "code" => Self::Code,
            _ => return Err(Unknown("opener")),
        })
    }
}

/// A session to be opened.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// Its id.
    pub id: Uuid,
    /// The hash of its key.
    pub key_hash: &'a [u8],
    /// Its absolute limit.
    pub expires_at: OffsetDateTime,
    /// The browser, cut to size.
    pub user_agent: &'a str,
    /// Browser and system in words.
    pub device: &'a str,
    /// The address it is opened from.
    pub address: &'a str,
}

/// Finds the live session with this key: neither revoked nor over, of an account that is active or
/// pending, opened by an identity that is still linked.
pub async fn find_live(
    connection: &mut PgConnection,
    key_hash: &[u8],
    now: OffsetDateTime,
    idle: Duration,
) -> DbResult<Option<LiveSession>> {
    let row = sqlx::query!(
        r#"SELECT
             s.id,
             s.created_at,
             s.last_seen_at,
             s.expires_at,
             s.account_id,
             s.identity_id,
             a.email,
             a.first_name,
             a.last_name,
             a.role,
             a.status,
             a.welcomed_at IS NOT NULL AS "welcomed!",
             a.created_at AS account_created_at,
             a.return_to,
             s.fresh_at
         FROM sessions s
         JOIN accounts a ON a.id = s.account_id
         LEFT JOIN identities i ON i.id = s.identity_id
         WHERE s.key_hash = $1
           AND s.revoked_at IS NULL
           AND s.expires_at > $2
           AND s.last_seen_at > $3
           AND a.status IN ('active', 'pending')
           AND (s.identity_id IS NULL OR i.unlinked_at IS NULL)"#,
        key_hash,
        now,
        now - idle,
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(LiveSession {
        id: SessionId(row.id),
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        expires_at: row.expires_at,
        account: AccountId(row.account_id),
        identity: row.identity_id.map(IdentityId),
        email: row.email,
        first_name: row.first_name,
        last_name: row.last_name,
        role: row.role.parse()?,
        status: row.status.parse()?,
        welcomed: row.welcomed,
        account_created_at: row.account_created_at,
        return_to: row.return_to,
        fresh_at: row.fresh_at,
    }))
}

/// Notes that a session is in use. Only ever an UPDATE: a revoked session stays revoked.
pub async fn touch(
    connection: &mut PgConnection,
    key_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE sessions
         SET last_seen_at = $2
         WHERE key_hash = $1
           AND revoked_at IS NULL
           AND last_seen_at < $2",
        key_hash,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Opens a session in place of another one of the same account, which Clio opened.
pub async fn replace(
    connection: &mut PgConnection,
    old: &LiveSession,
    new: &NewSession<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    revoking::one(connection, old.account, old.id, now).await?;
    insert(
        connection,
        old.account,
        old.identity,
        Opener::Clio,
        new,
        now,
    )
    .await
}

/// Opens a session.
pub async fn insert(
    connection: &mut PgConnection,
    account: AccountId,
    identity: Option<IdentityId>,
    opener: Opener,
    new: &NewSession<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO sessions
             (id, key_hash, account_id, identity_id, created_at, last_seen_at, expires_at,
              user_agent, address, opened_by, device, fresh_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $5)",
        new.id,
        new.key_hash,
        account.0,
        identity.map(|identity| identity.0),
        now,
        new.expires_at,
        new.user_agent,
        new.address,
        opener.as_str(),
        new.device,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives a session another key, and notes when the person last showed that it is them; `false` when it
/// isn't alive any more.
pub async fn rekey(
    connection: &mut PgConnection,
    id: SessionId,
    key_hash: &[u8],
    fresh_at: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE sessions
         SET key_hash = $2,
             fresh_at = $3
         WHERE id = $1
           AND revoked_at IS NULL",
        id.0,
        key_hash,
        fresh_at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a session is alive, and locks it against being ended meanwhile.
pub async fn lock_live(connection: &mut PgConnection, id: SessionId) -> DbResult<bool> {
    let alive = sqlx::query_scalar!(
        "SELECT id FROM sessions WHERE id = $1 AND revoked_at IS NULL FOR SHARE",
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(alive.is_some())
}

/// Whether a device is new to an account that was used from others before.
pub async fn is_new_device(
    connection: &mut PgConnection,
    account: AccountId,
    device: &str,
) -> DbResult<bool> {
    let new = sqlx::query_scalar!(
        r#"SELECT
             EXISTS (SELECT FROM sessions WHERE account_id = $1 AND device <> '')
             AND NOT EXISTS (SELECT FROM sessions WHERE account_id = $1 AND device = $2)
             AS "new!""#,
        account.0,
        device,
    )
    .fetch_one(connection)
    .await?;
    Ok(new)
}

/// Deletes sessions that ended before `before`; returns how many. The audit keeps what happened.
pub async fn sweep(connection: &mut PgConnection, before: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "DELETE FROM sessions
         WHERE ctid = ANY (ARRAY(
             SELECT ctid
             FROM sessions
             WHERE expires_at < $1
             LIMIT 5000
             FOR UPDATE SKIP LOCKED
         ))",
        before,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
