//! Accounts.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{DbResult, sign_in::Awaits};
use crate::domain::{
    account::{AccountId, Role, Status},
    desk::profile::Origin,
    email::Email,
    name::Name,
};

/// An account as administrators see it.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// Its id.
    pub id: AccountId,
    /// Its e-mail.
    pub email: String,
    /// Whether the e-mail was proved or vouched for.
    pub email_verified: bool,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Role.
    pub role: Role,
    /// State.
    pub status: Status,
    /// Since when.
    pub created_at: OffsetDateTime,
}

struct Row {
    id: Uuid,
    email: String,
    email_verified: bool,
    first_name: String,
    last_name: String,
    role: String,
    status: String,
    created_at: OffsetDateTime,
}

impl Row {
    fn account(self) -> DbResult<AccountRow> {
        Ok(AccountRow {
            id: AccountId(self.id),
            email: self.email,
            email_verified: self.email_verified,
            first_name: self.first_name,
            last_name: self.last_name,
            role: self.role.parse()?,
            status: self.status.parse()?,
            created_at: self.created_at,
        })
    }
}

/// The accounts that the rest of a query, checked with it at compile time, picks.
macro_rules! select_accounts {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT
                 id,
                 email,
                 email_verified_at IS NOT NULL AS "email_verified!",
                 first_name,
                 last_name,
                 role,
                 status,
                 created_at
             FROM accounts
             "# + $rest,
            $($argument),+
        )
    };
}

/// The accounts with this e-mail that aren't deleted, locked against other changes; the verified one
/// first, then oldest first.
pub async fn lock_by_email(
    connection: &mut PgConnection,
    email: &Email,
) -> DbResult<Vec<AccountRow>> {
    let rows = select_accounts!(
        r#"WHERE lower(email COLLATE "C") = $1
           AND status <> 'deleted'
         ORDER BY email_verified_at IS NULL, created_at, id
         LIMIT 50
         FOR NO KEY UPDATE"#,
        email.key(),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::account).collect()
}

/// The account with this id, locked against other changes; rows that refer to it may still be written.
pub async fn lock(connection: &mut PgConnection, id: AccountId) -> DbResult<Option<AccountRow>> {
    let row = select_accounts!(
        r#"WHERE id = $1
         FOR NO KEY UPDATE"#,
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::account).transpose()
}

/// The account with this id.
pub async fn find(connection: &mut PgConnection, id: AccountId) -> DbResult<Option<AccountRow>> {
    let row = select_accounts!("WHERE id = $1", id.0)
        .fetch_optional(connection)
        .await?;
    row.map(Row::account).transpose()
}

/// A page of accounts in a state, oldest first.
pub async fn list(
    connection: &mut PgConnection,
    status: Status,
    limit: i64,
) -> DbResult<Vec<AccountRow>> {
    let rows = select_accounts!(
        r#"WHERE status = $1
         ORDER BY created_at, id
         LIMIT $2"#,
        status.as_str(),
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::account).collect()
}

/// Sets the state of an account.
pub async fn set_status(
    connection: &mut PgConnection,
    id: AccountId,
    status: Status,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE accounts SET status = $2, status_changed_at = $3 WHERE id = $1",
        id.0,
        status.as_str(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Sets the names of an account.
pub async fn set_names(
    connection: &mut PgConnection,
    id: AccountId,
    first_name: &Name,
    last_name: &Name,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE accounts SET first_name = $2, last_name = $3 WHERE id = $1",
        id.0,
        first_name.as_str(),
        last_name.as_str(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that the welcome page is done with, and gives back where the person was going.
pub async fn finish_welcome(
    connection: &mut PgConnection,
    id: AccountId,
    now: OffsetDateTime,
) -> DbResult<Option<String>> {
    let return_to = sqlx::query_scalar!(
        "UPDATE accounts SET welcomed_at = coalesce(welcomed_at, $2) WHERE id = $1 RETURNING return_to",
        id.0,
        now,
    )
    .fetch_optional(connection)
    .await?;
    Ok(return_to.flatten())
}

/// Notes where a person's first sign-in was going.
pub async fn set_return_to(
    connection: &mut PgConnection,
    id: AccountId,
    return_to: &str,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE accounts SET return_to = $2 WHERE id = $1",
        id.0,
        return_to
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An account that an administrator vouches for.
#[derive(Debug)]
pub struct Invited<'a> {
    /// Its id.
    pub id: AccountId,
    /// Its e-mail.
    pub email: &'a Email,
    /// Its role.
    pub role: Role,
    /// First name; may be empty.
    pub first_name: &'a Name,
    /// Last name; may be empty.
    pub last_name: &'a Name,
    /// What makes it.
    pub origin: Origin,
    /// The administrator who does; `None` on the command line.
    pub created_by: Option<AccountId>,
}

/// Creates an account that an administrator vouches for.
pub async fn insert_invited(
    connection: &mut PgConnection,
    new: &Invited<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO accounts
             (id, email, email_verified_at, role, first_name, last_name, status, created_at,
              status_changed_at, origin, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, 'invited', $3, $3, $7, $8)",
        new.id.0,
        new.email.as_str(),
        now,
        new.role.as_str(),
        new.first_name.as_str(),
        new.last_name.as_str(),
        new.origin.as_str(),
        new.created_by.map(|account| account.0),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What a pending account waits for, and since when; `None` when it isn't pending.
///
/// `coalesce` keeps the planner from the index of all that wait, while they are few.
pub async fn awaits(
    connection: &mut PgConnection,
    id: AccountId,
) -> DbResult<Option<(Awaits, OffsetDateTime)>> {
    let row = sqlx::query!(
        "SELECT awaits, status_changed_at
         FROM accounts
         WHERE id = $1
           AND coalesce(status, '') = 'pending'",
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some((row.awaits.parse()?, row.status_changed_at)))
}

/// Sets what a pending account waits for.
pub async fn set_awaits(
    connection: &mut PgConnection,
    id: AccountId,
    awaits: Awaits,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE accounts SET awaits = $2 WHERE id = $1",
        id.0,
        awaits.as_str(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An account as a sign-in without Clio looks it up.
#[derive(Clone, Debug)]
pub struct LocalAccount {
    /// Its id.
    pub id: AccountId,
    /// Its role.
    pub role: Role,
    /// Its state.
    pub status: Status,
    /// Its password's hash.
    pub password_hash: Option<String>,
}

/// The account that is found by this e-mail: a verified one that isn't deleted.
pub async fn local(connection: &mut PgConnection, email: &Email) -> DbResult<Option<LocalAccount>> {
    let row = sqlx::query!(
        r#"SELECT id, role, status, password_hash
         FROM accounts
         WHERE lower(email COLLATE "C") = $1
           AND email_verified_at IS NOT NULL
           AND status <> 'deleted'"#,
        email.key(),
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(LocalAccount {
        id: AccountId(row.id),
        role: row.role.parse()?,
        status: row.status.parse()?,
        password_hash: row.password_hash,
    }))
}
