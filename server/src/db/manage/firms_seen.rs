//! The connected firms as the desk shows them: who connected each, how its reading stands, and its rule.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::reads_seen::Doer;
use crate::{
    db::DbResult,
    domain::manage::{
        region::FirmKey,
        roster::{Leavers, Rule},
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
    pub whole: Option<(Uuid, OffsetDateTime, i32)>,
    /// Of that read, while anything waits because of it: how many accounts of how many would have been
    /// suspended, and the percentage of the rule then.
    pub exceeded: Option<(i32, i32, i16)>,
    /// The rule that is in force.
    pub rule: Rule,
    /// How many there were before it.
    pub revision: i32,
    /// Who wrote it, when and why; nobody wrote the first.
    pub rule_change: Option<(Doer, OffsetDateTime, String)>,
    /// How many of its differences wait for a decision.
    pub waiting: i64,
}

/// The last read of a firm.
#[derive(Clone, Debug)]
pub struct Latest {
    /// When it ended; `None` while it is under way.
    pub ended_at: Option<OffsetDateTime>,
    /// How it ended.
    pub outcome: Option<String>,
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

/// The connected firms by name, or the one with this id.
pub async fn connected(
    connection: &mut PgConnection,
    only: Option<Uuid>,
) -> DbResult<Vec<FirmSeen>> {
    let rows = sqlx::query!(
        r#"SELECT
             f.id,
             f.region,
             f.firm_number,
             f.name,
             f.connected_by,
             f.connected_at,
             f.next_read_at,
             a.first_name,
             a.last_name,
             a.email,
             g.first_name AS user_first_name,
             g.last_name AS user_last_name,
             g.email AS user_email,
             CASE WHEN g.state <> 'live' THEN coalesce(g.ended_at, g.checked_at) END AS broken_since,
             latest.began_at AS "latest_began_at?",
             latest.ended_at AS "latest_ended_at?",
             latest.outcome AS "latest_outcome?",
             latest.people AS "latest_people?",
             latest.total AS "latest_total?",
             latest.pages AS "latest_pages?",
             latest.rests_until AS "latest_rests_until?",
             stopper.id AS "stopper?",
             stopper.first_name AS "stopper_first_name?",
             stopper.last_name AS "stopper_last_name?",
             stopper.email AS "stopper_email?",
             whole.id AS "whole?",
             whole.ended_at AS "whole_ended_at?",
             whole.people AS "whole_people?",
             whole.leavers AS "leavers?",
             whole.accounts AS "accounts?",
             whole.threshold AS "exceeded?",
             rule.revision AS "revision?",
             rule.leavers AS "rule?",
             rule.threshold AS "threshold?",
             rule.reason AS "reason?",
             rule.changed_at AS "changed_at?",
             writer.id AS "writer?",
             writer.first_name AS "writer_first_name?",
             writer.last_name AS "writer_last_name?",
             writer.email AS "writer_email?",
             waits.count AS "waits!",
             waits.over AS "waits_over!"
         FROM manage_firms f
         JOIN accounts a ON a.id = f.connected_by
         JOIN manage_grants g ON g.id = f.grant_id
         LEFT JOIN LATERAL (
             SELECT *
             FROM roster_reads r
             WHERE r.firm_id = f.id
             ORDER BY r.began_at DESC, r.id DESC
             LIMIT 1
         ) latest ON true
         LEFT JOIN accounts stopper ON stopper.id = latest.stopped_by
         LEFT JOIN LATERAL (
             SELECT *
             FROM roster_reads r
             WHERE r.firm_id = f.id
               AND r.outcome = 'whole'
             ORDER BY r.began_at DESC, r.id DESC
             LIMIT 1
         ) whole ON true
         LEFT JOIN LATERAL (
             SELECT *
             FROM roster_rules r
             WHERE r.firm_id = f.id
             ORDER BY r.revision DESC
             LIMIT 1
         ) rule ON true
         LEFT JOIN accounts writer ON writer.id = rule.changed_by
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
    .fetch_all(connection)
    .await?;
    let firms = rows.into_iter().map(|row| {
        let doer = |id: Option<Uuid>, first: Option<String>, last, email| {
            Doer::new(id?, first?, last?, email?).into()
        };
        let latest = row.latest_began_at.map(|_| Latest {
            ended_at: row.latest_ended_at,
            outcome: row.latest_outcome,
            stopped_by: doer(
                row.stopper,
                row.stopper_first_name,
                row.stopper_last_name,
                row.stopper_email,
            ),
            people: row.latest_people.unwrap_or(0),
            total: row.latest_total,
            pages: row.latest_pages.unwrap_or(0),
            rests_until: row.latest_rests_until,
        });
        let writer = doer(
            row.writer,
            row.writer_first_name,
            row.writer_last_name,
            row.writer_email,
        );
        let leavers: Option<Leavers> = row.rule.map(|word| word.parse()).transpose()?;
        let threshold = row.threshold.and_then(|percent| u8::try_from(percent).ok());
        let rule = match (leavers, threshold) {
            (Some(leavers), Some(threshold)) => Rule { leavers, threshold },
            _ => Rule::FIRST,
        };
        let exceeded = match (row.leavers, row.accounts, row.exceeded) {
            (Some(leavers), Some(accounts), Some(threshold)) if row.waits_over > 0 => {
                Some((leavers, accounts, threshold))
            }
            _ => None,
        };
        let whole = match (row.whole, row.whole_ended_at, row.whole_people) {
            (Some(id), Some(ended_at), Some(people)) => Some((id, ended_at, people)),
            _ => None,
        };
        let rule_change = match (writer, row.changed_at) {
            (Some(writer), Some(at)) => Some((writer, at, row.reason.unwrap_or_default())),
            _ => None,
        };
        Ok(FirmSeen {
            id: row.id,
            key: FirmKey {
                region: row.region.parse()?,
                number: row.firm_number,
            },
            name: row.name,
            connected_by: Doer::new(
                row.connected_by,
                row.first_name,
                row.last_name,
                row.email.clone(),
            ),
            connector_email: row.email,
            connected_at: row.connected_at,
            user_name: (row.user_first_name, row.user_last_name),
            user_email: row.user_email,
            broken_since: row.broken_since,
            next_read_at: row.next_read_at,
            latest,
            whole,
            exceeded,
            rule,
            revision: row.revision.unwrap_or(0),
            rule_change,
            waiting: row.waits,
        })
    });
    firms.collect()
}
