//! The chain over the audit: sealed behind the writers, verified from the first event on.

use subtle::ConstantTimeEq;
use time::Duration;

use super::{ServiceError, Services};
use crate::{
    db::audit_chain::{self, ChainRow, EventRow, Head, Tail},
    secrets::MasterKey,
};

/// How many events are sealed in one transaction.
const BATCH: i64 = 2_000;
/// How many links are read at once when verifying.
const PAGE: i64 = 10_000;
/// How old an unsealed event may be before it is suspicious: whoever seals does so every second.
const TAIL_AGE: Duration = Duration::minutes(1);

/// Seals what waits; returns how many events. One node at a time does it: another gets 0.
pub async fn seal(services: &Services) -> Result<usize, ServiceError> {
    let mut sealed = 0;
    loop {
        let batch = seal_batch(services).await?;
        sealed += batch;
        if batch < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            return Ok(sealed);
        }
    }
}

async fn seal_batch(services: &Services) -> Result<usize, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    if !audit_chain::try_lock(&mut transaction).await? {
        transaction.roll_back().await?;
        return Ok(0);
    }
    // Asked before the events are: whatever is still under way now will be looked for again.
    let horizon = audit_chain::horizon(&mut transaction).await?;
    let events = audit_chain::unsealed(&mut transaction, &horizon.sealed_before, BATCH).await?;
    if events.is_empty() {
        transaction.roll_back().await?;
        return Ok(0);
    }
    let key = &services.config.master_key;
    let (position, mut hash) = sound_end(key, &mut transaction).await?;
    let mut hashes = Vec::with_capacity(events.len());
    for event in &events {
        hash = link_hash(key, &hash, event);
        hashes.push(hash.clone());
    }
    let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
    let end = position + i64::try_from(events.len()).unwrap_or(0);
    let head = Head {
        position: end,
        signature: signature(key, end, &hash).to_vec(),
        hash,
    };
    let full = i64::try_from(events.len()).unwrap_or(BATCH) >= BATCH;
    let sealed_before = if full {
        horizon.sealed_before
    } else {
        horizon.oldest_open
    };
    audit_chain::append(&mut transaction, &ids, &hashes, &head, &sealed_before, now).await?;
    transaction.commit().await?;
    Ok(events.len())
}

/// The end of the chain, if it is as the last seal left it: what was altered must not be sealed over.
async fn sound_end(
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

/// Whether the end is signed with our key and fits the last link. Before the first link it is
/// unsigned.
fn check_end(key: &MasterKey, head: &Head, last_link: &[u8]) -> Result<(), Break> {
    let expected: &[u8] = match head.position {
        0 => &[],
        position => &signature(key, position, &head.hash),
    };
    if !bool::from(expected.ct_eq(&head.signature)) {
        return Err(Break::Forged);
    }
    if head.hash != last_link {
        return Err(Break::Moved(head.position));
    }
    Ok(())
}

/// The hash of a link: over the link before and the event, under a key that isn't in the database.
///
/// A missing field and an empty one are told apart by a leading byte, and all fields by their
/// lengths, so that no two different events read the same.
fn link_hash(key: &MasterKey, previous: &[u8], event: &EventRow) -> Vec<u8> {
    let id = |id: &Option<uuid::Uuid>| id.map(|id| id.into_bytes().to_vec());
    let text = |text: &Option<String>| text.clone().map(String::into_bytes);
    let optional = [
        id(&event.actor_account_id),
        id(&event.account_id),
        id(&event.identity_id),
        text(&event.reference),
        text(&event.reason),
        text(&event.detail),
    ]
    .map(|field| field.map_or_else(|| vec![0], |bytes| [&[1], bytes.as_slice()].concat()));
    let [actor, account, identity, reference, reason, detail] = &optional;
    key.authenticate(
        "audit link",
        &[
            previous,
            &event.id.to_be_bytes(),
            &event.at.unix_timestamp_nanos().to_be_bytes(),
            event.action.as_bytes(),
            actor,
            account,
            identity,
            reference,
            reason,
            detail,
        ],
    )
    .to_vec()
}

fn signature(key: &MasterKey, position: i64, hash: &[u8]) -> [u8; 32] {
    key.authenticate("audit head", &[&position.to_be_bytes(), hash])
}

/// What verifying found.
#[derive(Debug)]
pub enum Verdict {
    /// Everything is as it was written.
    Intact {
        /// Events in the chain.
        sealed: i64,
        /// Events that wait to be sealed.
        tail: Tail,
    },
    /// Something was changed.
    Broken(Break),
}

/// Where the chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// An event was altered, or its link was.
    #[error("event {0} isn't what was sealed: it or its place in the chain was altered")]
    Altered(i64),
    /// An event was removed.
    #[error("event {0} was removed")]
    Removed(i64),
    /// A link was removed or moved.
    #[error("place {0} of the chain is missing")]
    Gap(i64),
    /// The end was cut off, or moved.
    #[error("the chain ends at {found}, but its signed end is at {signed}")]
    Cut {
        /// Where the signed end is.
        signed: i64,
        /// Where the chain ends.
        found: i64,
    },
    /// The end is gone.
    #[error("the end of the chain was removed")]
    Headless,
    /// The end and the last link differ.
    #[error("the end of the chain doesn't fit its last link, at place {0}")]
    Moved(i64),
    /// The end isn't signed with this installation's key.
    #[error("the end of the chain isn't signed with this SECRET_KEY")]
    Forged,
    /// Events were put in beside the chain.
    #[error(
        "{0} events aren't in the chain, the oldest for more than a minute: they were put in beside it, or no server has run since"
    )]
    Unsealed(i64),
}

/// Reads the whole chain and compares.
pub async fn verify(services: &Services) -> Result<Verdict, ServiceError> {
    // One snapshot for the whole reading, so that what is sealed meanwhile doesn't look like damage.
    let mut transaction = services
        .pool
        .begin_as("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    sqlx::query("SET LOCAL statement_timeout = 0")
        .execute(&mut *transaction)
        .await?;
    verify_in(services, &mut transaction).await
}

async fn verify_in(
    services: &Services,
    connection: &mut sqlx::PgConnection,
) -> Result<Verdict, ServiceError> {
    let key = &services.config.master_key;
    let mut position = 0;
    let mut hash = Vec::new();
    loop {
        let rows = audit_chain::after(connection, position, PAGE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if let Err(found) = follow(key, &mut position, &mut hash, &row) {
                return Ok(Verdict::Broken(found));
            }
        }
    }
    let Some(head) = audit_chain::head(connection).await? else {
        return Ok(Verdict::Broken(Break::Headless));
    };
    if head.position != position {
        let (signed, found) = (head.position, position);
        return Ok(Verdict::Broken(Break::Cut { signed, found }));
    }
    if let Err(found) = check_end(key, &head, &hash) {
        return Ok(Verdict::Broken(found));
    }
    let tail = audit_chain::tail(connection).await?;
    if tail
        .oldest
        .is_some_and(|oldest| services.now() - oldest > TAIL_AGE)
    {
        return Ok(Verdict::Broken(Break::Unsealed(tail.count)));
    }
    Ok(Verdict::Intact {
        sealed: position,
        tail,
    })
}

fn follow(
    key: &MasterKey,
    position: &mut i64,
    hash: &mut Vec<u8>,
    row: &ChainRow,
) -> Result<(), Break> {
    if row.position != *position + 1 {
        return Err(Break::Gap(*position + 1));
    }
    let event = row.event.as_ref().ok_or(Break::Removed(row.event_id))?;
    let expected = link_hash(key, hash, event);
    if expected != row.hash {
        return Err(Break::Altered(event.id));
    }
    *position = row.position;
    *hash = expected;
    Ok(())
}

/// Events after an id, for export, a page at a time.
pub async fn page(services: &Services, after: i64) -> Result<Vec<EventRow>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let events = audit_chain::events_after(&mut connection, after, PAGE).await?;
    connection.give_back();
    Ok(events)
}
