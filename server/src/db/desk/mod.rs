//! What the administrators' desk reads and keeps.

pub mod batches;
pub mod candidates;
pub mod dormancy;
pub mod proof_requests;
pub mod queue;
pub mod links;
pub mod waiting;
