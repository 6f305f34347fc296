//! A login that nobody knows yet: it gets an account, or is asked to prove the one that has its
//! e-mail.

use sqlx::PgConnection;

use super::{Landing, Outcome, settle::Arrival};
use crate::{
    db::{
        links,
        sign_in::{self, Awaits, NewAccount},
    },
    domain::{
        account::{AccountId, IdentityId, SessionId, Status},
        linking::Standing,
    },
    mail::letters,
    random,
    service::{ServiceError, mailer::Written},
};

/// Creates the account, links the login to it and opens a session.
pub(super) async fn create(
    arrival: &Arrival<'_>,
    connection: &mut PgConnection,
    standing: Standing,
) -> Result<Option<Outcome>, ServiceError> {
    let now = arrival.services.now();
    let opening = arrival.opening()?;
    let (status, awaits, to) = match standing {
        Standing::Active => (Status::Active, Awaits::Approval, Landing::Welcome),
        Standing::AwaitsMailbox => (Status::Pending, Awaits::Mailbox, Landing::Pending),
        Standing::AwaitsMembership => (Status::Pending, Awaits::Membership, Landing::Pending),
        Standing::AwaitsApproval => (Status::Pending, Awaits::Approval, Landing::Pending),
    };
    let services = arrival.services;
    // Whoever waits is told once they are let in.
    let to_email = arrival.login.email.as_ref();
    let to_email = to_email.filter(|_| standing == Standing::Active);
    let letter = to_email.map(|_| {
        let account_url = services.config.web.public_url.join("/account");
        Written::new(&letters::welcome(&services.config.firm_name, &account_url))
    });
    let new = NewAccount {
        account: AccountId(random::id(now)?),
        identity: IdentityId(random::id(now)?),
        status,
        awaits,
        return_to: arrival.attempt.return_to.as_deref(),
        beside: false,
        welcome: match (&letter, to_email) {
            (Some(letter), Some(email)) => Some(letter.mail(email.as_str(), None, now)?),
            _ => None,
        },
    };
    let row = opening.row();
    let session = SessionId(row.id);
    let to = match to {
        Landing::Pending if awaits == Awaits::Membership => {
            Landing::Membership(new.account, session)
        }
        to => to,
    };
    let created = sign_in::create_account(connection, arrival.login, &new, &row, now).await?;
    if created && letter.is_some() {
        services.mail_wake.notify_one();
    }
    Ok(created.then(|| Outcome::signed_in(opening, to)))
}

/// Remembers the login for this browser until the account is proved.
pub(super) async fn prompt(
    arrival: &Arrival<'_>,
    connection: &mut PgConnection,
    account: AccountId,
) -> Result<Option<Outcome>, ServiceError> {
    let now = arrival.services.now();
    links::open(
        connection,
        random::id(now)?,
        &arrival.attempt.browser_hash,
        account,
        arrival.login,
        arrival.attempt.return_to.as_deref(),
        now,
    )
    .await?;
    Ok(Some(Outcome::Prompt))
}
