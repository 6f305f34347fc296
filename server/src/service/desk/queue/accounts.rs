//! Letting somebody in who waits, or not.

use super::decide::{Verdict, held_for};
use crate::{
    db::sessions::LiveSession,
    domain::{
        account::AccountId,
        desk::{decision::Decision, queue::Act, remark::Remark},
    },
    service::{
        ServiceError, Services,
        desk::hold::Barred,
        standing::{self, By},
    },
};

/// Lets in whoever waits with an account, or closes it.
pub(super) async fn decide(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
    act: Act,
    reason: Option<&Remark>,
) -> Result<Verdict, ServiceError> {
    let decision = match act {
        Act::Approve => Decision::Approve,
        Act::Decline | Act::Ask => Decision::Reject,
    };
    let mut held = match held_for(services, session, account, decision.rule()).await? {
        Ok(held) => held,
        Err(barred) => return Ok(barred.into()),
    };
    if held.account.status != decision.from() {
        held.transaction.roll_back().await?;
        return Ok(Barred::Decided.into());
    }
    let by = By {
        actor: Some(session.account),
        reason,
    };
    let connection = &mut held.transaction;
    standing::decide(services, connection, &held.account, decision, None, by).await?;
    held.transaction.commit().await?;
    Ok(Verdict::Done)
}
