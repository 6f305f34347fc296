//! Accounts that may be one person's: finding them behind the requests, and what administrators make of
//! them.

pub mod apart;
pub mod compare;
pub mod finder;
pub mod list;
pub mod merge;
pub mod undo;
