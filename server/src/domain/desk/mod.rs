//! The rules of the administrators' desk.

pub mod dormancy;
pub mod queue;
pub mod links;
pub mod profile;
pub mod rules;
