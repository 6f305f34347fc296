//! Decisions about what differs: each a transaction of its own, with its place in the record. What can't
//! be done for one doesn't keep the others.

use serde_json::json;
use uuid::Uuid;

use super::carrying_out::{carry_out, facts};
use crate::{
    db::{
        audit::{self, NewEvent},
        manage::{
            differences::{self, Decided},
            differences_seen::{self, DifferenceSeen, Which},
        },
        roles,
        sessions::LiveSession,
    },
    domain::{
        account::AccountId,
        desk::{remark::Remark, rules::Person},
        manage::roster::{Facts, Kind, Obstacle, can},
    },
    service::{
        ServiceError, Services,
        desk::hold::{self, Barred, Held},
        in_turns,
    },
};

/// How many one decision takes at most.
pub const MOST: usize = 100;

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is carried out.
    CarryOut,
    /// What is here stays as it is.
    Leave,
}

/// What came of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How many it was done for.
    pub done: usize,
    /// How many were left alone.
    pub skipped: usize,
}

/// Decides about differences, at most [`MOST`].
///
/// # Errors
/// In the inner result, why nothing was begun, or not gone on with.
pub async fn decide_all(
    services: &Services,
    session: &LiveSession,
    ids: &[Uuid],
    verdict: Verdict,
    reason: &Remark,
) -> Result<Result<Outcome, Barred>, ServiceError> {
    let mut outcome = Outcome {
        done: 0,
        skipped: 0,
    };
    for id in ids.iter().take(MOST) {
        let decided = in_turns(|| decide(services, session, *id, verdict, reason)).await?;
        match decided {
            Ok(true) => outcome.done += 1,
            Ok(false) => outcome.skipped += 1,
            Err(barred) => return Ok(Err(barred)),
        }
    }
    if outcome.done > 0 {
        services.recorded();
        services.mail_wake.notify_one();
    }
    Ok(Ok(outcome))
}

/// Decides about one; whether that could be done.
async fn decide(
    services: &Services,
    session: &LiveSession,
    id: Uuid,
    verdict: Verdict,
    reason: &Remark,
) -> Result<Result<bool, Barred>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let account = differences::account_of(&mut connection, id).await?;
    connection.give_back();
    // What concerns no account is held by whoever decides.
    let held = hold::hold_or_refuse(services, session, account.unwrap_or(session.account)).await?;
    let mut held = match held {
        Ok(held) => held,
        Err(barred) => return Ok(Err(barred)),
    };
    if let Err(obstacle) = decide_held(services, &mut held, id, account, verdict, reason).await? {
        held.transaction.roll_back().await?;
        hold::refuse_for(services, session, account, obstacle.as_str()).await?;
        return Ok(Ok(false));
    }
    held.transaction.commit().await?;
    Ok(Ok(true))
}

/// The same for a held account, judged by what is there under the locks.
async fn decide_held(
    services: &Services,
    held: &mut Held,
    id: Uuid,
    account: Option<AccountId>,
    verdict: Verdict,
    reason: &Remark,
) -> Result<Result<(), Obstacle>, ServiceError> {
    let now = services.now();
    let to = &mut held.transaction;
    let waiting = differences::lock(to, id).await?;
    let Some(waiting) = waiting.filter(|waiting| waiting.account == account) else {
        return Ok(Err(Obstacle::Decided));
    };
    let seen = differences_seen::list(to, Which::Ids(&[id]), 1).await?;
    let Some(seen) = seen.into_iter().next() else {
        return Ok(Err(Obstacle::Decided));
    };
    let event = match verdict {
        Verdict::Leave => None,
        Verdict::CarryOut => {
            if let Err(obstacle) = can(person(held), &facts(&seen, held.is_last_owner)) {
                return Ok(Err(obstacle));
            }
            match carry_out(services, held, &seen, reason).await? {
                Ok(event) => event,
                Err(obstacle) => return Ok(Err(obstacle)),
            }
        }
    };
    let decided = Decided {
        state: match verdict {
            Verdict::CarryOut => "carried_out",
            Verdict::Leave => "left",
        },
        by: Some(held.actor.id),
        reason: Some(reason.as_str()),
        event,
    };
    differences::decide(&mut held.transaction, &waiting, decided, now).await?;
    // What is carried out is on record as what it is.
    if verdict == Verdict::Leave {
        let event = NewEvent {
            action: "roster.left",
            actor: Some(held.actor.id),
            account,
            reason: Some(seen.kind.as_str()),
            detail: Some(json!({ "roster": id })),
            ..NewEvent::default()
        };
        audit::record(&mut held.transaction, &event, now).await?;
    }
    Ok(Ok(()))
}

const fn person(held: &Held) -> Person {
    Person {
        id: held.actor.id,
        role: held.actor.role,
    }
}

/// What a decision would be about, with what stands against carrying each out; and how many more were
/// asked for than one decision takes.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Each with its obstacle.
    pub differences: Vec<(DifferenceSeen, Option<Obstacle>)>,
    /// How many more.
    pub left_over: usize,
}

/// What is to be decided about.
#[derive(Clone, Debug)]
pub enum Choice {
    /// These.
    Ids(Vec<Uuid>),
    /// The oldest of a kind that wait.
    All(Kind),
}

/// Looks at what a decision would do.
pub async fn preview(
    services: &Services,
    session: &LiveSession,
    choice: &Choice,
) -> Result<Preview, ServiceError> {
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let mut connection = services.pool.acquire().await?;
    let (found, asked_for) = match choice {
        Choice::Ids(ids) => {
            let some = ids.get(..MOST).unwrap_or(ids);
            let found = differences_seen::list(&mut connection, Which::Ids(some), most).await?;
            (found, ids.len())
        }
        Choice::All(kind) => {
            let which = Which::Waiting(*kind, None);
            let found = differences_seen::list(&mut connection, which, most).await?;
            let waiting = differences_seen::waiting(&mut connection).await?;
            let all = waiting.iter().find(|(each, _)| each == kind);
            let all = all.and_then(|(_, count)| usize::try_from(*count).ok());
            (found, all.unwrap_or(0))
        }
    };
    let differences = judged(&mut connection, session, found).await?;
    connection.give_back();
    Ok(Preview {
        differences,
        left_over: asked_for.saturating_sub(MOST),
    })
}

/// Differences, each with what stands against it that whoever looks carries it out.
pub(super) async fn judged(
    connection: &mut sqlx::PgConnection,
    session: &LiveSession,
    found: Vec<DifferenceSeen>,
) -> Result<Vec<(DifferenceSeen, Option<Obstacle>)>, ServiceError> {
    let owners = roles::owners_in_use(connection).await?;
    let actor = Person {
        id: session.account,
        role: session.role,
    };
    let judged = found.into_iter().map(|seen| {
        let account = seen.account.as_ref().map(|account| account.id);
        let is_last_owner = account.is_some_and(|account| owners.as_slice() == [account]);
        let facts: Facts = facts(&seen, is_last_owner);
        let obstacle = if seen.state == "waiting" {
            can(actor, &facts).err()
        } else {
            Some(Obstacle::Decided)
        };
        (seen, obstacle)
    });
    Ok(judged.collect())
}
