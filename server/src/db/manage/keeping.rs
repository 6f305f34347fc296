//! Keeping grants good: renewing their tokens, one node at a time, and ending them.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::grants::SealedTokens;
use crate::{
    db::DbResult,
    domain::{
        email::Email,
        manage::{membership::ClioUser, region::Region},
    },
};

/// How long a node may take to renew a token before another one may try: longer than the client waits
/// for an answer.
pub const REFRESHING: Duration = Duration::seconds(30);

/// Takes it upon this node to renew the tokens of a grant; `false` when another does, or has.
pub async fn claim(
    connection: &mut PgConnection,
    id: Uuid,
    version: i32,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE manage_grants
         SET refreshing_until = $3
         WHERE id = $1
           AND version = $2
           AND state = 'live'
           AND (refreshing_until IS NULL OR refreshing_until <= $4)
           AND (rests_until IS NULL OR rests_until <= $4)",
        id,
        version,
        now + REFRESHING,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives that up again, and until when nobody tries: the tokens are what they were.
pub async fn release(
    connection: &mut PgConnection,
    id: Uuid,
    version: i32,
    until: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE manage_grants
         SET refreshing_until = NULL,
             rests_until = $3
         WHERE id = $1
           AND version = $2",
        id,
        version,
        until,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Stores renewed tokens in place of those of a version; `false` when they are others by now, or the
/// grant is over.
pub async fn renew(
    connection: &mut PgConnection,
    id: Uuid,
    version: i32,
    tokens: &SealedTokens<'_>,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE manage_grants
         SET tokens = $3,
             version = version + 1,
             expires_at = $4,
             refresh_at = $5,
             refreshing_until = NULL,
             rests_until = NULL
         WHERE id = $1
           AND version = $2
           AND tokens IS NOT NULL",
        id,
        version,
        tokens.sealed,
        tokens.expires_at,
        tokens.refresh_at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Seals the tokens of a version anew, under another key; nothing else of them changes.
pub async fn reseal(
    connection: &mut PgConnection,
    id: Uuid,
    version: i32,
    sealed: &[u8],
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE manage_grants
         SET tokens = $3
         WHERE id = $1
           AND version = $2
           AND tokens IS NOT NULL",
        id,
        version,
        sealed,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Grants whose tokens are sealed under another key than the one that this mark begins.
pub async fn sealed_otherwise(
    connection: &mut PgConnection,
    mark: &[u8],
    most: i64,
) -> DbResult<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "SELECT id
         FROM manage_grants
         WHERE tokens IS NOT NULL
           AND substring(tokens FOR 9) <> $1
         LIMIT $2",
        mark,
        most,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}

/// Notes that the person has to renew a grant; `false` when its tokens are others by now, or it isn't
/// live.
pub async fn need_reconnect(
    connection: &mut PgConnection,
    id: Uuid,
    version: i32,
    reason: &str,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE manage_grants
         SET state = 'reconnect',
             state_reason = $3,
             refreshing_until = NULL,
             check_at = NULL
         WHERE id = $1
           AND version = $2
           AND state = 'live'",
        id,
        version,
        reason,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What is to be done about a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Its token is to be renewed.
    Refresh,
    /// Clio says that it was revoked: whether it was is to be asked.
    Check,
    /// It is to be revoked at Clio.
    Revoke,
}

/// What is due, the longest due first. Grants of accounts that aren't active rest.
pub async fn due(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    most: i64,
) -> DbResult<Vec<(Uuid, Due)>> {
    let rows = sqlx::query!(
        r#"(
             SELECT g.id AS "id!", 'refresh' AS "what!"
             FROM manage_grants g
             JOIN accounts a ON a.id = g.account_id AND a.status = 'active'
             WHERE g.state = 'live'
               AND g.refresh_at <= $1
               AND (g.refreshing_until IS NULL OR g.refreshing_until <= $1)
               AND (g.rests_until IS NULL OR g.rests_until <= $1)
             ORDER BY g.refresh_at
             LIMIT $2
         )
         UNION ALL
         (
             SELECT id, 'check'
             FROM manage_grants
             WHERE check_at <= $1
               AND state = 'live'
             ORDER BY check_at
             LIMIT $2
         )
         UNION ALL
         (
             SELECT id, 'revoke'
             FROM manage_grants
             WHERE state = 'ended'
               AND tokens IS NOT NULL
               AND (rests_until IS NULL OR rests_until <= $1)
             ORDER BY ended_at
             LIMIT $2
         )"#,
        now,
        most,
    )
    .fetch_all(connection)
    .await?;
    let due = rows.into_iter().map(|row| {
        let what = match row.what.as_str() {
            "refresh" => Due::Refresh,
            "check" => Due::Check,
            _ => Due::Revoke,
        };
        (row.id, what)
    });
    Ok(due.collect())
}

/// Takes a hint that a user revoked what they granted; it is asked for at `at`, at most once until
/// then.
pub async fn hint(
    connection: &mut PgConnection,
    region: Region,
    user: i64,
    at: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE manage_grants
         SET check_at = $3
         WHERE region = $1
           AND user_number = $2
           AND state IN ('live', 'reconnect')
           AND coalesce(state, '') = 'live'
           AND check_at IS NULL",
        region.as_str(),
        user,
        at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Stores what Clio says of the user now.
pub async fn checked(
    connection: &mut PgConnection,
    id: Uuid,
    user: &ClioUser,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE manage_grants
         SET firm_number = $2,
             firm_name = $3,
             first_name = $4,
             last_name = $5,
             email = $6,
             is_enabled = $7,
             is_owner = $8,
             is_portal = $9,
             subscription = $10,
             roles = $11,
             checked_at = $12,
             check_at = NULL
         WHERE id = $1",
        id,
        user.firm.number,
        user.firm_name,
        user.first_name,
        user.last_name,
        user.email.as_ref().map(Email::as_str),
        user.is_enabled,
        user.is_owner,
        user.is_portal,
        user.subscription,
        &user.roles,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts off a question that was to be put because of a hint.
pub async fn put_off_check(
    connection: &mut PgConnection,
    id: Uuid,
    until: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE manage_grants
         SET check_at = $2
         WHERE id = $1
           AND check_at IS NOT NULL",
        id,
        until,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts off to revoke a grant that is over.
pub async fn put_off_revoking(
    connection: &mut PgConnection,
    id: Uuid,
    until: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE manage_grants
         SET rests_until = $2
         WHERE id = $1
           AND state = 'ended'",
        id,
        until,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets the tokens of a grant that is over.
pub async fn forget(connection: &mut PgConnection, id: Uuid) -> DbResult<()> {
    sqlx::query!(
        "UPDATE manage_grants
         SET tokens = NULL,
             refreshing_until = NULL
         WHERE id = $1
           AND state = 'ended'",
        id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends the grants of accounts that were closed for good; each with its event.
pub async fn end_of_closed(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    most: i64,
) -> DbResult<u64> {
    let done = sqlx::query!(
        "WITH over AS (
             UPDATE manage_grants
             SET state = 'ended',
                 state_reason = 'account_closed',
                 ended_at = $1,
                 check_at = NULL
             WHERE id = ANY (ARRAY(
                 SELECT g.id
                 FROM manage_grants g
                 JOIN accounts a ON a.id = g.account_id
                 WHERE g.state IN ('live', 'reconnect')
                   AND a.status = 'deleted'
                 LIMIT $2
                 FOR UPDATE OF g SKIP LOCKED
             ))
             RETURNING account_id
         )
         INSERT INTO audit_events (at, action, account_id, reason)
         SELECT $1, 'manage.disconnected', account_id, 'account_closed'
         FROM over",
        now,
        most,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
