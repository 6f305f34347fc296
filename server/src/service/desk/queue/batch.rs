//! Decisions about several items in one go: one after the other, each a transaction of its own, and a
//! report of what became of each.

use uuid::Uuid;

use super::decide::{Verdict, decide};
use crate::{
    db::{
        desk::batches::{self, Batch},
        sessions::LiveSession,
    },
    domain::desk::{
        queue::{Act, Item},
        remark::Remark,
    },
    random,
    service::{
        ServiceError, Services, confirmation,
        desk::hold::{self, Barred},
    },
};

/// What became of several decisions.
pub type Report = Batch;

/// Decides about several items, and gives the report's id. What can't be done for one doesn't keep the
/// others.
///
/// # Errors
/// In the inner result, why nothing was begun.
pub async fn decide_all(
    services: &Services,
    session: &LiveSession,
    items: &[Item],
    act: Act,
    reason: Option<&Remark>,
) -> Result<Result<Uuid, Barred>, ServiceError> {
    let barred = if !confirmation::is_fresh(services, session) {
        Some(Barred::NotFresh)
    } else if act == Act::Decline && reason.is_none() {
        Some(Barred::Reason)
    } else {
        None
    };
    if let Some(barred) = barred {
        return Ok(Err(hold::refuse(services, session, None, barred).await?));
    }
    let now = services.now();
    let id = random::id(now)?;
    let mut connection = services.pool.acquire().await?;
    batches::begin(&mut connection, id, session.account, act, items, now).await?;
    connection.give_back();
    for item in items {
        let verdict = decide(services, session, *item, act, reason).await?;
        let mut connection = services.pool.acquire().await?;
        batches::note(&mut connection, id, *item, verdict.as_str()).await?;
        connection.give_back();
        // Whoever may not go on, doesn't.
        if let Verdict::Barred(Barred::SessionOver | Barred::NotFresh) = verdict {
            break;
        }
    }
    Ok(Ok(id))
}

/// What became of several decisions; `None` when there are none with this id.
pub async fn report(services: &Services, id: Uuid) -> Result<Option<Report>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let report = batches::find(&mut connection, id).await?;
    connection.give_back();
    Ok(report)
}
