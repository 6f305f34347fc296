//! What the administrators' desk reads and keeps.

pub mod batches;
pub mod candidates;
pub mod dormancy;
pub mod dossiers;
pub mod notes;
pub mod proof_requests;
pub mod queue;
pub mod links;
pub mod timeline;
pub mod undone;
pub mod invitations;
pub mod duplicates;
pub mod merges;
pub mod merging;
pub mod waiting;
