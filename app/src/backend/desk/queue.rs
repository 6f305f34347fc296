//! What waits for a decision.

use async_trait::async_trait;

/// What waits for a decision.
#[async_trait]
pub trait Queue: Send + Sync {}
