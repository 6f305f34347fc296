//! The rules of the administrators' desk.

pub mod dormancy;
pub mod rules;
