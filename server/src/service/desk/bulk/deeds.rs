//! Does to one of many what is done to all of them: by the same rules, under the same locks, and with the
//! same record and mail as when it is done to one alone.

use sqlx::PgConnection;

use super::right;
use crate::{
    db::{
        desk::{bulk::Bulk, bulk_gathering, bulk_items::Item},
        pool::Transaction,
    },
    domain::desk::{
        bulk::{Deed, Skip},
        decision::Decision,
        remark::{LONGEST_REASON, Remark},
    },
    service::{
        ServiceError, Services,
        desk::{
            acts,
            hold::{Barred, Held, hold_on_behalf},
            reviewing, undoing,
        },
    },
};

/// One of many, dealt with in a transaction that waits to be committed.
pub(super) struct Deal {
    /// The transaction; nothing is written in it where the outcome is to leave it alone.
    pub(super) transaction: Transaction,
    /// The event that it left, or why it is left alone.
    pub(super) outcome: Result<i64, Skip>,
}

/// Whoever confirmed the act may not decide about people any more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Revoked;

/// Deals with one of many.
pub(super) async fn deal(
    services: &Services,
    act: &Bulk,
    item: &Item,
) -> Result<Result<Deal, Revoked>, ServiceError> {
    let right = right(act.deed, act.undoes_deed);
    let held = hold_on_behalf(services, act.actor, item.account, right).await?;
    let skip = match held {
        Ok(mut held) => match dealt(services, &mut held, act, item).await? {
            Ok(event) => {
                return Ok(Ok(Deal {
                    transaction: held.transaction,
                    outcome: Ok(event),
                }));
            }
            Err(barred) => {
                held.transaction.roll_back().await?;
                skip(barred)
            }
        },
        Err(Barred::Gone) => Skip::Changed,
        Err(_) => return Ok(Err(Revoked)),
    };
    Ok(Ok(Deal {
        transaction: services.pool.begin().await?,
        outcome: Err(skip),
    }))
}

async fn dealt(
    services: &Services,
    held: &mut Held,
    act: &Bulk,
    item: &Item,
) -> Result<Result<i64, Barred>, ServiceError> {
    let reason = act
        .reason
        .as_deref()
        .and_then(|text| Remark::parse(text, LONGEST_REASON).ok().flatten());
    let reason = reason.as_ref();
    let decision = match (act.deed, item.identity, item.undo_of) {
        (Deed::Approve, ..) => Decision::Approve,
        (Deed::Reject, ..) => Decision::Reject,
        (Deed::Suspend, ..) => Decision::Suspend,
        (Deed::Reactivate, ..) => Decision::Reactivate,
        (Deed::EndSessions, ..) => {
            return acts::end_sessions_held(services, held, None, reason).await;
        }
        (Deed::Unlink, Some(identity), _) => {
            return acts::unlink_held(services, held, identity, reason).await;
        }
        (Deed::Review, Some(identity), _) => {
            return reviewing::review_held(services, held, identity, reason).await;
        }
        (Deed::Undo, _, Some(event)) => return undoing::undo_held(services, held, event).await,
        (Deed::Unlink | Deed::Review | Deed::Undo, ..) => return Ok(Err(Barred::Gone)),
    };
    let order = acts::Order {
        decision,
        reason: reason.cloned(),
        until: act.until.filter(|until| *until > services.now()),
    };
    acts::decide_held(services, held, &order).await
}

/// Why one is left alone, from why its deed was refused.
const fn skip(barred: Barred) -> Skip {
    match barred {
        Barred::NotAllowed(rule) => Skip::Rule(rule),
        Barred::TooLate => Skip::NotUndoable,
        _ => Skip::Changed,
    }
}

/// Which of those between two places can't be undone any more.
pub(super) async fn not_undoable(
    services: &Services,
    connection: &mut PgConnection,
    act: &Bulk,
    after: i32,
    last: i32,
) -> Result<Vec<(i32, Skip)>, ServiceError> {
    let mut skips = Vec::new();
    for (place, event) in bulk_gathering::undone_between(connection, act.id, after, last).await? {
        if !undoing::can_be_undone(services, connection, event).await? {
            skips.push((place, Skip::NotUndoable));
        }
    }
    Ok(skips)
}
