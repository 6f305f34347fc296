//! Sends what waits in the outbox.

use super::{ServiceError, Services};
use crate::{
    db::outbox::{self, MAX_ATTEMPTS},
    mail::sender::Sender,
};

/// Sends what is due; returns how many mails were taken up.
pub async fn send_due(services: &Services, sender: Option<&Sender>) -> Result<usize, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let Some(sender) = sender else {
        let standing = outbox::standing(&mut connection).await?;
        if standing.waiting > 0 {
            tracing::info!(
                mail.waiting = standing.waiting,
                "mail waiting: SMTP_URL isn't set"
            );
        }
        return Ok(0);
    };
    let due = outbox::take_due(&mut connection, services.now()).await?;
    drop(connection);
    let count = due.len();
    for mail in due {
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
    }
    Ok(count)
}
