//! What the operator decides about accounts.

use super::{
    ServiceError, Services,
    standing::{self, By},
};
use crate::{
    db::accounts::{self, AccountRow},
    domain::{
        account::{AccountId, Status},
        desk::decision::Decision,
        email::Email,
    },
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

/// Lets a pending person in, for the operator.
pub async fn approve(services: &Services, which: &Which) -> Result<Decided, ServiceError> {
    decide(services, which, Decision::Approve).await
}

/// Decides against a pending person, for the operator: the account is closed for good, its sessions end.
pub async fn reject(services: &Services, which: &Which) -> Result<Decided, ServiceError> {
    decide(services, which, Decision::Reject).await
}

async fn decide(
    services: &Services,
    which: &Which,
    decision: Decision,
) -> Result<Decided, ServiceError> {
    let mut transaction = services.pool.begin().await?;
    let mut found = match which {
        Which::Email(email) => accounts::lock_by_email(&mut transaction, email).await?,
        Which::Id(id) => Vec::from_iter(accounts::lock(&mut transaction, *id).await?),
    };
    found.retain(|account| account.status == decision.from());
    let Some(account) = found.pop() else {
        return Ok(Decided::NotFound);
    };
    if !found.is_empty() {
        found.push(account);
        return Ok(Decided::Ambiguous(found));
    }
    let by = By::default();
    standing::decide(services, &mut transaction, &account, decision, None, by).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Decided::Done(AccountRow {
        status: decision.to(),
        ..account
    }))
}

/// Accounts in a state, oldest first, 1,000 at most.
pub async fn list(services: &Services, status: Status) -> Result<Vec<AccountRow>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    Ok(accounts::list(&mut connection, status, 1000).await?)
}
