//! The rules of the administrators' desk.

pub mod rules;
