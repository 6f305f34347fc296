//! The chain over the audit: sealed behind the writers, verified from the first event on.

mod head;
mod link;
mod seal;
mod verify;

use super::{ServiceError, Services};
use crate::db::audit_chain::{self, EventRow};

pub use self::{
    head::{NotAHead, SignedHead, head},
    link::Break,
    seal::seal,
    verify::{Progress, Verdict, verify, verify_with},
};

/// How many events are read at once for export.
const PAGE: i64 = 10_000;

/// Events after an id, for export, a page at a time.
pub async fn page(services: &Services, after: i64) -> Result<Vec<EventRow>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let events = audit_chain::events_after(&mut connection, after, PAGE).await?;
    connection.give_back();
    Ok(events)
}
