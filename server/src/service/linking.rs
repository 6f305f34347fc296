//! The prompt to link: what it shows, and the proof by password.

use super::{
    ServiceError, Services, guesses, mailer,
    visit::{BrowserSecret, Opening, SessionKey, Visit},
};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        links::{self, PendingLink},
        sign_in::{self, Method, NewLink},
    },
    domain::{account::IdentityId, email::Email, linking::is_open, return_to::ReturnTo},
    random,
    secrets::Secret,
};

/// How an attempt to prove the account ended.
#[derive(Debug)]
pub enum Proof {
    /// Linked and signed in.
    Linked {
        /// The key for the session's cookie.
        key: SessionKey,
        /// Where the person was going.
        return_to: Option<ReturnTo>,
    },
    /// The password doesn't fit, whatever the reason.
    Wrong,
    /// Too many guesses.
    TooMany,
    /// There is no pending link in this browser any more.
    Expired,
    /// Meanwhile something changed: the account, the login or who is signed in.
    Changed,
}

/// The live pending link of this browser.
pub async fn pending(
    services: &Services,
    visit: &Visit,
) -> Result<Option<PendingLink>, ServiceError> {
    let Some(browser) = &visit.browser else {
        return Ok(None);
    };
    let mut connection = services.pool.acquire().await?;
    let pending = links::find(&mut connection, &browser.hash(), services.now()).await?;
    connection.give_back();
    Ok(pending)
}

/// Proves the pending link with the account's password, links and signs in.
///
/// The guess is counted before it is judged. The password is judged outside of any transaction,
/// and holds only if the account's credentials are still the same when it is locked.
pub async fn by_password(
    services: &Services,
    visit: &Visit,
    password: Secret,
) -> Result<Proof, ServiceError> {
    let Some(browser) = &visit.browser else {
        return refused(services, None, "browser_unknown", Proof::Expired).await;
    };
    let now = services.now();
    let mut connection = services.pool.acquire().await?;
    let Some(link) = links::take_guess(&mut connection, &browser.hash(), now).await? else {
        let used_up = links::find(&mut connection, &browser.hash(), now).await?;
        connection.give_back();
        return match used_up {
            Some(link) => refused(services, Some(&link), "tries_used_up", Proof::TooMany).await,
            None => refused(services, None, "link_unknown", Proof::Expired).await,
        };
    };
    connection.give_back();
    if visit.session.is_some() {
        return refused(services, Some(&link), "somebody_signed_in", Proof::Changed).await;
    }
    if !guesses::allow(services, visit, link.account).await? {
        return refused(services, Some(&link), "too_many", Proof::TooMany).await;
    }
    let mut connection = services.pool.acquire().await?;
    let stored = accounts::password_hash(&mut connection, link.account).await?;
    connection.give_back();
    if !services.passwords.verify(password, stored.clone()).await {
        return refused(services, Some(&link), "wrong_password", Proof::Wrong).await;
    }
    bind(services, visit, browser, &link, stored).await
}

/// Links, if nothing that the proof rests on has changed.
async fn bind(
    services: &Services,
    visit: &Visit,
    browser: &BrowserSecret,
    link: &PendingLink,
    proved: Option<String>,
) -> Result<Proof, ServiceError> {
    let now = services.now();
    let opening = Opening::prepare(services, visit)?;
    let mut transaction = services.pool.begin().await?;
    let account = accounts::lock(&mut transaction, link.account).await?;
    let credential = accounts::password_hash(&mut transaction, link.account).await?;
    let email_key = link.login.email.as_ref().map(Email::key);
    let unchanged = account.filter(|account| {
        is_open(account.status)
            && account.email_verified
            && Some(account.email.to_ascii_lowercase()) == email_key
            && credential == proved
    });
    let Some(account) = unchanged else {
        transaction.roll_back().await?;
        return refused(services, Some(link), "account_changed", Proof::Changed).await;
    };
    let still_pending = links::find(&mut transaction, &browser.hash(), now)
        .await?
        .is_some_and(|pending| pending.id == link.id);
    if !still_pending || !links::close(&mut transaction, link.id, now).await? {
        transaction.roll_back().await?;
        return refused(services, Some(link), "link_closed", Proof::Expired).await;
    }
    let new = NewLink {
        login: &link.login,
        account: link.account,
        identity: IdentityId(random::id(now)?),
        method: Method::Password,
    };
    if !sign_in::link(&mut transaction, &new, &opening.row(), now).await? {
        transaction.roll_back().await?;
        return refused(services, Some(link), "login_linked", Proof::Changed).await;
    }
    links::close_related(&mut transaction, link.account, &link.login, now).await?;
    mailer::put_linked(services, &mut transaction, &account, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Proof::Linked {
        key: opening.key,
        return_to: link.return_to.as_deref().and_then(ReturnTo::parse),
    })
}

async fn refused(
    services: &Services,
    link: Option<&PendingLink>,
    reason: &str,
    proof: Proof,
) -> Result<Proof, ServiceError> {
    let reference = random::reference()?;
    let event = NewEvent {
        action: "link.refused",
        account: link.map(|link| link.account),
        reference: Some(&reference),
        reason: Some(reason),
        ..NewEvent::default()
    };
    let mut connection = services.pool.acquire().await?;
    audit::record(&mut connection, &event, services.now()).await?;
    connection.give_back();
    services.recorded();
    Ok(proof)
}

/// Drops the pending link of this browser.
pub async fn cancel(services: &Services, visit: &Visit) -> Result<(), ServiceError> {
    let Some(link) = pending(services, visit).await? else {
        return Ok(());
    };
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    if links::close(&mut transaction, link.id, now).await? {
        let event = NewEvent {
            action: "link.cancelled",
            account: Some(link.account),
            ..NewEvent::default()
        };
        audit::record(&mut transaction, &event, now).await?;
    }
    transaction.commit().await?;
    services.recorded();
    Ok(())
}
