//! The open cases.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Asked, From, Who};
use crate::{
    db::{DbResult, cases::Kind as CaseKind},
    domain::account::{AccountId, IdentityId},
};

/// A case that waits.
#[derive(Clone, Debug)]
pub struct WaitingCase {
    /// Its id.
    pub id: Uuid,
    /// What a person reads to an administrator.
    pub reference: String,
    /// What it is about.
    pub kind: CaseKind,
    /// Whose account it is about.
    pub who: Who,
    /// How many Clio logins open that account.
    pub logins: i64,
    /// The link that it is about.
    pub identity: Option<IdentityId>,
    /// What Clio says is the e-mail of that link's login now.
    pub identity_email: Option<String>,
    /// The e-mail of the login that it is about, or the one that it is about.
    pub email: Option<String>,
    /// Its first name.
    pub first_name: String,
    /// Its last name.
    pub last_name: String,
    /// What the person wants to be known, or the kind of mail that they answered.
    pub message: String,
    /// Since when it waits.
    pub since: OffsetDateTime,
    /// From when on things may not have been done by the person.
    pub suspect_since: Option<OffsetDateTime>,
    /// The e-mails of the logins that were taken away when it was opened.
    pub taken: Vec<String>,
    /// Another account that has the e-mail, verified.
    pub holder: Option<(AccountId, String)>,
    /// Whether the link that it is about opens its account.
    pub is_linked: bool,
    /// Whether the login that asks to be linked opens an account by now.
    pub login_opens: bool,
    /// When whoever asks to be linked proved the account's mailbox, which wasn't enough.
    pub mailbox_proved_at: Option<OffsetDateTime>,
    /// More proof that was asked for.
    pub asked: Option<Asked>,
}

struct CaseRow {
    id: Uuid,
    reference: String,
    kind: String,
    account_id: Uuid,
    account_email: String,
    email_verified: bool,
    account_first_name: String,
    account_last_name: String,
    role: String,
    status: String,
    logins: i64,
    identity_id: Option<Uuid>,
    identity_email: Option<String>,
    email: Option<String>,
    first_name: String,
    last_name: String,
    message: String,
    created_at: OffsetDateTime,
    since: Option<OffsetDateTime>,
    taken: Vec<String>,
    holder_id: Option<Uuid>,
    holder_email: Option<String>,
    is_linked: bool,
    login_opens: bool,
    mailbox_proved_at: Option<OffsetDateTime>,
    asked_at: Option<OffsetDateTime>,
    note: Option<String>,
}

impl CaseRow {
    fn waiting(self) -> DbResult<WaitingCase> {
        Ok(WaitingCase {
            id: self.id,
            reference: self.reference,
            kind: self.kind.parse()?,
            who: Who {
                id: AccountId(self.account_id),
                email: self.account_email,
                email_verified: self.email_verified,
                first_name: self.account_first_name,
                last_name: self.account_last_name,
                role: self.role.parse()?,
                status: self.status.parse()?,
            },
            logins: self.logins,
            identity: self.identity_id.map(IdentityId),
            identity_email: self.identity_email,
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            message: self.message,
            since: self.created_at,
            suspect_since: self.since,
            taken: self.taken,
            holder: self.holder_id.map(AccountId).zip(self.holder_email),
            is_linked: self.is_linked,
            login_opens: self.login_opens,
            mailbox_proved_at: self.mailbox_proved_at,
            asked: self
                .asked_at
                .zip(self.note)
                .map(|(at, note)| Asked { at, note }),
        })
    }
}

/// The cases that the rest of a query, checked with it at compile time, picks.
macro_rules! select_cases {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            CaseRow,
            r#"SELECT
                 c.id,
                 c.reference,
                 c.kind,
                 c.account_id,
                 a.email AS account_email,
                 a.email_verified_at IS NOT NULL AS "email_verified!",
                 a.first_name AS account_first_name,
                 a.last_name AS account_last_name,
                 a.role,
                 a.status,
                 (
                     SELECT count(*)
                     FROM identities
                     WHERE account_id = c.account_id
                       AND coalesce(unlinked_at, 'infinity') = 'infinity'
                 ) AS "logins!",
                 c.identity_id,
                 i.email AS "identity_email?",
                 c.email,
                 c.first_name,
                 c.last_name,
                 c.message,
                 c.created_at,
                 c.since,
                 ARRAY(
                     SELECT coalesce(email, '')
                     FROM identities
                     WHERE account_id = c.account_id
                       AND unlinked_at = c.created_at
                     ORDER BY linked_at
                 ) AS "taken!",
                 holder.id AS "holder_id?",
                 holder.email AS "holder_email?",
                 i.id IS NOT NULL AND i.unlinked_at IS NULL AS "is_linked!",
                 EXISTS (
                     SELECT
                     FROM identities
                     WHERE issuer = c.issuer
                       AND subject = c.subject
                       AND unlinked_at IS NULL
                 ) AS "login_opens!",
                 (
                     SELECT max(mailbox_proved_at)
                     FROM link_requests
                     WHERE issuer = c.issuer
                       AND subject = c.subject
                       AND account_id = c.account_id
                 ) AS mailbox_proved_at,
                 r.asked_at AS "asked_at?",
                 r.note AS "note?"
             FROM cases c
             JOIN accounts a ON a.id = c.account_id
             LEFT JOIN identities i ON i.id = c.identity_id
             LEFT JOIN LATERAL (
                 SELECT id, email
                 FROM accounts
                 WHERE lower(email COLLATE "C") = lower(c.email COLLATE "C")
                   AND email_verified_at IS NOT NULL
                   AND status <> 'deleted'
                   AND id <> c.account_id
                 LIMIT 1
             ) holder ON c.kind IN ('email_change', 'email_collision')
             LEFT JOIN proof_requests r ON r.item_id = c.id
             "# + $rest,
            $($argument),+
        )
    };
}

/// The open cases of these kinds, oldest first.
pub async fn cases(
    connection: &mut PgConnection,
    kinds: &[String],
    from: From,
    limit: i64,
) -> DbResult<Vec<WaitingCase>> {
    let mut rows = match from {
        From::After(place) => {
            select_cases!(
                "WHERE c.settled_at IS NULL
                   AND c.kind = ANY($1)
                   AND (c.created_at, c.id) > ($2, $3)
                 ORDER BY c.created_at, c.id
                 LIMIT $4",
                kinds,
                place.at,
                place.id,
                limit,
            )
            .fetch_all(connection)
            .await?
        }
        From::Before(place) => {
            select_cases!(
                "WHERE c.settled_at IS NULL
                   AND c.kind = ANY($1)
                   AND (c.created_at, c.id) < ($2, $3)
                 ORDER BY c.created_at DESC, c.id DESC
                 LIMIT $4",
                kinds,
                place.at,
                place.id,
                limit,
            )
            .fetch_all(connection)
            .await?
        }
    };
    if matches!(from, From::Before(_)) {
        rows.reverse();
    }
    rows.into_iter().map(CaseRow::waiting).collect()
}

/// Those of these cases that still wait.
pub async fn cases_by_id(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> DbResult<Vec<WaitingCase>> {
    let rows = select_cases!(
        "WHERE c.id = ANY($1)
           AND coalesce(c.settled_at, 'infinity') = 'infinity'",
        ids,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(CaseRow::waiting).collect()
}
