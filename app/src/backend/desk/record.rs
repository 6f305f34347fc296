//! What happened, from the audit.

use async_trait::async_trait;

/// What happened, from the audit.
#[async_trait]
pub trait Record: Send + Sync {}
