//! The rules of the administrators' desk.

pub mod dormancy;
pub mod queue;
pub mod rules;
