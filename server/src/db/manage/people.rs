//! The people of the roster, and whose accounts they have.

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
            roster::{Account, Known, Presence},
        },
        name::full_name,
    },
};

/// Everybody whom a whole read of a firm ever found, by their number.
pub async fn known(connection: &mut PgConnection, firm: Uuid) -> DbResult<HashMap<i64, Known>> {
    let rows = sqlx::query!(
        r#"SELECT
             p.user_number,
             p.is_there,
             p.is_enabled,
             p.absence_decided,
             p.return_decided,
             p.settled_email,
             p.settled_name,
             d.id IS NOT NULL AS "waits_as_new!"
         FROM roster_people p
         LEFT JOIN roster_differences d
             ON d.firm_id = p.firm_id
             AND d.user_number = p.user_number
             AND d.kind = 'new'
             AND d.state = 'waiting'
         WHERE p.firm_id = $1"#,
        firm,
    )
    .fetch_all(connection)
    .await?;
    let known = rows.into_iter().map(|row| {
        let known = Known {
            was: match (row.is_there, row.is_enabled) {
                (false, _) => Presence::Gone,
                (true, true) => Presence::Enabled,
                (true, false) => Presence::Disabled,
            },
            waits_as_new: row.waits_as_new,
            absence_decided: row.absence_decided,
            return_decided: row.return_decided,
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
                   AND d.stands_since = a.status_changed_at
                   AND d.kind IN ('gone', 'disabled')
                   AND d.state = 'carried_out'
             ) AS "is_leaver!",
             EXISTS (
                 SELECT
                 FROM roster_people o
                 JOIN manage_firms f ON f.id = o.firm_id AND f.disconnected_at IS NULL
                 WHERE o.account_id = a.id
                   AND o.firm_id <> $1
                   AND o.is_there
                   AND o.is_enabled
             ) AS "is_elsewhere!"
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
            is_elsewhere: row.is_elsewhere,
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
    account_of: impl Fn(i64) -> Option<AccountId>,
    now: OffsetDateTime,
) -> DbResult<()> {
    let numbers: Vec<i64> = users.iter().map(|user| user.number).collect();
    sqlx::query!(
        "UPDATE roster_people
         SET is_there = false,
             return_decided = false
         WHERE firm_id = $1
           AND is_there
           AND user_number <> ALL ($2)",
        firm,
        &numbers,
    )
    .execute(&mut *connection)
    .await?;
    for user in users {
        let account = account_of(user.number).map(|account| account.0);
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
                 return_decided = roster_people.return_decided AND EXCLUDED.is_enabled,
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
