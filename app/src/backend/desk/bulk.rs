//! One decision about many.

use async_trait::async_trait;

use crate::{
    api::Failure,
    backend::Destination,
    wire::desk::{BulkLine, BulkPage},
};

/// One decision about many: prepared, looked at, confirmed, carried out behind the requests, and undone
/// as one.
#[async_trait]
pub trait Bulk: Send + Sync {
    /// The newest acts.
    async fn bulks(&self) -> Result<Vec<BulkLine>, Failure>;
    /// An act, and those that it is about from a place on; `None` when there is none of that id.
    async fn bulk(&self, id: String, after: Option<String>) -> Result<Option<BulkPage>, Failure>;
    /// Prepares an act: about the links that were ticked, or about all that match a list's filter.
    async fn prepare_bulk(
        &self,
        deed: String,
        links: Vec<String>,
        all: bool,
        filter: String,
    ) -> Result<Destination, Failure>;
    /// Says yes to what a prepared act would do.
    async fn confirm_bulk(
        &self,
        id: String,
        reason: String,
        until: String,
    ) -> Result<Destination, Failure>;
    /// Gives a prepared act up, or stops one that is being carried out.
    async fn cancel_bulk(&self, id: String) -> Result<Destination, Failure>;
    /// Prepares an act that undoes what another did.
    async fn undo_bulk(&self, id: String) -> Result<Destination, Failure>;
}
