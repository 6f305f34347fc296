//! The administrators' desk, a file for each of its subjects.

mod closing;
mod doors;
mod dormancy;
mod guards;
mod queue;
mod links;
mod undoing;
