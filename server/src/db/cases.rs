//! Cases: what waits for an administrator, with the person in the loop.

use std::str::FromStr;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::DbResult;
use crate::domain::{
    account::{AccountId, IdentityId, Unknown},
    email::Email,
    login::Login,
    reference::Reference,
};

/// What a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A person asks to have a Clio login linked to an account they can't prove.
    LinkAsked,
    /// Clio says another e-mail than the account has.
    EmailChange,
    /// Clio says an e-mail that another account has.
    EmailCollision,
    /// A person said that something wasn't them.
    NotMe,
}

impl Kind {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LinkAsked => "link_asked",
            Self::EmailChange => "email_change",
            Self::EmailCollision => "email_collision",
            Self::NotMe => "not_me",
        }
    }
}

impl FromStr for Kind {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Ok(match text {
            "link_asked" => Self::LinkAsked,
            "email_change" => Self::EmailChange,
            "email_collision" => Self::EmailCollision,
            "not_me" => Self::NotMe,
            _ => return Err(Unknown("kind of case")),
        })
    }
}

/// How a case was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What was asked for is done; what the person said is right.
    Approved,
    /// It isn't done.
    Declined,
    /// It has settled itself.
    Withdrawn,
}

impl Outcome {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A case to be opened.
#[derive(Debug)]
pub struct NewCase<'a> {
    /// Its id.
    pub id: Uuid,
    /// What a person reads to an administrator.
    pub reference: &'a Reference,
    /// What it is about.
    pub kind: Kind,
    /// Whom it is about.
    pub account: AccountId,
    /// The link it is about.
    pub identity: Option<IdentityId>,
    /// The login it is about.
    pub login: Option<&'a Login>,
    /// The e-mail it is about, if that isn't the login's.
    pub email: Option<&'a str>,
    /// From when on things may not have been done by the person.
    pub since: Option<OffsetDateTime>,
    /// What the person wants the administrator to know; at most 500 characters.
    pub message: &'a str,
}

/// Opens a case; `false`, and nothing written, when the same is being asked already.
pub async fn open(
    connection: &mut PgConnection,
    case: &NewCase<'_>,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "INSERT INTO cases
             (id, reference, kind, account_id, identity_id, issuer, subject, email, first_name,
              last_name, message, created_at, since)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT DO NOTHING",
        case.id,
        case.reference.as_str(),
        case.kind.as_str(),
        case.account.0,
        case.identity.map(|identity| identity.0),
        case.login.map(|login| login.issuer.as_str()),
        case.login.map(|login| login.subject.as_str()),
        case.login
            .and_then(|login| login.email.as_ref())
            .map(Email::as_str)
            .or(case.email),
        case.login.map_or("", |login| login.first_name.as_str()),
        case.login.map_or("", |login| login.last_name.as_str()),
        case.message,
        now,
        case.since,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A case as administrators see it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its id.
    pub id: Uuid,
    /// What a person reads to an administrator.
    pub reference: String,
    /// What it is about.
    pub kind: Kind,
    /// Whom it is about.
    pub account: AccountId,
    /// The e-mail of that account.
    pub account_email: String,
    /// The link it is about.
    pub identity: Option<IdentityId>,
    /// What Clio says is the e-mail of that link's login.
    pub identity_email: Option<String>,
    /// The issuer of the login it is about.
    pub issuer: Option<String>,
    /// The subject of that login.
    pub subject: Option<String>,
    /// The e-mail of that login, or the one that it is about.
    pub email: Option<String>,
    /// Its first name.
    pub first_name: String,
    /// Its last name.
    pub last_name: String,
    /// What the person wants to be known.
    pub message: String,
    /// Since when it waits.
    pub created_at: OffsetDateTime,
    /// From when on things may not have been done by the person.
    pub since: Option<OffsetDateTime>,
}

struct Row {
    id: Uuid,
    reference: String,
    kind: String,
    account_id: Uuid,
    account_email: String,
    identity_id: Option<Uuid>,
    identity_email: Option<String>,
    issuer: Option<String>,
    subject: Option<String>,
    email: Option<String>,
    first_name: String,
    last_name: String,
    message: String,
    created_at: OffsetDateTime,
    since: Option<OffsetDateTime>,
}

impl Row {
    fn case(self) -> DbResult<Case> {
        Ok(Case {
            id: self.id,
            reference: self.reference,
            kind: self.kind.parse()?,
            account: AccountId(self.account_id),
            account_email: self.account_email,
            identity: self.identity_id.map(IdentityId),
            identity_email: self.identity_email,
            issuer: self.issuer,
            subject: self.subject,
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            message: self.message,
            created_at: self.created_at,
            since: self.since,
        })
    }
}

/// The cases that the rest of a query, checked with it at compile time, picks.
macro_rules! select_cases {
    ($rest:literal, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            Row,
            "SELECT
                 c.id,
                 c.reference,
                 c.kind,
                 c.account_id,
                 a.email AS account_email,
                 c.identity_id,
                 i.email AS identity_email,
                 c.issuer,
                 c.subject,
                 c.email,
                 c.first_name,
                 c.last_name,
                 c.message,
                 c.created_at,
                 c.since
             FROM cases c
             JOIN accounts a ON a.id = c.account_id
             LEFT JOIN identities i ON i.id = c.identity_id
             " + $rest,
            $($argument),*
        )
    };
}

/// The cases that wait, oldest first.
pub async fn waiting(connection: &mut PgConnection, limit: i64) -> DbResult<Vec<Case>> {
    let rows = select_cases!(
        "WHERE c.settled_at IS NULL
         ORDER BY c.created_at, c.id
         LIMIT $1",
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::case).collect()
}

/// A case that waits, by its reference.
pub async fn find(connection: &mut PgConnection, reference: &str) -> DbResult<Option<Case>> {
    let row = select_cases!(
        "WHERE c.reference = $1
           AND c.settled_at IS NULL",
        reference,
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::case).transpose()
}

/// A case that waits, by its id.
pub async fn find_by_id(connection: &mut PgConnection, id: Uuid) -> DbResult<Option<Case>> {
    let row = select_cases!(
        "WHERE c.id = $1
           AND coalesce(c.settled_at, 'infinity') = 'infinity'",
        id,
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::case).transpose()
}

/// Settles a case, decided by an administrator or by the operator; `false` when somebody else did
/// before.
pub async fn settle(
    connection: &mut PgConnection,
    id: Uuid,
    outcome: Outcome,
    decided_by: Option<AccountId>,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE cases
         SET settled_at = $3,
             outcome = $2,
             decided_by = $4
         WHERE id = $1
           AND coalesce(settled_at, 'infinity') = 'infinity'",
        id,
        outcome.as_str(),
        now,
        decided_by.map(|actor| actor.0),
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Withdraws the questions about linking a login: it was linked.
pub async fn withdraw_link(
    connection: &mut PgConnection,
    login: &Login,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE cases
         SET settled_at = $3,
             outcome = 'withdrawn'
         WHERE kind = 'link_asked'
           AND issuer = $1
           AND subject = $2
           AND coalesce(settled_at, 'infinity') = 'infinity'",
        login.issuer,
        login.subject,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Withdraws the case about a login's e-mail: Clio says something else now.
pub async fn withdraw_email(
    connection: &mut PgConnection,
    identity: IdentityId,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE cases
         SET settled_at = $2,
             outcome = 'withdrawn'
         WHERE kind IN ('email_change', 'email_collision')
           AND identity_id = $1
           AND settled_at IS NULL",
        identity.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}
