//! Carrying the policy out: reminding, closing, an account at a time.
//!
//! A round goes through all accounts that are concerned, and is due every hour; whichever node comes
//! first does it. Should two do it at once, or one stop in the middle, nothing is done twice: each account
//! is decided about anew, under its lock.

use time::{Duration, OffsetDateTime};

use super::facts_of;
use crate::{
    db::{
        DbError,
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        desk::dormancy::{
            policies, reminders,
            unused::{self, Place},
        },
        pool::Transaction,
        roles,
    },
    domain::{
        account::{AccountId, Role, Status},
        desk::{
            dormancy::{Facts, Numbers, Reminder, Verdict, decide},
            undo::Standing,
        },
        moment,
    },
    mail::letters,
    service::{
        ServiceError, Services, in_turns, mailer,
        standing::{self, By, Cause, Change, DORMANT},
    },
};

/// How often a round is due.
const EVERY: Duration = Duration::hours(1);

/// How many accounts are looked at in one go.
const BATCH: i64 = 200;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// How many people were reminded.
    pub reminded: u32,
    /// How many accounts were closed.
    pub closed: u32,
}

/// Goes a round if one is due and no other node has taken it; `None` when not. Ends early, between two
/// batches, when `goes_on` says so: the next round does the rest.
///
/// # Errors
/// When the database is away. An account about which something else is wrong is left to the next round.
pub async fn carry_out(
    services: &Services,
    goes_on: impl Fn() -> bool,
) -> Result<Option<Round>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let is_ours = policies::take_round(&mut connection, services.now(), EVERY).await?;
    connection.give_back();
    if !is_ours {
        return Ok(None);
    }
    let mut round = Round::default();
    let mut place = Some(Place::FIRST);
    while let Some(from) = place.filter(|_| goes_on()) {
        let batch = look(services, from).await?;
        for account in batch.concerned {
            match attend(services, account).await {
                Ok(done) => {
                    round.reminded += u32::from(done == Some(Deed::Reminded));
                    round.closed += u32::from(done == Some(Deed::Closed));
                }
                Err(ServiceError::Db(DbError::Unavailable(error))) => {
                    return Err(DbError::Unavailable(error).into());
                }
                Err(error) => {
                    tracing::warn!(account.id = %account, reason = %error, "an unused account is left to the next round");
                }
            }
        }
        place = batch.next;
    }
    Ok(Some(round))
}

/// The accounts of a batch with which something is to be done.
struct Batch {
    concerned: Vec<AccountId>,
    /// Where the next batch begins, if there may be one.
    next: Option<Place>,
}

async fn look(services: &Services, from: Place) -> Result<Batch, ServiceError> {
    let now = services.now();
    let mut connection = services.pool.acquire().await?;
    let policy = policies::current(&mut connection).await?.policy;
    if !policy.is_on {
        connection.give_back();
        return Ok(Batch {
            concerned: Vec::new(),
            next: None,
        });
    }
    let until = policy.numbers.reminded_by(now, Duration::ZERO);
    let places = unused::after(&mut connection, from, until, BATCH).await?;
    let facts = facts_of(&mut connection, &places, now).await?;
    // No other node begins a round while this one goes on.
    policies::put_off_round(&mut connection, now + EVERY).await?;
    connection.give_back();
    let is_full = i64::try_from(places.len()).unwrap_or(BATCH) >= BATCH;
    Ok(Batch {
        concerned: facts
            .into_iter()
            .filter(|(_, facts)| {
                let verdict = decide(&policy, facts, now);
                matches!(verdict, Verdict::Remind { .. } | Verdict::Close)
            })
            .map(|(account, _)| account)
            .collect(),
        next: places.last().copied().filter(|_| is_full),
    })
}

/// What was done about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Reminded,
    Closed,
}

async fn attend(services: &Services, account: AccountId) -> Result<Option<Deed>, ServiceError> {
    let done = in_turns(|| attend_once(services, account)).await?;
    if done.is_some() {
        services.recorded();
        services.mail_wake.notify_one();
    }
    Ok(done)
}

/// Decides about an account under its lock, by what is known then: a sign-in that came first has moved
/// the clock, one that comes after finds the account closed.
async fn attend_once(
    services: &Services,
    account: AccountId,
) -> Result<Option<Deed>, ServiceError> {
    let mut transaction = services.pool.begin().await?;
    let locked = accounts::lock(&mut transaction, account).await?;
    let Some(row) = locked.filter(|row| row.status == Status::Active) else {
        transaction.roll_back().await?;
        return Ok(None);
    };
    let now = services.now();
    let policy = policies::current(&mut transaction).await?.policy;
    let Some((unused_since, facts)) = facts_under_lock(&mut transaction, &row, now).await? else {
        transaction.roll_back().await?;
        return Ok(None);
    };
    let deed = match decide(&policy, &facts, now) {
        Verdict::Spared | Verdict::Waits { .. } => None,
        Verdict::Remind { due, days, closes } => {
            let sent = Reminder {
                due,
                days,
                sent: now,
            };
            let told = Told {
                unused_since,
                closes,
                numbers: &policy.numbers,
            };
            remind(services, &mut transaction, &row, sent, &told).await?;
            Some(Deed::Reminded)
        }
        Verdict::Close => {
            close(services, &mut transaction, &row, unused_since, now).await?;
            Some(Deed::Closed)
        }
    };
    if deed.is_some() {
        transaction.commit().await?;
    } else {
        transaction.roll_back().await?;
    }
    Ok(deed)
}

/// What the decision about an account rests on, which the caller holds locked; `None` when it isn't
/// active.
async fn facts_under_lock(
    transaction: &mut Transaction,
    row: &AccountRow,
    now: OffsetDateTime,
) -> Result<Option<(OffsetDateTime, Facts)>, ServiceError> {
    let Some(unused_since) = unused::since(transaction, row.id).await? else {
        return Ok(None);
    };
    let is_last_owner = row.role == Role::Owner && {
        // From here on nobody else becomes, or ceases to be, an owner.
        roles::lock(transaction).await?;
        matches!(
            roles::active_owners(transaction).await?.as_slice(),
            [(last, _)] if *last == row.id
        )
    };
    let place = Place {
        unused_since,
        account: row.id,
    };
    let facts = facts_of(transaction, &[place], now).await?.pop();
    Ok(facts.map(|(_, facts)| {
        let facts = Facts {
            is_last_owner,
            ..facts
        };
        (unused_since, facts)
    }))
}

/// What a reminder tells.
struct Told<'a> {
    unused_since: OffsetDateTime,
    closes: OffsetDateTime,
    numbers: &'a Numbers,
}

async fn remind(
    services: &Services,
    transaction: &mut Transaction,
    account: &AccountRow,
    sent: Reminder,
    told: &Told<'_>,
) -> Result<(), ServiceError> {
    reminders::put(transaction, account.id, sent).await?;
    let event = NewEvent {
        action: "account.reminded",
        account: Some(account.id),
        reason: Some(DORMANT),
        detail: Some(serde_json::json!({ "days": sent.days })),
        ..NewEvent::default()
    };
    audit::record(transaction, &event, sent.sent).await?;
    let letter = letters::unused_reminder(
        &services.config.firm_name,
        &moment::day(told.unused_since),
        told.numbers.close_after(),
        &moment::day(told.closes),
        &services.config.web.public_url.join("/sign-in"),
    );
    mailer::put(transaction, account.id, &account.email, &letter, sent.sent).await
}

/// Closes an account, which the caller holds locked.
async fn close(
    services: &Services,
    transaction: &mut Transaction,
    account: &AccountRow,
    unused_since: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<(), ServiceError> {
    reminders::put_closure(transaction, account.id, unused_since, now).await?;
    let letter = letters::unused_closed(&services.config.firm_name, &moment::day(unused_since));
    let change = Change {
        action: "account.suspended",
        to: Standing {
            status: Status::Suspended,
            since: now,
            until: None,
        },
        undid: None,
        letter: Some(&letter),
        by: By::default(),
        cause: Some(Cause::Dormant {
            days: (now - unused_since).whole_days(),
        }),
        replayed: None,
    };
    // Only where a deleted account comes back can its e-mail be taken.
    let event = standing::set(services, transaction, account, &change).await?;
    event.map(|_| ()).ok_or(ServiceError::Overtaken)
}
