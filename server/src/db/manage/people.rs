//! The people of the roster, whose accounts they have, and where the two differ.

use std::collections::HashMap;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::AccountId,
        email::Email,
        manage::{
            membership::ClioUser,
            region::Region,
            roster::{Account, Difference, Known, Why},
        },
        name::full_name,
    },
};

/// Everybody whom a whole read of a firm ever found, by their number.
pub async fn known(connection: &mut PgConnection, firm: Uuid) -> DbResult<HashMap<i64, Known>> {
    let rows = sqlx::query!(
        "SELECT user_number, is_there, is_enabled, absence_decided, settled_email, settled_name
         FROM roster_people
         WHERE firm_id = $1",
        firm,
    )
    .fetch_all(connection)
    .await?;
    let known = rows.into_iter().map(|row| {
        let known = Known {
            is_there: row.is_there,
            was_enabled: row.is_enabled,
            absence_decided: row.absence_decided,
            settled_email: row.settled_email,
            settled_name: row.settled_name,
        };
        (row.user_number, known)
    });
    Ok(known.collect())
}

/// The accounts of people: the one that is known to be theirs, else that of whoever granted as that user
/// and had the same e-mail, else the one that has proved the e-mail. An e-mail locates an account; that
/// is enough to take access away, which can be undone, and to give none.
pub async fn accounts(
    connection: &mut PgConnection,
    firm: Uuid,
    region: Region,
    numbers: &[i64],
    email_keys: &[String],
) -> DbResult<HashMap<i64, Account>> {
    let rows = sqlx::query!(
        r#"SELECT
             u.number AS "number!",
             a.id,
             a.status,
             a.role,
             a.first_name,
             a.last_name,
             a.email,
             a.status = 'suspended' AND EXISTS (
                 SELECT
                 FROM roster_differences d
                 WHERE d.account_id = a.id
                   AND d.decided_at = a.status_changed_at
                   AND d.kind IN ('gone', 'disabled')
                   AND d.state = 'carried_out'
             ) AS "is_leaver!"
         FROM unnest($3::bigint[], $4::text[]) AS u (number, email_key)
         LEFT JOIN LATERAL (
             SELECT p.account_id
             FROM roster_people p
             JOIN accounts own ON own.id = p.account_id AND own.status <> 'deleted'
             WHERE p.firm_id = $1
               AND p.user_number = u.number
         ) p ON true
         LEFT JOIN LATERAL (
             SELECT g.account_id
             FROM manage_grants g
             JOIN accounts own ON own.id = g.account_id AND own.status <> 'deleted'
             WHERE g.region = $2
               AND g.user_number = u.number
               AND g.is_same_person
               AND g.state IN ('live', 'reconnect')
             LIMIT 1
         ) g ON p.account_id IS NULL
         LEFT JOIN LATERAL (
             SELECT own.id
             FROM accounts own
             WHERE lower(own.email COLLATE "C") = u.email_key
               AND own.email_verified_at IS NOT NULL
               AND own.status <> 'deleted'
             LIMIT 1
         ) e ON p.account_id IS NULL AND g.account_id IS NULL
         JOIN accounts a ON a.id = coalesce(p.account_id, g.account_id, e.id)"#,
        firm,
        region.as_str(),
        numbers,
        email_keys,
    )
    .fetch_all(connection)
    .await?;
    let mut accounts = HashMap::new();
    for row in rows {
        let account = Account {
            id: AccountId(row.id),
            status: row.status.parse()?,
            role: row.role.parse()?,
            name: full_name(&row.first_name, &row.last_name, ""),
            email: row.email,
            is_suspended_as_leaver: row.is_leaver,
        };
        accounts.insert(row.number, account);
    }
    Ok(accounts)
}

/// Takes in what a whole read found: who is there, as Clio says now, and whose account each has.
pub async fn take_in(
    connection: &mut PgConnection,
    firm: Uuid,
    users: &[&ClioUser],
    accounts: &HashMap<i64, Account>,
    now: OffsetDateTime,
) -> DbResult<()> {
    let numbers: Vec<i64> = users.iter().map(|user| user.number).collect();
    sqlx::query!(
        "UPDATE roster_people
         SET is_there = false
         WHERE firm_id = $1
           AND is_there
           AND user_number <> ALL ($2)",
        firm,
        &numbers,
    )
    .execute(&mut *connection)
    .await?;
    for user in users {
        let account = accounts.get(&user.number).map(|account| account.id.0);
        sqlx::query!(
            "INSERT INTO roster_people
                 (firm_id, user_number, first_name, last_name, email, is_enabled, is_owner, subscription,
                  roles, account_id, is_there, seen_at, first_seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, true, $11, $11)
             ON CONFLICT (firm_id, user_number) DO UPDATE
             SET first_name = EXCLUDED.first_name,
                 last_name = EXCLUDED.last_name,
                 email = EXCLUDED.email,
                 -- Whoever is there and on again is looked at anew when they go.
                 absence_decided = roster_people.absence_decided AND NOT EXCLUDED.is_enabled,
                 is_enabled = EXCLUDED.is_enabled,
                 is_owner = EXCLUDED.is_owner,
                 subscription = EXCLUDED.subscription,
                 roles = EXCLUDED.roles,
                 account_id = EXCLUDED.account_id,
                 is_there = true,
                 seen_at = EXCLUDED.seen_at",
            firm,
            user.number,
            user.first_name,
            user.last_name,
            user.email.as_ref().map(Email::as_str),
            user.is_enabled,
            user.is_owner,
            user.subscription,
            &user.roles,
            account,
            now,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

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
        found.difference.kind(),
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
    kept: &[(i64, &str)],
    now: OffsetDateTime,
) -> DbResult<u64> {
    let numbers: Vec<i64> = kept.iter().map(|(number, _)| *number).collect();
    let kinds: Vec<String> = kept.iter().map(|(_, kind)| (*kind).to_owned()).collect();
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
    pub kind: String,
    /// Whether the rule carries it out.
    pub is_automatic: bool,
}

/// A difference that waits, locked against others who decide about it.
pub async fn lock(connection: &mut PgConnection, id: Uuid) -> DbResult<Option<Waiting>> {
    let row = sqlx::query!(
        r#"SELECT id, firm_id, user_number, account_id, kind, why IS NULL AS "is_automatic!"
         FROM roster_differences
         WHERE id = $1
           AND state = 'waiting'
         FOR NO KEY UPDATE"#,
        id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Waiting {
        id: row.id,
        firm: row.firm_id,
        number: row.user_number,
        account: row.account_id.map(AccountId),
        kind: row.kind,
        is_automatic: row.is_automatic,
    }))
}

/// The account of a difference that waits, to be locked before it.
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
             event_id = $9
         WHERE id = $1",
        waiting.id,
        waiting.firm,
        waiting.number,
        waiting.kind,
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
