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
        desk::{proof_requests, queue::Asked},
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
        /// Whether an administrator asked for proof of the mailbox, and it was given.
        is_proved: bool,
        /// Whether showing that they belong to the firm admits them as well.
        takes_membership: bool,
    },
    /// The person shows that they belong to the firm.
    Membership {
        /// Since when.
        since: OffsetDateTime,
    },
    /// An administrator decides, who asks for proof of the mailbox first.
    Proof {
        /// Since when the person waits.
        since: OffsetDateTime,
        /// What was asked, and when.
        asked: Asked,
        /// Whether a code can be typed.
        code_sent: bool,
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
    /// The mailbox is proved, and an administrator decides.
    Proved,
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
    let code_sent = codes::is_waiting(
        &mut connection,
        session.account,
        Purpose::Admission,
        services.now(),
    )
    .await?;
    if awaits_mailbox(services, awaits, &session.email) {
        connection.give_back();
        return Ok(Some(Waiting::Mailbox { code_sent }));
    }
    // Under another policy, an administrator decides about those who wait for it.
    let takes_membership = awaits.takes_membership() && services.config.admission.firm().is_some();
    if takes_membership && awaits == Awaits::Membership {
        connection.give_back();
        return Ok(Some(Waiting::Membership { since }));
    }
    let asked = proof_requests::of_account(&mut connection, session.account).await?;
    connection.give_back();
    Ok(Some(match asked {
        Some((asked, false)) => Waiting::Proof {
            since,
            asked,
            code_sent,
        },
        asked => Waiting::Approval {
            since,
            is_proved: asked.is_some(),
            takes_membership,
        },
    }))
}

/// Whether proving the mailbox admits the person under the policy as it is now.
pub(super) fn awaits_mailbox(services: &Services, awaits: Awaits, email: &str) -> bool {
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
        Some(Waiting::Mailbox { .. } | Waiting::Proof { .. })
    ) {
        return Ok(Sent::NotWaiting);
    }
    if let Err(barred) = own_code::mail(services, session, Purpose::Admission).await? {
        refused(services, session.account, barred.reason()).await?;
        return Ok(Sent::TooMany);
    }
    Ok(Sent::Yes)
}

/// Proves the mailbox by the mailed code. That admits the person, unless an administrator decides.
pub async fn admit_by_code(
    services: &Services,
    visit: &Visit,
    session: &LiveSession,
    typed: &str,
) -> Result<Admitted, ServiceError> {
    let account = session.account;
    let now = services.now();
    let admits = match waiting(services, session).await? {
        Some(Waiting::Mailbox { .. }) => true,
        Some(Waiting::Proof { .. }) => false,
        Some(Waiting::Approval { .. } | Waiting::Membership { .. }) | None => {
            refused(services, account, "not_waiting").await?;
            return Ok(Admitted::Changed);
        }
    };
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
    if !admits {
        let event = NewEvent {
            action: "account.email_verified",
            actor: Some(account),
            account: Some(account),
            reason: Some("proof_asked"),
            ..NewEvent::default()
        };
        audit::record(&mut transaction, &event, now).await?;
        transaction.commit().await?;
        services.recorded();
        return Ok(Admitted::Proved);
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
