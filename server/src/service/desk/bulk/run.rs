//! Carries confirmed acts out, and gathers what is prepared: behind the requests, and on after a restart.

use std::time::{Duration, Instant};

use sqlx::PgConnection;

use super::{
    deeds::{self, Deal},
    gather,
};
use crate::{
    db::{
        audit::{self, NewEvent},
        desk::{
            bulk::{self, Bulk, BulkId},
            bulk_items::{self, Item},
        },
    },
    domain::desk::bulk::{Skip, Stage},
    error_chain::error_chain,
    service::{ServiceError, Services, in_turns},
};

/// How long one act is worked on before the next gets its turn.
const TURN: Duration = Duration::from_secs(5);

/// Works on all that there is work on; each act in turns, so that a long one keeps no short one waiting.
/// Returns whether something is left.
pub async fn work(services: &Services) -> Result<bool, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let acts = bulk::with_work(&mut connection).await?;
    connection.give_back();
    let mut is_left = false;
    for id in acts {
        is_left |= gather::some(services, id).await?;
        is_left |= turn(services, id).await?;
    }
    Ok(is_left)
}

/// Carries an act out for a while; returns whether something is left of it.
async fn turn(services: &Services, id: BulkId) -> Result<bool, ServiceError> {
    let began = Instant::now();
    while began.elapsed() < TURN {
        match one(services, id).await? {
            Step::Done => {}
            Step::Over => return Ok(false),
        }
    }
    Ok(true)
}

/// Whether to go on with an act.
enum Step {
    /// One of many is settled.
    Done,
    /// There is nothing left to do, or another node is at it.
    Over,
}

/// Does the next of an act. One that fails for a reason of ours is noted so, and doesn't keep the others
/// from being done.
async fn one(services: &Services, id: BulkId) -> Result<Step, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let act = bulk::find(&mut connection, id).await?;
    let act = act.filter(|act| act.stage == Stage::Running);
    let item = match &act {
        Some(_) => bulk_items::next(&mut connection, id).await?,
        None => None,
    };
    connection.give_back();
    let (act, item) = match (act, item) {
        (None, _) => return Ok(Step::Over),
        (Some(act), None) => return end(services, &act, None).await,
        (Some(act), Some(item)) => (act, item),
    };
    match in_turns(|| settle(services, &act, &item)).await {
        Err(error) => fail(services, &act, &item, &error).await,
        settled => settled,
    }
}

/// The deed, its record, and the note that it is done, in one transaction.
async fn settle(services: &Services, act: &Bulk, item: &Item) -> Result<Step, ServiceError> {
    let mut dealt = match deeds::deal(services, act, item).await? {
        Ok(dealt) => dealt,
        // Whoever said yes may not decide about people any more.
        Err(deeds::Revoked) => return end(services, act, Some("role")).await,
    };
    let Deal {
        ref mut transaction,
        outcome,
    } = dealt;
    if !is_next(transaction, act.id, item).await? {
        dealt.transaction.roll_back().await?;
        return Ok(Step::Over);
    }
    bulk_items::settle(transaction, act.id, item.place, outcome, services.now()).await?;
    dealt.transaction.commit().await?;
    if outcome.is_ok() {
        services.recorded();
        services.mail_wake.notify_one();
    }
    Ok(Step::Done)
}

/// Notes that one couldn't be dealt with. Where that can't be noted either, the database is gone, and it is
/// tried again.
async fn fail(
    services: &Services,
    act: &Bulk,
    item: &Item,
    error: &ServiceError,
) -> Result<Step, ServiceError> {
    let mut transaction = services.pool.begin().await?;
    if !is_next(&mut transaction, act.id, item).await? {
        transaction.roll_back().await?;
        return Ok(Step::Over);
    }
    let failed = Err(Skip::Failed);
    bulk_items::settle(&mut transaction, act.id, item.place, failed, services.now()).await?;
    transaction.commit().await?;
    tracing::error!(
        bulk.id = %act.id.0,
        bulk.place = item.place,
        error = error_chain(error),
        "one of many couldn't be dealt with"
    );
    Ok(Step::Done)
}

/// Whether nobody stopped the act or was quicker. From here on this node alone is at it.
async fn is_next(
    connection: &mut PgConnection,
    id: BulkId,
    item: &Item,
) -> Result<bool, ServiceError> {
    if !bulk::try_lock(connection, id).await? {
        return Ok(false);
    }
    let act = bulk::find(connection, id).await?;
    if !act.is_some_and(|act| act.stage == Stage::Running) {
        return Ok(false);
    }
    let next = bulk_items::next(connection, id).await?;
    Ok(next.is_some_and(|next| next.place == item.place))
}

/// Ends an act, once.
async fn end(services: &Services, act: &Bulk, stopped: Option<&str>) -> Result<Step, ServiceError> {
    let mut transaction = services.pool.begin().await?;
    let is_ours = bulk::try_lock(&mut transaction, act.id).await?
        && bulk::find(&mut transaction, act.id)
            .await?
            .is_some_and(|act| act.stage == Stage::Running);
    if !is_ours {
        transaction.roll_back().await?;
        return Ok(Step::Over);
    }
    let now = services.now();
    bulk::finish(&mut transaction, act.id, stopped, now).await?;
    let tally = bulk_items::tally(&mut transaction, act.id).await?;
    let skipped: i64 = tally.skipped.iter().map(|(_, count)| count).sum();
    let event = NewEvent {
        action: "bulk.finished",
        actor: Some(act.actor),
        reason: Some(stopped.unwrap_or(act.deed.as_str())),
        detail: Some(serde_json::json!({
            "bulk": act.id.0,
            "done": tally.done,
            "skipped": skipped,
            "not_begun": tally.waiting,
        })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(Step::Over)
}
