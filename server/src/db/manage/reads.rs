//! Reads of a firm's people, page by page.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::AccountId,
        email::Email,
        manage::{membership::ClioUser, region::FirmKey, roster::Ending},
    },
};

/// How long a node may take for a page before another one may try.
pub const TAKEN: Duration = Duration::seconds(30);

/// A read that is under way.
#[derive(Clone, Debug)]
pub struct Read {
    /// Its id.
    pub id: Uuid,
    /// The firm.
    pub firm: Uuid,
    /// The query of the page that comes next; `None`: the first.
    pub next_page: Option<String>,
    /// How many pages were read.
    pub pages: i32,
    /// How many people were.
    pub people: i32,
    /// How many there are, as the first page said.
    pub total: Option<i32>,
    /// How often in a row a page couldn't be had.
    pub failures: i32,
}

/// Begins a read of a firm; `false` when one is under way.
pub async fn begin(
    connection: &mut PgConnection,
    id: Uuid,
    firm: Uuid,
    asked_by: Option<AccountId>,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "INSERT INTO roster_reads (id, firm_id, asked_by, began_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (firm_id) WHERE ended_at IS NULL DO NOTHING",
        id,
        firm,
        asked_by.map(|account| account.0),
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes it upon this node to read the next page of a read that is due; `None` when none is.
pub async fn take(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<Option<Read>> {
    let row = sqlx::query!(
        "UPDATE roster_reads
         SET taken_until = $2
         WHERE id = (
             SELECT id
             FROM roster_reads
             WHERE ended_at IS NULL
               AND (taken_until IS NULL OR taken_until <= $1)
               AND (rests_until IS NULL OR rests_until <= $1)
             ORDER BY began_at
             LIMIT 1
             FOR UPDATE SKIP LOCKED
         )
         RETURNING id, firm_id, next_page, pages, people, total, failures",
        now,
        now + TAKEN,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Read {
        id: row.id,
        firm: row.firm_id,
        next_page: row.next_page,
        pages: row.pages,
        people: row.people,
        total: row.total,
        failures: row.failures,
    }))
}

/// Stores a page and where to go on; `false`, and nothing stored, when the read is over, or another node
/// has stored this page.
pub async fn store(
    connection: &mut PgConnection,
    read: &Read,
    users: &[ClioUser],
    next_page: Option<&str>,
    total: Option<i32>,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE roster_reads
         SET next_page = $3,
             pages = pages + 1,
             people = people + $4,
             total = $5,
             failures = 0,
             rests_until = NULL,
             taken_until = NULL
         WHERE id = $1
           AND pages = $2
           AND ended_at IS NULL",
        read.id,
        read.pages,
        next_page,
        i32::try_from(users.len()).unwrap_or(i32::MAX),
        total,
    )
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    for user in users {
        sqlx::query!(
            "INSERT INTO roster_read_people
                 (read_id, user_number, first_name, last_name, email, is_enabled, is_owner, is_portal,
                  subscription, roles)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT DO NOTHING",
            read.id,
            user.number,
            user.first_name,
            user.last_name,
            user.email.as_ref().map(Email::as_str),
            user.is_enabled,
            user.is_owner,
            user.is_portal,
            user.subscription,
            &user.roles,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(true)
}

/// Lets a read rest after a page couldn't be had; `counts` says that this was a failure.
pub async fn rest(
    connection: &mut PgConnection,
    id: Uuid,
    until: OffsetDateTime,
    counts: bool,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE roster_reads
         SET rests_until = $2,
             taken_until = NULL,
             failures = failures + $3::boolean::integer
         WHERE id = $1
           AND ended_at IS NULL",
        id,
        until,
        counts,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a read; `false` when it is over. What it found is forgotten; the caller has taken it in.
pub async fn end(
    connection: &mut PgConnection,
    id: Uuid,
    ending: Ending,
    stopped_by: Option<AccountId>,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "WITH ended AS (
             UPDATE roster_reads
             SET ended_at = $3,
                 outcome = $2,
                 stopped_by = $4,
                 taken_until = NULL,
                 rests_until = NULL,
                 next_page = NULL
             WHERE id = $1
               AND ended_at IS NULL
             RETURNING id
         ),
         forgotten AS (
             DELETE FROM roster_read_people
             USING ended
             WHERE read_id = ended.id
         )
         SELECT id FROM ended",
        id,
        ending.as_str(),
        now,
        stopped_by.map(|account| account.0),
    )
    .fetch_optional(connection)
    .await?;
    Ok(done.is_some())
}

/// Notes how many people were taken in of a read: those that aren't clients.
pub async fn took_in(connection: &mut PgConnection, id: Uuid, people: usize) -> DbResult<()> {
    sqlx::query!(
        "UPDATE roster_reads SET people = $2 WHERE id = $1",
        id,
        i32::try_from(people).unwrap_or(i32::MAX),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that more would have been suspended than the rule allowed.
pub async fn note_exceeded(
    connection: &mut PgConnection,
    id: Uuid,
    (leavers, accounts, threshold): (i32, i32, i16),
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE roster_reads
         SET leavers = $2,
             accounts = $3,
             threshold = $4
         WHERE id = $1",
        id,
        leavers,
        accounts,
        threshold,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What a read found, portal clients included.
pub async fn found(
    connection: &mut PgConnection,
    id: Uuid,
    firm: FirmKey,
    firm_name: &str,
) -> DbResult<Vec<ClioUser>> {
    let rows = sqlx::query!(
        r#"SELECT
             user_number,
             first_name,
             last_name,
             email,
             is_enabled,
             is_owner,
             is_portal,
             subscription,
             roles AS "roles: Vec<String>"
         FROM roster_read_people
         WHERE read_id = $1
         ORDER BY user_number"#,
        id,
    )
    .fetch_all(connection)
    .await?;
    let users = rows.into_iter().map(|row| ClioUser {
        number: row.user_number,
        firm,
        firm_name: firm_name.to_owned(),
        first_name: row.first_name,
        last_name: row.last_name,
        email: row.email.and_then(|email| Email::parse(&email).ok()),
        is_enabled: row.is_enabled,
        is_owner: row.is_owner,
        is_portal: row.is_portal,
        subscription: row.subscription,
        roles: row.roles,
    });
    Ok(users.collect())
}

/// The read of a firm that is under way, and locks it.
pub async fn under_way(connection: &mut PgConnection, firm: Uuid) -> DbResult<Option<Uuid>> {
    let id = sqlx::query_scalar!(
        "SELECT id
         FROM roster_reads
         WHERE firm_id = $1
           AND ended_at IS NULL
         FOR NO KEY UPDATE",
        firm,
    )
    .fetch_optional(connection)
    .await?;
    Ok(id)
}

/// How many people a read is to find, as Clio said.
pub async fn total(connection: &mut PgConnection, id: Uuid) -> DbResult<Option<u32>> {
    let total = sqlx::query_scalar!("SELECT total FROM roster_reads WHERE id = $1", id)
        .fetch_one(connection)
        .await?;
    Ok(total.and_then(|total| u32::try_from(total).ok()))
}
