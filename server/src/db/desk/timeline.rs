//! What happened to an account or to one of its links, with all that the desk shows and undoes by.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::{DbResult, audit::Place},
    domain::{
        account::{AccountId, IdentityId, Role},
        desk::undo::{Change, Kind, Now, Standing, reversal_of},
    },
};

/// An event, as the desk sees it.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its id.
    pub id: i64,
    /// When.
    pub at: OffsetDateTime,
    /// What, in the word of the record.
    pub action: String,
    /// Who did it.
    pub actor: Option<AccountId>,
    /// The first and last name and the e-mail of who did it, as they are now.
    pub actor_name: Option<[String; 3]>,
    /// Whom it is about.
    pub account: Option<AccountId>,
    /// Which link it is about.
    pub identity: Option<IdentityId>,
    /// The code that the person was shown.
    pub reference: Option<String>,
    /// Why, in a fixed word.
    pub reason: Option<String>,
    /// How it was proved, where something was linked or opened.
    pub method: Option<String>,
    /// What an administrator wrote about it.
    pub remark: Option<String>,
    /// What it changed, where that can be told.
    pub change: Option<Change>,
    /// The event that undid it, and when.
    pub undone: Option<(i64, OffsetDateTime)>,
    /// What is there now, of what it changed.
    pub now: Option<Now>,
    /// Whether it stands and has a way of its own to be undone: a merge, a withdrawn invitation.
    pub stands_apart: bool,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "a row has the columns that there are"
)]
struct Row {
    id: i64,
    at: OffsetDateTime,
    action: String,
    actor_account_id: Option<Uuid>,
    actor_first_name: Option<String>,
    actor_last_name: Option<String>,
    actor_email: Option<String>,
    account_id: Option<Uuid>,
    identity_id: Option<Uuid>,
    reference: Option<String>,
    reason: Option<String>,
    detail: Option<serde_json::Value>,
    remark: Option<String>,
    undone_by: Option<i64>,
    undone_at: Option<OffsetDateTime>,
    status: Option<String>,
    status_changed_at: Option<OffsetDateTime>,
    suspended_until: Option<OffsetDateTime>,
    role: Option<String>,
    role_changed_since: bool,
    unlinked_at: Option<OffsetDateTime>,
    review_stands: bool,
    case_id: Option<Uuid>,
    case_settled_at: Option<OffsetDateTime>,
    names_stand: bool,
    stands_apart: bool,
}

/// The events that the rest of a query, checked with it at compile time, picks.
macro_rules! select_events {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT
                 e.id AS "id!",
                 e.at AS "at!",
                 e.action AS "action!",
                 e.actor_account_id,
                 actor.first_name AS "actor_first_name?",
                 actor.last_name AS "actor_last_name?",
                 actor.email AS "actor_email?",
                 e.account_id,
                 e.identity_id,
                 e.reference,
                 e.reason,
                 e.detail,
                 coalesce(n.text, nullif(r.note, '')) AS remark,
                 u.undone_by AS "undone_by?",
                 u.at AS "undone_at?",
                 a.status AS "status?",
                 a.status_changed_at AS "status_changed_at?",
                 a.suspended_until AS "suspended_until?",
                 a.role AS "role?",
                 CASE
                     WHEN e.action IN ('account.role_granted', 'account.role_revoked') THEN EXISTS (
                         SELECT
                         FROM audit_events AS later
                         WHERE later.account_id = e.account_id
                           AND (later.at, later.id) > (e.at, e.id)
                           AND later.action IN ('account.role_granted', 'account.role_revoked')
                           AND NOT EXISTS (SELECT FROM desk_undone WHERE event_id = later.id)
                     )
                     ELSE false
                 END AS "role_changed_since!",
                 i.unlinked_at AS "unlinked_at?",
                 (r.note IS NOT NULL AND r.undone_at IS NULL) AS "review_stands!",
                 c.id AS "case_id?",
                 CASE WHEN c.effect IS NOT NULL THEN c.settled_at END AS case_settled_at,
                 CASE
                     WHEN e.action = 'account.names_from_roster' THEN EXISTS (
                         SELECT
                         FROM roster_differences AS d
                         WHERE d.event_id = e.id
                           AND d.state = 'carried_out'
                           AND d.after = btrim(a.first_name || ' ' || a.last_name)
                     )
                     ELSE false
                 END AS "names_stand!",
                 CASE e.action
                     WHEN 'account.merged' THEN EXISTS (
                         SELECT
                         FROM merges
                         WHERE into_event_id = e.id
                           AND coalesce(undone_at, 'infinity') = 'infinity'
                     )
                     WHEN 'account.merged_away' THEN EXISTS (
                         SELECT
                         FROM merges
                         WHERE from_event_id = e.id
                           AND coalesce(undone_at, 'infinity') = 'infinity'
                     )
                     WHEN 'invitation.revoked'
                         THEN coalesce(a.status = 'deleted' AND a.status_changed_at = e.at, false)
                     ELSE false
                 END AS "stands_apart!"
             FROM audit_events e
             LEFT JOIN accounts actor ON actor.id = e.actor_account_id
             LEFT JOIN accounts a ON a.id = e.account_id
             LEFT JOIN identities i ON i.id = e.identity_id
             LEFT JOIN cases c
                 ON e.action IN ('case.approved', 'case.declined')
                AND c.reference = e.detail ->> 'case'
                AND c.account_id = e.account_id
             LEFT JOIN desk_notes n ON n.event_id = e.id
             LEFT JOIN desk_undone u ON u.event_id = e.id
             LEFT JOIN LATERAL (
                 SELECT review.note, review.undone_at
                 FROM link_reviews AS review
                 WHERE e.action = 'identity.reviewed'
                   AND review.identity_id = e.identity_id
                   AND review.at = e.at
                 LIMIT 1
             ) AS r ON true
             "# + $rest,
            $($argument),+
        )
    };
}

/// Events about an account, newest first, before a place or up to now.
pub async fn of_account(
    connection: &mut PgConnection,
    account: AccountId,
    before: Option<Place>,
    most: i64,
) -> DbResult<Vec<Event>> {
    let rows = select_events!(
        r#"WHERE e.account_id = $1
           AND (e.at, e.id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::bigint, 0))
         ORDER BY e.at DESC, e.id DESC
         LIMIT $4"#,
        account.0,
        before.map(|place| place.at),
        before.map(|place| place.id),
        most,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::event).collect()
}

/// Events about a link, newest first, before a place or up to now.
pub async fn of_link(
    connection: &mut PgConnection,
    identity: IdentityId,
    before: Option<Place>,
    most: i64,
) -> DbResult<Vec<Event>> {
    let rows = select_events!(
        r#"WHERE e.identity_id = $1
           AND (e.at, e.id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::bigint, 0))
         ORDER BY e.at DESC, e.id DESC
         LIMIT $4"#,
        identity.0,
        before.map(|place| place.at),
        before.map(|place| place.id),
        most,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::event).collect()
}

/// An event by its id.
pub async fn find(connection: &mut PgConnection, id: i64) -> DbResult<Option<Event>> {
    let row = select_events!("WHERE e.id = $1", id)
        .fetch_optional(connection)
        .await?;
    row.map(Row::event).transpose()
}

impl Row {
    fn event(self) -> DbResult<Event> {
        let change = self.change();
        let now = self.now()?;
        let text = |name| self.detail.as_ref()?.get(name)?.as_str();
        let method = text("method").map(str::to_owned);
        Ok(Event {
            id: self.id,
            at: self.at,
            action: self.action,
            actor: self.actor_account_id.map(AccountId),
            actor_name: self
                .actor_first_name
                .zip(self.actor_last_name)
                .zip(self.actor_email)
                .map(|((first, last), email)| [first, last, email]),
            account: self.account_id.map(AccountId),
            identity: self.identity_id.map(IdentityId),
            reference: self.reference,
            reason: self.reason,
            method,
            remark: self.remark,
            change,
            undone: self.undone_by.zip(self.undone_at),
            now,
            stands_apart: self.stands_apart,
        })
    }

    /// What the event changed, as far as its record tells; events of an earlier release don't.
    fn change(&self) -> Option<Change> {
        let undone;
        let action = match self.action.strip_suffix(".undone") {
            Some(action) => {
                undone = action;
                undone
            }
            None => self.action.as_str(),
        };
        let detail = self.detail.as_ref();
        let word = |name: &str| detail?.get(name)?.as_str();
        let moment = |name: &str| {
            let micros = detail?.get(name)?.as_i64()?;
            OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000).ok()
        };
        match reversal_of(action)?.kind {
            Kind::Standing => Some(Change::Standing {
                from: Standing {
                    status: word("from")?.parse().ok()?,
                    since: moment("since")?,
                    until: moment("was_until"),
                },
                to: Standing {
                    status: word("to")?.parse().ok()?,
                    since: moment("is_since").unwrap_or(self.at),
                    until: moment("until"),
                },
            }),
            Kind::Role => Some(Change::Role {
                from: word("from")?.parse::<Role>().ok()?,
                to: word("to")?.parse::<Role>().ok()?,
            }),
            // What the person disconnected is theirs to undo, and what fell with a case stands and falls with that.
            Kind::Link
                if self.reason.is_none()
                    && self
                        .actor_account_id
                        .is_some_and(|actor| Some(actor) != self.account_id) =>
            {
                self.identity_id.map(IdentityId).map(Change::Unlinked)
            }
            Kind::Link => None,
            Kind::Review => self.identity_id.map(IdentityId).map(Change::Reviewed),
            Kind::Case => self.case_id.map(Change::Settled),
            Kind::Names => Some(Change::Renamed),
        }
    }

    fn now(&self) -> DbResult<Option<Now>> {
        let (Some(status), Some(since), Some(role)) =
            (&self.status, self.status_changed_at, &self.role)
        else {
            return Ok(None);
        };
        Ok(Some(Now {
            standing: Standing {
                status: status.parse()?,
                since,
                until: self.suspended_until,
            },
            role: role.parse()?,
            role_changed_since: self.role_changed_since,
            unlinked_at: self.unlinked_at,
            review_stands: self.review_stands,
            settled_at: self.case_settled_at,
            names_stand: self.names_stand,
        }))
    }
}
