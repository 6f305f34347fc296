//! The administrators' desk.

mod doors;
mod dormancy;
mod queue;
mod links;
