//! What happened, from the audit.

use async_trait::async_trait;

use crate::{
    api::Failure,
    wire::desk::record::{RecordFilter, RecordPage},
};

/// What happened, from the audit.
#[async_trait]
pub trait Record: Send + Sync {
    /// A page of what happened, the newest first; `before` and `after` are places that another page
    /// named.
    async fn record(
        &self,
        filter: RecordFilter,
        before: Option<String>,
        after: Option<String>,
    ) -> Result<RecordPage, Failure>;
}
