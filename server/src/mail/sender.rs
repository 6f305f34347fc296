//! Sending by SMTP.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use std::time::Duration;

use crate::{config::Mail, db::outbox::DueMail};

/// How long the mail server may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Why a mail wasn't sent. Holds no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The settings make no sense.
    #[error("mail_settings")]
    Settings,
    /// The mail can't be composed: its address isn't one.
    #[error("mail_malformed")]
    Malformed,
    /// The mail server refused this mail for good.
    #[error("mail_refused")]
    Refused,
    /// The mail server is away or busy.
    #[error("mail_server_unavailable")]
    Unavailable,
}

impl SendError {
    /// Whether trying again can't help.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Malformed | Self::Refused)
    }
}

/// Whether the mail server refuses this very mail for good (RFC 5321, section 4.2.3: no such mailbox,
/// not local, too large, name not allowed). Any other refusal may be about us: a changed password, a
/// blocked address; it may pass.
fn refuses_this_mail(error: &lettre::transport::smtp::Error) -> bool {
    error
        .status()
        .is_some_and(|code| (550..=553).contains(&u16::from(code)))
}

/// Sends mails.
pub struct Sender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Sender {
    /// Sets sending up; connects to nothing yet.
    ///
    /// # Errors
    /// [`SendError::Settings`].
    pub fn new(settings: &Mail) -> Result<Self, SendError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(settings.smtp_url.expose())
            .map_err(|_| SendError::Settings)?
            .timeout(Some(TIMEOUT))
            .build();
        let from = settings.from.parse().map_err(|_| SendError::Settings)?;
        Ok(Self { transport, from })
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(&self, mail: &DueMail) -> Result<(), SendError> {
        let address = mail.to_email.parse().map_err(|_| SendError::Malformed)?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(mail.subject.clone())
            // The same for every try, so that a mail sent twice after a crash is seen as one.
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body_text.clone())
            .map_err(|_| SendError::Malformed)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if refuses_this_mail(&error) => Err(SendError::Refused),
            Err(_) => Err(SendError::Unavailable),
        }
    }

    /// Whether the mail server can be reached and lets us in.
    ///
    /// # Errors
    /// [`SendError::Unavailable`].
    pub async fn probe(&self) -> Result<(), SendError> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            _ => Err(SendError::Unavailable),
        }
    }
}
