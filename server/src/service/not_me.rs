//! "This wasn't me": the link of a security mail. Opening it changes nothing; its button does.

use super::{
    ServiceError, Services, credentials, in_turns, mailer,
    refusals::{self, Refusal},
    taking_away::{self, Said, Taken},
};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        cases::{self, NewCase},
        notices::{self, Notice},
        revoking,
    },
    domain::{account::AccountId, linking::is_open},
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

/// How pressing the button ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acted {
    /// Sessions are ended, an administrator has a case, and what falls was taken away.
    Yes,
    /// Sessions are ended and an administrator has a case, who decides what is taken away: nothing else
    /// would open the account, which is an administrator's.
    AllStays,
    /// The link is unknown, used or over; nothing is done.
    Over,
}

/// Takes away what somebody may have put in place, ends all the account's sessions and opens a case.
///
/// It may take a member's last way in: an administrator has the case, and the login can be restored from it.
pub async fn act(services: &Services, token: &str) -> Result<Acted, ServiceError> {
    in_turns(|| try_act(services, token)).await
}

async fn try_act(services: &Services, token: &str) -> Result<Acted, ServiceError> {
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
    let said = Said {
        kind: notice.kind,
        at: notice.at,
        named: notice.identity,
        kept: &[],
        reference: Some(&reference),
    };
    // A closed account stays as it is: a login that it lost would open another one.
    let fallen = if is_open(row.status) {
        taking_away::take_away(&mut transaction, &said, &row, now).await?
    } else {
        Taken::default()
    };
    let ended = revoking::of_account(&mut transaction, row.id, now).await?;
    credentials::changed(services, &mut transaction, row.id).await?;
    let about = notice.identity.or(fallen.logins.first().copied());
    let case = NewCase {
        id: random::id(now)?,
        reference: &reference,
        kind: cases::Kind::NotMe,
        account: row.id,
        identity: about,
        login: None,
        email: fallen.email.then_some(row.email.as_str()),
        since: Some(notice.at),
        message: notice.kind.as_str(),
    };
    cases::open(&mut transaction, &case, now).await?;
    let event = NewEvent {
        action: "notice.not_me",
        account: Some(row.id),
        identity: about,
        reference: Some(&reference),
        reason: Some(notice.kind.as_str()),
        detail: Some(serde_json::json!({
            "sessions_ended": ended,
            "all_stays": fallen.all_stays,
        })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    let firm = &services.config.firm_name;
    let letter = letters::not_me_done(firm, reference.as_str(), fallen.all_stays);
    mailer::put(&mut transaction, row.id, &notice.email, &letter, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(if fallen.all_stays {
        Acted::AllStays
    } else {
        Acted::Yes
    })
}

async fn refused(
    services: &Services,
    account: Option<AccountId>,
    reason: &str,
) -> Result<Acted, ServiceError> {
    let refusal = Refusal {
        action: "notice.refused",
        account,
        reason,
        ..Refusal::default()
    };
    refusals::record(services, refusal).await?;
    Ok(Acted::Over)
}
