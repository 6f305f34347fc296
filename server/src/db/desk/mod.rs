//! What the administrators' desk reads.

pub mod waiting;
