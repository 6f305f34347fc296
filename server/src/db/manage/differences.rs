//! Where Clio Manage and accounts differ: found, decided, undone.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::AccountId,
        manage::roster::{Difference, Kind, Why},
        name::Name,
    },
};

/// A difference that a read found.
#[derive(Debug)]
pub struct Found<'a> {
    /// Its id.
    pub id: Uuid,
    /// The person.
    pub number: i64,
    /// Their account.
    pub account: Option<AccountId>,
    /// What differs.
    pub difference: &'a Difference,
    /// Why it waits; `None`: the rule carries it out.
    pub why: Option<Why>,
}

/// What stands on the two sides of a difference.
fn sides(difference: &Difference) -> (Option<&str>, Option<&str>) {
    match difference {
        Difference::Email { before, after } | Difference::Name { before, after } => {
            (Some(before), Some(after))
        }
        Difference::Back { was_gone } => (Some(if *was_gone { "gone" } else { "disabled" }), None),
        Difference::New | Difference::Gone | Difference::Disabled => (None, None),
    }
}

/// Stores a difference that waits, or brings the one that waits up to date.
pub async fn put(
    connection: &mut PgConnection,
    firm: Uuid,
    read: Uuid,
    found: &Found<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    let (before, after) = sides(found.difference);
    sqlx::query!(
        "INSERT INTO roster_differences
             (id, firm_id, read_id, user_number, account_id, kind, before, after, why, state, found_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10)
         ON CONFLICT (firm_id, user_number, kind) WHERE state = 'waiting' DO UPDATE
         SET account_id = EXCLUDED.account_id,
             before = EXCLUDED.before,
             after = EXCLUDED.after,
             why = EXCLUDED.why",
        found.id,
        firm,
        read,
        found.number,
        found.account.map(|account| account.0),
        found.difference.kind().as_str(),
        before,
        after,
        found.why.map(Why::as_str),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Settles what waits of a firm and was found by the latest read no longer; `kept` are the numbers and
/// kinds that were.
pub async fn settle(
    connection: &mut PgConnection,
    firm: Uuid,
    kept: &[(i64, Kind)],
    now: OffsetDateTime,
) -> DbResult<u64> {
    let numbers: Vec<i64> = kept.iter().map(|(number, _)| *number).collect();
    let kinds: Vec<String> = kept
        .iter()
        .map(|(_, kind)| kind.as_str().to_owned())
        .collect();
    let done = sqlx::query!(
        "UPDATE roster_differences d
         SET state = 'settled',
             decided_at = $4
         WHERE d.firm_id = $1
           AND d.state = 'waiting'
           AND NOT EXISTS (
               SELECT
               FROM unnest($2::bigint[], $3::text[]) AS kept (number, kind)
               WHERE kept.number = d.user_number
                 AND kept.kind = d.kind
           )",
        firm,
        &numbers,
        &kinds,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// What the rule carries out by itself: differences of leavers that wait for nobody.
pub async fn by_itself(connection: &mut PgConnection, most: i64) -> DbResult<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "SELECT d.id
         FROM roster_differences d
         JOIN manage_firms f ON f.id = d.firm_id AND f.disconnected_at IS NULL
         WHERE d.state = 'waiting'
           AND d.why IS NULL
         ORDER BY d.found_at, d.id
         LIMIT $1",
        most,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}

/// A difference that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its id.
    pub id: Uuid,
    /// The firm.
    pub firm: Uuid,
    /// The person.
    pub number: i64,
    /// Their account.
    pub account: Option<AccountId>,
    /// Its kind.
    pub kind: Kind,
    /// What Clio said, for e-mails and names.
    pub after: Option<String>,
    /// Whether the rule carries it out.
    pub is_automatic: bool,
}

/// A difference that waits, locked against others who decide about it; its person first, as whoever takes
/// in what a read found locks people before differences.
pub async fn lock(connection: &mut PgConnection, id: Uuid) -> DbResult<Option<Waiting>> {
    sqlx::query!(
        "SELECT p.user_number
         FROM roster_people p
         WHERE (p.firm_id, p.user_number) = (
             SELECT firm_id, user_number
             FROM roster_differences
             WHERE id = $1
         )
         FOR NO KEY UPDATE",
        id,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let row = sqlx::query!(
        r#"SELECT id, firm_id, user_number, account_id, kind, after, why IS NULL AS "is_automatic!"
         FROM roster_differences
         WHERE id = $1
           AND state = 'waiting'
         FOR NO KEY UPDATE"#,
        id,
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Waiting {
        id: row.id,
        firm: row.firm_id,
        number: row.user_number,
        account: row.account_id.map(AccountId),
        kind: row.kind.parse()?,
        after: row.after,
        is_automatic: row.is_automatic,
    }))
}

/// Lets a difference that waits, and that the caller holds locked, wait for an administrator, as the rule
/// says by now.
pub async fn leave_to_administrator(connection: &mut PgConnection, id: Uuid) -> DbResult<()> {
    sqlx::query!(
        "UPDATE roster_differences SET why = $2 WHERE id = $1",
        id,
        Why::Rule.as_str(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The account of a difference that waits, to be locked before it; `None` also where it has none.
pub async fn account_of(connection: &mut PgConnection, id: Uuid) -> DbResult<Option<AccountId>> {
    let account = sqlx::query_scalar!(
        "SELECT account_id FROM roster_differences WHERE id = $1 AND state = 'waiting'",
        id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(account.flatten().map(AccountId))
}

/// What was decided about a difference.
#[derive(Clone, Copy, Debug)]
pub struct Decided<'a> {
    /// The word: `carried_out`, `left` or `settled`.
    pub state: &'a str,
    /// Who; `None`: the rule by itself.
    pub by: Option<AccountId>,
    /// Why, in their words.
    pub reason: Option<&'a str>,
    /// The event that records what was done to the account.
    pub event: Option<i64>,
}

/// Writes down what was decided about a difference that the caller holds locked; whoever was decided
/// about isn't found again before Clio says something else.
pub async fn decide(
    connection: &mut PgConnection,
    waiting: &Waiting,
    decided: Decided<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "WITH person AS (
             UPDATE roster_people
             SET absence_decided = absence_decided OR $4 IN ('gone', 'disabled'),
                 return_decided = return_decided OR $4 = 'back',
                 settled_email = CASE WHEN $4 = 'email' THEN email ELSE settled_email END,
                 settled_name = CASE
                     WHEN $4 = 'name' THEN btrim(first_name || ' ' || last_name)
                     ELSE settled_name
                 END
             WHERE firm_id = $2
               AND user_number = $3
               AND $5 <> 'settled'
         )
         UPDATE roster_differences
         SET state = $5,
             decided_at = $6,
             decided_by = $7,
             reason = $8,
             event_id = $9,
             stands_since = (
                 SELECT a.status_changed_at
                 FROM accounts a
                 WHERE a.id = roster_differences.account_id
                   AND $5 = 'carried_out'
             )
         WHERE id = $1",
        waiting.id,
        waiting.firm,
        waiting.number,
        waiting.kind.as_str(),
        decided.state,
        now,
        decided.by.map(|account| account.0),
        decided.reason,
        decided.event,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps the names that an account has with the difference by which it takes others; see [`names_before`].
pub async fn keep_names(
    connection: &mut PgConnection,
    id: Uuid,
    first_name: &str,
    last_name: &str,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE roster_differences SET first_name = $2, last_name = $3 WHERE id = $1",
        id,
        first_name,
        last_name,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The first and last name that an account had before it took others, as an event records; `None` where
/// that was undone, or isn't what the event is about.
pub async fn names_before(
    connection: &mut PgConnection,
    event: i64,
) -> DbResult<Option<(Name, Name)>> {
    let row = sqlx::query!(
        r#"SELECT first_name AS "first_name!", last_name AS "last_name!"
         FROM roster_differences
         WHERE event_id = $1
           AND state = 'carried_out'
           AND first_name IS NOT NULL
           AND last_name IS NOT NULL"#,
        event,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| {
        (
            Name::from_provider(&row.first_name),
            Name::from_provider(&row.last_name),
        )
    }))
}

/// Notes that what was done to an account because of a difference was undone.
pub async fn undone(
    connection: &mut PgConnection,
    event: i64,
    by: AccountId,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE roster_differences
         SET state = 'undone',
             decided_at = $3,
             decided_by = $2
         WHERE event_id = $1
           AND state = 'carried_out'",
        event,
        by.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Settles all that waits of a firm that is read no longer.
pub async fn settle_all(
    connection: &mut PgConnection,
    firm: Uuid,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE roster_differences
         SET state = 'settled',
             decided_at = $2
         WHERE firm_id = $1
           AND state = 'waiting'",
        firm,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}
