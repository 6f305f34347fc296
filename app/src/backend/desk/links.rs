//! The list of links.

use async_trait::async_trait;

/// The list of links.
#[async_trait]
pub trait Links: Send + Sync {}
