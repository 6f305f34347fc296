//! Codes to the mailbox of one's own account, for somebody who has a session: mailed, and guessed at.

use super::{
    ServiceError, Services,
    guesses::{self, CodesOf, Door},
    mailed_code::{MailedCode, Opens},
    mailer,
    visit::Visit,
};
use crate::{
    db::{
        audit::{self, NewEvent},
        codes::{self, CodeRow, Purpose},
        sessions::LiveSession,
    },
    domain::code::Code,
    mail::{letter::Letter, letters},
    random,
};

/// Why a code isn't mailed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotMailed {
    /// Too many for this mailbox.
    TooMany,
    /// One was asked for a moment ago.
    AMomentAgo,
}

impl NotMailed {
    /// The word in the record.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::TooMany => "too_many_codes",
            Self::AMomentAgo => "code_asked_a_moment_ago",
        }
    }
}

/// Why a guess isn't right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotGuessed {
    /// Too many guesses.
    TooMany,
    /// There is no code, or no guess is left at it.
    NoCode,
    /// It doesn't fit.
    Wrong,
}

impl NotGuessed {
    /// The word in the record.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::TooMany => "too_many",
            Self::NoCode => "no_code",
            Self::Wrong => "wrong_code",
        }
    }
}

/// Mails a code to the mailbox of the session's account.
pub(super) async fn mail(
    services: &Services,
    session: &LiveSession,
    purpose: Purpose,
) -> Result<Result<(), NotMailed>, ServiceError> {
    let now = services.now();
    let (account, email) = (session.account, session.email.as_str());
    let code = random::code()?;
    let hash = mailed(session, purpose, email).hash(services, &code);
    let mut transaction = services.pool.begin().await?;
    if !codes::put(&mut transaction, account, purpose, email, &hash, now).await? {
        transaction.roll_back().await?;
        return Ok(Err(NotMailed::AMomentAgo));
    }
    let counted = codes_of(session, purpose);
    if !guesses::allow_code(services, &mut transaction, counted).await? {
        transaction.roll_back().await?;
        return Ok(Err(NotMailed::TooMany));
    }
    let letter = letter(services, purpose, &code);
    mailer::put(&mut transaction, account, email, &letter, now).await?;
    let event = NewEvent {
        action: match purpose {
            Purpose::Admission => "admission.code_sent",
            Purpose::Confirm => "confirm.code_sent",
        },
        actor: Some(account),
        account: Some(account),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Ok(()))
}

/// Counts a guess, and judges it: gives the code as it is stored, which is still to be used up. Only who
/// asked for a code can guess at one, so only that counts.
pub(super) async fn guess(
    services: &Services,
    visit: &Visit,
    session: &LiveSession,
    purpose: Purpose,
    typed: &str,
) -> Result<Result<CodeRow, NotGuessed>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let now = services.now();
    let stored = codes::take_guess(&mut connection, session.account, purpose, now).await?;
    connection.give_back();
    let Some(stored) = stored else {
        return Ok(Err(NotGuessed::NoCode));
    };
    let allowed = match purpose {
        Purpose::Admission => {
            guesses::allow(services, visit, Door::Waiting, session.account).await?
        }
        Purpose::Confirm => guesses::allow_in(services, visit, session.id).await?,
    };
    if !allowed || !guesses::allow_at_code(services, codes_of(session, purpose)).await? {
        return Ok(Err(NotGuessed::TooMany));
    }
    let code = mailed(session, purpose, &stored.email);
    Ok(if code.fits(services, typed, &stored.code_hash) {
        Ok(stored)
    } else {
        Err(NotGuessed::Wrong)
    })
}

/// What counts together. Several who wait may name one mailbox; whoever is signed in counts alone.
fn codes_of(session: &LiveSession, purpose: Purpose) -> CodesOf<'_> {
    match purpose {
        Purpose::Admission => CodesOf::Mailbox(Door::Waiting, &session.email),
        Purpose::Confirm => CodesOf::Account(session.account),
    }
}

/// A code for admission holds in whatever session the account waits; one that confirms, in the session
/// that asked for it.
fn mailed<'a>(session: &'a LiveSession, purpose: Purpose, mailbox: &'a str) -> MailedCode<'a> {
    let (opens, place) = match purpose {
        Purpose::Admission => (Opens::Admission, session.account.0.as_bytes()),
        Purpose::Confirm => (Opens::Confirmation, session.id.0.as_bytes()),
    };
    MailedCode {
        opens,
        place,
        mailbox,
    }
}

fn letter(services: &Services, purpose: Purpose, code: &Code) -> Letter {
    let firm = &services.config.firm_name;
    match purpose {
        Purpose::Admission => letters::admission_code(firm, code.as_str()),
        Purpose::Confirm => letters::confirm_code(firm, code.as_str()),
    }
}
