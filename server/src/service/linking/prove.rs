//! The rungs: password, code to the mailbox on file, a login that is connected already.
//!
//! Each guess is counted before it is judged. What is judged outside of a transaction counts only if
//! the account is still the same once it is locked.

use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{is_still_located, pending, refused};
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        links::{self, PendingLink},
        passwords,
    },
    domain::{account::AccountId, proof::Proof},
    mail::letters,
    random,
    secrets::Secret,
    service::{
        ServiceError, Services,
        guesses::{self, CodesOf, Door},
        mailed_code::{MailedCode, Opens},
        mailer,
        visit::Visit,
    },
};

/// How an attempt to prove the account ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proved {
    /// It is proved, or a part of what it asks for is; or a code is on its way.
    Yes,
    /// The password or the code doesn't fit, whatever the reason.
    Wrong,
    /// Too many guesses, or too many codes.
    TooMany,
    /// The tries of this prompt are used up; a new sign-in has new ones.
    UsedUp,
    /// There is no pending link in this browser any more.
    Expired,
    /// Meanwhile something changed: the account, the login or who is signed in.
    Changed,
}

/// A guess at a pending link, counted and allowed; or what the person is told instead.
async fn guess(
    services: &Services,
    visit: &Visit,
) -> Result<Result<PendingLink, Proved>, ServiceError> {
    let Some(browser) = &visit.browser else {
        return refused(services, None, "browser_unknown", Err(Proved::Expired)).await;
    };
    let now = services.now();
    let mut connection = services.pool.acquire().await?;
    let Some(link) = links::take_guess(&mut connection, &browser.hash(), now).await? else {
        let used_up = links::find(&mut connection, &browser.hash(), now).await?;
        connection.give_back();
        return match used_up {
            Some(link) => {
                refused(services, Some(&link), "tries_used_up", Err(Proved::UsedUp)).await
            }
            None => refused(services, None, "link_unknown", Err(Proved::Expired)).await,
        };
    };
    connection.give_back();
    if visit.session.is_some() {
        let told = Err(Proved::Changed);
        return refused(services, Some(&link), "somebody_signed_in", told).await;
    }
    if !guesses::allow(services, visit, Door::Account, link.account).await? {
        return refused(services, Some(&link), "too_many", Err(Proved::TooMany)).await;
    }
    Ok(Ok(link))
}

/// Proves the account with its password.
pub async fn by_password(
    services: &Services,
    visit: &Visit,
    password: Secret,
) -> Result<Proved, ServiceError> {
    let link = match guess(services, visit).await? {
        Ok(link) => link,
        Err(told) => return Ok(told),
    };
    let mut connection = services.pool.acquire().await?;
    let stored = passwords::hash(&mut connection, link.account).await?;
    connection.give_back();
    if !services.passwords.verify(password, stored.clone()).await {
        return refused(services, Some(&link), "wrong_password", Proved::Wrong).await;
    }
    let mut transaction = services.pool.begin().await?;
    let account = accounts::lock(&mut transaction, link.account).await?;
    let still = passwords::hash(&mut transaction, link.account).await?;
    let unchanged = account.filter(|_| still == stored);
    let proved = note(
        services,
        &mut transaction,
        &link,
        unchanged,
        Proof::Password,
    )
    .await?;
    finish(services, transaction, &link, proved).await
}

/// Mails a code to the account's mailbox.
pub async fn send_code(services: &Services, visit: &Visit) -> Result<Proved, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let link = pending(services, visit, &mut connection).await?;
    connection.give_back();
    let Some(link) = link else {
        return refused(services, None, "link_unknown", Proved::Expired).await;
    };
    if visit.session.is_some() {
        return refused(services, Some(&link), "somebody_signed_in", Proved::Changed).await;
    }
    if link.tries_left == 0 {
        return refused(services, Some(&link), "tries_used_up", Proved::UsedUp).await;
    }
    let now = services.now();
    let code = random::code()?;
    let letter = letters::link_code(&services.config.firm_name, code.as_str());
    let mut transaction = services.pool.begin().await?;
    let account = accounts::lock(&mut transaction, link.account).await?;
    let Some(account) = account.filter(|account| is_still_located(&link, account)) else {
        transaction.roll_back().await?;
        return refused(services, Some(&link), "account_changed", Proved::Changed).await;
    };
    let hash = mailed(&link, &account).hash(services, &code);
    if !links::put_code(&mut transaction, link.id, &hash, now).await? {
        transaction.roll_back().await?;
        let reason = "code_asked_a_moment_ago";
        return refused(services, Some(&link), reason, Proved::TooMany).await;
    }
    let (to, door) = (&mut *transaction, Door::Account);
    if !guesses::allow_code_to(services, visit, to, door, &account.email).await? {
        transaction.roll_back().await?;
        return refused(services, Some(&link), "too_many_codes", Proved::TooMany).await;
    }
    mailer::put(&mut transaction, account.id, &account.email, &letter, now).await?;
    let event = NewEvent {
        action: "link.code_sent",
        account: Some(link.account),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Proved::Yes)
}

/// Proves the account's mailbox with the mailed code.
pub async fn by_code(
    services: &Services,
    visit: &Visit,
    typed: &str,
) -> Result<Proved, ServiceError> {
    let link = match guess(services, visit).await? {
        Ok(link) => link,
        Err(told) => return Ok(told),
    };
    let Some(stored) = link.code_hash.clone() else {
        return refused(services, Some(&link), "no_code", Proved::Wrong).await;
    };
    let mailbox = link.login.email.as_ref().map_or("", |email| email.as_str());
    let codes = CodesOf::Mailbox(Door::Account, mailbox);
    if !guesses::allow_at_code(services, codes).await? {
        return refused(services, Some(&link), "too_many", Proved::TooMany).await;
    }
    let mut transaction = services.pool.begin().await?;
    let account = accounts::lock(&mut transaction, link.account).await?;
    // The mailbox it went to is part of the hash: another e-mail on the account makes it worthless.
    let fits = account
        .as_ref()
        .is_some_and(|account| mailed(&link, account).fits(services, typed, &stored));
    if !fits {
        transaction.roll_back().await?;
        return refused(services, Some(&link), "wrong_code", Proved::Wrong).await;
    }
    let proved = note(services, &mut transaction, &link, account, Proof::Code).await?;
    finish(services, transaction, &link, proved).await
}

/// Proves the account of a pending link by a sign-in with a login that opens it; `false`, and nothing
/// noted, when the pending link is over or the account has changed.
pub(in crate::service) async fn by_linked_sign_in(
    services: &Services,
    connection: &mut PgConnection,
    link: Uuid,
    account: AccountId,
) -> Result<bool, ServiceError> {
    let now = services.now();
    let mut transaction = connection.begin().await?;
    let row = accounts::lock(&mut transaction, account).await?;
    let Some(link) = links::lock(&mut transaction, link, now).await? else {
        return Ok(false);
    };
    let row = row.filter(|row| row.id == link.account);
    let proved = note(services, &mut transaction, &link, row, Proof::LinkedSignIn).await?;
    if proved {
        transaction.commit().await?;
    }
    Ok(proved)
}

/// Notes a proof; `false`, and nothing noted, when the account or the pending link is no longer what
/// it was. `account` is the account, locked; `None` when it has changed.
async fn note(
    services: &Services,
    connection: &mut PgConnection,
    link: &PendingLink,
    account: Option<AccountRow>,
    proof: Proof,
) -> Result<bool, ServiceError> {
    let now = services.now();
    let Some(account) = account.filter(|account| is_still_located(link, account)) else {
        return Ok(false);
    };
    let Some(locked) = links::lock(connection, link.id, now).await? else {
        return Ok(false);
    };
    if proof == Proof::Code && locked.code_hash != link.code_hash {
        return Ok(false);
    }
    let credentials = links::credentials(connection, link.account).await?;
    let is_enough = proof.is_enough_for(account.role);
    links::prove(connection, link.id, proof, is_enough, &credentials, now).await?;
    let event = NewEvent {
        action: "link.proved",
        account: Some(link.account),
        detail: Some(serde_json::json!({ "method": proof.as_str(), "enough": is_enough })),
        ..NewEvent::default()
    };
    audit::record(connection, &event, now).await?;
    Ok(true)
}

async fn finish(
    services: &Services,
    transaction: crate::db::pool::Transaction,
    link: &PendingLink,
    proved: bool,
) -> Result<Proved, ServiceError> {
    if !proved {
        transaction.roll_back().await?;
        return refused(services, Some(link), "account_changed", Proved::Changed).await;
    }
    transaction.commit().await?;
    services.recorded();
    Ok(Proved::Yes)
}

/// A code that proves the mailbox of an account, at the prompt that asked for it.
fn mailed<'a>(link: &'a PendingLink, account: &'a AccountRow) -> MailedCode<'a> {
    MailedCode {
        opens: Opens::Link,
        place: link.id.as_bytes(),
        mailbox: &account.email,
    }
}
