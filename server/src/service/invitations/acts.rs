//! What administrators do with single invitations at the desk.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use super::{LETTER, Met, make, meet, renew};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        claims,
        invitations::{self, MadeBy, Making, NewInvitation},
        outbox, revoking,
        sessions::LiveSession,
    },
    domain::{
        account::{AccountId, Status},
        desk::rules,
        email::Email,
        name::Name,
        proof::{UNDO_FOR, code_is_enough_for},
    },
    mail::letters,
    random,
    service::{
        ServiceError, Services, credentials,
        desk::hold::{Barred, Held, hold},
        in_turns, mailer,
        refusals::{self, Refusal},
    },
};

/// How long a mailbox is left alone between two letters with a link.
const PAUSE: Duration = Duration::minutes(1);

/// How an act ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acted {
    /// Done.
    Done,
    /// Whoever wants to act can't, or can't now.
    Barred(Barred),
    /// It isn't an e-mail.
    BadEmail,
    /// It isn't a name.
    BadName,
    /// The person is invited already, and hasn't come yet.
    InvitedAlready,
    /// The person has an account.
    HasAccount,
    /// The person's account is closed for now.
    Closed,
    /// The account is to be an administrator's: the operator hands the link over.
    Administrator,
    /// The last letter is too recent.
    TooSoon,
}

impl Acted {
    /// The word in the record of what was refused.
    const fn reason(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Barred(barred) => barred.reason(),
            Self::BadEmail => "bad_email",
            Self::BadName => "bad_name",
            Self::InvitedAlready => "invited_already",
            Self::HasAccount => "has_account",
            Self::Closed => "account_closed",
            Self::Administrator => "administrator",
            Self::TooSoon => "too_soon",
        }
    }
}

impl From<Barred> for Acted {
    fn from(barred: Barred) -> Self {
        Self::Barred(barred)
    }
}

/// What an act came to: done, or why not.
pub(in crate::service) type Deed = Result<(), Acted>;

/// Ends an act: commits all that it wrote, or undoes it and leaves one refusal in the record.
async fn end(
    services: &Services,
    session: &LiveSession,
    account: Option<AccountId>,
    acted: Result<(Held, Deed), Barred>,
) -> Result<Acted, ServiceError> {
    let told = match acted {
        Err(barred) => barred.into(),
        Ok((held, Ok(()))) => {
            held.transaction.commit().await?;
            services.recorded();
            services.mail_wake.notify_one();
            return Ok(Acted::Done);
        }
        Ok((held, Err(told))) => {
            held.transaction.roll_back().await?;
            told
        }
    };
    let refusal = Refusal {
        action: "desk.refused",
        actor: Some(session.account),
        // What is no account can't be told from one that was there.
        account: account.filter(|_| told != Acted::Barred(Barred::Gone)),
        reason: told.reason(),
    };
    refusals::record(services, refusal).await?;
    Ok(told)
}

/// An act on an invitation that is there.
#[derive(Clone, Copy)]
enum Act {
    Resend,
    Revoke,
    /// Undoes the withdrawal that an event tells, or the last one.
    Restore(Option<i64>),
}

/// Carries an act on an invitation out.
async fn act(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
    act: Act,
) -> Result<Acted, ServiceError> {
    let acted = match hold(services, session, account).await? {
        Ok(mut held) => {
            let deed = match act {
                Act::Resend => resend_held(services, &mut held).await?,
                Act::Revoke => revoke_held(services, &mut held).await?,
                Act::Restore(event) => restore_held(services, &mut held, event).await?,
            };
            Ok((held, deed))
        }
        Err(barred) => Err(barred),
    };
    end(services, session, Some(account), acted).await
}

/// Somebody to be invited, as it was typed.
pub(in crate::service) struct Guest {
    /// The e-mail, if it is one.
    pub(in crate::service) email: Option<Email>,
    /// First and last name, if they are names.
    pub(in crate::service) names: Option<(Name, Name)>,
}

/// Invites one person. Somebody whose account was closed for good gets a new one: whoever types a single
/// e-mail means it.
pub async fn create(
    services: &Services,
    session: &LiveSession,
    email: &str,
    first_name: &str,
    last_name: &str,
) -> Result<Acted, ServiceError> {
    let names = Name::parse(first_name).and_then(|first| Ok((first, Name::parse(last_name)?)));
    let guest = Guest {
        email: Email::parse(email.trim()).ok(),
        names: names.ok(),
    };
    in_turns(|| try_create(services, session, &guest)).await
}

async fn try_create(
    services: &Services,
    session: &LiveSession,
    guest: &Guest,
) -> Result<Acted, ServiceError> {
    let acted = match hold(services, session, session.account).await? {
        Ok(mut held) => {
            let deed = create_held(services, &mut held, guest).await?;
            Ok((held, deed))
        }
        Err(barred) => Err(barred),
    };
    end(services, session, None, acted).await
}

/// The same for whoever acts, held.
pub(in crate::service) async fn create_held(
    services: &Services,
    held: &mut Held,
    guest: &Guest,
) -> Result<Deed, ServiceError> {
    let Some(email) = &guest.email else {
        return Ok(Err(Acted::BadEmail));
    };
    let Some((first_name, last_name)) = &guest.names else {
        return Ok(Err(Acted::BadName));
    };
    match meet(&mut held.transaction, email).await? {
        Met::Nobody => {}
        Met::Invited(_) => return Ok(Err(Acted::InvitedAlready)),
        Met::Administrator => return Ok(Err(Acted::Administrator)),
        Met::Exists(Status::Suspended) => return Ok(Err(Acted::Closed)),
        Met::Exists(_) => return Ok(Err(Acted::HasAccount)),
    }
    let new = NewInvitation {
        account: AccountId(random::id(services.now())?),
        email: email.as_str(),
        first_name: first_name.as_str(),
        last_name: last_name.as_str(),
    };
    let making = Making {
        by: Some(held.actor.id),
        how: MadeBy::Desk,
        beside_closed: true,
        lifetime: claims::INVITATION_LIFETIME,
    };
    let made = make(services, &mut held.transaction, &[new], making, None).await?;
    Ok(if made.is_empty() {
        // Another administrator was a moment quicker.
        Err(Acted::InvitedAlready)
    } else {
        Ok(())
    })
}

/// Mails a new one-time link; the one before opens nothing any more.
pub async fn resend(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
) -> Result<Acted, ServiceError> {
    in_turns(|| act(services, session, account, Act::Resend)).await
}

async fn resend_held(services: &Services, held: &mut Held) -> Result<Deed, ServiceError> {
    if let Err(barred) = held.may(rules::Act::Help) {
        return Ok(Err(barred.into()));
    }
    if held.account.status != Status::Invited {
        return Ok(Err(Barred::Decided.into()));
    }
    if !code_is_enough_for(held.account.role) {
        return Ok(Err(Acted::Administrator));
    }
    let now = services.now();
    let sent_at = invitations::sent_at(&mut held.transaction, held.account.id).await?;
    if sent_at.is_some_and(|sent_at| now - sent_at < PAUSE) {
        return Ok(Err(Acted::TooSoon));
    }
    renew(services, &mut held.transaction, &held.account).await?;
    record(held, "invitation.resent", None, now).await?;
    Ok(Ok(()))
}

/// Withdraws an invitation: its link opens nothing any more. Whoever was invited is told, unless the
/// invitation itself still waits behind other letters.
pub async fn revoke(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
) -> Result<Acted, ServiceError> {
    in_turns(|| act(services, session, account, Act::Revoke)).await
}

/// The same for a held account.
pub(in crate::service) async fn revoke_held(
    services: &Services,
    held: &mut Held,
) -> Result<Deed, ServiceError> {
    if let Err(barred) = held.may(rules::Act::Close) {
        return Ok(Err(barred.into()));
    }
    if held.account.status != Status::Invited {
        return Ok(Err(Barred::Decided.into()));
    }
    let now = services.now();
    let (connection, account) = (&mut held.transaction, held.account.id);
    // Its event bears the same moment: by that it is known what an undoing undoes.
    accounts::set_status(connection, account, Status::Deleted, now).await?;
    revoking::of_account(connection, account, now).await?;
    credentials::changed(services, connection, account).await?;
    if has_left(connection, account).await? {
        let letter = letters::invitation_withdrawn(&services.config.firm_name);
        mailer::put(connection, account, &held.account.email, &letter, now).await?;
    }
    record(held, "invitation.revoked", None, now).await?;
    Ok(Ok(()))
}

/// Takes back the letters of an invitation that wait behind others; whether one went before them.
async fn has_left(connection: &mut PgConnection, account: AccountId) -> Result<bool, ServiceError> {
    let taken_back = outbox::take_back(connection, account, LETTER).await?;
    let sent = invitations::sent_count(connection, account).await?;
    Ok(sent > taken_back)
}

/// Undoes a withdrawal: the account is as it was before, and its person gets a new link. For 14 days, as
/// long as nothing else became of the account, and nobody else has the e-mail. With an `event`, only the
/// withdrawal that it tells.
pub async fn restore(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
    event: Option<i64>,
) -> Result<Acted, ServiceError> {
    in_turns(|| act(services, session, account, Act::Restore(event))).await
}

async fn restore_held(
    services: &Services,
    held: &mut Held,
    event: Option<i64>,
) -> Result<Deed, ServiceError> {
    if let Err(barred) = held.may(rules::Act::Help) {
        return Ok(Err(barred.into()));
    }
    let now = services.now();
    let account = held.account.id;
    let withdrawn = invitations::withdrawn(&mut held.transaction, account).await?;
    let is_meant = |told: i64| event.is_none_or(|event| event == told);
    let Some(withdrawn) = withdrawn.filter(|told| is_meant(told.event)) else {
        return Ok(Err(Barred::Decided.into()));
    };
    if now - withdrawn.at >= UNDO_FOR {
        return Ok(Err(Barred::TooLate.into()));
    }
    if !code_is_enough_for(held.account.role) {
        return Ok(Err(Acted::Administrator));
    }
    let Ok(email) = Email::parse(&held.account.email) else {
        return Ok(Err(Acted::BadEmail));
    };
    match meet(&mut held.transaction, &email).await? {
        Met::Nobody => {}
        Met::Invited(_) => return Ok(Err(Acted::InvitedAlready)),
        Met::Administrator | Met::Exists(_) => return Ok(Err(Acted::HasAccount)),
    }
    accounts::set_status(&mut held.transaction, account, Status::Invited, now).await?;
    renew(services, &mut held.transaction, &held.account).await?;
    let undoes = Some(withdrawn.event);
    record(held, "invitation.restored", undoes, now).await?;
    Ok(Ok(()))
}

async fn record(
    held: &mut Held,
    action: &str,
    undoes: Option<i64>,
    now: OffsetDateTime,
) -> Result<(), ServiceError> {
    let event = NewEvent {
        action,
        actor: Some(held.actor.id),
        account: Some(held.account.id),
        detail: undoes.map(|event| serde_json::json!({ "undoes": event })),
        ..NewEvent::default()
    };
    audit::record(&mut held.transaction, &event, now).await?;
    Ok(())
}
