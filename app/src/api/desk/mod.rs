//! The administrators' desk, by room.

mod acts;
mod bulk;
mod dormancy;
mod invitations;
mod links;
mod merging;
mod queue;
mod reviews;
mod roster;

pub use self::{
    acts::*, bulk::*, dormancy::*, invitations::*, links::*, merging::*, queue::*, reviews::*,
    roster::*,
};
