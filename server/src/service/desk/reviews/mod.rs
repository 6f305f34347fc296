//! Review campaigns: somebody begins one over a list of links, the reviewers that it names attest each of
//! them, an administrator carries out what is to go and closes it, and what was said is handed out as
//! evidence.
//!
//! The order of locks is account, session, campaign, items, audit. Whoever decides holds the campaign,
//! so nothing is decided in one that is being closed.

pub mod beginning;
pub mod carrying;
pub mod closing;
pub mod deciding;
pub mod evidence;
pub mod gathering;
pub mod looking;
pub mod pack;
pub mod reminding;
pub mod scope;

use super::hold::{Barred, refuse};
use crate::{
    db::{
        accounts::{self, AccountRow},
        pool::Transaction,
        sessions::{self, LiveSession},
    },
    domain::{
        account::Status,
        desk::rules::{NotAllowed, Right},
    },
    service::{ServiceError, Services},
};

/// Whoever acts, with their account's row locked, in the transaction that acts.
struct Acting {
    transaction: Transaction,
    actor: AccountRow,
}

/// Begins an act on no account: role and state are those under the lock.
///
/// # Errors
/// Why it can't be done now, in the inner result: nothing is held then.
async fn act(
    services: &Services,
    session: &LiveSession,
    right: Right,
) -> Result<Result<Acting, Barred>, ServiceError> {
    let mut transaction = services.pool.begin().await?;
    let actor = accounts::lock(&mut transaction, session.account).await?;
    let is_alive = sessions::lock_live(&mut transaction, session.id).await?;
    let barred = match actor.filter(|actor| is_alive && actor.status == Status::Active) {
        Some(actor) if right.is_of(actor.role) => {
            return Ok(Ok(Acting { transaction, actor }));
        }
        Some(_) => Barred::from(NotAllowed::Role),
        None => Barred::SessionOver,
    };
    transaction.roll_back().await?;
    Ok(Err(barred))
}

/// Undoes what an act did so far, and records why it can't be done.
async fn give_up<T>(
    services: &Services,
    session: &LiveSession,
    acting: Acting,
    barred: Barred,
) -> Result<Result<T, Barred>, ServiceError> {
    acting.transaction.roll_back().await?;
    refused(services, session, barred).await
}

/// Records why something can't be done.
async fn refused<T>(
    services: &Services,
    session: &LiveSession,
    barred: Barred,
) -> Result<Result<T, Barred>, ServiceError> {
    Ok(Err(refuse(services, session, None, barred).await?))
}
