//! Not linking at all: an account beside the one that is there.

use super::{is_still_located, pending, refused};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        cases,
        links::{self, PendingLink},
        sign_in::{self, Awaits, NewAccount},
    },
    domain::{
        account::{AccountId, IdentityId, Status},
        admission::Verdict,
    },
    random,
    service::{
        ServiceError, Services, in_turns,
        visit::{Opening, SessionKey, Visit},
    },
};

/// How keeping separate ended.
#[derive(Debug)]
pub enum Separate {
    /// An account was opened; it waits for an administrator.
    Opened(SessionKey),
    /// Policy doesn't allow it.
    NotAllowed,
    /// There is no pending link in this browser any more.
    Expired,
    /// Meanwhile the login was linked, or somebody signed in.
    Changed,
}

/// Whether policy lets the person of a pending link have an account beside the one that is there.
pub fn may_keep_separate(services: &Services, link: &PendingLink) -> bool {
    services.config.keep_separate
        && link.login.email.as_ref().is_some_and(|email| {
            matches!(
                services.config.admission.judge(email),
                Verdict::Admit
                    | Verdict::AfterMailbox
                    | Verdict::AfterMembership
                    | Verdict::AfterApproval
            )
        })
}

/// Opens an account beside the one that has the e-mail. Its own e-mail isn't verified, so it locates
/// nothing; an administrator looks at it before it can be used.
///
/// It may meet another prompt of the login that is confirmed.
pub async fn keep_separate(services: &Services, visit: &Visit) -> Result<Separate, ServiceError> {
    in_turns(|| try_keep_separate(services, visit)).await
}

async fn try_keep_separate(services: &Services, visit: &Visit) -> Result<Separate, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let found = pending(services, visit, &mut connection).await?;
    connection.give_back();
    let Some(link) = found else {
        return refused(services, None, "link_unknown", Separate::Expired).await;
    };
    if visit.session.is_some() {
        return refused(
            services,
            Some(&link),
            "somebody_signed_in",
            Separate::Changed,
        )
        .await;
    }
    if !may_keep_separate(services, &link) {
        return refused(
            services,
            Some(&link),
            "separate_not_allowed",
            Separate::NotAllowed,
        )
        .await;
    }
    let now = services.now();
    let opening = Opening::prepare(services, visit)?;
    let mut transaction = services.pool.begin().await?;
    let account = accounts::lock(&mut transaction, link.account).await?;
    if !account.is_some_and(|account| is_still_located(&link, &account)) {
        transaction.roll_back().await?;
        return refused(services, Some(&link), "account_changed", Separate::Changed).await;
    }
    if !links::close(&mut transaction, link.id, now).await? {
        transaction.roll_back().await?;
        return refused(services, Some(&link), "link_closed", Separate::Expired).await;
    }
    links::close_of_login(&mut transaction, &link.login, now).await?;
    cases::withdraw_link(&mut transaction, &link.login, now).await?;
    let new = NewAccount {
        account: AccountId(random::id(now)?),
        identity: IdentityId(random::id(now)?),
        status: Status::Pending,
        awaits: Awaits::Approval,
        return_to: link.return_to.as_deref(),
        beside: true,
        welcome: None,
    };
    let row = opening.row();
    if !sign_in::create_account(&mut transaction, &link.login, &new, &row, now).await? {
        transaction.roll_back().await?;
        return refused(services, Some(&link), "login_linked", Separate::Changed).await;
    }
    let event = NewEvent {
        action: "link.kept_separate",
        account: Some(link.account),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(Separate::Opened(opening.key))
}
