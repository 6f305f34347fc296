//! Clio Manage: which firm somebody belongs to there, and what that means here.
//!
//! Clio Identity says who somebody is, and lets anybody in who has any Clio login; only Clio Manage
//! knows who belongs to which firm.

pub mod membership;
pub mod region;
pub mod roster;
