//! Attempts to be granted access to Clio Manage: one row from the button to the callback.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, SessionId, Unknown},
        manage::region::Region,
    },
};

/// How long an attempt lives: as long as Clio's codes do.
pub const LIFETIME: Duration = Duration::seconds(600);

/// How many attempts one account may have under way; an older one gives way to a new one.
const PER_ACCOUNT: i64 = 10;

/// What access is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To show which firm one belongs to.
    Connect,
    /// The same, in order to be admitted.
    Admission,
    /// To read who belongs to the firm.
    Roster,
    /// Begun at Clio with "Add to Clio".
    Add,
}

impl Purpose {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Admission => "admission",
            Self::Roster => "roster",
            Self::Add => "add",
        }
    }
}

impl std::str::FromStr for Purpose {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Ok(match text {
            "connect" => Self::Connect,
            "admission" => Self::Admission,
            "roster" => Self::Roster,
            "add" => Self::Add,
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
    /// Whose it is.
    pub account: AccountId,
    /// The session that it began in.
    pub session: SessionId,
    /// Where at Clio.
    pub region: Region,
    /// What for.
    pub purpose: Purpose,
    /// Where the person wants to go afterwards.
    pub return_to: Option<&'a str>,
}

/// A consumed attempt.
#[derive(Debug)]
pub struct Attempt {
    /// Whose it is.
    pub account: AccountId,
    /// The session that it began in.
    pub session: SessionId,
    /// Where at Clio.
    pub region: Region,
    /// What for.
    pub purpose: Purpose,
    /// Where the person wants to go afterwards; validated when it was stored.
    pub return_to: Option<String>,
}

/// Stores an attempt, remembers the region that was chosen, and deletes the account's oldest attempts
/// beyond the number it may have.
pub async fn insert(
    connection: &mut PgConnection,
    attempt: &NewAttempt<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "WITH pushed_out AS (
             DELETE FROM manage_attempts
             WHERE ctid = ANY (ARRAY(
                 SELECT ctid
                 FROM manage_attempts
                 WHERE account_id = $3
                 ORDER BY created_at DESC
                 OFFSET $9
             ))
         ),
         chosen AS (
             INSERT INTO manage_choices (account_id, region, chosen_at)
             VALUES ($3, $5, $8)
             ON CONFLICT (account_id) DO UPDATE
             SET region = EXCLUDED.region,
                 chosen_at = EXCLUDED.chosen_at
         )
         INSERT INTO manage_attempts
             (state_hash, browser_hash, account_id, session_id, region, purpose, return_to, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        attempt.state_hash,
        attempt.browser_hash,
        attempt.account.0,
        attempt.session.0,
        attempt.region.as_str(),
        attempt.purpose.as_str(),
        attempt.return_to,
        now,
        PER_ACCOUNT - 1,
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
        "DELETE FROM manage_attempts
         WHERE state_hash = $1
           AND browser_hash = $2
           AND created_at > $3
         RETURNING account_id, session_id, region, purpose, return_to",
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
        account: AccountId(row.account_id),
        session: SessionId(row.session_id),
        region: row.region.parse()?,
        purpose: row.purpose.parse()?,
        return_to: row.return_to,
    }))
}

/// The region to propose to somebody: the one that they chose last, or else that of most people with
/// an e-mail of the same domain.
pub async fn likely_region(
    connection: &mut PgConnection,
    account: AccountId,
    domain: &str,
) -> DbResult<Option<Region>> {
    let region = sqlx::query_scalar!(
        r#"SELECT coalesce(
             (SELECT region FROM manage_choices WHERE account_id = $1),
             (
                 SELECT region
                 FROM (
                     SELECT region
                     FROM manage_grants
                     WHERE state = 'live'
                       AND split_part(lower(email COLLATE "C"), '@', 2) = $2
                     ORDER BY refresh_at
                     LIMIT 100
                 ) AS colleagues
                 GROUP BY region
                 ORDER BY count(*) DESC, region
                 LIMIT 1
             )
         ) AS region"#,
        account.0,
        domain,
    )
    .fetch_one(connection)
    .await?;
    Ok(region.map(|region| region.parse()).transpose()?)
}

/// Deletes what is too old; returns how many.
pub async fn sweep(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "DELETE FROM manage_attempts
         WHERE ctid = ANY (ARRAY(
             SELECT ctid
             FROM manage_attempts
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
