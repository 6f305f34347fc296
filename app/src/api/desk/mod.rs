//! The administrators' desk, by room.

mod acts;
mod dormancy;
mod invitations;
mod merging;
mod queue;

pub use self::{acts::*, dormancy::*, invitations::*, merging::*, queue::*};
