//! What the administrators' desk reads.

pub mod dormancy;
pub mod waiting;
