//! Lists of people to invite, and how far each has come. Their rows are in
//! [`import_rows`](super::import_rows).

use std::str::FromStr;

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::DbResult;
use crate::domain::account::{AccountId, Unknown};

/// How long a list can be carried out that was looked through.
pub const GOOD_FOR: Duration = Duration::days(1);
/// How long the report of one that was carried out is kept.
pub const KEEP: Duration = Duration::days(30);

/// How far a list has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It was looked through.
    Checked,
    /// It is being carried out.
    Running,
    /// It was carried out.
    Finished,
    /// Whoever sent it may not invite any more: the rest isn't carried out.
    Stopped,
}

impl State {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
        }
    }
}

impl FromStr for State {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Ok(match text {
            "checked" => Self::Checked,
            "running" => Self::Running,
            "finished" => Self::Finished,
            "stopped" => Self::Stopped,
            _ => return Err(Unknown("state of an import")),
        })
    }
}

/// A list.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// Its id.
    pub id: Uuid,
    /// Who sent it.
    pub account: AccountId,
    /// When.
    pub created_at: OffsetDateTime,
    /// How far it has come.
    pub state: State,
    /// How many rows it has.
    pub rows: i32,
    /// How many of them invite somebody, as far as was known when it was sent.
    pub to_invite: i32,
    /// The names of columns that aren't read, with commas between.
    pub ignored: String,
    /// The last line that was carried out.
    pub done_line: i32,
    /// How many rows of those that invite were carried out.
    pub done: i32,
    /// How many people were invited.
    pub invited: i32,
    /// When the last row was carried out.
    pub ended_at: Option<OffsetDateTime>,
}

struct Row {
    id: Uuid,
    account_id: Uuid,
    created_at: OffsetDateTime,
    state: String,
    rows: i32,
    to_invite: i32,
    ignored: String,
    done_line: i32,
    done: i32,
    invited: i32,
    ended_at: Option<OffsetDateTime>,
}

impl Row {
    fn import(self) -> DbResult<ImportRow> {
        Ok(ImportRow {
            id: self.id,
            account: AccountId(self.account_id),
            created_at: self.created_at,
            state: self.state.parse()?,
            rows: self.rows,
            to_invite: self.to_invite,
            ignored: self.ignored,
            done_line: self.done_line,
            done: self.done,
            invited: self.invited,
            ended_at: self.ended_at,
        })
    }
}

/// The lists that the rest of a query, checked with it at compile time, picks.
macro_rules! select_imports {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT
                 id,
                 account_id,
                 created_at,
                 state,
                 rows,
                 to_invite,
                 ignored,
                 done_line,
                 done,
                 invited,
                 ended_at
             FROM imports
             "# + $rest,
            $($argument),+
        )
    };
}

/// A list to be kept.
#[derive(Debug)]
pub struct NewImport<'a> {
    /// Its id.
    pub id: Uuid,
    /// Who sent it.
    pub account: AccountId,
    /// How many rows it has.
    pub rows: i32,
    /// How many of them invite somebody.
    pub to_invite: i32,
    /// The names of columns that aren't read, with commas between.
    pub ignored: &'a str,
}

/// Keeps a list, in place of those that the same administrator sent and didn't have carried out.
pub async fn insert(
    connection: &mut PgConnection,
    new: &NewImport<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM imports WHERE account_id = $1 AND state = 'checked'",
        new.account.0
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO imports (id, account_id, created_at, rows, to_invite, ignored)
         VALUES ($1, $2, $3, $4, $5, $6)",
        new.id,
        new.account.0,
        now,
        new.rows,
        new.to_invite,
        new.ignored,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An administrator's own list.
pub async fn find(
    connection: &mut PgConnection,
    id: Uuid,
    account: AccountId,
) -> DbResult<Option<ImportRow>> {
    let row = select_imports!("WHERE id = $1 AND account_id = $2", id, account.0)
        .fetch_optional(connection)
        .await?;
    row.map(Row::import).transpose()
}

/// An administrator's own lists that are being carried out or were, newest first, ten at most.
pub async fn recent(connection: &mut PgConnection, account: AccountId) -> DbResult<Vec<ImportRow>> {
    let rows = select_imports!(
        "WHERE account_id = $1
           AND state <> 'checked'
         ORDER BY created_at DESC
         LIMIT 10",
        account.0,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::import).collect()
}

/// A list, locked against others.
pub async fn lock(connection: &mut PgConnection, id: Uuid) -> DbResult<Option<ImportRow>> {
    let row = select_imports!("WHERE id = $1 FOR UPDATE", id)
        .fetch_optional(connection)
        .await?;
    row.map(Row::import).transpose()
}

/// The list whose turn it is: the one that has waited longest.
pub async fn next(connection: &mut PgConnection) -> DbResult<Option<ImportRow>> {
    let row = select_imports!(
        "WHERE state = $1
         ORDER BY begun_at, id
         LIMIT 1",
        State::Running.as_str(),
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::import).transpose()
}

/// Begins to carry a list out. The caller holds it locked.
pub async fn begin(connection: &mut PgConnection, id: Uuid, now: OffsetDateTime) -> DbResult<()> {
    sqlx::query!(
        "UPDATE imports SET state = 'running', begun_at = $2 WHERE id = $1",
        id,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes how far a list has come. The caller holds it locked.
pub async fn advance(
    connection: &mut PgConnection,
    id: Uuid,
    done_line: i32,
    done: i32,
    invited: i32,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE imports
         SET done_line = $2,
             done = done + $3,
             invited = invited + $4
         WHERE id = $1",
        id,
        done_line,
        done,
        invited,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a list. The caller holds it locked.
pub async fn end(
    connection: &mut PgConnection,
    id: Uuid,
    state: State,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE imports SET state = $2, ended_at = $3 WHERE id = $1",
        id,
        state.as_str(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes lists that can't be carried out any more, and reports that are over, a few at a time: each
/// may have many rows. Returns how many.
pub async fn sweep(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "DELETE FROM imports
         WHERE ctid = ANY (ARRAY(
             SELECT ctid
             FROM imports
             WHERE created_at < $1
               AND state <> 'running'
               AND (state = 'checked' OR ended_at < $2)
             ORDER BY created_at
             LIMIT 3
             FOR UPDATE SKIP LOCKED
         ))",
        now - GOOD_FOR,
        now - KEEP,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
