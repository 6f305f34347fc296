//! The firms whose people are read, and the rule of each.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::AccountId,
        manage::{
            region::FirmKey,
            roster::{Rule, Unread},
        },
    },
};

/// A connected firm.
#[derive(Clone, Debug)]
pub struct Firm {
    /// Its id here.
    pub id: Uuid,
    /// What it is at Clio Manage.
    pub key: FirmKey,
    /// Its name there.
    pub name: String,
    /// What it is read with.
    pub grant: Uuid,
    /// Who connected it.
    pub connected_by: AccountId,
    /// When.
    pub connected_at: OffsetDateTime,
    /// When it is read next by itself.
    pub next_read_at: OffsetDateTime,
    /// When administrators were told that it can't be read; `None` once it was, or is connected anew.
    pub told_at: Option<OffsetDateTime>,
}

struct Row {
    id: Uuid,
    region: String,
    firm_number: i64,
    name: String,
    grant_id: Uuid,
    connected_by: Uuid,
    connected_at: OffsetDateTime,
    next_read_at: OffsetDateTime,
    told_at: Option<OffsetDateTime>,
}

impl Row {
    fn firm(self) -> DbResult<Firm> {
        Ok(Firm {
            id: self.id,
            key: FirmKey {
                region: self.region.parse()?,
                number: self.firm_number,
            },
            name: self.name,
            grant: self.grant_id,
            connected_by: AccountId(self.connected_by),
            connected_at: self.connected_at,
            next_read_at: self.next_read_at,
            told_at: self.told_at,
        })
    }
}

/// The connected firms that the rest of a query, checked with it at compile time, picks.
macro_rules! select_firms {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            "SELECT
                 id,
                 region,
                 firm_number,
                 name,
                 grant_id,
                 connected_by,
                 connected_at,
                 next_read_at,
                 told_at
             FROM manage_firms
             WHERE disconnected_at IS NULL
             " + $rest,
            $($argument),*
        )
    };
}

/// The connected firms, by name.
pub async fn all(connection: &mut PgConnection) -> DbResult<Vec<Firm>> {
    let rows = select_firms!("ORDER BY name, id")
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::firm).collect()
}

/// The connected firm with this id.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> DbResult<Option<Firm>> {
    let row = select_firms!("AND id = $1", id)
        .fetch_optional(connection)
        .await?;
    row.map(Row::firm).transpose()
}

/// The same, locked against others who decide about it.
pub async fn lock(connection: &mut PgConnection, id: Uuid) -> DbResult<Option<Firm>> {
    let row = select_firms!("AND id = $1 FOR NO KEY UPDATE", id)
        .fetch_optional(connection)
        .await?;
    row.map(Row::firm).transpose()
}

/// The grants of an account that firms are read with.
pub async fn readers(connection: &mut PgConnection, account: AccountId) -> DbResult<Vec<Uuid>> {
    let grants = sqlx::query_scalar!(
        "SELECT grant_id
         FROM manage_firms
         WHERE connected_by = $1
           AND disconnected_at IS NULL",
        account.0,
    )
    .fetch_all(connection)
    .await?;
    Ok(grants)
}

/// A firm to be connected.
#[derive(Debug)]
pub struct NewFirm<'a> {
    /// Its id here, where it is new.
    pub id: Uuid,
    /// What it is at Clio Manage.
    pub key: FirmKey,
    /// Its name there.
    pub name: &'a str,
    /// What it is read with.
    pub grant: Uuid,
    /// Who connects it.
    pub account: AccountId,
}

/// Connects a firm, or gives a connected one another grant to be read with; it is read at once.
pub async fn connect(
    connection: &mut PgConnection,
    new: &NewFirm<'_>,
    now: OffsetDateTime,
) -> DbResult<Uuid> {
    let id = sqlx::query_scalar!(
        "INSERT INTO manage_firms
             (id, region, firm_number, name, grant_id, connected_by, connected_at, next_read_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
         ON CONFLICT (region, firm_number) WHERE disconnected_at IS NULL DO UPDATE
         SET name = EXCLUDED.name,
             grant_id = EXCLUDED.grant_id,
             connected_by = EXCLUDED.connected_by,
             connected_at = EXCLUDED.connected_at,
             next_read_at = EXCLUDED.next_read_at,
             told_at = NULL
         RETURNING id",
        new.id,
        new.key.region.as_str(),
        new.key.number,
        new.name,
        new.grant,
        new.account.0,
        now,
    )
    .fetch_one(connection)
    .await?;
    Ok(id)
}

/// Lets the firm that was read with one grant of an account be read with another of the same account.
pub async fn regrant(
    connection: &mut PgConnection,
    key: FirmKey,
    account: AccountId,
    grant: Uuid,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE manage_firms
         SET grant_id = $4,
             next_read_at = least(next_read_at, $5),
             told_at = NULL
         WHERE region = $1
           AND firm_number = $2
           AND connected_by = $3
           AND disconnected_at IS NULL",
        key.region.as_str(),
        key.number,
        account.0,
        grant,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Disconnects a firm; `false` when it isn't connected.
pub async fn disconnect(
    connection: &mut PgConnection,
    id: Uuid,
    by: AccountId,
    reason: &str,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE manage_firms
         SET disconnected_at = $2,
             disconnected_by = $3,
             disconnect_reason = $4
         WHERE id = $1
           AND disconnected_at IS NULL",
        id,
        now,
        by.0,
        reason,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The firms that are due to be read and aren't being read.
pub async fn due(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<Vec<Firm>> {
    let rows = select_firms!(
        "AND next_read_at <= $1
         AND NOT EXISTS (
             SELECT
             FROM roster_reads r
             WHERE r.firm_id = manage_firms.id
               AND r.ended_at IS NULL
         )
         ORDER BY next_read_at
         LIMIT 20",
        now,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::firm).collect()
}

/// Lets the firms be read now that an account connected, and whose grant is of no use any more: so that is
/// found out at once, and told. A read that is under way finds it out by itself.
pub async fn read_without(
    connection: &mut PgConnection,
    account: AccountId,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE manage_firms f
         SET next_read_at = least(next_read_at, $2)
         FROM manage_grants g
         WHERE g.id = f.grant_id
           AND g.state <> 'live'
           AND f.connected_by = $1
           AND f.disconnected_at IS NULL
           AND NOT EXISTS (
               SELECT
               FROM roster_reads r
               WHERE r.firm_id = f.id
                 AND r.ended_at IS NULL
           )",
        account.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Sets when a firm is read next by itself.
pub async fn read_next(
    connection: &mut PgConnection,
    id: Uuid,
    at: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE manage_firms SET next_read_at = $2 WHERE id = $1",
        id,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Since when nothing was found out about a firm's people.
pub async fn unread(connection: &mut PgConnection, firm: &Firm) -> DbResult<Unread> {
    let last_whole = sqlx::query_scalar!(
        r#"SELECT ended_at AS "ended_at!"
         FROM roster_reads
         WHERE firm_id = $1
           AND outcome = 'whole'
         ORDER BY began_at DESC, id DESC
         LIMIT 1"#,
        firm.id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(Unread {
        since: last_whole.unwrap_or(firm.connected_at),
        told_at: firm.told_at,
    })
}

/// Notes that administrators were told that a firm can't be read, or, by `None`, that it was.
pub async fn set_told(
    connection: &mut PgConnection,
    id: Uuid,
    at: Option<OffsetDateTime>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE manage_firms
         SET told_at = $2
         WHERE id = $1
           AND told_at IS DISTINCT FROM $2",
        id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The rule of a firm, as it was written.
#[derive(Clone, Debug)]
pub struct RuleRow {
    /// How many there were before; 0 for the one that there is from the start on.
    pub revision: i32,
    /// What it says.
    pub rule: Rule,
    /// Why; empty for the first.
    pub reason: String,
    /// Who wrote it; nobody wrote the first.
    pub changed_by: Option<AccountId>,
    /// When; `None` for the first.
    pub changed_at: Option<OffsetDateTime>,
}

impl RuleRow {
    const fn first() -> Self {
        Self {
            revision: 0,
            rule: Rule::FIRST,
            reason: String::new(),
            changed_by: None,
            changed_at: None,
        }
    }
}

/// The rule of a firm that counts, or the one of a revision.
pub async fn rule(
    connection: &mut PgConnection,
    firm: Uuid,
    revision: Option<i32>,
) -> DbResult<Option<RuleRow>> {
    if revision == Some(0) {
        return Ok(Some(RuleRow::first()));
    }
    let row = sqlx::query!(
        "SELECT revision, leavers, threshold, reason, changed_by, changed_at
         FROM roster_rules
         WHERE firm_id = $1
           AND ($2::integer IS NULL OR revision = $2)
         ORDER BY revision DESC
         LIMIT 1",
        firm,
        revision,
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(revision.is_none().then(RuleRow::first));
    };
    Ok(Some(RuleRow {
        revision: row.revision,
        rule: Rule {
            leavers: row.leavers.parse()?,
            threshold: u8::try_from(row.threshold).unwrap_or(Rule::FIRST.threshold),
        },
        reason: row.reason,
        changed_by: row.changed_by.map(AccountId),
        changed_at: Some(row.changed_at),
    }))
}

/// Writes a rule as the one after a revision; `false` when somebody else was quicker.
pub async fn write_rule(
    connection: &mut PgConnection,
    firm: Uuid,
    new: &RuleRow,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "INSERT INTO roster_rules (firm_id, revision, leavers, threshold, reason, changed_by, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT DO NOTHING",
        firm,
        new.revision,
        new.rule.leavers.as_str(),
        i16::from(new.rule.threshold),
        new.reason,
        new.changed_by.map(|account| account.0),
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
