//! The policy: changed at the desk, told to the owners, undone.

use serde_json::{Value, json};
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Refused, reason, refuse};
use crate::{
    db::{
        accounts::AccountRow,
        audit::{self, NewEvent},
        desk::dormancy::{policies, unused},
        sessions::LiveSession,
    },
    domain::{
        account::AccountId,
        desk::dormancy::{BadNumbers, Numbers, Policy},
        name::full_name,
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
    let before = policies::current(&mut transaction).await?;
    let after = before.policy.changed(wanted.is_on, numbers, now);
    let is_newest = before.revision == wanted.seen;
    if !is_newest
        || !policies::follow(
            &mut transaction,
            wanted.seen,
            &after,
            &reason,
            held.actor.id,
            now,
        )
        .await?
    {
        transaction.roll_back().await?;
        return refuse(services, session, None, Barred::Decided).await;
    }
    let event = NewEvent {
        action: "dormancy.changed",
        actor: Some(held.actor.id),
        detail: Some(json!({
            "revision": wanted.seen + 1,
            "before": in_record(&before.policy),
            "after": in_record(&after),
        })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    let told = Dormancy {
        firm: &services.config.firm_name,
        by: &full_name(
            &held.actor.first_name,
            &held.actor.last_name,
            &held.actor.email,
        ),
        reason: &reason,
        page_url: &services.config.web.public_url.join("/admin/dormancy"),
    };
    tell_owners(&mut transaction, &told, &before.policy, &after, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Ok(()))
}

/// Puts back the policy that a change took the place of, if nothing has taken its place since. The caller
/// holds `actor` locked and has judged them, and records it. `detail` is that of the change in the record.
///
/// # Errors
/// [`Barred::Decided`] in the inner result when something else is in force by now.
pub async fn undo_change(
    services: &Services,
    connection: &mut PgConnection,
    actor: &AccountRow,
    detail: &Value,
) -> Result<Result<(), Barred>, ServiceError> {
    let now = services.now();
    let current = policies::current(connection).await?;
    let undone = detail["revision"].as_i64() == Some(i64::from(current.revision));
    let (Some((is_on, numbers)), true) = (from_record(&detail["before"]), undone) else {
        return Ok(Err(Barred::Decided));
    };
    let after = current.policy.changed(is_on, numbers, now);
    let reason = "The last change was undone.";
    if !policies::follow(connection, current.revision, &after, reason, actor.id, now).await? {
        return Ok(Err(Barred::Decided));
    }
    let told = Dormancy {
        firm: &services.config.firm_name,
        by: &full_name(&actor.first_name, &actor.last_name, &actor.email),
        reason,
        page_url: &services.config.web.public_url.join("/admin/dormancy"),
    };
    tell_owners(connection, &told, &current.policy, &after, now).await?;
    services.mail_wake.notify_one();
    Ok(Ok(()))
}

async fn tell_owners(
    connection: &mut PgConnection,
    told: &Dormancy<'_>,
    before: &Policy,
    after: &Policy,
    now: OffsetDateTime,
) -> Result<(), ServiceError> {
    let letter = letters::dormancy_changed(told, before, after);
    let owners: Vec<AccountId> = unused::active_owners(connection).await?;
    for owner in unused::rows(connection, &owners).await? {
        mailer::put(connection, owner.account, &owner.email, &letter, now).await?;
    }
    Ok(())
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
