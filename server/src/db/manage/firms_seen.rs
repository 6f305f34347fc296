//! The connected firms as the desk shows them: who connected each, how its reading stands, and its rule.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{firms, reads_seen::Doer};
use crate::{
    db::{DbResult, accounts},
    domain::{
        account::{AccountId, Role, Status},
        desk::rules::Right,
        manage::{
            region::FirmKey,
            roster::{Ending, Rule},
        },
        name::full_name,
    },
};

/// A connected firm.
#[derive(Clone, Debug)]
pub struct FirmSeen {
    /// Its id here.
    pub id: Uuid,
    /// What it is at Clio Manage.
    pub key: FirmKey,
    /// Its name there.
    pub name: String,
    /// Who connected it.
    pub connected_by: Doer,
    /// The e-mail of their account.
    pub connector_email: String,
    /// Whether they still decide about accounts here.
    pub connector_decides: bool,
    /// When.
    pub connected_at: OffsetDateTime,
    /// The name in Clio of the user who granted it.
    pub user_name: (String, String),
    /// The e-mail of that user.
    pub user_email: Option<String>,
    /// Since when Clio no longer takes the connection, where it doesn't.
    pub broken_since: Option<OffsetDateTime>,
    /// When it is read next by itself.
    pub next_read_at: OffsetDateTime,
    /// The last read, under way or not.
    pub latest: Option<Latest>,
    /// The last read that got to its end: its id, when that was, how many people it found.
    pub whole: Option<Whole>,
    /// Of that read, while anything waits because of it: how many accounts of how many would have been
    /// suspended, and the percentage of the rule then.
    pub exceeded: Option<Exceeded>,
    /// The rule that is in force.
    pub rule: Rule,
    /// How many there were before it.
    pub revision: i32,
    /// Who wrote it, when and why; nobody wrote the first.
    pub rule_change: Option<RuleChange>,
    /// How many of its differences wait for a decision.
    pub waiting: i64,
}

/// The last read of a firm.
#[derive(Clone, Debug)]
pub struct Latest {
    /// When it ended; `None` while it is under way.
    pub ended_at: Option<OffsetDateTime>,
    /// How it ended.
    pub ending: Option<Ending>,
    /// Who stopped it, if somebody did.
    pub stopped_by: Option<Doer>,
    /// How many people it has read.
    pub people: i32,
    /// Of how many.
    pub total: Option<i32>,
    /// In how many pages.
    pub pages: i32,
    /// Until when nothing is tried.
    pub rests_until: Option<OffsetDateTime>,
}

struct Row {
    id: Uuid,
    region: String,
    firm_number: i64,
    name: String,
    connected_by: Uuid,
    connected_at: OffsetDateTime,
    next_read_at: OffsetDateTime,
    connector: String,
    email: String,
    status: String,
    role: String,
    user_first_name: String,
    user_last_name: String,
    user_email: Option<String>,
    broken_since: Option<OffsetDateTime>,
    waits: i64,
    waits_over: i64,
}

/// The connected firms by name, or the one with this id.
pub async fn connected(
    connection: &mut PgConnection,
    only: Option<Uuid>,
) -> DbResult<Vec<FirmSeen>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT
             f.id,
             f.region,
             f.firm_number,
             f.name,
             f.connected_by,
             f.connected_at,
             f.next_read_at,
             coalesce(nullif(btrim(a.first_name || ' ' || a.last_name), ''), a.email) AS "connector!",
             a.email,
             a.status,
             a.role,
             g.first_name AS user_first_name,
             g.last_name AS user_last_name,
             g.email AS user_email,
             CASE WHEN g.state <> 'live' THEN coalesce(g.ended_at, g.checked_at) END AS broken_since,
             waits.count AS "waits!",
             waits.over AS "waits_over!"
         FROM manage_firms f
         JOIN accounts a ON a.id = f.connected_by
         JOIN manage_grants g ON g.id = f.grant_id
         CROSS JOIN LATERAL (
             SELECT
                 count(*) AS count,
                 count(*) FILTER (WHERE d.why = 'threshold') AS over
             FROM roster_differences d
             WHERE d.firm_id = f.id
               AND d.state = 'waiting'
         ) waits
         WHERE f.disconnected_at IS NULL
           AND ($1::uuid IS NULL OR f.id = $1)
         ORDER BY f.name, f.id"#,
        only,
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut firms = Vec::with_capacity(rows.len());
    for row in rows {
        let (whole, exceeded) = whole(connection, row.id).await?.unzip();
        let (rule, revision, rule_change) = rule(connection, row.id).await?;
        firms.push(FirmSeen {
            id: row.id,
            key: FirmKey {
                region: row.region.parse()?,
                number: row.firm_number,
            },
            name: row.name,
            connected_by: Doer {
                account: AccountId(row.connected_by),
                name: row.connector,
            },
            connector_email: row.email,
            connector_decides: connector_decides(&row.status, &row.role)?,
            connected_at: row.connected_at,
            user_name: (row.user_first_name, row.user_last_name),
            user_email: row.user_email,
            broken_since: row.broken_since,
            next_read_at: row.next_read_at,
            latest: latest(connection, row.id).await?,
            whole,
            exceeded: exceeded.flatten().filter(|_| row.waits_over > 0),
            rule,
            revision,
            rule_change,
            waiting: row.waits,
        });
    }
    Ok(firms)
}

/// Whether an account in this state, with this role, is that of somebody who decides.
fn connector_decides(status: &str, role: &str) -> DbResult<bool> {
    let (status, role): (Status, Role) = (status.parse()?, role.parse()?);
    Ok(status == Status::Active && Right::Decide.is_of(role))
}

/// The last read of a firm.
async fn latest(connection: &mut PgConnection, firm: Uuid) -> DbResult<Option<Latest>> {
    let row = sqlx::query!(
        r#"SELECT
             r.ended_at,
             r.outcome,
             r.people,
             r.total,
             r.pages,
             r.rests_until,
             stopper.id AS "stopper?",
             coalesce(nullif(btrim(stopper.first_name || ' ' || stopper.last_name), ''), stopper.email) AS stopper_name
         FROM roster_reads r
         LEFT JOIN accounts stopper ON stopper.id = r.stopped_by
         WHERE r.firm_id = $1
         ORDER BY r.began_at DESC, r.id DESC
         LIMIT 1"#,
        firm,
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Latest {
        ended_at: row.ended_at,
        ending: row.outcome.map(|outcome| outcome.parse()).transpose()?,
        stopped_by: Doer::find(row.stopper, row.stopper_name),
        people: row.people,
        total: row.total,
        pages: row.pages,
        rests_until: row.rests_until,
    }))
}

/// A read that got to its end: its id, when that was, how many people it found.
type Whole = (Uuid, OffsetDateTime, i32);
/// How many accounts of how many would have been suspended, and the percentage of the rule.
type Exceeded = (i32, i32, i16);

/// The last read of a firm that got to its end.
async fn whole(
    connection: &mut PgConnection,
    firm: Uuid,
) -> DbResult<Option<(Whole, Option<Exceeded>)>> {
    let row = sqlx::query!(
        r#"SELECT id, ended_at AS "ended_at!", people, leavers, accounts, threshold
         FROM roster_reads
         WHERE firm_id = $1
           AND outcome = 'whole'
         ORDER BY began_at DESC, id DESC
         LIMIT 1"#,
        firm,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| {
        let exceeded = row.leavers.zip(row.accounts).zip(row.threshold);
        (
            (row.id, row.ended_at, row.people),
            exceeded.map(|((leavers, accounts), threshold)| (leavers, accounts, threshold)),
        )
    }))
}

/// Who wrote a rule, when and why.
type RuleChange = (Doer, OffsetDateTime, String);

/// The rule of a firm, how many there were before it, and who wrote it.
async fn rule(
    connection: &mut PgConnection,
    firm: Uuid,
) -> DbResult<(Rule, i32, Option<RuleChange>)> {
    let Some(row) = firms::rule(connection, firm, None).await? else {
        return Ok((Rule::FIRST, 0, None));
    };
    let writer = match row.changed_by {
        Some(account) => accounts::find(connection, account).await?,
        None => None,
    };
    let change = writer.zip(row.changed_at).map(|(writer, at)| {
        let doer = Doer {
            account: writer.id,
            name: full_name(&writer.first_name, &writer.last_name, &writer.email),
        };
        (doer, at, row.reason)
    });
    Ok((row.rule, row.revision, change))
}
