//! The administrators' desk.
