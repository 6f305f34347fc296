//! Accounts that nobody uses: the policy, whom it spares, what it would do, and carrying it out.

pub mod exemptions;
pub mod policy;
pub mod preview;
pub mod round;

use std::collections::HashMap;

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::hold::{self, Barred};
use crate::{
    db::{
        desk::dormancy::{exemptions as exempt, reminders, unused::Place},
        sessions::LiveSession,
    },
    domain::{
        account::AccountId,
        desk::dormancy::{BadNumbers, Exemption, Facts, Reminder},
    },
    service::{
        ServiceError, Services,
        refusals::{self, Refusal},
    },
};

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;

/// Why something about dormancy can't be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// As everywhere at the desk.
    Barred(Barred),
    /// The numbers make no policy.
    Numbers(BadNumbers),
    /// A date that isn't one, or that isn't ahead.
    Date,
    /// What is to be undone is too long ago.
    TooLate,
}

impl From<Barred> for Refused {
    fn from(barred: Barred) -> Self {
        Self::Barred(barred)
    }
}

/// Records that something was refused, and why.
async fn refuse<T>(
    services: &Services,
    session: &LiveSession,
    account: Option<AccountId>,
    refused: impl Into<Refused>,
) -> Result<Result<T, Refused>, ServiceError> {
    let refused = refused.into();
    let reason = match refused {
        Refused::Barred(barred) => {
            hold::refuse(services, session, account, barred).await?;
            return Ok(Err(refused));
        }
        Refused::Numbers(BadNumbers::CloseAfter) => "days",
        Refused::Numbers(BadNumbers::Reminders) => "reminders",
        Refused::Date => "date",
        Refused::TooLate => "too_late",
    };
    let refusal = Refusal {
        action: "desk.refused",
        actor: Some(session.account),
        account,
        reason,
    };
    refusals::record(services, refusal).await?;
    Ok(Err(refused))
}

/// A reason as it is kept: in one line, not empty, of at most [`LONGEST_REASON`] characters.
fn reason(typed: &str) -> Result<String, Barred> {
    let words: Vec<&str> = typed
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let reason = words.join(" ");
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(Barred::Reason);
    }
    Ok(reason)
}

/// What the decision about these accounts rests on, except who is the last owner.
async fn facts_of(
    connection: &mut PgConnection,
    places: &[Place],
    now: OffsetDateTime,
) -> Result<Vec<(AccountId, Facts)>, ServiceError> {
    let ids: Vec<AccountId> = places.iter().map(|place| place.account).collect();
    let exemptions = exempt::of_accounts(connection, &ids, now).await?;
    let exemptions: HashMap<AccountId, Exemption> = exemptions.into_iter().collect();
    let mut sent: HashMap<AccountId, Vec<Reminder>> = HashMap::new();
    for (account, reminder) in reminders::of_accounts(connection, &ids).await? {
        sent.entry(account).or_default().push(reminder);
    }
    let facts = places.iter().map(|place| {
        let exemption = exemptions.get(&place.account).copied();
        let facts = Facts {
            unused_since: Some(place.unused_since),
            exemption: exemption.unwrap_or(Exemption::Never),
            is_last_owner: false,
            reminders: sent.remove(&place.account).unwrap_or_default(),
        };
        (place.account, facts)
    });
    Ok(facts.collect())
}
