//! The administrators' desk, by room.

mod acts;
mod dormancy;
mod invitations;
mod links;
mod merging;
mod queue;

pub use self::{acts::*, dormancy::*, invitations::*, links::*, merging::*, queue::*};
