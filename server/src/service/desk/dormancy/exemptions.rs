//! Who stays open however long their account lies unused: granted at the desk, ended, undone.

use serde_json::{Value, json};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::{Refused, reason, refuse};
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        desk::dormancy::{
            exemptions::{self, NewExemption},
            unused,
        },
        sessions::LiveSession,
    },
    domain::{
        account::AccountId,
        desk::{dormancy::Exemption, rules::Act},
    },
    random,
    service::{
        ServiceError, Services,
        accounts::Which,
        desk::hold::{self, Barred, Held},
    },
};

/// The farthest end of an exemption that has one.
const FARTHEST: Duration = Duration::days(3660);

/// An account that may be exempted.
#[derive(Debug)]
pub struct Candidate {
    /// The account.
    pub account: AccountRow,
    /// The last sign-in of any kind.
    pub last_sign_in: Option<OffsetDateTime>,
    /// Whether it is exempt already.
    pub is_exempt: bool,
}

/// The accounts that may be meant: those with an e-mail, or the one with an id.
pub async fn candidates(
    services: &Services,
    which: &Which,
) -> Result<Vec<Candidate>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let ids = match which {
        Which::Id(id) => vec![*id],
        Which::Email(email) => exemptions::by_email(&mut connection, email).await?,
    };
    let uses = unused::rows(&mut connection, &ids).await?;
    let exempt = exemptions::of_accounts(&mut connection, &ids, services.now()).await?;
    let mut candidates = Vec::with_capacity(ids.len());
    for id in ids {
        let found = accounts::find(&mut connection, id).await?;
        candidates.extend(found.map(|account| {
            Candidate {
                last_sign_in: uses
                    .iter()
                    .find(|row| row.account == id)
                    .and_then(|row| row.last_sign_in),
                is_exempt: exempt.contains(&(id, Exemption::Now)),
                account,
            }
        }));
    }
    connection.give_back();
    Ok(candidates)
}

/// Whom an exemption is for, and how long.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The account.
    pub account: AccountId,
    /// Why, in somebody's words.
    pub reason: String,
    /// When it ends: never, a moment, or a day that isn't one.
    pub ends_at: Option<Result<OffsetDateTime, NoDay>>,
}

/// What was typed is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDay;

/// Exempts an account, for good or until a moment.
///
/// # Errors
/// Why it can't be done now, in the inner result; that is recorded.
pub async fn grant(
    services: &Services,
    session: &LiveSession,
    wanted: Wanted,
) -> Result<Result<(), Refused>, ServiceError> {
    let account = wanted.account;
    let held = match hold_and_judge(services, session, account).await? {
        Ok(held) => held,
        Err(barred) => return refuse(services, session, Some(account), barred).await,
    };
    let (mut transaction, now) = (held.transaction, services.now());
    let checked = match exemptions::of_account(&mut transaction, account, now).await? {
        Some(_) => Err(Barred::Decided.into()),
        None => check(&wanted, now),
    };
    let (reason, ends_at) = match checked {
        Ok(checked) => checked,
        Err(refused) => {
            transaction.roll_back().await?;
            return refuse(services, session, Some(account), refused).await;
        }
    };
    let new = NewExemption {
        id: random::id(now)?,
        account,
        reason: &reason,
        by: held.actor.id,
        ends_at,
    };
    exemptions::put(&mut transaction, new, now).await?;
    let event = NewEvent {
        action: "dormancy.exempted",
        actor: Some(held.actor.id),
        account: Some(account),
        detail: Some(json!({ "exemption": new.id, "until": in_record(ends_at) })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(Ok(()))
}

fn check(
    wanted: &Wanted,
    now: OffsetDateTime,
) -> Result<(String, Option<OffsetDateTime>), Refused> {
    let ends_at = wanted.ends_at.transpose().map_err(|NoDay| Refused::Date)?;
    let is_ahead = |ends_at| ends_at > now && ends_at <= now + FARTHEST;
    if !ends_at.is_none_or(is_ahead) {
        return Err(Refused::Date);
    }
    Ok((reason(&wanted.reason)?, ends_at))
}

/// Ends the exemption of an account.
///
/// # Errors
/// Why it can't be done now, in the inner result; that is recorded.
pub async fn end(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
    id: Uuid,
) -> Result<Result<(), Refused>, ServiceError> {
    let held = match hold_and_judge(services, session, account).await? {
        Ok(held) => held,
        Err(barred) => return refuse(services, session, Some(account), barred).await,
    };
    let (mut transaction, now) = (held.transaction, services.now());
    let in_force = exemptions::of_account(&mut transaction, account, now).await?;
    let Some((_, before)) = in_force.filter(|(in_force, _)| *in_force == id) else {
        transaction.roll_back().await?;
        return refuse(services, session, Some(account), Barred::Decided).await;
    };
    exemptions::set_end(&mut transaction, (account, id), before, Some(now)).await?;
    let event = NewEvent {
        action: "dormancy.exemption_ended",
        actor: Some(held.actor.id),
        account: Some(account),
        detail: Some(json!({ "exemption": id, "until": in_record(before) })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(Ok(()))
}

/// Takes back an exemption that was granted, if it is still in force. The caller holds the account locked
/// and has judged, and records it. `detail` is that of the grant in the record.
///
/// # Errors
/// [`Barred::Decided`] in the inner result when it isn't in force as it was granted.
pub async fn undo_grant(
    services: &Services,
    connection: &mut PgConnection,
    account: AccountId,
    detail: &Value,
) -> Result<Result<(), Barred>, ServiceError> {
    let now = services.now();
    let in_force = exemptions::of_account(connection, account, now).await?;
    let (Some((id, ends_at)), Some(granted)) = (in_force, exemption(detail)) else {
        return Ok(Err(Barred::Decided));
    };
    if id != granted {
        return Ok(Err(Barred::Decided));
    }
    exemptions::set_end(connection, (account, id), ends_at, Some(now)).await?;
    Ok(Ok(()))
}

/// Lets an exemption go on that was ended at that moment, as if it hadn't been. The caller holds the
/// account locked and has judged, and records it. `detail` is that of the end in the record.
///
/// # Errors
/// [`Barred::Decided`] in the inner result when another one is in force, or it would be over by now.
pub async fn undo_end(
    services: &Services,
    connection: &mut PgConnection,
    account: AccountId,
    ended_at: OffsetDateTime,
    detail: &Value,
) -> Result<Result<(), Barred>, ServiceError> {
    let now = services.now();
    let Some(id) = exemption(detail) else {
        return Ok(Err(Barred::Decided));
    };
    let before = match detail["until"].as_str() {
        Some(until) => match OffsetDateTime::parse(until, &Rfc3339) {
            Ok(until) if until > now => Some(until),
            _ => return Ok(Err(Barred::Decided)),
        },
        None => None,
    };
    let in_force = exemptions::of_account(connection, account, now).await?;
    let goes_on = in_force.is_none()
        && exemptions::set_end(connection, (account, id), Some(ended_at), before).await?;
    Ok(goes_on.then_some(()).ok_or(Barred::Decided))
}

/// Exempting takes nothing away, and whoever may help an account may exempt it; nobody exempts
/// themselves.
async fn hold_and_judge(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
) -> Result<Result<Held, Barred>, ServiceError> {
    let held = match hold::hold(services, session, account).await? {
        Ok(held) => held,
        Err(barred) => return Ok(Err(barred)),
    };
    if let Err(barred) = held.may(Act::Help) {
        held.transaction.roll_back().await?;
        return Ok(Err(barred));
    }
    Ok(Ok(held))
}

/// A moment in the record, to the microsecond as the database keeps it.
fn in_record(at: Option<OffsetDateTime>) -> Option<String> {
    at.and_then(|at| at.format(&Rfc3339).ok())
}

fn exemption(detail: &Value) -> Option<Uuid> {
    detail["exemption"].as_str()?.parse().ok()
}
