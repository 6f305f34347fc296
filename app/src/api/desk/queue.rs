//! Decisions about what waits. `item` names one item of the queue, or several apart by dots.

use leptos::prelude::*;

use crate::api::Failure;
#[cfg(feature = "ssr")]
use crate::wire::desk::queue::QueueAct;

/// Lets in who waits, and does what is asked.
#[server(prefix = "/admin/queue", endpoint = "approve")]
pub async fn approve_items(item: String, reason: Option<String>) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.decide(QueueAct::Approve, &item, reason).await;
    crate::respond::answer_along(outcome, "/admin/queue/approve", "item", Some(item))
}

/// Doesn't; `reason` says why.
#[server(prefix = "/admin/queue", endpoint = "decline")]
pub async fn decline_items(item: String, reason: Option<String>) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.decide(QueueAct::Decline, &item, reason).await;
    crate::respond::answer_along(outcome, "/admin/queue/decline", "item", Some(item))
}

/// Asks the people for more proof; `reason` is what they read.
#[server(prefix = "/admin/queue", endpoint = "ask")]
pub async fn ask_for_proof(item: String, reason: Option<String>) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.decide(QueueAct::Ask, &item, reason).await;
    crate::respond::answer_along(outcome, "/admin/queue/ask", "item", Some(item))
}
