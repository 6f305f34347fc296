//! Accounts that administrators prepare for people.

use super::{ServiceError, Services, mailer};
use crate::{
    db::{
        accounts::{self, Invited},
        audit::{self, NewEvent},
        claims,
    },
    domain::{
        account::{AccountId, Role, Status},
        desk::profile::Origin,
        email::Email,
        name::Name,
        proof::code_is_enough_for,
    },
    mail::letters,
    random,
    secrets::digest,
};

/// How an invitation ended.
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

/// Invites a person: makes an account for a mailbox, and mails it a one-time link. The e-mail counts
/// as vouched for. Names may be empty; Clio fills them in then.
pub async fn invite(
    services: &Services,
    email: &Email,
    first_name: &Name,
    last_name: &Name,
) -> Result<Invitation, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let found = accounts::lock_by_email(&mut transaction, email).await?;
    // What nobody proved neither matches nor blocks.
    let existing = found.into_iter().find(|account| account.email_verified);
    if let Some(account) = &existing
        && account.status != Status::Invited
    {
        let status = account.status;
        transaction.roll_back().await?;
        return Ok(Invitation::Exists(status));
    }
    if existing
        .as_ref()
        .is_some_and(|one| !code_is_enough_for(one.role))
    {
        transaction.roll_back().await?;
        return Ok(Invitation::Administrator);
    }
    let id = match &existing {
        Some(account) => account.id,
        None => AccountId(random::id(now)?),
    };
    if existing.is_none() {
        let new = Invited {
            id,
            email,
            role: Role::Member,
            first_name,
            last_name,
            origin: Origin::CommandLine,
            created_by: None,
        };
        accounts::insert_invited(&mut transaction, &new, now).await?;
    }
    let token = random::secret()?;
    let lifetime = claims::INVITATION_LIFETIME;
    claims::put(&mut transaction, id, &digest(&token), lifetime, now).await?;
    let claim_url = services
        .config
        .web
        .public_url
        .join(&format!("/claim?token={token}"));
    let days = u8::try_from(lifetime.whole_days()).unwrap_or(u8::MAX);
    let letter = letters::invitation(&services.config.firm_name, &claim_url, days);
    mailer::put(&mut transaction, id, email.as_str(), &letter, now).await?;
    let event = NewEvent {
        action: "account.invited",
        account: Some(id),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Invitation::Sent {
        claim_url,
        again: existing.is_some(),
    })
}
