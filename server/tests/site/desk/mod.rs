//! The administrators' desk.

mod doors;
