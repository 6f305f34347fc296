//! One link, one account, and what can be done about either.

use async_trait::async_trait;

/// One link, one account, and what can be done about either.
#[async_trait]
pub trait Dossiers: Send + Sync {}
