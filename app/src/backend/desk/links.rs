//! The list of links.

use async_trait::async_trait;

use crate::{
    api::Failure,
    backend::Destination,
    wire::desk::links::{LinksPage, Listing},
};

/// The list of links.
#[async_trait]
pub trait Links: Send + Sync {
    /// A page of a list.
    async fn links(&self, listing: Listing) -> Result<LinksPage, Failure>;

    /// Keeps a list by a name, for oneself or for the desk; in the place of one's own of that name.
    async fn keep_view(
        &self,
        name: String,
        query: String,
        shared: bool,
    ) -> Result<Destination, Failure>;

    /// Forgets a list of one's own.
    async fn forget_view(&self, view: String) -> Result<Destination, Failure>;
}
