//! Invitations: accounts that were made before their people came, one or many at a time.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::DbResult;
use crate::domain::{
    account::{AccountId, Status},
    desk::import::Found,
};

/// How an invitation came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MadeBy {
    /// An administrator invited one person.
    Desk,
    /// An administrator sent a list.
    Import,
    /// The operator.
    CommandLine,
}

impl MadeBy {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Import => "import",
            Self::CommandLine => "command_line",
        }
    }
}

/// Somebody to be invited.
#[derive(Clone, Copy, Debug)]
pub struct NewInvitation<'a> {
    /// The account's id.
    pub account: AccountId,
    /// The e-mail.
    pub email: &'a str,
    /// First name; may be empty.
    pub first_name: &'a str,
    /// Last name; may be empty.
    pub last_name: &'a str,
}

/// What invitations that are made together have in common.
#[derive(Clone, Copy, Debug)]
pub struct Making {
    /// Who invites; `None` for the operator.
    pub by: Option<AccountId>,
    /// How.
    pub how: MadeBy,
    /// Whether people are invited whose account was closed for good: they get a new one.
    pub beside_closed: bool,
    /// How long the one-time links are good for.
    pub lifetime: Duration,
}

/// Makes invited accounts of members, and gives those that were made: none for an e-mail that another
/// account has, verified. The e-mails count as vouched for.
pub async fn insert(
    connection: &mut PgConnection,
    people: &[NewInvitation<'_>],
    making: Making,
    now: OffsetDateTime,
) -> DbResult<Vec<AccountId>> {
    let ids: Vec<Uuid> = people.iter().map(|one| one.account.0).collect();
    let emails: Vec<&str> = people.iter().map(|one| one.email).collect();
    let first_names: Vec<&str> = people.iter().map(|one| one.first_name).collect();
    let last_names: Vec<&str> = people.iter().map(|one| one.last_name).collect();
    // In the order of their e-mails: two lists at once wait for each other, and never in a circle.
    let made = sqlx::query_scalar!(
        r#"WITH account AS (
             INSERT INTO accounts
                 (id, email, email_verified_at, role, first_name, last_name, status, created_at,
                  status_changed_at, origin, created_by)
             SELECT
                 person.id,
                 person.email,
                 $5::timestamptz,
                 'member',
                 person.first_name,
                 person.last_name,
                 'invited',
                 $5,
                 $5,
                 CASE $8::text
                     WHEN 'desk' THEN 'invitation'
                     ELSE $8
                 END,
                 $7
             FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
                 AS person (id, email, first_name, last_name)
             WHERE $6 OR NOT EXISTS (
                 SELECT
                 FROM accounts closed
                 WHERE lower(closed.email COLLATE "C") = lower(person.email COLLATE "C")
                   AND closed.email_verified_at IS NOT NULL
                   AND closed.status = 'deleted'
             )
             ORDER BY lower(person.email COLLATE "C")
             ON CONFLICT (lower(email COLLATE "C"))
                 WHERE email_verified_at IS NOT NULL AND status <> 'deleted'
                 DO NOTHING
             RETURNING id
         )
         INSERT INTO invitations
             (account_id, invited_by, made_by, created_at, expires_at, sent_at, sent_count)
         SELECT id, $7, $8, $5, $9, $5, 1
         FROM account
         RETURNING account_id"#,
        &ids,
        &emails as &[&str],
        &first_names as &[&str],
        &last_names as &[&str],
        now,
        making.beside_closed,
        making.by.map(|by| by.0),
        making.how.as_str(),
        now + making.lifetime,
    )
    .fetch_all(connection)
    .await?;
    Ok(made.into_iter().map(AccountId).collect())
}

/// Notes that an invitation has a new one-time link: one that was mailed, or is handed over.
pub async fn renew(
    connection: &mut PgConnection,
    account: AccountId,
    expires_at: OffsetDateTime,
    is_mailed: bool,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE invitations
         SET expires_at = $2,
             sent_at = CASE WHEN $3 THEN $4 ELSE sent_at END,
             sent_count = sent_count + CASE WHEN $3 THEN 1 ELSE 0 END
         WHERE account_id = $1",
        account.0,
        expires_at,
        is_mailed,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// When the newest mail of an invitation was written; `None` when none was.
pub async fn sent_at(
    connection: &mut PgConnection,
    account: AccountId,
) -> DbResult<Option<OffsetDateTime>> {
    let sent = sqlx::query_scalar!(
        "SELECT sent_at FROM invitations WHERE account_id = $1",
        account.0
    )
    .fetch_optional(connection)
    .await?;
    Ok(sent.flatten())
}

/// How many letters with a link an invitation has had.
pub async fn sent_count(connection: &mut PgConnection, account: AccountId) -> DbResult<i64> {
    let sent = sqlx::query_scalar!(
        "SELECT sent_count FROM invitations WHERE account_id = $1",
        account.0
    )
    .fetch_optional(connection)
    .await?;
    Ok(sent.map_or(0, i64::from))
}

/// How an invitation was withdrawn.
#[derive(Clone, Copy, Debug)]
pub struct Withdrawn {
    /// The event that tells it.
    pub event: i64,
    /// When.
    pub at: OffsetDateTime,
}

/// How an invitation was withdrawn at the desk; `None` when it wasn't, or when something else became of
/// its account since.
pub async fn withdrawn(
    connection: &mut PgConnection,
    account: AccountId,
) -> DbResult<Option<Withdrawn>> {
    let withdrawn = sqlx::query_as!(
        Withdrawn,
        "SELECT
             event.id AS event,
             event.at
         FROM accounts account
         JOIN audit_events event
             ON event.account_id = account.id
            AND event.at = account.status_changed_at
         WHERE account.id = $1
           AND account.status = 'deleted'
           AND event.action = 'invitation.revoked'
         ORDER BY event.id DESC
         LIMIT 1",
        account.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(withdrawn)
}

/// What is known of e-mails, each in the form of [`Email::key`](crate::domain::email::Email::key): the
/// account that an invitation would meet. A verified one before an unverified one, one that lives
/// before a deleted one.
pub async fn standings(
    connection: &mut PgConnection,
    keys: &[&str],
) -> DbResult<Vec<(String, Found)>> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (lower(email COLLATE "C"))
             lower(email COLLATE "C") AS "key!",
             status,
             email_verified_at IS NOT NULL AS "email_verified!"
         FROM accounts
         WHERE lower(email COLLATE "C") = ANY($1::text[])
           AND (status <> 'deleted' OR email_verified_at IS NOT NULL)
         ORDER BY
             lower(email COLLATE "C"),
             email_verified_at IS NULL,
             status = 'deleted'"#,
        keys as &[&str],
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let status: Status = row.status.parse()?;
            let found = Found {
                status,
                email_verified: row.email_verified,
            };
            Ok((row.key, found))
        })
        .collect()
}
