//! What administrators do to an account, one at a time.

use time::OffsetDateTime;

use super::hold::{Barred, Held, hold_or_refuse, refuse};
use crate::{
    db::{
        audit::{self, NewEvent},
        desk::notes::{self, NewNote},
        identities, passwords, revoking,
        sessions::LiveSession,
    },
    domain::{
        account::{AccountId, IdentityId, Role, SessionId, Status},
        desk::{
            decision::{Decision, role_asks_why},
            remark::Remark,
            rules::{Act, NotAllowed},
        },
        proof,
    },
    mail::letters,
    service::{
        ServiceError, Services,
        disconnecting::{self, Disconnection},
        in_turns, mailer, roles,
        standing::{self, By},
    },
};

/// How an act ended.
pub type Acted = Result<Result<(), Barred>, ServiceError>;

/// What is decided about whether an account can be used.
#[derive(Clone, Debug)]
pub struct Order {
    /// The decision.
    pub decision: Decision,
    /// Why.
    pub reason: Option<Remark>,
    /// When a suspension ends by itself.
    pub until: Option<OffsetDateTime>,
}

/// Decides whether an account can be used.
pub async fn decide(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
    order: &Order,
) -> Acted {
    in_turns(|| async {
        let mut held = match hold_or_refuse(services, session, account).await? {
            Ok(held) => held,
            Err(barred) => return Ok(Err(barred)),
        };
        let outcome = decide_held(services, &mut held, order).await?;
        finish(services, session, held, outcome).await
    })
    .await
}

/// The same for a held account; gives the event that it leaves.
pub(in crate::service) async fn decide_held(
    services: &Services,
    held: &mut Held,
    order: &Order,
) -> Result<Result<i64, Barred>, ServiceError> {
    if let Err(barred) = may_decide(held, order) {
        return Ok(Err(barred));
    }
    let by = By {
        actor: Some(held.actor.id),
        reason: order.reason.as_ref(),
    };
    let to = &mut held.transaction;
    let event = standing::decide(services, to, &held.account, order.decision, order.until, by);
    Ok(Ok(event.await?))
}

fn may_decide(held: &Held, order: &Order) -> Result<(), Barred> {
    held.may(order.decision.rule())?;
    if held.account.status != order.decision.from() {
        return Err(Barred::Decided);
    }
    with_reason(order.decision.asks_why(), order.reason.as_ref())
}

/// Gives an account that is in use another role.
pub async fn set_role(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
    role: Role,
    reason: Option<&Remark>,
) -> Acted {
    in_turns(|| async {
        let mut held = match hold_or_refuse(services, session, account).await? {
            Ok(held) => held,
            Err(barred) => return Ok(Err(barred)),
        };
        if let Err(barred) = may_set_role(&held, role, reason) {
            return finish(services, session, held, Err(barred)).await;
        }
        let now = services.now();
        let row = &held.account;
        roles::set(services, &mut held.transaction, row, role).await?;
        let event = NewEvent {
            action: roles::action(role),
            actor: Some(held.actor.id),
            account: Some(row.id),
            reason: Some(role.as_str()),
            detail: Some(roles::detail(row.role, role)),
            ..NewEvent::default()
        };
        let letter = roles::letter(services, role);
        mailer::put(&mut held.transaction, row.id, &row.email, &letter, now).await?;
        record(&mut held, &event, reason, now).await?;
        commit(services, held).await
    })
    .await
}

fn may_set_role(held: &Held, role: Role, reason: Option<&Remark>) -> Result<(), Barred> {
    held.may(Act::SetRole(role))?;
    // Whoever is invited got a link by mail, which is too little for an administrator.
    if held.account.status != Status::Active || held.account.role == role {
        return Err(Barred::Decided);
    }
    with_reason(role_asks_why(held.account.role, role), reason)
}

/// Ends the sessions of an account; one's own but for the one that asks.
pub async fn end_sessions(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
    reason: Option<&Remark>,
) -> Acted {
    let mut held = match hold_or_refuse(services, session, account).await? {
        Ok(held) => held,
        Err(barred) => return Ok(Err(barred)),
    };
    let outcome = end_sessions_held(services, &mut held, Some(session.id), reason).await?;
    finish(services, session, held, outcome).await
}

/// The same for a held account, where `session` is the one that asks, if any does; gives the event that it
/// leaves.
pub(super) async fn end_sessions_held(
    services: &Services,
    held: &mut Held,
    session: Option<SessionId>,
    reason: Option<&Remark>,
) -> Result<Result<i64, Barred>, ServiceError> {
    if let Err(barred) = held.may(Act::EndSessions) {
        return Ok(Err(barred));
    }
    let now = services.now();
    let account = held.account.id;
    let to = &mut held.transaction;
    let ended = match session {
        _ if held.actor.id != account => revoking::of_account(to, account, now).await?,
        Some(session) => revoking::others(to, account, session, now).await?,
        // Nobody throws themselves out who isn't there to see it.
        None => return Ok(Err(NotAllowed::Oneself.into())),
    };
    if ended == 0 {
        return Ok(Err(Barred::Decided));
    }
    let event = NewEvent {
        action: "session.all_ended",
        actor: Some(held.actor.id),
        account: Some(account),
        detail: Some(serde_json::json!({ "ended": ended })),
        ..NewEvent::default()
    };
    let sign_in = services.config.web.public_url.join("/sign-in");
    let letter = letters::signed_out(&services.config.firm_name, &sign_in);
    mailer::put(to, account, &held.account.email, &letter, now).await?;
    Ok(Ok(record(held, &event, reason, now).await?))
}

/// Disconnects a login from its account, also the last way in, and ends the sessions that it opened.
pub async fn unlink(
    services: &Services,
    session: &LiveSession,
    identity: IdentityId,
    reason: Option<&Remark>,
) -> Acted {
    in_turns(|| async {
        let mut connection = services.pool.acquire().await?;
        let owner = identities::owner(&mut connection, identity).await?;
        connection.give_back();
        let Some(account) = owner else {
            return Ok(Err(refuse(services, session, None, Barred::Gone).await?));
        };
        let mut held = match hold_or_refuse(services, session, account).await? {
            Ok(held) => held,
            Err(barred) => return Ok(Err(barred)),
        };
        let outcome = unlink_held(services, &mut held, identity, reason).await?;
        finish(services, session, held, outcome).await
    })
    .await
}

/// The same for a held account; gives the event that it leaves.
pub(super) async fn unlink_held(
    services: &Services,
    held: &mut Held,
    identity: IdentityId,
    reason: Option<&Remark>,
) -> Result<Result<i64, Barred>, ServiceError> {
    if let Err(barred) = may_unlink(held, identity, reason).await? {
        return Ok(Err(barred));
    }
    let disconnection = Disconnection {
        account: &held.account,
        identity,
        actor: held.actor.id,
        visit: None,
    };
    let to = &mut held.transaction;
    let event = disconnecting::disconnect(services, to, &disconnection).await?;
    annotate(held, event, Some(identity), reason, services.now()).await?;
    Ok(Ok(event))
}

async fn may_unlink(
    held: &mut Held,
    identity: IdentityId,
    reason: Option<&Remark>,
) -> Result<Result<(), Barred>, ServiceError> {
    if let Err(barred) = may_disconnect(held, &[identity]).await? {
        return Ok(Err(barred));
    }
    Ok(with_reason(true, reason))
}

/// Whether the rules allow to disconnect logins from the held account, which are all connected.
pub(super) async fn may_disconnect(
    held: &mut Held,
    identities: &[IdentityId],
) -> Result<Result<(), Barred>, ServiceError> {
    let account = held.account.id;
    let live = identities::live_of_account(&mut held.transaction, account).await?;
    let password = passwords::hash(&mut held.transaction, account).await?;
    // What would be left before the last of them goes.
    let left = (live.len() + 1).saturating_sub(identities.len());
    let is_last_way_in =
        !proof::may_disconnect(left, password.is_some(), held.account.email_verified);
    if let Err(barred) = held.may(Act::Unlink { is_last_way_in }) {
        return Ok(Err(barred));
    }
    if !identities.iter().all(|identity| live.contains(identity)) {
        return Ok(Err(Barred::Decided));
    }
    Ok(Ok(()))
}

/// Whether what has to say why does.
fn with_reason(asks: bool, reason: Option<&Remark>) -> Result<(), Barred> {
    if asks && reason.is_none() {
        return Err(Barred::Reason);
    }
    Ok(())
}

/// Records an event about the held account, with what was written about it; gives the event.
async fn record(
    held: &mut Held,
    event: &NewEvent<'_>,
    reason: Option<&Remark>,
    now: OffsetDateTime,
) -> Result<i64, ServiceError> {
    let id = audit::put(&mut held.transaction, event, now).await?;
    annotate(held, id, event.identity, reason, now).await?;
    Ok(id)
}

/// Keeps what was written about an event.
async fn annotate(
    held: &mut Held,
    event: i64,
    identity: Option<IdentityId>,
    reason: Option<&Remark>,
    now: OffsetDateTime,
) -> Result<(), ServiceError> {
    let Some(text) = reason else {
        return Ok(());
    };
    let note = NewNote {
        event,
        account: held.account.id,
        identity,
        author: Some(held.actor.id),
        kind: notes::Kind::Reason,
        text,
    };
    notes::put(&mut held.transaction, &note, now).await?;
    Ok(())
}

/// Makes what was done to a held account so; or records why nothing was.
pub(super) async fn finish(
    services: &Services,
    session: &LiveSession,
    held: Held,
    outcome: Result<i64, Barred>,
) -> Acted {
    let Err(barred) = outcome else {
        return commit(services, held).await;
    };
    let account = held.account.id;
    held.transaction.roll_back().await?;
    Ok(Err(refuse(services, session, Some(account), barred).await?))
}

/// Makes it so, and wakes those who go on with it.
pub(super) async fn commit(services: &Services, held: Held) -> Acted {
    held.transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Ok(()))
}
