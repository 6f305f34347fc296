//! The waiting room: what a pending person waits for, and admission by a mailed code.

use time::OffsetDateTime;

use super::{
    ServiceError, Services, mailer,
    own_code::{self, NotGuessed},
    refusals::{self, Refusal},
    visit::{Opening, SessionKey, Visit},
};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        codes::{self, Purpose},
        emails,
        sessions::{self, LiveSession},
        sign_in::Awaits,
    },
    domain::{
        account::{AccountId, Status},
        admission::{Admission, Verdict},
        email::Email,
    },
    mail::letters,
};

/// What a pending person waits for.
#[derive(Debug)]
pub enum Waiting {
    /// An administrator decides.
    Approval {
        /// Since when.
        since: OffsetDateTime,
    },
    /// The person proves the mailbox.
    Mailbox {
        /// Whether a code can be typed.
        code_sent: bool,
    },
}

/// How sending a code ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// A code is on its way.
    Yes,
    /// One was asked for a moment ago, or too many altogether.
    TooMany,
    /// There is nothing to be proved.
    NotWaiting,
}

/// How a typed code ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// Admitted, with a new key for the session's cookie.
    Yes(SessionKey),
    /// The code doesn't fit, whatever the reason.
    Wrong,
    /// Too many guesses.
    TooMany,
    /// There is nothing to be proved any more, another account has that mailbox, or the session ended.
    Changed,
}

impl From<NotGuessed> for Admitted {
    fn from(wrong: NotGuessed) -> Self {
        match wrong {
            NotGuessed::TooMany => Self::TooMany,
            NotGuessed::NoCode | NotGuessed::Wrong => Self::Wrong,
        }
    }
}

/// What the person of this pending session waits for.
pub async fn waiting(
    services: &Services,
    session: &LiveSession,
) -> Result<Option<Waiting>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let Some((awaits, since)) = accounts::awaits(&mut connection, session.account).await? else {
        return Ok(None);
    };
    if awaits_mailbox(services, awaits, &session.email) {
        let code_sent = codes::is_waiting(
            &mut connection,
            session.account,
            Purpose::Admission,
            services.now(),
        )
        .await?;
        return Ok(Some(Waiting::Mailbox { code_sent }));
    }
    Ok(Some(Waiting::Approval { since }))
}

/// Whether proving the mailbox admits the person under the policy as it is now.
fn awaits_mailbox(services: &Services, awaits: Awaits, email: &str) -> bool {
    let Ok(email) = Email::parse(email) else {
        return false;
    };
    let admission: &Admission = &services.config.admission;
    awaits == Awaits::Mailbox && admission.judge(&email) == Verdict::AfterMailbox
}

/// Mails a code to the mailbox of the waiting account.
pub async fn send_code(services: &Services, session: &LiveSession) -> Result<Sent, ServiceError> {
    if !matches!(
        waiting(services, session).await?,
        Some(Waiting::Mailbox { .. })
    ) {
        return Ok(Sent::NotWaiting);
    }
    if let Err(barred) = own_code::mail(services, session, Purpose::Admission).await? {
        refused(services, session.account, barred.reason()).await?;
        return Ok(Sent::TooMany);
    }
    Ok(Sent::Yes)
}

/// Admits the person by the mailed code: the mailbox is proved, and the account active.
pub async fn admit_by_code(
    services: &Services,
    visit: &Visit,
    session: &LiveSession,
    typed: &str,
) -> Result<Admitted, ServiceError> {
    let account = session.account;
    let now = services.now();
    if !matches!(
        waiting(services, session).await?,
        Some(Waiting::Mailbox { .. })
    ) {
        refused(services, account, "not_waiting").await?;
        return Ok(Admitted::Changed);
    }
    let stored = match own_code::guess(services, visit, session, Purpose::Admission, typed).await? {
        Ok(stored) => stored,
        Err(wrong) => {
            refused(services, account, wrong.reason()).await?;
            return Ok(wrong.into());
        }
    };
    let mut transaction = services.pool.begin().await?;
    let locked = accounts::lock(&mut transaction, account).await?;
    // A session that was ended meanwhile mustn't come back as a new one.
    if !sessions::lock_live(&mut transaction, session.id).await? {
        transaction.roll_back().await?;
        refused(services, account, "session_over").await?;
        return Ok(Admitted::Changed);
    }
    let unchanged =
        locked.is_some_and(|row| row.status == Status::Pending && row.email == stored.email);
    let consumed = unchanged
        && codes::consume(
            &mut transaction,
            account,
            Purpose::Admission,
            &stored.code_hash,
        )
        .await?;
    if !consumed {
        transaction.roll_back().await?;
        refused(services, account, "account_changed").await?;
        return Ok(Admitted::Changed);
    }
    if !emails::verify(&mut transaction, account, now).await? {
        // The failed statement ended the transaction, and with it the use of the code.
        transaction.roll_back().await?;
        refused(services, account, "mailbox_of_another").await?;
        return Ok(Admitted::Changed);
    }
    accounts::set_status(&mut transaction, account, Status::Active, now).await?;
    // More rights, another key: whoever may have seen the old one gains nothing.
    let opening = Opening::prepare(services, visit)?;
    sessions::replace(&mut transaction, session, &opening.row(), now).await?;
    let event = NewEvent {
        action: "account.admitted",
        actor: Some(account),
        account: Some(account),
        reason: Some("mailbox_proved"),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    let account_url = services.config.web.public_url.join("/account");
    let letter = letters::welcome(&services.config.firm_name, &account_url);
    mailer::put(&mut transaction, account, &session.email, &letter, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Admitted::Yes(opening.key))
}

async fn refused(
    services: &Services,
    account: AccountId,
    reason: &str,
) -> Result<(), ServiceError> {
    let refusal = Refusal {
        action: "admission.refused",
        actor: Some(account),
        account: Some(account),
        reason,
    };
    refusals::record(services, refusal).await?;
    Ok(())
}
