//! Acts about many links or accounts.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, Role},
        desk::bulk::{Deed, Stage},
    },
};

/// The id of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BulkId(pub Uuid);

/// An act to be prepared.
#[derive(Clone, Copy, Debug)]
pub struct NewBulk<'a> {
    /// Its id.
    pub id: BulkId,
    /// What is done.
    pub deed: Deed,
    /// Who does it.
    pub actor: AccountId,
    /// The filter that "all that match" stands for.
    pub filter: Option<&'a str>,
    /// The act that it undoes.
    pub undoes: Option<BulkId>,
}

/// An act.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// Its id.
    pub id: BulkId,
    /// What is done.
    pub deed: Deed,
    /// Who does it.
    pub actor: AccountId,
    /// Their first name, last name and e-mail.
    pub actor_name: [String; 3],
    /// The filter that "all that match" stands for.
    pub filter: Option<String>,
    /// How far the list has been gone through.
    pub gathered_to: Option<String>,
    /// The act that it undoes.
    pub undoes: Option<BulkId>,
    /// What that act did.
    pub undoes_deed: Option<Deed>,
    /// The act that undid it, or is about to.
    pub undone_by: Option<BulkId>,
    /// Why.
    pub reason: Option<String>,
    /// Until when accounts are suspended.
    pub until: Option<OffsetDateTime>,
    /// When it was prepared.
    pub created_at: OffsetDateTime,
    /// When it was confirmed.
    pub confirmed_at: Option<OffsetDateTime>,
    /// When it ended.
    pub finished_at: Option<OffsetDateTime>,
    /// Why it ended before its end.
    pub stopped: Option<String>,
    /// How far it has got.
    pub stage: Stage,
}

struct Row {
    id: Uuid,
    deed: String,
    actor_account_id: Uuid,
    first_name: String,
    last_name: String,
    email: String,
    filter: Option<String>,
    gathered_to: Option<String>,
    undoes: Option<Uuid>,
    undoes_deed: Option<String>,
    undone_by: Option<Uuid>,
    reason: Option<String>,
    until: Option<OffsetDateTime>,
    created_at: OffsetDateTime,
    gathered_at: Option<OffsetDateTime>,
    confirmed_at: Option<OffsetDateTime>,
    finished_at: Option<OffsetDateTime>,
    stopped: Option<String>,
}

impl Row {
    fn bulk(self) -> DbResult<Bulk> {
        let stage = if self.finished_at.is_some() {
            Stage::Finished
        } else if self.confirmed_at.is_some() {
            Stage::Running
        } else if self.gathered_at.is_some() {
            Stage::Ready
        } else {
            Stage::Gathering
        };
        Ok(Bulk {
            id: BulkId(self.id),
            deed: self.deed.parse()?,
            actor: AccountId(self.actor_account_id),
            actor_name: [self.first_name, self.last_name, self.email],
            filter: self.filter,
            gathered_to: self.gathered_to,
            undoes: self.undoes.map(BulkId),
            undoes_deed: self.undoes_deed.map(|deed| deed.parse()).transpose()?,
            undone_by: self.undone_by.map(BulkId),
            reason: self.reason,
            until: self.until,
            created_at: self.created_at,
            confirmed_at: self.confirmed_at,
            finished_at: self.finished_at,
            stopped: self.stopped,
            stage,
        })
    }
}

/// The acts that the rest of a query, checked with it at compile time, picks.
macro_rules! select_bulk {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT
                 b.id,
                 b.deed,
                 b.actor_account_id,
                 a.first_name,
                 a.last_name,
                 a.email,
                 b.filter,
                 b.gathered_to,
                 b.undoes,
                 undone.deed AS "undoes_deed?",
                 (
                     SELECT undo.id
                     FROM bulk_acts AS undo
                     WHERE undo.undoes = b.id
                       AND undo.stopped IS NULL
                 ) AS undone_by,
                 b.reason,
                 b.until,
                 b.created_at,
                 b.gathered_at,
                 b.confirmed_at,
                 b.finished_at,
                 b.stopped
             FROM bulk_acts b
             JOIN accounts a ON a.id = b.actor_account_id
             LEFT JOIN bulk_acts undone ON undone.id = b.undoes
             "# + $rest,
            $($argument),*
        )
    };
}

/// Notes an act that is being prepared; `false` when it undoes one that is undone already.
pub async fn insert(
    connection: &mut PgConnection,
    new: &NewBulk<'_>,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "INSERT INTO bulk_acts (id, deed, actor_account_id, filter, undoes, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (undoes) WHERE undoes IS NOT NULL AND stopped IS NULL DO NOTHING",
        new.id.0,
        new.deed.as_str(),
        new.actor.0,
        new.filter,
        new.undoes.map(|undoes| undoes.0),
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// An act by its id.
pub async fn find(connection: &mut PgConnection, id: BulkId) -> DbResult<Option<Bulk>> {
    let row = select_bulk!("WHERE b.id = $1", id.0)
        .fetch_optional(connection)
        .await?;
    row.map(Row::bulk).transpose()
}

/// Acts, the newest first.
pub async fn newest(connection: &mut PgConnection, most: i64) -> DbResult<Vec<Bulk>> {
    let rows = select_bulk!("ORDER BY b.created_at DESC, b.id DESC LIMIT $1", most)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::bulk).collect()
}

/// Locks an act, so that one node works on it at a time; `false` when another does, or it is gone.
pub async fn try_lock(connection: &mut PgConnection, id: BulkId) -> DbResult<bool> {
    let locked = sqlx::query_scalar!(
        "SELECT id FROM bulk_acts WHERE id = $1 FOR UPDATE SKIP LOCKED",
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(locked.is_some())
}

/// Locks an act; `false` when it is gone.
pub async fn lock(connection: &mut PgConnection, id: BulkId) -> DbResult<bool> {
    let locked = sqlx::query_scalar!("SELECT id FROM bulk_acts WHERE id = $1 FOR UPDATE", id.0)
        .fetch_optional(connection)
        .await?;
    Ok(locked.is_some())
}

/// The acts that there is work on: those being gathered, and those confirmed; the oldest first.
pub async fn with_work(connection: &mut PgConnection) -> DbResult<Vec<BulkId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id
         FROM bulk_acts
         WHERE coalesce(finished_at, 'infinity') = 'infinity'
           AND (gathered_at IS NULL OR confirmed_at IS NOT NULL)
         ORDER BY created_at
         LIMIT 100",
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(BulkId).collect())
}

/// Notes how far the list has been gone through.
pub async fn gathered_to(
    connection: &mut PgConnection,
    bulk: BulkId,
    cursor: &str,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE bulk_acts SET gathered_to = $2 WHERE id = $1",
        bulk.0,
        cursor
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that everything is gathered.
pub async fn gathered(
    connection: &mut PgConnection,
    bulk: BulkId,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE bulk_acts SET gathered_at = $2 WHERE id = $1",
        bulk.0,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that the administrator said yes; what was shown to be left alone is.
pub async fn confirm(
    connection: &mut PgConnection,
    bulk: BulkId,
    reason: Option<&str>,
    until: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "WITH skipped AS (
             UPDATE bulk_items
             SET state = 'skipped',
                 settled_at = $4
             WHERE bulk_id = $1
               AND why IS NOT NULL
         )
         UPDATE bulk_acts
         SET confirmed_at = $4,
             reason = $2,
             until = $3
         WHERE id = $1",
        bulk.0,
        reason,
        until,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that an act is over, and why if before its end.
pub async fn finish(
    connection: &mut PgConnection,
    bulk: BulkId,
    stopped: Option<&str>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE bulk_acts
         SET finished_at = $2,
             stopped = $3
         WHERE id = $1",
        bulk.0,
        now,
        stopped,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends acts that were prepared before a moment and never confirmed; returns how many.
pub async fn expire(
    connection: &mut PgConnection,
    before: OffsetDateTime,
    now: OffsetDateTime,
) -> DbResult<u64> {
    let done = sqlx::query!(
        "UPDATE bulk_acts
         SET finished_at = $2,
             stopped = 'expired'
         WHERE finished_at IS NULL
           AND confirmed_at IS NULL
           AND created_at < $1",
        before,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// The role that an account has now, if it is in use.
pub async fn role_of(connection: &mut PgConnection, account: AccountId) -> DbResult<Option<Role>> {
    let role = sqlx::query_scalar!(
        "SELECT role FROM accounts WHERE id = $1 AND coalesce(status, '') = 'active'",
        account.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(role.map(|role| role.parse()).transpose()?)
}
