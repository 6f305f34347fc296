//! Verifying: every event is compared with its link, every link with the one before, the last link
//! with the signed end, and all of it with the heads that were kept elsewhere.
//!
//! A hash depends on the stored hash before it, not on the whole chain: so one stretch is compared
//! while the next one is read.

use std::collections::HashMap;

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use tokio::task::JoinHandle;

use super::{
    head::SignedHead,
    link::{Break, Links, check_end},
};
use crate::{
    db::{
        audit_chain::{self, EventRow},
        audit_reading::{self, LinkRow, Tail},
    },
    service::{ServiceError, Services},
};

/// How many links are read and compared at once.
const STRETCH: i64 = 20_000;
/// How old an unsealed event may be before it is suspicious: whoever seals does so every second.
const TAIL_AGE: Duration = Duration::minutes(1);

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

/// How far verifying has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many events have been read.
    pub done: i64,
    /// How many there are to read.
    pub all: i64,
}

/// Reads the whole chain and compares.
pub async fn verify(services: &Services) -> Result<Verdict, ServiceError> {
    verify_with(services, &[], |_| ()).await
}

/// Reads the whole chain and compares, also with heads that were kept elsewhere; tells now and then
/// how far it has come.
pub async fn verify_with(
    services: &Services,
    kept: &[SignedHead],
    progress: impl FnMut(Progress) + Send,
) -> Result<Verdict, ServiceError> {
    let key = &services.config.master_key;
    if let Some(forged) = kept.iter().find(|head| !head.is_signed_with(key)) {
        return Ok(Verdict::Broken(Break::KeptForged(forged.position())));
    }
    // One snapshot for the whole reading, so that what is sealed meanwhile doesn't look like damage.
    let mut transaction = services
        .pool
        .begin_as("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    sqlx::query("SET LOCAL statement_timeout = 0")
        .execute(&mut *transaction)
        .await?;
    let verdict = verify_in(services, &mut transaction, kept, progress).await?;
    transaction.roll_back().await?;
    Ok(verdict)
}

async fn verify_in(
    services: &Services,
    connection: &mut PgConnection,
    kept: &[SignedHead],
    progress: impl FnMut(Progress) + Send,
) -> Result<Verdict, ServiceError> {
    let key = &services.config.master_key;
    let Some(head) = audit_chain::head(connection).await? else {
        return Ok(Verdict::Broken(Break::Headless));
    };
    let links = Links::of(key);
    let (position, hash) = match follow(connection, &links, kept, head.position, progress).await? {
        Ok(end) => end,
        Err(found) => return Ok(Verdict::Broken(found)),
    };
    if head.position != position {
        let (signed, found) = (head.position, position);
        return Ok(Verdict::Broken(Break::Cut { signed, found }));
    }
    if let Err(found) = check_end(key, &head, &hash) {
        return Ok(Verdict::Broken(found));
    }
    // Old heads that were put back with the old chain are whole in themselves.
    if let Some(beyond) = kept.iter().find(|head| head.position() > position) {
        return Ok(Verdict::Broken(Break::NotAsKept(beyond.position())));
    }
    let tail = tail(connection, position).await?;
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

/// What isn't in the chain. Every link was found to have an event of its own, so numbers tell whether
/// there is anything else; where it is looked for last, because that takes long, is everywhere.
async fn tail(connection: &mut PgConnection, sealed: i64) -> Result<Tail, ServiceError> {
    let unsealed = audit_reading::count(connection).await? - sealed;
    if unsealed == 0 {
        return Ok(Tail::default());
    }
    let horizon = audit_chain::horizon(connection).await?;
    let newest = audit_reading::tail(connection, &horizon.sealed_before).await?;
    if newest.count == unsealed {
        return Ok(newest);
    }
    Ok(audit_reading::tail(connection, "0").await?)
}

/// Follows the chain to its end: there, the last place and the last hash.
async fn follow(
    connection: &mut PgConnection,
    links: &Links,
    kept: &[SignedHead],
    all: i64,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<Result<(i64, Vec<u8>), Break>, ServiceError> {
    let (mut done, mut previous) = (0, Vec::new());
    let mut comparing: Option<JoinHandle<Result<(), Break>>> = None;
    loop {
        let stretch = read(connection, done, previous.clone(), kept).await?;
        if let Some(comparing) = comparing.take()
            && let Err(found) = finished(comparing).await
        {
            return Ok(Err(narrowed(connection, found).await?));
        }
        let Some(last) = stretch.links.last() else {
            return Ok(Ok((done, previous)));
        };
        (done, previous) = (last.position, last.hash.clone());
        let links = links.clone();
        comparing = Some(tokio::task::spawn_blocking(move || stretch.compare(&links)));
        progress(Progress { done, all });
    }
}

/// What comparing found, or the panic in it.
async fn finished(comparing: JoinHandle<Result<(), Break>>) -> Result<(), Break> {
    match comparing.await {
        Ok(outcome) => outcome,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Work that runs is never cancelled; what wasn't compared doesn't count as sound.
            Err(_) => Err(Break::Headless),
        },
    }
}

/// An event that isn't where its link says may have been moved to another time.
async fn narrowed(connection: &mut PgConnection, found: Break) -> Result<Break, ServiceError> {
    match found {
        Break::Removed(id) if audit_reading::exists(connection, id).await? => {
            Ok(Break::Altered(id))
        }
        found => Ok(found),
    }
}

/// A part of the chain and the events that it names.
struct Stretch {
    /// The place before the first link, and the hash there.
    after: (i64, Vec<u8>),
    links: Vec<LinkRow>,
    events: Vec<EventRow>,
    /// The places and hashes of heads that were kept of this part.
    kept: Vec<(i64, [u8; 32])>,
}

async fn read(
    connection: &mut PgConnection,
    position: i64,
    hash: Vec<u8>,
    kept: &[SignedHead],
) -> Result<Stretch, ServiceError> {
    let links = audit_reading::links_after(connection, position, STRETCH).await?;
    let ids: Vec<i64> = links.iter().map(|link| link.event_id).collect();
    let times = || links.iter().map(|link| link.event_at);
    let events = match (times().min(), times().max()) {
        (Some(from), Some(to)) => audit_reading::events(connection, &ids, from, to).await?,
        _ => Vec::new(),
    };
    let last = links.last().map_or(position, |link| link.position);
    let kept = kept
        .iter()
        .filter(|head| (position + 1..=last).contains(&head.position()))
        .map(|head| (head.position(), *head.hash()))
        .collect();
    Ok(Stretch {
        after: (position, hash),
        links,
        events,
        kept,
    })
}

impl Stretch {
    fn compare(&self, hashes: &Links) -> Result<(), Break> {
        let events: HashMap<(i64, OffsetDateTime), &EventRow> = self
            .events
            .iter()
            .map(|event| ((event.id, event.at), event))
            .collect();
        let (mut position, ref first) = self.after;
        let mut previous = first;
        for link in &self.links {
            position += 1;
            if link.position != position {
                return Err(Break::Gap(position));
            }
            let event = events
                .get(&(link.event_id, link.event_at))
                .ok_or(Break::Removed(link.event_id))?;
            if hashes.hash(previous, event).as_slice() != link.hash {
                return Err(Break::Altered(event.id));
            }
            previous = &link.hash;
            let is_kept_otherwise = |(place, hash): &(i64, [u8; 32])| {
                *place == position && hash.as_slice() != link.hash
            };
            if self.kept.iter().any(is_kept_otherwise) {
                return Err(Break::NotAsKept(position));
            }
        }
        Ok(())
    }
}
