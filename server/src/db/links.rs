//! Pending links: a Clio login, the account its e-mail located, and the browser that may prove it.
//!
//! `coalesce` says "not closed" wherever a row is found by something else than its browser, as in
//! [`open_session`](super::sign_in::open_session).

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::DbResult;
use crate::{
    domain::{account::AccountId, code, email::Email, login::Login, name::Name, proof::Proof},
    secrets::digest,
};

/// How long a pending link lives.
pub const LIFETIME: Duration = Duration::seconds(900);

/// A pending link.
#[derive(Debug)]
pub struct PendingLink {
    /// Its id.
    pub id: Uuid,
    /// The account that the e-mail located.
    pub account: AccountId,
    /// The login that waits.
    pub login: Login,
    /// Where the person was going.
    pub return_to: Option<String>,
    /// Guesses left, at password and code together.
    pub tries_left: u8,
    /// The keyed hash of the code that was mailed for it, while it can be typed.
    pub code_hash: Option<Vec<u8>>,
    /// Whether a code was asked for.
    pub code_sent: bool,
    /// The proof that is enough.
    pub proof: Option<Proof>,
    /// Whether the mailbox is proved, and more is asked for.
    pub mailbox_proved: bool,
    /// What the account's credentials were when something was proved.
    pub credentials: Option<Vec<u8>>,
}

/// Opens a pending link, in place of the one this browser may have, and records it: one statement, so
/// that no lock is waited for while another is held.
pub async fn open(
    connection: &mut PgConnection,
    id: Uuid,
    browser_hash: &[u8],
    account: AccountId,
    login: &Login,
    return_to: Option<&str>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "WITH request AS (
             INSERT INTO link_requests
                 (id, browser_hash, account_id, issuer, subject, email, first_name, last_name,
                  return_to, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (browser_hash) WHERE closed_at IS NULL DO UPDATE
             SET id = excluded.id,
                 account_id = excluded.account_id,
                 issuer = excluded.issuer,
                 subject = excluded.subject,
                 email = excluded.email,
                 first_name = excluded.first_name,
                 last_name = excluded.last_name,
                 return_to = excluded.return_to,
                 created_at = excluded.created_at,
                 tries_left = 5,
                 code_hash = NULL,
                 code_sent_at = NULL,
                 proof = NULL,
                 proved_at = NULL,
                 mailbox_proved_at = NULL,
                 credentials = NULL
             RETURNING account_id, created_at
         )
         INSERT INTO audit_events (at, action, account_id)
         SELECT created_at, 'link.prompted', account_id
         FROM request",
        id,
        browser_hash,
        account.0,
        login.issuer,
        login.subject,
        login.email.as_ref().map_or("", Email::as_str),
        login.first_name.as_str(),
        login.last_name.as_str(),
        return_to,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct Row {
    id: Uuid,
    account_id: Uuid,
    issuer: String,
    subject: String,
    email: String,
    first_name: String,
    last_name: String,
    return_to: Option<String>,
    tries_left: i16,
    code_hash: Option<Vec<u8>>,
    code_sent_at: Option<OffsetDateTime>,
    proof: Option<String>,
    mailbox_proved_at: Option<OffsetDateTime>,
    credentials: Option<Vec<u8>>,
}

impl Row {
    fn link(self) -> DbResult<PendingLink> {
        Ok(PendingLink {
            id: self.id,
            account: AccountId(self.account_id),
            login: Login {
                issuer: self.issuer,
                subject: self.subject,
                email: Email::parse(&self.email).ok(),
                first_name: Name::from_provider(&self.first_name),
                last_name: Name::from_provider(&self.last_name),
                authenticated_at: None,
            },
            return_to: self.return_to,
            tries_left: u8::try_from(self.tries_left).unwrap_or(0),
            code_hash: self.code_hash,
            code_sent: self.code_sent_at.is_some(),
            proof: self.proof.map(|proof| proof.parse()).transpose()?,
            mailbox_proved: self.mailbox_proved_at.is_some(),
            credentials: self.credentials,
        })
    }
}

/// The pending links that a statement, checked with its end at compile time, gives.
macro_rules! pending_links {
    ($start:literal, $rest:literal, $end:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            $start + "
                 id,
                 account_id,
                 issuer,
                 subject,
                 email,
                 first_name,
                 last_name,
                 return_to,
                 tries_left,
                 code_hash,
                 code_sent_at,
                 proof,
                 mailbox_proved_at,
                 credentials
             " + $rest + $end,
            $($argument),+
        )
    };
}

/// The live pending link of a browser.
pub async fn find(
    connection: &mut PgConnection,
    browser_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<Option<PendingLink>> {
    let row = pending_links!(
        "SELECT",
        "FROM link_requests
         WHERE browser_hash = $1
           AND closed_at IS NULL
           AND created_at > $2",
        "",
        browser_hash,
        now - LIFETIME,
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::link).transpose()
}

/// A pending link that is alive, by its id, locked against being closed or proved meanwhile.
pub async fn lock(
    connection: &mut PgConnection,
    id: Uuid,
    now: OffsetDateTime,
) -> DbResult<Option<PendingLink>> {
    let row = pending_links!(
        "SELECT",
        "FROM link_requests
         WHERE id = $1
           AND coalesce(closed_at, 'infinity') = 'infinity'
           AND created_at > $2",
        " FOR UPDATE",
        id,
        now - LIFETIME,
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::link).transpose()
}

/// Takes one guess from the live pending link of a browser; `None` when none is left.
///
/// Committed before the guess is judged, so that guesses made at once are all counted.
pub async fn take_guess(
    connection: &mut PgConnection,
    browser_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<Option<PendingLink>> {
    let row = pending_links!(
        "UPDATE link_requests
         SET tries_left = tries_left - 1
         WHERE browser_hash = $1
           AND closed_at IS NULL
           AND created_at > $2
           AND tries_left > 0
         RETURNING",
        "",
        "",
        browser_hash,
        now - LIFETIME,
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::link).transpose()
}

/// Stores the code that is mailed for a pending link, in place of an older one; `false`, and nothing
/// stored, when the last one was asked for a moment ago or the link is over.
pub async fn put_code(
    connection: &mut PgConnection,
    id: Uuid,
    code_hash: &[u8],
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE link_requests
         SET code_hash = $2,
             code_sent_at = $3
         WHERE id = $1
           AND coalesce(closed_at, 'infinity') = 'infinity'
           AND created_at > $4
           AND (code_sent_at IS NULL OR code_sent_at <= $5)",
        id,
        code_hash,
        now,
        now - LIFETIME,
        now - code::RESEND_AFTER,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes what was proved, and what it rests on; a code is used up by it. The caller holds the account
/// and the pending link locked.
pub async fn prove(
    connection: &mut PgConnection,
    id: Uuid,
    proof: Proof,
    is_enough: bool,
    credentials: &[u8],
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE link_requests
         SET proof = CASE WHEN $2 THEN $3 END,
             proved_at = CASE WHEN $2 THEN $4::timestamptz END,
             mailbox_proved_at = CASE WHEN $3 = 'code' THEN $4 ELSE mailbox_proved_at END,
             code_hash = CASE WHEN $3 = 'code' THEN NULL ELSE code_hash END,
             credentials = $5
         WHERE id = $1",
        id,
        is_enough,
        proof.as_str(),
        now,
        credentials,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A digest of all that a proof of an account rests on: e-mail, password and links. The caller holds
/// the account locked.
pub async fn credentials(connection: &mut PgConnection, account: AccountId) -> DbResult<Vec<u8>> {
    let text = sqlx::query_scalar!(
        r#"SELECT
             concat_ws(
                 E'\n',
                 lower(email COLLATE "C"),
                 coalesce(extract(epoch FROM email_verified_at)::text, '-'),
                 coalesce(password_hash, '-'),
                 (
                     SELECT string_agg(
                         i.id::text || coalesce(extract(epoch FROM i.unlinked_at)::text, '+'),
                         ',' ORDER BY i.id
                     )
                     FROM identities i
                     WHERE i.account_id = accounts.id
                 )
             ) AS "text!"
         FROM accounts
         WHERE id = $1"#,
        account.0,
    )
    .fetch_one(connection)
    .await?;
    Ok(digest(&text).to_vec())
}

/// Closes a pending link; `false` when somebody else closed it before.
pub async fn close(connection: &mut PgConnection, id: Uuid, now: OffsetDateTime) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE link_requests
         SET closed_at = $2
         WHERE id = $1
           AND coalesce(closed_at, 'infinity') = 'infinity'",
        id,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Closes every pending link of a login: a proof dies with any change of links.
pub async fn close_of_login(
    connection: &mut PgConnection,
    login: &Login,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE link_requests
         SET closed_at = $3
         WHERE issuer = $1
           AND subject = $2
           AND coalesce(closed_at, 'infinity') = 'infinity'",
        login.issuer,
        login.subject,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Closes every pending link towards an account: a proof dies with any change of its credentials.
pub async fn close_of_account(
    connection: &mut PgConnection,
    account: AccountId,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE link_requests
         SET closed_at = $2
         WHERE account_id = $1
           AND coalesce(closed_at, 'infinity') = 'infinity'",
        account.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes what is too old; returns how many.
pub async fn sweep(connection: &mut PgConnection, now: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "DELETE FROM link_requests
         WHERE ctid = ANY (ARRAY(
             SELECT ctid
             FROM link_requests
             WHERE created_at <= $1
             LIMIT 20000
             FOR UPDATE SKIP LOCKED
         ))",
        now - LIFETIME,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
