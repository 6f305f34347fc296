//! What administrators do at their desk.

pub mod dormancy;
pub mod frame;
pub mod hold;
pub mod queue;
pub mod links;
