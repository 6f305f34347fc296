//! Sends what waits in the outbox.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{ServiceError, Services};
use crate::{
    db::{
        accounts::AccountRow,
        outbox::{self, MAX_ATTEMPTS, NewMail},
    },
    domain::{account::AccountId, moment},
    mail::{
        letter::Letter,
        letters::{self, Security},
        sender::Sender,
    },
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

/// Writes a letter to an account's mailbox, in the transaction that causes it.
pub(super) async fn put(
    connection: &mut PgConnection,
    account: AccountId,
    to_email: &str,
    letter: &Letter,
    now: OffsetDateTime,
) -> Result<(), ServiceError> {
    let (text, html) = (letter.text(), letter.html());
    let mail = NewMail {
        id: random::id(now)?,
        to_email,
        kind: letter.kind,
        subject: &letter.subject,
        body_text: &text,
        body_html: Some(&html),
        account: Some(account),
    };
    outbox::put(connection, &mail, now).await?;
    Ok(())
}

/// Tells a person that a Clio login was linked to their account.
pub(super) async fn put_linked(
    services: &Services,
    connection: &mut PgConnection,
    account: &AccountRow,
    now: OffsetDateTime,
) -> Result<(), ServiceError> {
    let letter = letters::linked(
        &Security {
            firm: &services.config.firm_name,
            when: &moment::full(now),
            device: "",
            address: "",
            not_me_url: &services.config.web.public_url.join("/sign-in"),
        },
        "after a proof that it is yours",
    );
    put(connection, account.id, &account.email, &letter, now).await
}
