//! One decision about one item.

use super::{accounts, ask};
use crate::{
    db::{
        cases::{self as rows, Outcome},
        sessions::LiveSession,
    },
    domain::{
        account::AccountId,
        desk::{
            queue::{Act, Item},
            remark::Remark,
            rules,
        },
    },
    service::{
        ServiceError, Services, cases,
        desk::hold::{self, Barred, Held},
        in_turns,
        obstacles::Obstacle,
        refusals::{self, Refusal},
        standing::By,
    },
};

/// How a decision ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Done.
    Done,
    /// The administrator can't do it, or somebody else did before.
    Barred(Barred),
    /// It can't be done any more; the item still waits.
    Impossible(Obstacle),
}

impl Verdict {
    /// The word in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Barred(barred) => barred.reason(),
            Self::Impossible(obstacle) => obstacle.as_str(),
        }
    }
}

impl From<Barred> for Verdict {
    fn from(barred: Barred) -> Self {
        Self::Barred(barred)
    }
}

/// Decides about an item, or asks its person for more proof. Whatever isn't done is recorded as refused.
pub async fn decide(
    services: &Services,
    session: &LiveSession,
    item: Item,
    act: Act,
    reason: Option<&Remark>,
) -> Result<Verdict, ServiceError> {
    let (account, verdict) = if act == Act::Decline && reason.is_none() {
        (None, Barred::Reason.into())
    } else {
        in_turns(|| attempt(services, session, item, act, reason)).await?
    };
    match verdict {
        Verdict::Done => {
            services.recorded();
            services.mail_wake.notify_one();
        }
        Verdict::Barred(barred) => {
            hold::refuse(services, session, account, barred).await?;
        }
        Verdict::Impossible(obstacle) => {
            let refusal = Refusal {
                action: "desk.refused",
                actor: Some(session.account),
                account,
                reason: obstacle.as_str(),
            };
            refusals::record(services, refusal).await?;
        }
    }
    Ok(verdict)
}

/// What came of it, and whose account it is about.
type Attempt = (Option<AccountId>, Verdict);

async fn attempt(
    services: &Services,
    session: &LiveSession,
    item: Item,
    act: Act,
    reason: Option<&Remark>,
) -> Result<Attempt, ServiceError> {
    let (case, account) = match item {
        Item::Account(account) => (None, account),
        Item::Case(id) => {
            let mut connection = services.pool.acquire().await?;
            let found = rows::find_by_id(&mut connection, id).await?;
            connection.give_back();
            match found {
                Some(case) => (Some(id), case.account),
                None => return Ok((None, Barred::Decided.into())),
            }
        }
    };
    let verdict = match (case, act) {
        (None, Act::Approve | Act::Decline) => {
            accounts::decide(services, session, account, act, reason).await?
        }
        (Some(case), Act::Approve | Act::Decline) => {
            settle(services, session, account, case, act, reason).await?
        }
        (_, Act::Ask) => ask::ask(services, session, account, item, reason).await?,
    };
    Ok((Some(account), verdict))
}

/// Settles a case.
async fn settle(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
    case: uuid::Uuid,
    act: Act,
    reason: Option<&Remark>,
) -> Result<Verdict, ServiceError> {
    let mut held = match held_for(services, session, account, rules::Act::Help).await? {
        Ok(held) => held,
        Err(barred) => return Ok(barred.into()),
    };
    // Under the lock: what it asks for may have changed since it was found, and whose it is by a merge.
    let case = rows::find_by_id(&mut held.transaction, case).await?;
    let Some(case) = case.filter(|case| case.account == held.account.id) else {
        held.transaction.roll_back().await?;
        return Ok(Barred::Decided.into());
    };
    let outcome = match act {
        Act::Approve => Outcome::Approved,
        Act::Decline | Act::Ask => Outcome::Declined,
    };
    let by = By {
        actor: Some(session.account),
        reason,
    };
    let connection = &mut held.transaction;
    let settled = cases::settle(services, connection, &case, &held.account, outcome, by).await?;
    let verdict = match settled {
        cases::Settling::Done => {
            held.transaction.commit().await?;
            return Ok(Verdict::Done);
        }
        cases::Settling::Decided => Barred::Decided.into(),
        cases::Settling::Impossible(obstacle) => Verdict::Impossible(obstacle),
    };
    held.transaction.roll_back().await?;
    Ok(verdict)
}

/// Holds an account for an act that the rules allow.
pub(super) async fn held_for(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
    act: rules::Act,
) -> Result<Result<Held, Barred>, ServiceError> {
    let held = match hold::hold(services, session, account).await? {
        Ok(held) => held,
        Err(barred) => return Ok(Err(barred)),
    };
    if let Err(barred) = held.may(act) {
        held.transaction.roll_back().await?;
        return Ok(Err(barred));
    }
    Ok(Ok(held))
}
