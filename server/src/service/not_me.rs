//! "This wasn't me": the link of a security mail. Opening it changes nothing; its button does.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{
    ServiceError, Services, credentials, in_turns, mailer,
    refusals::{self, Refusal},
};
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        cases::{self, NewCase},
        emails, identities,
        notices::{self, Notice},
        passwords, revoking,
    },
    domain::{
        account::{AccountId, IdentityId},
        not_me::{Facts, decide, last_login_stays},
        reference::Reference,
    },
    mail::letters,
    random,
    secrets::digest,
};

/// What a mail's link is about.
pub async fn find(services: &Services, token: &str) -> Result<Option<Notice>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let notice = notices::find(&mut connection, &digest(token), services.now()).await?;
    connection.give_back();
    Ok(notice)
}

/// Takes away what somebody may have put in place (see [`decide`]), ends all the account's sessions and
/// opens a case; `false` when the link is unknown, used or over.
///
/// It may take the last way in: an administrator has the case, and the login can be restored from it.
pub async fn act(services: &Services, token: &str) -> Result<bool, ServiceError> {
    in_turns(|| try_act(services, token)).await
}

async fn try_act(services: &Services, token: &str) -> Result<bool, ServiceError> {
    let hash = digest(token);
    let now = services.now();
    let reference = random::reference()?;
    let mut transaction = services.pool.begin().await?;
    let found = notices::find(&mut transaction, &hash, now).await?;
    let Some(notice) = found.filter(|notice| notice.is_open) else {
        transaction.roll_back().await?;
        return refused(services, None, "notice_over").await;
    };
    let row = accounts::lock(&mut transaction, notice.account).await?;
    let used = notices::consume(&mut transaction, &hash, now).await?;
    let Some(row) = row.filter(|_| used) else {
        transaction.roll_back().await?;
        return refused(services, Some(notice.account), "notice_over").await;
    };
    let fallen = fell(&mut transaction, &notice, &row, &reference, now).await?;
    let ended = revoking::of_account(&mut transaction, row.id, now).await?;
    credentials::changed(services, &mut transaction, row.id).await?;
    let case = NewCase {
        id: random::id(now)?,
        reference: &reference,
        kind: cases::Kind::NotMe,
        account: row.id,
        identity: fallen,
        login: None,
        message: notice.kind.as_str(),
    };
    cases::open(&mut transaction, &case, now).await?;
    let event = NewEvent {
        action: "notice.not_me",
        account: Some(row.id),
        identity: fallen,
        reference: Some(&reference),
        reason: Some(notice.kind.as_str()),
        detail: Some(serde_json::json!({ "sessions_ended": ended })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    let letter = letters::not_me_done(&services.config.firm_name, reference.as_str());
    mailer::put(&mut transaction, row.id, &notice.email, &letter, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(true)
}

/// Takes away what falls, each with its place in the record; gives the login that the mail names, if it
/// was disconnected. The caller holds the account locked, and opens the case at the same moment, by which
/// the login can be restored.
async fn fell(
    connection: &mut PgConnection,
    notice: &Notice,
    account: &AccountRow,
    reference: &Reference,
    now: OffsetDateTime,
) -> Result<Option<IdentityId>, ServiceError> {
    let fall = decide(&Facts {
        kind: notice.kind,
        at: notice.at,
        names_a_login: notice.identity.is_some(),
        password_set_at: passwords::set_at(connection, account.id).await?,
    });
    let live = identities::live_of_account(connection, account.id).await?;
    let mut falling = identities::linked_since(connection, account.id, fall.logins_since).await?;
    falling.extend(
        notice
            .identity
            .filter(|named| fall.named_login && live.contains(named) && !falling.contains(named)),
    );
    if last_login_stays(account.role) && falling.len() == live.len() {
        falling.clear();
    }
    let event = |action, identity| NewEvent {
        action,
        account: Some(account.id),
        identity,
        reference: Some(reference),
        reason: Some("not_me"),
        ..NewEvent::default()
    };
    for identity in &falling {
        identities::unlink(connection, account.id, *identity, now).await?;
        cases::withdraw_email(connection, *identity, now).await?;
        let event = event("identity.unlinked", Some(*identity));
        audit::record(connection, &event, now).await?;
    }
    if fall.password {
        passwords::set(connection, account.id, None, now).await?;
        let event = event("account.password_removed", None);
        audit::record(connection, &event, now).await?;
    }
    if fall.verified_email {
        emails::set(connection, account.id, &account.email, None).await?;
        let event = event("account.email_unverified", None);
        audit::record(connection, &event, now).await?;
    }
    let named = notice.identity.filter(|named| falling.contains(named));
    Ok(named.or(falling.first().copied()))
}

async fn refused(
    services: &Services,
    account: Option<AccountId>,
    reason: &str,
) -> Result<bool, ServiceError> {
    let refusal = Refusal {
        action: "notice.refused",
        account,
        reason,
        ..Refusal::default()
    };
    refusals::record(services, refusal).await?;
    Ok(false)
}
