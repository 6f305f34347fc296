//! Accounts that may be one person's: looking at them, and merging them.

use async_trait::async_trait;

use crate::{
    api::Failure,
    backend::Destination,
    wire::desk::{Comparison, Duplicates, DuplicatesQuery, MergeForm},
};

/// Accounts that may be one person's: looking at them, and merging them.
#[async_trait]
pub trait Merging: Send + Sync {
    /// What `/admin/duplicates` shows.
    async fn duplicates(&self, query: DuplicatesQuery) -> Result<Duplicates, Failure>;
    /// What `/admin/duplicates/{a}/{b}` shows; `None` when there are no two such accounts.
    async fn comparison(&self, a: String, b: String) -> Result<Option<Comparison>, Failure>;
    /// Merges one account into another.
    async fn merge_accounts(&self, form: MergeForm) -> Result<Destination, Failure>;
    /// Undoes the merge that an event recorded.
    async fn undo_merge(&self, event: String) -> Result<Destination, Failure>;
    /// Notes that two accounts are two people's, or that this is open again.
    async fn set_pair_aside(
        &self,
        a: String,
        b: String,
        aside: bool,
    ) -> Result<Destination, Failure>;
}
