//! The policy: changed at the desk, told to the owners, undone.

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{Refused, reason, refuse};
use crate::{
    db::{
        accounts::AccountRow,
        audit::{self, NewEvent},
        desk::dormancy::policies::{self, PolicyRow},
        roles,
        sessions::LiveSession,
    },
    domain::{
        desk::dormancy::{BadNumbers, Numbers, Policy},
        name::full_name,
        proof::UNDO_FOR,
    },
    mail::letters::{self, Dormancy},
    service::{
        ServiceError, Services,
        desk::hold::{self, Barred},
        mailer,
    },
};

/// What somebody wants the policy to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The revision that they have seen: when there is another by now, they look again first.
    pub seen: i32,
    /// Whether it is on.
    pub is_on: bool,
    /// The numbers.
    pub numbers: Result<Numbers, BadNumbers>,
    /// Why, in their words.
    pub reason: String,
}

/// Changes the policy, and tells every owner.
///
/// # Errors
/// Why it can't be done now, in the inner result; that is recorded.
pub async fn change(
    services: &Services,
    session: &LiveSession,
    wanted: Wanted,
) -> Result<Result<(), Refused>, ServiceError> {
    // Whoever acts stands for themselves: the policy is nobody's account.
    let held = match hold::hold(services, session, session.account).await? {
        Ok(held) => held,
        Err(barred) => return refuse(services, session, None, barred).await,
    };
    let (mut transaction, now) = (held.transaction, services.now());
    let made = reason(&wanted.reason).map_err(Refused::from);
    let made = made.and_then(|reason| Ok((reason, wanted.numbers.map_err(Refused::Numbers)?)));
    let (reason, numbers) = match made {
        Ok(made) => made,
        Err(refused) => {
            transaction.roll_back().await?;
            return refuse(services, session, None, refused).await;
        }
    };
    let current = policies::current(&mut transaction).await?;
    let after = current.policy.changed(wanted.is_on, numbers, now);
    let new = Successor {
        actor: &held.actor,
        policy: &after,
        reason: &reason,
    };
    if current.revision != wanted.seen
        || !succeed(services, &mut transaction, &current, &new).await?
    {
        transaction.roll_back().await?;
        return refuse(services, session, None, Barred::Decided).await;
    }
    let event = NewEvent {
        action: "dormancy.changed",
        actor: Some(held.actor.id),
        detail: Some(json!({
            "revision": current.revision + 1,
            "before": in_record(&current.policy),
            "after": in_record(&after),
        })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Ok(()))
}

/// Puts back the policy that one of a revision took the place of, for two weeks and if nothing has taken
/// its place since; and tells every owner.
///
/// # Errors
/// Why it can't be done now, in the inner result; that is recorded.
pub async fn undo(
    services: &Services,
    session: &LiveSession,
    revision: i32,
) -> Result<Result<(), Refused>, ServiceError> {
    let held = match hold::hold(services, session, session.account).await? {
        Ok(held) => held,
        Err(barred) => return refuse(services, session, None, barred).await,
    };
    let (mut transaction, now) = (held.transaction, services.now());
    let current = policies::current(&mut transaction).await?;
    let before = policies::find(&mut transaction, revision.saturating_sub(1)).await?;
    let undone = match before.filter(|_| current.revision == revision) {
        None => Err(Barred::Decided.into()),
        Some(_) if now - current.changed_at >= UNDO_FOR => Err(Refused::TooLate),
        Some(before) => {
            let before = (before.policy.is_on, before.policy.numbers);
            put_back(services, &mut transaction, &held.actor, &current, before)
                .await?
                .map_err(Refused::from)
        }
    };
    let after = match undone {
        Ok(after) => after,
        Err(refused) => {
            transaction.roll_back().await?;
            return refuse(services, session, None, refused).await;
        }
    };
    let event = NewEvent {
        action: "dormancy.changed.undone",
        actor: Some(held.actor.id),
        detail: Some(json!({
            "undid_revision": revision,
            "revision": revision + 1,
            "before": in_record(&current.policy),
            "after": in_record(&after),
        })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Ok(()))
}

/// Puts back the policy that a change took the place of, if nothing has taken its place since, and tells
/// every owner. The caller holds `actor` locked and has judged them, and records it. `detail` is that of
/// the change in the record.
///
/// # Errors
/// [`Barred::Decided`] in the inner result when something else is in force by now.
pub async fn undo_change(
    services: &Services,
    connection: &mut PgConnection,
    actor: &AccountRow,
    detail: &Value,
) -> Result<Result<(), Barred>, ServiceError> {
    let current = policies::current(connection).await?;
    let is_in_force = detail["revision"].as_i64() == Some(i64::from(current.revision));
    let Some(before) = from_record(&detail["before"]).filter(|_| is_in_force) else {
        return Ok(Err(Barred::Decided));
    };
    let after = put_back(services, connection, actor, &current, before).await?;
    Ok(after.map(drop))
}

async fn put_back(
    services: &Services,
    connection: &mut PgConnection,
    actor: &AccountRow,
    current: &PolicyRow,
    (is_on, numbers): (bool, Numbers),
) -> Result<Result<Policy, Barred>, ServiceError> {
    // Whom it covers again has two weeks again.
    let after = current.policy.changed(is_on, numbers, services.now());
    let new = Successor {
        actor,
        policy: &after,
        reason: "The change before was undone.",
    };
    let done = succeed(services, connection, current, &new).await?;
    Ok(done.then_some(after).ok_or(Barred::Decided))
}

/// What takes the place of a policy.
struct Successor<'a> {
    actor: &'a AccountRow,
    policy: &'a Policy,
    reason: &'a str,
}

/// Puts a policy in the place of another one, and tells every owner; `false`, and nothing written, when
/// something else has taken it already.
async fn succeed(
    services: &Services,
    connection: &mut PgConnection,
    current: &PolicyRow,
    new: &Successor<'_>,
) -> Result<bool, ServiceError> {
    let (actor, now) = (new.actor, services.now());
    let row = (new.policy, new.reason);
    if !policies::follow(connection, current.revision, row, actor.id, now).await? {
        return Ok(false);
    }
    let told = Dormancy {
        firm: &services.config.firm_name,
        by: &full_name(&actor.first_name, &actor.last_name, &actor.email),
        reason: new.reason,
        page_url: &services.config.web.public_url.join("/admin/dormancy"),
    };
    let letter = letters::dormancy_changed(&told, &current.policy, new.policy);
    for (owner, email) in roles::active_owners(connection).await? {
        mailer::put(connection, owner, &email, &letter, now).await?;
    }
    Ok(true)
}

/// A policy in the record.
fn in_record(policy: &Policy) -> Value {
    json!({
        "on": policy.is_on,
        "close_after": policy.numbers.close_after(),
        "remind_before": policy.numbers.remind_before(),
    })
}

fn from_record(detail: &Value) -> Option<(bool, Numbers)> {
    let days = |days: &Value| u16::try_from(days.as_u64()?).ok();
    let reminders: Option<Vec<u16>> = detail["remind_before"]
        .as_array()?
        .iter()
        .map(days)
        .collect();
    let numbers = Numbers::new(days(&detail["close_after"])?, reminders?).ok()?;
    Some((detail["on"].as_bool()?, numbers))
}
