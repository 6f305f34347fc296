//! What waits for a decision.

use async_trait::async_trait;

use crate::{
    api::Failure,
    backend::Destination,
    wire::desk::queue::{self as wire, Decision, QueueAct, Report},
};

/// What waits for a decision.
#[async_trait]
pub trait Queue: Send + Sync {
    /// A page of what waits. `kind` limits it; `after` and `before` are places that another page named.
    async fn queue(
        &self,
        kind: Option<String>,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<wire::Queue, Failure>;
    /// What a decision about these items would do; `None` where they make no sense.
    async fn decision(
        &self,
        act: QueueAct,
        items: Vec<String>,
    ) -> Result<Option<Decision>, Failure>;
    /// Decides about one item, or about several apart by dots.
    async fn decide(
        &self,
        act: QueueAct,
        item: &str,
        reason: Option<String>,
    ) -> Result<Destination, Failure>;
    /// What became of several decisions.
    async fn decided(&self, batch: String) -> Result<Option<Report>, Failure>;
}
