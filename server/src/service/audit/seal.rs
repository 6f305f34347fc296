//! Sealing: the links of what waits, in batches, by one node at a time.

use super::link::{Break, Links, check_end, signed_end};
use crate::{
    db::audit_chain::{self, Done, NewLink},
    secrets::MasterKey,
    service::{ServiceError, Services},
};

/// How many events are sealed in one transaction.
const BATCH: i64 = 2_000;

/// Where a run of the sealer is.
struct Run {
    /// The event it did last.
    done: Done,
    /// The oldest transaction that was under way when the run began: whatever it and later ones write
    /// may have been passed by.
    oldest_open: String,
}

/// Seals what waits; returns how many events. One node at a time does it: another gets 0.
pub async fn seal(services: &Services) -> Result<usize, ServiceError> {
    let mut run = None;
    let mut sealed = 0;
    loop {
        let batch = seal_batch(services, &mut run).await?;
        sealed += batch;
        if batch < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            return Ok(sealed);
        }
    }
}

async fn seal_batch(services: &Services, run: &mut Option<Run>) -> Result<usize, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    if !audit_chain::try_lock(&mut transaction).await? {
        transaction.roll_back().await?;
        return Ok(0);
    }
    // Asked before the events are: whatever is still under way now will be looked for again.
    let horizon = audit_chain::horizon(&mut transaction).await?;
    let run = run.get_or_insert_with(|| Run {
        done: Done {
            written_by: horizon.sealed_before.clone(),
            id: i64::MIN,
        },
        oldest_open: horizon.oldest_open,
    });
    let waiting = audit_chain::unsealed(&mut transaction, &run.done, BATCH).await?;
    let Some(last) = waiting.last() else {
        transaction.roll_back().await?;
        return Ok(0);
    };
    run.done = Done {
        written_by: last.written_by.clone(),
        id: last.event.id,
    };
    let key = &services.config.master_key;
    let (position, mut previous) = sound_end(key, &mut transaction).await?;
    let hashes = Links::of(key);
    let mut links = Vec::with_capacity(waiting.len());
    for row in &waiting {
        let hash = hashes.hash(&previous, &row.event);
        links.push(NewLink {
            event_id: row.event.id,
            event_at: row.event.at,
            hash,
        });
        previous = hash.to_vec();
    }
    let head = signed_end(
        key,
        position + i64::try_from(links.len()).unwrap_or(0),
        &previous,
    );
    let full = i64::try_from(links.len()).unwrap_or(BATCH) >= BATCH;
    let sealed_before = if full {
        &horizon.sealed_before
    } else {
        &run.oldest_open
    };
    audit_chain::append(&mut transaction, &links, &head, sealed_before, now).await?;
    transaction.commit().await?;
    Ok(links.len())
}

/// The end of the chain, if it is as the last seal left it: what was altered must not be sealed over.
pub(super) async fn sound_end(
    key: &MasterKey,
    connection: &mut sqlx::PgConnection,
) -> Result<(i64, Vec<u8>), ServiceError> {
    let head = audit_chain::head(connection).await?;
    let head = head.ok_or(ServiceError::AuditBroken(Break::Headless))?;
    let linked = audit_chain::hash_at(connection, head.position).await?;
    check_end(key, &head, linked.as_deref().unwrap_or_default())
        .map_err(ServiceError::AuditBroken)?;
    Ok((head.position, head.hash))
}
