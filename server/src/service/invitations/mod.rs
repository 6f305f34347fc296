//! Accounts that administrators and the operator prepare for people.

mod acts;
mod listing;
mod making;

use sqlx::PgConnection;

pub use self::{
    acts::{Acted, create, resend, restore, revoke},
    listing::{Listed, MOST_COUNTED, list},
};
pub(super) use self::{
    acts::{Guest, create_held, revoke_held},
    making::make,
};
use super::{ServiceError, Services, in_turns, mailer};
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        claims,
        invitations::{self, Making, NewInvitation},
        outbox,
    },
    domain::{
        account::{AccountId, Status},
        email::Email,
        name::Name,
        proof::code_is_enough_for,
    },
    mail::letters::{self, Letter},
    random,
    secrets::digest,
};

/// The kind of the letter with the one-time link.
const LETTER: &str = "invitation";

/// How an invitation on the command line ended.
#[derive(Debug)]
pub enum Invitation {
    /// It is on its way; the one-time URL in it.
    Sent {
        /// Opens the account with whatever Clio login it is used with, once.
        claim_url: String,
        /// Whether the person was invited before: the older link is worth nothing now.
        again: bool,
    },
    /// An account that is in use, or was, has that e-mail.
    Exists(Status),
    /// The account is an administrator's: its link is handed over, never mailed.
    Administrator,
}

/// What meets an invitation: the verified account with its e-mail that isn't deleted.
enum Met {
    /// None.
    Nobody,
    /// One that is invited, and that a mailed link may open.
    Invited(AccountRow),
    /// An administrator's, which no mailed link opens.
    Administrator,
    /// One that is in use, or was.
    Exists(Status),
}

/// Looks for the account that an e-mail names, and locks it. What nobody proved neither matches nor
/// blocks.
async fn meet(connection: &mut PgConnection, email: &Email) -> Result<Met, ServiceError> {
    let found = accounts::lock_by_email(connection, email).await?;
    Ok(
        match found.into_iter().find(|account| account.email_verified) {
            None => Met::Nobody,
            Some(account) if account.status != Status::Invited => Met::Exists(account.status),
            Some(account) if !code_is_enough_for(account.role) => Met::Administrator,
            Some(account) => Met::Invited(account),
        },
    )
}

/// Invites a person for the operator: makes an account for a mailbox, and mails it a one-time link; a
/// new link to whoever is invited already. The e-mail counts as vouched for. Names may be empty; Clio
/// fills them in then.
pub async fn invite(
    services: &Services,
    email: &Email,
    first_name: &Name,
    last_name: &Name,
) -> Result<Invitation, ServiceError> {
    in_turns(|| try_invite(services, email, first_name, last_name)).await
}

async fn try_invite(
    services: &Services,
    email: &Email,
    first_name: &Name,
    last_name: &Name,
) -> Result<Invitation, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let sent = match meet(&mut transaction, email).await? {
        Met::Exists(status) => {
            transaction.roll_back().await?;
            return Ok(Invitation::Exists(status));
        }
        Met::Administrator => {
            transaction.roll_back().await?;
            return Ok(Invitation::Administrator);
        }
        Met::Invited(account) => {
            let claim_url = renew(services, &mut transaction, &account).await?;
            let event = NewEvent {
                action: "account.invited",
                account: Some(account.id),
                ..NewEvent::default()
            };
            audit::record(&mut transaction, &event, now).await?;
            Invitation::Sent {
                claim_url,
                again: true,
            }
        }
        Met::Nobody => {
            let new = NewInvitation {
                account: AccountId(random::id(now)?),
                email: email.as_str(),
                first_name: first_name.as_str(),
                last_name: last_name.as_str(),
            };
            let making = Making {
                by: None,
                how: invitations::MadeBy::CommandLine,
                beside_closed: true,
                lifetime: claims::INVITATION_LIFETIME,
            };
            let made = make(services, &mut transaction, &[new], making, None).await?;
            let Some(claim_url) = made.into_iter().next().map(|made| made.claim_url) else {
                // Somebody else invited them a moment ago.
                return Err(ServiceError::Overtaken);
            };
            Invitation::Sent {
                claim_url,
                again: false,
            }
        }
    };
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(sent)
}

/// Mails a new one-time link to somebody who is invited; the older ones are gone, and so is a letter with
/// one of them that still waits behind others. The caller holds the account locked.
async fn renew(
    services: &Services,
    connection: &mut PgConnection,
    account: &AccountRow,
) -> Result<String, ServiceError> {
    let now = services.now();
    let lifetime = claims::INVITATION_LIFETIME;
    let token = random::secret()?;
    claims::put(connection, account.id, &digest(&token), lifetime, now).await?;
    outbox::take_back(connection, account.id, LETTER).await?;
    let claim_url = claim_url(services, &token);
    let letter = letter(services, &claim_url);
    mailer::put(connection, account.id, &account.email, &letter, now).await?;
    invitations::renew(connection, account.id, now + lifetime, true, now).await?;
    Ok(claim_url)
}

fn claim_url(services: &Services, token: &str) -> String {
    let path = format!("/claim?token={token}");
    services.config.web.public_url.join(&path)
}

fn letter(services: &Services, claim_url: &str) -> Letter {
    let days = u8::try_from(claims::INVITATION_LIFETIME.whole_days()).unwrap_or(u8::MAX);
    letters::invitation(&services.config.firm_name, claim_url, days)
}
