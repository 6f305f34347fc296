//! The roster: a firm's people are read from Clio Manage every night and on demand, compared with the
//! accounts here, and what differs waits for an administrator, or is carried out by the rule.

mod carrying_out;
pub mod deciding;
mod failing;
pub mod firms;
pub mod leaving;
pub mod reading;
pub mod rule;
pub mod seen;
mod taking_in;
