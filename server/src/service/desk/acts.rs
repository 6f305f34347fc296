//! What administrators do to an account, one at a time.

use time::OffsetDateTime;

use super::hold::{Barred, Held, hold_for, refuse};
use crate::{
    db::{
        audit::{self, NewEvent},
        desk::notes::{self, NewNote},
        identities, passwords, revoking,
        sessions::LiveSession,
    },
    domain::{
        account::{AccountId, IdentityId, Role, Status},
        desk::{
            decision::{Decision, role_asks_why},
            remark::Remark,
            rules::Act,
        },
        proof::may_disconnect,
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
        let check = |held: &Held| {
            held.may(order.decision.rule())?;
            if held.account.status != order.decision.from() {
                return Err(Barred::Decided);
            }
            with_reason(order.decision.asks_why(), order.reason.as_ref())
        };
        let mut held = match hold_for(services, session, account, check).await? {
            Ok(held) => held,
            Err(barred) => return Ok(Err(barred)),
        };
        let by = By {
            actor: Some(held.actor.id),
            reason: order.reason.as_ref(),
        };
        let to = &mut held.transaction;
        standing::decide(services, to, &held.account, order.decision, order.until, by).await?;
        commit(services, held).await
    })
    .await
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
        let check = |held: &Held| {
            held.may(Act::SetRole(role))?;
            // Whoever is invited got a link by mail, which is too little for an administrator.
            if held.account.status != Status::Active || held.account.role == role {
                return Err(Barred::Decided);
            }
            with_reason(role_asks_why(held.account.role, role), reason)
        };
        let mut held = match hold_for(services, session, account, check).await? {
            Ok(held) => held,
            Err(barred) => return Ok(Err(barred)),
        };
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

/// Ends the sessions of an account; one's own but for the one that asks.
pub async fn end_sessions(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
    reason: Option<&Remark>,
) -> Acted {
    let check = |held: &Held| held.may(Act::EndSessions);
    let mut held = match hold_for(services, session, account, check).await? {
        Ok(held) => held,
        Err(barred) => return Ok(Err(barred)),
    };
    let now = services.now();
    let to = &mut held.transaction;
    let ended = if session.account == account {
        revoking::others(to, account, session.id, now).await?
    } else {
        revoking::of_account(to, account, now).await?
    };
    if ended == 0 {
        held.transaction.roll_back().await?;
        let barred = refuse(services, session, Some(account), Barred::Decided).await?;
        return Ok(Err(barred));
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
    record(&mut held, &event, reason, now).await?;
    commit(services, held).await
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
        let check = |_: &Held| Ok(());
        let mut held = match hold_for(services, session, account, check).await? {
            Ok(held) => held,
            Err(barred) => return Ok(Err(barred)),
        };
        if let Err(barred) = may_unlink(&mut held, identity, reason).await? {
            held.transaction.roll_back().await?;
            return Ok(Err(refuse(services, session, Some(account), barred).await?));
        }
        let now = services.now();
        let disconnection = Disconnection {
            account: &held.account,
            identity,
            actor: held.actor.id,
            visit: None,
        };
        let event =
            disconnecting::disconnect(services, &mut held.transaction, &disconnection).await?;
        if let Some(text) = reason {
            let note = NewNote {
                event,
                account,
                identity: Some(identity),
                author: Some(held.actor.id),
                kind: notes::Kind::Reason,
                text,
            };
            notes::put(&mut held.transaction, &note, now).await?;
        }
        commit(services, held).await
    })
    .await
}

async fn may_unlink(
    held: &mut Held,
    identity: IdentityId,
    reason: Option<&Remark>,
) -> Result<Result<(), Barred>, ServiceError> {
    let account = held.account.id;
    let live = identities::live_of_account(&mut held.transaction, account).await?;
    let password = passwords::hash(&mut held.transaction, account).await?;
    let is_last_way_in =
        !may_disconnect(live.len(), password.is_some(), held.account.email_verified);
    if let Err(barred) = held.may(Act::Unlink { is_last_way_in }) {
        return Ok(Err(barred));
    }
    if !live.contains(&identity) {
        return Ok(Err(Barred::Decided));
    }
    Ok(with_reason(true, reason))
}

/// Whether what has to say why does.
fn with_reason(asks: bool, reason: Option<&Remark>) -> Result<(), Barred> {
    if asks && reason.is_none() {
        return Err(Barred::Reason);
    }
    Ok(())
}

/// Records an event about the held account, with what was written about it.
async fn record(
    held: &mut Held,
    event: &NewEvent<'_>,
    reason: Option<&Remark>,
    now: OffsetDateTime,
) -> Result<(), ServiceError> {
    let id = audit::put(&mut held.transaction, event, now).await?;
    let Some(text) = reason else {
        return Ok(());
    };
    let note = NewNote {
        event: id,
        account: held.account.id,
        identity: event.identity,
        author: Some(held.actor.id),
        kind: notes::Kind::Reason,
        text,
    };
    notes::put(&mut held.transaction, &note, now).await?;
    Ok(())
}

/// Makes it so, and wakes those who go on with it.
pub(super) async fn commit(services: &Services, held: Held) -> Acted {
    held.transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Ok(()))
}
