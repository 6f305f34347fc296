//! The list of invitations.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::account::{AccountId, Role},
};

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its person hasn't come, and the link is good.
    Waiting,
    /// Its person hasn't come, and the link is over.
    Expired,
    /// Its person came.
    Accepted,
    /// It was withdrawn, or its account closed in another way.
    Withdrawn,
}

impl Standing {
    /// The word in SQL. Whether a link is over isn't stored: it comes with the time.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting | Self::Expired => "open",
            Self::Accepted => "accepted",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn of(standing: &str, expires_at: OffsetDateTime, now: OffsetDateTime) -> Self {
        match standing {
            "accepted" => Self::Accepted,
            "withdrawn" => Self::Withdrawn,
            _ if expires_at > now => Self::Waiting,
            _ => Self::Expired,
        }
    }
}

/// Which invitations are looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// What became of them; `None` for whatever became of them.
    pub standing: Option<Standing>,
    /// What stands in the e-mail or a name; empty for anything.
    pub text: &'a str,
}

/// Where a page begins, in a list with the newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum From {
    /// With the newest.
    #[default]
    Newest,
    /// Below an invitation.
    Below(AccountId),
    /// Above an invitation.
    Above(AccountId),
}

/// An invitation.
#[derive(Clone, Debug)]
pub struct InvitationRow {
    /// The account that was made for it.
    pub account: AccountId,
    /// The account's e-mail.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The account's role.
    pub role: Role,
    /// What became of it.
    pub standing: Standing,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// Until when the newest link is good.
    pub expires_at: OffsetDateTime,
    /// When the newest link was mailed; `None` when it was handed over.
    pub sent_at: Option<OffsetDateTime>,
    /// When it was accepted or withdrawn.
    pub ended_at: Option<OffsetDateTime>,
    /// Who invited: first name, last name, e-mail; `None` for the operator, and for an account that is no
    /// more.
    pub invited_by: Option<(String, String, String)>,
    /// Whether it was withdrawn at the desk, and nothing became of its account since.
    pub is_restorable: bool,
}

struct Row {
    account_id: Uuid,
    email: String,
    first_name: String,
    last_name: String,
    role: String,
    standing: String,
    created_at: OffsetDateTime,
    expires_at: OffsetDateTime,
    sent_at: Option<OffsetDateTime>,
    ended_at: Option<OffsetDateTime>,
    inviter_first_name: Option<String>,
    inviter_last_name: Option<String>,
    inviter_email: Option<String>,
    is_restorable: bool,
}

impl Row {
    fn invitation(self, now: OffsetDateTime) -> DbResult<InvitationRow> {
        let inviter = (self.inviter_first_name, self.inviter_last_name);
        Ok(InvitationRow {
            account: AccountId(self.account_id),
            standing: Standing::of(&self.standing, self.expires_at, now),
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            role: self.role.parse()?,
            created_at: self.created_at,
            expires_at: self.expires_at,
            sent_at: self.sent_at,
            ended_at: self.ended_at,
            invited_by: match (inviter, self.inviter_email) {
                ((Some(first), Some(last)), Some(email)) => Some((first, last, email)),
                _ => None,
            },
            is_restorable: self.is_restorable,
        })
    }
}

/// The invitations of a filter (`$1` to `$4`) beyond an invitation, in an order.
macro_rules! select_invitations {
    ($beyond:literal, $order:literal, $filter:expr, $now:expr, $from:expr, $limit:expr) => {
        sqlx::query_as!(
            Row,
            r#"SELECT
                 invitation.account_id,
                 account.email,
                 account.first_name,
                 account.last_name,
                 account.role,
                 invitation.standing,
                 invitation.created_at,
                 invitation.expires_at,
                 invitation.sent_at,
                 invitation.ended_at,
                 inviter.first_name AS "inviter_first_name?",
                 inviter.last_name AS "inviter_last_name?",
                 inviter.email AS "inviter_email?",
                 revoked.is_there IS NOT NULL AS "is_restorable!"
             FROM invitations invitation
             JOIN accounts account ON account.id = invitation.account_id
             LEFT JOIN accounts inviter ON inviter.id = invitation.invited_by
             LEFT JOIN LATERAL (
                 SELECT true AS is_there
                 FROM audit_events event
                 WHERE event.account_id = account.id
                   AND event.at = account.status_changed_at
                   AND event.action = 'invitation.revoked'
                   AND account.status = 'deleted'
                   AND invitation.standing = 'withdrawn'
                 -- Looked up for each row that is shown; without it, all such events are read first.
                 LIMIT 1
             ) revoked ON true
             WHERE ($1::text IS NULL OR invitation.standing = $1)
               AND ($2::boolean IS NULL OR (invitation.expires_at > $3) = $2)
               AND ($4::text = '' OR strpos(
                   lower(account.first_name || ' ' || account.last_name || ' ' || account.email),
                   lower($4)
               ) > 0)
               AND "#
                + $beyond
                + " ORDER BY "
                + $order
                + " LIMIT $6",
            $filter.standing.map(Standing::as_str),
            is_link_good($filter.standing),
            $now,
            $filter.text,
            $from.map(|from: AccountId| from.0),
            $limit,
        )
    };
}

/// What a filter says of the link of an invitation.
const fn is_link_good(standing: Option<Standing>) -> Option<bool> {
    match standing {
        Some(Standing::Waiting) => Some(true),
        Some(Standing::Expired) => Some(false),
        _ => None,
    }
}

/// A page of invitations, newest first.
pub async fn page(
    connection: &mut PgConnection,
    filter: Filter<'_>,
    from: From,
    limit: i64,
    now: OffsetDateTime,
) -> DbResult<Vec<InvitationRow>> {
    let rows = match from {
        From::Newest => {
            select_invitations!(
                "$5::uuid IS NULL",
                "invitation.created_at DESC, invitation.account_id DESC",
                filter,
                now,
                None,
                limit
            )
            .fetch_all(connection)
            .await?
        }
        From::Below(account) => {
            select_invitations!(
                "(invitation.created_at, invitation.account_id) < (
                     SELECT created_at, account_id FROM invitations WHERE account_id = $5
                 )",
                "invitation.created_at DESC, invitation.account_id DESC",
                filter,
                now,
                Some(account),
                limit
            )
            .fetch_all(connection)
            .await?
        }
        From::Above(account) => {
            let mut rows = select_invitations!(
                "(invitation.created_at, invitation.account_id) > (
                     SELECT created_at, account_id FROM invitations WHERE account_id = $5
                 )",
                "invitation.created_at, invitation.account_id",
                filter,
                now,
                Some(account),
                limit
            )
            .fetch_all(connection)
            .await?;
            rows.reverse();
            rows
        }
    };
    rows.into_iter().map(|row| row.invitation(now)).collect()
}

/// How many invitations a filter has, up to `most`.
pub async fn count(
    connection: &mut PgConnection,
    filter: Filter<'_>,
    most: i64,
    now: OffsetDateTime,
) -> DbResult<i64> {
    let standing = filter.standing.map(Standing::as_str);
    let is_link_good = is_link_good(filter.standing);
    let count = if filter.text.is_empty() {
        sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!"
             FROM (
                 SELECT
                 FROM invitations
                 WHERE ($1::text IS NULL OR standing = $1)
                   AND ($2::boolean IS NULL OR (expires_at > $3) = $2)
                 LIMIT $4
             ) AS found"#,
            standing,
            is_link_good,
            now,
            most,
        )
        .fetch_one(connection)
        .await?
    } else {
        sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!"
             FROM (
                 SELECT
                 FROM invitations invitation
                 JOIN accounts account ON account.id = invitation.account_id
                 WHERE ($1::text IS NULL OR invitation.standing = $1)
                   AND ($2::boolean IS NULL OR (invitation.expires_at > $3) = $2)
                   AND strpos(
                       lower(account.first_name || ' ' || account.last_name || ' ' || account.email),
                       lower($4)
                   ) > 0
                 LIMIT $5
             ) AS found"#,
            standing,
            is_link_good,
            now,
            filter.text,
            most,
        )
        .fetch_one(connection)
        .await?
    };
    Ok(count)
}
