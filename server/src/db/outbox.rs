//! Outgoing mail, from the transaction that causes it to the mail server.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::DbResult;
use crate::domain::account::AccountId;

/// How often a mail is tried before it is given up.
pub const MAX_ATTEMPTS: i32 = 10;

/// A mail to be written.
#[derive(Debug)]
pub struct NewMail<'a> {
    /// Its id.
    pub id: Uuid,
    /// To whom.
    pub to_email: &'a str,
    /// What kind of mail.
    pub kind: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The text.
    pub body_text: &'a str,
    /// The same in HTML.
    pub body_html: Option<&'a str>,
    /// Which account it is about.
    pub account: Option<AccountId>,
}

/// Puts a mail into the outbox.
pub async fn put(
    connection: &mut PgConnection,
    mail: &NewMail<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO mail_outbox
             (id, to_email, kind, subject, body_text, body_html, account_id, created_at,
              next_attempt_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        mail.id,
        mail.to_email,
        mail.kind,
        mail.subject,
        mail.body_text,
        mail.body_html,
        mail.account.map(|account| account.0),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One of several letters of one kind.
#[derive(Debug)]
pub struct BulkMail {
    /// Its id.
    pub id: Uuid,
    /// To whom.
    pub to_email: String,
    /// Which account it is about.
    pub account: AccountId,
    /// The text.
    pub body_text: String,
    /// The same in HTML.
    pub body_html: String,
}

/// Puts letters of one kind and with one subject into the outbox. What `is_bulk` waits behind whatever
/// somebody may be waiting for.
pub async fn put_many(
    connection: &mut PgConnection,
    kind: &str,
    subject: &str,
    mails: Vec<BulkMail>,
    is_bulk: bool,
    now: OffsetDateTime,
) -> DbResult<()> {
    let count = mails.len();
    let mut ids = Vec::with_capacity(count);
    let mut accounts = Vec::with_capacity(count);
    let mut emails = Vec::with_capacity(count);
    let mut texts = Vec::with_capacity(count);
    let mut htmls = Vec::with_capacity(count);
    for mail in mails {
        ids.push(mail.id);
        accounts.push(mail.account.0);
        emails.push(mail.to_email);
        texts.push(mail.body_text);
        htmls.push(mail.body_html);
    }
    sqlx::query!(
        "INSERT INTO mail_outbox
             (id, to_email, kind, subject, body_text, body_html, account_id, created_at,
              next_attempt_at, is_bulk)
         SELECT id, to_email, $6, $7, body_text, body_html, account_id, $8, $8, $9
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[])
             AS mail (id, to_email, body_text, body_html, account_id)",
        &ids,
        &emails,
        &texts,
        &htmls,
        &accounts,
        kind,
        subject,
        now,
        is_bulk,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes letters of a kind back that are about an account, wait behind others, and that nobody has begun
/// to send; returns how many.
pub async fn take_back(
    connection: &mut PgConnection,
    account: AccountId,
    kind: &str,
) -> DbResult<i64> {
    let done = sqlx::query!(
        "DELETE FROM mail_outbox
         WHERE account_id = $1
           AND kind = $2
           AND is_bulk
           AND attempts = 0
           AND sent_at IS NULL
           AND dead_at IS NULL",
        account.0,
        kind,
    )
    .execute(connection)
    .await?;
    Ok(i64::try_from(done.rows_affected()).unwrap_or(i64::MAX))
}

/// A mail that is due.
#[derive(Debug)]
pub struct DueMail {
    /// Its id.
    pub id: Uuid,
    /// To whom.
    pub to_email: String,
    /// What kind of mail.
    pub kind: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body_text: String,
    /// The same in HTML; mails of an earlier release have none.
    pub body_html: Option<String>,
    /// How often it has been tried, this time included.
    pub attempts: i32,
}

/// Takes a due mail for sending: counts the attempt and puts the next one off by longer than sending
/// takes, so that a node that dies while sending loses nothing and no other node sends the same mail
/// meanwhile. Letters to many at once come last.
pub async fn take_due(
    connection: &mut PgConnection,
    now: OffsetDateTime,
) -> DbResult<Option<DueMail>> {
    let mail = sqlx::query_as!(
        DueMail,
        "WITH due AS MATERIALIZED (
             SELECT id
             FROM mail_outbox
             WHERE sent_at IS NULL
               AND dead_at IS NULL
               AND next_attempt_at <= $1
             ORDER BY is_bulk, next_attempt_at
             LIMIT 1
             FOR UPDATE SKIP LOCKED
         )
         UPDATE mail_outbox
         SET attempts = attempts + 1,
             next_attempt_at = $1::timestamptz + least(power(2, attempts), 64) * interval '2 minutes'
         FROM due
         WHERE mail_outbox.id = due.id
         RETURNING mail_outbox.id, to_email, kind, subject, body_text, body_html,
                   attempts",
        now,
    )
    .fetch_optional(connection)
    .await?;
    Ok(mail)
}

/// Notes that a mail was sent, and forgets its text: the codes and links in it are the recipient's alone.
pub async fn sent(connection: &mut PgConnection, id: Uuid, now: OffsetDateTime) -> DbResult<()> {
    sqlx::query!(
        "UPDATE mail_outbox
         SET sent_at = $2, body_text = '', body_html = NULL
         WHERE id = $1",
        id,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives a mail up, and forgets its text as [`sent`] does.
pub async fn give_up(connection: &mut PgConnection, id: Uuid, now: OffsetDateTime) -> DbResult<()> {
    sqlx::query!(
        "UPDATE mail_outbox
         SET dead_at = $2, body_text = '', body_html = NULL
         WHERE id = $1",
        id,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How the outbox stands.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Waiting to be sent.
    pub waiting: i64,
    /// Given up.
    pub dead: i64,
}

/// How many mails wait and how many were given up.
pub async fn standing(connection: &mut PgConnection) -> DbResult<Standing> {
    let standing = sqlx::query_as!(
        Standing,
        r#"SELECT
             count(*) FILTER (WHERE dead_at IS NULL) AS "waiting!",
             count(*) FILTER (WHERE dead_at IS NOT NULL) AS "dead!"
         FROM mail_outbox
         WHERE sent_at IS NULL"#,
    )
    .fetch_one(connection)
    .await?;
    Ok(standing)
}

/// Deletes mails that were sent before `before`; returns how many.
pub async fn sweep(connection: &mut PgConnection, before: OffsetDateTime) -> DbResult<u64> {
    let done = sqlx::query!(
        "DELETE FROM mail_outbox
         WHERE ctid = ANY (ARRAY(
             SELECT ctid
             FROM mail_outbox
             WHERE sent_at < $1
             LIMIT 20000
             FOR UPDATE SKIP LOCKED
         ))",
        before,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// How long sent mails are kept.
pub const KEEP_SENT: Duration = Duration::days(30);
