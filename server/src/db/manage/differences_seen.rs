//! Differences as the desk lists them, with what a decision about them rests on.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::reads_seen::Doer;
use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, Role, Status},
        desk::queue::Place,
        manage::roster::{Kind, Why},
    },
};

/// A difference.
#[derive(Clone, Debug)]
pub struct DifferenceSeen {
    /// Its id.
    pub id: Uuid,
    /// The name of its firm.
    pub firm: String,
    /// The person's names in Clio.
    pub name: (String, String),
    /// The person's e-mail in Clio.
    pub email: Option<String>,
    /// Its kind.
    pub kind: Kind,
    /// What is here, and what Clio says, where values say it.
    pub before: Option<String>,
    /// See `before`.
    pub after: Option<String>,
    /// Why it waits, or waited.
    pub why: Option<Why>,
    /// The word for what became of it.
    pub state: String,
    /// When a read first found it.
    pub found_at: OffsetDateTime,
    /// When it was decided, undone or settled.
    pub decided_at: Option<OffsetDateTime>,
    /// Who did.
    pub decided_by: Option<Doer>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// The event that records what was done to the account, and whether that is still as it was left.
    pub event: Option<(i64, bool)>,
    /// The account that it concerns.
    pub account: Option<AccountSeen>,
    /// Of somebody new: the state of an account that has their e-mail by now.
    pub new_account: Option<Status>,
}

/// The account that a difference concerns.
#[derive(Clone, Debug)]
pub struct AccountSeen {
    /// Its id.
    pub id: AccountId,
    /// Its names.
    pub name: (String, String),
    /// Its e-mail.
    pub email: String,
    /// Whether it can be used.
    pub status: Status,
    /// What it may do.
    pub role: Role,
    /// Whether it is suspended because its person left the firm in Clio.
    pub is_leaver: bool,
    /// Whether a Clio login opens it.
    pub has_login: bool,
    /// Whether a question about an e-mail of one of its logins waits.
    pub is_asked: bool,
}

/// Which differences are looked for.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// Those of a kind that wait for a decision, the oldest first, from a place on.
    Waiting(Kind, Option<Place>),
    /// Those that wait for a decision, by kind in the order of [`Kind::ALL`], the oldest of each first; at most
    /// so many of each.
    EachWaiting,
    /// Those that a read found, by kind in the order of [`Kind::ALL`], from a place on.
    Of(Uuid, Option<(i32, Uuid)>),
    /// These.
    Ids(&'a [Uuid]),
}

/// The place of a kind in the order of [`Kind::ALL`], from 1 on, as SQL counts.
pub fn rank(kind: Kind) -> i32 {
    let place = Kind::ALL.iter().position(|each| *each == kind);
    place
        .and_then(|place| i32::try_from(place + 1).ok())
        .unwrap_or(0)
}

/// Differences, at most so many.
///
/// Two statements, whichever they are.
pub async fn list(
    connection: &mut PgConnection,
    which: Which<'_>,
    most: i64,
) -> DbResult<Vec<DifferenceSeen>> {
    let ids = ids(connection, which, most).await?;
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT
             d.id,
             f.name AS firm,
             p.first_name,
             p.last_name,
             p.email,
             d.kind,
             d.before,
             d.after,
             d.why,
             d.state,
             d.found_at,
             d.decided_at,
             d.reason,
             d.event_id,
             doer.id AS "doer?",
             coalesce(nullif(btrim(doer.first_name || ' ' || doer.last_name), ''), doer.email) AS doer_name,
             a.id AS "account?",
             a.first_name AS "account_first_name?",
             a.last_name AS "account_last_name?",
             a.email AS "account_email?",
             a.status AS "status?",
             a.role AS "role?",
             coalesce(
                 CASE d.kind
                     WHEN 'name' THEN a.status <> 'deleted'
                         AND btrim(a.first_name || ' ' || a.last_name) = d.after
                     ELSE a.status_changed_at = d.stands_since
                 END,
                 false
             ) AS "is_as_left!",
             coalesce(a.status = 'suspended' AND EXISTS (
                 SELECT
                 FROM roster_differences o
                 WHERE o.account_id = a.id
                   AND o.stands_since = a.status_changed_at
                   AND o.kind IN ('gone', 'disabled')
                   AND o.state = 'carried_out'
             ), false) AS "is_leaver!",
             EXISTS (
                 SELECT
                 FROM identities i
                 WHERE i.account_id = a.id
                   AND i.unlinked_at IS NULL
             ) AS "has_login!",
             EXISTS (
                 SELECT
                 FROM cases c
                 WHERE c.account_id = a.id
                   AND c.settled_at IS NULL
                   AND c.kind IN ('email_change', 'email_collision')
             ) AS "is_asked!",
             CASE WHEN d.kind = 'new' THEN (
                 SELECT own.status
                 FROM accounts own
                 WHERE lower(own.email COLLATE "C") = lower(p.email COLLATE "C")
                   AND own.email_verified_at IS NOT NULL
                   AND own.status <> 'deleted'
                 LIMIT 1
             ) END AS new_account
         FROM unnest($1::uuid[]) WITH ORDINALITY AS chosen (id, place)
         JOIN roster_differences d ON d.id = chosen.id
         JOIN manage_firms f ON f.id = d.firm_id
         JOIN roster_people p ON p.firm_id = d.firm_id AND p.user_number = d.user_number
         LEFT JOIN accounts doer ON doer.id = d.decided_by
         LEFT JOIN accounts a ON a.id = d.account_id
         ORDER BY chosen.place"#,
        &ids,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::seen).collect()
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "a row has the columns that there are"
)]
struct Row {
    id: Uuid,
    firm: String,
    first_name: String,
    last_name: String,
    email: Option<String>,
    kind: String,
    before: Option<String>,
    after: Option<String>,
    why: Option<String>,
    state: String,
    found_at: OffsetDateTime,
    decided_at: Option<OffsetDateTime>,
    reason: Option<String>,
    event_id: Option<i64>,
    doer: Option<Uuid>,
    doer_name: Option<String>,
    account: Option<Uuid>,
    account_first_name: Option<String>,
    account_last_name: Option<String>,
    account_email: Option<String>,
    status: Option<String>,
    role: Option<String>,
    is_as_left: bool,
    is_leaver: bool,
    has_login: bool,
    is_asked: bool,
    new_account: Option<String>,
}

impl Row {
    fn seen(self) -> DbResult<DifferenceSeen> {
        let name = self.account_first_name.zip(self.account_last_name);
        let facts = self.account_email.zip(self.status.zip(self.role));
        let account = match (self.account, name, facts) {
            (Some(id), Some(name), Some((email, (status, role)))) => Some(AccountSeen {
                id: AccountId(id),
                name,
                email,
                status: status.parse()?,
                role: role.parse()?,
                is_leaver: self.is_leaver,
                has_login: self.has_login,
                is_asked: self.is_asked,
            }),
            _ => None,
        };
        let new_account = self.new_account.map(|status| status.parse());
        Ok(DifferenceSeen {
            id: self.id,
            firm: self.firm,
            name: (self.first_name, self.last_name),
            email: self.email,
            kind: self.kind.parse()?,
            before: self.before,
            after: self.after,
            why: self.why.map(|why| why.parse()).transpose()?,
            state: self.state,
            found_at: self.found_at,
            decided_at: self.decided_at,
            decided_by: Doer::find(self.doer, self.doer_name),
            reason: self.reason,
            event: self.event_id.map(|event| (event, self.is_as_left)),
            account,
            new_account: new_account.transpose()?,
        })
    }
}

/// The ids of differences, in their order.
async fn ids(connection: &mut PgConnection, which: Which<'_>, most: i64) -> DbResult<Vec<Uuid>> {
    let ids = match which {
        Which::Ids(ids) => ids.to_vec(),
        Which::Waiting(kind, after) => {
            let after = after.unwrap_or(Place::BEGINNING);
            sqlx::query_scalar!(
                "SELECT id
                 FROM roster_differences
                 WHERE state = 'waiting'
                   AND why IS NOT NULL
                   AND kind = $1
                   AND (found_at, id) > ($2, $3)
                 ORDER BY found_at, id
                 LIMIT $4",
                kind.as_str(),
                after.at,
                after.id,
                most,
            )
            .fetch_all(connection)
            .await?
        }
        Which::EachWaiting => {
            let kinds = Kind::ALL.map(|kind| kind.as_str().to_owned());
            sqlx::query_scalar!(
                "SELECT waiting.id
                 FROM unnest($1::text[]) WITH ORDINALITY AS kinds (kind, place)
                 CROSS JOIN LATERAL (
                     SELECT d.id, d.found_at
                     FROM roster_differences d
                     WHERE d.state = 'waiting'
                       AND d.why IS NOT NULL
                       AND d.kind = kinds.kind
                     ORDER BY d.found_at, d.id
                     LIMIT $2
                 ) AS waiting
                 ORDER BY kinds.place, waiting.found_at, waiting.id",
                &kinds,
                most,
            )
            .fetch_all(connection)
            .await?
        }
        Which::Of(read, after) => {
            let kinds = Kind::ALL.map(|kind| kind.as_str().to_owned());
            let (rank, id) = after.unwrap_or((0, Uuid::nil()));
            sqlx::query_scalar!(
                "SELECT id
                 FROM roster_differences
                 WHERE read_id = $1
                   AND (array_position($2::text[], kind), id) > ($3, $4)
                 ORDER BY array_position($2::text[], kind), id
                 LIMIT $5",
                read,
                &kinds,
                rank,
                id,
                most,
            )
            .fetch_all(connection)
            .await?
        }
    };
    Ok(ids)
}

/// How many differences wait for a decision, by kind.
pub async fn waiting(connection: &mut PgConnection) -> DbResult<Vec<(Kind, i64)>> {
    let rows = sqlx::query!(
        r#"SELECT kind, count(*) AS "count!"
         FROM roster_differences
         WHERE state = 'waiting'
           AND why IS NOT NULL
         GROUP BY kind"#,
    )
    .fetch_all(connection)
    .await?;
    let counts = rows
        .into_iter()
        .map(|row| Ok((row.kind.parse()?, row.count)));
    counts.collect()
}

/// What waits for an administrator, as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// People who left the firm in Clio, or whose login is switched off.
    pub leavers: i64,
    /// Whatever else differs.
    pub others: i64,
    /// Since when the oldest waits; `None` when nothing does.
    pub oldest: Option<OffsetDateTime>,
}

/// How much waits for an administrator, counted to the last.
pub async fn standing(connection: &mut PgConnection) -> DbResult<Standing> {
    let standing = sqlx::query_as!(
        Standing,
        r#"SELECT
             count(*) FILTER (WHERE kind IN ('gone', 'disabled')) AS "leavers!",
             count(*) FILTER (WHERE kind NOT IN ('gone', 'disabled')) AS "others!",
             min(found_at) AS oldest
         FROM roster_differences
         WHERE state = 'waiting'
           AND why IS NOT NULL"#,
    )
    .fetch_one(connection)
    .await?;
    Ok(standing)
}

/// Since when the newest of all that has waited since `until` waits; `None` when nothing has.
pub async fn newest(
    connection: &mut PgConnection,
    until: OffsetDateTime,
) -> DbResult<Option<OffsetDateTime>> {
    let newest = sqlx::query_scalar!(
        "SELECT max(found_at)
         FROM roster_differences
         WHERE state = 'waiting'
           AND why IS NOT NULL
           AND found_at <= $1",
        until,
    )
    .fetch_one(connection)
    .await?;
    Ok(newest)
}

/// How many wait in all, at most so many.
pub async fn count(connection: &mut PgConnection, most: i64) -> DbResult<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
         FROM (
             SELECT
             FROM roster_differences
             WHERE state = 'waiting'
               AND why IS NOT NULL
             LIMIT $1
         ) AS waiting"#,
        most,
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}
