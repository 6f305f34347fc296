//! Accounts that may be one person's.

pub mod facts;
pub mod keys;
pub mod pairs;
pub mod search;
