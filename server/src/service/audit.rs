//! The chain over the audit: sealed behind the writers, verified from the first event on.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use time::{Duration, OffsetDateTime};

use super::{ServiceError, Services};
use crate::{
    db::audit::{self, ChainRow, EventRow, Head, Tail},
    secrets::MasterKey,
};

/// How many events are sealed in one transaction.
const BATCH: i64 = 2_000;
/// How many links are read at once when verifying.
const PAGE: i64 = 10_000;
/// How old an unsealed event may be before it is suspicious: whoever seals does so every second.
const TAIL_AGE: Duration = Duration::minutes(1);

/// Seals events; keeps in mind up to where everything is sealed, so that it looks at new events
/// only.
#[derive(Debug, Default)]
pub struct Sealer {
    sealed_up_to: Option<i64>,
    /// The last event sealed at a time, to become `sealed_up_to` once every transaction of that
    /// time has ended.
    marks: std::collections::VecDeque<(OffsetDateTime, i64)>,
}

/// No transaction lives longer: the connections' own limits see to it.
const LONGEST_TRANSACTION: Duration = Duration::minutes(10);

impl Sealer {
    /// Seals what waits; returns how many events. One node at a time does it: another gets 0.
    pub async fn seal(&mut self, services: &Services) -> Result<usize, ServiceError> {
        let mut sealed = 0;
        loop {
            let batch = self.seal_batch(services).await?;
            sealed += batch;
            if batch < usize::try_from(BATCH).unwrap_or(usize::MAX) {
                return Ok(sealed);
            }
        }
    }

    async fn seal_batch(&mut self, services: &Services) -> Result<usize, ServiceError> {
        let now = services.now();
        let mut transaction = services.pool.begin().await?;
        if !audit::try_lock_chain(&mut transaction).await? {
            // Somebody else's seals aren't in our marks: start over when it is our turn again.
            *self = Self::default();
            return Ok(0);
        }
        let after = match self.sealed_up_to {
            Some(after) => after,
            None => audit::sealed_up_to(&mut transaction).await?,
        };
        self.sealed_up_to = Some(after);
        let events = audit::unsealed(&mut transaction, after, BATCH).await?;
        if !events.is_empty() {
            let head = audit::head(&mut transaction).await?;
            let (position, mut hash) =
                head.map_or((0, Vec::new()), |head| (head.position, head.hash));
            let mut hashes = Vec::with_capacity(events.len());
            for event in &events {
                hash = link_hash(&hash, event);
                hashes.push(hash.clone());
            }
            let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
            let end = position + i64::try_from(events.len()).unwrap_or(0);
            let head = Head {
                position: end,
                signature: signature(&services.config.master_key, end, &hash).to_vec(),
                hash,
            };
            audit::append(&mut transaction, position + 1, &ids, &hashes, &head, now).await?;
            transaction.commit().await?;
        }
        self.advance(now, events.last().map(|event| event.id));
        Ok(events.len())
    }

    fn advance(&mut self, now: OffsetDateTime, last: Option<i64>) {
        if let Some(last) = last {
            let due = self
                .marks
                .back()
                .is_none_or(|(at, _)| now - *at > Duration::MINUTE);
            if due {
                self.marks.push_back((now, last));
            }
        }
        while let Some((at, id)) = self.marks.front().copied() {
            if now - at <= LONGEST_TRANSACTION {
                break;
            }
            self.sealed_up_to = self.sealed_up_to.max(Some(id));
            self.marks.pop_front();
        }
    }
}

/// The hash of a link: over the link before and the event, each field with its length, so that no
/// two different events read the same.
fn link_hash(previous: &[u8], event: &EventRow) -> Vec<u8> {
    let mut hasher = Sha256::new();
    let mut field = |bytes: Option<&[u8]>| match bytes {
        Some(bytes) => {
            hasher.update([1]);
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        }
        None => hasher.update([0]),
    };
    field(Some(previous));
    field(Some(&event.id.to_be_bytes()));
    field(Some(&event.at.unix_timestamp_nanos().to_be_bytes()));
    field(Some(event.action.as_bytes()));
    field(
        event
            .actor_account_id
            .as_ref()
            .map(|id| id.as_bytes().as_slice()),
    );
    field(event.account_id.as_ref().map(|id| id.as_bytes().as_slice()));
    field(
        event
            .identity_id
            .as_ref()
            .map(|id| id.as_bytes().as_slice()),
    );
    field(event.reference.as_deref().map(str::as_bytes));
    field(event.reason.as_deref().map(str::as_bytes));
    field(event.detail.as_deref().map(str::as_bytes));
    hasher.finalize().to_vec()
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
    let mut connection = services.pool.acquire().await?;
    // One snapshot for the whole reading, so that what is sealed meanwhile doesn't look like damage.
    sqlx::query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .execute(&mut *connection)
        .await?;
    sqlx::query("SET LOCAL statement_timeout = 0")
        .execute(&mut *connection)
        .await?;
    let verdict = verify_in(services, &mut connection).await;
    sqlx::query("ROLLBACK").execute(&mut *connection).await?;
    verdict
}

async fn verify_in(
    services: &Services,
    connection: &mut sqlx::PgConnection,
) -> Result<Verdict, ServiceError> {
    let mut position = 0;
    let mut hash = Vec::new();
    loop {
        let rows = audit::chain_after(connection, position, PAGE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if let Err(found) = follow(&mut position, &mut hash, &row) {
                return Ok(Verdict::Broken(found));
            }
        }
    }
    let head = audit::head(connection).await?;
    let signed = head.as_ref().map_or(0, |head| head.position);
    if let Some(head) = &head {
        let expected = signature(&services.config.master_key, head.position, &head.hash);
        if !bool::from(expected.as_slice().ct_eq(&head.signature)) {
            return Ok(Verdict::Broken(Break::Forged));
        }
    }
    let same_end = head.map_or(hash.is_empty(), |head| head.hash == hash);
    if signed != position || !same_end {
        return Ok(Verdict::Broken(Break::Cut {
            signed,
            found: position,
        }));
    }
    let tail = audit::tail(connection).await?;
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

fn follow(position: &mut i64, hash: &mut Vec<u8>, row: &ChainRow) -> Result<(), Break> {
    if row.position != *position + 1 {
        return Err(Break::Gap(*position + 1));
    }
    let event = row.event.as_ref().ok_or(Break::Removed(row.event_id))?;
    let expected = link_hash(hash, event);
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
    Ok(audit::events_after(&mut connection, after, PAGE).await?)
}
