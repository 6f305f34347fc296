//! The policies, the newest of which counts, and when it is carried out next.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, Unknown},
        desk::dormancy::{Numbers, Policy},
    },
};

/// A policy as it was written.
#[derive(Clone, Debug)]
pub struct PolicyRow {
    /// How many there were before.
    pub revision: i32,
    /// What it says.
    pub policy: Policy,
    /// Why, in somebody's words; empty for the one that there is from the start on.
    pub reason: String,
    /// Who wrote it; nobody wrote the first.
    pub changed_by: Option<AccountId>,
    /// When.
    pub changed_at: OffsetDateTime,
}

struct Row {
    revision: i32,
    is_on: bool,
    close_after: i16,
    remind_before: Vec<i16>,
    covers_since: OffsetDateTime,
    reason: String,
    changed_by: Option<Uuid>,
    changed_at: OffsetDateTime,
}

impl Row {
    fn policy(self) -> DbResult<PolicyRow> {
        Ok(PolicyRow {
            revision: self.revision,
            policy: Policy {
                is_on: self.is_on,
                numbers: numbers(self.close_after, &self.remind_before)?,
                covers_since: self.covers_since,
            },
            reason: self.reason,
            changed_by: self.changed_by.map(AccountId),
            changed_at: self.changed_at,
        })
    }
}

/// The policies that the rest of a query, checked with it at compile time, picks.
macro_rules! select_policies {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            "SELECT
                 revision,
                 is_on,
                 close_after,
                 remind_before,
                 covers_since,
                 reason,
                 changed_by,
                 changed_at
             FROM dormancy_policies
             " + $rest,
            $($argument),*
        )
    };
}

/// The policy that counts.
pub async fn current(connection: &mut PgConnection) -> DbResult<PolicyRow> {
    select_policies!("ORDER BY revision DESC LIMIT 1")
        .fetch_one(connection)
        .await?
        .policy()
}

/// The policy of a revision.
pub async fn find(connection: &mut PgConnection, revision: i32) -> DbResult<Option<PolicyRow>> {
    select_policies!("WHERE revision = $1", revision)
        .fetch_optional(connection)
        .await?
        .map(Row::policy)
        .transpose()
}

fn numbers(close_after: i16, remind_before: &[i16]) -> Result<Numbers, Unknown> {
    let days = |days: i16| u16::try_from(days).unwrap_or_default();
    let reminders = remind_before.iter().map(|before| days(*before));
    Numbers::new(days(close_after), reminders).map_err(|_| Unknown("policy"))
}

/// Writes the policy that follows another one; `false`, and nothing written, when something else has
/// followed it already.
pub async fn follow(
    connection: &mut PgConnection,
    revision: i32,
    (new, reason): (&Policy, &str),
    by: AccountId,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let days = |days: u16| i16::try_from(days).unwrap_or(i16::MAX);
    let reminders = new.numbers.remind_before().iter();
    let reminders: Vec<i16> = reminders.map(|before| days(*before)).collect();
    let done = sqlx::query!(
        "INSERT INTO dormancy_policies
             (revision, is_on, close_after, remind_before, covers_since, reason, changed_by,
              changed_at)
         SELECT revision + 1, $2, $3, $4, $5, $6, $7, $8
         FROM dormancy_policies
         WHERE revision = $1
         ON CONFLICT (revision) DO NOTHING",
        revision,
        new.is_on,
        days(new.numbers.close_after()),
        &reminders,
        new.covers_since,
        reason,
        by.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the next round of carrying the policy out; `false` when it isn't due, or another node has it.
pub async fn take_round(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    every: Duration,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE dormancy_round SET next_at = $2 WHERE next_at <= $1",
        now,
        now + every,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts the next round off, while this one goes on.
pub async fn put_off_round(connection: &mut PgConnection, until: OffsetDateTime) -> DbResult<()> {
    sqlx::query!(
        "UPDATE dormancy_round SET next_at = greatest(next_at, $1)",
        until
    )
    .execute(connection)
    .await?;
    Ok(())
}
