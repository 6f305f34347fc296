//! The administrators' desk, by room.

mod acts;
mod invitations;
mod merging;
mod queue;

pub use self::{acts::*, invitations::*, merging::*, queue::*};
