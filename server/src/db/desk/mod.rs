//! What the administrators' desk reads and keeps.

pub mod batches;
pub mod bulk;
pub mod bulk_gathering;
pub mod bulk_items;
pub mod candidates;
pub mod digests;
pub mod dormancy;
pub mod dossiers;
pub mod duplicates;
pub mod invitations;
pub mod links;
pub mod merges;
pub mod merging;
pub mod notes;
pub mod proof_requests;
pub mod queue;
pub mod record;
pub mod review_campaigns;
pub mod reviews;
pub mod timeline;
pub mod undone;
pub mod views;
pub mod waiting;
