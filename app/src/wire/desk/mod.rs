//! The pages of the administrators' desk.

mod act;
mod bulk;
pub mod dormancy;
mod dossier;
mod duplicates;
mod invitations;
#[cfg(feature = "ssr")]
pub mod links;
pub mod queue;
pub mod record;
#[cfg(feature = "ssr")]
mod reviews;
pub mod roster;
mod said;
mod timeline;

#[cfg(feature = "ssr")]
pub use self::reviews::*;
pub use self::{act::*, bulk::*, dossier::*, duplicates::*, invitations::*, said::*, timeline::*};

/// What stands around every page of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// How many people and questions wait for a decision; counted up to [`Frame::MOST_WAITING`].
    pub waiting: u32,
    /// How many differences of the roster wait for a decision; `None` where Clio Manage isn't configured,
    /// so that there is no roster.
    pub roster: Option<u64>,
}

impl Frame {
    /// From here on, it is "more than".
    pub const MOST_WAITING: u32 = 999;
}
