//! What administrators do at their desk.

pub mod frame;
pub mod hold;
