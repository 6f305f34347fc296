//! What a dump keeps that mustn't live on where it is restored: proofs under way, one-time links, letters
//! that were sent since, work that was carried out since.
//!
//! Sessions are ended by [`super::revoking`]. What stays, and why, is told in
//! [`crate::service::restored`].

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{DbResult, desk::bulk::BulkId};

/// Deletes whatever the statement, checked with it at compile time, says; gives how much it was.
macro_rules! delete {
    ($name:ident, $about:literal, $statement:literal) => {
        #[doc = $about]
        pub async fn $name(connection: &mut PgConnection) -> DbResult<u64> {
            let done = sqlx::query!($statement).execute(connection).await?;
            Ok(done.rows_affected())
        }
    };
}

delete!(
    attempts,
    "Deletes all sign-in attempts.",
    "DELETE FROM sign_in_attempts"
);
delete!(
    manage_attempts,
    "Deletes all attempts to connect Clio Manage.",
    "DELETE FROM manage_attempts"
);
delete!(
    open_reads,
    "Deletes the reads of a roster that aren't over, with what they found so far.",
    "DELETE FROM roster_reads WHERE ended_at IS NULL"
);
delete!(
    link_requests,
    "Deletes the pending links that nobody has decided about, with their codes and proofs.",
    "DELETE FROM link_requests WHERE closed_at IS NULL"
);
delete!(
    mail_codes,
    "Deletes all mailed codes.",
    "DELETE FROM mail_codes"
);
delete!(
    sign_in_codes,
    "Deletes all codes for signing in.",
    "DELETE FROM sign_in_codes"
);
delete!(
    letters,
    "Deletes the letters that weren't sent and aren't given up.",
    "DELETE FROM mail_outbox WHERE sent_at IS NULL AND dead_at IS NULL"
);

/// Deletes the one-time links that nobody has used, and has the invitations that they belong to be over
/// from now on, so that a new one is sent where it is still wanted.
pub async fn claims(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<u64> {
    sqlx::query!(
        "UPDATE invitations
         SET expires_at = $1
         WHERE standing = 'open'
           AND expires_at > $1",
        now,
    )
    .execute(&mut *connection)
    .await?;
    let done = sqlx::query!("DELETE FROM claims WHERE used_at IS NULL")
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

/// Has Clio asked at once whether what it granted still stands, and who is in the firms.
pub async fn ask_clio(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<()> {
    sqlx::query!(
        "WITH firms AS (
             UPDATE manage_firms
             SET next_read_at = $1
             WHERE disconnected_at IS NULL
         )
         UPDATE manage_grants
         SET check_at = $1
         WHERE state = 'live'",
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A decision about many that isn't over, locked.
#[derive(Clone, Debug)]
pub struct OpenBulk {
    /// Which.
    pub id: BulkId,
    /// What it does, in the word of the record.
    pub deed: String,
}

/// The decisions about many that aren't over, be they under way or waiting for a yes.
pub async fn open_bulks(connection: &mut PgConnection) -> DbResult<Vec<OpenBulk>> {
    let rows = sqlx::query!(
        "SELECT id, deed
         FROM bulk_acts
         WHERE finished_at IS NULL
         ORDER BY id
         FOR UPDATE",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| OpenBulk {
            id: BulkId(row.id),
            deed: row.deed,
        })
        .collect())
}

/// The lists of people that are being invited.
pub async fn running_imports(connection: &mut PgConnection) -> DbResult<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "SELECT id
         FROM imports
         WHERE state = 'running'
         ORDER BY id",
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}

/// Lists of people that somebody may still have carried out, as they were looked through before: deletes
/// them, for they may have been.
pub async fn checked_imports(connection: &mut PgConnection) -> DbResult<u64> {
    let done = sqlx::query!("DELETE FROM imports WHERE state = 'checked'")
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}
