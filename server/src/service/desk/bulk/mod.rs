//! One decision about many: prepared, looked at, confirmed by a fresh session, and then carried out
//! behind the requests, one after the other, each in a transaction of its own with its own place in the
//! audit. What is done is noted in that same transaction, so whoever goes on after a restart does nothing
//! twice.

mod deeds;
mod gather;
pub mod run;

use time::{Duration, OffsetDateTime};

pub use self::gather::Selection;
use super::hold::{Barred, refuse};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        desk::{
            bulk::{self, Bulk, BulkId, NewBulk},
            bulk_items::{self, Listed, Tally},
        },
        pool::Transaction,
        sessions::{self, LiveSession},
    },
    domain::{
        account::{AccountId, Role, Status},
        desk::{
            bulk::{Deed, Stage},
            remark::Remark,
            rules::{NotAllowed, Right},
        },
        proof::UNDO_FOR,
    },
    random,
    service::{ServiceError, Services, confirmation},
};

/// How long a prepared act waits for a yes. What it shows grows old.
const WAITS_FOR: Duration = Duration::hours(1);
/// How many of an act its page lists at once.
const PAGE: i64 = 50;
/// How many acts the list shows.
const NEWEST: i64 = 100;

/// The right that a deed asks of whoever does it; to undo asks what the act that is undone did.
const fn right(deed: Deed, undone: Option<Deed>) -> Right {
    match (deed, undone) {
        (Deed::Review, _) | (Deed::Undo, Some(Deed::Review)) => Right::Attest,
        _ => Right::Decide,
    }
}

/// The newest acts.
pub async fn newest(services: &Services) -> Result<Vec<Bulk>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let acts = bulk::newest(&mut connection, NEWEST).await?;
    connection.give_back();
    Ok(acts)
}

/// An act with a part of what it is about.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The act.
    pub bulk: Bulk,
    /// How many are where.
    pub tally: Tally,
    /// A part of them, in their order.
    pub items: Vec<Listed>,
    /// The place after which the next part begins.
    pub next: Option<i32>,
    /// Until when it can be undone as one.
    pub undo_until: Option<OffsetDateTime>,
}

/// An act, and those that it is about after a place.
pub async fn see(
    services: &Services,
    id: BulkId,
    after: i32,
) -> Result<Option<Seen>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let Some(bulk) = bulk::find(&mut connection, id).await? else {
        connection.give_back();
        return Ok(None);
    };
    let tally = bulk_items::tally(&mut connection, id).await?;
    let mut items = bulk_items::list(&mut connection, id, after, PAGE + 1).await?;
    connection.give_back();
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let has_more = items.len() > page;
    items.truncate(page);
    let next = items.last().filter(|_| has_more).map(|item| item.place);
    let undo_until = undo_until(&bulk, &tally).filter(|until| *until > services.now());
    Ok(Some(Seen {
        bulk,
        tally,
        items,
        next,
        undo_until,
    }))
}

/// Until when an act can be undone as one; `None` when it can't, or is undone.
fn undo_until(bulk: &Bulk, tally: &Tally) -> Option<OffsetDateTime> {
    let can_be = !matches!(bulk.deed, Deed::EndSessions | Deed::Undo)
        && bulk.stage == Stage::Finished
        && tally.done > 0
        && bulk.undone_by.is_none();
    bulk.confirmed_at
        .filter(|_| can_be)
        .map(|confirmed| confirmed + UNDO_FOR)
}

/// How preparing or deciding about an act ended.
pub type Outcome = Result<Result<BulkId, Barred>, ServiceError>;

/// Prepares an act about what was selected: nothing is done before it is confirmed.
pub async fn prepare(
    services: &Services,
    session: &LiveSession,
    deed: Deed,
    selection: &Selection,
) -> Outcome {
    if !right(deed, None).is_of(session.role) {
        return barred(services, session, NotAllowed::Role.into()).await;
    }
    begin(services, session, deed, selection).await
}

async fn begin(
    services: &Services,
    session: &LiveSession,
    deed: Deed,
    selection: &Selection,
) -> Outcome {
    let now = services.now();
    let id = BulkId(random::id(now)?);
    let new = NewBulk {
        id,
        deed,
        actor: session.account,
        filter: selection.filter(),
        undoes: selection.undoes(),
    };
    let mut transaction = services.pool.begin().await?;
    if !bulk::insert(&mut transaction, &new, now).await? {
        transaction.roll_back().await?;
        return barred(services, session, Barred::Decided).await;
    }
    gather::ticked(&mut transaction, id, deed, selection).await?;
    transaction.commit().await?;
    // Most are gathered before the page is asked for; the rest goes on behind.
    gather::some(services, id).await?;
    services.bulk_wake.notify_one();
    Ok(Ok(id))
}

/// What a yes brings along.
#[derive(Clone, Debug)]
pub struct Yes {
    /// Why.
    pub reason: Option<Remark>,
    /// Until when accounts are suspended.
    pub until: Option<OffsetDateTime>,
}

/// Says yes to what a prepared act would do; the session that prepared it has to be fresh.
pub async fn confirm(services: &Services, session: &LiveSession, id: BulkId, yes: &Yes) -> Outcome {
    if !confirmation::is_fresh(services, session) {
        return barred(services, session, Barred::NotFresh).await;
    }
    let (mut transaction, bulk) = match hold_act(services, session, id).await? {
        Ok((_, bulk, transaction)) if bulk.actor != session.account => {
            transaction.roll_back().await?;
            return barred(services, session, Barred::Decided).await;
        }
        Ok((_, bulk, transaction)) => (transaction, bulk),
        Err(why) => return barred(services, session, why).await,
    };
    if bulk.deed.asks_why() && yes.reason.is_none() {
        transaction.roll_back().await?;
        return barred(services, session, Barred::Reason).await;
    }
    let tally = bulk_items::tally(&mut transaction, id).await?;
    if bulk.stage != Stage::Ready || tally.waiting == 0 {
        transaction.roll_back().await?;
        return barred(services, session, Barred::Decided).await;
    }
    let now = services.now();
    let reason = yes.reason.as_ref().map(Remark::as_str);
    let until = yes.until.filter(|_| bulk.deed == Deed::Suspend);
    bulk::confirm(&mut transaction, id, reason, until, now).await?;
    let event = NewEvent {
        action: "bulk.confirmed",
        actor: Some(session.account),
        reason: Some(bulk.deed.as_str()),
        detail: Some(serde_json::json!({ "bulk": id.0, "count": tally.waiting })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.bulk_wake.notify_one();
    Ok(Ok(id))
}

/// Whether somebody may give an act up, or stop it: whoever prepared it, and everybody who decides about
/// people, so that nobody has to watch what a colleague, or somebody in their name, has set going.
pub fn may_stop(bulk: &Bulk, account: AccountId, role: Role) -> bool {
    bulk.actor == account || Right::Decide.is_of(role)
}

/// Gives a prepared act up, or stops one that is being carried out after what is being done right now.
pub async fn cancel(services: &Services, session: &LiveSession, id: BulkId) -> Outcome {
    let (mut transaction, bulk) = match hold_act(services, session, id).await? {
        Ok((role, bulk, transaction)) if !may_stop(&bulk, session.account, role) => {
            transaction.roll_back().await?;
            return barred(services, session, NotAllowed::Role.into()).await;
        }
        Ok((_, bulk, transaction)) => (transaction, bulk),
        Err(why) => return barred(services, session, why).await,
    };
    if bulk.stage == Stage::Finished {
        transaction.roll_back().await?;
        return barred(services, session, Barred::Decided).await;
    }
    let now = services.now();
    bulk::finish(&mut transaction, id, Some("cancelled"), now).await?;
    let event = NewEvent {
        action: "bulk.cancelled",
        actor: Some(session.account),
        reason: Some(bulk.deed.as_str()),
        detail: Some(serde_json::json!({ "bulk": id.0 })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(Ok(id))
}

/// Prepares an act that undoes what another did.
pub async fn undo(services: &Services, session: &LiveSession, id: BulkId) -> Outcome {
    let Some(seen) = see(services, id, i32::MAX).await? else {
        return barred(services, session, Barred::Gone).await;
    };
    if !right(Deed::Undo, Some(seen.bulk.deed)).is_of(session.role) {
        return barred(services, session, NotAllowed::Role.into()).await;
    }
    if seen.undo_until.is_none() {
        return barred(services, session, Barred::Decided).await;
    }
    begin(services, session, Deed::Undo, &Selection::Done(id)).await
}

/// Locks an act, and the session's account and session before it; the lock on the act keeps two presses of
/// the same button apart. Gives the role that the session's account has now, besides.
async fn hold_act(
    services: &Services,
    session: &LiveSession,
    id: BulkId,
) -> Result<Result<(Role, Bulk, Transaction), Barred>, ServiceError> {
    let mut transaction = services.pool.begin().await?;
    let actor = accounts::lock(&mut transaction, session.account).await?;
    let is_alive = sessions::lock_live(&mut transaction, session.id).await?;
    let is_there = bulk::lock(&mut transaction, id).await?;
    let bulk = bulk::find(&mut transaction, id).await?.filter(|_| is_there);
    let why = match (actor, bulk) {
        (Some(actor), _) if !is_alive || actor.status != Status::Active => Barred::SessionOver,
        (None, _) => Barred::SessionOver,
        (_, None) => Barred::Gone,
        (Some(actor), Some(bulk)) if !right(bulk.deed, bulk.undoes_deed).is_of(actor.role) => {
            NotAllowed::Role.into()
        }
        (Some(actor), Some(bulk)) => return Ok(Ok((actor.role, bulk, transaction))),
    };
    transaction.roll_back().await?;
    Ok(Err(why))
}

async fn barred(services: &Services, session: &LiveSession, why: Barred) -> Outcome {
    let account: Option<AccountId> = None;
    Ok(Err(refuse(services, session, account, why).await?))
}

/// Ends acts that nobody said yes to in time.
pub async fn expire(services: &Services) -> Result<(), ServiceError> {
    let now = services.now();
    let mut connection = services.pool.acquire().await?;
    bulk::expire(&mut connection, now - WAITS_FOR, now).await?;
    connection.give_back();
    Ok(())
}
