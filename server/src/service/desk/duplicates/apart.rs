//! Putting a pair aside: they are two people's. And taking that back.

use crate::{
    db::{
        audit::{self, NewEvent},
        desk::duplicates::pairs,
        sessions::LiveSession,
    },
    domain::account::AccountId,
    service::{
        ServiceError, Services,
        desk::hold::{self, Barred, HeldSeveral},
    },
};

/// Puts a pair aside for good, or, with `aside` false, back among the others.
///
/// # Errors
/// Why it can't be done now, in the inner result: it is recorded then, and nothing is changed.
pub async fn put(
    services: &Services,
    session: &LiveSession,
    (a, b): (AccountId, AccountId),
    aside: bool,
) -> Result<Result<(), Barred>, ServiceError> {
    match try_put(services, session, in_order(a, b), aside).await? {
        Ok(()) => Ok(Ok(())),
        Err(barred) => hold::refuse(services, session, Some(a), barred)
            .await
            .map(Err),
    }
}

async fn try_put(
    services: &Services,
    session: &LiveSession,
    (a, b): (AccountId, AccountId),
    aside: bool,
) -> Result<Result<(), Barred>, ServiceError> {
    let HeldSeveral {
        mut transaction,
        actor,
        ..
    } = match hold::hold_several(services, session, [a, b]).await? {
        Ok(held) => held,
        Err(barred) => return Ok(Err(barred)),
    };
    let now = services.now();
    if !pairs::set_aside(&mut transaction, (a, b), aside.then_some(now)).await? {
        transaction.roll_back().await?;
        return Ok(Err(Barred::Decided));
    }
    let event = NewEvent {
        action: if aside {
            "duplicate.set_aside"
        } else {
            "duplicate.reconsidered"
        },
        actor: Some(actor.id),
        account: Some(a),
        detail: Some(serde_json::json!({ "other": b.0 })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(Ok(()))
}

/// Two accounts as pairs are stored: the smaller id first.
pub(super) fn in_order(a: AccountId, b: AccountId) -> (AccountId, AccountId) {
    if a.0 < b.0 { (a, b) } else { (b, a) }
}
