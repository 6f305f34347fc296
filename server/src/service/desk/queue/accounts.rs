//! Letting somebody in who waits, or not.

use super::decide::{Verdict, held_for};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        revoking,
        sessions::LiveSession,
    },
    domain::{
        account::{AccountId, Status},
        desk::{
            queue::{Act, Reason},
            rules,
        },
    },
    mail::letters,
    service::{ServiceError, Services, desk::hold::Barred, mailer},
};

/// Lets in whoever waits with an account, or closes it.
pub(super) async fn decide(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
    act: Act,
    _reason: &Reason,
) -> Result<Verdict, ServiceError> {
    let (rule, status, action) = match act {
        Act::Approve => (rules::Act::Help, Status::Active, "account.approved"),
        Act::Decline | Act::Ask => (rules::Act::Close, Status::Deleted, "account.rejected"),
    };
    let mut held = match held_for(services, session, account, rule).await? {
        Ok(held) => held,
        Err(barred) => return Ok(barred.into()),
    };
    if held.account.status != Status::Pending {
        held.transaction.roll_back().await?;
        return Ok(Barred::Decided.into());
    }
    let now = services.now();
    let connection = &mut held.transaction;
    accounts::set_status(connection, account, status, now).await?;
    let firm = &services.config.firm_name;
    let letter = if status == Status::Active {
        letters::approved(firm, &services.config.web.public_url.join("/sign-in"))
    } else {
        revoking::of_account(connection, account, now).await?;
        letters::rejected(firm)
    };
    let event = NewEvent {
        action,
        actor: Some(session.account),
        account: Some(account),
        ..NewEvent::default()
    };
    audit::record(connection, &event, now).await?;
    mailer::put(connection, account, &held.account.email, &letter, now).await?;
    held.transaction.commit().await?;
    Ok(Verdict::Done)
}
