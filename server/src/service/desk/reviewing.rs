//! Attesting that a link is right.

use super::{
    acts::{Acted, finish},
    hold::{Barred, Held, hold_to_attest, refuse},
};
use crate::{
    db::{
        audit::{self, NewEvent},
        desk::reviews,
        identities,
        sessions::LiveSession,
    },
    domain::{
        account::IdentityId,
        desk::{remark::Remark, rules::NotAllowed},
    },
    service::{ServiceError, Services, in_turns},
};

/// Attests a link that is alive, of somebody else's account.
pub async fn review(
    services: &Services,
    session: &LiveSession,
    identity: IdentityId,
    note: Option<&Remark>,
) -> Acted {
    in_turns(|| try_review(services, session, identity, note)).await
}

async fn try_review(
    services: &Services,
    session: &LiveSession,
    identity: IdentityId,
    note: Option<&Remark>,
) -> Acted {
    let mut connection = services.pool.acquire().await?;
    let owner = identities::owner(&mut connection, identity).await?;
    connection.give_back();
    let Some(account) = owner else {
        return Ok(Err(refuse(services, session, None, Barred::Gone).await?));
    };
    let mut held = match hold_to_attest(services, session, account).await? {
        Ok(held) => held,
        Err(barred) => {
            return Ok(Err(refuse(services, session, Some(account), barred).await?));
        }
    };
    let outcome = review_held(services, &mut held, identity, note).await?;
    finish(services, session, held, outcome).await
}

/// The same for a held account; gives the event that it leaves.
pub(super) async fn review_held(
    services: &Services,
    held: &mut Held,
    identity: IdentityId,
    note: Option<&Remark>,
) -> Result<Result<i64, Barred>, ServiceError> {
    if let Err(barred) = may_review(held, identity).await? {
        return Ok(Err(barred));
    }
    let now = services.now();
    let text = note.map_or("", Remark::as_str);
    reviews::put(&mut held.transaction, identity, held.actor.id, text, now).await?;
    let event = NewEvent {
        action: "identity.reviewed",
        actor: Some(held.actor.id),
        account: Some(held.account.id),
        identity: Some(identity),
        ..NewEvent::default()
    };
    Ok(Ok(audit::put(&mut held.transaction, &event, now).await?))
}

async fn may_review(
    held: &mut Held,
    identity: IdentityId,
) -> Result<Result<(), Barred>, ServiceError> {
    // Nobody attests what is their own.
    if held.actor.id == held.account.id {
        return Ok(Err(NotAllowed::Oneself.into()));
    }
    let live = identities::live_of_account(&mut held.transaction, held.account.id).await?;
    Ok(if live.contains(&identity) {
        Ok(())
    } else {
        Err(Barred::Decided)
    })
}
