//! The administrators' desk, a trait for each of its rooms.
//!
//! Every method asks first who is asking: strangers get [`Failure::SignInRequired`], people whose role
//! doesn't include the room [`Failure::Forbidden`].

mod bulk;
mod dormancy;
mod dossiers;
mod inviting;
mod links;
mod merging;
mod queue;
mod record;
mod reviewing;
mod roster;

use async_trait::async_trait;

pub use self::{
    bulk::Bulk,
    dormancy::{DormancyOrder, DormancyView, Unused},
    dossiers::{AccountOrder, Dossiers},
    inviting::Inviting,
    links::Links,
    merging::Merging,
    queue::Queue,
    record::Record,
    reviewing::{ReviewPart, ReviewPlan, ReviewSheet, Reviewing},
    roster::{RosterChoice, RosterOrder, RosterView, Rosters},
};
use crate::{api::Failure, wire::desk::Frame};

/// What stands around every page of the desk, and its rooms.
#[async_trait]
pub trait Desk:
    Links + Dossiers + Queue + Inviting + Merging + Record + Reviewing + Unused + Bulk + Rosters
{
    /// What the rail beside every page shows.
    async fn frame(&self) -> Result<Frame, Failure>;
}
