//! What the audit recorded.

use std::panic::Location;

use uuid::Uuid;

use super::{database::number, site::Site};

/// An event of the audit, as far as tests look at it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Event {
    pub id: i64,
    pub action: String,
    pub actor_account_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub reference: Option<String>,
    pub reason: Option<String>,
}

/// The id of the newest event.
pub async fn last_event(site: &Site) -> i64 {
    number(site, "SELECT coalesce(max(id), 0) FROM audit_events").await
}

/// The events after one.
pub async fn events_after(site: &Site, id: i64) -> Vec<Event> {
    sqlx::query_as(
        "SELECT id, action, actor_account_id, account_id, reference, reason
         FROM audit_events WHERE id > $1 ORDER BY id",
    )
    .bind(id)
    .fetch_all(&site.pool)
    .await
    .unwrap()
}

/// The one event after another: what happened in between is recorded exactly once.
#[track_caller]
pub fn only_event_after(site: &Site, id: i64) -> impl Future<Output = Event> + '_ {
    let place = Location::caller();
    async move {
        let [event] = <[Event; 1]>::try_from(events_after(site, id).await)
            .unwrap_or_else(|events| panic!("not recorded exactly once, {place}: {events:?}"));
        event
    }
}
