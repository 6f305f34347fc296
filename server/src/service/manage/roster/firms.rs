//! What administrators do with a connected firm: have it read, stop that, disconnect it.

use serde_json::json;
use uuid::Uuid;

use super::rule::{end, tell_owners};
use crate::{
    db::{
        audit::{self, NewEvent},
        manage::{
            differences, firms,
            grants::{self, Ends, State},
            reads,
        },
        sessions::LiveSession,
    },
    domain::{
        desk::{remark::Remark, rules::Right},
        manage::roster::{Ending, Failure},
    },
    mail::letters,
    random,
    service::{
        ServiceError, Services,
        desk::hold::{self, Barred},
    },
};

const STOPPED: Ending = Ending::Failed(Failure::Stopped);

/// Why a firm can't be read now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// As everywhere at the desk.
    Barred(Barred),
    /// It is being read.
    ReadingAlready,
    /// Clio no longer takes the connection.
    ReconnectFirst,
}

/// Begins to read a firm's people. It asks for no fresh sign-in: it changes nobody's access that the rule
/// wouldn't change in the night.
///
/// # Errors
/// Why it can't be done now, in the inner result; that is recorded.
pub async fn read(
    services: &Services,
    session: &LiveSession,
    firm: Uuid,
) -> Result<Result<(), Refused>, ServiceError> {
    let held = hold::hold_on_behalf(services, session.account, session.account, Right::Decide);
    let mut held = match held.await? {
        Ok(held) => held,
        Err(barred) => {
            let barred = hold::refuse(services, session, None, barred).await?;
            return Ok(Err(Refused::Barred(barred)));
        }
    };
    let now = services.now();
    let to = &mut held.transaction;
    let found = firms::find(to, firm).await?;
    let grant = match &found {
        Some(found) => grants::find(to, found.grant).await?,
        None => None,
    };
    let refused = match grant.map(|grant| grant.state) {
        None => Some((Refused::Barred(Barred::Gone), Barred::Gone.reason())),
        Some(State::Reconnect | State::Ended) => Some((Refused::ReconnectFirst, "reconnect_first")),
        Some(State::Live) => {
            let id = random::id(now)?;
            let is_begun = reads::begin(to, id, firm, Some(session.account), now).await?;
            (!is_begun).then_some((Refused::ReadingAlready, "reading_already"))
        }
    };
    if let Some((refused, reason)) = refused {
        held.transaction.roll_back().await?;
        hold::refuse_for(services, session, None, reason).await?;
        return Ok(Err(refused));
    }
    let event = NewEvent {
        action: "roster.read_begun",
        actor: Some(session.account),
        detail: Some(json!({ "firm": firm })),
        ..NewEvent::default()
    };
    audit::record(to, &event, now).await?;
    held.transaction.commit().await?;
    services.recorded();
    services.manage_wake.notify_one();
    Ok(Ok(()))
}

/// Stops the read of a firm that is under way.
///
/// # Errors
/// Why it can't be done now, in the inner result; that is recorded.
pub async fn stop(
    services: &Services,
    session: &LiveSession,
    firm: Uuid,
) -> Result<Result<(), Barred>, ServiceError> {
    let held = hold::hold_on_behalf(services, session.account, session.account, Right::Decide);
    let mut held = match held.await? {
        Ok(held) => held,
        Err(barred) => return Ok(Err(hold::refuse(services, session, None, barred).await?)),
    };
    let now = services.now();
    let to = &mut held.transaction;
    let by = Some(session.account);
    let is_stopped = match reads::under_way(to, firm).await? {
        Some(read) => reads::end(to, read, STOPPED, by, now).await?,
        None => false,
    };
    if is_stopped {
        let event = NewEvent {
            action: "roster.read_stopped",
            actor: by,
            detail: Some(json!({ "firm": firm })),
            ..NewEvent::default()
        };
        audit::record(to, &event, now).await?;
    }
    let outcome = is_stopped.then_some(()).ok_or(Barred::Decided);
    end(services, session, held, outcome).await
}

/// Disconnects a firm: a read under way ends, what waits is settled, and the connection is given back to
/// Clio behind the request. Nobody loses access by it.
///
/// # Errors
/// Why it can't be done now, in the inner result; that is recorded.
pub async fn disconnect(
    services: &Services,
    session: &LiveSession,
    firm: Uuid,
    reason: &Remark,
) -> Result<Result<(), Barred>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let found = firms::find(&mut connection, firm).await?;
    connection.give_back();
    // The grant is that account's, which is locked before it.
    let account = found.map_or(session.account, |found| found.connected_by);
    let mut held = match hold::hold_or_refuse(services, session, account).await? {
        Ok(held) => held,
        Err(barred) => return Ok(Err(barred)),
    };
    let now = services.now();
    let to = &mut held.transaction;
    let found = firms::lock(to, firm).await?;
    let outcome = match found.filter(|found| found.connected_by == account) {
        Some(found) => {
            firms::disconnect(to, firm, session.account, reason.as_str(), now).await?;
            if let Some(read) = reads::under_way(to, firm).await? {
                reads::end(to, read, STOPPED, Some(session.account), now).await?;
            }
            differences::settle_all(to, firm, now).await?;
            let ends = Ends::This(found.grant);
            grants::end(to, account, ends, "disconnected", now).await?;
            let event = NewEvent {
                action: "roster.disconnected",
                actor: Some(session.account),
                detail: Some(json!({ "firm": found.key.to_string() })),
                ..NewEvent::default()
            };
            audit::record(to, &event, now).await?;
            let names = (found.name.as_str(), reason.as_str());
            tell_owners(services, &mut held, names, letters::roster_disconnected).await?;
            Ok(())
        }
        None => Err(Barred::Decided),
    };
    let ended = end(services, session, held, outcome).await?;
    if ended.is_ok() {
        services.manage_wake.notify_one();
    }
    Ok(ended)
}
