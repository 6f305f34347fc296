//! The questions and the writes of the sign-in itself.
//!
//! Each write is one statement, so it is done whole or not at all, and each repeats the facts it
//! rests on: when they no longer hold it writes nothing, and the service decides anew.

use std::str::FromStr;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{DbResult, outbox::NewMail, sessions::NewSession};
use crate::domain::{
    account::{AccountId, IdentityId, SessionId, Status, Unknown},
    email::Email,
    linking::{Holder, Identity},
    login::Login,
};

/// What the database knows of a login.
#[derive(Debug)]
pub struct Known {
    /// The identity.
    pub identity: Identity,
    /// Its account's profile; present when it is linked.
    pub profile: Option<Profile>,
    /// The account with the login's e-mail, verified. Only looked for when the identity isn't
    /// linked.
    pub located: Option<Holder>,
    /// Whether the linked account was used before, and never from this device.
    pub new_device: bool,
}

/// What a linked account calls the person, and what Clio said when that was last settled.
#[derive(Debug)]
pub struct Profile {
    /// The account's first name.
    pub first_name: String,
    /// The account's last name.
    pub last_name: String,
    /// Clio's first name when last settled.
    pub settled_first_name: String,
    /// Clio's last name when last settled.
    pub settled_last_name: String,
    /// The e-mail that Clio said at the last sign-in.
    pub clio_email: Option<String>,
    /// The account's e-mail.
    pub email: String,
}

/// Looks a login up that came from a device.
pub async fn look_up(
    connection: &mut PgConnection,
    login: &Login,
    device: &str,
) -> DbResult<Known> {
    let email_key = login.email.as_ref().map(Email::key);
    let row = sqlx::query!(
        r#"SELECT
             linked.id AS "identity_id?",
             linked.settled_first_name AS "settled_first_name?",
             linked.settled_last_name AS "settled_last_name?",
             owner.id AS "owner_id?",
             owner.status AS "owner_status?",
             owner.first_name AS "first_name?",
             owner.last_name AS "last_name?",
             located.id AS "located_id?",
             located.status AS "located_status?",
             linked.email AS "clio_email?",
             owner.email AS "owner_email?",
             owner.id IS NOT NULL
                 AND EXISTS (SELECT FROM sessions WHERE account_id = owner.id AND device <> '')
                 AND NOT EXISTS (SELECT FROM sessions WHERE account_id = owner.id AND device = $4)
                 AS "new_device!",
             linked.id IS NULL AND EXISTS (
                 SELECT
                 FROM identities
                 WHERE issuer = $1
                   AND subject = $2
                   AND unlinked_at IS NOT NULL
             ) AS "unlinked!"
         FROM (VALUES (1)) AS login (one)
         LEFT JOIN identities linked
             ON linked.issuer = $1
            AND linked.subject = $2
            AND linked.unlinked_at IS NULL
         LEFT JOIN accounts owner ON owner.id = linked.account_id
         LEFT JOIN LATERAL (
             SELECT id, status
             FROM accounts
             WHERE lower(email COLLATE "C") = $3
               AND email_verified_at IS NOT NULL
             ORDER BY status = 'deleted'
             LIMIT 1
         ) located ON linked.id IS NULL"#,
        login.issuer,
        login.subject,
        email_key,
        device,
    )
    .fetch_one(connection)
    .await?;

    let holder = |id: Option<Uuid>, status: Option<String>| -> DbResult<Option<Holder>> {
        let (Some(id), Some(status)) = (id, status) else {
            return Ok(None);
        };
        let status: Status = status.parse()?;
        Ok(Some(Holder {
            account: AccountId(id),
            status,
        }))
    };
    let owner = holder(row.owner_id, row.owner_status)?;
    let identity = match (row.identity_id, owner) {
        (Some(id), Some(holder)) => Identity::Linked {
            identity: IdentityId(id),
            holder,
        },
        _ if row.unlinked => Identity::Unlinked,
        _ => Identity::Unknown,
    };
    let profile = row.identity_id.map(|_| Profile {
        first_name: row.first_name.unwrap_or_default(),
        last_name: row.last_name.unwrap_or_default(),
        settled_first_name: row.settled_first_name.unwrap_or_default(),
        settled_last_name: row.settled_last_name.unwrap_or_default(),
        clio_email: row.clio_email,
        email: row.owner_email.unwrap_or_default(),
    });
    Ok(Known {
        identity,
        profile,
        located: holder(row.located_id, row.located_status)?,
        new_device: row.new_device,
    })
}

/// An account to be created with its first identity and session.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// The account's id.
    pub account: AccountId,
    /// The identity's id.
    pub identity: IdentityId,
    /// [`Status::Active`] or [`Status::Pending`].
    pub status: Status,
    /// What a pending account waits for.
    pub awaits: Awaits,
    /// Where the person was going.
    pub return_to: Option<&'a str>,
    /// Whether an account may be there already that has the e-mail, verified: the new one stands
    /// beside it then.
    pub beside: bool,
    /// A mail to the login's e-mail that is written together with the account.
    pub welcome: Option<NewMail<'a>>,
}

/// What a pending account waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaits {
    /// An administrator's decision.
    Approval,
    /// The proof of its mailbox.
    Mailbox,
    /// The proof that its person belongs to the firm.
    Membership,
    /// That proof, or an administrator's decision, whichever comes first.
    Either,
}

impl Awaits {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Mailbox => "mailbox",
            Self::Membership => "membership",
            Self::Either => "either",
        }
    }

    /// Whether showing that one belongs to the firm is what, or part of what, the account waits for.
    pub const fn takes_membership(self) -> bool {
        matches!(self, Self::Membership | Self::Either)
    }
}

impl FromStr for Awaits {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Ok(match text {
            "approval" => Self::Approval,
            "mailbox" => Self::Mailbox,
            "membership" => Self::Membership,
            "either" => Self::Either,
            _ => return Err(Unknown("awaits")),
        })
    }
}

/// Creates an account, links the login to it and opens a session; `false`, and nothing written,
/// when another sign-in of the same login was quicker, or an account has proved that e-mail
/// meanwhile.
///
/// The identity is inserted first, so its unique index decides; its foreign key is checked at the
/// end of the statement.
pub async fn create_account(
    connection: &mut PgConnection,
    login: &Login,
    new: &NewAccount<'_>,
    session: &NewSession<'_>,
    now: OffsetDateTime,
) -> DbResult<bool> {
    // No e-mail is equal to none, so nothing stands in the way of an account beside another.
    let email_key = login.email.as_ref().filter(|_| !new.beside).map(Email::key);
    let done = sqlx::query!(
        r#"WITH identity AS (
             INSERT INTO identities
                 (id, account_id, issuer, subject, email, first_name, last_name,
                  settled_email, settled_first_name, settled_last_name,
                  linked_at, link_method, last_used_at, linked_address, linked_device)
             SELECT $1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::text,
                    $5, $6, $7, $8::timestamptz, 'first_sign_in', $8, $15, $18
             WHERE NOT EXISTS (
                 SELECT
                 FROM accounts
                 WHERE lower(email COLLATE "C") = $17
                   AND email_verified_at IS NOT NULL
             )
             ON CONFLICT (issuer, subject) WHERE unlinked_at IS NULL DO NOTHING
             RETURNING id, account_id
         ),
         account AS (
             INSERT INTO accounts
                 (id, email, first_name, last_name, status, awaits, created_at, status_changed_at,
                  return_to)
             SELECT account_id, $5, $6, $7, $9, $16, $8, $8, $10
             FROM identity
         ),
         session AS (
             INSERT INTO sessions
                 (id, key_hash, account_id, identity_id, created_at, last_seen_at, expires_at,
                  user_agent, address, device, fresh_at)
             SELECT $11, $12, account_id, id, $8, $8, $13, $14, $15, $18, $8
             FROM identity
         ),
         welcome AS (
             INSERT INTO mail_outbox
                 (id, to_email, kind, subject, body_text, body_html, account_id, created_at,
                  next_attempt_at)
             SELECT $19::uuid, $20::text, $21::text, $22::text, $23::text, $24::text, account_id, $8,
                    $8
             FROM identity
             WHERE $19 IS NOT NULL
         )
         INSERT INTO audit_events
             (at, action, actor_account_id, account_id, identity_id, detail)
         SELECT $8, 'account.created', account_id, account_id, id,
                jsonb_build_object('status', $9::text)
         FROM identity"#,
        new.identity.0,
        new.account.0,
        login.issuer,
        login.subject,
        login.email.as_ref().map(Email::as_str),
        login.first_name.as_str(),
        login.last_name.as_str(),
        now,
        new.status.as_str(),
        new.return_to,
        session.id,
        session.key_hash,
        session.expires_at,
        session.user_agent,
        session.address,
        new.awaits.as_str(),
        email_key,
        session.device,
        new.welcome.as_ref().map(|mail| mail.id),
        new.welcome.as_ref().map(|mail| mail.to_email),
        new.welcome.as_ref().map(|mail| mail.kind),
        new.welcome.as_ref().map(|mail| mail.subject),
        new.welcome.as_ref().map(|mail| mail.body_text),
        new.welcome.as_ref().and_then(|mail| mail.body_html),
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A session that gives way to a new one of the same account.
#[derive(Clone, Copy, Debug)]
pub struct Replaced {
    /// The session.
    pub session: SessionId,
    /// When the person last showed that it is them, as far as the new session is concerned.
    pub fresh_at: OffsetDateTime,
}

/// Opens a session with a linked login, replaces the browser's old session of the same account, and
/// notes what Clio says of the person now; `false`, and nothing written, when the login was unlinked
/// or the account's state changed since it was looked up.
///
/// The account is locked against a change of its state first, so that a suspension either is seen
/// here or finds this session.
///
/// `coalesce` says "not unlinked" so that the planner can't take the partial index of the linked
/// ones for it: while the table is small, reading that index from end to end looks as cheap as
/// finding the id, and the plan would be kept when the table has grown.
pub async fn open_session(
    connection: &mut PgConnection,
    login: &Login,
    identity: IdentityId,
    holder: Holder,
    session: &NewSession<'_>,
    replaces: Option<Replaced>,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let fresh_at = replaces.map_or(now, |replaced| replaced.fresh_at);
    let done = sqlx::query!(
        "WITH account AS (
             SELECT id
             FROM accounts
             WHERE id = $1
               AND status = $2
             FOR SHARE
         ),
         identity AS (
             UPDATE identities
             SET last_used_at = $3,
                 email = coalesce($4, email),
                 first_name = $5,
                 last_name = $6
             FROM account
             WHERE identities.id = $7
               AND identities.account_id = account.id
               AND coalesce(identities.unlinked_at, 'infinity') = 'infinity'
             RETURNING identities.id, identities.account_id
         ),
         replaced AS (
             UPDATE sessions
             SET revoked_at = $3
             FROM identity
             WHERE sessions.id = $8
               AND sessions.account_id = identity.account_id
               AND sessions.revoked_at IS NULL
         ),
         session AS (
             INSERT INTO sessions
                 (id, key_hash, account_id, identity_id, created_at, last_seen_at, expires_at,
                  user_agent, address, device, fresh_at)
             SELECT $9, $10, account_id, id, $3, $3, $11, $12, $13, $14, $15
             FROM identity
         )
         INSERT INTO audit_events
             (at, action, actor_account_id, account_id, identity_id)
         SELECT $3, 'session.opened', account_id, account_id, id
         FROM identity",
        holder.account.0,
        holder.status.as_str(),
        now,
        login.email.as_ref().map(Email::as_str),
        login.first_name.as_str(),
        login.last_name.as_str(),
        identity.0,
        replaces.map(|replaced| replaced.session.0),
        session.id,
        session.key_hash,
        session.expires_at,
        session.user_agent,
        session.address,
        session.device,
        fresh_at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
