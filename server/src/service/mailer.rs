//! Sends what waits in the outbox.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{ServiceError, Services};
use crate::{
    db::outbox::{self, MAX_ATTEMPTS, NewMail},
    domain::account::AccountId,
    mail::{letter::Letter, sender::Sender},
    random,
};

/// Sends one mail that is due; `false` when none is.
pub async fn send_next(services: &Services, sender: Option<&Sender>) -> Result<bool, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let Some(sender) = sender else {
        let standing = outbox::standing(&mut connection).await?;
        if standing.waiting > 0 {
            tracing::info!(
                mail.waiting = standing.waiting,
                "mail waiting: SMTP_URL isn't set"
            );
        }
        return Ok(false);
    };
    let due = outbox::take_due(&mut connection, services.now()).await?;
    connection.give_back();
    let Some(mail) = due else {
        return Ok(false);
    };
    let outcome = sender.send(&mail).await;
    let mut connection = services.pool.acquire().await?;
    let now = services.now();
    match outcome {
        Ok(()) => outbox::sent(&mut connection, mail.id, now).await?,
        Err(error) if error.is_final() || mail.attempts >= MAX_ATTEMPTS => {
            tracing::error!(mail.id = %mail.id, mail.kind, reason = %error, "mail given up");
            outbox::give_up(&mut connection, mail.id, now).await?;
        }
        Err(error) => {
            tracing::warn!(mail.id = %mail.id, mail.kind, reason = %error, "mail will be tried again");
        }
    }
    Ok(true)
}

/// A letter in both its forms.
pub(super) struct Written {
    kind: &'static str,
    subject: String,
    text: String,
    html: String,
}

impl Written {
    /// Writes a letter out.
    pub(super) fn new(letter: &Letter) -> Self {
        Self {
            kind: letter.kind,
            subject: letter.subject.clone(),
            text: letter.text(),
            html: letter.html(),
        }
    }

    /// The letter as a mail to somebody.
    pub(super) fn mail<'a>(
        &'a self,
        to_email: &'a str,
        account: Option<AccountId>,
        now: OffsetDateTime,
    ) -> Result<NewMail<'a>, ServiceError> {
        Ok(NewMail {
            id: random::id(now)?,
            to_email,
            kind: self.kind,
            subject: &self.subject,
            body_text: &self.text,
            body_html: Some(&self.html),
            account,
        })
    }
}

/// Writes a letter to an account's mailbox, in the transaction that causes it.
pub(super) async fn put(
    connection: &mut PgConnection,
    account: AccountId,
    to_email: &str,
    letter: &Letter,
    now: OffsetDateTime,
) -> Result<(), ServiceError> {
    let written = Written::new(letter);
    let mail = written.mail(to_email, Some(account), now)?;
    outbox::put(connection, &mail, now).await?;
    Ok(())
}
