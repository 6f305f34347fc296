//! Sealing: the links of what waits, in batches, by one node at a time.

use super::link::{Break, Links, check_end, signed_end};
use crate::{
    db::audit_chain::{self, BATCH, Done, EventRow, NewLink},
    secrets::MasterKey,
    service::{ServiceError, Services},
};

/// Where a run of the sealer is.
struct Run {
    /// The event it did last.
    done: Done,
    /// The oldest transaction that was under way when the run began: whatever it and later ones write
    /// may have been passed by.
    oldest_open: String,
    /// Whether it took more than a batch.
    is_long: bool,
}

/// What became of a batch.
struct Batch {
    sealed: usize,
    is_last: bool,
}

/// Seals what waits; returns how many events. One node at a time does it: another gets 0.
pub async fn seal(services: &Services) -> Result<usize, ServiceError> {
    let mut run = None;
    let mut sealed = 0;
    loop {
        let batch = seal_batch(services, &mut run).await?;
        sealed += batch.sealed;
        if batch.is_last {
            return Ok(sealed);
        }
    }
}

async fn seal_batch(services: &Services, run: &mut Option<Run>) -> Result<Batch, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    if !audit_chain::try_lock(&mut transaction).await? {
        transaction.roll_back().await?;
        return Ok(Batch {
            sealed: 0,
            is_last: true,
        });
    }
    // Asked before the events are: whatever is still under way now will be looked for again.
    let horizon = audit_chain::horizon(&mut transaction).await?;
    let run = run.get_or_insert_with(|| Run {
        done: Done {
            written_by: horizon.sealed_before.clone(),
            id: i64::MIN,
        },
        oldest_open: horizon.oldest_open,
        is_long: false,
    });
    let passed = audit_chain::next_events(&mut transaction, &run.done).await?;
    let is_last = passed.len() < BATCH;
    if let Some(last) = passed.last() {
        run.done = Done {
            written_by: last.written_by.clone(),
            id: last.event.id,
        };
    }
    let waiting: Vec<&EventRow> = passed
        .iter()
        .filter(|row| !row.is_sealed)
        .map(|row| &row.event)
        .collect();
    if waiting.is_empty() {
        if is_last && run.is_long {
            // As after a restore: all is sealed, and need not be looked at again.
            audit_chain::pass(&mut transaction, &run.oldest_open).await?;
            transaction.commit().await?;
        } else {
            transaction.roll_back().await?;
        }
        run.is_long = !is_last;
        return Ok(Batch { sealed: 0, is_last });
    }
    let key = &services.config.master_key;
    let (position, mut previous) = sound_end(key, &mut transaction).await?;
    let hashes = Links::of(key);
    let mut links = Vec::with_capacity(waiting.len());
    for event in waiting {
        let hash = hashes.hash(&previous, event);
        links.push(NewLink {
            event_id: event.id,
            event_at: event.at,
            hash,
        });
        previous = hash.to_vec();
    }
    let end = position + i64::try_from(links.len()).unwrap_or(0);
    let head = signed_end(key, end, &previous);
    let sealed_before = if is_last {
        &run.oldest_open
    } else {
        &horizon.sealed_before
    };
    audit_chain::append(&mut transaction, &links, &head, sealed_before, now).await?;
    transaction.commit().await?;
    run.is_long = !is_last;
    Ok(Batch {
        sealed: links.len(),
        is_last,
    })
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
