//! What administrators decide about accounts.

use super::{ServiceError, Services, mailer};
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        revoking,
    },
    domain::{
        account::{AccountId, Status},
        email::Email,
    },
    mail::letters,
};

/// Which account is meant: by e-mail, or by id where several have the e-mail.
#[derive(Clone, Debug)]
pub enum Which {
    /// By e-mail.
    Email(Email),
    /// By id.
    Id(AccountId),
}

/// How a decision ended.
#[derive(Debug)]
pub enum Decided {
    /// Done.
    Done(AccountRow),
    /// No pending account.
    NotFound,
    /// Several pending accounts have that e-mail; say which by its id.
    Ambiguous(Vec<AccountRow>),
}

/// Lets a pending person in.
pub async fn approve(services: &Services, which: &Which) -> Result<Decided, ServiceError> {
    let sign_in = services.config.web.public_url.join("/sign-in");
    let letter = letters::approved(&services.config.firm_name, &sign_in);
    decide(services, which, Status::Active, "account.approved", &letter).await
}

/// Decides against a pending person: the account is closed for good, its sessions end.
pub async fn reject(services: &Services, which: &Which) -> Result<Decided, ServiceError> {
    let letter = letters::rejected(&services.config.firm_name);
    decide(
        services,
        which,
        Status::Deleted,
        "account.rejected",
        &letter,
    )
    .await
}

async fn decide(
    services: &Services,
    which: &Which,
    status: Status,
    action: &str,
    letter: &letters::Letter,
) -> Result<Decided, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let mut found = match which {
        Which::Email(email) => accounts::lock_by_email(&mut transaction, email).await?,
        Which::Id(id) => Vec::from_iter(accounts::lock(&mut transaction, *id).await?),
    };
    found.retain(|account| account.status == Status::Pending);
    let Some(account) = found.pop() else {
        return Ok(Decided::NotFound);
    };
    if !found.is_empty() {
        found.push(account);
        return Ok(Decided::Ambiguous(found));
    }
    accounts::set_status(&mut transaction, account.id, status, now).await?;
    if status != Status::Active {
        revoking::of_account(&mut transaction, account.id, now).await?;
    }
    let event = NewEvent {
        action,
        account: Some(account.id),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    mailer::put(&mut transaction, account.id, &account.email, letter, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Decided::Done(AccountRow { status, ..account }))
}

/// Accounts in a state, oldest first, 1,000 at most.
pub async fn list(services: &Services, status: Status) -> Result<Vec<AccountRow>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    Ok(accounts::list(&mut connection, status, 1000).await?)
}
