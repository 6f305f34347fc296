//! Invitations, one or many.

use async_trait::async_trait;

/// Invitations, one or many.
#[async_trait]
pub trait Inviting: Send + Sync {}
