//! The roster: a firm's people are read from Clio Manage every night and on demand, compared with the
//! accounts here, and what differs waits for an administrator, or is carried out by the rule.

pub mod leaving;
pub mod reading;
mod taking_in;
