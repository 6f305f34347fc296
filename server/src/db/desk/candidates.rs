//! Accounts that may be those of people who wait.
//!
//! Each person costs five look-ups by index, of a few rows each, however many accounts there are. The
//! functions' `LIMIT` keeps the planner from reading whole indexes side by side instead.

use sqlx::PgConnection;
use uuid::Uuid;

use super::queue::Who;
use crate::{
    db::DbResult,
    domain::{account::AccountId, desk::queue::Likeness},
};

/// An account that may be that of a person who waits.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The account of the person who waits.
    pub of: AccountId,
    /// The account.
    pub who: Who,
    /// What is alike, the strongest first.
    pub alike: Vec<Likeness>,
}

struct AlikeRow {
    of: Uuid,
    id: Uuid,
    alike: Vec<i32>,
}

/// The word order of the query below.
const LIKENESSES: [Likeness; 5] = [
    Likeness::SameLogin,
    Likeness::SameEmail,
    Likeness::SameClioEmail,
    Likeness::SameName,
    Likeness::SameLocalPart,
];

/// The accounts that are most like each of these, five at most for each, the most alike first.
pub async fn of(connection: &mut PgConnection, people: &[Uuid]) -> DbResult<Vec<Candidate>> {
    let rows = alike(connection, people).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let known = accounts(connection, &ids).await?;
    let candidate = |row: AlikeRow| {
        let who = known.iter().find(|who| who.id.0 == row.id)?.clone();
        let alike = row.alike.into_iter();
        Some(Candidate {
            of: AccountId(row.of),
            who,
            alike: alike
                .filter_map(|reason| LIKENESSES.get(usize::try_from(reason).ok()?).copied())
                .collect(),
        })
    };
    Ok(rows.into_iter().filter_map(candidate).collect())
}

/// What is known of these accounts.
async fn accounts(connection: &mut PgConnection, ids: &[Uuid]) -> DbResult<Vec<Who>> {
    let rows = sqlx::query!(
        r#"SELECT
             id,
             email,
             email_verified_at IS NOT NULL AS "email_verified!",
             first_name,
             last_name,
             role,
             status
         FROM accounts
         WHERE id = ANY($1)"#,
        ids,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Who {
                id: AccountId(row.id),
                email: row.email,
                email_verified: row.email_verified,
                first_name: row.first_name,
                last_name: row.last_name,
                role: row.role.parse()?,
                status: row.status.parse()?,
            })
        })
        .collect()
}

/// Which accounts are most like which of these, and in what.
async fn alike(connection: &mut PgConnection, people: &[Uuid]) -> DbResult<Vec<AlikeRow>> {
    let rows = sqlx::query_as!(
        AlikeRow,
        r#"SELECT
             person.id AS "of!",
             alike.id AS "id!",
             alike.reasons AS "alike!"
         FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, position)
         CROSS JOIN LATERAL (
             SELECT
                 id,
                 lower(email COLLATE "C") AS email,
                 first_name,
                 last_name
             FROM accounts
             WHERE id = wanted.id
             LIMIT 1
         ) person
         CROSS JOIN LATERAL (
             SELECT
                 found.id,
                 array_agg(DISTINCT found.reason ORDER BY found.reason) AS reasons
             FROM (
                 (
                     SELECT former.account_id AS id, 0 AS reason
                     FROM (
                         SELECT issuer, subject
                         FROM identities
                         WHERE account_id = person.id
                         LIMIT 5
                     ) own
                     CROSS JOIN LATERAL (
                         SELECT account_id
                         FROM identities
                         WHERE issuer = own.issuer
                           AND subject = own.subject
                           AND unlinked_at IS NOT NULL
                         LIMIT 5
                     ) former
                     WHERE former.account_id <> person.id
                     LIMIT 5
                 )
                 UNION ALL
                 (
                     SELECT id, 1
                     FROM accounts
                     WHERE lower(email COLLATE "C") = person.email
                       AND id <> person.id
                     LIMIT 5
                 )
                 UNION ALL
                 (
                     SELECT account_id, 2
                     FROM identities
                     WHERE lower(email COLLATE "C") = person.email
                       AND account_id <> person.id
                     LIMIT 5
                 )
                 UNION ALL
                 (
                     SELECT id, 3
                     FROM accounts
                     WHERE fold_name(last_name || ' ' || first_name) = ANY (ARRAY[
                               fold_name(person.last_name || ' ' || person.first_name),
                               fold_name(person.first_name || ' ' || person.last_name)
                           ])
                       AND person.first_name <> ''
                       AND person.last_name <> ''
                       AND id <> person.id
                     LIMIT 5
                 )
                 UNION ALL
                 (
                     SELECT id, 4
                     FROM accounts
                     WHERE split_part(lower(email COLLATE "C"), '@', 1) = split_part(person.email, '@', 1)
                       AND id <> person.id
                       AND lower(email COLLATE "C") <> person.email
                     LIMIT 5
                 )
             ) found
             GROUP BY found.id
             ORDER BY min(found.reason), count(*) DESC, found.id
             LIMIT 5
         ) alike
         ORDER BY wanted.position, alike.reasons, alike.id"#,
        people,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}
