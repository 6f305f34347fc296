//! Sign-in attempts: one row from the button to the callback.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::DbResult;
use crate::domain::account::{AccountId, SessionId, Unknown};

/// How long an attempt lives.
pub const LIFETIME: Duration = Duration::seconds(600);

/// How many attempts one browser may have under way; an older one gives way to a new one.
const PER_BROWSER: i64 = 20;

/// What an attempt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To prove the account of a pending link with a login that opens it already.
    Link {
        /// The account.
        account: AccountId,
        /// The pending link.
        link: Uuid,
    },
    /// To connect another login to the account of a session.
    Connect {
        /// The account.
        account: AccountId,
        /// The session.
        session: SessionId,
    },
    /// To show that whoever is signed in is still there.
    Confirm {
        /// The account.
        account: AccountId,
        /// The session.
        session: SessionId,
    },
}

impl Purpose {
    /// The word in SQL, and what it is about: account, session, pending link.
    const fn columns(self) -> (&'static str, Option<Uuid>, Option<Uuid>, Option<Uuid>) {
        match self {
            Self::SignIn => ("sign_in", None, None, None),
            Self::Link { account, link } => ("link", Some(account.0), None, Some(link)),
            Self::Connect { account, session } => {
                ("connect", Some(account.0), Some(session.0), None)
            }
            Self::Confirm { account, session } => {
                ("confirm", Some(account.0), Some(session.0), None)
            }
        }
    }

    fn read(
        word: &str,
        account: Option<Uuid>,
        session: Option<Uuid>,
        link: Option<Uuid>,
    ) -> Result<Self, Unknown> {
        let account = account.map(AccountId);
        let session = session.map(SessionId);
        Ok(match (word, account, session, link) {
            ("sign_in", None, None, None) => Self::SignIn,
            ("link", Some(account), None, Some(link)) => Self::Link { account, link },
            ("connect", Some(account), Some(session), None) => Self::Connect { account, session },
            ("confirm", Some(account), Some(session), None) => Self::Confirm { account, session },
            _ => return Err(Unknown("purpose")),
        })
    }
}

/// A new attempt.
#[derive(Debug)]
pub struct NewAttempt<'a> {
    /// SHA-256 of `state`.
    pub state_hash: &'a [u8],
    /// SHA-256 of the browser's secret.
    pub browser_hash: &'a [u8],
    /// The nonce that the ID token must repeat.
    pub nonce: &'a str,
    /// The PKCE verifier (RFC 7636).
    pub pkce_verifier: &'a str,
    /// Where the person wants to go.
    pub return_to: Option<&'a str>,
    /// SHA-256 of the one-time link's token.
    pub claim_hash: Option<&'a [u8]>,
    /// What it is for.
    pub purpose: Purpose,
    /// Now.
    pub now: OffsetDateTime,
}

/// What a consumed attempt was about.
#[derive(Debug)]
pub struct Attempt {
    /// SHA-256 of the secret of the browser that it is bound to.
    pub browser_hash: Vec<u8>,
    /// The nonce that the ID token must repeat.
    pub nonce: String,
    /// The PKCE verifier.
    pub pkce_verifier: String,
    /// Where the person wants to go; validated when it was stored.
    pub return_to: Option<String>,
    /// SHA-256 of the one-time link's token.
    pub claim_hash: Option<Vec<u8>>,
    /// What it is for.
    pub purpose: Purpose,
    /// When it began.
    pub created_at: OffsetDateTime,
}

/// Stores an attempt, and deletes the browser's oldest ones beyond the number it may have, so that
/// abandoned starts don't pile up.
pub async fn insert(connection: &mut PgConnection, attempt: &NewAttempt<'_>) -> DbResult<()> {
    let (purpose, account, session, link) = attempt.purpose.columns();
    sqlx::query!(
        "WITH pushed_out AS (
             DELETE FROM sign_in_attempts
             WHERE ctid = ANY (ARRAY(
                 SELECT ctid
                 FROM sign_in_attempts
                 WHERE browser_hash = $2
                 ORDER BY created_at DESC
                 OFFSET $8
             ))
         )
         INSERT INTO sign_in_attempts
             (state_hash, browser_hash, nonce, pkce_verifier, return_to, claim_hash, created_at,
              purpose, purpose_account, purpose_session, purpose_link)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $9, $10, $11, $12)",
        attempt.state_hash,
        attempt.browser_hash,
        attempt.nonce,
        attempt.pkce_verifier,
        attempt.return_to,
        attempt.claim_hash,
        attempt.now,
        PER_BROWSER - 1,
        purpose,
        account,
        session,
        link,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Consumes an attempt: whoever deletes the row has it, and nobody has it twice.
pub async fn consume(
    connection: &mut PgConnection,
    state_hash: &[u8],
    browser_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<Option<Attempt>> {
    let row = sqlx::query!(
        "DELETE FROM sign_in_attempts
         WHERE state_hash = $1
           AND browser_hash = $2
           AND created_at > $3
         RETURNING
             browser_hash,
             nonce,
             pkce_verifier,
             return_to,
             claim_hash,
             created_at,
             purpose,
             purpose_account,
             purpose_session,
             purpose_link",
        state_hash,
        browser_hash,
        now - LIFETIME,
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Attempt {
        browser_hash: row.browser_hash,
        nonce: row.nonce,
        pkce_verifier: row.pkce_verifier,
        return_to: row.return_to,
        claim_hash: row.claim_hash,
        purpose: Purpose::read(
            &row.purpose,
            row.purpose_account,
            row.purpose_session,
            row.purpose_link,
        )?,
        created_at: row.created_at,
    }))
}

/// Deletes what is too old; returns how many.
pub async fn sweep(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "DELETE FROM sign_in_attempts
         WHERE ctid = ANY (ARRAY(
             SELECT ctid
             FROM sign_in_attempts
             WHERE created_at <= $1
             LIMIT 20000
             FOR UPDATE SKIP LOCKED
         ))",
        now - LIFETIME,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
